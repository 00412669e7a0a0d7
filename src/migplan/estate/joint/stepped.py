"""File systems of whole steps in an integer program: so many of each size have to hold what is put into them.

The rows hold for every packing. Those of halves and thirds are dual feasible functions: no file system holds two shares
that are larger than half of it, or three that are larger than a third.

Source: F. Clautiaux, C. Alves, J. Valério de Carvalho, A survey of dual-feasible and superadditive functions, Annals of
Operations Research 179 (2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from migplan.estate.joint.sums import Rows

_PARTS = (1, 2)
"""What is larger than a half, and than a third and two thirds, has rows of its own."""

_ROUNDING = 1e-9


def count_sizes(
    rows: Rows, needs: Sequence[tuple[float, Sequence[int]]], holds: Sequence[float]
) -> list[int]:
    """Add how many file systems there are of each size.

    Parameters
    ----------
    needs : sequence of (float, sequence of int)
        Of each share its volume, and the variables of which one says that it is there.
    holds : sequence of float
        How much one of each size holds, from small to large, in the unit of volumes.

    Returns
    -------
    list of int
        The variables, one for each size.
    """
    counts = [rows.variable(0.0, np.inf, True) for _ in holds]
    inside: list[list[tuple[int, float]]] = [[] for _ in holds]
    for volume, columns in needs:
        whole = volume <= holds[-1]
        sizes = [size for size, limit in enumerate(holds) if volume <= limit or not whole]
        parts = [rows.variable(0.0, 1.0, False) for _ in sizes]
        rows.row(0.0, 0.0, [*parts, *columns], [1.0] * len(parts) + [-1.0] * len(columns))
        for size, part in zip(sizes, parts, strict=True):
            inside[size].append((part, volume))
    for count, limit, held in zip(counts, holds, inside, strict=True):
        _hold(rows, count, [part for part, _ in held], [volume / limit for _, volume in held])
        for k in _PARTS:
            some = [(part, _dual(volume / limit, k)) for part, volume in held if volume <= limit]
            large = [(part, factor) for part, factor in some if factor > 0.0]
            _hold(rows, count, [part for part, _ in large], [factor for _, factor in large])
    return counts


def _hold(rows: Rows, count: int, parts: Sequence[int], factors: Sequence[float]) -> None:
    """So many of a size hold what is put into them."""
    if parts:
        rows.row(0.0, np.inf, [count, *parts], [1.0, *(-factor for factor in factors)])


def _dual(part: float, k: int) -> float:
    """The dual feasible function of Fekete and Schepers: what a part of a file system counts for. [1]."""
    times = (k + 1) * part
    return part if abs(times - round(times)) < _ROUNDING else math.floor(times) / k
