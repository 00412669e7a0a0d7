"""Output of `rclone lsjson -R` and of `rclone size --json`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import orjson

from migplan.errors import counted
from migplan.inventory.count import FILE, FOLDER, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.feeding import Told, count
from migplan.inventory.readers.lines import UNKNOWN, Places, split
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.objects import CUT, tokens, whole_objects
from migplan.inventory.readers.paths import rebuilt
from migplan.inventory.shape import Origin, Shape

_ENTRY = re.compile(rb'\{\s*"Path"\s*:.*?"Size"\s*:', re.DOTALL)
_FOLDER = re.compile(rb'"IsDir"\s*:\s*true')
_SOME, _MOST = 20_000, 10**18


class Lsjson:
    """See `Reader`."""

    name = "rclone-lsjson"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        head = listing.head.lstrip()
        return 1.0 if head[:1] == b"[" and _ENTRY.match(head[1:].lstrip()) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        listing.root = listing.settings.root.encode("utf-8", "surrogateescape").rstrip(b"/")
        by_lines = b'"}\n' in listing.head or b"},\n" in listing.head or b"}\n" in listing.head
        if listing.head.lstrip()[:1] != b"[":
            raise listing.fault("does not begin with a bracket; wanted the output of rclone lsjson -R")
        has_folders = _FOLDER.search(listing.head) is not None
        tally = listing.tally
        tally.note("links are left out, files with several names count once for each")
        tally.note("folders that rclone could not read are in its error output alone")
        is_laid_out = b"{\n" in listing.head
        source = whole_objects if by_lines and not is_laid_out else _any_layout
        told = Told(form=self.name, tells={"folders"} if has_folders else (), may_be_empty=True)
        return count(listing, lambda: map(_entries, source(listing)), told, faults)


def _any_layout(listing: Listing) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    last = ""
    for token in tokens(listing):
        if isinstance(token, dict):
            some.append(token)
        else:
            last = token
        if len(some) >= _SOME:
            yield some
            some = []
    yield some
    if last != "]":
        listing.tally.note(CUT)


def _entries(objects: list[dict[str, Any]]) -> Entries:
    found = [one for one in objects if isinstance(one, dict) and isinstance(one.get("Path"), str)]
    data, starts, ends = rebuilt([one["Path"].encode("utf-8", "surrogateescape") for one in found])
    sizes = np.array([_size(one.get("Size")) for one in found], dtype=np.int64)
    kinds = np.array([FOLDER if one.get("IsDir") else FILE for one in found], dtype=np.uint8)
    return Entries(sizes, data, starts, ends, kinds, moments([one.get("ModTime") for one in found]))


def _size(value: Any) -> int:
    """What has no size, such as a document of Google, has -1."""
    return value if isinstance(value, int) and 0 <= value < _MOST else UNKNOWN


def moments(texts: Sequence[Any]) -> Places:
    """Times of RFC 3339 in seconds of the epoch; what is no text is unknown."""
    plain = [text.replace("\n", " ") if isinstance(text, str) else "" for text in texts]
    lines = split("".join(f"{text}\n" for text in plain).encode("ascii", "replace"))
    return times.seconds(times.parts(lines.data, lines.starts, lines.ends), "ymd")


class Size:
    """`rclone size --json`: totals alone. See `Reader`."""

    name = "rclone-size"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if {"count", "bytes"} <= _totals(listing).keys() else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        totals = _totals(listing)
        files, size, unsized = totals.get("count"), totals.get("bytes"), totals.get("sizeless", 0)
        if not isinstance(files, int) or not isinstance(size, int) or min(files, size) < 0:
            raise listing.fault("has no whole count and bytes; wanted the output of rclone size --json")
        notes = (
            [f"without a size: {counted(unsized, 'file')}, so that the bytes are too few"] if unsized else []
        )
        notes.append("folders that rclone could not read are in its error output alone")
        grades = {"bytes": "reported", "files": "reported"}
        origin = Origin(form=self.name, path=str(listing.path), notes=tuple(notes))
        return Shape(source=origin, files=files, bytes=size, grades=grades)


def _totals(listing: Listing) -> dict[str, Any]:
    head = listing.head.strip()
    if head[:1] != b"{" or len(head) > 4096:
        return {}
    try:
        found = orjson.loads(head)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
