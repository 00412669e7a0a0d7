"""What an option costs. Quantities and prices may be in any unit, as long as they fit: bytes and USD/B."""

from collections.abc import Sequence

import numpy as np

from migplan.formulas import Numeric


def tiered_cost(quantity: Numeric, tier_starts: Sequence[Numeric], tier_prices: Sequence[Numeric]) -> Numeric:
    """Price a quantity by marginal tiers: each price holds for the part that lies in its tier.

    Parameters
    ----------
    quantity : numeric
        What is billed, finite and not negative. [x]
    tier_starts : sequence of numeric
        Where each tier begins, rising, at least one; what lies below the first is free. [x]
    tier_prices : sequence of numeric
        Price in each tier; NaN where it is not known, which matters only to who reaches that tier. [USD/x]

    Returns
    -------
    numeric
        Cost. [USD]

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


def request_cost(requests: Numeric, price: Numeric) -> Numeric:
    """Cost of requests.

    Parameters
    ----------
    requests : numeric
        Requests, by file and by pass. [1]
    price : numeric
        Price of one. [USD]

    Returns
    -------
    numeric
        Cost. [USD]

    Notes
    -----
    Derived.

    Examples
    --------
    40 million requests at 0.005 USD per thousand:

    >>> round(request_cost(40e6, 0.005e-3), 6)
    200.0
    """
    return requests * price


def stepped_cost(days: Numeric, included: Numeric, rate: Numeric) -> Numeric:
    """Cost of keeping a thing longer than the price includes.

    Parameters
    ----------
    days : numeric
        Billed days, whole where the provider counts begun days. [1]
    included : numeric
        Days that the price of the thing includes. [1]
    rate : numeric
        Price of one further day. [USD]

    Returns
    -------
    numeric
        Cost of the further days, 0 where there are none. [USD]

    Notes
    -----
    Derived.

    Examples
    --------
    >>> [float(stepped_cost(days, 15.0, 250.0)) for days in (14.0, 15.0, 16.0)]
    [0.0, 0.0, 250.0]
    """
    beyond = np.maximum(days - included, 0.0)
    return np.where(beyond == 0, 0.0, beyond * rate)[()]


def device_fee(devices: Numeric, fee: Numeric, days: Numeric, included: Numeric, rate: Numeric) -> Numeric:
    """Cost of shipped devices: a fee for each and its further days.

    Parameters
    ----------
    devices : numeric
        Devices ordered. [1]
    fee : numeric
        Price of one job. [USD]
    days, included, rate : numeric
        Of each device, as in `stepped_cost`. [1], [1], [USD]

    Returns
    -------
    numeric
        Cost. [USD]

    Notes
    -----
    Derived.

    Examples
    --------
    Two devices, 20 days on site each, 15 included:

    >>> float(device_fee(2.0, 1800.0, 20.0, 15.0, 250.0))
    6100.0
    """
    each = fee + stepped_cost(days, included, rate)
    return np.where(np.asarray(devices) == 0, 0.0, devices * each)[()]


def running_cost(duration: Numeric, price: Numeric) -> Numeric:
    """Cost of what is paid for as long as it runs: ports, tunnels, machines.

    Parameters
    ----------
    duration : numeric
        Time from start to end, not only the hours of the copy. [s]
    price : numeric
        Price per time; a price by the hour in base units. [USD/s]

    Returns
    -------
    numeric
        Cost, without rounding to hours. [USD]

    Notes
    -----
    Derived.

    Examples
    --------
    30 days at 2.25 USD an hour:

    >>> running_cost(30 * 86400.0, 2.25 / 3600)
    1620.0
    """
    return duration * price


def minimum_billed(duration: Numeric, minimum: Numeric) -> Numeric:
    """Duration that is billed where a provider bills a least duration.

    Parameters
    ----------
    duration : numeric
        Time for which the thing was kept. [s]
    minimum : numeric
        Least time billed. [s]

    Returns
    -------
    numeric
        Billed time. [s]

    Notes
    -----
    Derived.

    Examples
    --------
    >>> float(minimum_billed(10.0, 30.0)), float(minimum_billed(40.0, 30.0))
    (30.0, 40.0)
    """
    return np.maximum(duration, minimum)
