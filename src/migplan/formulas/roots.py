"""Where two answers become equal, or one passes a limit: roots found by halving, for many brackets at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sign_changes(values: Array) -> NDArray[np.intp]:
    """Positions after which values change their sign.

    Parameters
    ----------
    values : array
        Values of a function at rising places; NaN where it has none. [x]

    Returns
    -------
    array of int
        Each position k with values[k] and values[k + 1] on different sides of 0; a value of 0 counts as below. A
        pair with NaN is none.

    Examples
    --------
    >>> sign_changes(np.array([-2.0, -1.0, 3.0, np.nan, -1.0, -1.0, 5.0])).tolist()
    [1, 5]
    """
    known = ~np.isnan(values)
    above = values > 0
    return np.flatnonzero((above[1:] != above[:-1]) & known[1:] & known[:-1])


def narrow(
    above: Callable[[Array], NDArray[np.bool_]],
    low: Any,
    high: Any,
    tolerance: float = 1e-12,
    parts: int = 64,
) -> tuple[Array, Array]:
    """Narrow brackets between which a condition turns, all at once.

    Parameters
    ----------
    above : callable
        Places, one row for each bracket -> whether its condition holds there; it does at `high` and not at `low`, which
        may be the larger.
    low, high : array
        Ends of the brackets. Between positive ends the places tried are even on the scale of ratios. [x]
    tolerance : float
        Width at which a bracket is narrow enough, relative to its larger end. [1]
    parts : int
        Into how many parts a bracket is divided each time: an array costs little more than one place.

    Returns
    -------
    low, high : array
        The narrowed brackets, in the order in which they were given. [x]

    Notes
    -----
    Bisection with many parts. It needs neither a slope nor continuity: at a step it closes in on the step, and of
    several turns it finds the one nearest to `low`.

    Examples
    --------
    >>> low, high = narrow(lambda x: x * x > 2.0, np.array([1.0]), np.array([2.0]))
    >>> round(float(high[0]), 9)
    1.414213562
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    rows, steps = np.arange(len(low)), np.linspace(0.0, 1.0, parts + 1)
    while True:
        wide = np.abs(high - low) > tolerance * np.maximum(np.abs(low), np.abs(high))
        if not wide.any():
            return low, high
        ratio = (low > 0) & (high > 0)
        safe = np.where(ratio, high, 1.0) / np.where(ratio, low, 1.0)
        even = low[:, None] + (high - low)[:, None] * steps
        places = np.where(ratio[:, None], low[:, None] * safe[:, None] ** steps, even)
        places[:, 0], places[:, -1] = low, high
        holds = np.zeros(places.shape, dtype=bool)
        holds[:, 1:-1] = above(places[:, 1:-1])
        holds[:, -1] = True
        first = holds.argmax(axis=1)
        before, after = places[rows, first - 1], places[rows, first]
        stuck = (before == low) & (after == high)
        low, high = np.where(wide, before, low), np.where(wide, after, high)
        if (stuck | ~wide).all():
            return low, high
