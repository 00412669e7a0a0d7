"""Devices that are filled and shipped: how many, how fast they fill, and when the last of them is read in."""

import numpy as np

from migplan.formulas import Numeric, divide, whole_units


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
        What the source and the local network give; infinite where they do not limit. [B/s], 0 to infinity
    attached : numeric
        Devices attached at once. [1], whole, 0 or more
    device_rate : numeric
        What one device takes. [B/s], 0 or more
    mean_file_size : numeric
        Volume over files. [B], 0 or more
    concurrency : numeric
        Files copied at the same time, to all devices together. [1], 0 or more
    overhead : numeric
        Time of one file beside its bytes. [s], 0 or more

    Returns
    -------
    numeric
        Rate: an upper bound, since it overlaps bytes and files fully; `copying.copy_time` bends the corner.
        [B/s], 0 or more

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
        Data to hold. [B], 0 or more
    usable_capacity : numeric
        What one device holds; infinite where nothing limits it. [B], 0 to infinity
    fill : numeric
        Part of it that can be filled in practice. [1], above 0 to 1

    Returns
    -------
    numeric
        Whole devices, 0 for no volume. Exact to the byte up to 9 PB, where floats end to hold single bytes.
        [1], whole, 0 to infinity

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


def waves(devices: Numeric, pool: Numeric) -> Numeric:
    """Count the waves in which devices go out.

    Parameters
    ----------
    devices : numeric
        Devices in all. [1], whole, 0 or more
    pool : numeric
        Devices away at once, at most. [1], whole, 0 to infinity

    Returns
    -------
    numeric
        Waves. [1], whole, 0 to infinity

    Notes
    -----
    Derived.

    Examples
    --------
    >>> [float(waves(devices, 4.0)) for devices in (4.0, 5.0)]
    [1.0, 2.0]
    """
    return whole_units(devices, pool)


def _repeated(count: Numeric, time: Numeric) -> Numeric:
    """Times a stage takes in a row; an unknown or endless stage that never comes costs nothing. [s]."""
    some = np.asarray(count) > 0
    return np.where(some, np.where(some, count, 1.0) * time, 0.0)


def _load_start(
    position: Numeric, pool: Numeric, attached: Numeric, load_time: Numeric, turn_time: Numeric
) -> Numeric:
    """Start of the load of the device at a position from 1, from the arrival of the first device. [s].

    A load waits for the device `attached` places before it to be full, and for the device `pool` places before it
    to come round. So the start is the longest way back to a first device in steps of `attached` (a load each) and
    steps of `pool` (a load and a turn each):

        max over n of  n (load_time + turn_time) + floor((position - 1 - n pool) / attached) load_time

    Its value rises by the same amount whenever n rises by `attached`, so the greatest value lies among the first or
    the last `attached` values of n, and nothing has to walk over the devices.
    """
    before = position - 1.0
    pool = np.minimum(pool, position)
    attached = np.minimum(attached, pool)
    rounds = np.floor(before / pool)
    start = np.asarray(0.0)
    for step in range(int(np.max(np.minimum(attached, rounds + 1.0)))):
        for turns in (np.minimum(step, rounds), np.maximum(rounds - step, 0.0)):
            loads = np.floor((before - turns * pool) / attached)
            start = np.maximum(start, _repeated(turns, load_time + turn_time) + _repeated(loads, load_time))
    return start


def simulate_pipeline(
    devices: Numeric,
    pool: Numeric,
    attached: Numeric,
    load_time_each: Numeric,
    last_load_time: Numeric,
    ship: Numeric,
    return_time: Numeric,
    import_time: Numeric,
    reissue: Numeric,
) -> Numeric:
    """Time from order to the last import, as an event simulation gives it.

    Devices go in order. Each loads at its own rate; a device that arrives while `attached` others load waits its turn.
    Each is imported by itself, without waiting for others.

    Parameters
    ----------
    devices : numeric
        Devices in all, whole. [1], whole, 0 or more
    pool : numeric
        Devices away at once, at most: whole, or infinite. [1], whole, 0 to infinity
    attached : numeric
        Devices that load at once, at most: whole, or infinite. [1], whole, 0 to infinity
    load_time_each : numeric
        Time to fill a device while as many load at once as can be. [s], 0 to infinity
    last_load_time : numeric
        The same for the last device, which may hold less. [s], 0 to infinity
    ship, return_time, import_time : numeric
        Way out, way back and import of each device. [s], 0 to infinity
    reissue : numeric
        From the end of an import to the dispatch of the next device in that place. [s], 0 to infinity

    Returns
    -------
    numeric
        Time; 0 for no devices, infinite where none may be away or attached. [s], 0 to infinity

    Notes
    -----
    Derived: exact, without a walk over the devices; `_load_start` says how.

    Examples
    --------
    Three devices in days, 4 a load, 2 a way, 3 the import. With two away at once the third goes out after the first
    has been imported, on day 11; one wave of three waits for the only loader instead:

    >>> [float(simulate_pipeline(3.0, pool, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 0.0)) for pool in (2.0, 3.0)]
    [22.0, 19.0]
    """
    turn_time = return_time + import_time + reissue + ship
    known = ~(np.isnan(devices) | np.isnan(pool) | np.isnan(attached))
    possible = known & (np.asarray(devices) >= 1) & (np.asarray(pool) >= 1) & (np.asarray(attached) >= 1)
    count = np.where(possible, devices, 1.0)
    places, loaders = np.where(possible, pool, 1.0), np.where(possible, attached, 1.0)
    loaded = _load_start(count, places, loaders, load_time_each, turn_time) + last_load_time
    before = np.maximum(count - 1.0, 1.0)
    previous = _load_start(before, places, loaders, load_time_each, turn_time) + load_time_each
    loaded = np.where(count > 1, np.maximum(loaded, previous), loaded)
    total = ship + loaded + return_time + import_time
    otherwise = np.where(known, np.where(np.asarray(devices) == 0, 0.0, np.inf), np.nan)
    return np.where(possible, total, otherwise)[()]
