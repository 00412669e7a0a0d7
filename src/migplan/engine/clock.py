"""Busy time to dates: when the line is ours, when couriers work, when a cutover may take place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from migplan.formulas import Numeric
from migplan.formulas.calendar import MOMENT, Stretches, advance, next_start, opening, usable_time
from migplan.formulas.windows import Windows, first_fit, first_start, opening_windows, paused_time, windows
from migplan.inputs.calendar import Calendar, calendar_for
from migplan.inputs.workload import Workload


class Clock(Protocol):
    """Times are seconds that pass from midnight of the start date, where the site is.

    An infinite result means that the years of the calendar end before.
    """

    @property
    def rests(self) -> bool:
        """Whether the line ever rests."""

    @property
    def waits(self) -> bool:
        """Whether a cutover may have to wait for its window."""

    @property
    def freezes(self) -> int:
        """How many freezes there are."""

    @property
    def stretch(self) -> Numeric:
        """Time that passes per time in which the line is ours, in the mean of a week. [1]."""

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of usable line time have passed since `start`. [s]."""

    def opening(self, time: Numeric) -> Numeric:
        """First moment at or after a time at which the line is ours. [s]."""

    def reopening(self, time: Numeric) -> Numeric:
        """When the line is ours again after it next rests; infinite where it never rests. [s]."""

    def thaw(self, time: Numeric) -> Numeric:
        """When the line is ours after the next freeze that ends after a time; infinite where there is none. [s]."""

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """Usable line time between two times. [s]."""

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of business days have passed since `start`. [s]."""

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """When a cutover of this length first begins, at or after `ready`, while the line is ours. [s].

        It runs through without a pause, unless it is longer than any usual stretch in which it might: then it begins
        with a long one.
        """

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """Time that a cutover of this length, begun at `start`, waits for the line to be ours again. [s]."""

    def frozen(self, start: Numeric, end: Numeric) -> Numeric:
        """Time of freezes between two times. [s]."""

    def dedicated(self) -> Clock:
        """The clock of a line of its own: freezes rest it, the hours of the site's line do not."""

    def take(self, shape: tuple[int, ...], index: Any) -> Clock:
        """The clock of some elements, counted through, of an array of a shape."""


@dataclass(frozen=True)
class Always:
    """A clock without a calendar: every hour and day counts."""

    @property
    def rests(self) -> bool:
        """See `Clock`."""
        return False

    @property
    def waits(self) -> bool:
        """See `Clock`."""
        return False

    @property
    def freezes(self) -> int:
        """See `Clock`."""
        return 0

    @property
    def stretch(self) -> float:
        """See `Clock`."""
        return 1.0

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy)

    def opening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return time

    def reopening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(time, np.inf)

    def thaw(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(time, np.inf)

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return np.subtract(end, start)

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(ready, np.multiply(length, 0.0))

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        return np.zeros(np.broadcast_shapes(np.shape(start), np.shape(length)))

    def frozen(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return self.pause(start, end)

    def dedicated(self) -> Clock:
        """See `Clock`."""
        return self

    def take(self, shape: tuple[int, ...], index: Any) -> Clock:
        """See `Clock`."""
        return self


@dataclass(frozen=True)
class Dated(Always):
    """A clock with a calendar; what the calendar does not restrict costs nothing.

    Parameters
    ----------
    calendar : Calendar
    own_line : bool
        Whether the hours of the site's line are left aside.
    """

    calendar: Calendar
    own_line: bool = False

    @cached_property
    def _line(self) -> Any:
        return self.calendar.open if self.own_line else self.calendar.line

    @cached_property
    def _windows(self) -> Windows | None:
        """Where a cutover fits without a pause; None where it always does."""
        spans = self.calendar.windows(self.own_line)
        return None if spans is None else windows(spans)

    @cached_property
    def _openings(self) -> Windows | None:
        """What a cutover that is too long for them begins with; None where there are no pauses."""
        if self._line is None:
            return None
        return opening_windows(self.calendar.allowed_spans, self._line, self._usual)

    @cached_property
    def _usual(self) -> float:
        return self.calendar.usual_window(self.own_line)

    @property
    def rests(self) -> bool:
        """See `Clock`."""
        return self._line is not None

    @property
    def waits(self) -> bool:
        """See `Clock`."""
        return self._windows is not None

    @property
    def freezes(self) -> int:
        """See `Clock`."""
        return 0 if self.calendar.frozen is None else len(self.calendar.frozen.starts)

    @property
    def stretch(self) -> float:
        """See `Clock`."""
        return 1.0 if self.own_line else 1.0 / self.calendar.fraction

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy) if self._line is None else advance(self._line, start, busy)

    def opening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return time if self._line is None else opening(self._line, time)

    def reopening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return super().reopening(time) if self._line is None else next_start(self._line, time)

    def thaw(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        spans = self.calendar.frozen
        if spans is None:
            return super().thaw(time)
        ends = np.concatenate((spans.ends, [np.inf]))
        return self.opening(ends[np.searchsorted(spans.ends, time, "right")])

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return super().usable(start, end) if self._line is None else _between(self._line, start, end)

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return advance(self.calendar.business, start, busy)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        if self._windows is None:
            return super().next_window(ready, length)
        found, longer = first_fit(self._windows, ready, length), self._too_long(length)
        if self._openings is None or not np.any(longer):
            return found
        return np.where(longer, first_start(self._openings, ready, length), found)

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        none = super().pause(start, length)
        if self._openings is None or not np.any(self._too_long(length) & np.isfinite(start)):
            return none
        known = np.where(np.isfinite(start), start, 0.0)
        paused = np.where(self._too_long(length), paused_time(self._line, known, length), 0.0)
        return np.where(np.isfinite(start) & (paused > MOMENT), paused, none)

    def _too_long(self, length: Numeric) -> Any:
        return np.greater(length, self._usual + MOMENT)

    def frozen(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        spans = self.calendar.frozen
        return super().frozen(start, end) if spans is None else _between(spans, start, end)

    def dedicated(self) -> Clock:
        """See `Clock`."""
        return _clock(self.calendar, True) if self.calendar.has_hours else self


def _between(spans: Stretches, start: Numeric, end: Numeric) -> Numeric:
    return np.subtract(usable_time(spans, end), usable_time(spans, start))


def clock_for(workload: Workload) -> Clock:
    """The clock of a workload's hours, holidays, freezes, time zone and cutover days.

    Without any of them only couriers keep a calendar, and rest at weekends.
    """
    w = workload
    return _clock(calendar_for(w.start, w.hours, w.holidays, w.freeze, w.timezone, w.cutover_days), False)


@lru_cache(maxsize=64)
def _clock(calendar: Calendar, own_line: bool) -> Dated:
    return Dated(calendar, own_line)
