"""The plan that people make by hand: each share as is best for it alone, in the first window that is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migplan.estate.joint.placing import Choice
from migplan.estate.joint.problem import Problem


def greedy(problem: Problem) -> Choice:
    """Each share by the mode that is best for it alone, in the first windows: by priority, then by deadline."""
    slots = [0] * len(problem.items)
    taken: dict[str, dict[int, int]] = {name: {} for name in problem.names}
    units = sorted(
        problem.units,
        key=lambda unit: (
            min(problem.items[n].share.rank for n in unit),
            min(problem.items[n].deadline for n in unit),
            unit[0],
        ),
    )
    for unit in units:
        slot = _first(problem, unit, taken)
        for site in problem.sites_of(unit):
            taken[site][slot] = taken[site].get(slot, 0) + 1
        for member in unit:
            slots[member] = slot
    hosts: dict[tuple[str, str], float] = {}
    for item in problem.items:
        key = item.share.site, item.modes[0].hosts
        hosts[key] = max(hosts.get(key, 1.0), item.modes[0].agents)
    return Choice((0,) * len(problem.items), tuple(slots), hosts)


def _first(problem: Problem, unit: Sequence[int], taken: Mapping[str, Mapping[int, int]]) -> int:
    """The first window in which all of a unit fit, people are free, and the ramp has room; the last where none is."""
    for index, slot in enumerate(problem.slots):
        if all(problem.fits(n, problem.items[n].modes[0], slot, late=True) for n in unit) and all(
            problem.has_room(site, index, taken[site]) for site in problem.sites_of(unit)
        ):
            return index
    return len(problem.slots) - 1
