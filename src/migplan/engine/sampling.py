"""Percentiles of rows, by the same draws as those of a single plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import Draws
from migplan.engine.judgement import Judgement
from migplan.engine.ranking import BY_TIME, MISSES, UNKEPT, finite_or_last

NAMES = ("p50", "p80", "p95")
_AT_ONCE = 4
"""Options that are drawn for together: those that look best."""


def judge_rows(judgement: Judgement, draws: Draws, best_only: bool) -> dict[str, NDArray[np.float64]]:
    """Judge the options of each row by draws in place of typical values.

    Parameters
    ----------
    best_only : bool
        Whether options that cannot become the best one are left out.

    Returns
    -------
    dict
        'p50', 'p80' and 'p95' of each option and row; NaN where it was not drawn. [s]
    """
    shape = judgement.finish.shape
    usable = judgement.verdict.usable.copy()
    fixed, by_time = (
        np.broadcast_to(values, (*shape, 1))[..., 0]
        for values in judgement.case.burden(judgement.evaluation.options, judgement.evaluation.agents)
    )
    for row in range(shape[1]):
        left = usable[:, row].copy()
        while left.any():
            chosen = left
            if best_only:
                least = judgement.ceiling[:, row] + fixed[:, row]
                # Without an end there is no sum.
                with np.errstate(invalid="ignore"):
                    counted = least + by_time[:, row] * judgement.finish[:, row]
                    counted += judgement.at_cutover(row, by_time[:, row])
                chosen = _next(judgement, row, left, usable[:, row], least, counted)
            if not chosen.any():
                break
            judgement.draw(draws, np.flatnonzero(chosen), row)
            left &= ~chosen
        # What was left out comes after all that was not.
        judgement.verdict.usable[left, row] = False
        judgement.verdict.keeps[left, row] = False
    return {name: judgement.spread.get(name, np.full(shape, np.nan)) for name in NAMES}


def _next(
    judgement: Judgement,
    row: int,
    left: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    least: NDArray[np.float64],
    counted: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which options to draw for next; none where no other one can become the best.

    Parameters
    ----------
    least, counted : array
        The sum of money that decides: at the least, whatever the end, and by the end that is judged so far. [USD]
    """
    if judgement.case.workload.optimize in BY_TIME:
        return left
    verdict = judgement.verdict.row(row)
    tier, weight = verdict.tier, judgement.case.weight(verdict)
    with np.errstate(invalid="ignore"):
        counted, floor = finite_or_last(counted * weight), finite_or_last(least)
    done = usable & ~left
    # No draw makes an option keep more or cost less.
    known = (tier & UNKEPT) + np.where(verdict.in_budget, 0, MISSES)
    if done.any():
        reached = tier[done].min()
        best = counted[done & (tier == reached)].min()
        left = left & ((known < reached) | ((known == reached) & (floor <= best)))
    if not left.any():
        return left
    first = left & (known == known[left].min())
    likely: NDArray[np.bool_] = np.zeros(len(first), dtype=bool)
    likely[np.argsort(np.where(first, counted, np.inf), kind="stable")[:_AT_ONCE]] = True
    likely &= first
    return likely
