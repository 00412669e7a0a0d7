"""Options at other values of an input, each pair of an option and a value as one entry of a stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws, Sampled, evaluate_draws
from migplan.engine.evaluation import Evaluation, evaluate, keeps_required
from migplan.engine.options import Option
from migplan.engine.ranking import JUDGED, aims_of, best, judge
from migplan.formulas.statistics import quantiles
from migplan.inputs.workload import Workload

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """Evaluates pairs of an option and other values of the inputs.

    What was changed is a mapping: attribute of the workload -> its value for each option, NaN where it stays.

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

    def typical(self, options: Sequence[Option], changed: Mapping[str, Array]) -> tuple[Array, Array, Array]:
        """Finish, cutover [s] and cost [USD] at typical values; times are infinite where numbers rule an option out."""
        found = self._evaluate(options, changed, priced=not np.isnan(self.workload.budget))
        finish, cutover = (
            np.where(found.ruled_out, np.inf, v)[:, 0, 0] for v in (found.finish, found.cutover)
        )
        return finish, cutover, found.ceiling[:, 0, 0]

    def _evaluate(
        self, options: Sequence[Option], changed: Mapping[str, Array], priced: bool = True
    ) -> Evaluation:
        # Nothing that is moved decides how a target is set up.
        return evaluate(self.case.with_same_setup(_changing(changed)(self.workload)), options, priced)

    def cash(self, option: Option, changed: Mapping[str, Array]) -> float:
        """What an option costs in all; NaN where a price is not known. [USD]."""
        found = self._evaluate([option], changed)
        return float(found.total[0, 0, 0]) if bool(found.complete[0, 0, 0]) else np.nan

    def judged(self, options: Sequence[Option], changed: Mapping[str, Array]) -> tuple[Array, Array]:
        """Finish and cutover as plans are judged: at P80, or at typical values without draws. [s]."""
        if self.draws is None:
            return self.typical(options, changed)[:2]
        drawn = self._drawn(options, changed, slice(None))
        return quantiles(drawn.finish[:, 0], [JUDGED])[:, 0], quantiles(drawn.cutover[:, 0], [JUDGED])[:, 0]

    def best(self, options: Sequence[Option], changed: Mapping[str, Array]) -> int:
        """Position of the one that a plan recommends, among options that all meet."""
        finish, cutover = self.judged(options, changed)
        found = self._evaluate(options, changed)
        costs = found.ceiling[:, 0, 0]
        w = _changing(changed)(self.workload)
        window = np.broadcast_to(w.cutover_window, (len(options), 1, 1))[:, 0, 0]
        free = replace(self.workload, deadline=np.nan, budget=np.nan, cutover_window=window)
        keeps, usable = np.array(keeps_required(options, free)), np.ones(len(options), dtype=bool)
        verdict = judge(free, usable, keeps, finish, cutover, costs)
        ends = finish[:, None, None], cutover[:, None, None]
        sums = self.case.counted(options, found.agents, found.ceiling, *ends)
        counted = np.asarray(sums)[:, 0, 0]
        weight = self.case.weight(verdict)
        return int(best(verdict.tier, *aims_of(w.optimize, counted, finish, weight)))

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
        finish = self._drawn(options, changed, worst).finish[:, 0]
        late: NDArray[np.bool_] = (finish > self.workload.deadline).sum(axis=1) > (1 - JUDGED) * samples
        return late

    def _drawn(
        self, options: Sequence[Option], changed: Mapping[str, Array], which: slice | NDArray[np.intp]
    ) -> Sampled:
        """Each pair in some of the draws; costs are judged at typical values."""
        assert self.draws is not None
        case = self.case.of(replace(self.workload, budget=np.nan))
        return evaluate_draws(case, options, self.draws, which, _changing(changed))


def _changing(changed: Mapping[str, Array]) -> Callable[[Workload], Workload]:
    """What puts the values that were changed into a workload, one for each option."""

    def change(w: Workload) -> Workload:
        found: dict[str, Any] = {}
        for name, values in changed.items():
            if not np.isnan(values).all():
                mine = values[:, None, None]
                found[name] = np.where(np.isnan(mine), getattr(w, name), mine)
        return replace(w, **found) if found else w

    return change
