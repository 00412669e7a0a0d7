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
