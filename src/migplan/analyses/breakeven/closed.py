"""The closed form of a break-even: two straight lines of time over volume, with the slopes that the engine has."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate_stacks
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS, PhaseName
from migplan.formulas import only
from migplan.formulas.cost import breakeven_rate, breakeven_volume
from migplan.inputs.workload import Workload


class Terms(NamedTuple):
    """What the closed form is made of. [s], [B/s]"""

    offline_fixed: float
    online_fixed: float
    online_rate: float
    load_rate: float
    import_rate: float


def closed_form(first: Option, second: Option, case: Case, over: str) -> float | None:
    """Volume or line rate at which a way over a line and one by device take the same time.

    Its terms are those of one workload: what devices and passes there are for it, and which rates, are taken to be the
    same at every volume and line rate.

    Parameters
    ----------
    over : str
        'volume' or 'link'.

    Returns
    -------
    float or None
        [B] or [B/s]; infinite for never, None where there is no closed form.
    """
    pair = {option.kind: option for option in (first, second)}
    online, device = pair.get("online"), pair.get("offline") or pair.get("hybrid")
    if online is None or device is None:
        return None
    w = case.workload
    line, carried = (_phases(option, case) for option in (online, device))
    if line is None or carried is None:
        return None
    terms = _terms(line, carried, device, w)
    if over == "volume":
        return float(breakeven_volume(*terms))
    if line["bound"] != "link":
        return None
    payload = breakeven_rate(only(w.volume), *terms[:2], *terms[3:]) + only(w.change_rate)
    # What the line moves now is in proportion to its rate as long as nothing else bounds it.
    return float(payload * only(w.link) / line["rate"])


def _phases(option: Option, case: Case) -> dict[str, Any] | None:
    """Ends and lengths of an option's stretches, its rate and what bounds it; None where it never ends. [s]."""
    for stack in evaluate_stacks(case, [option]):
        outcome = stack.outcome
        if not np.isfinite(outcome.finish).all():
            return None
        found: dict[str, Any] = {
            phase.name: (only(phase.start), only(phase.duration)) for phase in outcome.phases
        }
        found["rate"] = only(outcome.details.get("rate", math.nan))
        found["bound"] = BOUNDS[int(np.ravel(outcome.bound)[0])]
        return found
    return None


def _terms(line: dict[str, Any], carried: dict[str, Any], device: Option, w: Workload) -> Terms:
    volume = only(w.volume)
    begin = min(line[name][0] for name in (PhaseName.SCAN, PhaseName.COPY))
    sent = max(sum(line[name]) for name in (PhaseName.SCAN, PhaseName.COPY, PhaseName.VERIFY))
    online_rate = volume / (sent - begin) - only(w.change_rate)
    assert device.device is not None
    read_in = device.device.fact("import_fixed_time", w.region)
    waits = 0.0 if read_in is None else read_in.value
    begun, loading = carried[PhaseName.LOAD]
    moved = carried[PhaseName.IMPORT][1] - waits + carried[PhaseName.SECOND_HOP][1]
    fixed = begun + carried[PhaseName.SHIP_BACK][1] + waits
    if device.kind == "hybrid":
        # What changed while the devices were away is sent at the rate that is left beside further changes.
        away = sum(carried[PhaseName.SECOND_HOP]) - begun
        fixed += only(w.change_rate) * away / online_rate if online_rate > 0 else math.inf
    return Terms(
        offline_fixed=fixed,
        online_fixed=begin,
        online_rate=online_rate,
        load_rate=volume / loading if loading > 0 else math.inf,
        import_rate=volume / moved if moved > 0 else math.inf,
    )
