"""A CSV file as blocks of whole records, whatever its encoding and line ends, without reading it twice.

Blocks have the same bounds in every run over the same file, so that a run that was killed can go on at one of them.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from migplan.errors import Fault, MigplanError, UnitError
from migplan.estate.blanks import to_csv
from migplan.estate.foreign import DELIMITERS, foreign, unmarked


def count_lines(data: bytes) -> int:
    r"""Line ends in some bytes, of all three kinds.

    >>> count_lines(b"a\r\nb\nc\rd")
    3
    """
    lines = data.count(b"\n")
    # Looking for a sign that is not there is ten times quicker than counting it.
    return lines + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else lines


def record_of(delimiters: bytes) -> re.Pattern[bytes]:
    """One record and its line end, as `csv` reads it; the last one of a file may lack the line end."""
    ends = b"\r\n" + re.escape(delimiters)
    quoted = b'"[^"]*+(?:""[^"]*+)*+"[^' + ends + b"]*+"
    bare = b'[^"' + ends + b"][^" + ends + b"]*+"
    cell = b"(?:" + quoted + b"|" + bare + b"|)"
    return re.compile(cell + b"(?:[" + re.escape(delimiters) + b"]" + cell + b")*+(?:\r\n|\r|\n|\\Z)")


def last_record_end(data: bytes, delimiter: str, ended: bool) -> tuple[int, bool]:
    r"""Where the last whole record of some bytes ends, which begin with one.

    Parameters
    ----------
    data : bytes
    delimiter : str
    ended : bool
        Whether nothing follows, so that the last record needs no line end.

    Returns
    -------
    cut : int
        0 where there is no whole record.
    regular : bool
        Whether every quote opens or closes a cell or is doubled inside one.

    Examples
    --------
    >>> last_record_end(b'a,"b\n', ",", False), last_record_end(b'a,b\n"c\n', ",", False)
    ((0, True), (4, True))
    """
    if b'"' not in data:
        return (len(data) if ended else _line_end(data, len(data))), True
    bytes_ = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(bytes_ == 34)
    if not _regular(bytes_, quotes, delimiter):
        return _walked(data, delimiter, ended), False
    if ended:
        return len(data), len(quotes) % 2 == 0
    cut = _line_end(data, len(data))
    while cut:
        before = int(np.searchsorted(quotes, cut))
        if before % 2 == 0:
            break
        # Inside a quoted cell: go on before its opening quote.
        cut = _line_end(data, int(quotes[before - 1]))
    return cut, True


def _line_end(data: bytes, stop: int) -> int:
    """End of the last line before a place; a return at the very end may be half of a line end."""
    cut = data.rfind(b"\n", 0, stop) + 1
    return cut or data.rfind(b"\r", 0, min(stop, len(data) - 1)) + 1


def _regular(data: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: str) -> bool:
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), 10, 13, 34]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    behind = data[closing[closing < len(data) - 1] + 1]
    return bool(edge[before].all() and edge[behind].all())


def _walked(data: bytes, delimiter: str, ended: bool) -> int:
    """The last record end of irregular bytes, by going from record to record."""
    pattern, place = record_of(delimiter.encode()), 0
    while place < len(data):
        match = pattern.match(data, place)
        if match is None or match.end() == place:
            break
        if match.end() == len(data) and not ended and not data.endswith(b"\n"):
            break
        place = match.end()
    return len(data) if ended else place


BLOCK = 4 << 20
"""Bytes of a block, about."""

LONGEST = 64 << 20
"""Bytes of the longest record that is waited for."""

SAMPLE = 64 << 10
"""Bytes behind the header by which it is judged what the columns hold."""

_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_AHEAD_OF_HEADER = re.compile(r'"?sep=([,;|\t]?)"?|#TYPE .*')
"""Lines before a header: for Excel the delimiter, from Windows PowerShell the type of what it exports."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # What begins with it begins with the mark of UTF-16, too.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records.

    Attributes
    ----------
    data : bytes
        UTF-8, or what stands where UTF-8 was expected.
    line : int
        Line of the file on which the first record begins, from 1.
    end : int
        Bytes of UTF-8 from the first record of the file to the end of this block.
    regular : bool
        Whether every quote opens or closes a cell or is doubled inside one.
    check : int
        Running checksum of everything up to the end of this block.
    """

    data: bytes
    line: int
    end: int
    regular: bool
    check: int


class Source:
    """A CSV file, open for reading.

    Parameters
    ----------
    path : Path or None
        None is standard input.
    encoding : str
        Empty: UTF-8, or UTF-16 where a byte order mark says so.
    delimiter : str
        Empty: by a line `sep=` before the header, or by the header, which has a comma outside quotes, else a
        semicolon, else a tab, else a bar.
    size : int
        Bytes of a block, about.
    columns : sequence of str
        Headers of a file that has none.

    Attributes
    ----------
    headers : list of str
    delimiter : str
        A comma where nothing has one.
    undivided : bool
        Whether neither the user nor the first line says what the delimiter is.
    head : bytes
        The first lines, with the header.
    offset : int or None
        Bytes of the file before its first record; None where it is no file of UTF-8 that can be opened again.

    Raises
    ------
    MigplanError
        The file cannot be read, is empty, or is not in its encoding.
    """

    def __init__(
        self,
        path: Path | None,
        encoding: str = "",
        delimiter: str = "",
        size: int = BLOCK,
        columns: Sequence[str] = (),
    ) -> None:
        self.name = "standard input" if path is None else str(path)
        self._size = size
        self.offset: int | None = None
        try:
            self._file: BinaryIO = sys.stdin.buffer if path is None else path.open("rb")
        except OSError as error:
            raise self._fault(f"cannot be read: {error.strerror}") from None
        try:
            self._open(encoding, delimiter, columns)
        except MigplanError:
            self.close()
            raise
        if path is None or not can_be_opened_again(path):
            self.offset = None

    def _open(self, encoding: str, delimiter: str, columns: Sequence[str]) -> None:
        """Find out about the encoding, the header and the delimiter."""
        self.read_bytes = 0
        self._ended = False
        raw = self._raw(self._size)
        mark, found = next(((m, e) for m, e in _BOMS if raw.startswith(m)), (b"", "utf-8"))
        strange = foreign(raw[len(mark) :]) or (unmarked(raw) if not mark and not encoding else "")
        if strange:
            raise self._fault(strange)
        encoding = encoding or found
        self._decoder = None if encoding == "utf-8" else _decoder(encoding)
        mark = mark if encoding == found else b""
        self._rest = self._decoded(raw[len(mark) :])
        self.head = self._rest[:SAMPLE]
        self._line, self._end, self._check = 1, 0, 0
        self._begun, self._header_bytes = b"", 0
        before = self._place()
        header = self._take_line()
        while (ahead := _AHEAD_OF_HEADER.fullmatch(header.strip("\r\n"))) is not None:
            delimiter = delimiter or ahead[1] or ""
            before = self._place()
            header = self._take_line()
        bare = _QUOTED.sub("", header)
        found = next((sign for sign in DELIMITERS if sign in bare), "")
        self.delimiter = delimiter or found or ","
        self.undivided = not (delimiter or found)
        self.headers = list(columns) or read_header(header, self.delimiter)
        if columns:
            # What stands in the place of a header is a row.
            self._rest, self._begun, self._line, self._header_bytes, self._check = before
        self.offset = len(mark) + self._header_bytes if self._decoder is None else None

    def _place(self) -> tuple[bytes, bytes, int, int, int]:
        return self._rest, self._begun, self._line, self._header_bytes, self._check

    def part_at_blanks(self, columns: Sequence[str] = ()) -> None:
        """Read all of the file as a table whose columns blanks separate.

        Parameters
        ----------
        columns : sequence of str
            Headers of a file that has none.

        Raises
        ------
        MigplanError
            Its columns cannot be told apart, or it is too long for a table that a console has printed.
        """
        self._rest = self._begun + self._rest
        while not self._ended and len(self._rest) <= LONGEST:
            self._rest += self._decoded(self._raw(self._size))
        if len(self._rest) > LONGEST:
            raise self._fault(f"has more than {LONGEST >> 20} MiB of a table separated by blanks; wanted CSV")
        try:
            self.headers, rows, line = to_csv(self._rest.decode("utf-8", "surrogateescape"), columns)
        except UnitError as error:
            raise self._fault(str(error)) from None
        self._rest, self._line, self.delimiter = rows.encode("utf-8", "surrogateescape"), line, ","
        self.offset = None

    def sample(self) -> Block | None:
        """The first whole records behind the header, which stay to be read; None where there are none."""
        while len(self._rest) < SAMPLE and not self._ended:
            self._rest += self._decoded(self._raw(SAMPLE - len(self._rest)))
        data = self._rest[:SAMPLE]
        cut, regular = last_record_end(data, self.delimiter, self._ended and len(data) == len(self._rest))
        return Block(data[:cut], self._line, cut, regular, 0) if cut else None

    def __enter__(self) -> Source:
        """Use the file in a `with` statement."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not sys.stdin.buffer:
            self._file.close()

    def _fault(self, text: str) -> MigplanError:
        return MigplanError(Fault("bad-file", self.name, text))

    def _raw(self, size: int) -> bytes:
        """As many bytes as asked for, fewer only at the end."""
        parts = []
        while size > 0:
            try:
                part = self._file.read(size)
            except OSError as error:
                raise self._fault(f"cannot be read: {error.strerror}") from None
            if not part:
                break
            parts.append(part)
            size -= len(part)
        raw = b"".join(parts)
        self._ended = size > 0
        self.read_bytes += len(raw)
        return raw

    def _decoded(self, raw: bytes) -> bytes:
        """Raw bytes as UTF-8."""
        if self._decoder is None:
            return raw
        try:
            return self._decoder.decode(raw, final=self._ended).encode("utf-8", "surrogatepass")
        except UnicodeError as error:
            if "BOM" in str(error):
                # What lacks its mark is a UnicodeDecodeError from Python 3.13 on alone.
                text = "has no mark of the order of its bytes; say --encoding with it, such as utf-16-le"
            elif isinstance(error, UnicodeDecodeError):
                place = self.read_bytes - len(raw) + error.start
                text = f"is not {error.encoding} (byte {place}); wanted UTF-8, or UTF-16 with a mark, or say --encoding"
            else:
                text = f"{error}; wanted UTF-8, or UTF-16 with a mark, or say --encoding"
            raise self._fault(text) from None

    def _take_line(self) -> str:
        """The next line that is not empty; the file is read on until it is whole."""
        pattern = re.compile(rb"[\r\n]*+" + record_of(DELIMITERS.encode()).pattern)
        match = pattern.match(self._rest)
        while not self._ended and (match is None or match.end() == len(self._rest)):
            if len(self._rest) > LONGEST:
                break
            self._rest += self._decoded(self._raw(self._size))
            match = pattern.match(self._rest)
        try:
            header = "" if match is None else match[0].decode().lstrip("\ufeff")
        except UnicodeDecodeError as error:
            raise self._fault(
                f"the header is not UTF-8 (byte {error.start}); say --encoding, such as cp1252"
            ) from None
        if match is None or not header.strip():
            raise self._fault("has no header line; wanted one with the names of the columns")
        self._header_bytes += len(match[0])
        self._begun += match[0]
        self._line += count_lines(match[0])
        self._rest = self._rest[match.end() :]
        self._check = zlib.crc32(match[0], self._check)
        return header

    def blocks(self) -> Iterator[Block]:
        """The records behind the header."""
        while True:
            want, cut = self._size, 0
            while not cut:
                while len(self._rest) < want and not self._ended:
                    # What is read is longer than what is decoded: never so little that this takes many turns.
                    self._rest += self._decoded(self._raw(max(want - len(self._rest), self._size >> 3, 1)))
                data = self._rest[:want]
                last = self._ended and len(data) == len(self._rest)
                cut, regular = last_record_end(data, self.delimiter, last)
                if last and not cut:
                    return
                want *= 2
                if not cut and want > LONGEST:
                    text = f"line {self._line}: a record of more than {LONGEST >> 20} MiB; is a quote open?"
                    raise self._fault(text)
            yield self._take(cut, regular)

    def _take(self, cut: int, regular: bool) -> Block:
        data, self._rest = self._rest[:cut], self._rest[cut:]
        line = self._line
        self._line += count_lines(data)
        self._end += cut
        # Enough to tell another file from this one, and a hundred times quicker than the sum of all bytes.
        self._check = zlib.crc32(data[:4096] + data[-4096:], self._check)
        return Block(data, line, self._end, regular, self._check)


@contextlib.contextmanager
def long_cells() -> Iterator[None]:
    """Let the csv module read cells as long as records may be, and nobody else's readers."""
    before = csv.field_size_limit(LONGEST * 4)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def read_header(text: str, delimiter: str) -> list[str]:
    """The names of the columns."""
    with long_cells():
        return next(row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)


def can_be_opened_again(path: Path) -> bool:
    """Whether another process finds the same bytes under a path: not in a pipe, nor in what is open here alone."""
    ours = str(path.absolute()).startswith(("/dev/fd/", "/dev/stdin", "/proc/"))
    return path.is_file() and not ours


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        # Codecs that do not make text are refused here and nowhere else.
        with contextlib.suppress(UnicodeError):
            b"aaaa".decode(encoding)
        errors = "surrogatepass" if encoding.lower().startswith("utf") else "strict"
        return codecs.getincrementaldecoder(encoding)(errors)
    except LookupError:
        text = f"{encoding!r} is not known; wanted such as utf-16 or cp1252"
        raise MigplanError(Fault("bad-choice", "--encoding", text)) from None
