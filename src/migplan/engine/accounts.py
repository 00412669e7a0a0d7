"""Ledgers as records: lines, totals, and whether all prices are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.facts import Fact
from migplan.formulas import Numeric


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; `amount` is NaN where nobody knows the price.

    `ceiling` is the amount, or, where the price is not known in this Region, what the dearest Region asks times a
    margin. It serves to rank, never to tell: inf where no Region has a price.
    """

    item: str
    owner: str
    per: str
    quantity: Numeric
    unit_price: Numeric
    amount: Numeric
    monthly: bool
    price: Fact | None
    why_unknown: str
    note: str
    ceiling: Numeric


@dataclass(frozen=True, slots=True)
class Cost:
    """One-off, monthly and horizon totals of the known lines, and whether all are known. [USD]."""

    lines: tuple[Line, ...]
    one_off: Numeric
    monthly: Numeric
    total: Numeric
    ceiling: Numeric
    complete: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledgers of a stack of options; the first axis of every array is the option.

    Attributes
    ----------
    lines : tuple of (array of int, Line)
        Which options a line belongs to, and the line with one entry of the first axis for each of them.
    one_off, monthly, total, ceiling : array
        [USD]
    complete : array of bool
        Whether the prices of all lines are known.
    """

    lines: tuple[tuple[NDArray[np.intp], Line], ...]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]

    def costs(self) -> list[Cost]:
        """The ledger of each option by itself, of a single row."""
        own: list[list[Line]] = [[] for _ in self.complete]
        for members, line in self.lines:
            for index, entry in zip(members.tolist(), _entries(line), strict=True):
                own[index].append(entry)
        totals = [_apart(values) for values in (self.one_off, self.monthly, self.total, self.ceiling)]
        return list(map(Cost, map(tuple, own), *totals, _apart(self.complete)))


def _entries(line: Line) -> Iterator[Line]:
    """A line of several options as one line for each."""
    unit_prices = np.broadcast_to(line.unit_price, np.shape(line.quantity))
    columns = map(_apart, (line.quantity, unit_prices, line.amount, line.ceiling))
    for quantity, unit_price, amount, ceiling in zip(*columns, strict=True):
        yield Line(
            line.item,
            line.owner,
            line.per,
            quantity,
            unit_price,
            amount,
            line.monthly,
            line.price,
            line.why_unknown,
            line.note,
            ceiling,
        )


def _apart(values: Any) -> list[Any]:
    """A plain number of each option of a single row."""
    numbers: list[Any] = values[:, 0, 0].tolist()
    return numbers


def known_sum(amount: Numeric, complete: Any) -> Any:
    """A sum of what has a known price; NaN where nothing else went into it than what has none. [USD].

    >>> known_sum(np.array([0.0, 0.0, 5.0]), np.array([True, False, False])).tolist()
    [0.0, nan, 5.0]
    """
    return np.where(np.logical_or(complete, np.not_equal(amount, 0)), amount, np.nan)[()]
