"""A batch in memory: a pandas frame or a file of shares in, a frame of their plans out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from migplan.errors import Fault, MigplanError
from migplan.estate.chunks import open_input
from migplan.estate.inspection import lay_out
from migplan.estate.output import plain_schema
from migplan.estate.partition import Partition, catalogue_of
from migplan.estate.records import Bad, Records
from migplan.estate.settings import Layout, Settings, check_given, free_name, read_settings_fields
from migplan.estate.spelling import read_units
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
    **fields
        Input fields for rows that do not say them: ``region="eu-west-1"``.

    Returns
    -------
    DataFrame
        Every row of the table in its order and with its index (the line, of a file), then the columns of the results
        and `errors`: what is wrong with a row that has no plan; missing where nothing is. With 'families' or 'all' a
        row is there once for each option. `attrs["notes"]` says what was assumed for all rows.

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
        form="parquet",
    )
    if options not in ("best", "families", "all"):
        raise MigplanError(Fault("bad-choice", "options", f"{options!r}; wanted 'best', 'families' or 'all'"))
    catalogue_of.cache_clear()  # what an overlay says may have changed since the last call
    if isinstance(table, pd.DataFrame):
        return _of_frame(table, _said(maps), settings)
    return _of_file(Path(table), _said(maps), settings, encoding, delimiter)


def _said(maps: Mapping[str, str] | None) -> tuple[str, ...]:
    return tuple(f"{header}={field}" for header, field in (maps or {}).items())


def _of_file(
    path: Path, maps: tuple[str, ...], settings: Settings, encoding: str, delimiter: str
) -> pd.DataFrame:
    settings = replace(settings, folder=str(path.parent))
    source = open_input(path, settings, encoding, delimiter, maps)
    try:
        layout = lay_out(source.headers, maps, settings, source.delimiter, source.sample())
        partition = _partition(layout, settings)
        parts = []
        for chunk in source.chunks():
            records = chunk.records()
            given = records.table.to_pandas()
            given.index = pd.Index(list(records.lines()), name=_LINE)
            refused = pd.Index([line for line, _, _ in records.refused], name=_LINE)
            parts.append(_joined(given.reindex(given.index.append(refused)), records, partition))
        if not parts:
            given = source.empty.to_pandas()
            given.index = pd.Index([], name=_LINE, dtype="int64")
            parts = [_joined(given, Records(source.empty, _lines=range(0)), partition)]
    finally:
        source.close()
    return _whole(parts, layout)


def _of_frame(frame: pd.DataFrame, maps: tuple[str, ...], settings: Settings) -> pd.DataFrame:
    headers = [str(header) for header in frame.columns]
    sample = pa.table(
        {str(place): _array(cells) for place, (_, cells) in enumerate(frame.head(_LOOK).items())}
    )
    layout = lay_out(headers, maps, settings, sample=sample.rename_columns(headers))
    partition = _partition(layout, settings)
    wanted = {column.position for column in layout.columns}
    parts = []
    for begin in range(0, max(len(frame), 1), _ROWS):
        given = frame.iloc[begin : begin + _ROWS]
        arrays = [
            _array(given.iloc[:, place]) if place in wanted else pa.nulls(len(given), pa.string())
            for place in range(len(headers))
        ]
        table = pa.Table.from_arrays(arrays, names=headers)
        made = _joined(given.reset_index(drop=True), Records(table, _lines=range(len(given))), partition)
        places = made.index
        made.index = given.index.take(places)
        parts.append(made)
    return _whole(parts, layout)


def _whole(parts: Sequence[pd.DataFrame], layout: Layout) -> pd.DataFrame:
    made = pd.concat(parts)
    made.attrs["notes"] = list(layout.notes)
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


def _joined(given: pd.DataFrame, records: Records, partition: Partition) -> pd.DataFrame:
    """Rows and their results, by the lines that are the index of the rows."""
    layout = partition.layout
    lines = pa.array(list(records.lines()), pa.int64())
    records.table = records.table.append_column(_LINE, lines)
    piece = partition.plan(records)
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


def _errors(bad: Iterable[Bad]) -> pd.Series[Any]:
    """What is wrong with each line."""
    told: dict[int, list[str]] = {}
    for one in bad:
        told.setdefault(one.line, []).append(str(one.fault))
    return pd.Series({line: "; ".join(texts) for line, texts in told.items()}, dtype="str")
