"""A sweep as a table of winners, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from migplan.analyses.sweep import Sweep
from migplan.report.words import days, usd
from migplan.results.model import finite

_MOST_COLUMNS, _MOST_ROWS = 8, 30


def cells(sweep: Sweep) -> list[dict[str, Any]]:
    """Each cell with its inputs and its answer."""
    names = [axis.field for axis in sweep.axes]
    rows = []
    for place in itertools.product(*(range(len(axis.texts)) for axis in sweep.axes)):
        texts = [axis.texts[index] for axis, index in zip(sweep.axes, place, strict=True)]
        rows.append(
            {
                **dict(zip(names, texts, strict=True)),
                "option": sweep.option[place] or None,
                "duration_days": finite(sweep.days[place]),
                "p50_days": finite(sweep.p50[place]),
                "cost_horizon_usd": finite(sweep.cost[place]),
                "cost_is_complete": bool(sweep.complete[place]),
                "meets": bool(sweep.meets[place]),
            }
        )
    return rows


def render(sweep: Sweep, form: str, width: int) -> str:
    """The sweep as 'table', 'csv', 'json' or 'svg': a curve for each family along numbers, else a map of winners."""
    if form == "svg":
        from migplan.report.charts import sweep_chart
        from migplan.report.charts.whatif import families_chart

        return families_chart(sweep) if sweep.families else sweep_chart(sweep)
    if form == "table":
        return to_table(sweep, width)
    return to_json(sweep) if form == "json" else to_csv(sweep)


def to_json(sweep: Sweep) -> str:
    """The sweep as JSON."""
    plain: dict[str, Any] = {
        "schema": "migplan.sweep/1",
        "axes": [{"field": axis.field, "values": list(axis.texts)} for axis in sweep.axes],
        "cells": cells(sweep),
    }
    if sweep.families:
        plain["families"] = {
            name: [finite(value) for value in found] for name, found in sweep.families.items()
        }
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)


def to_csv(sweep: Sweep) -> str:
    """The sweep as CSV, one line a cell."""
    rows = cells(sweep)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def to_table(sweep: Sweep, width: int) -> str:
    """The sweep for the terminal: a list for one axis; for two the days and a letter for the winner."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, highlight=False, emoji=False, markup=False)
    if len(sweep.axes) == 1:
        console.print(_list(sweep))
    else:
        _map(console, sweep)
    console.print("Judged at typical values; a plan with draws judges at P80.")
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _list(sweep: Sweep) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(sweep.axes[0].field, no_wrap=True)
    for heading in ("Done in", "P50", "USD"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Meets", no_wrap=True)
    table.add_column("Winner", overflow="fold", ratio=1)
    for row in cells(sweep):
        cost = row["cost_horizon_usd"]
        table.add_row(
            row[sweep.axes[0].field],
            days(row["duration_days"]),
            "-" if row["p50_days"] is None else days(row["p50_days"]),
            "-" if cost is None else usd(cost, row["cost_is_complete"]),
            "yes" if row["meets"] else "no",
            row["option"] or "none",
        )
    return table


def _map(console: Console, sweep: Sweep) -> None:
    down, across = sweep.axes
    letters = {
        name: _letter(index) for index, name in enumerate(dict.fromkeys(sweep.option.ravel().tolist()))
    }
    columns = _some(len(across.texts), _MOST_COLUMNS)
    table = Table(
        title=f"{down.field} down, {across.field} across: winner and days",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    for column in columns:
        table.add_column(across.texts[column], justify="right", no_wrap=True)
    for row in _some(len(down.texts), _MOST_ROWS):
        told = [f"{letters[sweep.option[row, c]]} {days(finite(sweep.days[row, c]))}" for c in columns]
        table.add_row(down.texts[row], *told)
    console.print(table)
    for name, letter in letters.items():
        console.print(f"{letter}  {name or 'no way'}")
    if len(columns) < len(across.texts):
        console.print("Some columns or rows are left out here; --format csv has all.")


def _some(count: int, most: int) -> list[int]:
    """Evenly spread positions, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else f"A{index}"
