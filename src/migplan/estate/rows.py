"""A table of cells to columns of numbers and words, with every fault of every row, and to groups of the same words.

Rows that look wrong by columns are read once more, one by one, by the reader of single plans: what is wrong with them
is told in its words and by its rules alone.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.arrays import as_texts, is_text, strings
from migplan.estate.arrays import plain as values_of
from migplan.estate.cells import Cells, Words, days_since_epoch, read_numbers, read_words
from migplan.estate.columns import Column
from migplan.estate.nesting import inner_lines
from migplan.estate.records import Records
from migplan.estate.settings import Layout, Settings
from migplan.estate.spelling import NOTHING, spell_out
from migplan.estate.stand_ins import cells_of
from migplan.facts.catalogue import Assumptions
from migplan.formulas import Numeric
from migplan.inputs.dates import times_to_deadlines
from migplan.inputs.fields import BY_NAME, NUMERIC
from migplan.inputs.inventory import read_inventory_inputs
from migplan.inputs.line_hours import has_shares
from migplan.inputs.readers import READERS
from migplan.inputs.workload import (
    Workload,
    fault_code,
    read_workload,
    related_change,
    related_sizes,
    unknown_use,
)

_WORDS = (
    "total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "somme", "total général",
    "totale", "suma", "合計", "総計", "总计",
)  # fmt: skip
_TOTALS = strings(
    sorted(
        {
            f"{word}{end}"
            for one in _WORDS
            for word in (one, one.upper(), one.title(), one.capitalize())
            for end in ("", ":")
        }
    )
)
"""What lines of totals are called, as people write it: changing every cell to small letters would take longer."""

TOTAL = "looks like a line of totals, whose volume is in the rows above it; wanted it left out, or --totals"

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
    apart : list of array of int
        What else tells rows of the same words apart.
    has_history : array of bool or None
        Rows whose inventory tells what changed in the last days, in place of a rate; None where there is no inventory.
    """

    count: int
    numbers: dict[str, Cells]
    words: dict[str, Words]
    bad: NDArray[np.bool_]
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    apart: list[NDArray[np.int64]] = field(default_factory=list)
    has_history: NDArray[np.bool_] | None = None


def read_rows(records: Records, layout: Layout, settings: Settings, assumptions: Assumptions) -> Rows:
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
        cells = cells_of(column, table, settings)
        if column.field.form in NUMERIC:
            found: Cells | Words = read_numbers(column, cells, settings.decimal)
            rows.numbers[column.name] = found  # type: ignore[assignment]
        elif column.name in UNREAD:
            continue
        else:
            found = read_words(column, cells)
            rows.words[column.name] = found
            if column.name == "use":
                _check_uses(found, assumptions)
        for place, message in found.messages.items():
            code = "out-of-range" if message.endswith(NOTHING) else fault_code(column.field)
            messages.setdefault(place, []).append(Fault(code, column.name, message))
    _fill(rows, settings)
    doubtful = _fill_counted(rows, settings, assumptions)
    doubtful |= _doubtful(rows, assumptions, settings)
    if not settings.totals:
        for place, text in total_lines(table, layout):
            messages.setdefault(place, []).append(Fault("contradiction", "row", f"{shorten(text)} {TOTAL}"))
    for place, text in inner_lines(layout, records.lines() if layout.inner and count else ()):
        # Nothing else is wrong with a row that is not to be planned.
        messages[place], doubtful[place] = [Fault("contradiction", "row", text)], False
    for place in sorted({*messages, *np.flatnonzero(doubtful).tolist()}):
        faults = messages.get(place, [])
        if doubtful[place]:
            told = {fault.where: fault for fault in faults}
            again = _faults_of(row_fields(table, place, layout, settings), assumptions, settings.today)
            # A cell is told once, in the words that also say what to do about the whole column.
            faults = [told.get(fault.where, fault) for fault in again] if again else faults
        rows.bad[place] |= bool(faults)
        rows.faults.extend((place, fault) for fault in faults)
    return rows


def _check_uses(words: Words, assumptions: Assumptions) -> None:
    """Tell which uses nobody describes."""
    for code, text in enumerate(words.values):
        told = unknown_use(READERS["name"](BY_NAME["use"], text), assumptions) if text else ""
        if told:
            words.messages.update(dict.fromkeys(np.flatnonzero(words.codes == code).tolist(), told))


def total_lines(table: Any, layout: Layout) -> Iterator[tuple[int, str]]:
    """Rows that have the name of a total, and the name."""
    numeric = {column.position for column in layout.columns if column.field.form in NUMERIC}
    names = {column.position for column in layout.columns if column.name == "name"}
    for position in sorted({0, *names} - numeric):
        cells = table.column(position).combine_chunks()
        if not is_text(cells):
            continue
        found = values_of(pc.is_in(as_texts(cells), _TOTALS))
        for place in np.flatnonzero(found).tolist():
            yield place, cells[place].as_py()


def row_fields(table: Any, place: int, layout: Layout, settings: Settings) -> dict[str, str]:
    """The fields of one row as texts, as a scenario of its own would give them."""
    given, row = dict(settings.given), table.slice(place, 1)
    for column in layout.columns:
        text = as_texts(cells_of(column, row, settings))[0].as_py().strip()
        if text:
            given[column.name] = _spelled(column, text, settings)
            if column.name == "inventory":
                given["inventory"] = os.path.join(settings.folder, text)
    return given


def _spelled(column: Column, text: str, settings: Settings) -> str:
    try:
        return spell_out(column, text, settings.decimal)
    except UnitError:
        return text


def _faults_of(given: Mapping[str, str], assumptions: Assumptions, today: dt.date) -> list[Fault]:
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


_SAYS = ("volume", "files", "file_size", "change")
"""What rows of one inventory may say themselves, whereupon it says something else."""


def _fill_counted(rows: Rows, settings: Settings, assumptions: Assumptions) -> NDArray[np.bool_]:
    """Put what inventories say where nothing else does; which rows the reader of single plans is to look at."""
    doubtful = np.zeros(rows.count, dtype=bool)
    words, usual = rows.words.get("inventory"), settings.given.get("inventory", "")
    if words is None and not usual:
        return doubtful
    codes = np.zeros(rows.count, np.int64) if words is None else words.codes
    own = {name: rows.numbers[name].given.copy() for name in _SAYS if name in rows.numbers}
    rows.apart += [given.astype(np.int64) for given in own.values()]
    rows.has_history = np.zeros(rows.count, dtype=bool)
    age = assumptions["cold_age"].value
    for code, text in enumerate(("",) if words is None else words.values):
        path, here = os.path.join(settings.folder, text) if text else usual, codes == code
        if not path or not here.any():
            continue
        try:
            found = read_inventory_inputs(path, {}, age)
            counts = found.numbers()
        except MigplanError:
            doubtful |= here
            continue
        doubtful |= here & own.get("volume", doubtful)
        rows.has_history |= here & ("changed" in found.told)
        for name, value in counts.items():
            rivals = ("file_size",) if name == "files" else ()
            free = here & ~np.any(
                [own[each] for each in rivals if each in own] or [np.zeros_like(here)], axis=0
            )
            _put(rows, name, value, free)
    return doubtful


def _put(rows: Rows, name: str, value: float, where: NDArray[np.bool_]) -> None:
    """A number in cells that nobody gave."""
    cells = rows.numbers.get(name)
    if cells is None:
        empty = np.zeros(rows.count, dtype=bool)
        cells = Cells(np.full(rows.count, np.nan), empty, empty.copy() if name == "change" else None)
        rows.numbers[name] = cells
    free = where & ~cells.given
    free[list(cells.messages)] = False
    cells.values[free] = value
    cells.given |= free


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


def _doubtful(rows: Rows, assumptions: Assumptions, settings: Settings) -> NDArray[np.bool_]:
    """Rows that the reader of single plans may refuse, whatever else is wrong with their cells."""
    volume = column_of(rows, "volume", settings)
    files, size = column_of(rows, "files", settings), column_of(rows, "file_size", settings)
    largest = column_of(rows, "largest_file", settings)
    cells = rows.numbers.get("volume")
    missing = np.isnan(volume)
    if cells is not None:
        missing[list(cells.messages)] = False
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = related_sizes(volume, files, size, _usual("file_size", rows, settings, assumptions))[1]
        wrong = missing | (~np.isnan(files) & ~np.isnan(size)) | (mean > volume) | (largest > volume)
    if "deadline" in rows.numbers:
        due = rows.numbers["deadline"]
        assert due.is_day is not None
        wrong |= due.is_day & (due.values < starts(rows, settings))
    elif "deadline" in settings.given and "start" in rows.words:
        day = READERS["deadline"](BY_NAME["deadline"], settings.given["deadline"])
        wrong |= isinstance(day, dt.date) and days_since_epoch(day) < starts(rows, settings)
    if "share" in rows.numbers or "share" in settings.given:
        wrong |= ~np.isnan(column_of(rows, "share", settings)) & shares_by_hours(rows, settings)
    return wrong


def shares_by_hours(rows: Rows, settings: Settings) -> Any:
    """Rows whose hours say how much of the line is ours."""
    usual = has_shares(settings.given.get("hours", ""))
    if "hours" not in rows.words:
        return usual
    words = rows.words["hours"]
    return np.array([has_shares(text) if text else usual for text in words.values], dtype=bool)[words.codes]


_ATTRIBUTES = {"rtt": "round_trip_time"}
_LINE = ("link", "share", "rtt", "loss", "mtu", "source_rate", "agents", "threads")
_NEEDS = ("cold", "reduction", "throughput", "iops", "growth")
_COLUMNS = (
    *_LINE,
    *_NEEDS,
    "largest_file",
    "cutover_window",
    "budget",
    "delay_cost",
    "current_cost",
    "horizon",
)
_DRAWN = ("share", "rtt", "loss", "source_rate", "change", "file_size", "files")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same words.

    Attributes
    ----------
    places : array of int or None
        Their positions in the table; None where they are all of its rows.
    workload : Workload
        Numbers that differ are arrays with the axes row and draw.
    words : tuple
        What the group has in common, as a key.
    """

    places: NDArray[np.intp] | None
    workload: Workload
    words: tuple[Any, ...]
    count: int


def groups(
    rows: Rows, records: Records, layout: Layout, settings: Settings, assumptions: Assumptions
) -> Iterator[Group]:
    """The good rows of a table, by their words."""
    if rows.bad.all():
        return
    columns = _columns(rows, settings, assumptions)
    for places in _alike(rows, settings):
        first = 0 if places is None else int(places[0])
        try:
            group = _group(places, first, rows, records, layout, settings, assumptions, columns)
        except MigplanError as error:
            # Words that are right by themselves may contradict each other.
            wrong = range(rows.count) if places is None else places.tolist()
            rows.bad[list(wrong)] = True
            rows.faults.extend((place, fault) for place in wrong for fault in error.faults)
            continue
        yield group


def _alike(rows: Rows, settings: Settings) -> Iterator[NDArray[np.intp] | None]:
    """The positions of good rows whose words are the same; None where they are all rows."""
    codes, keys = _codes(rows, settings)
    good = ~rows.bad
    if len(keys) == 1 and good.all():
        yield None
        return
    order = np.argsort(codes, kind="stable") if len(keys) > 1 else np.arange(rows.count)
    order = order[good[order]]
    yield from np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _group(
    places: NDArray[np.intp] | None,
    first: int,
    rows: Rows,
    records: Records,
    layout: Layout,
    settings: Settings,
    assumptions: Assumptions,
    columns: Mapping[str, NDArray[np.float64]],
) -> Group:
    given = row_fields(records.table, first, layout, settings)
    words: tuple[Any, ...] = tuple(sorted((name, text) for name, text in given.items() if name in rows.words))
    if settings.samples:
        words += tuple(name for name in _DRAWN if name in given)
    workload = read_workload(given, assumptions, settings.today)
    changes: dict[str, Any] = {
        name: values if places is None else values[places] for name, values in columns.items()
    }
    cells = rows.numbers.get("deadline")
    if cells is not None:
        changes["deadline"] = _deadlines(cells, slice(None) if places is None else places, workload)
    if has_shares(workload.hours):
        # What the hours say of all rows of the group; the column has nothing for them.
        changes.pop("share", None)
    changes = {name: values[:, None] for name, values in changes.items()}
    count = rows.count if places is None else len(places)
    return Group(places, replace(workload, **changes), words, count)


def _codes(rows: Rows, settings: Settings) -> tuple[NDArray[np.int64], list[Any]]:
    """A number for each combination of words, and one entry for each number."""
    codes = np.zeros(rows.count, dtype=np.int64)
    parts = [words.codes for words in rows.words.values()] + rows.apart
    if settings.samples:
        # What was given is not drawn.
        parts += [rows.numbers[name].given.astype(np.int64) for name in _DRAWN if name in rows.numbers]
    distinct = 1
    for part in parts:
        found, inverse = np.unique(codes * (int(part.max(initial=0)) + 1) + part, return_inverse=True)
        codes, distinct = inverse, len(found)
    return codes, list(range(distinct))


def _columns(rows: Rows, settings: Settings, assumptions: Assumptions) -> dict[str, NDArray[np.float64]]:
    """The numbers that differ by row, by attribute of the workload."""
    columns: dict[str, NDArray[np.float64]] = {}
    for name in _COLUMNS:
        # What nobody says may differ by row as well, with what the shares are for.
        entry = BY_NAME[name]
        known = entry.assumed and not entry.chosen
        usual = _usual(name, rows, settings, assumptions) if known else np.nan
        values = column_of(rows, name, settings)
        if name in rows.numbers or np.ndim(usual):
            columns[_ATTRIBUTES.get(name, name)] = np.where(np.isnan(values), usual, values)
    volume = column_of(rows, "volume", settings)
    files, size = column_of(rows, "files", settings), column_of(rows, "file_size", settings)
    with np.errstate(invalid="ignore", divide="ignore"):
        count, mean = related_sizes(volume, files, size, _usual("file_size", rows, settings, assumptions))
    columns |= {"volume": volume, "files": count, "file_size": mean}  # type: ignore[dict-item]
    columns["change_rate"] = _change(rows, volume, settings, assumptions)
    return columns


def _deadlines(cells: Cells, places: Any, workload: Workload) -> NDArray[np.float64]:
    """Time from the start of the rows of a group to their deadlines; they share their start and time zone. [s]."""
    assert cells.is_day is not None
    times: NDArray[np.float64] = cells.values[places].copy()
    dated = cells.is_day[places]
    dues = times[dated].astype("datetime64[D]")
    times[dated] = times_to_deadlines(dues, workload.start, workload.timezone)
    return times


def _usual(name: str, rows: Rows, settings: Settings, assumptions: Assumptions) -> Any:
    """What is assumed of a field where nothing is said: a number, or one for each row by the use of its shares."""
    key, entry = BY_NAME[name].assumed, BY_NAME["use"]
    general = READERS["name"](entry, settings.given.get("use", entry.default))
    if "use" not in rows.words:
        return assumptions.of(general)[key].value
    words = rows.words["use"]
    uses = [READERS["name"](entry, text) if text else general for text in words.values]
    # Rows of a use that nobody describes are bad.
    by_use = [assumptions.of(use)[key].value if use in assumptions.uses else np.nan for use in uses]
    values = np.array(by_use)
    return float(values[0]) if len(set(by_use)) == 1 else values[words.codes]


def _change(rows: Rows, volume: NDArray[np.float64], settings: Settings, assumptions: Assumptions) -> Any:
    usual, usual_part = _usual("change", rows, settings, assumptions), True
    cells = rows.numbers.get("change")
    if cells is not None:
        assert cells.is_part is not None
        amount: Numeric = np.where(cells.given, cells.values, usual)
        return related_change(volume, amount, np.where(cells.given, cells.is_part, usual_part))
    if "change" in settings.given:
        usual, usual_part = READERS["change"](BY_NAME["change"], settings.given["change"])
    return related_change(volume, usual, usual_part)
