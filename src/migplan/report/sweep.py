"""Sweeps for the terminal, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from migplan.analyses.sweep import Axis, Sweep
from migplan.language import amounts, message, messages, say, speaking, worded
from migplan.report.tabular import Column, Grid, cells, screen, to_csv, to_json, width_of, wrapped
from migplan.report.view import field_name
from migplan.report.words import about_usd, days, letter_of, three_digits
from migplan.results.model import finite

_MOST_ROWS = 30
_GAP, _LEAST = 2, 7
"""Blanks between columns, and the least width of one of a map with them."""

MISSED = messages(
    {
        "fidelity-not-sure": "what must be kept",
        "never-ends": "never ends",
        "misses-deadline": "deadline",
        "misses-cutover-window": "cutover window",
        "over-budget": "budget",
    }
)
"""Code of a wish that is missed -> what it is called in a table."""


def render_sweep(sweep: Sweep, form: str, width: int) -> str:
    """The sweep as 'table', 'csv' or 'json'."""
    if form == "json":
        return sweep_json(sweep)
    if form == "csv":
        return to_csv(sweep.cells())
    with speaking(sweep.lang):
        parts = _winners(sweep, width) if len(sweep.axes) == 1 else _map(sweep, width)
        return screen([*parts, *_judged(sweep, width)], width)


def _judged(sweep: Sweep, width: int) -> Iterator[str]:
    if not sweep.samples:
        told = message("Judged at typical values; a plan judges at P80.")
        yield wrapped(worded(told), width, "", "")
        return
    draws = f"{sweep.samples:,}"
    yield wrapped(say("Judged at P80 of {draws} draws, as a plan.", draws=draws), width, "", "")


def sweep_json(sweep: Sweep) -> str:
    """The sweep as JSON."""
    plain: dict[str, Any] = {
        "schema": "migplan.sweep/1",
        "axes": [{"field": axis.field, "values": list(axis.texts)} for axis in sweep.axes],
        "cells": sweep.cells(),
    }
    if sweep.families:
        plain["families"] = {
            name: [finite(value) for value in found] for name, found in sweep.families.items()
        }
    return to_json(plain)


def values_of(axis: Axis) -> tuple[str, ...]:
    """The values of an axis as people say them: three digits where these tell all of them apart.

    >>> import numpy as np
    >>> values_of(Axis("link", ("146.8 Mbps", "1.468 Gbps"), np.array([1.0, 2.0])))
    ('147 Mbps', '1.47 Gbps')
    >>> values_of(Axis("link", ("1.001 Gbps", "1.002 Gbps"), np.array([1.0, 2.0])))
    ('1.001 Gbps', '1.002 Gbps')
    """
    if axis.values is None:
        return axis.texts
    short = tuple(map(three_digits, axis.texts))
    return tuple(map(amounts, short if len({*short}) == len(axis.texts) else axis.texts))


def titled(axis: Axis) -> str:
    """What the input of an axis is called, as the head of a column."""
    name = field_name(axis.field)
    return name[:1].upper() + name[1:]


def _drawn(title: str, key: str) -> Column:
    """A column of days."""
    return Column(title, lambda row: "-" if row[key] is None else days(row[key]), numeric=True)


def _meets(row: dict[str, Any]) -> str:
    """Whether all is met, or what is not."""
    if row["meets"]:
        return worded("yes")
    missed = [worded(MISSED[code]) for code in row["misses"].split("; ") if code in MISSED]
    return say("no: {missed}", missed=worded(", ").join(missed)) if missed else worded("no")


def _winners(sweep: Sweep, width: int) -> Iterator[Grid | str]:
    """The cells of one axis as a list; names of winners stand below it where the terminal has no room for them."""
    rows = sweep.cells()
    texts = dict(zip(sweep.axes[0].texts, values_of(sweep.axes[0]), strict=True))
    timed = (
        (_drawn(message("Likely"), "p50_days"), _drawn(message("80 % sure"), "p80_days"))
        if sweep.samples
        else (_drawn(message("Typical"), "duration_days"),)
    )
    columns = [
        Column(titled(sweep.axes[0]), lambda row: texts[row[sweep.axes[0].field]], numeric=True),
        *timed,
        Column("Total USD", lambda row: _cost(row), numeric=True),
        Column("Meets all", _meets),
    ]
    letters = _letters(sweep)
    named = Column("Best", lambda row: _name(sweep, row["option"] or ""))
    room = width - sum(width_of(column, rows) + _GAP for column in columns)
    if width_of(named, rows) <= room:
        yield Grid([*columns, named], rows, gap=_GAP)
        return
    yield Grid([*columns, Column("Best", lambda row: letters[row["option"] or ""])], rows, gap=_GAP)
    yield ""
    yield from _legend(sweep, letters, width)


def _cost(row: dict[str, Any]) -> str:
    value = row["cost_horizon_usd"]
    return "-" if value is None else about_usd(value, row["cost_is_complete"])


def _letters(sweep: Sweep) -> dict[str, str]:
    """Id of a winner -> the letter that stands for it."""
    winners = dict.fromkeys(str(name) for name in sweep.option.ravel())
    return {name: letter_of(index) for index, name in enumerate(winners)}


def _name(sweep: Sweep, option: str) -> str:
    return sweep.names.get(option, option) or worded("no option")


def _legend(sweep: Sweep, letters: dict[str, str], width: int) -> Iterator[str]:
    for option, letter in letters.items():
        yield f"{letter}  " + wrapped(_name(sweep, option), width - 3, "", "").replace("\n", "\n   ")


def _map(sweep: Sweep, width: int) -> Iterator[Grid | str]:
    """Two axes: the days and a letter for the winner, as many columns as have room; then what the letters mean."""
    down, across = sweep.axes
    letters, names, heads = _letters(sweep), values_of(down), values_of(across)

    shown_days = sweep.p50 if sweep.samples else sweep.days

    def cell(row: int, place: int) -> str:
        mark = " " if sweep.meets[row, place] else "!"
        return f"{letters[str(sweep.option[row, place])]} {days(finite(shown_days[row, place]))}{mark}"

    def column(place: int) -> Column:
        return Column(heads[place], lambda row: cell(row, place), numeric=True)

    def fitting(shown: Sequence[int]) -> bool:
        wide = sum(width_of(column(place), rows) + _GAP for place in shown)
        return max(map(cells, names)) + _GAP + wide <= width

    rows = _some(len(names), _MOST_ROWS)
    shown = _as_many_as_fit(len(heads), width // _LEAST, fitting)
    what = {"down": titled(down), "across": field_name(across.field)}
    template = (
        "{down} down, {across} across: best option and its likely days"
        if sweep.samples
        else "{down} down, {across} across: best option and its typical days"
    )
    yield wrapped(say(template, **what), width, "", "")
    yield Grid([Column("", lambda row: names[row]), *map(column, shown)], rows, gap=_GAP)
    yield ""
    yield from _legend(sweep, letters, width)
    if not sweep.meets.all():
        yield worded("!  does not meet all you asked")
    if len(shown) < len(heads) or len(rows) < len(names):
        yield worded("Some columns or rows are left out here; --format csv has all.")


def _as_many_as_fit(count: int, most: int, fits: Callable[[Sequence[int]], bool]) -> list[int]:
    """The most positions, evenly spread, that fit; two at the least."""
    numbers = range(min(count, most), 2, -1)
    return next((shown for number in numbers if fits(shown := _some(count, number))), _some(count, 2))


def _some(count: int, most: int) -> list[int]:
    """Evenly spread positions, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})
