"""The plan of an estate from beginning to end: read, judge each share, find the optimum of each site, play it, tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from migplan.engine.draws import Draws
from migplan.estate.joint.conflicts import Missed, kept_as_far_as_possible
from migplan.estate.joint.greedy import by_route, greedy
from migplan.estate.joint.modes import modes_of
from migplan.estate.joint.money import Priced, Prices, price
from migplan.estate.joint.optimum import Program
from migplan.estate.joint.placing import Choice, Placement, place
from migplan.estate.joint.problem import Item, Problem, Ramp, divided
from migplan.estate.joint.shares import Estate, Share
from migplan.estate.joint.sites import Site

if TYPE_CHECKING:
    from migplan.estate.joint.budget import Spent

_DRAWS, _FEWEST, _MOST = 12_000, 200, 1000
_ROOMS = (1.0, 0.96)
"""What of the lines is planned with, one after the other: what changes while shares wait takes some of it too."""

_CLOSE = 0.005
"""A plan so near to the bound needs no further search."""

_LATER = 1.02
"""How much later than a date of the frontier a plan that is played may end, to be one of its points."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """What came of the sites that are planned together. Amounts in [USD].

    Attributes
    ----------
    placement : Placement
        With the draws that its chances are told by.
    greedy : Priced
        Of the plan in which each share takes what is best for it alone.
    bound : float
        What no plan of these modes costs less than.
    """

    placement: Placement
    priced: Priced
    greedy: Priced
    greedy_end: float
    bound: float
    missed: tuple[Missed, ...]


@dataclass(frozen=True)
class Planned:
    """All parts of an estate, and the shares that nothing can be used for.

    Attributes
    ----------
    frontier : tuple of (float, float)
        Last end [s], and the sum of money of the cheapest plan that ends by then. [USD]
    spent : Spent, optional
        What it takes of the budget of all, where there is one.
    """

    estate: Estate
    parts: tuple[Part, ...]
    unplaced: tuple[Share, ...]
    frontier: tuple[tuple[float, float], ...] = field(default=())
    spent: Spent | None = None


def plan_shares(
    estate: Estate,
    sites: Mapping[str, Site],
    ramp: Ramp,
    seconds: float,
    seed: int = 0,
    points: int = 0,
    progress: Progress | None = None,
) -> Planned:
    """Plan all shares of an estate together.

    Parameters
    ----------
    seconds : float
        That the search for the optimum may take. [s]
    points : int, optional
        Of the frontier of cost against the last date; none where it is 0.
    progress : callable, optional
        Called with how many shares are placed, and how many there are.
    """
    draws = Draws(seed, int(np.clip(_DRAWS // max(len(estate.shares), 1), _FEWEST, _MOST)))
    items, unplaced = items_of(estate, draws)
    known = {item.share.site: sites.get(item.share.site.casefold(), Site(item.share.site)) for item in items}
    problems = list(divided(items, known, ramp)) if items else []
    parts: list[Part] = []
    until = time.monotonic() + seconds
    for number, problem in enumerate(problems):
        left = len([item for later in problems[number:] for item in later.items])
        mine = max(until - time.monotonic(), 1.0) * len(problem.items) / left
        parts.append(_part(problem, mine, draws.samples))
        if progress is not None:
            progress(sum(len(part.placement.placed) for part in parts), len(items))
    frontier = _frontier(parts, seconds / 4, points) if points else ()
    return Planned(estate, tuple(parts), tuple(unplaced), frontier)


def items_of(estate: Estate, draws: Draws) -> tuple[list[Item], list[Share]]:
    """Shares with their modes, and those that nothing can be used for."""
    items, unplaced = [], []
    for lot in estate.lots:
        for share, modes in zip(lot.shares, modes_of(lot, draws), strict=True):
            if modes:
                items.append(Item(share, tuple(modes), modes[0].meets))
            else:
                unplaced.append(share)
    return items, unplaced


def _part(problem: Problem, seconds: float, draws: int) -> Part:
    """The best plan of some sites, with the wishes that can be kept."""
    until = time.monotonic() + seconds
    problem, missed = kept_as_far_as_possible(problem, seconds / 4)
    return solved_part(problem, missed, until - time.monotonic(), draws)


def solved_part(
    problem: Problem, missed: Sequence[Missed], seconds: float, draws: int, weight: float = 1.0
) -> Part:
    """The best plan of some sites: the optimum's, or the greedy one where the optimum's comes out dearer.

    Parameters
    ----------
    weight : float, optional
        How many times cash counts in what is best, and in the bound. [1]
    """
    prices, until = Prices(), time.monotonic() + seconds

    def aim(priced: Priced) -> float:
        return priced.total + (weight - 1.0) * priced.cash(problem.months())

    def tried(choice: Choice) -> _Tried:
        played = place(problem, choice)
        found = price(played, prices)
        return _Tried((len(played.late()), aim(found)), choice, played, found)

    best = simple = tried(greedy(problem))
    if simple.late:
        # The line is too small for each to be on its own, so that people would look for one that is not.
        best = min([simple, *map(tried, by_route(problem, simple.choice.slots))], key=lambda one: one.order)
    bound = 0.0
    for attempt, room in enumerate(_ROOMS):
        roomy = {(site, name): room for site in problem.names for name in _things(problem, site)}
        left = (until - time.monotonic()) * (0.6 if not attempt else 0.7)
        program = Program(problem, room=roomy, weight=weight)
        solved = program.solve(max(left, 1.0), best.start() if not attempt else None)
        # Only the program as it is bounds all plans.
        bound = solved.bound if not attempt else bound
        if solved.choice is None:
            break
        best = min(best, tried(solved.choice), key=lambda one: one.order)
        if not best.late and aim(best.priced) <= bound * (1.0 + _CLOSE):
            break
    chosen, priced = place(problem, best.choice, draws), best.priced
    return Part(chosen, priced, simple.priced, simple.played.end, min(bound, aim(priced)), tuple(missed))


@dataclass(frozen=True, slots=True)
class _Tried:
    """A choice, how it was played, and what that costs; `order` puts what misses fewest and costs least first."""

    order: tuple[int, float]
    choice: Choice
    played: Placement
    priced: Priced

    @property
    def late(self) -> int:
        return self.order[0]

    def start(self) -> Choice:
        """The same in the windows that it was played in."""
        slots = [one.slot for one in self.played.placed]
        known = [
            slot if slot is not None else said for slot, said in zip(slots, self.choice.slots, strict=True)
        ]
        return replace(self.choice, slots=tuple(known))


def _things(problem: Problem, site: str) -> set[str]:
    return {name for n in problem.at(site) for mode in problem.items[n].modes for name in mode.loads}


def _frontier(parts: Sequence[Part], seconds: float, points: int) -> tuple[tuple[float, float], ...]:
    """The cheapest plans that end by dates between the soonest end of all and that of the cheapest plan."""
    last = max(part.placement.end for part in parts)
    soonest = max(
        min(mode.finish80 for mode in item.modes) for part in parts for item in part.placement.problem.items
    )
    each = max(seconds / points / len(parts), 1.0)
    found: dict[float, float] = {}
    for wanted in np.linspace(soonest, last, points).tolist():
        ends, totals = zip(*(_by(part, wanted, each) for part in parts), strict=True)
        # What is played may end a little later than the program takes it to; it is told as it is.
        if max(ends) <= wanted * _LATER:
            found[max(ends)] = min(sum(totals), found.get(max(ends), np.inf))
    return tuple(sorted(found.items()))


def _by(part: Part, wanted: float, seconds: float) -> tuple[float, float]:
    """End and sum of money of the cheapest plan of some sites that ends by a date; endless where there is none."""
    if part.placement.end <= wanted:
        return part.placement.end, part.priced.total
    solved = Program(part.placement.problem, last=wanted).solve(seconds)
    if solved.choice is None:
        return np.inf, np.inf
    played = place(part.placement.problem, solved.choice)
    return played.end, price(played, Prices()).total
