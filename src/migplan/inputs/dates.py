"""Dates of a place: how they are written, when its clocks are set, and its public holidays.

What the `holidays` package says about a country is kept until another version of it is installed: it has a module for
each country and imports all of them, which takes longer than the rest of a plan.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import importlib.util
import re
import warnings
import zoneinfo
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan import cache
from migplan.errors import UnitError, shorten
from migplan.facts import Closure
from migplan.inputs.places import country_of_place, zones_of_place
from migplan.text import did_you_mean, folded, listed, near_names
from migplan.units import DAY

YEARS = 1970, 2199
"""First and last year of dates."""

DateRange = tuple[dt.date, dt.date]
"""First and last day, both counted."""

_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?: ?(?:\.\.|to) ?(\d{4}-\d{2}-\d{2}))?", re.ASCII)
_WEEK = re.compile(r"\d{4}-?W\d{2}", re.ASCII | re.IGNORECASE)
BEYOND = 1e10
"""Time from a start that no date is given for: three centuries. [s]."""

_SPAN = 7305
"""Clock changes are looked for in steps of so many days, so that they are kept. [d]."""
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}", re.ASCII)
"""Of any other text the database of zones would make names of files and of modules."""
_LONGEST = 80
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?00)?", re.ASCII | re.IGNORECASE)
_SAMPLE = int(7 * DAY)
"""Between two looks at the clock. No place sets it back and forth within a week. [s]."""
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_ ]([A-Za-z0-9-]{1,40}))?", re.ASCII)
_LAST_YEAR = YEARS[1] + 21
"""A calendar may begin in the last year of dates."""
_MOST_KEPT = 64
_SINCE = 2015
"""Laws of earlier years say little of how many holidays a year has now."""
_USUAL_PART = 0.65
"""Of the holidays of a usual year, what a year has whose movable ones are known. [1]."""
_NO_PLACES = ("localtime", "posixrules", "Factory")
"""What some databases have besides: the clock of the machine is no input."""
_PLACES = (
    *("Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Los_Angeles", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney"),
)
"""Time zones that are told first where an abbreviation stands for many."""


def read_date_ranges(items: Iterable[str]) -> tuple[DateRange, ...]:
    """Read dates such as '2026-12-20' and ranges such as '2026-12-20..2027-01-06'.

    Raises
    ------
    UnitError
        An item is neither, or ends before it begins.
    """
    ranges = []
    for item in filter(None, (" ".join(item.split()) for item in items)):
        match = _DATES.fullmatch(item.lower())
        if match is None:
            days = re.findall(r"\d{4}-\d{2}-\d{2}", item, re.ASCII)
            wanted = (
                f"write '{days[0]}..{days[1]}'"
                if len(days) == 2
                else "wanted such as '2026-12-20..2027-01-06'"
            )
            raise UnitError(f"{shorten(item)} is not a date range; {wanted}")
        first, last = read_date(match[1]), read_date(match[2] or match[1])
        if last < first:
            raise UnitError(f"{shorten(item)} ends before it begins")
        ranges.append((first, last))
    return tuple(ranges)


def read_date(text: str) -> dt.date:
    """Read a date such as '2026-12-01', of a year for which clocks and holidays can be told.

    Raises
    ------
    UnitError
        It is none.
    """
    try:
        # A week alone has seven days.
        day = dt.date.fromisoformat(text if not _WEEK.fullmatch(text) else "")
    except ValueError:
        # Only what is at fault needs the forms of dates that others have.
        from migplan.rewriting import near_dates

        raise UnitError(f"{shorten(text)} is not a date; {near_dates(text, '2026-12-01')}") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise UnitError(f"{shorten(text)} is out of range; wanted a year from {YEARS[0]} to {YEARS[1]}")
    return day


def read_timezone(text: str) -> str:
    """A time zone by its name in any capitals, its abbreviation, its town or its country, where only one is meant.

    Raises
    ------
    UnitError
        The time zone database has none of this name, or several.

    Examples
    --------
    >>> read_timezone("europe/berlin"), read_timezone("JST"), read_timezone("Tokyo")
    ('Europe/Berlin', 'Asia/Tokyo', 'Asia/Tokyo')
    """
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        if text not in _NO_PLACES and _ZONE.fullmatch(text):
            return zoneinfo.ZoneInfo(text).key
    text = text[:_LONGEST]
    known = next((name for name in _zones() if name.lower() == text.lower()), None) or _meant_zone(text)
    if known is None:
        wanted = _near_zones(text, "wanted such as 'Europe/Berlin'")
        raise UnitError(f"{shorten(text)} is no time zone; {wanted}")
    return known


def _meant_zone(text: str) -> str | None:
    """The only time zone whose clocks have an abbreviation, or that of a town or of a country; None elsewhere."""
    named = _abbreviations().get(text) or zones_of_place(text)
    return named[0] if len(named) == 1 else None


def _near_zones(text: str, wanted: str) -> str:
    """Time zones that a text may mean: by their abbreviation, their offset, their town or their spelling."""
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        # The names of POSIX count hours to the west of Greenwich.
        sign = {"+": "-", "-": "+"}[offset[1]]
        name = f"Etc/GMT{sign}{int(offset[2])}"
        return f"did you mean {name!r}?" if name in _zones() else wanted
    by_name = _abbreviations().get(text) or zones_of_place(text)
    if by_name:
        found = [name for name in _PLACES if name in by_name] or list(by_name)
        return f"did you mean {listed([repr(name) for name in found[:3]], 'or')}?"
    return did_you_mean(text, _zones(), wanted)


@functools.cache
def _zones() -> tuple[str, ...]:
    """Names of time zones, those of towns first."""
    known = zoneinfo.available_timezones() - {*_NO_PLACES}
    return tuple(sorted(known, key=lambda name: ("/" not in name, name)))


@functools.cache
def _abbreviations() -> dict[str, tuple[str, ...]]:
    """What clocks call themselves in summer and winter -> the time zones of towns in which they do."""
    found: dict[str, dict[str, None]] = {}
    for name in _zones():
        if "/" in name and not name.startswith("Etc/"):
            for month in (1, 7):
                there = dt.datetime(2026, month, 1, tzinfo=zoneinfo.ZoneInfo(name))
                found.setdefault(there.tzname() or "", {})[name] = None
    return {name: tuple(places) for name, places in found.items() if name.isalpha()}


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
    while early < days * DAY:
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
        return (day - start).days * DAY
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
    return moment_after(passed, start, timezone).date()


def moment_after(passed: float, start: dt.date, timezone: str) -> dt.datetime:
    """What calendar and clock show there when some time has passed since midnight of the start date.

    Parameters
    ----------
    passed : float
        Less than `BEYOND`. [s]

    Raises
    ------
    OverflowError
        No calendar goes so far.

    Examples
    --------
    >>> str(moment_after(86400.0, dt.date(2026, 10, 25), "Europe/Berlin"))
    '2026-10-25 23:00:00'
    """
    return zoned_after(passed, start, timezone).replace(tzinfo=None)


def zoned_after(passed: float, start: dt.date, timezone: str) -> dt.datetime:
    """`moment_after`, with its offset where the time zone is known."""
    begin, later = dt.datetime.combine(start, dt.time()), dt.timedelta(seconds=passed)
    if not timezone:
        return begin + later
    zone = zoneinfo.ZoneInfo(timezone)
    return (begin.replace(tzinfo=zone).astimezone(dt.UTC) + later).astimezone(zone)


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
        span = (1 + int(times.max() // (_SPAN * DAY))) * _SPAN
        changes, offsets = clock_changes(timezone, start, span)
        times = times + np.array(offsets)[np.searchsorted(changes, times, side="right")]
    days = np.datetime64(start) + np.floor(times / DAY).astype("timedelta64[D]")
    return np.where(known, days, np.datetime64("NaT"))


def read_holidays(text: str) -> str:
    """A country by its code or its name, or a code and its subdivision; of a town its country.

    Raises
    ------
    UnitError
        Nothing is known about it.

    Examples
    --------
    >>> read_holidays("de-by"), read_holidays("Japan"), read_holidays("Tokyo"), read_holidays("DE-Bayern")
    ('DE-BY', 'JP', 'JP', 'DE-BY')
    """
    match = _CODE.fullmatch(text.strip()) or _CODE.fullmatch(_country(text[:_LONGEST]))
    if match is None:
        wanted = _near_countries(text, "wanted such as 'DE', or 'DE-BY' with its subdivision")
        raise UnitError(f"{shorten(text)} is no country; {wanted}")
    code: str = _table(match[1].upper(), match[2] or "")["code"]
    return code


def holiday_numbers(code: str, start: dt.date, days: int) -> NDArray[np.int64]:
    """Numbers of the public holidays among some days from a start and on its eve; beyond what is known there are none.

    Parameters
    ----------
    code : str
        As `read_holidays` gives it.
    start : date
        Day 0.
    days : int
        How many days from it on.

    Examples
    --------
    Christmas Day and the day after it:

    >>> holiday_numbers("DE", dt.date(2026, 12, 24), 7).tolist()
    [1, 2]
    """
    country, _, part = code.partition("-")
    numbers = np.array(_table(country, part)["days"], dtype=np.int64) - start.toordinal()
    return numbers[(numbers >= -1) & (numbers < days)]


def closure_numbers(closure: Closure, start: dt.date, days: int) -> NDArray[np.int64]:
    """Numbers of the days of a closure, which comes every year, among some days from a start and on its eve.

    Parameters
    ----------
    closure, start : Closure, date
    days : int
        How many days.
    """
    years = range(start.year - 1, (start + dt.timedelta(days)).year + 1)
    numbers = np.concatenate([_span(closure, year) for year in years]) - start.toordinal()
    return numbers[(numbers >= -1) & (numbers < days)]


def _span(closure: Closure, year: int) -> NDArray[np.int64]:
    """Ordinals of a closure that begins in a year, and may end in the next one."""
    first, last = (dt.date.fromisoformat(f"{year}-{day}") for day in (closure.first, closure.last))
    last = last if first <= last else last.replace(year=year + 1)
    return np.arange(first.toordinal(), last.toordinal() + 1)


@functools.lru_cache(maxsize=64)
def _table(country: str, part: str) -> dict[str, Any]:
    """Code and holidays of a place, as ordinals of their dates."""
    name = f"holidays-{country}-{part}-{_version()}".lower()
    found: Any = cache.load(name)
    if not _is_table(found, country):
        found = _ask(country, part)
        cache.store(name, found, "holidays-", _MOST_KEPT)
    known: dict[str, Any] = found
    return known


def _is_table(found: Any, country: str) -> bool:
    """Whether what was kept has the form of what `_ask` gives: the folder of a cache may be anybody's."""
    return (
        isinstance(found, dict)
        and found.keys() == {"code", "days", "until"}
        and isinstance(found["code"], str)
        and found["code"].partition("-")[0] == country
        and type(found["until"]) is int
        and isinstance(found["days"], list)
        and all(type(day) is int and 0 < day <= dt.date.max.toordinal() for day in found["days"])
    )


def _version() -> str:
    """The installed version, told without an import."""
    spec = importlib.util.find_spec("holidays")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    versions = sorted(path.name for path in package.parent.glob("holidays-*.dist-info"))
    return "-".join((*versions, f"{package.stat().st_mtime_ns:x}"))


def _ask(country: str, part: str) -> dict[str, Any]:
    import holidays
    from holidays.registry import EntityLoader

    if country not in EntityLoader.get_country_codes():
        wanted = _near_countries(country, "wanted an ISO country such as 'DE' or 'DE-BY'")
        raise UnitError(f"no holidays are known for {country!r}; {wanted}")
    entity = getattr(holidays, country)
    parts = entity.subdivisions
    called = {name.lower(): own for name, own in entity.subdivisions_aliases.items()}
    found = next((name for name in parts if name.lower() == part.lower()), called.get(part.lower()))
    if part and found is None:
        near = near_names(part, entity.subdivisions_aliases)
        parts = [f"{country}-{entity.subdivisions_aliases[name]}" for name in near] or parts
        wanted = f"wanted one of {', '.join(parts)}" if parts else f"wanted {country} alone"
        raise UnitError(f"{shorten(part)} is no subdivision of {country}; {wanted}")
    years = range(max(YEARS[0] - 1, entity.start_year), min(_LAST_YEAR, entity.end_year) + 1)
    with warnings.catch_warnings():
        # That some are not known for all of these years is told by `holidays_known_until`.
        warnings.simplefilter("ignore")
        days = sorted(entity(subdiv=found, years=years, expand=False))
    return {
        "code": f"{country}-{found}" if found else country,
        "days": [day.toordinal() for day in days],
        "until": _last_full_year(days),
    }


def _last_full_year(days: Iterable[dt.date]) -> int:
    """The last year that has about as many holidays as others: movable ones are known for some years only."""
    counts = Counter(day.year for day in days if day.year >= _SINCE)
    usual = np.percentile(list(counts.values()), 90) if counts else 0.0
    return max((year for year, count in counts.items() if count >= _USUAL_PART * usual), default=0)


def holidays_known_until(code: str) -> int:
    """The last year whose public holidays are known in a place; 0 where none ever were.

    Examples
    --------
    >>> holidays_known_until("LK") < 2100
    True
    """
    country, _, part = code.partition("-")
    return int(_table(country, part)["until"])


def _country(text: str) -> str:
    """The code of a country by its name, or by a town that names a time zone; empty where neither is known."""
    from holidays.registry import COUNTRIES

    named = {folded(name): names[1] for name, names in COUNTRIES.items()}
    return named.get(folded(text), "") or country_of_place(text)


def _near_countries(text: str, wanted: str) -> str:
    from holidays.registry import COUNTRIES

    codes = {name: names[1] for name, names in COUNTRIES.items()}
    near = [repr(codes[name]) for name in near_names(text, codes, 0.82)]
    return f"did you mean {listed(near, 'or')}?" if near else wanted
