"""Rows that are planned one by one and will not move alone: those of one site, and those of one line."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow.compute as pc

from migplan.errors import shorten
from migplan.estate.arrays import as_texts, numbers
from migplan.estate.records import Records
from migplan.estate.rows import Rows
from migplan.estate.settings import Layout, Settings
from migplan.estate.stand_ins import cells_of

ONE_LINE = ""
"""Stands for the line that `--set` gives all rows."""

_KNOWN = 1000
"""Sites of a piece that are counted; rows of still others share theirs with few."""
_SHOWN = 5


def sharing(rows: Rows, records: Records, layout: Layout, settings: Settings) -> Counter[str]:
    """Good rows by their site; where none is told, those of one line."""
    column = next((column for column in layout.columns if column.name == "site"), None)
    good = np.flatnonzero(~rows.bad)
    usual = settings.given.get("site", "")
    if column is None:
        one = bool(usual or ("link" in settings.given and "link" not in rows.numbers))
        return Counter({usual or ONE_LINE: len(good)} if one and len(good) else {})
    texts = pc.utf8_trim_whitespace(as_texts(cells_of(column, records.table, settings)).take(numbers(good)))
    counts = {pair["values"]: pair["counts"] for pair in pc.value_counts(texts).to_pylist()}
    counts[usual] = counts.get(usual, 0) + (counts.pop("", 0) if usual else 0)
    return Counter(dict(Counter({site: n for site, n in counts.items() if site and n}).most_common(_KNOWN)))


def shared_line_notes(shared: Counter[str]) -> str:
    """Which rows share a site or a line, and what that means; empty where none do.

    >>> shared_line_notes(Counter({"Tokyo": 5, "Osaka": 1}))
    '5 rows share a site (Tokyo 5): each is planned as if it had the whole line; `migplan estate` plans them together'
    """
    several = [(site, count) for site, count in shared.most_common() if count > 1]
    if not several:
        return ""
    rows = sum(count for _, count in several)
    what = "the line of --set link"
    if several[0][0] != ONE_LINE:
        shown = ", ".join(f"{shorten(site, 30)[1:-1]} {count:,}" for site, count in several[:_SHOWN])
        more = f" and {len(several) - _SHOWN:,} more" if len(several) > _SHOWN else ""
        what = f"a site ({shown}{more})"
    alone = "each is planned as if it had the whole line"
    return f"{rows:,} rows share {what}: {alone}; `migplan estate` plans them together"
