"""An option with everything that was found out about it, before it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from migplan.engine.draws import Sampled, Spread
from migplan.engine.evaluation import Cost, Flat, Outcome
from migplan.engine.options import Option
from migplan.engine.ranking import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One option with its outcome (as entry `index` of a stack), cost and verdict."""

    option: Option
    flat: Flat
    index: int
    cost: Cost
    verdict: Verdict
    finish: float
    cutover: float
    sampled: Sampled | None = None
    spread: Spread | None = None

    def one(self, values: Any) -> Any:
        """Value of this option in an array of the stack."""
        return self.flat.one(values, self.index)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the whole stack."""
        return self.flat.outcome

    @property
    def decisive(self) -> float:
        """The finish that ranking goes by: at P80 where there are draws, else at typical values. [s]."""
        return self.finish if self.spread is None else self.spread.p80
