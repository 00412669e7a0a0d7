"""What it would take: for each single input the smallest change that makes a plan meet what was asked for.

The forward model is inverted, so that a lever fed back as an input meets, and a little less does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import KNOBS, lever, three_digits
from migplan.analyses.levers.ladders import earlier_start, more_hours
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import Search
from migplan.analyses.levers.standing import Standing, standings
from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.engine.options import Option
from migplan.errors import counted
from migplan.inputs.workload import Workload
from migplan.units import DAY

__all__ = ["find_levers", "standings"]


def find_levers(
    case: Case,
    draws: Draws | None,
    standings: Sequence[Standing],
) -> tuple[dict[str, Any], ...]:
    """Each single lever that makes the plan meet, with the value that is needed.

    Parameters
    ----------
    draws : Draws or None
        Judged at P80 of these draws; None judges typical values.
    standings : sequence of Standing
        Every option that words allow, as it stands now.
    """
    # What keeps all that must be kept ranks before what does not, even if it is late: it is what has to be helped.
    if any(s.sure and np.isfinite(s.typical) for s in standings):
        standings = [s for s in standings if s.sure]
    if not standings:
        return ()
    measure, w = Measure(case, draws), case.workload
    knobs = [knob for knob in KNOBS if _can_move(knob.now(w), knob.farthest(knob.now(w)))]
    search = Search(measure, standings, knobs)
    found = {
        knobs[k].field: lever(
            knobs[k].field,
            knobs[k].text(w, knobs[k].now(w)),
            knobs[k].text(w, value),
            search.helped(k, value),
        )
        for k, value in search.run().items()
    }
    if "devices" in found:
        found["devices"]["now"] = _held(standings)
    found.update(more_hours(measure, standings))
    found.update(earlier_start(measure, standings))
    found.update(_deadline(measure, standings) | _budget(measure, standings))
    order = (
        *(knob.field for knob in KNOBS[:5]),
        "hours",
        "change",
        "start",
        "deadline",
        "cutover_window",
        "budget",
    )
    return tuple(found[name] for name in order if name in found)


def _held(standings: Sequence[Standing]) -> str:
    """How many devices the providers let one hold at once."""
    pools = {
        fact.value
        for s in standings
        if s.option.device is not None and (fact := s.option.device.fact("pool")) is not None
    }
    return f"{' or '.join(f'{pool:.0f}' for pool in sorted(pools))} at once" if pools else "no limit stated"


def _can_move(now: float, far: float) -> bool:
    return not (np.isnan(now) or np.isnan(far) or now == far)


def _deadline(measure: Measure, standings: Sequence[Standing]) -> dict[str, Any]:
    """The first end of an option that meets all the rest."""
    w = measure.workload
    able = [s for s in standings if _in_window(w, s) and _in_budget(w, s)]
    best = min((s.finish for s in able), default=np.inf)
    if np.isnan(w.deadline) or not w.deadline < best < np.inf:
        return {}
    days = three_digits(best / DAY, away=True)
    helped = _helped(measure, [s for s in able if s.finish <= max(days * DAY, best)])
    return {
        "deadline": lever(
            "deadline", counted(float(w.deadline) / DAY, "day", ".6g"), counted(days, "day", ".6g"), helped
        )
    }


def _budget(measure: Measure, standings: Sequence[Standing]) -> dict[str, Any]:
    """The cost of the cheapest option that meets all the rest."""
    w = measure.workload
    able = [s for s in standings if _in_window(w, s) and _in_time(w, s)]
    best = min((s.cost for s in able), default=np.inf)
    if np.isnan(w.budget) or not w.budget < best < np.inf:
        return {}
    usd = three_digits(best, away=True)
    helped = _helped(measure, [s for s in able if s.cost <= max(usd, best)])
    return {"budget": lever("budget", f"{w.budget:.6g} USD", f"{usd:.0f} USD", helped)}


def _helped(measure: Measure, standings: Sequence[Standing]) -> Option:
    """The option that a plan recommends among these, which all meet."""
    options = [s.option for s in standings]
    return options[measure.best(options, {})]


def _in_window(w: Workload, s: Standing) -> bool:
    return bool(np.isnan(w.cutover_window) or s.cutover <= w.cutover_window)


def _in_time(w: Workload, s: Standing) -> bool:
    return bool(np.isfinite(s.finish) and (np.isnan(w.deadline) or s.finish <= w.deadline))


def _in_budget(w: Workload, s: Standing) -> bool:
    return bool(np.isnan(w.budget) or s.cost <= w.budget)
