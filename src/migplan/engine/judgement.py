"""How the options of a case stand, as plans judge them: at P80 where there are draws, else at typical values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws, Sampled, Spread, evaluate_draws, summarize
from migplan.engine.evaluation import Evaluation, evaluate
from migplan.engine.options import Option
from migplan.engine.outcome import Outcome
from migplan.engine.pricing import Cost
from migplan.engine.ranking import Verdict, aims_of, judge, rank
from migplan.formulas import take


class Judgement(Struct):
    """Options held against what is wanted. Arrays have the axes option and row; times in [s].

    Attributes
    ----------
    evaluation : Evaluation
        At typical values.
    verdict : Verdict
    finish : array
        Which is judged: P80, or the typical one where there are no draws.
    spread : dict
        Name of a percentile or chance -> array; NaN where an option was not drawn. Empty without draws.
    """

    case: Case
    evaluation: Evaluation
    verdict: Verdict
    finish: NDArray[np.float64]
    spread: dict[str, NDArray[np.float64]]

    @classmethod
    def typical(cls, case: Case, evaluation: Evaluation) -> Judgement:
        """As typical values have it."""
        verdict = Verdict(
            *(
                np.array(_rows(getattr(evaluation.verdict, name), evaluation))
                for name in Verdict.__struct_fields__
            )
        )
        return cls(case, evaluation, verdict, _rows(evaluation.finish, evaluation).copy(), {})

    @property
    def ceiling(self) -> NDArray[np.float64]:
        """The total with an upper bound for each price that nobody knows. [USD]."""
        return self.evaluation.ceiling[..., 0]

    @property
    def aim(self) -> NDArray[np.float64]:
        """The finish that ranks: one in twenty ends later where risk is the aim. [s]."""
        if self.case.workload.optimize != "risk" or not self.spread:
            return self.finish
        return np.where(np.isnan(self.spread["p95"]), self.finish, self.spread["p95"])

    @property
    def order(self) -> NDArray[np.intp]:
        """Positions of the options, the best of each row first."""
        aims = aims_of(self.case.workload.optimize, self.counted, self.aim, self.weight)
        # Of what may never end, what is best where all goes as it usually does is the closest.
        found = (
            _rows(values, self.evaluation) for values in (self.evaluation.counted, self.evaluation.finish)
        )
        typical = aims_of(self.case.workload.optimize, *found)
        return rank(self.evaluation.options, self.verdict.tier, *aims[:2], *typical[2:])

    @property
    def aims(self) -> NDArray[np.float64]:
        """What decides among options that meet the same: the sum of money [USD], or the finish [s] where time does."""
        found = aims_of(self.case.workload.optimize, self.counted, self.aim, self.weight)
        return np.asarray(found[0])

    @property
    def weight(self) -> NDArray[np.float64]:
        """By how much options count for more since they miss wishes. [1]."""
        return np.asarray(self.case.weight(self.verdict))

    @property
    def counted(self) -> NDArray[np.float64]:
        """The sum of money that decides, with the finish that is judged. [USD]."""
        found = self.case.counted(
            self.evaluation.options,
            self.evaluation.agents,
            self.evaluation.ceiling,
            np.asarray(self.finish)[..., None],
            self.cutovers()[..., None],
        )
        return np.asarray(found)[..., 0]

    def at_cutover(self, row: int, by_time: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the length of the cutovers of a row counts for, as in `Case.at_cutover`. [USD]."""
        mine = slice(row, row + 1)
        own = self.case.of(self.case.workload.take(row=mine))
        found = own.at_cutover(self.cutovers(mine)[..., None], by_time[:, None, None])
        return np.asarray(found)[:, 0, 0]

    def cutovers(self, rows: slice = slice(None)) -> NDArray[np.float64]:
        """The cutovers that are judged: at P80 where an option was drawn. [s]."""
        typical = np.asarray(_rows(self.evaluation.cutover, self.evaluation))[:, rows]
        drawn = self.spread.get("cutover_p80")
        return typical if drawn is None else np.where(np.isnan(drawn[:, rows]), typical, drawn[:, rows])

    def draw(
        self, draws: Draws, places: NDArray[np.intp], row: int | None = None, details: Sequence[str] = ()
    ) -> Sampled:
        """Judge some options by draws, in one row or in all; `details` is what is kept of outcomes beside."""
        which = slice(None) if row is None else slice(row, row + 1)
        case = self.case if row is None else self.case.of(self.case.workload.take(row=which))
        case = case.with_agents(take(self.evaluation.agents, places, which))
        options = [self.evaluation.options[place] for place in places]
        sampled = evaluate_draws(case, options, draws, details=details)
        spread = summarize(sampled, case.workload)
        cost, keeps = (
            take(values, places, which) for values in (self.evaluation.ceiling, self.evaluation.keeps)
        )
        p80, cutover = spread.p80[..., None], spread.cutover_p80[..., None]
        verdict = judge(case.workload, np.ones(p80.shape, dtype=bool), keeps, p80, cutover, cost)
        for name in Verdict.__struct_fields__:
            getattr(self.verdict, name)[places, which] = getattr(verdict, name)[..., 0]
        self.finish[places, which] = spread.p80
        for name in Spread.__struct_fields__:
            if name not in self.spread:
                self.spread[name] = np.full(self.finish.shape, np.nan)
            self.spread[name][places, which] = getattr(spread, name)
        return sampled


def _rows(values: Any, evaluation: Evaluation) -> Any:
    """Values without the axis of the draws."""
    return np.broadcast_to(values, evaluation.finish.shape)[..., 0]


class Unrolled:
    """An outcome with a single row, read value by value: each array is unrolled into a list only once."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._shape = np.shape(outcome.finish)
        self._lists: dict[int, tuple[Any, list[Any]]] = {}
        self._phases: list[list[tuple[str, float, float, str]]] | None = None

    def one(self, values: Any, index: int) -> Any:
        """The value of one option of the stack."""
        return self._list(values)[index]

    def phases(self, index: int) -> list[tuple[str, float, float, str]]:
        """Name, start, duration and bound of the stretches of one option that take any time. [s]."""
        if self._phases is None:
            self._phases = [[] for _ in range(self._shape[0])]
            for phase in self.outcome.phases:
                columns = (self._list(values) for values in (phase.start, phase.duration, phase.bound))
                for found, start, duration, bound in zip(self._phases, *columns, strict=True):
                    if 0 < duration < math.inf:
                        found.append((phase.name, start, duration, bound))
        return self._phases[index]

    def _list(self, values: Any) -> list[Any]:
        found = self._lists.get(id(values))
        if found is None:
            unrolled = np.broadcast_to(values, self._shape)[:, 0, 0].tolist()
            # The array is kept with its list: the identity of one that is gone may come back as that of another.
            found = self._lists[id(values)] = (values, unrolled)
        return found[1]


class EvaluatedOption(Struct, frozen=True):
    """One option of a single row with everything that was found out about it, before it is told. Times in [s].

    Attributes
    ----------
    finish, cutover : float
        At typical values.
    decisive : float
        The finish that is judged.
    agents : float
        Agents or copy hosts that it is run with. [1]
    outage : float
        What its cutover counts for where that is longer than people usually do without writing. [USD]
    sampled : array or None
        Draws of the finish.
    """

    option: Option
    flat: Unrolled
    index: int
    cost: Cost
    verdict: Verdict
    finish: float
    cutover: float
    decisive: float
    agents: float
    outage: float = 0.0
    sampled: NDArray[np.float64] | None = None
    spread: Spread | None = None

    def one(self, values: Any) -> Any:
        """Value of this option in an array of its stack."""
        return self.flat.one(values, self.index)

    @property
    def judged_cutover(self) -> float:
        """At P80 where it was drawn. [s]."""
        return self.cutover if self.spread is None else float(self.spread.cutover_p80)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the whole stack."""
        return self.flat.outcome


class Ranked(Struct, frozen=True, dict=True):
    """The options of a plan, and what they rest on.

    Attributes
    ----------
    judgement : Judgement
    sampled : dict
        Position of an option -> draws of its finish. [s]
    cutovers : dict
        The same of its cutover. [s]
    """

    judgement: Judgement
    sampled: dict[int, NDArray[np.float64]]
    cutovers: dict[int, NDArray[np.float64]]

    @classmethod
    def of(cls, case: Case, draws: Draws | None = None) -> Ranked:
        """Evaluate every option of a case, and judge by draws what can be used."""
        judgement = Judgement.typical(case, evaluate(case, keep=True))
        usable = np.flatnonzero(judgement.verdict.usable[:, 0])
        if draws is None or not len(usable):
            return cls(judgement, {}, {})
        drawn, places = judgement.draw(draws, usable), usable.tolist()
        finish, cutover = (
            dict(zip(places, found[:, 0], strict=True)) for found in (drawn.finish, drawn.cutover)
        )
        return cls(judgement, finish, cutover)

    @cached_property
    def options(self) -> list[EvaluatedOption]:
        """One by one, in the order in which they were evaluated."""
        items = dict(self._each())
        return [items[place] for place in range(len(items))]

    @cached_property
    def best_first(self) -> list[EvaluatedOption]:
        """In their rank."""
        return [self.options[place] for place in self.order]

    @cached_property
    def order(self) -> list[int]:
        """The positions of the options in their rank."""
        return self.judgement.order[:, 0].tolist() if self.options else []

    def _each(self) -> Iterator[tuple[int, EvaluatedOption]]:
        judgement, evaluation = self.judgement, self.judgement.evaluation
        verdicts = [getattr(judgement.verdict, name)[:, 0].tolist() for name in Verdict.__struct_fields__]
        agents = np.broadcast_to(evaluation.agents, evaluation.finish.shape)
        times = (evaluation.finish[:, 0, 0], evaluation.cutover[:, 0, 0], judgement.finish[:, 0])
        outages = judgement.case.outage(judgement.cutovers()[..., None])
        outages = np.broadcast_to(outages, evaluation.finish.shape)
        columns = [values.tolist() for values in (*times, agents[:, 0, 0], outages[:, 0, 0])]
        for stack, costs in evaluation.stacks:
            flat = Unrolled(stack.outcome)
            for index, (place, cost) in enumerate(zip(stack.places.tolist(), costs, strict=True)):
                sampled = self.sampled.get(place)
                item = EvaluatedOption(
                    option=evaluation.options[place],
                    flat=flat,
                    index=index,
                    cost=cost,
                    verdict=Verdict(*(flags[place] for flags in verdicts)),
                    finish=columns[0][place],
                    cutover=columns[1][place],
                    decisive=columns[2][place],
                    agents=columns[3][place],
                    outage=columns[4][place],
                    sampled=sampled,
                    spread=None if sampled is None else self._spread(place),
                )
                yield place, item

    def _spread(self, place: int) -> Spread:
        numbers = self.judgement.spread
        return Spread(**{name: float(numbers[name][place, 0]) for name in Spread.__struct_fields__})
