"""Many rows of one kind of workload through the same engine: loop over options, vectors over rows.

A sweep, a search for a lever and a batch of shares are all rows whose words are the same and whose numbers differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue
from migplan.evaluate import Clock, Cost, Outcome, assumed_values, evaluate_stacks, price_option
from migplan.formulas import Numeric
from migplan.evaluate.clock import clock_for
from migplan.options import Option
from migplan.recommend import barred, best, judge
from migplan.uncertainty import Draws, draw_workload
from migplan.workload import Workload

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class RowResults:
    """One option over all rows. Arrays of the rows. [s], [USD]."""

    option: Option
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    cost: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    tier: NDArray[np.int64]
    meets: NDArray[np.bool_]
    bound: NDArray[Any]
    ledger: Cost
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Winners:
    """The best option of every row.

    Attributes
    ----------
    index : array of int
        Position in the options; -1 where no option can be used.
    finish, cost : array
        [s], [USD]
    meets : array of bool
    """

    options: tuple[Option, ...]
    index: NDArray[np.int64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    cost: NDArray[np.float64]
    meets: NDArray[np.bool_]


def evaluate_rows(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> Iterator[RowResults]:
    """Evaluate, price and judge each option over all rows of a workload."""
    assumed = assumed_values(catalogue)
    for option in options:
        for _, outcome, _ in evaluate_stacks([option], w, assumed, clock):
            yield _row_results(option, outcome, w, catalogue, rows)


def _row_results(
    option: Option, outcome: Outcome, w: Workload, catalogue: Catalogue, rows: int
) -> RowResults:
    shape = (rows,)

    def line(values: Any) -> Any:
        return np.broadcast_to(values, (1, rows))[0]

    quantities = {basis: line(amount) for basis, amount in outcome.quantities.items()}
    wanted = line(outcome.details["wanted_rate"])
    # Rows that never end have endless quantities; their cost is told as none.
    with np.errstate(invalid="ignore", over="ignore"):
        cost = price_option(catalogue, option, w, quantities, np.where(np.isfinite(wanted), wanted, 0.0))
    finish, cutover = line(outcome.finish), line(outcome.cutover)
    total = np.broadcast_to(cost.total, shape)
    verdict = judge(option, w, finish, cutover, total, line(barred(outcome)))
    return RowResults(
        option=option,
        finish=finish,
        cutover=cutover,
        cost=total,
        ceiling=np.broadcast_to(cost.ceiling, shape),
        tier=np.broadcast_to(verdict.tier, shape),
        meets=np.broadcast_to(verdict.meets, shape),
        bound=line(outcome.bound),
        ledger=cost,
        outcome=outcome,
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
    return Winners(
        tuple(options),
        *(
            np.concatenate([part[name] for part in parts])
            for name in ("index", "finish", "cutover", "cost", "meets")
        ),
    )


def _winners_of(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> dict[str, NDArray[Any]]:
    results = list(evaluate_rows(options, w, catalogue, clock, rows))
    if not results:
        none = np.full(rows, np.nan)
        return {
            "index": np.full(rows, -1),
            "finish": none,
            "cutover": none,
            "cost": none,
            "meets": np.zeros(rows, bool),
        }
    tie = catalogue.assumptions["cost_tie"].value
    tier, cost, finish = (
        np.stack([getattr(r, name) for r in results]) for name in ("tier", "ceiling", "finish")
    )
    index = best(tier, cost, finish, w.optimize, tie)
    every = np.arange(rows)
    usable = tier[index, every] < 16
    return {
        "index": np.where(usable, index, -1),
        "finish": np.where(usable, finish[index, every], np.nan),
        "cutover": np.where(usable, np.stack([r.cutover for r in results])[index, every], np.nan),
        "cost": np.where(usable, np.stack([r.cost for r in results])[index, every], np.nan),
        "meets": np.stack([r.meets for r in results])[index, every],
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


def take_rows(w: Workload, part: slice | NDArray[np.bool_], rows: int) -> Workload:
    """Some rows of a workload."""
    changes: dict[str, Numeric] = {}
    for entry in fields(w):
        value = getattr(w, entry.name)
        if isinstance(value, np.ndarray) and value.shape == (rows,):
            changes[entry.name] = value[part]
    return replace(w, **changes)
