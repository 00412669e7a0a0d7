"""The clock of a stack of options some of which have a line of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.engine.clock import Clock
from migplan.formulas import Numeric, taken


@dataclass(frozen=True)
class ByLine:
    """A clock for options some of which have a line of their own.

    Parameters
    ----------
    site, own : Clock
    has_own : array of bool
    """

    site: Clock
    own: Clock
    has_own: Any

    def _each(self, name: str, *times: Numeric) -> Numeric:
        """Ask each clock for its own options."""
        own, *rest = np.broadcast_arrays(self.has_own, *times)
        found = np.empty(own.shape)
        for clock, here in ((self.own, own), (self.site, ~own)):
            found[here] = getattr(clock, name)(*(values[here] for values in rest))
        return found

    @property
    def stretch(self) -> Numeric:
        """See `Clock`."""
        return np.where(self.has_own, self.own.stretch, self.site.stretch)

    @property
    def rests(self) -> bool:
        """See `Clock`."""
        return self.site.rests

    @property
    def waits(self) -> bool:
        """See `Clock`."""
        return self.site.waits or self.own.waits

    @property
    def freezes(self) -> int:
        """See `Clock`."""
        return self.site.freezes

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("advance", start, busy)

    def opening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("opening", time)

    def reopening(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("reopening", time)

    def thaw(self, time: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("thaw", time)

    def usable(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("usable", start, end)

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return self.site.courier(start, busy)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("next_window", ready, length)

    def pause(self, start: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        return self._each("pause", start, length)

    def frozen(self, start: Numeric, end: Numeric) -> Numeric:
        """See `Clock`."""
        return self.site.frozen(start, end)

    def dedicated(self) -> Clock:
        """See `Clock`."""
        return self.own

    def take(self, shape: tuple[int, ...], index: Any) -> Clock:
        """See `Clock`."""
        return ByLine(self.site, self.own, taken(self.has_own, shape, index))


def clock_of_lines(clock: Clock, has_own: Any) -> Clock:
    """The clock of options, given which of them have a line of their own."""
    own = clock.dedicated()
    if own is clock or not np.any(has_own):
        return clock
    return own if np.all(has_own) else ByLine(clock, own, has_own)
