"""What a plan recommends stands first in every form: does anything meet, what is missed, what else could be had."""

import datetime as dt
import re
from pathlib import Path

import pytest
from msgspec import structs

from migplan.analyses.plan import make_plan
from migplan.report.advice import (
    alternatives,
    change_sentence,
    doubts,
    first_changes,
    keeps_and_loses,
    missed,
    other_changes,
    plain,
)
from migplan.report.html import render_html
from migplan.report.markdown import render_markdown
from migplan.report.terminal import render
from migplan.report.view import named

SERVER = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "share": "70 %", "cutover_window": "24 hours"}


def plan(**fields):
    return make_plan({**SERVER, **fields}, (), dt.date(2026, 11, 23), samples=400)


@pytest.fixture(scope="module")
def late():
    return plan(deadline="25 days")


@pytest.fixture(scope="module")
def timely():
    return plan(deadline="150 days", link="300 Mbps")


def words(text):
    """Without the breaks of lines."""
    return " ".join(text.split())


@pytest.mark.slow
def test_that_nothing_meets_is_said_first_with_what_is_missed_and_what_would_change_it(late):
    advice = late.recommendation
    shown = words(render(late, False, False))
    (miss,) = advice.misses
    got, by = plain(miss["got"]), plain(miss["by"])
    told = f"It misses the deadline: {got} instead of 25 days, {by} too much."
    parts = [
        f"Nothing meets all you asked. Closest: {late.chosen.name}.",
        f"Misses: {got} to be 80 % sure, deadline 25 days.",
        "after the deadline (17 Dec)",
        "The smallest change that would meet all: ",
        "Option Target",
    ]
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)
    assert "Recommended" not in shown
    for report in (render_markdown(late), render_html(late)):
        # Amounts stand in a span of their own.
        first = words(re.sub("</?span[^>]*>", "", report))
        parts = (
            "Nothing meets all you asked",
            "The closest is",
            told,
            "The smallest change",
            "When it is done",
        )
        places = [first.index(part) for part in parts]
        assert places == sorted(places)


def test_where_something_meets_the_trades_are_told_in_a_sentence_each(timely):
    told = alternatives(timely.recommendation)
    assert told
    assert any(sentence.startswith("Cheapest") for sentence in told)
    shown = words(render(timely, False, False))
    assert "Nothing" not in shown
    for sentence in told:
        assert named(timely, sentence) in shown
        assert sentence.partition("; ")[2] in words(render_markdown(timely))
        more = words(render(timely, False, False, verbose=True))
        assert f"Not {named(timely, sentence).partition(': ')[2].partition(';')[0]}: it" not in more


def test_what_is_the_best_in_two_ways_is_told_once(timely):
    other = {"kind": "fastest", "option": "a/b/c", "text": "Fastest: a/b/c; ends 2 days sooner."}
    more = {"kind": "surest", "option": "a/b/c", "text": "Surest: a/b/c; ends 2 days sooner, 9 days at P95."}
    advice = structs.replace(timely.recommendation, alternatives=(other, more))
    assert alternatives(advice) == ["Fastest and surest: a/b/c; ends 2 days sooner, 9 days at P95."]


def test_a_verdict_on_the_edge_says_so(late):
    edge = ({"wish": "deadline", "option": "a", "text": "The chance is about what is wanted."},)
    advice = structs.replace(late.recommendation, verdict="on-the-edge", close_calls=edge)
    made = structs.replace(late, recommendation=advice)
    assert render(made, False, False).splitlines()[1].startswith("Nothing surely meets all you asked. ")
    for shown in (render(made, False, False), render_markdown(made)):
        assert "On the edge: The chance is about what is wanted." in words(shown)


def test_what_is_as_close_where_nothing_meets_is_no_edge(late):
    close = ({"wish": "cost", "option": "a", "text": "a is about as close."},)
    advice = structs.replace(late.recommendation, verdict="nothing-meets", close_calls=close)
    shown = render(structs.replace(late, recommendation=advice), False, False)
    assert shown.splitlines()[1].startswith("Nothing meets all you asked. ")
    assert "a is about as close." in words(shown)
    assert "On the edge" not in shown


def test_what_is_as_close_is_told_in_one_sentence(late):
    close = tuple(
        {"wish": "cost", "option": a, "text": f"{a} is about as close: which of the two is closer?"}
        for a in "abc"
    )
    advice = structs.replace(late.recommendation, verdict="nothing-meets", close_calls=close)
    assert doubts(advice) == ["a, b and c are about as close: which of them is closer?"]
    assert doubts(structs.replace(advice, close_calls=close[:1])) == [close[0]["text"]]


def test_a_change_names_the_option_that_it_helps_also_where_the_plan_does_not_have_it():
    told = change_sentence({**LINE, "name": "DataSync · new circuit → S3"})
    assert told.startswith("a line of at least 1.5 Gbps instead of 1 Gbps, with DataSync · new circuit → S3;")


def test_where_no_change_of_one_input_would_meet_nothing_else_is_claimed(late):
    made = structs.replace(late, recommendation=structs.replace(late.recommendation, levers=()))
    for shown in (render(made, False, False), render_markdown(made)):
        assert "No change of one input within reason would meet all." in words(shown)
        assert "no two together" not in shown
        assert "or of two" not in shown


def lever(field, now, needed, **more):
    return {
        "field": field,
        "now": now,
        "needed": needed,
        "option": "a/b/c",
        "costs_usd": 0.0,
        "smallest": False,
    } | more


LINE = lever("link", "1 Gbps", "1.5 Gbps", costs_usd=None)
SHARE = lever("share", "70 %", "90 %", costs_usd=-1234.5, smallest=True)
LATER = lever("deadline", "25 days", "31 days")
PAIR = {
    "fields": ["share", "agents"], "now": ["50 %", "1"], "needed": ["80 %", "2"], "option": "a/b/c",
    "costs_usd": 1200.0,
}  # fmt: skip
TOLD = {
    "line": "a line of at least 1.5 Gbps instead of 1 Gbps, with a/b/c; what it costs is not known.",
    "share": "90 % of the line instead of 70 %, with a/b/c; it costs 1,230 USD less.",
    "later": "a deadline of 31 days instead of 25 days, with a/b/c; it costs about the same.",
    "pair": "80 % of the line instead of 50 % and 2 agents instead of 1, with a/b/c; it costs 1,200 USD more.",
}


def changed(plan, levers, pairs=()):
    return structs.replace(
        plan, recommendation=structs.replace(plan.recommendation, levers=levers, pairs=pairs)
    )


def test_the_smallest_change_comes_first_then_what_less_could_be_asked_for_and_the_rest_once(late):
    made = changed(late, (LINE, SHARE, LATER))
    assert first_changes(made.recommendation) == [
        f"The smallest change that would meet all: {TOLD['share']}",
        f"What would meet all if less were asked for: {TOLD['later']}",
    ]
    assert other_changes(made.recommendation) == [f"Would also meet all: {TOLD['line']}"]
    shown = words(render(made, False, False, verbose=True))
    assert [shown.count(TOLD[name]) for name in ("line", "share", "later")] == [1, 1, 1]
    report = words(render_markdown(made))
    assert "| link | 1 Gbps | 1.5 Gbps | a/b/c | not known |" in report
    assert "| share | 70 % | 90 % | a/b/c | -1,234 |" in report


def test_a_larger_change_that_costs_far_less_stands_beside_the_smallest(late):
    # Six waves are a slightly larger change than another target, and nothing has to be bought for them.
    dear = {**LINE, "field": "target", "now": "x", "needed": "any", "costs_usd": 36000.0, "smallest": True}
    waves = {**LINE, "field": "waves", "now": "1", "needed": "6", "costs_usd": 0.0, "smallest": False}
    told = first_changes(changed(late, (waves, dear, LATER)).recommendation)
    assert [sentence.partition(":")[0] for sentence in told] == [
        "The smallest change that would meet all",
        "A larger change that costs less",
        "What would meet all if less were asked for",
    ]
    assert "a cutover in 6 waves" in told[1]
    near = {**waves, "costs_usd": 30000.0}
    assert len(first_changes(changed(late, (near, dear, LATER)).recommendation)) == 2


def test_two_changes_together_are_told_with_their_price(late):
    made = changed(late, (), (PAIR,))
    told = [
        "No change of one input within reason would meet all.",
        f"Two changes that would meet all together: {TOLD['pair']}",
    ]
    assert first_changes(made.recommendation) == told
    assert " ".join(told) in words(render(made, False, False))
    report = words(render_markdown(made))
    assert " ".join(told) in report
    assert "| share and agents | 50 % and 1 | 80 % and 2 | a/b/c | +1,200 |" in report


def test_a_plan_that_did_not_say_which_is_the_smallest_claims_none(late):
    old = tuple({name: one[name] for name in ("field", "now", "needed", "option")} for one in (LINE, LATER))
    first, less = first_changes(changed(late, old).recommendation)
    assert (
        first == "One change that would meet all: a line of at least 1.5 Gbps instead of 1 Gbps, with a/b/c."
    )
    assert less.endswith("a deadline of 31 days instead of 25 days, with a/b/c.")
    assert "Costs more" not in render_markdown(changed(late, old))


def test_numbers_are_grouped_in_sentences_and_every_change_has_its_words():
    budget = lever("budget", "60000 USD", "71000 USD")
    assert change_sentence(budget).startswith("a budget of 71,000 USD instead of 60,000 USD")
    assert change_sentence(lever("start", "2026-12-20", "2026-12-10")).startswith(
        "a start on 2026-12-10 instead"
    )
    assert change_sentence(lever("new_thing", "1", "2")).startswith("new thing 2 instead of 1")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"target": "efs"},
            (
                "Not EFS: Amazon EFS does not serve SMB clients; ",
                "any target instead of efs alone, with DataSync",
                " USD in all.",
            ),
        ),
    ],
)
def test_where_nothing_can_be_used_the_first_page_says_why_and_what_to_do_costs(fields, told):
    made = make_plan({"volume": "150 TB", "link": "1 Gbps", **fields}, (), dt.date(2026, 11, 23), samples=0)
    assert made.chosen is None
    shown = words(render(made, False, False))
    assert [part for part in told if part not in shown] == []
    assert "what it costs is not known" not in shown
    assert told[0] in words(render_markdown(made))


def test_without_a_deadline_what_does_not_end_misses_none(late):
    made = make_plan({"volume": "5 PB", "link": "100 Mbps"}, (), dt.date(2026, 11, 23), samples=100)
    assert made.chosen.p50_days is not None
    assert made.chosen.p80_days is None
    shown = words(render(made, False, False))
    assert re.search(r"It does not end in 2 of 10 cases or more\. Likely done \d", shown)
    assert "the deadline" not in shown
    report = render_markdown(made)
    assert "It does not end in 2 of 10 cases or more." in report
    assert "deadline of an end" not in report
    assert "| P50 |" in report.replace("  ", " ")
    assert "Typical" not in report.partition("## Risks and levers")[0]
    assert "it does not surely end" in repr(made)


def test_what_never_ends_misses_by_no_number(late):
    miss = {"wish": "deadline", "wanted": "25.0 days", "got": "never", "by": ""}
    made = structs.replace(late, recommendation=structs.replace(late.recommendation, misses=(miss,)))
    told = "It misses the deadline of 25 days: in 2 of 10 cases or more it never ends."
    assert missed(made) == [told]
    told = "Misses: the deadline, since in 2 of 10 cases or more it never ends."
    assert told in words(render(made, False, False))


def test_a_cloud_with_objects_alone_says_so(tmp_path):
    ours = Path(__file__).parents[1] / "data" / "mini-cloud"
    for name in ("clouds/mini", "targets/mini-bucket", "prices/mini-bucket-storage", "movers/mini-copy"):
        text = (ours / f"{name}.toml").read_text(encoding="utf-8")
        head, *paths = text.split("[[paths]]")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.toml").write_text("[[paths]]".join([head, *paths[-1:]]), encoding="utf-8")
    fields = {"volume": "150 TB", "link": "1 Gbps", "cloud": "mini"}
    made = make_plan(fields, (tmp_path,), dt.date(2026, 11, 23), samples=0)
    assert made.chosen is None
    told = "No file target of MINI is known here, only object storage. Not Mini Bucket: "
    assert told in words(render(made, False, False))
    assert told in words(render_markdown(made))


def test_what_was_to_be_kept_and_nobody_knows_of_is_told(late):
    fidelity = {"kept": ("dacl",), "partial": (), "lost": ("ads",), "unknown": ("timestamps", "sparse")}
    option = structs.replace(late.chosen, fidelity=fidelity)
    assert keeps_and_loses(option, ("dacl", "timestamps")) == [
        "Keeps NTFS permissions; loses alternate data streams; not known: modification times."
    ]


@pytest.mark.parametrize(
    ("needed", "told"),
    [("0.0678 %/day", "0.0678 %/day"), ("0.00012 %/day", "0.00012 %/day"), ("6780 GB/day", "6,780 GB/day")],
)
def test_digits_behind_a_decimal_point_are_no_number_of_their_own(needed, told):
    # Seven hundredths of a percent once read as seven tenths.
    said = change_sentence({"field": "change", "needed": needed, "now": "0.3 %/day"})
    assert said == f"no more change than {told} instead of 0.3 %/day"
