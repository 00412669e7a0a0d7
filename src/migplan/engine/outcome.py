"""What an evaluation says of a stack of options: times, counts, bounds and the reasons that depend on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
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

STATES = ("fits", "stalls", "does-not-converge")


class PhaseName(StrEnum):
    """What the stretches of a plan are called; delta passes are numbered behind their name."""

    ORDER = "order"
    SET_UP = "set up"
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


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the plan. Times are seconds from midnight of the start date; NaN where it does not occur."""

    name: str
    start: Numeric
    duration: Numeric
    bound: Any


@dataclass(frozen=True)
class Outcome:
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
        with quiet():
            return self.make_bound()

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The stretches of the plan."""
        with quiet():
            return self.make_phases()

    @cached_property
    def quantities(self) -> dict[str, Numeric]:
        """Basis of a charge -> how much of it."""
        with quiet():
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


def quiet() -> np.errstate:
    """Absent lines are NaN on purpose, and a pass that never ends is infinite: both come out as such."""
    return np.errstate(invalid="ignore", over="ignore", divide="ignore")


class Flat:
    """An outcome with a single row, read value by value: each array is unrolled into a list only once."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._shape = np.shape(outcome.finish)
        self._lists: dict[int, tuple[Any, list[Any]]] = {}
        self._phases: list[list[tuple[str, float, float, str]]] | None = None

    def one(self, values: Any, index: int) -> Any:
        """The value of one option of the stack."""
        return self._list(values)[index]

    def phases(self, index: int) -> list[tuple[str, float, float, str]]:
        """Name, start, duration and bound of the stretches of one option that take any time. [s]."""
        if self._phases is None:
            self._phases = [[] for _ in range(self._shape[0])]
            for phase in self.outcome.phases:
                columns = (self._list(values) for values in (phase.start, phase.duration, phase.bound))
                for found, start, duration, bound in zip(self._phases, *columns, strict=True):
                    if 0 < duration < math.inf:
                        found.append((phase.name, start, duration, bound))
        return self._phases[index]

    def _list(self, values: Any) -> list[Any]:
        found = self._lists.get(id(values))
        if found is None:
            unrolled = np.broadcast_to(values, self._shape).reshape(self._shape[0]).tolist()
            # The array is kept with its list: the identity of one that is gone may come back as that of another.
            found = self._lists[id(values)] = (values, unrolled)
        return found[1]

    def quantities(self, index: int) -> dict[str, float]:
        """What the charges of one option are counted by."""
        return {basis: self.one(amount, index) for basis, amount in self.outcome.quantities.items()}
