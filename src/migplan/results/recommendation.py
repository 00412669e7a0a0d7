"""What to do, why, and why not the next ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.engine.case import Case
from migplan.engine.certainty import Certainty
from migplan.engine.draws import chances
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.money import kinds_of_work
from migplan.inputs.workload import Workload
from migplan.language import worded
from migplan.results.alternatives import build_alternatives, soonest
from migplan.results.misses import build_close_calls, build_misses
from migplan.results.model import Recommendation
from migplan.results.words import less_given, same_end, why, why_not
from migplan.units import DAY


def build_recommendation(
    chosen: EvaluatedOption | None,
    ranked: list[EvaluatedOption],
    case: Case,
    certainty: Certainty,
    levers: tuple[dict[str, Any], ...] = (),
    pairs: tuple[dict[str, Any], ...] = (),
    nearest: tuple[dict[str, Any], ...] = (),
) -> Recommendation:
    """The recommendation, why it, why not the next two of other families, and what could be had instead."""
    if chosen is None:
        text = worded("Nothing can be used for this workload; each option says why.")
        told = {"pairs": pairs, "nearest": nearest}
        return Recommendation(None, None, False, (text,), 0.0, (), levers, certainty.verdict, **told)
    w = case.workload
    late = 0.0 if np.isnan(w.deadline) else max(0.0, (chosen.decisive - w.deadline) / DAY)
    p80 = None if chosen.spread is None else chosen.spread.p80 / DAY
    sentences = why(chosen.option, w, chosen.finish / DAY, p80, chosen.cost, chosen.verdict)
    return Recommendation(
        option=chosen.option.id,
        target=chosen.option.target.id,
        meets=bool(np.all(chosen.verdict.meets)),
        why=tuple(sentences),
        misses_by_days=float(late),
        not_chosen=tuple(_others(chosen, ranked, case, bool(late > 0))),
        levers=levers,
        pairs=pairs,
        nearest=nearest,
        verdict=certainty.verdict,
        misses=build_misses(chosen, w),
        alternatives=build_alternatives(chosen, ranked, w, case.facts.assumptions),
        close_calls=build_close_calls(certainty, chosen, ranked, w, case.facts.assumptions),
    )


def _others(
    chosen: EvaluatedOption, ranked: list[EvaluatedOption], case: Case, late: bool
) -> list[dict[str, Any]]:
    """The next two of other families, and before them the soonest of all where what is recommended is late."""
    w, same = case.workload, same_end(case.facts.assumptions)
    others = [_why_not(chosen, item, w, same) for item in _next_two(chosen, ranked)]
    if not late:
        return others
    first = soonest([item for item in ranked if item.verdict.usable], same)
    if first.decisive < chosen.decisive and first.option.id not in {entry["option"] for entry in others}:
        others.insert(0, _why_not(chosen, first, w, same))
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


def _why_not(chosen: EvaluatedOption, item: EvaluatedOption, w: Workload, same: float) -> dict[str, Any]:
    """Why another is not chosen, and the chance that what is recommended ends before or after it."""
    less = less_given(item.option, chosen.option, w)
    because = why_not(_facts(chosen, w), {**_facts(item, w), "less": less}, same)
    entry: dict[str, Any] = {"option": item.option.id, "because": because}
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
        "complete": cost.complete,
        "gaps": {(line.item, float(line.quantity)) for line in cost.lines if np.isnan(line.amount)},
        "ceiling": cost.ceiling,
        "cash": cost.total,
        "work": kinds_of_work(item.option, w),
        "finish": item.decisive,
        "spare": 1.0 - item.judged_cutover / float(w.cutover_window),
    }
