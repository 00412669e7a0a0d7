"""Places of a provider to which one's own storage is carried, to be read in there during booked visits."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.engine.loading import Loader
from migplan.engine.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.copying import byte_time, copy_time, operation_time
from migplan.formulas.devices import device_count

HOUR = 3600.0


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
