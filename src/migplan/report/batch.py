"""The summary of a batch as a Markdown page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from migplan.estate.summary import Summary, by_count, facts_of
from migplan.report.escape import text
from migplan.report.tabular import Column, table


def render_batch(
    summary: Summary,
    title: str,
    today: dt.date,
    percentiles: bool,
    notes: Sequence[str],
    bad: Sequence[str] = (),
    asked: bool = True,
    rows: Sequence[tuple[int, str, str]] = (),
) -> str:
    """A summary as Markdown.

    Parameters
    ----------
    title : str
        Name of the input.
    notes : sequence of str
        How the columns were read, a line each.
    bad : sequence of str
        Where the bad rows are, a line each.
    asked : bool
        Whether any row could say what it must meet.
    rows : sequence of (int, str, str)
        Of the first bad rows the line, the column and what is wrong.
    """
    told = [f"# Batch plan of {text(title)}", "", f"Planned on {today.isoformat()}.", ""]
    told += [f"- {text(line)}" for line in (*facts_of(summary, percentiles, asked), *bad)]
    tables = (
        ("Recommended options", "Option", "Rows", summary.options),
        ("Recommended targets", "Target", "Rows", summary.targets),
        ("Reasons", "Code", "Rows", summary.reasons),
        ("Bad cells by fault", "Code", "Cells", summary.faults),
        ("Bad cells by column", "Column", "Cells", summary.columns),
    )
    for heading, name, counted, counter in tables:
        if counter:
            told += ["", f"## {heading}", "", f"| {name} | {counted} |", "| --- | ---: |"]
            told += [f"| {text(key)} | {count:,} |" for key, count in by_count(counter)]
    if rows:
        told += ["", "## Rows that are not planned", "", bad_rows(rows)]
    told += ["", "## How columns were read", "", *(f"- {text(note)}" for note in notes)]
    return "\n".join(told) + "\n"


def bad_rows(rows: Sequence[tuple[int, str, str]]) -> str:
    """What is wrong with rows of the input, as a table."""
    columns = [
        Column("Line", lambda row: f"{row[0]:,}", numeric=True),
        Column("Column", lambda row: text(row[1], 60)),
        Column("What is wrong", lambda row: text(row[2], 240)),
    ]
    return table(columns, rows)
