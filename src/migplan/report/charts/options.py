"""Options as charts: cost by finish, and where the time of each goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migplan.errors import counted
from migplan.language import say, worded
from migplan.report.charts.canvas import (
    INKS,
    KIND_WORDS,
    MARKERS,
    fill,
    legend,
    named,
    patches,
    scaled,
    sheet,
    to_svg,
)
from migplan.report.escape import label
from migplan.report.timeline import ORDER, kind
from migplan.report.view import View, short_of
from migplan.report.words import known
from migplan.results.model import OptionResult, PhaseResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Point = tuple[float, float]
Box = tuple[float, float, float, float]
_FAR = 1.3
"""Ways without a number are shown as far as this multiple of the dearest and the latest one with a number."""

_REACH = 3.0
"""A deadline or budget further out than this multiple or part of the points is left out: it would squeeze them."""

_NEAR = 8.0
"""Points closer than this on the sheet share one label. [pt]"""

_DOT = 4.0
"""Half of what a point covers. [pt]"""


def options_chart(view: View) -> str:
    """Cost over the horizon against the finish; every usable option a dot, those of the table with their numbers.

    Options with a price that is not known are none of them: their cost would be too low, and the frontier theirs.
    """
    numbered = {option.id: number for number, option in enumerate(view.compared, 1)}
    placed = _placed(view, numbered)
    if len(placed) < 2:
        return ""
    with sheet("options", 2.7) as (figure, axes):
        costs, ends = zip(*(point for _, point in placed), strict=True)
        scaled(axes, "x", costs)
        scaled(axes, "y", ends)
        edge = frontier([point for _, point in placed])
        axes.plot(*zip(*edge, strict=True), color="#777777", linewidth=1.2, drawstyle="steps-post", zorder=1)
        _dots(axes, [point for option, point in placed if option.id not in numbered])
        for option, point in placed:
            if option.id in numbered:
                _mark(axes, option, point)
        limits = _limits(axes, view)
        axes.margins(0.12)
        _labels(figure, axes, [(numbered[o.id], point) for o, point in placed if o.id in numbered])
        months = counted(placed[0][0].cost_usd.horizon_months, "month", "g")
        axes.set_xlabel(say("Cost of the move and {months} (USD)", months=months))
        sampled = any(option.p80_days is not None for option, _ in placed)
        axes.set_ylabel(worded("Days until done, P80" if sampled else "Days until done, typical"))
        axes.grid(True)
        legend(figure, [*_keys([option for option, _ in placed], numbered), *limits], columns=2)
        return to_svg(figure)


def _placed(view: View, numbered: dict[str, int]) -> list[tuple[OptionResult, Point]]:
    """Usable options with their points; of those without a number only what lies in the neighbourhood of the others."""
    found = [(option, point) for option in view.plan.options if option.usable and (point := _point(option))]
    named = [point for option, point in found if option.id in numbered]
    if not named:
        return []
    most = [_FAR * max(point[axis] for point in named) for axis in (0, 1)]
    return [
        (option, point)
        for option, point in found
        if option.id in numbered or (point[0] <= most[0] and point[1] <= most[1])
    ]


def _point(option: OptionResult) -> Point | None:
    cost = known(option.cost_usd.horizon_total) if option.cost_usd.complete else None
    end = known(option.p80_days if option.p80_days is not None else option.duration_days)
    return None if cost is None or end is None else (cost, end)


def left_out(view: View) -> int:
    """How many of the options of the table have a price that is not known, and so no point."""
    return sum(option.usable and not option.cost_usd.complete for option in view.compared)


def frontier(points: list[Point]) -> list[Point]:
    """The points that no other beats in both, the cheapest first.

    >>> frontier([(1.0, 9.0), (2.0, 9.5), (3.0, 4.0)])
    [(1.0, 9.0), (3.0, 4.0)]
    """
    best: list[Point] = []
    for point in sorted(points):
        if not best or point[1] < best[-1][1]:
            best.append(point)
    return best


def _dots(axes: Axes, points: list[Point]) -> None:
    if points:
        costs, ends = zip(*points, strict=True)
        axes.scatter(costs, ends, s=7, color="#999999", zorder=2)


def _mark(axes: Axes, option: OptionResult, point: Point) -> None:
    axes.scatter(
        *point,
        s=46,
        marker=MARKERS.get(option.kind, "o"),
        facecolor=INKS[0] if option.meets else "white",
        edgecolor=INKS[0] if option.meets else "black",
        linewidth=1.2,
        zorder=3,
    )


def _limits(axes: Axes, view: View) -> list[Any]:
    """Lines for the deadline and the budget where they lie within reach of the points, and their keys."""
    from matplotlib.lines import Line2D

    deadline, budget, keys = view.deadline_days, view.number("budget"), []
    if deadline is not None and deadline < _REACH * axes.get_ylim()[1]:
        axes.axhline(deadline, color="black", linestyle="--", linewidth=1)
        keys.append(Line2D([], [], color="black", linestyle="--", linewidth=1, label=worded("deadline")))
    if budget is not None and axes.get_xlim()[0] / _REACH < budget < _REACH * axes.get_xlim()[1]:
        axes.axvline(budget, color="black", linestyle=":", linewidth=1)
        keys.append(Line2D([], [], color="black", linestyle=":", linewidth=1, label=worded("budget")))
    return keys


def _labels(figure: Figure, axes: Axes, numbered: list[tuple[int, Point]]) -> None:
    """The numbers beside their points, each where it covers no other; points that lie on each other share a label."""
    figure.draw_without_rendering()
    scale = 72.0 / figure.dpi
    groups: list[tuple[Any, list[int]]] = []
    for number, point in numbered:
        place = axes.transData.transform(point) * scale
        near = next((numbers for spot, numbers in groups if abs(spot - place).max() < _NEAR), None)
        if near is None:
            groups.append((place, [number]))
        else:
            near.append(number)
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for (x, y), _ in groups]
    for place, numbers in groups:
        told = ", ".join(map(str, numbers))
        box, offset = _free(place, len(told), taken)
        taken.append(box)
        cost, end = axes.transData.inverted().transform(place / scale)
        axes.annotate(
            told, (cost, end), offset, textcoords="offset points", fontsize=9, zorder=4,
            bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )  # fmt: skip


def _free(place: Any, letters: int, taken: list[Box]) -> tuple[Box, Point]:
    """The box of a label and its offset from the point, at the first side that is free, else at the first. [pt]."""
    wide, high = letters * 5.2, 9.0
    sides = [
        (6, 4),
        (-6 - wide, 4),
        (6, -4 - high),
        (-6 - wide, -4 - high),
        (-wide / 2, 8),
        (-wide / 2, -8 - high),
    ]
    boxes = [(place[0] + x, place[1] + y, place[0] + x + wide, place[1] + y + high) for x, y in sides]
    for box, side in zip(boxes, sides, strict=True):
        if not any(_meet(box, other) for other in taken):
            return box, side
    return boxes[0], sides[0]


def _meet(one: Box, other: Box) -> bool:
    """Whether two boxes of (left, bottom, right, top) overlap.

    >>> _meet((0, 0, 2, 2), (1, 1, 3, 3)), _meet((0, 0, 2, 2), (2, 0, 3, 3))
    (True, False)
    """
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _keys(options: list[OptionResult], numbered: dict[str, int]) -> list[Any]:
    from matplotlib.lines import Line2D

    def dot(marker: str, text: str, **more: Any) -> Any:
        return Line2D(
            [], [], linestyle="", marker=marker, label=text, **{"color": INKS[0], "markersize": 6.5, **more}
        )

    named = [option for option in options if option.id in numbered]
    kinds = dict.fromkeys(option.kind for option in named)
    keys = [dot(MARKERS.get(kind, "o"), worded(KIND_WORDS.get(kind, kind))) for kind in kinds]
    if any(not option.meets for option in named):
        keys.append(dot("o", worded("does not meet all"), markerfacecolor="white", color="black"))
    if len(named) < len(options):
        keys.append(dot("o", worded("other options"), color="#999999", markersize=3))
    return [*keys, Line2D([], [], color="#777777", label=worded("nothing is both cheaper and sooner"))]


def breakdown_chart(view: View) -> str:
    """Phases of the first few options, from the start on; what runs beside a longer phase is hidden by it."""
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
                axes.barh(row, days, left=begin, height=0.42, **fill(index))
            axes.annotate(
                named(number, short_of(view.plan, option.id)),
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
        axes.set_xlabel(worded("Days from the start, typical"))
        axes.grid(True, axis="x")
        legend(figure, patches(map(label, map(worded, names))), columns=3)
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
        begin, end = max(reached, phase.start_days), phase.end_days
        if end > begin:
            told.append((phase, begin, end - begin))
            reached = end
    return told
