"""How sure the plan is, and what nobody has confirmed."""

from __future__ import annotations

from migplan.report.appendices import appendix
from migplan.report.escape import Markup, text
from migplan.report.sections.facts import relevant
from migplan.report.sections.inputs import assumption
from migplan.report.tables import bullets
from migplan.report.view import View, paragraphs, say, to_confirm
from migplan.report.words import days, exact, listed, percent
from migplan.results.model import FactResult, InputResult, LedgerLine


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
