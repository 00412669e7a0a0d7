"""What a way depends on, and what has to be ordered and arranged by when."""

from __future__ import annotations

from collections.abc import Iterator

from migplan import units
from migplan.report.escape import Markup, code, text
from migplan.report.sections.cutover import fact_of, kept_until
from migplan.report.tabular import Column, bullets, table
from migplan.report.timeline import GROUPS, cutover_phases, group
from migplan.report.view import View, appendix, paragraphs, say
from migplan.report.words import day_after, days, hours
from migplan.results.model import OptionResult, PhaseName, PhaseResult, Reason

_Row = tuple[str, Markup, str]


def needs(view: View) -> str:
    """What must be there before the first copy, what the checks require, and notes on the inputs and the way."""
    told = [_sentence(note) for note in view.plan.notes]
    if view.chosen is not None:
        told = [*_needed(view, view.chosen), *told, *map(_sentence, view.chosen.notes)]
    return paragraphs("### What it depends on", bullets(told)) if told else ""


def _needed(view: View, chosen: OptionResult) -> list[Markup]:
    once = {need.code: need for need in chosen.requires}.values()
    required = [text(check.name.rstrip(".")) for check in view.plan.checks if check.severity == "required"]
    told = [_need(view, need) for need in once]
    if required:
        told.append(
            say(
                "Design checks ({where}): {names}",
                where=appendix("checks"),
                names=Markup("; ".join(required)),
            )
        )
    return told


def _need(view: View, need: Reason) -> Markup:
    source = Markup(f" ({view.sources.cite(need.source)})") if need.source else ""
    return say("{text}{source}", text=need.text.rstrip("."), source=source)


def _sentence(note: str) -> Markup:
    told = text(note)
    return Markup(told[:1].upper() + told[1:])


def orders(view: View) -> str:
    """Orders and arrangements by date: lead times, what copy and cutover wait for, how long the way back is open."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return ""
    columns = [
        Column("By", lambda row: row[0]),
        Column("What", lambda row: row[1]),
        Column("Takes", lambda row: row[2], numeric=True),
    ]
    rows = [*_lead(view, chosen), *_later(view, chosen)]
    late = "Each day by which the begin of the move slips is about a day at the end."
    return paragraphs("### To order and to arrange", table(columns, rows), late)


def _lead(view: View, chosen: OptionResult) -> Iterator[_Row]:
    for phase in chosen.phases:
        if group(phase) == GROUPS[0] and phase.days > 0:
            ready = _on(view, phase.end_days)
            what = say(
                "{what}; ready on {day}{span}", what=_what(chosen, phase), day=ready, span=_span(view, phase)
            )
            yield _on(view, phase.start_days), what, days(phase.days)


def _what(chosen: OptionResult, phase: PhaseResult) -> Markup:
    if phase.name == PhaseName.SET_UP:
        return Markup("Set up mover, target and access")
    thing = code(chosen.device or chosen.route or chosen.id)
    count = f", {chosen.devices} in all" if chosen.device and chosen.devices else ""
    return say("{verb} {thing}{count}", verb=phase.name.capitalize(), thing=thing, count=count)


def _span(view: View, phase: PhaseResult) -> Markup:
    """How long an order may take, where the facts have a range for it."""
    chosen = view.chosen
    if phase.name != PhaseName.ORDER or chosen is None:
        return Markup("")
    name = f"devices/{chosen.device}.order_time" if chosen.device else f"routes/{chosen.route}.lead_time"
    fact = fact_of(view, name)
    if fact is None or fact.low == fact.high:
        return Markup("")
    low, high = (units.show(units.factor(fact.unit, "s") * value, "s") for value in (fact.low, fact.high))
    return say(" (anything from {low} to {high}; {status})", low=low, high=high, status=fact.status)


def _later(view: View, chosen: OptionResult) -> Iterator[_Row]:
    moves = [phase for phase in chosen.phases if group(phase) == GROUPS[1]]
    if moves:
        first = min(moves, key=lambda phase: phase.start_days)
        what = Markup("All that it depends on is there: the move begins")
        yield (
            _on(view, first.start_days),
            what,
            days(max(phase.end_days for phase in moves) - first.start_days),
        )
    window = cutover_phases(chosen)
    if window:
        begin = min(phase.start_days for phase in window)
        what = say("The steps before the window ({where}) are done: it opens", where=appendix("cutover"))
        yield _on(view, begin), what, hours(chosen.cutover_hours)
    until = kept_until(view, chosen)
    if until:
        yield until, Markup("The source is kept, read-only, until then"), "-"


def _on(view: View, passed: float) -> str:
    return day_after(view.start, passed) or f"day {passed:.1f}"
