"""What matters, as a ranked list for the terminal, as JSON and as a chart."""

from __future__ import annotations

import io
import json
import math

from rich.console import Console
from rich.table import Table

from migplan.analyses.tornado import RATE, Tornado
from migplan.errors import counted
from migplan.report.words import days
from migplan.results.model import finite

_RATE = "real rate against the forecast"


def name_of(name: str) -> str:
    """What people call an input: the field, or the fact without where it is kept.

    >>> name_of("share"), name_of("movers/robocopy.scan_rate"), name_of("assumptions/workload.overlap")
    ('share', 'scan rate, robocopy', 'overlap')
    """
    if name == RATE:
        return _RATE
    kind, _, rest = name.partition("/")
    owner, _, key = rest.rpartition(".")
    words = key.replace("_", " ")
    return name.replace("_", " ") if not rest else words if kind == "assumptions" else f"{words}, {owner}"


def to_table(tornado: Tornado, width: int, everything: bool) -> str:
    """The inputs with the largest effect on the finish."""
    shown = tornado.bars if everything else tornado.bars[:MOST]
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, highlight=False, emoji=False, markup=False)
    console.print(f"{tornado.option}: done in {days(tornado.typical)} with everything typical")
    table = Table(box=None, pad_edge=False)
    table.add_column("One input alone", overflow="fold", ratio=1)
    for heading in ("at P10", "typical", "at P90"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("done in", "to", "swing"):
        table.add_column(heading, justify="right", no_wrap=True)
    for bar in shown:
        ends = [days(finite(value)) for value in (bar.low, bar.high)]
        swing = "-" if math.isinf(bar.swing) else days(bar.swing)
        table.add_row(name_of(bar.name), bar.low_text, bar.typical_text, bar.high_text, *ends, swing)
    console.print(table)
    if len(shown) < len(tornado.bars):
        console.print(f"and {len(tornado.bars) - len(shown)} more; --all shows them")
    if tornado.still:
        one = tornado.still == 1
        told = f"{counted(tornado.still, 'more input')} {'has' if one else 'have'}"
        does = "does" if one else "do"
        console.print(f"{told} a range and {does} not move the finish.")
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


MOST = 12
"""Inputs that are shown unless all are asked for."""


def to_json(tornado: Tornado) -> str:
    """The tornado as JSON."""
    bars = [
        {
            "input": bar.name,
            "p10": bar.low_text,
            "typical": bar.typical_text,
            "p90": bar.high_text,
            "days_at_p10": finite(bar.low),
            "days_at_p90": finite(bar.high),
            "swing_days": finite(bar.swing),
        }
        for bar in tornado.bars
    ]
    plain = {
        "schema": "migplan.tornado/1",
        "option": tornado.option,
        "typical_days": tornado.typical,
        "inputs": bars,
        "without_effect": tornado.still,
    }
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
