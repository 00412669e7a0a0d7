"""The budget of a whole estate: the cheapest plan that is within it, and what would bring a dearer one there.

A budget ties sites that nothing else ties. Cash is given more weight in all of them until their plans are within it
together; what that weighted sum is at the least, less the weight of the budget, is what no plan within it costs less
than.

Source: Lagrangian relaxation; A. M. Geoffrion, Lagrangean relaxation for integer programming, Mathematical Programming
Study 2 (1974).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from migplan.analyses.levers.words import Step, steps
from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.estate.joint.conflicts import kept_as_far_as_possible
from migplan.estate.joint.placing import place
from migplan.estate.joint.plan import Part, Planned, items_of, solved_part
from migplan.estate.joint.problem import Ramp, divided
from migplan.estate.joint.shares import Estate
from migplan.estate.joint.sites import Site
from migplan.inputs.workload import Workload

_FIRST, _MOST_WEIGHT, _HALVINGS = 0.2, 50.0, 4
"""How much more cash counts where that begins to tell, and at the most; how often it is looked between. [1]"""

_FEW_DRAWS = 200
"""Draws that changes are judged by."""

_WORDS = {
    "availability": "file systems in a single zone",
    "running_costs": "backups that are kept and paid for elsewhere",
    "new_circuits": "new circuits allowed",
    "target": "any target",
    "configuration": "any configuration",
}
"""Words of shares that may bring a plan within a budget -> what is said of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be otherwise, and what the cheapest plan then costs in cash. [USD]."""

    text: str
    cash: float


@dataclass(frozen=True, slots=True)
class Spent:
    """A budget, and what the plan takes of it. [USD].

    Attributes
    ----------
    cash : float
        With an upper bound for prices that nobody knows.
    known : float
        Without what nobody knows.
    least : float
        The cash of the plan that takes least of it, of those that were found.
    changes : tuple of Change
        Where it is exceeded: what would cost less, the smallest changes first.
    bound : float
        What no plan within the budget counts for less than; 0 where that is not known.
    """

    budget: float
    cash: float
    known: float
    least: float
    bound: float = 0.0
    changes: tuple[Change, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the plan is within it."""
        return self.cash <= self.budget


def within(
    planned: Planned, sites: Mapping[str, Site], ramp: Ramp, budget: float, seconds: float, seed: int = 0
) -> Planned:
    """The plan of the least sum of money within a budget; that of the least sum where none is.

    Parameters
    ----------
    budget : float
        For all that is paid over the horizon. [USD]
    seconds : float
        That looking for it may take, and as much again for what would help. [s]
    """
    if not planned.parts:
        return planned
    parts, bound, least = planned.parts, 0.0, _cash(planned.parts)
    if least > budget:
        cheaper, bound, least = _cheaper(parts, budget, seconds)
        # Where none is within it, that which counts for least is shown, and not one that saves cash by more work.
        parts = cheaper or parts
    spent = Spent(budget, _cash(parts), _known(parts), least, bound)
    if not spent.kept:
        changes = tuple(_changes(planned.estate, sites, ramp, spent, seconds, seed))
        spent = replace(spent, changes=changes)
    return replace(planned, parts=parts, spent=spent)


def _cash(parts: Sequence[Part]) -> float:
    return sum(part.priced.cash(part.placement.problem.months()) for part in parts)


def _known(parts: Sequence[Part]) -> float:
    """What is paid as far as prices are known. [USD]."""
    return sum(
        (line["amount"] or 0.0) * (part.placement.problem.months() if line["monthly"] else 1.0)
        for part in parts
        for line in part.priced.lines
    )


def _cheaper(
    parts: tuple[Part, ...], budget: float, seconds: float
) -> tuple[tuple[Part, ...] | None, float, float]:
    """Parts that are within a budget together, None where none are; the bound of all such; and the least cash."""
    until, weights, bound = time.monotonic() + seconds, [0.0, _MOST_WEIGHT], 0.0
    tried: list[list[Part]] = [[part] for part in parts]
    each, more = seconds / (_HALVINGS + 1) / len(parts), _MOST_WEIGHT
    for _ in range(_HALVINGS + 1):
        found = [_weighed(part, 1.0 + more, each) for part in parts]
        bound = max(bound, sum(part.bound for part in found) - more * budget)
        for known, part in zip(tried, found, strict=True):
            known.append(part)
        enough = _cash(found) <= budget
        if (more == _MOST_WEIGHT and not enough) or time.monotonic() > until:
            break
        weights[enough] = more
        # Between weights of another order of magnitude: what little more weight does is most of what any does.
        more = float(np.sqrt((weights[0] + _FIRST) * (weights[1] + _FIRST))) - _FIRST
    least = sum(min(_cash([part]) for part in some if _late(part) <= _late(some[0])) for some in tried)
    chosen = _put_together(tried, budget)
    if _cash(chosen) > budget:
        return None, 0.0, least
    draws = len(parts[0].placement.placed[0].drawn)
    return tuple(_drawn(part, draws) for part in chosen), bound, least


def _weighed(part: Part, weight: float, seconds: float) -> Part:
    return solved_part(part.placement.problem, part.missed, seconds, 0, weight)


def _put_together(tried: Sequence[Sequence[Part]], budget: float) -> list[Part]:
    """Of the plans of each part some that are within a budget together, where any are, and count for little.

    From those of the least cash on, one after the other is taken for one that counts for less: first what saves most
    for each dollar of cash that it takes.
    """
    chosen = [min(some, key=lambda part: (_late(part), _cash([part]))) for some in tried]
    while True:
        left = budget - _cash(chosen)
        better = [
            (saved / max(more, 1e-9), number, part)
            for number, some in enumerate(tried)
            for part in some
            if _late(part) <= _late(chosen[number])
            and (saved := chosen[number].priced.total - part.priced.total) > 1e-6
            and (more := _cash([part]) - _cash([chosen[number]])) <= left
        ]
        if not better or left < 0:
            return chosen
        _, number, part = max(better, key=lambda entry: entry[:2])
        chosen[number] = part


def _late(part: Part) -> int:
    return len(part.placement.late())


def _drawn(part: Part, draws: int) -> Part:
    """The same with the draws that chances are told by."""
    if len(part.placement.placed[0].drawn) == draws:
        return part
    return replace(part, placement=place(part.placement.problem, part.placement.choice, draws))


def _changes(
    estate: Estate, sites: Mapping[str, Site], ramp: Ramp, spent: Spent, seconds: float, seed: int
) -> Iterator[Change]:
    """What would cost less, each thing by itself, the smallest change first, as far as there is time."""
    until = time.monotonic() + seconds
    wanted = _wanted(estate, spent.budget)
    for number, (text, changed) in enumerate(wanted):
        left = until - time.monotonic()
        if left <= 0:
            return
        cash = _least_cash(changed, sites, ramp, left / (len(wanted) - number), seed)
        if cash < spent.least:
            yield Change(text, cash)


def _wanted(estate: Estate, budget: float) -> list[tuple[str, Estate]]:
    """Each change, and the estate with it."""
    found: dict[str, dict[int, Step]] = {}
    for number, lot in enumerate(estate.lots):
        for step in steps(lot.case.of(structs.replace(lot.case.workload, budget=budget))):
            if step.field in _WORDS:
                found.setdefault(step.field, {}).setdefault(number, step)
    sizes = {name: min(step.size for step in some.values()) for name, some in found.items()}
    changed = []
    for name in sorted(found, key=sizes.__getitem__):
        moved = {number: step.moved for number, step in found[name].items()}
        changed.append((_WORDS[name], _with(estate, moved)))
    if any(np.isfinite(np.asarray(lot.case.workload.deadline)).any() for lot in estate.lots):
        changed.append(("no deadlines", _with(estate, dict.fromkeys(range(len(estate.lots)), _timeless))))
    return changed


Moved = Callable[[Workload], Workload]


def _timeless(w: Workload) -> Workload:
    return structs.replace(w, deadline=np.nan)


def _with(estate: Estate, changes: Mapping[int, Moved]) -> Estate:
    """The estate with some lots changed."""
    lots = list(estate.lots)
    for number, moved in changes.items():
        lot = lots[number]
        shares = tuple(replace(share, case=_moved(share.case, moved)) for share in lot.shares)
        lots[number] = replace(lot, case=_moved(lot.case, moved), shares=shares)
    return replace(estate, lots=tuple(lots))


def _moved(case: Case, moved: Moved) -> Case:
    return case.of(moved(case.workload))


def _least_cash(estate: Estate, sites: Mapping[str, Site], ramp: Ramp, seconds: float, seed: int) -> float:
    """What the plan of the least cash costs; infinite where not all shares can be placed. [USD]."""
    items, unplaced = items_of(estate, Draws(seed, _FEW_DRAWS))
    if unplaced or not items:
        return math.inf
    known = {item.share.site: sites.get(item.share.site.casefold(), Site(item.share.site)) for item in items}
    problems, cash = list(divided(items, known, ramp)), 0.0
    for problem in problems:
        kept, missed = kept_as_far_as_possible(problem, seconds / len(problems) / 4)
        part = solved_part(kept, missed, seconds / len(problems) / 2, 0, 1.0 + _MOST_WEIGHT)
        cash += _cash([part])
    return cash
