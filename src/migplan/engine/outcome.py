"""What an evaluation says of a stack of options: times, counts, bounds and the reasons that depend on numbers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from migplan.formulas import Numeric

BOUNDS = (
    "link",
    "route",
    "streams",
    "mover",
    "source",
    "target",
    "files",
    "source files",
    "target files",
    "mover files",
    "device",
    "network port",
)
"""What can bound a copy or a load, in the order in which a copy compares its limits."""

BY_FILES = BOUNDS.index("files")
"""Where the limits of a copy begin that are of files and not of bytes."""

PORT = "port-too-large"
"""Reason code of a circuit that a copy hardly fills: it is told at typical values, and no draw rules it out."""


class PhaseName(StrEnum):
    """What the stretches of a plan are called; delta passes are numbered behind their name."""

    ORDER = "order"
    SET_UP = "set up"
    ARRANGE = "arrange the line"
    SET_UP_LINE = "set up the line"
    WAIT_TO_BEGIN = "wait to begin"
    SHIP_OUT = "ship out"
    LOAD = "load"
    SHIP_BACK = "ship back"
    IMPORT = "import"
    SECOND_HOP = "second hop"
    SCAN = "scan"
    COPY = "copy"
    VERIFY = "verify"
    CATCH_UP = "catch-up pass"
    DELTA_PASS = "delta pass"
    FURTHER_PASSES = "further delta passes"
    AFTER_FREEZE = "catch up after freeze"
    UNTIL_WINDOW = "delta passes until window"
    WAIT_FOR_WINDOW = "wait for window"
    FINAL_SCAN = "final scan"
    FINAL_DELTA = "final delta"
    FINAL_VERIFY = "final verify"
    WAIT_FOR_HOURS = "wait for hours"
    SWING = "swing"
    CUTOVER = "cutover"


class Phase(Struct, frozen=True):
    """A stretch of the plan. Times are seconds from midnight of the start date; NaN where it does not occur."""

    name: str
    start: Numeric
    duration: Numeric
    bound: Any


class Outcome(Struct, frozen=True, dict=True):
    """Results of a stack of options; the first axis of every array is the option.

    What most draws are never asked for is made when it is first looked at.

    Attributes
    ----------
    line_rate_time : numeric
        Volume over line rate times share, nothing else; NaN without a line. [s]
    finish : numeric
        End of the cutover, from midnight of the start date; inf where it never ends. [s]
    cutover : numeric
        Time without write access for users. [s]
    ready : numeric
        Start of the cutover. [s]
    faults : dict
        Reason code -> array of booleans, where a number rules an option out.
    make_bound, make_phases, make_quantities : callable
        What makes `bound`, `phases` and `quantities`.
    """

    line_rate_time: Numeric
    finish: Numeric
    cutover: Numeric
    ready: Numeric
    passes: Numeric
    devices: Numeric
    tasks: Numeric
    state: Any
    faults: dict[str, Any]
    make_bound: Callable[[], Any]
    make_phases: Callable[[], tuple[Phase, ...]]
    make_quantities: Callable[[], dict[str, Numeric]]
    details: dict[str, Numeric] = field(default_factory=dict)

    @cached_property
    def bound(self) -> Any:
        """What bounds the longest part, as positions in `BOUNDS`."""
        with ignoring_nan():
            return self.make_bound()

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The stretches of the plan."""
        with ignoring_nan():
            return self.make_phases()

    @cached_property
    def quantities(self) -> dict[str, Numeric]:
        """Basis of a charge -> how much of it."""
        with ignoring_nan():
            return self.make_quantities()


def bound_names(bound: Any) -> NDArray[np.str_]:
    """What bounds, as text.

    Parameters
    ----------
    bound : array of int
        Positions in `BOUNDS`.

    Examples
    --------
    >>> bound_names(np.array([0, 4])).tolist()
    ['link', 'source']
    """
    names: NDArray[np.str_] = np.array(BOUNDS)[bound]
    return names


def ignoring_nan() -> np.errstate:
    """Absent lines are NaN on purpose, and a pass that never ends is infinite: both come out as such."""
    return np.errstate(invalid="ignore", over="ignore", divide="ignore")
