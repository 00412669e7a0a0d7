"""Decisions as columns beside those of the input, and tables as CSV that spreadsheets can open without harm."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import itertools
import math
import re
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from migplan.engine.outcome import BOUNDS
from migplan.engine.pricing import known_sum
from migplan.engine.sampling import NAMES
from migplan.errors import Fault, MigplanError, shorten
from migplan.estate.arrays import as_texts, booleans, numbers, strings, takable, without_views
from migplan.estate.decisions import Decisions
from migplan.estate.records import RowError
from migplan.estate.settings import ECHOED, Layout, Settings
from migplan.inputs.dates import days_after
from migplan.text import spreadsheet_safe
from migplan.units import DAY, HOUR

_HARMFUL = np.zeros(256, dtype=bool)
_HARMFUL[[ord(sign) for sign in "=+-@\t\r\n"]] = True
_NUMBER = r"^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$"
_LONG = 65_536

MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds below its header."""
_AT_ONCE = 8192
"""Rows that are turned into text together: a tenth less work than with the thousand that pyarrow takes."""

_LONGEST_CELL = 32_767
_NO_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML has no place for."""
_TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z")

ERROR_COLUMNS = ("line", "column", "code", "message", "row")


def result_columns(
    table: pa.Table,
    entries: Sequence[Decisions],
    layout: Layout,
    settings: Settings,
    volumes: NDArray[np.float64],
) -> pa.Table:
    """The columns of the input and the results beside them, in the order of the rows."""
    row = _joined(entries, "row", np.intp)
    rank = _joined(entries, "rank", np.int64)
    order = np.lexsort((rank, row)) if len(entries) > 1 or settings.options != "best" else None
    row = row if order is None else row[order]
    if len(row) != table.num_rows or (row != np.arange(len(row))).any():
        table = takable(table).take(numbers(row))
    arrays = {**_arrays(entries, rank, order), **_echoes(table, layout, volumes[row])}
    columns = [*table.columns, *(arrays[name] for name in layout.results)]
    return pa.Table.from_arrays(columns, names=[*table.column_names, *layout.results.values()])


def _arrays(
    entries: Sequence[Decisions],
    rank: NDArray[np.int64],
    order: NDArray[np.intp] | None,
) -> dict[str, Any]:
    """Every result as an array, in the order of the output."""

    def put(values: NDArray[Any]) -> NDArray[Any]:
        return values if order is None else values[order]

    def number(name: str, scale: float = 1.0) -> pa.Array:
        return _finite(put(_joined(entries, name, float)) / scale)

    def known(name: str) -> pa.Array:
        return _finite(put(known_sum(_joined(entries, name, float), complete)))

    def percentile(name: str) -> NDArray[np.float64]:
        parts = [e.percentiles.get(name, np.full(len(e.row), np.nan)) for e in entries]
        return put(np.concatenate(parts) if parts else np.zeros(0))

    complete = _joined(entries, "complete", bool)
    option, target = _names(entries, put)
    return {
        "rank": numbers(put(rank)),
        "option": option,
        "target": target,
        "usable": booleans(put(_joined(entries, "usable", bool))),
        "meets": booleans(put(_joined(entries, "meets", bool))),
        "duration_days": number("finish", DAY),
        **{f"{name}_days": _finite(percentile(name) / DAY) for name in NAMES},
        "finish_p80": _days(entries, put),
        "cutover_hours": number("cutover", HOUR),
        "bottleneck": _bounds(entries, put),
        "cost_one_off_usd": number("one_off"),
        "cost_monthly_usd": known("monthly"),
        "cost_running_usd": known("running"),
        "cost_horizon_usd": known("total"),
        "cost_complete": booleans(put(complete)),
        "reasons": _texts([e.texts for e in entries], [e.reasons for e in entries], put),
    }


def _echoes(table: pa.Table, layout: Layout, volumes: NDArray[np.float64]) -> dict[str, Any]:
    """Fields as they were read, where the output says them."""
    told: dict[str, Any] = {ECHOED["volume"]: _finite(volumes)}
    for column in layout.columns:
        if ECHOED.get(column.name) in layout.results and column.name != "volume":
            told[ECHOED[column.name]] = as_texts(table.column(column.position).combine_chunks())
    return told


def _joined(entries: Sequence[Decisions], name: str, kind: Any) -> NDArray[Any]:
    parts = [getattr(e, name) for e in entries]
    return np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.zeros(0, dtype=kind)


def _finite(values: NDArray[np.float64]) -> pa.Array:
    """Numbers; null where there is no finite one."""
    return numbers(values, np.isfinite(values))


def _days(entries: Sequence[Decisions], put: Any) -> pa.Array:
    """The day on which each option ends at P80; null where it ends on none."""
    parts = [days_after(e.percentiles["p80"], e.start, e.timezone) for e in entries if e.percentiles]
    if len(parts) < len(entries) or not parts:
        return pa.nulls(sum(len(e.row) for e in entries), pa.date32())
    days = put(np.concatenate(parts))
    return numbers(days.astype(np.int64).astype(np.int32), ~np.isnat(days), pa.date32())


def _texts(texts: Sequence[Sequence[str]], codes: Sequence[NDArray[np.int64]], put: Any) -> pa.Array:
    """Codes into lists of texts, one list for each part, as one array; -1 is null."""
    known: dict[str, int] = {}
    parts = [np.zeros(0, dtype=np.int32)]
    for own, mine in zip(texts, codes, strict=True):
        common = np.array([*(known.setdefault(text, len(known)) for text in own), -1], dtype=np.int32)
        parts.append(common[mine])
    indices = put(np.concatenate(parts))
    return pa.DictionaryArray.from_arrays(numbers(indices, indices >= 0), strings(list(known)))


def _names(entries: Sequence[Decisions], put: Any) -> tuple[pa.Array, pa.Array]:
    codes = [e.option for e in entries]
    ids = [[option.id for option in e.options] for e in entries]
    targets = [[option.target.id for option in e.options] for e in entries]
    return _texts(ids, codes, put), _texts(targets, codes, put)


def _bounds(entries: Sequence[Decisions], put: Any) -> pa.Array:
    """What bounds each option; null where it never ends."""
    codes = [np.where(np.isfinite(e.finish), e.bound, -1) for e in entries]
    return _texts([BOUNDS] * len(codes), codes, put)


def safe_columns(table: pa.Table, layout: Layout) -> pa.Table:
    """The table with an apostrophe before each text of the input that a spreadsheet would run as a formula."""
    first = table.num_columns - len(layout.results)
    echoes = [first + place for place, name in enumerate(layout.results) if name in ECHOED.values()]
    # One table of all at the end: one for each column that is put in takes the square of their number.
    columns = table.columns
    for place in (*range(first), *echoes):
        column = columns[place]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            columns[place] = pa.chunked_array([_safe(chunk) for chunk in column.chunks], column.type)
    return pa.table(columns, schema=table.schema)


def _safe(texts: pa.Array) -> pa.Array:
    if not _may_harm(texts):
        return texts
    quote, nothing = pa.scalar("'", texts.type), pa.scalar("", texts.type)
    harmful = pc.match_substring_regex(texts, r"^[=+\-@\t\r\n]")
    harmful = pc.and_(harmful, pc.invert(pc.match_substring_regex(texts, _NUMBER)))
    return pc.if_else(harmful, pc.binary_join_element_wise(quote, texts, nothing), texts)


def _may_harm(texts: pa.Array) -> bool:
    """Whether any text begins with a sign that starts a formula, by a look at the first byte of each."""
    if texts.type != pa.string() or texts.null_count or not len(texts):
        return True
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    first = offsets[:-1][offsets[:-1] < offsets[1:]]
    return bool(_HARMFUL[data[first]].any())


def _with_decimal(table: pa.Table, ours: int, decimal: str) -> pa.Table:
    """Our numbers with the decimal sign of the input."""
    for place in range(table.num_columns - ours, table.num_columns):
        column = table.column(place)
        if pa.types.is_floating(column.type):
            texts = pc.replace_substring(pc.cast(column, pa.string()), ".", decimal)
            table = table.set_column(place, table.schema.field(place).name, texts)
    return table


def header_line(layout: Layout) -> bytes:
    """The header of the output, quoted as the rows are."""
    names = [spreadsheet_safe(name) for name in (*layout.headers, *layout.results.values())]
    text = io.StringIO()
    csv.writer(text, delimiter=layout.delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(names)
    return text.getvalue().encode()


def error_header(layout: Layout) -> bytes:
    """The header of the file of bad rows."""
    return (layout.delimiter.join(f'"{name}"' for name in ERROR_COLUMNS) + "\n").encode()


def error_lines(bad: Sequence[RowError], layout: Layout) -> bytes:
    """A line for each fault: the line of the file, the column, the code, the message and the row as it was given.

    Of a row that is very long only the first fault repeats it.
    """
    text = io.StringIO()
    # All texts are quoted, since the writer else leaves a lone return bare.
    writer = csv.writer(text, delimiter=layout.delimiter, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    told: set[int] = set()
    for one in bad:
        row = one.row if len(one.row) <= _LONG or one.line not in told else ""
        told.add(one.line)
        fault = one.fault
        writer.writerow([one.line, *map(spreadsheet_safe, (fault.where, fault.code, fault.message, row))])
    return text.getvalue().encode("utf-8", "backslashreplace")


def write_part(table: pa.Table, path: Path, layout: Layout, settings: Settings, alone: bool) -> None:
    """Write a table as a part of an output, or as an output of its own.

    Parts of CSV have no header, and those of other forms are Arrow streams.

    Raises
    ------
    OSError
        It cannot be written.
    """
    table = table.cast(plain_schema(table.schema))
    if settings.form == "csv":
        _write_csv(table, path, layout, settings, alone)
    elif alone:
        import pyarrow.parquet as pq

        pq.write_table(table.rename_columns(_distinct(table.column_names)), path)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)


def _write_csv(table: pa.Table, path: Path, layout: Layout, settings: Settings, header: bool) -> None:
    table = safe_columns(table.cast(_uncoded(table.schema)), layout)
    if settings.decimal != ".":
        table = _with_decimal(table, len(layout.results), settings.decimal)
    with pa.OSFile(str(path), "wb") as file:
        if header:
            file.write(header_line(layout))
        form = pacsv.WriteOptions(include_header=False, delimiter=layout.delimiter, batch_size=_AT_ONCE)
        pacsv.write_csv(table, file, form)


def assemble(paths: Sequence[Path], whole: Path, empty: pa.Table, layout: Layout, settings: Settings) -> None:
    """One output of the parts of one that is no CSV.

    Parameters
    ----------
    empty : Table
        The output of no rows.

    Raises
    ------
    OSError
        It cannot be written.
    """
    if settings.form == "xlsx":
        _assemble_workbook(paths, whole, layout)
    else:
        _assemble_parquet(paths, whole, empty)


def _assemble_parquet(paths: Sequence[Path], whole: Path, empty: pa.Table) -> None:
    import pyarrow.parquet as pq

    schema = plain_schema(empty.schema)
    names = _distinct(schema.names)
    distinct = pa.schema([field.with_name(name) for field, name in zip(schema, names, strict=True)])
    with pq.ParquetWriter(whole, distinct) as writer:
        for path in paths:
            with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
                writer.write_table(stream.read_all().cast(schema).rename_columns(names))


def _assemble_workbook(paths: Sequence[Path], whole: Path, layout: Layout) -> None:
    """A workbook of Excel with one sheet, row by row, so that it may be longer than the memory."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("plans")
    sheet.append([_cell(spreadsheet_safe(name)) for name in (*layout.headers, *layout.results.values())])
    with contextlib.closing(sheet):
        for path in paths:
            with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
                table = stream.read_all()
                table = safe_columns(table.cast(_uncoded(table.schema)), layout)
                for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    sheet.append([_cell(value) for value in row])
    timed = whole.with_name(f"{whole.name}.timed")
    book.save(timed)
    _without_time(timed, whole)
    timed.unlink()


def _cell(value: Any) -> Any:
    """A value as a cell of Excel can hold it.

    Raises
    ------
    MigplanError
        It is a text that none can hold.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (dt.date, dt.datetime)) and getattr(value, "tzinfo", None) is None:
        return value
    text = _NO_CELL.sub("\ufffd", str(value))
    if len(text) > _LONGEST_CELL:
        wanted = f"{shorten(text)} has {len(text):,} characters, and a cell of Excel holds {_LONGEST_CELL:,}"
        raise MigplanError(
            Fault("write-failed", "-o", f"{wanted}; wanted a name that ends in .csv or .parquet")
        )
    return text


def _without_time(timed: Path, whole: Path) -> None:
    """The same workbook without the time at which it was written, so that the same rows give the same bytes."""
    with zipfile.ZipFile(timed) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            item = zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            with old.open(name) as source, new.open(item, "w") as target:
                if name == "docProps/core.xml":
                    target.write(_TIME.sub(b"2000-01-01T00:00:00Z", source.read()))
                else:
                    shutil.copyfileobj(source, target, 1 << 20)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """A schema with texts in place of our codes of texts."""
    coded = pa.dictionary(pa.int32(), pa.string())
    return without_views(
        pa.schema([field.with_type(pa.string()) if field.type == coded else field for field in schema])
    )


def _uncoded(schema: pa.Schema) -> pa.Schema:
    """A schema with the values in place of codes, whatever they are."""
    types = pa.types.is_dictionary
    return pa.schema([f.with_type(f.type.value_type) if types(f.type) else f for f in schema])


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of which no two are the same, since readers of Parquet go by them.

    >>> _distinct(["note", "", "note", "", "note_2"])
    ['note', '', 'note_3', '_2', 'note_2']
    """
    found: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        free = (n for n in itertools.chain([name], numbered) if n not in found)
        found.append(next(n for n in free if n == name or n not in names))
    return found
