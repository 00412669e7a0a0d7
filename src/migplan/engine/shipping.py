"""Data that travels by device: order, ship, load in waves, ship back, import, and a second hop to a file target.

A terminal is the same without a device of the provider: one's own storage is loaded, carried to a site of the provider
and read in there during booked visits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy, copy_second_hop, pass_busy
from migplan.engine.loading import Loader, Loads, Straight, divide_loads
from migplan.engine.options import Option
from migplan.engine.outcome import Phase, PhaseName, bound_names
from migplan.engine.parameters import Parameters
from migplan.formulas import Numeric, alike
from migplan.formulas.copying import byte_time, copy_time, operation_time
from migplan.formulas.devices import device_count, simulate_pipeline, waves
from migplan.inputs.workload import Workload
from migplan.units import DAY, HOUR


def is_terminal(p: Parameters) -> Any:
    """Which options carry one's own storage to a site of the provider."""
    return p.flag(lambda o: o.device is not None and o.device.behaviour == "terminal")


def visits(loader: Loader, part: Numeric) -> tuple[Numeric, Numeric]:
    """Time at a terminal with the least gaps between visits, and the whole hours booked for it. [s]."""
    terms, w = loader.terms, loader.workload
    volume, files = w.volume * part, w.files * part * loader.objects
    rate = np.minimum(terms["port_rate"], terms["import_rate"])
    work = copy_time(byte_time(volume, rate), operation_time(files, terms["import_per_file_time"], 1.0))
    count = np.maximum(device_count(work, terms["visit_time"]), 1.0)
    return work + (count - 1.0) * terms["visit_gap"], np.maximum(begun_units(work, HOUR), 1.0) * HOUR


def begun_units(time: Numeric, unit: float) -> Numeric:
    """Begun hours or days; a rounding error of floats begins none. [1]."""
    begun: Numeric = np.ceil(np.round(np.maximum(time, 0.0) / unit, 9))
    return begun


def courier(p: Parameters, clock: Clock, start: Numeric, time: Numeric) -> Numeric:
    """When a shipment that is handed over at `start` arrives: in business days where couriers keep them. [s]."""
    business = p.flag(lambda o: o.device is not None and o.device.ship_days == "business")
    if not np.any(business):
        return start + time
    return np.where(business, clock.courier(start, time), start + time)


class DeviceCycles(Struct, frozen=True, dict=True):
    """The rounds of the devices that a part of the data takes.

    Parameters
    ----------
    pool : numeric
        Devices at hand at once, at most. [1]
    begun : numeric
        When the first one could be loaded, but for freezes. [s]
    """

    p: Parameters
    clock: Clock
    loader: Loader
    loads: Loads
    pool: Numeric
    begun: Numeric

    @cached_property
    def _back(self) -> Numeric:
        way_back = self.loader.terms["return_time"]
        return courier(self.p, self.clock, self.begun, way_back) - self.begun

    @cached_property
    def _into(self) -> Numeric:
        return self._import_time(self.loads.chunk)

    def _filled(self, count: Numeric, rest: Numeric) -> Numeric:
        """When so many devices are full. The order of a next one waits for the import of one before it. [s]."""
        loads, begun, back, into = self.loads, self.begun, self._back, self._into
        turned = simulate_pipeline(
            count, self.pool, loads.group, loads.each, rest, alike(0.0, begun), back, into, begun
        )
        return begun + turned - back - into

    def _at_site(self, time: Numeric) -> Numeric:
        """A time of loading on the calendar, since nothing is loaded in a freeze. [s].

        The whole round stands still, so that what a courier does in a freeze is not made use of.
        """
        if not self.clock.freezes:
            return time
        return self.clock.dedicated().advance(self.begun, time - self.begun)

    @cached_property
    def _last_filled(self) -> Numeric:
        return self._filled(self.loads.devices, self.loads.rest)

    @property
    def last_begun(self) -> Numeric:
        """When the load of the last device begins. [s]."""
        return self._at_site(self._last_filled - self.loads.rest)

    @cached_property
    def loaded(self) -> Numeric:
        """When the load of the last device ends. [s]."""
        return self._at_site(self._last_filled)

    @cached_property
    def returned(self) -> Numeric:
        """When the last device is back at the provider. [s]."""
        return self._return(self.loaded)

    def _return(self, time: Numeric) -> Numeric:
        return courier(self.p, self.clock, time, self.loader.terms["return_time"])

    def imported(self) -> Numeric:
        """When all is read in. [s]."""
        imported = self.returned + self._import_time(self.loads.last)
        several = np.greater(self.loads.devices, 1.0)
        if not np.any(several):
            return imported
        before = self._at_site(self._filled(self.loads.devices - 1.0, self.loads.each))
        return np.maximum(imported, np.where(several, self._return(before) + self._into, 0.0))

    def first_imported(self, imported: Numeric) -> Numeric:
        """When the first group of devices has been read in. [s]."""
        back = self._return(self._at_site(self.begun + self.loads.each))
        return np.where(self.loads.groups > 1, back + self._into, imported)

    def latest(self) -> Numeric:
        """When the last device is back if each is prepared as late as the provider reserves the right to. [s]."""
        return self.returned + waves(self.loads.devices, self.pool) * self._order_slack()

    def last_order(self) -> Numeric:
        """When the last device is ordered: once one before it is free; 0 where all go out in one wave. [s]."""
        again = np.greater(self.loads.devices, self.pool)
        if not np.any(again):
            return alike(0.0, self.begun)
        count = np.where(again, self.loads.devices - np.where(again, self.pool, 0.0), 1.0)
        free = self._at_site(self._filled(count, self.loads.each)) + self._back + self._into
        return np.where(again, free, 0.0)

    def _order_slack(self) -> Numeric:
        """How much longer an order may take. [s]."""

        def longest(option: Option) -> float:
            fact = None if option.device is None else option.device.fact("order_time", self.p.region)
            return 0.0 if fact is None else fact.high

        return np.maximum(self.p.each(longest) - self.loader.terms["order_time"], 0.0)

    def _import_time(self, part: Numeric) -> Numeric:
        """The provider reads in bytes, and writes objects one by one; measured imports fit the sum of both. [s]."""
        terms, w = self.loader.terms, self.loader.workload
        bytes_busy = byte_time(w.volume * part, terms["import_rate"])
        objects = w.files * self.loader.objects * part
        per_object = operation_time(objects, terms["import_per_file_time"], 1.0)
        return terms["import_fixed_time"] + bytes_busy + per_object


class Seed(Struct, frozen=True):
    """A part of the data on its way by device.

    Attributes
    ----------
    ordered, arrived, begun, loaded, returned, imported, landed : numeric
        Times from midnight of the start date: handed to the courier, on the site, load of the first device begins,
        load of the last one ends, back at the provider, read in, at the target. [s]
    mean_begun : numeric
        Mean begin of the loads: what is changed since then is not on the devices. [s]
    latest : numeric
        When the last device is back if each is prepared as late as the provider reserves the right to. [s]
    bound : array of int
        What bounds the load, as a position in `BOUNDS`.
    last_order : callable
        What makes the time at which the last device is ordered. [s]
    charged : callable
        What makes what is paid for.
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
    latest: Numeric
    bound: Any
    hop: Copy | None
    straight: Straight
    last_order: Callable[[], Numeric]
    charged: Callable[[], BilledTime]


class BilledTime(NamedTuple):
    """What is paid for as long as it lasts.

    Attributes
    ----------
    overdue : tuple of numeric
        Longest stay on the site of a full device, and of the last one, beyond what is included. [s]
    reserved : numeric
        Hours booked at a terminal, as time; 0 elsewhere. [s]
    waiting : numeric
        Mean time that data lies in object storage before it is at its target. [s]
    """

    overdue: tuple[Numeric, Numeric]
    reserved: Numeric
    waiting: Numeric


def second_hop_copy(p: Parameters, w: Workload, assumed: Assumed) -> Copy | None:
    """The copy from object storage to the target; None where no option needs one."""
    if all(option.second_hop is None for option in p.options):
        return None
    return copy_second_hop(p, w, assumed)


def ship_devices(
    p: Parameters, w: Workload, clock: Clock, loader: Loader, hop: Copy | None, part: Numeric = 1.0
) -> Seed:
    """Fill, ship and import as many devices as a part of the data takes.

    Parameters
    ----------
    loader, hop
        From `make_loader` and `second_hop_copy`.
    part : numeric
        Part of the data that goes this way. [1]
    """
    terms, terminal = loader.terms, is_terminal(p)
    pool = np.where(terminal, np.inf, np.maximum(terms["pool"], 1.0))
    loads, bound = divide_loads(loader, part, pool)
    ordered = alike(terms["order_time"], loads.each)
    arrived = courier(p, clock, np.where(terminal, 0.0, ordered), terms["ship_time"])
    able = arrived + terms["setup_time"]
    begun = clock.dedicated().opening(able) if clock.freezes else able
    trips = DeviceCycles(p, clock, loader, loads, pool, able)
    returned, imported = trips.returned, trips.imported()
    if np.any(terminal):
        # A visit is booked while the load runs.
        returned = np.where(terminal, np.maximum(returned, ordered), returned)
        imported = np.where(terminal, returned + visits(loader, part)[0], imported)
    landed = imported + _hop_time(p, hop, part)

    def charged() -> BilledTime:
        return _charged(trips, part, arrived, imported, landed)

    return Seed(
        devices=loads.devices,
        ordered=ordered,
        arrived=arrived,
        begun=begun,
        loaded=trips.loaded,
        returned=returned,
        imported=imported,
        landed=landed,
        mean_begun=_mean(begun, trips.last_begun, loads, part),
        latest=trips.latest(),
        bound=bound,
        hop=hop,
        straight=loader.straight,
        last_order=trips.last_order,
        charged=charged,
    )


def _charged(
    trips: DeviceCycles, part: Numeric, arrived: Numeric, imported: Numeric, landed: Numeric
) -> BilledTime:
    """What is paid for as long as it lasts."""
    loader, loads, terminal = trips.loader, trips.loads, is_terminal(trips.p)
    turns = waves(np.minimum(loads.devices, trips.pool), loads.group) - 1.0
    waits = turns * loads.each + trips.begun - arrived + trips.clock.frozen(trips.begun, trips.loaded)
    included = loader.terms["included_days"]
    landing = np.where(terminal, imported, _mean(trips.first_imported(imported), imported, loads, part))
    return BilledTime(
        overdue=(waits + loads.each - included, waits + loads.rest - included),
        reserved=np.where(terminal, visits(loader, part)[1], 0.0),
        waiting=landed - landing,
    )


def _mean(first: Numeric, last: Numeric, loads: Loads, part: Numeric) -> Numeric:
    """Mean over all bytes of a time that goes evenly from the first group of devices to the last. [s]."""
    step = (last - first) / np.maximum(loads.groups - 1.0, 1.0)
    tail = np.where(part > 0, loads.tail / np.where(part > 0, part, 1.0), 1.0)
    return (1.0 - tail) * (first + step * np.maximum(loads.groups - 2.0, 0.0) / 2.0) + tail * last


def _hop_time(p: Parameters, hop: Copy | None, part: Numeric) -> Numeric:
    """Inside the cloud no office hours and no freeze of the site's line apply. [s]."""
    if hop is None:
        return alike(0.0, part)
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
    able = seed.arrived + p.get("device", "setup_time", 0.0)
    return (
        Phase(PhaseName.ORDER, alike(0.0, seed.ordered), seed.ordered, "lead time"),
        Phase(PhaseName.SHIP_OUT, handed, seed.arrived - handed, "courier"),
        Phase(PhaseName.SET_UP, seed.arrived, able - seed.arrived, "staff"),
        Phase(PhaseName.WAIT_TO_BEGIN, able, seed.begun - able, "freeze"),
        Phase(PhaseName.LOAD, seed.begun, seed.loaded - seed.begun, bound_names(seed.bound)),
        Phase(PhaseName.SHIP_BACK, seed.loaded, seed.returned - seed.loaded, "courier"),
        Phase(PhaseName.IMPORT, seed.returned, seed.imported - seed.returned, "provider"),
        Phase(PhaseName.SECOND_HOP, seed.imported, seed.landed - seed.imported, "mover"),
    )


def seed_quantities(p: Parameters, w: Workload, seed: Seed, part: Numeric = 1.0) -> dict[str, Numeric]:
    """What the charges of devices and of the second hop are counted by."""
    charged = seed.charged()
    full, last = (begun_units(overdue, DAY) for overdue in charged.overdue)
    hops = p.flag(lambda option: option.second_hop is not None)
    return {
        "device": alike(seed.devices, seed.landed),
        "device-day": alike((seed.devices - 1.0) * full + last, seed.landed),
        "shipment": alike(2.0 * seed.devices, seed.landed),
        "visit-hour": alike(charged.reserved, seed.landed),
        "byte-stored-temporarily": np.where(hops, w.volume * part * charged.waiting, 0.0),
        "object-landed": np.where(hops, w.files * part, 0.0),
        "load-time": np.where(
            seed.straight.holds, seed.imported - seed.returned, seed.landed - seed.imported
        ),
        "hop-byte": alike(w.volume * part, seed.landed),
        "hop-file": alike(w.files * part, seed.landed),
        "hop-run": alike(1.0 if seed.hop is None else seed.hop.tasks, seed.landed),
    }
