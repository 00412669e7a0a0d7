"""Which of several options that may win is the most likely to, and so worth the first evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.bounds import Bound
from migplan.engine.leaders import Pairs
from migplan.engine.ranking import UNUSABLE

SOME_DAY = 1e9
"""An end so far away that later ones are no worse. [s]"""

_NOT_YET = 2 * UNUSABLE


def promise(bound: Bound, efforts: Any, tie: float) -> Any:
    """Small for what is most likely to win: tier, then being about as cheap as the cheapest, effort, end.

    Parameters
    ----------
    bound : Bound
        The first axis is the option, or the bundle of options.
    tie : float
        How much dearer than the cheapest still counts as equally cheap. [1]
    """
    ceiling = _number(bound.ceiling)
    least = np.where(bound.tier == bound.tier.min(axis=0), ceiling, np.inf).min(axis=0)
    dear = ceiling > least * tie
    return bound.tier * 1e6 + dear * 1e5 + efforts * 1e4 + np.fmin(bound.finish, SOME_DAY) / SOME_DAY


def by_promise(pairs: Pairs, rows: int, efforts: NDArray[np.intp], tie: float) -> NDArray[np.intp]:
    """The order by row, and within a row by what is most likely to win.

    Parameters
    ----------
    rows : int
        How many there are in all.
    efforts : array of int
        Of each option.
    """
    bound, row, ceiling = pairs.bound, pairs.row, _number(pairs.bound.ceiling)
    tier = np.full(rows, _NOT_YET)
    np.minimum.at(tier, row, bound.tier)
    least = np.full(rows, np.inf)
    np.minimum.at(least, row, np.where(bound.tier == tier[row], ceiling, np.inf))
    dear = ceiling > least[row] * tie
    soon = np.clip(np.nan_to_num(bound.finish, nan=0.0, posinf=SOME_DAY) / SOME_DAY, 0.0, 1.0) * (1 << 24)
    score = (bound.tier.astype(np.int64) << 30) | (dear.astype(np.int64) << 29)
    score |= (efforts[pairs.option].astype(np.int64) << 26) | soon.astype(np.int64)
    cheap = np.argsort(ceiling)
    return cheap[np.argsort(((row.astype(np.int64) << 42) | score)[cheap], kind="stable")]


def lowest_few(score: NDArray[np.float64], few: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of the few lowest finite scores of each column, and the column of each.

    >>> lowest_few(np.array([[3.0, np.inf], [1.0, 2.0], [2.0, np.inf]]), 2)
    (array([1, 1, 2]), array([0, 1, 0]))
    """
    few = min(few, len(score))
    place = np.argmin(score, axis=0)[None] if few == 1 else np.argpartition(score, few - 1, axis=0)[:few]
    rank, column = np.nonzero(np.isfinite(np.take_along_axis(score, place, axis=0)))
    return place[rank, column], column


def first_few(rows: NDArray[np.intp], few: int) -> NDArray[np.bool_]:
    """Which entries are among the first few of their row, where those of a row lie side by side.

    >>> first_few(np.array([4, 4, 4, 7]), 2).tolist()
    [True, True, False, True]
    """
    begins = np.flatnonzero(np.diff(rows, prepend=-1))
    rank = np.arange(len(rows)) - np.repeat(begins, np.diff(begins, append=len(rows)))
    first: NDArray[np.bool_] = rank < few
    return first


def _number(ceiling: Any) -> Any:
    return np.where(np.isnan(ceiling), np.inf, ceiling)
