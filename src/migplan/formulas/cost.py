"""What tiered prices come to, where devices overtake the line, and how to share the data between the two.

Online takes online_fixed + volume / online_rate; offline takes offline_fixed + volume / load_rate +
volume / import_rate. The fixed parts are all that does not depend on the volume: order, shipping, queues.

Live data: pass online_rate - change_rate for the online rate, and add to offline_fixed the time to catch up,
(what changed while the devices were away) / (online_rate - change_rate). A rate of 0 or below never gets done.

Devices are taken as divisible here; the evaluation counts whole ones.
"""

from collections.abc import Sequence

import numpy as np

from migplan.formulas import Numeric, divide


def tiered_cost(quantity: Numeric, tier_starts: Sequence[Numeric], tier_prices: Sequence[Numeric]) -> Numeric:
    """Price a quantity by marginal tiers: each price holds for the part that lies in its tier.

    Parameters
    ----------
    quantity : numeric
        What is billed. [x], 0 or more
    tier_starts : sequence of numeric
        Where each tier begins, rising, at least one; what lies below the first is free. [x], 0 or more
    tier_prices : sequence of numeric
        Price in each tier; NaN where it is not known, which matters only to who reaches that tier.
        [USD/x], 0 or more, or NaN

    Returns
    -------
    numeric
        Cost. [USD], 0 or more, or NaN

    Notes
    -----
    Derived: the integral of a price that is constant within each tier.

    Examples
    --------
    10 TB at 0.09 USD/GB, the rest at 0.085 USD/GB:

    >>> round(float(tiered_cost(15e12, [0.0, 10e12], [0.09e-9, 0.085e-9])), 2)
    1325.0
    """
    total: Numeric = 0.0
    tier_ends = [*tier_starts[1:], np.inf]
    for start, end, price in zip(tier_starts, tier_ends, tier_prices, strict=True):
        part = np.maximum(np.minimum(quantity, end) - start, 0.0)
        total = total + np.where(part == 0, 0.0, part * price)
    return np.asarray(total)[()]


def _pace(rate: Numeric) -> Numeric:
    """Time per byte; infinite at a rate of 0 or below, which never gets done. [s/B]."""
    return divide(1.0, np.where(np.asarray(rate) <= 0, 0.0, rate))


def _offline_pace(load_rate: Numeric, import_rate: Numeric) -> Numeric:
    return _pace(load_rate) + _pace(import_rate)


def _times(volume: Numeric, pace: Numeric) -> Numeric:
    """Volume times pace, 0 where there is no volume. [s]."""
    some = np.asarray(volume) != 0
    return np.where(some, np.where(some, volume, 1.0) * pace, 0.0)


def breakeven_volume(
    offline_fixed: Numeric,
    online_fixed: Numeric,
    online_rate: Numeric,
    load_rate: Numeric,
    import_rate: Numeric,
) -> Numeric:
    """Volume above which devices are sooner than the line.

    Parameters
    ----------
    offline_fixed : numeric
        Time of order, shipping and queues together. [s], 0 to infinity
    online_fixed : numeric
        Time before the line can be used. [s], 0 or more
    online_rate : numeric
        Payload rate over the line; less the change rate for live data. [B/s], any or infinite
    load_rate : numeric
        Rate onto the devices. [B/s], 0 to infinity
    import_rate : numeric
        Rate off the devices at the provider. [B/s], 0 to infinity

    Returns
    -------
    numeric
        Volume: 0 where devices are sooner whatever the volume, infinite where they never overtake the line.
        [B], 0 to infinity

    Notes
    -----
    Derived: online_fixed + V / online_rate = offline_fixed + V / load_rate + V / import_rate, solved for V.

    Examples
    --------
    14 days of shipping against a line of 5 TB a day; devices take 25 TB a day and give 50 TB a day:

    >>> day = 86400.0
    >>> round(float(breakeven_volume(14 * day, 0.0, 5e12 / day, 25e12 / day, 50e12 / day)) / 1e12, 6)
    100.0
    """
    online, offline = _pace(online_rate), _offline_pace(load_rate, import_rate)
    possible = np.isfinite(offline_fixed) & np.isfinite(offline)
    gap = np.where(possible, offline_fixed, 0.0) - online_fixed
    gain = online - np.where(possible, offline, 0.0)
    volume = divide(np.maximum(gap, 0.0), np.maximum(gain, 0.0))
    unknown = np.isnan(offline_fixed) | np.isnan(offline)
    never = ~possible | (gain <= 0)
    return np.where(unknown, np.nan, np.where(never, np.inf, volume))[()]


def breakeven_rate(
    volume: Numeric, offline_fixed: Numeric, online_fixed: Numeric, load_rate: Numeric, import_rate: Numeric
) -> Numeric:
    """Payload rate of a line above which it is sooner than devices.

    Parameters
    ----------
    volume : numeric
        Data to move. [B], 0 or more
    offline_fixed, online_fixed, load_rate, import_rate : numeric
        As in `breakeven_volume`. [s], [s], [B/s], [B/s]

    Returns
    -------
    numeric
        Rate: infinite where devices arrive before the line can be used at all, 0 where devices never arrive. For
        live data, the change rate comes on top. [B/s], 0 to infinity

    Notes
    -----
    Derived: the equation of `breakeven_volume`, solved for the online rate.

    Examples
    --------
    >>> day = 86400.0
    >>> round(float(breakeven_rate(100e12, 14 * day, 0.0, 25e12 / day, 50e12 / day)) * day / 1e12, 6)
    5.0
    """
    offline = offline_fixed + _times(volume, _offline_pace(load_rate, import_rate))
    return divide(volume, np.maximum(offline - online_fixed, 0.0))


def split_fraction(
    volume: Numeric, online_rate: Numeric, offline_fixed: Numeric, load_rate: Numeric, import_rate: Numeric
) -> Numeric:
    """Part of the data to send by device so that line and devices end together.

    Parameters
    ----------
    volume : numeric
        Data to move. [B], 0 or more
    online_rate : numeric
        Payload rate over the line; less the change rate for live data. [B/s], any or infinite
    offline_fixed : numeric
        Time of order, shipping and queues, less the time before the line can be used. [s], 0 to infinity
    load_rate, import_rate : numeric
        As in `breakeven_volume`. [B/s]

    Returns
    -------
    numeric
        Part by device: 0 where the line is done before devices could arrive, 1 where the line gives nothing, NaN
        where neither ever ends. [1], 0 to 1, or NaN

    Notes
    -----
    Derived: (1 - y) V / online_rate = offline_fixed + y V (1 / load_rate + 1 / import_rate), solved for y and
    kept within 0 and 1.

    Examples
    --------
    >>> day = 86400.0
    >>> float(split_fraction(300e12, 10e12 / day, 14 * day, 25e12 / day, 50e12 / day)).__round__(3)
    0.333
    """
    online, offline = _pace(online_rate), _offline_pace(load_rate, import_rate)
    head_start = divide(offline_fixed, volume)
    line, devices = online < np.inf, (offline < np.inf) & (head_start < np.inf)
    both = line & devices
    lead = np.where(both, online, 0.0) - np.where(both, head_start, 0.0)
    total = np.where(both, online + np.where(both, offline, 0.0), 1.0)
    within = np.clip(np.where(total > 0, lead / np.where(total > 0, total, 1.0), 0.0), 0.0, 1.0)
    unknown = np.isnan(online) | np.isnan(offline) | np.isnan(head_start) | ~(line | devices)
    alone = np.where(devices, 1.0, 0.0)
    return np.where(unknown, np.nan, np.where(both, within, alone))[()]


def split_time(
    volume: Numeric, online_rate: Numeric, offline_fixed: Numeric, load_rate: Numeric, import_rate: Numeric
) -> Numeric:
    """Time of the best split between line and devices.

    Parameters
    ----------
    volume, online_rate, offline_fixed, load_rate, import_rate : numeric
        As in `split_fraction`. [B], [B/s], [s], [B/s], [B/s]

    Returns
    -------
    numeric
        Time from when the line can be used until both parts have arrived. [s], 0 to infinity, or NaN

    Notes
    -----
    Derived: the fraction of `split_fraction` put into either side, which gives the time of devices alone times
    (1 / online_rate) / (1 / online_rate + 1 / load_rate + 1 / import_rate); a part of 0 takes no time.

    Examples
    --------
    A third by device: 14 days and 100 TB at 16.7 TB a day, or 200 TB at 10 TB a day.

    >>> day = 86400.0
    >>> round(float(split_time(300e12, 10e12 / day, 14 * day, 25e12 / day, 50e12 / day)) / day, 3)
    20.0
    """
    part = split_fraction(volume, online_rate, offline_fixed, load_rate, import_rate)
    within = (part > 0) & (part < 1)
    online, offline = _pace(online_rate), _offline_pace(load_rate, import_rate)
    line, devices = _times(volume, online), offline_fixed + _times(volume, offline)
    # From y put into either side, free of the difference 1 - y, which loses digits as y nears 1.
    both = np.where(within, devices, 0.0) * (
        np.where(within, online, 0.0) / np.where(within, online + offline, 1.0)
    )
    alone = np.where(part == 0, line, np.where(part == 1, devices, np.nan))
    return np.where(within, both, alone)[()]
