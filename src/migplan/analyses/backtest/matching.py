"""A case to what the engine evaluates: a mover or device, a target, a workload; or what is missing for that."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from migplan.analyses.backtest.cases import Case
from migplan.analyses.backtest.inputs import Ends, source_files, stated, workload
from migplan.analyses.backtest.words import (
    Workers,
    best_match,
    has_words,
    read_covers,
    read_protocol,
    read_workers,
    states_machine,
)
from migplan.engine.options import Option
from migplan.facts import Carrier, Catalogue, Device, Fact, Mover, MoverPath, Target
from migplan.inputs.workload import Workload

DEVICES = "devices"
OBJECT_COPIER, FILE_COPIER, STREAM_COPIER = "object-copier", "file-copier", "stream-copier"
"""Movers that stand for tools without a profile of their own, by what they write to."""
WIDE_AREA = "wide-area-copier"
ANY_OBJECTS, ANY_FILES, CENTRE = "object-store", "file-server", "parallel-file-system"
"""Targets that stand for those without a profile."""


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
    sent : float
        Bytes that are sent; NaN where the volume was not stated, so that no rate can be told. [B]
    source_files : Fact or None
        Files per second that the source finds, where the case says what it is.
    hosted : bool
        Whether a service copies, on a machine that the case states: neither host nor settings are in doubt.
    anywhere : bool
        Whether a tool that is run by hand copies on a machine that nobody states.
    assumed : tuple of str
        What the case should state of the data and does not: 'file_count', 'volume_bytes'.
    """

    case: str
    group: str
    option: Option
    workload: Workload
    covers: str
    part: float
    sent: float
    source_files: Fact | None = None
    hosted: bool = False
    anywhere: bool = False
    assumed: tuple[str, ...] = ()

    @property
    def profile(self) -> Mover | Device:
        """The mover or device."""
        found = self.option.device or self.option.mover
        assert found is not None
        return found


def setting(case: Case, catalogue: Catalogue) -> Setting | tuple[str, ...]:
    """What the engine needs of a case, or the names of what is missing."""
    mover = best_match(case.tool, catalogue.movers.values())
    if case.kind == "offline" or (
        case.kind == "" and mover is None and best_match(case.tool, catalogue.devices.values())
    ):
        return _offline(case, catalogue)
    target = best_match(case.target, catalogue.targets.values())
    missing = tuple(_missing(case, mover, target))
    return missing or _online(case, catalogue, mover, target)


def _missing(case: Case, mover: Mover | None, target: Target | None) -> list[str]:
    missing = []
    if math.isnan(case.volume) and math.isnan(case.files):
        missing.append("volume_bytes or file_count")
    elif math.isnan(case.files) and (case.volume == 0 or case.change > 0):
        missing.append("file_count, as nothing but files is moved or compared")
    anywhere = target.id == ANY_FILES if target is not None else read_protocol(case.target) != "object"
    unknown = mover is None and anywhere
    if math.isnan(case.link) and (unknown or (mover is not None and mover.id == STREAM_COPIER)):
        missing.append("link_bps, or a tool with a profile")
    return missing


def _online(case: Case, catalogue: Catalogue, known: Mover | None, target: Target | None) -> Setting:
    protocol = _protocol(case, catalogue)
    target = configured(target or catalogue.targets[_unnamed_target(case, known)], case)
    mover = known or catalogue.movers[_class_of(case, protocol, target)]
    covers = "delta" if case.change > 0 else read_covers(case.covers)
    said = _said(case, case.workers if case.workers.strip().isdecimal() else f"{case.workers}; {case.tool}")
    return Setting(
        case=case.id,
        group=mover.like or mover.id,
        option=_option(case, mover, target, protocol, said, catalogue),
        workload=workload(case, catalogue, covers, Ends(protocol, target, _agents(said, mover))),
        covers=covers,
        part=case.change if covers == "delta" else 1.0,
        sent=case.files * case.file_size if math.isnan(case.volume) else case.volume,
        source_files=source_files(case, catalogue),
        hosted=not mover.by_hand and states_machine(case.workers, catalogue.hosts.values()),
        anywhere=mover.by_hand
        and not states_machine(f"{case.source} {case.workers}", catalogue.hosts.values()),
        assumed=_assumed(case),
    )


def _assumed(case: Case) -> tuple[str, ...]:
    """What of the data an assumption stands for: of volume, count and mean size of files two are wanted."""
    stated = {"file_count": case.files, "volume_bytes": case.volume}
    absent = tuple(key for key, value in stated.items() if math.isnan(value))
    return absent if math.isnan(case.file_size) else ()


def configured(target: Target, case: Case) -> Target:
    """The configuration on the medium that a case names, else on the first there is; the target where it has none."""
    named = [own for own in target.configurations if has_words(case.target, own.medium)]
    return next(iter(named or target.configurations), target)


def _unnamed_target(case: Case, mover: Mover | None) -> str:
    if read_protocol(case.target) == "object":
        return ANY_OBJECTS
    wide = mover is not None and WIDE_AREA in (mover.id, mover.like)
    return CENTRE if wide else ANY_FILES


def _protocol(case: Case, catalogue: Catalogue) -> str:
    named = best_match(case.source, catalogue.targets.values())
    if named is not None and named.kind == "object":
        return "object"
    found = read_protocol(case.source)
    if found == "local" and named is not None:
        return next((p for p in named.protocols if p in ("smb", "nfs")), "local")
    return found


def _class_of(case: Case, protocol: str, target: Target) -> str:
    if target.kind == "object" or protocol == "object":
        return OBJECT_COPIER
    return FILE_COPIER if math.isnan(case.link) else STREAM_COPIER


def _said(case: Case, text: str) -> Workers:
    """What works side by side: as columns state it, else as a text says."""
    said = read_workers(text)
    stated = {"agents": case.hosts, "files": case.threads, "streams": case.streams}
    return replace(said, runs=case.runs, **{key: value for key, value in stated.items() if value >= 1})


def _agents(said: Workers, mover: Mover) -> float:
    """Hosts side by side. Where a service does the copying a plain number counts them, and so do its runs."""
    plain = math.nan if mover.by_hand else np.fmax(said.plain, said.runs)
    return float(np.fmax(1.0, plain if math.isnan(said.agents) else said.agents))


def _option(
    case: Case, mover: Mover, target: Target, protocol: str, said: Workers, catalogue: Catalogue
) -> Option:
    path = _path(mover, target, protocol)
    given = dict(_given(case, mover, path, said))
    mover = structs.replace(mover, facts={**mover.facts, **given})
    if path is not None:
        path = structs.replace(
            path, facts={key: fact for key, fact in path.facts.items() if key not in given}
        )
    name = f"{mover.id}/{target.id}"
    return Option(name, "online", target, mover=mover, route=catalogue.routes["internet"], path=path)


def _path(profile: Carrier, target: Target, protocol: str) -> MoverPath | None:
    """The path of this protocol to this target, else any path to the target."""
    there = [path for path in profile.paths if target.id in path.to]
    return next((path for path in there if protocol in path.read), there[0] if there else None)


def _given(case: Case, mover: Mover, path: MoverPath | None, said: Workers) -> dict[str, Fact]:
    """Concurrency that the case states, in place of the tool's usual one."""
    files = said.plain if math.isnan(said.files) and mover.by_hand else said.files
    given = {}
    if said.runs >= 1 and mover.by_hand:
        # Each run handles as many files at once as one does; what is given is of one host.
        here = max(said.runs / _agents(said, mover), 1.0)
        files = here * (files if files >= 1 else _usual("files_in_flight", mover, path))
    if files >= 1:
        given["files_in_flight"] = stated(case, "files_in_flight", files)
        streams = _usual("streams", mover, path)
        usual = max(_usual("files_in_flight", mover, path), 1.0)
        if not math.isnan(streams):
            given["streams"] = stated(case, "streams", max(streams * files / usual, 1.0))
    if said.streams >= 1:
        given["streams"] = stated(case, "streams", said.streams)
    return given


def _usual(key: str, mover: Mover, path: MoverPath | None) -> float:
    fact = (None if path is None else path.facts.get(key)) or mover.facts.get(key)
    return math.nan if fact is None else fact.value


def _offline(case: Case, catalogue: Catalogue) -> Setting | tuple[str, ...]:
    missing = [] if case.volume > 0 else ["volume_bytes"]
    device = best_match(case.tool, catalogue.devices.values())
    if missing or device is None:
        return (*missing, *(() if device else ("a device with a profile",)))
    path = device.paths[0]
    target = configured(catalogue.targets[path.to[0]], case)
    name, given = f"{device.id}/{target.id}", {**device.facts, **_given_device(case)}
    return Setting(
        case=case.id,
        group=DEVICES,
        option=Option(name, "offline", target, device=structs.replace(device, facts=given), seed_path=path),
        workload=workload(case, catalogue, "job", Ends("local", target, float(np.fmax(case.hosts, 1.0)))),
        covers=_leg(case),
        part=1.0,
        sent=case.volume,
        source_files=source_files(case, catalogue),
        assumed=_assumed(case),
    )


def _leg(case: Case) -> str:
    """Which leg of a device's journey a time covers."""
    text = f"{case.covers}; {case.tool}"
    if read_covers(case.covers) == "ship":
        return "ship"
    if has_words(text, "import", "ingest", "device to", "upload at"):
        return "import"
    return "load" if has_words(text, "to device", "load", "fill", "onto the device", "copy only") else "all"


def _given_device(case: Case) -> dict[str, Fact]:
    """The number of devices and of copy processes that the case states."""
    given, said = {}, _said(case, f"{case.workers}; {case.tool}")
    if case.devices >= 1:
        given["usable_capacity"] = stated(case, "usable_capacity", case.volume / case.devices)
        given["fill"] = stated(case, "fill", 1.0)
    files = np.fmax(said.files, said.runs / np.fmax(case.hosts, 1.0))
    if files >= 1:
        given["files_in_flight"] = stated(case, "files_in_flight", float(files))
    return given
