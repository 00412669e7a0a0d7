"""Which option is best, how the others rank behind it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from migplan.engine.options import KINDS, Option
from migplan.engine.targets import ACCESS, required
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload

UNUSABLE, UNKEPT, ENDLESS, LATE, OUTSIDE_WINDOW, OVER_BUDGET = 32, 16, 8, 4, 2, 1
"""What can be wrong with an option, as bits from the gravest to the lightest."""

MISSES = 1
"""The tier of what keeps all that must be kept, and misses a deadline, a window or a budget."""

JUDGED = 0.8
"""Plans are judged at the time that four of five draws keep."""

BY_TIME = ("time", "risk")
"""Aims for which time decides, and not money."""


class Verdict(Struct, frozen=True):
    """How one option stands against what is wanted. Arrays over rows, or plain values.

    Attributes
    ----------
    usable : bool
        Nothing rules it out.
    keeps : bool
        What must be kept is kept, so far as it says who may do what; the rest may be kept in part.
    lateness, overrun, dearness : float
        How many times as long as the deadline, as long as the cutover window, and as dear as the budget; 1 where they
        are met, or were not set. What never ends is endlessly late.
    """

    usable: Any
    keeps: Any
    lateness: Any
    overrun: Any
    dearness: Any

    def row(self, row: int) -> Verdict:
        """Of a single row, where the axes are option and row."""
        return Verdict(*(getattr(self, name)[:, row] for name in self.__struct_fields__))

    @property
    def in_time(self) -> Any:
        """Whether it ends, and before the deadline."""
        return np.equal(self.lateness, 1.0)

    @property
    def in_window(self) -> Any:
        """Whether the cutover fits its window."""
        return np.equal(self.overrun, 1.0)

    @property
    def in_budget(self) -> Any:
        """Whether it is known to be within the budget."""
        return np.equal(self.dearness, 1.0)

    @property
    def meets(self) -> Any:
        """Whether everything that was asked for is met."""
        return self.usable & self.keeps & self.in_time & self.in_window & self.in_budget

    @property
    def tier(self) -> Any:
        """Rank before any comparison of money or time: 0 where all that was asked for is met."""
        return (
            np.where(self.usable, 0, UNUSABLE)
            + np.where(self.keeps, 0, UNKEPT)
            + np.where(self.excess > 1.0, MISSES, 0)
        )

    @property
    def missed(self) -> Any:
        """What is wrong, as bits."""
        return (
            np.where(self.usable, 0, UNUSABLE)
            + np.where(self.keeps, 0, UNKEPT)
            + np.where(np.isinf(self.lateness), ENDLESS, 0)
            + np.where(self.in_time, 0, LATE)
            + np.where(self.in_window, 0, OUTSIDE_WINDOW)
            + np.where(self.in_budget, 0, OVER_BUDGET)
        )

    @property
    def excess(self) -> Any:
        """How many times more than was asked for an option takes, all wishes together; 1 where all are met."""
        return self.lateness * self.overrun * self.dearness


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
    late = _times(finish, w.deadline)
    return Verdict(
        usable=usable,
        keeps=np.broadcast_to(keeps, np.shape(finish)),
        # What never ends misses even where nothing was wanted.
        lateness=np.where(np.isinf(finish), np.inf, late),
        overrun=_times(cutover, w.cutover_window),
        dearness=_times(cost, w.budget),
    )


_DUE, _WINDOW = 1, 2
"""Bits of what is asked for: an end by a date, and a cutover in a window."""


def asked_of(w: Workload, rows: int) -> NDArray[np.int64]:
    """What each of some rows asks for, as bits."""
    bits = np.where(np.isnan(w.deadline), 0, _DUE) + np.where(np.isnan(w.cutover_window), 0, _WINDOW)
    return np.broadcast_to(bits, (rows, 1))[:, 0]


def missed_codes(bits: int, asked: int) -> str:
    """What an option that can be used does not meet, as codes; what never ends is late only where an end was asked for.

    >>> missed_codes(LATE + OVER_BUDGET, _DUE), missed_codes(ENDLESS + LATE + OUTSIDE_WINDOW, _WINDOW)
    ('misses-deadline; over-budget', 'never-ends; misses-cutover-window')
    """
    codes = {
        "fidelity-not-sure": bits & UNKEPT,
        "never-ends": bits & ENDLESS,
        "misses-deadline": asked & _DUE and bits & LATE,
        "misses-cutover-window": asked & _WINDOW and bits & OUTSIDE_WINDOW,
        "over-budget": bits & OVER_BUDGET,
    }
    return "; ".join(code for code, holds in codes.items() if holds)


def keeps_all(option: Option, w: Workload) -> bool:
    """Whether everything that must be kept is kept well enough."""
    return not not_kept(option, w)


def not_kept(option: Option, w: Workload) -> list[str]:
    """What must be kept and is not: in full where it says who may do what, else at least in part."""
    keeps = option.keeps or {}
    return [
        name
        for name in required(option.target, w)
        if (
            keeps.get(name, "unknown") not in ("yes", "not-applicable")
            if name in ACCESS
            else keeps.get(name) == "no"
        )
    ]


def kept_in_part(option: Option, w: Workload) -> list[str]:
    """What must be kept and is not kept in full, or is not known to be."""
    keeps = option.keeps or {}
    return [name for name in w.keep if keeps.get(name, "unknown") in ("partial", "unknown", "no")]


def _times(found: Numeric, wanted: Numeric) -> Any:
    """How many times more something is than what was wanted; 1 where it is not more, or nothing was wanted.

    >>> [float(_times(days, 10.0)) for days in (9.0, 10.0, 20.0, np.inf, np.nan)], float(_times(np.inf, np.nan))
    ([1.0, 1.0, 2.0, inf, inf], 1.0)
    """
    if np.ndim(wanted) == 0 and np.isnan(wanted):
        return np.ones(np.shape(found))
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.maximum(np.divide(found, wanted), 1.0)
    odd = np.isnan(times)
    if odd.any():
        # What is not known is not known to be enough.
        enough = np.isnan(wanted) | np.less_equal(found, wanted)
        times = np.where(odd, np.where(enough, 1.0, np.inf), times)
    return times


def aims_of(optimize: str, counted: Any, finish: Any, weight: Any = 1.0) -> tuple[Any, Any, Any, Any]:
    """What decides first, and what then: money and time, or time and money where time is the aim.

    The last two are the same without the weight: they decide where something is missed endlessly.

    Parameters
    ----------
    weight : array
        By how much what misses a wish counts for more, from `weight_of`. [1]
    """
    # What misses endlessly comes last, even where nothing is known of what it takes.
    with np.errstate(invalid="ignore"):
        money, time = counted * weight, finish * weight
    return (time, money, finish, counted) if optimize in BY_TIME else (money, time, counted, finish)


def weight_of(verdict: Verdict, power: float) -> Any:
    """By how much an option counts for more than it costs since it misses wishes; 1 where it meets all. [1].

    Where nothing meets, the closest is wanted, at a price that is in proportion: with the power 1.5 an option that
    misses by a tenth more must be an eighth cheaper to be chosen. Near misses have no steps, so that no small
    difference decides much.
    """
    excess = verdict.excess
    # Where all is met, as often it is, there is no need of powers, which take long.
    return np.ones(np.shape(excess)) if np.all(np.equal(excess, 1.0)) else excess**power


def best(tier: Any, *aims: Any) -> Any:
    """Index of the best option, along the first axis: the best tier, then the least of each aim in turn."""
    candidates = tier == tier.min(axis=0)
    for key in aims:
        if (candidates.sum(axis=0) <= 1).all():
            break
        values = np.where(candidates, finite_or_last(key), np.inf)
        candidates = candidates & (values <= values.min(axis=0))
    return candidates.argmax(axis=0)


def rank(options: Sequence[Option], tier: Any, *aims: Any) -> NDArray[np.intp]:
    """Positions of the options from the best to the worst, along the first axis; at last by kind and id.

    Parameters
    ----------
    tier, *aims : array
        The first axis is the option; any others behind. Of the aims each decides where those before are equal: the sum
        of money that counts and the finish, or the other way round where time decides. [1], [USD] or [s]
    """
    shape = np.shape(tier)
    order = sorted(
        range(len(options)), key=lambda place: (KINDS.index(options[place].kind), options[place].id)
    )
    ids = np.argsort(np.array(order, dtype=np.intp))
    ids = ids.reshape(-1, *(1,) * (len(shape) - 1))
    ordered = [key for aim in reversed(aims) for key in _last_if_nan(aim)]
    keys = (np.broadcast_to(ids, shape), *ordered, tier)
    return np.lexsort(keys, axis=0)


def _last_if_nan(values: Any) -> tuple[Any, Any]:
    missing = np.isnan(values)
    return np.where(missing, 0.0, values), missing


def finite_or_last(values: Any) -> Any:
    """Values that are compared: what is not known comes after everything else."""
    return np.where(np.isnan(values), np.inf, values)
