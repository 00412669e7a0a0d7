"""How the options of a plan stand before any input is changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from migplan.engine.judgement import EvaluatedOption
from migplan.engine.options import Option
from migplan.inputs.workload import Workload


@dataclass(frozen=True, slots=True)
class Standing:
    """How an option that words allow stands now. [s].

    Attributes
    ----------
    sure : bool
        Nothing that must be kept is lost in part or perhaps.
    finish, cutover : float
        As it is judged.
    typical, typical_cutover : float
        At typical values.
    """

    option: Option
    sure: bool
    finish: float
    cutover: float
    typical: float
    typical_cutover: float
    cost: float

    def in_time(self, w: Workload) -> bool:
        """Whether it ends, and before the deadline."""
        return bool(np.isfinite(self.finish) and (np.isnan(w.deadline) or self.finish <= w.deadline))

    def in_window(self, w: Workload) -> bool:
        """Whether the cutover fits its window."""
        return bool(np.isnan(w.cutover_window) or self.cutover <= w.cutover_window)

    def in_budget(self, w: Workload) -> bool:
        """Whether it is known to cost no more than the budget."""
        return bool(np.isnan(w.budget) or self.cost <= w.budget)


def standings(judged: list[EvaluatedOption]) -> list[Standing]:
    """How the options that words allow stand, for the search of what would make one of them meet."""
    return [
        Standing(
            option=item.option,
            sure=bool(np.all(item.verdict.keeps)),
            finish=item.decisive if bool(item.verdict.usable) else np.inf,
            cutover=item.cutover if item.spread is None else item.spread.cutover_p80,
            typical=item.finish,
            typical_cutover=item.cutover,
            cost=float(item.cost.ceiling),
        )
        for item in judged
        if not item.option.reasons
    ]


def unknown(option: Option) -> Standing:
    """Of an option that a plan does not have."""
    return Standing(option, True, np.inf, np.inf, np.inf, np.inf, np.inf)
