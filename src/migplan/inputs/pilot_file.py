"""Pilot files: what was copied, how long it took, and what the line gave.

A pilot file is TOML. All keys but those marked optional are wanted where their table is given::

    mover = "robocopy"          # with which of the movers
    target = "fsx-windows"      # onto which of the targets
    date = 2026-11-20           # the day
    agents = 1                  # copy hosts side by side (optional, 1)
    in_flight = 32              # files in flight of one agent in the move (optional, the most that was timed)
    verify = "none"             # what the mover compared: none, changed, all (optional, its default)

    [[large]]                   # few large files: bytes a second
    volume = "400 GB"
    files = 20
    in_flight = 8               # files that one agent handled at the same time
    time = "1.2 hours"

    [[small]]                   # many small files, twice or more, with different numbers in flight: time of a file
    volume = "400 MB"
    files = "100k"
    folders = 500               # (optional, from the files)
    in_flight = 8
    time = "150 s"

    [[small]]
    volume = "400 MB"
    files = "100k"
    in_flight = 32
    time = "52 s"

    [[unchanged]]               # a run that finds nothing to copy: items listed a second
    files = "2M"
    time = "7 min"

    [link]                      # a test of the line, by itself or beside the copies
    iperf3 = "line.json"        # written by `iperf3 --json`; a path from the pilot file's folder
    route = "internet"          # over which of the routes
    client = "site"             # where the client ran: site or cloud (optional, site)

Copies may be repeated: each repetition is a table of its own and makes the standard errors surer.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.files import is_stream, read_text, read_toml
from migplan.inputs.readers import read_count
from migplan.text import did_you_mean

_LARGEST_PILOT = 4_000_000
_LARGEST = 50_000_000
"""Of a pilot file and of a test of the line. [B]."""


class Line(Struct, frozen=True):
    """A test of a line from the site to the cloud.

    Attributes
    ----------
    place : str
        The file.
    route : str
        The route that was tested.
    rate : float
        Payload that arrived. [B/s]
    error : float
        Standard error of the rate; NaN where there are too few intervals. [B/s]
    round_trip_time : float
        Least round trip of the test; NaN where iperf3 does not tell. [s]
    date : date or None
        The day of the test, in UTC.
    """

    place: str
    route: str
    rate: float
    error: float
    round_trip_time: float
    date: dt.date | None


def read_line(path: Path, route: str, client: str) -> Line:
    """Read what `iperf3 --json` wrote.

    Parameters
    ----------
    client : str
        'site' or 'cloud': where the client ran, which says which direction was tested.

    Raises
    ------
    MigplanError
        The file cannot be read, is not of that form, or is no TCP test towards the cloud.
    """

    def fail(text: str) -> NoReturn:
        raise MigplanError(Fault("bad-file", path.name, text)) from None

    text = read_text(path, _LARGEST, "test as `iperf3 --json` writes it")
    try:
        test = json.loads(text)
    except (ValueError, RecursionError):
        fail("is not JSON; wanted what `iperf3 --json` writes")
    failed = _at(test, "error")
    if failed:
        fail(f"is a test that failed: {shorten(failed)}")
    protocol, reverse = (
        _at(test, "start", "test_start", "protocol"),
        _at(test, "start", "test_start", "reverse"),
    )
    if not isinstance(protocol, str):
        fail("is not a test of iperf3; wanted what `iperf3 --json` writes")
    if protocol.upper() != "TCP":
        fail(f"is a test of {shorten(protocol)}; wanted one of TCP, which is what movers use")
    if bool(reverse) != (client == "cloud"):
        way = "with --reverse" if client == "cloud" else "without --reverse"
        fail(f"tests the way from the cloud to the site; wanted a client at the {client} to run {way}")
    rate = _number(_at(test, "end", "sum_received", "bits_per_second"))
    if not rate > 0:
        fail("has no rate that was received; wanted end.sum_received.bits_per_second above 0")
    return Line(path.name, route, rate / 8, _error(test) / 8, _round_trip(test), _day(test))


def _at(value: Any, *keys: str) -> Any:
    """What stands at a path of keys; None where the path ends before."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _number(value: Any) -> float:
    """A finite number; NaN for anything else."""
    try:
        number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def _error(test: Any) -> float:
    """Standard error of the mean over the intervals, of which one depends on the one before. [bit/s].

    Their correlation r at one interval's distance makes n of them worth n * (1 - r) / (1 + r).
    """
    rows = _at(test, "intervals")
    sums = [_at(row, "sum") for row in rows] if isinstance(rows, list) else []
    rates = [_number(_at(row, "bits_per_second")) for row in sums if not _at(row, "omitted")]
    count = len(rates)
    if count < 3 or any(math.isnan(rate) for rate in rates):
        return math.nan
    mean = sum(rates) / count
    strays = [rate - mean for rate in rates]
    variance = sum(stray * stray for stray in strays) / (count - 1)
    if variance == 0:
        return 0.0
    together = sum(a * b for a, b in itertools.pairwise(strays)) / (variance * (count - 1))
    together = min(max(together, 0.0), 0.9)
    return math.sqrt(variance / count * (1 + together) / (1 - together))


def _round_trip(test: Any) -> float:
    """Least round trip over the streams: under load the mean has the queue in it. [s]."""
    streams = _at(test, "end", "streams")
    trips = (
        [_number(_at(stream, "sender", "min_rtt")) for stream in streams] if isinstance(streams, list) else []
    )
    return min((trip * 1e-6 for trip in trips if trip > 0), default=math.nan)


def _day(test: Any) -> dt.date | None:
    seconds = _number(_at(test, "start", "timestamp", "timesecs"))
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date() if 0 < seconds < 4e9 else None


COPIES = ("large", "small", "unchanged")
_TOP = ("mover", "target", "date", "agents", "in_flight", "verify", *COPIES, "link")
_COPY = ("volume", "files", "folders", "in_flight", "time")
_LINK = ("iperf3", "route", "client")
_MOST = 1e15


class Copy(Struct, frozen=True):
    """One timed run; `folders` is NaN where it was not counted, volume and in_flight are 0 where nothing changed."""

    kind: str
    volume: float
    files: float
    folders: float
    in_flight: float
    time: float


class Pilot(Struct, frozen=True):
    """A pilot as it was read; `mover` and `target` are empty where only the line was tested."""

    place: str
    date: dt.date | None
    mover: str
    target: str
    agents: float
    in_flight: float | None
    verify: str
    copies: tuple[Copy, ...]
    line: Line | None


class _Reader:
    """Reads the values of one table and collects its faults."""

    def __init__(self, place: str, faults: list[Fault]) -> None:
        self.place, self.faults = place, faults

    def fault(self, code: str, key: str, message: str) -> None:
        self.faults.append(Fault(code, f"{self.place}: {key}", message))

    def known(self, table: Mapping[str, Any], keys: tuple[str, ...], prefix: str = "") -> None:
        for key in table:
            if key not in keys:
                wanted = did_you_mean(key, keys, f"wanted one of {', '.join(keys)}")
                text = f"nothing reads this; {wanted}"
                self.fault("unknown-key", f"{prefix}{key}", text)

    def quantity(self, key: str, value: Any, base: str) -> float:
        try:
            if not isinstance(value, str):
                raise UnitError(f"{shorten(value)} has no unit; wanted such as {units.EXAMPLES[base]!r}")
            return self._above(units.parse(value, base), value)
        except UnitError as error:
            self.fault("bad-quantity", key, str(error))
            return float("nan")

    def count(self, key: str, value: Any) -> float:
        try:
            return self._above(read_count(value, "100k"), value)
        except UnitError as error:
            self.fault("bad-quantity", key, str(error))
            return float("nan")

    @staticmethod
    def _above(number: float, value: Any) -> float:
        if not 0 < number <= _MOST:
            raise UnitError(f"{shorten(value)} is out of range; wanted more than 0 and at most {_MOST:g}")
        return number

    def text(self, key: str, value: Any) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip().lower() if key != "iperf3" else value
        found = "is missing" if value is None else f"{shorten(value)} is not a text"
        self.fault("missing" if value is None else "bad-choice", key, found)
        return ""


def read_pilot(path: Path) -> Pilot:
    """Read a pilot file, and the line test that it names.

    Raises
    ------
    MigplanError
        With every fault of the file.
    """
    data = read_toml(path, _LARGEST_PILOT, "pilot file")
    faults: list[Fault] = []
    read = _Reader(path.name, faults)
    read.known(data, _TOP)
    copies = tuple(copy for kind in COPIES for copy in _copies(read, kind, data.get(kind, [])))
    line = None
    if "link" in data:
        line = _link(read, data["link"], path.parent)
    if not copies and "link" not in data:
        read.fault("missing", "large, small, unchanged or link", "one of them is wanted")
    pilot = Pilot(
        place=path.name,
        date=_date(read, data.get("date"), bool(copies)),
        mover=read.text("mover", data.get("mover")) if copies else "",
        target=read.text("target", data.get("target")) if copies else "",
        agents=read.count("agents", data.get("agents", 1)),
        in_flight=read.count("in_flight", data["in_flight"]) if "in_flight" in data else None,
        verify=read.text("verify", data["verify"]) if "verify" in data else "",
        copies=copies,
        line=line,
    )
    if copies:
        _enough(read, copies)
    if faults:
        raise MigplanError(faults)
    return pilot


def files_of(path: Path | None) -> list[Path]:
    """A pilot file and the test of the line that it names: what an output must not replace.

    What cannot be read names nothing here; reading the pilot tells why.
    """
    if path is None:
        return []
    if is_stream(path):
        return [path]
    with contextlib.suppress(MigplanError):
        link = read_toml(path, _LARGEST_PILOT, "pilot file").get("link")
        name = link.get("iperf3") if isinstance(link, dict) else None
        if isinstance(name, str):
            return [path, path.parent / name]
    return [path]


def _date(read: _Reader, value: Any, wanted: bool) -> dt.date | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if value is not None or wanted:
        found = "is missing" if value is None else f"{shorten(value)} is not a date"
        read.fault("bad-date", "date", f"{found}; wanted such as 2026-11-20, without quotes")
    return None


def _copies(read: _Reader, kind: str, rows: Any) -> list[Copy]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        read.fault("bad-choice", kind, f"is not a list of tables; wanted [[{kind}]]")
        return []
    wanted = ("files", "time") if kind == "unchanged" else ("volume", "files", "in_flight", "time")
    found = []
    for number, row in enumerate(rows, start=1):
        place = f"{kind} {number}, "
        read.known(row, _COPY, place)
        missing = [key for key in wanted if key not in row]
        for key in missing:
            read.fault("missing", f"{place}{key}", "is missing")
        if not missing:
            found.append(
                Copy(
                    kind=kind,
                    volume=read.quantity(f"{place}volume", row["volume"], "B") if "volume" in row else 0.0,
                    files=read.count(f"{place}files", row["files"]),
                    folders=read.count(f"{place}folders", row["folders"])
                    if "folders" in row
                    else float("nan"),
                    in_flight=read.count(f"{place}in_flight", row["in_flight"])
                    if "in_flight" in row
                    else 0.0,
                    time=read.quantity(f"{place}time", row["time"], "s"),
                )
            )
    return found


def _enough(read: _Reader, copies: tuple[Copy, ...]) -> None:
    """Whether there is a copy for each constant."""
    counts = {kind: [copy for copy in copies if copy.kind == kind] for kind in COPIES}
    for kind in ("large", "unchanged"):
        if not counts[kind]:
            read.fault("missing", f"[[{kind}]]", "wanted one copy of this kind or more")
    if len({copy.in_flight for copy in counts["small"]}) < 2:
        read.fault("missing", "[[small]]", "wanted copies with two different values of in_flight, or more")


def _link(read: _Reader, table: Any, folder: Path) -> Line | None:
    if not isinstance(table, dict):
        read.fault("bad-choice", "link", "is not a table; wanted [link]")
        return None
    read.known(table, _LINK, "link.")
    name, route = read.text("iperf3", table.get("iperf3")), read.text("route", table.get("route"))
    client = read.text("client", table.get("client", "site"))
    if client not in ("site", "cloud"):
        read.fault("bad-choice", "link.client", f"{shorten(client)} is not known; wanted site or cloud")
        return None
    if not name or not route:
        return None
    try:
        return read_line(folder / name, route, client)
    except MigplanError as error:
        read.faults.extend(error.faults)
        return None
