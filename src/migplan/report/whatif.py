"""Sweeps, tornadoes and break-evens for the terminal, as CSV and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from migplan import units
from migplan.analyses.breakeven import Breakeven, Comparison, Crossing
from migplan.analyses.breakeven.words import BASES, NO_LINE
from migplan.analyses.sweep import Sweep
from migplan.analyses.tornado import LINE_RATE, RATE, Tornado
from migplan.errors import counted
from migplan.report.escape import flat
from migplan.report.tabular import Column, Grid, screen, to_csv, to_json, wrapped
from migplan.report.words import days, letter_of
from migplan.results.called import names_of
from migplan.results.model import finite
from migplan.results.words import option_name
from migplan.text import usd
from migplan.units import DAY

_MOST_COLUMNS, _MOST_ROWS = 8, 30

MOST_BARS = 12
"""Inputs of a tornado that are shown unless all are asked for."""

_RATES = {
    RATE: "real rate against the forecast",
    LINE_RATE: "real rate of the line against the forecast",
}
_OVER = {"volume": "volume", "link": "line rate"}


def render_sweep(sweep: Sweep, form: str, width: int) -> str:
    """The sweep as 'table', 'csv' or 'json'."""
    if form == "table":
        parts = [_winners(sweep)] if len(sweep.axes) == 1 else _map(sweep)
        by = (
            f"P80 of {sweep.samples:,} draws, as a plan"
            if sweep.samples
            else "typical values; a plan judges at P80"
        )
        return screen([*parts, f"Judged at {by}."], width)
    return sweep_json(sweep) if form == "json" else to_csv(sweep.cells())


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


def _percentile(name: str) -> Column:
    """A column for what was drawn."""
    key = f"{name}_days"
    return Column(name.upper(), lambda row: "-" if row[key] is None else days(row[key]), numeric=True)


def _winners(sweep: Sweep) -> Grid:
    """The cells of one axis as a list."""
    name = sweep.axes[0].field

    def cost(row: dict[str, Any]) -> str:
        value = row["cost_horizon_usd"]
        return "-" if value is None else usd(value, row["cost_is_complete"])

    columns = [
        Column(name, lambda row: row[name]),
        Column("Done in", lambda row: days(row["duration_days"]), numeric=True),
        *(_percentile(name) for name in ("p50", "p80") if sweep.samples),
        Column("USD", cost, numeric=True),
        Column("Meets all", lambda row: "yes" if row["meets"] else "no"),
        Column("Winner", lambda row: sweep.names.get(row["option"], row["option"] or "none"), fills=True),
    ]
    return Grid(columns, sweep.cells())


def _map(sweep: Sweep) -> Iterator[Grid | str]:
    """Two axes: the days and a letter for the winner, then what the letters mean."""
    down, across = sweep.axes
    winners = dict.fromkeys(sweep.option.ravel().tolist())
    letters = {name: letter_of(index) for index, name in enumerate(winners)}
    shown = _some(len(across.texts), _MOST_COLUMNS)

    def column(place: int) -> Column:
        return Column(
            across.texts[place],
            lambda row: (
                f"{letters[sweep.option[row, place]]} {days(finite(sweep.days[row, place]))}"
                f"{' ' if sweep.meets[row, place] else '!'}"
            ),
            numeric=True,
        )

    yield Grid(
        [Column("", lambda row: down.texts[row]), *map(column, shown)],
        _some(len(down.texts), _MOST_ROWS),
        title=f"{down.field} down, {across.field} across: winner and days",
    )
    for name, letter in letters.items():
        yield f"{letter}  {sweep.names.get(name, name) or 'no option'}"
    if not sweep.meets.all():
        yield "!  does not meet all that was asked"
    if len(shown) < len(across.texts):
        yield "Some columns or rows are left out here; --format csv has all."


def _some(count: int, most: int) -> list[int]:
    """Evenly spread positions, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(step * (count - 1) / (most - 1)) for step in range(most)})


def name_of(name: str) -> str:
    """What people call an input: the field, or the fact without where it is kept.

    >>> name_of("share"), name_of("targets/fsx-windows.setup_time"), name_of("assumptions/workload.overlap")
    ('share', 'setup time, FSx for Windows', 'overlap')
    """
    if name in _RATES:
        return _RATES[name]
    kind, _, rest = name.partition("/")
    owner, _, key = rest.rpartition(".")
    words = key.replace("_", " ")
    if not rest or kind == "assumptions":
        return words if rest else name.replace("_", " ")
    return f"{words}, {names_of().part(kind, owner)}"


def tornado_table(tornado: Tornado, width: int, everything: bool) -> str:
    """The inputs with the largest effect on the finish."""
    shown = tornado.bars if everything else tornado.bars[:MOST_BARS]
    columns = [
        Column("One input alone", lambda bar: name_of(bar.name), fills=True),
        Column("at P10", lambda bar: bar.low_text, numeric=True),
        Column("typical", lambda bar: bar.typical_text, numeric=True),
        Column("at P90", lambda bar: bar.high_text, numeric=True),
        Column("done in", lambda bar: days(finite(bar.low)), numeric=True),
        Column("to", lambda bar: days(finite(bar.high)), numeric=True),
        Column("range", lambda bar: "-" if math.isinf(bar.swing) else days(bar.swing), numeric=True),
    ]
    parts: list[Grid | str] = [
        wrapped(
            f"{tornado.name or tornado.option}: done in {days(tornado.typical)} with typical values",
            width,
            "",
        ),
        Grid(columns, shown),
    ]
    if len(shown) < len(tornado.bars):
        parts.append(f"and {len(tornado.bars) - len(shown)} more; --all shows them")
    if tornado.still:
        have, do = ("has", "does") if tornado.still == 1 else ("have", "do")
        told = f"{counted(tornado.still, 'more input')} {have} a range and {do} not move the finish."
        parts.append(told)
    return screen(parts, width)


def tornado_json(tornado: Tornado) -> str:
    """The tornado as JSON."""
    bars = [
        {
            "input": bar.name,
            "p10": bar.low_text,
            "typical": bar.typical_text,
            "p90": bar.high_text,
            "days_at_p10": finite(bar.low),
            "days_at_p90": finite(bar.high),
            "swing_days": finite(bar.swing),
        }
        for bar in tornado.bars
    ]
    plain = {
        "schema": "migplan.tornado/1",
        "option": tornado.option,
        "typical_days": tornado.typical,
        "inputs": bars,
        "without_effect": tornado.still,
    }
    return to_json(plain)


def breakeven_table(comparison: Comparison, width: int) -> str:
    """The break-evens as text: one table of places, then what never happens and why."""
    return screen(_breakevens(comparison), width)


def _breakevens(comparison: Comparison) -> Iterator[Grid | str]:
    names = (comparison.first.id, comparison.second.id)
    for letter, option in zip("AB", (comparison.first, comparison.second), strict=True):
        yield f"{letter}  {option_name(option)}\n   {option.id}"
    yield from (f"   {flat(caution)}" for caution in comparison.cautions)
    yield f"\n{_headline(comparison)}\n"
    found = [(result, crossing) for result in comparison.results for crossing in result.crossings]
    if found:
        by_device = any(
            option.kind in ("offline", "hybrid") for option in (comparison.first, comparison.second)
        )
        yield Grid((*_CROSSINGS, Column("", _how_by_device if by_device else _how, fills=True)), found)
    if any(result.never == NO_LINE for result in comparison.results):
        yield f"{NO_LINE[:1].upper()}{NO_LINE[1:]}, so its rate changes nothing."
    for result in comparison.results:
        if not result.crossings and result.never != NO_LINE:
            told = flat(result.never or result.unknown)
            for letter, name in zip("AB", names, strict=True):
                told = told.replace(name, letter)
            answer = "never" if result.never else "not known"
            yield f"Same {_place(result)}: {answer}; {told}."
        elif result.closed_form is not None:
            # Beside a "never" it would be a second answer, which knows less.
            yield _closed_form(result, result.closed_form)
    yield "Typical values; everything but the one input stays as it was given."


def _headline(comparison: Comparison) -> str:
    """Which of the two is sooner and which costs less as things are."""
    inputs, here = comparison.workload.inputs, comparison.here
    asked = " over ".join(inputs[name].text for name in ("volume", "link") if inputs[name].text)
    lost = [math.isinf(value) for value in here["time"]]
    if any(lost):
        place = lost.index(False) if False in lost else None
        told = "neither can be used" if place is None else _alone(here, place)
    else:
        told = "; ".join(_ahead(of, *amounts) for of, amounts in here.items())
        told += "" if "cost" in here else "; which costs less is not known"
    return f"As asked, {flat(asked)}: {told}."


def _alone(here: Mapping[str, tuple[float, float]], place: int) -> str:
    """What the only way that can be used takes and costs."""
    cost = f" and costs {_amount(here['cost'][place], 'cost')} USD" if "cost" in here else ""
    return f"only {'AB'[place]} can be used; it takes {_amount(here['time'][place], 'time')}{cost}"


def _ahead(of: str, first: float, second: float) -> str:
    """Who is ahead, with both amounts."""
    less, more = (_amount(value, of) for value in sorted((first, second)))
    if abs(first - second) <= 1e-3 * min(first, second):
        verdict = "both end at the same time" if of == "time" else "both cost the same"
    else:
        verdict = f"{'A' if first <= second else 'B'} {'is sooner' if of == 'time' else 'costs less'}"
    return f"{verdict}, {less} against {more}{'' if of == 'time' else ' USD'}"


def _place(result: Breakeven) -> str:
    return f"{result.of} over {_OVER[result.over]}"


def _sides(found: tuple[Breakeven, Crossing]) -> str:
    below, above = ("A" if side == "first" else "B" for side in (found[1].below, found[1].above))
    ahead = "sooner" if found[0].of == "time" else "cheaper"
    return f"{below} is {ahead} below" + (f", {above} above" if above != below else " and above")


def _how(found: tuple[Breakeven, Crossing]) -> str:
    crossing = found[1]
    if crossing.how == "step":
        return "by a step"
    if crossing.how == "limit":
        gone = "A" if math.isinf(crossing.first) else "B" if math.isinf(crossing.second) else "the other"
        return f"where {gone} cannot be used"
    return ""


def _how_by_device(found: tuple[Breakeven, Crossing]) -> str:
    told = _how(found)
    return f"{told}, such as one more device" if found[1].how == "step" else told


def _amount(value: float, of: str) -> str:
    if math.isinf(value):
        return "never"
    return days(value / DAY) if of == "time" else usd(value)


def _with_unit(value: float, of: str) -> str:
    return _amount(value, of) + ("" if of == "time" or math.isinf(value) else " USD")


_CROSSINGS = (
    Column("Same", lambda found: _place(found[0])),
    Column("at", lambda found: found[1].text, numeric=True),
    Column("A", lambda found: _with_unit(found[1].first, found[0].of), numeric=True),
    Column("B", lambda found: _with_unit(found[1].second, found[0].of), numeric=True),
    Column("Ahead", _sides),
)


def _closed_form(result: Breakeven, closed: float) -> str:
    """The closed form beside what was found; it is none where an option is ruled out or jumps."""
    place = "never" if math.isinf(closed) else units.show(closed, BASES[result.over])
    told = f"In closed form, same {_place(result)}: {place}"
    if not result.crossings or result.crossings[0].how != "equal":
        return f"{told}."
    part = closed / result.crossings[0].value - 1
    if not abs(part) >= 5e-4:
        return f"{told}, as found."
    return (
        f"{told}, {part:+.1%} beside the first place found: passes, scans and cutover windows are not in it."
    )


def breakeven_json(comparison: Comparison) -> str:
    """The break-evens as JSON."""
    plain = {
        "schema": "migplan.breakeven/1",
        "first": comparison.first.id,
        "second": comparison.second.id,
        "cautions": list(comparison.cautions),
        "here": {of: _here(of, amounts) for of, amounts in comparison.here.items()},
        "results": [_result(result) for result in comparison.results],
    }
    return to_json(plain)


def _here(of: str, amounts: tuple[float, float]) -> dict[str, float | None]:
    scale, unit = (DAY, "days") if of == "time" else (1.0, "usd")
    return {
        f"{name}_{unit}": finite(value / scale)
        for name, value in zip(("first", "second"), amounts, strict=True)
    }


def _result(result: Breakeven) -> dict[str, Any]:
    return {
        "over": result.over,
        "unit": BASES[result.over],
        "of": result.of,
        "crossings": [_crossing(item, result.of) for item in result.crossings],
        "closed_form": None if result.closed_form is None else finite(result.closed_form),
        "closed_form_is_never": result.closed_form is not None and math.isinf(result.closed_form),
        "never": result.never,
        "unknown": result.unknown,
    }


def _crossing(item: Crossing, of: str) -> dict[str, Any]:
    scale, unit = (DAY, "days") if of == "time" else (1.0, "usd")
    return {
        "value": item.value,
        "text": item.text,
        f"first_{unit}": finite(item.first / scale),
        f"second_{unit}": finite(item.second / scale),
        "how": item.how,
        "below": item.below,
        "above": item.above,
    }
