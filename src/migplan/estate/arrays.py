"""Between numpy and Arrow by way of their buffers: pyarrow's own conversions import pandas, which takes a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_time,
    pa.types.is_decimal,
    pa.types.is_null,
)
_KINDS = {"f8": pa.float64(), "i8": pa.int64(), "i4": pa.int32()}


def numbers(values: NDArray[Any], valid: NDArray[np.bool_] | None = None, kind: Any = None) -> Any:
    """An Arrow array of numbers; null where they are not valid.

    >>> numbers(np.array([1.5, 2.5]), np.array([True, False])).to_pylist()
    [1.5, None]
    """
    values = np.ascontiguousarray(values)
    bits = None if valid is None or valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    kind = kind or _KINDS[values.dtype.str[1:]]
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])


def booleans(values: NDArray[np.bool_]) -> Any:
    """An Arrow array of booleans.

    >>> booleans(np.array([True, False, True])).to_pylist()
    [True, False, True]
    """
    return pa.Array.from_buffers(
        pa.bool_(), len(values), [None, pa.py_buffer(np.packbits(values, bitorder="little"))]
    )


def strings(texts: Sequence[str]) -> Any:
    """An Arrow array of texts.

    >>> strings(["a", "", "é"]).to_pylist()
    ['a', '', 'é']
    """
    data = [text.encode("utf-8", "surrogatepass") for text in texts]
    offsets = np.zeros(len(data) + 1, dtype=np.int32)
    np.cumsum([len(part) for part in data], out=offsets[1:])
    return pa.StringArray.from_buffers(len(data), pa.py_buffer(offsets), pa.py_buffer(b"".join(data)))


def plain(array: Any) -> NDArray[Any]:
    """The values of an Arrow array of numbers or booleans without nulls.

    >>> plain(booleans(np.array([True, False]))).tolist(), plain(numbers(np.arange(3))).tolist()
    ([True, False], [0, 1, 2])
    """
    data, begin, end = array.buffers()[1], array.offset, array.offset + len(array)
    if pa.types.is_boolean(array.type):
        bits = np.unpackbits(np.frombuffer(data, np.uint8), count=end, bitorder="little")
        return bits[begin:].astype(bool)
    kinds = {pa.float64(): np.float64, pa.int32(): np.int32, pa.int64(): np.int64}
    return np.frombuffer(data, kinds[array.type])[begin:end]


def is_number(cells: Any) -> bool:
    """Whether cells of a typed file are numbers."""
    return bool(pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type))


def is_plain(kind: Any) -> bool:
    """Whether cells of a type have a text: not lists, records and bytes."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(is_(kind) for is_ in _PLAIN)


def is_text(cells: Any) -> bool:
    """Whether cells are texts, of whatever kind."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def as_texts(cells: Any) -> Any:
    """Cells of any plain type as texts; '' for those that are not there."""
    texts = cells if pa.types.is_string(cells.type) else pc.cast(cells, pa.string())
    return pc.fill_null(texts, "") if texts.null_count else texts


def without_views(schema: pa.Schema) -> pa.Schema:
    """A schema without views of texts and bytes, of which pyarrow cannot pick rows."""
    plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return pa.schema([field.with_type(plain.get(field.type, field.type)) for field in schema])


def takable(table: pa.Table) -> pa.Table:
    """A table of which rows can be picked."""
    schema = without_views(table.schema)
    return table if schema == table.schema else table.cast(schema)
