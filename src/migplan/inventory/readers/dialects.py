"""Which table of paths and sizes a listing is: where its rows begin, and which column holds what."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from migplan.inventory.readers.listing import Listing
from migplan.inventory.readers.numbers import split_unit

ROLES = ("path", "size", "allocated", "modified", "accessed", "type")
"""What `--map` may say that a column holds."""

_LOOK = 200
"""Lines that are looked at."""
_DELIMITERS = ",;\t|"
_INTEGER = re.compile(r"\d{1,19}|\d{1,3}([.,'\u2019\u00a0\u202f ]\d{3})+")
_DAY = re.compile(r"\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{1,4}\b.*")
_BITS = re.compile(r"0x[0-9A-Fa-f]{8}")
_WORDS = {
    "path": "path fullname fullpath filepath filename file key name",
    "size": "size length bytes sizebytes sizeinbytes filesize filesizebytes logicalsize contentlength",
    "allocated": "allocated physicalsize sizeondisk allocatedsize",
    "modified": "modified lastmodified lastwritetime lastwritetimeutc mtime modificationtime datemodified lastchange",
    "accessed": "accessed lastaccessed lastaccesstime lastaccesstimeutc atime",
    "type": "type isdir psiscontainer isdirectory isfolder",
}
"""Names of columns in programs, which are of no language; those of people are told by `--map`."""
_IN_BYTES = {"length", "bytes", "sizebytes", "sizeinbytes", "filesizebytes", "contentlength"}
_UNIT = re.compile(r"(?:^|[\s_(\[]|(?<=size))([kmgtp]i?b|bytes)[)\]]?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A kind of table.

    Attributes
    ----------
    name : str
        The program that writes it, or 'csv'.
    columns : mapping
        What -> the place of its column, from 0.
    delimiter : str
    skip : int
        Lines before the first row.
    has_header : bool
    in_bytes : bool
        Whether it is sure that whole numbers of its sizes are bytes.
    unit : str
        The unit that the header of its sizes tells.
    sample : tuple
        The first rows.
    why_not : str
        Why it cannot be read as it is; empty: it can.
    """

    name: str
    columns: Mapping[str, int]
    delimiter: str
    skip: int
    has_header: bool = False
    in_bytes: bool = False
    unit: str = ""
    sample: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    why_not: str = ""

    def cells(self, role: str) -> list[str]:
        """Cells of a column in the first rows."""
        place = self.columns[role]
        return [row[place] for row in self.sample if len(row) > place]


def dialect_of(listing: Listing) -> Dialect | None:
    """The kind of table, by its first lines; None where it is no table with a path and a size."""
    if "dialect" not in listing.looks:
        listing.looks["dialect"] = _dialect(listing)
    found: Dialect | None = listing.looks["dialect"]
    return found


def _dialect(listing: Listing) -> Dialect | None:
    if not listing.is_text:
        return None
    best = _delimited(lines := [line.decode("utf-8", "surrogateescape") for line in listing.lines])
    if best is None:
        return None
    delimiter, begin, rows = best
    has_header = not any(_kind(cell) in ("integer", "path", "day", "bits") for cell in rows[0])
    body = rows[1:] if has_header else rows
    sample = tuple(tuple(row) for row in body if row)
    if not sample and not has_header:
        return None
    header = rows[0] if has_header else []
    width = Counter(len(row) for row in sample).most_common(1)[0][0] if sample else len(header)
    kinds = [_kind_of([row[place] for row in sample if len(row) > place]) for place in range(width)]
    common: dict[str, Any] = {
        "delimiter": delimiter,
        "skip": begin + has_header,
        "sample": sample,
        "has_header": has_header,
    }
    asked = listing.settings.columns
    if asked:
        return _asked(asked, header, common)
    return _known(kinds, header, lines[begin], common) or _by_words(kinds, header, common)


def _delimited(lines: Sequence[str]) -> tuple[str, int, list[list[str]]] | None:
    """The delimiter, the first line of the table, and its first rows; titles above it are narrower."""
    found = []
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(lines[:_LOOK], delimiter=delimiter))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows[1:] or rows)
        width, often = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if width < 2:
            continue
        begin = next((at for at, row in enumerate(rows[:20]) if len(row) >= width), None)
        if begin is not None:
            found.append((often * width, -begin, delimiter, rows[begin:]))
    if not found:
        return None
    _, begin, delimiter, rows = max(found, key=lambda one: one[:2])
    return delimiter, -begin, rows


def _kind(cell: str) -> str:
    if not cell.strip():
        return "empty"
    if _BITS.fullmatch(cell):
        return "bits"
    if _INTEGER.fullmatch(cell.strip()) or cell.strip() == "-1":
        return "integer"
    if "/" in cell or "\\" in cell:
        return "day" if _DAY.fullmatch(cell) else "path"
    if _DAY.fullmatch(cell):
        return "day"
    number, unit = split_unit(cell)
    return "quantity" if number and unit != "%" else "text"


def _kind_of(cells: Sequence[str]) -> str:
    """What most cells of a column look like; a column of numbers may have cells with a unit."""
    kinds = Counter(kind for kind in map(_kind, cells) if kind != "empty")
    total = sum(kinds.values())
    if not total:
        return "empty"
    kind, often = kinds.most_common(1)[0]
    if kinds["quantity"] and kinds["quantity"] + kinds["integer"] >= 0.8 * total:
        return "quantity"
    return kind if often >= 0.6 * total else "text"


def _known(
    kinds: Sequence[str], header: Sequence[str], first: str, common: Mapping[str, Any]
) -> Dialect | None:
    """The dialects of programs that write the same columns in any language."""
    shape = tuple(kinds)
    if len(shape) > 7 and shape[7] == "bits":
        columns = {"path": 0, "size": 3, "allocated": 4, "modified": 6, "bits": 7}
        return Dialect(name="windirstat", columns=columns, in_bytes=True, **common)
    if not header and len(shape) >= 15 and shape[:4] == ("integer", "integer", "integer", "path"):
        columns = {"path": 3, "size": 7, "device": 8, "blocks": 9, "names": 10, "mode": 11, "inode": 0}
        columns |= {"accessed": 12, "modified": 13}
        return Dialect(name="pwalk", columns=columns, in_bytes=True, **common)
    is_plain = header and not first.startswith('"')
    if is_plain and len(shape) >= 7 and shape[:4] == ("path", "integer", "integer", "day"):
        columns = {"path": 0, "size": 1, "allocated": 2, "modified": 3, "attributes": 4}
        if all(kind in ("integer", "empty") for kind in shape[4:7]):
            return Dialect(name="wiztree", columns=columns, in_bytes=True, **common)
    return _treesize(kinds, common) if header else None


def _treesize(kinds: Sequence[str], common: Mapping[str, Any]) -> Dialect | None:
    """Sizes with units and, behind them, how many files and folders: rows of folders hold all that lies below."""
    sizes = [place for place, kind in enumerate(kinds) if kind == "quantity"]
    counts = [place for place, kind in enumerate(kinds) if kind == "integer" and sizes and place > sizes[0]]
    paths = [place for place, kind in enumerate(kinds) if kind == "path"]
    if not sizes or len(counts) < 2 or not paths:
        return None
    columns = {"path": paths[0], "size": sizes[0], "files": counts[0], "folders": counts[1]}
    found = Dialect(name="treesize", columns=columns, **common)
    return found if any(cell.endswith(("\\", "/")) for cell in found.cells("path")) else None


def _plain(header: str) -> str:
    return re.sub(r"[^a-z]", "", header.lower())


def _by_words(kinds: Sequence[str], header: Sequence[str], common: Mapping[str, Any]) -> Dialect | None:
    """Columns by the names that programs give them, or by their shape where there is but one that may be meant."""
    words = [_plain(name) for name in header]
    units = [match[1] if (match := _UNIT.search(name)) else "" for name in header]
    bare = [_plain(_UNIT.sub("", name)) or word for name, word in zip(header, words, strict=True)]
    columns: dict[str, int] = {}
    for role, names in _WORDS.items():
        for name in names.split():
            places = [at for at, pair in enumerate(zip(words, bare, strict=True)) if name in pair]
            # "Name" is a path only where it has some.
            if (
                places
                and role not in columns
                and not (name == "name" and kinds[places[0] : places[0] + 1] != ["path"])
            ):
                columns[role] = places[0]
    for role, kind in (("path", ("path",)), ("size", ("integer", "quantity"))):
        places = [at for at, one in enumerate(kinds) if one in kind]
        if role not in columns and len(places) == 1:
            columns[role] = places[0]
    if "path" not in columns or "size" not in columns:
        missing = [role for role in ("path", "size") if role not in columns]
        if "path" not in kinds:
            return None
        return Dialect(
            name="csv", columns=columns, why_not=f"has no column that is surely the {missing[0]}", **common
        )
    place = columns["size"]
    name = words[place] if place < len(words) else ""
    unit = units[place] if place < len(units) and units[place].lower() != "bytes" else ""
    is_shell = {"fullname", "length"} <= {*words}
    return Dialect(
        name="powershell" if is_shell else "csv",
        columns=columns,
        in_bytes=name in _IN_BYTES or (place < len(units) and units[place].lower() == "bytes"),
        unit=unit,
        **common,
    )


def _asked(asked: Mapping[str, str], header: Sequence[str], common: Mapping[str, Any]) -> Dialect:
    """Columns as they were told."""
    columns: dict[str, int] = {}
    why_not = ""
    for name, role in asked.items():
        place = header.index(name) if name in header else int(name) - 1 if name.isdigit() else -1
        if place < 0 or role not in ROLES:
            what = f"has no column {name!r}" if place < 0 else f"reads no {role!r} from a column"
            why_not = f"{what}; its columns are {', '.join(map(repr, header)) or 'without names'}"
        columns[role] = place
    missing = [role for role in ("path", "size") if role not in columns]
    why_not = why_not or (f"is told no column of the {missing[0]}" if missing else "")
    return Dialect(name="csv", columns=columns, why_not=why_not, **common)
