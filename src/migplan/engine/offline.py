"""What becomes of data that travels by device.

Alone; as a seed that online passes follow, which is a hybrid; or as a part, while the rest goes over the line, which is
a split. Once both parts of a split are there it goes on like a hybrid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy, short_faults
from migplan.engine.loading import Loader, make_loader
from migplan.engine.online import (
    delta_details,
    first_pass_phases,
    lead_phases,
    lead_times,
    online_faults,
    online_quantities,
)
from migplan.engine.options import REAPPLIED, Option
from migplan.engine.outcome import Outcome, Phase, PhaseName, bound_names
from migplan.engine.pace import Pace, pace_of, passes_at
from migplan.engine.parameters import Parameters
from migplan.engine.passes import (
    Deltas,
    changed_bytes,
    delta_phases,
    pass_time,
    verify_mode,
)
from migplan.engine.shipping import (
    Seed,
    second_hop_copy,
    seed_phases,
    seed_quantities,
    share_of,
    ship_devices,
)
from migplan.engine.targets import SHORT
from migplan.formulas import Numeric, alike
from migplan.formulas.calendar import MOMENT
from migplan.formulas.copying import line_rate_time
from migplan.inputs.workload import Workload
from migplan.units import DAY

HALVINGS = 14
"""Of a split, until its parts are known to less than a ten-thousandth of the data."""


class SplitLegs(Struct, frozen=True):
    """The two ways that a split's data goes, whatever part goes by which.

    Attributes
    ----------
    line_ready : numeric
        When the line can first be used. [s]
    sent : callable
        Part of the data -> when the line has sent it. [1] -> [s]
    """

    loader: Loader
    hop: Copy | None
    pace: Pace
    line_ready: Numeric
    sent: Callable[[Numeric], Numeric]


def split_legs(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> SplitLegs:
    """Read what either way depends on."""
    pace = pace_of(p, w, assumed, clock)
    begin = line_ready(p, w, pace.top, clock)
    verified = np.where(verify_mode(p, w)[0], 1.0, 0.0)

    def sent(part: Numeric) -> Numeric:
        return pace.of(lambda copy: share_of(copy, part)).full_pass(p, w, begin, verified)

    return SplitLegs(make_loader(p, w, assumed), second_hop_copy(p, w, assumed), pace, begin, sent)


def line_ready(p: Parameters, w: Workload, copy: Copy, clock: Clock) -> Numeric:
    """When route, mover and quota are there and the line is ours. [s]."""
    lead, setup, quota = lead_times(p, w, copy)
    return clock.opening(np.maximum(np.maximum(lead, setup), quota))


def balanced_part(p: Parameters, w: Workload, clock: Clock, ways: SplitLegs) -> Numeric:
    """The largest part by device that lands no later than the line has sent the rest; 0 where even the least is late.

    Whole devices and waves make steps, so that it is found by halving; `breakeven.split_fraction` is the closed form of
    the case without steps.
    """
    low = alike(0.0, ways.loader.objects * ways.sent(0.0))
    high = low + 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        early = ship_devices(p, w, clock, ways.loader, ways.hop, middle).landed <= ways.sent(1.0 - middle)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    # A line that never gets done leaves no part for itself.
    return np.where(np.isfinite(ways.sent(1.0)), low, 0.0)


__all__ = ["evaluate_hybrid", "evaluate_offline", "evaluate_split", "seed_faults", "seed_phases"]


def seed_faults(p: Parameters, w: Workload, seed: Seed) -> dict[str, Any]:
    """Where numbers rule a device out."""
    last = p.each(lambda o: _seconds_until(o.device.lifecycle.available_until, w.start))  # type: ignore[union-attr]
    orders = p.each(lambda o: _last_orders(o, w.start))
    ordered = seed.last_order() if np.any(np.isfinite(orders)) else 0.0
    largest = np.minimum(p.get("device", "largest_file", np.inf), p.get("target", "largest_file", np.inf))
    largest = np.minimum(largest, p.get("second_hop", "largest_file", np.inf))
    return {
        **short_faults(_short(seed), seed.landed),
        "misses-return-date": seed.latest > last,
        "misses-last-order": alike(ordered, seed.landed) > orders - MOMENT,
        "file-too-large": w.largest_file > alike(largest, seed.landed),
    }


def _short(seed: Seed) -> dict[str, Any]:
    """Where users get too little of what the devices are read into, at once or by a second hop."""
    straight, hop = seed.straight, {} if seed.hop is None else seed.hop.short
    return {
        code: np.where(straight.holds, straight.short.get(code, False), hop.get(code, False))
        for code in (*straight.short, *hop)
    }


def _seconds_until(day: dt.date | None, start: dt.date) -> float:
    """The whole of the last day counts. [s]."""
    return np.inf if day is None else ((day - start).days + 1) * DAY


def _last_orders(option: Option, start: dt.date) -> float:
    """Until when a next device can be ordered; where there was not even a first one that is told in words. [s]."""
    assert option.device is not None
    day = option.device.lifecycle.orders_until
    return np.inf if day is not None and day < start else _seconds_until(day, start)


def evaluate_offline(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """Devices alone: what changes after the load is not carried, so users are without write access all the while."""
    seed = ship_devices(p, w, clock, make_loader(p, w, assumed), second_hop_copy(p, w, assumed))
    ready = clock.next_window(seed.landed, alike(assumed.cutover_fixed_time, seed.landed))
    moved = p.flag(lambda option: option.device is not None and option.device.moves_source)
    frozen = np.where(moved | np.greater(w.change_rate, 0.0), seed.begun, ready)
    finish = ready + assumed.cutover_fixed_time
    hops = p.flag(lambda option: option.second_hop is not None)
    swing = Phase(PhaseName.CUTOVER, ready, alike(assumed.cutover_fixed_time, seed.landed), "staff")
    return Outcome(
        line_rate_time=alike(np.nan, seed.landed),
        finish=finish,
        cutover=finish - frozen,
        ready=ready,
        passes=alike(1.0, seed.landed),
        devices=seed.devices,
        tasks=alike(1.0, seed.landed),
        state=np.zeros(np.shape(seed.landed), dtype=int),
        faults=seed_faults(p, w, seed),
        make_bound=lambda: seed.bound,
        make_phases=lambda: (*seed_phases(p, seed), swing),
        make_quantities=lambda: {
            **seed_quantities(p, w, seed),
            # A second hop writes into the target, or what is read in straight; any other import is an object store's.
            "byte-sent": alike(np.where(hops | seed.straight.holds, w.volume, 0.0), seed.landed),
            "file-sent": alike(w.files, seed.landed),
            # In what parts an import writes is not known: a request for each file at the least.
            "part-sent": alike(w.files, seed.landed),
            "once": alike(1.0, seed.landed),
        },
        details={"wanted_rate": _hop_rate(seed)},
    )


def _hop_rate(seed: Seed) -> Numeric:
    by_hop = 0.0 if seed.hop is None else seed.hop.wanted_rate
    return alike(np.where(seed.straight.holds, seed.straight.wanted, by_hop), seed.landed)


class FirstFullCopy(Struct, frozen=True):
    """When all data has been at the target once: a part by device, the rest over the line.

    Attributes
    ----------
    part : numeric
        Part of the data that went by device. [1]
    line_ready, begin : numeric
        When the line could first be used, and when all data is there. [s]
    first : tuple of Phase
        What the line did before; nothing where the line waits for the device.
    """

    pace: Pace
    seed: Seed
    part: Numeric
    line_ready: Numeric
    begin: Numeric
    first: tuple[Phase, ...] = ()
    split: bool = False

    def age(self, now: Numeric) -> Numeric:
        """Mean time since the bytes that are at the target were read. [s]."""
        by_line = (1.0 - self.part) * (now - self.line_ready)
        return self.part * (now - self.seed.mean_begun) + by_line


def evaluate_hybrid(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """A seed by device, then passes over the line for what changed meanwhile."""
    seed = ship_devices(p, w, clock, make_loader(p, w, assumed), second_hop_copy(p, w, assumed))
    pace = pace_of(p, w, assumed, clock)
    ready = line_ready(p, w, pace.top, clock)
    met = FirstFullCopy(pace, seed, 1.0, ready, clock.opening(np.maximum(seed.landed, ready)))
    return _catch_up(p, w, assumed, clock, met)


def evaluate_split(
    p: Parameters, w: Workload, assumed: Assumed, clock: Clock, part: Numeric | None = None
) -> Outcome:
    """Part by device and part over the line.

    Parameters
    ----------
    part : numeric, optional
        Part of the data that goes by device, as it was decided; without it both ends are balanced. [1]
    """
    ways = split_legs(p, w, assumed, clock)
    part = balanced_part(p, w, clock, ways) if part is None else part
    seed, own_end = ship_devices(p, w, clock, ways.loader, ways.hop, part), ways.sent(1.0 - part)
    copy, ready = ways.pace.top, ways.line_ready
    mine = ways.pace.of(lambda one: share_of(one, 1.0 - part))
    first = first_pass_phases(p, w, mine, ready, own_end)
    begin = clock.opening(np.maximum(seed.landed, own_end))
    met = FirstFullCopy(ways.pace, seed, part, ready, begin, first, split=True)
    joined = _catch_up(p, w, assumed, clock, met)
    joined.faults["too-small"] = ~((part > 0) & (part < 1))
    joined.details["part"] = part
    joined.details["wanted_rate"] = np.maximum(joined.details["wanted_rate"], copy.wanted_rate)
    return joined


def _catch_up(p: Parameters, w: Workload, assumed: Assumed, clock: Clock, met: FirstFullCopy) -> Outcome:
    """From there on: a pass over what changed since the data was read, further passes, the cutover."""
    copy, seed, begin = met.pace.top, met.seed, met.begin
    again = np.where(p.flag(_unrecognised), met.part, 0.0)

    def busy(one: Copy) -> Numeric:
        return pass_time(p, w, one)(met.age(begin)) + one.copy * again + _permissions(p, w, one) * met.part

    first_end = met.pace.advance(begin, busy)
    first_busy = busy(met.pace.mean)
    deltas, cutover, ready = passes_at(p, w, assumed, met.pace, first_end, first_busy, first_end - begin)
    shape, rate_time = np.shape(ready), line_rate_time(w.volume, w.link, w.share) * clock.line_stretch

    def bound() -> Any:
        return np.where(seed.landed > first_end - begin, seed.bound, copy.bound)

    def phases() -> tuple[Phase, ...]:
        catch_up = Phase(PhaseName.CATCH_UP, begin, first_end - begin, bound_names(copy.bound))
        later = delta_phases(deltas, first_end, ready, cutover, assumed)
        return (*_line_leads(p, w, copy), *seed_phases(p, seed), *met.first, catch_up, *later)

    return Outcome(
        line_rate_time=np.broadcast_to(rate_time, shape),
        finish=ready + cutover,
        cutover=cutover,
        ready=ready,
        passes=deltas.count + met.split,
        devices=np.broadcast_to(seed.devices, shape),
        tasks=copy.tasks,
        state=deltas.state,
        faults=_faults(p, w, met, deltas),
        make_bound=bound,
        make_phases=phases,
        make_quantities=lambda: _amounts(p, w, met, deltas, again, first_end, ready + cutover),
        details={
            "changed": changed_bytes(w, met.age(begin)),
            "rate": copy.rate,
            "wanted_rate": _hop_rate(seed),
            **delta_details(copy, deltas, begin),
        },
    )


def _line_leads(p: Parameters, w: Workload, copy: Copy) -> tuple[Phase, ...]:
    """What the line waits for, beside devices that have an order and a set-up of their own."""
    return lead_phases(*lead_times(p, w, copy), names=(PhaseName.ARRANGE, PhaseName.SET_UP_LINE))


def _amounts(
    p: Parameters,
    w: Workload,
    met: FirstFullCopy,
    deltas: Deltas,
    again: Numeric,
    first_end: Numeric,
    finish: Numeric,
) -> dict[str, Numeric]:
    """What charges are counted by; the line costs from when it is used."""
    ready, amplification = deltas.ready, p.get("mover", "change_amplification", 1.0)
    if w.changed:
        # Where the same files change again and again, every pass sends them again.
        waited = np.where(np.isfinite(ready), ready - deltas.passes.end, 0.0)
        changed = changed_bytes(w, met.age(met.begin)) + deltas.passes.changed + changed_bytes(w, waited)
    else:
        changed = changed_bytes(w, np.where(np.isfinite(ready), met.age(ready), 0.0))
    sent = changed * amplification + w.volume * (1.0 - met.part + again)
    runs = deltas.count + (ready > deltas.end) + met.split
    begun = met.line_ready if met.split else met.begin
    counted = online_quantities(p, w, met.pace.top, sent, runs, begun, finish)
    moved = seed_quantities(p, w, met.seed, met.part)
    loading = met.begin - met.line_ready if met.split else moved["load-time"] + first_end - met.begin
    return {
        **counted,
        **moved,
        "byte-written": counted["byte-sent"] + w.volume * met.part,
        "file-sent": counted["file-sent"] + w.files * met.part,
        "part-sent": counted["part-sent"] + w.files * met.part,
        "load-time": loading,
    }


def _faults(p: Parameters, w: Workload, met: FirstFullCopy, deltas: Deltas) -> dict[str, Any]:
    by_seed, by_line = seed_faults(p, w, met.seed), online_faults(p, w, met.pace.top, deltas)
    either = {name: by_line[name] | by_seed[name] for name in ("file-too-large", *SHORT)}
    return {**by_line, **by_seed, **either}


def _arrives(option: Option, attribute: str) -> str:
    """How an attribute fares on the device and on the second hop: the worse of both."""
    assert option.seed_path is not None
    paths = (option.seed_path, option.second_path)
    kept = [path.keeps.get(attribute, "unknown") for path in paths if path is not None]
    return next((level for level in ("no", "unknown", "partial") if level in kept), "yes")


def _unrecognised(option: Option) -> bool:
    """Whether the mover finds the seed changed, since times did not survive or it compares no files, and sends all."""
    assert option.mover is not None
    return option.mover.behaviour == "blocks" or _arrives(option, "timestamps") in ("no", "unknown")


def _permissions(p: Parameters, w: Workload, copy: Copy) -> Numeric:
    """Setting again on every file what the seed has lost and the mover can bring. [s]."""

    def lost(option: Option) -> bool:
        assert option.path is not None
        return any(
            _arrives(option, name) != "yes" and option.path.keeps.get(name) == "yes" and name in w.keep
            for name in REAPPLIED
        )

    return np.where(p.flag(lost), copy.file_time, 0.0)
