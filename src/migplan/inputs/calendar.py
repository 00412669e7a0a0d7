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
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.facts import Closure
from migplan.formulas.calendar import (
    DAY,
    Stretches,
    complement,
    daily_stretches,
    intersection,
    on_clock,
    stretches,
    union,
)
from migplan.formulas.shares import Levels, levels_of
from migplan.inputs.dates import DateRange, clock_changes, closure_numbers, holiday_numbers
from migplan.inputs.line_hours import LineHours, plain, plain_levels, read_line_hours, week_parts
from migplan.inputs.patterns import ALWAYS, HOLIDAY, Pattern, read_cutover_days

_ROUNDING = 1e-9

HORIZON = 7305
"""Days that a calendar covers: twenty years."""


class Calendar:
    """Stretches of time of one site, each kind made when it is first asked for.

    Parameters
    ----------
    start : date
    hours, holidays, timezone, cutover_days : str
        As the input fields of these names; empty where they are not given.
    freeze : sequence of (date, date)
    closures : sequence of Closure
        Days of every year that count as public holidays.
    """

    def __init__(
        self,
        start: dt.date,
        hours: str,
        holidays: str,
        freeze: Sequence[DateRange],
        timezone: str,
        cutover_days: str,
        closures: Sequence[Closure] = (),
    ) -> None:
        self._start = start
        self._hours = _restricting(hours)
        self._cutover = read_cutover_days(cutover_days) if cutover_days else None
        self._holidays, self._timezone, self._freeze = holidays, timezone, freeze
        self._closures = closures
        self._lines: dict[int | None, Stretches | None] = {}

    @property
    def shares(self) -> tuple[float, ...]:
        """The parts of the line that are ours at some hours, the largest first; none where it is the same at all.

        [1].
        """
        found = () if self._hours is None else self._hours.shares
        return found if len(found) > 1 else ()

    @functools.cached_property
    def parts(self) -> tuple[float, ...]:
        """Part of a week in which the line is ours by each of these shares, holidays and freezes aside. [1]."""
        return (1.0,) if self._hours is None else week_parts(self._hours)

    @property
    def fraction(self) -> float:
        """Part of a week in which the line is ours, holidays and freezes aside. [1]."""
        return self.fraction_from(None)

    def fraction_from(self, level: int | None) -> float:
        """The same for this share and larger ones. [1]."""
        found = sum(self.parts if level is None else self.parts[: level + 1])
        return 1.0 if found > 1.0 - _ROUNDING else found

    @functools.cached_property
    def _levels(self) -> tuple[Stretches, ...]:
        """When the line is ours by each of the shares, freezes aside."""
        assert self._hours is not None
        kinds, until = self._kinds(self._hours.names_holidays), HORIZON * DAY

        def naive(pattern: Pattern) -> Stretches:
            return daily_stretches(kinds, pattern.by_kind, -1)

        return tuple(self._passing(one) for one in self._hours.levels(naive, -DAY, until + 2 * DAY))

    @functools.cached_property
    def levels(self) -> Levels:
        """The same in order, and outside freezes."""
        found = self._levels
        return levels_of(found if self.open is None else [intersection(one, self.open) for one in found])

    @property
    def line(self) -> Stretches | None:
        """When the line of the site is ours; None where it always is."""
        return self.line_from(None)

    def line_from(self, level: int | None) -> Stretches | None:
        """When it is ours by this share or a larger one; None where it always is."""
        if self._hours is None:
            return self.open
        if level not in self._lines:
            self._lines[level] = self._line_from(level)
        return self._lines[level]

    def _line_from(self, level: int | None) -> Stretches | None:
        hours = functools.reduce(union, self._levels if level is None else self._levels[: level + 1])
        if self.fraction_from(level) == 1.0 and len(hours.starts) == 1:
            return self.open
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

    def windows(self, own_line: bool, level: int | None = None) -> Stretches | None:
        """When a cutover may take place while the line, the site's or one of its own, is ours; None if always."""
        return _either(self.allowed, self.open if own_line else self.line_from(level))

    def usual_window(self, own_line: bool, level: int | None = None) -> float:
        """The longest of these in a usual week, or on the named dates. [s]."""
        if isinstance(self._cutover, tuple):
            both = self.windows(own_line, level)
        else:
            always = own_line or self._hours is None or self.fraction_from(level) == 1.0
            hours = None if always else self._plain_line(level)
            both = _either(hours, None if self._cutover is None else plain(self._cutover))
        return np.inf if both is None else float(both.lengths.max(initial=0.0))

    def _plain_line(self, level: int | None) -> Stretches:
        assert self._hours is not None
        found = plain_levels(self._hours)
        return functools.reduce(union, found if level is None else found[: level + 1])

    def _kinds(self, apart: bool) -> NDArray[np.int64]:
        """Weekday of each day from the eve of the start on; with holidays as a kind of their own or not."""
        kinds = (np.arange(-1, HORIZON) + self._start.weekday()) % 7
        if apart and self._holidays:
            kinds[holiday_numbers(self._holidays, self._start, HORIZON) + 1] = HOLIDAY
            for closure in self._closures:
                kinds[closure_numbers(closure, self._start, HORIZON) + 1] = HOLIDAY
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


def _restricting(text: str) -> LineHours | None:
    """Hours that leave some time out, or tell it apart; None where the line is ours alike at all times."""
    hours = read_line_hours(text) if text else None
    if hours is None or (len(hours.shares) == 1 and hours.always):
        return None
    return hours


def _either(one: Stretches | None, other: Stretches | None) -> Stretches | None:
    if one is None or other is None:
        return one if other is None else other
    return intersection(one, other)


@functools.lru_cache(maxsize=64)
def calendar_for(
    start: dt.date,
    hours: str,
    holidays: str,
    freeze: tuple[DateRange, ...],
    timezone: str,
    cutover_days: str,
    closures: tuple[Closure, ...] = (),
) -> Calendar:
    """The calendar of these inputs; made once, since a search or a sweep asks for it again and again."""
    return Calendar(start, hours, holidays, freeze, timezone, cutover_days, closures)
