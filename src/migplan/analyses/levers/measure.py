"""Options at other values of an input, each pair of an option and a value as one entry of a stack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws, draw_workload, some_draws, spread_of
from migplan.engine.evaluation import assumed_values, evaluate_stacks, price_outcome, split_parts
from migplan.engine.options import Option
from migplan.engine.parameters import Quantify
from migplan.engine.ranking import barred, best, effort, judge, tie_of
from migplan.formulas.distributions import quantiles
from migplan.inputs.workload import Workload

Array = NDArray[np.float64]
_CELLS = 120_000
JUDGED = 0.8
"""Plans are judged at the time that four of five draws keep."""


@dataclass(frozen=True, slots=True)
class Results:
    """Finish, cutover and cost of pairs; finish and cutover are infinite where a number rules the option out."""

    finish: Array
    cutover: Array
    cost: Array


@dataclass(frozen=True, slots=True)
class Measure:
    """Evaluates pairs of an option and other values of the inputs.

    Attributes
    ----------
    draws : Draws or None
        What plans are judged by; None for typical values.
    """

    case: Case
    draws: Draws | None

    @property
    def workload(self) -> Workload:
        """As the case has it."""
        return self.case.workload

    def typical(self, options: Sequence[Option], changed: Mapping[str, Array]) -> Results:
        """At typical values. [s], [USD].

        Parameters
        ----------
        changed : mapping
            Attribute of the workload -> its value for each option; NaN where it stays.
        """
        shape = (len(options),)
        found = Results(np.empty(shape), np.empty(shape), np.empty(shape))
        for members in _alike([option.kind for option in options]):
            same = [options[k] for k in members]
            w = _columns(self.workload, changed, members)
            for stack, outcome, _ in evaluate_stacks(same, w, self.case.assumed, self.case.clock):
                bars = barred(outcome)
                found.finish[members] = np.where(bars, np.inf, outcome.finish)[:, 0]
                found.cutover[members] = np.where(bars, np.inf, outcome.cutover)[:, 0]
                if np.isnan(self.workload.budget):
                    found.cost[members] = 0.0
                else:
                    found.cost[members] = price_outcome(self.case.facts, stack, w, outcome).total[:, 0]
        return found

    def judged(self, options: Sequence[Option], changed: Mapping[str, Array]) -> tuple[Array, Array]:
        """Finish and cutover as plans are judged: at P80, or at typical values without draws. [s]."""
        if self.draws is None:
            found = self.typical(options, changed)
            return found.finish, found.cutover
        finish, cutover = self.drawn(options, changed, slice(None))
        return quantiles(finish, [JUDGED])[:, 0], quantiles(cutover, [JUDGED])[:, 0]

    def best(self, options: Sequence[Option], changed: Mapping[str, Array]) -> int:
        """Position of the one that a plan recommends, among options that all meet."""
        finish, cutover = self.judged(options, changed)
        costs = self._ceilings(options, changed)
        tiers = []
        for place, option in enumerate(options):
            w = replace(_columns(self.workload, changed, np.array([place])), deadline=np.nan, budget=np.nan)
            verdict = judge(option, w, finish[place], cutover[place], costs[place], False)
            tiers.append(int(np.asarray(verdict.tier).flat[0]))
        efforts = np.array([effort(option) for option in options])
        tie = tie_of(self.workload.optimize, self.case.facts.assumptions)
        return int(best(np.array(tiers), costs, efforts, finish, self.workload.optimize, tie))

    def _ceilings(self, options: Sequence[Option], changed: Mapping[str, Array]) -> Array:
        """What the options cost at most, by which plans rank. [USD]."""
        found = np.empty(len(options))
        for members in _alike([option.kind for option in options]):
            same = [options[k] for k in members]
            w = _columns(self.workload, changed, members)
            for stack, outcome, _ in evaluate_stacks(same, w, self.case.assumed, self.case.clock):
                found[members] = price_outcome(self.case.facts, stack, w, outcome).ceiling[:, 0]
        return found

    def hopeless(self, options: Sequence[Option], changed: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Pairs that miss the deadline in so many of the worst draws that the others cannot matter any more.

        It costs a third of judging them.
        """
        none = np.zeros(len(options), dtype=bool)
        if self.draws is None or np.isnan(self.workload.deadline):
            return none
        samples = self.draws.samples
        error = self.draws.error(1.0)
        worst = np.argsort(-error, kind="stable")[: max(1, int(0.3 * samples))]
        finish, _ = self.drawn(options, changed, worst)
        late: NDArray[np.bool_] = (finish > self.workload.deadline).sum(axis=1) > (1 - JUDGED) * samples
        return late

    def drawn(
        self, options: Sequence[Option], changed: Mapping[str, Array], which: slice | NDArray[np.intp]
    ) -> tuple[Array, Array]:
        """Finish and cutover of each pair in some of the draws. [s]."""
        assert self.draws is not None
        draws = self.draws
        count = len(range(draws.samples)[which]) if isinstance(which, slice) else len(which)
        finish, cutover = np.empty((len(options), count)), np.empty((len(options), count))
        sigmas = [spread_of(option, self.workload, self.case.facts) for option in options]
        w = some_draws(draw_workload(self.workload, draws), which, draws.samples)
        values = assumed_values(self.case.facts, draws)
        for members in _alike([(o.kind, s) for o, s in zip(options, sigmas, strict=True)]):
            error = draws.error(sigmas[members[0]])
            assumed = some_draws(replace(values, model_error=error), which, draws.samples)
            height = max(1, _CELLS // max(count, 1))
            for begin in range(0, len(members), height):
                part = members[begin : begin + height]
                self._fill(finish, cutover, part, options, changed, w, assumed, draws.some(which))
        return finish, cutover

    def _fill(
        self,
        finish: Array,
        cutover: Array,
        part: NDArray[np.intp],
        options: Sequence[Option],
        changed: Mapping[str, Array],
        w: Workload,
        assumed: Any,
        quantify: Quantify,
    ) -> None:
        own = _columns(w, changed, part)
        same = [options[k] for k in part]
        usual = _columns(self.workload, changed, part)
        parts = split_parts(same, usual, self.case.assumed, self.case.clock)
        for _, outcome, _ in evaluate_stacks(same, own, assumed, self.case.clock, quantify, parts=parts):
            bars = barred(outcome)
            finish[part] = np.where(bars, np.inf, outcome.finish)
            cutover[part] = np.where(bars, np.inf, outcome.cutover)


def _alike(keys: Sequence[Any]) -> list[NDArray[np.intp]]:
    """Positions of equal keys together."""
    groups: dict[Any, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return [np.array(places) for places in groups.values()]


def _columns(w: Workload, changed: Mapping[str, Array], members: NDArray[np.intp]) -> Workload:
    """The workload with a row for each pair in the fields that were changed."""
    changes: dict[str, Any] = {}
    for entry in fields(w):
        values = changed.get(entry.name)
        if values is not None and not np.isnan(values[members]).all():
            mine = values[members][:, None]
            changes[entry.name] = np.where(np.isnan(mine), getattr(w, entry.name), mine)
    return replace(w, **changes)
