"""The recommended option over time: its phases, and the chance of being done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from migplan.language import worded
from migplan.report.charts.canvas import at, dash, dates, fill, ink, legend, named, patches, sheet, to_svg
from migplan.report.escape import label
from migplan.report.timeline import GROUPS, group, milestones, shown
from migplan.report.view import View, short_of
from migplan.report.words import Start, moment_after
from migplan.results.model import OptionResult, PhaseResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def timeline_chart(view: View, option: OptionResult) -> str:
    """A bar for each phase on the calendar, and the dates that matter."""
    start = view.start
    bars = [bar for phase in option.phases if (bar := _bar(start, phase))]
    if not bars:
        return ""
    with sheet("timeline", 1.0 + 0.22 * len(bars)) as (figure, axes):
        first, last = min(bar[1] for bar in bars), max(bar[2] for bar in bars)
        least = (last - first) / 250
        for row, (phase, begin, end) in enumerate(bars):
            axes.barh(
                row, max(end - begin, least), left=begin, height=0.6, **fill(GROUPS.index(group(phase)))
            )
        _marks(axes, view, option, last + (last - first))
        dates(axes)
        axes.set_yticks(range(len(bars)), [label(shown(phase.name, view.changes), 30) for phase, *_ in bars])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.grid(True, axis="x")
        legend(figure, patches(map(worded, GROUPS)), columns=3)
        return to_svg(figure)


def _bar(start: Start | None, phase: PhaseResult) -> tuple[PhaseResult, float, float] | None:
    begin, end = moment_after(start, phase.start_days), moment_after(start, phase.end_days)
    return None if begin is None or end is None else (phase, at(begin), at(end))


def _marks(axes: Axes, view: View, option: OptionResult, farthest: float) -> None:
    """Lines with a word each, those that lie too far ahead left out."""
    for name, days in milestones(view, option):
        moment = moment_after(view.start, days)
        if moment is None or at(moment) > farthest:
            continue
        axes.axvline(at(moment), color="black", linewidth=1, linestyle="--" if name == "Deadline" else ":")
        axes.annotate(
            worded(name),
            (at(moment), 1),
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )


_SURE = 0.8
_NARROW = 0.2
"""The part of the axis that a word needs."""

_REACH = 3.0
"""How far dates go on, as a multiple of when the recommended option is all but surely done, or of the deadline."""


def chance_chart(view: View) -> str:
    """One curve for each of the first few options, with a dot where it is done in 8 of 10 cases."""
    start = view.start
    lines = [(number, option) for number, option in enumerate(view.compared, 1) if len(option.done_by) > 1]
    if not lines or start is None:
        return ""
    with sheet("chance", 2.0 + 0.19 * len(lines)) as (figure, axes):
        for index, (_, option) in enumerate(lines):
            _curve(axes, start, option, index)
        axes.axhline(_SURE, color="#999999", linewidth=0.8)
        deadline = _deadline(axes, view, start)
        _reach(axes, start, lines[0][1], view.deadline_days)
        _word(axes, deadline)
        dates(axes)
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0], ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
        axes.set_ylabel(worded("Chance of being done"))
        axes.set_xlabel(worded("Date"))
        axes.grid(True)
        legend(figure, _line_keys(view, lines))
        return to_svg(figure)


def _curve(axes: Axes, start: Start, option: OptionResult, index: int) -> None:
    points = [(at(moment), level) for days, level in option.done_by if (moment := moment_after(start, days))]
    if len(points) < 2:
        return
    axes.plot(*zip(*points, strict=True), color=ink(index), linestyle=dash(index), linewidth=1.8)
    sure = [moment for moment, level in points if abs(level - _SURE) < 1e-9]
    if sure:
        axes.plot(sure[0], _SURE, marker="o", color=ink(index), markersize=5)


def _reach(axes: Axes, start: Start, first: OptionResult, deadline: float | None) -> None:
    """From the start on, without what lies far behind all that matters: options that take decades would hide others."""
    last = moment_after(start, max(_REACH * first.done_by[-1][0], 1.1 * (deadline or 0.0)))
    far = axes.get_xlim()[1]
    axes.set_xlim(at(dt.datetime.combine(start.day, dt.time())), far if last is None else min(far, at(last)))


def _deadline(axes: Axes, view: View, start: Start) -> float | None:
    """A line at the deadline, and where it stands; none where it is far off."""
    moment = moment_after(start, view.deadline_days)
    low, high = axes.get_xlim()
    if moment is None or at(moment) > high + 2 * (high - low):
        return None
    axes.axvline(at(moment), color="black", linestyle="--", linewidth=1)
    return at(moment)


def _word(axes: Axes, deadline: float | None) -> None:
    """The word beside the line, on the side that has room for it."""
    if deadline is None:
        return
    low, high = axes.get_xlim()
    right = deadline - low < _NARROW * (high - low)
    axes.annotate(
        worded("deadline"), (deadline, 0.92 if right else 0.02), (3 if right else -3, 0), textcoords="offset points",
        ha="left" if right else "right", fontsize=8.5,
    )  # fmt: skip


def _line_keys(view: View, shown: list[tuple[int, OptionResult]]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            color=ink(index),
            linestyle=dash(index),
            linewidth=1.8,
            label=named(number, short_of(view.plan, option.id)),
        )
        for index, (number, option) in enumerate(shown)
    ]
