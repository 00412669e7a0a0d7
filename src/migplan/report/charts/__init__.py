"""Charts as SVG: the same bytes for the same plan, legible without colour. matplotlib is imported when one is drawn."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from migplan.report.view import Picture, View, view_of
from migplan.results import Plan

if TYPE_CHECKING:
    from migplan.sweep import Sweep

__all__ = ["draw", "draw_timeline", "sweep_chart"]

_ALT = {
    "options": "Ways by cost and finish, with the frontier of those that no other beats in both",
    "time": "Time of each way as stacked bars, one part a phase",
    "line": "Days until done by line rate, with the break-evens between the ways",
    "chance": "Chance of being done by date, one curve a way",
}


def draw(
    plan: Plan, everything: bool = False, sweep: Sweep | None = None, stem: str = "plan"
) -> dict[str, Picture]:
    """Draw the charts of a report.

    Parameters
    ----------
    plan : Plan
    everything : bool
        Whether the report shows every option.
    sweep : Sweep, optional
        Over the line rate.
    stem : str
        How the names of their files begin.

    Returns
    -------
    dict
        Name of a chart -> the chart; those for which a plan has no data are left out.
    """
    from migplan.report.charts.breakdown import breakdown_chart
    from migplan.report.charts.chance import chance_chart
    from migplan.report.charts.options import options_chart

    view = view_of(plan, everything)
    drawn = {
        "options": options_chart(view),
        "time": breakdown_chart(view),
        "line": "" if sweep is None else sweep_chart(sweep, view.number("link")),
        "chance": chance_chart(view),
    }
    return {name: _picture(name, svg, stem) for name, svg in drawn.items() if svg}


def _picture(name: str, svg: str, stem: str) -> Picture:
    return Picture(urllib.parse.quote(f"{stem}-{name}.svg"), _ALT[name], svg)


def draw_timeline(view: View) -> str:
    """The timeline of the recommended way as SVG; empty where there is none."""
    from migplan.report.charts.timeline import timeline_chart

    return "" if view.chosen is None else timeline_chart(view, view.chosen)


def sweep_chart(sweep: Sweep, now: float | None = None) -> str:
    """Draw a sweep over one or two inputs as SVG; along one input, `now` marks its present value in base units."""
    from migplan.report.charts.sweep import sweep_chart as drawn

    return drawn(sweep, now)
