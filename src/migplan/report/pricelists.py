"""What a refresh of prices came to, in lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from migplan.errors import counted

if TYPE_CHECKING:
    from migplan.pricelists.model import NewPrice, Refresh


def refreshed(made: Refresh) -> Iterator[str]:
    """What should be looked at, and what was read and written."""
    if made.flagged:
        yield f"{counted(len(made.flagged), 'price')} changed by more than a fifth; look before you plan with them:"
        yield from (f"  {_told(price)}" for price in made.flagged)
    same = len(made.prices) - len(made.changed) - len(made.added)
    told = f"{len(made.changed):,} changed, {same:,} as before, {len(made.added):,} new"
    yield f"{counted(len(made.prices), 'price')} read: {told}"
    if made.faults:
        yield f"{counted(len(made.faults), 'fault')}: the old prices stay"
    yield f"written: {counted(len(made.files), 'file')} in {made.files[0].parents[1]}, for --profiles"


def _told(price: NewPrice) -> str:
    change = price.change or 0.0
    old, new = (tiers[0][1] for tiers in (price.old, price.new))
    by = f"{'-' if new < old else '+'}{change:.0%}"
    if math.isinf(change):
        by = "other tiers, or not free any more"
    elif len(price.new) > 1:
        # The one that changed most need not be the first, nor go the same way.
        by = f"by up to {change:.0%}"
    more = f" in the first of {len(price.new)} tiers" if len(price.new) > 1 else ""
    return f"{price.price} {price.region}: {old:g} -> {new:g} {price.unit}{more} ({by})"
