"""Wishes that cannot be kept: which, because of what, and what would free them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from migplan.estate.joint.greedy import greedy
from migplan.estate.joint.optimum import Program
from migplan.estate.joint.placing import Choice, place
from migplan.estate.joint.problem import Item, Problem
from migplan.estate.joint.taking import LINE

_FACTORS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Missed:
    """A wish of some shares that is given up.

    Attributes
    ----------
    kind : str
        `share` where one cannot keep it by itself, `window` where no window is left before its deadline, `line` where
        what others send is in the way.
    members : tuple of int
        Positions of the items.
    factor : float or None
        How many times as much of the line would do, where that is known. [1]
    """

    kind: str
    members: tuple[int, ...]
    factor: float | None = None


def kept_as_far_as_possible(problem: Problem, seconds: float) -> tuple[Problem, list[Missed]]:
    """The problem with the deadlines that can be kept, and the others by what stands against them."""
    missed = [Missed("share", (member,)) for member, item in enumerate(problem.items) if not item.wished]
    tight = sorted(Program(problem).missing)
    missed += [Missed("window", (member,)) for member in tight]
    problem = _given_up(problem, tight)
    if all(np.isinf(item.deadline) for item in problem.items) or not place(problem, greedy(problem)).late():
        return problem, missed
    solved = Program(problem, wishes=True).solve(seconds)
    if solved.choice is None:
        return problem, missed
    late = _late(problem, solved.choice)
    if late:
        missed.append(Missed("line", tuple(late), _factor(problem, seconds / len(_FACTORS))))
    return _given_up(problem, late), missed


def _late(problem: Problem, choice: Choice) -> list[int]:
    """Items whose window ends after their deadline."""
    return [
        member
        for member, (item, mode, slot) in enumerate(
            zip(problem.items, choice.modes, choice.slots, strict=True)
        )
        if problem.finish(member, item.modes[mode], problem.slots[slot]) > item.deadline
    ]


def _given_up(problem: Problem, members: Sequence[int]) -> Problem:
    """The same without the deadlines of some items."""
    if not members:
        return problem
    items: list[Item] = list(problem.items)
    for member in members:
        items[member] = replace(items[member], wished=False)
    return replace(problem, items=tuple(items))


def _factor(problem: Problem, seconds: float) -> float | None:
    """How many times as much of the lines would let all deadlines be kept, of some that are tried."""
    for factor in _FACTORS:
        room = {(name, LINE): factor for name in problem.names}
        solved = Program(problem, room=room, wishes=True).solve(seconds)
        if solved.choice is not None and not _late(problem, solved.choice):
            return factor
    return None
