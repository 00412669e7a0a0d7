"""When shares may be cut over: windows of each site, and which of them are the same for groups of several sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from migplan.engine.clock import Clock
from migplan.units import DAY

_LONG = 4 * DAY
"""From here on a stretch in which cutovers are allowed is no window but a time of many days."""

_DAILY, _WEEKLY = 21, 30
"""Days that are windows of their own, and weeks after them; what comes later is told by four weeks."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One window in which shares are cut over.

    Attributes
    ----------
    open, close : dict
        Site -> when it begins and ends there, from midnight of its start. [s]
    days : float
        Windows that it stands for: several where days are told together.
    bounded : bool
        Whether a cutover has to end within it.
    """

    open: Mapping[str, float]
    close: Mapping[str, float]
    days: float
    bounded: bool

    def latest(self, site: str, cutover: float) -> float:
        """When a cutover has to begin at the latest; one that is longer than the window begins with it. [s]."""
        if not self.bounded:
            return self.close[site] - 1.0
        return max(self.close[site] - cutover, self.open[site])


def slots_of(clocks: Mapping[str, Clock], offsets: Mapping[str, float], horizon: float) -> list[Slot]:
    """The windows of some sites until a time, in their order.

    Parameters
    ----------
    clocks : mapping
        Of each site.
    offsets : mapping
        Time from the first start of all sites to that of each. [s]
    horizon : float
        [s]
    """
    pieces: list[tuple[float, float, str, bool]] = []
    for site, clock in clocks.items():
        for begin, end, bounded in _spans(clock, horizon - offsets[site]):
            pieces.append((begin + offsets[site], end + offsets[site], site, bounded))
    pieces.sort()
    return [_slot(cluster, offsets) for cluster in _clusters(pieces)]


def _spans(clock: Clock, horizon: float) -> Iterator[tuple[float, float, bool]]:
    """Windows of one site: as the calendar has them, or days where it has none."""
    calendar = clock.calendar
    allowed = None if calendar is None else calendar.allowed
    if allowed is None:
        yield from ((begin, end, False) for begin, end in _days(0.0, horizon))
        return
    for begin, end in zip(allowed.starts.tolist(), allowed.ends.tolist(), strict=True):
        if begin >= horizon:
            return
        if end - begin <= _LONG:
            yield begin, end, True
        else:
            yield from ((a, b, False) for a, b in _days(begin, min(end, horizon)))


def _days(begin: float, end: float) -> Iterator[tuple[float, float]]:
    """A long time as days, then weeks, then four weeks, counted from the start of the site."""
    edges = np.concatenate(
        (
            np.arange(_DAILY + 1) * DAY,
            (_DAILY + 7 * np.arange(1, _WEEKLY + 1)) * DAY,
            (_DAILY + 7 * _WEEKLY + 28 * np.arange(1, 120)) * DAY,
        )
    )
    inner = edges[(edges > begin) & (edges < end)].tolist()
    yield from zip([begin, *inner], [*inner, end], strict=True)


def _clusters(
    pieces: Sequence[tuple[float, float, str, bool]],
) -> Iterator[list[tuple[float, float, str, bool]]]:
    """Windows of several sites that overlap are one."""
    cluster: list[tuple[float, float, str, bool]] = []
    for piece in pieces:
        shared = min((end for _, end, _, _ in cluster), default=-np.inf)
        if cluster and (piece[0] >= shared or piece[2] in {site for _, _, site, _ in cluster}):
            yield cluster
            cluster = []
        cluster.append(piece)
    if cluster:
        yield cluster


def _slot(cluster: Sequence[tuple[float, float, str, bool]], offsets: Mapping[str, float]) -> Slot:
    bounded = any(bounded for *_, bounded in cluster)
    longest = max(end - begin for begin, end, *_ in cluster)
    return Slot(
        {site: begin - offsets[site] for begin, _, site, _ in cluster},
        {site: end - offsets[site] for _, end, site, _ in cluster},
        # A window that one site has by itself is no more than one for those whose days are told together.
        1.0 if bounded else max(1.0, round(longest / DAY)),
        bounded,
    )
