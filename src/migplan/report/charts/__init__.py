"""Charts as SVG or PNG: the same bytes for the same plan, legible without colour. Only drawing imports matplotlib."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from migplan.errors import counted
from migplan.language import many, messages, say, say_many, speaking, worded
from migplan.report.view import Picture, View, view_of
from migplan.results.model import OptionResult, Plan

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep
    from migplan.analyses.tornado import Tornado
    from migplan.report.shares import Share
    from migplan.results.estate import EstatePlan

__all__ = ["draw", "draw_estate", "draw_portfolio", "draw_timeline", "sweep_chart"]

_MOST_CURVES = 5
"""Families that the chart of a report shows, whose page has other things to show."""

_ALT = messages(
    {
        "options": "Options by cost and finish, with the frontier of those that no other beats in both",
        "time": "Time of each option as stacked bars, one part per phase",
        "line": "Days until done by line rate, one curve per family of options, the recommended one marked",
        "chance": "Chance of being done by date, one curve per option",
        "finish": "When the shares are done",
        "cost": "Cost of the move and over the horizon by target",
        "gantt": "When each wave is copied and cut over, by site, at the time there",
        "lines": "Load of the line of each site by day",
    }
)


def draw(
    plan: Plan, everything: bool = False, sweep: Sweep | None = None, stem: str = "plan", full: bool = False
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
    full : bool
        Whether the report is, which shows where the time of each option goes.

    Returns
    -------
    dict
        Name of a chart -> the chart; those for which a plan has no data are left out.
    """
    from migplan.report.charts.options import breakdown_chart, left_out, options_chart
    from migplan.report.charts.timeline import chance_chart

    view = view_of(plan, everything, full=full)
    drawn = {
        "options": options_chart(view),
        "time": breakdown_chart(view) if view.full else "",
        "line": "" if sweep is None or not sweep.families else _line(view, sweep),
        "chance": chance_chart(view),
    }
    beside = {"options": _left_out(left_out(view))}
    return {name: _picture(name, svg, stem, beside.get(name, "")) for name, svg in drawn.items() if svg}


def draw_portfolio(shares: Sequence[Share], stem: str = "plan") -> dict[str, Picture]:
    """Draw the charts of an estate, as `draw` does those of a plan.

    Parameters
    ----------
    shares : sequence of Share
    stem : str
        How the names of their files begin.
    """
    from migplan.report.charts.portfolio import cost_chart, finish_chart, priced
    from migplan.report.portfolio import named_shares

    named = named_shares(shares)
    known, lacking = priced([share for *_, share in named])
    drawn = {"finish": finish_chart(named), "cost": cost_chart(known)}
    beside = {"cost": _left_out(len(lacking), "{count} share", "{count} shares")}
    return {name: _picture(name, svg, stem, beside.get(name, "")) for name, svg in drawn.items() if svg}


def draw_estate(plan: EstatePlan, stem: str = "estate") -> dict[str, Picture]:
    """Draw the charts of the plan of an estate, as `draw` does those of a plan.

    Parameters
    ----------
    plan : EstatePlan
    stem : str
        How the names of their files begin.
    """
    from migplan.report.charts.estate import MOST_LINES, gantt_chart, lined, lines_chart, without_row

    drawn = {"gantt": gantt_chart(plan), "lines": lines_chart(plan)}
    left = {"gantt": without_row(plan), "lines": len(lined(plan)) - MOST_LINES}
    beside = {
        name: f"; not shown: {counted(count, 'more site')}" for name, count in left.items() if count > 0
    }
    return {name: _picture(name, svg, stem, beside.get(name, "")) for name, svg in drawn.items() if svg}


def _line(view: View, sweep: Sweep) -> str:
    from migplan.report.charts.canvas import to_svg
    from migplan.report.charts.sweep import families_chart

    winners = set(sweep.option.tolist()) | {view.plan.recommendation.option}
    wanted = [option.family for option in view.plan.options if option.id in winners]
    called = {option.family: _carrier(option) for option in view.plan.options if option.parts}
    return families_chart(sweep, to_svg, view.number("link"), view.chosen, wanted, called, _MOST_CURVES)


def _carrier(option: OptionResult) -> str:
    """What people call the device and the mover of an option."""
    return worded(" and ").join(option.parts[part] for part in ("device", "mover") if part in option.parts)


def _picture(name: str, svg: str, stem: str, beside: str = "") -> Picture:
    return Picture(urllib.parse.quote(f"{stem}-{name}.svg"), worded(_ALT[name]) + beside, svg)


def _left_out(count: int, *forms: str) -> str:
    """What a caption says of those that a chart of money leaves out."""
    one, several = forms or many("{count} option", "{count} options")
    what = say_many(one, several, count)
    return say("; not shown: {what} with a price that is not known", what=what) if count else ""


def draw_timeline(view: View) -> str:
    """The timeline of the recommended option as SVG; empty where there is none."""
    from migplan.report.charts.timeline import timeline_chart

    return "" if view.chosen is None else timeline_chart(view, view.chosen)


def draw_sweep(sweep: Sweep, form: str = "svg") -> str | bytes:
    """Draw a sweep as 'svg' or 'png': a curve for each family along one input with numbers, else a map of winners."""
    from migplan.report.charts.canvas import to_png, to_svg
    from migplan.report.charts.sweep import families_chart, sweep_chart

    chart = families_chart if sweep.families else sweep_chart
    with speaking(sweep.lang):
        return chart(sweep, to_png) if form == "png" else chart(sweep, to_svg)


def draw_tornado(tornado: Tornado, form: str = "svg", everything: bool = False) -> str | bytes:
    """Draw a tornado as 'svg' or 'png'."""
    from migplan.report.charts.canvas import to_png, to_svg
    from migplan.report.charts.tornado import tornado_chart

    with speaking(tornado.lang):
        if form == "png":
            return tornado_chart(tornado, to_png, everything)
        return tornado_chart(tornado, to_svg, everything)
