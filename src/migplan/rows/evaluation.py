"""Many rows of one kind of workload through the same engine: options in stacks, vectors over rows.

A sweep, a search for a lever and a batch of shares are all rows whose words are the same and whose numbers differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue
from migplan.evaluate import Clock, Outcome, assumed_values, evaluate_stacks, price_stack
from migplan.evaluate.clock import clock_for
from migplan.formulas import Numeric
from migplan.options import Option
from migplan.recommend import barred, best, effort, judge
from migplan.uncertainty import Draws, draw_workload
from migplan.workload import Workload

CHUNK = 2000
_CELLS = 16_384
_UNUSABLE = 16
KINDS = ("online", "offline", "hybrid", "split")


@dataclass(frozen=True, slots=True)
class RowResults:
    """Some options over all rows; the first axis of every array is the option, the second the row. [s], [USD].

    Attributes
    ----------
    ceiling : array
        The total with a ceiling for what nobody knows the price of: what ranks.
    complete : array of bool
        One entry an option.
    tier, meets, usable, in_time, in_window, in_budget : array
        How each option stands against what is wanted, as `migplan.recommend.Verdict` says.
    faults : dict
        Reason code -> where a number rules an option out.
    """

    options: tuple[Option, ...]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]
    tier: NDArray[np.int64]
    meets: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    in_time: NDArray[np.bool_]
    in_window: NDArray[np.bool_]
    in_budget: NDArray[np.bool_]
    bound: NDArray[Any]
    faults: dict[str, NDArray[np.bool_]]


PER_ROW = (
    "finish",
    "cutover",
    "one_off",
    "monthly",
    "total",
    "ceiling",
    "tier",
    "meets",
    "usable",
    "in_time",
    "in_window",
    "in_budget",
    "bound",
)
"""Names of the arrays of `RowResults` that have a value for each option and row."""


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
    bound: NDArray[Any]


def evaluate_rows(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> Iterator[RowResults]:
    """Evaluate, price and judge options over all rows of a workload, kind by kind as a single plan does.

    A stack has about as many cells as the processor's cache holds arrays of.
    """
    assumed = assumed_values(catalogue)
    height = max(1, _CELLS // max(rows, 1))
    for kind in KINDS:
        same = [option for option in options if option.kind == kind]
        for begin in range(0, len(same), height):
            for stack, outcome, _ in evaluate_stacks(same[begin : begin + height], w, assumed, clock):
                yield _row_results(stack, outcome, w, catalogue, rows)


def _row_results(
    stack: list[Option], outcome: Outcome, w: Workload, catalogue: Catalogue, rows: int
) -> RowResults:
    shape = (len(stack), rows)

    def table(values: Any) -> Any:
        return np.broadcast_to(values, shape)

    quantities = {basis: table(amount) for basis, amount in outcome.quantities.items()}
    wanted = table(outcome.details["wanted_rate"])
    # Rows that never end have endless quantities; their cost is told as none.
    with np.errstate(invalid="ignore", over="ignore"):
        ledger = price_stack(catalogue, stack, w, quantities, np.where(np.isfinite(wanted), wanted, 0.0))
    finish, cutover, bars = table(outcome.finish), table(outcome.cutover), table(barred(outcome))
    verdicts = [
        judge(option, w, finish[place], cutover[place], ledger.total[place], bars[place])
        for place, option in enumerate(stack)
    ]

    def every(of: str) -> Any:
        return np.stack([np.broadcast_to(getattr(verdict, of), (rows,)) for verdict in verdicts])

    return RowResults(
        options=tuple(stack),
        finish=finish,
        cutover=cutover,
        one_off=ledger.one_off,
        monthly=ledger.monthly,
        total=ledger.total,
        ceiling=ledger.ceiling,
        complete=ledger.complete,
        bound=table(outcome.bound),
        faults={code: table(holds) for code, holds in outcome.faults.items()},
        **{of: every(of) for of in ("tier", "meets", "usable", "in_time", "in_window", "in_budget")},
    )


def find_winners(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> Winners:
    """The best option of every row, in chunks of rows that stay in the processor's cache."""
    parts = [
        _winners_of(
            options,
            take_rows(w, slice(begin, begin + CHUNK), rows),
            catalogue,
            clock,
            min(CHUNK, rows - begin),
        )
        for begin in range(0, rows, CHUNK)
    ]
    names = [entry.name for entry in fields(Winners)][1:]
    return Winners(tuple(options), *(np.concatenate([part[name] for part in parts]) for name in names))


def _winners_of(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> dict[str, NDArray[Any]]:
    results = list(evaluate_rows(options, w, catalogue, clock, rows))
    if not results:
        return _nobody(rows)
    ordered = [option for result in results for option in result.options]
    place_of = {option.id: place for place, option in enumerate(options)}
    places = np.array([place_of[option.id] for option in ordered])
    found = {name: np.concatenate([getattr(r, name) for r in results]) for name in PER_ROW}
    efforts = np.array([[effort(option)] for option in ordered])
    tie = catalogue.assumptions["cost_tie"].value
    index = best(found["tier"], found["ceiling"], efforts, found["finish"], w.optimize, tie)
    every = np.arange(rows)
    picked = {name: values[index, every] for name, values in found.items()}
    usable = picked["tier"] < _UNUSABLE
    complete = np.concatenate([r.complete for r in results])[index]
    return {
        **{name: picked[name] for name in ("one_off", "monthly", "meets", "tier", "bound")},
        "index": np.where(usable, places[index], -1),
        "finish": np.where(usable, picked["finish"], np.nan),
        "cutover": np.where(usable, picked["cutover"], np.nan),
        "cost": np.where(usable, picked["total"], np.nan),
        "complete": complete,
    }


def _nobody(rows: int) -> dict[str, NDArray[Any]]:
    none, no = np.full(rows, np.nan), np.zeros(rows, dtype=bool)
    return {
        **dict.fromkeys(("finish", "cutover", "one_off", "monthly", "cost"), none),
        "index": np.full(rows, -1),
        "complete": no,
        "meets": no,
        "tier": np.full(rows, _UNUSABLE),
        "bound": np.full(rows, ""),
    }


def sample_rows(
    option: Option, w: Workload, catalogue: Catalogue, draws: Draws, rows: int, level: float = 50.0
) -> NDArray[np.float64]:
    """A percentile of one option's finish in every row; the draws are common to all rows. [s]."""
    sigma = catalogue.assumptions[f"sigma_{w.knowledge}"].value
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    clock, found = clock_for(w), []
    step = max(1, 200_000 // draws.samples)
    for begin in range(0, rows, step):
        count = min(step, rows - begin)
        part = draw_workload(stand_up(take_rows(w, slice(begin, begin + step), rows), count), draws)
        for _, outcome, _ in evaluate_stacks([option], part, assumed, clock, draws, trail=2):
            shape = (1, count, draws.samples)
            finish = np.where(barred(outcome), np.inf, outcome.finish)
            found.append(
                np.quantile(np.broadcast_to(finish, shape)[0], level / 100.0, axis=1, method="higher")
            )
    return np.concatenate(found)


def stand_up(w: Workload, rows: int) -> Workload:
    """The rows of a workload along the last axis but one, so that draws go along the last."""
    changes: dict[str, Numeric] = {}
    for entry in fields(w):
        value = getattr(w, entry.name)
        if isinstance(value, np.ndarray) and value.shape == (rows,):
            changes[entry.name] = value[:, None]
    return replace(w, **changes)


def take_rows(w: Workload, part: slice | NDArray[np.bool_] | NDArray[np.intp], rows: int) -> Workload:
    """Some rows of a workload."""
    changes: dict[str, Numeric] = {}
    for entry in fields(w):
        value = getattr(w, entry.name)
        if isinstance(value, np.ndarray) and value.shape == (rows,):
            changes[entry.name] = value[part]
    return replace(w, **changes)
