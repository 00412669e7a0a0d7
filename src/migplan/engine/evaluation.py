"""Workload and options to times, costs and losses; on floats or arrays.

Options of a kind are evaluated as a stack, so that a plan with hundreds of them is a few hundred array operations;
a table of rows goes through the same functions with one option and many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.engine.accounts import Cost, Ledger, Line
from migplan.engine.balance import balanced_part, both_ways
from migplan.engine.case import Case, assumed_values
from migplan.engine.clock import Always, Clock
from migplan.engine.copying import Assumed
from migplan.engine.fidelity import fidelity
from migplan.engine.ledger import price_option, price_outcome, price_stack
from migplan.engine.offline import evaluate_hybrid, evaluate_offline, evaluate_split
from migplan.engine.online import evaluate_online
from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS, Flat, Outcome, Phase, quiet
from migplan.engine.parameters import Parameters, Quantify, typical
from migplan.facts import Fact
from migplan.inputs.workload import Workload

__all__ = [
    "BOUNDS",
    "Always",
    "Assumed",
    "Case",
    "Clock",
    "Cost",
    "Flat",
    "Ledger",
    "Line",
    "Outcome",
    "Phase",
    "assumed_values",
    "evaluate_pairs",
    "evaluate_stacks",
    "fidelity",
    "price_option",
    "price_outcome",
    "price_stack",
    "split_parts",
    "typical",
]

_KINDS = {
    "online": evaluate_online,
    "offline": evaluate_offline,
    "hybrid": evaluate_hybrid,
    "split": evaluate_split,
}


def evaluate_stacks(
    options: Sequence[Option],
    workload: Workload,
    assumed: Assumed,
    clock: Clock,
    quantify: Quantify = typical,
    trail: int = 1,
    parts: NDArray[np.float64] | None = None,
) -> Iterator[tuple[list[Option], Outcome, dict[str, Fact]]]:
    """Evaluate the options kind by kind.

    Parameters
    ----------
    parts : array, optional
        From `split_parts`: the part of each split's data that goes by device, decided before anything is drawn. Without
        it both ends of a split are balanced for each value by itself. [1]

    Yields
    ------
    options, outcome, facts
        The options of one kind, their outcome with one entry of the first axis each, and the facts that were read.
    """
    with quiet():
        for kind, evaluate in _KINDS.items():
            places = [place for place, option in enumerate(options) if option.kind == kind]
            if not places:
                continue
            stack = [options[place] for place in places]
            parameters = Parameters(stack, workload.region, quantify, trail)
            if kind == "split" and parts is not None:
                outcome = evaluate_split(parameters, workload, assumed, clock, parts[places])
            else:
                outcome = evaluate(parameters, workload, assumed, clock)
            yield stack, outcome, parameters.used


def split_parts(
    options: Sequence[Option], workload: Workload, assumed: Assumed, clock: Clock, trail: int = 1
) -> NDArray[np.float64] | None:
    """The part of each split's data that goes by device, balanced for typical values.

    Parameters
    ----------
    workload, assumed
        With typical values.
    trail : int
        Axes behind the one of the options.

    Returns
    -------
    array or None
        The first axis is the option; NaN for what is no split. None where there is none. [1]
    """
    places = [place for place, option in enumerate(options) if option.kind == "split"]
    if not places:
        return None
    p = Parameters([options[place] for place in places], workload.region, trail=trail)
    with quiet():
        part = np.asarray(balanced_part(p, workload, clock, both_ways(p, workload, assumed, clock)))
    found = np.full((len(options), *part.shape[1:]), np.nan)
    found[places] = part
    return found


def evaluate_pairs(
    options: Sequence[Option],
    pairs: NDArray[np.intp],
    workload: Workload,
    assumed: Assumed,
    clock: Clock,
) -> Outcome:
    """Evaluate single pairs of an option and a row.

    Parameters
    ----------
    options : sequence of Option
        Of one kind.
    pairs : array of int
        The option of each pair.
    workload : Workload
        Numbers that differ are arrays with the row of each pair.

    Returns
    -------
    Outcome
        Every array has one entry for each pair.
    """
    parameters = Parameters(options, workload.region, pairs=pairs)
    with quiet():
        return _KINDS[options[0].kind](parameters, workload, assumed, clock)
