"""Output of `aws s3 ls --recursive`: a time, a size and a key to the end of the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from migplan.inventory.count import FOLDER, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.feeding import Told, count, no_kinds
from migplan.inventory.readers.lines import BLANK, UNKNOWN, leading, split, strip
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.numbers import FACTORS
from migplan.inventory.readers.paths import SLASH
from migplan.inventory.shape import Shape

_LINE = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +(\d{1,15}(?:\.\d+)?(?: (?:[KMGTPE]iB|Bytes?))?) (.+)")
_FOLDER = re.compile(rb" +PRE .*/")
_HUMAN = re.compile(rb" +\d+(?:\.\d+)? (?:[KMGTPE]iB|Bytes?) ")
_FOOTER = re.compile(rb" *(Total Objects|Total Size): (\d+)\s*")
_WIDTH = 19


class S3List:
    """See `Reader`."""

    name = "s3-ls"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        lines = [line for line in listing.lines if line]
        alike = sum(
            bool(_LINE.fullmatch(line) or _FOOTER.fullmatch(line) or _FOLDER.fullmatch(line))
            for line in lines
        )
        return 0.95 if any(map(_LINE.fullmatch, lines)) and alike >= 0.7 * len(lines) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        listing.root = listing.settings.root.encode("utf-8", "surrogateescape").rstrip(b"/")
        is_human = any(_HUMAN.match(line, _WIDTH) for line in listing.lines)
        listing.tally.note("times are those of the upload, in the zone of the machine that listed them")
        totals: dict[bytes, int] = {}
        told = Told(form=self.name, rounded=is_human)
        shape = count(listing, lambda: _entries(listing, is_human, totals), told, faults)
        objects = totals.get(b"Total Objects")
        if objects is None or objects == totals[b"lines"]:
            return shape
        text = f"its footer counts {objects:,} objects, its lines {totals[b'lines']:,}"
        return replace(shape, source=replace(shape.source, notes=(*shape.source.notes, text)))


def _entries(listing: Listing, is_human: bool, totals: dict[bytes, int]) -> Iterator[Entries]:
    totals[b"lines"] = 0
    for block in listing.blocks():
        lines = split(block.data, block.first)
        data = lines.data
        behind = np.minimum(lines.starts + _WIDTH, lines.ends)
        modified = times.seconds(times.parts(data, lines.starts, behind), "ymd")
        starts, _ = strip(data, behind, lines.ends)
        sizes, stops = leading(data, starts, lines.ends)
        names = stops + 1
        good = (modified != UNKNOWN) & (sizes != UNKNOWN) & (data[stops] == BLANK) & (names < lines.ends)
        good &= not is_human
        for at in np.flatnonzero(~good).tolist():
            text = lines.text(at)
            match = _LINE.fullmatch(text)
            if match:
                number, _, unit = match[1].decode().partition(" ")
                sizes[at] = round(float(number) * FACTORS.get(unit, 1))
                names[at], good[at] = lines.starts[at] + match.start(2), True
            elif footer := _FOOTER.fullmatch(text):
                totals[footer[1]] = int(footer[2])
            elif text.strip() and not _FOLDER.fullmatch(text) and not text.startswith(b"   Total Size"):
                listing.tally.add_bad(lines.first + at, text)
        kinds = no_kinds(len(sizes))
        # Keys that consoles make to stand for folders.
        kinds[(sizes == 0) & (data[lines.ends - 1] == SLASH)] = FOLDER
        totals[b"lines"] += int(good.sum())
        yield Entries(sizes, data, names, lines.ends, kinds, modified).take(good)
