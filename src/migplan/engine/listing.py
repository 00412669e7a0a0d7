"""How long movers list and compare a tree."""

from __future__ import annotations

import numpy as np

from migplan.engine.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.scanning import scan_time, wan_scan_time
from migplan.inputs.workload import Workload


def scan_busy(
    p: Parameters,
    w: Workload,
    files_per_directory: Numeric,
    owner: str,
    items: Numeric,
    at_once: Numeric,
    inside: bool,
) -> Numeric:
    """Busy time of one listing of all items on both sides, near by or across the line. [s]."""
    rate = p.get(owner, "scan_rate", np.inf)
    # Where tasks divide the work, each agent lists one at a time; else every host lists a part.
    divided = np.isfinite(p.get(owner, "items_per_task", np.inf))
    lists = at_once if inside else np.where(divided, at_once, w.agents)
    local = scan_time(items, rate, lists)
    trips = p.get(owner, "directory_round_trips", 0.0)
    if inside:
        return local
    directories = w.files / files_per_directory
    parallel = p.get(owner, "files_in_flight", 1.0)
    far = wan_scan_time(items, rate * lists, directories, trips, w.round_trip_time, parallel, 0.0, 0.0)
    return np.maximum(local, far)
