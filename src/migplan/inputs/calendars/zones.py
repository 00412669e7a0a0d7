"""Time zones: when the clock of a place is set, and by how much."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo

import numpy as np
from numpy.typing import NDArray

from migplan.errors import UnitError, shorten

BEYOND = 1e10
"""Time from a start that no date is given for: three centuries. [s]."""

_SPAN = 7305
"""Clock changes are looked for in steps of so many days, so that they are kept. [d]."""
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


def time_to_deadline(due: dt.date, start: dt.date, timezone: str) -> float:
    """Time from midnight of the start date to the end of a deadline's day, which counts as a whole. [s].

    Examples
    --------
    The day on which the clock goes back has 25 hours:

    >>> time_to_deadline(dt.date(2026, 10, 25), dt.date(2026, 10, 25), "Europe/Berlin") / 3600
    25.0
    """
    return passed_until(due + dt.timedelta(days=1), start, timezone)


def times_to_deadlines(dues: NDArray[np.datetime64], start: dt.date, timezone: str) -> NDArray[np.float64]:
    """`time_to_deadline` of many dates. [s].

    Examples
    --------
    >>> times_to_deadlines(np.array(["2026-10-25"], "datetime64[D]"), dt.date(2026, 10, 25), "") / 3600
    array([24.])
    """
    different, places = np.unique(dues, return_inverse=True)
    times = [time_to_deadline(due, start, timezone) for due in different.tolist()]
    return np.array(times, dtype=float)[places]


def day_after(passed: float, start: dt.date, timezone: str) -> dt.date:
    """The date there when some time has passed since midnight of the start date, to the microsecond.

    Parameters
    ----------
    passed : float
        Less than `BEYOND`. [s]

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


def days_after(passed: NDArray[np.float64], start: dt.date, timezone: str) -> NDArray[np.datetime64]:
    """`day_after` of many times; not a time (NaT) for those that are NaN or not less than `BEYOND`.

    Examples
    --------
    >>> days_after(np.array([86400.0, np.inf]), dt.date(2026, 10, 25), "Europe/Berlin")
    array(['2026-10-25',        'NaT'], dtype='datetime64[D]')
    """
    known = passed < BEYOND
    times = np.round(np.where(known, passed, 0.0), 6)
    if timezone and times.size:
        span = (1 + int(times.max() // (_SPAN * 86400))) * _SPAN
        changes, offsets = clock_changes(timezone, start, span)
        times = times + np.array(offsets)[np.searchsorted(changes, times, side="right")]
    days = np.datetime64(start) + np.floor(times / 86400.0).astype("timedelta64[D]")
    return np.where(known, days, np.datetime64("NaT"))
