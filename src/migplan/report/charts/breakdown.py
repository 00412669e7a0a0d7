"""The time of the ways as stacked bars, one part a phase."""

from __future__ import annotations

from typing import Any

from migplan.report.charts.canvas import HATCHES, ink, legend, named, sheet, to_svg
from migplan.report.escape import label
from migplan.report.timeline import ORDER, kind
from migplan.report.view import View
from migplan.results.model import PhaseResult

_PALE = 0.45


def breakdown_chart(view: View) -> str:
    """Phases of the first few ways, from the start on; what runs beside a longer phase is hidden by it."""
    shown = [(number, option) for number, option in enumerate(view.compared, 1) if option.phases]
    if not shown:
        return ""
    found = dict.fromkeys(kind(phase) for _, option in shown for phase, *_ in visible(option.phases))
    names = sorted(found, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    rows = (len(names) + 2) // 3
    with sheet("time", 1.0 + 0.52 * len(shown) + 0.19 * rows) as (figure, axes):
        for row, (number, option) in enumerate(shown):
            for phase, begin, days in visible(option.phases):
                index = names.index(kind(phase))
                axes.barh(row, days, left=begin, height=0.42, **_fill(index))
            axes.annotate(
                named(number, option.id),
                (0, row - 0.26),
                (0, 1),
                textcoords="offset points",
                va="bottom",
                fontsize=8.5,
            )
        axes.set_ylim(len(shown) - 0.6, -0.85)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlim(left=0)
        axes.set_xlabel("Days from the start, typical")
        axes.grid(True, axis="x")
        legend(figure, _keys(names), columns=3)
        return to_svg(figure)


def visible(phases: tuple[PhaseResult, ...]) -> list[tuple[PhaseResult, float, float]]:
    """Each phase with the stretch that no earlier one covers: start and length in days, whose sum is the whole.

    >>> long, inner = PhaseResult("copy", 0.0, 4.0, ""), PhaseResult("scan", 0.0, 1.0, "")
    >>> [(phase.name, begin, days) for phase, begin, days in visible((inner, long))]
    [('copy', 0.0, 4.0)]
    """
    told = []
    reached = 0.0
    for phase in sorted(phases, key=lambda phase: (phase.start_days, -phase.days)):
        begin, end = max(reached, phase.start_days), phase.start_days + phase.days
        if end > begin:
            told.append((phase, begin, end - begin))
            reached = end
    return told


def _fill(index: int) -> dict[str, Any]:
    return {
        "facecolor": pale(ink(index)),
        "edgecolor": "black",
        "hatch": HATCHES[index % len(HATCHES)],
        "linewidth": 0.7,
    }


def pale(colour: str) -> str:
    """A colour light enough for the hatch on it to be seen.

    >>> pale("#000000")
    '#8c8c8c'
    """
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * _PALE):02x}" for part in parts)


def _keys(names: list[str]) -> list[Any]:
    from matplotlib.patches import Patch

    return [Patch(label=label(name), **_fill(index)) for index, name in enumerate(names)]
