"""What to do, why, and why not the next ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.engine.certainty import Certainty
from migplan.engine.draws import chances
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.money import kinds_of_work
from migplan.inputs.workload import Workload
from migplan.language import worded
from migplan.results.alternatives import build_alternatives
from migplan.results.misses import build_close_calls, build_misses
from migplan.results.model import Recommendation
from migplan.results.words import SAME_END, why, why_not
from migplan.units import DAY


def build_recommendation(
    chosen: EvaluatedOption | None,
    ranked: list[EvaluatedOption],
    w: Workload,
    certainty: Certainty,
    levers: tuple[dict[str, Any], ...] = (),
    pairs: tuple[dict[str, Any], ...] = (),
) -> Recommendation:
    """The recommendation, why it, why not the next two of other families, and what could be had instead."""
    if chosen is None:
        text = worded("Nothing can be used for this workload; each option says why.")
        return Recommendation(None, None, False, (text,), 0.0, (), levers, certainty.verdict, pairs=pairs)
    late = 0.0 if np.isnan(w.deadline) else max(0.0, (chosen.decisive - w.deadline) / DAY)
    p80 = None if chosen.spread is None else chosen.spread.p80 / DAY
    sentences = why(chosen.option, w, chosen.finish / DAY, p80, chosen.cost, chosen.verdict)
    return Recommendation(
        option=chosen.option.id,
        target=chosen.option.target.id,
        meets=bool(np.all(chosen.verdict.meets)),
        why=tuple(sentences),
        misses_by_days=float(late),
        not_chosen=tuple(_others(chosen, ranked, w, bool(late > 0))),
        levers=levers,
        pairs=pairs,
        verdict=certainty.verdict,
        misses=build_misses(chosen, w),
        alternatives=build_alternatives(chosen, ranked, w),
        close_calls=build_close_calls(certainty, chosen),
    )


def _others(
    chosen: EvaluatedOption, ranked: list[EvaluatedOption], w: Workload, late: bool
) -> list[dict[str, Any]]:
    """The next two of other families, and before them the soonest of all where what is recommended is late."""
    others = [_why_not(chosen, item, w) for item in _next_two(chosen, ranked)]
    if not late:
        return others
    usable = [item for item in ranked if item.verdict.usable]
    end = min(item.decisive for item in usable)
    # Of those that end at about the same time, the one that costs the least.
    soonest = min((i for i in usable if i.decisive <= end * SAME_END), key=lambda i: i.cost.ceiling)
    if soonest.decisive < chosen.decisive and soonest.option.id not in {entry["option"] for entry in others}:
        others.insert(0, _why_not(chosen, soonest, w))
    return others


def _next_two(chosen: EvaluatedOption, ranked: list[EvaluatedOption]) -> list[EvaluatedOption]:
    seen = {(chosen.option.family, chosen.option.target.id)}
    following: list[EvaluatedOption] = []
    for item in ranked[1:]:
        key = (item.option.family, item.option.target.id)
        if key not in seen and item.verdict.usable and len(following) < 2:
            seen.add(key)
            following.append(item)
    return following


def _why_not(chosen: EvaluatedOption, item: EvaluatedOption, w: Workload) -> dict[str, Any]:
    """Why another is not chosen, and the chance that what is recommended ends before or after it."""
    entry: dict[str, Any] = {"option": item.option.id, "because": why_not(_facts(chosen, w), _facts(item, w))}
    if chosen.sampled is not None and item.sampled is not None:
        sooner, later, _ = chances(chosen.sampled, item.sampled)
        entry.update(p_sooner=sooner, p_later=later)
    return entry


def _facts(item: EvaluatedOption, w: Workload) -> dict[str, Any]:
    verdict, cost = item.verdict, item.cost
    flags = ("usable", "keeps", "in_time", "in_window", "in_budget", "lateness", "overrun")
    return {
        **{key: getattr(verdict, key) for key in flags},
        # The known prices are within the budget: what is not known decides.
        "unknown": cost.total <= w.budget,
        "tier": int(verdict.tier),
        "complete": cost.complete,
        "cash": cost.total,
        "work": kinds_of_work(item.option, w),
        "finish": item.decisive,
    }
