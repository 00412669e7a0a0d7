"""What a plan recommends stands first in every form: does anything meet, what is missed, what else could be had."""

import dataclasses
import datetime as dt

import pytest

from migplan.analyses.plan import make_plan
from migplan.report.advice import change, change_told, instead
from migplan.report.html import render_html
from migplan.report.markdown import render_markdown
from migplan.report.terminal import render

SERVER = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "share": "70 %", "cutover_window": "24 hours"}


def plan(**fields):
    return make_plan({**SERVER, **fields}, (), dt.date(2026, 11, 23), samples=400)


@pytest.fixture(scope="module")
def late():
    return plan(deadline="25 days")


@pytest.fixture(scope="module")
def timely():
    return plan(deadline="70 days")


def words(text):
    """Without the breaks of lines."""
    return " ".join(text.split())


@pytest.mark.slow
def test_that_nothing_meets_is_said_first_with_what_is_missed_and_what_would_change_it(late):
    advice = late.recommendation
    lines = render(late, False, False).splitlines()
    assert lines[1] == "Nothing meets all that was asked for."
    assert lines[2] == f"Closest: {advice.option}"
    (miss,) = advice.misses
    told = f"It misses the deadline: {miss['got']} instead of 25.0 days, {miss['by']} too much."
    assert lines[3].strip() == told
    assert lines[4].strip().startswith("One change that would meet: ")
    assert "Recommended" not in "".join(lines)
    for report in (render_markdown(late), render_html(late)):
        summary = words(report.partition("Summary")[2])
        places = [summary.index(part) for part in ("Nothing meets", "closest", told, "One change", "What:")]
        assert places == sorted(places)


def test_where_something_meets_the_trades_are_told_in_a_sentence_each(timely):
    told = instead(timely.recommendation)
    assert told
    assert any(sentence.startswith("Cheapest: ") for sentence in told)
    shown = words(render(timely, False, False))
    assert "Nothing" not in shown.partition("Ways")[0]
    for sentence in told:
        assert sentence in shown
        assert sentence.partition("; ")[2] in words(render_markdown(timely))
        assert f"Not {sentence.partition(': ')[2].partition(';')[0]}: it" not in shown


def test_what_is_the_best_in_two_ways_is_told_once(timely):
    other = {"kind": "fastest", "option": "a/b/c", "text": "Fastest: a/b/c; ends 2 days sooner."}
    more = {"kind": "surest", "option": "a/b/c", "text": "Surest: a/b/c; ends 2 days sooner, 9 days at P95."}
    advice = dataclasses.replace(timely.recommendation, alternatives=(other, more))
    assert instead(advice) == ["Fastest and surest: a/b/c; ends 2 days sooner, 9 days at P95."]


def test_a_verdict_on_the_edge_says_so(late):
    edge = ({"wish": "deadline", "option": "a", "text": "The chance is about what is wanted."},)
    advice = dataclasses.replace(late.recommendation, verdict="on-the-edge", close_calls=edge)
    made = dataclasses.replace(late, recommendation=advice)
    assert render(made, False, False).splitlines()[1] == "Nothing surely meets all that was asked for."
    for shown in (render(made, False, False), render_markdown(made)):
        assert "On the edge: The chance is about what is wanted." in words(shown)


def test_where_no_change_of_one_input_would_meet_nothing_else_is_claimed(late):
    made = dataclasses.replace(late, recommendation=dataclasses.replace(late.recommendation, levers=()))
    for shown in (render(made, False, False), render_markdown(made)):
        assert "No change of one input, as far as it makes sense, would meet." in words(shown)
        assert "no two together" not in shown
        assert "or of two" not in shown


def test_a_change_is_told_once(late):
    lines = words(render(late, False, False))
    first, *others = late.recommendation.levers
    assert change(late.recommendation) == f"One change that would meet: {change_told(first)}."
    assert lines.count(change_told(first)) == 1
    assert others
    assert all(f"Would do: {change_told(lever)}" in lines for lever in others)
