"""How long it takes to check what was copied, and how the phases of one pass add up."""

import numpy as np

from migplan.formulas import Numeric


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
