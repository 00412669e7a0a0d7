"""How fast devices are filled, how many it takes, and with how many at the same time."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec import Struct, field

from migplan.engine.copying import Assumed, target_limits
from migplan.engine.learned import time_factor
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS
from migplan.engine.parameters import Parameters
from migplan.formulas import Numeric
from migplan.formulas.copying import byte_time, histogram_copy_time, lowest
from migplan.formulas.devices import device_count, waves
from migplan.inputs.workload import Workload

_BY_BYTES = np.array([BOUNDS.index(name) for name in ("device", "network port", "source")], dtype=np.int8)
_BY_FILES = np.array([BOUNDS.index(name) for name in ("files", "source files")], dtype=np.int8)
"""What can bound a load, in the order in which limits are compared."""

_ABSENT = {
    "usable_capacity": np.inf,
    "fill": 1.0,
    "files": np.inf,
    "pool": np.inf,
    "attached": 1.0,
    "copy_rate": np.inf,
    "port_rate": np.inf,
    "files_in_flight": 1.0,
    "per_file_time": 0.0,
    "batched_per_file_time": 0.0,
    "batch_below": 0.0,
    "order_time": 0.0,
    "ship_time": 0.0,
    "setup_time": 0.0,
    "return_time": 0.0,
    "import_fixed_time": 0.0,
    "import_rate": np.inf,
    "import_per_file_time": 0.0,
    "visit_time": np.inf,
    "visit_gap": 0.0,
    "included_days": np.inf,
}
"""Fact of a device -> what its lack means: no limit, or a step that does not occur."""


class Loader(Struct, frozen=True):
    """What fills devices; nothing here depends on how much of the data goes this way.

    Attributes
    ----------
    terms : dict
        The facts of each option's device, read once.
    volumes, counts : array
        Data and files by size bucket, the last axis. [B], [1]
    per_file : array
        Work on one file of each bucket. [s]
    objects : numeric
        Part of the files that the provider reads in one by one; the others lie in archives. [1]
    moved : array of bool
        Where the source itself is carried, so that nothing is loaded.
    straight : Straight
    """

    terms: dict[str, Numeric]
    workload: Workload
    assumed: Assumed
    volumes: Any
    counts: Any
    per_file: Any
    objects: Numeric
    moved: Any
    straight: Straight


class Straight(Struct, frozen=True):
    """Devices that are read straight into a file system, which is bought for the rate that arrives.

    Attributes
    ----------
    holds : array of bool
    wanted : numeric
        Rate at which they could be read; 0 for all others. [B/s]
    short : dict
        As in `Copy`, of the file system.
    """

    holds: Any
    wanted: Numeric = 0.0
    short: dict[str, Any] = field(default_factory=dict)


class Loads(Struct, frozen=True):
    """How a volume is divided over devices: full ones, and a last group with what is left.

    Attributes
    ----------
    devices, group, groups : numeric
        Devices in all, those that load at the same time, and how many times that happens. [1]
    chunk, last : numeric
        Part of the volume on a full device, and on the last one. [1]
    tail : numeric
        Part of the volume in the last group. [1]
    each, rest : numeric
        Time to fill a device, and the last one. [s]
    """

    devices: Numeric
    group: Numeric
    groups: Numeric
    chunk: Numeric
    last: Numeric
    tail: Numeric
    each: Numeric
    rest: Numeric


def make_loader(p: Parameters, w: Workload, assumed: Assumed) -> Loader:
    """Read what filling the device of each option depends on."""
    terms = {key: p.get("device", key, absent) for key, absent in _ABSENT.items()}
    volumes, counts = _buckets(w)
    packed = _last(terms["batched_per_file_time"])
    batched = (volumes / counts < _last(terms["batch_below"])) & (packed > 0)
    per_file = np.where(batched, packed, _last(terms["per_file_time"]))
    objects = np.where(batched, 0.0, counts).sum(axis=-1) / w.files
    moved = p.flag(lambda option: option.device is not None and option.device.moves_source)
    assumed = assumed.slowed(time_factor(p, w, "device"))
    return Loader(terms, w, assumed, volumes, counts, per_file, objects, moved, _straight(p, w, terms, moved))


def _straight(p: Parameters, w: Workload, terms: dict[str, Numeric], moved: Any) -> Straight:
    """Which devices are read straight into a file system; what that takes bounds how fast they are read."""

    def into_files(option: Option) -> bool:
        return (
            option.device is not None
            and option.second_hop is None
            and option.target.kind in ("file", "block")
        )

    holds = p.flag(into_files)
    if not np.any(holds):
        return Straight(holds)
    rate = np.where(moved, np.minimum(terms["import_rate"], w.source_rate), terms["import_rate"])
    wanted = np.where(holds, rate, 0.0)
    write, files, _, short = target_limits(p, w, wanted)
    terms["import_rate"] = np.where(holds, np.minimum(rate, write), terms["import_rate"])
    each = np.maximum(terms["import_per_file_time"], 1.0 / files)
    terms["import_per_file_time"] = np.where(holds, each, terms["import_per_file_time"])
    return Straight(holds, wanted, short)


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


def fill_rate(loader: Loader, beside: Numeric) -> tuple[Numeric, Any]:
    """Rate onto one of several devices that share source and copy hosts, and what bounds it.

    Parameters
    ----------
    beside : numeric
        Devices that load at the same time. [1]

    Returns
    -------
    rate : numeric
        [B/s]
    bound : array of int
        Position in `BOUNDS`.
    """
    terms, w, assumed = loader.terms, loader.workload, loader.assumed
    fastest, rate_bound = lowest(terms["copy_rate"], terms["port_rate"], w.source_rate / beside)
    hosts = np.maximum(w.agents / beside, 1.0)
    slots = _last(terms["files_in_flight"] * hosts)
    by_device = loader.counts * loader.per_file / slots
    by_source = loader.counts / _last(assumed.source_file_rate / beside)
    per_file = np.maximum(loader.per_file / slots, 1.0 / _last(assumed.source_file_rate / beside))
    busy = histogram_copy_time(
        loader.volumes, loader.counts, _last(fastest), per_file, 1.0, _last(assumed.overlap)
    )
    own, source = by_device.sum(axis=-1), by_source.sum(axis=-1)
    by_bytes = byte_time(w.volume, fastest) >= np.maximum(own, source)
    bound = np.where(by_bytes, _BY_BYTES[rate_bound], _BY_FILES[(source > own).astype(np.int8)])
    return np.where(loader.moved, np.inf, w.volume / (busy * assumed.model_error)), bound


def divide_loads(loader: Loader, part: Numeric, pool: Numeric) -> tuple[Loads, Any]:
    """Fill devices one group after the other, each to its room.

    Only then does more data never take less time: if the last devices were always filled evenly, one byte that takes
    one more device would spare time.

    Parameters
    ----------
    part : numeric
        Part of the data that goes by device. [1]
    pool : numeric
        Devices at hand at once, at most. [1]

    Returns
    -------
    loads : Loads
    bound : array of int
        What bounds the load, as a position in `BOUNDS`.
    """
    terms, w = loader.terms, loader.workload
    volume, objects = w.volume * part, w.files * part * loader.objects
    by_volume = device_count(volume, terms["usable_capacity"], terms["fill"])
    devices = np.maximum(np.maximum(by_volume, device_count(objects, terms["files"])), 1.0)
    room = np.minimum(
        terms["usable_capacity"] * terms["fill"] / w.volume,
        terms["files"] / np.where(loader.objects > 0, w.files * loader.objects, 1e-300),
    )
    chunk = np.minimum(room, part)
    last = np.clip(part - (devices - 1.0) * chunk, 0.0, chunk)
    group = np.maximum(np.minimum(terms["attached"], np.minimum(devices, pool)), 1.0)
    groups = waves(devices, group)
    in_last = devices - (groups - 1.0) * group
    alone, bound = shared, _ = fill_rate(loader, 1.0)
    if np.any(group > 1):
        shared, bound = fill_rate(loader, group)
    full, single = chunk * w.volume / shared, last * w.volume / alone
    # All at once: the source's time for all of it, and no less than one full device takes by itself.
    at_once = np.maximum(volume / devices / shared, np.where(devices > 1, chunk * w.volume / alone, 0.0))
    each = np.where(groups == 1, at_once, full)
    rest = np.where(groups == 1, at_once, np.where(in_last > 1, full, single))
    tail = np.clip(part - (groups - 1.0) * group * chunk, 0.0, part)
    kept = np.where(in_last > 1, chunk, last)
    return Loads(devices, group, groups, chunk, kept, tail, each, rest), bound
