"""Forecasts beside what was measured: for the terminal, as Markdown and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from migplan.analyses.backtest import Backtest, Half, Result, Score
from migplan.errors import counted
from migplan.report.escape import text
from migplan.report.tabular import Column, Grid, screen, table, to_json
from migplan.results.model import finite
from migplan.units import DAY, HOUR

WORST = 5
_UNITS = ((DAY, "d"), (HOUR, "h"), (60.0, "min"), (1.0, "s"))
_RATES = ((1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1.0, "B/s"))


def quantity(result: Result, time: float) -> str:
    """A time in a unit that suits it, or the rate that it means where rates are compared."""
    if math.isnan(time):
        return "-"
    value, units = (result.sent / time, _RATES) if result.by_rate else (time, _UNITS)
    size, unit = next(((s, u) for s, u in units if value >= s), units[-1])
    return f"{value / size:.0f} {unit}" if value >= 1000 * size else f"{value / size:.3g} {unit}"


def _forecast_as(result: Result) -> str:
    """Tool and target, and what of the data is no more than assumed."""
    names = {"file_count": "file count", "volume_bytes": "volume"}
    assumed = " and ".join(names[key] for key in result.assumed)
    return f"{result.tool} to {result.target}{f', {assumed} assumed' if assumed else ''}"


def _ratio(result: Result) -> str:
    return "-" if math.isnan(result.ratio) else f"{result.ratio:.2f}"


def _inside(result: Result) -> str:
    return "-" if math.isnan(result.measured) else "yes" if result.inside else "no"


def _part(value: float) -> str:
    return "-" if math.isnan(value) else f"{value * 100:.0f} %"


def _bias(value: float) -> str:
    return "-" if math.isnan(value) else f"{(math.exp(value) - 1.0) * 100:+.0f} %"


CASES = (
    Column("Case", lambda r: r.case, folds=True),
    Column("Forecast as", _forecast_as, folds=True),
    Column("P10", lambda r: quantity(r, r.p10), numeric=True),
    Column("P50", lambda r: quantity(r, r.p50), numeric=True),
    Column("P90", lambda r: quantity(r, r.p90), numeric=True),
    Column("Measured", lambda r: quantity(r, r.measured), numeric=True),
    Column("Ratio", _ratio, numeric=True),
    Column("Inside", _inside),
)

_FIGURES = (
    Column("Cases", lambda s: str(s.rows), numeric=True),
    Column("MdAPE", lambda s: _part(s.mdape), numeric=True),
    Column("Bias", lambda s: _bias(s.bias), numeric=True),
    Column("P10 to P90 holds", lambda s: _part(s.coverage), numeric=True),
)


_HALVES = (
    Column("Source", lambda h: h.name),
    Column("Cases", lambda h: str(h.rows), numeric=True),
    Column("MdAPE cold", lambda h: _part(h.cold), numeric=True),
    Column("after half", lambda h: _part(h.warm), numeric=True),
    Column("Less", lambda h: _part(h.less), numeric=True),
    Column("P10 to P90 holds", lambda h: _part(h.coverage), numeric=True),
)


def _scored(title: str) -> tuple[Column, ...]:
    """Columns of a table of scores, whose first has a title of its own."""
    return (Column(title, lambda s: s.name), *_FIGURES)


def summary(backtest: Backtest) -> list[str]:
    """What was forecast and how, in lines."""
    compared = backtest.overall.rows
    lines = [
        f"{counted(backtest.rows, 'case')}, {len(backtest.results)} forecast, {compared} of them measured, "
        f"{len(backtest.missing)} not forecast because inputs are missing."
    ]
    guessed = sum("file_count" in result.assumed for result in backtest.results)
    if guessed:
        lines.append(
            f"The file count of {counted(guessed, 'case')} is assumed: files that nobody counted are taken as large."
        )
    if backtest.left_out:
        parts = {"class": ("class", "classes")}.get(backtest.left_out_by, ("source", "sources"))
        lines.append(f"Each {parts[0]} was forecast with constants that were fitted on all other {parts[1]}.")
    elif backtest.fitted:
        lines.append(
            f"The constants in use were fitted on {backtest.fitted} of these cases, which flatters them; "
            "--leave-one-source-out shows how new sources fare."
        )
    return lines


def render(backtest: Backtest, form: str, width: int) -> str:
    """The comparison as 'table', 'markdown' or 'json'."""
    if form == "table":
        return screen(_lines(backtest), width)
    return backtest_json(backtest) if form == "json" else backtest_markdown(backtest)


def backtest_json(backtest: Backtest) -> str:
    """Everything as JSON; fractions and logarithms as numbers, null where there is none."""
    answer = {
        "schema": "migplan.backtest/1",
        "left_out": backtest.left_out,
        "left_out_by": backtest.left_out_by or None,
        "overall": {
            "rows": backtest.rows,
            "forecast": len(backtest.results),
            "measured": backtest.overall.rows,
            **_figures(backtest.overall),
        },
        "groups": [{"group": s.name, "rows": s.rows, **_figures(s)} for s in backtest.groups],
        "bounds": [{"bound": s.name, "rows": s.rows, **_figures(s)} for s in backtest.bounds],
        "vendors": [{"by": s.name, "rows": s.rows, **_figures(s)} for s in backtest.vendors],
        "half_history": [_half(half) for half in backtest.halves],
        "cases": [_case(result) for result in backtest.results],
        "not_forecast": [{"id": case, "missing": list(missing)} for case, missing in backtest.missing],
    }
    return to_json(answer)


def _figures(score: Score) -> dict[str, float | None]:
    return {key: finite(getattr(score, key)) for key in ("mdape", "bias", "coverage")}


def _half(half: Half) -> dict[str, Any]:
    figures = {key: finite(getattr(half, key)) for key in ("cold", "warm", "less", "coverage")}
    return {"source": half.name, "rows": half.rows, **figures}


def _case(result: Result) -> dict[str, Any]:
    known = not math.isnan(result.measured)
    return {
        "id": result.case,
        "group": result.group,
        "tool": result.tool,
        "target": result.target,
        "covers": result.covers,
        "bound": result.bound,
        "assumed": list(result.assumed),
        **{f"{key}_s": finite(getattr(result, key)) for key in ("p10", "p50", "p90", "measured")},
        "measured_by": "rate" if result.by_rate else "duration" if known else None,
        "ratio": finite(result.ratio),
        "inside": result.inside if known else None,
    }


def backtest_markdown(backtest: Backtest) -> str:
    """Figures, groups, the vendors' arithmetic, every case, and what was not forecast."""
    parts = [
        *summary(backtest),
        scores(backtest),
        bounds(backtest),
        vendors(backtest),
        *([halves(backtest)] if backtest.halves else []),
        table(CASES, backtest.results),
    ]
    if backtest.missing:
        parts.append(table(_MISSING, backtest.missing))
    return "\n\n".join(part if part.startswith("|") else text(part) for part in parts) + "\n"


def scores(backtest: Backtest) -> str:
    """A Markdown table of the figures over all and by group."""
    return table(_scored("Group"), (backtest.overall, *backtest.groups))


def bounds(backtest: Backtest) -> str:
    """A Markdown table of the figures by what binds the forecast."""
    return table(_scored("Bottleneck"), backtest.bounds)


def vendors(backtest: Backtest) -> str:
    """A Markdown table of our figures beside the vendors' on the rows that state a line."""
    return table(_scored("On the cases with a line"), backtest.vendors)


def halves(backtest: Backtest) -> str:
    """A Markdown table of what half of a source's cases teach about the other half."""
    return table(_HALVES, backtest.halves)


def worst(backtest: Backtest) -> str:
    """A Markdown table of the cases that are furthest off."""
    return table(CASES, backtest.worst[:WORST])


_MISSING = (
    Column("Not forecast", lambda row: row[0]),
    Column("Missing", lambda row: "; ".join(row[1])),
)


def _lines(backtest: Backtest) -> Iterator[Grid | str]:
    """The same for the terminal."""
    yield Grid(CASES, backtest.results, gap=1)
    yield "\nFurthest off"
    yield Grid(CASES, backtest.worst[:WORST], gap=1)
    yield ""
    yield Grid(_scored("Group"), (backtest.overall, *backtest.groups), gap=1)
    yield ""
    yield Grid(_scored("Bottleneck"), backtest.bounds, gap=1)
    if backtest.vendors[0].rows:
        yield "\nOn the cases that state a line"
        yield Grid(_scored("By"), backtest.vendors, gap=1)
    if backtest.halves:
        yield "\nEach half of a source before and after the other half was learned from"
        yield Grid(_HALVES, backtest.halves, gap=1)
    yield from (f"Not forecast: {case}, missing {'; '.join(missing)}" for case, missing in backtest.missing)
    yield from summary(backtest)
