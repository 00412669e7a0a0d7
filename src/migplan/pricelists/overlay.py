"""The overlay: a file for each price of which a Region was refreshed, with all its others as they were."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from migplan.errors import Fault, MigplanError
from migplan.files import check_outputs, shown, write_whole
from migplan.pricelists.book import Book
from migplan.pricelists.model import NewPrice

_KIND = "prices"
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
    """Write the files of some prices.

    Raises
    ------
    MigplanError
        One could not be written.
    """
    documents: dict[str, dict[str, Any]] = {}
    for price in prices:
        if price.price not in documents:
            documents[price.price] = copy.deepcopy(book.documents[price.price])
        documents[price.price]["regions"][price.region] = dict(price.row)
    place = folder / _KIND
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
