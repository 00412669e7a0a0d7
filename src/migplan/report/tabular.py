"""Tables from one list of columns, for the terminal, Markdown, CSV and JSON, so that none of them drifts apart."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migplan import language
from migplan.language import worded
from migplan.report.escape import flat, text

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
    cell : callable
        Row -> what stands in the cell; in Markdown it is escaped unless it is `Markup`.
    numeric : bool
        Whether it is set flush right.
    folds : bool
        Whether a terminal may break its texts over several lines.
    fills : bool
        Whether it takes the width of a terminal that the others leave.
    """

    title: str
    cell: Callable[[Any], object]
    numeric: bool = False
    folds: bool = False
    fills: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under columns, with a title where there are several tables.

    Attributes
    ----------
    gap : int
        Blanks behind each column on a terminal.
    """

    columns: Sequence[Column]
    rows: Iterable[Any]
    title: str = ""
    gap: int | None = None


def table(columns: Sequence[Column], rows: Iterable[Any]) -> str:
    r"""A Markdown table.

    >>> print(table([Column("Item", lambda row: row[0]), Column("USD", lambda row: row[1], True)], [("a|b", 1)]))
    | Item | USD |
    | --- | ---: |
    | a\|b | 1 |
    """
    lines: list[list[str]] = [
        [text(worded(column.title)) for column in columns],
        ["---:" if column.numeric else "---" for column in columns],
    ]
    lines += [[_cell(column.cell(row)) for column in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    """A dash for what there is none of begins no list inside a table."""
    return "-" if value == "-" else text(value)


def bullets(items: Iterable[object]) -> str:
    """A list of Markdown."""
    return "\n".join(f"- {text(item)}" for item in items)


def screen(parts: Iterable[RenderableType | Grid], width: int, colour: bool = False) -> str:
    """Lines and tables one below the other as text for a terminal, without blanks at the ends of lines.

    Parameters
    ----------
    parts : iterable
        Texts, grids, or whatever else the library of the terminal draws.
    width : int
        Columns.
    colour : bool
        Whether the text goes to a terminal that shows colours.
    """
    from rich.console import Console

    buffer = io.StringIO()
    console = Console(
        file=buffer, width=width, force_terminal=colour, highlight=False, emoji=False, markup=False
    )
    for part in parts:
        console.print(_drawn(part) if isinstance(part, Grid) else part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def wrapped(sentence: str, width: int, lead: str = "  ", later: str = "  ") -> str:
    r"""A sentence over as many lines as it takes, the later ones set in; signs that are two cells wide count as two.

    >>> print(wrapped("one two three four", 14).replace(" ", "."))
    ..one.two
    ....three.four
    """
    from rich.console import Console
    from rich.text import Text

    room = max(10, width - len(lead) - len(later))
    if language.unspaced():
        lines = _filled(flat(sentence), room)
    else:
        lines = [line.plain.rstrip() for line in Text(flat(sentence)).wrap(Console(width=width), room)]
    return "\n".join(f"{lead if place == 0 else lead + later}{line}" for place, line in enumerate(lines))


_STAYS = "、。，．・：；）」』】ーぁぃぅぇぉっゃゅょ々%):;,."
"""Signs that begin no line."""
_PIECE = re.compile(rf" +|[(（「]*(?:[!-~]+|[ァ-ヴー]+|[^ ])[{_STAYS}]*")
"""Blanks; a word of Latin letters or of Katakana; or a sign. With what neither begins nor ends a line."""


def _filled(sentence: str, room: int) -> list[str]:
    """Lines as full as they get; a word of Latin letters is broken only where it is wider than a line."""
    lines = [""]
    for piece in _PIECE.findall(sentence):
        for part in [piece] if cells(piece) <= room else piece:
            if cells(lines[-1] + part.rstrip()) > room:
                lines.append("")
            lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]


def cells(line: str) -> int:
    """How many cells of a terminal a line takes: a Japanese sign takes two.

    >>> cells("FSx"), cells("東京")
    (3, 4)
    """
    from rich.cells import cell_len

    return cell_len(line)


def width_of(column: Column, rows: Iterable[Any]) -> int:
    """How many cells of a terminal a column takes."""
    texts = (worded(column.title), *(str(column.cell(row)) for row in rows))
    return max(cells(line) for text in texts for line in text.splitlines())


def _drawn(grid: Grid) -> Table:
    from rich.table import Table

    shown = Table(
        title=grid.title or None,
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 1) if grid.gap is None else (0, grid.gap, 0, 0),
        show_header=any(column.title for column in grid.columns),
    )
    for column in grid.columns:
        shown.add_column(
            worded(column.title),
            justify="right" if column.numeric else "left",
            no_wrap=not (column.folds or column.fills),
            overflow="fold",
            ratio=1 if column.fills else None,
        )
    for row in grid.rows:
        shown.add_row(*(str(column.cell(row)) for column in grid.columns))
    return shown


def to_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of equal keys as CSV with a header.

    >>> print(to_csv([{"a": 1, "b": None}]), end="")
    a,b
    1,
    """
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def to_json(plain: Mapping[str, Any]) -> str:
    """A record with its schema as JSON; numbers that JSON has no text for are refused."""
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
