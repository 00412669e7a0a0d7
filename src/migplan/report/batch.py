"""The summary of a batch as a Markdown page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from migplan.estate.summary import Summary, by_count, facts_of
from migplan.report.escape import text


def render_batch(
    summary: Summary,
    title: str,
    today: dt.date,
    percentiles: bool,
    notes: Sequence[str],
    bad: Sequence[str] = (),
    asked: bool = True,
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
    told += ["", "## How columns were read", "", *(f"- {text(note)}" for note in notes)]
    return "\n".join(told) + "\n"
