"""Logs of robocopy with a line for each file (`/BYTES /NP /UNILOG+:x.log`, without `/NFL /NS`), in any language.

Lines have no time: the moment of a log is when it was last written, those in between are of its errors and headers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from migplan.inventory.readers.blocks import read_blocks
from migplan.inventory.readers.robocopy_shapes import (
    DASHES,
    FILE_LINE,
    FOLDER_LINE,
    FOOTER,
    HEADER,
    STAMP,
    bytes_of,
    row_of,
)
from migplan.tracking.readers.source import Source
from migplan.tracking.samples import Sample

_LINE = re.compile(rb"^" + FILE_LINE.pattern.replace(rb"[^\t]+", rb"[^\t\r\n]+"), re.MULTILINE)
_MARK = re.compile(rb"^[^\t\n]*?(" + STAMP + rb")[^\n]* \d+ \(0x", re.MULTILINE)
_SKIPPED = (b"same", b"named", b"attrib", b"large", b"small", b"too old", b"too new")
"""Classes of files that are not copied, which only `/V` lists."""
_MONTHS = (
    "jan sty ene gen", "feb fev fév lut", "mar mär mrz", "apr avr abr kwi", "may mai maj mag", "jun juin giu cze",
    "jul juil lug lip", "aug aoû aou ago sie", "sep set wrz",
    "oct okt ott out paź paz", "nov lis", "dec dez déc dic gru",
)  # fmt: skip
"""How the names of months begin in languages that are written in Latin letters."""
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)[:.](\d\d)\s*([AaPp])?")
_PENDING = 1 << 14
"""Bytes that are looked at again with the next block: a header or a footer may go on there. [B]."""


class Robocopy:
    """See `Reader`."""

    name = "robocopy"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        if b"ROBOCOPY" in head[:4000] or FOOTER.search(head):
            return 1.0
        lines = [line.rstrip(b"\r") for line in head.split(b"\n")[:200]]
        alike = sum(bool(FILE_LINE.match(line) or FOLDER_LINE.fullmatch(line)) for line in lines)
        return 0.9 if alike and alike >= 0.5 * len(list(filter(None, lines))) else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        log = _Log(source)
        held = b""
        for block in read_blocks(source.path):
            data = held + block.data
            cut = data.rfind(b"\n", 0, max(len(data) - _PENDING, 0)) + 1
            # A header, a footer and their dashes stay together.
            dashes = data.find(DASHES, max(cut - _PENDING, 0), cut)
            cut = cut if dashes < 0 else data.rfind(b"\n", 0, dashes) + 1
            yield from log.take(data[:cut])
            held = data[cut:]
        yield from log.take(held)
        yield from log.close()


@dataclass
class _Log:
    """The run that a log is in."""

    source: Source
    job: str = ""
    run: str = ""
    volume: float = 0.0
    files: int = 0
    open: bool = True
    headers: int = 0
    strange: bool = False

    def take(self, data: bytes) -> Iterator[Sample]:
        """Read some whole lines: files are counted up to each header, footer and error."""
        place = 0
        marks = [(header.start(), "header", header) for header in _headers(data)]
        marks += [(footer.start(), "footer", footer) for footer in FOOTER.finditer(data)]
        marks += [(error.start(), "error", error) for error in _MARK.finditer(data)]
        for begin, kind, match in sorted(marks, key=lambda mark: mark[0]):
            self._count(data, place, begin)
            place = max(match.end() if kind != "error" else begin, place)
            yield from getattr(self, f"_{kind}")(match)
        self._count(data, place, len(data))

    def close(self) -> Iterator[Sample]:
        """Where the log stands when it ends within a run."""
        if self.open and (self.files or self.headers):
            yield self._sample(self.source.at)
        if self.headers and not self.files and self.open:
            self.source.notes.append("holds no lines of files; wanted a log without /NFL, /NS and /NC")

    def _count(self, data: bytes, begin: int, end: int) -> None:
        for line in _LINE.finditer(data, begin, end):
            kind = line[1].strip()
            if kind.startswith(b"*") or kind.lower() in _SKIPPED:
                continue
            self.files += 1
            self.volume += bytes_of(line[2].decode())

    def _sample(self, time: float, phase: str = "copying", failed: float | None = None) -> Sample:
        return Sample(
            time=time, job=self.job or self.source.name, tool=Robocopy.name, run=self.run, phase=phase,
            bytes=self.volume, files=float(self.files), covers="tree", failed=failed,
        )  # fmt: skip

    def _header(self, match: re.Match[bytes]) -> Iterator[Sample]:
        if self.open and self.files:
            # The run before was stopped: when is not told.
            self.source.notes.append(f"the run before {self.headers + 1} has no footer: it was stopped")
        self.headers += 1
        self.job = match[1].decode("utf-8", "replace").strip().rstrip("\\")
        self.volume, self.files, self.open = 0.0, 0, True
        told = match[0].decode("utf-8", "replace")
        time = _told_time(self.source, told)
        self.run = str(self.headers) if time is None else str(round(time))
        if time is not None:
            yield self._sample(time)

    def _footer(self, match: re.Match[bytes]) -> Iterator[Sample]:
        _, files, size = (row_of(row) for row in match.groups())
        self.files, self.volume = files[1], float(size[1])
        behind = match.string[match.end() : match.end() + 2000].decode("utf-8", "replace")
        time = _told_time(self.source, behind.split("-" * 20)[0])
        # Of the last run the end is known all the same: then the log was written last.
        yield self._sample(self.source.at if time is None else time, "done", float(files[4]))
        self.open = False

    def _error(self, match: re.Match[bytes]) -> Iterator[Sample]:
        time = self.source.seconds(match[1].decode().replace("/", "-"))
        if time is not None and self.open:
            yield self._sample(time)


def _headers(data: bytes) -> Iterator[re.Match[bytes]]:
    """Headers, which stand behind a line of dashes."""
    place = 0
    while (place := data.find(b"ROBOCOPY", place)) >= 0:
        begin = data.rfind(b"\n", 0, place) + 1
        match = HEADER.match(data, begin)
        if match:
            yield match
        place += 8


def _told_time(source: Source, text: str) -> float | None:
    """The first time of day with a date in some lines, in whatever language: `Samstag, 28. November 2026 09:44:10`."""
    for line in text.splitlines():
        clock = _CLOCK.search(line)
        year = re.search(r"(?<!\d)(19|20)\d\d(?!\d)", line)
        if clock is None or year is None:
            continue
        day = _day_of(line[: clock.start()] + " " + line[clock.end() :])
        if day is None:
            return None
        hour = int(clock[1]) % 12 + (12 if clock[4] in "Pp" else 0) if clock[4] else int(clock[1])
        if hour > 23:
            return None
        return source.moment(dt.datetime(*day, hour, int(clock[2]), int(clock[3])))
    return None


def _day_of(line: str) -> tuple[int, int, int] | None:
    """Year, month and day of a line, the month as a word or, behind the year, as a number.

    >>> _day_of("Gestartet: Samstag, 28. November 2026"), _day_of("2026年11月28日"), _day_of("sobota, 14 maja 2022")
    ((2026, 11, 28), (2026, 11, 28), (2022, 5, 14))
    """
    numbers = [int(found) for found in re.findall(r"\d+", line)]
    year = next((value for value in numbers if 1990 <= value < 2200), None)
    if year is None:
        return None
    words = re.findall(r"[^\W\d_]{3,}", line.lower())
    named = [
        place
        for word in words
        for place, starts in enumerate(_MONTHS, 1)
        if any(word.startswith(start) for start in starts.split())
    ]
    others = [value for value in numbers if value != year]
    # Days of the week stand before the month: mar-di, Mar-tes.
    if named and len(others) >= 1:
        month, day = named[-1], others[0]
    elif len(others) >= 2 and numbers[0] == year:
        month, day = others[:2]
    else:
        return None
    try:
        dt.date(year, month, day)
    except ValueError:
        return None
    return year, month, day
