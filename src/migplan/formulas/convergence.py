"""Closed forms of passes over live data, where change grows in proportion to time and no calendar stands in the way.

T_1 = S + V / C and T_(k+1) = S + ratio T_k: the scan S, the volume V, the copy rate C, and the ratio of change rate to
copy rate. `migplan.formulas.passes` goes through the same passes one by one, for any change and any calendar.
"""

import numpy as np

from migplan.formulas import Numeric

_ROUNDING = 1e-9
_NEAR_ONE = 2e-4


def pass_floor(scan: Numeric, ratio: Numeric) -> Numeric:
    """Length that no later pass falls below.

    Parameters
    ----------
    scan : numeric
        Time of a pass over unchanged data. [s], 0 or more
    ratio : numeric
        Data that changes per data that is copied in the same time. [1], 0 to infinity

    Returns
    -------
    numeric
        scan / (1 - ratio); infinite from a ratio of 1 on, where passes do not converge. [s], 0 to infinity

    Notes
    -----
    Derived: the fixed point of T = S + ratio T.

    Examples
    --------
    20 million items at 5,000 a second, 0.25 of 6 TB/day, in hours:

    >>> round(float(pass_floor(4000.0, 0.25 / 6)) / 3600, 2), float(pass_floor(4000.0, 1.0))
    (1.16, inf)
    """
    converges = np.less(ratio, 1.0)
    return np.where(converges, scan / np.where(converges, 1.0 - ratio, 1.0), np.inf)[()]


def pass_length(number: Numeric, first: Numeric, scan: Numeric, ratio: Numeric) -> Numeric:
    """Length of a pass.

    Parameters
    ----------
    number : numeric
        Which pass; 1 is the full copy. [1], whole, 1 or more
    first : numeric
        Length of the full copy, its scan included. [s], 0 or more
    scan : numeric
        As in `pass_floor`. [s], 0 or more
    ratio : numeric
        As in `pass_floor`. [1], 0 to 1

    Returns
    -------
    numeric
        ratio^(k-1) T_1 + S (1 + ratio + ... + ratio^(k-2)). [s], 0 or more

    Notes
    -----
    Derived: the recursion, written out. It holds for greater ratios too, as far as floats reach.

    Examples
    --------
    50 TB and 0.25 TB/day of changes at 6 TB/day, 20 million items at 5,000 a second, in hours:

    >>> first = 4000 + 50 / 6 * 86400
    >>> [round(float(pass_length(k, first, 4000.0, 0.25 / 6)) / 3600, 2) for k in (1, 2, 3, 4)]
    [201.11, 9.49, 1.51, 1.17]
    """
    power = np.power(ratio, np.subtract(number, 1.0))
    return (power * first + scan * _geometric(ratio, np.subtract(number, 1.0), power))[()]


def passes_needed(first: Numeric, scan: Numeric, ratio: Numeric, window: Numeric) -> Numeric:
    """Passes, the full copy among them, until the last one fits a window.

    Parameters
    ----------
    first, scan : numeric
        As in `pass_length`. [s], 0 or more
    ratio : numeric
        As in `pass_floor`. [1], 0 to infinity
    window : numeric
        Time that the last pass may take. [s], 0 to infinity

    Returns
    -------
    numeric
        Infinite where passes never get as short. [1], whole, 1 to infinity

    Notes
    -----
    Derived: 1 + ln((w - floor) / (T_1 - floor)) / ln(ratio), rounded up. A pass that is longer than the window by
    no more than a billionth counts as fitting.

    Examples
    --------
    The migration of `pass_length` and a window of two hours, one of ten minutes, and one of nine days:

    >>> first = 4000 + 50 / 6 * 86400
    >>> [float(passes_needed(first, 4000.0, 0.25 / 6, w)) for w in (7200.0, 600.0, 9 * 86400.0)]
    [3.0, inf, 1.0]
    """
    floor = pass_floor(scan, ratio)
    able = (floor < window) & (first > window) & np.greater(ratio, 0)
    left = np.where(able, window - np.where(able, floor, 0.0), 1.0)
    steps = (np.log(left) - np.log(np.where(able, first - floor, 2.0))) / np.log(np.where(able, ratio, 0.5))
    count = 1.0 + np.maximum(np.ceil(steps - _ROUNDING), 1.0)
    still = np.equal(ratio, 0) & np.less_equal(scan, window)
    later = np.where(able, count, np.where(still, 2.0, np.inf))
    return np.where(np.less_equal(first, window), 1.0, later)[()]


def passes_to_settle(ratio: Numeric, change: Numeric, left: Numeric) -> Numeric:
    """Passes, the full copy among them, until nothing worth while is to be gained from all that could follow.

    Parameters
    ----------
    ratio : numeric
        As in `pass_floor`. [1], 0 to infinity
    change : numeric
        Part of the second pass that is due to changes, all but its scan. [s], 0 or more
    left : numeric
        By how much all further passes may still shorten the last one. [s], above 0

    Returns
    -------
    numeric
        At least 2; infinite from a ratio of 1 on. [1], whole, 2 to infinity

    Notes
    -----
    Derived: T_k - floor = ratio^(k-2) (T_2 - floor), and T_2 - floor is at most the change in T_2; so it is
    2 + ln(left / change) / ln(ratio), rounded up. The scan is left aside, and what is left is a time and no part of
    what there is to gain: so more change, a longer scan or a slower copy never makes fewer passes, and no smaller
    change makes so much fewer that the last pass is longer by more than `left`.

    Examples
    --------
    Half a day of changes in the second pass, and a minute that may be left:

    >>> [float(passes_to_settle(ratio, 43200.0, 60.0)) for ratio in (0.0, 0.25 / 6, 0.4, 1.0)]
    [2.0, 5.0, 10.0, inf]
    """
    able = np.greater(ratio, 0) & np.less(ratio, 1)
    steps = (np.log(left) - np.log(np.maximum(change, left))) / np.log(np.where(able, ratio, 0.5))
    count = 2.0 + np.maximum(np.ceil(steps - _ROUNDING), 0.0)
    return np.where(able, count, np.where(np.less_equal(ratio, 0), 2.0, ratio + np.inf))[()]


def total_pass_time(number: Numeric, first: Numeric, scan: Numeric, ratio: Numeric) -> Numeric:
    """Time of several passes together.

    Parameters
    ----------
    number : numeric
        How many, the full copy among them. [1], whole, 0 or more
    first, scan : numeric
        As in `pass_length`. [s], 0 or more
    ratio : numeric
        As in `pass_length`. [1], 0 to 1

    Returns
    -------
    numeric
        T_1 + ... + T_k. [s], 0 or more

    Notes
    -----
    Derived: k floor + (T_1 - floor) (1 - ratio^k) / (1 - ratio) where the ratio is not 1. With a scan that takes no
    time and many passes it comes to volume / (copy rate - change rate).

    Examples
    --------
    150 TB at 80 % of 1 Gbps with 2 % of change a day, in days; the copy alone takes 17.4:

    >>> round(float(total_pass_time(60, 150e12 / 1e8, 0.0, 3 / 8.64)) / 86400, 1)
    26.6
    """
    ratio, count = np.asarray(ratio, dtype=float), np.asarray(number, dtype=float)
    terms = _geometric(ratio, count, np.power(ratio, count))
    # Near 1 the difference has no digits left; there the first two terms of its series are exact to 1e-8.
    near = np.abs(1.0 - ratio) * count < _NEAR_ONE
    few = count * (count - 1.0) / 2.0 * (1.0 + (ratio - 1.0) * (count - 2.0) / 3.0)
    scans = np.where(near, few, (count - terms) / np.where(near, 1.0, 1.0 - ratio))
    return (first * terms + scan * scans)[()]


def _geometric(ratio: Numeric, terms: Numeric, power: Numeric) -> Numeric:
    """1 + ratio + ... of so many terms, given that power of the ratio."""
    same = np.equal(ratio, 1.0)
    return np.where(same, terms, (1.0 - power) / np.where(same, 1.0, np.subtract(1.0, ratio)))
