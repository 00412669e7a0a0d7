"""Output of `du -ab`: each line is what lies below a path, folders after their content, and no line says what it is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from migplan.inventory.count import FOLDER, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.blocks import read_head
from migplan.inventory.readers.feeding import Told, count, no_kinds
from migplan.inventory.readers.lines import TAB, UNKNOWN, marks, split, whole
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.numbers import FACTORS
from migplan.inventory.readers.paths import SLASH, are_below
from migplan.inventory.shape import Shape

_LINE = re.compile(rb"\d+\t[^\t].*", re.DOTALL)
_TIME = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d[^\t]*\t")
_LOOK = 1 << 22
"""Bytes in which folders are looked for that say what the numbers count."""
_OWN_BYTES, _SECTOR = 1024, 512
"""A folder itself takes 4,096 bytes or more, which are 4 KiB. [B]."""
_FEW = 0.1


class Du:
    """See `Reader`."""

    name = "du"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        lines = [line for line in _cut(listing.head, _end(listing))[:300] if line]
        alike = sum(bool(_LINE.fullmatch(line)) for line in lines)
        if not lines or alike < 0.8 * len(lines):
            return 0.0
        return 0.9 if any(_is_below(a, b) for a, b in itertools.pairwise(lines)) else 0.5

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        end = _end(listing)
        factor = _factor(listing, end)
        listing.root = listing.root or _root(listing, end)
        tally = listing.tally
        tally.note(
            "empty folders and links are taken for files, and of a file with several names one is listed"
        )
        tally.note("folders that du could not read are in its error output alone")
        if factor > 1:
            tally.note("sizes are those on disk, in blocks; du -ab tells logical bytes")
        shape = count(listing, lambda: _entries(listing, end, factor), Told(form=self.name), faults)
        # What is no folder for sure is a file: near enough to be told, not to be called reported.
        grades = {
            key: "derived" if key in ("files", "sizes") else grade for key, grade in shape.grades.items()
        }
        return replace(shape, grades=grades)


def _end(listing: Listing) -> bytes:
    return b"\0" if b"\0" in listing.head else b"\n"


def _cut(head: bytes, end: bytes) -> list[bytes]:
    found = head.split(end)
    return found[:-1] if len(found) > 1 else found


def _path(line: bytes) -> bytes:
    """What stands behind the size and, where there is one, the time."""
    return _TIME.sub(b"", line.partition(b"\t")[2], count=1)


def _is_below(line: bytes, upper: bytes) -> bool:
    """Whether one line lies below the one behind it."""
    return _path(line).startswith(_path(upper).rstrip(b"/") + b"/")


def _factor(listing: Listing, end: bytes) -> int:
    """What a number counts: as told, else by what the folders themselves take."""
    own, least = _own_sizes(_cut(read_head(listing.path, listing.settings.encoding, _LOOK), end))
    typical = median(own) if own else 0
    # Folders themselves take whole sectors. What takes other numbers has files in it that are not listed.
    odd = sum(size % _SECTOR > 0 for size in own)
    if typical >= _OWN_BYTES and odd > _FEW * len(own) and least >= min(own):
        raise listing.fault(
            "has folders alone, whose files are not told one by one; wanted the output of du -ab"
        )
    if listing.settings.unit:
        return FACTORS[listing.settings.unit]
    if typical < _OWN_BYTES:
        raise listing.fault(
            "has numbers that may be bytes (du -ab) or KiB (du -a); wanted --unit B or --unit KiB"
        )
    return 1


def _own_sizes(lines: list[bytes]) -> tuple[list[int], int]:
    """What each folder itself takes, by what is listed below it, and the smallest of what has nothing below it."""
    open_: list[tuple[bytes, int]] = []
    own: list[int] = []
    least = 1 << 62
    for line in lines:
        size, path = line.partition(b"\t")[0], _path(line)
        if not size.isdigit():
            continue
        below, sign, is_folder = 0, path.rstrip(b"/") + b"/", False
        while open_ and open_[-1][0].startswith(sign):
            below += open_.pop()[1]
            is_folder = True
        open_.append((path, int(size)))
        if is_folder:
            own.append(int(size) - below)
        else:
            least = min(least, int(size))
    return own, least


def _root(listing: Listing, end: bytes) -> bytes:
    """The last line holds all, as du ends with what it was given."""
    if listing.settings.root:
        return listing.settings.root.encode("utf-8", "surrogateescape").rstrip(b"/")
    last = b""
    for block in listing.blocks(end):
        last = block.data
    lines = [line for line in _cut(last if last.endswith(end) else last + end, end) if line]
    paths = [_path(line) for line in lines[-2:]]
    if len(paths) == 2 and b"/" in paths[0] and not _is_below(*lines[-2:]):
        # The line of `du -c`.
        return paths[0].rstrip(b"/") if b"/" not in paths[1] else b""
    return paths[-1].rstrip(b"/") if paths else b""


def _entries(listing: Listing, end: bytes, factor: int) -> Iterator[Entries]:
    held = b""
    for block in listing.blocks(end):
        lines = split(held + block.data, block.first - bool(held), end)
        tabs = marks(lines, TAB)
        data = lines.data
        sizes = whole(data, lines.starts, np.where(tabs.count > 0, tabs.at(0), lines.starts))
        starts, modified = tabs.at(0) + 1, None
        if _is_dated(listing):
            modified = times.seconds(times.parts(data, starts, np.maximum(tabs.at(1), starts)), "ymd")
            starts = tabs.at(1) + 1
        good = (sizes != UNKNOWN) & (lines.ends > starts)
        wrong = np.flatnonzero(~good & (lines.ends > lines.starts))
        if len(wrong):
            listing.tally.add_bad(lines.first + int(wrong[0]), lines.text(int(wrong[0])), len(wrong))
        kinds = no_kinds(len(sizes))
        upper, lower = (starts[1:], lines.ends[1:]), (starts[:-1], lines.ends[:-1])
        kinds[1:][are_below(data, upper, lower, SLASH)] = FOLDER
        good[: bool(held)] = False
        good &= ~_is_total(listing, lines.text(len(sizes) - 1), len(sizes))
        yield Entries(sizes * factor, data, starts, lines.ends, kinds, modified).take(good)
        held = lines.text(len(sizes) - 1) + end


def _is_dated(listing: Listing) -> bool:
    first = listing.head.partition(b"\t")[2]
    return bool(_TIME.match(first))


def _is_total(listing: Listing, last: bytes, lines: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a line is that of `du -c`, which has a word for a path; only the last one of all may be."""
    found = np.zeros(lines, dtype=bool)
    path = last.rsplit(b"\t", 1)[-1]
    found[-1:] = (listing.root or b"").find(b"/") >= 0 and b"/" not in path
    return found
