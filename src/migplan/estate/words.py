"""Columns of words, dates and lists: each distinct text is read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from migplan.errors import UnitError
from migplan.estate.arrays import plain as values_of
from migplan.estate.cells import as_texts
from migplan.estate.columns import Column
from migplan.estate.spelling import day_alone
from migplan.inputs.readers import READERS


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
    read = READERS[column.field.form]
    for position, text in enumerate(values):
        if text:
            try:
                read(column.field, text)
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
