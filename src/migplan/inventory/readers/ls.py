"""Output of `ls -lR`: a block for each folder, entries with their time in the language of whoever ran it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from migplan.inventory.count import FILE, FOLDER, SPECIAL, SYMBOLIC_LINK, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.feeding import Told, count
from migplan.inventory.readers.lines import split
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.paths import SLASH, common_root, rebuilt
from migplan.inventory.shape import Shape

_MODE = rb" *(?:\d+ +)?(?:\d+ +)?([bcdlpsD-])[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-][+.@]? +\d+ "
_FULL = rb"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)? [+-]\d{4})?)"
# Month and day in either order and any language, then a time or a year.
_SHORT = rb"(?:\d{1,2}[. ]+[^\s\d]\S* +|\S*[^\s\d.]\.? +\d{1,2}\.? +)(?:\d\d?:\d\d|\d{4})"
_ENTRY = re.compile(
    _MODE + rb"(.*?) +(\d{1,18}|\d+, *\d+) +(?:" + _FULL + rb"|" + _SHORT + rb")  ?(.*)", re.DOTALL
)
_BEGIN = re.compile(_MODE)
_TOTAL = re.compile(rb"\S+ \d[\d.,]*[KMGTP]?")
_KINDS = {b"-": FILE, b"d": FOLDER, b"l": SYMBOLIC_LINK}


class Ls:
    """See `Reader`."""

    name = "ls"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        lines = [line for line in listing.lines if line]
        alike = sum(bool(_BEGIN.match(line)) for line in lines)
        # Of a folder with one entry two lines of three are its name and its total.
        heads = sum(line.endswith(b":") or bool(_TOTAL.fullmatch(line)) for line in lines)
        return 0.95 if alike and alike >= 0.4 * (len(lines) - min(heads, 2 * alike)) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        if listing.root is None:
            listing.root = _root(listing)
        tally = listing.tally
        full = any(match[4] for match in map(_ENTRY.match, listing.lines) if match)
        if not full:
            tally.note("times have no year or no time of day; --time-style=full-iso tells them")
        tally.note("files with several names count once for each")
        tally.note("folders that ls could not read are in its error output alone")
        told = Told(form=self.name, tells={"folders", "symbolic", "special"})
        return count(listing, lambda: _entries(listing, full), told, faults)


def _root(listing: Listing) -> bytes:
    """The first folder, which holds all others."""
    if listing.settings.root:
        return listing.given_root()
    names = [line[:-1] for line in listing.lines if line.endswith(b":") and not _BEGIN.match(line)]
    return common_root([], SLASH, names[:1])


def _entries(listing: Listing, full: bool) -> Iterator[Entries]:
    folder, is_after_blank, is_new, has_hidden = listing.root or b"", True, False, False
    for block in listing.blocks():
        paths: list[bytes] = []
        sizes: list[int] = []
        kinds: list[int] = []
        dates: list[bytes] = []
        for number, line in enumerate(block.data.splitlines(), block.first):
            match = _ENTRY.match(line)
            if match and match[5] in (b".", b".."):
                is_new, has_hidden = False, True
            elif match:
                has_hidden = has_hidden or match[5].startswith(b".")
                _put(match, folder, paths, sizes, kinds, dates)
                is_new = False
            elif line.endswith(b":") and is_after_blank:
                folder, is_new = line[:-1], True
            elif not (
                line == b"" or (is_new and _TOTAL.fullmatch(line)) or (not paths and _TOTAL.fullmatch(line))
            ):
                listing.tally.add_bad(number, line)
            is_after_blank = line == b""
        data, starts, ends = rebuilt(paths)
        found = Entries(np.array(sizes, np.int64), data, starts, ends, np.array(kinds, np.uint8))
        if full and dates:
            days = split(b"\n".join(dates) + b"\n")
            found.modified = times.seconds(times.parts(days.data, days.starts, days.ends), "ymd")
        yield found
    if not has_hidden:
        listing.tally.note("no name begins with a dot: ls lists those with -A alone")


def _put(
    match: re.Match[bytes],
    folder: bytes,
    paths: list[bytes],
    sizes: list[int],
    kinds: list[int],
    dates: list[bytes],
) -> None:
    kind, _, size, date, name = match.groups()
    if kind == b"l":
        name = name.partition(b" -> ")[0]
    paths.append(folder.rstrip(b"/") + b"/" + name if folder else name)
    kinds.append(_KINDS.get(kind, SPECIAL))
    # Devices have two numbers in place of a size.
    sizes.append(int(size) if b"," not in size else 0)
    dates.append(date or b"")
