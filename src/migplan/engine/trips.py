"""Devices on their rounds: filled at the site, under way with a courier, read in, and ordered again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from migplan.engine.clock import Clock
from migplan.engine.loading import Loader, Loads
from migplan.engine.options import Option
from migplan.engine.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.copying import byte_time, operation_time
from migplan.formulas.pipeline import simulate_pipeline, waves


def courier(p: Parameters, clock: Clock, start: Numeric, time: Numeric) -> Numeric:
    """When a shipment that is handed over at `start` arrives: in business days where couriers keep them. [s]."""
    business = p.flag(lambda o: o.device is not None and o.device.ship_days == "business")
    if not np.any(business):
        return start + time
    return np.where(business, clock.courier(start, time), start + time)


@dataclass(frozen=True)
class Trips:
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
            count, self.pool, loads.group, loads.each, rest, 0.0 * begun, back, into, begun
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
            return 0.0 * self.begun
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
