"""How long movers take to copy, list and compare a workload over their routes, before any calendar."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from migplan.engine.learned import time_factor
from migplan.engine.outcome import BY_FILES
from migplan.engine.parameters import Parameters
from migplan.engine.targets import SHORT, short_of, size
from migplan.formulas import Numeric, alike, divide, take
from migplan.formulas.copying import (
    byte_time,
    copy_time,
    effective_workers,
    histogram_copy_time,
    lowest,
    operation_time,
    per_file_overhead,
    pipelined_time,
    scan_time,
    sequential_time,
    shared_overhead,
    wan_scan_time,
)
from migplan.formulas.devices import device_count
from migplan.formulas.network import stream_rate
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


class Assumed(Struct, frozen=True):
    """Assumptions of the engine that are no field of the workload."""

    files_per_directory: Numeric
    source_file_rate: Numeric
    segment: Numeric
    overlap: Numeric
    encryption_goodput: Numeric
    new_circuit_share: Numeric
    port_margin: Numeric
    hop_tasks: Numeric
    cutover_fixed_time: Numeric
    window_part: Numeric
    window_passes: Numeric
    model_error: Numeric = 1.0
    line_error: Numeric = 1.0

    def slowed(self, factor: Numeric) -> Assumed:
        """The same where mover, source and target take this many times as long."""
        return replace(self, model_error=self.model_error * factor)

    def take(self, draw: Any) -> Assumed:
        """Some of the draws; see `migplan.formulas.take`."""
        return Assumed(**{name: take(getattr(self, name), draw=draw) for name in self.__struct_fields__})


class Copy(Struct, frozen=True):
    """Busy times of one full copy by each option, and what bounds it. Times in [s], rates in [B/s].

    Attributes
    ----------
    make_bound : callable
        What makes `bound`.
    rest : numeric
        Of the copy, what is left of one that is under way.
    overlap : numeric
        Exponent between byte time and file time. [1]
    bought : numeric
        Throughput that is bought of the target, over all file systems; NaN where none is. [B/s]
    short : dict
        Reason -> where the target gives users less than what was asked for; `SHORT` has the reasons.
    """

    rate: Numeric
    wanted_rate: Numeric
    make_bound: Callable[[], Any]
    byte_time: Numeric
    file_time: Numeric
    copy: Numeric
    scan: Numeric
    verify: Numeric
    run: Numeric
    tasks: Numeric
    file_rate: Numeric
    rest: Numeric = np.nan
    overlap: Numeric = np.nan
    bought: Numeric = np.nan
    short: dict[str, Any] = field(default_factory=dict)

    @property
    def bound(self) -> Any:
        """Which limit binds, as positions in `BOUNDS`; worked out for who asks."""
        return self.make_bound()


def has_own_line(p: Parameters) -> Any:
    """Which options bring a circuit along."""
    return p.flag(lambda option: option.own_line)


def wire_rate(p: Parameters, w: Workload, assumed: Assumed) -> tuple[Numeric, Numeric]:
    """Payload rate that the line leaves us, and the same under the route's own cap. [B/s]."""
    own = has_own_line(p)
    line = np.where(own, p.get("route", "line_rate", np.nan), w.link)
    share = np.where(own, assumed.new_circuit_share, w.share)
    goodput = p.get("route", "goodput", np.nan)
    if w.encryption == "required":
        goodput = goodput * assumed.encryption_goodput
    cap = np.minimum(p.get("route", "cap", np.inf), p.get("route", "packet_rate", np.inf) * w.mtu)
    return line * share * goodput, cap * goodput


def copy_online(p: Parameters, w: Workload, assumed: Assumed) -> Copy:
    """One full copy over each option's route."""
    link, route = wire_rate(p, w, assumed)
    return full_copy(p, w, assumed.slowed(time_factor(p, w, "mover")), "mover", link, route)


def copy_second_hop(p: Parameters, w: Workload, assumed: Assumed) -> Copy:
    """One full copy inside the cloud, from object storage to the target: no line of ours, no source of ours."""
    free = alike(np.inf, w.volume)
    return full_copy(p, w, assumed, "second_hop", free, free, inside=True)


class Side(Struct, frozen=True):
    """What mover and source make of a full copy, whatever line and target are.

    Attributes
    ----------
    tasks, workers : numeric
        What the items are divided among, and what copies side by side. [1]
    bytes : tuple of numeric
        Payload rate by streams, mover and source. [B/s]
    files : tuple of numeric
        Files per second by the work on each, by the source and by the mover. [1/s]
    scan, verify, run : numeric
        Listing, comparing everything, and the fixed time of a run. [s]
    blocks : array of bool
        Whether the mover knows no files.
    """

    tasks: Numeric
    workers: Numeric
    bytes: tuple[Numeric, Numeric, Numeric]
    files: tuple[Numeric, Numeric, Numeric]
    scan: Numeric
    verify: Numeric
    run: Numeric
    blocks: Any


def full_copy(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    owner: str,
    link: Numeric,
    route: Numeric,
    inside: bool = False,
) -> Copy:
    """One full copy: bytes against files, and the scan and the verification beside it."""
    side = mover_side(p, w, assumed, owner, inside)
    streams, mover, source = side.bytes
    stated = _source_is_stated(w)
    ours = np.minimum(streams, np.minimum(mover, np.where(stated, np.inf, source)))
    wire = np.minimum(np.minimum(link, route), np.where(stated, source, np.inf))
    wanted = np.minimum(np.minimum(np.fmin(link, route), ours), source)
    target_write, target_files, bought, short = target_limits(p, w, wanted)
    # What runs has shown what its target takes.
    shown = p.of_movers(owner, lambda mover: mover.knowledge == "running")
    if np.any(shown):
        target_write, target_files = (np.where(shown, np.inf, most) for most in (target_write, target_files))
    own, by_source, by_mover = side.files
    others = np.minimum(ours, target_write)
    files = np.minimum(np.minimum(own, by_source), np.minimum(target_files, by_mover))
    file_rate = np.where(side.blocks, np.inf, files)
    copy = _timed(p, w, assumed, owner, side, others, file_rate, wire)

    @cache
    def bound() -> Any:
        by_rate = lowest(link, route, streams, mover, source, target_write)[1]
        by_files = BY_FILES + lowest(own, by_source, target_files, by_mover)[1]
        return np.where(copy.byte_time >= copy.file_time, by_rate, by_files)

    return replace(copy, wanted_rate=wanted, make_bound=bound, bought=bought, short=short)


def unlimited_copy(p: Parameters, w: Workload, assumed: Assumed, side: Side, wire: Numeric) -> Copy:
    """A full copy to a target without limits: no copy to any target is quicker."""
    rate = np.minimum.reduce(np.broadcast_arrays(*side.bytes))
    file_rate = np.where(side.blocks, np.inf, np.minimum.reduce(np.broadcast_arrays(*side.files)))
    return _timed(p, w, assumed, "mover", side, rate, file_rate, wire)


def _timed(
    p: Parameters,
    w: Workload,
    assumed: Assumed,
    owner: str,
    side: Side,
    rate: Numeric,
    file_rate: Numeric,
    wire: Numeric,
) -> Copy:
    # A line whose rate and share are known strays by little, and never carries more than our part of it, and so does a
    # source whose rate was stated; what mover and target do strays by much.
    rate = np.minimum(rate / assumed.model_error, wire / np.maximum(assumed.line_error, 1.0))
    file_rate = file_rate / assumed.model_error
    bytes_busy = byte_time(w.volume, rate)
    files_busy = operation_time(w.files, 1.0 / file_rate, 1.0)
    own = p.get(owner, "overlap", np.nan)
    # What is known to handle one file at a time sends nothing while it opens the next one.
    in_turn = np.minimum(p.get(owner, "files_in_flight", np.inf) * side.workers, w.files) <= 1.0
    usual = np.where(in_turn, 1.0, assumed.overlap)
    overlap = np.where(np.isnan(own), usual, own)
    return Copy(
        rate=rate,
        wanted_rate=rate,
        make_bound=lambda: 0,
        byte_time=bytes_busy,
        file_time=files_busy,
        copy=_copy_busy(w, bytes_busy, files_busy, rate, file_rate, overlap),
        rest=_rest_busy(w, rate, file_rate, overlap),
        overlap=overlap,
        scan=side.scan,
        verify=alike(side.verify, rate),
        run=alike(side.run, rate),
        tasks=alike(side.tasks, rate),
        file_rate=file_rate,
    )


def _source_is_stated(w: Workload) -> bool:
    """Whether somebody said at which rate the source can be read."""
    told = w.inputs.get("source_rate")
    return told is not None and told.status == "given"


def mover_side(p: Parameters, w: Workload, assumed: Assumed, owner: str, inside: bool = False) -> Side:
    """What does not depend on the line, nor on what the target takes."""
    items = listed_items(w, assumed)
    tasks, running = tasks_of(p, w, assumed, owner, items, inside)
    workers = running if inside else np.minimum(w.agents, p.get(owner, "agents_per_location", np.inf) * tasks)
    blocks = p.of_movers(owner, lambda mover: mover.behaviour == "blocks")
    scan = np.where(blocks, 0.0, scan_busy(p, w, assumed.files_per_directory, owner, items, running, inside))
    # No more files at once than there are.
    at_once = np.minimum(_threads(p, w, owner) * workers, w.files)
    compared = p.get(owner, "verify_rate", np.inf) * np.maximum(workers, 1.0)
    verify = w.volume / (compared if inside else np.minimum(compared, w.source_rate))
    return Side(
        tasks=tasks,
        workers=workers,
        bytes=_byte_rates(p, w, assumed, owner, workers, at_once, inside),
        files=_file_rates(p, w, assumed, owner, workers, at_once, inside),
        scan=scan * assumed.model_error,
        verify=verify * assumed.model_error,
        run=_run_time(p, w, owner, inside) * assumed.model_error,
        blocks=blocks,
    )


def listed_items(w: Workload, assumed: Assumed) -> Numeric:
    """Files and folders. [1]."""
    return w.files * (1.0 + 1.0 / assumed.files_per_directory)


def tasks_of(
    p: Parameters, w: Workload, assumed: Assumed, owner: str, items: Numeric, inside: bool = False
) -> tuple[Numeric, Numeric]:
    """Tasks that items are divided among, and how many of them run at once. [1].

    What divides items among tasks is divided for speed as well, as far as agents and the quota go. How many run at once
    does not depend on the number of files: else one file more than a task takes would make all of them quicker.
    """
    most = p.get(owner, "items_per_task", np.inf)
    needed = np.maximum(device_count(items, most), 1.0)
    at_once = np.minimum(assumed.hop_tasks if inside else w.agents, p.get(owner, "tasks", np.inf))
    if inside:
        return np.maximum(needed, at_once), at_once
    return np.where(np.isfinite(most), np.maximum(needed, at_once), needed), at_once


def _byte_rates(
    p: Parameters, w: Workload, assumed: Assumed, owner: str, workers: Numeric, at_once: Numeric, inside: bool
) -> tuple[Numeric, Numeric, Numeric]:
    """Payload rate that streams, mover and source allow. [B/s]."""
    if inside:
        streams: Numeric = np.inf
    else:
        one = stream_rate(p.get(owner, "stream_window", np.inf), assumed.segment, w.round_trip_time, w.loss)
        streams = one * p.get(owner, "streams", np.inf) * workers
    hosts = effective_workers(workers, p.get(owner, "host_scaling", 1.0))
    # A file that is not cut moves in one stream: its rate is a cap on bytes, as many times as files are moved at once.
    uncut = p.get(owner, "file_stream_rate", np.inf) * at_once
    mover = np.minimum(p.get(owner, "task_rate", np.inf) * hosts, uncut)
    return streams, mover, np.inf if inside else w.source_rate


def _file_rates(
    p: Parameters, w: Workload, assumed: Assumed, owner: str, workers: Numeric, at_once: Numeric, inside: bool
) -> tuple[Numeric, Numeric, Numeric]:
    """Files per second that the work on each, the source and the mover allow. [1/s]."""
    trips = p.get(owner, "round_trips", 0.0)
    wait = trips * (p.get("target", "operation_time", 0.0) + (0.0 if inside else w.round_trip_time))
    hosts = np.minimum(workers, at_once)
    able = effective_workers(hosts, p.get(owner, "host_scaling", 1.0)) * effective_workers(
        at_once / hosts, p.get(owner, "scaling", 1.0)
    )
    each = shared_overhead(p.get(owner, "per_file_time", 0.0), wait, able, at_once)
    return (
        1.0 / np.where(each > 0, each, 1e-12),
        np.inf if inside else assumed.source_file_rate,
        p.get(owner, "task_file_rate", np.inf) * workers,
    )


BY_DEFAULT = 0.0
"""Threads of a workload whose tools run as they do unless they are told."""


def _threads(p: Parameters, w: Workload, owner: str) -> Numeric:
    """Files that one host handles at the same time: as given, else as people set it, else by default. [1]."""
    default, usual = p.get(owner, "files_in_flight", 1.0), p.get(owner, "threads", np.nan)
    wanted = np.where(np.isnan(w.threads), usual, np.where(w.threads > BY_DEFAULT, w.threads, default))
    return np.where(np.isnan(usual), default, wanted)


def _run_time(p: Parameters, w: Workload, owner: str, inside: bool) -> Numeric:
    trip = 0.0 if inside else w.round_trip_time
    return per_file_overhead(p.get(owner, "run_round_trips", 0.0), trip, p.get(owner, "run_time", 0.0))


def target_limits(
    p: Parameters, w: Workload, wanted: Numeric
) -> tuple[Numeric, Numeric, Numeric, dict[str, Any]]:
    """Bytes and files per second that each option's target takes when bought for the rate that arrives.

    The third is the throughput that is bought, over all file systems, NaN where none is [B/s]; the fourth, where it
    gives users less than what was asked for, by the reason.
    """
    rate = np.broadcast_to(wanted, np.broadcast_shapes(np.shape(wanted), (p.count, 1, 1)))
    rate = np.where(np.isfinite(rate), rate, 0.0)
    groups = p.groups("target")
    if len(groups) == 1:
        target = groups[0][0].target
        sized = size(target, w, rate, p.quantify)
        return sized.write_rate, sized.file_rate, sized.load_throughput, short_of(target, w, sized)
    parts = []
    for option, members in groups:
        own = w.take(option=members)
        sized = size(option.target, own, take(rate, option=members), p.quantify)
        parts.append((members, sized, short_of(option.target, own, sized)))
    ends = [np.shape(values)[-2:] for _, sized, _ in parts for values in (sized.write_rate, sized.file_rate)]
    shape = (*rate.shape[:-2], *np.broadcast_shapes(rate.shape[-2:], *ends))
    write, files, bought = np.empty(shape), np.empty(shape), np.empty(shape)
    short: dict[str, Any] = {}
    for members, sized, lacking in parts:
        where = (..., members, slice(None), slice(None))
        write[where] = sized.write_rate
        files[where] = sized.file_rate
        bought[where] = sized.load_throughput
        for code, holds in lacking.items():
            short.setdefault(code, np.zeros(shape, dtype=bool))[where] = holds
    return write, files, bought, short


def short_faults(short: dict[str, Any], like: Numeric) -> dict[str, Any]:
    """Why targets give users too little, each reason in the shape of what is evaluated."""
    nowhere = np.zeros(np.shape(like), dtype=bool)
    return {code: short.get(code, False) | nowhere for code in SHORT}


def _copy_busy(
    w: Workload, bytes_busy: Numeric, files_busy: Numeric, rate: Numeric, file_rate: Numeric, overlap: Numeric
) -> Numeric:
    if not w.sizes:
        return copy_time(bytes_busy, files_busy, overlap)
    volumes = np.array([size * count for size, count in w.sizes])
    counts = np.array([count for _, count in w.sizes])
    # The buckets need not add up to the volume to the byte; the volume is what counts.
    volumes = volumes / volumes.sum() * np.asarray(w.volume)[..., None]
    counts = counts / counts.sum() * np.asarray(w.files)[..., None]
    per_file = np.asarray(1.0 / file_rate)[..., None]
    apart = np.asarray(overlap)[..., None]
    return histogram_copy_time(volumes, counts, np.asarray(rate)[..., None], per_file, 1.0, apart)


def _rest_busy(w: Workload, rate: Numeric, file_rate: Numeric, overlap: Numeric) -> Numeric:
    """What is left of a copy that is under way; its sizes are spread as those of all. [s]."""
    if w.begun is None:
        return np.nan
    files = w.files * (w.begun.volume / w.volume) if np.isnan(w.begun.files) else w.begun.files
    left = replace(w, volume=w.begun.volume, files=files)
    bytes_busy = byte_time(left.volume, rate)
    return _copy_busy(left, bytes_busy, operation_time(files, 1.0 / file_rate, 1.0), rate, file_rate, overlap)


def first_busy(p: Parameters, w: Workload, copy: Copy, verified: Numeric) -> Numeric:
    """Busy time of the first pass, or of what is left of it where it is under way. [s]."""
    if w.begun is None:
        return pass_busy(p, "mover", copy, 1.0, verified)
    if w.begun.done:
        return alike(0.0, copy.copy)
    beside = p.of_movers("mover", lambda mover: mover.phases == "overlapped")
    compared = np.maximum(copy.verify * verified - w.begun.verified, 0.0)
    scan = copy.scan * (0.0 if w.begun.listed else 1.0)
    # Where they run side by side, what is left of each is as much as of the copy.
    part = divide(copy.rest, copy.copy)
    inline = pipelined_time(scan * part, copy.rest, copy.verify * verified * part)
    return np.where(beside, inline, sequential_time(scan, copy.rest, compared))


def pass_busy(p: Parameters, owner: str, copy: Copy, part: Numeric, verified: Numeric) -> Numeric:
    """Busy time of one run that sends `part` of the data and verifies `verified` of it. [s]."""
    overlapped = p.of_movers(owner, lambda mover: mover.phases == "overlapped")
    sent, compared = copy.copy * part, copy.verify * verified
    inline = pipelined_time(copy.scan, sent, compared)
    return copy.run + np.where(overlapped, inline, sequential_time(copy.scan, sent, compared))
