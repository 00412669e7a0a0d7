"""What is asked of price lists: the selectors of profiles, gathered by the list that each is picked in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from migplan.errors import Fault, MigplanError
from migplan.facts import load, own_folder
from migplan.facts.folders import read_folders
from migplan.facts.schema import CloudRegions, Price
from migplan.files import parse_toml
from migplan.pricelists.model import CODE, Listing, Selector
from migplan.text import did_you_mean, folded

EVERYWHERE = "any"
_ADDRESS = "%/:?=&$',"
"""What stands in addresses as it is."""
_REGIONS = "wanted the id of one, such as 'eu-west-1'"


_Tests = list[tuple[str, re.Pattern[str]]]


@dataclass(frozen=True, slots=True)
class Book:
    """Prices and clouds as their files say them.

    Attributes
    ----------
    documents : mapping
        Id of a price -> the tables of its file.
    """

    documents: Mapping[str, dict[str, Any]]
    prices: Mapping[str, Price]
    clouds: Mapping[str, CloudRegions]


def read_book(profiles: Sequence[Path | str] = ()) -> Book:
    """Read the files of prices and clouds, those of later folders over those of earlier ones by id.

    Raises
    ------
    MigplanError
        With every fault of every profile.
    """
    load(profiles)
    documents: dict[str, dict[str, dict[str, Any]]] = {"prices": {}, "clouds": {}}
    for file in read_folders([own_folder(), *map(Path, profiles)], documents.keys()).files:
        documents[file.kind][file.name] = parse_toml(file.data, file.place)
    return Book(
        documents["prices"],
        {name: Price.model_validate(document) for name, document in documents["prices"].items()},
        {name: CloudRegions.model_validate(document) for name, document in documents["clouds"].items()},
    )


def gather(
    book: Book, clouds: Collection[str] = (), regions: Collection[str] = ()
) -> tuple[list[Listing], list[Fault]]:
    """The lists to read for some clouds and Regions, or for all that have a price, and prices that none can have.

    A Region may be called by a name, such as a city: it is that Region of each of the clouds.

    Raises
    ------
    MigplanError
        A cloud or a Region is not known, or no price is picked in its lists.
    """
    regions = _meant(book, clouds, regions)
    _known(book, clouds, regions)
    faults: list[Fault] = []
    gathered: dict[str, list[Selector]] = {}
    for name, price in book.prices.items():
        if price.listed is None or (clouds and price.listed.cloud not in clouds):
            continue
        source = book.clouds[price.listed.cloud].price_list
        if source is None:
            text = f"is picked in the lists of {price.listed.cloud}, whose profile names none"
            faults.append(Fault(CODE, name, text))
            continue
        for region in _regions_of(book, price, regions):
            places = price.listed.places
            place = places.get(region) or places.get(EVERYWHERE) or region
            if region not in price.listed.skus and not price.listed.where:
                faults.append(Fault(CODE, f"{name} {region}", "no SKU of this Region is known"))
                continue
            url = quote(
                source.url.replace("{offer}", price.listed.offer).replace("{region}", place), _ADDRESS
            )
            gathered.setdefault(url, []).append(Selector(name, region, place, price.listed))
    if not gathered:
        told = ", ".join((*clouds, *regions)) or "any cloud"
        raise MigplanError([*faults, Fault("missing", "prices", f"none of {told} is picked in a price list")])
    listings = [_listing(book, url, own) for url, own in gathered.items()]
    return sorted(listings, key=lambda each: (each.cloud, each.offer, each.place)), faults


def _listing(book: Book, url: str, selectors: Sequence[Selector]) -> Listing:
    listed, place = selectors[0].listed, selectors[0].place
    source = book.clouds[listed.cloud].price_list
    assert source is not None, "gather asks no other clouds"
    # A list of all Regions has no place of its own.
    return Listing(
        listed.cloud, listed.offer, place if "{region}" in source.url else "", url, source, tuple(selectors)
    )


def _meant(book: Book, clouds: Collection[str], regions: Collection[str]) -> list[str]:
    """Ids of the Regions that texts mean in some clouds, or in all; what means none stays as it is."""
    found: dict[str, None] = {}
    for text in regions:
        plain = folded(text)
        own = [
            region
            for name, cloud in book.clouds.items()
            for region, names in cloud.regions.items()
            if (not clouds or name in clouds) and plain in map(folded, (region, *names))
        ]
        found |= dict.fromkeys([text] if text in own else own or [text])
    return list(found)


def _known(book: Book, clouds: Collection[str], regions: Collection[str]) -> None:
    """Refuse clouds and Regions that no profile knows."""
    known = [region for cloud in book.clouds.values() for region in cloud.regions]
    names = list(book.clouds)
    all_of_them = f"wanted one of {', '.join(names)}"
    faults = [
        Fault("bad-choice", "cloud", f"{cloud!r} is not known; {did_you_mean(cloud, names, all_of_them)}")
        for cloud in clouds
        if cloud not in book.clouds
    ] + [
        Fault("bad-choice", "region", f"{region!r} is not known; {did_you_mean(region, known, _REGIONS)}")
        for region in regions
        if region not in known
    ]
    if faults:
        raise MigplanError(faults)


def _regions_of(book: Book, price: Price, wanted: Collection[str]) -> Iterator[str]:
    """The Regions in which a price is looked for: those that are wanted and of its cloud, else those that have one."""
    assert price.listed is not None
    if wanted:
        own = book.clouds[price.listed.cloud].regions
        yield from (region for region in dict.fromkeys(wanted) if region in own)
        return
    # What holds everywhere is on no list but where one has a place for that.
    yield from (
        region for region in price.regions if region != EVERYWHERE or EVERYWHERE in price.listed.places
    )


class Matcher:
    """Which selectors of a list pick a line."""

    def __init__(self, listing: Listing) -> None:
        self._by_sku: dict[str, list[Selector]] = {}
        self._by_columns: list[tuple[Selector, _Tests, _Tests]] = []
        source = listing.source
        for selector in listing.selectors:
            if selector.sku:
                self._by_sku.setdefault(selector.sku, []).append(selector)
                continue
            tests = [
                (column, _pattern([value], source.prefix if column == source.prefixed else ""))
                for column, value in selector.listed.where.items()
            ]
            others = [(column, _pattern(values)) for column, values in selector.listed.where_not.items()]
            self._by_columns.append((selector, tests, others))

    def __call__(self, sku: str, places: Sequence[str], columns: Mapping[str, str]) -> Iterator[str]:
        """Keys of the selectors that pick a line of this SKU, for these Regions and with these columns."""
        for selector in self._by_sku.get(sku, ()):
            if not places or selector.place in places:
                yield selector.key
        for selector, tests, others in self._by_columns:
            if (
                all(test.fullmatch(columns.get(column, "")) for column, test in tests)
                and not any(test.fullmatch(columns.get(column, "")) for column, test in others)
                and (not places or selector.place in places)
            ):
                yield selector.key


def _pattern(values: Collection[str], prefix: str = "") -> re.Pattern[str]:
    """What fits one of some values, in which `*` is any text."""
    any_of = "|".join(re.escape(value).replace(r"\*", ".*") for value in values)
    return re.compile(f"{prefix}(?:{any_of})", re.DOTALL)
