"""File systems of several sites of a Region that would cost less as one: told, since sites are planned apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migplan.estate.joint.money import FileSystem, Prices
from migplan.estate.joint.plan import Part
from migplan.facts.keys import ONCE_A_SITE
from migplan.formulas import only
from migplan.text import listed

Named = tuple[str, Part, FileSystem]
"""A file system with its id, and the part of the estate that it is in."""


def shareable(systems: Sequence[Named]) -> Iterator[str]:
    """What file systems of the same target at several sites of a Region would save as one, in words."""
    groups: dict[tuple[str, str], list[Named]] = {}
    for name, part, system in systems:
        if system.count == 1.0:
            region = part.placement.problem.items[system.members[0]].share.case.workload.region
            groups.setdefault((region, system.option.target.key), []).append((name, part, system))
    for (region, _), mine in groups.items():
        some = _fitting(mine, region)
        if len(some) < 2:
            continue
        apart, together = sum(_monthly(system) for *_, system in some), _as_one(some)
        facts = some[0][1].placement.problem.items[0].share.case.facts.assumptions
        if apart - together > facts["least_saving"].value * apart:
            names = listed([name for name, *_ in some])
            saved = float(f"{apart - together:.2g}")
            yield f"{names} are in {region}: as one file system they would cost about {saved:,.0f} USD a month less"


def _fitting(systems: Sequence[Named], region: str) -> list[Named]:
    """The smallest of each site, as many of them as one file system holds."""
    target = systems[0][2].option.target
    volume, files = (target.fact(name, region) for name in ("largest_volume", "items"))
    found: dict[str, Named] = {}
    held = counted = 0.0
    for named in sorted(systems, key=lambda one: (one[2].volume, one[0])):
        _, part, system = named
        if system.site in found:
            continue
        needs = [part.placement.problem.needs(n, part.placement.placed[n].mode) for n in system.members]
        held, counted = held + sum(need[0] for need in needs), counted + sum(need[1] for need in needs)
        if (volume is not None and held > volume.value) or (files is not None and counted > files.value):
            break
        found[system.site] = named
    return list(found.values())


def _monthly(system: FileSystem) -> float:
    """What it costs each month, without what its site pays once. [USD]."""
    return sum(float(only(line.ceiling)) for line in system.lines if line.per not in ONCE_A_SITE)


def _as_one(systems: Sequence[Named]) -> float:
    """What all their shares would cost each month in one file system. [USD]."""
    modes, cases = [], []
    for _, part, system in systems:
        modes += [part.placement.placed[n].mode for n in system.members]
        cases += [part.placement.problem.items[n].share.case for n in system.members]
    first = max(modes, key=lambda mode: mode.busy)
    cost = Prices().cost(first.option, cases, first.agents, None)[1]
    return sum(
        float(only(line.ceiling)) for line in cost.lines if line.monthly and line.per not in ONCE_A_SITE
    )
