"""Which option is best, how the others rank behind it, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.options import Option
from migplan.facts import Fact
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload

UNUSABLE, UNSURE, LATE, OUTSIDE, DEAR, LONG = 512, 256, 32, 4, 2, 1
"""The parts of a tier, from the gravest to the lightest; of `LATE` and `OUTSIDE` there may be several steps."""

BY_TIME = ("time", "risk")
"""Aims for which time decides, and not cost."""

_STEPS = np.array([1.0, 1.1, 1.5, 2.5, 5.0, 10.0])
NEVER = len(_STEPS) + 1
"""The step of what never ends; no end is so late."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one option stands against what is wanted. Arrays over rows, or plain values.

    Attributes
    ----------
    usable : bool
        Nothing rules it out.
    sure : bool
        Nothing that must be kept is kept only in part, or not known to be kept.
    lateness, overrun : int
        By how many steps deadline and cutover window are missed; 0 where they are met, or were not set.
    in_budget : bool
        True where none was set.
    long : bool
        Whether the cutover is longer than people bear, where no window was set.
    """

    usable: Any
    sure: Any
    lateness: Any
    overrun: Any
    in_budget: Any
    long: Any

    def row(self, row: int) -> Verdict:
        """Of a single row, where the axes are option and row."""
        return Verdict(*(getattr(self, entry.name)[:, row] for entry in fields(self)))

    @property
    def in_time(self) -> Any:
        """Whether it ends, and before the deadline."""
        return np.equal(self.lateness, 0)

    @property
    def in_window(self) -> Any:
        """Whether the cutover fits its window."""
        return np.equal(self.overrun, 0)

    @property
    def meets(self) -> Any:
        """Whether everything that was asked for is met."""
        return self.usable & self.in_time & self.in_window & self.in_budget

    @property
    def tier(self) -> Any:
        """Rank before any comparison of cost or time; 0 is best."""
        return (
            np.where(self.usable, 0, UNUSABLE)
            + np.where(self.sure, 0, UNSURE)
            + np.multiply(self.lateness, LATE)
            + np.multiply(self.overrun, OUTSIDE)
            + np.where(self.in_budget, 0, DEAR)
            + np.where(self.long, LONG, 0)
        )


def judge(w: Workload, usable: Any, keeps: Any, finish: Numeric, cutover: Numeric, cost: Numeric) -> Verdict:
    """Hold options against deadline, cutover window and budget; all arguments broadcast.

    Parameters
    ----------
    usable, keeps : bool or array of bool
        Whether nothing rules an option out, and whether it is known to keep all that must be kept.
    finish, cutover : numeric
        [s]
    cost : numeric
        With an upper bound for each price that nobody knows: what is not known to be within the budget is not. [USD]
    """
    window = w.cutover_window
    return Verdict(
        usable=usable,
        sure=np.broadcast_to(keeps, np.shape(finish)),
        lateness=_steps(finish, w.deadline),
        overrun=_steps(cutover, window),
        in_budget=np.isnan(w.budget) | (cost <= w.budget),
        long=np.isnan(window) & (cutover > w.bearable_cutover),
    )


def keeps_all(option: Option, keep: Sequence[str]) -> bool:
    """Whether an option is known to keep everything that must be kept."""
    keeps = option.keeps or {}
    return all(keeps.get(attribute, "unknown") in ("yes", "not-applicable") for attribute in keep)


def _steps(found: Numeric, wanted: Numeric) -> Any:
    """By how many steps a time is longer than what was wanted; what never ends misses even where nothing was wanted.

    >>> [int(_steps(days, 10.0)) for days in (10.0, 10.5, 20.0, np.inf)], int(_steps(np.inf, np.nan))
    ([0, 1, 3, 7], 7)
    """
    # Infinity stands apart, so that it need not be divided by the infinity that stands for nothing wanted.
    endless = np.isinf(found)
    times = np.where(endless, 1.0, found) / np.where(np.isnan(wanted), np.inf, wanted)
    # Times that are not known are beyond every step.
    return np.where(endless, NEVER, np.searchsorted(_STEPS, times))


def effort(option: Option) -> int:
    """How much has to be arranged for an option: a route, a circuit twice as much; devices; a tool by hand. [1]."""
    by_hand = option.mover is not None and option.mover.by_hand
    built = 0 if option.exists else 2 if option.own_line else 1
    return built + int(option.device is not None) + int(by_hand)


def tie_of(optimize: str, assumptions: Mapping[str, Fact]) -> float:
    """By how much totals, or durations, may differ and still count as equal. [1]."""
    return assumptions["time_tie" if optimize in BY_TIME else "cost_tie"].value


def best(tier: Any, cost: Any, efforts: Any, finish: Any, optimize: str, tie: float) -> Any:
    """Index of the best option, along the first axis.

    Within the best tier the aim decides, cost or time. What is within `tie` of the least counts as equal: then what
    takes the least to arrange is best, and of those the soonest, or the cheapest where time is the aim. `cost` is the
    ceiling where prices are not known.
    """
    candidates = tier == tier.min(axis=0)
    aim, other = (finish, cost) if optimize in BY_TIME else (cost, finish)
    least = np.where(candidates, finite_or_last(aim), np.inf).min(axis=0)
    near = candidates & (finite_or_last(aim) <= least * (1.0 + tie))
    near = np.where(near.any(axis=0), near, candidates)
    return _least(near, np.broadcast_to(efforts, np.shape(tier)), other, aim)


def _least(candidates: Any, *keys: Any) -> Any:
    """The candidate with the least of the first key; ties go by the next one."""
    for key in keys:
        values = np.where(candidates, finite_or_last(key), np.inf)
        candidates = candidates & (values <= values.min(axis=0))
    return candidates.argmax(axis=0)


def rank(
    options: Sequence[Option], tier: Any, cost: Any, finish: Any, optimize: str, tie: float
) -> NDArray[np.intp]:
    """Positions of the options from the best to the worst, along the first axis.

    The winner is `best`. Behind it options go by tier, then by the aim, then by the finish, and at last by id.

    Parameters
    ----------
    tier, cost, finish : array
        The first axis is the option; any others behind. [1], [USD], [s]
    optimize : str
        The aim.
    tie : float
        From `tie_of`. [1]
    """
    shape = np.shape(finish)
    efforts = efforts_of(options).reshape(-1, *(1,) * (len(shape) - 1))
    places = np.arange(len(options)).reshape(efforts.shape)
    first = best(tier, cost, efforts, finish, optimize, tie)
    aim = finish if optimize in BY_TIME else cost
    ids = np.argsort(np.argsort(np.array([option.id for option in options]))).reshape(efforts.shape)
    keys = (np.broadcast_to(ids, shape), *_last_if_nan(finish), *_last_if_nan(aim), tier, places != first)
    return np.lexsort(keys, axis=0)


def efforts_of(options: Sequence[Option]) -> NDArray[np.intp]:
    """How much has to be arranged for each option. [1]."""
    return np.array([effort(option) for option in options], dtype=np.intp)


def _last_if_nan(values: Any) -> tuple[Any, Any]:
    missing = np.isnan(values)
    return np.where(missing, 0.0, values), missing


def finite_or_last(values: Any) -> Any:
    """Values that are compared: what is not known comes after everything else."""
    return np.where(np.isnan(values), np.inf, values)
