"""A table of cells to columns of numbers and words, with every fault of every row.

Rows that look wrong by columns are read once more, one by one, by the reader of single plans: what is wrong with them
is told in its words and by its rules alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.errors import Fault, MigplanError, UnitError
from migplan.estate.cells import Cells, as_texts, read_numbers
from migplan.estate.columns import NUMERIC, Column
from migplan.estate.exports import as_spelled
from migplan.estate.records import Records
from migplan.estate.settings import Layout, Settings
from migplan.estate.spelling import spell_out
from migplan.estate.words import Words, read_words
from migplan.facts import Fact
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import DAY, READERS
from migplan.inputs.workload import fault_code, read_workload, related_sizes

UNREAD = ("name", "site")
"""Fields that name things and decide nothing."""


@dataclass(slots=True)
class Rows:
    """The rows of a table by columns.

    Attributes
    ----------
    count : int
    numbers : dict
        Field -> cells, with what `--set` says where a cell is empty.
    words : dict
        Field -> words; `--set` is not applied.
    bad : array of bool
        Rows that have a fault.
    faults : list of (int, Fault)
        Position of a row, and what is wrong with one of its cells.
    """

    count: int
    numbers: dict[str, Cells]
    words: dict[str, Words]
    bad: NDArray[np.bool_]
    faults: list[tuple[int, Fault]] = field(default_factory=list)


def read_rows(records: Records, layout: Layout, settings: Settings, assumptions: Mapping[str, Fact]) -> Rows:
    """Read a table.

    Parameters
    ----------
    assumptions : mapping
        Assumption key -> fact, from the catalogue.
    """
    table, count = records.table, records.table.num_rows
    rows = Rows(count, {}, {}, np.zeros(count, dtype=bool))
    messages: dict[int, list[Fault]] = {}
    for column in layout.columns:
        cells = as_spelled(column, table.column(column.position).combine_chunks(), settings)
        if column.field.form in NUMERIC:
            found: Cells | Words = read_numbers(column, cells, settings.decimal)
            rows.numbers[column.name] = found  # type: ignore[assignment]
        elif column.name in UNREAD:
            continue
        else:
            found = read_words(column, cells)
            rows.words[column.name] = found
        code = fault_code(column.field)
        for place, message in found.messages.items():
            messages.setdefault(place, []).append(Fault(code, column.name, message))
    _fill(rows, settings)
    rows.bad[list(messages)] = True
    doubtful = _doubtful(rows, assumptions, settings)
    for place in sorted({*messages, *np.flatnonzero(doubtful).tolist()}):
        faults = messages.get(place, [])
        if doubtful[place]:
            faults = _faults_of(row_fields(table, place, layout, settings), assumptions, settings.today)
        rows.bad[place] |= bool(faults)
        rows.faults.extend((place, fault) for fault in faults)
    return rows


def row_fields(table: Any, place: int, layout: Layout, settings: Settings) -> dict[str, str]:
    """The fields of one row as texts, as a scenario of its own would give them."""
    given = dict(settings.given)
    for column in layout.columns:
        cell = as_spelled(column, table.column(column.position).slice(place, 1), settings)
        text = as_texts(cell)[0].as_py().strip()
        if text:
            given[column.name] = _spelled(column, text, settings)
    return given


def _spelled(column: Column, text: str, settings: Settings) -> str:
    try:
        return spell_out(column, text, settings.decimal)
    except UnitError:
        return text


def _faults_of(given: Mapping[str, str], assumptions: Mapping[str, Fact], today: dt.date) -> list[Fault]:
    try:
        read_workload(given, assumptions, today)
    except MigplanError as error:
        return list(error.faults)
    return []


def _fill(rows: Rows, settings: Settings) -> None:
    """Put what `--set` says where cells are empty."""
    for name, cells in rows.numbers.items():
        text = settings.given.get(name)
        if text is None:
            continue
        entry = BY_NAME[name]
        value: Any = READERS[entry.form](entry, text)
        empty = ~cells.given
        empty[list(cells.messages)] = False
        if isinstance(value, tuple):
            value, part = value
            assert cells.is_part is not None
            cells.is_part[empty] = part
        if isinstance(value, dt.date):
            assert cells.is_day is not None
            cells.is_day[empty] = True
            value = days_since_epoch(value)
        cells.values[empty] = value
        cells.given |= empty


def days_since_epoch(day: dt.date) -> float:
    """A day as a number.

    >>> days_since_epoch(dt.date(1970, 1, 2))
    1.0
    """
    return float(day.toordinal() - dt.date(1970, 1, 1).toordinal())


def column_of(rows: Rows, name: str, settings: Settings) -> NDArray[np.float64]:
    """The numbers of a field in base units, from its column or from `--set`; NaN where nothing gives them."""
    if name in rows.numbers:
        return rows.numbers[name].values
    text = settings.given.get(name)
    value = np.nan if text is None else READERS[BY_NAME[name].form](BY_NAME[name], text)
    return np.full(rows.count, value)


def starts(rows: Rows, settings: Settings) -> NDArray[np.float64]:
    """Start of every row in days since 1970-01-01."""
    entry = BY_NAME["start"]
    text = settings.given.get("start")
    usual = days_since_epoch(settings.today if text is None else READERS["date"](entry, text))
    if "start" not in rows.words:
        return np.full(rows.count, usual)
    words = rows.words["start"]
    wrong = {int(words.codes[place]) for place in words.messages}
    days = [
        usual if not text else np.nan if code in wrong else days_since_epoch(READERS["date"](entry, text))
        for code, text in enumerate(words.values)
    ]
    return np.array(days)[words.codes]


def _doubtful(rows: Rows, assumptions: Mapping[str, Fact], settings: Settings) -> NDArray[np.bool_]:
    """Rows that the reader of single plans may refuse, whatever else is wrong with their cells."""
    volume = column_of(rows, "volume", settings)
    files, size = column_of(rows, "files", settings), column_of(rows, "file_size", settings)
    largest = column_of(rows, "largest_file", settings)
    cells = rows.numbers.get("volume")
    missing = np.isnan(volume)
    if cells is not None:
        missing[list(cells.messages)] = False
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = related_sizes(volume, files, size, assumptions["file_size"].value)[1]
        wrong = missing | (~np.isnan(files) & ~np.isnan(size)) | (mean > volume) | (largest > volume)
    if "deadline" in rows.numbers:
        due = rows.numbers["deadline"]
        assert due.is_day is not None
        wrong |= due.is_day & (due.values < starts(rows, settings))
    elif "deadline" in settings.given and "start" in rows.words:
        day = READERS["deadline"](BY_NAME["deadline"], settings.given["deadline"])
        wrong |= isinstance(day, dt.date) and days_since_epoch(day) < starts(rows, settings)
    return wrong


def deadlines(rows: Rows, settings: Settings) -> NDArray[np.float64]:
    """Time from the start of each row to its deadline; the whole of the last day counts. [s]."""
    begin = starts(rows, settings)
    if "deadline" in rows.numbers:
        due = rows.numbers["deadline"]
        assert due.is_day is not None
        return np.where(due.is_day, (due.values - begin + 1.0) * DAY, due.values)
    text = settings.given.get("deadline")
    if text is None:
        return np.full(rows.count, np.nan)
    value = READERS["deadline"](BY_NAME["deadline"], text)
    if isinstance(value, dt.date):
        return (days_since_epoch(value) - begin + 1.0) * DAY
    return np.full(rows.count, value)
