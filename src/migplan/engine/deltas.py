"""From the end of a full copy to the end of the cutover: passes, the wait for a window, the last pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy
from migplan.engine.cutover import Cutover, PassTime, plan_cutover
from migplan.engine.outcome import Phase
from migplan.engine.parameters import Parameters
from migplan.facts import Mover
from migplan.formulas import Numeric, taken
from migplan.formulas.linear_passes import LinearPass, linear_passes
from migplan.formulas.passes import Passes, changed_bytes_linear, changed_bytes_saturating, run_passes
from migplan.inputs.workload import Workload

SHOWN = 12
"""Delta passes that a single plan tells one by one."""


@dataclass(frozen=True, slots=True)
class Deltas:
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

    def mode(mover: Mover) -> str:
        return w.verify if w.verify in mover.verifies else mover.verifies_by_default

    verifies = p.of_movers("mover", lambda mover: mode(mover) != "none")
    return verifies, p.of_movers("mover", lambda mover: mode(mover) == "all")


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


@dataclass(frozen=True, slots=True)
class MeasuredPass:
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


def pass_time(p: Parameters, w: Workload, copy: Copy) -> PassTime:
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
    passes = _passes(w, busy, clock, first_end, first_busy, first_age, assumed, SHOWN if single else 0)
    fixed = assumed.cutover_fixed_time
    cutover = plan_cutover(clock, passes, busy, first_end, fixed)
    parts = last_parts(p, w, copy, cutover.age) if single else ()
    return Deltas(passes, cutover, parts), cutover.last + fixed + cutover.pause, cutover.ready


def _passes(
    w: Workload,
    busy: PassTime,
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
    caught_up, end = deltas.cutover.caught_up, deltas.end
    phases.append(Phase("catch up after freeze", deltas.passes.end, caught_up - deltas.passes.end, "freeze"))
    phases.append(Phase("delta passes until window", caught_up, end - caught_up, "cutover days"))
    phases.append(Phase("wait for window", end, ready - end, "cutover days"))
    lengths = (*deltas.parts, deltas.cutover.pause, assumed.cutover_fixed_time)
    names = ("final scan", "final delta", "final verify", "wait for hours", "swing")
    bounds = ("files", "change", "verification", "hours", "staff")
    begin = ready
    for name, length, bound in zip(names, lengths, bounds, strict=True):
        phases.append(Phase(name, begin, length + 0.0 * ready, bound))
        begin = begin + length
    return tuple(phases)
