"""The best option so far of every row, and which others may still replace it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.bounds import Bound
from migplan.engine.ranking import UNUSABLE
from migplan.engine.row_evaluation import PairResults

_NOT_YET = 2 * UNUSABLE


@dataclass(frozen=True, slots=True)
class Pairs:
    """Options and rows in which they may win, with their bounds. Arrays of the pairs."""

    row: NDArray[np.intp]
    option: NDArray[np.intp]
    bound: Bound

    @classmethod
    def joined(cls, parts: Sequence[Pairs]) -> Pairs:
        """Several as one."""
        none = np.zeros(0, dtype=np.intp)
        parts = parts or [cls(none, none, Bound(*(none,) * len(fields(Bound))))]
        bounds = (np.concatenate([getattr(p.bound, entry.name) for p in parts]) for entry in fields(Bound))
        row, option = (np.concatenate([getattr(p, name) for p in parts]) for name in ("row", "option"))
        return cls(row, option, Bound(*bounds))

    def at(self, which: NDArray[Any]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.row[which], self.option[which], self.bound.at(which))


class Leaders:
    """The best option so far of every row, as `migplan.engine.ranking.best` chooses among what was evaluated.

    What was evaluated is kept, so that the best can be found again where a much cheaper option comes up later.

    Parameters
    ----------
    tie : float
        How much more than the least still counts as equal. [1]
    by_cost : bool
        Whether cost is the aim, and not time.
    effort, like : array
        Of each option; options that are alike send the same at the same rate.
    """

    def __init__(
        self, rows: int, tie: float, by_cost: bool, effort: NDArray[np.intp], like: NDArray[np.intp]
    ) -> None:
        self._tie, self._by_cost, self._effort, self._like = tie, by_cost, effort, like
        self._tier, self._least = np.full(rows, _NOT_YET), np.full(rows, np.inf)
        self._keys = np.full((4, rows), np.inf)
        self._wanted, self._alike = np.full(rows, np.nan), np.full(rows, -1)
        self._entry, self._spot = np.full(rows, -1), np.zeros(rows, dtype=np.intp)
        self._dropped = np.zeros(rows, dtype=bool)
        self._evaluated = np.zeros((len(effort), rows), dtype=bool)
        self._log: list[tuple[NDArray[np.intp], PairResults]] = []

    def may_lose(
        self, rows: NDArray[np.intp], bound: Bound, effort: Any, like: Any = -1
    ) -> NDArray[np.bool_]:
        """Where an option of these bounds could be better than the best so far, or could make another one the best."""
        tier, own_effort, other, aim = self._tier[rows], *(key[rows] for key in self._keys[:3])
        if self._by_cost:
            its_aim, its_other = bound.ceiling, bound.finish
        else:
            its_aim, its_other = bound.finish, bound.ceiling
        better = its_other <= other
        if self._by_cost:
            # Where the same way sends at the same rate it ends at the same time; then cost alone can make it better.
            alike = (self._alike[rows] == like) & (self._wanted[rows] == bound.wanted)
            better &= ~alike | (its_aim <= aim)
        near = its_aim <= self._least[rows] * self._tie
        wins: Any = near & ((effort < own_effort) | ((effort == own_effort) & better))
        wins |= its_aim * self._tie < aim
        found: NDArray[np.bool_] = (bound.tier < tier) | ((bound.tier == tier) & wins)
        return found

    def tier(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """The tier of the best so far."""
        found: NDArray[np.int64] = self._tier[rows]
        return found

    def doubtful(self, cheapest: NDArray[np.float64], rival: NDArray[np.float64]) -> NDArray[np.intp]:
        """Rows in which anything else may win, given that nothing has been passed over yet.

        Parameters
        ----------
        cheapest, rival : array
            The least that any option costs that keeps everything, and any other one that takes no more to arrange than
            the best so far. [USD]
        """
        if not self._by_cost:
            return np.arange(len(self._tier))
        sure = (self._tier == 0) & (self._keys[2] <= cheapest * self._tie)
        return np.flatnonzero(~(sure & (rival > self._least * self._tie)))

    def take(self, rows: NDArray[np.intp], result: PairResults) -> None:
        """Hold evaluated pairs against the best so far."""
        self._log.append((rows, result))
        self._evaluated[result.option, rows] = True
        if (rows[1:] > rows[:-1]).all():
            # No row has several.
            self._compare(np.arange(len(rows)))
            return
        order = np.argsort(rows, kind="stable")
        begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
        counts = np.diff(begins, append=len(rows))
        # The pairs of one row come one after the other.
        for layer in range(int(counts.max(initial=0))):
            self._compare(order[begins[counts > layer] + layer])

    def dropped(self) -> NDArray[np.intp]:
        """Rows in which options that were passed over may win after all, since this was asked last."""
        rows = np.flatnonzero(self._dropped)
        self._dropped[:] = False
        return rows

    def is_new(self, rows: NDArray[np.intp], options: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which pairs have not been evaluated."""
        new: NDArray[np.bool_] = ~self._evaluated[options, rows]
        return new

    def won(self) -> Iterator[tuple[NDArray[np.intp], PairResults, NDArray[np.intp]]]:
        """Rows, and where their best option is told."""
        for entry, (_, result) in enumerate(self._log):
            rows = np.flatnonzero(self._entry == entry)
            if len(rows):
                yield rows, result, self._spot[rows]

    def _compare(self, at: NDArray[np.intp]) -> None:
        """Hold some pairs of the last entry, of different rows, against the best so far."""
        entry = len(self._log) - 1
        rows, result = self._log[entry]
        rows, tier, keys = rows[at], result.tier[at], self._keys_of(result, at)
        if (self._entry[rows] < 0).all():
            # The first of each row is the best without being held against any.
            self._least[rows] = keys[2]
            self._put(entry, at, rows, tier, keys)
            return
        better, equal = tier < self._tier[rows], tier == self._tier[rows]
        least = self._least[rows]
        least = np.where(better, keys[2], np.where(equal, np.minimum(least, keys[2]), least))
        self._least[rows] = least
        best = np.stack([key[rows] for key in self._keys])
        stays, near = best[2] <= least * self._tie, keys[2] <= least * self._tie
        wins = better | (equal & near & (_less(keys, best) | ~stays))
        # What was no threat to a cheap one may be one to a dearer one.
        self._dropped[rows[equal & wins & (keys[2] > best[2])]] = True
        new = np.flatnonzero(wins)
        self._put(entry, at[new], rows[new], tier[new], keys.take(new, axis=1))
        dropped = rows[equal & ~stays]
        if len(dropped):
            self._dropped[dropped] = True
            self._again(dropped)

    def _again(self, rows: NDArray[np.intp]) -> None:
        """Find the best of all that was evaluated for some rows."""
        wanted = np.zeros(len(self._tier), dtype=bool)
        wanted[rows] = True
        spots = [np.flatnonzero(wanted[mine]) for mine, _ in self._log]
        entry = np.repeat(np.arange(len(spots)), [len(spot) for spot in spots])
        row = np.concatenate([mine[spot] for (mine, _), spot in zip(self._log, spots, strict=True)])
        tier = np.concatenate([r.tier[spot] for (_, r), spot in zip(self._log, spots, strict=True)])
        keys = np.concatenate(
            [self._keys_of(r, spot) for (_, r), spot in zip(self._log, spots, strict=True)], axis=1
        )
        spot = np.concatenate(spots)
        able = np.flatnonzero((tier == self._tier[row]) & (keys[2] <= self._least[row] * self._tie))
        order = able[np.lexsort((*keys[::-1, able], row[able]))]
        first = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
        for number in np.unique(entry[first]):
            mine = first[entry[first] == number]
            self._put(number, spot[mine], row[mine], tier[mine], keys[:, mine])

    def _keys_of(self, result: PairResults, at: NDArray[np.intp]) -> NDArray[np.float64]:
        """What decides among equals: effort, finish, cost, the order of options; for time cost before finish."""
        option = result.option[at]
        keys = np.empty((4, len(at)))
        keys[0], keys[3] = self._effort[option], option
        keys[1], keys[2] = result.finish[at], result.ceiling[at]
        if not self._by_cost:
            keys[1], keys[2] = result.ceiling[at], result.finish[at]
        keys[np.isnan(keys)] = np.inf
        return keys

    def _put(
        self,
        entry: int,
        spot: NDArray[np.intp],
        rows: NDArray[np.intp],
        tier: NDArray[np.int64],
        keys: NDArray[np.float64],
    ) -> None:
        """Make pairs of one entry the best so far."""
        result = self._log[entry][1]
        self._tier[rows], self._entry[rows], self._spot[rows] = tier, entry, spot
        # One after the other is several times quicker than all at once.
        for own, new in zip(self._keys, keys, strict=True):
            own[rows] = new
        self._alike[rows], self._wanted[rows] = self._like[result.option[spot]], result.wanted[spot]


def _less(keys: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where one sequence of keys comes before another."""
    less: NDArray[np.bool_] = keys[3] < others[3]
    for place in (2, 1, 0):
        less = (keys[place] < others[place]) | ((keys[place] == others[place]) & less)
    return less
