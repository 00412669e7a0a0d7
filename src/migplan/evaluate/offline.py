"""Devices that are filled and carried: order, ship, load in waves, ship back, import, and a second hop to a file target.

The same seed followed by online passes is a hybrid; both ways at once, each with a part, is a split.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.evaluate.clock import Clock
from migplan.evaluate.copying import BOUNDS, Assumed, Copy, copy_online, copy_second_hop, pass_busy
from migplan.evaluate.online import (
    bytes_sent,
    changed_bytes,
    delta_phases,
    evaluate_online,
    lead_times,
    online_faults,
    online_quantities,
    pass_time,
    passes_and_cutover,
)
from migplan.evaluate.outcome import Outcome, Phase
from migplan.evaluate.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.breakeven import split_fraction
from migplan.formulas.copying import byte_time, copy_time, line_rate_time, operation_time
from migplan.formulas.devices import device_count, simulate_pipeline
from migplan.options import REAPPLIED
from migplan.workload import Workload

DAY = 86400.0
LOAD_BOUNDS = ("device", "network port", "source", "files", "source files")


@dataclass(frozen=True, slots=True)
class Seed:
    """A data set on its way by device. Times from midnight of the start date. [s]."""

    devices: Numeric
    ordered: Numeric
    arrived: Numeric
    loaded: Numeric
    returned: Numeric
    imported: Numeric
    landed: Numeric
    on_site: Numeric
    bound: Any
    hop: Copy | None
    batched: Any


def carry(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Seed:
    """Fill, ship and import as many devices as the workload takes."""
    devices, batched = _devices(p, w)
    rate, bound = _load_rate(p, w, assumed, batched)
    each = w.volume / devices / rate
    attached = np.maximum(p.get("device", "attached", 1.0), 1.0)
    pool = np.maximum(p.get("device", "pool", np.inf), 1.0)
    ordered = clock.courier(0.0 * each, p.get("device", "order_time", 0.0))
    arrived = clock.courier(ordered, p.get("device", "ship_time", 0.0))
    set_up = arrived + p.get("device", "setup_time", 0.0)
    back = clock.courier(set_up, p.get("device", "return_time", 0.0)) - set_up
    ship = clock.courier(set_up, p.get("device", "ship_time", 0.0)) - set_up
    into = p.get("device", "import_fixed_time", 0.0) + w.volume / devices / p.get(
        "device", "import_rate", np.inf
    )
    into = into + w.files / devices * p.get("device", "import_per_file_time", 0.0)
    terminal = p.flag(
        lambda option: option.device is not None and option.device.extra["behaviour"] == "terminal"
    )
    pipeline = simulate_pipeline(devices, pool, attached, each, each, 0.0 * each, back, into, ship)
    loaded_all = set_up + np.maximum(pipeline - back - into, each)
    loaded = np.where(terminal, set_up + each, loaded_all)
    returned = np.where(terminal, np.maximum(loaded, ordered), loaded + back)
    imported = np.where(terminal, returned + _visits(p, w), returned + into)
    landed, hop = _second_hop(p, w, assumed, clock, imported)
    on_site = each * np.maximum(attached, 1.0) + p.get("device", "setup_time", 0.0)
    return Seed(devices, ordered, arrived, loaded, returned, imported, landed, on_site, bound, hop, batched)


def _devices(p: Parameters, w: Workload) -> tuple[Numeric, Any]:
    by_volume = device_count(
        w.volume, p.get("device", "usable_capacity", np.inf), p.get("device", "fill", 1.0)
    )
    batched = (w.file_size < p.get("device", "batch_below", 0.0)) & (
        p.get("device", "batched_per_file_time", 0.0) > 0
    )
    by_files = np.where(batched, 1.0, device_count(w.files, p.get("device", "files", np.inf)))
    return np.maximum(np.maximum(by_volume, by_files), 1.0), batched


def _load_rate(p: Parameters, w: Workload, assumed: Assumed, batched: Any) -> tuple[Numeric, Any]:
    """Bytes per second onto one device while all attached ones share the source, and what bounds it."""
    attached = np.maximum(p.get("device", "attached", 1.0), 1.0)
    rates = [
        p.get("device", "copy_rate", np.inf),
        p.get("device", "port_rate", np.inf),
        w.source_rate / attached,
    ]
    one_by_one = p.get("device", "per_file_time", 0.0)
    per_file = np.where(batched, p.get("device", "batched_per_file_time", 0.0), one_by_one)
    parallel = p.get("device", "files_in_flight", 1.0)
    file_rates = [parallel / np.where(per_file > 0, per_file, 1e-12), assumed.source_file_rate / attached]
    rate = np.stack(np.broadcast_arrays(*rates, file_rates[0]))[:3]
    files = np.stack(np.broadcast_arrays(*file_rates, rate[0]))[:2]
    fastest, most = rate.min(axis=0), files.min(axis=0)
    bytes_busy, files_busy = byte_time(w.volume, fastest), operation_time(w.files, 1.0 / most, 1.0)
    busy = copy_time(bytes_busy, files_busy, assumed.overlap) * assumed.model_error
    bound = np.where(bytes_busy >= files_busy, rate.argmin(axis=0), 3 + files.argmin(axis=0))
    return w.volume / busy, np.array(LOAD_BOUNDS)[bound]


def _visits(p: Parameters, w: Workload) -> Numeric:
    """Time at a terminal: slots one after the other with the least gap between them. [s]."""
    rate = np.minimum(p.get("device", "port_rate", np.inf), p.get("device", "import_rate", np.inf))
    work = w.volume / rate
    slot = p.get("device", "visit_time", np.inf)
    slots = np.maximum(device_count(work, slot), 1.0)
    return work + (slots - 1.0) * p.get("device", "visit_gap", 0.0)


def _second_hop(
    p: Parameters, w: Workload, assumed: Assumed, clock: Clock, imported: Numeric
) -> tuple[Numeric, Copy | None]:
    if all(option.second_hop is None for option in p.options):
        return imported, None
    hop = copy_second_hop(p, w, assumed)
    busy = pass_busy(p, "second_hop", hop, 1.0, 1.0)
    hops = p.flag(lambda option: option.second_hop is not None)
    # Inside the cloud no office hours and no freeze of the site's line apply.
    return np.where(hops, imported + busy, imported), hop


def seed_phases(p: Parameters, seed: Seed) -> tuple[Phase, ...]:
    """The stretches of a seed."""
    setup = p.get("device", "setup_time", 0.0) + 0.0 * seed.arrived
    terminal = p.flag(
        lambda option: option.device is not None and option.device.extra["behaviour"] == "terminal"
    )
    return (
        Phase("order", 0.0 * seed.ordered, seed.ordered, "lead time"),
        Phase("ship out", seed.ordered, seed.arrived - seed.ordered, "courier"),
        Phase("set up", seed.arrived, setup, "staff"),
        Phase("load", seed.arrived + setup, seed.loaded - seed.arrived - setup, seed.bound),
        Phase("ship back", seed.loaded, np.where(terminal, 0.0, seed.returned - seed.loaded), "courier"),
        Phase("import", seed.returned, seed.imported - seed.returned, "provider"),
        Phase("second hop", seed.imported, seed.landed - seed.imported, "mover"),
    )


def seed_quantities(p: Parameters, w: Workload, seed: Seed, part: Numeric = 1.0) -> dict[str, Numeric]:
    """What the charges of devices and of the second hop are counted by."""
    beyond = np.maximum(np.ceil((seed.on_site - p.get("device", "included_days", np.inf)) / DAY), 0.0)
    zero = 0.0 * seed.landed
    return {
        "device": seed.devices + zero,
        "device-day": seed.devices * beyond + zero,
        "shipment": 2.0 * seed.devices + zero,
        "visit-hour": seed.imported - seed.returned,
        "byte-stored-temporarily": w.volume * part * (seed.landed - seed.imported),
        "load-time": seed.landed - seed.imported,
        "hop-byte": w.volume * part + zero,
        "hop-file": w.files * part + zero,
        "hop-run": (1.0 if seed.hop is None else seed.hop.tasks) + zero,
    }


def seed_faults(p: Parameters, w: Workload, seed: Seed) -> dict[str, Any]:
    """Where numbers rule a device out."""
    no_end = p.flag(lambda o: o.device.lifecycle.available_until is None)  # type: ignore[union-attr]
    last = p.each(lambda o: _seconds_until(o.device.lifecycle.available_until, w.start))  # type: ignore[union-attr]
    return {
        "misses-return-date": ~no_end & (seed.returned > last),
        "file-too-large": w.largest_file > p.get("device", "largest_file", np.inf) + 0.0 * seed.landed,
    }


def _seconds_until(day: dt.date | None, start: dt.date) -> float:
    return np.inf if day is None else ((day - start).days + 1) * DAY


def evaluate_offline(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """Devices alone: what changes after the load is not carried, so users are without write access all the while."""
    seed = carry(p, w, assumed, clock)
    begin = seed.arrived
    ready = clock.next_window(seed.landed, assumed.cutover_fixed_time + 0.0 * seed.landed)
    cutover_start = np.where(np.asarray(w.change_rate) > 0, begin, ready)
    finish = ready + assumed.cutover_fixed_time
    return Outcome(
        line_rate_time=np.nan * seed.landed,
        finish=finish,
        cutover=finish - cutover_start,
        ready=ready,
        bound=seed.bound,
        passes=1.0 + 0.0 * seed.landed,
        devices=seed.devices,
        tasks=1.0 + 0.0 * seed.landed,
        state=np.zeros(np.shape(seed.landed), dtype=int),
        phases=(
            *seed_phases(p, seed),
            Phase("cutover", ready, assumed.cutover_fixed_time + 0.0 * ready, "staff"),
        ),
        quantities={
            **seed_quantities(p, w, seed),
            "file-sent": w.files + 0.0 * seed.landed,
            "once": 1.0 + 0.0 * ready,
        },
        faults=seed_faults(p, w, seed),
        details={"wanted_rate": _hop_rate(seed)},
    )


def _hop_rate(seed: Seed) -> Numeric:
    return 0.0 * seed.landed if seed.hop is None else seed.hop.wanted_rate + 0.0 * seed.landed


def evaluate_hybrid(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """A seed by device, then passes over the line for what changed meanwhile."""
    seed = carry(p, w, assumed, clock)
    copy = copy_online(p, w, assumed)
    lead, setup, quota = lead_times(p, w, copy)
    begin = np.maximum(seed.landed, np.maximum(np.maximum(lead, setup), quota))
    catch_up = pass_time(p, w, copy)(begin - seed.arrived) + _permissions(p, w, copy)
    first_end = clock.advance(begin, catch_up)
    age = first_end - begin
    result, cutover, ready = passes_and_cutover(p, w, assumed, clock, copy, first_end, catch_up, age)
    sent = bytes_sent(w, p, ready - seed.arrived) - w.volume
    quantities = online_quantities(w, copy, sent, result.count + 1, lead, ready + cutover)
    quantities["file-sent"] = quantities["file-sent"] + w.files
    return Outcome(
        line_rate_time=line_rate_time(w.volume, w.link, w.share) + 0.0 * ready,
        finish=ready + cutover,
        cutover=cutover,
        ready=ready,
        bound=np.where(seed.landed > first_end - begin, seed.bound, np.array(BOUNDS)[copy.bound]),
        passes=result.count,
        devices=seed.devices,
        tasks=copy.tasks,
        state=result.state,
        phases=(
            *seed_phases(p, seed),
            Phase("catch-up pass", begin, first_end - begin, np.array(BOUNDS)[copy.bound]),
            *delta_phases(result, first_end, ready, cutover, assumed),
        ),
        quantities={**quantities, **seed_quantities(p, w, seed)},
        faults={**online_faults(p, w, copy, result), **seed_faults(p, w, seed)},
        details={"changed": changed_bytes(w, begin - seed.arrived), "wanted_rate": _hop_rate(seed)},
    )


def _permissions(p: Parameters, w: Workload, copy: Copy) -> Numeric:
    """Setting again on every file what the seed has lost and the mover can bring. [s]."""

    def lost(option: Any) -> bool:
        seed, way = option.seed_path.keeps, option.path.keeps
        return any(
            seed.get(a) in ("no", "unknown", "partial") and way.get(a) == "yes" and a in w.keep
            for a in REAPPLIED
        )

    return np.where(p.flag(lost), copy.file_time, 0.0)


def evaluate_split(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Outcome:
    """Part by device and part over the line, the parts chosen so that both end together."""
    whole = carry(p, w, assumed, clock)
    copy = copy_online(p, w, assumed)
    per_byte = (whole.landed - whole.arrived) / w.volume
    busy = clock.advance(0.0 * copy.copy, pass_busy(p, "mover", copy, 1.0, 1.0))
    rate = w.volume / np.where(np.isfinite(busy), busy, np.nan)
    spare = np.maximum(rate - w.change_rate, 0.0)
    part = split_fraction(w.volume, np.where(spare > 0, spare, np.nan), whole.arrived, 1.0 / per_byte, np.inf)
    part = np.where(np.isnan(part), 0.0, part)
    online = evaluate_online(p, _scaled(w, 1.0 - part), assumed, clock)
    seed = carry(p, _scaled(w, np.where(part > 0, part, 1.0)), assumed, clock)
    finish = np.maximum(online.finish, np.where(part > 0, seed.landed + assumed.cutover_fixed_time, 0.0))
    moved = seed_quantities(p, w, seed, part)
    return replace(
        online,
        finish=finish,
        ready=finish - online.cutover,
        devices=seed.devices * (part > 0),
        phases=(*seed_phases(p, seed), *online.phases),
        quantities={
            **online.quantities,
            **moved,
            "file-sent": online.quantities["file-sent"] + w.files * part,
        },
        faults={**online.faults, **seed_faults(p, w, seed), "too-small": ~((part > 0) & (part < 1))},
        details={**online.details, "part": part},
    )


def _scaled(w: Workload, part: Numeric) -> Workload:
    return replace(w, volume=w.volume * part, files=w.files * part, change_rate=w.change_rate * part)
