"""What a history is worth: half of a source's cases forecast before and after the other half was learned from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from migplan.analyses.backtest.scores import Half, Result

FEWEST = 4
"""Measured cases of a source that is divided."""
SEEDS = range(4)
"""Of the divisions beside the one into even and odd rows."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One half of a source: each case as it was forecast before and after the other half was learned from."""

    source: str
    rows: int
    pairs: tuple[tuple[Result, Result], ...]


def halves(rows: int) -> Iterator[tuple[list[int], list[int]]]:
    """Rows to learn from and rows to forecast: every second one, four divisions by lot, and each the other way round.

    >>> next(halves(5)), len(list(halves(5))), list(halves(3))
    (([0, 2, 4], [1, 3]), 10, [])
    """
    if rows < FEWEST:
        return
    divided = [list(range(0, rows, 2))]
    divided += [sorted(random.Random(seed).sample(range(rows), rows // 2)) for seed in SEEDS]
    for one in divided:
        other = [place for place in range(rows) if place not in one]
        yield one, other
        yield other, one


def told(taught: Iterable[Taught]) -> tuple[Half, ...]:
    """Figures over all sources and of each; none where no source was divided."""
    found = list(taught)
    names = dict.fromkeys(half.source for half in found)
    rows = {half.source: half.rows for half in found}
    parts = [_figures(name, rows[name], [half for half in found if half.source == name]) for name in names]
    return (_figures("all", sum(rows.values()), found), *parts) if found else ()


def _figures(name: str, rows: int, taught: list[Taught]) -> Half:
    pairs = [pair for half in taught for pair in half.pairs]
    cold, warm = (float(np.median([pair[n].error(pair[n].ratio) for pair in pairs])) for n in (0, 1))
    return Half(name, rows, cold, warm, float(np.mean([pair[1].inside for pair in pairs])))
