"""How long it takes to list a file tree, near by and over distance."""

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.division import divide


def scan_time(items: Numeric, rate: Numeric, agents: Numeric = 1.0) -> Numeric:
    """Time to list a tree from near by.

    Parameters
    ----------
    items : numeric
        Files and folders. [1]
    rate : numeric
        Items that one agent lists per second; where both sides are listed, the slower side. [1/s]
    agents : numeric
        Agents that list separate parts of the tree. [1]

    Returns
    -------
    numeric
        Time of one scan: the floor of every pass, however little has changed. [s]

    Notes
    -----
    Derived: the definition of a rate, shared evenly.

    Examples
    --------
    >>> float(scan_time(20e6, 5000.0)), float(scan_time(20e6, 5000.0, 4.0))
    (4000.0, 1000.0)
    """
    return divide(items, rate * agents)


def wan_scan_time(
    items: Numeric,
    rate: Numeric,
    directories: Numeric,
    directory_round_trips: Numeric,
    round_trip_time: Numeric,
    concurrency: Numeric,
    compared_items: Numeric,
    compare_round_trips: Numeric,
) -> Numeric:
    """Time to list a tree over distance, where round trips count.

    Parameters
    ----------
    items : numeric
        Files and folders. [1]
    rate : numeric
        Items listed per second without distance, by all agents together. [1/s]
    directories : numeric
        Folders. [1]
    directory_round_trips : numeric
        Round trips to list one folder, one after the other. [1]
    round_trip_time : numeric
        Between the scanner and the storage. [s]
    concurrency : numeric
        Folders listed, or items compared, at the same time. [1]
    compared_items : numeric
        Items whose security or attributes must be opened one by one. [1]
    compare_round_trips : numeric
        Round trips to open one. [1]

    Returns
    -------
    numeric
        Time of one scan. [s]

    Notes
    -----
    Derived: listing takes what the storage needs or what the round trips need, whichever is more; then the
    comparisons follow.

    Examples
    --------
    A million items in 100,000 folders over 40 ms, 4 round trips a folder, 8 at a time:

    >>> round(float(wan_scan_time(1e6, 5000.0, 1e5, 4.0, 0.04, 8.0, 0.0, 2.0)))
    2000
    """
    listed = np.maximum(
        divide(items, rate), divide(directories * directory_round_trips * round_trip_time, concurrency)
    )
    return listed + divide(compared_items * compare_round_trips * round_trip_time, concurrency)
