"""Rows that are partitions, disks or folders of one server, joined to a row of their own by the cells of a column.

Volumes and files add up, the largest file is the largest of all, and whatever else decides must be the same in all of
them. A server of which one row cannot be read is not planned: what it has is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from migplan import units
from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.estate.arrays import as_texts, is_number, is_plain, numbers, strings, takable
from migplan.estate.arrays import plain as values_of
from migplan.estate.cells import Cells, read_numbers
from migplan.estate.chunks import Input, TableChunk, rows_of_a_chunk
from migplan.estate.columns import Column, listed, places_of
from migplan.estate.nesting import inner_lines
from migplan.estate.records import Records, kept
from migplan.estate.rows import TOTAL, total_lines
from migplan.estate.settings import Layout, Settings, free_name
from migplan.estate.spelling import ZERO
from migplan.estate.stand_ins import cells_of
from migplan.inputs.fields import NUMERIC
from migplan.inputs.workload import related_change

COUNT = "rows_joined"
"""What the column is called that says how many rows went into one."""

_SUMS = ("volume", "files")
_SHOWN = 3


@dataclass(slots=True)
class _Joined:
    """Rows on their way to one row for each group.

    Attributes
    ----------
    table : Table
        All rows that are joined.
    codes : array of int
        The group of each row.
    first : array of int
        Position of the first row of each group.
    order, begins : array of int
        Rows by their groups, and where each group begins among them.
    single : array of bool
        Groups of one row, whose cells stay as they are.
    faults : dict
        Position of a row -> what is wrong with it.
    partly : dict
        Field -> groups of which some rows say it and others do not.
    """

    table: pa.Table
    lines: NDArray[np.int64]
    names: list[str]
    codes: NDArray[np.int64]
    first: NDArray[np.int64]
    order: NDArray[np.int64]
    begins: NDArray[np.int64]
    single: NDArray[np.bool_]
    faults: dict[int, list[Fault]] = field(default_factory=dict)
    partly: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.first)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many rows each group has."""
        return np.diff(np.append(self.begins, len(self.order)))

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum of each group; NaN where one of its values is."""
        return np.add.reduceat(values[self.order], self.begins) if len(values) else values

    def most(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The largest value of each group; NaN where it has none."""
        return np.fmax.reduceat(values[self.order], self.begins) if len(values) else values

    def apart(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Groups whose rows have different codes."""
        if not len(codes):
            return codes
        mine = codes[self.order]
        return np.flatnonzero(
            np.minimum.reduceat(mine, self.begins) != np.maximum.reduceat(mine, self.begins)
        )

    def rows(self, group: int) -> NDArray[np.int64]:
        """Positions of the rows of a group."""
        end = self.begins[group + 1] if group + 1 < self.count else len(self.order)
        return self.order[self.begins[group] : end]

    def blame(self, place: int, where: str, code: str, text: str) -> None:
        """Note what is wrong with a row."""
        self.faults.setdefault(int(place), []).append(Fault(code, where, text))


class GroupedInput:
    """An input whose rows are joined by the cells of a column.

    Parameters
    ----------
    source : Input
        Read to its end here: a server may have its first row at the beginning and its last at the end.
    layout : Layout
        Of the source; that of the joined rows has a column more.
    settings : Settings

    Raises
    ------
    MigplanError
        There is no such column, or no column gives a volume.
    """

    def __init__(self, source: Input, layout: Layout, settings: Settings) -> None:
        self._source, self._rows = source, rows_of_a_chunk(settings)
        self.name, self.delimiter, self.others = source.name, source.delimiter, source.others
        place = _place(layout, settings)
        records = [kept(chunk.records(), layout.headers, settings.where) for chunk in source.chunks()]
        table, lines = _whole(records, source)
        self._refused = [row for one in records for row in one.refused]
        table, lines, left_out = _without(table, lines, layout, settings)
        self._refused += left_out
        joined = _grouped(table, lines, place)
        self._table, self._lines, bad = _join(joined, layout, settings)
        self._refused += bad
        self.layout = replace(layout, headers=tuple(self._table.column_names))
        self.layout = _renamed(self.layout, len(layout.headers), _told(joined, layout.headers[place]))
        self.headers, self.size, self._done = self.layout.headers, len(self._lines), 0

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return self._table.slice(0, 0)

    def sample(self) -> pa.Table:
        """The first rows, which stay to be read."""
        return self._table.slice(0, self._rows)

    def chunks(self) -> Iterator[TableChunk]:
        """All rows; what is wrong with others is told by the first piece."""
        for begin in range(0, max(self.size, 1), self._rows):
            end = self._done = min(begin + self._rows, self.size)
            refused = () if begin else tuple(self._refused)
            lines = tuple(self._lines[begin:end].tolist())
            yield TableChunk(self._table.slice(begin, end - begin), end, 0, lines, refused)

    def far_chunks(self) -> Iterator[TableChunk]:
        """All rows."""
        return self.chunks()

    def progress(self) -> int:
        """Rows read so far."""
        return self._done

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


def _place(layout: Layout, settings: Settings) -> int:
    """The column by which rows are joined."""
    places = places_of(settings.group_by.strip(), layout.headers)
    where = f"--group-by {shorten(settings.group_by)}"
    if len(places) != 1:
        text = f"names {len(places)} columns" if places else "names no column"
        raise MigplanError(Fault("bad-choice", where, f"{text}; found {listed(layout.headers)}"))
    if not any(column.name == "volume" for column in layout.columns):
        raise MigplanError(Fault("missing", where, "no column gives a volume that adds up"))
    if any(column.position == places[0] for column in layout.columns if column.field.form in NUMERIC):
        raise MigplanError(Fault("contradiction", where, "is a column of numbers; wanted one of names"))
    return places[0]


def _whole(records: Sequence[Records], source: Input) -> tuple[pa.Table, NDArray[np.int64]]:
    """All rows, and their lines."""
    if not records:
        return takable(source.empty), np.zeros(0, np.int64)
    lines = [line for one in records for line in (one.lines() if one.table.num_rows else ())]
    table = pa.concat_tables([takable(one.table) for one in records])
    return table, np.array(lines, np.int64)


_Refused = list[tuple[int, str, Fault]]


def _without(
    table: pa.Table, lines: NDArray[np.int64], layout: Layout, settings: Settings
) -> tuple[pa.Table, NDArray[np.int64], _Refused]:
    """The rows without those whose volume is in others."""
    out = dict(inner_lines(layout, lines.tolist()))
    if not settings.totals:
        out |= {place: f"{shorten(text)} {TOTAL}" for place, text in total_lines(table, layout)}
    if not out:
        return table, lines, []
    refused = [
        (int(lines[place]), _rows(table, layout).row_text(place), Fault("contradiction", "row", text))
        for place, text in sorted(out.items())
    ]
    left = np.setdiff1d(np.arange(len(lines)), list(out))
    return table.take(numbers(left)), lines[left], refused


def _rows(table: pa.Table, layout: Layout) -> Records:
    return Records(table, _delimiter=layout.delimiter)


def _grouped(table: pa.Table, lines: NDArray[np.int64], place: int) -> _Joined:
    """Rows by the cells of a column; a row without one stands for itself."""
    texts = pc.utf8_trim_whitespace(as_texts(table.column(place).combine_chunks()))
    coded = pc.dictionary_encode(texts)
    found, known = values_of(coded.indices).astype(np.int64), coded.dictionary.to_pylist()
    alone = values_of(pc.equal(texts, "")) if len(found) else np.zeros(0, bool)
    found = np.where(alone, len(known) + np.arange(len(found)), found)
    _, first, codes = np.unique(found, return_index=True, return_inverse=True)
    # Groups stand in the order of their first rows.
    rank = np.argsort(np.argsort(first))
    codes, first = rank[codes.ravel()], np.sort(first)
    order = np.argsort(codes, kind="stable")
    begins = np.flatnonzero(np.diff(codes[order], prepend=-1))
    sizes = np.diff(np.append(begins, len(order)))
    names = texts.take(numbers(first)).to_pylist() if len(first) else []
    return _Joined(table, lines, names, codes, first, order, begins, sizes == 1)


def _join(
    joined: _Joined, layout: Layout, settings: Settings
) -> tuple[pa.Table, NDArray[np.int64], _Refused]:
    """One row for each group that can be read, and what is wrong with the rows of all others."""
    fields = _fields(joined, layout, settings)
    columns = []
    for position in range(len(layout.headers)):
        cells = joined.table.column(position).combine_chunks()
        made = fields.get(position)
        columns.append(_passed(joined, cells) if made is None else made(cells))
    columns.append(strings([str(size) for size in joined.sizes.tolist()]))
    name = free_name(COUNT, set(layout.headers))
    table = pa.Table.from_arrays(columns, names=[*layout.headers, name])
    wrong = {int(joined.codes[place]) for place in joined.faults}
    good = np.array([group for group in range(joined.count) if group not in wrong], np.int64)
    refused = [row for group in sorted(wrong) for row in _blamed(joined, group, layout)]
    return table.take(numbers(good)), joined.lines[joined.first[good]], refused


def _blamed(joined: _Joined, group: int, layout: Layout) -> Iterator[tuple[int, str, Fault]]:
    """What is wrong with each row of a group of which one cannot be read."""
    rows = joined.rows(group).tolist()
    first = next(place for place in rows if place in joined.faults)
    bad = f"of which line {joined.lines[first]:,} is bad"
    text = f"is part of {shorten(joined.names[group], 30)}, {bad}; wanted that line mended or left out"
    for place in rows:
        for fault in joined.faults.get(place) or [Fault("contradiction", "row", text)]:
            yield int(joined.lines[place]), _rows(joined.table, layout).row_text(place), fault


_Made = Callable[[Any], Any]
"""From the cells of a column those of the groups."""


def _fields(joined: _Joined, layout: Layout, settings: Settings) -> dict[int, _Made]:
    """How the columns of fields are joined, by position."""
    made: dict[int, _Made] = {}
    by_name = {column.name: column for column in layout.columns}
    numeric = {name: _numbers(joined, by_name[name], settings) for name in by_name if _adds(by_name[name])}
    for name, column in by_name.items():
        if name in numeric:
            values = _added(name, numeric, joined)
            alike = joined.single
            if name == "change":
                alike = alike | _one_part(numeric[name], joined)
                values = values / _added("volume", numeric, joined) if "%" in column.unit else values
            made[column.position] = _writer(joined, column, values, alike, settings)
        elif name == "name":
            made[column.position] = lambda cells: _names(joined, cells)
        else:
            made |= _agreed(joined, column, settings)
    return made


def _adds(column: Column) -> bool:
    return column.against is not None or column.name in (*_SUMS, "largest_file", "file_size", "change")


def _numbers(joined: _Joined, column: Column, settings: Settings) -> Cells:
    """The numbers of a column, of which a nought is one; what cannot be read is blamed."""
    amount = column if column.against is None else replace(column, name="volume", rank=0, against=None)
    texts = cells_of(amount, joined.table, settings)
    cells = read_numbers(amount, texts, settings.decimal)
    for place, message in cells.messages.items():
        if column.name in (*_SUMS, "change") and ZERO.fullmatch(as_texts(texts)[place].as_py().strip()):
            cells.values[place], cells.given[place] = 0.0, True
        elif column.against is None:
            joined.blame(place, column.header, "bad-quantity", message)
    if column.name == "volume":
        empty = ~cells.given
        empty[list(cells.messages)] = False
        for place in np.flatnonzero(empty).tolist():
            joined.blame(place, column.header, "missing", "is required; wanted such as '150 TB'")
    return cells


def _added(name: str, numeric: dict[str, Cells], joined: _Joined) -> NDArray[np.float64]:
    """The number of each group, in base units; NaN where it is not known."""
    own, volume = numeric[name].values, numeric["volume"].values
    known = joined.sums(np.isfinite(own).astype(float))
    partly = int(((known > 0) & (known < joined.sizes)).sum())
    if partly and name not in ("volume", "largest_file"):
        joined.partly[name] = partly
    if name == "largest_file":
        return joined.most(own)
    if name == "file_size":
        with np.errstate(invalid="ignore", divide="ignore"):
            return joined.sums(volume) / joined.sums(np.where(volume > 0.0, volume / own, 0.0))
    if name == "change":
        parts = numeric[name].is_part
        return joined.sums(np.asarray(related_change(volume, own, parts)))
    return joined.sums(own)


def _one_part(change: Cells, joined: _Joined) -> NDArray[np.bool_]:
    """Groups whose rows all change by one part of themselves, as their sum does then."""
    assert change.is_part is not None
    _, codes = np.unique(np.where(change.is_part, change.values, np.nan), return_inverse=True)
    alike = np.ones(joined.count, dtype=bool)
    alike[joined.apart(codes.ravel())] = False
    return alike & change.is_part[joined.first]


def _writer(
    joined: _Joined,
    column: Column,
    values: NDArray[np.float64],
    alike: NDArray[np.bool_],
    settings: Settings,
) -> _Made:
    """Writes the number of each group as the column writes those of rows, with the header's unit or one of its own."""
    scale, unit = _scale(column)

    def write(cells: Any) -> Any:
        kept_cells = cells.take(numbers(joined.first))
        if is_number(cells):
            own = values_of(pc.fill_null(pc.cast(kept_cells, pa.float64(), safe=False), np.nan))
            found = np.where(alike, own, values / scale)
            return numbers(found, np.isfinite(found))
        own = as_texts(kept_cells).to_pylist()
        made = [
            mine if same else _number(value / scale, unit, settings.decimal)
            for mine, same, value in zip(own, alike.tolist(), values.tolist(), strict=True)
        ]
        return strings(made)

    return write


def _scale(column: Column) -> tuple[float, str]:
    """What a number of a column counts in base units, and the unit to write behind it where the header has none."""
    unit, base = column.unit, column.field.base
    if column.against is not None:
        base = "B"
    if column.field.form == "count":
        return (units.parse_count(f"1 {unit}") if unit else 1.0), ""
    if not unit:
        return 1.0, base
    return units.factor(unit, "1/s" if "%" in unit else base), ""


def _number(value: float, unit: str, decimal: str) -> str:
    """A number as a cell; empty where it is not known."""
    if not np.isfinite(value):
        return ""
    text = str(int(value)) if value.is_integer() else f"{value:.15g}".replace(".", decimal)
    return f"{text} {unit}".rstrip()


def _names(joined: _Joined, cells: Any) -> Any:
    """What a group is called: as its rows are where they agree, else as the group."""
    own = as_texts(cells.take(numbers(joined.first))).to_pylist()
    codes = values_of(pc.dictionary_encode(as_texts(cells)).indices).astype(np.int64)
    for group in joined.apart(codes).tolist():
        own[group] = joined.names[group]
    return strings(own)


def _agreed(joined: _Joined, column: Column, settings: Settings) -> dict[int, _Made]:
    """What rows say of a field that decides: what any of them says, and a fault where they say different things."""
    texts = pc.utf8_trim_whitespace(as_texts(cells_of(column, joined.table, settings)))
    said = ~values_of(pc.equal(texts, "")) if len(texts) else np.zeros(0, bool)
    if column.field.form in NUMERIC and column.field.form != "deadline":
        known = read_numbers(column, texts, settings.decimal).values
        _, codes = np.unique(known, return_inverse=True)
    else:
        codes = values_of(pc.dictionary_encode(texts).indices).astype(np.int64)
    # Rows that say nothing agree with all; the first that says something speaks for its group.
    speaks, codes = joined.first.copy(), codes.ravel()
    saying = np.flatnonzero(said)
    groups, firsts = np.unique(joined.codes[saying], return_index=True)
    speaks[groups] = saying[firsts]
    wrong = said & (codes != codes[speaks[joined.codes]]) if len(said) else said
    for place in np.flatnonzero(wrong).tolist():
        first = speaks[joined.codes[place]]
        text = (
            f"{shorten(texts[place].as_py())} is not the {shorten(texts[int(first)].as_py())} of line "
            f"{joined.lines[first]:,}, with which the row is joined; wanted the same, or another --group-by"
        )
        joined.blame(place, column.header, "contradiction", text)
    take = numbers(speaks)
    return {position: lambda cells: cells.take(take) for position in column.positions}


def _passed(joined: _Joined, cells: Any) -> Any:
    """Cells that decide nothing: as they are where they agree, else the first of them in one, or none of numbers."""
    own = cells.take(numbers(joined.first))
    if not is_plain(cells.type) or joined.single.all():
        return own
    texts = as_texts(cells)
    codes = values_of(pc.dictionary_encode(texts).indices).astype(np.int64)
    apart = joined.apart(codes)
    if not len(apart):
        return own
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        keep = np.ones(joined.count, dtype=bool)
        keep[apart] = False
        return pc.if_else(pa.array(keep.tolist()), own, pa.scalar(None, cells.type))
    made = as_texts(own).to_pylist()
    for group in apart.tolist():
        found = list(dict.fromkeys(texts[int(place)].as_py() for place in joined.rows(group)))
        found = [text for text in found if text.strip()]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        made[group] = "; ".join(found[:_SHOWN]) + more
    return strings(made)


def _renamed(layout: Layout, own: int, note: str) -> Layout:
    """A layout with the count of rows among the headers, whose name no result may have."""
    taken = {*layout.headers[:own], layout.headers[own]}
    results = {name: free_name(name, taken) for name in layout.results}
    return replace(layout, results=results, notes=(*layout.notes, note), inner={})


def _told(joined: _Joined, header: str) -> str:
    """How many rows were joined to how many, and of what that makes nothing known."""
    several = int((~joined.single).sum())
    told = f"{counted(len(joined.order), 'row')} joined to {joined.count:,} by {shorten(header, 30)}"
    told += f", of which {several:,} {'has' if several == 1 else 'have'} more than one row"
    told += f", {int(joined.sizes.max()):,} in the largest" if several else ""
    nameless = sum(not name for name in joined.names)
    if nameless:
        told += f"; {counted(nameless, 'row')} without one {'stands' if nameless == 1 else 'stand'} alone"
    for name, count in joined.partly.items():
        told += f"; {name} is empty in a row of {count:,} of these, for which it is assumed as a whole"
    return f"{told}; {COUNT} says how many"
