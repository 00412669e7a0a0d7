"""The phases of a way on the calendar, as a Mermaid Gantt chart for Markdown viewers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from migplan.report.escape import label
from migplan.report.view import View
from migplan.report.words import moment_after
from migplan.results import OptionResult, PhaseResult

_PREPARE = ("order", "set up", "ship out")
_CUTOVER = ("wait for window", "cutover")
GROUPS = ("Prepare", "Move", "Cut over")


def group(phase: PhaseResult) -> str:
    """The part of the project to which a phase belongs."""
    if phase.name in _PREPARE:
        return GROUPS[0]
    return GROUPS[2] if phase.name in _CUTOVER else GROUPS[1]


def milestones(view: View, option: OptionResult) -> list[tuple[str, float]]:
    """Moments that a timeline marks, in days from the start."""
    found = [("Done in 8 of 10 cases", option.p80_days), ("Deadline", view.deadline_days)]
    return [(name, moment) for name, moment in found if moment is not None]


def gantt(view: View, option: OptionResult) -> str:
    """A fenced Mermaid block; a sentence where the way has no dates."""
    if view.start is None or not option.phases:
        return "There is no timeline, since this way has no end."
    lines = ["gantt", "    dateFormat YYYY-MM-DDTHH:mm", "    axisFormat %d %b"]
    for name in GROUPS:
        tasks = [task for phase in option.phases if group(phase) == name for task in _task(view.start, phase)]
        if tasks:
            lines += [f"    section {name}", *tasks]
    marks = [
        mark for name, moment in milestones(view, option) for mark in _milestone(view.start, name, moment)
    ]
    if marks:
        lines += ["    section Dates", *marks]
    return "\n".join(["```mermaid", *lines, "```"])


def _task(start: dt.date, phase: PhaseResult) -> Iterator[str]:
    begin, end = moment_after(start, phase.start_days), moment_after(start, phase.start_days + phase.days)
    if begin is not None and end is not None:
        yield f"    {_named(phase.name)} :{_minute(begin)}, {_minute(end)}"


def _milestone(start: dt.date, name: str, days: float) -> Iterator[str]:
    moment = moment_after(start, days)
    if moment is not None:
        yield f"    {name} :milestone, crit, {_minute(moment)}, 0d"


def _named(name: str) -> str:
    told = label(name) or "phase"
    return told[:1].upper() + told[1:]


def _minute(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
