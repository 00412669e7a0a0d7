"""To want less is a lever as well: a later deadline, a larger budget. The cutover window is searched with the knobs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from migplan.analyses.levers.knobs import Change, relative, single, three_digits
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.standing import Standing
from migplan.engine.options import Option
from migplan.errors import counted
from migplan.inputs.workload import Workload
from migplan.units import DAY

WISHES = ("deadline", "cutover_window", "budget")


def less_wanted(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The first end, and the least cost, of an option that meets all the rest."""
    return _deadline(measure, standings) | _budget(measure, standings)


def _deadline(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The first end of an option that meets all the rest."""
    w = measure.workload
    able = [s for s in standings if _in_window(w, s) and _in_budget(w, s)]
    best = min((s.finish for s in able), default=np.inf)
    if np.isnan(w.deadline) or not w.deadline < best < np.inf:
        return {}
    days = three_digits(best / DAY, away=True)
    option, cash = _helped(measure, [s for s in able if s.finish <= max(days * DAY, best)])
    now, needed = (counted(float(value), "day", ".6g") for value in (w.deadline / DAY, days))
    return {
        "deadline": single("deadline", now, needed, option, cash, relative(float(w.deadline), days * DAY))
    }


def _budget(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The cost of the cheapest option that meets all the rest."""
    w = measure.workload
    able = [s for s in standings if _in_window(w, s) and _in_time(w, s)]
    best = min((s.cost for s in able), default=np.inf)
    if np.isnan(w.budget) or not w.budget < best < np.inf:
        return {}
    usd = three_digits(best, away=True)
    option, cash = _helped(measure, [s for s in able if s.cost <= max(usd, best)])
    now, needed = f"{w.budget:.6g} USD", f"{usd:.0f} USD"
    return {"budget": single("budget", now, needed, option, cash, relative(float(w.budget), usd))}


def _helped(measure: Measure, standings: Sequence[Standing]) -> tuple[Option, float]:
    """The option that a plan recommends among these, which all meet, and its cash. [USD]."""
    options = [s.option for s in standings]
    best = options[measure.best(options, {})]
    return best, measure.cash(best, {})


def _in_window(w: Workload, s: Standing) -> bool:
    return bool(np.isnan(w.cutover_window) or s.cutover <= w.cutover_window)


def _in_time(w: Workload, s: Standing) -> bool:
    return bool(np.isfinite(s.finish) and (np.isnan(w.deadline) or s.finish <= w.deadline))


def _in_budget(w: Workload, s: Standing) -> bool:
    return bool(np.isnan(w.budget) or s.cost <= w.budget)
