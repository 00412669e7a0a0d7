"""What is no table as we read it: files of another kind, of another encoding, and headers that stand further down."""

from __future__ import annotations

import csv
import io
import re

from migplan.errors import shorten
from migplan.estate.columns import candidate_columns
from migplan.text import listed

DELIMITERS = ",;\t|"
"""What may separate columns; the first of them that the header has outside quotes does."""

_BEGINNINGS = {
    b"PAR1": "is Parquet, which cannot be read as it flows; wanted CSV, or a file that is named",
    b"PK\x03\x04": "is a workbook or archive, which cannot be read as it flows; wanted CSV, or an .xlsx that is named",
    b"\xd0\xcf\x11\xe0": "is a workbook of the old kind (.xls), or with a password; wanted it saved as .xlsx or CSV",
    b"\x1f\x8b": "is compressed; wanted its text, as `zcat FILE | migplan batch - ...`",
    b"\x28\xb5\x2f\xfd": "is compressed; wanted its text, as `zstdcat FILE | migplan batch - ...`",
    b"%PDF": "is PDF; wanted the table that it was made of, as CSV, Excel or Parquet",
}
"""How files begin that are no text, and what to do about them."""

_TEXTS = (
    (re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])"), "is JSON; wanted CSV, Excel or Parquet"),
    (re.compile(rb"\s*<(?:[!?]|[A-Za-z][A-Za-z0-9]*[\s>/])"), "is HTML or XML; wanted CSV, Excel or Parquet"),
    (
        re.compile(rb"(?:\s*#[^\n]*\n)*\s*(?:volume|link|name|files|protocol)\s*=\s*[\"'0-9]"),
        "is a scenario, which is planned by `migplan plan`; wanted a table with a row for each share",
    ),
    (
        re.compile(rb"(?:\s*#[^\n]*\n)*(?:- )?(?:volume|name): \S[^\n,;|]*\n"),
        "is YAML; wanted CSV, Excel or Parquet",
    ),
)
"""How texts begin that are no tables."""

_LOOK = 4096
_LINES = 30
"""Lines among which a header is looked for that is not the first one."""


def foreign(raw: bytes) -> str:
    """What a file is that is no table, and what to do about it; empty where it may be one.

    >>> foreign(b'{"name": "a"}'), foreign(b"name,volume"), foreign(b"{name},{volume}")
    ('is JSON; wanted CSV, Excel or Parquet', '', '')
    """
    for begin, text in _BEGINNINGS.items():
        if raw.startswith(begin):
            return text
    return next((text for form, text in _TEXTS if form.match(raw[:_LOOK])), "")


def unmarked(raw: bytes) -> str:
    """What to do about bytes of zero where text is expected; empty where there are none.

    >>> unmarked("name,volume".encode("utf-16-le")), unmarked(b"name")
    ('has no mark of its encoding; say --encoding utf-16-le', '')
    """
    line = re.split(rb"[\r\n]\0*", raw[:_LOOK], maxsplit=1)[0]
    if b"\0" not in line:
        return ""
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        size = 4 if "32" in encoding else 2
        text = raw[: _LOOK // size * size].decode(encoding, "ignore").partition("\n")[0]
        if text.strip() and "\0" not in text and sum(sign.isascii() for sign in text) > len(text) / 2:
            return f"has no mark of its encoding; say --encoding {encoding}"
    return "is no text: its first line has bytes of zero; wanted CSV, Excel or Parquet"


def header_below(head: bytes) -> str:
    r"""What to do about a header that stands further down, behind titles; empty where there is none.

    >>> header_below(b"Servers of 2026\n\nname,volume\na,1 TB\n").partition(";")[0]
    "line 3 looks like the header ('name' and 'volume')"
    """
    lines = head.decode("utf-8", "replace").splitlines()[:_LINES]
    for number, line in enumerate(lines[1:], 2):
        for sign in DELIMITERS if len(line) < _LOOK else ():
            cells = next(csv.reader(io.StringIO(line), delimiter=sign), [])
            if len(cells) > 1 and any(column.name == "volume" for column in candidate_columns(cells, ())):
                shown = listed([shorten(cell.strip(), 30) for cell in cells[:3]])
                return (
                    f"line {number} looks like the header ({shown}); wanted the lines above it left out, as by "
                    f"`tail -n +{number} FILE | migplan batch - ...`"
                )
    return ""
