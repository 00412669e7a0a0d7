"""One plan from beginning to end: read, enumerate, evaluate, price, rank, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from migplan.analyses import checks
from migplan.engine.clock import clock_for
from migplan.engine.draws import Draws, Sampled, sample_options, summarize
from migplan.engine.evaluation import (
    Assumed,
    Clock,
    Cost,
    Flat,
    Outcome,
    assumed_values,
    evaluate_stacks,
    price_outcome,
)
from migplan.engine.judged import Judged
from migplan.engine.options import Option, enumerate_options
from migplan.engine.ranking import BY_TIME, barred, best, effort, judge, tie_of
from migplan.facts import Catalogue, Fact, load
from migplan.inputs.workload import Workload, read_workload
from migplan.results.build import (
    tell_facts,
    tell_inputs,
    tell_notes,
    tell_options,
    tell_recommendation,
    tell_targets,
)
from migplan.results.model import Plan

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
    day = today or dt.date.today()
    catalogue = load(profiles)
    if pilot is not None:
        # Only who measured something needs the fit.
        from migplan.inputs.pilot import apply_pilot, read_pilot

        measured = apply_pilot(read_pilot(pilot), catalogue, fields)
        catalogue, fields = measured.catalogue, measured.fields
    workload = read_workload(fields, catalogue.assumptions, day)
    checks.check_names(workload, catalogue)
    used: dict[str, Fact] = {}
    clock = clock_for(workload)
    judged = judge_options(catalogue, workload, clock, used)
    draws = Draws(seed, samples) if samples else None
    if draws is not None:
        judged = with_spread(judged, workload, catalogue, clock, draws)
    ranked = rank(judged, workload, catalogue.assumptions)
    chosen = ranked[0] if ranked and ranked[0].verdict.usable else None
    met = chosen is not None and bool(chosen.verdict.meets)
    levers = () if met else _levers(workload, catalogue, clock, draws, judged, day)
    return Plan(
        today=day.isoformat(),
        workload=tell_inputs(workload),
        recommendation=tell_recommendation(chosen, ranked, workload, levers),
        options=tell_options(ranked, workload, day, catalogue),
        targets=tell_targets(catalogue, workload, ranked),
        checks=checks.matching(catalogue, workload, None if chosen is None else chosen.option),
        facts=tell_facts(catalogue, workload, used, ranked, day),
        notes=tell_notes(workload, day),
    )


def _levers(
    w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws | None, judged: list[Judged], day: dt.date
) -> tuple[dict[str, Any], ...]:
    """What would make the plan meet."""
    # Only what misses needs the search.
    from migplan.analyses.levers import find_levers, standings

    return find_levers(w, catalogue, clock, draws, standings(judged), day)


def judge_options(catalogue: Catalogue, w: Workload, clock: Clock, used: dict[str, Fact]) -> list[Judged]:
    """Evaluate, price and judge every option of a single workload; `used` collects the facts that were read."""
    assumed: Assumed = assumed_values(catalogue)
    judged = []
    for stack, outcome, facts in evaluate_stacks(enumerate_options(catalogue, w, w.start), w, assumed, clock):
        used.update(facts)
        flat, bars = Flat(outcome), barred(outcome)
        for index, (option, cost) in enumerate(zip(stack, _costs(catalogue, stack, w, outcome), strict=True)):
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


def with_spread(
    judged: list[Judged], w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws
) -> list[Judged]:
    """Add percentiles to the options that can be used, and judge them at P80."""
    usable = [item.option for item in judged if bool(item.verdict.usable)]
    sampled = sample_options(usable, w, catalogue, clock, draws)
    return [
        item if item.option.id not in sampled else _spread(item, sampled[item.option.id], w)
        for item in judged
    ]


def _spread(item: Judged, sampled: Sampled, w: Workload) -> Judged:
    spread = summarize(sampled, w)
    verdict = judge(item.option, w, spread.p80, spread.cutover_p80, float(item.cost.total), False)
    return replace(item, sampled=sampled, spread=spread, verdict=verdict)


def rank(judged: list[Judged], w: Workload, assumptions: Mapping[str, Fact]) -> list[Judged]:
    """Best first. The winner decides by the aim; behind it by tier, then cost or time."""
    if not judged:
        return []
    tiers = np.array([int(np.asarray(item.verdict.tier).flat[0]) for item in judged])
    # Where a price is not known the ceiling ranks, so that what is missing can never make an option look cheap.
    costs = np.array([float(np.asarray(item.cost.ceiling).flat[0]) for item in judged])
    finishes = np.array([_aim(item, w) for item in judged])
    efforts = np.array([effort(item.option) for item in judged])
    first = int(best(tiers, costs, efforts, finishes, w.optimize, tie_of(w.optimize, assumptions)))
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
