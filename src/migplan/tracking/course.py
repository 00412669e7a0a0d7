"""Samples of all jobs to the course of one move: what was done when, what is left, and when nothing moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.tracking.samples import ENDED, Sample

_FALLS = 0.999
"""What a counter may lose before it counts as begun anew: some are rounded. [1]."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a job, in the order of time."""

    samples: tuple[Sample, ...]

    @property
    def last(self) -> Sample:
        """Where it is, or how it ended."""
        return self.samples[-1]

    @property
    def begin(self) -> float:
        """Its first moment at which it did anything. [s]."""
        return next((each.time for each in self.samples if each.phase != "queued"), self.samples[0].time)

    def most(self, name: str) -> float | None:
        """The last value that is known of a counter."""
        return _last(self.samples, name)


def _last(samples: Sequence[Sample], name: str) -> float | None:
    return next((value for each in reversed(samples) if (value := getattr(each, name)) is not None), None)


def runs_of(samples: Sequence[Sample]) -> list[Run]:
    """The runs of a job: another id, an end, or counters that go back begin a new one."""
    runs: list[list[Sample]] = []
    for sample in samples:
        before = runs[-1][-1] if runs else None
        if before is None or _is_new(before, sample, runs[-1]):
            runs.append([])
        runs[-1].append(sample)
    return [Run(tuple(each)) for each in runs]


def _is_new(before: Sample, sample: Sample, run: Sequence[Sample]) -> bool:
    if sample.run != before.run:
        return True
    if before.phase in ENDED and sample.phase not in ENDED:
        return True
    for name in ("bytes", "files"):
        now = getattr(sample, name)
        then = None if now is None else _last(run, name)
        if then is not None and now < _FALLS * then:
            return True
    return False


@dataclass(frozen=True)
class Job:
    """A job of a move: its first pass, and the passes after it.

    Attributes
    ----------
    name, tool : str
    times : array
        Moments of the first pass, rising. [s]
    bytes, files : array or None
        Done by then, those of runs that were stopped among them; None where nobody tells. [B], [1]
    phases : tuple of str
    total_bytes, total_files : float or None
    final : bool
        Whether the totals grow no more, as far as the tool says.
    copied : bool
        Whether the first pass is over.
    passes : tuple of (float, float, float)
        Begin, end and bytes of each pass after the first. [s], [s], [B]
    failed : float
        Files that failed in the last run. [1]
    """

    name: str
    tool: str
    times: NDArray[np.float64]
    bytes: NDArray[np.float64] | None
    files: NDArray[np.float64] | None
    phases: tuple[str, ...]
    total_bytes: float | None
    total_files: float | None
    final: bool
    copied: bool
    passes: tuple[tuple[float, float, float], ...]
    failed: float

    @property
    def phase(self) -> str:
        """What it did last."""
        return self.phases[-1]

    def done(self, name: str) -> float | None:
        """What is done of bytes or files."""
        values = getattr(self, name)
        return None if values is None else float(values[-1])


def job_of(samples: Sequence[Sample]) -> Job:
    """A job out of its samples, in the order of time."""
    runs = runs_of(samples)
    # Whatever follows a run that came to its end is a pass over what changed.
    ends = [place for place, run in enumerate(runs) if run.last.phase == "done"]
    first = runs[: ends[0] + 1] if ends else runs
    points: list[tuple[Any, ...]] = []
    base = {"bytes": 0.0, "files": 0.0}
    for run in first:
        for each in run.samples:
            values = {name: getattr(each, name) for name in base}
            points.append(
                (each.time, *(None if v is None else base[n] + v for n, v in values.items()), each.phase)
            )
        if run is not first[-1]:
            base = {name: before + (run.most(name) or 0.0) for name, before in base.items()}
    last = first[-1]
    totals = {}
    for name, before in base.items():
        told = last.most(f"total_{name}")
        totals[name] = None if told is None else told if last.last.covers == "tree" else before + told
    return Job(
        name=samples[0].job,
        tool=samples[-1].tool,
        times=np.array([point[0] for point in points]),
        bytes=_filled([point[1] for point in points]),
        files=_filled([point[2] for point in points]),
        phases=tuple(str(point[3]) for point in points),
        total_bytes=totals["bytes"],
        total_files=totals["files"],
        final=bool(last.last.final),
        copied=bool(ends),
        passes=tuple((run.begin, run.last.time, run.most("bytes") or 0.0) for run in runs[len(first) :]),
        failed=last.most("failed") or 0.0,
    )


def _filled(values: Sequence[float | None]) -> NDArray[np.float64] | None:
    """Counters that never fall, gaps filled in between; None where nothing is known."""
    found = np.array([np.nan if value is None else value for value in values], dtype=float)
    known = np.flatnonzero(~np.isnan(found))
    if not len(known):
        return None
    return np.maximum.accumulate(np.interp(np.arange(len(found)), known, found[known]))


@dataclass(frozen=True)
class Course:
    """All jobs of a move together.

    Attributes
    ----------
    jobs : tuple of Job
    times : array
        Every moment of every job, rising. [s]
    bytes, files : array or None
        Gained since the first of them by jobs whose progress was seen at both ends of a stretch. [B], [1]
    paused : array of bool
        By stretch, whether all jobs that ran were paused or had nothing to do.
    """

    jobs: tuple[Job, ...]
    times: NDArray[np.float64]
    bytes: NDArray[np.float64] | None
    files: NDArray[np.float64] | None
    paused: NDArray[np.bool_]

    @property
    def begin(self) -> float:
        """When the first job was first seen. [s]."""
        return float(self.times[0])

    @property
    def at(self) -> float:
        """When one was last seen. [s]."""
        return max([float(self.times[-1]), *(end for job in self.jobs for _, end, _ in job.passes)])

    @property
    def copied(self) -> bool:
        """Whether the first pass of every job that was seen is over."""
        return all(job.copied for job in self.jobs)

    def done(self, name: str) -> float | None:
        """What is done of bytes or files; None where a job does not tell."""
        found = [job.done(name) for job in self.jobs]
        return None if None in found else float(sum(value for value in found if value is not None))

    def total(self, name: str) -> float | None:
        """What there is of bytes or files, as the tools know now; None where one of them does not tell."""
        found = [getattr(job, f"total_{name}") for job in self.jobs]
        return None if None in found else float(sum(found))

    @property
    def final(self) -> bool:
        """Whether the totals of all jobs grow no more."""
        return all(job.final for job in self.jobs)


def course_of(samples: Iterable[Sample]) -> Course:
    """The course of a move out of its samples, in any order."""
    jobs: dict[str, list[Sample]] = {}
    for sample in sorted(samples, key=lambda each: (each.time, each.phase in ENDED)):
        jobs.setdefault(sample.job, []).append(sample)
    made = tuple(job_of(each) for each in jobs.values())
    times = np.unique(np.concatenate([job.times for job in made]))
    return Course(
        made, times, _gained(made, times, "bytes"), _gained(made, times, "files"), _paused(made, times)
    )


def _gained(jobs: Sequence[Job], times: NDArray[np.float64], name: str) -> NDArray[np.float64] | None:
    if any(getattr(job, name) is None for job in jobs):
        return None
    # Before a job was first seen it had done something that no stretch has seen.
    found: NDArray[np.float64] = np.sum(
        [np.interp(times, job.times, getattr(job, name) - getattr(job, name)[0]) for job in jobs], axis=0
    )
    return found


def _paused(jobs: Sequence[Job], times: NDArray[np.float64]) -> NDArray[np.bool_]:
    """By stretch, whether no job was at work."""
    idle = np.ones(max(len(times) - 1, 0), dtype=bool)
    for job in jobs:
        place = np.searchsorted(job.times, times[:-1], "right") - 1
        rests = np.array([phase in ("paused", "queued", *ENDED) for phase in job.phases])
        idle &= (place < 0) | rests[np.maximum(place, 0)]
    return idle
