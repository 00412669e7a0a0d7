"""From the end of a full copy to the end of the cutover: passes, the wait for a window, the last pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from migplan.evaluate.clock import Clock
from migplan.evaluate.copying import Assumed, Copy
from migplan.evaluate.outcome import Phase
from migplan.evaluate.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.linear_passes import LinearPass, linear_passes
from migplan.formulas.passes import Passes, changed_bytes_linear, changed_bytes_saturating, run_passes
from migplan.workload import Workload

SHOWN = 12
"""Delta passes that a single plan tells one by one."""


@dataclass(frozen=True, slots=True)
class Deltas:
    """How the passes of a stack of options end. [s].

    Attributes
    ----------
    passes : Passes
        Without windows and later freezes.
    end : numeric
        When the cutover can begin: what changed during freezes has been caught up with.
    ready : numeric
        When it begins, in the first window in which it fits.
    pause : numeric
        Time within the cutover in which the line is not ours.
    parts : tuple of numeric
        Scan, delta and verification of the last pass; empty where there are many rows or draws.
    """

    passes: Passes
    end: Numeric
    ready: Numeric
    pause: Numeric
    parts: tuple[Numeric, ...]

    @property
    def count(self) -> Numeric:
        """Passes, the full copy and the one of the cutover among them. [1]."""
        return self.passes.count

    @property
    def state(self) -> Any:
        """How they end; see `migplan.formulas.passes`."""
        return self.passes.state


def is_single(values: Numeric) -> bool:
    """Whether a stack of options has a single row, whose phases are told."""
    return np.shape(values)[-1:] == (1,)


def verify_mode(p: Parameters, w: Workload) -> tuple[Any, Any]:
    """Whether each option's mover verifies at all, and whether it verifies everything in every run."""

    def mode(option: Any) -> str:
        modes, default = option.mover.extra["verifies"], option.mover.extra["verifies_by_default"]
        return str(w.verify if w.verify in modes else default)

    return p.flag(lambda o: mode(o) != "none"), p.flag(lambda o: mode(o) == "all")


def is_overlapped(p: Parameters) -> Any:
    """Whose mover scans, copies and verifies at the same time."""
    return p.flag(lambda option: option.mover is not None and option.mover.extra["phases"] == "overlapped")


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
    if w.changed:
        return lambda age: changed_bytes(w, age) * per_byte
    rate = w.change_rate * per_byte
    return lambda age: np.multiply(age, rate)


def pass_time(p: Parameters, w: Workload, copy: Copy) -> Callable[[Numeric], Numeric]:
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
    if w.changed:
        part = changed_part(p, w)
        return lambda age: np.maximum(least, fixed + whole * part(age))
    return LinearPass(least, fixed, whole * changed_part(p, w)(1.0))


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
    passes = _passes(w, busy, clock, first_end, first_busy, first_age, assumed, SHOWN if single else 0)
    length = passes.cutover_busy + assumed.cutover_fixed_time
    end, ready = _caught_up(clock, passes, busy, first_end, length)
    pause = clock.pause(ready, length)
    parts = last_parts(p, w, copy, passes.age) if single else ()
    return Deltas(passes, end, ready, pause, parts), length + pause, ready


def _passes(
    w: Workload,
    busy: Callable[[Numeric], Numeric],
    clock: Clock,
    first_end: Numeric,
    first_busy: Numeric,
    first_age: Numeric,
    assumed: Assumed,
    keep: int,
) -> Passes:
    """In closed form where change grows in proportion to time, else one by one."""
    room = w.cutover_window - assumed.cutover_fixed_time
    age = first_age if clock.rests else None
    if isinstance(busy, LinearPass):
        return linear_passes(first_end, first_busy, busy, clock.advance, room, clock.stretch, age, keep)
    changed = partial(changed_bytes, w)
    return run_passes(first_end, first_busy, busy, clock.advance, room, clock.stretch, age, changed, keep)


def _caught_up(
    clock: Clock, passes: Passes, busy: Callable[[Numeric], Numeric], first_end: Numeric, length: Numeric
) -> tuple[Numeric, Numeric]:
    """When what changed in freezes after the full copy has been copied as well, and the window after that. [s].

    While the line rests data changes all the same. Copying that takes time in which data changes again, and so on:
    a geometric series.
    """
    end, ready = passes.end, clock.next_window(passes.end, length)
    for _ in range(clock.freezes):
        rested = clock.frozen(first_end, ready)
        shrinks = np.less(passes.ratio, 1.0)
        more = (busy(rested) - busy(0.0 * rested)) / np.where(shrinks, 1.0 - passes.ratio, 1.0)
        if not np.any(more):
            break
        more = np.where(shrinks | (more == 0.0), more, np.inf)
        end = np.where(more == 0.0, end, np.maximum(end, clock.advance(passes.end, more)))
        ready = clock.next_window(end, length)
    return end, ready


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
        phases.append(Phase(f"delta pass {number}", begin, end - begin, "change"))
        begin = end
    if deltas.passes.ends:
        phases.append(Phase("further delta passes", begin, deltas.passes.end - begin, "change"))
    phases.append(Phase("catch up after freeze", deltas.passes.end, deltas.end - deltas.passes.end, "freeze"))
    phases.append(Phase("wait for window", deltas.end, ready - deltas.end, "cutover days"))
    lengths = (*deltas.parts, deltas.pause, assumed.cutover_fixed_time)
    names = ("final scan", "final delta", "final verify", "wait for hours", "swing")
    bounds = ("files", "change", "verification", "hours", "staff")
    begin = ready
    for name, length, bound in zip(names, lengths, bounds, strict=True):
        phases.append(Phase(name, begin, length + 0.0 * ready, bound))
        begin = begin + length
    return tuple(phases)
