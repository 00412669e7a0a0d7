"""The time of a case by the engine that plans, at typical values or on draws. It never sees what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.analyses.backtest.matching import Setting
from migplan.engine.case import assumed_values
from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, copy_online, pass_busy
from migplan.engine.draws import Draws, draw_workload, with_errors
from migplan.engine.offline import evaluate_offline
from migplan.engine.outcome import BOUNDS, BY_FILES, PhaseName
from migplan.engine.parameters import Parameters, Quantify, typical
from migplan.engine.settings import spread_by
from migplan.facts import Catalogue
from migplan.formulas import Numeric
from migplan.formulas.statistics import quantiles
from migplan.inputs.workload import Workload

LEVELS = (0.1, 0.5, 0.9)
BINDS = ("line", "files", "bytes", "fixed time", "device")
"""What takes most of a time: our part of the line, the handling and listing of files, the rate of mover, source or
target, the start of a run, or a device."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Percentiles of the time of a case, in [s], and what binds it: a name of `BINDS`."""

    p10: float
    p50: float
    p90: float
    bound: str


def forecast(case: Setting, catalogue: Catalogue, draws: Draws) -> Forecast:
    """P10, P50 and P90 of the time that a case takes. [s]."""
    assumed = reality(case, catalogue, draws)
    # Numbers beyond all measure lead to times that are none, which the caller tells.
    with np.errstate(all="ignore"):
        times = np.broadcast_to(busy(case, draw_case(case, draws), assumed, draws), (1, draws.samples))[0]
        bound = binding(case, assumed_values(catalogue))
    p10, p50, p90 = quantiles(times, LEVELS).tolist()
    return Forecast(p10, p50, p90, bound)


def reality(case: Setting, catalogue: Catalogue, draws: Draws) -> Assumed:
    """The engine's assumptions with draws of how far reality strays from a forecast of the case."""
    facts = catalogue.assumptions
    sigma = spread_by(case.option, "hosted" if case.hosted else "vendor", facts, int(case.anywhere))
    return with_errors(
        assumed_values(catalogue, draws), draws, sigma, facts, facts["sigma_reported_line"].value
    )


def binding(case: Setting, assumed: Assumed) -> str:
    """What binds a case at typical values."""
    if case.option.device is not None:
        return "device"
    w = case.workload
    p = Parameters([case.option], w.region, typical)
    copy = copy_online(p, w, _at_source(case, w, assumed, typical))
    # A steady state has no start and no listing; a pass over what has changed lists everything and sends a part.
    whole = 0.0 if case.covers in ("steady", "create") else 1.0
    parts = (copy.copy * case.part, copy.scan * whole, copy.run * whole)
    longest = int(np.argmax([np.asarray(part).item() for part in parts]))
    if longest > 0:
        return ("files", "fixed time")[longest - 1]
    bound = np.asarray(copy.bound).item()
    return "files" if bound >= BY_FILES else "line" if BOUNDS[bound] in ("link", "route") else "bytes"


def draw_case(case: Setting, draws: Draws) -> Workload:
    """The workload with draws for what the case did not state."""
    drawn = draw_workload(case.workload, draws)
    item = case.workload.inputs["file_size"]
    if item.status == "assumed" and item.fact is not None and np.isnan(case.sent):
        # The files were counted and their size was not: the volume is what is not known.
        size = draws(item.fact)
        return replace(drawn, files=case.workload.files, file_size=size, volume=case.workload.files * size)
    return drawn


def busy(case: Setting, w: Workload, assumed: Assumed, quantify: Quantify = typical) -> NDArray[np.float64]:
    """The time that a case's measurement covers; the axes are row and draw. [s]."""
    p = Parameters([case.option], w.region, quantify)
    assumed = _at_source(case, w, assumed, quantify)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        found = (_copied if case.option.device is None else _carried)(case, p, w, assumed)
    times = np.asarray(found, dtype=float)
    return times[0] if times.ndim == 3 else times


def _at_source(case: Setting, w: Workload, assumed: Assumed, quantify: Quantify) -> Assumed:
    """The assumptions with what the source of a case finds, where it says what that is."""
    if np.all(np.isinf(w.source_rate)):
        return replace(assumed, source_file_rate=np.inf)
    if case.source_files is not None:
        return replace(assumed, source_file_rate=quantify(case.source_files))
    return assumed


def _copied(case: Setting, p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    copy = copy_online(p, w, assumed)
    if case.covers in ("steady", "create"):
        return copy.copy
    assert case.option.mover is not None
    verified = 0.0 if case.option.mover.verifies_by_default == "none" else case.part
    return pass_busy(p, "mover", copy, case.part, 0.0 if case.covers == "copy" else verified)


def _carried(case: Setting, p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    outcome = evaluate_offline(p, w, assumed, Clock())
    if case.covers == "all":
        return outcome.finish - assumed.cutover_fixed_time
    names = {
        "load": (PhaseName.LOAD,),
        "import": (PhaseName.IMPORT,),
        "ship": (PhaseName.SHIP_OUT, PhaseName.SHIP_BACK),
    }[case.covers]
    durations = [np.asarray(phase.duration) for phase in outcome.phases if phase.name in names]
    total: Numeric = np.sum(np.broadcast_arrays(*durations), axis=0)
    return total
