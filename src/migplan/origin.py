"""What tells a file that migplan wrote from somebody else's, which no output replaces without being told to."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

_SIGNATURE = "Written by migplan."
SIGNED = {"markdown": f"\n[//]: # ({_SIGNATURE})\n", "table": f"\n{_SIGNATURE}\n"}
"""What ends the files that have no other place for their origin; Markdown shows nothing of it."""

_WRITTEN = re.compile(
    rb'\A\s*\{\s*"(?:schema":\s*"migplan\.|\$id":\s*"urn:migplan:)'
    rb'|<meta name="generator" content="migplan"'
    rb"|<dc:title>migplan</dc:title>"
    rb"|\ABEGIN:VCALENDAR\r\n(?:[A-Z:0-9.]+\r\n)?PRODID:-//migplan//"
    rb"|\A\x89PNG\r\n[\x00-\xff]{0,200}tEXtSoftware\x00migplan"
    rb"|\A# Written by migplan"
)
"""How JSON, HTML, SVG, calendars, PNG and TOML of ours begin."""

_COLUMNS = re.compile(
    rb'(?<![^",;\t|>\s])(?:planned_)*cost_horizon_usd(?![^",;\t|<\s])'
    rb'|(?<![^",;\t|>\s])cutover_hours_p80(?![^",;\t|<\s])'
    rb'|\A(?:\xef\xbb\xbf)?"?line"?[,;\t|]"?column"?[,;\t|]"?code"?[,;\t|]"?message"?'
)
"""Columns that only tables of ours have: those of plans, of the calendar of an estate, and of bad rows."""

_HEAD, _TAIL, _FOOTER = 1 << 20, 200, 1 << 24


def is_ours(path: Path) -> bool:
    """Whether a file is one that migplan wrote, or holds nothing that could be lost.

    JSON is known by its schema, HTML, SVG, PNG and calendars by their maker, Markdown and text by their last line,
    tables by the columns that a batch, a sweep, an estate and bad rows have.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not head:
                return True
            if _WRITTEN.search(head[:4096]) or (
                path.suffix.lower() == ".csv" and _COLUMNS.search(head.split(b"\n", 1)[0])
            ):
                return True
            if path.suffix.lower() in (".parquet", ".xlsx"):
                return _COLUMNS.search(_columns_in(file)) is not None
            file.seek(-min(_TAIL, file.seek(0, os.SEEK_END)), os.SEEK_END)
            return file.read().rstrip(b" )\r\n").endswith(_SIGNATURE.encode())
    except OSError:
        return False


def begins_as_scenario(path: Path) -> bool:
    """Whether a file begins as the scenarios do that migplan writes, which people then change."""
    try:
        with path.open("rb") as file:
            return file.read(100).startswith(b"#:schema migplan-")
    except OSError:
        return False


def _columns_in(file: BinaryIO) -> bytes:
    """Where the names of columns stand: at the end of Parquet, among the texts of an Excel file."""
    file.seek(0)
    if file.read(4) == b"PAR1":
        end = file.seek(-8, os.SEEK_END)
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, end - length))
        # Names are told with their length before them, which is no letter of ours.
        return re.sub(rb"[^ -~]", b" ", file.read(_FOOTER)) if length <= min(end, _FOOTER) else b""

    # Only who replaces a workbook needs them.
    import lzma
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(file) as book:
            texts = [name for name in book.namelist() if name.endswith(("sharedStrings.xml", "sheet1.xml"))]
            return b" ".join(book.open(name).read(_HEAD) for name in texts)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError):
        return b""  # broken, encrypted, or packed as we never pack
