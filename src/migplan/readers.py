"""One reader for each form of input field: a text, a number or a scenario table to a value in base units.

Each raises `UnitError` with what was found and what is wanted; the caller knows where it stood.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from migplan import units
from migplan.errors import UnitError, shorten
from migplan.fields import Field

DAY = 86400.0
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:\.\.|to)\s*(\d{4}-\d{2}-\d{2}))?", re.ASCII)


def _quantity(entry: Field, value: Any) -> float:
    if not isinstance(value, str):
        raise UnitError(
            f"{shorten(value)} has no unit; wanted a number and a unit, such as {entry.example!r}"
        )
    return _within(entry, units.parse(value, entry.base), value)


def _count(entry: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise UnitError(f"{shorten(value)} is not a count; wanted such as {entry.example!r}")
    return _within(entry, units.parse_count(value) if isinstance(value, str) else float(value), value)


def _within(entry: Field, number: float, value: Any) -> float:
    too_low = number <= entry.low if entry.low_is_open else number < entry.low
    if math.isnan(number) or too_low or number > entry.high:
        least = f"more than {entry.low:g}" if entry.low_is_open else f"{entry.low:g} or more"
        unit = "" if entry.base == "1" else f" {entry.base}"
        raise UnitError(f"{shorten(value)} is out of range; wanted {least} and at most {entry.high:g}{unit}")
    return number


def _change(entry: Field, value: Any) -> tuple[float, bool]:
    if not isinstance(value, str):
        raise UnitError(f"{shorten(value)} has no unit; wanted '2 %/day' or '300 GB/day'")
    if "%" in value:
        part = units.parse(value, "1/s")
        if part > 1 / DAY * 100:
            raise UnitError(f"{shorten(value)} is out of range; wanted at most 10000 %/day")
        return part, True
    return _within(entry, units.parse(value, "B/s"), value), False


def _choice(entry: Field, value: Any) -> str:
    text = str(value).strip().lower()
    if text not in entry.choices:
        raise UnitError(f"{shorten(value)} is not known; wanted one of {', '.join(entry.choices)}")
    return text


def _items(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, (list, tuple)):
        raise UnitError(f"{shorten(value)} is not a list")
    return [str(part).strip().lower() for part in parts if str(part).strip()]


def _choices(entry: Field, value: Any) -> tuple[str, ...]:
    found = _items(value)
    if found == ["none"]:
        return ()
    wrong = [item for item in found if item not in entry.choices]
    if wrong:
        raise UnitError(f"{shorten(wrong[0])} is not known; wanted some of {', '.join(entry.choices)}")
    return tuple(choice for choice in entry.choices if choice in found)


def _plain(entry: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise UnitError(f"{shorten(value)} is not a text; wanted such as {entry.example!r}")
    return value.strip()


def _date(entry: Field, value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise UnitError(f"{shorten(value)} is not a date; wanted such as '2026-12-01'") from None


def _deadline(entry: Field, value: Any) -> dt.date | float:
    if isinstance(value, dt.date) or (isinstance(value, str) and re.match(r"\s*\d{4}-", value)):
        return _date(entry, value)
    return _quantity(entry, value)


def _ranges(entry: Field, value: Any) -> tuple[tuple[dt.date, dt.date], ...]:
    ranges = []
    for item in _items(value):
        match = _RANGE.fullmatch(item)
        if match is None:
            raise UnitError(f"{shorten(item)} is not a date range; wanted such as {entry.example!r}")
        first, last = _date(entry, match[1]), _date(entry, match[2] or match[1])
        if last < first:
            raise UnitError(f"{shorten(item)} ends before it begins")
        ranges.append((first, last))
    return tuple(ranges)


def _pairs(first: str, second: str, base: str, rows: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(rows, (list, tuple)) or not rows:
        raise UnitError(f"{shorten(rows)} is not a list of {{{first}, {second}}}")
    pairs = []
    for row in rows:
        if not isinstance(row, Mapping) or set(row) != {first, second}:
            raise UnitError(f"{shorten(row)} is not {{{first}, {second}}}")
        size, count = (
            row["size" if first == "size" else "volume"],
            row["files" if first == "size" else "days"],
        )
        if not isinstance(size, str):
            raise UnitError(f"{shorten(size)} has no unit; wanted such as '64 kB'")
        number = units.parse_count(count) if isinstance(count, str) else float(count)
        amount = units.parse(size, base)
        if not (0 < amount < 1e20 and 0 < number < 1e13):
            raise UnitError(f"{shorten(row)} is out of range; wanted amounts above 0")
        pairs.append((amount, number) if first == "size" else (number * DAY, amount))
    return tuple(sorted(pairs))


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "quantity": _quantity,
    "count": _count,
    "change": _change,
    "choice": _choice,
    "choices": _choices,
    "names": lambda entry, value: tuple(_items(value)),
    "name": lambda entry, value: _plain(entry, value).lower(),
    "text": _plain,
    "date": _date,
    "deadline": _deadline,
    "ranges": _ranges,
    "histogram": lambda entry, value: _pairs("size", "files", "B", value),
    "history": lambda entry, value: _pairs("days", "volume", "B", value),
}
"""Form of a field -> what reads it."""
