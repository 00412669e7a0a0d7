"""Reports of TreeSize: folders with all that lies below them, perhaps files too, sizes rounded and with units."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from migplan.inventory.count import FaultCounter
from migplan.inventory.readers.delimited import Delimited, reading_of
from migplan.inventory.readers.dialects import Dialect, dialect_of
from migplan.inventory.readers.listing import Listing
from migplan.inventory.readers.numbers import read_number, split_unit
from migplan.inventory.shape import MOST_FOLDERS, ROOT_FILES, Origin, Shape, TopFolder


@dataclass(slots=True)
class _Rows:
    """Rows of folders by their path: bytes, files and folders below."""

    folders: dict[str, tuple[int, int | None, int | None]] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0


class TreeSize:
    """See `Reader`."""

    name = "treesize"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        return Delimited(self.name).likeness(listing)

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it: folders are told by the first levels, since deeper ones are within them."""
        dialect = dialect_of(listing)
        if dialect is None or "files" not in dialect.columns:
            raise listing.fault("has no sizes with units and numbers of files; wanted a report of TreeSize")
        rows = _rows(listing, dialect)
        if not rows.folders:
            raise listing.fault("has no rows of folders, which end in a backslash; wanted them in the report")
        depths = {path: path.rstrip("\\/").replace("/", "\\").count("\\") for path in rows.folders}
        least = min(depths.values())
        roots = [path for path, depth in depths.items() if depth == least]
        tops = [path for path, depth in depths.items() if depth == least + (len(roots) == 1)]
        listing.tally.note("sizes are rounded in the listing")
        listing.tally.note(
            "folders hold all that lies below them; sizes and ages of single files are not known"
        )
        listing.tally.leave_out("rows of single files", rows.files)
        return _shape(listing, rows, roots, tops, self.name)


def _rows(listing: Listing, dialect: Dialect) -> _Rows:
    reading = reading_of(listing, dialect)
    found, place = _Rows(), dialect.columns
    for number, row in _table(listing, dialect):
        if len(row) <= max(place.values()):
            if any(row):
                listing.tally.add_bad(number, dialect.delimiter.join(row).encode("utf-8", "surrogateescape"))
            continue
        written, unit = split_unit(row[place["size"]])
        value, factor = read_number(written, reading.decimal or "."), reading.unit(unit)
        path = row[place["path"]]
        if value is None or factor is None:
            listing.tally.add_bad(number, dialect.delimiter.join(row).encode("utf-8", "surrogateescape"))
        elif path.endswith(("\\", "/")):
            found.folders[path] = (
                round(value * factor),
                _count(row[place["files"]]),
                _count(row[place["folders"]]),
            )
        else:
            found.files += 1
            found.bytes += round(value * factor)
    return found


def _count(text: str) -> int | None:
    digits = "".join(sign for sign in text if sign.isdigit())
    return int(digits) if digits else None


def _table(listing: Listing, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    def lines() -> Iterator[str]:
        for block in listing.blocks():
            for line in block.data.decode("utf-8", "surrogateescape").split("\n"):
                yield line + "\n"

    table = csv.reader(lines(), delimiter=dialect.delimiter)
    for number, row in enumerate(table, 1):
        if number > dialect.skip:
            yield number, row


def _shape(listing: Listing, rows: _Rows, roots: list[str], tops: list[str], form: str) -> Shape:
    sizes, files, folders = zip(*(rows.folders[path] for path in roots), strict=True)
    known = [rows.folders[path] for path in tops]
    found = [
        TopFolder(
            path=path.rstrip("\\/").replace("/", "\\").rsplit("\\", 1)[-1],
            bytes=size,
            files=count,
            folders=below,
        )
        for path, (size, count, below) in zip(tops, known, strict=True)
    ]
    left = sum(sizes) - sum(size for size, _, _ in known)
    if left > 0 and tops != roots:
        found.append(TopFolder(path=ROOT_FILES, bytes=left))
    found.sort(key=lambda top: (-(top.bytes or 0), top.path))
    return Shape(
        source=Origin(form=form, path=str(listing.path), notes=listing.tally.told()),
        bytes=sum(sizes),
        files=None if None in files else sum(files),
        folders=None if None in folders else sum(folders),
        folders_top=tuple(found[:MOST_FOLDERS]),
        grades={"bytes": "derived", "folders_top": "derived"},
    )
