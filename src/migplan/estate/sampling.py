"""Percentiles of rows, by the same draws as those of a single plan."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import Draws
from migplan.engine.judgement import Judgement
from migplan.engine.ranking import BY_TIME, DEAR, UNSURE, efforts_of, finite_or_last, tie_of

NAMES = ("p50", "p80", "p95")
_KNOWN = UNSURE | DEAR
"""The parts of the tier that typical values decide: what is kept, and the budget."""


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
    efforts = efforts_of(judgement.evaluation.options)
    for row in range(shape[1]):
        left = usable[:, row].copy()
        while left.any():
            chosen = _next(judgement, row, left, usable[:, row], efforts, best_only)
            if not chosen.any():
                break
            judgement.draw(draws, np.flatnonzero(chosen), row)
            left &= ~chosen
        # What was left out comes after all that was not.
        judgement.verdict.usable[left, row] = False
        judgement.verdict.sure[left, row] = False
    return {name: judgement.spread.get(name, np.full(shape, np.nan)) for name in NAMES}


def _next(
    judgement: Judgement,
    row: int,
    left: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    efforts: NDArray[np.intp],
    best_only: bool,
) -> NDArray[np.bool_]:
    """Which options to draw for next; none where no other one can become the best."""
    case = judgement.case
    if not best_only or case.workload.optimize in BY_TIME:
        return left
    tie = 1.0 + tie_of(case.workload.optimize, case.facts.assumptions)
    cost, tier = finite_or_last(judgement.ceiling[:, row]), judgement.verdict.row(row).tier
    done = usable & ~left
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
    likely: NDArray[Any] = near & ((efforts == efforts[near].min()) | (cost == cheapest))
    return likely
