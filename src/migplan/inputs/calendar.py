"""Texts to a calendar: hours by weekday, public holidays, freezes, cutover days and time zones.

Times are seconds that really pass, counted from midnight of the start date: with a time zone a day on which the clock
is set has 23 or 25 hours; without one every day has 24. Hours are readings of the wall clock there.

What a public holiday changes: couriers rest and no cutover takes place. The line follows the hours of its weekday,
since a copy that runs needs nobody; `Hol` among the hours says otherwise (`Hol` is free all day, `Hol off` rests). In
the same way `Hol` among the cutover days allows holidays, and so does a date that is named. In a freeze nothing runs
over the line, nothing is loaded onto devices, and no cutover takes place; couriers work.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.errors import UnitError, shorten
from migplan.formulas.calendar import (
    DAY,
    Stretches,
    complement,
    daily_stretches,
    intersection,
    on_clock,
    stretches,
)
from migplan.inputs.dates import DateRange, clock_changes, holiday_numbers, read_date_ranges
from migplan.units import HOUR

HOLIDAY = 7
"""The kind of day that comes after the seven weekdays."""

_LONGEST = 2000
_EXAMPLE = "'Mon-Fri 19:00-07:00, Sat-Sun'"
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holidays")
_SEVERAL = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_ALWAYS = ("always", "24/7")
_ITEM = re.compile(
    r"(?:([a-z]+)(?: ?- ?([a-z]+))?)?((?: ?\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2})*|(?<=[a-z]) off)", re.ASCII
)
_TIMES = re.compile(r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Spans of each weekday.

    Attributes
    ----------
    spans : tuple
        For Monday to Sunday, and last for public holidays: spans from the midnight at which the day begins, that may
        end on the next day; None for holidays that were not named. [s]
    """

    spans: tuple[tuple[tuple[float, float], ...] | None, ...]

    @property
    def by_kind(self) -> dict[int, Sequence[tuple[float, float]]]:
        """Kind of day -> its spans."""
        return {kind: spans for kind, spans in enumerate(self.spans) if spans}

    @property
    def always(self) -> bool:
        """Whether it leaves nothing out."""
        return self == ALWAYS


ALWAYS = Pattern((*[((0.0, DAY),)] * 7, None))
"""Every day, all day."""


def read_hours(text: str) -> Pattern:
    """Read hours by weekday.

    Days with times, several times after a blank, and commas between: `Mon-Fri 12:00-13:00 19:00-07:00, Sat-Sun`.
    Days without times are meant all day, times without days every day. A time that ends no later than it begins ends
    on the next day. `Hol` stands for public holidays, `Hol off` for none of them.

    Raises
    ------
    UnitError
        It is something else, or leaves no time at all.

    Examples
    --------
    >>> read_hours("Fri 19:00-07:00, Sat").spans[4:6]
    (((68400.0, 111600.0),), ((0.0, 86400.0),))
    """
    if len(text) > _LONGEST:
        raise UnitError(f"{shorten(text)} has more than {_LONGEST} characters; wanted such as {_EXAMPLE}")
    plain = " ".join(text.lower().replace("\u2013", "-").split())
    if plain in _ALWAYS:
        return ALWAYS
    spans: list[list[tuple[float, float]] | None] = [*([] for _ in range(7)), None]
    items = [item.strip() for item in re.split("[,;]", plain) if item.strip()]
    bare = [item for item in items if item[0].isdigit()]
    if not items or (bare and len(bare) < len(items)):
        found = f"{shorten(bare[0])} has no days" if bare else f"{shorten(text)} has no hours"
        raise UnitError(f"{found}; wanted such as {_EXAMPLE}")
    for item in items:
        days, times = _item(item)
        for day in days:
            spans[day] = [*(spans[day] or []), *times]
    if not any(spans[:HOLIDAY]):
        raise UnitError(f"{shorten(text)} leaves no hour of any week; wanted such as {_EXAMPLE}")
    return Pattern(tuple(None if day is None else tuple(day) for day in spans))


def _item(item: str) -> tuple[Iterable[int], list[tuple[float, float]]]:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise UnitError(f"{shorten(item)} is not understood; wanted such as {_EXAMPLE}")
    first, last, times = match.groups()
    if first is None:
        return range(7), [_span(*found) for found in _TIMES.findall(times)]
    days: Iterable[int] = _SEVERAL.get(first, ())
    if not days or last is not None:
        begin = _day(first)
        end = begin if last is None else _day(last)
        if HOLIDAY in (begin, end) and begin != end:
            raise UnitError(f"{shorten(item)} is no range of weekdays; wanted such as {_EXAMPLE}")
        days = [begin] if begin == end else [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    if times == " off":
        return days, []
    return days, [_span(*found) for found in _TIMES.findall(times)] or [(0.0, DAY)]


def _day(name: str) -> int:
    found = [number for number, full in enumerate(_NAMES) if full.startswith(name)]
    if len(name) < 2 or len(found) != 1:
        raise UnitError(f"{shorten(name)} is no weekday; wanted such as {_EXAMPLE}")
    return found[0]


def _span(*numbers: str) -> tuple[float, float]:
    hour, minute, last_hour, last_minute = map(int, numbers)
    begin, end = hour * HOUR + minute * 60.0, last_hour * HOUR + last_minute * 60.0
    told = f"'{hour:02d}:{minute:02d}-{last_hour:02d}:{last_minute:02d}'"
    if max(minute, last_minute) > 59 or begin >= DAY or end > DAY:
        raise UnitError(f"{told} is no time of day; wanted from 00:00 to 24:00")
    if begin == end:
        raise UnitError(f"{told} begins and ends at the same time; wanted a day without times for all day")
    return begin, end if end > begin else end + DAY


def read_cutover_days(text: str) -> Pattern | tuple[DateRange, ...]:
    """Read the days of a cutover: weekdays as in `read_hours`, or dates and date ranges.

    Raises
    ------
    UnitError
        It is neither, or both at once.

    Examples
    --------
    >>> read_cutover_days("2026-12-05, 2026-12-12..2026-12-13")[1][1]
    datetime.date(2026, 12, 13)
    """
    return read_date_ranges(text.split(",")) if re.match(r"\s*\d{4}-", text) else read_hours(text)


HORIZON = 7305
"""Days that a calendar covers: twenty years."""

_PLAIN_DAYS = 21


class Calendar:
    """Stretches of time of one site, each kind made when it is first asked for.

    Parameters
    ----------
    start : date
    hours, holidays, timezone, cutover_days : str
        As the input fields of these names; empty where they are not given.
    freeze : sequence of (date, date)
    """

    def __init__(
        self,
        start: dt.date,
        hours: str,
        holidays: str,
        freeze: Sequence[DateRange],
        timezone: str,
        cutover_days: str,
    ) -> None:
        self._start = start
        self._hours = read_hours(hours) if hours and not read_hours(hours).always else None
        self._cutover = read_cutover_days(cutover_days) if cutover_days else None
        self._holidays, self._timezone, self._freeze = holidays, timezone, freeze

    @functools.cached_property
    def fraction(self) -> float:
        """Part of a week in which the line is ours, holidays and freezes aside. [1]."""
        if self._hours is None:
            return 1.0
        week = intersection(_plain(self._hours), stretches([7 * DAY], [14 * DAY]))
        return float(week.lengths.sum() / (7 * DAY))

    @functools.cached_property
    def line(self) -> Stretches | None:
        """When the line of the site is ours; None where it always is."""
        if self._hours is None:
            return self.open
        naive = daily_stretches(self._kinds(self._hours.spans[HOLIDAY] is not None), self._hours.by_kind, -1)
        hours = self._passing(naive)
        return hours if self.open is None else intersection(hours, self.open)

    @functools.cached_property
    def open(self) -> Stretches | None:
        """When no freeze rests; None where there is none."""
        return None if self.frozen is None else complement(self.frozen, 0.0, HORIZON * DAY)

    @functools.cached_property
    def frozen(self) -> Stretches | None:
        """The freezes; None where there is none."""
        return self._passing(self._dates(self._freeze)) if self._freeze else None

    @functools.cached_property
    def business(self) -> Stretches:
        """Monday to Friday but for public holidays, day and night."""
        whole = ((0.0, DAY),)
        naive = daily_stretches(self._kinds(True), dict.fromkeys(range(5), whole), -1)
        return self._passing(naive)

    @functools.cached_property
    def allowed(self) -> Stretches | None:
        """When a cutover may take place, whatever the hours of the line are; None where it always may."""
        if self._cutover is None and not self._holidays:
            return self.open
        if isinstance(self._cutover, tuple):
            naive = self._dates(self._cutover)
        else:
            pattern = self._cutover or ALWAYS
            naive = daily_stretches(self._kinds(True), pattern.by_kind, -1)
        days = self._passing(naive)
        return days if self.open is None else intersection(days, self.open)

    @property
    def has_hours(self) -> bool:
        """Whether hours restrict the line of the site."""
        return self._hours is not None

    @property
    def allowed_spans(self) -> Stretches:
        """When a cutover may take place, as stretches in any case."""
        return stretches([0.0], [HORIZON * DAY]) if self.allowed is None else self.allowed

    def windows(self, own_line: bool) -> Stretches | None:
        """When a cutover may take place while the line, the site's or one of its own, is ours; None if always."""
        return _either(self.allowed, self.open if own_line else self.line)

    def usual_window(self, own_line: bool) -> float:
        """The longest of these in a usual week, or on the named dates. [s]."""
        if isinstance(self._cutover, tuple):
            both = self.windows(own_line)
        else:
            hours = None if own_line or self._hours is None else _plain(self._hours)
            both = _either(hours, None if self._cutover is None else _plain(self._cutover))
        return np.inf if both is None else float(both.lengths.max(initial=0.0))

    def _kinds(self, apart: bool) -> NDArray[np.int64]:
        """Weekday of each day from the eve of the start on; with holidays as a kind of their own or not."""
        kinds = (np.arange(-1, HORIZON) + self._start.weekday()) % 7
        if apart and self._holidays:
            kinds[holiday_numbers(self._holidays, self._start, HORIZON) + 1] = HOLIDAY
        return kinds

    def _dates(self, ranges: Sequence[DateRange]) -> Stretches:
        """From the first midnight to the last, as the wall clock has it."""
        first, last = zip(
            *(((a - self._start).days, (b - self._start).days + 1) for a, b in ranges), strict=True
        )
        return stretches(np.array(first) * DAY, np.array(last) * DAY)

    def _passing(self, naive: Stretches) -> Stretches:
        """Readings of the wall clock to time that passes, from the start to the horizon."""
        if self._timezone:
            naive = on_clock(naive, *clock_changes(self._timezone, self._start, HORIZON))
        return intersection(naive, stretches([0.0], [HORIZON * DAY]))


def _plain(pattern: Pattern) -> Stretches:
    """A pattern over three weeks without holidays or clock changes; the one in the middle is undisturbed."""
    return daily_stretches(np.arange(_PLAIN_DAYS) % 7, pattern.by_kind)


def _either(one: Stretches | None, other: Stretches | None) -> Stretches | None:
    if one is None or other is None:
        return one if other is None else other
    return intersection(one, other)


@functools.lru_cache(maxsize=64)
def calendar_for(
    start: dt.date, hours: str, holidays: str, freeze: tuple[DateRange, ...], timezone: str, cutover_days: str
) -> Calendar:
    """The calendar of these inputs; made once, since a search or a sweep asks for it again and again."""
    return Calendar(start, hours, holidays, freeze, timezone, cutover_days)
