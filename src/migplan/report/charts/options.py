"""The ways by what they cost and when they end, and the frontier of those that no other beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migplan.report.charts.canvas import INKS, KIND_WORDS, MARKERS, legend, scaled, sheet, to_svg
from migplan.report.view import View
from migplan.report.words import known
from migplan.results import OptionResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Point = tuple[float, float]
_NEAR = 14.0
"""Points closer than this on the sheet share one label. [pt]"""


def options_chart(view: View) -> str:
    """Cost over the horizon against the finish; every usable way a dot, those of the table with their numbers."""
    numbered = {option.id: number for number, option in enumerate(view.shown, 1)}
    placed = [(option, point) for option in view.plan.options if (point := _point(option)) and option.usable]
    if len(placed) < 2:
        return ""
    with sheet("options", 4.2) as (figure, axes):
        costs, ends = zip(*(point for _, point in placed), strict=True)
        scaled(axes, "x", costs)
        scaled(axes, "y", ends)
        edge = frontier([point for _, point in placed])
        axes.plot(*zip(*edge, strict=True), color="#777777", linewidth=1.2, drawstyle="steps-post", zorder=1)
        _dots(axes, [point for option, point in placed if option.id not in numbered])
        for option, point in placed:
            if option.id in numbered:
                _mark(axes, option, point)
        _limits(axes, view)
        axes.margins(0.12)
        _labels(axes, [(numbered[o.id], point) for o, point in placed if o.id in numbered])
        months = placed[0][0].cost_usd.horizon_months
        axes.set_xlabel(f"Cost of the move and {months:g} months (USD)")
        sampled = any(option.p80_days is not None for option, _ in placed)
        axes.set_ylabel(f"Finish, {'P80' if sampled else 'typical'} (days from the start)")
        axes.grid(True)
        legend(figure, _keys([option for option, _ in placed], view), columns=2)
        return to_svg(figure)


def _point(option: OptionResult) -> Point | None:
    cost = known(option.cost_usd.horizon_total)
    end = known(option.p80_days if option.p80_days is not None else option.duration_days)
    return None if cost is None or end is None else (cost, end)


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
        axes.scatter(*zip(*points, strict=True), s=7, color="#999999", zorder=2)


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


def _limits(axes: Axes, view: View) -> None:
    """The deadline and the budget, where they lie within reach of the points."""
    deadline, budget = view.deadline_days, view.number("budget")
    _, high = axes.get_ylim()
    if deadline is not None and deadline < 3 * high:
        axes.axhline(deadline, color="black", linestyle="--", linewidth=1)
        axes.annotate(
            "deadline",
            (1, deadline),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8.5,
        )
    if budget is not None and budget < 3 * axes.get_xlim()[1]:
        axes.axvline(budget, color="black", linestyle=":", linewidth=1)
        axes.annotate(
            "budget", (budget, 1), xycoords=("data", "axes fraction"), ha="left", va="top", fontsize=8.5
        )


def _labels(axes: Axes, numbered: list[tuple[int, Point]]) -> None:
    """The numbers beside their points; points that lie on each other share a label."""
    axes.figure.draw_without_rendering()
    groups: list[tuple[Any, list[int]]] = []
    scale = 72.0 / axes.figure.dpi
    for number, point in numbered:
        place = axes.transData.transform(point) * scale
        near = next((g for g in groups if abs(g[0] - place).max() < _NEAR), None)
        if near is None:
            groups.append((place, [number]))
        else:
            near[1].append(number)
    for place, numbers in groups:
        where = axes.transData.inverted().transform(place / scale)
        axes.annotate(
            ", ".join(map(str, numbers)), where, (6, 5), textcoords="offset points", fontsize=9, zorder=4
        )


def _keys(options: list[OptionResult], view: View) -> list[Any]:
    from matplotlib.lines import Line2D

    def dot(marker: str, text: str, **more: Any) -> Any:
        return Line2D(
            [], [], linestyle="", marker=marker, label=text, **{"color": INKS[0], "markersize": 6.5, **more}
        )

    kinds = dict.fromkeys(option.kind for option in options)
    keys = [dot(MARKERS.get(kind, "o"), KIND_WORDS.get(kind, kind)) for kind in kinds]
    shown = {option.id for option in view.shown}
    if any(not option.meets for option in options):
        keys.append(dot("o", "does not meet all", markerfacecolor="white", color="black"))
    if any(option.id not in shown for option in options):
        keys.append(dot("o", "other ways", color="#999999", markersize=3))
    return [*keys, Line2D([], [], color="#777777", label="nothing is both cheaper and sooner")]
