"""Forecasts beside what was measured: for the terminal, as Markdown and as JSON."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from migplan.analyses.backtest import Backtest, Result, Score
from migplan.errors import counted
from migplan.report.escape import text
from migplan.report.tables import Column, table

WORST = 5
_UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
_RATES = ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s"))


def quantity(result: Result, time: float) -> str:
    """A time in a unit that suits it, or the rate that it means where rates are compared."""
    if math.isnan(time):
        return "-"
    value, units = (result.sent / time, _RATES) if result.by_rate else (time, _UNITS)
    size, unit = next(((s, u) for s, u in units if value >= s), units[-1])
    return f"{value / size:.0f} {unit}" if value >= 1000 * size else f"{value / size:.3g} {unit}"


def _ratio(result: Result) -> str:
    return "-" if math.isnan(result.ratio) else f"{result.ratio:.2f}"


def _inside(result: Result) -> str:
    return "-" if math.isnan(result.measured) else "yes" if result.inside else "no"


def _part(value: float) -> str:
    return "-" if math.isnan(value) else f"{value * 100:.0f} %"


def _bias(value: float) -> str:
    return "-" if math.isnan(value) else f"{(math.exp(value) - 1.0) * 100:+.0f} %"


CASES: tuple[tuple[str, Callable[[Result], str], bool], ...] = (
    ("Case", lambda r: r.case, False),
    ("Forecast as", lambda r: f"{r.tool} to {r.target}", False),
    ("P10", lambda r: quantity(r, r.p10), True),
    ("P50", lambda r: quantity(r, r.p50), True),
    ("P90", lambda r: quantity(r, r.p90), True),
    ("Measured", lambda r: quantity(r, r.measured), True),
    ("Ratio", _ratio, True),
    ("Inside", _inside, False),
)
"""Columns of a table of cases: title, cell, numeric."""

SCORES: tuple[tuple[str, Callable[[Score], str], bool], ...] = (
    ("Group", lambda s: s.name, False),
    ("Cases", lambda s: str(s.rows), True),
    ("MdAPE", lambda s: _part(s.mdape), True),
    ("Bias", lambda s: _bias(s.bias), True),
    ("P10 to P90 holds", lambda s: _part(s.coverage), True),
)
"""Columns of a table of scores."""


def summary(found: Backtest) -> list[str]:
    """What was forecast and how, in lines."""
    compared = found.overall.rows
    lines = [
        f"{counted(found.rows, 'case')}, {len(found.results)} forecast, {compared} of them measured, "
        f"{len(found.missing)} not forecast for want of inputs."
    ]
    if found.left_out:
        lines.append("Each source was forecast with constants that were fitted on all other sources.")
    elif found.fitted:
        lines.append(
            f"The constants in use were fitted on {found.fitted} of these cases, which flatters them; "
            "--leave-one-source-out shows how new sources fare."
        )
    return lines


def render(found: Backtest, form: str, width: int) -> str:
    """The comparison as 'table', 'markdown' or 'json'."""
    if form == "table":
        return to_table(found, width)
    return to_json(found) if form == "json" else to_markdown(found)


def to_json(found: Backtest) -> str:
    """Everything as JSON; fractions and logarithms as numbers, null where there is none."""
    answer = {
        "schema": "migplan.backtest/1",
        "left_out": found.left_out,
        "overall": {
            "rows": found.rows,
            "forecast": len(found.results),
            "measured": found.overall.rows,
            **_figures(found.overall),
        },
        "groups": [{"group": s.name, "rows": s.rows, **_figures(s)} for s in found.groups],
        "vendors": [{"by": s.name, "rows": s.rows, **_figures(s)} for s in found.vendors],
        "cases": [_case(result) for result in found.results],
        "not_forecast": [{"id": case, "missing": list(missing)} for case, missing in found.missing],
    }
    return json.dumps(answer, indent=1, ensure_ascii=False)


def _figures(score: Score) -> dict[str, float | None]:
    return {key: _number(getattr(score, key)) for key in ("mdape", "bias", "coverage")}


def _case(result: Result) -> dict[str, Any]:
    known = not math.isnan(result.measured)
    return {
        "id": result.case,
        "group": result.group,
        "tool": result.tool,
        "target": result.target,
        "covers": result.covers,
        **{f"{key}_s": _number(getattr(result, key)) for key in ("p10", "p50", "p90", "measured")},
        "measured_by": "rate" if result.by_rate else "duration" if known else None,
        "ratio": _number(result.ratio),
        "inside": result.inside if known else None,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def to_markdown(found: Backtest) -> str:
    """Figures, groups, the vendors' arithmetic, every case, and what was not forecast."""
    parts = [
        *summary(found),
        scores(found),
        vendors(found),
        _markdown(CASES, found.results),
    ]
    if found.missing:
        parts.append(table(_MISSING, found.missing))
    return "\n\n".join(part if part.startswith("|") else text(part) for part in parts) + "\n"


def scores(found: Backtest) -> str:
    """A Markdown table of the figures over all and by group."""
    return _markdown(SCORES, (found.overall, *found.groups))


def vendors(found: Backtest) -> str:
    """A Markdown table of our figures beside the vendors' on the rows that state a line."""
    columns = (("On the cases with a line", *SCORES[0][1:]), *SCORES[1:])
    return _markdown(columns, found.vendors)


def worst(found: Backtest) -> str:
    """A Markdown table of the cases that are furthest off."""
    return _markdown(CASES, found.worst[:WORST])


_MISSING = (
    Column("Not forecast", lambda row: row[0]),
    Column("Missing", lambda row: "; ".join(row[1])),
)


def _markdown(columns: Sequence[tuple[str, Callable[[Any], str], bool]], rows: Sequence[Any]) -> str:
    return table([Column(*column) for column in columns], rows)


def to_table(found: Backtest, width: int) -> str:
    """The same for the terminal."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, highlight=False, emoji=False, markup=False)
    console.print(_terminal(CASES, found.results))
    console.print("\nFurthest off")
    console.print(_terminal(CASES, found.worst[:WORST]))
    console.print()
    console.print(_terminal(SCORES, (found.overall, *found.groups)))
    if found.vendors[0].rows:
        console.print("\nOn the cases that state a line")
        console.print(_terminal((("By", *SCORES[0][1:]), *SCORES[1:]), found.vendors))
    for case, missing in found.missing:
        console.print(f"Not forecast: {case}, missing {'; '.join(missing)}")
    for line in summary(found):
        console.print(line)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _terminal(columns: Sequence[tuple[str, Callable[[Any], str], bool]], rows: Sequence[Any]) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title, _, numeric in columns:
        first = title in ("Case", "Forecast as")
        shown.add_column(title, justify="right" if numeric else "left", no_wrap=not first, overflow="fold")
    for row in rows:
        shown.add_row(*(cell(row) for _, cell, _ in columns))
    return shown
