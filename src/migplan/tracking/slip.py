"""Why a move ends later than planned, or earlier: what has become of the plan is put into it step by step."""

from __future__ import annotations

import itertools
import math
from typing import Any

from migplan import units
from migplan.engine.case import Case
from migplan.engine.draws import percentile
from migplan.inputs.begun import Begun
from migplan.tracking.planned import Planned
from migplan.tracking.progress import Progress
from migplan.tracking.rest import LearntRates, Rest, measured_case, rest_in, rest_of, underway

CAUSES = ("start", "data", "line", "files", "pauses", "other")
"""A later start, more data than planned, the byte rate, the rate per file, pauses, and what is left of the sum."""


def slip_of(planned: Planned, progress: Progress, found: LearntRates, rest: Rest) -> dict[str, Any]:
    """By how many days the middle of cases ends later than planned, and the causes, which add up to it.

    The engine is asked again with one thing after the other as it has become: when the copy began, how much there is,
    the byte rate, the file rate, and the time in which nothing moved.
    """
    first = rest_in(planned.outcome, planned.draws)
    ends = [percentile(each.finish, 50.0) for each in (first, rest)]
    ends[1:1] = _steps(planned, progress, found)
    if not all(map(math.isfinite, ends)):
        return {"total": None, "causes": dict.fromkeys(CAUSES)}
    days = [(after - before) / units.DAY for before, after in itertools.pairwise(ends)]
    return {
        "total": (ends[-1] - ends[0]) / units.DAY,
        "causes": dict(zip(CAUSES, days, strict=True)),
    }


def _steps(planned: Planned, progress: Progress, found: LearntRates) -> list[float]:
    """The middle of the finish with the begin as it was, all data, the rates that were found, and pauses. [s]."""
    first = planned.rates.mean

    def begun(volume: float, files: float, later: float = 0.0) -> Case:
        state = Begun(at=progress.begin + later, volume=volume, files=files, listed=False)
        return underway(planned.case, state, volume, files)

    planned_case = begun(planned.volume, planned.files)
    whole = begun(progress.volume[1], progress.files[1])
    ends = [_middle(planned, planned_case), _middle(planned, whole)]
    if found.early:
        return [*ends, *[ends[-1]] * 3]
    now, plan = (found.byte_rate, found.file_rate), (math.exp(first[0]), math.exp(first[1]))
    both = _at_rates(planned, whole, now, found.spread)
    line, files = (
        _at_rates(planned, whole, mixed, found.spread) for mixed in ((now[0], plan[1]), (plan[0], now[1]))
    )
    # Each rate has the mean of what it adds before the other one changes and after it.
    own = (line - ends[-1] + both - files) / 2.0
    paused = begun(progress.volume[1], progress.files[1], progress.paused)
    return [*ends, ends[-1] + own, both, _at_rates(planned, paused, now, found.spread)]


def _at_rates(planned: Planned, case: Case, rates: tuple[float, float], spread: float) -> float:
    return _middle(planned, measured_case(case, planned.option, rates, spread, planned.overlap))


def _middle(planned: Planned, case: Case) -> float:
    return percentile(rest_of(case, planned.option, planned.draws).finish, 50.0)
