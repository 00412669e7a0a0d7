"""Tables of Markdown whose header and cells come from one list of columns, so that they cannot drift apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from migplan.report.escape import text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
    cell : callable
        Row -> what stands in the cell; escaped unless it is `Markup`.
    numeric : bool
        Whether it is set flush right.
    """

    title: str
    cell: Callable[[Any], object]
    numeric: bool = False


def table(columns: Sequence[Column], rows: Iterable[Any]) -> str:
    r"""A Markdown table.

    >>> print(table([Column("Item", lambda row: row[0]), Column("USD", lambda row: row[1], True)], [("a|b", 1)]))
    | Item | USD |
    | --- | ---: |
    | a\|b | 1 |
    """
    lines: list[list[str]] = [
        [text(column.title) for column in columns],
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
