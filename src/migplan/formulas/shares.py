"""Work whose pace differs from hour to hour: progress, integrated exactly over stretches of several levels.

Derived throughout. What takes `busy[k]` seconds in hours of level k alone makes 1 / busy[k] of its way in each of
their seconds; it is done when these parts add up to one. With one level it is `migplan.formulas.calendar.advance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.formulas import Numeric
from migplan.formulas.calendar import MOMENT, Floats, Stretches, usable_time


@dataclass(frozen=True, slots=True)
class Levels:
    """Stretches of several levels, no two of which overlap.

    Attributes
    ----------
    spans : tuple of Stretches
        Those of each level.
    ends : array
        Ends of all stretches, rising. [s]
    level : array of int
        Level of the stretch that ends there.
    until : array
        Time of each level, the first axis, up to each end. [s]
    """

    spans: tuple[Stretches, ...]
    ends: Floats
    level: NDArray[np.intp]
    until: Floats


def levels_of(spans: Sequence[Stretches]) -> Levels:
    """Put the stretches of several levels in order.

    Parameters
    ----------
    spans : sequence of Stretches
        Those of each level; no two of them overlap.

    Examples
    --------
    >>> from migplan.formulas.calendar import stretches
    >>> found = levels_of([stretches([0.0, 20.0], [8.0, 24.0]), stretches([8.0], [20.0])])
    >>> found.ends.tolist(), found.level.tolist()
    ([8.0, 20.0, 24.0], [0, 1, 0])
    """
    ends = np.concatenate([one.ends for one in spans])
    level = np.concatenate([np.full(len(one.ends), number) for number, one in enumerate(spans)])
    order = np.argsort(ends, kind="stable")
    ends, level = ends[order], level[order]
    until = np.array([np.asarray(usable_time(one, ends)) for one in spans])
    return Levels(tuple(spans), ends, level, until)


def advance_by_level(levels: Levels, start: Numeric, busy: Sequence[Numeric]) -> Numeric:
    """When something is done that goes faster at some hours than at others.

    Parameters
    ----------
    levels : Levels
    start : numeric
        [s], any or infinite
    busy : sequence of numeric
        How long it takes at each level alone, the quickest first; infinite where it does not go on at all.
        [s], 0 to infinity

    Returns
    -------
    numeric
        `start` itself where nothing is to be done; infinite where the stretches end before. [s], any or infinite

    Notes
    -----
    Derived: the first end at which enough is done is found by halving, and the rest counted back from it.

    Examples
    --------
    Two days of 12 hours at full pace and 12 at a quarter of it. What takes 12 hours, 15, 18 and 40:

    >>> from migplan.formulas.calendar import stretches
    >>> two_days = levels_of([stretches([0.0, 24.0], [12.0, 36.0]), stretches([12.0, 36.0], [24.0, 48.0])])
    >>> least = np.array([12.0, 15.0, 18.0, 40.0])
    >>> advance_by_level(two_days, 0.0, [least, 4 * least]).tolist()
    [12.0, 24.0, 27.0, inf]
    """
    begin, *each = np.broadcast_arrays(start, *busy)
    least = each[0]
    able = np.isfinite(least) & np.isfinite(begin) & (least > 0.0)
    amount, begun = np.where(able, least, 1.0), np.where(able, begin, 0.0)
    # The pace at each level, in parts of that of the first.
    pace = [np.where(able, amount / np.where(able, one, 1.0), 1.0) for one in each]
    done = sum(part * usable_time(one, begun) for part, one in zip(pace, levels.spans, strict=True))
    target = done + amount
    place = _first_end(levels, pace, target - MOMENT)
    inside = place < len(levels.ends)
    at = np.minimum(place, len(levels.ends) - 1)
    going = np.take_along_axis(np.stack(pace), levels.level[at][None], axis=0)[0]
    back = np.maximum(_done(levels, pace, at) - target, 0.0) / np.where(going > 0.0, going, 1.0)
    found = np.where(inside, np.maximum(begun, levels.ends[at] - back), np.inf)
    # Adding what is unknown or endless keeps it so; nothing to do takes no time.
    return np.where(able, found, np.where(np.equal(least, 0.0), begin, begin + least))[()]


def _done(levels: Levels, pace: Sequence[Numeric], place: NDArray[np.intp]) -> Numeric:
    """What is done up to an end, in seconds of the first level."""
    found: Numeric = 0.0
    for part, until in zip(pace, levels.until, strict=True):
        found = found + part * until[place]
    return found


def _first_end(levels: Levels, pace: Sequence[Numeric], target: Numeric) -> NDArray[np.intp]:
    """The first end at which so much is done; their number where none is."""
    count = len(levels.ends)
    low = np.zeros(np.shape(target), dtype=np.intp)
    high = np.full(np.shape(target), count, dtype=np.intp)
    for _ in range(count.bit_length()):
        middle = np.minimum((low + high) // 2, count - 1)
        reached = np.greater_equal(_done(levels, pace, middle), target)
        high = np.where(reached & (low < high), middle, high)
        low = np.where(reached | (low >= high), low, middle + 1)
    return high
