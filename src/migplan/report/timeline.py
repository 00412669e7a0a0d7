"""The phases of an option on the calendar, as a Mermaid Gantt chart for Markdown viewers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from migplan.language import message, messages, worded
from migplan.report.escape import label
from migplan.report.view import View
from migplan.report.words import Start, moment_after
from migplan.results.model import OptionResult, PhaseName, PhaseResult

_PREPARE = (
    PhaseName.ARRANGE,
    PhaseName.SET_UP_LINE,
    PhaseName.ORDER,
    PhaseName.SHIP_OUT,
    PhaseName.SET_UP,
    PhaseName.WAIT_TO_BEGIN,
)
_MOVE = (
    PhaseName.LOAD,
    PhaseName.SHIP_BACK,
    PhaseName.IMPORT,
    PhaseName.SECOND_HOP,
    PhaseName.SCAN,
    PhaseName.COPY,
    PhaseName.VERIFY,
    PhaseName.CATCH_UP,
    "delta passes",
)
_PASSES = (PhaseName.DELTA_PASS, PhaseName.FURTHER_PASSES, PhaseName.AFTER_FREEZE)
_LAST_PASS = (PhaseName.FINAL_SCAN, PhaseName.FINAL_DELTA, PhaseName.FINAL_VERIFY)
_CUTOVER = (*_LAST_PASS, PhaseName.WAIT_FOR_HOURS, PhaseName.SWING, PhaseName.CUTOVER)
ORDER = (*_PREPARE, *_MOVE, "wait for window", "cutover")
"""Kinds of phases in the order in which they come where they come one after the other."""

GROUPS = messages(("Prepare", "Move", "Cut over"))


def shown(phase: str, changes: bool = True) -> str:
    """What people call a phase. Passes go on while a cutover waits for its window, where there are changes.

    >>> shown("swing"), shown("copy"), shown("wait for window"), shown("wait for window", changes=False)
    ('switch-over', 'copy', 'passes until the window opens', 'wait for window')
    """
    if phase == PhaseName.WAIT_FOR_WINDOW and changes:
        return worded("passes until the window opens")
    if phase.startswith(PhaseName.DELTA_PASS):
        name, _, count = phase.rpartition(" ")
        return f"{worded(name)} {count}" if count.isdecimal() else worded(phase)
    return worded(_SHOWN.get(phase, phase))


_SHOWN: Mapping[str, str] = messages({PhaseName.SWING: "switch-over"})


def kind(phase: PhaseResult) -> str:
    """What a phase is, with all passes over changes as one kind and all parts of the cutover as another.

    >>> [kind(PhaseResult(name, 0.0, 1.0, "")) for name in ("copy", "delta pass 3", "final delta")]
    ['copy', 'delta passes', 'cutover']
    """
    if phase.name in _CUTOVER:
        return "cutover"
    return message("delta passes") if phase.name.startswith(_PASSES) else phase.name


def group(phase: PhaseResult) -> str:
    """The part of the project to which a phase belongs."""
    if phase.name in _PREPARE:
        return GROUPS[0]
    return GROUPS[2] if kind(phase) in ("cutover", "wait for window") else GROUPS[1]


def cutover_phases(option: OptionResult) -> list[PhaseResult]:
    """The phases in which users are kept from writing, where changes are carried until the end."""
    return [phase for phase in option.phases if kind(phase) == "cutover"]


def move(option: OptionResult) -> tuple[PhaseResult, float] | None:
    """The phase with which the move begins, and the days from there to the cutover; None where there is no move."""
    phases = [phase for phase in option.phases if group(phase) == GROUPS[1]]
    if not phases:
        return None
    first = min(phases, key=lambda phase: phase.start_days)
    return first, max(phase.end_days for phase in phases) - first.start_days


def last_pass_days(option: OptionResult) -> float | None:
    """How long the last pass with its scan and verification takes; None where the plan does not say. [day]."""
    parts = [phase.days for phase in option.phases if phase.name in _LAST_PASS]
    return sum(parts) if parts else None


def swing_days(option: OptionResult) -> float | None:
    """How long all that is no pass takes during the cutover; None where the plan does not say. [day]."""
    parts = [phase.days for phase in option.phases if phase.name in (PhaseName.SWING, PhaseName.CUTOVER)]
    return sum(parts) if parts else None


def milestones(view: View, option: OptionResult) -> list[tuple[str, float]]:
    """Moments that a timeline marks, in days from the start."""
    marks = [(message("80 % sure"), option.p80_days), (message("Deadline"), view.deadline_days)]
    return [(name, moment) for name, moment in marks if moment is not None]


def gantt(view: View, option: OptionResult) -> str:
    """A fenced Mermaid block; a sentence where the option has no dates."""
    if view.start is None or not option.phases:
        return worded("There is no timeline, since this option has no end.")
    lines = ["gantt", "    dateFormat YYYY-MM-DDTHH:mm", f"    axisFormat {worded('%d %b')}"]
    for name in GROUPS:
        tasks = [task for phase in option.phases if group(phase) == name for task in _task(view, phase)]
        if tasks:
            lines += [f"    section {worded(name)}", *tasks]
    marks = [
        mark for name, moment in milestones(view, option) for mark in _milestone(view.start, name, moment)
    ]
    if marks:
        lines += [f"    section {worded('Dates')}", *marks]
    return "\n".join(["```mermaid", *lines, "```"])


def _task(view: View, phase: PhaseResult) -> Iterator[str]:
    begin, end = moment_after(view.start, phase.start_days), moment_after(view.start, phase.end_days)
    if begin is not None and end is not None:
        yield f"    {_named(shown(phase.name, view.changes))} :{_minute(begin)}, {_minute(end)}"


def _milestone(start: Start, name: str, days: float) -> Iterator[str]:
    moment = moment_after(start, days)
    if moment is not None:
        yield f"    {worded(name)} :milestone, crit, {_minute(moment)}, 0d"


def _named(name: str) -> str:
    text = label(name) or "phase"
    return text[:1].upper() + text[1:]


def _minute(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
