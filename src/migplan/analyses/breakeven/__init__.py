"""Where two ways change places: the volume and the line rate at which they take the same time, or cost the same.

The engine is asked for both ways over the whole range of one input; where the sign of their difference turns, the place
is closed in by halving. Beside it stands the closed form, which knows neither whole devices nor the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from migplan.analyses.breakeven.pair import Pair, find_breakeven
from migplan.analyses.breakeven.records import Breakeven, Comparison, Crossing
from migplan.engine.case import Case
from migplan.engine.judgement import Ranked
from migplan.engine.options import Option
from migplan.errors import Fault, MigplanError
from migplan.progress import steps, tell

__all__ = ["Breakeven", "Comparison", "Crossing", "find_breakevens"]


def find_breakevens(
    fields: Mapping[str, Any],
    between: Sequence[str] = (),
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    pilot: Path | None = None,
) -> Comparison:
    """Compare the best way over a line with the best one by device, or two ways by their ids, at typical values.

    Parameters
    ----------
    fields : mapping
        Input field -> text, as in a scenario file. Only volume and line rate are varied; the others stay as they are.
    between : sequence of str
        Two ids of options; empty for the best of either kind.

    Raises
    ------
    MigplanError
        With every fault of the input; or there is no such option, or no way of one of the kinds.
    """
    tell("planning")
    case = Case.open(fields, profiles, today, pilot)
    first, second = _named(case, between) if between else _best_two(case)
    pair = Pair(first, second, case)
    wanted = [(over, of) for of in ("time", "cost") for over in ("volume", "link")]
    results = tuple(find_breakeven(pair, *each) for each in steps(wanted, "looking for break-evens"))
    cautions = tuple(
        f"{option.id} cannot be used: {'; '.join(reason.text.rstrip('.') for reason in option.reasons)}"
        for option in (first, second)
        if option.reasons
    )
    return Comparison(first, second, results, case.workload, cautions)


def _named(case: Case, between: Sequence[str]) -> tuple[Option, Option]:
    known = {option.id: option for option in case.options}
    if len(between) != 2 or between[0] == between[1]:
        raise MigplanError(Fault("bad-choice", "between", "wanted the ids of two different options"))
    faults = [case.unknown_option(name, "between") for name in between if name not in known]
    if faults:
        raise MigplanError(faults)
    return known[between[0]], known[between[1]]


def _best_two(case: Case) -> tuple[Option, Option]:
    """The first in rank over a line that is there, and with devices: what can be used, else what has numbers at all."""
    ranked = [item for item in Ranked.of(case).best_first if np.isfinite(item.finish)]
    online = [i.option for i in ranked if i.option.kind == "online" and not i.option.own_line]
    devices = [i for i in ranked if i.option.kind in ("offline", "hybrid")]
    if online:
        devices.sort(
            key=lambda i: (
                bool(i.option.reasons),
                any(bool(i.one(holds)) for holds in i.outcome.faults.values()),
                i.option.target is not online[0].target,
            )
        )
    for kind, found in (("over a line of the site", online), ("by device", devices)):
        if not found:
            text = f"there is no option {kind} for this workload; wanted two options by their ids"
            raise MigplanError(Fault("missing", "between", text))
    return online[0], devices[0].option
