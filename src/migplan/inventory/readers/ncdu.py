"""JSON of ncdu and gdu: folders are lists whose first object is the folder itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migplan.inventory.count import FILE, FOLDER, HARD_LINK, SPECIAL, SYMBOLIC_LINK, FaultCounter
from migplan.inventory.links import HardLinks
from migplan.inventory.readers.feeding import Told, count
from migplan.inventory.readers.lines import UNKNOWN
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.objects import CUT, tokens
from migplan.inventory.readers.paths import rebuilt
from migplan.inventory.shape import Shape

_BEGIN = re.compile(rb'\[\s*1\s*,\s*\d+\s*,\s*\{[^{}]*"progname"\s*:\s*"([^"]*)"')
_TAKEN = re.compile(rb'"timestamp"\s*:\s*(\d+)')
_SOME = 20_000
_MOST = 10**18
_FORM, _LINK = 0o170000, 0o120000


@dataclass(slots=True)
class _Part:
    """Entries that are not handed on yet."""

    paths: list[bytes] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    modified: list[int] = field(default_factory=list)
    allocated: list[int] = field(default_factory=list)

    def entries(self) -> Entries:
        data, starts, ends = rebuilt(self.paths)
        numbers = [np.array(one, np.int64) for one in (self.sizes, self.modified, self.allocated)]
        return Entries(
            numbers[0], data, starts, ends, np.array(self.kinds, np.uint8), numbers[1], allocated=numbers[2]
        )


class Ncdu:
    """See `Reader`."""

    name = "ncdu"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if _BEGIN.match(listing.head.lstrip()) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        begin = _BEGIN.match(listing.head.lstrip())
        if begin is None:
            raise listing.fault("does not begin as an export of ncdu does; wanted the output of ncdu -o")
        is_gdu = begin[1] == b"gdu"
        taken = _TAKEN.search(listing.head[:4096])
        listing.root = b""
        tells = {"folders", "special", "sparse", "symbolic"}
        if is_gdu:
            listing.tally.note(
                "gdu tells no folders that it could not read, and of hard links the later names alone"
            )
        else:
            tells |= {"errors", "hard"}
        # Whether links are told apart hangs on the extended form, which has modes.
        if b'"mode"' not in listing.head:
            tells -= {"symbolic"}
        told = Told(form=self.name, tells=tells, taken=float(taken[1]) if taken else None, may_be_empty=True)
        return count(listing, lambda: _entries(listing, is_gdu), told, faults)


def _entries(listing: Listing, is_gdu: bool) -> Iterator[Entries]:
    links, part = HardLinks(), _Part()
    names: list[bytes] = []
    devices: list[int] = []
    begins, depth, is_closed = False, 0, False
    for token in tokens(listing):
        if token == "[":
            begins, depth = True, depth + 1
        elif token == "]":
            depth -= 1
            is_closed = depth == 0
            if names:
                names.pop()
                devices.pop()
        elif depth == 1:
            # What the program says of itself.
            begins = False
        elif isinstance(token, dict):
            _put(listing, part, token, names, devices, begins, links, is_gdu)
            begins = False
        if len(part.paths) >= _SOME:
            yield part.entries()
            part = _Part()
    yield part.entries()
    if not is_closed:
        listing.tally.note(CUT)


def _put(
    listing: Listing,
    part: _Part,
    one: dict[str, Any],
    names: list[bytes],
    devices: list[int],
    is_folder: bool,
    links: HardLinks,
    is_gdu: bool,
) -> None:
    """Take one entry; the first one of a list is the folder that the list is."""
    name = str(one.get("name", "")).encode("utf-8", "surrogateescape")
    device = _number(one, "dev", devices[-1] if devices else 0)
    path = b"/".join([*names[1:], name]) if names else b""
    if is_folder:
        names.append(name)
        devices.append(device)
    if one.get("excluded"):
        listing.tally.leave_out("entries that were excluded", 1)
        return
    if one.get("read_error"):
        listing.tally.add_problem("folder" if is_folder else "file", path or name, "could not be read")
    if is_folder and len(names) == 1:
        return
    part.paths.append(path)
    part.sizes.append(0 if is_folder else _number(one, "asize", 0))
    part.allocated.append(max(_number(one, "dsize", 0), 0))
    part.modified.append(_number(one, "mtime", UNKNOWN))
    part.kinds.append(FOLDER if is_folder else _kind(one, device, links, is_gdu))


def _number(one: dict[str, Any], key: str, absent: int) -> int:
    """A number of an entry; `UNKNOWN` where it is none, or is beyond all measure."""
    value = one.get(key, absent)
    return int(value) if isinstance(value, (int, float)) and 0 <= value < _MOST else UNKNOWN


def _kind(one: dict[str, Any], device: int, links: HardLinks, is_gdu: bool) -> int:
    if one.get("notreg"):
        return SYMBOLIC_LINK if _number(one, "mode", 0) & _FORM == _LINK else SPECIAL
    if one.get("hlnkc"):
        if is_gdu:
            return HARD_LINK
        if not links.is_first(device, _number(one, "ino", 0), _number(one, "nlink", 1 << 30)):
            return HARD_LINK
    return FILE
