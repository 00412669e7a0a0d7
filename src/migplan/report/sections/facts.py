"""What the plan rests on, the oldest price first."""

from __future__ import annotations

from migplan.errors import counted
from migplan.inputs.fields import BY_NAME
from migplan.report.appendices import heading
from migplan.report.escape import Markup
from migplan.report.tables import Column, table
from migplan.report.view import View, paragraphs, say
from migplan.report.words import exact
from migplan.results.model import FactResult


def facts(view: View) -> str:
    """Facts of the recommended way with value, range, source, date and status; all of them with --all."""
    found = relevant(view)
    prices = sorted((fact for fact in found if _is_price(fact)), key=lambda fact: (fact.as_of, fact.id))
    others = [fact for fact in found if not _is_price(fact)]
    left = len(view.plan.facts) - len(found)
    more = say(
        "{left}, on which only the other ways rest, {are} in the JSON of this plan and with --all.",
        left=counted(left, "more fact"),
        are="is" if left == 1 else "are",
    )
    return paragraphs(
        heading("facts"),
        _states(found),
        paragraphs("### Prices, the oldest first", table(_columns(view), prices)) if prices else "",
        paragraphs("### Limits, rates, times and assumptions", table(_columns(view), others))
        if others
        else "",
        more if left else "",
    )


def relevant(view: View) -> list[FactResult]:
    """The facts behind the recommended way; every fact where all is asked for or nothing is recommended."""
    chosen = view.chosen
    if chosen is None or view.everything:
        return list(view.plan.facts)
    owners = {
        f"movers/{chosen.mover}",
        f"routes/{chosen.route}",
        f"devices/{chosen.device}",
        f"targets/{chosen.target}",
    }
    wanted = {line.price for line in chosen.cost_usd.lines}
    idle = _replaced(view)
    return [
        fact
        for fact in view.plan.facts
        if fact.id in wanted
        or fact.id.partition(".")[0] in owners
        or (fact.id.startswith("assumptions/") and fact.id not in idle)
    ]


def _replaced(view: View) -> set[str]:
    """Assumptions in whose place the user gave a value."""
    return {
        f"assumptions/workload.{BY_NAME[name].assumed}"
        for name, item in view.plan.workload.items()
        if name in BY_NAME and BY_NAME[name].assumed and item.status != "assumed"
    }


def _is_price(fact: FactResult) -> bool:
    return fact.id.startswith("prices/")


def _states(found: list[FactResult]) -> Markup:
    counts = {
        status: sum(fact.status == status for fact in found)
        for status in ("confirmed", "unconfirmed", "assumed")
    }
    old = sum(fact.old for fact in found)
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    outdated = f"; {counted(old, 'price')} {'is' if old == 1 else 'are'} old" if old else ""
    return say("{told}{old}.", told=told or "none", old=outdated)


def _columns(view: View) -> list[Column]:
    return [
        Column("Fact", lambda fact: fact.id),
        Column("Value (range)", _value),
        Column("As of", lambda fact: fact.as_of),
        Column("Status", lambda fact: f"{fact.status}, old" if fact.old else fact.status),
        Column("Source", lambda fact: view.sources.cite(fact.source)),
    ]


def _value(fact: FactResult) -> str:
    """A value, its range where it has one, and its unit."""
    span = "" if fact.low == fact.high else f" ({exact(fact.low)} to {exact(fact.high)})"
    return f"{exact(fact.value)}{span} {fact.unit}".removesuffix(" 1")
