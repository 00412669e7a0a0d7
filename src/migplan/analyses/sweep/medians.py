"""The P50 of the winner of each cell: one draw of the site for all cells, a stack of pairs of a winner and a cell."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import Draws, draw_workload, spread_of
from migplan.engine.evaluation import Clock, assumed_values, evaluate_stacks, split_parts
from migplan.engine.options import Option
from migplan.engine.ranking import barred
from migplan.facts import Catalogue
from migplan.formulas.distributions import quantiles
from migplan.inputs.workload import Workload

_CELLS = 120_000
"""Cells times draws that are evaluated at once: their arrays stay in the processor's cache."""


def medians(
    options: Sequence[Option],
    index: NDArray[np.int64],
    w: Workload,
    catalogue: Catalogue,
    clock: Clock,
    draws: Draws,
) -> NDArray[np.float64]:
    """P50 of the finish of the option with this index in each row; NaN where the index is -1. [s]."""
    found = np.full(len(index), np.nan)
    parts = []
    step = max(1, _CELLS // draws.samples)
    for which in np.unique(index[index >= 0]).tolist():
        rows = np.flatnonzero(index == which)
        parts += [(options[which], rows[begin : begin + step]) for begin in range(0, len(rows), step)]

    def fill(part: tuple[Option, NDArray[np.intp]]) -> None:
        option, rows = part
        found[rows] = _medians(option, _upright(w, rows, len(index)), catalogue, clock, draws, len(rows))

    # Two threads, since numpy lets both compute.
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(fill, parts))
    return found


def _medians(
    option: Option, w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws, count: int
) -> NDArray[np.float64]:
    sigma = spread_of(option, w, catalogue)
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    parts = split_parts([option], w, assumed_values(catalogue), clock, trail=2)
    drawn = draw_workload(w, draws)
    for _, outcome, _ in evaluate_stacks([option], drawn, assumed, clock, draws, trail=2, parts=parts):
        finish = np.where(barred(outcome), np.inf, outcome.finish)
        each = np.broadcast_to(finish, (1, count, draws.samples))[0]
        median: NDArray[np.float64] = quantiles(each, [0.5])[:, 0]
    return median


def _upright(w: Workload, rows: NDArray[np.intp], count: int) -> Workload:
    """Some rows of a workload along the last axis but one, so that draws go along the last."""
    changes: dict[str, Any] = {}
    for entry in fields(w):
        value = getattr(w, entry.name)
        if isinstance(value, np.ndarray) and value.shape == (count,):
            changes[entry.name] = value[rows][:, None]
    return replace(w, **changes)
