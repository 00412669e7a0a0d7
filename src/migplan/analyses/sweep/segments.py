"""Where along a sweep the answer changes: the break-evens between the options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from migplan.analyses.sweep import Axis, Sweep


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring cells of a sweep over one input that have the same winner.

    Attributes
    ----------
    first, last : int
        Positions on the axis, both included.
    option : str
        The winner; empty where no way can be used.
    """

    first: int
    last: int
    option: str


def segments(sweep: Sweep) -> list[Segment]:
    """The winners of a sweep over one input, in the order of its values."""
    winners = [str(name) for name in sweep.option]
    edges = [index for index in range(1, len(winners)) if winners[index] != winners[index - 1]]
    return [
        Segment(first, following - 1, winners[first])
        for first, following in zip([0, *edges], [*edges, len(winners)], strict=True)
    ]


def spacing(axis: Axis) -> str:
    """How an axis is drawn: 'log' where its values are spread so and positive, else 'linear'."""
    values = axis.values
    if values is None or len(values) < 3 or np.any(values <= 0):
        return "linear"
    return "log" if values[-1] / values[0] >= 20 else "linear"
