"""What a comparison of two options finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from migplan.engine.options import Option
from migplan.inputs.workload import Workload


@dataclass(frozen=True, slots=True)
class Crossing:
    """A place where two options change places.

    Attributes
    ----------
    value : float
        Of the input. [B] or [B/s]
    text : str
        The value as it is typed.
    first, second : float
        Time or cost of the two options there; infinite where one cannot be used. [s] or [USD]
    how : str
        'equal': the two are within a thousandth of each other; 'step': one jumps past the other, such as by one more
        device or a missed cutover window; 'limit': from there on one of them cannot be used.
    below, above : str
        Which option is ahead on either side: 'first' or 'second'.
    """

    value: float
    text: str
    first: float
    second: float
    how: str
    below: str
    above: str


@dataclass(frozen=True, slots=True)
class Breakeven:
    """Where the two are even in one measure over one input.

    Attributes
    ----------
    over : str
        The input: 'volume' or 'link'.
    of : str
        'time' or 'cost'.
    crossings : tuple of Crossing
    closed_form : float or None
        What the closed form gives with the rates at the first crossing, or else those of the workload as it stands;
        infinite for never, None where there is none. [B] or [B/s]
    never : str
        Why there is no crossing; empty where there is one.
    unknown : str
        Why nobody can tell, such as because a price is missing; empty where one can.
    """

    over: str
    of: str
    crossings: tuple[Crossing, ...]
    closed_form: float | None
    never: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two options and all their break-evens.

    Attributes
    ----------
    cautions : tuple of str
        Why one of the two cannot be used as things are.
    here : dict
        'time' and 'cost' of the two for the workload as it stands; infinite where one cannot be used, and no cost where
        a price is not known that does not stand in both. [s] or [USD]
    """

    first: Option
    second: Option
    results: tuple[Breakeven, ...]
    workload: Workload
    cautions: tuple[str, ...]
    here: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Comparison of {self.first.id} and {self.second.id}: {len(self.results)} results>"
