"""What it would take: for each input the smallest change that makes a plan meet, of two where no single one does.

The forward model is inverted, so that a lever fed back as an input meets, and a little less does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import KNOBS, Change, can_move, relative, single, three_digits
from migplan.analyses.levers.ladders import earlier_start, more_hours
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.pairs import find_pairs
from migplan.analyses.levers.search import Search
from migplan.analyses.levers.standing import Standing, standings
from migplan.analyses.levers.words import by_words, steps
from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.engine.options import Option
from migplan.errors import counted
from migplan.inputs.workload import Workload
from migplan.units import DAY

__all__ = ["find_levers", "standings"]


@dataclass(frozen=True, slots=True)
class Found:
    """What would make a plan meet: changes of a single input, and of two where no single one does it.

    Attributes
    ----------
    weighed : tuple of str
        The assumptions that were read for it.
    """

    levers: tuple[dict[str, Any], ...] = ()
    pairs: tuple[dict[str, Any], ...] = ()
    weighed: tuple[str, ...] = ()


def find_levers(
    case: Case, draws: Draws | None, standings: Sequence[Standing], cash_now: float = np.nan
) -> Found:
    """Each single lever that makes the plan meet, with the value that is needed; pairs where none of them does.

    Parameters
    ----------
    draws : Draws or None
        Judged at P80 of these draws; None judges typical values.
    standings : sequence of Standing
        Every option that words allow, as it stands now.
    cash_now : float
        What the option that is the closest costs in all, NaN where a price is not known. [USD]
    """
    measure, w = Measure(case, draws), case.workload
    words = by_words(measure, standings)
    # What keeps all that must be kept ranks before what does not, even if it is late: it is what has to be helped.
    if any(s.sure and np.isfinite(s.typical) for s in standings):
        standings = [s for s in standings if s.sure]
    knobs = [knob for knob in KNOBS if can_move(knob.now(w), knob.farthest(knob.now(w)))]
    found = words
    if standings:
        search = Search(measure, standings, knobs)
        found = found | {knobs[k].field: search.change(k, value) for k, value in search.run().items()}
        if "devices" in found:
            found["devices"] = replace(found["devices"], now=(_held(standings),))
        found |= more_hours(measure, standings) | earlier_start(measure, standings)
        found |= _deadline(measure, standings) | _budget(measure, standings)
    singles = [found[name] for name in _ORDER if name in found]
    helpless = not any(name not in _WISHES for name in found)
    pairs = find_pairs(measure, standings, knobs) if helpless else ()
    least = min(singles, key=lambda change: change.size, default=None)
    told = [{**change.told(cash_now), "smallest": change is least} for change in singles]
    weighed = (
        *(f"weight_{step.field}" for step in steps(w, case.facts.assumptions)),
        *(("pair_step", "pair_steps") if helpless else ()),
    )
    return Found(tuple(told), tuple(pair.told(cash_now) for pair in pairs), weighed)


_WISHES = ("deadline", "cutover_window", "budget")
"""To want less is a lever as well, but nothing that anybody can do."""

_ORDER = (
    "verify", *(knob.field for knob in KNOBS[:5]), "hours", "change", "start", "cutover_days", "new_circuits",
    "availability", "deadline", "cutover_window", "budget",
)  # fmt: skip


def _held(standings: Sequence[Standing]) -> str:
    """How many devices the providers let one hold at once."""
    pools = {
        fact.value
        for s in standings
        if s.option.device is not None and (fact := s.option.device.fact("pool")) is not None
    }
    return f"{' or '.join(f'{pool:.0f}' for pool in sorted(pools))} at once" if pools else "no limit stated"


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
