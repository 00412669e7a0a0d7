"""How long it takes to check what was copied, and how the phases of one pass add up."""

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.division import divide


def verify_time(
    volume: Numeric,
    hash_rate: Numeric,
    source_rate: Numeric,
    target_rate: Numeric,
    files: Numeric,
    overhead: Numeric,
    concurrency: Numeric,
) -> Numeric:
    """Time to read both sides again and compare checksums.

    Parameters
    ----------
    volume : numeric
        Data to verify. [B]
    hash_rate : numeric
        Checksums computed by all cores together. [B/s]
    source_rate, target_rate : numeric
        Rates at which the two sides can be read. [B/s]
    files : numeric
        Files to verify. [1]
    overhead : numeric
        Time to open and close one file. [s]
    concurrency : numeric
        Files verified at the same time. [1]

    Returns
    -------
    numeric
        Time of a verification by itself. [s]

    Notes
    -----
    Derived: the two sides are read at the same time, so the slowest of the three rates counts; opening files
    comes on top, as in a copy without overlap.

    Examples
    --------
    1 TB in a million files; the hash at 0.5 GB/s is the slowest:

    >>> round(float(verify_time(1e12, 0.5e9, 1e9, 2e9, 1e6, 0.004, 8.0)))
    2500
    """
    slowest = np.minimum(hash_rate, np.minimum(source_rate, target_rate))
    return divide(volume, slowest) + divide(files * overhead, concurrency)


def overlapped(copy: Numeric, verify: Numeric, overlap_fraction: Numeric) -> Numeric:
    """Time of a copy and a verification that runs beside it in part.

    Parameters
    ----------
    copy : numeric
        Time of the copy alone. [s]
    verify : numeric
        Time of the verification alone. [s]
    overlap_fraction : numeric
        Part of the verification hidden behind the copy: 0 for a pass of its own, towards 1 where blocks are
        verified as they arrive. [1]

    Returns
    -------
    numeric
        Time of both. [s]

    Notes
    -----
    Derived. Overlap of blocks against transfer followed by checksum: https://www.osti.gov/biblio/1573256 ,
    where it saves up to 70 % of the time.

    Examples
    --------
    >>> [float(overlapped(100.0, 60.0, fraction)) for fraction in (0.0, 0.5, 1.0)]
    [160.0, 130.0, 100.0]
    """
    return copy + (1.0 - overlap_fraction) * verify


def sequential_time(scan: Numeric, copy: Numeric, verify: Numeric) -> Numeric:
    """Time of a pass that scans, then copies, then verifies.

    Parameters
    ----------
    scan, copy, verify : numeric
        Time of each phase alone. [s]

    Returns
    -------
    numeric
        Their sum. [s]

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
        Time of each phase alone. [s]

    Returns
    -------
    numeric
        The longest of them: a lower bound, since the first and the last item pass through alone. [s]

    Notes
    -----
    Derived, with the source of `sequential_time`.

    Examples
    --------
    >>> float(pipelined_time(1.0, 10.0, 6.0))
    10.0
    """
    return np.maximum(scan, np.maximum(copy, verify))
