"""Tables of texts whose columns are separated by blanks, as `df` and storage systems print them, to CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import pairwise

from migplan.errors import UnitError, shorten

_PROMPT = re.compile(r"\S*::\S*>.*")
_COUNTED = re.compile(r"\d+ entr(?:y was|ies were) displayed\.?")
_RULE = re.compile(r"[-=]+(?: +[-=]+)*")
_LISTING = re.compile(r"[bcdlps-][rwxsStT-]{9}[.+@]? ")
_TWO_WORDS = ("Mounted on",)
"""Headers of two words whose cells may have none where the words part."""


def to_csv(text: str, columns: Sequence[str] = ()) -> tuple[list[str], str, int]:
    r"""Take a table apart at its blanks.

    Parameters
    ----------
    text : str
        The whole table, with its header unless `columns` are given.
    columns : sequence of str
        The headers of a table that has none.

    Returns
    -------
    headers : list of str
    rows : str
        CSV with a line for each line behind the header, so that lines keep their numbers.
    line : int
        On which the first of these lines stands, from 1.

    Raises
    ------
    UnitError
        The columns cannot be told apart.

    Examples
    --------
    >>> to_csv("Filesystem     Size Mounted on\nnas01:/my home  20T /\n")
    (['Filesystem', 'Size', 'Mounted on'], 'nas01:/my home,20T,/\n', 2)
    """
    lines = [_spoken(line) for line in text.expandtabs().splitlines()]
    head = next((place for place, line in enumerate(lines) if line), 0)
    if any(_LISTING.match(line) for line in lines[head : head + 2]):
        raise UnitError(
            "looks like `ls -l`, where a folder has the size of its entry and not of what is in it; "
            "wanted the output of `du -sk FOLDER/*`, with --columns 'Used (KiB),name'"
        )
    if columns:
        rows = [line.split(None, len(columns) - 1) for line in lines]
        return list(columns), _as_csv(rows), 1
    header, body = lines[head], lines[head + 1 :]
    if body and _RULE.fullmatch(body[0]):
        headers, rows = _cut([header, *body], _ruled(body[0]))
        rows[0] = []
        whole, wrong = headers, _crossed(body, _ruled(body[0]))
    else:
        headers, rows = _merged(*_cut([header, *body], _spans([header, *body])))
        whole = _words(header)
        wrong = _doubtful(rows) if len(headers) == len(whole) else 0
        if wrong is not None:
            headers, rows = whole, [line.split() for line in body]
            wrong = next((place for place, row in enumerate(rows) if row and len(row) != len(whole)), None)
        mounted = _mounted(whole, body) if wrong is not None else None
        if mounted is not None:
            headers, rows, wrong = whole, mounted, None
    if wrong is not None:
        raise UnitError(
            f"line {head + 2 + wrong}: {shorten(body[wrong].strip(), 40)} does not stand under the header's "
            "columns, which blanks separate; wanted CSV, or names without blanks"
        )
    return headers, _as_csv(rows), head + 2


def _spoken(line: str) -> str:
    """A line, or nothing where it is what a console says around a table."""
    line = line.rstrip()
    return "" if _PROMPT.fullmatch(line) or _COUNTED.fullmatch(line.strip()) else line


def _as_csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        if row:
            writer.writerow(row)
        else:
            text.write("\n")
    return text.getvalue()


def _words(header: str) -> list[str]:
    """The words of a header; some are two."""
    for pair in _TWO_WORDS:
        header = header.replace(pair, pair.replace(" ", "\0"))
    return [word.replace("\0", " ") for word in header.split()]


def _mounted(headers: Sequence[str], body: Sequence[str]) -> list[list[str]] | None:
    """Rows of `df`, whose first and last cells are names that may have blanks; None where they are none of it.

    >>> _mounted(["Filesystem", "Size", "Used", "Use%", "Mounted on"], ["//nas/my share 10T 7.5T 75% /mnt/my data"])
    [['//nas/my share', '10T', '7.5T', '75%', '/mnt/my data']]
    """
    if len(headers) < 4 or headers[-1] != _TWO_WORDS[0]:
        return None
    kinds = [r"\S+" if header == "Type" else r"-|[0-9][0-9.,]*[A-Za-z]{0,3}" for header in headers[1:-2]]
    cells = "".join(rf"\s+({kind})" for kind in kinds)
    form = re.compile(rf"(\S.*?){cells}\s+([0-9]+%|-)\s+(\S.*)")
    found = [form.fullmatch(line.strip()) if line else line for line in body]
    return None if None in found else [list(row.groups()) if row else [] for row in found]


def _ruled(rule: str) -> list[tuple[int, int | None]]:
    """Where columns stand whose widths a line of dashes shows."""
    starts = [match.start() for match in re.finditer(r"[-=]+", rule)]
    starts[0] = 0
    return [*pairwise(starts), (starts[-1], None)]


def _spans(lines: Sequence[str]) -> list[tuple[int, int | None]]:
    """Where columns stand: between the places that are blank in every line."""
    width = max(map(len, lines), default=0)
    filled = [False] * (width + 1)
    for line in set(lines):
        for place, sign in enumerate(line):
            if sign != " ":
                filled[place] = True
    starts = [place for place in range(width) if filled[place] and (place == 0 or not filled[place - 1])]
    return [*pairwise(starts), (starts[-1], None)] if starts else []


def _merged(headers: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Columns without those that only a blank inside a name has made."""
    place = 1
    while place < len(headers):
        empty = not any(row[place] for row in rows if row)
        if headers[place] and not (empty and f"{headers[place - 1]} {headers[place]}" in _TWO_WORDS):
            place += 1
            continue
        for row in (headers, *(row for row in rows if row)):
            row[place - 1 : place + 1] = [" ".join(filter(None, row[place - 1 : place + 1]))]
    return headers, rows


def _cut(lines: Sequence[str], spans: Sequence[tuple[int, int | None]]) -> tuple[list[str], list[list[str]]]:
    """The header and the rows, each cut at the same places."""
    cut = [[line[begin:end].strip() for begin, end in spans] if line else [] for line in lines]
    return cut[0], cut[1:]


def _doubtful(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that lacks cells while another of its cells has blanks: it may be out of line."""
    for place, row in enumerate(rows):
        if any(not cell for cell in row) and any(" " in cell for cell in row):
            return place
    return None


def _crossed(body: Sequence[str], spans: Sequence[tuple[int, int | None]]) -> int | None:
    """The first row of which a cell is too wide for its column."""
    for place, line in enumerate(body):
        if any(line[begin - 1 : begin].strip() for begin, _ in spans[1:]):
            return place
    return None
