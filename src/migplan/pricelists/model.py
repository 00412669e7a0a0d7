"""What lists hold, what is asked of them, and what a refresh comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.errors import Fault, MigplanError

if TYPE_CHECKING:
    from migplan.facts.schema import Listed, PriceList

CODE = "bad-price-list"
"""Of faults of lists and of rows in them."""


def bad_list(where: str, message: str) -> MigplanError:
    """What a list that cannot be read raises."""
    return MigplanError(Fault(CODE, where, message))


class UnreachableError(MigplanError):
    """A server does not answer, or wants not to be asked: its other lists cannot be had either."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a list: what one unit of a SKU costs from a quantity on.

    Attributes
    ----------
    start, price : str
        Numbers as they are written: whoever takes the line reads them, and all others may hold anything.
    places : tuple of str
        What the list calls the Regions that the line is for; empty where it does not say.
    columns : mapping
        All else, by names of small letters and digits alone.
    since, until : str
        The ISO days from which on and before which the price holds, where the line says so.
    spare : bool
        Whether the line stands beside another one that is meant for the Region, and counts only where there is none.
    """

    sku: str
    unit: str
    start: str
    price: str
    places: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list as it is read.

    Attributes
    ----------
    version, day : str
        Of the list, and the ISO day on which it was published; empty where it does not say.
    next : str
        The address of the part behind it; empty where this is the last.
    """

    rates: Iterable[Rate]
    version: str = ""
    day: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Selector:
    """A price in a Region, and what picks it in a list."""

    price: str
    region: str
    place: str
    listed: Listed

    @property
    def key(self) -> str:
        """Which price of which Region it is."""
        return f"{self.price} {self.region}"

    @property
    def sku(self) -> str:
        """The SKU that it names; empty where columns pick one."""
        return self.listed.skus.get(self.region, "")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to read, and all that is picked in it."""

    cloud: str
    offer: str
    place: str
    url: str
    source: PriceList
    selectors: tuple[Selector, ...]

    def __str__(self) -> str:
        return f"{self.cloud} {self.offer} {self.place}".rstrip()


@dataclass(frozen=True, slots=True)
class Found:
    """What was picked in a list.

    Attributes
    ----------
    rates : mapping
        Key of a selector -> the lines that it picks.
    version, published : str
        As of a page.
    day : str
        The ISO day on which the list was known to hold.
    """

    rates: Mapping[str, list[Rate]]
    version: str
    published: str
    day: str


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price that a list has, beside the one that was known.

    Attributes
    ----------
    old, new : tuple of (float, float)
        Start and price of each tier, in the units of the profile; one that starts at 0 where there are none. Nothing is
        `old` where no price was known.
    change : float or None
        The largest of their relative changes; infinite where they have other tiers or were 0; None without an old one.
    flagged : bool
        Whether it changed by more than is usual, so that somebody should look at it.
    row : mapping
        The table of the Region in its profile.
    """

    price: str
    region: str
    unit: str
    old: tuple[tuple[float, float], ...]
    new: tuple[tuple[float, float], ...]
    change: float | None
    flagged: bool
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh of prices came to.

    Attributes
    ----------
    prices : tuple of NewPrice
        Those with the largest changes first.
    faults : tuple of Fault
        Prices that stay as they are, and why.
    files : tuple of Path
        The profiles that were written.
    """

    prices: tuple[NewPrice, ...]
    faults: tuple[Fault, ...]
    files: tuple[Path, ...]

    @property
    def flagged(self) -> tuple[NewPrice, ...]:
        """Prices that somebody should look at."""
        return tuple(price for price in self.prices if price.flagged)

    @property
    def changed(self) -> tuple[NewPrice, ...]:
        """Prices that are not what they were."""
        return tuple(price for price in self.prices if price.change)

    @property
    def added(self) -> tuple[NewPrice, ...]:
        """Prices of Regions that had none."""
        return tuple(price for price in self.prices if price.change is None)
