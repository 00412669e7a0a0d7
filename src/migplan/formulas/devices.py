"""Devices that are filled and shipped: how many, how fast they fill, and (from `pipeline`) when the last arrives."""

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.division import divide, whole_units
from migplan.formulas.pipeline import simulate_pipeline, waves

__all__ = [
    "device_count",
    "load_rate",
    "simulate_pipeline",
    "waves",
]


def load_rate(
    source_rate: Numeric,
    network_rate: Numeric,
    attached: Numeric,
    device_rate: Numeric,
    mean_file_size: Numeric,
    concurrency: Numeric,
    overhead: Numeric,
) -> Numeric:
    """Rate onto all attached devices together.

    Parameters
    ----------
    source_rate, network_rate : numeric
        What the source and the local network give; infinite where they do not limit. [B/s]
    attached : numeric
        Devices attached at once. [1]
    device_rate : numeric
        What one device takes. [B/s]
    mean_file_size : numeric
        Volume over files. [B]
    concurrency : numeric
        Files copied at the same time, to all devices together. [1]
    overhead : numeric
        Time of one file beside its bytes. [s]

    Returns
    -------
    numeric
        Rate: an upper bound, since it overlaps bytes and files fully; `copying.copy_time` bends the corner. [B/s]

    Notes
    -----
    Derived: the least of four limits, the last being files per second times their size.

    Examples
    --------
    Two devices of 400 MB/s; with files of 100 kB, 16 at a time, 4 ms each, the files decide:

    >>> [float(load_rate(1e9, 1.25e9, 2.0, 400e6, size, 16.0, 0.004)) / 1e6 for size in (1e6, 1e5)]
    [800.0, 400.0]
    """
    by_files = divide(mean_file_size * concurrency, overhead)
    return np.minimum(np.minimum(source_rate, network_rate), np.minimum(attached * device_rate, by_files))


def device_count(volume: Numeric, usable_capacity: Numeric, fill: Numeric = 1.0) -> Numeric:
    """Count the devices that hold a volume; or the tasks, file systems or visits that a limit asks for.

    Parameters
    ----------
    volume : numeric
        Data to hold. [B]
    usable_capacity : numeric
        What one device holds; infinite where nothing limits it. [B]
    fill : numeric
        Part of it that can be filled in practice, above 0, at most 1. [1]

    Returns
    -------
    numeric
        Whole devices, 0 for no volume. Exact to the byte up to 9 PB, where floats end to hold single bytes. [1]

    Notes
    -----
    Derived. A decimal fill has no exact float: 0.7 * 90e12 falls short of 63e12 by a rounding error, which would
    cost a whole device; so a capacity within that error of a whole number is taken as that number.

    Examples
    --------
    >>> [float(device_count(volume, 90e12, 0.7)) for volume in (0.0, 63e12, 63e12 + 1)]
    [0.0, 1.0, 2.0]
    """
    room = usable_capacity * fill
    nearest = np.rint(room)
    # One rounding of `fill` and one of the product: together less than the spacing of floats above 1.
    error = np.finfo(float).eps
    same = (nearest * (1 - error) <= room) & (room <= nearest * (1 + error))
    return whole_units(volume, np.where(same, nearest, room))
