"""An estate at a glance: when each share is done, and what each target costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from migplan.report.charts.canvas import INKS, at, dates, fill, legend, named, patches, sheet, to_svg
from migplan.report.escape import label
from migplan.report.shares import Share
from migplan.report.words import least
from migplan.results.names import names_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NAMED = 40
"""Shares that a chart can name; more are counted."""

Named = tuple[int, str, Share]


def finish_chart(named_shares: Sequence[Named]) -> str:
    """When each share is done, the first one on top; how many are done by when where there are too many to name."""
    found, dated = _ends(named_shares)
    if len(found) < 2:
        return ""
    few = len(found) <= MOST_NAMED
    with sheet("finish", 1.1 + 0.19 * len(found) if few else 3.0) as (figure, axes):
        _dots(axes, found) if few else _count(axes, [end for end, _ in found])
        if dated:
            dates(axes)
        else:
            axes.set_xlim(left=0)
        left = len(named_shares) - len(found)
        more = f"; {left:,} without an end" if left else ""
        axes.set_xlabel(f"Done {'at P80 (date' if dated else 'typically (days from the start'}{more})")
        axes.grid(True, axis="x" if few else "both")
        legend(figure, _verdicts(found) if few else [], columns=2)
        return to_svg(figure)


def _ends(named_shares: Sequence[Named]) -> tuple[list[tuple[float, Named]], bool]:
    """The end of each share that has one, soonest first, and whether ends are dates at P80."""
    sure = [(at(moment), row) for row in named_shares if (moment := _day(row[2])) is not None]
    typical = [(days, row) for row in named_shares if (days := row[2].number("duration_days")) is not None]
    return sorted(sure or typical, key=lambda item: (item[0], item[1][0])), bool(sure)


def _day(share: Share) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(share.told.get("finish_p80", ""))
    except ValueError:
        return None


def _dots(axes: Axes, found: Sequence[tuple[float, Named]]) -> None:
    for row, (end, (_, _, share)) in enumerate(found):
        axes.plot(end, row, **_dot(share.holds("meets")))
    names = [named(position, label(name, 24)) for _, (position, name, _) in found]
    axes.set_yticks(range(len(found)), names, fontsize=8.5)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(found) - 0.4, -0.6)
    axes.grid(True, axis="y")


def _count(axes: Axes, ends: Sequence[float]) -> None:
    axes.step(ends, range(1, len(ends) + 1), where="post", color=INKS[0], linewidth=1.8)
    axes.set_ylim(0, len(ends) * 1.05)
    axes.set_ylabel("Shares done")


def _dot(meets: bool) -> dict[str, Any]:
    face, edge = (INKS[0], INKS[0]) if meets else ("white", "black")
    return {"marker": "o", "linestyle": "", "markersize": 6, "markerfacecolor": face, "color": edge}


def _verdicts(found: Sequence[tuple[float, Named]]) -> list[Any]:
    from matplotlib.lines import Line2D

    words = {True: "meets what was asked", False: "does not"}
    kinds = dict.fromkeys(sorted((share.holds("meets") for _, (_, _, share) in found), reverse=True))
    return [Line2D([], [], label=words[meets], **_dot(meets)) for meets in kinds]


def priced(shares: Sequence[Share]) -> tuple[list[Share], list[Share]]:
    """The usable shares whose prices are all known, and those of which one is not."""
    usable = [share for share in shares if share.holds("usable")]
    known = [share for share in usable if share.holds("cost_complete")]
    return known, [share for share in usable if not share.holds("cost_complete")]


def cost_chart(shares: Sequence[Share]) -> str:
    """What shares whose prices are all known cost by target: the move, and the target over the horizon."""
    groups: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        if share.number("cost_horizon_usd") is not None:
            groups[share.told.get("target", "")].append(share)
    totals = {target: _sum(group, "cost_horizon_usd") for target, group in groups.items()}
    if not any(totals.values()):
        return ""
    order = sorted(groups, key=lambda target: (-totals[target], target))
    with sheet("cost", 1.3 + 0.42 * len(order)) as (figure, axes):
        for row, target in enumerate(order):
            once = _sum(groups[target], "cost_one_off_usd")
            axes.barh(row, once, height=0.5, **fill(0))
            axes.barh(row, totals[target] - once, left=once, height=0.5, **fill(1))
            axes.annotate(
                _told(groups[target], totals[target]),
                (totals[target], row), (4, 0), textcoords="offset points", va="center", fontsize=8.5,
            )  # fmt: skip
        axes.set_yticks(range(len(order)), [label(names_of().target(target), 24) for target in order])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.set_xlim(0, 1.45 * max(totals.values()))
        axes.set_xlabel("Cost over the horizon (USD)")
        _thousands(axes)
        axes.grid(True, axis="x")
        legend(figure, patches(("once, for the move", "the target")), columns=2)
        return to_svg(figure)


def _told(group: Sequence[Share], total: float) -> str:
    return f"{least(total)}, {len(group):,} {'share' if len(group) == 1 else 'shares'}"


def _sum(group: Sequence[Share], name: str) -> float:
    return sum(share.number(name) or 0.0 for share in group)


def _thousands(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
