"""Which of several limits binds."""

from typing import Any

import numpy as np

from migplan.formulas import Numeric


def lowest(*limits: Numeric) -> tuple[Any, Any]:
    """The lowest of several limits, and which one it is.

    Parameters
    ----------
    limits : numeric
        Infinite where there is none. An unknown one (NaN) leaves the result unknown. [x]

    Returns
    -------
    value : numeric
        [x]
    which : numeric
        Position of the lowest, or of the unknown one; of equals the first. [1]

    Notes
    -----
    Derived: minimum and its index. A comparison after the other, so that what is common to many rows is compared once.

    Examples
    --------
    >>> value, which = lowest(3.0, np.array([4.0, 2.0, 3.0]), float("inf"))
    >>> value.tolist(), which.tolist()
    ([3.0, 2.0, 3.0], [0, 1, 0])
    """
    value, which = np.asarray(limits[0], dtype=float), np.zeros((), dtype=np.int8)
    for place, limit in enumerate(limits[1:], start=1):
        lower = ~np.greater_equal(limit, value) & ~np.isnan(value)
        which = np.where(lower, np.int8(place), which)
        value = np.minimum(value, limit)
    return value, which
