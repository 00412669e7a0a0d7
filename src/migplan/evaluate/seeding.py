"""Data that travels by device: order, ship, load in waves, ship back, import, and a second hop to a file target.

A terminal is the same without a device of the provider: one's own storage is loaded, carried to a site of the provider
and read in there during booked visits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.evaluate.clock import Clock
from migplan.evaluate.copying import Assumed, Copy, copy_second_hop, pass_busy
from migplan.evaluate.outcome import Phase
from migplan.evaluate.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.copying import byte_time, copy_time, histogram_copy_time, operation_time
from migplan.formulas.devices import device_count
from migplan.formulas.pipeline import simulate_pipeline, waves
from migplan.workload import Workload

HOUR, DAY = 3600.0, 86400.0
LOAD_BOUNDS = ("device", "network port", "source", "files", "source files")

_ABSENT = {
    "usable_capacity": np.inf,
    "fill": 1.0,
    "files": np.inf,
    "pool": np.inf,
    "attached": 1.0,
    "order_time": 0.0,
    "ship_time": 0.0,
    "setup_time": 0.0,
    "return_time": 0.0,
    "port_rate": np.inf,
    "import_fixed_time": 0.0,
    "import_rate": np.inf,
    "import_per_file_time": 0.0,
    "visit_time": np.inf,
    "visit_gap": 0.0,
}
"""Fact of a device -> what its lack means: no limit, or a step that does not occur."""


@dataclass(frozen=True, slots=True)
class Load:
    """How fast devices are filled; nothing here depends on how much of the data goes this way.

    Attributes
    ----------
    rate : numeric
        Onto one device while all that are attached share the source. [B/s]
    attached : numeric
        Devices that load at the same time. [1]
    objects : numeric
        Part of the files that the provider reads in one by one; the others lie in archives. [1]
    terms : mapping
        The facts of `_ABSENT`, read once.
    """

    rate: Numeric
    attached: Numeric
    objects: Numeric
    bound: Any
    terms: Mapping[str, Numeric]


@dataclass(frozen=True, slots=True)
class Seed:
    """A part of the data on its way by device.

    Attributes
    ----------
    ordered, arrived, begun, loaded, returned, imported, landed : numeric
        Times from midnight of the start date: handed to the courier, on the site, load of the first device begins,
        load of the last one ends, back at the provider, read in, at the target. [s]
    mean_begun : numeric
        Mean begin of the loads: what is changed since then is not on the devices. [s]
    on_site : numeric
        Longest stay of a device. [s]
    reserved : numeric
        Hours booked at a terminal, as time; 0 elsewhere. [s]
    waiting : numeric
        Mean time that data lies in object storage before it is at its target. [s]
    """

    devices: Numeric
    ordered: Numeric
    arrived: Numeric
    begun: Numeric
    loaded: Numeric
    returned: Numeric
    imported: Numeric
    landed: Numeric
    mean_begun: Numeric
    on_site: Numeric
    reserved: Numeric
    waiting: Numeric
    bound: Any
    hop: Copy | None


def is_terminal(p: Parameters) -> Any:
    """Which options carry one's own storage to a site of the provider."""
    return p.flag(lambda o: o.device is not None and o.device.extra["behaviour"] == "terminal")


def second_hop_copy(p: Parameters, w: Workload, assumed: Assumed) -> Copy | None:
    """The copy from object storage to the target; None where no option needs one."""
    if all(option.second_hop is None for option in p.options):
        return None
    return copy_second_hop(p, w, assumed)


def load_rate(p: Parameters, w: Workload, assumed: Assumed) -> Load:
    """Rate onto one device while others load beside it, and what bounds it."""
    volumes, counts = _buckets(w)
    terms = {key: p.get("device", key, absent) for key, absent in _ABSENT.items()}
    below, packed = p.get("device", "batch_below", 0.0), p.get("device", "batched_per_file_time", 0.0)
    batched = (volumes / counts < _last(below)) & (_last(packed) > 0)
    objects = np.where(batched, 0.0, counts).sum(axis=-1)
    attached = _attached(terms, _devices(terms, w.volume, objects))
    hosts = np.maximum(w.agents / attached, 1.0)
    limits = (
        p.get("device", "copy_rate", np.inf),
        terms["port_rate"],
        w.source_rate / attached,
    )
    rates = np.stack(np.broadcast_arrays(*limits, objects)[:3])
    per_file = np.where(batched, _last(packed), _last(p.get("device", "per_file_time", 0.0)))
    by_device = _last(p.get("device", "files_in_flight", 1.0) * hosts) / np.where(
        per_file > 0, per_file, 1e-12
    )
    by_source = _last(assumed.source_file_rate / attached)
    fastest = rates.min(axis=0)
    busy = histogram_copy_time(
        volumes, counts, _last(fastest), 1.0 / np.minimum(by_device, by_source), 1.0, _last(assumed.overlap)
    )
    files = np.stack(
        np.broadcast_arrays((counts / by_device).sum(axis=-1), (counts / by_source).sum(axis=-1))
    )
    by_bytes = byte_time(w.volume, fastest) >= files.max(axis=0)
    bound = np.where(by_bytes, rates.argmin(axis=0), 3 + files.argmax(axis=0))
    rate = w.volume / (busy * assumed.model_error)
    return Load(rate, attached, objects / w.files, np.array(LOAD_BOUNDS)[bound], terms)


def _last(values: Numeric) -> Any:
    """Values with an axis behind for the size buckets."""
    return np.asarray(values)[..., None]


def _buckets(w: Workload) -> tuple[Any, Any]:
    """Data and files of each size bucket along a last axis; one bucket where only the mean is known."""
    if not w.sizes:
        return _last(w.volume), _last(w.files)
    sizes, counts = np.array(w.sizes).T
    volumes = sizes * counts
    # The buckets need not add up to the volume to the byte; the volume is what counts.
    return volumes / volumes.sum() * _last(w.volume), counts / counts.sum() * _last(w.files)


def _devices(terms: Mapping[str, Numeric], volume: Numeric, objects: Numeric) -> Numeric:
    by_volume = device_count(volume, terms["usable_capacity"], terms["fill"])
    return np.maximum(np.maximum(by_volume, device_count(objects, terms["files"])), 1.0)


def _attached(terms: Mapping[str, Numeric], devices: Numeric) -> Numeric:
    """No more load at the same time than there are, and than may be away from the provider."""
    return np.maximum(np.minimum(terms["attached"], np.minimum(devices, terms["pool"])), 1.0)


def _courier(p: Parameters, clock: Clock, start: Numeric, time: Numeric) -> Numeric:
    """When a shipment that is handed over at `start` arrives: in business days where couriers keep them. [s]."""
    business = p.flag(lambda o: o.device is not None and o.device.extra["ship_days"] == "business")
    return np.where(business, clock.courier(start, time), start + time)


def carry(
    p: Parameters,
    w: Workload,
    clock: Clock,
    load: Load,
    hop: Copy | None,
    part: Numeric = 1.0,
) -> Seed:
    """Fill, ship and import as many devices as a part of the data takes.

    Parameters
    ----------
    load, hop
        From `load_rate` and `second_hop_copy`.
    part : numeric
        Part of the data that goes this way. [1]
    """
    terms, terminal = load.terms, is_terminal(p)
    volume, files = w.volume * part, w.files * part * load.objects
    devices = _devices(terms, volume, files)
    each = volume / devices / load.rate
    ordered = terms["order_time"] + 0.0 * each
    arrived = _courier(p, clock, np.where(terminal, 0.0, ordered), terms["ship_time"])
    begun = arrived + terms["setup_time"]
    back = _courier(p, clock, begun, terms["return_time"]) - begun
    into = terms["import_fixed_time"] + _import_time(terms, volume / devices, files / devices)
    # A place in the pool is free once its device has been imported; the next one is prepared and shipped only then.
    at_hand = np.where(terminal, np.inf, np.maximum(terms["pool"], 1.0))
    attached = np.minimum(load.attached, devices)
    turned = simulate_pipeline(devices, at_hand, attached, each, each, 0.0 * each, back, into, begun)
    loaded = begun + np.where(terminal, waves(devices, attached) * each, turned - back - into)
    visits, reserved = _visits(terms, volume, files)
    # A visit is booked while the load runs.
    booked = np.where(terminal, ordered, 0.0)
    returned = np.maximum(_courier(p, clock, loaded, terms["return_time"]), booked)
    imported = returned + np.where(terminal, visits, into)
    first = np.where(terminal, imported, _courier(p, clock, begun + each, terms["return_time"]) + into)
    landed = imported + _hop_time(p, hop, part)
    return Seed(
        devices=devices,
        ordered=ordered,
        arrived=arrived,
        begun=begun,
        loaded=loaded,
        returned=returned,
        imported=imported,
        landed=landed,
        mean_begun=(begun + loaded - each) / 2.0,
        on_site=begun - arrived + waves(np.minimum(devices, at_hand), attached) * each,
        reserved=np.where(terminal, reserved, 0.0),
        waiting=landed - (first + imported) / 2.0,
        bound=load.bound,
        hop=hop,
    )


def _import_time(terms: Mapping[str, Numeric], volume: Numeric, files: Numeric) -> Numeric:
    """The provider reads in bytes, and writes objects one by one; measured imports fit the sum of both. [s]."""
    return byte_time(volume, terms["import_rate"]) + operation_time(files, terms["import_per_file_time"], 1.0)


def _visits(terms: Mapping[str, Numeric], volume: Numeric, files: Numeric) -> tuple[Numeric, Numeric]:
    """Time at a terminal with the least gaps between visits, and the whole hours booked for it. [s]."""
    rate = np.minimum(terms["port_rate"], terms["import_rate"])
    work = copy_time(byte_time(volume, rate), operation_time(files, terms["import_per_file_time"], 1.0))
    visits = np.maximum(device_count(work, terms["visit_time"]), 1.0)
    booked = np.maximum(np.ceil(work / HOUR), 1.0) * HOUR
    return work + (visits - 1.0) * terms["visit_gap"], booked


def _hop_time(p: Parameters, hop: Copy | None, part: Numeric) -> Numeric:
    """Inside the cloud no office hours and no freeze of the site's line apply. [s]."""
    if hop is None:
        return 0.0 * np.asarray(part)
    hops = p.flag(lambda option: option.second_hop is not None)
    return np.where(hops, pass_busy(p, "second_hop", share_of(hop, part), 1.0, 1.0), 0.0)


def share_of(copy: Copy, part: Numeric) -> Copy:
    """The copy of a part of the data: what is bought and the rates stay those of all of it."""
    return replace(
        copy,
        byte_time=copy.byte_time * part,
        file_time=copy.file_time * part,
        copy=copy.copy * part,
        scan=copy.scan * part,
        verify=copy.verify * part,
    )


def seed_phases(p: Parameters, seed: Seed) -> tuple[Phase, ...]:
    """The stretches of a seed. A visit to a terminal is booked while the load goes on."""
    terminal = is_terminal(p)
    handed = np.where(terminal, 0.0, seed.ordered)
    return (
        Phase("order", 0.0 * seed.ordered, seed.ordered, "lead time"),
        Phase("ship out", handed, seed.arrived - handed, "courier"),
        Phase("set up", seed.arrived, seed.begun - seed.arrived, "staff"),
        Phase("load", seed.begun, seed.loaded - seed.begun, seed.bound),
        Phase("ship back", seed.loaded, seed.returned - seed.loaded, "courier"),
        Phase("import", seed.returned, seed.imported - seed.returned, "provider"),
        Phase("second hop", seed.imported, seed.landed - seed.imported, "mover"),
    )


def seed_quantities(p: Parameters, w: Workload, seed: Seed, part: Numeric = 1.0) -> dict[str, Numeric]:
    """What the charges of devices and of the second hop are counted by."""
    beyond = np.maximum(np.ceil((seed.on_site - p.get("device", "included_days", np.inf)) / DAY), 0.0)
    zero = 0.0 * seed.landed
    hops = p.flag(lambda option: option.second_hop is not None)
    return {
        "device": seed.devices + zero,
        "device-day": seed.devices * beyond + zero,
        "shipment": 2.0 * seed.devices + zero,
        "visit-hour": seed.reserved + zero,
        "byte-stored-temporarily": np.where(hops, w.volume * part * seed.waiting, 0.0),
        "load-time": seed.landed - seed.imported,
        "hop-byte": w.volume * part + zero,
        "hop-file": w.files * part + zero,
        "hop-run": (1.0 if seed.hop is None else seed.hop.tasks) + zero,
    }
