"""Busy time to dates: when the line is ours, when couriers work, when a cutover may take place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from msgspec import Struct

from migplan.facts import Closure
from migplan.formulas import Numeric, distinct, taken
from migplan.formulas.calendar import (
    MOMENT,
    Stretches,
    Windows,
    advance,
    first_fit,
    first_start,
    next_start,
    opening,
    opening_windows,
    paused_time,
    usable_time,
    windows,
)
from migplan.formulas.shares import advance_by_level
from migplan.inputs.calendar import Calendar, calendar_for
from migplan.inputs.workload import Workload


class _Line(Struct, frozen=True, dict=True):
    """The hours of one line; what the calendar does not restrict costs nothing. See `Clock`.

    Parameters
    ----------
    own : bool
        Whether it is a line of its own, for which the hours of the site's line are left aside.
    level : int, optional
        Whether only hours count in which this share of the site's line is ours, or a larger one.
    """

    calendar: Calendar | None
    own: bool
    level: int | None = None

    @cached_property
    def spans(self) -> Stretches | None:
        """When the line is ours; None where it always is."""
        if self.calendar is None:
            return None
        return self.calendar.open if self.own else self.calendar.line_from(self.level)

    @cached_property
    def windows(self) -> Windows | None:
        """Where a cutover fits without a pause; None where it always does."""
        spans = None if self.calendar is None else self.calendar.windows(self.own, self.level)
        return None if spans is None else windows(spans)

    @cached_property
    def _openings(self) -> Windows | None:
        """What a cutover that is too long for them begins with; None where there are no pauses."""
        if self.calendar is None or self.spans is None:
            return None
        return opening_windows(self.calendar.allowed_spans, self.spans, self._usual)

    @cached_property
    def _usual(self) -> float:
        return np.inf if self.calendar is None else self.calendar.usual_window(self.own, self.level)

    @property
    def stretch(self) -> float:
        """See `Clock`."""
        return 1.0 if self.own or self.calendar is None else 1.0 / self.calendar.fraction_from(self.level)

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy) if self.spans is None else advance(self.spans, start, busy)

    def advance_by_share(self, start: Numeric, *busy: Numeric) -> Numeric:
        """See `Clock`."""
        if self.own or self.calendar is None or len(busy) == 1:
            return self.advance(start, busy[0])
        return advance_by_level(self.calendar.levels, start, busy)

    def opening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return time if self.spans is None else opening(self.spans, time)

    def reopening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(time, np.inf) if self.spans is None else next_start(self.spans, time)

    def thaw(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        frozen = None if self.calendar is None else self.calendar.frozen
        if frozen is None:
            return np.add(time, np.inf)
        ends = np.concatenate((frozen.ends, [np.inf]))
        return self.opening(ends[np.searchsorted(frozen.ends, time, "right")])

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return np.subtract(end, start) if self.spans is None else _between(self.spans, start, end)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        if self.windows is None:
            return np.where(np.isfinite(length), ready, np.nan)[()]
        found, longer = first_fit(self.windows, ready, length), self._too_long(length)
        if self._openings is None or not np.any(longer):
            return found
        return np.where(longer, first_start(self._openings, ready, length), found)

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        none = np.zeros(np.broadcast_shapes(np.shape(start), np.shape(length)))
        if self._openings is None or not np.any(self._too_long(length) & np.isfinite(start)):
            return none
        known = np.where(np.isfinite(start), start, 0.0)
        paused = np.where(self._too_long(length), paused_time(self.spans, known, length), 0.0)  # type: ignore[arg-type]
        return np.where(np.isfinite(start) & (paused > MOMENT), paused, none)

    def _too_long(self, length: Numeric) -> Any:
        return np.greater(length, self._usual + MOMENT)


@lru_cache(maxsize=128)
def _line(calendar: Calendar | None, own: bool, level: int | None) -> _Line:
    return _Line(calendar, own, level)


def _between(spans: Stretches, start: Numeric, end: Numeric) -> Numeric:
    return np.subtract(usable_time(spans, end), usable_time(spans, start))


class Clock(Struct, frozen=True, eq=False):
    """Times are seconds that pass from midnight of the start date, where the site is.

    An infinite result means that the years of the calendar end before.

    Parameters
    ----------
    calendar : Calendar, optional
        Without one every hour and day counts, for couriers too.
    own : bool or array of bool
        Whether the line is one of its own: freezes rest it, the hours of the site's line do not. An array holds for
        options some of which have one.
    level : int, optional
        Whether only hours count in which this share of the site's line is ours, or a larger one.
    """

    calendar: Calendar | None = None
    own: Any = False
    level: int | None = None

    def _each(self, name: str, *times: Numeric) -> Numeric:
        """Ask each line for its own options."""
        if np.ndim(self.own) == 0:
            return getattr(self._line(bool(self.own)), name)(*times)  # type: ignore[no-any-return]
        own, *rest = np.broadcast_arrays(self.own, *times)
        found = np.empty(own.shape)
        for flag, here in ((True, own), (False, ~own)):
            found[here] = getattr(self._line(flag), name)(*(values[here] for values in rest))
        return found

    def _line(self, own: bool) -> _Line:
        return _line(self.calendar, own, self.level)

    @property
    def _lines(self) -> list[_Line]:
        """Those of the options, the site's first."""
        return [self._line(bool(flag)) for flag in distinct(np.asarray(self.own))]

    @property
    def shares(self) -> tuple[float, ...]:
        """The parts of the site's line that are ours at different hours, the largest first; none if it is the same.

        [1].
        """
        return () if self.calendar is None or self.own is True else self.calendar.shares

    @property
    def parts(self) -> tuple[float, ...]:
        """Part of the hours of the line that each of these shares has, in the mean of a week. [1]."""
        assert self.calendar is not None
        return tuple(part / self.calendar.fraction for part in self.calendar.parts)

    @property
    def line_stretch(self) -> Numeric:
        """Time that passes per time at the largest share, in the mean of a week. [1]."""
        if not self.shares:
            return self.stretch
        mean = sum(part * share for part, share in zip(self.parts, self.shares, strict=True))
        return self.stretch * np.where(self.own, 1.0, self.shares[0] / mean)

    def at_level(self, level: int) -> Clock:
        """The clock of the hours in which one of the shares is ours, or a larger one."""
        return Clock(self.calendar, self.own, level)

    @property
    def rests(self) -> bool:
        """Whether the line ever rests."""
        return self._lines[0].spans is not None

    @property
    def waits(self) -> bool:
        """Whether a cutover may have to wait for its window."""
        return any(line.windows is not None for line in self._lines)

    @property
    def freezes(self) -> int:
        """How many freezes there are."""
        frozen = None if self.calendar is None else self.calendar.frozen
        return 0 if frozen is None else len(frozen.starts)

    @property
    def stretch(self) -> Numeric:
        """Time that passes per time in which the line is ours, in the mean of a week. [1]."""
        own, site = (self._line(flag).stretch for flag in (True, False))
        if np.ndim(self.own) == 0:
            return own if self.own else site
        return np.where(self.own, own, site)

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of usable line time have passed since `start`. [s]."""
        return self._each("advance", start, busy)

    def advance_by_share(self, start: Numeric, busy: Sequence[Numeric]) -> Numeric:
        """When something is done that takes so many seconds of usable line time by each share alone. [s]."""
        return self._each("advance_by_share", start, *busy)

    def opening(self, time: Numeric) -> Numeric:
        """First moment at or after a time at which the line is ours. [s]."""
        return self._each("opening", time)

    def reopening(self, time: Numeric) -> Numeric:
        """When the line is ours again after it next rests; infinite where it never rests. [s]."""
        return self._each("reopening", time)

    def thaw(self, time: Numeric) -> Numeric:
        """When the line is ours after the next freeze that ends after a time; infinite where there is none. [s]."""
        return self._each("thaw", time)

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """Usable line time between two times. [s]."""
        return self._each("usable", start, end)

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of business days have passed since `start`. [s]."""
        return np.add(start, busy) if self.calendar is None else advance(self.calendar.business, start, busy)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """When a cutover of this length first begins, at or after `ready`, while the line is ours. [s].

        It runs through without a pause, unless it is longer than any usual stretch in which it might: then it begins
        with a long one.
        """
        return self._each("next_window", ready, length)

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """Time that a cutover of this length, begun at `start`, waits for the line to be ours again. [s]."""
        return self._each("pause", start, length)

    def frozen(self, start: Numeric, end: Numeric) -> Numeric:
        """Time of freezes between two times. [s]."""
        spans = None if self.calendar is None else self.calendar.frozen
        if spans is None:
            return np.zeros(np.broadcast_shapes(np.shape(start), np.shape(end)))
        return _between(spans, start, end)

    def dedicated(self) -> Clock:
        """The clock of a line of its own."""
        return _clock(self.calendar, True) if self.calendar is not None and self.calendar.has_hours else self

    def of_lines(self, own: Any) -> Clock:
        """The clock of options, given which of them have a line of their own."""
        dedicated = self.dedicated()
        if dedicated is self or not np.any(own):
            return self
        return dedicated if np.all(own) else Clock(self.calendar, own, self.level)

    def take(self, shape: tuple[int, ...], index: Any) -> Clock:
        """The clock of some elements, counted through, of an array of a shape."""
        return (
            self
            if np.ndim(self.own) == 0
            else Clock(self.calendar, taken(self.own, shape, index), self.level)
        )


def clock_for(workload: Workload, closures: tuple[Closure, ...] = ()) -> Clock:
    """The clock of a workload's hours, holidays and closures, freezes, time zone and cutover days.

    Without any of them only couriers keep a calendar, and rest at weekends.
    """
    w = workload
    words = w.hours, w.holidays, w.freeze, w.timezone, w.cutover_days
    return _clock(calendar_for(w.start, *words, closures), False)


@lru_cache(maxsize=64)
def _clock(calendar: Calendar, own: bool) -> Clock:
    return Clock(calendar, own)
