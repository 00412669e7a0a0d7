"""What finished moves of a tool say of the next: times as long as its constants have it, by the mean size of files."""

from __future__ import annotations

import numpy as np

from migplan.engine.options import Option
from migplan.engine.parameters import Parameters
from migplan.facts.keys import TIME_FACTORS
from migplan.formulas import Numeric
from migplan.formulas.statistics import between_knots
from migplan.inputs.workload import Workload


def time_factor(p: Parameters, w: Workload, owner: str) -> Numeric:
    """Times as long as the constants of an `owner` ('mover', 'device') say; 1 where nothing was learned. [1].

    Between the sizes that the facts hold at its logarithm runs straight, and beyond them it stays. It is of what mover,
    source and target do: our part of the line carries what it carries.
    """
    factors = [p.get(owner, key, 1.0) for key in TIME_FACTORS]
    if all(np.ndim(factor) == 0 and factor == 1.0 for factor in factors):
        return 1.0
    return between_knots(w.file_size, list(TIME_FACTORS.values()), factors)


def has_learned(option: Option) -> bool:
    """Whether finished moves of the tool of an option, or of its class, were learned from."""
    carrier = option.device or option.mover
    if carrier is None:
        return False
    there = carrier.towards.get(option.target.id, {})
    return any(key in there or key in carrier.facts for key in TIME_FACTORS)
