"""The plan that people make by hand: each share as is best for it alone, in the first window that is free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from migplan.estate.joint.modes import Mode
from migplan.estate.joint.placing import Choice
from migplan.estate.joint.problem import Problem


def greedy(problem: Problem) -> Choice:
    """Each share by the mode that is best for it alone, in the first windows: by priority, deadline, and size."""
    slots = [0] * len(problem.items)
    taken: dict[str, dict[int, int]] = {name: {} for name in problem.names}
    units = sorted(
        problem.units,
        key=lambda unit: (
            min(problem.items[n].share.rank for n in unit),
            min(problem.items[n].deadline for n in unit),
            sum(problem.items[n].modes[0].busy for n in unit),
            unit[0],
        ),
    )
    for unit in units:
        slot = _first(problem, unit, taken)
        for site in problem.sites_of(unit):
            taken[site][slot] = taken[site].get(slot, 0) + 1
        for member in unit:
            slots[member] = slot
    return _choice(problem, [0] * len(problem.items), slots)


def by_route(problem: Problem, slots: Sequence[int]) -> Iterator[Choice]:
    """One circuit or VPN for all that may take it, as people would where the line is too small; each of them in turn.

    Parameters
    ----------
    slots : sequence of int
        The window of each item.
    """
    routes = [[_route(mode) for mode in item.modes] for item in problem.items]
    for route in dict.fromkeys(found for mine in routes for found in mine):
        modes = [mine.index(route) if route in mine else 0 for mine in routes]
        if any(modes):
            yield _choice(problem, modes, slots)


def _route(mode: Mode) -> str:
    return "" if mode.option.route is None else mode.option.route.id


def _choice(problem: Problem, modes: Sequence[int], slots: Sequence[int]) -> Choice:
    """Modes and windows, with the agents that modes need."""
    hosts: dict[tuple[str, str], float] = {}
    for item, place in zip(problem.items, modes, strict=True):
        mode = item.modes[place]
        key = item.share.site, mode.hosts
        hosts[key] = max(hosts.get(key, 1.0), mode.agents)
    return Choice(tuple(modes), tuple(slots), hosts)


def _first(problem: Problem, unit: Sequence[int], taken: Mapping[str, Mapping[int, int]]) -> int:
    """The first window in which all of a unit fit, people are free, and the ramp has room; the last where none is."""
    for index, slot in enumerate(problem.slots):
        if all(problem.fits(n, problem.items[n].modes[0], slot, late=True) for n in unit) and all(
            problem.has_room(site, index, taken[site]) for site in problem.sites_of(unit)
        ):
            return index
    return len(problem.slots) - 1
