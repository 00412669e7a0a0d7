"""RVTools: what disks of virtual machines hold; files are unknown."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence

from migplan.inventory.count import FaultCounter
from migplan.inventory.readers.listing import Listing
from migplan.inventory.readers.numbers import decimal_of, read_number, split_unit
from migplan.inventory.shape import MOST_FOLDERS, Origin, Shape, TopFolder

_MEBI = 1 << 20
"""RVTools counts in MiB, also where older versions write MB. [B]."""
_SHEETS = ("vPartition", "vInfo", "vDisk")
"""Sheets that tell what is used or can be, the best first."""
_COLUMNS = (
    ("Consumed MiB", "Consumed MB", "used space of the partitions of guests"),
    ("In Use MiB", "In Use MB", "space in use on datastores"),
    ("Capacity MiB", "Capacity MB", "capacity of disks, whether used or not"),
)
_UNPACKED = 1 << 30
_DELIMITERS = ",;\t"


class RVTools:
    """See `Reader`."""

    name = "rvtools"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        if listing.raw.startswith(b"PK\x03\x04"):
            return 1.0 if any(name in _sheets(listing) for name in _SHEETS) else 0.3
        first = listing.lines[0].decode("utf-8", "replace").replace("\r", "") if listing.lines else ""
        header = (
            next(csv.reader([first], delimiter=max(_DELIMITERS, key=first.count)), [])
            if "VM" in first
            else []
        )
        return 1.0 if "VM" in header and _column(header) is not None else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        rows = _sheet_rows(listing) if listing.raw.startswith(b"PK\x03\x04") else _csv_rows(listing)
        header = next(iter(rows), [])
        column = _column(header)
        if column is None or "VM" not in header:
            raise listing.fault(
                "has no VM with Consumed MiB or In Use MiB; wanted the sheet vPartition or vInfo of RVTools"
            )
        place, what = column
        cells = [
            (row[header.index("VM")], row[place]) for row in rows if len(row) > max(place, header.index("VM"))
        ]
        decimal = listing.settings.decimal or decimal_of([cell for _, cell in cells])
        if decimal is None:
            raise listing.fault("has numbers whose sign may group or cut; wanted --decimal . or --decimal ,")
        machines: dict[str, int] = {}
        for number, (name, cell) in enumerate(cells, 2):
            value = read_number(split_unit(cell)[0], decimal or ".") if cell else None
            if value is None or value < 0:
                listing.tally.add_bad(number, f"{name},{cell}".encode())
            else:
                machines[name] = machines.get(name, 0) + round(value * _MEBI)
        listing.tally.note(f"is the {what}, with systems and swap files: the files in it are not known")
        return _shape(listing, machines, self.name)


def _shape(listing: Listing, machines: dict[str, int], form: str) -> Shape:
    largest = sorted(machines.items(), key=lambda item: (-item[1], item[0]))[:MOST_FOLDERS]
    return Shape(
        source=Origin(form=form, path=str(listing.path), notes=listing.tally.told()),
        bytes=sum(machines.values()),
        folders_top=tuple(TopFolder(path=name, bytes=size) for name, size in largest),
        grades={"bytes": "derived", "folders_top": "derived"},
    )


def _column(header: Sequence[str]) -> tuple[int, str] | None:
    for *names, what in _COLUMNS:
        for name in names:
            if name in header:
                return header.index(name), what
    return None


def _csv_rows(listing: Listing) -> Iterator[list[str]]:
    first = listing.lines[0].decode("utf-8", "replace").replace("\r", "") if listing.lines else ""
    delimiter = max(_DELIMITERS, key=first.count)

    def lines() -> Iterator[str]:
        for block in listing.blocks():
            yield from re.split(r"(?<=\n)", block.data.decode("utf-8", "replace").replace("\r", ""))

    return csv.reader(filter(None, lines()), delimiter=delimiter)


def _sheets(listing: Listing) -> list[str]:
    """Names of sheets, without the prefix that older versions write."""
    try:
        with zipfile.ZipFile(listing.path) as archive:
            text = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    except (KeyError, zipfile.BadZipFile, OSError):
        return []
    return [
        name.removeprefix("RVTools_tab").removeprefix("tab")
        for name in re.findall(r'<(?:\w+:)?sheet [^>]*?name="([^"]*)"', text)
    ]


def _sheet_rows(listing: Listing) -> Iterator[list[str]]:
    # Only who has a workbook waits for it.
    from openpyxl import load_workbook

    names = _sheets(listing)
    wanted = next((name for name in _SHEETS if name in names), None)
    if wanted is None:
        raise listing.fault(
            "is no workbook of RVTools; wanted one with the sheet vPartition, or a listing in CSV"
        )
    with zipfile.ZipFile(listing.path) as archive:
        if sum(part.file_size for part in archive.infolist()) > _UNPACKED:
            raise listing.fault("unpacks to more than 1 GiB; wanted the sheet vPartition as CSV")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(listing.path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[names.index(wanted)]
        # Some programs write bounds that are too small.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield ["" if cell is None else str(cell) for cell in row]
    finally:
        book.close()
