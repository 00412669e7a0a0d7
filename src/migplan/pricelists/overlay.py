"""The overlay: a file for each price of which a Region was refreshed, with all its others as they were."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from migplan.errors import Fault, MigplanError
from migplan.files import check_outputs, read_toml, shown, write_whole
from migplan.origin import is_ours
from migplan.pricelists.book import Book
from migplan.pricelists.model import NewPrice

_KIND = "prices"
_LARGEST = 16_000_000
"""Of a profile. [B]"""
_HEAD = "# Written by migplan prices refresh on {day}. What each price was read in stands in its note.\n\n"


def check_overlay(folder: Path, book: Book, profiles: Sequence[Path | str], force: bool) -> None:
    """Refuse a folder in which something would be destroyed, before anything is read for it.

    Raises
    ------
    MigplanError
        It is no folder, one of those that are read, or has a file that migplan did not write.
    """
    if folder.exists() and not folder.is_dir():
        raise MigplanError(Fault("write-failed", shown(folder), "is a file; wanted a folder of profiles"))
    # Places of whatever may be written; one that is not there yet is in nobody's way.
    places = [folder / _KIND / f"{name}.toml" for name, price in book.prices.items() if price.listed]
    check_outputs(map(Path, profiles), [place for place in places if place.parent.is_dir()], force)
    for each in map(Path, profiles):
        if folder.resolve() == each.resolve():
            text = "is read by this command; wanted another folder"
            raise MigplanError(Fault("contradiction", shown(folder), text))


def write_overlay(folder: Path, book: Book, prices: Iterable[NewPrice], day: str) -> tuple[Path, ...]:
    """Write the files of some prices. What an earlier refresh wrote there on other Regions stays.

    Raises
    ------
    MigplanError
        One could not be written.
    """
    place = folder / _KIND
    documents: dict[str, dict[str, Any]] = {}
    for price in prices:
        if price.price not in documents:
            document = documents[price.price] = copy.deepcopy(book.documents[price.price])
            document["regions"].update(_later(place / f"{price.price}.toml", document["regions"]))
        documents[price.price]["regions"][price.region] = dict(price.row)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = f"could not be made: {error.strerror or error}"
        raise MigplanError(Fault("write-failed", shown(place), text)) from None
    written = []
    for name, document in sorted(documents.items()):
        path = place / f"{name}.toml"
        write_whole(path, _HEAD.format(day=day) + tomli_w.dumps(document))
        written.append(path)
    return tuple(written)


def _later(path: Path, regions: Mapping[str, Any]) -> dict[str, Any]:
    """Prices in a file of an earlier refresh that were read later than those that are known."""
    if not path.is_file() or not is_ours(path):
        return {}
    found = read_toml(path, _LARGEST, "profile").get("regions")
    return {
        region: row
        for region, row in (found.items() if isinstance(found, dict) else ())
        if isinstance(row, dict)
        and type(row.get("as_of")) is dt.date
        and (region not in regions or row["as_of"] > regions[region]["as_of"])
    }
