"""Columns that say something of a field that is not theirs: how a volume is shared out, its inodes, what it stores.

What they say stands in for cells that are empty, is told, and never goes before a column of the field itself.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow.compute as pc

from migplan.errors import UnitError, shorten
from migplan.estate.arrays import as_texts, strings
from migplan.estate.arrays import plain as values_of
from migplan.estate.cells import read_numbers
from migplan.estate.columns import (
    BLOCKS,
    STAND_INS,
    Column,
    header_and_unit,
    plain_forms,
    recognise,
    words_of,
)
from migplan.estate.settings import Settings
from migplan.estate.spelling import as_spelled, read_cell

_WHOLE = r"^[0-9]+$"
_MOST_SAVED = 0.95
_KINDS = ("logical", "physical", "effective", "unique")
"""What headers of one amount, before and after deduplication and compression, differ by."""


def cells_of(column: Column, table: Any, settings: Settings) -> Any:
    """The cells of a field, and where they are empty what stands in for them.

    Parameters
    ----------
    table : Table
        All columns of some rows.
    """
    if not (column.rank or column.others):
        return as_spelled(column, table.column(column.position).combine_chunks(), settings)
    made = None
    for _, same in itertools.groupby((column, *column.others), lambda one: one.rank):
        texts = _agreed([_said(one, table, settings) for one in same])
        made = texts if made is None else pc.if_else(pc.equal(made, ""), texts, made)
    return made


def _agreed(columns: Sequence[Any]) -> Any:
    """What columns say where those that say anything say the same."""
    made, clear = columns[0], None
    for texts in columns[1:]:
        both = pc.and_(pc.not_equal(made, ""), pc.not_equal(texts, ""))
        apart = pc.and_(both, pc.not_equal(made, texts))
        clear = apart if clear is None else pc.or_(clear, apart)
        made = pc.if_else(pc.equal(made, ""), texts, made)
    return made if clear is None else pc.if_else(clear, "", made)


def _said(column: Column, table: Any, settings: Settings) -> Any:
    """What a column says of a field; of the field itself as it stands, also where it cannot be read."""
    cells = as_spelled(column, table.column(column.position).combine_chunks(), settings)
    texts = pc.utf8_trim_whitespace(as_texts(cells))
    if column.against is not None:
        return _saved(column, table, cells, settings)
    if not column.rank:
        return texts
    if not column.words and values_of(pc.match_substring_regex(texts, _WHOLE)).all():
        return texts
    coded = pc.dictionary_encode(texts)
    said = strings([_meaning(column, text, settings.decimal) for text in coded.dictionary.to_pylist()])
    return said.take(coded.indices)


def _meaning(column: Column, text: str, decimal: str) -> str:
    """What a cell says of the field; empty where that is nothing."""
    if column.words:
        return next((value for form, value in column.words if re.fullmatch(form, text.lower())), "")
    try:
        read_cell(column, text, decimal)
    except UnitError:
        return ""
    return text


def _saved(column: Column, table: Any, cells: Any, settings: Settings) -> Any:
    """What is stored of a volume, as the part that deduplication and compression save."""
    assert column.against is not None
    seen = read_numbers(column.against, cells_of(column.against, table, settings), settings.decimal).values
    stored = read_numbers(replace(column, name="volume"), cells, settings.decimal).values
    with np.errstate(invalid="ignore", divide="ignore"):
        part = 1.0 - stored / seen
    texts = [
        f"{one * 100:.6g} %".replace(".", settings.decimal) if 0.0 <= one <= _MOST_SAVED else ""
        for one in part.tolist()
    ]
    return strings(texts)


def without_stored(columns: Sequence[Column]) -> list[Column]:
    """The columns without amounts behind deduplication and compression, where the amount before it is there."""
    volumes = [column for column in columns if column.name == "volume" and not column.said]
    seen = [column for column in volumes if "logical" in words_of(column.header)]
    stored = [column for column in volumes if len(seen) == 1 and _same_amount(column.header, seen[0].header)]
    return [column for column in columns if column not in stored or column in seen]


def _same_amount(header: str, other: str) -> bool:
    """Whether headers are of one amount, before and after what a storage system saves."""
    mine, theirs = (
        sorted({*words_of(header_and_unit(one, "volume")[0])} - {*_KINDS}) for one in (header, other)
    )
    return bool(mine) and mine == theirs


def with_stand_ins(
    columns: Sequence[Column], headers: Sequence[str], nothing: set[int]
) -> tuple[tuple[Column, ...], list[str]]:
    """The columns with what stands in for them, and what people should know of it.

    Parameters
    ----------
    nothing : set of int
        Positions of columns of which the user says that they are nothing.
    """
    taken = {column.position for column in columns} | nothing
    free = [(place, header) for place, header in enumerate(headers) if place not in taken]
    found: dict[str, list[Column]] = {}
    for one in STAND_INS:
        for place, header in free:
            if {*plain_forms(header)} & {*one.headers.split(",")}:
                made = Column(place, header, one.name, rank=one.rank, words=one.words)
                found.setdefault(one.name, []).append(made)
    own = {column.name: column for column in columns}
    stored = None if "reduction" in own or "volume" not in own else _stored(own["volume"], free)
    notes = []
    for name, others in found.items():
        # What a user says is all there is to be read.
        if not (name in own and own[name].said):
            notes.append(_told(name, others, own.get(name)))
            first, *rest = ([own[name]] if name in own else []) + sorted(others, key=lambda one: one.rank)
            own[name] = replace(first, others=tuple(rest))
    if stored is not None:
        own["reduction"] = stored
        notes.append(
            f"the volume is {shorten(own['volume'].header, 30)}, which is what is copied; {shorten(stored.header, 30)} "
            "is what is left of it on disk, and gives the reduction"
        )
    return tuple(own.values()), notes


def _stored(volume: Column, free: Sequence[tuple[int, str]]) -> Column | None:
    """The column of what is stored of a volume that is told as users see it."""
    if "logical" not in words_of(volume.header):
        return None
    for place, header in free:
        if "logical" not in words_of(header) and _same_amount(header, volume.header):
            known = recognise(place, header)
            unit = header_and_unit(header, "volume")[1] or (known.unit if known else "") or volume.unit
            return Column(place, header, "reduction", unit, rank=1, against=replace(volume, others=()))
    return None


def _told(name: str, others: Sequence[Column], own: Column | None) -> str:
    """How stand-ins are read, in a line."""
    how = [
        shorten(other.header, 30)
        + (
            f" ({', '.join(f'{_shown(form)} is {value}' for form, value in other.words)})"
            if other.words
            else ""
        )
        for other in others
    ]
    where = f" where {shorten(own.header, 30)} is empty" if own is not None else ""
    return f"{name} is read from {', '.join(how)}{where}"


def _shown(pattern: str) -> str:
    return {"[1-9][0-9]*": "1 or more"}.get(pattern, pattern.partition("|")[0])


def block_notes(headers: Sequence[str], texts: Any) -> list[str]:
    """What to know of rows that hold block volumes.

    Parameters
    ----------
    texts : callable
        Position -> the distinct texts of a column.
    """
    return [
        f"{shorten(header, 30)} is not 0 everywhere: such rows hold block volumes, which nothing that copies files "
        f"takes; leave them out, as by --where '{header}=0'"
        for place, header in enumerate(headers)
        if {*plain_forms(header)} & {*BLOCKS}
        and any(re.fullmatch("[1-9][0-9]*", text) for text in texts(place))
    ]
