"""The arithmetic: plain functions on floats or arrays in base units. They know no product and no file.

Base units are bytes, bytes per second, seconds and USD. Every argument broadcasts as numpy does.
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

    >>> taken(np.array([[1.0], [2.0]]), (2, 3), [0, 5]).tolist()
    [1.0, 2.0]
    """
    if np.size(values) == 1:
        return np.broadcast_to(np.reshape(values, ()), np.shape(index))
    found: NDArray[Any] = np.broadcast_to(values, shape).reshape(-1)[index]
    return found


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The different elements, rising.

    As `np.unique`, which loads masked arrays to see whether it was given one: longer than a plan has for its start.

    >>> distinct(np.array([2.0, 1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    ordered = np.sort(values, axis=None)
    first = np.ones(ordered.shape, dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    found: NDArray[Any] = ordered[first]
    return found
