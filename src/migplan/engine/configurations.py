"""In which configurations a target can be had that give what is needed, and which of them stands for it.

Targets are compared like with like: in configurations of the availability that is wanted, on media that suit the use,
with the same part of the data cold. Within a target the one with the least rent stands for it; one whose rent is not
known here stands for none that has one, since nobody could be told what it costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.pricing import rent
from migplan.engine.targets import (
    Size,
    lacks_iops,
    lacks_throughput,
    most_throughput,
    needed_iops,
    needed_throughput,
    size,
)
from migplan.facts import Catalogue, Target
from migplan.formulas import divide
from migplan.inputs.workload import Workload


def gives_throughput(target: Target, w: Workload) -> NDArray[np.bool_]:
    """Where a configuration can give users the throughput that they need."""
    return ~lacks_throughput(target, w, size(target, w, 0.0))


def gives_iops(target: Target, w: Workload) -> NDArray[np.bool_]:
    """Where it can give them the operations per second that they need."""
    return ~lacks_iops(w, size(target, w, 0.0))


_ROWS = 16_384
"""Rows that are looked at together."""


class Choice(Struct, frozen=True):
    """The configurations of a target that are compared, and which stands for it in each row.

    Attributes
    ----------
    targets : tuple of Target
    best : array of int
        By row, the position of the one with the least rent of those that give what is needed; where none does, of
        those that come closest to what was asked for. Known rents go before unknown ones.
    rents : array
        What each costs a month, with an upper bound for prices that nobody knows, by row; nothing where there is only
        one, which nobody compared. [USD]
    """

    targets: tuple[Target, ...]
    best: NDArray[np.intp]
    rents: NDArray[np.float64]

    def rows(self, which: Any) -> Choice:
        """The choice in some of the rows."""
        return replace(self, best=self.best[which], rents=self.rents[:, which])


def choose(facts: Catalogue, targets: Sequence[Target], w: Workload) -> Choice:
    """Which of the configurations of one target stands for it: that with the least known rent, else at a bound."""
    rows = w.shape[1]
    if len(targets) == 1:
        return Choice(tuple(targets), np.zeros(rows, dtype=np.intp), np.empty((0, rows)))
    if rows <= _ROWS:
        return Choice(tuple(targets), *_best(facts, targets, w, rows))
    # Arrays of this length stay in the processor's cache.
    parts = [
        _best(facts, targets, w.take(row=slice(begin, begin + _ROWS)), min(_ROWS, rows - begin))
        for begin in range(0, rows, _ROWS)
    ]
    best, rents = zip(*parts, strict=True)
    return Choice(tuple(targets), np.concatenate(best), np.concatenate(rents, axis=1))


def _best(
    facts: Catalogue, targets: Sequence[Target], w: Workload, rows: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The position of the configuration that stands for its target in each of some rows, and the rents of all."""
    ranks = []
    for own in targets:
        sized = size(own, w, 0.0)
        _, ceiling, known = rent(facts, own, w, sized)
        ranks.append(
            np.stack([_rows(each, rows) for each in (_shortage(own, w, sized), ~np.asarray(known), ceiling)])
        )
    shortage, unknown, ceilings = np.array(ranks).transpose(1, 0, 2)
    least = shortage == shortage.min(axis=0)
    unknown = np.where(least, unknown, np.inf)
    fit = least & (unknown == unknown.min(axis=0))
    rents = np.where(fit, ceilings, np.inf)
    # Where no price is known anywhere the first that gives what is needed stands for all.
    chosen: NDArray[np.intp] = np.where(
        np.isfinite(rents.min(axis=0)), rents.argmin(axis=0), fit.argmax(axis=0)
    )
    return chosen, ceilings


def _shortage(target: Target, w: Workload, sized: Size) -> NDArray[np.float64]:
    """How far a size stays behind what users need, 0 where it does not; of what is only assumed it does or does not."""
    slow, few = lacks_throughput(target, w, sized), lacks_iops(w, sized)
    short = np.where(slow | few, 1.0, 0.0)
    if np.any(short):
        given = (
            (slow, w.throughput, np.minimum(*most_throughput(target, w, sized))),
            (few, w.iops, sized.most_iops),
        )
        for lacking, asked, most in given:
            stated = lacking & np.isfinite(asked)
            short = np.where(stated, np.maximum(short, divide(np.where(stated, asked, 0.0), most)), short)
    return short


def shortfall(target: Target, w: Workload) -> NDArray[np.float64]:
    """How much more of a target would have to be bought to give what a stated use is assumed to need; 0 if none. [1].

    What was asked for in numbers rules out instead, and of a use that nobody stated the need is a guess upon a guess.
    """
    none = np.zeros(w.shape[1])
    if w.inputs["use"].status != "given":
        return none
    sized = size(target, w, 0.0)
    given = (
        (needed_throughput(w), np.minimum(*most_throughput(target, w, sized))),
        (needed_iops(w), sized.most_iops),
    )
    slow, few = (divide(needed, most) for needed, most in given)
    return _rows(np.maximum(np.maximum(slow, few) - 1.0, 0.0), len(none))


def _rows(values: object, rows: int) -> NDArray[np.float64]:
    """Values by row."""
    found = np.asarray(values, dtype=np.float64)
    return np.broadcast_to(found.reshape(-1) if found.size == 1 else found[..., 0].reshape(-1), (rows,))
