"""Inputs of a batch, CSV and Parquet alike: headers, and chunks that turn into records wherever they are worked on."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from migplan.errors import Fault, MigplanError
from migplan.estate.arrays import strings
from migplan.estate.blocks import Block, Source
from migplan.estate.records import Records, read_block, read_header
from migplan.estate.settings import Settings

_ROW = 128
"""Bytes of a row, about, to count chunks of typed files in rows."""

_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_decimal,
    pa.types.is_dictionary,
    pa.types.is_null,
)


class Chunk(Protocol):
    """Some rows of an input.

    Attributes
    ----------
    end : int
        How much of the input lies up to its end: what a resumed run skips.
    check : int
        Tells another input from this one.
    """

    end: int
    check: int

    def records(self) -> Records:
        """The rows."""


@dataclass(frozen=True, slots=True)
class CsvChunk:
    """A block of CSV, not yet taken apart."""

    block: Block
    headers: tuple[str, ...]
    delimiter: str

    @property
    def end(self) -> int:
        """See `Chunk`."""
        return self.block.end

    @property
    def check(self) -> int:
        """See `Chunk`."""
        return self.block.check

    def records(self) -> Records:
        """See `Chunk`."""
        return read_block(self.block, self.headers, self.delimiter)


@dataclass(frozen=True, slots=True)
class FileChunk:
    """A block of a CSV file that is read where it is worked on."""

    path: str
    begin: int
    block: Block
    headers: tuple[str, ...]
    delimiter: str
    size: int

    @property
    def end(self) -> int:
        """See `Chunk`."""
        return self.block.end

    @property
    def check(self) -> int:
        """See `Chunk`."""
        return self.block.check

    def records(self) -> Records:
        """See `Chunk`."""
        with open(self.path, "rb") as file:
            file.seek(self.begin)
            block = replace(self.block, data=file.read(self.size))
        return read_block(block, self.headers, self.delimiter)


@dataclass(frozen=True, slots=True)
class GroupChunk:
    """A row group of a Parquet file that is read where it is worked on."""

    path: str
    group: int
    end: int
    check: int = 0

    def records(self) -> Records:
        """See `Chunk`."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.path) as file:
            table = file.read_row_group(self.group)
        first = self.end - table.num_rows + 1
        return Records(table, _lines=range(first, self.end + 1))


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Rows of a Parquet file."""

    table: pa.Table
    end: int
    check: int = 0

    def records(self) -> Records:
        """See `Chunk`."""
        first = self.end - self.table.num_rows + 1
        return Records(self.table, _lines=range(first, self.end + 1))


class CsvInput:
    """A CSV file or standard input.

    Raises
    ------
    MigplanError
        What `Source` raises.
    """

    delimiter: str

    def __init__(self, path: Path | None, encoding: str, delimiter: str, size: int) -> None:
        self._source = Source(path, encoding, delimiter, size)
        self._path = path
        self.name, self.delimiter = self._source.name, self._source.delimiter
        self.headers = tuple(read_header(self._source.header, self.delimiter))
        self.size = None if path is None else size_of(path)

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return pa.Table.from_arrays([strings([])] * len(self.headers), names=list(self.headers))

    def chunks(self, skip: int = 0, check: int = 0) -> Iterator[CsvChunk | FileChunk]:
        """The rows behind the first `skip`, which an earlier run has dealt with.

        Raises
        ------
        MigplanError
            What was skipped is not what the earlier run has read.
        """
        for block in self._source.blocks(skip):
            if skip and (self._source.skipped is None or self._source.skipped.check != check):
                break
            yield self._chunk(block)
        if skip and (self._source.skipped is None or self._source.skipped.check != check):
            raise MigplanError(Fault("bad-file", self.name, "is another file than the one that was begun"))

    def _chunk(self, block: Block) -> CsvChunk | FileChunk:
        """A chunk that another process can read by itself, where the encoding of the file lets it."""
        offset, size = self._source.offset, len(block.data)
        if offset is None:
            return CsvChunk(block, self.headers, self.delimiter)
        begin = offset + block.end - size
        bare = replace(block, data=b"")
        return FileChunk(str(self._path), begin, bare, self.headers, self.delimiter, size)

    def far_chunks(self) -> Iterator[CsvChunk | FileChunk]:
        """All rows."""
        return self.chunks()

    def progress(self) -> int:
        """Bytes read so far."""
        return self._source.read_bytes

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


class ParquetInput:
    """A Parquet file.

    Raises
    ------
    MigplanError
        The file cannot be read.
    """

    delimiter = ","

    def __init__(self, path: Path, size: int) -> None:
        self.name, self._path, self._rows = str(path), path, max(size // _ROW, 1)
        import pyarrow.parquet as pq

        try:
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowInvalid) as error:
            text = getattr(error, "strerror", None) or "it is not a Parquet file"
            raise MigplanError(Fault("bad-file", self.name, f"cannot be read: {text}")) from None
        self.headers = tuple(self._file.schema_arrow.names)
        self.size: int | None = self._file.metadata.num_rows
        self._done = 0

    @property
    def nested(self) -> list[str]:
        """Columns that have no place in a CSV file, nor in a field."""
        return [f.name for f in self._file.schema_arrow if not any(is_(f.type) for is_ in _PLAIN)]

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return self._file.schema_arrow.empty_table()

    def chunks(self, skip: int = 0, check: int = 0) -> Iterator[TableChunk]:
        """The rows behind the first `skip`."""
        try:
            for batch in self._file.iter_batches(batch_size=self._rows):
                self._done += batch.num_rows
                if self._done > skip:
                    yield TableChunk(pa.Table.from_batches([batch]), self._done)
        except (OSError, pa.ArrowException) as error:
            text = f"row {self._done + 1}: cannot be read: {str(error).splitlines()[0]}"
            raise MigplanError(Fault("bad-file", self.name, text)) from None

    def far_chunks(self) -> Iterator[GroupChunk]:
        """The row groups, which another process can read by itself."""
        for group in range(self._file.num_row_groups):
            self._done += self._file.metadata.row_group(group).num_rows
            yield GroupChunk(str(self._path), group, self._done)

    def progress(self) -> int:
        """Rows read so far."""
        return self._done

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def size_of(path: Path) -> int | None:
    """Bytes of a file; None where it is a pipe. [B]."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size if os.path.isfile(path) else None


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
