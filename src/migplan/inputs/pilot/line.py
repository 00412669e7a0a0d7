"""What a line gives, out of the JSON of an iperf3 test."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from migplan.errors import Fault, MigplanError, shorten

_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Line:
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

    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            fail(f"has more than {_LARGEST:,} bytes; wanted what `iperf3 --json` writes")
        test = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        fail(f"cannot be read: {error.strerror}")
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
    return Line(path.name, route, rate / 8, _error(test) / 8, _round_trip(test), _date(test))


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


def _date(test: Any) -> dt.date | None:
    seconds = _number(_at(test, "start", "timestamp", "timesecs"))
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date() if 0 < seconds < 4e9 else None
