"""Percentiles of rows, by the same draws as those of a single plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import Draws, Spread, sample_options, summarize
from migplan.engine.evaluation import Clock
from migplan.engine.options import Option
from migplan.engine.ranking import BY_TIME, DEAR, UNSURE, UNUSABLE, effort, judge, tie_of
from migplan.facts import Catalogue
from migplan.inputs.workload import Workload

NAMES = ("p50", "p80", "p95")
_NEVER = 2 * UNUSABLE
_KNOWN = UNSURE | DEAR
"""The parts of the tier that typical values decide: what is kept, and the budget."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Draws for rows.

    Attributes
    ----------
    best_only : bool
        Whether options that cannot become the best one are left out.
    """

    catalogue: Catalogue
    clock: Clock
    draws: Draws
    best_only: bool

    def judge(
        self, options: Sequence[Option], found: dict[str, NDArray[Any]], w: Workload, rows: int
    ) -> dict[str, NDArray[np.float64]]:
        """Percentiles of each option and row, and in `found` the verdicts at P80 in place of the typical ones.

        Returns
        -------
        dict
            'p50', 'p80', 'p95', and 'decisive', the finish that ranks. [s]
        """
        shape = (len(options), rows)
        spread = {name: np.full(shape, np.nan) for name in NAMES} | {"decisive": found["finish"].copy()}
        for name in ("tier", "meets", "in_time", "in_window", "in_budget"):
            found[name] = found[name].copy()
        efforts = np.array([effort(option) for option in options])
        for row in range(rows):
            one = single(w, row, rows)
            left = found["usable"][:, row].copy()
            while left.any():
                chosen = self._next(found, row, left, efforts, one.optimize)
                if not chosen.any():
                    break
                self._sample(options, np.flatnonzero(chosen), found, spread, one, row)
                left &= ~chosen
            found["tier"][left, row] = _NEVER
        return spread

    def _next(
        self,
        found: dict[str, NDArray[Any]],
        row: int,
        left: NDArray[np.bool_],
        efforts: NDArray[np.intp],
        optimize: str,
    ) -> NDArray[np.bool_]:
        """Which options to draw for next; none where no other one can become the best."""
        if not self.best_only or optimize in BY_TIME:
            return left
        tie = 1.0 + tie_of(optimize, self.catalogue.assumptions)
        cost = np.where(np.isnan(found["ceiling"][:, row]), np.inf, found["ceiling"][:, row])
        tier = found["tier"][:, row]
        done = found["usable"][:, row] & ~left
        # No draw makes an option keep more or cost less.
        least = tier & _KNOWN
        reached = tier[done].min() if done.any() else 0
        if done.any():
            best = done & (tier == reached)
            cheapest = cost[best].min()
            equal = best & (cost <= cheapest * tie)
            # What takes more to arrange than an equally cheap one matters only by making it a dear one.
            matters = (cost < cheapest) | ((cost <= cheapest * tie) & (efforts <= efforts[equal].min()))
            left = left & ((least < reached) | ((least == reached) & matters))
            if not left.any():
                return left
        first = left & (least == least[left].min())
        cheapest = cost[first].min()
        near: NDArray[np.bool_] = first & (cost <= cheapest * tie)
        if reached > least[first].max():
            # Nothing did so far what some may do: there is no saying which.
            return near
        likely: NDArray[np.bool_] = near & ((efforts == efforts[near].min()) | (cost == cheapest))
        return likely

    def _sample(
        self,
        options: Sequence[Option],
        places: NDArray[np.intp],
        found: dict[str, NDArray[Any]],
        spread: dict[str, NDArray[np.float64]],
        w: Workload,
        row: int,
    ) -> None:
        chosen = [options[place] for place in places]
        sampled = sample_options(chosen, w, self.catalogue, self.clock, self.draws)
        for place, option in zip(places.tolist(), chosen, strict=True):
            said = summarize(sampled[option.id], w)
            verdict = judge(option, w, said.p80, said.cutover_p80, float(found["total"][place, row]), False)
            for name in ("tier", "meets", "in_time", "in_window", "in_budget"):
                found[name][place, row] = getattr(verdict, name)
            _put(spread, said, place, row)


def _put(spread: dict[str, NDArray[np.float64]], said: Spread, place: int, row: int) -> None:
    for name in NAMES:
        spread[name][place, row] = getattr(said, name)
    spread["decisive"][place, row] = said.p80


def single(w: Workload, row: int, rows: int) -> Workload:
    """One row of a workload, its numbers as plain floats."""
    changes = {
        entry.name: float(value[row])
        for entry in fields(w)
        if isinstance(value := getattr(w, entry.name), np.ndarray) and value.shape == (rows,)
    }
    return replace(w, **changes)  # type: ignore[arg-type]
