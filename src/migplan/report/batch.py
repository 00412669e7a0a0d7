"""The summary of a batch as a Markdown page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from migplan.batch.summary import Summary, by_count, lines_of
from migplan.report.escape import text


def render_batch(
    summary: Summary, title: str, today: dt.date, percentiles: bool, notes: Sequence[str]
) -> str:
    """A summary as Markdown.

    Parameters
    ----------
    title : str
        Name of the input.
    notes : sequence of str
        How the columns were read, a line each.
    """
    told = [f"# Batch plan of {text(title)}", "", f"Planned on {today.isoformat()}.", ""]
    told += [f"- {text(line)}" for line in lines_of(summary, percentiles)[:4]]
    tables = (
        ("Recommended options", "Option", summary.options),
        ("Recommended targets", "Target", summary.targets),
        ("Reasons", "Code", summary.reasons),
        ("Faults", "Code", summary.faults),
    )
    for heading, name, counter in tables:
        if counter:
            told += ["", f"## {heading}", "", f"| {name} | Rows |", "| --- | ---: |"]
            told += [f"| {text(key)} | {count:,} |" for key, count in by_count(counter)]
    told += ["", "## How columns were read", "", *(f"- {text(note)}" for note in notes)]
    return "\n".join(told) + "\n"
