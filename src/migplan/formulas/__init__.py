"""The arithmetic: plain functions on floats or arrays in base units. They know no product and no file.

Base units are bytes, bytes per second, seconds and USD. Every argument broadcasts as numpy does.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numeric = float | NDArray[Any]
"""A float, or an array that broadcasts with the other arguments."""


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
