"""The timeline of a way as a drawing, for pages without a Mermaid viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migplan.report.charts.breakdown import pale
from migplan.report.charts.canvas import HATCHES, at, dates, ink, legend, sheet, to_svg
from migplan.report.escape import label
from migplan.report.timeline import GROUPS, group, milestones
from migplan.report.view import View
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
                row, max(end - begin, least), left=begin, height=0.6, **_fill(GROUPS.index(group(phase)))
            )
        _marks(axes, view, option, last + (last - first))
        dates(axes)
        axes.set_yticks(range(len(bars)), [label(phase.name, 30) for phase, *_ in bars])
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.grid(True, axis="x")
        legend(figure, _keys(), columns=3)
        return to_svg(figure)


def _bar(start: Start | None, phase: PhaseResult) -> tuple[PhaseResult, float, float] | None:
    begin, end = moment_after(start, phase.start_days), moment_after(start, phase.start_days + phase.days)
    return None if begin is None or end is None else (phase, at(begin), at(end))


def _marks(axes: Axes, view: View, option: OptionResult, farthest: float) -> None:
    """Lines with a word each, those that lie too far ahead left out."""
    for name, days in milestones(view, option):
        moment = moment_after(view.start, days)
        if moment is None or at(moment) > farthest:
            continue
        axes.axvline(at(moment), color="black", linewidth=1, linestyle="--" if name == "Deadline" else ":")
        axes.annotate(
            name,
            (at(moment), 1),
            (0, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )


def _fill(index: int) -> dict[str, Any]:
    return {"facecolor": pale(ink(index)), "edgecolor": "black", "hatch": HATCHES[index], "linewidth": 0.7}


def _keys() -> list[Any]:
    from matplotlib.patches import Patch

    return [Patch(label=name, **_fill(index)) for index, name in enumerate(GROUPS)]
