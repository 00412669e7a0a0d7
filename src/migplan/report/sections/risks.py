"""How sure the plan is, what it rests on, and what would change it."""

from __future__ import annotations

from migplan.fields import BY_NAME
from migplan.report.escape import Markup, text
from migplan.report.sections.facts import relevant
from migplan.report.tables import Column, bullets, table
from migplan.report.turns import stretches
from migplan.report.view import View, paragraphs, say, to_confirm
from migplan.report.words import days, exact, listed, percent
from migplan.results import FactResult, InputResult, LedgerLine


def risks(view: View) -> str:
    """Chances, levers, assumptions and facts to confirm."""
    return paragraphs(
        "## Risks, and what would change the answer",
        _chances(view),
        *view.chart("chance"),
        _levers(view),
        _other_lines(view),
        _assumptions(view),
        _unconfirmed(view),
    )


def _chances(view: View) -> str:
    chosen = view.chosen
    if chosen is None or chosen.p50_days is None:
        return "This plan has typical values alone, so no chance can be told." if chosen is not None else ""
    told = [
        say(
            "Half of all cases end within {p50}, 8 of 10 within {p80}, 19 of 20 within {p95}.",
            p50=days(chosen.p50_days),
            p80=days(chosen.p80_days),
            p95=days(chosen.p95_days),
        )
    ]
    if chosen.p_deadline is not None:
        told.append(say("The deadline is kept with a chance of {chance}.", chance=percent(chosen.p_deadline)))
    if chosen.p_budget is not None:
        told.append(say("The budget is kept with a chance of {chance}.", chance=percent(chosen.p_budget)))
    if view.plan.recommendation.misses_by_days > 0:
        told.append(
            say(
                "At that level it misses the deadline by {late}.",
                late=days(view.plan.recommendation.misses_by_days),
            )
        )
    return " ".join(told)


def _levers(view: View) -> str:
    advice = view.plan.recommendation
    if advice.meets:
        return ""
    if not advice.levers:
        return paragraphs(
            "### What it would take",
            "No single input, moved as far as it makes sense, would make a way meet all.",
        )
    columns = [
        Column("Input", lambda lever: str(lever.get("field", "")).replace("_", " ")),
        Column("Now", lambda lever: lever.get("now", "")),
        Column("Needed", lambda lever: lever.get("needed", "")),
    ]
    lead = "Each of these alone, with everything else as it is, would make a way meet all that was asked for."
    return paragraphs("### What it would take", lead, table(columns, advice.levers))


def _other_lines(view: View) -> str:
    sweep = view.sweep
    if sweep is None:
        return ""
    texts = sweep.axes[0].texts
    lines = [
        say(
            "{low} to {high}: {option}",
            low=texts[part.first],
            high=texts[part.last],
            option=part.option or "no way",
        )
        for part in stretches(sweep)
    ]
    lead = "The best way by line rate, everything else as it is, by typical values:"
    return paragraphs("### With another line", lead, bullets(lines))


def _assumptions(view: View) -> str:
    facts = {fact.id: fact for fact in view.plan.facts}
    rows = [
        (name, item, facts.get(f"assumptions/workload.{BY_NAME[name].assumed}"))
        for name, item in view.plan.workload.items()
        if item.status == "assumed" and name in BY_NAME
    ]
    if not rows:
        return ""
    columns = [
        Column("Input", lambda row: row[0].replace("_", " ")),
        Column("Assumed", lambda row: row[1].text),
        Column("Could be", lambda row: _range(row[1], row[2])),
        Column("Because", lambda row: view.sources.cite(row[1].why)),
    ]
    lead = "Measure these first: each replaces a guess by a fact and narrows the range above."
    return paragraphs("### Assumed, not given", lead, table(columns, rows))


def _range(item: InputResult, fact: FactResult | None) -> str:
    if fact is None or fact.low == fact.high:
        return item.text
    return f"{exact(fact.low)} to {exact(fact.high)} {fact.unit}".removesuffix(" 1")


def _unconfirmed(view: View) -> str:
    chosen = view.chosen
    if chosen is None:
        return ""
    told = [_price(line) for line in {line.item: line for line in to_confirm(chosen)}.values()]
    priced = {line.price for line in chosen.cost_usd.lines}
    doubtful = [fact.id for fact in relevant(view) if fact.status == "unconfirmed" and fact.id not in priced]
    if doubtful:
        told.append(say("Facts that nobody has confirmed: {ids}.", ids=listed(doubtful)))
    return paragraphs("### To confirm before you rely on it", bullets(told)) if told else ""


def _price(line: LedgerLine) -> Markup:
    if line.amount is None:
        return say("The price of {item} is not known; the total is without it.", item=line.item)
    what = "was read long ago" if line.old else "is not confirmed"
    return say("The price of {item} {what} ({day}).", item=line.item, what=text(what), day=line.as_of)
