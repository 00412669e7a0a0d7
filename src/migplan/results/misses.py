"""Which wishes the recommended option misses, and what about a verdict another seed may turn."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.engine.certainty import Certainty, CloseCall
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.ranking import JUDGED, unkept
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.results.model import finite
from migplan.results.shown import AN_END
from migplan.units import DAY, HOUR

_NEVER = "never"
_CALLED = {"deadline": "the deadline", "cutover_window": "the cutover window"}


def build_misses(chosen: EvaluatedOption, w: Workload) -> tuple[dict[str, Any], ...]:
    """Each wish that an option misses: what was wanted, what is got, and by how much it is missed, as texts."""
    verdict, missed = chosen.verdict, []
    deadline, window = float(w.deadline), float(w.cutover_window)
    if not verdict.keeps:
        missed.append(_unkept(chosen, w))
    if not verdict.in_time and not np.isnan(deadline):
        missed.append(
            _miss("deadline", w, _days(deadline), _days(chosen.decisive), _days(chosen.decisive - deadline))
        )
    elif not verdict.in_time:
        missed.append({"wish": "deadline", "wanted": AN_END, "got": _NEVER, "by": ""})
    if not verdict.in_window:
        cutover = chosen.cutover if chosen.spread is None else chosen.spread.cutover_p80
        by = _hours(cutover - window)
        missed.append(_miss("cutover_window", w, _hours(window), _hours(cutover), by))
    if not verdict.in_budget:
        missed.append(_dear(chosen, w))
    return tuple(missed)


def _miss(wish: str, w: Workload, wanted: str, got: str, by: str) -> dict[str, Any]:
    """A date as it was given beside the time until then."""
    given = w.inputs[wish].text.strip()
    return {
        "wish": wish,
        "wanted": f"{wanted} ({given})" if given[4:5] == "-" else wanted,
        "got": got,
        # What never ends is late by no number.
        "by": "" if by == _NEVER else by,
    }


def _unkept(chosen: EvaluatedOption, w: Workload) -> dict[str, Any]:
    keeps = chosen.option.keeps or {}
    levels = {"partial": "only in part", "no": "lost"}
    lost = {name: levels.get(keeps.get(name, "unknown"), "not known") for name in unkept(chosen.option, w)}
    wanted = ", ".join(ATTRIBUTES[name] for name in lost)
    got = ", ".join(f"{ATTRIBUTES[name]}: {level}" for name, level in lost.items())
    return {"wish": "keep", "wanted": wanted, "got": got, "by": ""}


def _dear(chosen: EvaluatedOption, w: Workload) -> dict[str, Any]:
    """With unknown prices at an upper bound, which is said, and in no difference."""
    cost = chosen.cost
    wanted, known = f"{w.budget:,.0f} USD", cost.total > w.budget
    if cost.complete:
        return {
            "wish": "budget",
            "wanted": wanted,
            "got": f"{cost.total:,.0f} USD",
            "by": f"{cost.total - w.budget:,.0f} USD",
        }
    bound = f"up to {cost.ceiling:,.0f} USD" if np.isfinite(cost.ceiling) else "an amount that is not known"
    got = f"at least {cost.total:,.0f} USD" if known else f"{bound}, since prices are not known"
    return {"wish": "budget", "wanted": wanted, "got": got, "by": ""}


def _days(seconds: float) -> str:
    number = finite(seconds)
    return _NEVER if number is None else f"{number / DAY:,.1f} days"


def _hours(seconds: float) -> str:
    number = finite(seconds)
    return _NEVER if number is None else f"{number / HOUR:,.1f} hours"


def build_close_calls(
    certainty: Certainty, chosen: EvaluatedOption, w: Workload
) -> tuple[dict[str, Any], ...]:
    """Why a verdict is on the edge."""
    draws = 0 if chosen.sampled is None else len(chosen.sampled)
    return tuple(
        {
            "wish": call.wish,
            "option": call.option,
            "other": call.other or None,
            "p_wish": finite(call.chance),
            "text": _close_call(call, chosen, draws, bool(np.isnan(w.deadline))),
        }
        for call in certainty.close
    )


def _close_call(call: CloseCall, chosen: EvaluatedOption, draws: int, open_end: bool) -> str:
    """Where no deadline was given what may fail is that it ends at all."""
    if call.wish not in _CALLED and not chosen.verdict.meets:
        return f"{call.option} is about as close: {draws:,} draws cannot tell which of the two is closer."
    if call.wish not in _CALLED:
        what = "sum" if call.wish == "cost" else "time"
        return f"{call.option} comes to about the same {what}: {draws:,} draws cannot tell which of the two is better."
    mine = call.option == chosen.option.id
    ends = open_end and call.wish == "deadline"
    what = "that it ends" if ends else f"of keeping {_CALLED[call.wish]}"
    sentence = (
        f"{'The' if mine else f'{call.option}: the'} chance {what} is"
        f" {100.0 * call.chance:.0f} %, which {draws:,} draws"
        f" cannot tell from the {100.0 * JUDGED:.0f} % wanted"
    )
    if mine:
        return f"{sentence}; if not, {call.other}." if call.other else f"{sentence}."
    if call.instead:
        return (
            f"{sentence}; if it alone {'does' if ends else 'keeps it'}, it comes before {chosen.option.id}."
        )
    return f"{sentence}; if it {'does' if ends else 'keeps it'}, it comes before {chosen.option.id}."
