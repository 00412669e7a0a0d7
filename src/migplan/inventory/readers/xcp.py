"""Reports of `xcp scan -csv`: rows with a label, first their headings and then their numbers; no list of files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence

from migplan.files import read_limited
from migplan.inventory.count import FaultCounter
from migplan.inventory.readers.listing import Listing
from migplan.inventory.shape import CHANGE_DAYS, Age, Bucket, Changed, Links, Origin, Problems, Shape

_LARGEST = 4_000_000
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?", re.IGNORECASE)
_SPAN = re.compile(r"([<>]?)\s*(\d+)(?:\s*-\s*\d+)?\s*(min|h|day|month|year)")
_DAYS = {"min": 1 / 1440, "h": 1 / 24, "day": 1.0, "month": 30.0, "year": 365.0}
_SCANNED = re.compile(r"([\d,]+) scanned.*?(?:, ([\d,]+) error)", re.IGNORECASE)
_TOTAL = "Total space for regular files"


class Xcp:
    """See `Reader`."""

    name = "xcp"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        labels = [line.split(b",")[0] for line in listing.lines]
        return 1.0 if labels.count(b"Maximum Values") == 2 and labels.count(b"Number of files") == 2 else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        text = read_limited(listing.path, _LARGEST, "report").decode("utf-8-sig", "replace")
        rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row]
        largest = _pairs(rows, "Maximum Values")
        total = {
            key: value
            for row in rows
            if row[0] == _TOTAL
            for key, value in zip(row[1::2], row[2::2], strict=False)
        }
        size, used = _whole(total.get("size", "")), _whole(total.get("used", ""))
        files = _single(rows, "Regular files")
        folders, hard = _single(rows, "Directories"), _single(rows, "Hard links")
        if size is None or files is None:
            raise listing.fault("is an incomplete report of XCP; wanted all that `xcp scan -csv` writes")
        notes = [
            "is a report of size classes: names, hard links below folders and changed bytes are not in it"
        ]
        if not any("STATUS" in row[0] and "PASSED" in row[0] for row in rows):
            notes.append("does not end with STATUS : PASSED: it may be cut off")
        ages = _ages(_pairs(rows, "Modified"))
        known = {
            "sizes": _sizes(_pairs(rows, "Number of files"), _pairs(rows, "Space used"), size, used),
            "ages": ages,
            "changed": _changed(ages),
            "errors": _errors(text),
            "links": Links(hard=hard) if hard is not None else None,
        }
        return Shape(
            source=Origin(form=self.name, path=str(listing.path), notes=tuple(notes)),
            bytes=size,
            files=files,
            folders=folders,
            largest_file=_whole(largest.get("Size", "")),
            depth=_whole(largest.get("Depth", "")),
            **known,  # type: ignore[arg-type]
            grades={"sizes": "derived", "changed": "derived"},
        )


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _pairs(rows: Sequence[Sequence[str]], label: str) -> dict[str, str]:
    """Headings and values of a label: its first row and its second."""
    found = [row[1:] for row in rows if row[0] == label]
    return dict(zip(found[0], found[1], strict=False)) if len(found) > 1 else {}


def _single(rows: Sequence[Sequence[str]], label: str) -> int | None:
    return next((_whole(row[1]) for row in rows if row[0] == label and len(row) > 1), None)


def _up_to(heading: str) -> tuple[int | None, int]:
    """The upper end of a size class, and what puts it in order."""
    if heading == "empty":
        return 0, -1
    numbers = _SIZE.findall(heading)
    number, prefix = numbers[-1]
    end = round(float(number) * 1024 ** " KMGT".index(prefix.upper() or " "))
    return (None, 1 << 62) if heading.startswith(">") else (end, end)


def _sizes(
    files: Mapping[str, str], used: Mapping[str, str], size: int, total: int | None
) -> tuple[Bucket, ...] | None:
    """Size classes; their bytes are those on disk, in proportion to all logical ones."""
    if not files or not used or not total:
        return None
    found = []
    for heading, number in files.items():
        if _whole(number) and _whole(used.get(heading, "")) is not None:
            end, order = _up_to(heading)
            found.append(
                (order, Bucket(up_to=end, files=int(number), bytes=round(int(used[heading]) * size / total)))
            )
    return tuple(bucket for _, bucket in sorted(found, key=lambda pair: pair[0]))


def _ages(bands: Mapping[str, str]) -> tuple[Age, ...] | None:
    """Files by the time of modification; each class ends where the next one begins."""
    begins: dict[float, int] = {}
    for heading, number in bands.items():
        match = _SPAN.match(heading)
        begin = 0.0 if match is None or match[1] == "<" else int(match[2]) * _DAYS[match[3]]
        begin = begin if begin >= 1 else 0.0
        begins[begin] = begins.get(begin, 0) + (_whole(number) or 0)
    if not begins:
        return None
    starts = sorted(begins)
    ends: list[float | None] = [*starts[1:], None]
    return tuple(Age(up_to=end, files=begins[start]) for start, end in zip(starts, ends, strict=True))


def _changed(ages: Sequence[Age] | None) -> tuple[Changed, ...] | None:
    """Files that were modified in the windows that a class ends with."""
    found, files = [], 0
    for age in ages or ():
        files += age.files or 0
        if age.up_to in CHANGE_DAYS:
            found.append(Changed(days=age.up_to or 0, files=files))
    return tuple(found) or None


def _errors(text: str) -> Problems | None:
    found = _SCANNED.findall(text)
    return Problems(files=int(found[-1][1].replace(",", ""))) if found else None
