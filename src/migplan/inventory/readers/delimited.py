"""Tables with a path and a size, as PowerShell, WizTree, WinDirStat, pwalk and others write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.errors import MigplanError
from migplan.inventory.count import (
    FILE,
    FOLDER,
    HARD_LINK,
    PLACEHOLDER,
    SPECIAL,
    SYMBOLIC_LINK,
    FaultCounter,
)
from migplan.inventory.links import HardLinks
from migplan.inventory.readers import times
from migplan.inventory.readers.blocks import Block
from migplan.inventory.readers.dialects import Dialect, dialect_of
from migplan.inventory.readers.feeding import Told, count, no_kinds
from migplan.inventory.readers.lines import UNKNOWN, Places, leading, strip, whole
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.numbers import decimal_of, factor_of, read_number, split_unit
from migplan.inventory.readers.paths import BACKSLASH, are_below, common_root, rebuilt, separator_of
from migplan.inventory.readers.quoted import Rows, rows_of, whole_rows
from migplan.inventory.shape import Shape

_PLACEHOLDER_BITS = 0x1000 | 0x40000 | 0x400000
"""Attributes of files whose data lies elsewhere: offline, recall on opening, recall on access."""
_FILE_BIT, _FOLDER_BIT = 8, 4
_FOLDER_WORDS = {b"d", b"dir", b"directory", b"folder", b"file folder", b"true", b"1"}
_CHECKED = ("windirstat", "wiztree", "pwalk", "powershell")
"""Dialects that mark folders, so that no row has to be held against the next one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one table are read."""

    dialect: Dialect
    separator: int
    order: str
    decimal: str
    unit: Callable[[str], int | None]


class Delimited:
    """See `Reader`; the dialects of programs have a name of their own each."""

    def __init__(self, name: str) -> None:
        self.name = name

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        dialect = dialect_of(listing)
        if dialect is None or dialect.name != self.name:
            return 0.0
        if self.name != "csv":
            return 0.95
        return 0.35 if dialect.why_not else 0.6 if dialect.has_header else 0.4

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        dialect = dialect_of(listing)
        if dialect is None or dialect.why_not:
            why = dialect.why_not if dialect else "has no columns of a path and a size"
            raise listing.fault(f"{why}; wanted --map, such as --map 1=path --map 3=size")
        reading = reading_of(listing, dialect)
        if listing.root is None:
            listing.root = _root(listing, reading)
        marks = {"type", "mode", "bits", "attributes"} & {*dialect.columns}
        tells = {"folders"} if marks or dialect.name in _CHECKED else set()
        if "mode" in dialect.columns:
            tells |= {"symbolic", "special", "hard"}
        if "attributes" in dialect.columns:
            tells.add("placeholders")
        listing.tally.note("folders that could not be read are not marked in such a listing")
        rounded = any(split_unit(cell)[1] or "." in cell or "," in cell for cell in dialect.cells("size"))
        told = Told(
            form=self.name, tells=tells, separator=reading.separator, rounded=rounded or bool(dialect.unit)
        )
        return count(listing, lambda: _entries(listing, reading), told, faults)


def reading_of(listing: Listing, dialect: Dialect) -> Reading:
    """How the rows of a table are read: units, decimal sign, dates; what is not clear is refused."""
    settings = listing.settings
    cells = [cell for cell in dialect.cells("size") if cell]
    paths = [cell.encode("utf-8", "surrogateescape") for cell in dialect.cells("path")]
    decimal = settings.decimal or decimal_of(cells)
    if decimal is None:
        at = next(cell for cell in cells if "," in cell or "." in cell)
        raise listing.fault(
            f"has sizes such as {at!r}, whose sign may group or cut; wanted --decimal . or --decimal ,"
        )

    def unit(name: str) -> int | None:
        return factor_of(name or dialect.unit, settings.unit, settings.units)

    for name in dict.fromkeys(split_unit(cell)[1] for cell in cells):
        if unit(name) is None:
            told = name or dialect.unit
            both = " or ".join(f"--unit {told}={told[0].upper()}{end}" for end in ("iB", "B"))
            text = f"has sizes in {told}, of 1,000 or of 1,024; wanted {both}"
            raise listing.fault(text)
        if not name and not dialect.unit and not dialect.in_bytes and not settings.unit:
            raise listing.fault(
                "has sizes without a unit, which may be bytes or KiB; wanted --unit B or --unit KiB"
            )
    return Reading(dialect, separator_of(paths), _order(listing, dialect), decimal, unit)


def _order(listing: Listing, dialect: Dialect) -> str:
    """The order of day, month and year, by as many rows as it takes."""
    settings = listing.settings
    roles = [role for role in ("modified", "accessed") if role in dialect.columns and dialect.name != "pwalk"]
    if settings.dates or not roles:
        return settings.dates or "ymd"
    left = set(times.ORDERS)
    for block in _blocks(listing, dialect):
        rows = rows_of(block, dialect.delimiter.encode())
        for role in roles:
            starts, ends = rows.field(dialect.columns[role])
            filled = ends > starts
            left &= {*times.orders(times.parts(rows.lines.data, starts[filled], ends[filled]))}
        if len(left) < 2:
            break
    if len(left) == 1:
        return left.pop()
    if left == set(times.ORDERS):
        # There is not one day in it.
        return "ymd"
    at = next((cell for cell in dialect.cells(roles[0]) if cell), "")
    why = "may have the day or the month first" if left else "are in no order that fits all"
    raise _unclear(listing, at, why)


def _root(listing: Listing, reading: Reading) -> bytes:
    if listing.settings.root:
        return listing.settings.root.encode("utf-8", "surrogateescape").rstrip(bytes([reading.separator]))
    paths = [cell.encode("utf-8", "surrogateescape") for cell in reading.dialect.cells("path") if cell]
    sign = bytes([reading.separator])
    folders = [path for path in paths if path.endswith(sign)]
    if len(paths) > 1 and all(path.startswith(paths[0].rstrip(sign) + sign) for path in paths[1:]):
        folders.append(paths[0])
    files = [path for path in paths if path not in folders]
    return common_root(files, reading.separator, folders)


def _blocks(listing: Listing, dialect: Dialect) -> Iterator[Block]:
    """Blocks of whole rows, without the lines above the table."""
    skip = dialect.skip
    for block in whole_rows(listing.blocks()):
        data, first = block.data, block.first
        while skip and data:
            data, first, skip = data[data.find(b"\n") + 1 or len(data) :], first + 1, skip - 1
        if data:
            yield Block(data, first)


def _entries(listing: Listing, reading: Reading) -> Iterator[Entries]:
    links, held = HardLinks(), b""
    is_marked = reading.dialect.name in _CHECKED
    for block in _blocks(listing, reading.dialect):
        data = held + block.data
        rows = rows_of(Block(data, block.first - bool(held)), reading.dialect.delimiter.encode())
        found, good = _of_rows(listing, reading, rows, links)
        held = b""
        if not is_marked and len(found.sizes) > 1:
            _mark_folders(found, reading.separator)
            if good[-1]:
                held = data[int(rows.lines.starts[-1]) :]
                found = found.take(np.arange(len(found.sizes)) < len(found.sizes) - 1)
        yield found
    if held:
        yield _of_rows(listing, reading, rows_of(Block(held, 1), reading.dialect.delimiter.encode()), links)[
            0
        ]


def _mark_folders(found: Entries, separator: int) -> None:
    """What the next row lies below is a folder, whose size is that of all below it."""
    if found.starts is None or found.ends is None or found.kinds is None:
        return
    upper, lower = (found.starts[:-1], found.ends[:-1]), (found.starts[1:], found.ends[1:])
    found.kinds[:-1][are_below(found.data, upper, lower, separator)] = FOLDER


def _of_rows(
    listing: Listing, reading: Reading, rows: Rows, links: HardLinks
) -> tuple[Entries, NDArray[np.bool_]]:
    """The entries of some rows, and which rows have one."""
    columns, data = reading.dialect.columns, rows.lines.data
    sizes, is_empty = _sizes(reading, rows)
    starts, ends = rows.field(columns["path"])
    kinds = no_kinds(len(rows))
    kinds[(ends > starts) & (data[ends - 1] == reading.separator)] = FOLDER
    _kinds(reading, rows, kinds, is_empty)
    wrong = (ends <= starts) | ((sizes == UNKNOWN) & (kinds != FOLDER) & ~is_empty)
    wrong |= rows.widths <= max(columns["path"], columns["size"])
    filled = wrong & (rows.lines.ends > rows.lines.starts)
    if filled.any():
        at = int(np.flatnonzero(filled)[0])
        listing.tally.add_bad(int(rows.numbers[at]), rows.lines.text(at), int(filled.sum()))
    found = Entries(sizes, data, starts, ends, kinds)
    for role in ("modified", "accessed"):
        if role in columns:
            setattr(found, role, _times(listing, reading, rows, columns[role]))
    if "blocks" in columns:
        found.allocated = np.maximum(whole(data, *rows.field(columns["blocks"])), 0) * 512
    if "names" in columns:
        _mark_links(found, reading, rows, links)
    good = ~wrong & (kinds != _LEFT_OUT)
    if reading.separator == BACKSLASH and len(places := np.flatnonzero(data == _QUESTION)):
        listing.tally.add_odd(_DAMAGED, len(np.unique(np.searchsorted(ends[good], places))))
    listing.tally.leave_out(
        "rows that are neither file nor folder", int((~wrong & (kinds == _LEFT_OUT)).sum())
    )
    return _unquoted(found.take(good), rows), good


_LEFT_OUT = 255
_QUESTION = 63
_DAMAGED = "names with a question mark for a letter, which Export-Csv -Encoding utf8 keeps"


def _sizes(reading: Reading, rows: Rows) -> tuple[Places, NDArray[np.bool_]]:
    """Sizes in bytes, and where there is nothing at all."""
    data = rows.lines.data
    starts, ends = strip(data, *rows.field(reading.dialect.columns["size"]))
    sizes = whole(data, starts, ends)
    factor = reading.unit("") or 1
    sizes = np.where(sizes == UNKNOWN, UNKNOWN, sizes * factor)
    for at in np.flatnonzero((sizes == UNKNOWN) & (ends > starts)).tolist():
        number, unit = split_unit(data[starts[at] : ends[at]].tobytes().decode("utf-8", "replace"))
        value, factor_ = read_number(number, reading.decimal or "."), reading.unit(unit)
        if value is not None and factor_ is not None and 0 <= value * factor_ < 2**62:
            sizes[at] = round(value * factor_)
    return sizes, ends <= starts


def _kinds(reading: Reading, rows: Rows, kinds: NDArray[np.uint8], is_empty: NDArray[np.bool_]) -> None:
    """What each row is, by the columns that tell it."""
    dialect, data = reading.dialect, rows.lines.data
    if dialect.name == "powershell":
        kinds[is_empty] = FOLDER
    if "bits" in dialect.columns:
        starts, ends = rows.field(dialect.columns["bits"])
        low = data[ends - 1]
        low = np.where(low >= ord("A"), (low & 7) + 9, low & 15)
        high = data[ends - 2] & 15
        kinds[:] = np.where(
            (low & _FILE_BIT > 0) & (high == 0), FILE, np.where(low & 7 > 0, FOLDER, _LEFT_OUT)
        )
    if "mode" in dialect.columns:
        kinds[:] = _of_modes(data, *rows.field(dialect.columns["mode"]))
    if "type" in dialect.columns:
        starts, ends = rows.field(dialect.columns["type"])
        cells = zip(starts.tolist(), ends.tolist(), strict=True)
        known: dict[bytes, bool] = {}
        for at, (start, end) in enumerate(cells):
            text = data[start:end].tobytes().lower()
            if known.setdefault(text, text in _FOLDER_WORDS):
                kinds[at] = FOLDER
    if "attributes" in dialect.columns:
        attributes, _ = leading(data, *rows.field(dialect.columns["attributes"]))
        kinds[(kinds == FILE) & (attributes != UNKNOWN) & (attributes & _PLACEHOLDER_BITS > 0)] = PLACEHOLDER


def _of_modes(data: NDArray[np.uint8], starts: Places, ends: Places) -> NDArray[np.uint8]:
    """Kinds by the modes of POSIX in octal digits."""
    digits, _ = leading(data, starts, ends)
    form = digits // 10_000
    return np.select([form == 10, form == 4, form == 12], [FILE, FOLDER, SYMBOLIC_LINK], SPECIAL).astype(
        np.uint8
    )


def _times(listing: Listing, reading: Reading, rows: Rows, place: int) -> Places:
    data, (starts, ends) = rows.lines.data, rows.field(place)
    if reading.dialect.name == "pwalk":
        return whole(data, starts, ends)
    found = times.seconds(times.parts(data, starts, ends), reading.order)
    wrong = (found == UNKNOWN) & (ends > starts)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        text = data[starts[at] : ends[at]].tobytes().decode("utf-8", "replace")
        one = times.parts(data, starts[at : at + 1], ends[at : at + 1])
        if not listing.settings.dates and one.good[0] and times.orders(one):
            raise _unclear(listing, text, "is in another order than those before")
        listing.tally.add_odd("times that cannot be read", int(wrong.sum()))
    return found


def _unclear(listing: Listing, text: str, why: str) -> MigplanError:
    return listing.fault(
        f"has dates such as {text!r}, which {why}; wanted --dates dmy, mdy or ymd", "bad-date"
    )


def _mark_links(found: Entries, reading: Reading, rows: Rows, links: HardLinks) -> None:
    columns, data = reading.dialect.columns, rows.lines.data
    assert found.kinds is not None
    names = whole(data, *rows.field(columns["names"]))
    some = np.flatnonzero((names > 1) & (found.kinds == FILE)).tolist()
    if not some:
        return
    device = whole(data, *rows.field(columns["device"]))
    inode = whole(data, *rows.field(columns["inode"]))
    again = [at for at in some if not links.is_first(int(device[at]), int(inode[at]), int(names[at]))]
    found.kinds[again] = HARD_LINK


def _unquoted(found: Entries, rows: Rows) -> Entries:
    """Paths with doubled quotes inside, which only one by one are put right."""
    if not rows.has_doubled or found.starts is None or found.ends is None:
        return found
    raw = rows.lines.raw
    if b'""' not in raw:
        return found
    places = zip(found.starts.tolist(), found.ends.tolist(), strict=True)
    found.data, found.starts, found.ends = rebuilt(
        [raw[start:end].replace(b'""', b'"') for start, end in places]
    )
    return found
