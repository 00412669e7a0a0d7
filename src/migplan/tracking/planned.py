"""The plan of a move as its prior: the option that is followed, its rates and how well they are known, its calendar."""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.clock import Clock
from migplan.engine.draws import Draws, outcome_of
from migplan.engine.evaluation import evaluate_stacks
from migplan.engine.options import Option
from migplan.engine.outcome import Outcome
from migplan.engine.pace import pace_of
from migplan.engine.parameters import Parameters
from migplan.errors import Fault, MigplanError
from migplan.formulas.copying import copy_time, histogram_copy_time
from migplan.formulas.rates import LogTime, Rates
from migplan.results.json import given_again
from migplan.results.model import Plan

_NO_FILES = 60.0
"""ln(files per second) of what knows no files: more than anything does."""


@dataclass(frozen=True)
class Planned:
    """A plan that is followed.

    Attributes
    ----------
    plan : Plan
    given : dict
        Its inputs as a scenario would give them.
    case : Case
        Of these, run with as many agents as the plan says.
    option : Option
    draws : Draws
    zone : tzinfo
        Where the site is, as far as anybody says; else UTC.
    """

    plan: Plan
    given: Mapping[str, Any]
    case: Case
    option: Option
    draws: Draws
    zone: dt.tzinfo

    @cached_property
    def outcome(self) -> Outcome:
        """What the plan says, on draws."""
        return outcome_of(self.case, self.option, self.draws)

    @cached_property
    def rates(self) -> Rates:
        """What the plan knows of the two rates: that of its draws, and never surer than is assumed."""
        least = self.case.facts.assumptions["track_prior"].value
        found = np.stack([self._logs("rate"), self._logs("file_rate")])
        if not np.isfinite(found).all():
            text = (
                f"has no rate for {self.option.id}; wanted a plan with a line, or --option with another one"
            )
            raise MigplanError(Fault("missing", "plan", text))
        mean = np.median(found, axis=1)
        cov = np.cov(found)
        widened = np.maximum(least / np.sqrt(np.maximum(np.diag(cov), 1e-12)), 1.0)
        return Rates(mean, cov * np.outer(widened, widened) + np.eye(2) * 1e-9)

    def _logs(self, name: str) -> NDArray[np.float64]:
        values = np.broadcast_to(self.outcome.details[name], (1, 1, self.draws.samples)).ravel()
        return np.asarray(np.minimum(np.log(np.maximum(values, 1e-9)), _NO_FILES))

    @cached_property
    def overlap(self) -> float:
        """The exponent between byte time and file time. [1]."""
        return float(np.median(self.outcome.details["overlap"]))

    @property
    def volume(self) -> float:
        """Of the plan. [B]."""
        return float(np.squeeze(self.case.workload.volume))

    @property
    def files(self) -> float:
        """Of the plan. [1]."""
        return float(np.squeeze(self.case.workload.files))

    @cached_property
    def clock(self) -> Clock:
        """The hours of the line that is used."""
        return self.case.clock.of_lines(np.bool_(self.option.own_line))

    @cached_property
    def _levels(self) -> list[tuple[Clock, float]]:
        """The hours of each share of the line or a larger one, and how fast the plan copies then beside its fastest."""
        if not self.clock.shares:
            return [(self.clock, 1.0)]
        p = Parameters([self.option], self.case.workload.region)
        copies = pace_of(p, self.case.workload, self.case.assumed, self.clock).copies
        times = [float(np.squeeze(copy.copy)) for copy in copies]
        return [(self.clock.at_level(level), times[0] / time) for level, time in enumerate(times)]

    def usable(self, begin: Any, end: Any) -> NDArray[np.float64]:
        """Time between moments in which the line is ours, that at a smaller share for as much as it does. [s]."""
        found, before = np.zeros(np.shape(begin)), np.zeros(np.shape(begin))
        for clock, pace in self._levels:
            whole = np.asarray(clock.usable(begin, end), dtype=float)
            found, before = found + (whole - before) * pace, whole
        return found

    @cached_property
    def midnight(self) -> float:
        """The moment from which the engine counts. [s of the epoch]."""
        return dt.datetime.combine(self.case.workload.start, dt.time(), self.zone).timestamp()

    def passed(self, moment: Any) -> Any:
        """Moments of the epoch as the engine counts them. [s]."""
        return np.subtract(moment, self.midnight)

    def moment(self, passed: float) -> dt.datetime | None:
        """A time of the engine as date and time at the site; None where there is no such day."""
        if not math.isfinite(passed):
            return None
        try:
            return dt.datetime.fromtimestamp(self.midnight + passed, self.zone)
        except (OverflowError, ValueError, OSError):
            return None

    @cached_property
    def begin(self) -> float:
        """When the plan has the first byte copied, at typical values. [s]."""
        (stack,) = evaluate_stacks(self.case, [self.option])
        starts = [phase.start for phase in stack.outcome.phases if phase.name in ("scan", "copy")]
        return min((float(np.squeeze(start)) for start in starts), default=0.0)

    def law(self, volume: float, files: float) -> LogTime:
        """Rates -> time of so many bytes and files, by sizes where they are known, as the engine has it."""
        sizes = self.case.workload.sizes
        if not sizes:
            return lambda ln: math.log(
                float(copy_time(volume * math.exp(-ln[0]), files * math.exp(-ln[1]), self.overlap))
            )
        counts = np.array([count for _, count in sizes])
        volumes = np.array([size * count for size, count in sizes])
        volumes, counts = volumes / volumes.sum() * volume, counts / counts.sum() * files
        return lambda ln: math.log(
            float(histogram_copy_time(volumes, counts, math.exp(ln[0]), math.exp(-ln[1]), 1.0, self.overlap))
        )

    def work(self, volume: float, files: float) -> float:
        """Time that the plan has for so many bytes and files. [s]."""
        if volume <= 0.0 and files <= 0.0:
            return 0.0
        return math.exp(self.law(volume, files)(self.rates.mean))


def open_planned(
    plan: Plan,
    option: str = "",
    zone: dt.tzinfo | None = None,
    profiles: Sequence[Path | str] = (),
    pilot: Path | None = None,
    samples: int = 1000,
    seed: int = 0,
) -> Planned:
    """Open a plan that is followed.

    Parameters
    ----------
    option : str
        Id; the one that the plan recommends where it is empty.
    zone : tzinfo, optional
        Where the site is, where the plan does not say.
    samples, seed : int
        Draws, at least one, and their random seed.

    Raises
    ------
    MigplanError
        The plan recommends nothing, has no such option, or this one does not copy over a line.
    """
    name = option or plan.recommendation.option
    if not name:
        text = "recommends nothing; wanted --option with the id of the one that is run"
        raise MigplanError(Fault("missing", "plan", text))
    told = next((each for each in plan.options if each.id == name), None)
    given = given_again(plan)
    if told is not None and told.settings is not None and told.settings.agents:
        given.setdefault("agents", str(told.settings.agents))
    case = Case.open(given, profiles, dt.date.fromisoformat(plan.today), pilot)
    found = case.option(name, "--option")
    # Whatever is ruled out may be run all the same.
    if found.kind != "online":
        text = f"{name!r} does not copy over a line alone; wanted --option with one of the plan that does"
        raise MigplanError(Fault("bad-choice", "--option", text))
    w = case.workload
    here = zoneinfo.ZoneInfo(w.timezone) if w.timezone else zone or dt.UTC
    return Planned(plan, given, case, found, Draws(seed, max(samples, 1)), here)
