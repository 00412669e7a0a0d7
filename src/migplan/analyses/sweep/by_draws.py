"""The winner of each cell by draws: the one that a plan of its inputs recommends with as many of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.engine.evaluation import evaluate
from migplan.engine.judgement import Judgement
from migplan.engine.sampling import judge_rows
from migplan.engine.search import FROM, Winners
from migplan.progress import tell

_ROWS = 16
"""Cells that are judged between two words on how far it is."""

Percentiles = dict[str, NDArray[np.float64]]


def winners_by_draws(case: Case, draws: Draws) -> tuple[Winners, Percentiles]:
    """The best option of each row by draws, and 'p50' and 'p80' of its finish; NaN where none can be used. [s]."""
    rows, options = case.workload.shape[1], case.open_options
    parts: list[dict[str, NDArray[Any]]] = []
    for begin in range(0, rows, _ROWS):
        tell("sweeping", begin, rows)
        parts.append(_judged(case.rows(slice(begin, min(begin + _ROWS, rows))), options, draws))
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    percentiles = {name: found.pop(name) for name in ("p50", "p80")}
    names = Winners.__struct_fields__[1:]
    return Winners(tuple(options), *(found[name] for name in names)), percentiles


def _judged(case: Case, options: Any, draws: Draws) -> dict[str, NDArray[Any]]:
    result = evaluate(case, options)
    judgement = Judgement.typical(case, result)
    spread = judge_rows(judgement, draws, best_only=True)
    every = np.arange(case.workload.shape[1])
    first, verdict = judgement.order[0], judgement.verdict
    usable = verdict.usable[first, every]
    found: dict[str, NDArray[Any]] = {"index": np.where(usable, first, -1)}
    for name, of in FROM.items():
        judged = name in ("missed", "meets")
        found[name] = getattr(verdict, of)[first, every] if judged else getattr(result, of)[first, every, 0]
    for name in ("finish", "cutover", "cost"):
        found[name] = np.where(usable, found[name], np.nan)
    return found | {name: np.where(usable, spread[name][first, every], np.nan) for name in ("p50", "p80")}
