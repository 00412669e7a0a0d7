"""How fast a copy goes at which hours: one pace, or one for each share of the line that is ours by day and by night.

A copy at a share is what the line at that share, the mover, the source and the target allow together, so that one that
files or the source bind is not slowed by a smaller share until the line binds.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy, copy_online, first_busy
from migplan.engine.parameters import Parameters
from migplan.engine.passes import (
    SHOWN,
    Deltas,
    MeasuredPass,
    is_overlapped,
    is_single,
    last_parts,
    make_passes,
    pass_time,
    passes_and_cutover,
    plan_cutover,
    reserve_of,
)
from migplan.formulas import Numeric, divide
from migplan.formulas.passes import LinearPass, Passes, Reserve
from migplan.inputs.workload import Workload


class Pace(Struct, frozen=True):
    """Copies over the line at each of its shares.

    Attributes
    ----------
    clock : Clock
    copies : tuple of Copy
        At the largest share first; a single one where there are no shares by hours.
    """

    clock: Clock
    copies: tuple[Copy, ...]

    @property
    def top(self) -> Copy:
        """The copy at the largest share."""
        return self.copies[0]

    @property
    def mean(self) -> Copy:
        """The copy in the mean of the hours of the line, in a usual week."""
        if len(self.copies) == 1:
            return self.top
        done = sum(divide(part, copy.copy) for part, copy in zip(self.clock.parts, self.copies, strict=True))
        mean = divide(1.0, done)
        return replace(self.top, copy=mean, rest=self.top.rest * divide(mean, self.top.copy))

    def of(self, copy: Callable[[Copy], Copy]) -> Pace:
        """The pace of something else that is made of each copy."""
        return Pace(self.clock, tuple(copy(one) for one in self.copies))

    def advance(self, start: Numeric, busy: Callable[[Copy], Numeric]) -> Numeric:
        """When something is done that takes so much usable line time at the pace of a copy. [s]."""
        if len(self.copies) == 1:
            return self.clock.advance(start, busy(self.top))
        return self.clock.advance_by_share(start, [busy(copy) for copy in self.copies])

    def full_pass(self, p: Parameters, w: Workload, start: Numeric, verified: Numeric) -> Numeric:
        """When a pass that sends everything, or what is left of it, and verifies a part of it is done. [s].

        Where scan, copy and verification follow one another only the copy waits for the line.
        """

        def whole(copy: Copy) -> Numeric:
            return first_busy(p, w, copy, verified)

        if len(self.copies) == 1 or w.begun is not None:
            return self.advance(start, whole)
        scanned = self.clock.advance(start, self.top.run + self.top.scan)
        copied = self.advance(scanned, lambda copy: copy.copy)
        in_turn = self.clock.advance(copied, self.top.verify * verified)
        return np.where(is_overlapped(p), self.advance(start, whole), in_turn)


def pace_of(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Pace:
    """The copies of a stack of options, by the shares of the line that the clock knows."""
    if not clock.shares:
        return Pace(clock, (copy_online(p, w, assumed),))
    copies = [copy_online(p, replace(w, share=share), assumed) for share in clock.shares]
    return Pace(clock, tuple(copies))


def passes_at(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    pace: Pace,
    first_end: Numeric,
    first_busy: Numeric,
    first_age: Numeric,
) -> tuple[Deltas, Numeric, Numeric]:
    """Passes and cutover at a pace; see `migplan.engine.passes.passes_and_cutover`.

    Parameters
    ----------
    first_busy : numeric
        Of the full copy in the mean of the hours of the line. [s]

    Notes
    -----
    Passes take what they take in the mean of a week. The cutover waits for hours of one of the shares and takes what it
    takes there; of these the share counts with which it fits its window, and of several the one that ends first.
    """
    if len(pace.copies) == 1:
        return passes_and_cutover(p, w, assumed, pace.clock, pace.top, first_end, first_busy, first_age)
    first = first_end, first_busy, first_age
    best: Any = None
    for level in range(len(pace.copies)):
        found = _cutover_at(p, w, assumed, pace, level, first)
        if best is None:
            best = found
            continue
        lengths, begins = (best[1], found[1]), (best[2], found[2])
        better = ends_better(w, lengths, tuple(np.add(*pair) for pair in zip(begins, lengths, strict=True)))
        best = mixed(best, found, better)
    deltas: Deltas = best[0]
    return deltas, best[1], best[2]


def ends_better(w: Workload, cutovers: tuple[Numeric, Numeric], finishes: tuple[Numeric, ...]) -> Any:
    """Where the second of two courses fits its window and the first does not, or ends before it."""
    one, other = (np.isnan(w.cutover_window) | np.less_equal(length, w.cutover_window) for length in cutovers)
    return (other & ~one) | ((other == one) & np.less(finishes[1], finishes[0]))


def _cutover_at(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    pace: Pace,
    level: int,
    first: tuple[Numeric, Numeric, Numeric],
) -> tuple[Deltas, Numeric, Numeric]:
    """Passes, and a cutover in the hours of one of the shares."""
    mean, top, here = (pass_time(p, w, copy) for copy in (pace.mean, pace.top, pace.copies[level]))
    swing, single = assumed.cutover_fixed_time, is_single(first[0])
    # Told in time at the largest share: hours in which next to nothing runs then change nothing.
    scale = _ratio(top.slope, mean.slope)
    usual = replace(mean, least=mean.least * scale, fixed=mean.fixed * scale, slope=mean.slope * scale)
    reserve, slower = reserve_of(w, assumed), _ratio(usual.slope, here.slope)

    def usually(room: Numeric) -> Numeric:
        """What a pass may take so that it takes no more than so much here. [s]."""
        return np.where(room >= here.least, usual.fixed + (room - here.fixed) * slower, room * scale)

    wanted = usually(w.cutover_window - swing), Reserve(usually(reserve.length), reserve.most)
    copied = np.zeros(np.shape(first[0])), first[1] * scale, first[2]
    stretch = pace.clock.stretch / scale
    planned = make_passes(w, usual, copied, np.add, stretch, wanted, SHOWN if single else 0)
    passes = _placed(p, w, pace, usual, planned, (first[0], scale))
    passes = replace(passes, cutover_busy=here(passes.age))
    cutover = plan_cutover(pace.clock.at_level(level), passes, here, first[0], swing)
    parts = last_parts(p, w, pace.copies[level], cutover.age) if single else ()
    return Deltas(passes, cutover, parts), cutover.last + swing + cutover.pause, cutover.ready


def _ratio(one: Numeric, other: Numeric) -> Numeric:
    """How often the other goes into the one; 1 where nothing changes and so nothing waits for the line. [1]."""
    moves = np.greater(other, 0.0)
    return np.where(moves, one / np.where(moves, other, 1.0), 1.0)


def _placed(
    p: Parameters,
    w: Workload,
    pace: Pace,
    usual: LinearPass | MeasuredPass,
    planned: Passes,
    first: tuple[Numeric, Numeric],
) -> Passes:
    """Passes that begin at nothing, on the calendar: what does not wait for the line first, then what does.

    Where a mover scans and copies side by side, a pass waits for the line with all of itself or not at all: the last
    ones, which find little, do not.

    Parameters
    ----------
    first : tuple of numeric
        End of the full copy [s], and time at the largest share per usable time of the line [1].
    """
    first_end, scale = first
    slower = [_ratio(pass_time(p, w, copy).slope, usual.slope) for copy in pace.copies]
    each, beside = np.maximum(usual.least, usual.fixed), is_overlapped(p)

    def put(busy: Numeric, number: Numeric) -> Numeric:
        free = np.minimum(busy, np.where(beside, np.maximum(number - 1.0, 0.0), number) * each)
        waits = (usual.slope > 0.0) & (busy - free > np.where(beside, each, 0.0))
        line = np.where(waits, busy - free, 0.0)
        begun = pace.clock.advance(first_end, (busy - line) / scale)
        return pace.clock.advance_by_share(begun, [line * one for one in slower])

    ends = tuple(put(end, 1.0 + number) for number, end in enumerate(planned.ends))
    return replace(planned, end=put(planned.end, np.maximum(planned.count - 2.0, 0.0)), ends=ends)


def mixed(one: Any, other: Any, which: Any) -> Any:
    """A record of arrays with some elements of another."""
    if isinstance(one, tuple):
        return tuple(mixed(*pair, which) for pair in zip_longest(one, other, fillvalue=np.nan))
    if isinstance(one, Struct):
        names = one.__struct_fields__
        return replace(one, **{n: mixed(getattr(one, n), getattr(other, n), which) for n in names})
    return np.where(which, other, one)
