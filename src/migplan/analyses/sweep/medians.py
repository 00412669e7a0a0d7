"""The P50 of the winner of each cell: one draw of the site for all cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws, evaluate_draws, in_threads
from migplan.engine.options import Option
from migplan.formulas.statistics import quantiles

_CELLS = 120_000
"""Cells times draws that are evaluated at once: their arrays stay in the processor's cache."""


def medians(
    case: Case, options: Sequence[Option], index: NDArray[np.int64], draws: Draws
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
        sampled = evaluate_draws(case.of(case.workload.take(row=rows)), [option], draws)
        found[rows] = quantiles(sampled.finish[0], [0.5])[:, 0]

    in_threads(fill, parts)
    return found
