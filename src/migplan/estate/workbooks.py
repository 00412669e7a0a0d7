"""Sheets of Excel workbooks as tables of texts, each cell as a person reads it there."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from migplan.errors import Fault, MigplanError, shorten
from migplan.estate.arrays import strings

_MOST = 1 << 30
"""Bytes of a workbook once it is unpacked that are read."""

_PART = 10_000
"""Rows that are held as texts of Python, which take ten times the memory of those of Arrow."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as a table of texts.

    Attributes
    ----------
    headers : tuple of str
        The first row of several cells, or of one where no row has more.
    table : Table
        The rows behind it that are not empty, all columns texts.
    lines : list of int
        The row of each of them, as the workbook counts them.
    others : tuple of str
        Titles of the other sheets.
    """

    headers: tuple[str, ...]
    table: pa.Table
    lines: list[int]
    others: tuple[str, ...]


def read_sheet(path: Path, sheet: str = "", columns: Sequence[str] = ()) -> Sheet:
    """Read a sheet.

    Parameters
    ----------
    path : Path
    sheet : str
        Empty: the first.
    columns : sequence of str
        Headers of a sheet that has none.

    Raises
    ------
    MigplanError
        It is no workbook, is too large, or has no such sheet or no header.
    """
    # Only who has a workbook waits for it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _check_size(path)
        with warnings.catch_warnings():
            # What it cannot show, such as rules for cells, is none of our business.
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        text = getattr(error, "strerror", None) or "is no Excel workbook; wanted .xlsx, CSV or Parquet"
        raise MigplanError(Fault("bad-file", str(path), text)) from None
    try:
        chosen = _chosen(path, book, sheet)
        others = tuple(one.title for one in book.worksheets if one.title != chosen.title)
        return _table(path, chosen, columns, others)
    finally:
        book.close()


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > _MOST:
        text = f"unpacks to more than {_MOST >> 30} GiB; wanted CSV or Parquet"
        raise MigplanError(Fault("bad-file", str(path), text))


def _chosen(path: Path, book: Any, sheet: str) -> Any:
    sheets = {one.title: one for one in book.worksheets}
    found = sheets.get(sheet) if sheet else next(iter(sheets.values()), None)
    if found is None:
        names = ", ".join(shorten(name, 30) for name in sheets) or "none"
        text = f"{shorten(sheet)} is no sheet of {path}; wanted one of {names}"
        raise MigplanError(Fault("bad-choice", "--sheet", text))
    # Some programs write bounds that are too small.
    found.reset_dimensions()
    return found


def _table(path: Path, sheet: Any, columns: Sequence[str], others: tuple[str, ...]) -> Sheet:
    rows = _rows(sheet)
    header, held = (list(columns), []) if columns else _header(rows)
    if not header:
        text = f"sheet {shorten(sheet.title)} has no header; wanted one with the names of the columns, or --sheet"
        raise MigplanError(Fault("bad-file", str(path), text))
    lines: list[int] = []
    parts = [_part(header, [])]
    held_or_read = itertools.chain(held, rows)
    while some := list(itertools.islice(held_or_read, _PART)):
        for line, row in some:
            if len(row) > len(header):
                where = f"sheet {shorten(sheet.title)}, row {line}"
                text = f"{where}: {len(row)} cells; wanted {len(header)}, as many as the header has"
                raise MigplanError(Fault("bad-file", str(path), text))
            row += [""] * (len(header) - len(row))
        lines += [line for line, _ in some]
        parts.append(_part(header, [row for _, row in some]))
    return Sheet(tuple(header), pa.concat_tables(parts).combine_chunks(), lines, others)


def _header(rows: Iterator[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and the rows behind it that are read already."""
    titles = []
    for line, row in rows:
        if len(row) > 1:
            # A title above the header has a cell of its own and nothing beside it.
            return row, []
        titles.append((line, row))
    return (titles[0][1], titles[1:]) if titles else ([], [])


def _part(header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return pa.Table.from_arrays([strings(column) for column in columns], names=list(header))


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, without the empty cells at their end."""
    for line, row in enumerate(sheet.iter_rows(), 1):
        texts = [_text(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield line, texts


def _text(cell: Any) -> str:
    """A cell as it is shown: parts in percent, days without their midnight, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        if "%" in str(cell.number_format):
            return f"{value * 100:.12g} %"
        return f"{value:.0f}" if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ", "seconds")
    return str(value)
