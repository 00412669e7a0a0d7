"""The third page: what could go wrong, what was assumed, what would change the answer, and what cannot be used."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from migplan.analyses.sweep.segments import segments
from migplan.errors import counted
from migplan.inputs.fields import BY_NAME
from migplan.language import amounts, message, worded
from migplan.report.escape import Markup
from migplan.report.sections.evidence import assumption, relevant, width_of
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import (
    View,
    appendix,
    field_name,
    name_of,
    page,
    paragraphs,
    ruled_out_by_kind,
    say,
    short_of,
    to_confirm,
    value_text,
)
from migplan.report.words import about, days, exact, percent
from migplan.results.model import FactResult, LedgerLine, OptionResult
from migplan.text import listed, percent_of


def risks(view: View) -> str:
    """Risks, levers, what was assumed and between what it could lie, other line rates, and what is ruled out."""
    parts = (_risks(view), _levers(view), _assumed(view), _other_lines(view), _ruled_out(view))
    return paragraphs(page(3), *(parts if any(parts) else (say("No risk and no lever is known."),)))


def _risks(view: View) -> str:
    chosen = view.chosen
    if chosen is None:
        return ""
    told = [*_chances(view, chosen), *_unconfirmed(view, chosen)]
    return paragraphs(say("### What could go wrong"), bullets(told)) if told else ""


def _chances(view: View, chosen: OptionResult) -> list[Markup]:
    if not chosen.drawn:
        return [say("This plan has typical values alone, so no chance can be given.")]
    told = [_late(chosen)]
    if chosen.p_budget is not None:
        told.append(say("The chance of keeping the budget is {chance}.", chance=percent(chosen.p_budget)))
    late = view.plan.recommendation.misses_by_days
    if late > 0:
        told.append(say("At P80 it misses the deadline by {late}.", late=days(late)))
    return told


def _late(chosen: OptionResult) -> Markup:
    """How long it may take; what never ends is no number of days."""
    p80, p95 = chosen.p80_days, chosen.p95_days
    if p80 is None:
        return say("In 1 of 5 cases or more it never ends.")
    told = say("In 1 of 5 cases it takes longer than {p80} (P80)", p80=days(p80))
    if p95 is None:
        return Markup(told + say("; in 1 of 20 or more it never ends."))
    return Markup(told + say(", in 1 of 20 longer than {p95} (P95).", p95=days(p95)))


def _unconfirmed(view: View, chosen: OptionResult) -> list[Markup]:
    lines = list({line.item: line for line in to_confirm(chosen)}.values())
    priced = {line.price for line in chosen.cost_usd.lines}
    doubtful = [
        fact.id
        for fact in relevant(view)
        if fact.status == "unconfirmed" and fact.id not in priced and not _is_of_another(fact.id, chosen)
    ]
    known = [line for line in lines if line.amount is not None]
    groups = (
        (
            message("Not known, and not in the total: the price of {names}."),
            [li for li in lines if li.amount is None],
        ),
        (message("Not confirmed: the price of {names}."), [line for line in known if not line.old]),
    )
    told = [say(words, names="; ".join(_item(line) for line in found)) for words, found in groups if found]
    old = sorted(line.as_of for line in known if line.old)
    if old:
        template = "Read long ago: {count} of {all}, the oldest on {day} ({ledger}). Ask for today's before you order."
        counts = {"count": counted(len(old), "price"), "all": len(chosen.cost_usd.lines)}
        told.append(say(template, **counts, day=old[0], ledger=appendix("ledger")))
    if doubtful:
        told.append(say("Not confirmed by a source: {ids}.", ids=listed(doubtful)))
    return told


def _is_of_another(fact: str, chosen: OptionResult) -> bool:
    """Whether a fact is one of a configuration that is not the recommended one."""
    return ".configurations." in fact and f".configurations.{chosen.configuration}." not in fact


def _item(line: LedgerLine) -> str:
    return f"{worded(line.item)} ({line.as_of})" if line.as_of else worded(line.item)


def _assumed(view: View) -> str:
    """Each input that was not given, with its range: what to measure first."""
    found = [
        (name, item, assumption(view, name))
        for name, item in view.plan.workload.items()
        if item.status == "assumed"
    ]
    if not found:
        return ""
    columns = [
        Column("Input", lambda row: field_name(row[0])),
        Column("What it is", lambda row: worded(first_clause(row[0]))),
        Column("Assumed", lambda row: value_text(row[1].text)),
        Column("Could be", lambda row: _span(row[2])),
    ]
    rows = sorted((row for row in found if _width(row[2]) > 1), key=lambda row: -_width(row[2]))
    rest = [f"{field_name(name)} {value_text(item.text)}" for name, item, fact in found if _width(fact) == 1]
    more = say("Also assumed: {names}.", names="; ".join(rest)) if rest else ""
    lead = say("Nobody gave these inputs. Measure first what could be most different.")
    return paragraphs(say("### What was assumed"), *((lead, table(columns, rows)) if rows else ()), more)


def first_clause(name: str) -> str:
    """What an input is, in its first clause."""
    return re.split("[;,.]", BY_NAME[name].help)[0] if name in BY_NAME else ""


def _width(fact: FactResult | None) -> float:
    return 1.0 if fact is None else width_of(fact)


def _span(fact: FactResult | None) -> str:
    """Between what an assumption could lie."""
    if fact is None:
        return "-"
    if fact.unit == "1":
        low, high = percent_of(fact.low).removesuffix(" %"), percent_of(fact.high)
        return say("{low} to {high}", low=low, high=high)
    high = amounts(f"{exact(fact.high)} {fact.unit}")
    return say("{low} to {high}", low=exact(fact.low), high=high)


def _levers(view: View) -> str:
    """What would make an option meet everything, where none does."""
    advice = view.plan.recommendation
    if advice.meets:
        return ""
    found = [*advice.levers, *advice.pairs]
    if not found:
        return paragraphs(
            say("### What it would take"),
            say("No change of a single input within reason would make an option meet all."),
        )
    columns = [
        Column("Input", lambda lever: _each(lever, "fields", "field")),
        Column("Now", lambda lever: _each(lever, "now")),
        Column("Needed", lambda lever: _each(lever, "needed")),
        Column("With", lambda lever: short_of(view.plan, lever.get("option", ""))),
    ]
    if any("costs_usd" in lever for lever in found):
        columns.append(Column("Costs more, USD", _costs, numeric=True))
    template = "Each of these alone, with everything else as it is, would make an option meet all you asked."
    if advice.pairs:
        template = (
            "Each line of these, with everything else as it is, would make an option meet all you asked."
        )
    return paragraphs(say("### What it would take"), say(template), table(columns, found))


def _each(lever: dict[str, Any], name: str, single: str = "") -> str:
    """A value of a change of one input, or those of two."""
    value = lever.get(name, lever.get(single, ""))
    told = map(str, value) if isinstance(value, (list, tuple)) else [str(value)]
    return worded(" and ").join(field_name(one) if single else worded(amounts(one)) for one in told)


def _costs(lever: dict[str, Any]) -> str:
    """By how much the total changes."""
    costs = lever.get("costs_usd")
    return worded("not known") if costs is None else f"{costs:+,.0f}"


def _other_lines(view: View) -> str:
    sweep = view.sweep
    if sweep is None:
        return ""
    texts = sweep.axes[0].texts
    lines = []
    for part in segments(sweep):
        rates = dict.fromkeys((_rate(texts[part.first]), _rate(texts[part.last])))
        name = name_of(view.plan, part.option) or worded("no option")
        lines.append(say("{rates}: {option}", rates=worded(" to ").join(rates), option=name))
    lead = say("The best option by line rate, everything else as it is, by typical values alone:")
    return paragraphs(
        say("### With another line"), lead, bullets(lines), _otherwise(view), *view.chart("line")
    )


def _rate(given: str) -> str:
    """A line rate as people say it.

    >>> _rate("92.83 Mbps"), _rate("1 Gbps"), _rate("1.125 Gbps")
    ('93 Mbps', '1 Gbps', '1.1 Gbps')
    """
    number, _, unit = given.partition(" ")
    return f"{about(float(number), 2)} {unit}" if re.fullmatch(r"[\d.]+", number) and unit else given


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
    meets = view.plan.recommendation.meets
    template = message(
        "At today's rate typical values alone would choose {typical}; at P80 the one above is closest."
    )
    if meets:
        template = message(
            "At today's rate typical values alone would choose {typical}; the recommendation holds in 8 of 10 cases."
        )
    return say(template, typical=name_of(view.plan, typical) or worded("no option"))


def _ruled_out(view: View) -> str:
    """What cannot be used in any option, one line a kind of reason; the reasons in full stand behind."""
    lines = [
        say("{why}: {names}", why=why, names="; ".join(dict.fromkeys(names)))
        for why, names in ruled_out_by_kind(view.plan).items()
    ]
    if not lines:
        return ""
    title = say("### Ruled out (one by one, with reasons: {where})", where=view.where("options"))
    return paragraphs(title, bullets(lines))
