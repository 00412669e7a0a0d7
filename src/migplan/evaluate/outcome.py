"""What an evaluation says of a stack of options: times, counts, bounds and the reasons that depend on numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from migplan.formulas import Numeric

STATES = ("fits", "stalls", "does-not-converge")


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the plan. Times are seconds from midnight of the start date; NaN where it does not occur."""

    name: str
    start: Numeric
    duration: Numeric
    bound: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """Results of a stack of options; the first axis of every array is the option.

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
    bound : array of str
        What bounds the longest part.
    quantities : dict
        Basis of a charge -> how much of it.
    faults : dict
        Reason code -> array of booleans, where a number rules an option out.
    """

    line_rate_time: Numeric
    finish: Numeric
    cutover: Numeric
    ready: Numeric
    bound: Any
    passes: Numeric
    devices: Numeric
    tasks: Numeric
    state: Any
    phases: tuple[Phase, ...]
    quantities: dict[str, Numeric]
    faults: dict[str, Any]
    details: dict[str, Numeric] = field(default_factory=dict)
