"""The input of a path, in chunks of a size that suits what is asked and how many work on it."""

from __future__ import annotations

import math
from pathlib import Path

from migplan.batch.settings import Settings
from migplan.batch.tables import CsvInput, ParquetInput, size_of
from migplan.errors import Fault, MigplanError

_BYTES = {"best": 16 << 20, "families": 128 << 10, "all": 128 << 10}
"""What comes out for a row -> bytes of a chunk: as many as keep all threads busy, and the memory small."""

_DRAWN = 8 << 10
"""Bytes of a chunk with percentiles, whose rows take a thousand times as long."""

_TOGETHER = 4
"""A long file has a multiple of so many chunks, all alike, so that processes that share them end at the same time."""

_WORTH = 4 << 20
"""Bytes of a file that is worth more than one process."""

_SLACK = 1.005
"""How many times longer than its part of the file a chunk is, since each ends with a whole record."""


def open_input(
    path: Path | None, settings: Settings, encoding: str = "", delimiter: str = ""
) -> CsvInput | ParquetInput:
    """The input of a path, by what it is: Parquet begins with its own four letters.

    Parameters
    ----------
    path : Path or None
        None is standard input, which is CSV.

    Raises
    ------
    MigplanError
        It cannot be read.
    """
    size = _DRAWN if settings.samples else _BYTES[settings.options]
    if path is not None and _is_parquet(path):
        return ParquetInput(path, size)
    return CsvInput(path, encoding, delimiter, _even(size, None if path is None else size_of(path)))


def _even(wanted: int, whole: int | None) -> int:
    """Bytes of a chunk: about as many as wanted, and such that chunks of one size are the whole; by the file alone.

    >>> _even(16 << 20, 20_000_000), _even(16 << 20, 1000), _even(16 << 20, None)
    (5025000, 16777216, 16777216)
    """
    if whole is None or whole < _WORTH:
        return wanted
    chunks = _TOGETHER * max(round(whole / (_TOGETHER * wanted)), 1)
    return math.ceil(whole / chunks * _SLACK)


def _is_parquet(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as error:
        raise MigplanError(Fault("bad-file", str(path), f"cannot be read: {error.strerror}")) from None
