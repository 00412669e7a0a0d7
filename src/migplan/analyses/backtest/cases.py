"""Finished data movements from a CSV: what was known beforehand, kept apart from what was measured."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.files import read_text

NUMBERS = (
    "volume_bytes",
    "file_count",
    "avg_file_bytes",
    "link_bps",
    "rtt_ms",
    "loss",
    "devices",
    "change_rate",
)
SIDE_BY_SIDE = {
    "hosts": ("hosts", "nodes", "agents", "machines", "vms", "instances"),
    "runs": ("parallel_runs", "runs", "jobs", "processes"),
    "threads": ("threads", "transfers", "concurrency", "parallel_files"),
    "streams": ("streams", "connections"),
}
"""What works side by side -> the columns that people have it in. They go before numbers in a text."""
MEASURED = ("reported_duration_s", "reported_throughput_Bps")
REQUIRED = ("id", "tool")
PARTS = ("loss", "change_rate")
"""Columns that are parts of a whole, 0 to 1."""
_LOWEST = {
    "file_count": 1.0,
    "link_bps": 1.0,
    **dict.fromkeys((name for names in SIDE_BY_SIDE.values() for name in names), 1.0),
}
_MOST = 1e20
LARGEST = 100_000_000
"""Of a table of cases. [B]."""


@dataclass(frozen=True, slots=True)
class Case:
    """What was known before a movement began. Numbers are NaN, texts empty, where nothing was stated.

    Attributes
    ----------
    volume, file_size : float
        [B]
    link : float
        [B/s]
    rtt : float
        [s]
    change : float
        Part of the items that a delta pass found changed. [1]
    hosts, runs : float
        Machines that copied, and runs of the tool side by side, over all of them. [1]
    threads, streams : float
        Files at once in one run, and its connections. [1]
    """

    id: str
    kind: str
    tool: str
    source: str
    target: str
    workers: str
    covers: str
    year: str
    volume: float
    files: float
    file_size: float
    link: float
    rtt: float
    loss: float
    devices: float
    change: float
    hosts: float = math.nan
    runs: float = math.nan
    threads: float = math.nan
    streams: float = math.nan

    @property
    def origin(self) -> str:
        """The source that a case comes from: its id up to the first dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out. [s], [B/s]."""

    duration: float
    rate: float


def read_cases(path: Path) -> list[tuple[Case, Measured]]:
    """Read cases; columns beyond those named here are for people and are left unread.

    Raises
    ------
    MigplanError
        With every fault of every line.
    """
    text = read_text(path, LARGEST, "table of cases")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise MigplanError(Fault("bad-file", str(path), f"is not CSV: {error}")) from None
    return _cases(path.name, lines)


def _cases(name: str, lines: list[tuple[int, list[str]]]) -> list[tuple[Case, Measured]]:
    faults = list(_header_faults(name, lines))
    if faults:
        raise MigplanError(faults)
    header = [cell.strip() for cell in lines[0][1]]
    cases: dict[str, tuple[Case, Measured]] = {}
    for line, row in lines[1:]:
        place = f"{name}: line {line}"
        if len(row) != len(header):
            found = f"has {counted(len(row), 'cell')}; wanted {len(header)}, as the header has"
            faults.append(Fault("bad-file", place, found))
            continue
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        faults.extend(_missing(place, cells, cases))
        numbers = {key: _number(place, key, cells.get(key, ""), faults) for key in (*NUMBERS, *MEASURED)}
        beside = {key: _side_by_side(place, key, cells, faults) for key in SIDE_BY_SIDE}
        cases[cells["id"]] = _case(cells, numbers, beside)
    if faults:
        raise MigplanError(faults)
    return list(cases.values())


def _header_faults(name: str, lines: list[tuple[int, list[str]]]) -> Iterator[Fault]:
    if not lines:
        yield Fault("bad-file", name, "is empty; wanted a header and one line a case")
        return
    header = [cell.strip() for cell in lines[0][1]]
    for key in REQUIRED:
        if key not in header:
            yield Fault(
                "missing", f"{name}: header", f"has no column {key!r}; wanted id, tool and what is known"
            )
    for key in {key for key in header if key and header.count(key) > 1}:
        yield Fault("bad-file", f"{name}: header", f"has column {shorten(key)} twice; wanted it once")


def _missing(place: str, cells: dict[str, str], cases: dict[str, tuple[Case, Measured]]) -> Iterator[Fault]:
    for key in REQUIRED:
        if not cells[key]:
            yield Fault("missing", f"{place}: {key}", "is empty")
    if cells["id"] in cases:
        yield Fault("contradiction", f"{place}: id", f"{shorten(cells['id'])} stands there twice")


def _number(place: str, key: str, text: str, faults: list[Fault]) -> float:
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    low, most = _LOWEST.get(key, 0.0), 1.0 if key in PARTS else _MOST
    if not low <= value <= most:
        wanted = (
            "a part from 0 to 1" if key in PARTS else f"a number from {low:g} to {most:g}, without a unit"
        )
        faults.append(Fault("bad-quantity", f"{place}: {key}", f"found {shorten(text)}; wanted {wanted}"))
    return value


def _side_by_side(place: str, key: str, cells: dict[str, str], faults: list[Fault]) -> float:
    """The number in the columns of one thing, which must not differ."""
    named = {name: _number(place, name, cells[name], faults) for name in SIDE_BY_SIDE[key] if cells.get(name)}
    if len(set(named.values())) > 1:
        faults.append(
            Fault("contradiction", f"{place}: {', '.join(named)}", "say different numbers; wanted one")
        )
    return next(iter(named.values()), math.nan)


def _case(
    cells: dict[str, str], numbers: dict[str, float], beside: dict[str, float]
) -> tuple[Case, Measured]:
    case = Case(
        id=cells["id"],
        kind=cells.get("kind", "").lower(),
        tool=cells["tool"],
        source=cells.get("source_protocol", ""),
        target=cells.get("target", ""),
        workers=cells.get("streams_or_agents", ""),
        covers=cells.get("what_the_duration_covers", ""),
        year=cells.get("year", ""),
        volume=numbers["volume_bytes"],
        files=numbers["file_count"],
        file_size=numbers["avg_file_bytes"],
        link=numbers["link_bps"] / 8.0,
        rtt=numbers["rtt_ms"] / 1e3,
        loss=numbers["loss"],
        devices=numbers["devices"],
        change=numbers["change_rate"],
        **beside,
    )
    return case, Measured(numbers["reported_duration_s"], numbers["reported_throughput_Bps"])
