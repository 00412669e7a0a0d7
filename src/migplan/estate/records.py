"""Blocks of CSV to tables of texts: by pyarrow where a block is regular, by Python's csv module where it is not.

Both read regular blocks alike. What has no place in a table of texts, rows of another length and bytes that are not
UTF-8, is told row by row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from migplan.errors import Fault, counted, shorten
from migplan.estate.arrays import as_texts, numbers, plain, strings
from migplan.estate.blocks import Block, count_lines, long_cells

_WIDEST = 2**30


@dataclass(slots=True)
class RowError:
    """A fault and where it stands.

    Attributes
    ----------
    line : int
        Of the file, from 1.
    row : str
        The whole row, as CSV.
    """

    line: int
    fault: Fault
    row: str


@dataclass(slots=True)
class Records:
    """Some rows of a table.

    Attributes
    ----------
    table : Table
        The cells; where they come from CSV all columns are texts.
    refused : list of (line, row, fault)
        Rows that are not in the table.
    """

    table: pa.Table
    refused: list[tuple[int, str, Fault]] = field(default_factory=list)
    _block: Block | None = None
    _lines: Sequence[int] | None = None
    _delimiter: str = ","

    def lines(self) -> Sequence[int]:
        """Line of the file on which each row of the table begins; worked out only when it is asked for."""
        if self._lines is None:
            assert self._block is not None
            rows, block = self.table.num_rows, self._block
            ends = count_lines(block.data) + (not block.data.endswith((b"\n", b"\r")))
            if ends == rows:
                self._lines = range(block.line, block.line + rows)
            else:
                self._lines = [line for line, _ in _rows(block, self._delimiter)]
        return self._lines

    def row_text(self, place: int) -> str:
        """One row as CSV."""
        values = [column[place].as_py() for column in self.table.columns]
        return as_row(["" if value is None else str(value) for value in values], self._delimiter)


def kept(records: Records, headers: Sequence[str], where: Sequence[tuple[str, str]]) -> Records:
    """The rows whose cells have certain texts, with the lines on which they stand.

    Parameters
    ----------
    where : sequence of (str, str)
        Header and text; blanks around either do not matter.
    """
    if not where or not records.table.num_rows:
        return records
    wanted = np.ones(records.table.num_rows, dtype=bool)
    for header, text in where:
        place = [other.strip() for other in headers].index(header.strip())
        texts = pc.utf8_trim_whitespace(as_texts(records.table.column(place).combine_chunks()))
        wanted &= plain(pc.equal(texts, text.strip()))
    places, lines = np.flatnonzero(wanted), records.lines()
    table = records.table.take(numbers(places))
    return replace(records, table=table, _lines=[lines[place] for place in places.tolist()])


def as_row(cells: Sequence[str], delimiter: str) -> str:
    """Cells as a line of CSV, without its end."""
    text = io.StringIO()
    # Only with both signs in the line end are cells quoted that hold either.
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n")


def read_block(block: Block, headers: Sequence[str], delimiter: str) -> Records:
    """The rows of a block."""
    table = _quick(block, headers, delimiter) if _is_plain(block) else None
    if table is not None:
        return Records(table, _block=block, _delimiter=delimiter)
    return _slow(block, headers, delimiter)


def _is_plain(block: Block) -> bool:
    # pyarrow takes a mark at the beginning of any block for one at the beginning of the file.
    return block.regular and not block.data.startswith(b"\xef\xbb\xbf")


def _quick(block: Block, headers: Sequence[str], delimiter: str) -> pa.Table | None:
    """The block as pyarrow reads it; None where a row has another length or is not UTF-8."""
    names = [str(position) for position in range(len(headers))]
    ragged = []

    def note(row: object) -> str:
        ragged.append(row)
        return "error"

    try:
        table = pacsv.read_csv(
            pa.py_buffer(block.data),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=_WIDEST),
            pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=b'"' in block.data, invalid_row_handler=note
            ),
            pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    return None if ragged else table.rename_columns(list(headers))


def _rows(block: Block, delimiter: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins; empty lines are none."""
    # Bytes that are no UTF-8 become lone surrogates, which no text that is UTF-8 has.
    text = block.data.decode("utf-8", "surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found, line = [], block.line
    with long_cells():
        for row in reader:
            if row:
                found.append((line, row))
            line = block.line + reader.line_num
    return found


def _slow(block: Block, headers: Sequence[str], delimiter: str) -> Records:
    rows, lines, refused = [], [], []
    for line, row in _rows(block, delimiter):
        fault = _fault(row, headers)
        if fault is None:
            rows.append(row)
            lines.append(line)
        else:
            refused.append((line, as_row([_visible(cell) for cell in row], delimiter), fault))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(headers)
    table = pa.Table.from_arrays([strings(column) for column in columns], names=list(headers))
    return Records(table, refused, block, lines, delimiter)


def _fault(row: list[str], headers: Sequence[str]) -> Fault | None:
    """Why a row cannot be read at all."""
    if len(row) != len(headers):
        text = f"{counted(len(row), 'cell')}; wanted {len(headers)}, as many as the header has"
        return Fault("bad-file", "row", text)
    for header, cell in zip(headers, row, strict=True):
        if not cell.isascii() and any("\ud800" <= sign <= "\udfff" for sign in cell):
            return Fault(
                "bad-file", header, f"{shorten(_visible(cell))} is not UTF-8; say --encoding, such as cp1252"
            )
    return None


def _visible(cell: str) -> str:
    """A cell with the bytes that are no UTF-8 spelled out."""
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
