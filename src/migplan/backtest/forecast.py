"""The time of a case by the engine that plans, at typical values or on draws. It never sees what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.backtest.matching import Setting
from migplan.catalogue import Catalogue
from migplan.evaluate import Always, Assumed, assumed_values
from migplan.evaluate.copying import copy_online, pass_busy
from migplan.evaluate.offline import evaluate_offline
from migplan.evaluate.parameters import Parameters, Quantify, typical
from migplan.formulas import Numeric
from migplan.uncertainty import Draws, draw_workload, percentile
from migplan.workload import Workload

LEVELS = (10.0, 50.0, 90.0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Percentiles of the time of a case. [s]."""

    p10: float
    p50: float
    p90: float


def forecast(case: Setting, catalogue: Catalogue, draws: Draws) -> Forecast:
    """P10, P50 and P90 of the time that a case takes. [s]."""
    sigma = catalogue.assumptions["sigma_vendor"].value
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    times = np.broadcast_to(busy(case, draw_case(case, draws), assumed, draws), (draws.samples,))
    return Forecast(*(percentile(times, level) for level in LEVELS))


def draw_case(case: Setting, draws: Draws) -> Workload:
    """The workload with draws for what the case did not state."""
    drawn = draw_workload(case.workload, draws)
    item = case.workload.inputs["file_size"]
    if item.status == "assumed" and not case.counts_bytes and item.fact is not None:
        # The files were counted and their size was not: the volume is what is not known.
        size = draws(item.fact)
        return replace(drawn, files=case.workload.files, file_size=size, volume=case.workload.files * size)
    return drawn


def busy(case: Setting, w: Workload, assumed: Assumed, quantify: Quantify = typical) -> NDArray[np.float64]:
    """The time that a case's measurement covers; as many as `quantify` makes of a fact. [s]."""
    p = Parameters([case.option], w.region, quantify)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        if case.option.device is not None:
            found = _carried(case.covers, p, w, assumed)
        else:
            found = _copied(case, p, w, _without_source(w, assumed))
    return (
        np.atleast_1d(np.asarray(found, dtype=float))[0] if np.ndim(found) > 1 else np.asarray(found, float)
    )


def _without_source(w: Workload, assumed: Assumed) -> Assumed:
    return replace(assumed, source_file_rate=np.inf) if np.all(np.isinf(w.source_rate)) else assumed


def _copied(case: Setting, p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    copy = copy_online(p, w, assumed)
    if case.covers in ("steady", "create"):
        return copy.copy
    assert case.option.mover is not None
    verified = 0.0 if case.option.mover.extra["verifies_by_default"] == "none" else case.part
    return pass_busy(p, "mover", copy, case.part, 0.0 if case.covers == "copy" else verified)


def _carried(covers: str, p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    outcome = evaluate_offline(p, w, assumed, Always())
    if covers == "all":
        return outcome.finish - assumed.cutover_fixed_time
    names = {"load": ("load",), "import": ("import",), "ship": ("ship out", "ship back")}[covers]
    found: Any = sum(phase.duration for phase in outcome.phases if phase.name in names)
    return found


Busy = Callable[[Setting, Workload, Assumed, Quantify], NDArray[np.float64]]
