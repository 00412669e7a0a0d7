"""An estate over time: what is copied and cut over when, by site and wave, and how full each line is by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from migplan import units
from migplan.report.charts.canvas import at, dates, fill, legend, patches, sheet, to_svg
from migplan.report.escape import label
from migplan.report.estate.told import moment
from migplan.results.estate import EstatePlan, ShareResult, SiteResult, WaveResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_ROWS = 15
"""Waves and sites that a chart can name; of more it shows the sites alone."""

MOST_LINES = 10
"""Sites whose lines one chart can show."""

_PARTS = ("first copy, until all are ready", "cutover window")
_WAITS: dict[str, Any] = {"color": "black", "linewidth": 1.2, "linestyle": ":"}
_DUE: dict[str, Any] = {
    "marker": "v", "linestyle": "", "markersize": 7, "markerfacecolor": "white", "markeredgecolor": "black",
    "zorder": 3,
}  # fmt: skip
_WHOLE: dict[str, Any] = {"color": "#777777", "linewidth": 0.9, "linestyle": ":"}
_NAME = 22
"""Letters that a row has room for."""

_MARGIN = 0.02
"""How much of the axis is left free at its ends."""

_ROWS, _THIN_ROWS, _MANY_ROWS = 0.2, 0.165, 9
"""How high rows are, and how high from so many on. [in]"""

_LANES, _THIN_LANES, _MANY = 0.42, 0.17, 5
"""How high lanes are, and how high from so many on, where names have one line. [in]"""

_LANE = 0.8
"""How high a full line is drawn, of the distance between two."""

_LEAST = 110.0
"""The part of the axis below which a bar would not be seen is one in so many."""


def gantt_chart(plan: EstatePlan) -> str:
    """A row for each wave under its site: from the first copy to the last share being ready, then the window.

    Times are those of each site. With many waves a row is a site and has the windows of all its waves.
    """
    rows = _rows(plan)
    spans = [span for _, waves in rows for span in (_copies(plan, waves), *map(_window, waves)) if span]
    if not spans:
        return ""
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    with sheet("gantt", 0.9 + (_ROWS if len(rows) < _MANY_ROWS else _THIN_ROWS) * len(rows)) as (
        figure,
        axes,
    ):
        for row, (_, waves) in enumerate(rows):
            _row(axes, plan, row, waves, (last - first) / _LEAST)
        end = last + _MARGIN * (last - first)
        axes.set_xlim(first - _MARGIN * (last - first), end)
        _name_rows(axes, [name for name, _ in rows])
        dates(axes)
        axes.grid(True, axis="x")
        legend(figure, [*patches(_PARTS), *_keys(plan, rows, end)], columns=2)
        return to_svg(figure)


def _row(axes: Axes, plan: EstatePlan, row: int, waves: Sequence[WaveResult], least: float) -> None:
    copies, windows = _copies(plan, waves), [span for wave in waves if (span := _window(wave))]
    if copies is not None:
        if windows and windows[-1][0] > copies[1]:
            axes.plot([copies[1], windows[-1][0]], [row, row], **_WAITS)
        _bar(axes, row, copies, 0, least)
    for span in windows:
        _bar(axes, row, span, 1, least)
    deadline = _place(_first_deadline(plan, waves))
    if deadline is not None:
        axes.plot(deadline, row, **_DUE)


def _rows(plan: EstatePlan) -> list[tuple[str, list[WaveResult]]]:
    """Names of rows with their waves; the row of a site that has rows for its waves has none itself."""
    names = dict.fromkeys([*(site.name for site in plan.sites), *(wave.site for wave in plan.waves)])
    sites = {name: [wave for wave in plan.waves if wave.site == name] for name in names}
    rows: list[tuple[str, list[WaveResult]]] = []
    for name, waves in sites.items():
        if waves:
            rows += [(name, []), *((f"  {wave.id}", [wave]) for wave in waves)]
    if len(rows) > MOST_ROWS:
        rows = [(name, waves) for name, waves in sites.items() if waves]
    return rows[:MOST_ROWS]


def without_row(plan: EstatePlan) -> int:
    """How many sites have waves for which the chart has no room."""
    return len({wave.site for wave in plan.waves}) - MOST_ROWS


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Names of sites in bold, where waves stand below them."""
    parted = any(name.startswith(" ") for name in names)
    axes.set_yticks(range(len(names)), [label(name, _NAME) for name in names], fontsize=8.5)
    for name, tick in zip(names, axes.get_yticklabels(), strict=True):
        if parted and not name.startswith(" "):
            tick.set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.4, -0.6)


Span = tuple[float, float]
"""Where something begins and ends on an axis of dates."""


def _place(told: str | None) -> float | None:
    """Where a time of a record stands, as clocks at the site show it."""
    found = moment(told)
    return None if found is None else at(found.replace(tzinfo=None))


def _between(begins: Iterable[str | None], ends: Iterable[str | None]) -> Span | None:
    """From the first of some times to the last of others."""
    first = [place for each in begins if (place := _place(each)) is not None]
    last = [place for each in ends if (place := _place(each)) is not None]
    return (min(first), max(last)) if first and last else None


def _members(plan: EstatePlan, waves: Sequence[WaveResult]) -> list[ShareResult]:
    names = {wave.id for wave in waves}
    return [share for share in plan.shares if share.wave in names]


def _copies(plan: EstatePlan, waves: Sequence[WaveResult]) -> Span | None:
    members = _members(plan, waves)
    return _between([share.copy_start for share in members], [share.ready for share in members])


def _window(wave: WaveResult) -> Span | None:
    return _between([wave.start], [wave.end])


def _first_deadline(plan: EstatePlan, waves: Sequence[WaveResult]) -> str | None:
    return min((share.deadline for share in _members(plan, waves) if share.deadline), default=None)


def _bar(axes: Axes, row: int, span: Span | None, kind: int, least: float) -> None:
    if span is not None:
        begin, end = span
        axes.barh(row, max(end - begin, least), left=begin, height=0.62, **fill(kind))


def _keys(plan: EstatePlan, rows: Sequence[tuple[str, list[WaveResult]]], end: float) -> list[Any]:
    """What the marks mean, of those that are there: deadlines may lie beyond the end of the chart."""
    from matplotlib.lines import Line2D

    dues = (_place(_first_deadline(plan, waves)) for _, waves in rows)
    due = any(place is not None and place <= end for place in dues)
    marks = (("ready; passes go on", _WAITS), *((("first deadline", _DUE),) if due else ()))
    return [Line2D([], [], label=told, **style) for told, style in marks]


def lines_chart(plan: EstatePlan) -> str:
    """For each site a lane in which the part of its line that is used rises and falls by the day."""
    from matplotlib.lines import Line2D

    lanes = lined(plan)[:MOST_LINES]
    if not lanes:
        return ""
    height = _LANES if len(lanes) < _MANY else _THIN_LANES
    with sheet("lines", 0.75 + height * len(lanes)) as (figure, axes):
        for row, site in enumerate(lanes):
            base = float(len(lanes) - 1 - row)
            axes.axhline(base + _LANE, **_WHOLE)
            axes.axhline(base, color="black", linewidth=0.6)
            days, loads = _steps(site)
            tops = [base + _LANE * min(load, 1.0) for load in loads]
            axes.fill_between(days, tops, base, step="post", **fill(0))
        middles = [len(lanes) - 1 - row + _LANE / 2 for row in range(len(lanes))]
        axes.set_yticks(middles, [_lane(site, len(lanes)) for site in lanes], fontsize=8.5)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.1, len(lanes) - 0.05)
        dates(axes)
        legend(
            figure,
            [*patches(["used on the day"]), Line2D([], [], label="all that may be used", **_WHOLE)],
            columns=2,
        )
        return to_svg(figure)


def lined(plan: EstatePlan) -> list[SiteResult]:
    """The sites whose lines carry something."""
    return [site for site in plan.sites if any(entry.get("load") for entry in site.line_load)]


def _lane(site: SiteResult, lanes: int) -> str:
    """What a lane is called: the site, and the rate of its line below or behind it."""
    rate = "" if site.line_bps is None else units.show(site.line_bps / 8, "B/s")
    return (", " if lanes >= _MANY else "\n").join(filter(None, (label(site.name, _NAME), rate)))


def _steps(site: SiteResult) -> tuple[list[float], list[float]]:
    """The begin of each day that is told and its load, and the end of each that none follows at once."""
    days: list[float] = []
    loads: list[float] = []
    for entry in site.line_load:
        begin = moment(str(entry.get("date")))
        if begin is None:
            continue
        place = at(dt.datetime.combine(begin.date(), dt.time()))
        if days and place <= days[-1]:
            days.pop(), loads.pop()
        days += [place, place + 1.0]
        loads += [float(entry.get("load") or 0.0), 0.0]
    return days, loads
