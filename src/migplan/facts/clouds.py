"""The records of clouds: their Regions, where these are, and what it costs to leave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct, field


class AssumedRegion(Struct, frozen=True):
    """The Region of a plan that names none, and who says so."""

    id: str
    source: str


class Leaving(Struct, frozen=True):
    """What a cloud charges for a byte that leaves it over routes of some families, or of all."""

    item: str
    price: str
    only_over: tuple[str, ...] = ()
    not_over: tuple[str, ...] = ()

    def over(self, family: str) -> bool:
        """Whether it is charged over routes of a family."""
        return family not in self.not_over and (not self.only_over or family in self.only_over)


class Waiver(Struct, frozen=True):
    """Under what terms a cloud charges nothing to those who leave.

    Attributes
    ----------
    begins : date, optional
        From when on; always where none is given.
    regions : tuple of str
        Where; everywhere where it is empty.
    """

    text: str
    source: str
    begins: dt.date | None = None
    regions: tuple[str, ...] = ()

    def holds_in(self, region: str) -> bool:
        """Whether it is for those who leave a Region."""
        return not self.regions or region in self.regions


class Cloud(Struct, frozen=True):
    """A cloud's Regions: id -> its name first, then what else people call it.

    Attributes
    ----------
    places : mapping
        Region -> its latitude and longitude; some have none. [degree]
    leaving : tuple of Leaving
        What it charges for what leaves it.
    waivers : tuple of Waiver
        When it does not.
    """

    id: str
    name: str
    regions: Mapping[str, tuple[str, ...]]
    source: str
    as_of: str
    status: str
    note: str = ""
    assumed_region: AssumedRegion | None = None
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    leaving: tuple[Leaving, ...] = ()
    waivers: tuple[Waiver, ...] = ()
