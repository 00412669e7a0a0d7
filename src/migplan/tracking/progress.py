"""Where a move stands against its plan: what is done and left, and stretches of work with the time they took."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan import units
from migplan.errors import Fault, MigplanError
from migplan.text import percent_of
from migplan.tracking.course import Course
from migplan.tracking.planned import Planned

_PARTS = 100.0
"""Of the work, one of which is timed by itself where it can be. [1]."""
_LEAST = 0.3
"""Of such a part, below which the last one goes with the one before. [1]."""
_OPEN = 0.05
"""Of a stretch, which the line is ours at least: else what was done was done outside the plan's hours. [1]."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some work, and the usable time that it took.

    Attributes
    ----------
    time : float
        [s]
    volume, files : float
        [B], [1]
    part : float
        Of the whole work, in hundredths. [1]
    """

    time: float
    volume: float
    files: float
    part: float


@dataclass(frozen=True)
class Progress:
    """Where a move stands.

    Attributes
    ----------
    course : Course
    at, begin : float
        Now and the first byte, as the engine counts. [s]
    volume, files : (float, float)
        Done, and all there is. [B], [1]
    counts_files : bool
        Whether tools count files; else they have the part that bytes have.
    stretches : tuple of Stretch
    paused : float
        Usable time in which nothing moved. [s]
    share : float
        Of the work that is done, in the plan's time. [1]
    copied : bool
        Whether the first pass is over.
    notes : tuple of str
    """

    course: Course
    at: float
    begin: float
    volume: tuple[float, float]
    files: tuple[float, float]
    counts_files: bool
    stretches: tuple[Stretch, ...]
    paused: float
    share: float
    copied: bool
    notes: tuple[str, ...]

    @property
    def left(self) -> tuple[float, float]:
        """Bytes and files that are left of the first pass. [B], [1]."""
        if self.copied:
            return 0.0, 0.0
        return max(self.volume[1] - self.volume[0], 0.0), max(self.files[1] - self.files[0], 0.0)

    @property
    def worked(self) -> float:
        """Usable time in which something moved. [s]."""
        return sum(stretch.time for stretch in self.stretches)

    @property
    def phase(self) -> str:
        """What the jobs do: what most of the waiting is for."""
        phases = [job.phase for job in self.course.jobs if not job.copied]
        order = ("copying", "scanning", "verifying", "deleting", "paused", "queued", "failed")
        return "passes" if self.copied else next((name for name in order if name in phases), "copying")


def progress_of(planned: Planned, course: Course, at: float, trust: bool = False) -> Progress:
    """Where a move stands at a moment.

    Parameters
    ----------
    at : float
        [s of the epoch]
    trust : bool
        Whether logs are taken that look like those of another move.

    Raises
    ------
    MigplanError
        The logs are of another move.
    """
    notes: list[str] = []
    # A tool tells bytes, files or both; what it does not tell has the part that the other has.
    counts = {name: course.done(name) for name in ("bytes", "files")}
    whole = {"bytes": planned.volume, "files": planned.files}
    if not trust:
        _check(planned, course, whole)
    totals = {name: _total(planned, course, name, whole[name], notes) for name in whole}
    part = max(_part(counts[name], totals[name]) for name in whole)
    done = {
        name: part * totals[name] if counts[name] is None else float(counts[name] or 0.0) for name in whole
    }
    totals = {name: max(totals[name], done[name]) for name in whole}
    missing = 1.0 - planned.case.facts.assumptions["track_missing"].value
    copied = course.copied and (counts["bytes"] is None or done["bytes"] >= missing * whole["bytes"])
    if course.copied and not copied:
        notes.append(
            "all jobs that were seen are done, and the plan has more: the others are taken to be still to come"
        )
    stretches, paused = _stretches(planned, course, totals)
    left = planned.work(totals["bytes"] - done["bytes"], totals["files"] - done["files"])
    all_work = planned.work(totals["bytes"], totals["files"])
    return Progress(
        course=course,
        at=float(planned.passed(at)),
        begin=float(planned.passed(course.begin)),
        volume=(done["bytes"], totals["bytes"]),
        files=(done["files"], totals["files"]),
        counts_files=counts["files"] is not None,
        stretches=tuple(stretches),
        paused=paused,
        share=1.0 if copied else max(1.0 - left / all_work, 0.0),
        copied=copied,
        notes=tuple(notes),
    )


def _part(done: float | None, total: float) -> float:
    return 0.0 if done is None or not total else min(done / total, 1.0)


def _check(planned: Planned, course: Course, whole: dict[str, float]) -> None:
    """Refuse logs of another move: too much data, or all of it before the plan was made."""
    most = planned.case.facts.assumptions["track_other"].value
    for name, text in (("bytes", "B"), ("files", "")):
        found = max(course.done(name) or 0.0, course.total(name) or 0.0)
        if found > most * whole[name]:
            shown = units.show(found, text) if text else f"{found:,.0f} files"
            plan = units.show(whole[name], text) if text else f"{whole[name]:,.0f} files"
            jobs = ", ".join(job.name for job in course.jobs)
            told = f"hold {shown}, the plan {plan}: they look like those of another move; wanted its own, or --trust"
            raise MigplanError(Fault("contradiction", jobs, told))
    day = planned.plan.today
    if planned.passed(course.at) < 0.0 and course.at < _midnight_of(planned, day):
        last = planned.moment(float(planned.passed(course.at)))
        told = (
            f"end on {last:%Y-%m-%d}, before the plan was made ({day}): they look like those of another move"
        )
        raise MigplanError(
            Fault(
                "contradiction",
                ", ".join(job.name for job in course.jobs),
                f"{told}; wanted its own, or --trust",
            )
        )


def _midnight_of(planned: Planned, day: str) -> float:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), planned.zone).timestamp()


def _total(planned: Planned, course: Course, name: str, plan: float, notes: list[str]) -> float:
    """What there is of bytes or files: by the tools where they are done counting, else no less than they found."""
    facts = planned.case.facts.assumptions
    told = course.total(name)
    if told is None:
        return plan
    if not course.final:
        return max(told, plan)
    if told < plan * (1.0 - facts["track_missing"].value):
        if name == "bytes":
            notes.append(
                f"the jobs that were seen hold {units.show(told, 'B')} of {units.show(plan, 'B')}: "
                "the rest is taken to be still to come"
            )
        return plan
    if abs(told / plan - 1.0) > facts["track_totals"].value:
        what = "data" if name == "bytes" else "files"
        more = "more" if told > plan else "less" if name == "bytes" else "fewer"
        notes.append(f"found {percent_of(round(abs(told / plan - 1.0), 3))} {more} {what} than the plan has")
    return told


def _stretches(planned: Planned, course: Course, totals: dict[str, float]) -> tuple[list[Stretch], float]:
    """Stretches of about a hundredth of the work, and the time in which nothing moved."""
    each = planned.work(totals["bytes"], totals["files"]) / _PARTS
    found: list[Stretch] = []
    time = volume = files = paused = idle = 0.0
    for spent, gained, counted, rests in _steps(planned, course, totals):
        if not gained and not counted:
            idle += spent
            paused, idle = (paused + idle, 0.0) if rests else (paused, idle)
            continue
        # What takes long and moves nothing is a pause; what is short is a file that is under way.
        paused, time = (paused + idle, time) if idle > each else (paused, time + idle)
        idle, time, volume, files = 0.0, time + spent, volume + gained, files + counted
        part = planned.work(volume, files) / each
        if part >= 1.0:
            found.append(Stretch(time, volume, files, part))
            time = volume = files = 0.0
    paused += idle if idle > each else 0.0
    part = planned.work(volume, files) / each
    if part >= _LEAST and time > 0.0:
        found.append(Stretch(time, volume, files, part))
    return [stretch for stretch in found if stretch.time > 0.0], paused


def _steps(
    planned: Planned, course: Course, totals: dict[str, float]
) -> Iterator[tuple[float, float, float, bool]]:
    """Usable time, bytes and files of each step between two moments, and whether all jobs rested in it."""
    times = np.asarray(planned.passed(course.times), dtype=float)
    if len(times) < 2:
        return
    spent = planned.usable(times[:-1], times[1:])
    gained, counted = (np.diff(each) for each in gains_of(course, totals["bytes"], totals["files"]))
    passed = np.diff(times)
    # Whoever copies outside the hours of the plan has the line all the same.
    outside = (spent < _OPEN * passed) & ((gained > 0.0) | (counted > 0.0))
    spent = np.where(outside, passed, spent)
    yield from zip(spent.tolist(), gained.tolist(), counted.tolist(), course.paused.tolist(), strict=True)


def gains_of(course: Course, volume: float, files: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bytes and files gained by each moment; what no tool tells has the part of its total that the other has."""
    ratio = files / volume if volume else math.nan
    gained, counted = course.bytes, course.files
    if gained is None:
        gained = np.zeros(len(course.times)) if counted is None else counted / ratio
    return gained, gained * ratio if counted is None else counted
