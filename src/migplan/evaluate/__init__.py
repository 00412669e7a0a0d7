"""Workload and options to times, costs and losses; on floats or arrays.

Options of a kind are evaluated as a stack, so that a plan with hundreds of them is a few hundred array operations;
a table of rows goes through the same functions with one option and many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue, Fact
from migplan.evaluate.accounts import Cost, Ledger, Line
from migplan.evaluate.clock import Always, Clock
from migplan.evaluate.copying import Assumed
from migplan.evaluate.fidelity import fidelity
from migplan.evaluate.ledger import price_option, price_stack
from migplan.evaluate.offline import evaluate_hybrid, evaluate_offline, evaluate_split
from migplan.evaluate.online import evaluate_online
from migplan.evaluate.outcome import Flat, Outcome, Phase
from migplan.evaluate.parameters import Parameters, Quantify, typical
from migplan.options import Option
from migplan.workload import Workload

__all__ = [
    "Always",
    "Assumed",
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
    "price_stack",
    "typical",
]

_KINDS = {
    "online": evaluate_online,
    "offline": evaluate_offline,
    "hybrid": evaluate_hybrid,
    "split": evaluate_split,
}


def assumed_values(catalogue: Catalogue, quantify: Quantify = typical) -> Assumed:
    """The engine's own assumptions as numbers or draws."""
    names = [name for name in Assumed.__slots__ if name != "model_error"]
    values = {name: quantify(catalogue.assumptions[name]) for name in names}
    return Assumed(**values)


def evaluate_stacks(
    options: Sequence[Option],
    workload: Workload,
    assumed: Assumed,
    clock: Clock,
    quantify: Quantify = typical,
    trail: int = 1,
) -> Iterator[tuple[list[Option], Outcome, dict[str, Fact]]]:
    """Evaluate the options kind by kind.

    Yields
    ------
    options, outcome, facts
        The options of one kind, their outcome with one entry of the first axis each, and the facts that were read.
    """
    # Absent lines are NaN on purpose, and a pass that never ends is infinite: both come out as such.
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        for kind, evaluate in _KINDS.items():
            stack = [option for option in options if option.kind == kind]
            if stack:
                parameters = Parameters(stack, workload.region, quantify, trail)
                yield stack, evaluate(parameters, workload, assumed, clock), parameters.used


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
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return _KINDS[options[0].kind](parameters, workload, assumed, clock)
