"""Copies: bytes against files, listing and comparing, and the least of several limits."""

from typing import Any

import numpy as np

from migplan.formulas import Numeric, divide


def line_rate_time(volume: Numeric, line_rate: Numeric, share: Numeric) -> Numeric:
    """Time that the usable part of a line alone dictates: the vendors' planning formula and nothing else.

    Parameters
    ----------
    volume : numeric
        Data to move. [B], 0 or more
    line_rate : numeric
        Rate of the line, headers and all. [B/s], 0 or more
    share : numeric
        Part of the line that the migration may use. [1], 0 to 1

    Returns
    -------
    numeric
        Time; infinite where a volume has no rate at all. [s], 0 to infinity

    Notes
    -----
    https://docs.aws.amazon.com/datasync/latest/userguide/datasync-large-migration-timelines.html

    Examples
    --------
    100 TB at 80 % of 1 Gbps, which that page gives as 11.57 days:

    >>> round(float(line_rate_time(100e12, 125e6, 0.8)) / 86400, 2)
    11.57
    """
    return divide(volume, line_rate * share)


def per_file_overhead(round_trips: Numeric, round_trip_time: Numeric, server_time: Numeric) -> Numeric:
    """Time that handling one file takes beside moving its bytes.

    Parameters
    ----------
    round_trips : numeric
        Round trips one after the other: open, attributes, security, close. [1], 0 or more
    round_trip_time : numeric
        Between the copying machine and the storage it speaks to. [s], 0 or more
    server_time : numeric
        Time of processors and disks for one file. [s], 0 or more

    Returns
    -------
    numeric
        Overhead of one file. [s], 0 or more

    Notes
    -----
    Derived: sequential stages add up.

    Examples
    --------
    >>> round(per_file_overhead(6.0, 0.04, 0.002), 3)
    0.242
    """
    return round_trips * round_trip_time + server_time


def effective_workers(workers: Numeric, scaling: Numeric) -> Numeric:
    """Work that several workers do side by side, in units of what one does alone.

    Parameters
    ----------
    workers : numeric
        Threads or processes of one host, or hosts. [1], 1 or more
    scaling : numeric
        1 where they share nothing, 0 where one does all the work. [1], 0 to 1

    Returns
    -------
    numeric
        Workers that would do as much if nothing were shared. [1], 1 or more

    Notes
    -----
    An interpolation of ours between the two ends, workers^scaling. Threads of one host share its processors, caches and
    locks; hosts that copy separate shares share nothing but what limits a copy by itself: line, source and target. So
    each has an exponent of its own, and that of hosts is near 1. On one file system, 32 processes of one host copied
    4.5 times as fast as one (scaling 0.43), and a tool that divides the tree first 2.1 times (0.21):
    https://github.com/aws-samples/amazon-efs-tutorial/tree/master/performance

    Examples
    --------
    >>> [round(float(effective_workers(32.0, scaling)), 1) for scaling in (1.0, 0.7, 0.0)]
    [32.0, 11.3, 1.0]

    Four hosts of eight threads each, threads with 0.4 and hosts with 0.95:

    >>> round(float(effective_workers(4.0, 0.95) * effective_workers(8.0, 0.4)), 1)
    8.6
    """
    return np.power(workers, scaling)


def shared_overhead(work: Numeric, wait: Numeric, effective: Numeric, workers: Numeric) -> Numeric:
    """Time from one finished file to the next while several are handled side by side.

    Parameters
    ----------
    work : numeric
        Time of the copying host's processors and disks for one file, which workers share. [s], 0 or more
    wait : numeric
        Time that one file is only on its way or waits for an answer, which workers wait for side by side.
        [s], 0 or more
    effective : numeric
        Workers that would do as much work if nothing were shared, as by `effective_workers`. [1], 1 or more
    workers : numeric
        Files handled at the same time. [1], 1 or more

    Returns
    -------
    numeric
        Time. [s], 0 or more

    Notes
    -----
    Derived: each worker waits for itself, while work is done as by `effective_workers`. How many requests a service
    answers at the most is a limit of its own, and not part of how long one answer takes.

    Examples
    --------
    Six round trips of 40 ms and 2 ms of work, eight files at once, in files per second: nothing shared, or all of it:

    >>> [round(1 / float(shared_overhead(0.002, 0.24, effective, 8.0)), 1) for effective in (8.0, 1.0)]
    [33.1, 31.2]
    """
    return work / effective + wait / workers


def byte_time(volume: Numeric, rate: Numeric) -> Numeric:
    """Time to move bytes at a payload rate.

    Parameters
    ----------
    volume : numeric
        Data to move. [B], 0 or more
    rate : numeric
        Payload rate, infinite where nothing limits it. [B/s], 0 to infinity

    Returns
    -------
    numeric
        Time; infinite where a volume meets a rate of 0. [s], 0 to infinity

    Notes
    -----
    Derived: the definition of a rate.

    Examples
    --------
    >>> float(byte_time(1e12, 1e8))
    10000.0
    """
    return divide(volume, rate)


def operation_time(files: Numeric, overhead: Numeric, concurrency: Numeric) -> Numeric:
    """Time to handle files, however small they are.

    Parameters
    ----------
    files : numeric
        Files to handle. [1], 0 or more
    overhead : numeric
        Time of one file beside its bytes. [s], 0 or more
    concurrency : numeric
        Files handled at the same time. [1], 0 to infinity

    Returns
    -------
    numeric
        Time; infinite where nothing is handled at any time. [s], 0 to infinity

    Notes
    -----
    Derived: files * overhead is the work, shared evenly.

    Examples
    --------
    10 million files over a round-trip time of 1 ms, eight at a time:

    >>> round(float(operation_time(1e7, 0.008, 8.0)))
    10000
    """
    return divide(files * overhead, concurrency)


def copy_time(byte_time: Numeric, operation_time: Numeric, overlap: Numeric = 2.0) -> Numeric:
    """Time of a copy that moves bytes and handles files, overlapping the two in part.

    Parameters
    ----------
    byte_time : numeric
        Time to move the bytes alone. [s], 0 to infinity
    operation_time : numeric
        Time to handle the files alone. [s], 0 to infinity
    overlap : numeric
        1 where one waits for the other, infinite where they overlap fully. [1], 1 to infinity

    Returns
    -------
    numeric
        (byte_time^overlap + operation_time^overlap)^(1/overlap), between the greater of the two and their sum.
        [s], 0 to infinity

    Notes
    -----
    The sum is the model of Liu and others, https://arxiv.org/abs/2009.03190 ; the maximum is the model of two
    resources that never wait for each other. The power between them is an interpolation of ours: derived from
    its two ends, not measured. The greater term is taken out first, so that no power overflows.

    Examples
    --------
    >>> [round(float(copy_time(3.0, 4.0, overlap)), 6) for overlap in (1.0, 2.0, float("inf"))]
    [7.0, 5.0, 4.0]
    """
    longer, shorter = np.maximum(byte_time, operation_time), np.minimum(byte_time, operation_time)
    divisible = (longer > 0) & (longer < np.inf)
    ratio = np.where(divisible, shorter, 0.0) / np.where(divisible, longer, 1.0)
    # Roots and powers round differently; the usual exponent takes the same way in a column as in a single value.
    usual = np.equal(overlap, 2.0)
    mean = np.sqrt(1.0 + ratio * ratio)
    if not np.all(usual):
        mean = np.where(usual, mean, np.power(1.0 + np.power(ratio, overlap), 1.0 / overlap))
    return (longer * mean)[()]


def histogram_copy_time(
    volumes: Numeric,
    files: Numeric,
    rate: Numeric,
    overhead: Numeric,
    concurrency: Numeric,
    overlap: Numeric = 2.0,
) -> Numeric:
    """Time of a copy whose files are known by size bucket: the buckets one after the other.

    One huge file and ten million tiny ones have a harmless mean size and a slow copy; the mean alone hides it.

    Parameters
    ----------
    volumes : numeric
        Data in each bucket; the buckets are the last axis. [B], 0 or more
    files : numeric
        Files in each bucket; the buckets are the last axis. [1], 0 or more
    rate, overhead, concurrency, overlap : numeric
        As in `byte_time`, `operation_time` and `copy_time`. They broadcast against the buckets: a value for each
        row needs a last axis of length 1. [B/s], [s], [1], [1]

    Returns
    -------
    numeric
        Time, without the axis of buckets. [s], 0 to infinity

    Notes
    -----
    Derived: the sum over the buckets of `copy_time`. By Minkowski's inequality it is never less than `copy_time`
    of the totals.

    Examples
    --------
    1 TB in one file, and 10 million files of 1 kB, at 1 GB/s and 1,000 files a second:

    >>> import numpy as np
    >>> round(float(histogram_copy_time(np.array([1e12, 1e10]), np.array([1.0, 1e7]), 1e9, 0.008, 8.0)))
    11000
    """
    buckets = copy_time(byte_time(volumes, rate), operation_time(files, overhead, concurrency), overlap)
    total: Numeric = np.sum(buckets, axis=-1)
    return total


def scan_time(items: Numeric, rate: Numeric, agents: Numeric = 1.0) -> Numeric:
    """Time to list a tree from near by.

    Parameters
    ----------
    items : numeric
        Files and folders. [1], 0 or more
    rate : numeric
        Items that one agent lists per second; where both sides are listed, the slower side. [1/s], 0 or more
    agents : numeric
        Agents that list separate parts of the tree. [1], 1 or more

    Returns
    -------
    numeric
        Time of one scan: the floor of every pass, however little has changed. [s], 0 to infinity

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
        Files and folders. [1], 0 or more
    rate : numeric
        Items listed per second without distance, by all agents together. [1/s], 0 to infinity
    directories : numeric
        Folders. [1], 0 or more
    directory_round_trips : numeric
        Round trips to list one folder, one after the other. [1], 0 or more
    round_trip_time : numeric
        Between the scanner and the storage. [s], 0 or more
    concurrency : numeric
        Folders listed, or items compared, at the same time. [1], 0 to infinity
    compared_items : numeric
        Items whose security or attributes must be opened one by one. [1], 0 or more
    compare_round_trips : numeric
        Round trips to open one. [1], 0 or more

    Returns
    -------
    numeric
        Time of one scan. [s], 0 to infinity

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


def sequential_time(scan: Numeric, copy: Numeric, verify: Numeric) -> Numeric:
    """Time of a pass that scans, then copies, then verifies.

    Parameters
    ----------
    scan, copy, verify : numeric
        Time of each phase alone. [s], 0 to infinity

    Returns
    -------
    numeric
        Their sum. [s], 0 to infinity

    Notes
    -----
    Derived. A tool of either kind: https://docs.aws.amazon.com/datasync/latest/userguide/choosing-task-mode.html

    Examples
    --------
    >>> sequential_time(1.0, 10.0, 6.0)
    17.0
    """
    return scan + copy + verify


def pipelined_time(scan: Numeric, copy: Numeric, verify: Numeric) -> Numeric:
    """Time of a pass whose three phases run side by side.

    Parameters
    ----------
    scan, copy, verify : numeric
        Time of each phase alone. [s], 0 to infinity

    Returns
    -------
    numeric
        The longest of them: a lower bound, since the first and the last item pass through alone. [s], 0 to infinity

    Notes
    -----
    Derived, with the source of `sequential_time`.

    Examples
    --------
    >>> float(pipelined_time(1.0, 10.0, 6.0))
    10.0
    """
    return np.maximum(scan, np.maximum(copy, verify))


def lowest(*limits: Numeric) -> tuple[Any, Any]:
    """The lowest of several limits, and which one it is.

    Parameters
    ----------
    limits : numeric
        Infinite where there is none. An unknown one (NaN) leaves the result unknown. [x], 0 to infinity, or NaN

    Returns
    -------
    value : numeric
        [x], 0 to infinity, or NaN
    which : numeric
        Position of the lowest, or of the unknown one; of equals the first. [1], whole, 0 or more

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
