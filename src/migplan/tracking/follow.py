"""A running move from beginning to end: read its progress, learn its rates, ask the engine for the rest, tell."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import percentile
from migplan.engine.outcome import BOUNDS, BY_FILES
from migplan.errors import Fault, MigplanError
from migplan.inputs.begun import Begun
from migplan.tracking.course import Course, course_of
from migplan.tracking.levers import levers_of
from migplan.tracking.model import Track
from migplan.tracking.planned import Planned
from migplan.tracking.progress import Progress, gains_of, progress_of
from migplan.tracking.rest import (
    LearntRates,
    Rest,
    begun_of,
    bottleneck_of,
    learn_rates,
    measured_case,
    rest_in,
    rest_of,
    underway,
)
from migplan.tracking.samples import Sample
from migplan.tracking.slip import slip_of
from migplan.tracking.state import State

_LEVELS = {"p10": 10.0, "p50": 50.0, "p80": 80.0, "p90": 90.0}
_MOST = 200
"""Moments of a course that are told."""
_FULL = 0.8
"""Of our part of a line, from which on it is what binds. [1]."""


def follow(
    planned: Planned, state: State, at: float, trust: bool = False, notes: Sequence[str] = ()
) -> Track:
    """What is to be said of a running move.

    Parameters
    ----------
    state : State
        With all samples.
    at : float
        Now. [s of the epoch]
    trust : bool
        Whether logs are taken that look like those of another move.
    notes : sequence of str
        What is to be said of the logs.

    Raises
    ------
    MigplanError
        The logs are of another move, or begin after now.
    """
    progress, found, rest = forecast_rest(planned, state, at, trust)
    w = planned.case.workload
    deadline, window = (float(np.squeeze(value)) for value in (w.deadline, w.cutover_window))
    return Track(
        **_moments(planned, progress, rest),
        **_counts(planned, progress, found, rest),
        name=w.name,
        option=planned.option.id,
        option_name=next((each.name for each in planned.plan.options if each.id == planned.option.id), ""),
        deadline=None if math.isnan(deadline) else _iso(planned.moment(deadline - 1.0)),
        p_deadline=None if math.isnan(deadline) else float(np.mean(rest.finish <= deadline)),
        p_window=None if math.isnan(window) else float(np.mean(rest.cutover <= window)),
        cutover_hours_p80=_finite(percentile(rest.cutover, 80.0) / 3600.0),
        slip_days=slip_of(planned, progress, found, rest),
        levers=levers_of(planned, progress, found, rest),
        scores=tuple(_scores(planned, state, progress)),
        notes=(*notes, *progress.notes, *_place(planned)),
    )


def forecast_rest(
    planned: Planned, state: State, at: float, trust: bool = False
) -> tuple[Progress, LearntRates, Rest]:
    """Where a move stands, what it has taught, and what the engine says of the rest; see `follow`."""
    progress = progress_at(planned, state, at, trust)
    found = learn_rates(planned, progress)
    case = underway(planned.case, begun_of(planned, progress), progress.volume[1], progress.files[1])
    if not found.early:
        case = measured_case(
            case, planned.option, with_pauses(planned, found, progress), found.spread, planned.overlap
        )
    return progress, found, rest_of(case, planned.option, planned.draws)


def progress_at(planned: Planned, state: State, at: float, trust: bool = True) -> Progress:
    """Where a move stands; see `follow`."""
    seen = samples_until(state.samples, at)
    if not seen:
        text = "lies before all that is known of the move; wanted a later moment"
        raise MigplanError(Fault("contradiction", "--at", text))
    return progress_of(planned, course_of(seen), at, trust)


def _place(planned: Planned) -> list[str]:
    if planned.zone is dt.UTC and not planned.case.workload.timezone:
        return ["the plan names no time zone: dates are those of UTC; --zone places them"]
    return []


def samples_until(samples: Iterable[Sample], at: float) -> list[Sample]:
    """The samples up to a moment."""
    return [sample for sample in samples if sample.time <= at]


def with_pauses(planned: Planned, found: LearntRates, progress: Progress) -> tuple[float, float]:
    """Both rates, where pauses go on to take a part of the time, and the rest is uneven.

    The part is that of the time so far, drawn towards what is assumed of a move as if a stretch of it had been seen.
    """
    facts = planned.case.facts.assumptions
    known = (
        facts["track_pause_weight"].value * (progress.worked + progress.paused) / max(progress.share, 1e-6)
    )
    usual = facts["track_pauses"].value * known
    usable = progress.worked + progress.paused + known
    part = (progress.paused + usual) / usable if usable else 0.0
    kept = (1.0 - part) / found.uneven
    return found.byte_rate * kept, found.file_rate * kept


def _moments(planned: Planned, progress: Progress, rest: Rest) -> dict[str, Any]:
    left = np.maximum(rest.copied - progress.at, 0.0)
    return {
        "at": _iso(planned.moment(progress.at)),
        "begin": _iso(planned.moment(progress.begin)),
        "remaining_s": {name: _finite(percentile(left, level)) for name, level in _LEVELS.items()},
        "copy_end": _ends(planned, rest.copied, progress),
        "finish": _ends(planned, rest.finish),
        "planned": _planned(planned),
    }


def _ends(
    planned: Planned, ends: NDArray[np.float64], progress: Progress | None = None
) -> dict[str, str | None]:
    if progress is not None and progress.copied:
        # What is over is known.
        over = _iso(planned.moment(float(planned.passed(copied_at(progress.course)))))
        return dict.fromkeys(_LEVELS, over)
    return {name: _iso(planned.moment(percentile(ends, level))) for name, level in _LEVELS.items()}


def copied_at(course: Course) -> float:
    """When the first pass of the last job was over. [s of the epoch]."""
    return max(float(job.times[-1]) for job in course.jobs)


def _planned(planned: Planned) -> dict[str, Any]:
    state = Begun(at=planned.begin, volume=planned.volume, files=planned.files, listed=False)
    case = underway(planned.case, state, planned.volume, planned.files)
    copied = rest_of(case, planned.option, planned.draws).copied
    finish = rest_in(planned.outcome, planned.draws).finish
    return {
        "begin": _iso(planned.moment(planned.begin)),
        "copy_end": _ends(planned, copied),
        "finish": _ends(planned, finish),
    }


def _counts(planned: Planned, progress: Progress, found: LearntRates, rest: Rest) -> dict[str, Any]:
    rates = planned.rates.mean
    files = progress.files if progress.counts_files else (None, progress.files[1])
    return {
        "phase": progress.phase,
        "early": found.early,
        "share_done": progress.share,
        "done": {"bytes": progress.volume[0], "files": files[0]},
        "total": {"bytes": progress.volume[1], "files": files[1]},
        "bottleneck": _binding(planned, found, rest),
        "planned_bottleneck": bottleneck_of(planned.outcome),
        "rates": {
            "bytes_per_s": None if found.early else found.byte_rate,
            "files_per_s": None if found.early else found.file_rate,
        },
        "planned_rates": {"bytes_per_s": math.exp(rates[0]), "files_per_s": math.exp(rates[1])},
        "jobs": tuple(
            {
                "job": job.name,
                "tool": job.tool,
                "phase": "passes" if job.passes else job.phase,
                "bytes": job.done("bytes"),
                "files": job.done("files"),
                "failed": job.failed or None,
            }
            for job in progress.course.jobs
        ),
        "course": tuple(_course(planned, progress)),
    }


def _binding(planned: Planned, found: LearntRates, rest: Rest) -> str:
    """What binds now: files; of what bounds bytes what the plan says, or the line where it is nearly full."""
    said = bottleneck_of(planned.outcome)
    if found.early or rest.bottleneck not in ("mover", "source"):
        return rest.bottleneck
    if BOUNDS.index(said) < BY_FILES:
        return said
    w = planned.case.workload
    line = float(np.squeeze(w.link * w.share))
    return "link" if found.byte_rate >= _FULL * line else rest.bottleneck


def _course(planned: Planned, progress: Progress) -> Iterable[Mapping[str, Any]]:
    """Bytes, files and the share of the work at moments of the course."""
    course, places = progress.course, np.arange(len(progress.course.times))
    if len(places) > _MOST:
        places = np.unique(np.linspace(0, len(places) - 1, _MOST).astype(int))
    (done, volume), (counted, files) = progress.volume, progress.files
    all_work = planned.work(volume, files)
    gained = gains_of(course, volume, files)
    sizes, counts = (each - each[-1] + now for each, now in zip(gained, (done, counted), strict=True))
    for place in places.tolist():
        size, count = float(sizes[place]), float(counts[place])
        left = planned.work(max(volume - size, 0.0), max(files - count, 0.0))
        yield {
            "at": _iso(planned.moment(float(planned.passed(course.times[place])))),
            "share": 1.0 - min(left / all_work, 1.0),
            "bytes": None if course.bytes is None else size,
            "files": None if course.files is None else count,
        }


def _scores(planned: Planned, state: State, progress: Progress) -> Iterable[dict[str, Any]]:
    """Forecasts of the end of the copy that were made before it, once it is known."""
    if not progress.copied:
        return
    end = copied_at(progress.course)
    for said in state.forecasts:
        told = dict(said.get("copy_end") or {})
        ends = {name: _epoch(value) for name, value in told.items()}
        at, middle = _epoch(said["at"]), ends.get("p50")
        if at is None or middle is None or at >= end:
            continue
        low, high = ends.get("p10"), ends.get("p90")
        yield {
            "at": said["at"],
            **{name: told.get(name) for name in ("p10", "p50", "p90")},
            "actual": _iso(planned.moment(float(planned.passed(end)))),
            "inside": None if low is None or high is None else low <= end <= high,
            "error": (middle - end) / (end - at),
        }


def _epoch(value: Any) -> float | None:
    try:
        return dt.datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError):
        return None


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
