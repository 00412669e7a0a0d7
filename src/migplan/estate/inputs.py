"""The input of a path, in chunks of a size that suits what is asked and how many work on it."""

from __future__ import annotations

import math
from pathlib import Path

from migplan.errors import Fault, MigplanError
from migplan.estate.settings import Settings
from migplan.estate.tables import CsvInput, ParquetInput, size_of

_BYTES = {"best": 16 << 20, "families": 128 << 10, "all": 128 << 10}
"""What comes out for a row -> bytes of a chunk: as many as keep all threads busy, and the memory small."""

_MOST_ROWS = 150_000
"""Rows of a chunk, about: short lines must not make so many of one that they take more memory than long lines do."""

_LOOK = 64 << 10
"""Bytes of a file by which the length of its lines is judged."""

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
    whole = None if path is None else size_of(path)
    if path is not None and whole is not None:
        size = min(size, max(int(_MOST_ROWS * _line_length(path)), _LOOK))
    return CsvInput(path, encoding, delimiter, _even(size, whole))


def _line_length(path: Path) -> float:
    """Bytes of a line of a file, about; as many as are looked at where there is none among them. [B]."""
    try:
        with path.open("rb") as file:
            data = file.read(_LOOK)
    except OSError as error:
        raise _unreadable(path, error) from None
    return len(data) / max(data.count(b"\n"), 1)


def _unreadable(path: Path, error: OSError) -> MigplanError:
    return MigplanError(Fault("bad-file", str(path), f"cannot be read: {error.strerror}"))


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
        raise _unreadable(path, error) from None
