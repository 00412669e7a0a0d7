"""Columns of cells to columns of numbers and words: whole columns at once where cells are plain, else one by one.

The quick way takes only cells that the reader of their field would read to the same number to the bit; all others go
through that reader, which also has the words for what is wrong.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from migplan import units
from migplan.errors import UnitError
from migplan.estate.arrays import as_texts, booleans, is_number, numbers
from migplan.estate.arrays import plain as values_of
from migplan.estate.columns import Column
from migplan.estate.spelling import day_alone, read_cell

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/% "
_DIGITS = "0123456789. "
_LONGEST = 80
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?( *[A-Za-z/% ]*)", re.ASCII)
_REMEMBERED = 4096
_SURE_PART = 1e-4


@dataclass(slots=True)
class Cells:
    """A column as it was read.

    Attributes
    ----------
    values : array
        Base units; NaN where a cell is empty or cannot be read.
    given : array of bool
        Where a cell was read.
    is_part : array of bool or None
        Of a change: where it is a part of the volume and not an amount.
    is_day : array of bool or None
        Of a deadline: where the value is a day counted from 1970-01-01 and not a time.
    messages : dict
        Position -> what is wrong with the cell.
    """

    values: NDArray[np.float64]
    given: NDArray[np.bool_]
    is_part: NDArray[np.bool_] | None = None
    is_day: NDArray[np.bool_] | None = None
    messages: dict[int, str] = field(default_factory=dict)


def read_numbers(column: Column, texts: Any, decimal: str = ".") -> Cells:
    """Read a column of a field that is a quantity, a count, a change or a deadline.

    Parameters
    ----------
    column : Column
        Its field, and the unit of bare numbers.
    texts : StringArray or array of numbers
        The cells.
    decimal : str
        Decimal sign of the cells.
    """
    values, plain, parts = _numbers(column, texts) or _texts(column, as_texts(texts), decimal)
    entry = column.field
    plain &= (values > entry.low) if entry.low_is_open else (values >= entry.low)
    # A part has a limit of its own; what is near it is for the reader.
    plain &= values <= np.where(parts, _SURE_PART, entry.high)
    cells = Cells(np.where(plain, values, np.nan), plain)
    if entry.form == "change":
        cells.is_part = parts & plain
    if entry.form == "deadline":
        cells.is_day = np.zeros(len(texts), dtype=bool)
    left = np.flatnonzero(~plain)
    if len(left):
        _one_by_one(column, as_texts(texts).take(numbers(left)), left.tolist(), cells, decimal)
    return cells


_Found = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]
"""Values, where they are, and which of them are parts of the whole."""


def _numbers(column: Column, cells: Any) -> _Found | None:
    """Columns of a typed file that are numbers already, of a unit that the header says."""
    if not is_number(cells):
        return None
    scale, part = _scale("", _scale_of(column))
    found = values_of(pc.fill_null(pc.cast(cells, pa.float64(), safe=False), np.nan))
    values = found * scale
    plain = np.isfinite(values)
    if column.field.form == "count":
        plain &= found == np.rint(found)
    return values, plain, np.full(len(cells), part)


def _texts(column: Column, texts: Any, decimal: str) -> _Found:
    whole = column.field.form == "count"
    if decimal == ".":
        return _quick(texts, _scale_of(column), whole)
    values, plain, parts = _quick(pc.replace_substring(texts, decimal, "."), _scale_of(column), whole)
    # A point beside a decimal comma is refused by `spell_out`.
    return values, plain & ~values_of(pc.match_substring(texts, ".")), parts


def _one_by_one(column: Column, texts: Any, places: Sequence[int], cells: Cells, decimal: str) -> None:
    """Read the cells that the quick way left, each distinct text once."""
    known: dict[str, Any] = {}
    for place, text in zip(places, texts.to_pylist(), strict=True):
        bare = text.strip()
        if not bare:
            continue
        if text not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            try:
                known[text] = read_cell(column, text, decimal)
            except UnitError as error:
                known[text] = str(error)
        _put(cells, place, known[text])


def _put(cells: Cells, place: int, found: Any) -> None:
    if isinstance(found, str):
        cells.messages[place] = found
        return
    cells.given[place] = True
    if isinstance(found, tuple):
        found, part = found
        assert cells.is_part is not None
        cells.is_part[place] = part
    elif not isinstance(found, float):
        assert cells.is_day is not None
        cells.is_day[place] = True
        found = days_since_epoch(found)
    cells.values[place] = found


def days_since_epoch(day: dt.date) -> float:
    """A day as a number.

    >>> days_since_epoch(dt.date(1970, 1, 2))
    1.0
    """
    return float(day.toordinal() - _EPOCH)


_EPOCH = dt.date(1970, 1, 1).toordinal()


def _scale_of(column: Column) -> Callable[[str], tuple[float, bool]]:
    """What reads a unit: base units in one of it, and whether it is a part of the whole."""
    entry = column.field

    def scale(unit: str) -> tuple[float, bool]:
        unit = column.whole(unit) if unit else column.unit
        if unit.count("/") > 1:
            raise UnitError("more than one quotient is for the reader")
        if entry.form == "count":
            return units.parse_count(f"1 {unit}"), False
        part = entry.form == "change" and "%" in unit
        return units.factor(unit, "1/s" if part else entry.base), part

    return scale


def _quick(texts: Any, scale_of: Callable[[str], tuple[float, bool]], whole: bool) -> _Found:
    """Numbers of the plain cells; of those alone that are sure to be whole, where they must be."""
    if not len(texts):
        return np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    digits, scales, parts = _same_unit(texts, scale_of) or _split(texts, scale_of)
    values, plain = _plain_values(texts, digits, scales)
    if whole:
        plain &= _surely_whole(digits, scales)
        # A float of 1.001 times 1000 is a hair below the whole number that was meant.
        values = np.rint(values)
    return values, plain, parts


def _plain_values(texts: Any, digits: Any, scales: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values, and which cells are plain."""
    plain = ~np.isnan(scales)
    if plain.all() and _look_plain(digits):
        with contextlib.suppress(pa.ArrowInvalid):
            values = values_of(pc.cast(digits, pa.float64())) * scales
            return values, np.isfinite(values)
    # Only digits with at most one inner point are plain; a sign, an exponent or an underscore is for the reader.
    plain = plain & values_of(pc.match_substring_regex(digits, r"^[0-9]+(\.[0-9]+)?$"))
    plain &= values_of(pc.binary_length(texts)) <= _LONGEST
    values = np.full(len(texts), np.nan)
    values[plain] = values_of(pc.cast(digits.filter(booleans(plain)), pa.float64())) * scales[plain]
    return values, plain & np.isfinite(values)


def _surely_whole(digits: Any, scales: NDArray[np.float64]) -> Any:
    """Where a unit such as 'M' has as many zeros as there are digits behind the point, or none is behind it but 0."""
    points = values_of(pc.find_substring(digits, "."))
    if (points < 0).all():
        return True
    lengths = values_of(pc.binary_length(pc.ascii_rtrim(digits, characters="0")))
    return np.where(points < 0, 0, lengths - points - 1) <= np.rint(np.log10(scales))


def _same_unit(texts: Any, scale_of: Callable[[str], tuple[float, bool]]) -> tuple[Any, Any, Any] | None:
    """Numbers, scales and parts of a column whose cells all end in the same unit, as those of exports do."""
    first = _PLAIN.fullmatch(texts[0].as_py()) if len(texts) else None
    if first is None or (first[1] and not pc.all(pc.ends_with(texts, first[1])).as_py()):
        return None
    scale, part = _scale(first[1].strip(" "), scale_of)
    numbers = texts
    if first[1]:
        numbers = pc.binary_slice(texts.view(pa.binary()), 0, -len(first[1])).view(pa.string())
    return numbers, np.broadcast_to(scale, len(texts)), np.broadcast_to(part, len(texts))


def _split(texts: Any, scale_of: Callable[[str], tuple[float, bool]]) -> tuple[Any, Any, Any]:
    """Numbers, scales and parts of any column."""
    trimmed = pc.ascii_trim_whitespace(texts)
    scales, parts = _scales(pc.ascii_ltrim(trimmed, characters=_DIGITS), scale_of)
    return pc.ascii_rtrim(trimmed, characters=_LETTERS), scales, parts


def _look_plain(numbers: Any) -> bool:
    """Whether all cells are digits and inner points, by a look at the bytes of all at once."""
    begin, rows = numbers.offset, len(numbers)
    offsets = np.frombuffer(numbers.buffers()[1], np.int32)[begin : begin + rows + 1]
    lengths = np.diff(offsets)
    if rows == 0 or lengths.min() < 1 or lengths.max() > _LONGEST // 2:
        return False
    data = np.frombuffer(numbers.buffers()[2], np.uint8)
    inside = data[offsets[0] : offsets[-1]]
    # The slash alone lies between the point and the digits.
    if (inside - np.uint8(46)).max() > 11 or (inside == 47).any():
        return False
    return not ((data[offsets[:-1]] == 46).any() or (data[offsets[1:] - 1] == 46).any())


def _scales(
    names: Any, scale_of: Callable[[str], tuple[float, bool]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Base units in the unit of each cell, NaN where it is not known, and whether it is a part."""
    coded = pc.dictionary_encode(names)
    found = [_scale(name, scale_of) for name in coded.dictionary.to_pylist()]
    scales = np.array([scale for scale, _ in found])
    parts = np.array([part for _, part in found], dtype=bool)
    if len(found) == 1:
        return np.broadcast_to(scales, len(names)), np.broadcast_to(parts, len(names))
    codes = values_of(coded.indices)
    return scales[codes], parts[codes]


def _scale(name: str, scale_of: Callable[[str], tuple[float, bool]]) -> tuple[float, bool]:
    if len(name) > _LONGEST:
        return np.nan, False
    try:
        return scale_of(name)
    except UnitError:
        return np.nan, False


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words, each distinct one read once.

    Attributes
    ----------
    codes : array of int
        Position in `values` of each cell; 0 stands for an empty cell.
    values : tuple
        The distinct texts, as given; '' first.
    messages : dict
        Position -> what is wrong with the cell.
    """

    codes: NDArray[np.int64]
    values: tuple[str, ...]
    messages: dict[int, str]


def read_words(column: Column, texts: Any) -> Words:
    """Read a column of words, dates or lists; which distinct texts there are is all that evaluation needs."""
    coded = pc.dictionary_encode(pc.utf8_trim_whitespace(as_texts(texts)))
    values = coded.dictionary.to_pylist()
    if column.field.form == "date":
        values = [day_alone(text) for text in values]
    wrong = {}
    for position, text in enumerate(values):
        if text:
            try:
                read_cell(column, text)
            except UnitError as error:
                wrong[position] = str(error)
    codes = values_of(coded.indices).astype(np.int64)
    places = np.flatnonzero(np.isin(codes, list(wrong))) if wrong else ()
    messages = {int(place): wrong[int(codes[place])] for place in places}
    if "" not in values:
        return Words(codes + 1, ("", *values), messages)
    empty = values.index("")
    order = np.arange(len(values)) + (np.arange(len(values)) < empty)
    order[empty] = 0
    return Words(order[codes], ("", *values[:empty], *values[empty + 1 :]), messages)
