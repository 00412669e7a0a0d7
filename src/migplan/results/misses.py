"""Which wishes the recommended option misses, and what about a verdict another seed may turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from migplan.engine.certainty import Certainty, CloseCall
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.ranking import JUDGED, not_kept
from migplan.facts import Fact
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.language import message, messages, say, worded
from migplan.results.alternatives import price_of_surety
from migplan.results.display import AN_END
from migplan.results.model import finite
from migplan.units import DAY, HOUR

_NEVER = "never"
_CALLED = messages({"deadline": "the deadline", "cutover_window": "the cutover window"})


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
    levels = {"partial": message("only in part"), "no": message("lost")}
    lost = {
        name: worded(levels.get(keeps.get(name, "unknown"), message("not known")))
        for name in not_kept(chosen.option, w)
    }
    wanted = worded(", ").join(worded(ATTRIBUTES[name]) for name in lost)
    got = worded(", ").join(f"{worded(ATTRIBUTES[name])}: {level}" for name, level in lost.items())
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
    got = worded("an amount that is not known, since prices are not known")
    if known:
        got = say("at least {amount} USD", amount=f"{cost.total:,.0f}")
    elif np.isfinite(cost.ceiling):
        got = say("up to {amount} USD, since prices are not known", amount=f"{cost.ceiling:,.0f}")
    return {"wish": "budget", "wanted": wanted, "got": got, "by": ""}


def _days(seconds: float) -> str:
    number = finite(seconds)
    return _NEVER if number is None else f"{number / DAY:,.1f} days"


def _hours(seconds: float) -> str:
    number = finite(seconds)
    return _NEVER if number is None else f"{number / HOUR:,.1f} hours"


def build_close_calls(
    certainty: Certainty,
    chosen: EvaluatedOption,
    ranked: Sequence[EvaluatedOption],
    w: Workload,
    assumptions: Mapping[str, Fact],
) -> tuple[dict[str, Any], ...]:
    """Why a verdict is on the edge; of what is much dearer than what is recommended, what its surety costs."""
    draws = 0 if chosen.sampled is None else len(chosen.sampled)
    items = {item.option.id: item for item in ranked}
    same_way = {name for name, item in items.items() if differs_by_route(item, chosen)}
    dear = {
        name: price_of_surety(chosen, items[name], assumptions)
        for call in certainty.close
        for name in (call.option, call.other)
        if name in items
    }
    return tuple(
        {
            "wish": call.wish,
            "option": call.option,
            "other": call.other or None,
            "p_wish": finite(call.chance),
            "same_way": call.option in same_way,
            "text": _close_call(
                call, chosen, draws, bool(np.isnan(w.deadline)), dear, call.option in same_way
            ),
        }
        for call in certainty.close
    )


def differs_by_route(item: EvaluatedOption, chosen: EvaluatedOption) -> bool:
    """Whether an option is what is recommended, over another route."""
    mine, best = item.option, chosen.option
    same = (mine.mover, mine.device, mine.target.key) == (best.mover, best.device, best.target.key)
    return same and mine.route != best.route


def _close_call(
    call: CloseCall,
    chosen: EvaluatedOption,
    draws: int,
    open_end: bool,
    dear: Mapping[str, str],
    same_way: bool,
) -> str:
    """Where no deadline was given what may fail is that it ends at all."""
    values = {"option": call.option, "draws": f"{draws:,}", "chosen": chosen.option.id, "other": call.other}
    if call.wish not in _CALLED:
        more = dear.get(call.option, "")
        if more and not chosen.verdict.meets:
            return say(_CLOSER_DEAR, price=more, **values)
        kind = "closer" if not chosen.verdict.meets else "sum" if call.wish == "cost" else "time"
        kind = "route" if same_way else kind
        return say(_ALIKE[kind], **values)
    ends, mine = open_end and call.wish == "deadline", call.option == chosen.option.id
    chance = worded("chance that it ends")
    if not ends:
        chance = say("chance of keeping {wish}", wish=worded(_CALLED[call.wish]))
    values |= {"chance": chance, "percent": f"{100.0 * call.chance:.0f}", "judged": f"{100.0 * JUDGED:.0f}"}
    more = dear.get(call.other if mine else call.option, "")
    if mine and more:
        return say(_MINE_DEAR, price=more, **values)
    if mine:
        return say(_MINE_OR if call.other else _MINE, **values)
    if more:
        return say(_OTHER_DEAR, price=more, **values)
    if call.instead:
        return say(_ALONE_ENDS if ends else _ALONE_KEEPS, **values)
    return say(_OTHER_ENDS if ends else _OTHER_KEEPS, **values)


_ALIKE = messages(
    {
        "closer": "{option} is about as close: {draws} draws cannot tell which of the two is closer.",
        "sum": "{option} comes to about the same sum: {draws} draws cannot tell which of the two is better.",
        "time": "{option} comes to about the same time: {draws} draws cannot tell which of the two is better.",
        "route": "{option} would do just as well; only the route differs.",
    }
)
_MINE = message("The {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted.")
_MINE_OR = message(
    "The {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; if not, {other}."
)
_CLOSER_DEAR = message("{option} is about as close, since it misses by less, but {price}.")
_MINE_DEAR = message(
    "The {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; surer is {other}, but "
    "{price}."
)
_OTHER_DEAR = message(
    "{option}: the {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted, but {price}."
)
_OTHER_ENDS = message(
    "{option}: the {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; if it "
    "does, it comes before {chosen}."
)
_OTHER_KEEPS = message(
    "{option}: the {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; if it "
    "keeps it, it comes before {chosen}."
)
_ALONE_ENDS = message(
    "{option}: the {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; if it alone "
    "does, it comes before {chosen}."
)
_ALONE_KEEPS = message(
    "{option}: the {chance} is {percent} %, which {draws} draws cannot tell from the {judged} % wanted; if it alone "
    "keeps it, it comes before {chosen}."
)
