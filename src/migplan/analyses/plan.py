"""One plan from beginning to end: open the case, rank its options, tell."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.analyses import checks
from migplan.engine.case import Case
from migplan.engine.certainty import certainty_of
from migplan.engine.draws import Draws
from migplan.engine.judgement import Ranked
from migplan.errors import MigplanError
from migplan.facts.overlays import overlay_notes
from migplan.inputs.notes import notes_on
from migplan.language import speaking
from migplan.results.build import (
    build_facts,
    build_inputs,
    build_options,
    build_recommendation,
    build_targets,
    pilot_notes,
)
from migplan.results.cost_notes import notes_on_leaving, notes_on_objects, notes_on_work
from migplan.results.daily_use import notes_on_daily_use, notes_on_growth
from migplan.results.model import CheckResult, Plan

if TYPE_CHECKING:
    from migplan.analyses.levers import Found
    from migplan.engine.certainty import Certainty
    from migplan.engine.judgement import EvaluatedOption

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
        Random seed of the draws: the same seed gives the same plan to the byte.
    pilot : path, optional
        A pilot file, whose measurements stand in for what the profiles say.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    case = Case.open(fields, profiles, today, pilot)
    with speaking(case.workload.lang):
        return plan_case(case, samples, seed)


def check_fields(fields: Mapping[str, Any]) -> None:
    """Read fields as a plan would, and nothing more.

    Raises
    ------
    MigplanError
        With every fault of them.
    """
    Case.open(fields)


def faults_of(name: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with one field among others, each in one line: what `init` asks of each answer."""
    try:
        check_fields(fields)
    except MigplanError as error:
        return tuple(fault.message for fault in error.faults if name in fault.where.split())
    return ()


def plan_case(case: Case, samples: int = SAMPLES, seed: int = 0) -> Plan:
    """Plan a case."""
    draws = Draws(seed, samples) if samples else None
    return plan_ranked(case, Ranked.of(case, draws), draws)


def plan_ranked(case: Case, options: Ranked, draws: Draws | None) -> Plan:
    """Tell the plan of a case whose options are ranked."""
    ranked, used = options.best_first, options.judgement.evaluation.used
    chosen = ranked[0] if ranked and ranked[0].verdict.usable else None
    met = chosen is not None and bool(chosen.verdict.meets)
    certainty = certainty_of(options)
    found = None if met and not _on_the_edge(certainty, chosen) else _levers(case, draws, options, met)
    changes = ((), (), ()) if found is None else (found.levers, found.pairs, found.nearest)
    weighed = () if found is None else found.weighed
    workload, catalogue, day = case.workload, case.facts, case.today
    facts = build_facts(catalogue, workload, used, ranked, day, draws is not None, weighed)
    return Plan(
        today=day.isoformat(),
        workload=build_inputs(workload),
        recommendation=build_recommendation(chosen, ranked, case, certainty, *changes),
        options=build_options(ranked, workload, day, catalogue),
        targets=build_targets(case, ranked),
        checks=checks.checks_for(catalogue, workload, None if chosen is None else chosen.option),
        facts=facts,
        notes=(
            *notes_on(workload, day),
            *notes_on_daily_use(case, chosen),
            *notes_on_growth(case),
            *notes_on_objects(case, chosen),
            *overlay_notes(catalogue),
            *pilot_notes(facts),
            *notes_on_work(options),
            *notes_on_leaving(case, chosen),
        ),
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
        site=checks.find_routes(case.facts, case.workload.routes),
    )
    with speaking(case.workload.lang):
        return checks.applicable_checks(case.facts, known)


def _on_the_edge(certainty: Certainty, chosen: EvaluatedOption | None) -> bool:
    """Whether the draws cannot tell that what is recommended keeps a wish, and not only what another one does."""
    mine = "" if chosen is None else chosen.option.id
    wishes = ("deadline", "cutover_window")
    return any(call.option == mine and call.wish in wishes for call in certainty.close)


def _levers(case: Case, draws: Draws | None, options: Ranked, met: bool) -> Found:
    """What would make the plan meet, or surer where it does on the edge."""
    # Only what misses needs the search.
    from migplan.analyses.levers import find_levers, find_surer, standings

    closest = next((item for item in options.best_first[:1] if item.verdict.usable), None)
    name = "" if closest is None else closest.option.id
    cash = float(closest.cost.total) if closest is not None and closest.cost.complete else math.nan
    if met:
        return find_surer(case, draws, standings(options.options), cash)
    return find_levers(case, draws, standings(options.options), name, cash)
