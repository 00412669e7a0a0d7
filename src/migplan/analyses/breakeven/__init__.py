"""Where two options change places: the volume and the line rate at which they take the same time, or cost the same.

The engine is asked for both over the whole range of one input; where the sign of their difference turns, the place is
closed in by halving. Beside it stands the closed form, which knows neither whole devices nor the calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from migplan.analyses.breakeven.pair import Pair, find_breakeven
from migplan.analyses.breakeven.records import Breakeven, Comparison, Crossing
from migplan.engine.case import Case
from migplan.engine.judgement import Ranked
from migplan.engine.options import Option
from migplan.errors import Fault, MigplanError
from migplan.language import say, speaking, worded
from migplan.progress import steps, tell
from migplan.text import listed

_KINDS = ("site", "device", "circuit")

__all__ = ["Breakeven", "Comparison", "Crossing", "find_breakevens"]


def find_breakevens(
    fields: Mapping[str, Any],
    between: Sequence[str] = (),
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    pilot: Path | None = None,
) -> Comparison:
    """Compare the best options of two kinds that can be used, or two options by their ids, at typical values.

    Parameters
    ----------
    fields : mapping
        Input field -> text, as in a scenario file. Only volume and line rate are varied; the others stay as they are.
    between : sequence of str
        Two ids of options; empty for the best over a line that is there and the best by device or, where none can be
        used, over a new circuit.

    Raises
    ------
    MigplanError
        With every fault of the input; or there is no such option, or not two options that can be used.
    """
    tell("planning")
    case = Case.open(fields, profiles, today, pilot)
    with speaking(case.workload.lang):
        return _compared(case, between)


def _compared(case: Case, between: Sequence[str]) -> Comparison:
    first, second = _named(case, between) if between else _best_two(case)
    pair = Pair(first, second, case)
    wanted = [(over, of) for of in ("time", "cost") for over in ("volume", "link")]
    results = tuple(find_breakeven(pair, *each) for each in steps(wanted, "looking for break-evens"))
    cautions = tuple(
        say("{option} cannot be used: {reasons}", option=option.id, reasons=_reasons(option))
        for option in (first, second)
        if option.reasons
    )
    return Comparison(first, second, results, case.workload, (*cautions, *_lacks(pair)), pair.here())


def _lacks(pair: Pair) -> Iterator[str]:
    """What both sums lack, so that nobody takes them for whole."""
    items = pair.left_out()
    if items and not pair.unknown_prices():
        yield say(
            "sums are without {items}: the price is not known, and the same for both", items=listed(items)
        )


def _reasons(option: Option) -> str:
    return worded("; ").join(reason.text.rstrip(".") for reason in option.reasons)


def _named(case: Case, between: Sequence[str]) -> tuple[Option, Option]:
    known = {option.id: option for option in case.options}
    if len(between) != 2 or between[0] == between[1]:
        raise MigplanError(Fault("bad-choice", "between", "wanted the ids of two different options"))
    faults = [case.unknown_option(name, "between") for name in between if name not in known]
    if faults:
        raise MigplanError(faults)
    return known[between[0]], known[between[1]]


def _best_two(case: Case) -> tuple[Option, Option]:
    """The two options that people weigh up: over a line that is there, by device, over one to be ordered.

    Of the three the first two that can be used are taken. Beside the only one stands another that only numbers rule
    out, since these are what is varied, else the next of its kind that is run otherwise. The second leads to the target
    of the first if it can.
    """
    usable: dict[str, list[Option]] = {kind: [] for kind in _KINDS}
    possible: dict[str, list[Option]] = {kind: [] for kind in _KINDS}
    for item in Ranked.of(case).best_first:
        if not item.option.reasons and item.option.kind != "split":
            (usable if item.verdict.usable else possible)[_kind(item.option)].append(item.option)
    there = [kind for kind in _KINDS if usable[kind]]
    if not there:
        text = "no option can be used for this workload; `migplan plan` says why, and --between compares two anyway"
        raise MigplanError(Fault("missing", "between", text))
    others = [kind for kind in _KINDS if possible[kind] and kind not in there]
    kinds = sorted((there + others)[:2], key=_KINDS.index)
    first, *more = ((usable[kind] or possible[kind]) for kind in kinds)
    beside = more[0] if more else [option for option in first if _is_run_otherwise(option, first[0])]
    if not beside:
        text = f"only {first[0].id} can be used for this workload; --between compares two options by ids all the same"
        raise MigplanError(Fault("missing", "between", text))
    return first[0], min(beside, key=lambda option: option.target.id != first[0].target.id)


def _is_run_otherwise(option: Option, first: Option) -> bool:
    """Whether an option of one kind is another one: over another new line, or else by another mover."""
    return option.route is not first.route if first.own_line else option.family != first.family


def _kind(option: Option) -> str:
    """Whether an option uses the line of the site, a device, or a line of its own."""
    if option.kind in ("offline", "hybrid"):
        return "device"
    return "circuit" if option.own_line else "site"
