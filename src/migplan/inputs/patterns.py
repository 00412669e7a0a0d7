"""Texts to hours by weekday: `Mon-Fri 19:00-07:00, Sat-Sun`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from migplan.errors import UnitError, shorten
from migplan.formulas.calendar import DAY
from migplan.inputs.dates import DateRange, read_date_ranges
from migplan.text import did_you_mean
from migplan.units import HOUR

SATURDAY, HOLIDAY = 5, 7
"""Kinds of days, of which Monday is 0: the first one that is no working day, and what comes after the seven."""

_LONGEST = 2000
_EXAMPLE = "'Mon-Fri 19:00-07:00, Sat-Sun'"
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "holidays")
_SEVERAL = {"daily": range(7), "weekdays": range(SATURDAY), "weekends": range(SATURDAY, 7)}
_ALWAYS = ("always", "24/7")
_ITEM = re.compile(
    r"(?:([a-z]+)(?: ?- ?([a-z]+))?)?((?: ?\d{1,2}:\d{2} ?- ?\d{1,2}:\d{2})*|(?<=[a-z]) off)", re.ASCII
)
_TIMES = re.compile(r"(\d{1,2}):(\d{2}) ?- ?(\d{1,2}):(\d{2})", re.ASCII)


class Pattern(Struct, frozen=True):
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
    found = read_pattern(text)
    if not any(found.spans[:HOLIDAY]):
        raise UnitError(f"{shorten(text)} leaves no hour of any week; wanted such as {_EXAMPLE}")
    return found


def read_pattern(text: str) -> Pattern:
    """Read the same, where public holidays alone will do."""
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
        wanted = did_you_mean(name, _NAMES, f"wanted such as {_EXAMPLE}")
        raise UnitError(f"{shorten(name)} is no weekday; {wanted}")
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
    if re.match(r"\s*\d{4}-", text):
        return read_date_ranges(text.split(","))
    try:
        return read_hours(text)
    except UnitError as error:
        raise UnitError(str(error).replace(_EXAMPLE, "'Sat-Sun' or '2026-12-05'")) from None
