"""Passes over live data in closed form: change in proportion to time, and a pass that takes a line over its age.

The same as `run_passes` at no cost per pass, so that passes which shrink slowly cost what others cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.formulas import Numeric, taken
from migplan.formulas.convergence import (
    pass_floor,
    pass_length,
    passes_needed,
    passes_to_settle,
    total_pass_time,
)
from migplan.formulas.passes import GAINED, SETTLED, Passes, Planned, finish_passes


@dataclass(frozen=True, slots=True)
class LinearPass:
    """Busy time of a pass over what changed in a time: max(least, fixed + slope * age).

    Attributes
    ----------
    least : numeric
        What a pass takes at least, where its phases run side by side. [s]
    fixed : numeric
        What it takes whatever has changed, where the rest comes on top. [s]
    slope : numeric
        Busy time for the changes of a time, per that time. [1]

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
) -> Passes:
    """Passes until the next one fits the window, or until there is nothing more to gain from them.

    Parameters, returns
        As those of `run_passes`, without `changed` and `most`: there is no limit to the number of passes.

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
    # What never gets short is told at its second pass.
    count = np.where(np.isfinite(count), count, 2.0)
    chain = _Chain(pass_time, second, ratio)
    age = np.where(count > 2.0, chain.length(np.maximum(count - 1.0, 2.0)) * stretch, age)
    need = pass_time(age)
    befores = [chain.total(np.minimum(number + 0.0 * count, count)) for number in range(2, keep + 2)]
    plan = Planned(count, chain.total(count - 1.0), need, age, ratio, count < limit, np.nan, befores)
    return finish_passes(first_end, first_busy, advance, window, plan)


@dataclass(frozen=True, slots=True)
class _Chain:
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
