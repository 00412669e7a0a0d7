"""Which option is best, how the others rank behind it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.evaluate import Outcome
from migplan.evaluate.copying import BOUNDS
from migplan.formulas import Numeric
from migplan.options import Option
from migplan.targets import Reason
from migplan.units import show
from migplan.workload import Workload

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one option stands against what is wanted. Arrays over rows, or plain values.

    Attributes
    ----------
    usable : bool
        Nothing rules it out.
    sure : bool
        Nothing that must be kept is kept only in part, or not known to be kept.
    in_time, in_window, in_budget : bool
        Against deadline, cutover window and budget; true where none was set.
    """

    usable: Any
    sure: Any
    in_time: Any
    in_window: Any
    in_budget: Any

    @property
    def meets(self) -> Any:
        """Whether everything that was asked for is met."""
        return self.usable & self.in_time & self.in_window & self.in_budget

    @property
    def tier(self) -> Any:
        """Rank before any comparison of cost or time; 0 is best."""
        return (
            np.where(self.usable, 0, 16)
            + np.where(self.sure, 0, 8)
            + np.where(self.in_time, 0, 4)
            + np.where(self.in_window, 0, 2)
            + np.where(self.in_budget, 0, 1)
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
    keeps = option.keeps or {}
    sure = all(keeps.get(attribute, "unknown") in ("yes", "not-applicable") for attribute in workload.keep)
    shape = np.shape(finish)
    return Verdict(
        usable=~np.asarray(barred) & (not option.reasons),
        sure=np.full(shape, sure),
        in_time=np.isnan(workload.deadline) | (finish <= workload.deadline),
        in_window=np.isnan(workload.cutover_window) | (cutover <= workload.cutover_window),
        in_budget=np.isnan(workload.budget) | (cost <= workload.budget),
    )


def effort(option: Option) -> int:
    """How much has to be arranged for an option: a route that is not there yet, devices, a tool run by hand. [1]."""
    by_hand = option.mover is not None and bool(option.mover.extra["by_hand"])
    return int(not option.exists) + int(option.device is not None) + int(by_hand)


def best(tier: Any, cost: Any, efforts: Any, finish: Any, optimize: str, tie: float) -> Any:
    """Index of the best option, along the first axis.

    Within the best tier the aim decides. For cost, totals within `tie` of the cheapest count as equal: then what takes
    the least to arrange is best, and of those the soonest. `cost` is the ceiling where prices are not known.
    """
    candidates = tier == tier.min(axis=0)
    if optimize in ("time", "risk"):
        return _least(candidates, finish, cost)
    cheapest = np.where(candidates, _number(cost), np.inf).min(axis=0)
    near = candidates & (_number(cost) <= cheapest * (1.0 + tie))
    near = np.where(near.any(axis=0), near, candidates)
    return _least(near, efforts + 0.0 * tier, finish, cost)


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
        if code == "misses-return-date" and option.device is not None:
            life = option.device.lifecycle
            text, source = f"{text}, {life.available_until}", life.source
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
    own = option.route is not None and option.route.extra["line"] == "own"
    fact = option.route.fact("line_rate", w.region) if own and option.route is not None else None
    line = float(np.max(w.link)) if fact is None else fact.value
    # At a ratio of 1 changes would just be kept up with: more than that is wanted.
    return (
        f"{told}; a line of more than {show(line * ratio, 'B/s')} would do, this one has {show(line, 'B/s')}"
    )


def why(
    option: Option,
    w: Workload,
    days: float,
    p80_days: float | None,
    cost: float,
    complete: bool,
    verdict: Verdict,
) -> list[str]:
    """Reasons for a recommendation, as sentences.

    Parameters
    ----------
    days, p80_days : float
        From the start to the end of the cutover, at typical values and at P80.
    """
    told = [
        f"Done in {days:,.1f} days"
        + ("" if p80_days is None else f", and in 8 of 10 cases within {p80_days:,.1f}")
    ]
    told[0] += _against_deadline(w, days if p80_days is None else p80_days)
    keeps = option.keeps or {}
    kept = [name for name in w.keep if keeps.get(name) == "yes"]
    if kept:
        told.append(f"Keeps what must be kept: {', '.join(kept)}.")
    total = f"{cost:,.0f} USD" if complete else f"at least {cost:,.0f} USD (a price is not known)"
    told.append(f"Move and {w.horizon / (730 * 3600.0):g} months of {option.target.name}: {total}.")
    if not verdict.in_window:
        told.append("Its cutover does not fit the window.")
    if not verdict.in_budget:
        told.append("It is over the budget.")
    return told


def _against_deadline(w: Workload, days: float) -> str:
    if np.isnan(w.deadline):
        return "."
    spare = w.deadline / DAY - days
    return f", {spare:,.1f} before the deadline." if spare >= 0 else f", {-spare:,.1f} after the deadline."


def why_not(winner: dict[str, Any], other: dict[str, Any]) -> str:
    """Why the next one is only next: the first criterion on which the two differ."""
    if other["tier"] != winner["tier"]:
        for key, text in (
            ("usable", "cannot be used"),
            ("sure", "is not known to keep everything that must be kept"),
            ("in_time", "misses the deadline"),
            ("in_window", "does not fit the cutover window"),
            ("in_budget", "is over the budget"),
        ):
            if winner[key] and not other[key]:
                return text
    more, later = other["cost"] - winner["cost"], (other["finish"] - winner["finish"]) / DAY
    parts = []
    if not np.isfinite(more):
        parts.append("has a price that is not known anywhere")
    elif abs(more) >= 1:
        unsure = "" if other["complete"] and winner["complete"] else ", unknown prices taken at their ceiling"
        parts.append(f"costs {abs(more):,.0f} USD {'more' if more > 0 else 'less'}{unsure}")
    if later == np.inf:
        parts.append("does not end in 2 of 10 cases")
    elif abs(later) >= 0.05:
        parts.append(f"ends {abs(later):,.1f} days {'later' if later > 0 else 'sooner'}")
    return " and ".join(parts) or "is equal in cost and time"


def barred(outcome: Outcome) -> Any:
    """Where any number rules an option out, or its end is not finite."""
    bars = np.zeros(np.shape(outcome.finish), dtype=bool)
    for holds in outcome.faults.values():
        bars = bars | holds
    return bars | ~np.isfinite(outcome.finish)
