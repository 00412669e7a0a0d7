"""What the source can give while it goes on serving its users."""

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.division import divide


def source_rate(array_rate: Numeric, iops: Numeric, io_size: Numeric, production_share: Numeric) -> Numeric:
    """Rate at which the source can be read.

    Parameters
    ----------
    array_rate : numeric
        Most that disks, controllers and ports deliver. [B/s]
    iops : numeric
        Most reads per second. [1/s]
    io_size : numeric
        Size of one read, greater than 0. [B]
    production_share : numeric
        Part of all that which users need, 0 to 1. [1]

    Returns
    -------
    numeric
        Rate left to the migration. [B/s]

    Notes
    -----
    Derived: the lesser of two limits, less what is taken.

    Examples
    --------
    1 GB/s at best, but 2,000 reads of 256 kB, of which users need 30 %:

    >>> round(float(source_rate(1e9, 2000.0, 256e3, 0.3)) / 1e6, 1)
    358.4
    """
    return np.minimum(array_rate, iops * io_size) * (1.0 - production_share)


def source_file_rate(iops: Numeric, operations_per_file: Numeric) -> Numeric:
    """Rate at which the source can hand out small files.

    Parameters
    ----------
    iops : numeric
        Most reads per second. [1/s]
    operations_per_file : numeric
        Reads for one small file: its entry, security, data, folder. [1]

    Returns
    -------
    numeric
        Files per second. [1/s]

    Notes
    -----
    Derived: each file takes its reads.

    Examples
    --------
    One spindle of 150 reads per second, 3 reads a file:

    >>> float(source_file_rate(150.0, 3.0))
    50.0
    """
    return divide(iops, operations_per_file)
