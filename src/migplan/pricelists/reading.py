"""Reading a list from wherever it is: each of its parts once, and of each no more than what is picked."""

from __future__ import annotations

import datetime as dt
import importlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from migplan.files import shown
from migplan.pricelists.book import Matcher
from migplan.pricelists.model import Found, Listing, Page, Rate, bad_list

_PIECE = 1 << 20
"""Of a file, read at once. [B]"""


class Form(Protocol):
    """A module that reads lists of one shape."""

    def read(self, chunks: Iterable[bytes], where: str) -> Page:
        """Read a part of a list."""


class Reader(Protocol):
    """Whoever gets lists."""

    def read(self, listing: Listing) -> Found:
        """What is picked in a list."""

    def close(self) -> None:
        """Let go of whatever is held open."""


class Picked:
    """What was picked in the parts of a list so far."""

    def __init__(self) -> None:
        self.rates: dict[str, list[Rate]] = {}
        self.version = self.published = ""

    def take(self, page: Page, matcher: Matcher) -> None:
        """Pick in a part, which is read to its end by that; a part that breaks off leaves nothing."""
        picked: dict[str, list[Rate]] = {}
        for rate in page.rates:
            for key in matcher(rate.sku, rate.places, rate.columns):
                # The columns have done their work, and there may be a hundred of them.
                picked.setdefault(key, []).append(replace(rate, places=(), columns={}))
        for key, rates in picked.items():
            self.rates.setdefault(key, []).extend(rates)
        self.version, self.published = self.version or page.version, self.published or page.day


def form_of(listing: Listing) -> Form:
    """The module that reads a list."""
    return cast(Form, importlib.import_module(f"migplan.pricelists.{listing.source.form.replace('-', '_')}"))


def place_of(listing: Listing) -> Path:
    """Where the parts of a list lie in a folder of lists: files of any names, read in their order.

    Spaces and whatever else names of files should not have are hyphens.
    """
    parts = (listing.cloud, listing.offer, listing.place or "all")
    return Path(*(re.sub(r"[^A-Za-z0-9._]+", "-", part).strip("-.") for part in parts))


class Folder:
    """Lists that somebody fetched before. See `place_of` for where each lies."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise bad_list(shown(folder), "is not a folder; wanted one of price lists")
        self._folder = folder

    def read(self, listing: Listing) -> Found:
        """What is picked in a list.

        Raises
        ------
        MigplanError
            It is not there, lacks a part, or cannot be read.
        """
        place = self._folder / place_of(listing)
        try:
            files = sorted(
                (path for path in place.iterdir() if path.is_file() and not path.name.startswith(".")),
                key=_in_order,
            )
        except OSError:
            files = []
        if not files:
            raise bad_list(shown(place), f"has no file; wanted a copy of {listing.url}")
        matcher, picked, form = Matcher(listing), Picked(), form_of(listing)
        following, day = "", ""
        for path in files:
            following = _take(path, form, matcher, picked)
            day = max(day, dt.date.fromtimestamp(path.stat().st_mtime).isoformat())
        if following:
            raise bad_list(shown(place), f"lacks its last part; wanted a copy of {following}")
        # A list that says when it was published may have been copied at any later time.
        return Found(picked.rates, picked.version, picked.published, picked.published or day)

    def close(self) -> None:
        """Nothing is held open."""


def _take(path: Path, form: Form, matcher: Matcher, picked: Picked) -> str:
    """Pick in a file; the address of the part behind it."""
    try:
        with path.open("rb") as file:
            page = form.read(iter(lambda: file.read(_PIECE), b""), shown(path))
            picked.take(page, matcher)
            return page.next
    except OSError as error:
        raise bad_list(shown(path), f"cannot be read: {error.strerror or error}") from None


def _in_order(path: Path) -> tuple[object, ...]:
    """Files by their names, and numbers in these as numbers."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", path.name)
    )
