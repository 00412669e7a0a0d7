"""Passes over live data: copy, then copy what changed meanwhile, until the last pass is short enough for a cutover.

from msgspec import Struct

A pass k takes T_k and leaves behind what changed during it, so that T_(k+1) = S + D(T_k) / C: the scan S, and the
change D of that time at the copy rate C. It is the recursion of pre-copy in the live migration of virtual machines:
https://www.usenix.org/conference/nsdi-05/live-migration-virtual-machines

`run_passes` goes through any change, any mover and any calendar; `migplan.formulas.convergence` has the closed forms
for change in proportion to time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from migplan.formulas import Numeric, alike, divide, taken
from migplan.formulas.convergence import (
    pass_floor,
    pass_length,
    passes_needed,
    passes_to_settle,
    total_pass_time,
)

FITS, STALLS, GROWS = 0, 1, 2
"""How passes end: the last one fits; none is short enough however many there are; or they never get short at all."""

SETTLED = 1800.0
"""Without a window: by how much all further passes may still shorten the cutover. [s]."""
_ROUNDING = 1e-7
GAINED = 1.0
"""With a window that none fits: the same before passes count as no longer shrinking. [s]."""


class Reserve(Struct, frozen=True):
    """What is wanted of a last pass beyond that it fits its window.

    Attributes
    ----------
    length : numeric
        Busy time that it should take at the most. [s], 0 to infinity
    most : numeric
        Passes that are made for that, at the most. [1], whole, 0 or more
    """

    length: Numeric
    most: Numeric


_NONE = Reserve(np.inf, 0.0)


def changed_bytes_linear(age: Numeric, rate: Numeric) -> Numeric:
    """Data that changes in a time, in proportion to it.

    Parameters
    ----------
    age : numeric
        [s], 0 or more
    rate : numeric
        Data that changes or is new, counted as whole files. [B/s], 0 or more

    Returns
    -------
    numeric
        [B], 0 or more

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
        Time. [s], 0 or more
    ages : sequence of float
        Times over which change was measured, rising: 1, 7 and 30 days. [s], above 0
    amounts : sequence of numeric
        Data in files changed within each of these times. [B], above 0

    Returns
    -------
    numeric
        [B], 0 or more

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
    known = np.log(np.where(np.greater(age, 0), age, ages[0]))
    points = np.log(ages)
    # Stretch by stretch: how far into each one the time reaches, times its slope.
    total = np.log(amounts[0]) + np.minimum(known - points[0], 0.0)
    slope: Numeric = 1.0
    for left, right, low, high in zip(points, points[1:], amounts, amounts[1:], strict=False):
        slope = np.log(np.divide(high, low)) / (right - left)
        total = total + slope * (np.clip(known, left, right) - left)
    total = total + slope * np.maximum(known - points[-1], 0.0)
    return np.where(np.greater(age, 0), np.exp(total), 0.0)[()]


class Passes(Struct, frozen=True):
    """How passes over live data end. Arrays of one shape.

    Attributes
    ----------
    count : numeric
        Passes, the full copy and the last one among them. [1]
    end : numeric
        End of the pass before the last: the cutover can begin. Infinite where passes never get short, or where the
        calendar ends before. [s]
    busy_total : numeric
        Busy time of all of them. [s]
    cutover_busy : numeric
        Busy time of the last one. [s]
    age : numeric
        Time whose changes the last one copies. [s]
    state : numeric
        `FITS`, `STALLS` or `GROWS`.
    ratio : numeric
        Busy time that the change of a time takes, per usable part of that time; from 1 on passes do not converge.
        [1]
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
    age: Numeric
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
    stretch: Numeric = 1.0,
    first_age: Numeric | None = None,
    changed: Callable[[Numeric], Numeric] | None = None,
    keep: int = 0,
    most: int = 1000,
    reserve: Reserve | None = None,
) -> Passes:
    """Run passes until the next one fits the window, or until there is nothing more to gain from them.

    Parameters
    ----------
    first_end : numeric
        End of the full copy. [s], any or infinite
    first_busy : numeric
        Busy time of the full copy. [s], above 0
    pass_time : callable
        Age of what is there -> busy time of a pass over what changed in that time, never less for more. [s] -> [s]
    advance : callable
        A start and a busy time -> the end in the calendar. [s], [s] -> [s]
    window : numeric
        Busy time that the last pass may take; NaN where none is set: then passes run until no more than `SETTLED` is
        to be gained. [s], 0 to infinity, or NaN
    stretch : numeric
        Time that passes per usable time, in the mean of a week. [1], 1 or more
    first_age : numeric, optional
        From the start of the full copy to its end. [s], 0 to infinity
    changed : callable, optional
        Age -> data, to be summed over the passes. [s] -> [B]
    keep : int
        How many of the ends of single passes to give. [1], whole, 0 or more
    most : int
        Passes at most. Where these are not enough, data changes about as fast as it can be copied: `GROWS`.
        [1], whole, 2 or more
    reserve : Reserve, optional
        For what, and how often, a pass that fits is followed by a shorter one, as long as there is more than `SETTLED`
        to be gained.

    Notes
    -----
    Passes take what they take in the mean of a week: whether a short one happens to meet a weekend is for whoever
    schedules it. So more change, a longer scan, a slower line, fewer hours or a narrower window never end earlier.
    The end is that of the calendar. The full copy is made beforehand, even if it would fit the window. An array
    costs a few operations a pass, and the loop ends with its last element.

    Examples
    --------
    50 TB and 0.25 TB/day of changes at 6 TB/day, 20 million items at 5,000 a second, a window of two hours, no
    calendar; times in hours:

    >>> first = 4000 + 50 / 6 * 86400
    >>> found = run_passes(first, first, lambda age: 4000 + 0.25 / 6 * age, np.add, 7200.0)
    >>> [round(float(t) / 3600, 2) for t in (found.end, found.cutover_busy, found.busy_total)]
    [210.6, 1.51, 212.11]
    >>> int(found.count), int(found.state)
    (3, 0)
    """
    age, need, ratio = _second(first_busy, pass_time, stretch, first_age)
    left = np.where(np.isnan(window), SETTLED, GAINED)
    # A curve of changes is steeper for short times than for the first age; a constant rate is neither.
    gain = np.maximum(ratio * age / stretch, need - pass_time(alike(0.0, age)))
    limit = passes_to_settle(ratio, gain, left)
    able = (limit < np.inf) & np.isfinite(need)
    further = _Further(able, window, passes_to_settle(ratio, gain, SETTLED), reserve or _NONE)
    zero = np.zeros(np.broadcast_shapes(*map(np.shape, (need, limit, window, first_end))))
    count, busy, moved = zero + 2.0, zero, np.nan if changed is None else zero + changed(age)
    befores, made = [], zero
    for number in range(3, most + 1):
        following = pass_time(need * stretch)
        going = able & ~(need <= window) & ((number <= limit) | (need - following > left))
        again = further.made(number, need, following, made)
        made, going = made + again, going | again
        if not going.any():
            break
        busy = busy + np.where(going, need, 0.0)
        if changed is not None:
            moved = moved + np.where(going, changed(need * stretch), 0.0)
        if number < keep + 3:
            befores.append(busy)
        age = np.where(going, need * stretch, age)
        need = np.where(going, following, need)
        count = np.where(going, number, count)
    plan = Planned(count, busy, need, age, ratio, count < limit, moved, befores)
    return _finish_passes(first_end, first_busy, advance, window, plan)


def _second(
    first_busy: Numeric,
    pass_time: Callable[[Numeric], Numeric],
    stretch: Numeric,
    first_age: Numeric | None,
) -> tuple[Numeric, Numeric, Numeric]:
    """Age of what the second pass copies, its busy time, and by which ratio passes shrink. [s], [s], [1]."""
    age = np.multiply(first_busy, stretch)
    need: Numeric = pass_time(age)
    ratio = divide(np.maximum(pass_time(2.0 * age) - need, 0.0), first_busy)
    if first_age is not None:
        # The full copy may have met a freeze, or have begun on a Friday evening.
        age = np.where(np.isfinite(first_age), np.maximum(age, first_age), age)
        need = pass_time(age)
    return age, need, ratio


class _Further(Struct, frozen=True):
    """Which passes that fit their window are followed by a shorter one."""

    able: Any
    window: Numeric
    worth: Numeric
    reserve: Reserve

    def made(self, number: int, need: Numeric, following: Numeric, made: Numeric) -> Any:
        """Where one more is made after one that takes `need`, with so many made already."""
        wanted = (need <= self.window) & (need > self.reserve.length) & (made < self.reserve.most)
        gained = need - following
        return self.able & wanted & (gained > 0.0) & ((number <= self.worth) | (gained > SETTLED))


class Planned(Struct, frozen=True):
    """Passes that are not on a calendar yet.

    Attributes
    ----------
    busy : numeric
        Busy time between the full copy and the last pass. [s]
    need, age, count, ratio, changed : numeric
        As in `Passes`; `need` is the busy time of the last one.
    unsettled : bool
        Whether there is more to gain from passes.
    befores : sequence of numeric
        Busy time from the full copy to the end of the second, third, ... pass. [s]
    """

    count: Numeric
    busy: Numeric
    need: Numeric
    age: Numeric
    ratio: Numeric
    unsettled: Any
    changed: Numeric
    befores: Sequence[Numeric]


def _finish_passes(
    first_end: Numeric,
    first_busy: Numeric,
    advance: Callable[[Numeric, Numeric], Numeric],
    window: Numeric,
    plan: Planned,
) -> Passes:
    """Put passes on the calendar and say how they end; for `run_passes` and its closed form."""
    zero = np.zeros(np.broadcast_shapes(*map(np.shape, (plan.need, plan.ratio, window, first_end))))
    need = zero + plan.need
    fits = (need <= window * (1.0 + _ROUNDING)) | np.isnan(need)
    grows = ~fits & plan.unsettled
    ends = (advance(first_end, before) for before in plan.befores)
    return Passes(
        count=(zero + plan.count)[()],
        end=np.where(grows, np.inf, advance(first_end, zero + plan.busy))[()],
        busy_total=(zero + first_busy + plan.busy + need)[()],
        cutover_busy=need[()],
        age=(zero + plan.age)[()],
        state=np.where(fits | (np.isnan(window) & ~grows), FITS, np.where(grows, GROWS, STALLS))[()],
        ratio=(zero + plan.ratio)[()],
        changed=(zero + plan.changed)[()],
        ends=tuple(np.where(n < plan.count, end, np.nan)[()] for n, end in enumerate(ends, start=2)),
    )


class LinearPass(Struct, frozen=True):
    """Busy time of a pass over what changed in a time: max(least, fixed + slope * age).

    Attributes
    ----------
    least : numeric
        What a pass takes at least, where its phases run side by side. [s], 0 or more
    fixed : numeric
        What it takes whatever has changed, where the rest comes on top. [s], 0 or more
    slope : numeric
        Busy time for the changes of a time, per that time. [1], 0 or more

    Examples
    --------
    >>> float(LinearPass(0.0, 4000.0, 0.25 / 6)(86400.0))
    7600.0
    """

    least: Numeric
    fixed: Numeric
    slope: Numeric

    def __call__(self, age: Numeric) -> Numeric:
        """Busy time of a pass. [s]."""
        return np.maximum(self.least, self.fixed + self.slope * age)

    def take(self, shape: tuple[int, ...], index: Any) -> LinearPass:
        """The pass of some elements, counted through, of an array of a shape."""
        return LinearPass(*(taken(value, shape, index) for value in (self.least, self.fixed, self.slope)))


def linear_passes(
    first_end: Numeric,
    first_busy: Numeric,
    pass_time: LinearPass,
    advance: Callable[[Numeric, Numeric], Numeric],
    window: Numeric,
    stretch: Numeric = 1.0,
    first_age: Numeric | None = None,
    keep: int = 0,
    reserve: Reserve | None = None,
) -> Passes:
    """Passes until the next one fits the window, or until there is nothing more to gain from them.

    Parameters
    ----------
    first_end, first_busy, advance, window, stretch, first_age, keep, reserve
        As in `run_passes`; there is no limit to the number of passes.
    pass_time : LinearPass
        Age of what is there -> busy time of a pass. [s] -> [s]

    Notes
    -----
    Derived. While passes get shorter, T_k is the greater of `least` and U_k, where U_2 = T_2 and
    U_(k+1) = fixed + ratio U_k; `migplan.formulas.convergence` has number, length and sum of the U_k.

    Examples
    --------
    50 TB and 0.25 TB/day of changes at 6 TB/day, 20 million items at 5,000 a second, a window of two hours, no
    calendar; times in hours:

    >>> first = 4000 + 50 / 6 * 86400
    >>> found = linear_passes(first, first, LinearPass(0.0, 4000.0, 0.25 / 6), np.add, 7200.0)
    >>> [round(float(t) / 3600, 2) for t in (found.end, found.cutover_busy, found.busy_total)]
    [210.6, 1.51, 212.11]
    >>> int(found.count), int(found.state)
    (3, 0)
    """
    age = np.multiply(first_busy, stretch)
    if first_age is not None:
        age = np.where(np.isfinite(first_age), np.maximum(age, first_age), age)
    ratio = np.multiply(pass_time.slope, stretch)
    second = pass_time(age)
    left = np.where(np.isnan(window), SETTLED, GAINED)
    limit = passes_to_settle(ratio, np.multiply(pass_time.slope, age), left)
    able = np.greater_equal(window, pass_time.least)
    fitting: Numeric = np.inf
    if np.any(able):
        fitting = np.where(able, 1.0 + passes_needed(second, pass_time.fixed, ratio, window), np.inf)
    count = np.fmin(fitting, limit)
    if reserve is not None:
        worth = passes_to_settle(ratio, np.multiply(pass_time.slope, age), SETTLED)
        count = count + _reserved(reserve, count, worth, pass_time, second, ratio)
    # What never gets short is told at its second pass.
    count = np.where(np.isfinite(count), count, 2.0)
    chain = _Chain(pass_time, second, ratio)
    age = np.where(count > 2.0, chain.length(np.maximum(count - 1.0, 2.0)) * stretch, age)
    need = pass_time(age)
    befores = [chain.total(np.minimum(number, count)) for number in range(2, keep + 2)]
    plan = Planned(count, chain.total(count - 1.0), need, age, ratio, count < limit, np.nan, befores)
    return _finish_passes(first_end, first_busy, advance, window, plan)


def _reserved(
    reserve: Reserve, count: Numeric, worth: Numeric, pass_time: LinearPass, second: Numeric, ratio: Numeric
) -> Numeric:
    """Passes that are made although the last one fits its window. [1]."""
    wanted = np.maximum(reserve.length, pass_time.least)
    enough = np.fmin(1.0 + passes_needed(second, pass_time.fixed, ratio, wanted), worth)
    shrinks = np.less(pass_floor(pass_time.fixed, ratio), second)
    able = shrinks & np.isfinite(count) & np.isfinite(enough)
    return np.clip(np.where(able, enough - np.where(able, count, 0.0), 0.0), 0.0, reserve.most)


class _Chain(Struct, frozen=True):
    """The passes from the second on."""

    pass_time: LinearPass
    second: Numeric
    ratio: Numeric

    def length(self, number: Numeric) -> Numeric:
        """Length of a pass. [s]."""
        falling = pass_length(np.subtract(number, 1.0), self.second, self.pass_time.fixed, self.ratio)
        return np.maximum(self.pass_time.least, falling)

    def total(self, last: Numeric) -> Numeric:
        """Time of all passes from the second to a last one. [s]."""
        least, fixed = self.pass_time.least, self.pass_time.fixed
        terms = np.subtract(last, 1.0)
        bound = np.less(pass_floor(fixed, self.ratio), least)
        if not np.any(bound):
            return total_pass_time(terms, self.second, fixed, self.ratio)
        above = passes_needed(self.second, fixed, self.ratio, least) - 1.0
        falling = np.where(bound, np.minimum(terms, above), terms)
        rest = np.where(bound, terms - falling, 0.0)
        return total_pass_time(falling, self.second, fixed, self.ratio) + rest * least
