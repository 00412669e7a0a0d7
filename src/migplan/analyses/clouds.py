"""The same move planned to each cloud, like with like, and which of them is best."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from migplan.analyses.plan import SAMPLES, make_plan, plan_ranked
from migplan.engine.case import Case, of_another_cloud
from migplan.engine.draws import Draws
from migplan.engine.judgement import Ranked
from migplan.engine.ranking import finite_or_last
from migplan.errors import Fault, MigplanError, shorten
from migplan.facts import Catalogue, Cloud, load
from migplan.facts.regions import neighbours
from migplan.inputs.fields import BY_NAME, EVERY_CLOUD, with_clouds
from migplan.inputs.readers import read_early
from migplan.language import say, speaking
from migplan.results.build import build_options
from migplan.results.model import CloudResult, Plan
from migplan.text import listed

OF_ONE = ("target", "configuration")
"""Fields whose values are those of one cloud."""


def make_any_plan(
    fields: Mapping[str, Any],
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
    pilot: Path | None = None,
) -> Plan:
    """Plan one migration to the cloud that is named; where `any` is, to each, and tell the best with all side by side.

    The parameters are those of `make_plan`. With `any`, `region` is a place, named as any cloud names a Region: each
    cloud is planned for in its own Region that is the nearest to there, or in the one that is assumed of it where none
    is given.

    Raises
    ------
    MigplanError
        With every fault of the input.
    """
    if str(fields.get("cloud") or "").strip().lower() != EVERY_CLOUD:
        return make_plan(fields, profiles, today, samples, seed, pilot)
    of_one = [
        Fault("bad-choice", name, "belongs to one cloud; wanted that cloud, or none where all are compared")
        for name in OF_ONE
        if fields.get(name)
    ]
    if of_one:
        raise MigplanError(of_one)
    facts = load(profiles)
    cases = [
        Case.open(
            {**_with_own_routes(facts, fields, cloud), "cloud": cloud, "region": region},
            profiles,
            today,
            pilot,
        )
        for cloud, region in _regions(facts, fields).items()
    ]
    return _compared(cases, Draws(seed, samples) if samples else None)


def _with_own_routes(facts: Catalogue, fields: Mapping[str, Any], cloud: str) -> dict[str, Any]:
    """The fields without the routes that lead to another cloud; a site with none but these has its line there."""
    given = fields.get("routes")
    if not given:
        return dict(fields)
    names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
    own = [name for name in names if not of_another_cloud(facts, name, cloud)]
    rest = {name: value for name, value in fields.items() if name != "routes"}
    return {**rest, "routes": ",".join(own)} if own else rest


def _compared(cases: Sequence[Case], draws: Draws | None) -> Plan:
    """The best plan of some cases, one for each cloud, with what each offers."""
    with speaking(cases[0].workload.lang):
        found = ((case, Ranked.of(case, draws)) for case in cases)
        ranked = sorted(found, key=lambda pair: _standing(pair[1]))
        best, options = ranked[0]
        rows = tuple(_rows(ranked))
        plan = plan_ranked(best, options, draws)
        places = [say("{cloud} in {region}", cloud=row.name, region=row.region) for row in rows]
        compared = say("compared are {places}", places=listed(places))
    return replace(plan, clouds=rows, notes=(compared, *plan.notes))


def _regions(facts: Catalogue, fields: Mapping[str, Any]) -> dict[str, str]:
    """Id of each cloud that can be planned for -> its Region; what the data leaves is none of them."""
    place = str(fields.get("region") or "").strip()
    try:
        found = neighbours(facts, place)
    except ValueError as error:
        raise MigplanError(Fault("bad-choice", "region", str(error))) from None
    left = read_early(with_clouds(BY_NAME["from_cloud"], tuple(facts.clouds)), fields)
    others = {cloud: region for cloud, region in found.items() if cloud != left}
    if not others:
        near = f"near {shorten(place)}" if place else "by itself"
        text = f"no cloud is known to have a Region {near} but the one that is left; wanted a cloud or another place"
        raise MigplanError(Fault("bad-choice", "region", text))
    return others


def _standing(ranked: Ranked) -> tuple[float, float]:
    """What decides between clouds as it does between options: what the best option misses, and its sum."""
    if not ranked.order:
        return np.inf, np.inf
    place, judgement = ranked.order[0], ranked.judgement
    return float(judgement.verdict.tier[place, 0]), float(finite_or_last(judgement.aims[place, 0]))


def _place(cloud: Cloud, region: str) -> str:
    """The shortest of what people call a Region besides its name, which some have."""
    _, *others = (region, *cloud.regions.get(region, ()))
    return min(others[1:] or others or [region], key=len)


def _rows(ranked: Sequence[tuple[Case, Ranked]]) -> Iterator[CloudResult]:
    """What each cloud offers at the best."""
    for case, options in ranked:
        w, cloud = case.workload, case.facts.clouds[case.workload.cloud]
        first = options.best_first[:1]
        told = build_options(first, w, case.today, case.facts)
        target = first[0].option.target if first else None
        yield CloudResult(
            cloud=cloud.id,
            name=cloud.name,
            region=w.region,
            place=_place(cloud, w.region),
            option=told[0] if told else None,
            availability="" if target is None else target.availability,
            medium="" if target is None else target.medium,
        )
