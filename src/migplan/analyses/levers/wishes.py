"""To want less is a lever as well: a later deadline, a longer cutover window, a larger budget.

It is what the closest way needs, where it misses nothing else: another one may need a little less of it at a price that
nobody would pay, or cost a little less and end weeks later.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.analyses.levers.knobs import KNOBS, Change, digit_step, relative, single, three_digits
from migplan.analyses.levers.measure import Array, Measure
from migplan.analyses.levers.search import Search, meeting
from migplan.analyses.levers.standing import Standing
from migplan.engine.options import Option
from migplan.errors import counted
from migplan.units import DAY

WISHES = ("deadline", "cutover_window", "budget")

LATEST = "latest_deadline"
"""The assumption that says how much later than it is given a deadline is one."""

_TURNS, _NEAR = 6, 8
"""How often a deadline is put off that nothing meets after all, and how many options may meet the one that is told."""


def less_wanted(measure: Measure, standings: Sequence[Standing], closest: str) -> dict[str, Change]:
    """How much less would have to be wanted, of one wish alone.

    Parameters
    ----------
    closest : str
        Id of the option that is the closest today.
    """
    found = _deadline(measure, standings, closest) | _budget(measure, standings, closest)
    return found | _window(measure, [s for s in standings if s.option.id == closest])


def _deadline(measure: Measure, standings: Sequence[Standing], closest: str) -> dict[str, Change]:
    """The end of the closest option, else the first end of one, that meets all the rest in time that makes sense."""
    w, latest = measure.workload, latest_deadline(measure)
    within = [s for s in standings if s.in_window(w) and s.in_budget(w) and s.finish <= latest]
    others = sorted(within, key=lambda s: s.finish)
    first = next((s for s in others if s.option.id == closest), next(iter(others), None))
    if first is None or not w.deadline < first.finish:
        return {}
    end, options = first.finish, [first.option, *(s.option for s in others[:_NEAR] if s is not first)]
    for _ in range(_TURNS):
        days = three_digits(end / DAY, away=True)
        there = Measure(measure.case.of(replace(w, deadline=days * DAY)), measure.draws)
        ends, meets = _judged(there, options)
        able = [option for option, met in zip(options, meets, strict=True) if met]
        if able:
            best = able[there.best(able, {})]
            now, needed = (counted(float(value), "day", ".6g") for value in (w.deadline / DAY, days))
            size = relative(float(w.deadline), days * DAY)
            return {"deadline": single("deadline", now, needed, best, there.cash(best, {}), size)}
        # With more time a way is run with less effort, and may end later still.
        end = max(float(ends[0]), (days + digit_step(days)) * DAY)
        if not end <= latest:
            break
    return {}


def latest_deadline(measure: Measure) -> float:
    """The latest deadline that is one: so many times the given one, and at least as far as costs are counted. [s]."""
    w = measure.workload
    return float(max(w.deadline * measure.case.facts.assumptions[LATEST].value, w.horizon))


def _judged(there: Measure, options: Sequence[Option]) -> tuple[Array, NDArray[np.bool_]]:
    """When options end, and whether they meet."""
    ends = there.judged(options, {})[0]
    return ends, meeting(there, options)


def _window(measure: Measure, closest: Sequence[Standing]) -> dict[str, Change]:
    """The window that the closest option needs, if it meets all the rest."""
    w = measure.workload
    if np.isnan(w.cutover_window) or not closest or closest[0].in_window(w):
        return {}
    search = Search(measure, closest, [knob for knob in KNOBS if knob.field == "cutover_window"])
    found = search.run()
    return {"cutover_window": search.change(0, found[0])} if found else {}


def _budget(measure: Measure, standings: Sequence[Standing], closest: str) -> dict[str, Change]:
    """The cost of the closest option, else of the cheapest, that meets all the rest."""
    w = measure.workload
    able = [s for s in standings if s.in_window(w) and s.in_time(w)]
    near = [s.cost for s in able if s.option.id == closest and np.isfinite(s.cost)]
    best = min(near or (s.cost for s in able), default=np.inf)
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
