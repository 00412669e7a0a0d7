"""Tornadoes as charts: a bar for each input, by its effect."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from migplan.language import say, worded
from migplan.report.charts.canvas import Made, legend, sheet
from migplan.report.escape import flat, label
from migplan.report.whatif import MOST_BARS, name_of
from migplan.report.words import days

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from migplan.analyses.tornado import Bar, Tornado

_LOW, _HIGH = "#56B4E9", "#D55E00"


def tornado_chart(tornado: Tornado, save: Callable[[Figure], Made], everything: bool = False) -> Made:
    """Draw the inputs with the largest effect as bars around the typical finish, the largest on top."""
    bars = tornado.bars if everything else tornado.bars[:MOST_BARS]
    ends = [value for bar in bars for value in (bar.low, bar.high) if math.isfinite(value)]
    least, most = min([tornado.typical, *ends]), max([tornado.typical, *ends])
    room = max(most - least, 1e-9 * tornado.typical)
    with sheet("tornado", 1.5 + 0.3 * max(len(bars), 1)) as (figure, axes):
        for place, bar in enumerate(reversed(bars)):
            _bar(axes, bar, place, tornado.typical, most + 0.1 * room)
        axes.axvline(tornado.typical, color="black", linewidth=0.9)
        axes.set_yticks(range(len(bars)), [label(name_of(bar.name), 40) for bar in reversed(bars)])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlim(least - 0.3 * room, most + 0.26 * room)
        axes.set_xlabel(say("Days until done ({days} if all is typical)", days=days(tornado.typical)))
        legend(figure, _keys(), columns=2)
        return save(figure)


def _bar(axes: Axes, bar: Bar, place: int, typical: float, edge: float) -> None:
    """Two halves of a bar from the typical finish, each with the value of the input at its end."""
    for end, text, colour, hatch in (
        (bar.low, bar.low_text, _LOW, ""),
        (bar.high, bar.high_text, _HIGH, "////"),
    ):
        reach = end if math.isfinite(end) else edge
        axes.barh(
            place,
            reach - typical,
            left=typical,
            height=0.62,
            facecolor=colour,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.6,
        )
        if reach == typical:
            continue
        right = reach > typical
        axes.annotate(
            flat(text if math.isfinite(end) else say("{value}: never", value=text), 24),
            (reach, place),
            (3 if right else -3, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=7.5,
        )


def _keys() -> list[Any]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=_LOW, edgecolor="black", linewidth=0.6, label=worded("input at P10")),
        Patch(facecolor=_HIGH, edgecolor="black", linewidth=0.6, hatch="////", label=worded("input at P90")),
    ]
