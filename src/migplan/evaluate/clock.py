"""Busy time to dates: when the line is ours, when couriers work, when a cutover may take place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from migplan.formulas import Numeric
from migplan.workload import Workload


class Clock(Protocol):
    """Times are seconds from midnight of the start date."""

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of usable line time have passed since `start`. [s]."""

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """When `busy` seconds of business days have passed since `start`. [s]."""

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """When the first allowed window of this length begins, at or after `ready`; NaN where there is none. [s]."""


@dataclass(frozen=True, slots=True)
class Always:
    """A clock without a calendar: every hour and day counts."""

    def advance(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy)

    def courier(self, start: Numeric, busy: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(start, busy)

    def next_window(self, ready: Numeric, length: Numeric) -> Numeric:
        """See `Clock`."""
        return np.add(ready, np.multiply(length, 0.0))


def clock_for(workload: Workload) -> Clock:
    """The clock of a workload's hours, holidays, freezes and cutover days."""
    return Always()
