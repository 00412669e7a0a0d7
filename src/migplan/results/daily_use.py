"""What is to be known of the time after: whether the line is enough for the people on the site, and what is added."""

from __future__ import annotations

import math
from collections.abc import Iterator

from migplan.engine.case import Case
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.running import read_by_site, used_from_site
from migplan.formulas import only
from migplan.language import say, worded
from migplan.units import DAY, show

READ_BY = ("reading_hours", "line_for_files")
"""The assumptions by which the line is held against what people read."""


def notes_on_daily_use(case: Case, chosen: EvaluatedOption | None) -> Iterator[str]:
    """That the line is too thin for daily use, of a target that people on the site use over it."""
    w, facts = case.workload, case.facts
    line, asked = float(only(w.link)), float(only(w.throughput))
    target = None if chosen is None else chosen.option.target
    if chosen is None or target is None or math.isnan(line) or not used_from_site(facts, target, w):
        return
    if asked > line:
        template = (
            "users need {rate} of the target, and the line of the site carries {line}: whoever needs that rate has to "
            "work in the cloud, beside the files"
        )
        yield say(template, rate=w.inputs["throughput"].text, line=show(line, "B/s"))
        return
    hours, part = (facts.assumptions[name].value for name in READ_BY)
    volume = float(only(read_by_site(facts, target, w)))
    rate = volume / hours
    if rate <= part * line:
        return
    template = (
        "people on the site read {volume} a month (assumed), {rate} in working hours, over a line of {line}: {remedy}, "
        "or have a cache there"
    )
    remedy = (
        worded("keep the circuit after the move")
        if chosen.option.own_line
        else worded("order a faster line for daily work")
    )
    yield say(
        template,
        volume=show(_rounded(volume), "B"),
        rate=show(_rounded(rate), "B/s"),
        line=show(line, "B/s"),
        remedy=remedy,
    )


_MUCH = 0.2
"""Growth from which it is told. [1]."""


def notes_on_growth(case: Case) -> Iterator[str]:
    """That what changes each day is added and stays, and that no growth is counted."""
    w = case.workload
    by_use = case.facts.uses[w.use]
    statuses = {name: w.inputs[name].status for name in ("change", "growth")}
    grown = float(only(w.change_rate / w.volume)) * by_use.need("added") * 365 * DAY
    if statuses["change"] == "given" and statuses["growth"] != "given" and grown > _MUCH:
        template = (
            "for the use {use} nearly all that changes is taken to be new and to stay: the data grow by {grown} a "
            "year, which is in no sum; growth = '{grown}/year' counts it"
        )
        yield say(template, use=worded(w.use), grown=f"{grown:.0%}".replace("%", " %"))


def _rounded(number: float) -> float:
    """A number to two digits of the bits or bytes that it counts: what is assumed has no more.

    >>> show(_rounded(3.268e6), "B/s"), show(_rounded(2.04e12), "B")
    ('26 Mbps', '2 TB')
    """
    return float(f"{number * 8:.2g}") / 8
