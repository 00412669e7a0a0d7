"""What a sweep found: days along one input with the break-evens, or the map of winners over two."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from migplan import units
from migplan.inputs.fields import BY_NAME
from migplan.report.charts.breakdown import pale
from migplan.report.charts.canvas import HATCHES, dash, ink, legend, named, sheet, to_svg
from migplan.report.escape import label
from migplan.report.turns import Stretch, spacing, stretches

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from migplan.analyses.sweep import Axis, Sweep

_MOST_TICKS = 7


def sweep_chart(sweep: Sweep) -> str:
    """Draw a sweep over one or two inputs as SVG."""
    return _along(sweep) if len(sweep.axes) == 1 else _map(sweep)


def _along(sweep: Sweep) -> str:
    """Days of the winner along one input: a line for numbers, bars for words."""
    axis, parts = sweep.axes[0], stretches(sweep)
    names = list(dict.fromkeys(part.option for part in parts))
    with sheet("sweep", 3.3 + 0.19 * len(names)) as (figure, axes):
        places = _places(axis)
        for part in parts:
            _stretch(axes, sweep, part, places, names.index(part.option), words=axis.values is None)
        for part in parts[1:]:
            edge = _between(places[part.first - 1], places[part.first])
            axes.axvline(edge, color="black", linewidth=0.9, linestyle=":")
        _scale_days(axes, sweep.days)
        _ticks(axes, axis, "x")
        axes.set_ylabel("Days until done, typical")
        axes.grid(True, axis="y")
        legend(figure, _lines(names))
        return to_svg(figure)


def _stretch(axes: Axes, sweep: Sweep, part: Stretch, places: Any, index: int, words: bool) -> None:
    inside = slice(part.first, part.last + 1)
    days = sweep.days[inside]
    if words:
        axes.bar(
            places[inside],
            np.nan_to_num(days),
            width=0.6,
            facecolor=pale(ink(index)),
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor="black",
        )
        return
    axes.plot(
        places[inside], days, color=ink(index), linestyle=dash(index), linewidth=1.8, marker="o", markersize=3
    )
    finite = np.flatnonzero(np.isfinite(days))
    if len(finite):
        middle = finite[len(finite) // 2]
        axes.annotate(
            _letter(index),
            (places[inside][middle], days[middle]),
            (0, 6),
            textcoords="offset points",
            ha="center",
        )


def _map(sweep: Sweep) -> str:
    """Which way wins where: one fill and letter for each, lines where two are even, days written on them."""
    down, across = sweep.axes
    names = list(dict.fromkeys(str(name) for name in sweep.option.ravel()))
    index = np.vectorize(names.index, otypes=[int])(sweep.option)
    with sheet("sweep", 4.0 + 0.19 * len(names)) as (figure, axes):
        _regions(axes, index, _edges(across), _edges(down))
        for which in range(len(names)):
            place = _heart(index == which)
            axes.annotate(
                _letter(which), (_places(across)[place[1]], _places(down)[place[0]]), ha="center", va="center",
                bbox={"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": "black", "linewidth": 0.7},
            )  # fmt: skip
        _ticks(axes, across, "x")
        _ticks(axes, down, "y")
        legend(figure, _patches(names))
        return to_svg(figure)


def _regions(axes: Axes, index: Any, xs: Any, ys: Any) -> None:
    """A rectangle for each run of cells in a row that have the same winner, and a line wherever the winner changes."""
    from matplotlib.patches import Rectangle

    axes.set_xlim(xs[0], xs[-1])
    axes.set_ylim(ys[0], ys[-1])
    for row in range(len(index)):
        edges = [0, *(np.flatnonzero(np.diff(index[row])) + 1).tolist(), index.shape[1]]
        for first, after in itertools.pairwise(edges):
            fill = pale(ink(int(index[row, first])))
            size = (xs[after] - xs[first], ys[row + 1] - ys[row])
            axes.add_patch(
                Rectangle((xs[first], ys[row]), *size, facecolor=fill, edgecolor=fill, linewidth=0.3)
            )
    for row, column in zip(*np.nonzero(index[:, 1:] != index[:, :-1]), strict=True):
        axes.plot([xs[column + 1]] * 2, ys[row : row + 2], color="black", linewidth=0.9)
    for row, column in zip(*np.nonzero(index[1:] != index[:-1]), strict=True):
        axes.plot(xs[column : column + 2], [ys[row + 1]] * 2, color="black", linewidth=0.9)


def _heart(mask: Any) -> tuple[int, int]:
    """The cell of a region that lies nearest to the middle of its cells."""
    rows, columns = np.nonzero(mask)
    distance = (rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2
    nearest = int(distance.argmin())
    return int(rows[nearest]), int(columns[nearest])


def _places(axis: Axis) -> Any:
    """Where the values of an axis stand: logarithms where it is drawn so, positions for words."""
    if axis.values is None:
        return np.arange(len(axis.texts), dtype=float)
    return np.log10(axis.values) if spacing(axis) == "log" else axis.values


def _edges(axis: Axis) -> Any:
    places = _places(axis)
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]])


def _between(first: float, second: float) -> float:
    return (first + second) / 2


def _ticks(axes: Axes, axis: Axis, which: str) -> None:
    """Round values as they would be typed, or the words of the axis, as many as there is room for."""
    places, texts = _round_ticks(axis) if axis.values is not None else (_places(axis), list(axis.texts))
    told = [label(text, 18) for text in texts]
    if which == "x":
        axes.set_xticks(places, told)
        axes.set_xlabel(_title(axis))
    else:
        axes.set_yticks(places, told)
        axes.set_ylabel(_title(axis))


def _round_ticks(axis: Axis) -> tuple[Any, list[str]]:
    from matplotlib.ticker import LogLocator, MaxNLocator

    assert axis.values is not None
    base, low, high = BY_NAME[axis.field].base, float(axis.values[0]), float(axis.values[-1])
    scale = 125.0 if base == "B/s" else 1.0
    logarithmic = spacing(axis) == "log"
    steps = (1.0, 3.0) if high / max(low, 1e-30) < 3000 else (1.0,)
    locator = LogLocator(subs=steps, numticks=12) if logarithmic else MaxNLocator(_MOST_TICKS - 1)
    values = np.array(locator.tick_values(low / scale, high / scale)) * scale
    values = values[(values >= low * (1 - 1e-9)) & (values <= high * (1 + 1e-9))]
    return (np.log10(values) if logarithmic else values), [_shown(value, base) for value in values]


def _shown(value: float, base: str) -> str:
    return (
        units.show(value, base) if base not in ("", "1") else f"{value:,.0f}" if value >= 10 else f"{value:g}"
    )


def _title(axis: Axis) -> str:
    return axis.field.replace("_", " ").capitalize() + (" (log scale)" if spacing(axis) == "log" else "")


def _scale_days(axes: Axes, days: Any) -> None:
    from migplan.report.charts.canvas import scaled

    finite = [float(value) for value in days.ravel() if np.isfinite(value)]
    scaled(axes, "y", finite or [1.0])
    if finite and axes.get_yscale() == "linear":
        axes.set_ylim(0, max(finite) * 1.15)


def _letter(index: int) -> str:
    return chr(ord("A") + index) if index < 26 else f"A{index}"


def _named(index: int, name: str) -> str:
    return named(_letter(index), name or "no way")


def _lines(names: list[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=ink(index), linestyle=dash(index), linewidth=1.8, label=_named(index, name))
        for index, name in enumerate(names)
    ]


def _patches(names: list[str]) -> list[Any]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=pale(ink(index)), edgecolor="black", label=_named(index, name))
        for index, name in enumerate(names)
    ]
