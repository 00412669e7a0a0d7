"""When a cutover takes place: after what freezes left behind, in a window it fits, as short as waiting makes it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np

from migplan.engine.clock import Clock
from migplan.formulas import Numeric, taken
from migplan.formulas.passes import Passes

_WINDOWS = 12
"""Windows that are tried beyond the first."""
_MOST = 100
"""Passes at most while no window is open."""
_GAIN = 1.0
"""A pass that shortens the cutover by no more is not worth while. [s]."""


@dataclass(frozen=True, slots=True)
class Cutover:
    """A cutover of each of a stack of options. [s].

    Attributes
    ----------
    caught_up : numeric
        End of the passes that have to be, and of catching up with freezes.
    end : numeric
        End of all passes before it.
    ready : numeric
        When it begins; infinite where no window is long enough.
    last : numeric
        Busy time of its pass.
    age : numeric
        Time whose changes that pass copies.
    pause : numeric
        Time in which the line is not ours.
    extra : numeric
        Passes made because there was time before the window. [1]
    finish : numeric
    """

    caught_up: Any
    end: Any
    ready: Any
    last: Any
    age: Any
    pause: Any
    extra: Any
    finish: Any

    def take(self, index: Any) -> Cutover:
        """Some of the elements."""
        return Cutover(*(getattr(self, f.name)[index] for f in fields(self)))

    def put(self, index: Any, other: Cutover) -> None:
        """Replace some of the elements."""
        for f in fields(self):
            getattr(self, f.name)[index] = getattr(other, f.name)


class PassTime(Protocol):
    """Age of what is there to the busy time of a pass over what changed in that time."""

    def __call__(self, age: Numeric) -> Numeric:
        """Busy time. [s]."""

    def take(self, shape: tuple[int, ...], index: Any) -> PassTime:
        """The pass of some elements, counted through, of an array of a shape."""


def plan_cutover(clock: Clock, passes: Passes, busy: PassTime, first_end: Numeric, fixed: Numeric) -> Cutover:
    """The cutover that ends first, after the passes that have to be.

    Parameters
    ----------
    passes : Passes
    busy : callable
        Age -> busy time of a pass. [s] -> [s]
    first_end : numeric
        End of the full copy. [s]
    fixed : numeric
        Fixed time of a cutover. [s]
    """
    end = _caught_up(clock, passes, busy, first_end, fixed)
    found = _at(clock, end, end, passes.cutover_busy, passes.age, fixed, 0.0 * passes.count)
    return _sooner(clock, found, busy, fixed) if clock.waits else found


def _at(
    clock: Clock,
    caught_up: Numeric,
    end: Numeric,
    last: Numeric,
    age: Numeric,
    fixed: Numeric,
    extra: Numeric,
) -> Cutover:
    length = last + fixed
    ready = clock.next_window(end, length)
    pause = clock.pause(ready, length)
    return Cutover(caught_up, end, ready, last, age, pause, extra, ready + length + pause)


def _caught_up(clock: Clock, passes: Passes, busy: PassTime, first_end: Numeric, fixed: Numeric) -> Numeric:
    """When what changed in freezes after the full copy has been copied as well. [s].

    While the line rests data changes all the same. Copying that takes time in which data changes again, and so on:
    a geometric series.
    """
    end, length = passes.end, passes.cutover_busy + fixed
    for _ in range(clock.freezes):
        rested = clock.frozen(first_end, clock.next_window(end, length))
        shrinks = np.less(passes.ratio, 1.0)
        more = (busy(rested) - busy(0.0 * rested)) / np.where(shrinks, 1.0 - passes.ratio, 1.0)
        if not np.any(more):
            break
        more = np.where(shrinks | (more == 0.0), more, np.inf)
        end = np.where(more == 0.0, end, np.maximum(end, clock.advance(passes.end, more)))
    return end


def _sooner(clock: Clock, found: Cutover, busy: PassTime, fixed: Numeric) -> Cutover:
    """What further passes make of a cutover that has to wait for its window: the best of them.

    So what is ready earlier never ends later: it can make the passes of any other plan.
    """
    shape = np.shape(found.ready)
    index = np.flatnonzero(np.isfinite(found.end) & (found.ready > found.end))
    if not len(index):
        return found
    best = _flat(found, shape)
    clock, busy, fixed = clock.take(shape, index), busy.take(shape, index), taken(fixed, shape, index)
    at = _while_closed(clock, best.take(index), busy, fixed)
    best.put(index, at)
    for _ in range(_WINDOWS):
        age = at.last * clock.stretch
        end, last = np.asarray(clock.advance(at.end, at.last)), np.asarray(busy(age))
        waits = at.ready > at.end
        going = np.flatnonzero(waits & (end < best.finish[index]) & (at.last - last > _GAIN))
        if not len(going):
            break
        clock, busy, fixed = clock.take(end.shape, going), busy.take(end.shape, going), fixed[going]
        index, early = index[going], at.caught_up[going]
        at = _at(clock, early, end[going], last[going], age[going], fixed, at.extra[going] + 1.0)
        at = _while_closed(clock, at, busy, fixed)
        better = at.finish < best.finish[index]
        best.put(index[better], at.take(better))
    return Cutover(*(getattr(best, f.name).reshape(shape) for f in fields(best)))


def _while_closed(clock: Clock, at: Cutover, busy: PassTime, fixed: Numeric) -> Cutover:
    """All passes for which there is time until the first window opens: it stays the first, and each is a gain."""
    closed = (at.ready > at.end) & (clock.next_window(at.end, 0.0 * at.last) >= at.ready)
    if not np.any(closed):
        return at
    shape, room = np.shape(closed), np.where(closed, clock.usable(at.end, at.ready), 0.0)
    spent, extra, age, last = 0.0 * room, at.extra.copy(), at.age.copy(), at.last.copy()
    left, stretch = np.flatnonzero(closed), taken(clock.stretch, shape, np.flatnonzero(closed))
    one = busy.take(shape, left)
    for _ in range(_MOST):
        before = last[left]
        longer = before * stretch
        shorter = np.asarray(one(longer))
        going = (spent[left] + before <= room[left]) & (before - shorter > _GAIN)
        if not going.any():
            break
        one, stretch, left = one.take(going.shape, going), stretch[going], left[going]
        spent[left] += before[going]
        extra[left] += 1.0
        age[left], last[left] = longer[going], shorter[going]
    if not spent.any():
        return at
    end = np.where(spent > 0.0, np.minimum(clock.advance(at.end, spent), at.ready), at.end)
    return _at(clock, at.caught_up, end, last, age, fixed, extra)


def _flat(found: Cutover, shape: tuple[int, ...]) -> Cutover:
    return Cutover(*(np.broadcast_to(getattr(found, f.name), shape).flatten() for f in fields(found)))
