"""Passes over live data: copy, then copy what changed meanwhile, until the last pass is short enough for a cutover.

A pass k takes T_k and leaves behind what changed during it, so that T_(k+1) = S + D(T_k) / C: the scan S, and the
change D of that time at the copy rate C. It is the recursion of pre-copy in the live migration of virtual machines:
https://www.usenix.org/conference/nsdi-05/live-migration-virtual-machines

`run_passes` goes through any change, any mover and any calendar; `migplan.formulas.convergence` has the closed forms
for change in proportion to time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.division import divide

FITS, STALLS, GROWS = 0, 1, 2
"""How passes end: the last one fits; none is short enough and they no longer shrink; each is longer than the last."""

_PATIENCE = 2
_ROUNDING = 1e-9


def changed_bytes_linear(age: Numeric, rate: Numeric) -> Numeric:
    """Data that changes in a time, in proportion to it.

    Parameters
    ----------
    age : numeric
        Time, finite. [s]
    rate : numeric
        Data that changes or is new, counted as whole files. [B/s]

    Returns
    -------
    numeric
        [B]

    Notes
    -----
    Derived: the definition of a rate. Files that change again and again are counted each time, so it is an upper
    bound for times longer than those the rate was measured over.

    Examples
    --------
    2 % of 150 TB a day, over 12 hours:

    >>> round(float(changed_bytes_linear(43200.0, 0.02 * 150e12 / 86400)) / 1e12, 6)
    1.5
    """
    return np.multiply(age, rate)[()]


def changed_bytes_saturating(age: Numeric, ages: Sequence[float], amounts: Sequence[Numeric]) -> Numeric:
    """Data that changes in a time, where the same files change again and again: a curve through measured points.

    Parameters
    ----------
    age : numeric
        Time, finite and not negative. [s]
    ages : sequence of float
        Times over which change was measured, rising, greater than 0: 1, 7 and 30 days. [s]
    amounts : sequence of numeric
        Data in files changed within each of these times, greater than 0. [B]

    Returns
    -------
    numeric
        [B]

    Notes
    -----
    Between the points a straight line in the logarithms. Below the first in proportion to time; beyond the last
    on with the slope of the last stretch. A single point is a rate. The curve is the data's own: no law is fitted.

    Examples
    --------
    0.5 TB in a day, 1 TB in a week, 1.5 TB in 30 days; over 12 hours, a week and 90 days:

    >>> day, points = 86400.0, ([86400.0, 7 * 86400.0, 30 * 86400.0], [0.5e12, 1e12, 1.5e12])
    >>> [round(float(changed_bytes_saturating(t * day, *points)) / 1e12, 3) for t in (0, 0.5, 7, 90)]
    [0.0, 0.25, 1.0, 2.037]
    """
    known = np.where(np.greater(age, 0), age, ages[0])
    # Stretch by stretch: how far into each one the time reaches, times its slope.
    total = np.log(amounts[0]) + np.minimum(np.log(known / ages[0]), 0.0)
    slope: Numeric = 1.0
    for left, right, low, high in zip(ages, ages[1:], amounts, amounts[1:], strict=False):
        slope = np.log(np.divide(high, low)) / np.log(right / left)
        total = total + slope * np.log(np.clip(known, left, right) / left)
    total = total + slope * np.log(np.maximum(known, ages[-1]) / ages[-1])
    return np.where(np.greater(age, 0), np.exp(total), 0.0)[()]


@dataclass(frozen=True, slots=True)
class Passes:
    """How passes over live data end. Arrays of one shape.

    Attributes
    ----------
    count : numeric
        Passes, the full copy and the last one among them. [1]
    end : numeric
        End of the pass before the last: the cutover can begin. Infinite where the calendar ends before. [s]
    busy_total : numeric
        Busy time of all of them. [s]
    cutover_busy : numeric
        Busy time of the last one. [s]
    state : numeric
        `FITS`, `STALLS` or `GROWS`.
    ratio : numeric
        Busy time that the changes of the full copy's time take, per busy time of the full copy; from 1 on passes
        do not converge. [1]
    changed : numeric
        Data that changed during all passes but the last; NaN where it was not asked for. [B]
    ends : tuple of numeric
        Ends of the second, third, ... pass as far as they were asked for; NaN where the pass is the last one or does
        not take place. [s]
    """

    count: Numeric
    end: Numeric
    busy_total: Numeric
    cutover_busy: Numeric
    state: Any
    ratio: Numeric
    changed: Numeric
    ends: tuple[Numeric, ...]


def run_passes(
    first_end: Numeric,
    first_busy: Numeric,
    pass_time: Callable[[Numeric], Numeric],
    advance: Callable[[Numeric, Numeric], Numeric],
    window: Numeric,
    tolerance: float = 0.02,
    most: int = 40,
    first_age: Numeric | None = None,
    changed: Callable[[Numeric], Numeric] | None = None,
    keep: int = 0,
) -> Passes:
    """Run passes back to back until the next one fits the window, or until they no longer shrink.

    Parameters
    ----------
    first_end : numeric
        End of the full copy. [s]
    first_busy : numeric
        Busy time of the full copy, greater than 0. [s]
    pass_time : callable
        Age of what is there -> busy time of a pass over what changed in that time, never less for more. [s] -> [s]
    advance : callable
        A start and a busy time -> the end in the calendar. [s], [s] -> [s]
    window : numeric
        Busy time that the last pass may take; NaN where passes simply run until they no longer shrink. [s]
    tolerance : float
        A pass that is shorter by no more than this part does not shrink. [1]
    most : int
        Passes at most, as a guard; a calendar can let them go up and down.
    first_age : numeric, optional
        From the start of the full copy to its end, with the hours in which the line was not ours. [s]
    changed : callable, optional
        Age -> data, to be summed over the passes. [s] -> [B]
    keep : int
        How many of the ends of single passes to give.

    Notes
    -----
    An array costs a few operations a pass, and the loop ends with its last element. Where passes stall, the result
    is the pass after which none got shorter. Two passes in a row must fail to shrink, since one may just have met a
    weekend.

    Examples
    --------
    50 TB and 0.25 TB/day of changes at 6 TB/day, 20 million items at 5,000 a second, a window of two hours, no
    calendar; times in hours:

    >>> first = 4000 + 50 / 6 * 86400
    >>> found = run_passes(first, first, lambda age: 4000 + 0.25 / 6 * age, lambda start, busy: start + busy, 7200.0)
    >>> [round(float(t) / 3600, 2) for t in (found.end, found.cutover_busy, found.busy_total)]
    [210.6, 1.51, 212.11]
    >>> int(found.count), int(found.state)
    (3, 0)
    """
    age = first_busy if first_age is None else first_age
    age = np.where(np.isfinite(age), age, 0.0)
    need: Numeric = np.where(np.isfinite(first_end), pass_time(age), np.nan)
    ratio = divide(pass_time(2.0 * age) - need, first_busy)
    grows = ratio >= 1.0 - _ROUNDING
    best = _Best(first_end, first_busy, need, window, 0.0 if changed is None else changed(age))
    busy, moved = np.asarray(first_busy), best.moved.copy()
    end: Numeric = np.where(np.isfinite(first_end), first_end, 0.0)
    going = ~(best.need <= window) & ~grows & np.isfinite(best.need)
    missed = np.where(need < (1.0 - tolerance) * first_busy, 0, 1)
    ends: list[Numeric] = []
    for number in range(3, most + 1):
        if not going.any():
            break
        step = np.where(going, need, 0.0)
        start, end = end, advance(end, step)
        over = ~np.isfinite(end)
        end = np.where(over, start, end)
        need = pass_time(end - start)
        busy = busy + step
        if changed is not None:
            moved = moved + np.where(going, changed(end - start), 0.0)
        fits = need <= window
        better = going & ~over & (fits | (need < (1.0 - tolerance) * best.need))
        best.take(better, number, end, busy, need, moved)
        np.copyto(best.end, np.inf, where=going & over)
        missed = np.where(better, 0, missed + 1)
        going = going & ~over & ~fits & (missed < _PATIENCE)
        if number < keep + 3:
            ends.append(end)
    return best.finish(window, grows, ratio, ends, changed is not None)


class _Best:
    """The shortest last pass so far of every element."""

    def __init__(self, end: Numeric, busy: Numeric, need: Numeric, window: Numeric, moved: Numeric) -> None:
        shape = np.broadcast_shapes(*map(np.shape, (end, busy, need, window, moved)))

        def own(values: Numeric) -> Any:
            return np.array(np.broadcast_to(values, shape), dtype=float)

        self.end, self.busy, self.need, self.moved = own(end), own(np.add(busy, need)), own(need), own(moved)
        self.count = np.full(shape, 2.0)

    def take(
        self, where: Any, number: int, end: Numeric, busy: Numeric, need: Numeric, moved: Numeric
    ) -> None:
        """Put a pass in the place of the best so far, where it is better."""
        np.copyto(self.count, number, where=where)
        np.copyto(self.end, end, where=where)
        np.copyto(self.busy, busy + need, where=where)
        np.copyto(self.need, need, where=where)
        np.copyto(self.moved, moved, where=where)

    def finish(
        self, window: Numeric, grows: Any, ratio: Numeric, ends: list[Numeric], summed: bool
    ) -> Passes:
        """The result."""
        fits = (self.need <= window) | np.isnan(self.need) | (np.isnan(window) & ~grows)
        return Passes(
            count=self.count[()],
            end=self.end[()],
            busy_total=self.busy[()],
            cutover_busy=self.need[()],
            state=np.where(fits, FITS, np.where(grows, GROWS, STALLS))[()],
            ratio=np.broadcast_to(ratio, self.need.shape)[()],
            changed=(self.moved if summed else np.full(self.need.shape, np.nan))[()],
            ends=tuple(
                np.where(number < self.count, end, np.nan)[()] for number, end in enumerate(ends, start=2)
            ),
        )
