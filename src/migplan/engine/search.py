"""The best option of every row, without evaluating the options that cannot be it.

`best_by_enumeration` evaluates everything and compares; `find_winners` gives the same for less. Options are taken in
the order of the least sum that they come to. Each is evaluated in the rows in which it may still be the best: where
its bounds are of no worse tier than the best so far, and of no larger sum, or no later where time decides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.bounds import Bound, Bounds
from migplan.engine.case import Case
from migplan.engine.evaluation import Evaluation, evaluate, evaluate_pairs, keeps_required
from migplan.engine.money import counted_money, fixed_money
from migplan.engine.options import Option
from migplan.engine.ranking import UNUSABLE, aims_of, best, finite_or_last

CHUNK = 2000


class Winners(Struct, frozen=True):
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
    running: NDArray[np.float64]
    cost: NDArray[np.float64]
    counted: NDArray[np.float64]
    complete: NDArray[np.bool_]
    meets: NDArray[np.bool_]
    missed: NDArray[np.int64]
    bound: NDArray[np.int8]


FROM = {
    "finish": "finish",
    "cutover": "cutover",
    "one_off": "one_off",
    "monthly": "monthly",
    "running": "running",
    "cost": "total",
    "counted": "counted",
    "complete": "complete",
    "meets": "meets",
    "missed": "missed",
    "bound": "bound",
}
"""Array of the winners -> the one of an evaluation or of its verdict that it is taken from."""

_JUDGED = ("missed", "meets")
"""Those of the verdict."""

_FLOATS = ("finish", "cutover", "one_off", "monthly", "running", "cost", "counted")

NAMES = Winners.__struct_fields__[1:]
"""Names of the arrays of the winners."""


def best_by_enumeration(case: Case, options: Sequence[Option]) -> Winners:
    """The best option of every row by evaluating all of them: what `find_winners` is held against."""
    rows = case.workload.shape[1]
    parts = [
        _compared(case.rows(slice(begin, begin + CHUNK)), options, min(CHUNK, rows - begin))
        for begin in range(0, rows, CHUNK)
    ]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


def _compared(case: Case, options: Sequence[Option], rows: int) -> dict[str, NDArray[Any]]:
    if not options:
        return no_winners(rows)
    result = evaluate(case, options)
    tier = result.verdict.tier[..., 0]
    weight = case.weight(result.verdict)
    aims = aims_of(case.workload.optimize, result.counted, result.finish, weight)
    index = best(tier, *(values[..., 0] for values in aims))
    every = np.arange(rows)
    found = {name: getattr(result, of)[index, every, 0] for name, of in FROM.items() if of not in _JUDGED}
    usable = tier[index, every] < UNUSABLE
    return {
        **found,
        **{name: getattr(result.verdict, name)[index, every, 0] for name in _JUDGED},
        "index": np.where(usable, index, -1),
        **{name: np.where(usable, found[name], np.nan) for name in ("finish", "cutover", "cost")},
    }


def no_winners(rows: int) -> dict[str, NDArray[Any]]:
    """What is said of rows that no option can be used for."""
    none, no = np.full(rows, np.nan), np.zeros(rows, dtype=bool)
    return {
        **{name: none.copy() for name in _FLOATS},
        "index": np.full(rows, -1),
        "complete": no.copy(),
        "meets": no,
        "missed": np.full(rows, UNUSABLE),
        "bound": np.zeros(rows, dtype=np.int8),
    }


FEW = 300_000
"""Options times rows that are few enough for all to be evaluated: less work than finding out which need not be."""

_ROWS = 49_152
"""Rows that are searched together, at most."""

_ALONE = 4096
"""Rows that are enough for an option to be evaluated by itself; fewer wait until there are as many pairs as these."""

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
        return best_by_enumeration(case, options)
    # All alike, so that none has a few rows for as many calls.
    step = math.ceil(rows / math.ceil(rows / _ROWS))
    parts = [_Search(case.rows(slice(begin, begin + step)), options).run() for begin in range(0, rows, step)]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


class _Search:
    """What may win in some rows, option by option."""

    def __init__(self, case: Case, options: Sequence[Option]) -> None:
        self.case, self.options = case, options
        self.rows = case.workload.shape[1]
        self.keeps = np.array(keeps_required(options, case.workload))
        self.stands = case.is_chosen(options)[..., 0]
        self.enough = min(_ALONE, self.rows)
        self.best = Incumbents(case.workload.optimize, len(options), self.rows)
        self.bounds = Bounds(case)
        self._waiting: list[tuple[NDArray[np.intp], NDArray[np.intp], _Hope | None]] = []
        self._costs: dict[int, Bound] = {}

    def run(self) -> dict[str, NDArray[Any]]:
        """Evaluate what looks best for each row, and then what may still win."""
        bundles = self._bundles()
        first = self._first([places[0] for places in bundles])
        for place in np.unique(first).tolist():
            rows = np.flatnonzero((first == place) & self.stands[place])
            self._wait(np.full(len(rows), place), rows, None)
        self._flush()
        for places in bundles:
            self._look(places)
        self._flush()
        return self.best.told()

    def _bundles(self) -> list[list[int]]:
        """Options that differ in nothing but their routes; what comes to the least sum first."""
        found: dict[Any, list[int]] = {}
        for place in sorted(range(len(self.options)), key=lambda place: _readiness(self.options[place])):
            found.setdefault(_apart_from_route(self.options[place]), []).append(place)
        return sorted(found.values(), key=lambda places: self._floor(places[0]))

    def _floor(self, place: int) -> tuple[bool, float]:
        return not self.keeps[place], float(np.mean(self._cost(place).counted))

    def _cost(self, place: int) -> Bound:
        """What is known of an option by what it costs and keeps alone."""
        if place not in self._costs:
            self._costs[place] = self.bounds.of_cost(self.options[place])
        return self._costs[place]

    def _first(self, places: Sequence[int]) -> NDArray[np.intp]:
        """For each row an option that looks good by what it keeps and costs."""
        first, least = np.zeros(self.rows, dtype=np.intp), np.full(self.rows, np.inf)
        for place in [place for place in places if self.keeps[place]] or places:
            look = np.where(self.stands[place], self._cost(place).counted, np.inf)
            first[look < least] = place
            np.minimum(least, look, out=least)
        return first

    def _look(self, places: list[int]) -> None:
        """Evaluate options of a bundle where they may win: by what they cost, by a joint bound, each by its own."""
        options = [self.options[place] for place in places]
        # All of a bundle are of one configuration, which stands for its target in some rows.
        wanted = self.stands[places[0]] & self.best.is_open(np.array(places)).any(axis=0)
        hope = self.best.hope(self._cost(places[0]))
        rows = np.flatnonzero(wanted & self.best.may_win(slice(None), hope))
        if not len(rows):
            return
        bounds = self.bounds.some(rows)
        if len(places) > 1:
            left = np.flatnonzero(self.best.may_win(rows, self.best.hope(bounds.joint(options))))
            if not len(left):
                return
            rows, bounds = rows[left], bounds.some(left)
        self._best_first(np.array(places), rows, self.best.hope(bounds.each(options)))

    def _best_first(self, places: NDArray[np.intp], rows: NDArray[np.intp], hope: _Hope) -> None:
        """Evaluate of some options in each row the one that looks best, and again while another may still win."""
        may = self.best.may_win(rows, hope) & self.best.is_open(places, rows)
        while True:
            left = np.flatnonzero(may.any(axis=0))
            if len(left) < len(rows):
                rows, hope, may = rows[left], hope.at((slice(None), left)), may[:, left]
            if not len(rows):
                return
            which = (hope.leading(may), np.arange(len(rows)))
            may[which] = False
            self._wait(places[which[0]], rows, hope.at(which))
            may &= self.best.may_win(rows, hope)

    def _wait(self, places: NDArray[np.intp], rows: NDArray[np.intp], hope: _Hope | None) -> None:
        """Evaluate pairs of an option and a row, together with others where they are few."""
        if len(rows) >= self.enough:
            self._evaluate(places, rows)
            return
        if len(rows):
            self._waiting.append((places, rows, hope))
        if sum(len(rows) for _, rows, _ in self._waiting) >= self.enough:
            self._flush()

    def _flush(self) -> None:
        """Evaluate what waits, where it may win still."""
        kinds: dict[str, list[tuple[NDArray[np.intp], NDArray[np.intp]]]] = {}
        for places, rows, hope in self._waiting:
            if hope is not None:
                may = self.best.may_win(rows, hope)
                places, rows = places[may], rows[may]
            if len(rows):
                kinds.setdefault(self.options[places[0]].kind, []).append((places, rows))
        self._waiting.clear()
        for pairs in kinds.values():
            self._evaluate(*(np.concatenate(parts) for parts in zip(*pairs, strict=True)))

    def _evaluate(self, places: NDArray[np.intp], rows: NDArray[np.intp]) -> None:
        w = self.case.workload.take(row=rows)
        result = evaluate_pairs(self.case, self.options, self.keeps, places, w)
        counted = self._counted(places, rows, result)
        weight = self.case.weight(result.verdict).ravel()
        self.best.take(places, rows, result, counted, weight)

    def _counted(self, places: NDArray[np.intp], rows: NDArray[np.intp], result: Evaluation) -> Any:
        """The sum of money that decides, pair by pair. [USD]."""
        agents = np.broadcast_to(result.agents, result.finish.shape).ravel()
        fixed, by_time = np.empty(len(places)), np.empty(len(places))
        for mine in _alike(places):
            option = self.options[places[mine][0]]
            fixed[mine] = self._fixed(option, rows[mine], agents[mine])
            by_time[mine] = np.broadcast_to(self.bounds.by_time(option), (1, self.rows, 1))[0, rows[mine], 0]
        each = by_time.reshape(result.finish.shape)
        outage = np.broadcast_to(result.case.at_cutover(result.cutover, each), result.finish.shape).ravel()
        return counted_money(result.ceiling.ravel(), fixed, by_time, result.finish.ravel(), outage)

    def _fixed(self, option: Option, rows: NDArray[np.intp], agents: Any) -> Any:
        """What counts once besides cash for an option in some rows. [USD]."""
        w = self.case.workload
        own = replace(w, files=np.broadcast_to(w.files, (1, self.rows, 1))[:, rows])
        work = fixed_money([option], own, self.case.facts.assumptions, agents[None, :, None])
        lacking = np.broadcast_to(self.case.lacking([option]), (1, self.rows, 1))[:, rows]
        return (work + lacking)[0, :, 0]


def _alike(places: NDArray[np.intp]) -> list[Any]:
    """Where each of some options stands among pairs."""
    if (places == places[0]).all():
        return [slice(None)]
    order = np.argsort(places, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(places[order])) + 1)


def _readiness(option: Option) -> tuple[float, float]:
    """Which of several options that differ in their routes is worth the first look."""
    facts = {} if option.route is None else option.route.facts
    lead, rate = (facts[key].value if key in facts else 0.0 for key in ("lead_time", "line_rate"))
    return 0.0 if option.exists else lead, -rate


def _apart_from_route(option: Option) -> tuple[Any, ...]:
    """What options have in common that differ in their routes alone, and take the same work to arrange."""
    parts = (option.mover, option.device, option.second_hop, option.target)
    paths = (id(option.path), id(option.seed_path), id(option.second_path))
    keys = (None if part is None else part.key for part in parts)
    return (option.kind, option.own_line, option.exists, option.route is None, paths, *keys)


class _Hope(Struct, frozen=True):
    """The best tier that options can come to, and the least of what decides within it; the last axis is the row."""

    tier: Any
    aim: Any

    def at(self, which: Any) -> _Hope:
        """Some of the values."""
        return _Hope(self.tier[which], self.aim[which])

    def leading(self, may: NDArray[np.bool_]) -> NDArray[np.intp]:
        """For each row the option that looks best, of those that may win."""
        leading: NDArray[np.intp] = best(np.where(may, self.tier, _NOT_YET), self.aim)
        return leading


class Incumbents:
    """The best option so far of every row, as `migplan.engine.ranking.best` chooses among what was evaluated."""

    def __init__(self, optimize: str, options: int, rows: int) -> None:
        self._optimize = optimize
        self._evaluated = np.zeros((options, rows), dtype=bool)
        types = {"complete": np.bool_, "meets": np.bool_, "bound": np.int8, "missed": np.int64}
        self._found: dict[str, NDArray[Any]] = {
            name: np.zeros(rows, dtype=types.get(name, np.float64)) for name in FROM
        }
        self._tier, self._index = np.full(rows, _NOT_YET), np.full(rows, -1)
        self._aims = np.full((4, rows), np.inf)

    def hope(self, bound: Bound) -> _Hope:
        """What options of some bounds can come to at the best."""
        aim = aims_of(self._optimize, bound.counted, bound.finish, bound.weight)[0]
        return _Hope(np.broadcast_to(bound.tier, np.shape(aim)), finite_or_last(aim))

    def may_win(self, rows: Any, hope: _Hope) -> NDArray[np.bool_]:
        """Where an option that can come to so much could be better than the best so far."""
        tier = self._tier[rows]
        # What cannot be used wins nothing, not even over what cannot be used either.
        may: NDArray[np.bool_] = (hope.tier < UNUSABLE) & (
            (hope.tier < tier) | ((hope.tier == tier) & (hope.aim <= self._aims[0, rows]))
        )
        return may

    def is_open(self, places: NDArray[np.intp], rows: Any = slice(None)) -> NDArray[np.bool_]:
        """In which rows options have not been evaluated."""
        new: NDArray[np.bool_] = ~self._evaluated[places][:, rows]
        return new

    def take(
        self,
        places: NDArray[np.intp],
        rows: NDArray[np.intp],
        result: Evaluation,
        counted: NDArray[np.float64],
        weight: NDArray[np.float64],
    ) -> None:
        """Hold evaluated pairs against the best so far."""
        self._evaluated[places, rows] = True
        verdict = result.verdict
        values = {
            name: counted if name == "counted" else getattr(verdict if of in _JUDGED else result, of).ravel()
            for name, of in FROM.items()
        }
        weighted = aims_of(self._optimize, counted, values["finish"], weight)
        aims, tier = np.stack([finite_or_last(aim) for aim in weighted]), verdict.tier.ravel()
        for at in _layers(rows):
            mine = rows[at]
            keys = (tier[at], *aims[:, at], places[at])
            known = (
                self._tier[mine],
                *self._aims[:, mine],
                np.where(self._index[mine] < 0, np.inf, self._index[mine]),
            )
            new = _less(keys, known)
            at, mine = at[new], mine[new]
            self._tier[mine], self._index[mine] = tier[at], places[at]
            self._aims[:, mine] = aims[:, at]
            for name, found in self._found.items():
                found[mine] = values[name][at]

    def told(self) -> dict[str, NDArray[Any]]:
        """The best option of each row."""
        usable = self._tier < UNUSABLE
        told = {**no_winners(len(usable)), **self._found}
        told["missed"] = np.where(usable, told["missed"], UNUSABLE)
        told["index"] = np.where(usable, self._index, -1)
        for name in ("finish", "cutover", "cost"):
            told[name] = np.where(usable, told[name], np.nan)
        return told


def _layers(rows: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Positions of pairs such that no row comes twice at once; the pairs of one row come one after the other."""
    if (np.diff(rows) > 0).all():
        yield np.arange(len(rows))
        return
    order = np.argsort(rows, kind="stable")
    begins = np.flatnonzero(np.diff(rows[order], prepend=-1))
    counts = np.diff(begins, append=len(rows))
    for layer in range(int(counts.max(initial=0))):
        yield order[begins[counts > layer] + layer]


def _less(keys: Sequence[Any], others: Sequence[Any]) -> NDArray[np.bool_]:
    """Where one sequence of keys comes before another."""
    less: NDArray[np.bool_] = np.zeros(len(keys[0]), dtype=bool)
    for key, other in zip(reversed(keys), reversed(others), strict=True):
        less = (key < other) | ((key == other) & less)
    return less
