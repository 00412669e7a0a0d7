"""An estate for the terminal: verdict and money, the waves, what is ordered by when, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from migplan.report.escape import flat
from migplan.report.estate import columns, told
from migplan.report.estate.columns import WIDE
from migplan.report.tabular import Column, Grid, screen, wrapped
from migplan.results.estate import EstatePlan, SiteResult

if TYPE_CHECKING:
    from rich.console import RenderableType

_Entry = TypeVar("_Entry")

_PROSE = 120
"""Signs that a sentence uses at most."""

MOST_WAVES, MOST_ROWS, MOST_SENTENCES = 20, 10, 5
"""Waves, rows of another table, and sentences of a kind that are told without being asked for all."""

_LEVELS = " ▁▂▃▄▅▆▇█"
_LEAST_BARS = 10


def render(plan: EstatePlan, width: int, terminal: bool = False, verbose: bool = False) -> str:
    """The plan as text of a width, with colour only on a terminal.

    Parameters
    ----------
    verbose : bool
        Whether every share, wave, order and price is told.
    """
    return screen(_shown(plan, width, verbose), width, terminal)


def _shown(plan: EstatePlan, width: int, verbose: bool) -> Iterator[RenderableType | Grid]:
    prose = min(width, _PROSE)
    yield from _verdict(plan, prose)
    yield from _hindered(plan, prose, verbose)
    yield from _tables(plan, width, verbose)
    if verbose:
        yield from _loads(plan, prose)
        yield from _grid("Shares", columns.shares(plan, width), plan.shares, width)
    yield from _rests_on(plan, prose, verbose)
    if not verbose:
        yield "\nMore: -v (every share, price and note, and the load of the lines by day)"


def _verdict(plan: EstatePlan, width: int) -> Iterator[RenderableType]:
    """What is moved, whether it meets what was asked, when it is over and for how much."""
    from rich.text import Text

    yield wrapped(told.scope(plan), width, "")
    lead = " ".join(filter(None, (told.verdict(plan), told.ends(plan))))
    yield Text(wrapped(lead, width, ""), style="bold green" if told.meets(plan) else "bold red")
    for sentence in filter(None, (told.money(plan), told.parts(plan), told.in_order(plan))):
        yield wrapped(sentence, width)


def _hindered(plan: EstatePlan, width: int, verbose: bool) -> Iterator[RenderableType]:
    """What cannot be kept and what would free it; what is late; what cannot be placed."""
    if plan.conflicts:
        yield "\nCannot be kept"
        for conflict in _few(plan.conflicts, verbose):
            yield wrapped(f"{told.stands_in_the_way(conflict)} {told.freed_by(conflict)}", width)
        yield from _left(len(plan.conflicts), verbose, width)
    for title, shares in (
        ("Misses what was asked", told.missing(plan) if verbose else told.unexplained(plan)),
        ("Cannot be placed", told.left_over(plan)),
    ):
        if shares:
            yield f"\n{title}"
            yield from (wrapped(told.why(share), width) for share in _few(shares, verbose))
            yield from _left(len(shares), verbose, width)


def _few(entries: Sequence[_Entry], verbose: bool) -> Sequence[_Entry]:
    return entries if verbose else entries[:MOST_SENTENCES]


def _left(count: int, verbose: bool, width: int, most: int = MOST_SENTENCES) -> Iterator[str]:
    if count > most and not verbose:
        yield wrapped(f"and {count - most:,} more with -v", width)


def _tables(plan: EstatePlan, width: int, verbose: bool) -> Iterator[RenderableType | Grid]:
    """Each table in turn, as much of it as a short answer has room for."""
    for name, listing in columns.listings(plan, width).items():
        most = MOST_WAVES if name == "waves" else MOST_ROWS
        yield from _grid(listing.title, listing.columns, listing.first(None if verbose else most), width)
        yield from _left(len(listing.rows), verbose, width, most)
    if verbose:
        others = [line for line in plan.cost_usd.lines if not line.get("shared")]
        yield from _grid("Paid for one share", columns.things(width), others, width)


def _grid(title: str, shown: Iterable[Column], rows: Sequence[object], width: int) -> Iterator[str | Grid]:
    """A table below its title, which may be wider than it."""
    if rows:
        yield f"\n{title}"
        yield Grid([*shown], rows, gap=2 if width >= WIDE else 1)


def _loads(plan: EstatePlan, width: int) -> Iterator[RenderableType | Grid]:
    """A bar for each day, or for as many days as one has to stand for, at the highest load of them."""
    from rich.cells import cell_len

    sites = [site for site in plan.sites if site.line_load]
    if not sites:
        return
    names = [
        (flat(site.name), *(told.day(plan, str(site.line_load[end].get("date"))) for end in (0, -1)))
        for site in sites
    ]
    taken = sum(max(map(cell_len, column)) for column in zip(*names, strict=True))
    rows = [
        (*row, _bars(site, max(_LEAST_BARS, width - taken - 8)))
        for row, site in zip(names, sites, strict=True)
    ]
    yield "\nLoad of the lines by day"
    shown = [
        Column("", lambda row: f"  {row[0]}"),
        Column("", lambda row: row[1], numeric=True),
        Column("", lambda row: row[3]),
        Column("", lambda row: row[2]),
    ]
    yield Grid(shown, rows, gap=2)


def _bars(site: SiteResult, most: int) -> str:
    loads = [float(entry.get("load") or 0.0) for entry in site.line_load]
    step = -(-len(loads) // most)
    highest = (max(loads[place : place + step]) for place in range(0, len(loads), step))
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[min(top, -int(-part * top // 1))] for part in highest)


def _rests_on(plan: EstatePlan, width: int, verbose: bool) -> Iterator[RenderableType]:
    """What was assumed of how many shares, what is to be known, and which rows could not be read."""
    assumed = list(told.assumed(plan))
    if not (assumed or plan.notes or plan.bad_rows):
        return
    yield "\nRests on"
    for of, what in _few(assumed, verbose):
        yield wrapped(f"{' '.join(filter(None, ('Assumed', of)))}: {what}", width)
    for lead, entries in (("Notes", plan.notes), ("Rows left out", plan.bad_rows)):
        if entries:
            shown = [flat(entry) for entry in _few(entries, verbose)]
            more = len(entries) - len(shown)
            rest = f"; and {more:,} more with -v" if more else ""
            yield wrapped(f"{lead}: {'; '.join(shown)}{rest}", width)
