"""The fourth page: what must be there first, what is ordered and arranged by when, the calendar, and the cutover."""

from __future__ import annotations

from collections.abc import Iterator

from migplan import units
from migplan.language import amounts, worded
from migplan.report.advice import OBTAINED, in_sentence
from migplan.report.escape import Markup, text
from migplan.report.sections.cutover import fact_of, kept_until
from migplan.report.sections.schedule import calendar, gates
from migplan.report.tabular import Column, bullets, table
from migplan.report.timeline import GROUPS, cutover_phases, group, move, shown
from migplan.report.view import View, appendix, page, paragraphs, say
from migplan.report.words import day_after, days, hours
from migplan.results.model import OptionResult, PhaseName, PhaseResult, Reason

_Row = tuple[str, Markup, str]


def preparation(view: View) -> str:
    """What the recommended option depends on, its orders and dates, its calendar and the gates of its cutover."""
    parts = (_needs(view), _orders(view), calendar(view), gates(view))
    return paragraphs(page(4), *parts)


def _needs(view: View) -> str:
    """What must be there before the first copy, what the checks require, and notes on the inputs and the option."""
    # How a word was read stands among the inputs: nobody has to prepare it.
    read = {f"{name}: {item.why}" for name, item in view.plan.workload.items()}
    told = [_sentence(note) for note in view.plan.notes if note not in read]
    if view.chosen is not None:
        told = [*_needed(view, view.chosen), *told, *map(_sentence, view.chosen.notes)]
    return paragraphs(say("### What must be there first"), bullets(told)) if told else ""


def _needed(view: View, chosen: OptionResult) -> list[Markup]:
    once = {need.code: need for need in chosen.requires}.values()
    required = [text(check.name.rstrip(".。")) for check in view.plan.checks if check.severity == "required"]
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
    return say("{text}{source}", text=need.text.rstrip(".。"), source=source)


def _sentence(note: str) -> Markup:
    told = text(note)
    return Markup(told[:1].upper() + told[1:])


def _orders(view: View) -> str:
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
    late = say(
        "Dates are those of typical values. Every day of delay at the start delays the end by about a day."
    )
    return paragraphs(say("### Orders and dates"), table(columns, rows), late)


def _lead(view: View, chosen: OptionResult) -> Iterator[_Row]:
    for phase in chosen.phases:
        if group(phase) == GROUPS[0] and phase.days > 0:
            ready = _on(view, phase.end_days)
            what = say(
                "{what}; ready on {day}{span}", what=_what(chosen, phase), day=ready, span=_span(view, phase)
            )
            yield _on(view, phase.start_days), what, days(phase.days)


def _what(chosen: OptionResult, phase: PhaseResult) -> Markup:
    devices = bool(chosen.device and phase.name != PhaseName.ARRANGE)
    if phase.name == PhaseName.SET_UP and chosen.mover and devices:
        return say("Set up the devices on site")
    if phase.name in (PhaseName.SET_UP, PhaseName.SET_UP_LINE):
        return say("Set up mover, target and access")
    device = chosen.device if devices else None
    thing = chosen.parts.get("device" if device else "route") or device or chosen.route or chosen.id
    count = say(", {count} in all", count=chosen.devices) if device and chosen.devices else ""
    verbs = {PhaseName.ARRANGE: "arrange", PhaseName.ORDER: chosen.obtained if device else "order"}
    verb = next((verb for name, verb in verbs.items() if phase.name == name), "")
    told = text(f"{in_sentence(thing)}{count}")
    if verb:
        return say(OBTAINED[verb], what=told)
    name = shown(phase.name)
    return Markup(f"{name[:1].upper()}{name[1:]} {told}")


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
    low, high = amounts(low), amounts(high)
    return say(" (anything from {low} to {high}; {status})", low=low, high=high, status=worded(fact.status))


def _later(view: View, chosen: OptionResult) -> Iterator[_Row]:
    begun = move(chosen)
    if begun is not None:
        first, rest = begun
        what = say("Everything above is there: the move begins")
        yield _on(view, first.start_days), what, days(rest)
    window = cutover_phases(chosen)
    if window:
        begin = min(phase.start_days for phase in window)
        what = say(
            "The steps before the cutover ({where}) are done: its window opens", where=appendix("cutover")
        )
        yield _on(view, begin), what, hours(chosen.cutover_hours)
    until = kept_until(view, chosen)
    if until:
        yield until, say("Until then the source is kept, read-only"), "-"


def _on(view: View, passed: float) -> str:
    return day_after(view.start, passed) or say("day {number}", number=f"{passed:.1f}")
