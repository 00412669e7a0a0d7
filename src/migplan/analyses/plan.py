"""One plan from beginning to end: read, enumerate, evaluate, price, rank, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from migplan.analyses import checks
from migplan.engine.case import Case
from migplan.engine.draws import Draws, Sampled, sample_options, summarize
from migplan.engine.evaluation import Cost, Flat, Outcome, evaluate_stacks, price_outcome
from migplan.engine.judged import Judged
from migplan.engine.options import Option
from migplan.engine.ranking import BY_TIME, barred, best, effort, judge, tie_of
from migplan.facts import Catalogue, Fact
from migplan.facts.overlays import overlay_notes
from migplan.inputs.workload import Workload, notes_on
from migplan.results.build import (
    tell_facts,
    tell_inputs,
    tell_options,
    tell_recommendation,
    tell_targets,
)
from migplan.results.model import CheckResult, Plan

SAMPLES = 1000


def make_plan(
    fields: Mapping[str, Any],
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
    pilot: Path | None = None,
) -> Plan:
    """Plan one migration.

    Parameters
    ----------
    fields : mapping
        Input field -> text, as in a scenario file.
    profiles : sequence of path
        Folders of the user's own profiles, over ours by id.
    today : date, optional
        The day the plan is made for; the start where none is given.
    samples : int
        Draws for the percentiles; 0 leaves typical values alone.
    seed : int
        Of the draws: the same seed gives the same plan to the byte.
    pilot : path, optional
        A pilot file, whose measurements stand in for what the profiles say.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    return plan_case(Case.open(fields, profiles, today, pilot), samples, seed)


def plan_case(case: Case, samples: int = SAMPLES, seed: int = 0) -> Plan:
    """Plan a case."""
    used: dict[str, Fact] = {}
    judged = judge_options(case, used)
    draws = Draws(seed, samples) if samples else None
    if draws is not None:
        judged = with_spread(judged, case, draws)
    ranked = rank(judged, case)
    chosen = ranked[0] if ranked and ranked[0].verdict.usable else None
    met = chosen is not None and bool(chosen.verdict.meets)
    levers = () if met else _levers(case, draws, judged)
    workload, catalogue, day = case.workload, case.facts, case.today
    return Plan(
        today=day.isoformat(),
        workload=tell_inputs(workload),
        recommendation=tell_recommendation(chosen, ranked, workload, levers),
        options=tell_options(ranked, workload, day, catalogue),
        targets=tell_targets(catalogue, workload, ranked),
        checks=checks.matching(catalogue, workload, None if chosen is None else chosen.option),
        facts=tell_facts(catalogue, workload, used, ranked, day),
        notes=(*notes_on(workload, day), *overlay_notes(catalogue)),
    )


def scenario_checks(
    fields: Mapping[str, Any],
    routes: Sequence[str] = (),
    traits: Sequence[str] = (),
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    pilot: Path | None = None,
) -> tuple[CheckResult, ...]:
    """The design checks of a scenario and of the option that its plan recommends.

    Parameters
    ----------
    routes : sequence of str
        Routes to check in place of the one that is recommended.
    traits : sequence of str
        More traits than the scenario has.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    case = Case.open(fields, profiles, today, pilot)
    instead = checks.find_routes(case.facts, routes)
    chosen = plan_case(case).chosen
    taken = case.workload.routes if chosen is None or chosen.route is None else (chosen.route,)
    known = checks.circumstances(
        case.workload,
        instead or checks.find_routes(case.facts, taken),
        mover=(chosen and chosen.mover) or "",
        device=(chosen and chosen.device) or "",
        target=(chosen and chosen.target) or case.workload.target,
        traits=traits,
    )
    return checks.held(case.facts, known)


def _levers(case: Case, draws: Draws | None, judged: list[Judged]) -> tuple[dict[str, Any], ...]:
    """What would make the plan meet."""
    # Only what misses needs the search.
    from migplan.analyses.levers import find_levers, standings

    return find_levers(case, draws, standings(judged))


def judge_options(case: Case, used: dict[str, Fact]) -> list[Judged]:
    """Evaluate, price and judge every option of a single workload; `used` collects the facts that were read."""
    w, judged = case.workload, []
    for stack, outcome, facts in evaluate_stacks(case.options, w, case.assumed, case.clock):
        used.update(facts)
        flat, bars = Flat(outcome), barred(outcome)
        for index, (option, cost) in enumerate(
            zip(stack, _costs(case.facts, stack, w, outcome), strict=True)
        ):
            finish, cutover = flat.one(outcome.finish, index), flat.one(outcome.cutover, index)
            verdict = judge(option, w, finish, cutover, cost.total, flat.one(bars, index))
            judged.append(Judged(option, flat, index, cost, verdict, finish, cutover))
    return judged


def _costs(catalogue: Catalogue, stack: list[Option], w: Workload, outcome: Outcome) -> list[Cost]:
    """Ledgers of a stack with a single row."""
    shape = np.shape(outcome.finish)

    def column(values: Any) -> Any:
        return np.broadcast_to(values, shape).reshape(len(stack))

    return price_outcome(catalogue, stack, w, outcome, column).costs()


def with_spread(judged: list[Judged], case: Case, draws: Draws) -> list[Judged]:
    """Add percentiles to the options that can be used, and judge them at P80."""
    usable = [item.option for item in judged if bool(item.verdict.usable)]
    w = case.workload
    sampled = sample_options(usable, w, case.facts, case.clock, draws)
    return [
        item if item.option.id not in sampled else _spread(item, sampled[item.option.id], w)
        for item in judged
    ]


def _spread(item: Judged, sampled: Sampled, w: Workload) -> Judged:
    spread = summarize(sampled, w)
    verdict = judge(item.option, w, spread.p80, spread.cutover_p80, float(item.cost.total), False)
    return replace(item, sampled=sampled, spread=spread, verdict=verdict)


def rank(judged: list[Judged], case: Case) -> list[Judged]:
    """Best first. The winner decides by the aim; behind it by tier, then cost or time."""
    if not judged:
        return []
    w = case.workload
    tiers = np.array([int(np.asarray(item.verdict.tier).flat[0]) for item in judged])
    # Where a price is not known the ceiling ranks, so that what is missing can never make an option look cheap.
    costs = np.array([float(np.asarray(item.cost.ceiling).flat[0]) for item in judged])
    finishes = np.array([_aim(item, w) for item in judged])
    efforts = np.array([effort(item.option) for item in judged])
    first = int(best(tiers, costs, efforts, finishes, w.optimize, tie_of(w.optimize, case.facts.assumptions)))
    aim = finishes if w.optimize in BY_TIME else costs
    keys = [
        (tiers[i], *_last_if_nan(aim[i]), *_last_if_nan(finishes[i]), judged[i].option.id)
        for i in range(len(judged))
    ]
    order = sorted(range(len(judged)), key=lambda i: (i != first, keys[i]))
    return [judged[i] for i in order]


def _aim(item: Judged, w: Workload) -> float:
    if w.optimize == "risk" and item.spread is not None:
        return item.spread.p95
    return item.decisive


def _last_if_nan(value: float) -> tuple[bool, float]:
    return (bool(np.isnan(value)), 0.0 if np.isnan(value) else value)
