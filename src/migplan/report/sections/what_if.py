"""What could go wrong, and what other lines would change."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.analyses.sweep.segments import stretches
from migplan.report.escape import Markup, text
from migplan.report.sections.evidence import assumption, relevant
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import View, appendix, paragraphs, say, to_confirm
from migplan.report.words import days, exact, percent
from migplan.results.model import FactResult, InputResult, LedgerLine
from migplan.text import listed


def outlook(view: View) -> str:
    """Levers where a plan falls short, the chances by date, and other line rates."""
    parts = (
        _levers(view),
        *view.chart("chance"),
        _other_lines(view),
    )
    return paragraphs(
        "## What would change the answer", *(parts if any(parts) else ("Nothing that is known.",))
    )


def _levers(view: View) -> str:
    advice = view.plan.recommendation
    if advice.meets:
        return ""
    found = [*advice.levers, *advice.pairs]
    if not found:
        return paragraphs(
            "### What it would take",
            "No single input, moved as far as it makes sense, would make a way meet all.",
        )
    columns = [
        Column("Input", lambda lever: _each(lever, "fields", "field").replace("_", " ")),
        Column("Now", lambda lever: _each(lever, "now")),
        Column("Needed", lambda lever: _each(lever, "needed")),
        Column("With", lambda lever: lever.get("option", "")),
    ]
    if any("costs_usd" in lever for lever in found):
        columns.append(Column("Costs more, USD", _costs, numeric=True))
    lead = "Each of these alone, with everything else as it is, would make a way meet all that was asked for."
    if advice.pairs:
        lead = (
            "Each line of these, with everything else as it is, would make a way meet all that was asked for."
        )
    return paragraphs("### What it would take", lead, table(columns, found))


def _each(lever: dict[str, Any], name: str, single: str = "") -> str:
    """A value of a change of one input, or those of two."""
    value = lever.get(name, lever.get(single, ""))
    return " and ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _costs(lever: dict[str, Any]) -> str:
    """By how much the total changes."""
    costs = lever.get("costs_usd")
    return "not known" if costs is None else f"{costs:+,.0f}"


def _other_lines(view: View) -> str:
    sweep = view.sweep
    if sweep is None:
        return ""
    texts = sweep.axes[0].texts
    lines = []
    for part in stretches(sweep):
        rates = dict.fromkeys((texts[part.first], texts[part.last]))
        lines.append(say("{rates}: {option}", rates=" to ".join(rates), option=part.option or "no way"))
    lead = "The best way by line rate, everything else as it is, by typical values alone:"
    more = (
        f"Days of each family of ways by line rate: chart in {appendix('ways')}."
        if view.chart("line")
        else ""
    )
    return paragraphs("### With another line", lead, bullets(lines), _otherwise(view), more)


def _otherwise(view: View) -> str:
    """Why the recommendation is another one than typical values alone would give at today's line."""
    sweep, chosen, link = view.sweep, view.chosen, view.number("link")
    if (
        sweep is None
        or sweep.axes[0].values is None
        or link is None
        or chosen is None
        or chosen.p80_days is None
    ):
        return ""
    typical = str(sweep.option[int(np.argmin(np.abs(np.log(sweep.axes[0].values / link))))])
    if typical == chosen.id:
        return ""
    return say(
        "With today's line typical values alone would choose {typical}; what is recommended is chosen by what holds in"
        " 8 of 10 cases.",
        typical=typical or "no way",
    )


def risks(view: View) -> str:
    """Chances, what is to be confirmed, and what was assumed."""
    told = [*_chances(view), *_unconfirmed(view), *_assumed(view)]
    return paragraphs("### Risks", bullets(told)) if told else ""


def _chances(view: View) -> list[Markup]:
    chosen = view.chosen
    if chosen is None:
        return []
    if chosen.p50_days is None:
        return [Markup("This plan has typical values alone, so no chance can be told.")]
    told = [
        say(
            "In 1 of 5 cases it takes longer than {p80} (P80), in 1 of 20 longer than {p95} (P95).",
            p80=days(chosen.p80_days),
            p95=days(chosen.p95_days),
        )
    ]
    if chosen.p_budget is not None:
        told.append(say("The budget is kept with a chance of {chance}.", chance=percent(chosen.p_budget)))
    late = view.plan.recommendation.misses_by_days
    if late > 0:
        told.append(say("At P80 it misses the deadline by {late}.", late=days(late)))
    return told


def _unconfirmed(view: View) -> list[Markup]:
    chosen = view.chosen
    if chosen is None:
        return []
    lines = list({line.item: line for line in to_confirm(chosen)}.values())
    priced = {line.price for line in chosen.cost_usd.lines}
    doubtful = [fact.id for fact in relevant(view) if fact.status == "unconfirmed" and fact.id not in priced]
    groups = (
        ("Not known, and not in the total: the price of {names}.", [li for li in lines if li.amount is None]),
        (
            "Not confirmed: the price of {names}.",
            [li for li in lines if li.amount is not None and not li.old],
        ),
        ("Read long ago: the price of {names}.", [li for li in lines if li.amount is not None and li.old]),
    )
    told = [say(words, names="; ".join(_item(line) for line in found)) for words, found in groups if found]
    if doubtful:
        told.append(say("Not confirmed by anybody: {ids}.", ids=listed(doubtful)))
    return told


def _item(line: LedgerLine) -> str:
    return f"{line.item} ({line.as_of})" if line.as_of else line.item


def _assumed(view: View) -> list[Markup]:
    found = [
        say("{name} {value}", name=name.replace("_", " "), value=_could_be(item, assumption(view, name)))
        for name, item in view.plan.workload.items()
        if item.status == "assumed"
    ]
    if not found:
        return []
    told = "Assumed, not given: {names} (sources: {where}). Measure these first: each replaces a guess by a fact."
    return [say(told, names=Markup(listed(found)), where=appendix("facts"))]


def _could_be(item: InputResult, fact: FactResult | None) -> Markup:
    """What was assumed, and between what it could lie."""
    if fact is None or fact.low == fact.high:
        return text(item.text)
    span = f"{exact(fact.low)} to {exact(fact.high)} {fact.unit}".removesuffix(" 1")
    return say("{value} ({span})", value=item.text, span=span)
