"""Time zones: when the clock of a place is set, and by how much."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo

from migplan.errors import UnitError, shorten

_SAMPLE = 7 * 86400
"""Between two looks at the clock. No place sets it back and forth within a week. [s]."""


def read_timezone(text: str) -> str:
    """Check the name of a time zone.

    Raises
    ------
    UnitError
        The time zone database has none of this name.
    """
    try:
        return zoneinfo.ZoneInfo(text).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UnitError(f"{shorten(text)} is no time zone; wanted such as 'Europe/Berlin'") from None


@functools.lru_cache(maxsize=64)
def clock_changes(timezone: str, start: dt.date, days: int) -> tuple[list[float], list[float]]:
    """When the wall clock is set within some days from a start.

    Returns
    -------
    changes : list of float
        Time that has passed since midnight of the start date, exact to the second. [s]
    offsets : list of float
        What the clock then shows beyond the time that has passed since: before the first change, and after each. [s]

    Examples
    --------
    Berlin, from the eve of a day of 23 hours; it begins at 02:00:

    >>> clock_changes("Europe/Berlin", dt.date(2027, 3, 27), 7)
    ([93600.0], [0.0, 3600.0])
    """
    zone = zoneinfo.ZoneInfo(timezone)
    begin = int(dt.datetime.combine(start, dt.time(), zone).timestamp())
    midnight = int(dt.datetime.combine(start, dt.time(), dt.UTC).timestamp())

    def offset(passed: int) -> int:
        there = dt.datetime.fromtimestamp(begin + passed, zone).utcoffset()
        assert there is not None
        return begin - midnight + int(there.total_seconds())

    changes, offsets = [], [offset(0)]
    early = 0
    while early < days * 86400:
        late = early + _SAMPLE
        if offset(late) != offsets[-1]:
            low, high = early, late
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            changes.append(float(high))
            offsets.append(offset(late))
        early = late
    return changes, [float(shown) for shown in offsets]


def passed_until(day: dt.date, start: dt.date, timezone: str) -> float:
    """Time that passes from midnight of the start date to midnight of a day there. [s].

    Examples
    --------
    A day of 23 hours:

    >>> passed_until(dt.date(2027, 3, 29), dt.date(2027, 3, 28), "Europe/Berlin") / 3600
    23.0
    """
    if not timezone:
        return (day - start).days * 86400.0
    zone = zoneinfo.ZoneInfo(timezone)
    begin, end = (dt.datetime.combine(date, dt.time(), zone).timestamp() for date in (start, day))
    return end - begin


def day_after(passed: float, start: dt.date, timezone: str) -> dt.date:
    """The date there when some time has passed since midnight of the start date.

    Raises
    ------
    OverflowError
        The year would have five digits.

    Examples
    --------
    After 24 hours from the beginning of a day of 25 hours it is still the same day:

    >>> day_after(86400.0, dt.date(2026, 10, 25), "Europe/Berlin")
    datetime.date(2026, 10, 25)
    """
    if not timezone:
        return start + dt.timedelta(seconds=passed)
    begin = dt.datetime.combine(start, dt.time(), zoneinfo.ZoneInfo(timezone)).astimezone(dt.UTC)
    return (begin + dt.timedelta(seconds=passed)).astimezone(zoneinfo.ZoneInfo(timezone)).date()
