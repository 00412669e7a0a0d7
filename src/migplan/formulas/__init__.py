"""The arithmetic: plain functions on floats or arrays in base units. They know no product and no file.

Base units are bytes, bytes per second, seconds and USD. Every argument broadcasts as numpy does.

Behind its unit every parameter has the range for which the formula holds, as in `[B], 0 or more`. The ends belong to
it, but for those of "above" and "between"; infinity belongs to it only where it is named. What is not known is NaN,
and leaves unknown what depends on it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numeric = float | NDArray[Any]
"""A float, or an array that broadcasts with the other arguments."""


def take(values: Any, option: Any = None, row: Any = None, draw: Any = None) -> Any:
    """Some entries along the axes option, row and draw, the last three of an array.

    Numbers, missing axes and axes of one entry stand for all entries, and stay as they are.

    Parameters
    ----------
    values : numeric
        [x], any or infinite, or NaN
    option, row, draw : slice or array of int, optional
        Which entries; all of them where it is left out.

    Examples
    --------
    >>> take(np.array([[1.0], [2.0], [3.0]]), row=np.array([2, 0]), draw=slice(0, 5)).tolist()
    [[3.0], [1.0]]
    >>> take(5.0, row=np.array([2, 0]))
    5.0
    """
    for axis, which in ((-3, option), (-2, row), (-1, draw)):
        if which is None or np.ndim(values) < -axis or values.shape[axis] == 1:
            continue
        values = values[(..., which, *(slice(None),) * (-1 - axis))]
    return values


def taken(values: Numeric, shape: tuple[int, ...], index: Any) -> NDArray[Any]:
    """Some elements, counted through, of what broadcasts to a shape.

    Parameters
    ----------
    values : numeric
        [x], any or infinite, or NaN
    shape : tuple of int
        [1], whole, 0 or more
    index : array of int
        [1], whole, 0 or more

    Examples
    --------
    >>> taken(np.array([[1.0], [2.0]]), (2, 3), [0, 5]).tolist()
    [1.0, 2.0]
    """
    if np.size(values) == 1:
        return np.broadcast_to(np.reshape(values, ()), np.shape(index))
    found: NDArray[Any] = np.broadcast_to(values, shape).reshape(-1)[index]
    return found


def alike(values: Numeric, like: Numeric) -> Numeric:
    """Values in the shape that they have together with something, and not known where that is not known or never ends.

    Parameters
    ----------
    values, like : numeric
        [x], any or infinite, or NaN

    Returns
    -------
    numeric
        [x], any or infinite, or NaN

    Examples
    --------
    >>> alike(5.0, np.array([1.0, 0.0, np.nan])).tolist()
    [5.0, 5.0, nan]
    """
    return values + 0.0 * like


def only(values: Numeric) -> float:
    """The only one of some values, as a plain number.

    Parameters
    ----------
    values : numeric
        [x], any or infinite, or NaN

    Returns
    -------
    float
        [x], any or infinite, or NaN

    Examples
    --------
    >>> only(np.array([[5.0]])), only(3.0)
    (5.0, 3.0)
    """
    return float(np.ravel(values)[0])


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The different elements, rising.

    As `np.unique`, which loads masked arrays to see whether it was given one: longer than a plan has for its start.

    Parameters
    ----------
    values : array
        [x], any or infinite

    Examples
    --------
    >>> distinct(np.array([2.0, 1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    ordered = np.sort(values, axis=None)
    first = np.ones(ordered.shape, dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    found: NDArray[Any] = ordered[first]
    return found


_MANY = 4096
"""Values from which on comparing all of them with each of a few steps is quicker than a search for each value."""


def steps_below(steps: NDArray[Any], values: Numeric) -> NDArray[np.intp]:
    """How many of some rising steps lie below each value; all of them below what is not known.

    As `np.searchsorted`, whose branches nobody can foresee where there are many values in any order.

    Parameters
    ----------
    steps : array
        Rising. [x], any
    values : numeric
        [x], any or infinite, or NaN

    Examples
    --------
    >>> steps_below(np.array([1.0, 2.0]), np.array([0.5, 1.0, 1.5, 9.0, np.nan])).tolist()
    [0, 0, 1, 2, 2]
    """
    if np.size(values) < _MANY or len(steps) > np.iinfo(np.uint8).max:
        return np.asarray(np.searchsorted(steps, values))
    found = np.zeros(np.shape(values), dtype=np.uint8)
    for step in steps:
        found += ~np.less_equal(values, step)
    return found.astype(np.intp)


def damped(amount: Numeric, full: Numeric, power: Numeric) -> Numeric:
    """How much of an amount counts where it counts in full up to a point, and by a power of it beyond.

    Parameters
    ----------
    amount : numeric
        [x], 0 or more
    full : numeric
        Up to which it counts in full. [x], above 0
    power : numeric
        [1], 0 to 1

    Examples
    --------
    >>> [round(float(damped(amount, 100.0, 0.5)), 1) for amount in (50.0, 100.0, 400.0)]
    [50.0, 100.0, 200.0]
    """
    beyond = np.maximum(np.asarray(amount) / full, 1.0)
    return np.minimum(amount, full) * beyond**power


def divide(amount: Numeric, rate: Numeric) -> Numeric:
    """Divide an amount by a rate, also where the rate is 0 or infinite.

    A rate of 0 never gets an amount done, an infinite one takes no time, and nothing to do takes no time at any
    rate. What is unknown (NaN) stays unknown.

    Parameters
    ----------
    amount : numeric
        What is to be done. [x], 0 or more
    rate : numeric
        How much of it is done per unit; infinite where nothing limits it. [x/y], 0 to infinity

    Returns
    -------
    numeric
        amount / rate. [y], 0 to infinity

    Notes
    -----
    Derived: the limits of amount / rate as the rate goes to 0 and to infinity.

    Examples
    --------
    >>> [float(divide(1e9, rate)) for rate in (1e8, 0.0, float("inf"))]
    [10.0, inf, 0.0]
    >>> float(divide(0.0, 0.0))
    0.0
    """
    amount, rate = np.asarray(amount), np.asarray(rate)
    regular = (rate != 0) & (rate != np.inf)
    if regular.all():
        return (amount / rate)[()]
    # Adding infinity and taking the lesser of 0 keep a NaN; multiplying by infinity or 0 would warn.
    limit = np.where((rate == 0) & (amount != 0), amount + np.inf, np.minimum(amount, 0.0))
    return np.where(regular, amount / np.where(regular, rate, 1.0), limit)[()]


def whole_units(amount: Numeric, size: Numeric) -> Numeric:
    """Count the units of one size that hold an amount.

    Parameters
    ----------
    amount : numeric
        What is to be held. [x], 0 or more
    size : numeric
        What one unit holds; infinite where one unit holds anything. [x], 0 to infinity

    Returns
    -------
    numeric
        The smallest whole number whose product with `size` is not less than `amount`, exact up to 9e15: infinite
        where the size is 0, 0 where there is nothing to hold. [1], whole, 0 to infinity

    Notes
    -----
    Derived. A float quotient is rounded, so 80 TB and one byte in units of 10 TB may come out as 8 exactly;
    it is never rounded above the next whole number, so checking the product once is enough.

    Examples
    --------
    >>> [float(whole_units(amount, 10.0)) for amount in (0.0, 10.0, 10.000000000000002, 95.0)]
    [0.0, 1.0, 2.0, 10.0]
    """
    if np.ndim(size) == 0 and size == np.inf:
        # What holds anything is common, and two operations are enough for it.
        return np.ceil(np.minimum(amount, 1.0))
    count = np.ceil(divide(amount, size))
    held = np.where(np.isfinite(count), count, 0.0) * np.where(np.isfinite(size), size, 0.0)
    return (count + (held < amount))[()]
