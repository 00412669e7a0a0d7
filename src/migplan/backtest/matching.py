"""A case to what the engine evaluates: a mover or device, a target, a workload; or what is missing for that."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.backtest.cases import Case
from migplan.backtest.words import (
    Workers,
    best_match,
    has_words,
    is_batched,
    read_covers,
    read_protocol,
    read_workers,
)
from migplan.catalogue import Catalogue, Fact, MoverPath, Profile
from migplan.fields import CLOUDS
from migplan.formulas import Numeric
from migplan.options import Option
from migplan.workload import Input, Workload, read_workload

DEVICES = "devices"
OBJECT_COPIER, FILE_COPIER, STREAM_COPIER = "object-copier", "file-copier", "stream-copier"
"""Movers that stand for tools without a profile of their own, by what they write to."""
ANY_OBJECTS, ANY_FILES, LOCAL = "object-store", "file-server", "local-disk"
"""Targets that stand for those without a profile, and the one inside the copying host."""
EPOCH = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Setting:
    """A case as the engine sees it.

    Attributes
    ----------
    group : str
        The class of the mover, or 'devices'.
    covers : str
        What the measured time covers: 'job', 'copy', 'steady', 'create', 'delta', 'load', 'import', 'ship', 'all'.
    part : float
        Part of the items that is sent. [1]
    counts_bytes : bool
        Whether the volume was stated, so that a rate can be told.
    """

    case: str
    group: str
    option: Option
    workload: Workload
    covers: str
    part: float
    counts_bytes: bool

    @property
    def profile(self) -> Profile:
        """The mover or device."""
        found = self.option.device or self.option.mover
        assert found is not None
        return found


def setting(case: Case, catalogue: Catalogue) -> Setting | tuple[str, ...]:
    """What the engine needs of a case, or the names of what is missing."""
    if case.kind == "offline":
        return _offline(case, catalogue)
    known = best_match(case.tool, catalogue.movers.values())
    target = best_match(case.target, catalogue.targets.values())
    missing = []
    if math.isnan(case.volume) and math.isnan(case.files):
        missing.append("volume_bytes or file_count")
    unbounded = known is None and (target is None or target.id == ANY_FILES)
    if math.isnan(case.link) and (unbounded or (known is not None and known.id == STREAM_COPIER)):
        missing.append("link_bps, or a tool with a profile")
    if missing:
        return tuple(missing)
    target = target or _unnamed_target(case, catalogue)
    protocol = _protocol(case, catalogue)
    mover = known or catalogue.movers[_class_of(case, protocol, target)]
    covers = "delta" if _is_delta(case) else read_covers(case.covers)
    option = _online_option(case, mover, target, protocol, catalogue)
    workload = _workload(case, catalogue, protocol, target, covers, _agents(case, mover))
    part = case.change if covers == "delta" else 1.0
    group = mover.extra["like"] or mover.id
    return Setting(case.id, group, option, workload, covers, part, not math.isnan(case.volume))


def _is_delta(case: Case) -> bool:
    return not math.isnan(case.change) and case.change > 0


def _unnamed_target(case: Case, catalogue: Catalogue) -> Profile:
    return catalogue.targets[ANY_OBJECTS if read_protocol(case.target) == "object" else ANY_FILES]


def _protocol(case: Case, catalogue: Catalogue) -> str:
    named = best_match(case.source, catalogue.targets.values())
    if named is not None and named.extra["kind"] == "object":
        return "object"
    found = read_protocol(case.source)
    if found == "local" and named is not None:
        return next((p for p in named.extra["protocols"] if p in ("smb", "nfs")), "local")
    return found


def _class_of(case: Case, protocol: str, target: Profile) -> str:
    if target.extra["kind"] == "object" or protocol == "object":
        return OBJECT_COPIER
    return FILE_COPIER if math.isnan(case.link) else STREAM_COPIER


def _agents(case: Case, mover: Profile) -> float:
    """Hosts side by side. A plain number counts them where a service does the copying, and threads by hand."""
    said = read_workers(case.workers)
    plain = math.nan if mover.extra["by_hand"] else said.plain
    return float(np.nanmax([1.0, plain if math.isnan(said.agents) else said.agents]))


def _online_option(
    case: Case, mover: Profile, target: Profile, protocol: str, catalogue: Catalogue
) -> Option:
    path = _path(mover, target, protocol)
    said = read_workers(
        f"{case.workers}; {case.tool}" if not case.workers.strip().isdecimal() else case.workers
    )
    given = _given_concurrency(case, mover, path, said)
    mover = replace(mover, facts={**mover.facts, **given})
    if path is not None:
        path = replace(path, facts={key: fact for key, fact in path.facts.items() if key not in given})
    name = f"{mover.id}/{target.id}"
    return Option(name, "online", target, mover=mover, route=catalogue.routes["internet"], path=path)


def _path(profile: Profile, target: Profile, protocol: str) -> MoverPath | None:
    """The path of this protocol to this target, else any path to the target."""
    there = [path for path in profile.paths if target.id in path.to]
    return next((path for path in there if protocol in path.read), there[0] if there else None)


def _given_concurrency(case: Case, mover: Profile, path: MoverPath | None, said: Workers) -> dict[str, Fact]:
    files = said.files if not math.isnan(said.files) else said.plain if mover.extra["by_hand"] else math.nan
    given = {}
    if not math.isnan(files):
        usual = _usual("files_in_flight", mover, path)
        given["files_in_flight"] = _stated(case, "files_in_flight", files)
        streams = _usual("streams", mover, path)
        if not math.isnan(streams):
            given["streams"] = _stated(case, "streams", max(streams * files / max(usual, 1.0), 1.0))
    if not math.isnan(said.streams):
        given["streams"] = _stated(case, "streams", said.streams)
    return given


def _usual(key: str, mover: Profile, path: MoverPath | None) -> float:
    fact = (path.facts.get(key) if path else None) or mover.facts.get(key)
    return 1.0 if fact is None and key == "files_in_flight" else math.nan if fact is None else fact.value


def _stated(case: Case, key: str, value: float) -> Fact:
    return Fact(f"{case.id}.{key}", value, value, value, "1", value, "1", "assumption: the case", "", "given")


def _workload(
    case: Case, catalogue: Catalogue, protocol: str, target: Profile, covers: str, agents: float
) -> Workload:
    """The case as a workload; lines that are not stated do not bound, ends that are not far apart are near."""
    assumptions = catalogue.assumptions
    base = read_workload({"volume": "1 TB", "protocol": protocol}, assumptions, EPOCH)
    inputs = dict(base.inputs)
    volume, files = _amounts(case, covers)
    size = assumptions["unstated_file_size" if math.isnan(case.files) else "file_size"]
    if math.isnan(files):
        inputs["file_size"] = _assumed(size)
        files = np.ceil(volume / size.value)
    elif math.isnan(volume):
        inputs["file_size"] = _assumed(size)
        volume = files * size.value
    else:
        inputs["file_size"] = _known(volume / max(files, 1.0))
    inputs["rtt"] = (
        _assumed(_trip(case, assumptions, protocol, target)) if math.isnan(case.rtt) else _known(case.rtt)
    )
    # Object stores and programs that make up their files have no disks that would be the bound.
    endless = protocol == "object" or covers == "create"
    inputs["source_rate"] = _known(math.inf) if endless else inputs["source_rate"]
    inputs["loss"] = inputs["loss"] if math.isnan(case.loss) else _known(case.loss)
    return replace(
        base,
        volume=volume,
        files=files,
        file_size=inputs["file_size"].value,
        link=math.inf if math.isnan(case.link) else case.link,
        round_trip_time=inputs["rtt"].value,
        loss=inputs["loss"].value,
        source_rate=inputs["source_rate"].value,
        agents=agents,
        region="any",
        inputs=inputs,
    )


def _amounts(case: Case, covers: str) -> tuple[float, float]:
    """Volume and files of the whole tree, of which a delta pass sends a part."""
    volume, files = case.volume, case.files
    if math.isnan(volume) and not math.isnan(case.file_size):
        volume = files * case.file_size
    if math.isnan(files) and not math.isnan(case.file_size) and case.file_size > 0:
        files = max(volume / case.file_size, 1.0)
    if covers == "delta":
        volume = volume / case.change
    return (0.0 if covers == "create" else volume), files


def _trip(case: Case, assumptions: dict[str, Fact], protocol: str, target: Profile) -> Fact:
    """The round-trip time to assume: over a line into a cloud it is far; inside one host there is none."""
    if not math.isnan(case.link) and (target.cloud in CLOUDS or protocol == "object"):
        return assumptions["round_trip_time"]
    if target.id == LOCAL and protocol != "object":
        return _stated(case, "rtt", 0.0)
    return assumptions["near_round_trip_time"]


def _assumed(fact: Fact) -> Input:
    return Input(fact.value, fact.base, f"{fact.shown:g} {fact.unit}", "assumed", fact.source, fact)


def _known(value: Numeric) -> Input:
    return Input(value, "", "", "given")


def _offline(case: Case, catalogue: Catalogue) -> Setting | tuple[str, ...]:
    missing = [] if not math.isnan(case.volume) else ["volume_bytes"]
    device = best_match(case.tool, catalogue.devices.values())
    if device is None:
        missing.append("a device with a profile")
    if missing or device is None:
        return tuple(missing)
    path = device.paths[0]
    target = catalogue.targets[path.to[0]]
    option = Option(
        f"{device.id}/{target.id}", "offline", target, device=_given_device(case, device), seed_path=path
    )
    workload = _workload(case, catalogue, "local", target, "job", 1.0)
    return Setting(case.id, DEVICES, option, workload, _leg(case), 1.0, True)


def _leg(case: Case) -> str:
    """Which leg of a device's journey a time covers."""
    text = f"{case.covers}; {case.tool}"
    if read_covers(case.covers) == "ship":
        return "ship"
    if has_words(text, "import", "ingest", "device to", "upload at"):
        return "import"
    return "load" if has_words(text, "to device", "load", "fill", "onto the device", "copy only") else "all"


def _given_device(case: Case, device: Profile) -> Profile:
    """The device with the number of devices and the way of writing files that the case states."""
    facts: dict[str, Any] = dict(device.facts)
    if not math.isnan(case.devices) and case.devices > 0:
        facts["usable_capacity"] = _stated(case, "usable_capacity", case.volume / case.devices)
        facts["fill"] = _stated(case, "fill", 1.0)
    batched = is_batched(f"{case.tool}; {case.covers}")
    if batched is False:
        facts.pop("batched_per_file_time", None)
    elif batched:
        facts["batch_below"] = _stated(case, "batch_below", math.inf)
    return replace(device, facts=facts)
