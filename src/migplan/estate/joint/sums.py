"""Sums that grow from window to window: one variable each, so that no row has to name all that went before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Rows(Protocol):
    """What variables and rows are added to."""

    def variable(self, cost: float, upper: float, integer: bool) -> int:
        """Add a variable, and tell its place."""

    def row(self, low: float, high: float, index: Sequence[int], value: Sequence[float]) -> None:
        """Add a row."""


class Sum:
    """The sum of what was added so far, as a variable that is made when a row asks for it."""

    def __init__(self, rows: Rows, least: bool) -> None:
        self._rows = rows
        self._off = (-np.inf, 0.0) if least else (0.0, np.inf)
        self._index: list[int] = []
        self._value: list[float] = []
        self.most = 0.0

    def add(self, index: Sequence[int], value: Sequence[float]) -> None:
        """Add what some variables come to."""
        self._index += index
        self._value += value
        self.most += sum(value)

    def terms(self) -> tuple[list[int], list[float]]:
        """The sum as places and factors: one, or none where nothing was added."""
        if len(self._index) > 1:
            total = self._rows.variable(0.0, np.inf, False)
            self._rows.row(*self._off, [total, *self._index], [1.0, *(-value for value in self._value)])
            self._index, self._value = [total], [1.0]
        return self._index, self._value
