"""The best option of every row, by evaluating all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate
from migplan.engine.options import Option
from migplan.engine.ranking import UNUSABLE, best, efforts_of, tie_of

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Winners:
    """The best option of every row. Arrays of the rows. [s], [USD].

    Attributes
    ----------
    index : array of int
        Position in the options; -1 where no option can be used. The other arrays say nothing there.
    """

    options: tuple[Option, ...]
    index: NDArray[np.int64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    cost: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]
    meets: NDArray[np.bool_]
    tier: NDArray[np.int64]
    bound: NDArray[np.int8]


FROM = {
    "finish": "finish",
    "cutover": "cutover",
    "one_off": "one_off",
    "monthly": "monthly",
    "cost": "total",
    "ceiling": "ceiling",
    "complete": "complete",
    "meets": "meets",
    "tier": "tier",
    "bound": "bound",
}
"""Array of the winners -> the one of an evaluation or of its verdict that it is taken from."""

NAMES = tuple(entry.name for entry in fields(Winners))[1:]
"""Names of the arrays of the winners."""


def winners_of_all(case: Case, options: Sequence[Option]) -> Winners:
    """The best option of every row by evaluating all of them: what `find_winners` is held against."""
    rows = case.workload.shape[1]
    parts = [
        _compared(
            case.of(case.workload.take(row=slice(begin, begin + CHUNK))), options, min(CHUNK, rows - begin)
        )
        for begin in range(0, rows, CHUNK)
    ]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


def _compared(case: Case, options: Sequence[Option], rows: int) -> dict[str, NDArray[Any]]:
    if not options:
        return nobody(rows)
    result = evaluate(case, options)
    tier, optimize = result.verdict.tier[..., 0], case.workload.optimize
    tie = tie_of(optimize, case.facts.assumptions)
    efforts = efforts_of(options)[:, None]
    index = best(tier, result.ceiling[..., 0], efforts, result.finish[..., 0], optimize, tie)
    every = np.arange(rows)
    found = {
        name: getattr(result, of)[index, every, 0] for name, of in FROM.items() if of not in ("tier", "meets")
    }
    usable = tier[index, every] < UNUSABLE
    return {
        **found,
        "tier": tier[index, every],
        "meets": result.verdict.meets[index, every, 0],
        "index": np.where(usable, index, -1),
        **{name: np.where(usable, found[name], np.nan) for name in ("finish", "cutover", "cost")},
    }


def nobody(rows: int) -> dict[str, NDArray[Any]]:
    """What is said of rows that no option can be used for."""
    none, no = np.full(rows, np.nan), np.zeros(rows, dtype=bool)
    return {
        **{name: none.copy() for name in ("finish", "cutover", "one_off", "monthly", "cost", "ceiling")},
        "index": np.full(rows, -1),
        "complete": no.copy(),
        "meets": no,
        "tier": np.full(rows, UNUSABLE),
        "bound": np.zeros(rows, dtype=np.int8),
    }
