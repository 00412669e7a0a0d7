"""The shares of a site one after the other on what they share: a flow in which each takes what those before leave.

Time is divided into steps. In each a share runs as fast as the line, the circuits and the agents that it needs allow,
and never faster than it would by itself, which is what the engine says. What it has copied keeps changing until its
cutover, and takes its part of the line from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.clock import Clock
from migplan.estate.joint.modes import Mode
from migplan.estate.joint.taking import HOSTS
from migplan.units import DAY, HOUR

_STEPS, _LEAST, _MOST_STEP = 1500, 0.1 * HOUR, 6 * HOUR
_ROUNDING = 1e-9

_REACH = 128
"""Steps that are looked at first."""

TYPICAL, JUDGED_AT, DRAWN = 0, 1, slice(2, None)
"""Where `judged_and_drawn` has the typical values, those that plans are judged by, and the draws."""


@dataclass(frozen=True, slots=True)
class Run:
    """One share on the line of its site. Times in [s] from midnight of the start of the site, by draw.

    Attributes
    ----------
    begin, ready : array
        Its first byte, and when its passes have caught up; infinite where they do not within the horizon.
    delay : array
        How much later it has caught up than it would by itself; 0 where nothing is in its way.
    """

    begin: NDArray[np.float64]
    ready: NDArray[np.float64]
    delay: NDArray[np.float64]


class Flow:
    """What is left of the things that the shares of a site wait for.

    Parameters
    ----------
    clock : Clock
    horizon : float
        How far the steps reach. [s]
    hosts : mapping
        Mover -> agents or copy hosts that are set up.
    draws : int
    """

    def __init__(self, clock: Clock, horizon: float, hosts: Mapping[str, float], draws: int) -> None:
        step = float(np.clip(horizon / _STEPS, _LEAST, _MOST_STEP))
        self.edges = np.arange(0.0, horizon + step, step)
        self._clock, self._hosts, self._draws = clock, hosts, draws
        self._usable: dict[bool, NDArray[np.float64]] = {}
        self._left: dict[str, NDArray[np.float64]] = {}
        # What is done in order of windows is rarely done in the last steps, which are looked at when it is.
        self._reach = _REACH

    def usable(self, own: bool) -> NDArray[np.float64]:
        """Seconds of each step in which the line of the site, or one of its own, is ours. [s]."""
        if own not in self._usable:
            clock = self._clock.dedicated() if own else self._clock
            self._usable[own] = np.asarray(clock.usable(self.edges[:-1], self.edges[1:]), dtype=np.float64)
        return self._usable[own]

    def whole(self, name: str, own: bool) -> NDArray[np.float64]:
        """What there is of a thing in each step, before any share takes of it. [s]."""
        most = self._hosts.get(name.removeprefix(HOSTS), 1.0) if name.startswith(HOSTS) else 1.0
        return self.usable(own) * most

    def left(self, name: str, own: bool) -> NDArray[np.float64]:
        """What is left of it; by draw and step. [s]."""
        if name not in self._left:
            self._left[name] = np.tile(self.whole(name, own), (self._draws, 1))
        return self._left[name]

    def load(self, name: str) -> NDArray[np.float64]:
        """The part of a thing that is taken in each step, as the plan is judged. [1]."""
        whole = self.usable(False)
        left = self._left.get(name)
        taken = np.zeros(len(whole)) if left is None else whole - left[JUDGED_AT]
        return np.where(whole > 0, taken / np.where(whole > 0, whole, 1.0), 0.0)

    def run(self, mode: Mode, begins: NDArray[np.float64], busy: NDArray[np.float64]) -> Run:
        """Let a share take what it needs.

        Parameters
        ----------
        begins, busy : array
            First byte at the earliest, and usable time until its passes have caught up, by draw. [s]
        """
        own = mode.option.own_line
        parts = {name: load / mode.busy for name, load in mode.loads.items() if load > 0 and mode.busy > 0}
        most = len(self.edges) - 1
        if not np.isfinite(busy).all():
            self._reach = most
        while True:
            alone = self._rates(begins, own, {})
            lone_end = self._end(alone, np.cumsum(alone, axis=1), begins, busy, {}, own)[0]
            rates = self._rates(begins, own, parts)
            sums = np.cumsum(rates, axis=1)
            ready, used = self._end(rates, sums, begins, busy, parts, own)
            if self._reach >= most or np.isfinite(ready).all():
                break
            self._reach *= 2
        begun = used > 0
        begin = np.where(begun.any(axis=1), np.maximum(self.edges[begun.argmax(axis=1)], begins), np.inf)
        for name, part in parts.items():
            self.left(name, own)[:, : self._reach] -= used * part
        with np.errstate(invalid="ignore"):
            delay = np.where(np.isfinite(ready), np.maximum(ready - lone_end, 0.0), np.inf)
        # What nothing delays in any step until it is done is in time to the second.
        done = sums - rates >= busy[:, None] - 1e-6
        free = np.isclose(rates, alone, rtol=_ROUNDING, atol=1e-6) | done
        delay = np.where(free.all(axis=1), 0.0, delay)
        return Run(begin, ready, delay)

    def keep_up(self, mode: Mode, ready: NDArray[np.float64], until: NDArray[np.float64]) -> None:
        """Take what keeps a share caught up until its cutover."""
        own = mode.option.own_line
        known = ready[np.isfinite(ready)]
        if not known.size:
            return
        span = slice(
            *np.clip(np.searchsorted(self.edges, (known.min(), until.max())), 0, len(self.edges) - 1)
        )
        begins = self.edges[:-1][span]
        steps = (begins >= ready[:, None]) & (begins < until[:, None])
        for name, part in mode.upkeep.items():
            left = self.left(name, own)[:, span]
            left -= np.minimum(steps * self.whole(name, own)[span] * part, np.maximum(left, 0.0))

    def _rates(
        self, begins: NDArray[np.float64], own: bool, parts: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Seconds of its own work that a share gets done in each step. [s]."""
        step = self.edges[1] - self.edges[0]
        upto = slice(self._reach)
        there = np.clip((self.edges[1:][upto] - begins[:, None]) / step, 0.0, 1.0)
        rates = self.usable(own)[upto] * there
        for name, part in parts.items():
            # A line counts to the full; rounding must not leave slivers.
            rates = np.minimum(rates, np.maximum(self.left(name, own)[:, upto], 0.0) / part)
        return np.asarray(rates)

    def _end(
        self,
        rates: NDArray[np.float64],
        sums: NDArray[np.float64],
        begins: NDArray[np.float64],
        busy: NDArray[np.float64],
        parts: Mapping[str, float],
        own: bool,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """When the work is done, and what of it is done in each step. [s]."""
        before = np.where(np.isfinite(sums), sums - rates, 0.0)
        # What never catches up is given up, and holds up no others.
        used = np.where(np.isfinite(busy)[:, None], np.clip(busy[:, None] - before, 0.0, rates), 0.0)
        done = sums >= busy[:, None] - 1e-6
        ends = done.any(axis=1)
        last = done.argmax(axis=1)
        rows = np.arange(len(busy))
        # Within a step a share begins with its first byte, and takes of a line what those before have left of it.
        first = np.clip(begins, self.edges[last], self.edges[last + 1])
        part = used[rows, last] / np.maximum(rates[rows, last], 1e-12)
        end = first + part * (self.edges[last + 1] - first)
        for name, share in parts.items():
            whole = np.maximum(self.whole(name, own)[last], 1e-12)
            gone = whole - self.left(name, own)[rows, last]
            filled = np.minimum((gone + used[rows, last] * share) / whole, 1.0)
            end = np.maximum(end, self.edges[last] + filled * (self.edges[1] - self.edges[0]))
        return np.where(ends, end, np.inf), used


def by_day(flow: Flow, name: str) -> list[tuple[float, float]]:
    """Days from the start, and the part of a thing that is taken on each. [s], [1]."""
    load, usable = flow.load(name), flow.usable(False)
    days = (flow.edges[:-1] // DAY).astype(int)
    taken = np.bincount(days, load * usable)
    whole = np.bincount(days, usable)
    return [
        (float(day * DAY), float(taken[day] / whole[day]))
        for day in range(len(whole))
        if whole[day] > 0 and taken[day] > 0
    ]


def judged_and_drawn(mode: Mode, draws: int) -> tuple[Any, Any]:
    """First bytes and usable times of a share: typical, as judged, and of so many draws. [s]."""
    begins = np.concatenate(([mode.begin, mode.begin80], mode.begins[:draws]))
    return begins, mode.busy * np.concatenate(([1.0, mode.stretch80], mode.stretches[:draws]))
