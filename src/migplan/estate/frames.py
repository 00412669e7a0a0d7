"""A batch in memory: a pandas frame or a file of shares in, a frame of their plans out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from migplan.errors import Fault, MigplanError
from migplan.estate.assumed import assumed_lines
from migplan.estate.blocks import can_be_opened_again
from migplan.estate.chunks import CsvInput, open_input, rows_of
from migplan.estate.inspection import lay_out
from migplan.estate.nesting import with_inner
from migplan.estate.output import plain_schema
from migplan.estate.partition import Partition, catalogue_of
from migplan.estate.records import Records, RowError
from migplan.estate.settings import Layout, Settings, check_given, free_name, read_settings_fields
from migplan.estate.spelling import read_units
from migplan.estate.summary import Summary
from migplan.units import DAY

_ROWS = 100_000
"""Rows that are planned together."""

_LOOK = 1000
"""Rows that decide where a header can mean this and that."""

_LINE = "line"
_NULLABLE = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


def plan_frame(
    table: pd.DataFrame | Path | str,
    *,
    options: str = "best",
    samples: int = 0,
    seed: int = 0,
    today: dt.date | None = None,
    profiles: Sequence[Path | str] = (),
    pilot: Path | str | None = None,
    maps: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    empty: Sequence[str] = (),
    decimal: str | None = None,
    thousands: str = "",
    encoding: str = "",
    delimiter: str = "",
    nested: bool = False,
    **fields: str,
) -> pd.DataFrame:
    """Plan every row of a table.

    Parameters
    ----------
    table : DataFrame or path
        Columns are read by their headers as `migplan batch` reads them; all others pass through as they are.
    options : str
        'best', 'families' or 'all': the rows that come out for one that goes in.
    samples : int
        Draws for the percentiles; 0 ranks by typical values and leaves them out.
    maps : mapping, optional
        Header -> field, or field and unit: ``{"Used": "volume:GB"}``; an empty text is no field.
    units : mapping, optional
        Units as the table writes them -> those of ours that they mean: ``{"T": "TiB"}``.
    encoding, delimiter : str
        Of a file.
    nested : bool
        Whether rows that lie in folders of other rows are planned as others are.
    **fields
        Input fields for rows that do not say them: ``region="eu-west-1"``.

    Returns
    -------
    DataFrame
        Every row of the table in its order and with its index (the line, of a file), then the columns of the results
        and `errors`: what is wrong with a row that has no plan; missing where nothing is. With 'families' or 'all' a
        row is there once for each option. `attrs["notes"]` says what was assumed, and of how many rows.

    Raises
    ------
    MigplanError
        The file, its columns or the settings are wrong. A bad row raises nothing.
    """
    settings = Settings(
        given=read_settings_fields(f"{name}={value}" for name, value in fields.items()),
        profiles=tuple(str(Path(folder).resolve()) for folder in profiles),
        pilot="" if pilot is None else str(Path(pilot).resolve()),
        today=today or dt.date.today(),
        options=options,
        samples=samples,
        seed=seed,
        decimal=decimal or ".",
        points=decimal is not None,
        thousands=thousands,
        units=read_units(f"{theirs}={ours}" for theirs, ours in (units or {}).items()),
        empty=tuple(empty),
        nested=nested,
        form="parquet",
    )
    _check(options)
    catalogue_of.cache_clear()  # what an overlay says may have changed since the last call
    if isinstance(table, pd.DataFrame):
        return _of_frame(table, _said(maps), settings)
    return _of_file(Path(table), _said(maps), settings, encoding, delimiter)


def _check(options: str) -> None:
    """Refuse what is none of the ways in which rows come out."""
    if options not in ("best", "families", "all"):
        raise MigplanError(Fault("bad-choice", "options", f"{options!r}; wanted 'best', 'families' or 'all'"))


def _said(maps: Mapping[str, str] | None) -> tuple[str, ...]:
    return tuple(f"{header}={field}" for header, field in (maps or {}).items())


def _of_file(
    path: Path, maps: tuple[str, ...], settings: Settings, encoding: str, delimiter: str
) -> pd.DataFrame:
    settings = replace(settings, folder=str(path.parent))
    source = open_input(path, settings, encoding, delimiter, maps)
    try:
        below = source.header_below if isinstance(source, CsvInput) else str
        layout = lay_out(source.headers, maps, settings, source.delimiter, source.sample(), (), below)
        whole = partial(rows_of, path, settings, encoding, delimiter, maps)
        layout = with_inner(layout, settings, source.sample(), whole if can_be_opened_again(path) else None)
        partition = _partition(layout, settings)
        parts, total = [], Summary()
        for chunk in source.chunks():
            records = chunk.records()
            given = records.table.to_pandas()
            given.index = pd.Index(list(records.lines()), name=_LINE)
            refused = pd.Index([line for line, _, _ in records.refused], name=_LINE)
            parts.append(_joined(given.reindex(given.index.append(refused)), records, partition, total))
        if not parts:
            given = source.empty.to_pandas()
            given.index = pd.Index([], name=_LINE, dtype="int64")
            parts = [_joined(given, Records(source.empty, _lines=range(0)), partition, total)]
    finally:
        source.close()
    return _whole(parts, layout, total)


def _of_frame(frame: pd.DataFrame, maps: tuple[str, ...], settings: Settings) -> pd.DataFrame:
    headers = [str(header) for header in frame.columns]
    sample = pa.table(
        {str(place): _array(cells) for place, (_, cells) in enumerate(frame.head(_LOOK).items())}
    )
    sample = sample.rename_columns(headers)
    layout = lay_out(headers, maps, settings, sample=sample)
    layout = with_inner(layout, settings, sample, partial(_pieces, frame, headers))
    partition = _partition(layout, settings)
    wanted = {place for column in layout.columns for place in column.positions}
    parts, total = [], Summary()
    for begin in range(0, max(len(frame), 1), _ROWS):
        given = frame.iloc[begin : begin + _ROWS]
        records = _records(given, begin, headers, wanted)
        made = _joined(given.set_axis(pd.RangeIndex(begin, begin + len(given))), records, partition, total)
        made.index = frame.index.take(made.index)
        parts.append(made)
    return _whole(parts, layout, total)


def _records(given: pd.DataFrame, begin: int, headers: list[str], wanted: Container[int]) -> Records:
    """Rows of a frame, of which the columns that are not wanted are empty; their lines are counted from 0."""
    arrays = [
        _array(given.iloc[:, place]) if place in wanted else pa.nulls(len(given), pa.string())
        for place in range(len(headers))
    ]
    return Records(pa.Table.from_arrays(arrays, names=headers), _lines=range(begin, begin + len(given)))


def _pieces(frame: pd.DataFrame, headers: list[str]) -> Iterator[Records]:
    """All rows of a frame."""
    for begin in range(0, len(frame), _ROWS):
        yield _records(frame.iloc[begin : begin + _ROWS], begin, headers, range(len(headers)))


def _whole(parts: Sequence[pd.DataFrame], layout: Layout, total: Summary) -> pd.DataFrame:
    made = pd.concat(parts)
    made.attrs["notes"] = [*layout.notes, *assumed_lines(total.assumed, total.rows)]
    return made


def _partition(layout: Layout, settings: Settings) -> Partition:
    partition = Partition(layout, settings)
    check_given(settings, layout, partition.catalogue)
    return partition


def _array(cells: pd.Series[Any]) -> pa.Array:
    """A column as Arrow has it; texts where its cells are of several kinds."""
    if pd.api.types.is_timedelta64_dtype(cells):
        cells = (cells.dt.total_seconds() / DAY).map(lambda days: f"{days} days", na_action="ignore")
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array(
            [None if missing else str(cell) for cell, missing in zip(cells, cells.isna(), strict=True)]
        )


def _joined(given: pd.DataFrame, records: Records, partition: Partition, total: Summary) -> pd.DataFrame:
    """Rows and their results, by the lines that are the index of the rows; the sums are added to."""
    layout = partition.layout
    lines = pa.array(list(records.lines()), pa.int64())
    records.table = records.table.append_column(_LINE, lines)
    piece = partition.plan(records)
    total.add(piece.summary)
    table = piece.table.cast(plain_schema(piece.table.schema))
    first = len(layout.headers)
    results = table.select(range(first, table.num_columns)).to_pandas(
        types_mapper=_NULLABLE.get, date_as_object=False
    )
    results = results.set_index(results.columns[0])
    results.index.name = given.index.name
    results.columns = pd.Index(list(layout.results.values()))
    made = given.join(results) if len(results) else given.reindex(columns=[*given.columns, *results.columns])
    made[free_name("errors", {*map(str, made.columns)})] = _errors(piece.bad).reindex(made.index)
    return made.sort_index(kind="stable")


def _errors(bad: Iterable[RowError]) -> pd.Series[Any]:
    """What is wrong with each line."""
    told: dict[int, list[str]] = {}
    for one in bad:
        told.setdefault(one.line, []).append(str(one.fault))
    return pd.Series({line: "; ".join(texts) for line, texts in told.items()}, dtype="str")
