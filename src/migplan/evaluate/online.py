"""Online movers over a line: a full copy, passes over what changed meanwhile, and the cutover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from migplan.evaluate.clock import Clock
from migplan.evaluate.copying import BOUNDS, Assumed, Copy, copy_online, pass_busy
from migplan.evaluate.outcome import Outcome, Phase
from migplan.evaluate.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.copying import line_rate_time
from migplan.formulas.passes import changed_bytes_linear, changed_bytes_saturating, run_passes
from migplan.workload import Workload

DAY = 86400.0


def evaluate_online(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """Time of every option of the stack that copies over a line."""
    copy = copy_online(p, w, assumed)
    lead, setup, quota = lead_times(p, w, copy)
    begin = np.maximum(np.maximum(lead, setup), quota)
    first = pass_busy(p, "mover", copy, 1.0, _verified_first(p, w))
    first_end = clock.advance(begin, first)
    result, cutover, ready = passes_and_cutover(
        p, w, assumed, clock, copy, first_end, first, first_end - begin
    )
    phases = (
        Phase("order", 0.0 * lead, lead, "lead time"),
        Phase("set up", 0.0 * setup, np.maximum(setup, quota), "lead time"),
        *first_pass_phases(p, w, clock, copy, begin, first_end),
        *delta_phases(result, first_end, ready, cutover, assumed),
    )
    sent = bytes_sent(w, p, ready - begin)
    return Outcome(
        line_rate_time=line_rate_time(w.volume, _line(p, w), _share(p, w, assumed)),
        finish=ready + cutover,
        cutover=cutover,
        ready=ready,
        bound=np.array(BOUNDS)[copy.bound],
        passes=result.count,
        devices=0.0 * ready,
        tasks=copy.tasks,
        state=result.state,
        phases=phases,
        quantities={
            **online_quantities(w, copy, sent, result.count + 1, lead, ready + cutover),
            "load-time": first_end - begin,
        },
        faults=online_faults(p, w, copy, result),
        details={
            "rate": copy.rate,
            "file_rate": copy.file_rate,
            "scan": copy.scan,
            "copy": copy.copy,
            "wanted_rate": copy.wanted_rate,
        },
    )


def _line(p: Parameters, w: Workload) -> Numeric:
    own = p.flag(lambda option: option.route is not None and option.route.extra["line"] == "own")
    return np.where(own, p.get("route", "line_rate", np.nan), w.link)


def _share(p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    own = p.flag(lambda option: option.route is not None and option.route.extra["line"] == "own")
    return np.where(own, assumed.new_circuit_share, w.share)


def lead_times(p: Parameters, w: Workload, copy: Copy) -> tuple[Numeric, Numeric, Numeric]:
    """Lead time of the route, set-up of the mover, and a raised quota where one is needed; side by side. [s]."""
    built = p.flag(lambda option: not option.exists)
    lead = np.where(built, p.get("route", "lead_time", 0.0), 0.0)
    setup = np.maximum(p.get("mover", "setup_time", 0.0), p.get("target", "setup_time", 0.0)) + 0.0 * lead
    crowded = copy.tasks > p.get("mover", "tasks", np.inf)
    large = w.volume > p.get("target", "account_volume", np.inf)
    quota = np.where(crowded, p.get("mover", "quota_time", 0.0), 0.0)
    quota = np.maximum(quota, np.where(large, p.get("target", "quota_time", 0.0), 0.0))
    return lead, setup, quota


def verify_mode(p: Parameters, w: Workload) -> tuple[Any, Any]:
    """Whether each option's mover verifies at all, and whether it verifies everything in every run."""

    def mode(option: Any) -> str:
        modes, default = option.mover.extra["verifies"], option.mover.extra["verifies_by_default"]
        return str(w.verify if w.verify in modes else default)

    return p.flag(lambda o: mode(o) != "none"), p.flag(lambda o: mode(o) == "all")


def _verified_first(p: Parameters, w: Workload) -> Numeric:
    return np.where(verify_mode(p, w)[0], 1.0, 0.0)


def changed_bytes(w: Workload, age: Numeric) -> Numeric:
    """Bytes that changed in a time, as whole files. [B]."""
    if w.changed:
        ages = np.array([days for days, _ in w.changed])
        amounts = np.array([amount for _, amount in w.changed])
        return changed_bytes_saturating(age, ages, amounts)
    return changed_bytes_linear(age, w.change_rate)


def pass_time(p: Parameters, w: Workload, copy: Copy) -> Callable[[Numeric], Numeric]:
    """Busy time of a pass over what changed in a given time."""
    some, everything = verify_mode(p, w)
    amplification = p.get("mover", "change_amplification", 1.0)

    def busy(age: Numeric) -> Numeric:
        part = np.minimum(changed_bytes(w, age) * amplification / w.volume, 1e6)
        return pass_busy(p, "mover", copy, part, np.where(everything, 1.0, np.where(some, part, 0.0)))

    return busy


def passes_and_cutover(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    clock: Clock,
    copy: Copy,
    first_end: Numeric,
    first_busy: Numeric,
    first_age: Numeric,
) -> tuple[Any, Numeric, Numeric]:
    """Passes until the last one fits the window, then the cutover in the first allowed window."""
    room = w.cutover_window - assumed.cutover_fixed_time
    busy = pass_time(p, w, copy)
    result = run_passes(first_end, first_busy, busy, clock.advance, room, first_age=first_age)
    cutover = result.cutover_busy + assumed.cutover_fixed_time
    return result, cutover, clock.next_window(result.end, cutover)


def first_pass_phases(
    p: Parameters, w: Workload, clock: Clock, copy: Copy, begin: Numeric, first_end: Numeric
) -> tuple[Phase, ...]:
    """The parts of the first pass: in turn, or all from the beginning where the mover overlaps them."""
    overlapped = p.flag(
        lambda option: option.mover is not None and option.mover.extra["phases"] == "overlapped"
    )
    verify = copy.verify * _verified_first(p, w)
    scan_end = clock.advance(begin, copy.scan)
    copy_start = np.where(overlapped, begin, scan_end)
    copy_end = np.where(overlapped, first_end, clock.advance(scan_end, copy.copy + copy.run))
    return (
        Phase("scan", begin, scan_end - begin, "files"),
        Phase("copy", copy_start, copy_end - copy_start, np.array(BOUNDS)[copy.bound]),
        Phase(
            "verify",
            np.where(overlapped, begin, copy_end),
            np.where(overlapped, verify, first_end - copy_end),
            "source",
        ),
    )


def delta_phases(
    result: Any, first_end: Numeric, ready: Numeric, cutover: Numeric, assumed: Assumed
) -> tuple[Phase, ...]:
    """The passes after the first as one stretch, the wait for a window, and the cutover."""
    return (
        Phase("delta passes", first_end, result.end - first_end, "change"),
        Phase("wait for window", result.end, ready - result.end, "cutover days"),
        Phase("cutover", ready, cutover, "scan"),
    )


def bytes_sent(w: Workload, p: Parameters, age: Numeric) -> Numeric:
    """All bytes over the line: the first copy and what changed until the cutover. [B]."""
    known = np.where(np.isfinite(age), age, 0.0)
    return w.volume + changed_bytes(w, known) * p.get("mover", "change_amplification", 1.0)


def online_quantities(
    w: Workload, copy: Copy, sent: Numeric, runs: Numeric, lead: Numeric, finish: Numeric
) -> dict[str, Numeric]:
    """What charges are counted by."""
    there = finish - lead
    files = w.files * (sent / w.volume)
    return {
        "byte-sent": sent,
        "file-sent": files,
        "item-listed": w.files * runs,
        "run": copy.tasks * runs,
        "hour": there,
        "task-month": copy.tasks * there,
        "agent-hour": np.multiply(w.agents, there),
        "once": 1.0 + 0.0 * sent,
    }


def online_faults(p: Parameters, w: Workload, copy: Copy, result: Any) -> dict[str, Any]:
    """Where numbers rule an option out."""
    largest = np.minimum(p.get("mover", "largest_file", np.inf), p.get("target", "largest_file", np.inf))
    return {
        "no-line": np.isnan(copy.rate),
        "file-too-large": w.largest_file > largest + 0.0 * copy.rate,
        "does-not-converge": result.state == 2,
    }
