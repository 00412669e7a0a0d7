"""Which option is best, how the others rank behind it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.engine.evaluation import Outcome
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS
from migplan.engine.targets import Reason
from migplan.facts import Fact
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload
from migplan.units import show

DAY = 86400.0


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


def judge(
    option: Option, workload: Workload, finish: Numeric, cutover: Numeric, cost: Numeric, barred: Any
) -> Verdict:
    """Hold an option against keep, deadline, cutover window and budget.

    Parameters
    ----------
    finish, cutover, cost : numeric
        Of this option. [s], [s], [USD]
    barred : bool or array of bool
        Whether a number rules it out.
    """
    window = workload.cutover_window
    return Verdict(
        usable=~np.asarray(barred) & (not option.reasons),
        sure=np.full(np.shape(finish), is_sure(option, workload)),
        lateness=_steps(finish, workload.deadline),
        overrun=_steps(cutover, window),
        in_budget=np.isnan(workload.budget) | (cost <= workload.budget),
        long=np.isnan(window) & (cutover > workload.bearable_cutover),
    )


def is_sure(option: Option, workload: Workload) -> bool:
    """Whether an option is known to keep everything that must be kept."""
    keeps = option.keeps or {}
    return all(keeps.get(attribute, "unknown") in ("yes", "not-applicable") for attribute in workload.keep)


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
    by_hand = option.mover is not None and bool(option.mover.by_hand)
    own_line = option.route is not None and option.route.line == "own"
    built = 0 if option.exists else 2 if own_line else 1
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
    least = np.where(candidates, _number(aim), np.inf).min(axis=0)
    near = candidates & (_number(aim) <= least * (1.0 + tie))
    near = np.where(near.any(axis=0), near, candidates)
    return _least(near, efforts + 0.0 * tier, other, aim)


def _least(candidates: Any, *keys: Any) -> Any:
    """The candidate with the least of the first key; ties go by the next one."""
    for key in keys:
        values = np.where(candidates, _number(key), np.inf)
        candidates = candidates & (values <= values.min(axis=0))
    return candidates.argmax(axis=0)


def _number(values: Any) -> Any:
    return np.where(np.isnan(values), np.inf, values)


FAULTS = {
    "no-line": "the site has no line for this route; give `link`",
    "file-too-large": "the largest file is above the limit of the mover, the device or the target",
    "does-not-converge": "does not converge: data changes about as fast as it is copied, and no pass gets short",
    "no-window": "no stretch of hours and cutover days outside freezes is long enough for the cutover",
    "misses-return-date": "devices would come back after the end of support",
    "misses-last-order": "a later wave of devices would be ordered after the last day for orders",
    "too-small": "so little data that shipping a part of it brings the end no nearer",
    "out-of-calendar": "no end within the years the calendar covers",
}
"""Code of a reason that depends on numbers -> its text."""


def numeric_reasons(
    option: Option, faults: dict[str, bool], workload: Workload, numbers: dict[str, float]
) -> list[Reason]:
    """The faults of one option in words, with the numbers that matter.

    Parameters
    ----------
    numbers : dict
        Details of the outcome, by name.
    """
    reasons = []
    for code, holds in faults.items():
        if not holds:
            continue
        text, source = FAULTS[code], ""
        if code == "does-not-converge":
            text += _converging(option, workload, numbers)
        if code in ("misses-return-date", "misses-last-order") and option.device is not None:
            life = option.device.lifecycle
            day = life.available_until if code == "misses-return-date" else life.orders_until
            text, source = f"{text}, {day}", life.source
        reasons.append(Reason(code, text, source))
    return reasons


def _converging(option: Option, w: Workload, numbers: dict[str, float]) -> str:
    """By how much changes outrun the copy, and the line that would do, where the line is what bounds it."""
    ratio, rate = numbers.get("change_ratio", np.nan), numbers.get("rate", np.nan)
    if not np.isfinite(ratio):
        return ""
    told = f"; copying a day's changes takes {ratio:.3g} of the day's usable time"
    if np.isfinite(rate):
        told += f" at {show(rate, 'B/s')}"
    bound = BOUNDS[int(numbers.get("copy_bound", 0))]
    if bound != "link":
        return f"{told}, and a wider line alone does not help: {bound} is the bound"
    own = option.route is not None and option.route.line == "own"
    fact = option.route.fact("line_rate", w.region) if own and option.route is not None else None
    line = float(np.max(w.link)) if fact is None else fact.value
    # At a ratio of 1 changes would just be kept up with: more than that is wanted.
    return (
        f"{told}; a line of more than {show(line * ratio, 'B/s')} would do, this one has {show(line, 'B/s')}"
    )


def barred(outcome: Outcome) -> Any:
    """Where any number rules an option out, or its end is not finite."""
    bars = np.zeros(np.shape(outcome.finish), dtype=bool)
    for holds in outcome.faults.values():
        bars = bars | holds
    return bars | ~np.isfinite(outcome.finish)
