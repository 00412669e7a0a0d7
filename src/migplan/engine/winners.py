"""The best option of every row, by evaluating all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.evaluation import Clock
from migplan.engine.options import Option
from migplan.engine.parameters import some_rows
from migplan.engine.ranking import UNUSABLE, best, effort, tie_of
from migplan.engine.row_evaluation import PER_ROW, evaluate_rows
from migplan.facts import Catalogue
from migplan.inputs.workload import Workload

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
    "complete": "complete",
    "meets": "meets",
    "tier": "tier",
    "bound": "bound",
}
"""Array of the winners -> the one of `RowResults` that it is taken from."""

NAMES = tuple(entry.name for entry in fields(Winners))[1:]
"""Names of the arrays of the winners."""


def winners_of_all(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> Winners:
    """The best option of every row by evaluating all of them: what `find_winners` is held against."""
    parts = [
        _compared(
            options,
            some_rows(w, slice(begin, begin + CHUNK), rows),
            catalogue,
            clock,
            min(CHUNK, rows - begin),
        )
        for begin in range(0, rows, CHUNK)
    ]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in NAMES))


def _compared(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> dict[str, NDArray[Any]]:
    results = list(evaluate_rows(options, w, catalogue, clock, rows))
    if not results:
        return nobody(rows)
    ordered = [option for result in results for option in result.options]
    place_of = {option.id: place for place, option in enumerate(options)}
    places = np.array([place_of[option.id] for option in ordered])
    found = {name: np.concatenate([getattr(r, name) for r in results]) for name in PER_ROW}
    efforts = np.array([[effort(option)] for option in ordered])
    tie = tie_of(w.optimize, catalogue.assumptions)
    index = best(found["tier"], found["ceiling"], efforts, found["finish"], w.optimize, tie)
    picked = {name: values[index, np.arange(rows)] for name, values in found.items()}
    usable = picked["tier"] < UNUSABLE
    return {
        **{name: picked[name] for name in ("one_off", "monthly", "complete", "meets", "tier", "bound")},
        "index": np.where(usable, places[index], -1),
        "finish": np.where(usable, picked["finish"], np.nan),
        "cutover": np.where(usable, picked["cutover"], np.nan),
        "cost": np.where(usable, picked["total"], np.nan),
    }


def nobody(rows: int) -> dict[str, NDArray[Any]]:
    """What is said of rows that no option can be used for."""
    none, no = np.full(rows, np.nan), np.zeros(rows, dtype=bool)
    return {
        **{name: none.copy() for name in ("finish", "cutover", "one_off", "monthly", "cost")},
        "index": np.full(rows, -1),
        "complete": no.copy(),
        "meets": no,
        "tier": np.full(rows, UNUSABLE),
        "bound": np.zeros(rows, dtype=np.int8),
    }
