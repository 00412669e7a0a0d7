"""Inputs of a batch, CSV and Parquet alike: headers, and chunks that turn into records wherever they are worked on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.arrays import is_plain, strings, takable
from migplan.estate.blocks import Block, Source, can_be_opened_again
from migplan.estate.columns import recognise
from migplan.estate.foreign import header_below
from migplan.estate.records import Records, read_block
from migplan.estate.server import WORTH_SEVERAL
from migplan.estate.settings import Settings
from migplan.estate.workbooks import read_sheet

_SAMPLE = 1000
"""Rows of a typed file by which it is judged what the columns hold."""

_ROW = 128
"""Bytes of a row, about, to count chunks of typed files in rows."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the user says of how an input is written.

    Attributes
    ----------
    encoding, delimiter : str
        Empty: as the file shows.
    columns : tuple of str
        Headers of a file that has none.
    sheet : str
        Of a workbook; empty: the first.
    whole : tuple of str or None
        Headers of which the user says what they are; None: no header that has blanks is parted there.
    """

    encoding: str = ""
    delimiter: str = ""
    columns: tuple[str, ...] = ()
    sheet: str = ""
    whole: tuple[str, ...] | None = ()

    def may_have_blanks(self, headers: Sequence[str]) -> bool:
        """Whether a line without a delimiter may be one of several columns that blanks separate."""
        if self.columns:
            return len(self.columns) > 1
        (header,) = headers if len(headers) == 1 else ("",)
        if self.whole is None or len(header.split()) < 2 or header.strip() in self.whole:
            return False
        try:
            return recognise(0, header) is None
        except UnitError:
            return False


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
class _BlockChunk:
    """A block of CSV, wherever its bytes are."""

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


@dataclass(frozen=True, slots=True)
class CsvChunk(_BlockChunk):
    """A block of CSV, not yet taken apart."""

    def records(self) -> Records:
        """See `Chunk`."""
        return read_block(self.block, self.headers, self.delimiter)


@dataclass(frozen=True, slots=True)
class FileChunk(_BlockChunk):
    """A block of a CSV file that is read where it is worked on."""

    path: str
    begin: int
    size: int

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
            table = takable(file.read_row_group(self.group))
        first = self.end - table.num_rows + 1
        return Records(table, _lines=range(first, self.end + 1))


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Rows of a Parquet file or of a workbook; those of a workbook have lines of their own."""

    table: pa.Table
    end: int
    check: int = 0
    lines: tuple[int, ...] | None = None
    refused: tuple[tuple[int, str, Fault], ...] = ()

    def records(self) -> Records:
        """See `Chunk`."""
        first = self.end - self.table.num_rows + 1
        return Records(self.table, list(self.refused), _lines=self.lines or range(first, self.end + 1))


class CsvInput:
    """A CSV file or standard input.

    Raises
    ------
    MigplanError
        What `Source` raises.
    """

    delimiter: str
    others: tuple[str, ...] = ()
    """Other tables of the file."""

    def __init__(self, path: Path | None, form: Form, size: int) -> None:
        blanks = form.delimiter == "blanks"
        columns = form.columns
        self._source = Source(path, form.encoding, "" if blanks else form.delimiter, size, columns)
        try:
            if blanks or (self._source.undivided and form.may_have_blanks(self._source.headers)):
                self._source.part_at_blanks(columns)
        except MigplanError:
            self._source.close()
            below = "" if blanks or columns else self.header_below()
            if below:
                raise MigplanError(Fault("missing", "header", below)) from None
            raise
        self._path = path
        self.name, self.delimiter = self._source.name, self._source.delimiter
        self.headers = tuple(self._source.headers)
        self.size = None if path is None else size_of(path)

    def header_below(self) -> str:
        """What to say of a header that stands further down; empty where there is none."""
        return header_below(self._source.head)

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return pa.Table.from_arrays([strings([])] * len(self.headers), names=list(self.headers))

    def sample(self) -> pa.Table:
        """The first rows, which stay to be read."""
        block = self._source.sample()
        return self.empty if block is None else read_block(block, self.headers, self.delimiter).table

    def chunks(self) -> Iterator[CsvChunk | FileChunk]:
        """All rows, in pieces whose bounds are the same in every run."""
        return map(self._chunk, self._source.blocks())

    def _chunk(self, block: Block) -> CsvChunk | FileChunk:
        """A chunk that another process can read by itself, where the encoding of the file lets it."""
        offset, size = self._source.offset, len(block.data)
        if offset is None:
            return CsvChunk(block, self.headers, self.delimiter)
        begin = offset + block.end - size
        bare = replace(block, data=b"")
        return FileChunk(bare, self.headers, self.delimiter, str(self._path), begin, size)

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
    others: tuple[str, ...] = ()

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
        return [f.name for f in self._file.schema_arrow if not is_plain(f.type)]

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return takable(self._file.schema_arrow.empty_table())

    def sample(self) -> pa.Table:
        """The first rows, which stay to be read."""
        try:
            batch = next(self._file.iter_batches(batch_size=_SAMPLE), None)
        except (OSError, pa.ArrowException):
            # What is wrong is told where the rows are read.
            batch = None
        return self.empty if batch is None else takable(pa.Table.from_batches([batch]))

    def chunks(self) -> Iterator[TableChunk]:
        """All rows."""
        try:
            for batch in self._file.iter_batches(batch_size=self._rows):
                self._done += batch.num_rows
                yield TableChunk(takable(pa.Table.from_batches([batch])), self._done)
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


class SheetInput:
    """A sheet of a workbook.

    Raises
    ------
    MigplanError
        The workbook cannot be read, or has no such sheet.
    """

    delimiter = ","

    def __init__(self, path: Path, form: Form, size: int) -> None:
        self.name, self._rows = str(path), max(size // _ROW, 1)
        sheet = read_sheet(path, form.sheet, form.columns)
        self.headers, self._lines, self._table = sheet.headers, sheet.lines, sheet.table
        self.others = sheet.others
        self.size: int | None = len(self._lines)
        self._done = 0

    @property
    def empty(self) -> pa.Table:
        """No rows."""
        return self._table.slice(0, 0)

    def sample(self) -> pa.Table:
        """The first rows, which stay to be read."""
        return self._table.slice(0, _SAMPLE)

    def chunks(self) -> Iterator[TableChunk]:
        """All rows."""
        for begin in range(0, len(self._lines), self._rows):
            end = self._done = min(begin + self._rows, len(self._lines))
            table = self._table.slice(begin, end - begin)
            yield TableChunk(table, end, 0, tuple(self._lines[begin:end]))

    def far_chunks(self) -> Iterator[TableChunk]:
        """All rows."""
        return self.chunks()

    def progress(self) -> int:
        """Rows read so far."""
        return self._done

    def close(self) -> None:
        """Nothing is held."""


def size_of(path: Path) -> int | None:
    """Bytes of a file; None where it is a pipe. [B]."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


Input = CsvInput | ParquetInput | SheetInput

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

_SLACK = 1.005
"""How many times longer than its part of the file a chunk is, since each ends with a whole record."""


def rows_of_a_chunk(settings: Settings) -> int:
    """How many rows of a table in memory are planned together."""
    return max((_DRAWN if settings.samples else _BYTES[settings.options]) // _ROW, 1)


def open_input(
    path: Path | None,
    settings: Settings,
    encoding: str = "",
    delimiter: str = "",
    maps: Sequence[str] = (),
) -> Input:
    """The input of a path, by what it is: Parquet and workbooks begin with letters of their own.

    Parameters
    ----------
    path : Path or None
        None is standard input, which is CSV, as is all else that flows.
    encoding, delimiter : str
        Empty: as the file shows; a delimiter 'blanks' is any number of them.
    maps : sequence of str
        What the user says of its columns.

    Raises
    ------
    MigplanError
        It cannot be read.
    """
    form = Form(encoding, delimiter, settings.columns, settings.sheet, _single_headers(settings, maps))
    size = _DRAWN if settings.samples else _BYTES[settings.options]
    begin = b"" if path is None else _first_bytes(path)
    if path is not None and begin == b"PAR1":
        return ParquetInput(path, size)
    if path is not None and begin == b"PK\x03\x04":
        return SheetInput(path, form, size)
    if form.sheet:
        text = f"{shorten(form.sheet)} is for a workbook, which {_called(path)} is not"
        raise MigplanError(Fault("contradiction", "--sheet", text))
    whole = None if path is None else size_of(path)
    if path is not None and whole is not None:
        size = min(size, max(int(_MOST_ROWS * _line_length(path)), _LOOK))
    return CsvInput(path, form, _even(size, whole))


def rows_of(
    path: Path,
    settings: Settings,
    encoding: str = "",
    delimiter: str = "",
    maps: Sequence[str] = (),
) -> Iterator[Records]:
    """All rows of a file, in pieces.

    Raises
    ------
    MigplanError
        It cannot be read.
    """
    source = open_input(path, settings, encoding, delimiter, maps)
    try:
        for chunk in source.chunks():
            yield chunk.records()
    finally:
        source.close()


def _single_headers(settings: Settings, maps: Sequence[str]) -> tuple[str, ...] | None:
    """Headers that are one however many blanks they have; None where no column need give the volume."""
    if "volume" in settings.given:
        return None
    return tuple(text.rpartition("=")[0].strip() for text in maps)


def _called(path: Path | None) -> str:
    return "standard input" if path is None else shorten(str(path))


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
    if whole is None or whole < WORTH_SEVERAL:
        return wanted
    chunks = _TOGETHER * max(round(whole / (_TOGETHER * wanted)), 1)
    return math.ceil(whole / chunks * _SLACK)


def _first_bytes(path: Path) -> bytes:
    """The first four bytes of a file; none of what flows."""
    if not can_be_opened_again(path):
        return b""
    try:
        with path.open("rb") as file:
            return file.read(4)
    except OSError as error:
        raise _unreadable(path, error) from None
