"""One reader for each form of input field: a text, a number or a scenario table to a value in base units.

Each raises `UnitError` with what was found and what is wanted; the caller knows where it stood.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from migplan import units
from migplan.errors import UnitError, counted, shorten
from migplan.inputs.dates import read_date, read_date_ranges, read_holidays, read_timezone
from migplan.inputs.fields import Field
from migplan.inputs.line_hours import read_line_hours
from migplan.inputs.patterns import read_cutover_days
from migplan.text import did_you_mean
from migplan.units import DAY

_NEITHER = re.compile(r"[^\d-]\D*|\d+([./])\d+\1\d+", re.DOTALL)
"""A text without any digit, or what looks like a date in an order that is not ours."""
_DAY = re.compile(r"\d{4}-.*|\d{8}", re.ASCII | re.DOTALL)
"""What is a day rather than a time from the start, in either form of ISO 8601."""
_MOST = 5
"""Faults of one list that are told."""
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_VERSION_MARK = re.compile(r"(?<=[a-z])v(?:ersion)?(?=\d)")


def _quantity(entry: Field, value: Any) -> float:
    if not isinstance(value, str):
        raise UnitError(
            f"{shorten(value)} has no unit; wanted a number and a unit, such as {entry.example!r}"
        )
    return _within(entry, units.parse(value, entry.base, entry.example), value)


def _count(entry: Field, value: Any) -> float:
    return _within(entry, read_count(value, entry.example), value)


def read_count(value: Any, example: str = "40M", whole: bool = True) -> float:
    """A count from a text, or from a number of a file that has types; whole unless told otherwise. [1]

    Raises
    ------
    UnitError
        It is no count.

    Examples
    --------
    >>> read_count("1.5M"), read_count(3)
    (1500000.0, 3.0)
    """
    if isinstance(value, str):
        return units.parse_count(value, example, whole)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnitError(f"{shorten(value)} is not a count; wanted such as {example!r}")
    try:
        number = float(value)
    except OverflowError:
        raise UnitError(f"{shorten(value)} is too large to be meant") from None
    if whole and math.isfinite(number) and not number.is_integer():
        raise UnitError(f"{shorten(value)} is not whole; wanted a whole number such as {example!r}")
    return number


def _within(entry: Field, number: float, value: Any) -> float:
    too_low = number <= entry.low if entry.low_is_open else number < entry.low
    if math.isnan(number) or too_low or number > entry.high:
        low = _told(entry, entry.low) if entry.low and entry.base == "B/s" else f"{entry.low:g}"
        least = f"more than {low}" if entry.low_is_open else f"{low} or more"
        raise UnitError(
            f"{shorten(value)} is out of range; wanted {least} and at most {_told(entry, entry.high)}"
        )
    return number


def _told(entry: Field, bound: float) -> str:
    """The end of a range as people write it."""
    if entry.form == "count":
        return f"{bound:g}"
    plain = entry.base != "B/s" and 1.0 < bound < 1e5
    return f"{bound:g} {entry.base}" if plain else units.show(bound, entry.base)


def _change(entry: Field, value: Any) -> tuple[float, bool]:
    if not isinstance(value, str):
        raise UnitError(f"{shorten(value)} has no unit; wanted '2 %/day' or '300 GB/day'")
    if any(sign in value for sign in ("%", "\uff05", "percent")):
        part = units.parse(value, "1/s", entry.example)
        if part > 1 / DAY * 100:
            raise UnitError(f"{shorten(value)} is out of range; wanted at most 10000 %/day")
        return part, True
    return _within(entry, units.parse(value, "B/s", entry.example), value), False


def _choice(entry: Field, value: Any) -> str:
    text = str(value).strip().lower()
    if text in entry.choices:
        return text
    words = dict(entry.also)
    found = words.get(_VERSION_MARK.sub("", _BETWEEN_WORDS.sub("", text)))
    if found is None:
        parts = {part.strip() for part in re.split(r"[,;+/&]| and ", text)}
        if len(parts) > 1 and parts <= {*entry.choices}:
            raise UnitError(f"{shorten(value)} is more than one; {entry.one_of}")
        also = f", or another word for one: {entry.also_told}" if entry.also else ""
        wanted = f"wanted one of {', '.join(entry.choices)}{also}"
        # A version that was left out on purpose is not meant for another one.
        if not re.search(r"\d", text):
            wanted = did_you_mean(
                text, {**words, **dict(zip(entry.choices, entry.choices, strict=True))}, wanted
            )
        raise UnitError(f"{shorten(value)} is not known; {wanted}")
    return found


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
        wanted = f"wanted some of {', '.join(entry.choices)}"
        told = [
            f"{shorten(item)} is not known; {did_you_mean(item, entry.choices, wanted)}"
            for item in wrong[:_MOST]
        ]
        raise UnitError("; ".join(dict.fromkeys(told)))
    return tuple(choice for choice in entry.choices if choice in found)


def _plain(entry: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise UnitError(f"{shorten(value)} is not a text; wanted such as {entry.example!r}")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        # What stands for bytes that are no UTF-8 can be written nowhere.
        raise UnitError(f"{shorten(value)} is not UTF-8")
    return value.strip()


def _date(entry: Field, value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        raise UnitError(f"{shorten(value)} has a time; wanted a date such as '2026-12-01'")
    return read_date(str(value).strip())


def _deadline(entry: Field, value: Any) -> dt.date | float:
    if isinstance(value, dt.date) or (isinstance(value, str) and _DAY.fullmatch(value.strip())):
        return _date(entry, value)
    try:
        return _quantity(entry, value)
    except UnitError:
        from migplan.rewriting import near_dates

        text = value if isinstance(value, str) else ""
        wanted = near_dates(text, "2026-12-01", entry.example)
        if wanted.startswith("write") or _NEITHER.fullmatch(text.strip()):
            raise UnitError(f"{shorten(value)} is neither a date nor a time; {wanted}") from None
        raise


def _checked(read: Callable[[str], Any]) -> Callable[[Field, Any], str]:
    """A text that stays one, once `read` has taken it; a list or a date of a scenario becomes one."""

    def check(entry: Field, value: Any) -> str:
        parts = value if isinstance(value, (list, tuple)) else [value]
        text = ", ".join(part.isoformat() if type(part) is dt.date else _plain(entry, part) for part in parts)
        read(text)
        return text

    return check


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
        number = read_count(count, whole=second == "files")
        amount = units.parse(size, base)
        if not (0 < amount < 1e20 and 0 < number < 1e13):
            raise UnitError(f"{shorten(row)} is out of range; wanted amounts above 0")
        pairs.append((amount, number) if first == "size" else (number * DAY, amount))
    return tuple(sorted(pairs))


def _history(entry: Field, value: Any) -> tuple[tuple[float, float], ...]:
    found = _pairs("days", "volume", "B", value)
    for (early, less), (late, more) in itertools.pairwise(found):
        if early == late or less > more:
            after = f"{counted(late / DAY, 'day', 'g')} after {counted(early / DAY, 'day', 'g')}"
            raise UnitError(
                f"{after} has no more bytes changed; "
                "wanted each number of days once, and more changed in more days"
            )
    return found


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "quantity": _quantity,
    "count": _count,
    "change": _change,
    "choice": _choice,
    "choices": _choices,
    "names": lambda entry, value: tuple(_items(value)),
    "name": lambda entry, value: _plain(entry, value).lower(),
    "text": _plain,
    "path": _plain,
    "date": _date,
    "deadline": _deadline,
    "ranges": lambda entry, value: read_date_ranges(_items(value)),
    "hours": _checked(read_line_hours),
    "cutover_days": _checked(read_cutover_days),
    "holidays": lambda entry, value: read_holidays(_plain(entry, value)),
    "timezone": lambda entry, value: read_timezone(_plain(entry, value)),
    "histogram": lambda entry, value: _pairs("size", "files", "B", value),
    "history": _history,
}
"""Form of a field -> what reads it."""


def read_early(entry: Field, given: Mapping[str, Any]) -> str:
    """A choice as it will be read, or its default; what is none is told later, with all other faults of the fields.

    Examples
    --------
    >>> from migplan.inputs.fields import BY_NAME
    >>> read_early(BY_NAME["protocol"], {"protocol": "CIFS"}), read_early(BY_NAME["protocol"], {"protocol": "fax"})
    ('smb', '')
    """
    with contextlib.suppress(UnitError):
        return str(READERS[entry.form](entry, given.get(entry.name) or entry.default))
    return ""
