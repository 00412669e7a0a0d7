"""What still helps a move that runs: the rest of the plan with one thing changed, by the engine."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan import units
from migplan.engine.case import Case
from migplan.engine.draws import percentile
from migplan.errors import MigplanError
from migplan.tracking.planned import Planned
from migplan.tracking.progress import Progress
from migplan.tracking.rest import (
    LearntRates,
    Rest,
    begun_of,
    measured_case,
    option_of,
    rest_of,
    typical_rates,
    underway,
)

_STEPS = (2.0, 4.0)
"""By which factors a number is tried, the least first."""
_GAIN = 0.05
"""Of the time that is left, which a lever has to save to be told. [1]."""


@dataclass(frozen=True, slots=True)
class _Lever:
    """One input, changed.

    Attributes
    ----------
    value : object
        As a scenario would give it; None where nothing is given.
    """

    field: str
    now: str
    needed: str
    value: Any
    text: str


def levers_of(
    planned: Planned, progress: Progress, found: LearntRates, rest: Rest
) -> tuple[dict[str, Any], ...]:
    """What would bring the end nearer, what meets first; of a number the least that meets, else the first step."""
    before = percentile(rest.finish, 80.0)
    told: dict[str, dict[str, Any]] = {}
    for lever in _levers(planned, progress):
        if told.get(lever.field, {}).get("meets"):
            continue
        after = _finish(planned, progress, found, lever)
        saved = before - after if math.isfinite(before) else math.inf
        if not math.isfinite(after) or saved < _GAIN * (after - progress.at):
            continue
        moment = planned.moment(after)
        one = {
            "field": lever.field,
            "now": lever.now,
            "needed": lever.needed,
            "saves_days": saved / units.DAY if math.isfinite(saved) else None,
            "finish_p80": None if moment is None else moment.isoformat(timespec="seconds"),
            "meets": _meets(planned, after),
            "text": lever.text,
        }
        if lever.field not in told or one["meets"]:
            told[lever.field] = one
    return tuple(
        sorted(told.values(), key=lambda each: (not each["meets"], -(each["saves_days"] or math.inf)))
    )


def _meets(planned: Planned, finish: float) -> bool | None:
    deadline = float(np.squeeze(planned.case.workload.deadline))
    return None if math.isnan(deadline) else finish <= deadline


def _levers(planned: Planned, progress: Progress) -> Iterator[_Lever]:
    w, given = planned.case.workload, planned.given
    agents = float(np.squeeze(w.agents))
    if agents > 0.0 and not progress.copied:
        for step in _STEPS:
            more = f"{agents * step:g}"
            yield _Lever(
                "agents", f"{agents:g}", more, more, f"run {more} agents or copy hosts instead of {agents:g}"
            )
    link = float(np.squeeze(w.link))
    if link > 0.0 and not planned.option.own_line and not progress.copied:
        for step in _STEPS:
            more = units.show(link * step, "B/s")
            yield _Lever("link", units.show(link, "B/s"), more, f"{link * step!r} B/s", f"a line of {more}")
    if given.get("hours"):
        yield _Lever("hours", str(given["hours"]), "always", None, "copy at all hours")
    if given.get("freeze"):
        yield _Lever("freeze", str(given["freeze"]), "none", None, "copy through the freeze")
    if given.get("cutover_days"):
        yield _Lever("cutover_days", str(given["cutover_days"]), "any", None, "cut over on any day")


def _finish(planned: Planned, progress: Progress, found: LearntRates, lever: _Lever) -> float:
    """P80 of the finish with a lever; the measured rates change as the engine has it of those of the plan. [s]."""
    given = {
        name: value
        for name, value in {**planned.given, lever.field: lever.value}.items()
        if value is not None
    }
    try:
        changed = Case.read(given, planned.case.facts, planned.case.today)
        option = option_of(changed, planned.option)
    except MigplanError:
        # What cannot be asked for helps nobody.
        return math.inf
    case = underway(changed, begun_of(planned, progress), progress.volume[1], progress.files[1])
    if not found.early:
        old, new = (typical_rates(each, planned.option) for each in (planned.case, changed))
        rates = np.array([found.byte_rate, found.file_rate]) * new / old
        case = measured_case(case, option, (float(rates[0]), float(rates[1])), found.spread, planned.overlap)
    return percentile(rest_of(case, option, planned.draws).finish, 80.0)
