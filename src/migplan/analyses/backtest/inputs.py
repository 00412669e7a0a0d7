"""The workload of a case: what it states, and what stands in for what it does not."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from migplan.analyses.backtest.cases import Case
from migplan.analyses.backtest.words import read_host
from migplan.engine.copying import BY_DEFAULT
from migplan.facts import Catalogue, Fact, Target
from migplan.formulas import Numeric
from migplan.inputs.fields import CLOUDS
from migplan.inputs.workload import Input, Workload, read_workload

LOCAL = "local-disk"
"""The target inside the copying host."""
EPOCH = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Ends:
    """What lies at both ends of a case, and how many hosts copy. [1]."""

    protocol: str
    target: Target
    agents: float = 1.0


def stated(case: Case, key: str, value: float) -> Fact:
    """A number of the case in the place of a fact."""
    return Fact(f"{case.id}.{key}", value, value, value, "1", value, "1", "assumption: the case", "", "given")


def workload(case: Case, catalogue: Catalogue, covers: str, ends: Ends) -> Workload:
    """The case as a workload; lines that are not stated do not bound, and what is assumed can be drawn."""
    assumptions = catalogue.assumptions
    base = read_workload({"volume": "1 TB", "protocol": ends.protocol}, assumptions, EPOCH)
    volume, files, size = _amounts(case, covers, assumptions)
    trip = case.rtt if not math.isnan(case.rtt) else _trip(case, assumptions, ends)
    inputs = dict(base.inputs)
    inputs["file_size"] = _input(size)
    inputs["rtt"] = _input(trip)
    inputs["share"] = _input(assumptions["timed_share"])
    inputs["source_rate"] = _source_rate(case, catalogue, covers, ends, inputs["source_rate"])
    inputs["loss"] = inputs["loss"] if math.isnan(case.loss) else _input(case.loss)
    return replace(
        base,
        volume=volume,
        files=files,
        file_size=inputs["file_size"].value,
        link=math.inf if math.isnan(case.link) else case.link,
        share=inputs["share"].value,
        round_trip_time=inputs["rtt"].value,
        loss=inputs["loss"].value,
        source_rate=inputs["source_rate"].value,
        agents=ends.agents,
        threads=BY_DEFAULT,
        region="any",
        inputs=inputs,
    )


def _amounts(
    case: Case, covers: str, assumptions: Mapping[str, Fact]
) -> tuple[Numeric, Numeric, float | Fact]:
    """Volume, files and mean size of the whole tree, of which a delta pass sends a part."""
    volume, files = case.volume, case.files
    if math.isnan(volume):
        volume = files * case.file_size
    if math.isnan(files) and case.file_size > 0:
        files = max(volume / case.file_size, 1.0)
    size: float | Fact = volume / max(files, 1.0)
    if math.isnan(volume):
        size = assumptions["file_size"]
        volume = files * size.value
    elif math.isnan(files):
        size = assumptions["unstated_file_size"]
        files = float(np.ceil(volume / size.value))
    if covers == "create":
        volume = 0.0
    elif covers == "delta" and not math.isnan(case.volume):
        volume = volume / case.change
    return volume, files, size


def _trip(case: Case, assumptions: Mapping[str, Fact], ends: Ends) -> float | Fact:
    """The round-trip time to assume: far over a line into a cloud, none inside one host, else near."""
    if not math.isnan(case.link) and (ends.target.cloud in CLOUDS or ends.protocol == "object"):
        return assumptions["round_trip_time"]
    inside = ends.target.id == LOCAL and ends.protocol != "object"
    return 0.0 if inside else assumptions["near_round_trip_time"]


def _source_rate(case: Case, catalogue: Catalogue, covers: str, ends: Ends, usual: Input) -> Input:
    """What the source gives: the port of the machine that is named; no bound for object stores and empty files."""
    host = read_host(f"{case.source} {case.workers}", catalogue.hosts.values())
    if covers == "create":
        return _input(math.inf)
    if host is not None and "network_rate" in host.facts:
        port, count = host.facts["network_rate"], ends.agents
        return _input(replace(port, value=port.value * count, low=port.low * count, high=port.high * count))
    return _input(math.inf) if ends.protocol == "object" else usual


def source_files(case: Case, catalogue: Catalogue) -> Fact | None:
    """Files per second that the disks of the source find, where the case says what it is."""
    host = read_host(case.source, catalogue.hosts.values())
    return None if host is None else host.facts.get("file_rate")


def _input(value: float | Fact) -> Input:
    if isinstance(value, Fact):
        return Input(value.value, value.base, f"{value.shown:g} {value.unit}", "assumed", value.source, value)
    return Input(value, "", "", "given")
