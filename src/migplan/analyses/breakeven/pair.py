"""Two options over the range of one input, and where the sign of their difference turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan import units
from migplan.analyses.breakeven.closed import closed_form
from migplan.analyses.breakeven.records import Breakeven, Crossing
from migplan.analyses.breakeven.words import BASES, NO_LINE, why_never
from migplan.analyses.sweep import with_columns
from migplan.engine.case import Case
from migplan.engine.evaluation import Evaluation, evaluate
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS
from migplan.formulas import only
from migplan.formulas.statistics import narrow, sign_changes
from migplan.inputs.workload import Workload
from migplan.language import say, worded

RANGES = {"volume": (1e9, 1e18), "link": (125e3, 125e9)}
"""Input -> the range that is searched: 1 GB to 1,000 PB, 1 Mbps to 1 Tbps. [B], [B/s]"""

_PLACES = 401
_EQUAL = 1e-3
"""Relative difference up to which two options are equal; beyond it they change places at a step."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two options to be compared over columns of an input."""

    first: Option
    second: Option
    case: Case

    @property
    def workload(self) -> Workload:
        """As the case has it."""
        return self.case.workload

    def at(self, over: str, values: NDArray[np.float64], of: str) -> tuple[Any, Any]:
        """Time or cost of either option at each value; infinite where it cannot be used. [s] or [USD]."""
        found = self._evaluate(over, values)
        amounts = (found.finish if of == "time" else found.total)[..., 0]
        # An option that cannot be had still has its numbers, one that numbers rule out has none.
        first, second = np.where(found.ruled_out[..., 0], np.inf, amounts)
        return first, second

    def here(self) -> dict[str, tuple[float, float]]:
        """Time and cost of either option for the workload as it stands; no cost where nobody can tell."""
        volume = np.array([only(self.workload.volume)])
        told = ("time",) if self.unknown_prices() else ("time", "cost")
        amounts = {of: self.at("volume", volume, of) for of in told}
        return {of: (float(first[0]), float(second[0])) for of, (first, second) in amounts.items()}

    def bound(self, over: str, value: float) -> str:
        """What bounds the option over the line; empty where none of the two is one."""
        found = self._evaluate(over, np.array([value]))
        kinds = [option.kind for option in found.options]
        return BOUNDS[int(found.bound[kinds.index("online"), 0, 0])] if "online" in kinds else ""

    def closed(self, over: str, value: float | None) -> float | None:
        """The closed form with the rates at a value of the input; those of the workload as it stands without one."""
        w = self.workload if value is None else with_columns(self.workload, {over: np.array([value])})
        return closed_form(self.first, self.second, self.case.of(w), over)

    def unknown_prices(self) -> tuple[str, ...]:
        """Lines without a known price that do not stand in both ledgers alike."""
        first, second = self._unknowns()
        return tuple(sorted({f"{worded(item)} ({owner})" for owner, item, _ in first ^ second}))

    def left_out(self) -> tuple[str, ...]:
        """Lines without a known price that stand in both ledgers alike: sums lack them, and no difference has them."""
        first, second = self._unknowns()
        return tuple(sorted({worded(item) for _, item, _ in first & second}))

    def _unknowns(self) -> tuple[set[tuple[str, str, float]], set[tuple[str, str, float]]]:
        return set(self._unknown(self.first)), set(self._unknown(self.second))

    def _unknown(self, option: Option) -> Iterator[tuple[str, str, float]]:
        for _, costs in evaluate(self.case, [option], keep=True).stacks:
            for line in costs[0].lines:
                if line.price is None and line.quantity != 0:
                    yield line.owner, line.item, float(line.quantity)

    def _evaluate(self, over: str, values: NDArray[np.float64]) -> Evaluation:
        w = with_columns(self.workload, {over: values})
        return evaluate(self.case.of(w), (self.first, self.second))


def _gap(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """First minus second; NaN where neither can be used, infinite where one cannot."""
    neither = np.isinf(first) & np.isinf(second)
    return np.where(neither, np.nan, np.where(neither, 0.0, first) - np.where(neither, 0.0, second))


def find_breakeven(pair: Pair, over: str, of: str) -> Breakeven:
    """Where the two of a pair are even in time or cost over volume or line rate."""
    options = (pair.first, pair.second)
    if over == "link" and all(option.kind == "offline" or option.own_line for option in options):
        return Breakeven(over, of, (), None, never=NO_LINE)
    unknown = pair.unknown_prices() if of == "cost" else ()
    if unknown:
        items = worded("; ").join(unknown)
        return Breakeven(over, of, (), None, unknown=say("no price is known for {items}", items=items))
    places = np.geomspace(*RANGES[over], _PLACES)
    amounts = pair.at(over, places, of)
    gaps = _gap(*amounts)
    starts = sign_changes(gaps)
    if not len(starts):
        closed = pair.closed(over, None) if of == "time" else None
        return Breakeven(over, of, (), closed, never=_why(pair, over, of, places, amounts, closed))
    rising = gaps[starts + 1] > 0

    def turned(values: NDArray[np.float64]) -> NDArray[np.bool_]:
        gap = _gap(*pair.at(over, values.ravel(), of)).reshape(values.shape)
        found: NDArray[np.bool_] = (gap > 0) == rising[:, None]
        return found

    low, high = narrow(turned, places[starts], places[starts + 1])
    crossings = tuple(_crossings(pair, over, of, low, high, rising))
    return Breakeven(over, of, crossings, pair.closed(over, crossings[0].value) if of == "time" else None)


def _why(
    pair: Pair,
    over: str,
    of: str,
    places: NDArray[np.float64],
    amounts: tuple[Any, Any],
    closed: float | None,
) -> str:
    usable = np.flatnonzero(np.isfinite(amounts[0]) | np.isfinite(amounts[1]))
    if not len(usable):
        return worded("neither of the two can be used anywhere")
    ends = [(float(places[k]), float(amounts[0][k]), float(amounts[1][k])) for k in (usable[0], usable[-1])]
    options = (pair.first, pair.second)
    names = (options[0].id, options[1].id)
    kinds = (_called(options[0]), _called(options[1]))
    return why_never(over, of, names, kinds, (ends[0], ends[1]), pair.bound(over, ends[1][0]), closed)


def _called(option: Option) -> str:
    """The line of the site is 'online'; a line that is ordered for the move is a 'circuit'."""
    return "circuit" if option.own_line else option.kind


def _crossings(
    pair: Pair,
    over: str,
    of: str,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    rising: NDArray[np.bool_],
) -> list[Crossing]:
    before, after = (np.array(pair.at(over, ends, of)) for ends in (low, high))
    found = []
    for place, up in enumerate(rising):
        ends = [
            (value, *pairs[:, place].tolist())
            for value, pairs in ((low[place], before), (high[place], after))
        ]
        value, first, second = min(ends, key=lambda end: abs(_difference(end[1], end[2])))
        limited = any(np.isinf(end[1:]).any() for end in map(np.array, ends))
        how = "limit" if limited else "equal" if abs(_difference(first, second)) <= _EQUAL else "step"
        sides = ("first", "second") if up else ("second", "first")
        found.append(Crossing(float(value), units.show(value, BASES[over]), first, second, how, *sides))
    return found


def _difference(first: float, second: float) -> float:
    """Relative to the larger of the two; infinite where one is. [1]."""
    largest = max(abs(first), abs(second))
    if np.isinf(largest):
        return np.inf
    return (first - second) / largest if largest else 0.0
