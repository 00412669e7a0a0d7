"""Online movers over a line: a full copy, passes over what changed meanwhile, and the cutover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy, first_busy, has_own_line, short_faults, wire_rate
from migplan.engine.outcome import PORT, Outcome, Phase, PhaseName, bound_names
from migplan.engine.pace import Pace, ends_better, mixed, pace_of, passes_at
from migplan.engine.parameters import Parameters
from migplan.engine.passes import (
    Deltas,
    PassTime,
    bytes_sent,
    changed_bytes,
    delta_phases,
    is_overlapped,
    is_single,
    pass_time,
    verify_mode,
)
from migplan.formulas import Numeric, alike, divide
from migplan.formulas.copying import line_rate_time
from migplan.formulas.devices import device_count
from migplan.formulas.passes import GROWS
from migplan.inputs.begun import Begun
from migplan.inputs.workload import Workload

__all__ = [
    "bytes_sent",
    "changed_bytes",
    "delta_phases",
    "evaluate_online",
    "first_pass_phases",
    "lead_phases",
    "lead_times",
    "online_faults",
    "online_quantities",
    "pass_time",
    "verify_mode",
]


_TOLD = ("rate", "file_rate", "scan", "copy", "wanted_rate", "overlap")
"""What an outcome tells of a copy."""


def evaluate_online(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """Time of every option of the stack that copies over a line."""
    pace = pace_of(p, w, assumed, clock.of_lines(has_own_line(p)))
    line, copy = pace.clock, pace.top
    leads, prepared = _prepared(p, w, copy)
    course = _soonest(p, w, assumed, pace, prepared)
    begin, first_end, deltas = course.begin, course.first_end, course.deltas
    cutover, ready = course.cutover, course.ready

    def phases() -> tuple[Phase, ...]:
        return (
            *lead_phases(*leads),
            Phase(PhaseName.WAIT_TO_BEGIN, prepared, begin - prepared, "hours"),
            *first_pass_phases(p, w, pace, begin, first_end),
            *delta_phases(deltas, first_end, ready, cutover, assumed),
        )

    def quantities() -> dict[str, Numeric]:
        sent, runs = _sent(w, p, deltas, begin), _runs(deltas)
        counted = online_quantities(p, w, copy, sent, runs, leads[0], ready + cutover)
        return {**counted, "load-time": first_end - begin}

    return Outcome(
        line_rate_time=_line_rate_time(p, w, assumed, line),
        finish=ready + cutover,
        cutover=cutover,
        ready=ready,
        passes=deltas.count,
        devices=np.zeros(np.shape(ready)),
        tasks=copy.tasks,
        state=deltas.state,
        faults={**online_faults(p, w, copy, deltas), PORT: _port_too_large(p, w, assumed, copy)},
        make_bound=lambda: copy.bound,
        make_phases=phases,
        make_quantities=quantities,
        details={
            **{name: getattr(copy, name) for name in _TOLD},
            **delta_details(copy, deltas, begin),
            **_progress(p, w, pace, begin, first_end),
        },
    )


def _progress(
    p: Parameters, w: Workload, pace: Pace, begin: Numeric, first_end: Numeric
) -> dict[str, Numeric]:
    """Of a copy that is under way: when the last byte is there, and when the first pass ends. [s]."""
    if w.begun is None:
        return {}
    if w.begun.done:
        return {"copied": begin, "first_end": first_end}
    before = np.where(is_overlapped(p) | w.begun.listed, 0.0, pace.top.scan)
    copied = pace.advance(pace.clock.advance(begin, before), lambda one: one.rest)
    return {"copied": np.minimum(copied, first_end), "first_end": first_end}


def _prepared(p: Parameters, w: Workload, copy: Copy) -> tuple[tuple[Numeric, Numeric, Numeric], Numeric]:
    """Lead times, and when all is ordered and set up: for what runs already, now. [s]."""
    leads = lead_times(p, w, copy)
    if w.begun is None:
        return leads, np.maximum(np.maximum(leads[0], leads[1]), leads[2])
    none = alike(0.0, leads[1])
    return (none, none, none), alike(w.begun.at, none)


class _Course(Struct, frozen=True):
    """A full copy from its first byte on, and how the passes after it end. [s]."""

    begin: Numeric
    first_end: Numeric
    deltas: Deltas
    cutover: Numeric
    ready: Numeric

    @property
    def finish(self) -> Numeric:
        """End of the cutover. [s]."""
        return self.ready + self.cutover


def _soonest(p: Parameters, w: Workload, assumed: Assumed, pace: Pace, prepared: Numeric) -> _Course:
    """The course that ends first of those that begin as soon as the line is ours, or after it has rested.

    What is copied ages from the first byte on, also while the line rests. So a copy that would be cut off by a freeze
    waits for its end where it ends sooner so: a later start, which has to wait, never ends earlier.
    """
    line, verified = pace.clock, _verified_first(p, w)
    first = first_busy(p, w, pace.mean, verified)

    def course(begin: Numeric) -> _Course:
        end = pace.full_pass(p, w, begin, verified)
        return _Course(begin, end, *passes_at(p, w, assumed, pace, end, first, end - begin))

    if w.begun is not None:
        return _underway(p, w, assumed, pace, w.begun, verified)
    prepared = alike(prepared, first)
    best = course(line.opening(prepared))
    if line.shares:
        best = _at_better_hours(w, line, course, best, prepared)
    if not line.rests:
        return best
    begin = line.reopening(best.begin)
    gains = _gains_by_waiting(line, pass_time(p, w, pace.mean), first, best, begin)
    if np.any(gains):
        best = _sooner(best, course(begin), gains)
    begin = best.begin
    for _ in range(line.freezes):
        begin = line.thaw(begin)
        if not np.any(begin < best.finish):
            break
        best = _sooner(best, course(begin), True)
    return best


def _underway(
    p: Parameters, w: Workload, assumed: Assumed, pace: Pace, begun: Begun, verified: Numeric
) -> _Course:
    """The course of a copy that runs already: it has no begin to choose, and what is there has aged."""
    left = first_busy(p, w, pace.mean, verified)
    at = alike(begun.at, left)
    end = pace.full_pass(p, w, at, verified)
    age = end - at + begun.age
    # Passes go by the age; the time of a first pass that had it stands for one that was begun long ago.
    first = np.maximum(divide(age, pace.clock.stretch), 1.0)
    return _Course(at, end, *passes_at(p, w, assumed, pace, end, first, age))


def _at_better_hours(
    w: Workload, line: Clock, course: Callable[[Numeric], _Course], best: _Course, prepared: Numeric
) -> _Course:
    """A course that begins when a larger share of the line is ours, where it ends sooner so.

    In hours of a small share what has been copied ages, and little is copied.
    """
    for level in range(len(line.shares)):
        hours = line.at_level(level)
        begin = hours.opening(prepared)
        for time in (begin, hours.reopening(begin)):
            other = course(time)
            cutovers, finishes = (best.cutover, other.cutover), (best.finish, other.finish)
            best = mixed(best, other, ends_better(w, cutovers, finishes))
    return best


def _gains_by_waiting(line: Clock, busy: PassTime, first: Numeric, now: _Course, begin: Numeric) -> Any:
    """Whether a copy that begins later spares more of the passes over what changes meanwhile than the time it waits."""
    end, usual = line.advance(begin, first), first * line.stretch
    able = np.isfinite(end)
    end = np.where(able, end, now.first_end)
    aged = busy(np.maximum(usual, now.first_end - now.begin))
    fresh = busy(np.maximum(usual, end - np.where(able, begin, now.begin)))
    shrinks = now.deltas.passes.ratio < 1.0
    gain = (aged - fresh) / np.where(shrinks, 1.0 - now.deltas.passes.ratio, 1.0)
    return able & shrinks & (line.usable(now.first_end, end) < gain)


def _sooner(one: _Course, other: _Course, able: Any) -> _Course:
    """The other course where it is able to and ends before the one."""
    course: _Course = mixed(one, other, able & np.less(other.finish, one.finish))
    return course


def _line_rate_time(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Numeric:
    """Volume over line rate times share, in the mean of the hours of a usual week. [s]."""
    own = has_own_line(p)
    line = np.where(own, p.get("route", "line_rate", np.nan), w.link)
    share = np.where(own, assumed.new_circuit_share, w.share)
    return line_rate_time(w.volume, line, share) * clock.line_stretch


def _runs(deltas: Deltas) -> Numeric:
    """Passes that are paid for: while a cutover waits for its window one more keeps the changes few. [1]."""
    return deltas.count + (deltas.ready > deltas.end)


def _sent(w: Workload, p: Parameters, deltas: Deltas, begin: Numeric) -> Numeric:
    """All bytes over the line. [B].

    Where the same files change again and again, every pass sends them again.
    """
    ready = deltas.ready
    if not w.changed:
        return bytes_sent(w, p, ready - begin)
    waited = np.where(np.isfinite(ready), ready - deltas.passes.end, 0.0)
    changed = deltas.passes.changed + changed_bytes(w, waited)
    return w.volume + changed * p.get("mover", "change_amplification", 1.0)


def lead_times(p: Parameters, w: Workload, copy: Copy) -> tuple[Numeric, Numeric, Numeric]:
    """Lead time of the route, set-up of the mover, and a raised quota where one is needed; side by side. [s]."""
    built = p.flag(lambda option: not option.exists)
    lead = np.where(built, circuit_lead_time(p, w), 0.0)
    setup = alike(np.maximum(p.get("mover", "setup_time", 0.0), p.get("target", "setup_time", 0.0)), lead)
    crowded = copy.tasks > p.get("mover", "tasks", np.inf)
    large = w.volume > p.get("target", "account_volume", np.inf)
    large = large | (copy.bought > p.get("target", "account_throughput", np.inf))
    quota = np.where(crowded, p.get("mover", "quota_time", 0.0), 0.0)
    quota = np.maximum(quota, np.where(large, p.get("target", "quota_time", 0.0), 0.0))
    return lead, setup, quota


def circuit_lead_time(p: Parameters, w: Workload) -> Numeric:
    """Lead time of a route by whether the building is on the network of who sells it. [s]."""
    usual = p.get("route", "lead_time", 0.0)
    if w.on_net == "unknown":
        return usual
    known = p.get("route", "lead_time_on_net" if w.on_net == "yes" else "lead_time_off_net", np.nan)
    return np.where(np.isnan(known), usual, known)


def least_term(p: Parameters) -> Numeric:
    """The least time for which the route of each option is sold. [s]."""
    return p.get("route", "minimum_term", 0.0)


def _verified_first(p: Parameters, w: Workload) -> Numeric:
    return np.where(verify_mode(p, w)[0], 1.0, 0.0)


def lead_phases(
    lead: Numeric,
    setup: Numeric,
    quota: Numeric,
    names: tuple[PhaseName, PhaseName] = (PhaseName.ORDER, PhaseName.SET_UP),
) -> tuple[Phase, ...]:
    """What has to be ordered and set up before anything runs, side by side."""
    order, set_up = names
    return (
        Phase(order, alike(0.0, lead), lead, "lead time"),
        Phase(set_up, alike(0.0, setup), np.maximum(setup, quota), "lead time"),
    )


def first_pass_phases(
    p: Parameters, w: Workload, pace: Pace, begin: Numeric, first_end: Numeric
) -> tuple[Phase, ...]:
    """The parts of the first pass, for a single row: in turn, or side by side where the mover overlaps them."""
    if not is_single(first_end):
        return ()
    overlapped, copy = is_overlapped(p), pace.top
    verify = copy.verify * _verified_first(p, w)
    scan_end = pace.clock.advance(begin, copy.run + copy.scan)
    copy_start = np.where(overlapped, begin, scan_end)
    copy_end = np.where(overlapped, first_end, pace.advance(scan_end, lambda one: one.copy))
    return (
        Phase(PhaseName.SCAN, begin, scan_end - begin, "files"),
        Phase(PhaseName.COPY, copy_start, copy_end - copy_start, bound_names(copy.bound)),
        Phase(
            PhaseName.VERIFY,
            np.where(overlapped, begin, copy_end),
            np.where(overlapped, verify, first_end - copy_end),
            "source",
        ),
    )


def online_quantities(
    p: Parameters, w: Workload, copy: Copy, sent: Numeric, runs: Numeric, lead: Numeric, finish: Numeric
) -> dict[str, Numeric]:
    """What charges are counted by."""
    there = finish - lead
    files = w.files * (sent / w.volume)
    return {
        "byte-sent": sent,
        "file-sent": files,
        "part-sent": files * parts_of_a_file(p, w),
        "item-listed": w.files * runs,
        "run": copy.tasks * runs,
        "hour": there,
        "term-hour": np.maximum(there, least_term(p)),
        "task-month": copy.tasks * there,
        "agent-hour": np.multiply(w.agents, there),
        "once": alike(1.0, sent),
    }


def parts_of_a_file(p: Parameters, w: Workload) -> Numeric:
    """In how many parts the mean file goes to object storage, each with a request; 1 where files are not cut. [1]."""
    each, above = p.get("mover", "part_size", np.inf), p.get("mover", "part_above", 0.0)
    most = p.get("target", "parts", np.inf)

    def parts(size: Numeric) -> Numeric:
        cut = np.maximum(np.minimum(device_count(size, each), most), 1.0)
        return np.where(np.greater(size, above), cut, 1.0)

    if not w.sizes:
        return parts(w.file_size)
    counted: Numeric = sum(parts(size) * files for size, files in w.sizes)
    return divide(counted, sum(files for _, files in w.sizes))


def online_faults(p: Parameters, w: Workload, copy: Copy, deltas: Deltas) -> dict[str, Any]:
    """Where numbers rule an option out."""
    largest = np.minimum(p.get("mover", "largest_file", np.inf), p.get("target", "largest_file", np.inf))
    beside = p.flag(lambda option: option.beside)
    slower = np.less_equal(p.get("route", "line_rate", np.inf), alike(w.link, copy.rate))
    return {
        "no-line": np.isnan(copy.rate),
        "no-upgrade": np.logical_and(beside, slower),
        "file-too-large": w.largest_file > alike(largest, copy.rate),
        **short_faults(copy.short, copy.rate),
        "does-not-converge": deltas.state == GROWS,
        "no-window": np.isfinite(deltas.end) & np.isposinf(deltas.ready),
    }


def _port_too_large(p: Parameters, w: Workload, assumed: Assumed, copy: Copy) -> Any:
    """Where a new circuit would carry many times what the copy sends over it, and a smaller port is on offer.

    Nobody signs for a port of which the copy fills a hundredth: a smaller one is as soon done and costs less.
    """
    smaller = p.flag(lambda option: option.smaller)
    if not np.any(smaller):
        return np.zeros_like(smaller)
    return smaller & np.greater(wire_rate(p, w, assumed)[0] * copy.copy, assumed.port_margin * w.volume)


def delta_details(copy: Copy, deltas: Deltas, begin: Numeric) -> dict[str, Numeric]:
    """What is told of passes: what bounds the copy, the change ratio [1], parts of the last pass, first and last end.

    [s].
    """
    parts = dict(zip(("last_scan", "last_delta", "last_verify"), deltas.parts, strict=False))
    ends = {"begin": begin, "caught_up": deltas.passes.end}
    return {"copy_bound": copy.bound, "change_ratio": deltas.passes.ratio, **parts, **ends}
