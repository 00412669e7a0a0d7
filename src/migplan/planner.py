"""One plan from beginning to end: read, enumerate, evaluate, price, rank, tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from migplan import checks
from migplan.catalogue import Catalogue, Fact, load
from migplan.evaluate import (
    Assumed,
    Clock,
    Cost,
    Flat,
    Outcome,
    assumed_values,
    evaluate_stacks,
    price_outcome,
)
from migplan.evaluate.clock import clock_for
from migplan.judged import Judged
from migplan.levers import Standing, find_levers
from migplan.options import Option, enumerate_options
from migplan.recommend import BY_TIME, barred, best, effort, judge, tie_of
from migplan.results import Plan
from migplan.tell import tell_facts, tell_inputs, tell_notes, tell_options, tell_recommendation, tell_targets
from migplan.uncertainty import Draws, Sampled, sample_options, summarize
from migplan.workload import Workload, read_workload

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
        from migplan.pilot import apply_pilot, read_pilot

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
    levers = () if met else find_levers(workload, catalogue, clock, draws, _standings(judged), day)
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


def _standings(judged: list[Judged]) -> list[Standing]:
    """How the options that words allow stand, for the search of what would make one of them meet."""
    return [
        Standing(
            option=item.option,
            sure=bool(np.all(item.verdict.sure)),
            finish=item.decisive if bool(item.verdict.usable) else np.inf,
            cutover=item.cutover if item.spread is None else item.spread.cutover_p80,
            typical=item.finish,
            typical_cutover=item.cutover,
            cost=float(np.asarray(item.cost.total).flat[0]),
        )
        for item in judged
        if not item.option.reasons
    ]


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
