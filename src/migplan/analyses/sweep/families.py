"""Days along one input for each family of ways: what a chart with one curve a family shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate
from migplan.engine.options import Option
from migplan.engine.ranking import keeps_all
from migplan.units import DAY

MOST_ROWS = 2000
"""Rows up to which all options are evaluated in full for it."""


def family_name(option: Option) -> str:
    """What a curve is called: kind and mover or device, and whether it waits for a line of its own."""
    return f"{option.family} (new circuit)" if option.own_line else option.family


def family_days(case: Case, options: Sequence[Option]) -> dict[str, NDArray[np.float64]]:
    """Finish of the soonest option of each family in every row, among those that keep most; NaN where none ends.

    Returns
    -------
    dict
        Family -> days, the family that is soonest in most rows first. [days]
    """
    found: dict[str, NDArray[np.float64]] = {}
    sure = [option for option in options if keeps_all(option, case.workload)]
    result = evaluate(case, sure or options)
    usable = result.verdict.usable
    for place, option in enumerate(result.options):
        name = family_name(option)
        days = np.where(usable[place, :, 0], result.finish[place, :, 0] / DAY, np.nan)
        found[name] = np.fmin(found[name], days) if name in found else days
    ends = {name: days for name, days in found.items() if np.isfinite(days).any()}
    if not ends:
        return {}
    table = np.stack([np.where(np.isnan(days), np.inf, days) for days in ends.values()])
    wins = (table == table.min(axis=0)).sum(axis=1)
    order = sorted(zip(ends, wins.tolist(), strict=True), key=lambda item: (-item[1], item[0]))
    return {name: ends[name] for name, _ in order}
