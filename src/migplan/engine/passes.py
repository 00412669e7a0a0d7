"""From the end of a full copy to the end of the cutover: passes, the wait for a window, the last pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import numpy as np
from msgspec import Struct

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy
from migplan.engine.outcome import Phase, PhaseName
from migplan.engine.parameters import Parameters
from migplan.facts import Mover
from migplan.formulas import Numeric, alike, taken
from migplan.formulas.passes import (
    LinearPass,
    Passes,
    Reserve,
    changed_bytes_linear,
    changed_bytes_saturating,
    linear_passes,
    run_passes,
)
from migplan.inputs.workload import Workload

_WINDOWS = 12
"""Windows that are tried beyond the first."""
_MOST = 100
"""Passes at most while no window is open."""
_GAIN = 1.0
"""A pass that shortens the cutover by no more is not worth while. [s]."""


class Cutover(Struct, frozen=True):
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
        return Cutover(*(getattr(self, name)[index] for name in self.__struct_fields__))

    def put(self, index: Any, other: Cutover) -> None:
        """Replace some of the elements."""
        for name in self.__struct_fields__:
            getattr(self, name)[index] = getattr(other, name)


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
    found = _at(clock, end, end, passes.cutover_busy, passes.age, fixed, alike(0.0, passes.count))
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
        more = (busy(rested) - busy(alike(0.0, rested))) / np.where(shrinks, 1.0 - passes.ratio, 1.0)
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
    return Cutover(*(getattr(best, name).reshape(shape) for name in best.__struct_fields__))


def _while_closed(clock: Clock, at: Cutover, busy: PassTime, fixed: Numeric) -> Cutover:
    """All passes for which there is time until the first window opens: it stays the first, and each is a gain."""
    closed = (at.ready > at.end) & (clock.next_window(at.end, alike(0.0, at.last)) >= at.ready)
    if not np.any(closed):
        return at
    shape, room = np.shape(closed), np.where(closed, clock.usable(at.end, at.ready), 0.0)
    spent, extra, age, last = np.asarray(alike(0.0, room)), at.extra.copy(), at.age.copy(), at.last.copy()
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
    return Cutover(
        *(np.broadcast_to(getattr(found, name), shape).flatten() for name in found.__struct_fields__)
    )


SHOWN = 12
"""Delta passes that a single plan tells one by one."""


class Deltas(Struct, frozen=True):
    """How the passes of a stack of options end. [s].

    Attributes
    ----------
    passes : Passes
        Those that have to be, without windows and later freezes.
    cutover : Cutover
    parts : tuple of numeric
        Scan, delta and verification of the last pass; empty where there are many rows or draws.
    """

    passes: Passes
    cutover: Cutover
    parts: tuple[Numeric, ...]

    @property
    def count(self) -> Numeric:
        """Passes, the full copy and the one of the cutover among them. [1]."""
        return np.asarray(self.passes.count + self.cutover.extra)

    @property
    def state(self) -> Any:
        """How they end; see `migplan.formulas.passes`."""
        return self.passes.state

    @property
    def end(self) -> Numeric:
        """End of the passes before the cutover. [s]."""
        return np.asarray(self.cutover.end)

    @property
    def ready(self) -> Numeric:
        """When the cutover begins. [s]."""
        return np.asarray(self.cutover.ready)


def is_single(values: Numeric) -> bool:
    """Whether a stack of options has a single row, whose phases are told."""
    return np.shape(values)[-2:] == (1, 1)


def verify_mode(p: Parameters, w: Workload) -> tuple[Any, Any]:
    """Whether each option's mover verifies at all, and whether it verifies everything in every run."""
    verifies = p.of_movers("mover", lambda mover: verification(mover, w) != "none")
    return verifies, p.of_movers("mover", lambda mover: verification(mover, w) == "all")


def verification(mover: Mover, w: Workload) -> str:
    """What a mover compares after copying: as wanted where it can, else as it does by default."""
    return w.verify if w.verify in mover.verifies else mover.verifies_by_default


def is_overlapped(p: Parameters) -> Any:
    """Whose mover scans, copies and verifies at the same time."""
    return p.of_movers("mover", lambda mover: mover.phases == "overlapped")


def changed_bytes(w: Workload, age: Numeric) -> Numeric:
    """Bytes that changed in a time, as whole files. [B]."""
    if w.changed:
        ages, amounts = zip(*w.changed, strict=True)
        return changed_bytes_saturating(age, ages, amounts)
    return changed_bytes_linear(age, w.change_rate)


def changed_part(p: Parameters, w: Workload) -> Callable[[Numeric], Numeric]:
    """Age -> part of all bytes, and of all files, that a pass sends.

    Changed files are as large as the mean, so bytes and files change in the same part. What sends blocks sends less of
    a changed file than all of it.
    """
    per_byte = p.get("mover", "change_amplification", 1.0) / w.volume
    return lambda age: changed_bytes(w, age) * per_byte


class MeasuredPass(Struct, frozen=True):
    """Busy time of a pass where the change of some times was measured: `LinearPass` with a curve for the line. [s]."""

    least: Numeric
    fixed: Numeric
    slope: Numeric
    curve: Callable[[Numeric], Numeric]

    def __call__(self, age: Numeric) -> Numeric:
        """See `PassTime`."""
        return np.maximum(self.least, self.fixed + self.slope * self.curve(age))

    def take(self, shape: tuple[int, ...], index: Any) -> MeasuredPass:
        """See `PassTime`."""
        least, fixed, slope = (taken(value, shape, index) for value in (self.least, self.fixed, self.slope))
        return MeasuredPass(least, fixed, slope, self.curve)


def pass_time(p: Parameters, w: Workload, copy: Copy) -> LinearPass | MeasuredPass:
    """Busy time of a pass over what changed in a given time. [s].

    It is `pass_busy` of the changed part, with all that does not depend on the part drawn out of it.
    """
    some, everything = verify_mode(p, w)
    overlapped = is_overlapped(p)
    compared = np.where(some & ~everything, copy.verify, 0.0)
    always = np.where(everything, copy.verify, 0.0)
    least = copy.run + np.where(overlapped, np.maximum(copy.scan, always), 0.0)
    fixed = copy.run + np.where(overlapped, 0.0, copy.scan + always)
    whole = np.where(overlapped, np.maximum(copy.copy, compared), copy.copy + compared)
    per_byte = p.get("mover", "change_amplification", 1.0) / w.volume
    if w.changed:
        return MeasuredPass(least, fixed, whole * per_byte, partial(changed_bytes, w))
    return LinearPass(least, fixed, whole * per_byte * w.change_rate)


def last_parts(p: Parameters, w: Workload, copy: Copy, age: Numeric) -> tuple[Numeric, Numeric, Numeric]:
    """Scan, delta and verification of a pass over what changed in a time: what each adds to its length. [s].

    The fixed time of a run counts with the scan.
    """
    some, everything = verify_mode(p, w)
    part = changed_part(p, w)(age)
    sent, compared = copy.copy * part, copy.verify * np.where(everything, 1.0, np.where(some, part, 0.0))
    beside = is_overlapped(p)
    delta = np.where(beside, np.maximum(sent - copy.scan, 0.0), sent)
    verify = np.where(beside, np.maximum(compared - np.maximum(copy.scan, sent), 0.0), compared)
    return copy.run + copy.scan, delta, verify


def passes_and_cutover(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    clock: Clock,
    copy: Copy,
    first_end: Numeric,
    first_busy: Numeric,
    first_age: Numeric,
) -> tuple[Deltas, Numeric, Numeric]:
    """Passes until the last one fits the window, then the cutover in the first allowed window.

    Returns
    -------
    deltas, cutover, ready
        The passes, and length and start of the cutover. [s]
    """
    single = is_single(first_end)
    busy = pass_time(p, w, copy)
    fixed, age = assumed.cutover_fixed_time, first_age if clock.rests else None
    wanted = w.cutover_window - fixed, reserve_of(w, assumed)
    copied = first_end, first_busy, age
    passes = make_passes(w, busy, copied, clock.advance, clock.stretch, wanted, SHOWN if single else 0)
    cutover = plan_cutover(clock, passes, busy, first_end, fixed)
    parts = last_parts(p, w, copy, cutover.age) if single else ()
    return Deltas(passes, cutover, parts), cutover.last + fixed + cutover.pause, cutover.ready


def reserve_of(w: Workload, assumed: Assumed) -> Reserve:
    """What is wanted of the last pass beyond that it fits the window."""
    return Reserve(w.cutover_window * assumed.window_part - assumed.cutover_fixed_time, assumed.window_passes)


def make_passes(
    w: Workload,
    busy: PassTime,
    first: tuple[Numeric, Numeric, Numeric | None],
    advance: Callable[[Numeric, Numeric], Numeric],
    stretch: Numeric,
    wanted: tuple[Numeric, Reserve],
    keep: int,
) -> Passes:
    """Passes in closed form where change grows in proportion to time, else one by one.

    Parameters
    ----------
    first : tuple of numeric
        End, busy time and age of the full copy. [s]
    wanted : (numeric, Reserve)
        Busy time that the last pass may take [s], and what is wanted beyond that.
    """
    (end, first_busy, age), (room, reserve) = first, wanted
    if isinstance(busy, LinearPass):
        return linear_passes(end, first_busy, busy, advance, room, stretch, age, keep, reserve)
    change = partial(changed_bytes, w)
    return run_passes(end, first_busy, busy, advance, room, stretch, age, change, keep, reserve=reserve)


def bytes_sent(w: Workload, p: Parameters, age: Numeric) -> Numeric:
    """All bytes over the line: the first copy and what changed until the cutover. [B]."""
    known = np.where(np.isfinite(age), age, 0.0)
    return w.volume + changed_bytes(w, known) * p.get("mover", "change_amplification", 1.0)


def delta_phases(
    deltas: Deltas, first_end: Numeric, ready: Numeric, cutover: Numeric, assumed: Assumed
) -> tuple[Phase, ...]:
    """The passes after the first, the wait for a window, and the parts of the cutover, for a single row."""
    if not deltas.parts:
        return ()
    phases, begin = [], first_end
    for number, end in enumerate(deltas.passes.ends, start=2):
        phases.append(Phase(f"{PhaseName.DELTA_PASS} {number}", begin, end - begin, "change"))
        begin = end
    if deltas.passes.ends:
        phases.append(Phase(PhaseName.FURTHER_PASSES, begin, deltas.passes.end - begin, "change"))
    caught_up, end = deltas.cutover.caught_up, deltas.end
    phases.append(Phase(PhaseName.AFTER_FREEZE, deltas.passes.end, caught_up - deltas.passes.end, "freeze"))
    phases.append(Phase(PhaseName.UNTIL_WINDOW, caught_up, end - caught_up, "cutover days"))
    phases.append(Phase(PhaseName.WAIT_FOR_WINDOW, end, ready - end, "cutover days"))
    lengths = (*deltas.parts, deltas.cutover.pause, assumed.cutover_fixed_time)
    names = (
        PhaseName.FINAL_SCAN,
        PhaseName.FINAL_DELTA,
        PhaseName.FINAL_VERIFY,
        PhaseName.WAIT_FOR_HOURS,
        PhaseName.SWING,
    )
    bounds = ("files", "change", "verification", "hours", "staff")
    begin = ready
    for name, length, bound in zip(names, lengths, bounds, strict=True):
        phases.append(Phase(name, begin, alike(length, ready), bound))
        begin = begin + length
    return tuple(phases)
