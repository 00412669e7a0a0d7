"""Usable time: stretches in which something may run, integrated exactly and inverted, for any number of dates at once.

Stretches lie on a line of seconds. The integral over them is linear between their ends, so it and its inverse are a
search and a subtraction; nothing is stepped through.

Derived throughout: stretches are sets of points of a line, joined, cut and measured by the definitions of these words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from migplan.formulas import Numeric, distinct

DAY = 86400.0
Floats = NDArray[np.float64]

MOMENT = 1e-6
"""Times closer than this are the same: over twenty years floats tell a tenth of it apart. [s]."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Spans of time that neither overlap nor touch, the earliest first.

    Attributes
    ----------
    starts, ends : array
        [s]
    lengths : array
        [s]
    after : array
        Usable time up to the end of each. [s]
    """

    starts: Floats
    ends: Floats
    lengths: Floats = field(init=False)
    after: Floats = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lengths", self.ends - self.starts)
        object.__setattr__(self, "after", np.cumsum(self.lengths))


def stretches(starts: ArrayLike, ends: ArrayLike) -> Stretches:
    """Join spans that overlap or touch, in any order; empty ones are dropped.

    Parameters
    ----------
    starts, ends : array
        [s], any

    Examples
    --------
    >>> found = stretches([7.0, 0.0, 2.0, 5.0], [9.0, 2.0, 3.0, 5.0])
    >>> found.starts.tolist(), found.ends.tolist()
    ([0.0, 7.0], [3.0, 9.0])
    """
    first, last = np.asarray(starts, dtype=float), np.asarray(ends, dtype=float)
    order = np.argsort(first, kind="stable")
    order = order[last[order] > first[order]]
    first, last = first[order], np.maximum.accumulate(last[order])
    new = np.ones(first.shape, dtype=bool)
    new[1:] = first[1:] > last[:-1]
    final = np.ones(first.shape, dtype=bool)
    final[:-1] = new[1:]
    return Stretches(first[new], last[final])


def daily_stretches(
    kinds: NDArray[np.int64], ranges: Mapping[int, Sequence[tuple[float, float]]], first_day: int = 0
) -> Stretches:
    """Stretches of days of several kinds.

    Parameters
    ----------
    kinds : array of int
        Kind of each day. [1], whole, any
    ranges : mapping
        Kind -> spans from the midnight at which its day begins; they may end on the next day. A kind that is absent
        has none. [s], 0 or more
    first_day : int
        Number of the first of `kinds`; day 0 begins at second 0. [1], whole, any

    Examples
    --------
    Two days from 19:00 to 07:00, in hours; the third is of another kind:

    >>> found = daily_stretches(np.array([1, 1, 0]), {1: [(19 * 3600.0, 31 * 3600.0)]})
    >>> (found.starts / 3600).tolist(), (found.ends / 3600).tolist()
    ([19.0, 43.0], [31.0, 55.0])
    """
    starts: list[Floats] = [np.empty(0)]
    ends: list[Floats] = [np.empty(0)]
    for kind, spans in ranges.items():
        midnights = np.asarray((np.flatnonzero(kinds == kind) + first_day) * DAY, dtype=np.float64)
        for begin, end in spans:
            starts.append(midnights + begin)
            ends.append(midnights + end)
    return stretches(np.concatenate(starts), np.concatenate(ends))


def intersection(one: Stretches, other: Stretches) -> Stretches:
    """What lies in both.

    Parameters
    ----------
    one, other : Stretches

    Examples
    --------
    >>> found = intersection(stretches([0.0, 5.0], [3.0, 9.0]), stretches([2.0], [6.0]))
    >>> found.starts.tolist(), found.ends.tolist()
    ([2.0, 5.0], [3.0, 6.0])
    """
    both = one.starts[_inside(one.starts, other)], other.starts[_inside(other.starts, one)]
    starts = distinct(np.concatenate(both))
    ends = np.minimum(
        one.ends[np.searchsorted(one.starts, starts, "right") - 1],
        other.ends[np.searchsorted(other.starts, starts, "right") - 1],
    )
    return Stretches(starts, ends)


def union(one: Stretches, other: Stretches) -> Stretches:
    """What lies in either.

    Parameters
    ----------
    one, other : Stretches

    Examples
    --------
    >>> found = union(stretches([0.0, 5.0], [3.0, 9.0]), stretches([2.0], [4.0]))
    >>> found.starts.tolist(), found.ends.tolist()
    ([0.0, 5.0], [4.0, 9.0])
    """
    return stretches(np.concatenate((one.starts, other.starts)), np.concatenate((one.ends, other.ends)))


def _inside(times: Floats, spans: Stretches) -> NDArray[np.bool_]:
    index = np.searchsorted(spans.starts, times, "right") - 1
    within = index >= 0
    within[within] = times[within] < spans.ends[index[within]]
    return within


def complement(spans: Stretches, begin: float, end: float) -> Stretches:
    """What lies between `begin` and `end` and in none of the spans.

    Parameters
    ----------
    spans : Stretches
    begin, end : float
        [s], any

    Examples
    --------
    >>> found = complement(stretches([2.0, 5.0], [3.0, 9.0]), 0.0, 9.0)
    >>> found.starts.tolist(), found.ends.tolist()
    ([0.0, 3.0], [2.0, 5.0])
    """
    starts = np.clip(np.concatenate(([begin], spans.ends)), begin, end)
    ends = np.clip(np.concatenate((spans.starts, [end])), begin, end)
    return stretches(starts, ends)


def on_clock(spans: Stretches, changes: Sequence[float], offsets: Sequence[float]) -> Stretches:
    """Spans of a wall clock as spans of time that passes.

    Parameters
    ----------
    spans : Stretches
        As the wall clock shows them. [s]
    changes : sequence of float
        When the clock is set, rising. [s], any
    offsets : sequence of float
        What it shows beyond the time that has passed, before the first change and after each. [s], any

    Notes
    -----
    Derived: an instant counts where its reading lies in a span. So an hour that the clock shows twice counts twice,
    and one that it leaves out does not exist.

    Examples
    --------
    From 01:00 to 04:00 on a day on which the clock goes from 02:00 to 03:00: two hours, told in hours.

    >>> found = on_clock(stretches([3600.0], [4 * 3600.0]), [2 * 3600.0], [0.0, 3600.0])
    >>> (found.starts / 3600).tolist(), (found.ends / 3600).tolist()
    ([1.0], [3.0])
    """
    edges = [-np.inf, *changes, np.inf]
    starts, ends = [], []
    for offset, begin, end in zip(offsets, edges, edges[1:], strict=False):
        left = np.searchsorted(spans.ends, begin + offset, "right")
        right = np.searchsorted(spans.starts, end + offset, "left")
        starts.append(np.maximum(spans.starts[left:right] - offset, begin))
        ends.append(np.minimum(spans.ends[left:right] - offset, end))
    return stretches(np.concatenate(starts), np.concatenate(ends))


def usable_time(spans: Stretches, time: Numeric) -> Numeric:
    """Usable time from the first stretch up to a time.

    Parameters
    ----------
    spans : Stretches
    time : numeric
        [s], any or infinite

    Returns
    -------
    numeric
        [s], 0 or more

    Examples
    --------
    >>> usable_time(stretches([0.0, 5.0], [3.0, 9.0]), np.array([-1.0, 2.0, 4.0, 6.0, 99.0])).tolist()
    [0.0, 2.0, 3.0, 4.0, 7.0]
    """
    index = np.searchsorted(spans.starts, time, "right")
    starts, ends = np.concatenate(([0.0], spans.starts)), np.concatenate(([0.0], spans.ends))
    before = np.concatenate(([0.0, 0.0], spans.after))[: len(starts)]
    found: Numeric = before[index] + np.clip(time, starts[index], ends[index]) - starts[index]
    return found


def opening(spans: Stretches, time: Numeric) -> Numeric:
    """First moment at or after a time that lies in a stretch.

    Parameters
    ----------
    spans : Stretches
    time : numeric
        [s], any or infinite

    Returns
    -------
    numeric
        Infinite after the last stretch. [s], any or infinite

    Notes
    -----
    Derived: the end of a stretch lies outside it, so it is the time itself or the next start.

    Examples
    --------
    >>> opening(stretches([0.0, 5.0], [3.0, 9.0]), np.array([-1.0, 2.0, 3.0, 9.0])).tolist()
    [0.0, 2.0, 5.0, inf]
    """
    index = np.searchsorted(spans.ends, time, "right")
    return np.maximum(time, np.concatenate((spans.starts, [np.inf]))[index])[()]


def next_start(spans: Stretches, time: Numeric) -> Numeric:
    """Start of the first stretch that begins after a time.

    Parameters
    ----------
    spans : Stretches
    time : numeric
        [s], any or infinite

    Returns
    -------
    numeric
        Infinite where there is none. [s], any or infinite

    Notes
    -----
    Derived: a search among the starts.

    Examples
    --------
    >>> next_start(stretches([0.0, 5.0], [3.0, 9.0]), np.array([-1.0, 0.0, 4.0, 6.0])).tolist()
    [0.0, 5.0, 5.0, inf]
    """
    index = np.searchsorted(spans.starts, time, "right")
    return np.concatenate((spans.starts, [np.inf]))[index][()]


def advance(spans: Stretches, start: Numeric, busy: Numeric) -> Numeric:
    """When an amount of usable time has passed since a start.

    Parameters
    ----------
    spans : Stretches
    start : numeric
        [s], any or infinite
    busy : numeric
        [s], 0 to infinity

    Returns
    -------
    numeric
        The earliest such time, `start` itself where nothing is to be done; infinite where the stretches end before.
        [s], any or infinite

    Notes
    -----
    Derived: the inverse of `usable_time`.

    Examples
    --------
    >>> advance(stretches([0.0, 5.0], [3.0, 9.0]), 1.0, np.array([0.0, 2.0, 3.0, 6.0, 7.0])).tolist()
    [1.0, 3.0, 6.0, 9.0, inf]
    """
    target = usable_time(spans, start) + busy
    index = np.searchsorted(spans.after, target - MOMENT, "left")
    ends, after = np.concatenate((spans.ends, [np.inf])), np.concatenate((spans.after, [0.0]))
    # Counted back from the end of the stretch; adding infinity keeps what is unknown unknown.
    back = np.maximum(after[index] - target, 0.0)
    found = np.where(index < len(spans.ends), ends[index] - back, target + np.inf)
    return np.where(np.equal(busy, 0), start, np.maximum(start, found))[()]


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches by how much fits into each.

    Attributes
    ----------
    spans : Stretches
    room : array
        What fits into each. [s]
    sizes : array
        The different rooms, rising. [s]
    """

    spans: Stretches
    room: Floats
    sizes: Floats


def windows(spans: Stretches, room: Floats | None = None) -> Windows:
    """Make windows of stretches; each takes its own length where no other room is given.

    Parameters
    ----------
    spans : Stretches
    room : array, optional
        What fits into each. [s], 0 or more

    Examples
    --------
    >>> windows(stretches([0.0, 5.0], [3.0, 9.0])).room.tolist()
    [3.0, 4.0]
    """
    found = spans.lengths if room is None else room
    return Windows(spans, found, distinct(found))


def opening_windows(allowed: Stretches, line: Stretches, least: float) -> Windows:
    """The long stretches that are both allowed and ours, for what is too long even for them.

    Parameters
    ----------
    allowed : Stretches
        In one of these it has to begin and end.
    line : Stretches
        It goes on only in these, and pauses between them.
    least : float
        How long a stretch must be to begin with it. [s], 0 or more

    Returns
    -------
    Windows
        The room of each is the time of ours from its start to the end of the allowed stretch.

    Examples
    --------
    Nights of 12 hours, and allowed are the first two days; from the first night on 29 hours of them are left:

    >>> from migplan.formulas.calendar import stretches
    >>> nights = stretches([19.0, 43.0, 67.0], [31.0, 55.0, 79.0])
    >>> found = opening_windows(stretches([0.0], [72.0]), nights, 12.0)
    >>> found.spans.starts.tolist(), found.room.tolist()
    ([19.0, 43.0], [29.0, 17.0])
    """
    both = intersection(allowed, line)
    able = both.lengths >= least - MOMENT
    spans = Stretches(both.starts[able], both.ends[able])
    closes = allowed.ends[np.searchsorted(allowed.starts, spans.starts, "right") - 1]
    room = np.asarray(usable_time(line, closes)) - np.asarray(usable_time(line, spans.starts))
    return windows(spans, room)


def first_fit(found: Windows, ready: Numeric, length: Numeric) -> Numeric:
    """When something of a length can first take place within a single stretch.

    Parameters
    ----------
    found : Windows
        Of stretches that take their own length.
    ready : numeric
        Earliest start. [s], any or infinite
    length : numeric
        [s], 0 to infinity

    Returns
    -------
    numeric
        Infinite where no stretch is long enough. [s], any or infinite

    Examples
    --------
    >>> from migplan.formulas.calendar import stretches
    >>> found = windows(stretches([0.0, 5.0, 20.0], [3.0, 9.0, 30.0]))
    >>> first_fit(found, 1.0, np.array([2.0, 2.5, 9.0, 11.0])).tolist()
    [1.0, 5.0, 20.0, inf]
    """
    ready, length = np.broadcast_arrays(ready, length)
    index = np.searchsorted(found.spans.ends, ready, "right")
    starts, ends = np.append(found.spans.starts, np.inf), np.append(found.spans.ends, np.inf)
    start = np.asarray(np.maximum(ready, starts[index]))
    left = ends[index] - np.where(np.isfinite(start), start, 0.0)
    later = ~(length - MOMENT <= left)
    if later.any():
        start[later] = _next(found, index[later] + 1, length[later])
    return np.where(np.isnan(ready) | np.isnan(length), np.nan, start)[()]


def first_start(found: Windows, ready: Numeric, length: Numeric) -> Numeric:
    """When something of a length can first begin together with a stretch.

    Parameters
    ----------
    found : Windows
    ready : numeric
        Earliest start. [s], any or infinite
    length : numeric
        [s], 0 to infinity

    Returns
    -------
    numeric
        Start of a stretch; infinite where none has room. [s], any or infinite

    Examples
    --------
    >>> from migplan.formulas.calendar import stretches
    >>> nights = stretches([19.0, 43.0, 67.0], [31.0, 55.0, 79.0])
    >>> first_start(opening_windows(stretches([0.0], [72.0]), nights, 12.0), 20.0, np.array([13.0, 18.0])).tolist()
    [43.0, inf]
    """
    ready, length = np.broadcast_arrays(ready, length)
    start = _next(found, np.searchsorted(found.spans.starts, ready, "left"), length)
    return np.where(np.isnan(ready) | np.isnan(length), np.nan, start)[()]


def _next(found: Windows, index: NDArray[np.int64], length: NDArray[np.float64]) -> Floats:
    """Start of the first stretch from a position on that has room."""
    start = np.full(index.shape, np.inf)
    needed = np.searchsorted(found.sizes, length - MOMENT, "left")
    for size in np.flatnonzero(np.bincount(np.ravel(needed), minlength=len(found.sizes) + 1)[:-1]):
        # The stretches that have room for these, and of them the first behind each position.
        able = np.flatnonzero(found.room >= found.sizes[size])
        here = needed == size
        start[here] = np.append(found.spans.starts[able], np.inf)[np.searchsorted(able, index[here])]
    return start


def paused_time(line: Stretches, start: Numeric, length: Numeric) -> Numeric:
    """Time between the stretches of ours that something of a length spends waiting.

    Parameters
    ----------
    line : Stretches
    start : numeric
        [s], any
    length : numeric
        [s], 0 or more

    Returns
    -------
    numeric
        Infinite where the stretches end before. [s], 0 to infinity

    Examples
    --------
    >>> from migplan.formulas.calendar import stretches
    >>> float(paused_time(stretches([19.0, 43.0], [31.0, 55.0]), 19.0, 13.0))
    12.0
    """
    # Ends that are the same moment may lie a rounding apart.
    return np.maximum(advance(line, start, length) - start - length, 0.0)
