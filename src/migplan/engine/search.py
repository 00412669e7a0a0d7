"""The best option of every row, without evaluating the options that cannot be it.

`winners_of_all` evaluates everything and compares; `find_winners` gives the same for less. Options are taken in the
order of what they cost at the least. Each is evaluated in the rows in which it may still be the best, or may make
another one the best: where its bounds are of no worse tier than the best so far, and it is either not worse than that,
or so much cheaper that the best so far would no longer count as equally cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.bounds import Bound, Bounds
from migplan.engine.case import Case
from migplan.engine.evaluation import Evaluation, evaluate, evaluate_pairs, keeping
from migplan.engine.options import Option
from migplan.engine.ranking import BY_TIME, UNUSABLE, best, efforts_of, finite_or_last, tie_of

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Winners:
    """The best option of every row. Arrays of the rows. [s], [USD].

    Attributes
    ----------
    index : array of int
        Position in the options; -1 where no option can be used. The other arrays say nothing there.
    """

    options: tuple[Option, ...]
    index: NDArray[np.int64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    cost: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]
    meets: NDArray[np.bool_]
    tier: NDArray[np.int64]
    bound: NDArray[np.int8]


FROM = {
    "finish": "finish",
    "cutover": "cutover",
    "one_off": "one_off",
    "monthly": "monthly",
    "cost": "total",
    "ceiling": "ceiling",
    "complete": "complete",
    "meets": "meets",
    "tier": "tier",
    "bound": "bound",
}
"""Array of the winners -> the one of an evaluation or of its verdict that it is taken from."""

NAMES = tuple(entry.name for entry in fields(Winners))[1:]
"""Names of the arrays of the winners."""


def winners_of_all(case: Case, options: Sequence[Option]) -> Winners:
    """The best option of every row by evaluating all of them: what `find_winners` is held against."""
    rows = case.workload.shape[1]
    parts = [
        _compared(
            case.of(case.workload.take(row=slice(begin, begin + CHUNK))), options, min(CHUNK, rows - begin)
        )
        for begin in range(0, rows, CHUNK)
    ]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


def _compared(case: Case, options: Sequence[Option], rows: int) -> dict[str, NDArray[Any]]:
    if not options:
        return nobody(rows)
    result = evaluate(case, options)
    tier, optimize = result.verdict.tier[..., 0], case.workload.optimize
    tie = tie_of(optimize, case.facts.assumptions)
    efforts = efforts_of(options)[:, None]
    index = best(tier, result.ceiling[..., 0], efforts, result.finish[..., 0], optimize, tie)
    every = np.arange(rows)
    found = {
        name: getattr(result, of)[index, every, 0] for name, of in FROM.items() if of not in ("tier", "meets")
    }
    usable = tier[index, every] < UNUSABLE
    return {
        **found,
        "tier": tier[index, every],
        "meets": result.verdict.meets[index, every, 0],
        "index": np.where(usable, index, -1),
        **{name: np.where(usable, found[name], np.nan) for name in ("finish", "cutover", "cost")},
    }


def nobody(rows: int) -> dict[str, NDArray[Any]]:
    """What is said of rows that no option can be used for."""
    none, no = np.full(rows, np.nan), np.zeros(rows, dtype=bool)
    return {
        **{name: none.copy() for name in ("finish", "cutover", "one_off", "monthly", "cost", "ceiling")},
        "index": np.full(rows, -1),
        "complete": no.copy(),
        "meets": no,
        "tier": np.full(rows, UNUSABLE),
        "bound": np.zeros(rows, dtype=np.int8),
    }


FEW = 300_000
"""Options times rows that are few enough for all to be evaluated: less work than finding out which need not be."""

_ROWS = 32_768
"""Rows that are searched together."""

_ALONE = 4096
"""Rows that are enough for an option to be evaluated by itself; fewer wait until there are as many pairs as these."""

_PREFERENCE = 0.03
"""How much cheaper than another, per effort, an option should look to be evaluated first."""

_TYPES = {"complete": np.bool_, "meets": np.bool_, "bound": np.int8, "tier": np.int16}
"""Of what is found; all else is a number."""

_NOT_YET = 2 * UNUSABLE


def find_winners(case: Case, options: Sequence[Option]) -> Winners:
    """The best option of every row of a case.

    Parameters
    ----------
    options : sequence of Option
        Those that no word rules out.
    """
    rows = case.workload.shape[1]
    if rows * len(options) <= FEW:
        return winners_of_all(case, options)
    parts = [
        _Search(case.of(case.workload.take(row=slice(begin, begin + _ROWS))), options).run()
        for begin in range(0, rows, _ROWS)
    ]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


class _Search:
    """What may win in some rows, option by option."""

    def __init__(self, case: Case, options: Sequence[Option]) -> None:
        self.case, self.options = case, options
        self.rows = case.workload.shape[1]
        self.keeps = np.array(keeping(options, case.workload))
        self.enough = min(_ALONE, self.rows)
        self.best = Incumbents(case, options, self.rows)
        self.bounds = Bounds(case)
        self._waiting: list[tuple[int, NDArray[np.intp], Bound]] = []

    def run(self) -> dict[str, NDArray[Any]]:
        """Evaluate what looks best for each row, and then what may still win, until nothing may."""
        bundles = self._bundles()
        first = self._first([places[0] for places in bundles])
        for place in np.unique(first).tolist():
            self._wait(place, np.flatnonzero(first == place), None)
        self._flush()
        rows = np.arange(self.rows)
        while len(rows):
            for places in bundles:
                self._look(places, rows)
            self._flush()
            # What was passed over because of an option that is out now has to be looked at once more.
            rows = self.best.dropped()
        return self.best.told()

    def _bundles(self) -> list[list[int]]:
        """Options that differ in nothing but their routes, and take as much to arrange; what costs least first."""
        found: dict[Any, list[int]] = {}
        for place in sorted(range(len(self.options)), key=lambda place: _readiness(self.options[place])):
            found.setdefault((self.best.effort[place], *_apart_from_route(self.options[place])), []).append(
                place
            )
        return sorted(found.values(), key=lambda places: self._floor(places[0]))

    def _floor(self, place: int) -> tuple[bool, float]:
        return not self.keeps[place], float(np.mean(self.bounds.ceiling(self.options[place])))

    def _first(self, places: Sequence[int]) -> NDArray[np.intp]:
        """For each row an option that looks good by what it keeps, costs and takes to arrange."""
        first, least = np.zeros(self.rows, dtype=np.intp), np.full(self.rows, np.inf)
        able = [place for place in places if self.keeps[place]] or places
        for place in able:
            look = self.bounds.ceiling(self.options[place]) * (1.0 + _PREFERENCE * self.best.effort[place])
            first[look < least] = place
            np.minimum(least, look, out=least)
        return first

    def _look(self, places: list[int], rows: NDArray[np.intp]) -> None:
        """Evaluate options of a bundle where they may win: by what they cost, by a joint bound, each by its own."""
        options, effort = [self.options[place] for place in places], self.best.effort[places[0]]
        rows = rows[self.best.may_win(effort, rows, self.bounds.of_cost(options[0]).at(rows))]
        if not len(rows):
            return
        bounds = self.bounds.some(rows)
        if len(places) > 1:
            left = np.flatnonzero(self.best.may_win(effort, rows, bounds.joint(options)))
            if not len(left):
                return
            rows, bounds = rows[left], bounds.some(left)
        every = bounds.each(options)
        for place, bound in zip(places, map(every.at, range(len(places))), strict=True):
            may = self.best.may_win(effort, rows, bound) & self.best.is_open(place, rows)
            self._wait(place, rows[may], bound.at(may))

    def _wait(self, place: int, rows: NDArray[np.intp], bound: Bound | None) -> None:
        """Evaluate an option in some rows, together with others where there are few."""
        if len(rows) >= self.enough:
            self._evaluate(np.full(len(rows), place), rows)
            return
        if len(rows):
            self._waiting.append((place, rows, bound or self.bounds.of_cost(self.options[place]).at(rows)))
        if sum(len(rows) for _, rows, _ in self._waiting) >= self.enough:
            self._flush()

    def _flush(self) -> None:
        """Evaluate what waits, where it may win still."""
        kinds: dict[str, list[tuple[int, NDArray[np.intp]]]] = {}
        for place, rows, bound in self._waiting:
            rows = rows[self.best.may_win(self.best.effort[place], rows, bound)]
            kinds.setdefault(self.options[place].kind, []).append((place, rows))
        self._waiting.clear()
        for pairs in kinds.values():
            places = np.concatenate([np.full(len(rows), place) for place, rows in pairs])
            if len(places):
                self._evaluate(places, np.concatenate([rows for _, rows in pairs]))

    def _evaluate(self, places: NDArray[np.intp], rows: NDArray[np.intp]) -> None:
        w = self.case.workload.take(row=rows)
        self.best.take(places, rows, evaluate_pairs(self.case, self.options, self.keeps, places, w))


def _readiness(option: Option) -> tuple[float, float]:
    """Which of several options that differ in their routes is worth the first look."""
    facts = {} if option.route is None else option.route.facts
    lead, rate = (facts[key].value if key in facts else 0.0 for key in ("lead_time", "line_rate"))
    return 0.0 if option.exists else lead, -rate


def _apart_from_route(option: Option) -> tuple[Any, ...]:
    """What options have in common that differ in their routes alone."""
    parts = (option.mover, option.device, option.second_hop, option.target)
    paths = (id(option.path), id(option.seed_path), id(option.second_path))
    return (option.kind, option.own_line, paths, *(None if part is None else part.id for part in parts))


class Incumbents:
    """The best option so far of every row, as `migplan.engine.ranking.best` chooses among what was evaluated.

    What was evaluated is kept, so that the best can be found again where a much cheaper option comes up later.
    """

    def __init__(self, case: Case, options: Sequence[Option], rows: int) -> None:
        optimize = case.workload.optimize
        self.effort = efforts_of(options)
        self._optimize, self._share = optimize, tie_of(optimize, case.facts.assumptions)
        self._tie, self._by_cost = 1.0 + self._share, optimize not in BY_TIME
        # Pairs lie one after the other as they were evaluated: a table of all options would be empty for the most part,
        # and writing here and there in it would make the system fill it whole.
        self._at = np.full((len(options), rows), -1, dtype=np.int32)
        self._count = 0
        self._found: dict[str, NDArray[Any]] = {
            name: np.zeros(4 * rows + 1, dtype=_TYPES.get(name, np.float64)) for name in FROM
        }
        self._index, self._tier = np.full(rows, -1), np.full(rows, _NOT_YET)
        self._least = np.full(rows, np.inf)
        self._keys = np.full((4, rows), np.inf)
        self._dropped = np.zeros(rows, dtype=bool)

    def may_win(self, own: int, rows: NDArray[np.intp], bound: Bound) -> NDArray[np.bool_]:
        """Where an option of these bounds could be better than the best so far, or could make another one the best."""
        effort, other, aim = (key[rows] for key in self._keys[:3])
        its_aim, its_other = (bound.ceiling, bound.finish) if self._by_cost else (bound.finish, bound.ceiling)
        near = its_aim <= self._least[rows] * self._tie
        wins = near & ((own < effort) | ((own == effort) & (its_other <= other)))
        wins |= its_aim * self._tie < aim
        tier = self._tier[rows]
        may: NDArray[np.bool_] = (bound.tier < tier) | ((bound.tier == tier) & wins)
        return may

    def is_open(self, place: int, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """In which rows an option has not been evaluated."""
        new: NDArray[np.bool_] = self._at[place, rows] < 0
        return new

    def take(self, places: NDArray[np.intp], rows: NDArray[np.intp], result: Evaluation) -> None:
        """Hold evaluated pairs against the best so far."""
        verdict, end = result.verdict, self._count + len(rows)
        for name, of in FROM.items():
            values = getattr(verdict if of in ("tier", "meets") else result, of)
            self._found[name] = _room(self._found[name], end)
            self._found[name][self._count : end] = values.ravel()
        self._at[places, rows] = np.arange(self._count, end)
        self._count = end
        order = np.argsort(rows, kind="stable")
        begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
        counts = np.diff(begins, append=len(rows))
        # The pairs of one row come one after the other.
        for layer in range(int(counts.max(initial=0))):
            at = order[begins[counts > layer] + layer]
            self._compare(places[at], rows[at])

    def dropped(self) -> NDArray[np.intp]:
        """Rows in which options that were passed over may win after all, since this was asked last."""
        rows = np.flatnonzero(self._dropped)
        self._dropped[:] = False
        return rows

    def told(self) -> dict[str, NDArray[Any]]:
        """The best option of each row."""
        rows = np.arange(len(self._index))
        at = self._at[self._index, rows]
        found = {**nobody(len(rows)), **{name: values[at] for name, values in self._found.items()}}
        usable = (at >= 0) & (found["tier"] < UNUSABLE)
        found["index"] = np.where(usable, self._index, -1)
        for name in ("finish", "cutover", "cost"):
            found[name] = np.where(usable, found[name], np.nan)
        return found

    def _compare(self, places: NDArray[np.intp], rows: NDArray[np.intp]) -> None:
        """Hold evaluated pairs of different rows against the best so far."""
        tier, keys = self._found["tier"][self._at[places, rows]], self._keys_of(places, rows)
        better, equal = tier < self._tier[rows], tier == self._tier[rows]
        old = self._least[rows]
        least = np.where(better, keys[2], np.where(equal, np.minimum(old, keys[2]), old))
        self._least[rows] = least
        known = self._keys[:, rows]
        stays, near = known[2] <= least * self._tie, keys[2] <= least * self._tie
        wins = better | (equal & near & (_less(keys, known) | ~stays))
        # What was no threat to a cheap one may be one to a dearer one.
        self._dropped[rows[equal & wins & (keys[2] > known[2])]] = True
        new = np.flatnonzero(wins)
        self._put(places[new], rows[new], tier[new], keys[:, new])
        again = rows[equal & ~stays]
        if len(again):
            self._dropped[again] = True
            self._again(again)

    def _again(self, rows: NDArray[np.intp]) -> None:
        """Find the best of all that was evaluated for some rows, of the tier that was reached."""
        at = self._at[:, rows]
        tier = self._found["tier"][at]
        known = (at >= 0) & (tier == self._tier[rows])
        tier = np.where(known, tier, _NOT_YET)
        cost, finish = (np.where(known, self._found[name][at], np.inf) for name in ("ceiling", "finish"))
        places = best(tier, cost, self.effort[:, None], finish, self._optimize, self._share)
        self._put(places, rows, self._tier[rows], self._keys_of(places, rows))

    def _keys_of(self, places: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """What decides among equals: effort, finish, cost, the order of options; for time cost before finish."""
        at = self._at[places, rows]
        finish, cost = (finite_or_last(self._found[name][at]) for name in ("finish", "ceiling"))
        return np.stack([self.effort[places], *((finish, cost) if self._by_cost else (cost, finish)), places])

    def _put(self, places: Any, rows: NDArray[np.intp], tier: Any, keys: NDArray[np.float64]) -> None:
        self._tier[rows], self._index[rows] = tier, places
        self._keys[:, rows] = keys


def _room(values: NDArray[Any], end: int) -> NDArray[Any]:
    """An array with place for so many values."""
    if end <= len(values):
        return values
    return np.concatenate([values, np.zeros(max(end - len(values), len(values)), values.dtype)])


def _less(keys: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where one sequence of keys comes before another."""
    less: NDArray[np.bool_] = keys[3] < others[3]
    for place in (2, 1, 0):
        less = (keys[place] < others[place]) | ((keys[place] == others[place]) & less)
    return less
