"""Break-evens for the terminal and as JSON."""

from __future__ import annotations

import io
import json
import math
from typing import Any

from rich.console import Console
from rich.table import Table

from migplan import units
from migplan.analyses.breakeven import Breakeven, Comparison, Crossing
from migplan.analyses.breakeven.words import BASES
from migplan.report.escape import flat
from migplan.report.words import days, usd
from migplan.results.model import finite

DAY = 86400.0
_OVER = {"volume": "volume", "link": "line rate"}


def to_table(comparison: Comparison, width: int) -> str:
    """The break-evens as text: one table of places, then what never happens and why."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, highlight=False, emoji=False, markup=False)
    names = (comparison.first.id, comparison.second.id)
    console.print(f"A  {names[0]}\nB  {names[1]}")
    for caution in comparison.cautions:
        console.print(f"   {flat(caution)}")
    console.print()
    if any(result.crossings for result in comparison.results):
        console.print(_table(comparison))
    for result in comparison.results:
        if not result.crossings:
            told = flat(result.never or result.unknown)
            for letter, name in zip("AB", names, strict=True):
                told = told.replace(name, letter)
            answer = "never" if result.never else "not known"
            console.print(f"Same {result.of} over {_OVER[result.over]}: {answer}; {told}.")
        if result.closed_form is not None:
            console.print(_closed(result))
    console.print("Typical values; everything but the one input stays as it was given.")
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False)
    for name, justify in (("Same", "left"), ("at", "right"), ("A", "right"), ("B", "right")):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("Below / above", no_wrap=True)
    table.add_column("", overflow="fold", ratio=1)
    for result in comparison.results:
        for crossing in result.crossings:
            table.add_row(
                f"{result.of} over {_OVER[result.over]}",
                crossing.text,
                _amount(crossing.first, result.of),
                _amount(crossing.second, result.of),
                f"{_letter(crossing.below)} / {_letter(crossing.above)}",
                _how(crossing),
            )
    return table


def _letter(side: str) -> str:
    return "A" if side == "first" else "B"


def _how(crossing: Crossing) -> str:
    if crossing.how == "step":
        return "by a step, such as one more device"
    if crossing.how == "limit":
        gone = "A" if math.isinf(crossing.first) else "B" if math.isinf(crossing.second) else "the other"
        return f"where {gone} cannot be used"
    return ""


def _amount(value: float, of: str) -> str:
    if math.isinf(value):
        return "never"
    return days(value / DAY) if of == "time" else usd(value)


def _closed(result: Breakeven) -> str:
    """The closed form beside what was found; it is none where a way is ruled out or jumps."""
    closed = result.closed_form
    assert closed is not None
    place = "never" if math.isinf(closed) else units.show(closed, BASES[result.over])
    told = f"In closed form, same {result.of} over {_OVER[result.over]}: {place}"
    if not result.crossings or result.crossings[0].how != "equal":
        return f"{told}."
    part = closed / result.crossings[0].value - 1
    if not abs(part) >= 5e-4:
        return f"{told}, as found."
    return (
        f"{told}, {part:+.1%} beside the first place found: passes, scans and cutover windows are not in it."
    )


def to_json(comparison: Comparison) -> str:
    """The break-evens as JSON."""

    def crossing(item: Crossing, of: str) -> dict[str, Any]:
        scale = DAY if of == "time" else 1.0
        unit = "days" if of == "time" else "usd"
        return {
            "value": item.value,
            "text": item.text,
            f"first_{unit}": finite(item.first / scale),
            f"second_{unit}": finite(item.second / scale),
            "how": item.how,
            "below": item.below,
            "above": item.above,
        }

    results = [
        {
            "over": result.over,
            "unit": BASES[result.over],
            "of": result.of,
            "crossings": [crossing(item, result.of) for item in result.crossings],
            "closed_form": None if result.closed_form is None else finite(result.closed_form),
            "closed_form_is_never": result.closed_form is not None and math.isinf(result.closed_form),
            "never": result.never,
            "unknown": result.unknown,
        }
        for result in comparison.results
    ]
    plain = {
        "schema": "migplan.breakeven/1",
        "first": comparison.first.id,
        "second": comparison.second.id,
        "cautions": list(comparison.cautions),
        "results": results,
    }
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
