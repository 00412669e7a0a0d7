"""Rows that lie in folders of other rows, as TreeSize, `du` and quotas write them: their volumes are in those above.

The outermost rows are planned, since they hold whatever lies in them. A path alone says little: mount points lie in one
another by name alone, and so do the folders of two servers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow.compute as pc

from migplan.errors import counted, shorten
from migplan.estate.arrays import as_texts, is_plain, strings
from migplan.estate.arrays import plain as values_of
from migplan.estate.cells import read_numbers
from migplan.estate.columns import Column, words_of
from migplan.estate.records import Records, kept
from migplan.estate.settings import Layout, Settings
from migplan.estate.stand_ins import cells_of
from migplan.inputs.fields import NUMERIC

WITHIN = "holds its volume; wanted it left out, or --nested where no row holds another"
"""What is wrong with a row that lies in another one."""

_MOUNTS = frozenset(("mounted", "mount", "mountpoint", "junction"))
"""Words of headers whose paths lie in one another by name, while what lies there does not."""

_SERVERS = frozenset(
    (
        *("server", "host", "hostname", "vm", "machine", "computer"),
        *("svm", "vserver", "array", "filer", "cluster", "nas"),
    )
)
"""Words of headers whose cells tell the folders of one system from those of another one."""

_LEVELS = frozenset(("level", "depth"))
_MOST = 1_000_000
"""Rows that are held against one another; of more only the first are."""
_ROUNDED = 1.05
"""How much more than a folder what lies in it may have, since both are printed with a few digits."""

_SUM = -1
"""Stands for all rows above one."""
_SUMMED = 0.005
"""How far a sum that is printed may be from that of what is printed above it, as a part."""


_PATH = re.compile(r"^(?!\s*[\d.,]+ ?[A-Za-z%]+/[A-Za-z]+\s*$).*[/\\]", re.DOTALL)
"""A text with a stroke that is no rate, as "130 MB/s" is."""


@dataclass(slots=True)
class _Folder:
    """A path, the largest volume that a row gives it, and the lines of its rows."""

    path: str
    volume: float
    lines: list[int] = field(default_factory=list)


def with_inner(
    layout: Layout,
    settings: Settings,
    sample: Any,
    whole: Callable[[], Iterable[Records]] | None,
) -> Layout:
    """The layout with the rows that lie in others, and a note of them.

    Parameters
    ----------
    sample : Table
        The first rows, which say whether a column holds paths.
    whole : callable or None
        All rows; None where they can be read only once, whereupon the first ones are told.
    """
    volume = next((column for column in layout.columns if column.name == "volume"), None)
    if volume is None or not sample.num_rows:
        return layout
    first = kept(Records(sample, _lines=range(sample.num_rows)), layout.headers, settings.where)
    if whole is not None and not settings.totals:
        layout = _with_sum(layout, settings, first, volume, whole)
    place = None if settings.nested else _path_column(layout, first.table)
    if place is None:
        return layout
    rows = [first] if whole is None else whole()
    columns = [*_server_columns(layout.headers, first.table, {place, volume.position}), place]
    folders, cut = _folders(rows, columns, volume, layout, settings)
    above = _above(folders)
    notes = [*layout.notes, *_twice(folders, layout.headers[place])]
    if not above:
        return replace(layout, notes=tuple(notes))
    inner = {line: folders[top].lines[0] for key, top in above.items() for line in folders[key].lines}
    pair = next((folders[key].path, folders[top].path) for key, top in above.items())
    notes.append(_note(layout.headers, place, pair, None if whole is None else len(inner), cut))
    inner = {**layout.inner, **(inner if whole is not None else {})}
    return replace(layout, notes=tuple(notes), inner=inner)


def _with_sum(
    layout: Layout,
    settings: Settings,
    first: Records,
    volume: Column,
    whole: Callable[[], Iterable[Records]],
) -> Layout:
    """The layout with a row without a name that has the volume of all rows above it, as sheets end in one."""
    named = [column.position for column in layout.columns if column.name == "name"]
    numeric = {column.position for column in layout.columns if column.field.form in NUMERIC}
    labels = named or [place for place in range(len(layout.headers)) if place not in numeric]
    if not labels or not _nameless(first.table, labels[0]).any():
        return layout
    above, count = 0.0, 0
    for records in whole():
        records = kept(records, layout.headers, settings.where)
        cells = cells_of(volume, records.table, settings)
        sizes = np.nan_to_num(read_numbers(volume, cells, settings.decimal).values)
        nameless = _nameless(records.table, labels[0])
        for size, bare, line in zip(sizes.tolist(), nameless.tolist(), records.lines(), strict=True):
            if bare and count > 1 and above > 0.0 and abs(size - above) <= _SUMMED * above:
                note = f"line {line:,} has no name and the volume of all {count:,} rows above it, and is left out"
                note += "; for all rows say --totals"
                return replace(layout, notes=(*layout.notes, note), inner={line: _SUM})
            above, count = above + size, count + 1
        if count >= _MOST:
            break
    return layout


def _nameless(table: Any, place: int) -> Any:
    """Rows whose cell of a column is empty."""
    column = table.column(place)
    if not is_plain(column.type):
        return np.zeros(table.num_rows, dtype=bool)
    texts = pc.utf8_trim_whitespace(as_texts(column.combine_chunks()))
    # Not a text of Python: to take one, pyarrow looks for pandas.
    return values_of(pc.equal(texts, strings([""])[0]))


def _path_column(layout: Layout, table: Any) -> int | None:
    """The column that tells most paths apart; None where none holds mostly paths.

    What gives another field than the name is no path, however many strokes are in it, as in "100 MB/s".
    """
    best, most = None, 1
    given = {column.position for column in layout.columns if column.name != "name"}
    for place, header in enumerate(layout.headers):
        if place in given or {*words_of(header)} & _MOUNTS or not is_plain(table.column(place).type):
            continue
        texts = [
            text
            for text in pc.unique(as_texts(table.column(place).combine_chunks())).to_pylist()
            if text.strip()
        ]
        paths = sum(bool(_PATH.search(text)) and "://" not in text for text in texts)
        if paths * 2 > len(texts) > most:
            best, most = place, len(texts)
    return best


def _server_columns(headers: Sequence[str], table: Any, others: set[int]) -> list[int]:
    """The columns that tell servers apart."""
    named = [place for place, header in enumerate(headers) if {*words_of(header)} & _SERVERS]
    return [place for place in named if place not in others and is_plain(table.column(place).type)]


def _folders(
    rows: Iterable[Records], columns: Sequence[int], volume: Column, layout: Layout, settings: Settings
) -> tuple[dict[tuple[str, ...], _Folder], bool]:
    """What rows say of each path, the last column, of each server, and whether not all rows are looked at."""
    folders: dict[tuple[str, ...], _Folder] = {}
    count = 0
    for records in rows:
        records = kept(records, layout.headers, settings.where)
        table = records.table
        sizes = read_numbers(volume, cells_of(volume, table, settings), settings.decimal).values
        texts = [as_texts(table.column(one).combine_chunks()).to_pylist() for one in columns]
        for *server, path, size, line in zip(*texts, sizes.tolist(), records.lines(), strict=True):
            if path.strip():
                key = (*server, _plain_path(path))
                folder = folders.setdefault(key, _Folder(path, size))
                folder.volume = max(folder.volume, size) if folder.volume >= 0.0 else size
                folder.lines.append(line)
        count += table.num_rows
        if count >= _MOST:
            return folders, True
    return folders, False


def _plain_path(path: str) -> str:
    path = path.strip()
    return (path.lower() if "\\" in path else path).replace("\\", "/").rstrip("/") or "/"


def _parent(path: str) -> str:
    """The folder above a path; empty where there is none."""
    return (path.rpartition("/")[0] or "/") if "/" in path.rstrip("/") else ""


def _above(folders: Mapping[tuple[str, ...], _Folder]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Folder -> the outermost one that holds it; none at all where a folder has less than what lies in it."""
    near: dict[tuple[str, ...], tuple[str, ...]] = {}
    held: dict[tuple[str, ...], float] = {}
    known: dict[tuple[str, ...], tuple[str, ...] | None] = {}
    for key, folder in folders.items():
        beside = (*key[:-1], _parent(key[-1]))
        # Folders beside one another lie in the same one.
        if beside not in known:
            known[beside] = _holding(folders, beside)
        above = known[beside]
        if above is not None:
            near[key] = above
            held[above] = held.get(above, 0.0) + (folder.volume if folder.volume > 0.0 else 0.0)
    if any(held[key] > folders[key].volume * _ROUNDED for key in held):
        return {}
    top = {}
    for key, above_key in near.items():
        while above_key in near:
            above_key = near[above_key]
        top[key] = above_key
    return top


def _holding(folders: Mapping[tuple[str, ...], _Folder], key: tuple[str, ...]) -> tuple[str, ...] | None:
    """The folder, or the nearest one above it, that has anything."""
    while key[-1]:
        if key in folders and folders[key].volume > 0.0:
            return key
        key = (*key[:-1], _parent(key[-1]))
    return None


def _twice(folders: Mapping[tuple[str, ...], _Folder], header: str) -> list[str]:
    """What to know of rows that have the path of another one."""
    same = [folder for folder in folders.values() if len(folder.lines) > 1]
    if not same:
        return []
    lines = " and ".join(f"{line:,}" for line in same[0].lines[:2])
    return [
        f"{counted(len(same), 'path')} of {shorten(header, 30)} {'stands' if len(same) == 1 else 'stand'} in more rows "
        f"than one, as {shorten(same[0].path, 40)} on lines {lines}: what is shared twice counts twice, unless one row "
        "is left out"
    ]


def _note(headers: Sequence[str], place: int, pair: tuple[str, str], count: int | None, cut: bool) -> str:
    """What to know of rows that lie in others."""
    header = shorten(headers[place], 30)
    as_in = f"as {shorten(pair[0], 40)} in {shorten(pair[1], 40)}"
    level = next((other for other in headers if {*words_of(other)} & _LEVELS), "")
    other = f"; for one level say --where {f'{level}=1'!r}" if level else ""
    if count is None:
        counts = "what lies within is counted again; wanted a file, not a pipe"
        return f"rows lie in one another by {header}, {as_in}: {counts}{other}"
    told = f"{counted(count, 'row')} {'lies' if count == 1 else 'lie'} in others by {header}, {as_in}"
    told += f", of the first {_MOST:,}" if cut else ""
    told += (
        ", and is left out, since that holds it"
        if count == 1
        else ", and are left out, since those hold them"
    )
    return f"{told}{other}; for all rows say --nested"


def inner_lines(layout: Layout, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Positions of rows that lie in others, and what to say of each."""
    if not layout.inner:
        return
    for place, line in enumerate(lines):
        top = layout.inner.get(line)
        if top == _SUM:
            yield place, "has no name and the volume of all rows above it; wanted it left out, or --totals"
        elif top is not None:
            yield place, f"lies in the folder of line {top:,}, which {WITHIN}"
