"""Options over many rows: evaluated in stacks, priced and judged, as a single plan does with one row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.evaluation import (
    Assumed,
    Clock,
    Outcome,
    assumed_values,
    evaluate_pairs,
    evaluate_stacks,
    price_outcome,
)
from migplan.engine.options import Option
from migplan.engine.ranking import barred, judge
from migplan.facts import Catalogue
from migplan.inputs.workload import Workload

_CELLS = 16_384

KINDS = ("online", "offline", "hybrid", "split")


@dataclass(frozen=True, slots=True)
class RowResults:
    """Some options over all rows; the first axis of every array is the option, the second the row. [s], [USD].

    Attributes
    ----------
    ceiling : array
        The total with a ceiling for what nobody knows the price of: what ranks.
    complete : array of bool
        Whether all prices are known.
    tier, meets, usable, in_time, in_window, in_budget : array
        How each option stands against what is wanted, as `migplan.engine.ranking.Verdict` says.
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
    bound: NDArray[np.int8]
    faults: dict[str, NDArray[np.bool_]]


PER_ROW = (
    "finish",
    "cutover",
    "one_off",
    "monthly",
    "total",
    "ceiling",
    "complete",
    "tier",
    "meets",
    "usable",
    "in_time",
    "in_window",
    "in_budget",
    "bound",
)
"""Names of the arrays of `RowResults` that have a value for each option and row."""


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

    ledger = price_outcome(catalogue, stack, w, outcome, table)
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
        **{of: getattr(ledger, of) for of in ("one_off", "monthly", "total", "ceiling", "complete")},
        bound=table(outcome.bound),
        faults={code: table(holds) for code, holds in outcome.faults.items()},
        **{of: every(of) for of in ("tier", "meets", "usable", "in_time", "in_window", "in_budget")},
    )


@dataclass(frozen=True, slots=True)
class PairResults:
    """Single pairs of an option and a row, as `RowResults` tells them. Arrays of the pairs.

    Attributes
    ----------
    option : array of int
        Position of the option of each pair.
    complete : array of bool
        Whether all prices of a pair are known.
    """

    option: NDArray[np.intp]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]
    tier: NDArray[np.int64]
    meets: NDArray[np.bool_]
    bound: NDArray[np.int8]
    wanted: NDArray[np.float64]


def evaluate_each(
    options: Sequence[Option],
    sure: NDArray[np.bool_],
    pairs: NDArray[np.intp],
    w: Workload,
    catalogue: Catalogue,
    clock: Clock,
    assumed: Assumed,
) -> PairResults:
    """Evaluate, price and judge single pairs of an option and a row.

    Parameters
    ----------
    options : sequence of Option
        Those that no word rules out.
    sure : array of bool
        Which of them are known to keep everything that must be kept.
    pairs : array of int
        The option of each pair; all of one kind.
    w : Workload
        The row of each pair.
    """
    used, codes = np.unique(pairs, return_inverse=True)
    some = [options[place] for place in used]
    shape = pairs.shape
    if len(some) == 1:
        ((_, outcome, _),) = evaluate_stacks(some, w, assumed, clock)
    else:
        outcome = evaluate_pairs(some, codes, w, assumed, clock)

    def flat(values: Any) -> Any:
        return np.broadcast_to(values, (1, *shape) if len(some) == 1 else shape).reshape(shape)

    ledger = price_outcome(catalogue, some, w, outcome, flat, codes)
    finish, cutover = flat(outcome.finish), flat(outcome.cutover)
    verdict = replace(
        judge(some[0], w, finish, cutover, ledger.total, flat(barred(outcome))), sure=sure[pairs]
    )
    return PairResults(
        option=pairs,
        finish=finish,
        cutover=cutover,
        **{of: getattr(ledger, of) for of in ("one_off", "monthly", "total", "ceiling", "complete")},
        tier=verdict.tier,
        meets=verdict.meets,
        bound=flat(outcome.bound),
        wanted=flat(outcome.details["wanted_rate"]),
    )
