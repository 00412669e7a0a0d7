"""Rows whose words are the same, as one workload whose numbers are columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.estate.reading import Rows, column_of, deadlines, row_fields
from migplan.estate.records import Records
from migplan.estate.settings import Layout, Settings
from migplan.facts import Fact
from migplan.formulas import Numeric
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import READERS
from migplan.inputs.workload import Workload, read_workload, related_change, related_sizes

_ATTRIBUTES = {"rtt": "round_trip_time"}
_PLAIN = ("largest_file", "link", "share", "rtt", "loss", "mtu", "source_rate", "agents", "cutover_window")
_COLUMNS = (*_PLAIN, "budget", "horizon")
_DRAWN = ("share", "rtt", "loss", "source_rate", "change", "file_size", "files")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same words.

    Attributes
    ----------
    places : array of int or None
        Their positions in the table; None where they are all of its rows.
    workload : Workload
        Numbers that differ are arrays of the rows.
    words : tuple
        What the group has in common, as a key.
    """

    places: NDArray[np.intp] | None
    workload: Workload
    words: tuple[Any, ...]
    count: int


def groups(
    rows: Rows, records: Records, layout: Layout, settings: Settings, assumptions: Mapping[str, Fact]
) -> Iterator[Group]:
    """The good rows of a table, by their words."""
    if rows.bad.all():
        return
    columns = _columns(rows, settings, assumptions)
    codes, keys = _codes(rows, settings)
    good = ~rows.bad
    if len(keys) == 1 and good.all():
        yield _group(None, 0, rows, records, layout, settings, assumptions, columns)
        return
    order = np.argsort(codes, kind="stable") if len(keys) > 1 else np.arange(rows.count)
    order = order[good[order]]
    bounds = np.flatnonzero(np.diff(codes[order])) + 1
    for places in np.split(order, bounds):
        yield _group(places, int(places[0]), rows, records, layout, settings, assumptions, columns)


def _group(
    places: NDArray[np.intp] | None,
    first: int,
    rows: Rows,
    records: Records,
    layout: Layout,
    settings: Settings,
    assumptions: Mapping[str, Fact],
    columns: Mapping[str, NDArray[np.float64]],
) -> Group:
    given = row_fields(records.table, first, layout, settings)
    words: tuple[Any, ...] = tuple(
        sorted((name, text) for name, text in given.items() if name in _deciding(rows))
    )
    if settings.samples:
        words += tuple(name for name in _DRAWN if name in given)
    workload = read_workload(given, assumptions, settings.today)
    changes: dict[str, Any] = {
        name: values if places is None else values[places] for name, values in columns.items()
    }
    count = rows.count if places is None else len(places)
    return Group(places, replace(workload, **changes), words, count)


def _deciding(rows: Rows) -> tuple[str, ...]:
    return tuple(rows.words)


def _codes(rows: Rows, settings: Settings) -> tuple[NDArray[np.int64], list[Any]]:
    """A number for each combination of words, and one entry for each number."""
    codes = np.zeros(rows.count, dtype=np.int64)
    parts = [words.codes for words in rows.words.values()]
    if settings.samples:
        # What was given is not drawn.
        parts += [rows.numbers[name].given.astype(np.int64) for name in _DRAWN if name in rows.numbers]
    distinct = 1
    for part in parts:
        found, inverse = np.unique(codes * (int(part.max(initial=0)) + 1) + part, return_inverse=True)
        codes, distinct = inverse, len(found)
    return codes, list(range(distinct))


def _columns(
    rows: Rows, settings: Settings, assumptions: Mapping[str, Fact]
) -> dict[str, NDArray[np.float64]]:
    """The numbers that differ by row, by attribute of the workload."""
    columns: dict[str, NDArray[np.float64]] = {}
    for name in _COLUMNS:
        if name in rows.numbers:
            columns[_ATTRIBUTES.get(name, name)] = _assumed(name, rows.numbers[name].values, assumptions)
    volume = column_of(rows, "volume", settings)
    files, size = column_of(rows, "files", settings), column_of(rows, "file_size", settings)
    with np.errstate(invalid="ignore", divide="ignore"):
        count, mean = related_sizes(volume, files, size, assumptions["file_size"].value)
    columns |= {"volume": volume, "files": count, "file_size": mean}  # type: ignore[dict-item]
    columns["change_rate"] = _change(rows, volume, settings, assumptions)
    if "deadline" in rows.numbers or "start" in rows.words:
        columns["deadline"] = deadlines(rows, settings)
    return columns


def _assumed(name: str, values: NDArray[np.float64], assumptions: Mapping[str, Fact]) -> NDArray[np.float64]:
    key = BY_NAME[name].assumed
    return np.where(np.isnan(values), assumptions[key].value, values) if key else values


def _change(
    rows: Rows, volume: NDArray[np.float64], settings: Settings, assumptions: Mapping[str, Fact]
) -> Any:
    usual, usual_part = assumptions[BY_NAME["change"].assumed].value, True
    cells = rows.numbers.get("change")
    if cells is not None:
        assert cells.is_part is not None
        amount: Numeric = np.where(cells.given, cells.values, usual)
        return related_change(volume, amount, np.where(cells.given, cells.is_part, usual_part))
    if "change" in settings.given:
        usual, usual_part = READERS["change"](BY_NAME["change"], settings.given["change"])
    return related_change(volume, usual, usual_part)


def start_of(group: Group) -> dt.date:
    """The day on which every row of a group begins."""
    return group.workload.start
