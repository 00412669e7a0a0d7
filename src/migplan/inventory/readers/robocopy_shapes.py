r"""What lines of robocopy look like in any language: by tabs, stars, dashes and numbers, and by no word.

A file has four tabs (`\tclass\t\tsize\tname`), a folder two (`\tcount\tpath\`). What begins with a star lies at the
destination.
"""

from __future__ import annotations

import re

SIZE = rb"\d+(?:\.\d+)?(?: [kmgt])?"
STAMP = rb"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"
FILE_LINE = re.compile(rb"\t([^\t]*)\t\t *(" + SIZE + rb")(?: " + STAMP + rb")?\t[^\t]+")
"""A file: its class, and its size."""
FOLDER_LINE = re.compile(rb"\t[^\t]*-?\d+\t[^\t]*\\[ \r]*")
_ROW = rb"[^\d\n:]*:((?:[ \t]+" + SIZE + rb"){6})[ \t\r]*\n"
FOOTER = re.compile(_ROW * 3 + rb"[^\d\n:]*:(?:[ \t]+\d+:\d\d:\d\d){3,4}")
"""The rows of folders, files and bytes behind the last dashes."""
HEADER = re.compile(
    rb"[^\t\n]*ROBOCOPY[^\n]*\n-{20,}\r?\n(?:[^\n]*\n){1,6}?[^\n:=]*[:=] ((?:[A-Za-z]:|\\\\)[^\r\n]*)"
)
"""What stands behind the first dashes, up to the source."""
ERROR = re.compile(rb"[^\n]*? \d+ \(0x([0-9A-Fa-f]{8})\)[^\n]*?((?:[A-Za-z]:\\|\\\\)[^\r\n]*)\r?\n([^\r\n]*)")
DASHES = b"-" * 20
_POWERS: dict[str, int] = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def bytes_of(text: str) -> int:
    """A size as robocopy rounds it, in powers of 1,024.

    >>> bytes_of("844.3 k"), bytes_of("12")
    (864563, 12)
    """
    number, _, power = text.strip().partition(" ")
    return round(float(number) * float(1024 ** _POWERS[power.strip()]))


def row_of(row: bytes) -> tuple[int, ...]:
    """The six numbers of a row of the footer: total, copied, skipped, mismatch, failed, extras.

    >>> row_of(b"  7 6 1 0 0 2")
    (7, 6, 1, 0, 0, 2)
    """
    return tuple(bytes_of(size.decode()) for size in re.findall(SIZE, row))
