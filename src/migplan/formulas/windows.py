"""When something of a length can take place: the first stretch of allowed time that is long enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.formulas import Numeric, distinct
from migplan.formulas.calendar import MOMENT, Floats, Stretches, advance, intersection, usable_time


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
    """Make windows of stretches; each takes its own length where no other room is given."""
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
        How long a stretch must be to begin with it. [s]

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
        Earliest start. [s]
    length : numeric
        Not negative. [s]

    Returns
    -------
    numeric
        Infinite where no stretch is long enough. [s]

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
        Earliest start. [s]
    length : numeric
        Not negative. [s]

    Returns
    -------
    numeric
        Start of a stretch; infinite where none has room. [s]

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
    """Time between the stretches of ours that something of a length spends waiting. [s].

    Examples
    --------
    >>> from migplan.formulas.calendar import stretches
    >>> float(paused_time(stretches([19.0, 43.0], [31.0, 55.0]), 19.0, 13.0))
    12.0
    """
    return advance(line, start, length) - start - length
