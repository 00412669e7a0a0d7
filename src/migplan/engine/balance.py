"""A split's part by device: the largest that is at the target no later than the line has sent the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, Copy, copy_online, pass_busy
from migplan.engine.deltas import verify_mode
from migplan.engine.loading import Loader, make_loader
from migplan.engine.online import lead_times
from migplan.engine.parameters import Parameters
from migplan.engine.seeding import carry, second_hop_copy, share_of
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload

HALVINGS = 14
"""Of a split, until its parts are known to less than a ten-thousandth of the data."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The two ways that a split's data goes, whatever part goes by which.

    Attributes
    ----------
    line_ready : numeric
        When the line can first be used. [s]
    sent : callable
        Part of the data -> when the line has sent it. [1] -> [s]
    """

    loader: Loader
    hop: Copy | None
    copy: Copy
    line_ready: Numeric
    sent: Callable[[Numeric], Numeric]


def both_ways(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> Ways:
    """Read what either way depends on."""
    copy = copy_online(p, w, assumed)
    begin = line_ready(p, w, copy, clock)
    verified = np.where(verify_mode(p, w)[0], 1.0, 0.0)

    def sent(part: Numeric) -> Numeric:
        return clock.advance(begin, pass_busy(p, "mover", share_of(copy, part), 1.0, verified))

    return Ways(make_loader(p, w, assumed), second_hop_copy(p, w, assumed), copy, begin, sent)


def line_ready(p: Parameters, w: Workload, copy: Copy, clock: Clock) -> Numeric:
    """When route, mover and quota are there and the line is ours. [s]."""
    lead, setup, quota = lead_times(p, w, copy)
    return clock.opening(np.maximum(np.maximum(lead, setup), quota))


def balanced_part(p: Parameters, w: Workload, clock: Clock, ways: Ways) -> Numeric:
    """The largest part by device that lands no later than the line has sent the rest; 0 where even the least is late.

    Whole devices and waves make steps, so that it is found by halving; `breakeven.split_fraction` is the closed form of
    the case without steps.
    """
    low = 0.0 * ways.loader.objects * ways.sent(0.0)
    high = low + 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        early = carry(p, w, clock, ways.loader, ways.hop, middle).landed <= ways.sent(1.0 - middle)
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    # A line that never gets done leaves no part for itself.
    return np.where(np.isfinite(ways.sent(1.0)), low, 0.0)
