"""Sweeps as charts: curves by family, and maps of winners."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from migplan import units
from migplan.analyses.sweep.segments import Segment, segments, spacing
from migplan.inputs.fields import BY_NAME
from migplan.language import say, worded
from migplan.report.charts.canvas import (
    KIND_WORDS,
    Made,
    dash,
    fill,
    ink,
    legend,
    named,
    pale,
    patches,
    scaled,
    sheet,
)
from migplan.report.escape import label
from migplan.report.view import field_name
from migplan.report.words import letter_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from migplan.analyses.sweep import Axis, Sweep
    from migplan.results.model import OptionResult

_MOST_TICKS = 7


def sweep_chart(sweep: Sweep, save: Callable[[Figure], Made]) -> Made:
    """Draw a sweep over one or two inputs."""
    return _along(sweep, save) if len(sweep.axes) == 1 else _map(sweep, save)


def _along(sweep: Sweep, save: Callable[[Figure], Made]) -> Made:
    """Days of the winner along one input: a line for numbers, bars for words."""
    axis, parts = sweep.axes[0], segments(sweep)
    names = list(dict.fromkeys(part.option for part in parts))
    with sheet("sweep", 3.3 + 0.19 * len(names)) as (figure, axes):
        places = _places(axis)
        for part in parts:
            _segment(axes, sweep, part, places, names.index(part.option), words=axis.values is None)
        missed = np.flatnonzero(~sweep.meets & np.isfinite(sweep.days))
        axes.plot(places[missed], sweep.days[missed], **_MISSED)
        for part in parts[1:]:
            edge = _between(places[part.first - 1], places[part.first])
            axes.axvline(edge, color="black", linewidth=0.9, linestyle=":")
        _scale_days(axes, sweep.days)
        _ticks(axes, axis, "x")
        axes.set_ylabel(worded("Days until done, typical"))
        axes.grid(True, axis="y")
        told = [_named(index, name) for index, name in enumerate(_winner_names(sweep, names))]
        keys = patches(told) if axis.values is None else _lines(told)
        legend(figure, [*keys, *([_missed_key()] if len(missed) else [])])
        return save(figure)


_MISSED: dict[str, Any] = {
    "linestyle": "", "marker": "X", "markersize": 8, "color": "black", "markeredgecolor": "white", "zorder": 5,
}  # fmt: skip


def _missed_key() -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], label=worded("does not meet all you asked"), **_MISSED)


def _segment(axes: Axes, sweep: Sweep, part: Segment, places: Any, index: int, words: bool) -> None:
    inside = slice(part.first, part.last + 1)
    days = sweep.days[inside]
    if words:
        axes.bar(
            places[inside],
            np.nan_to_num(days),
            width=0.6,
            **fill(index),
        )
        return
    axes.plot(
        places[inside], days, color=ink(index), linestyle=dash(index), linewidth=1.8, marker="o", markersize=3
    )
    finite = np.flatnonzero(np.isfinite(days))
    if len(finite):
        middle = finite[len(finite) // 2]
        axes.annotate(
            letter_of(index),
            (places[inside][middle], days[middle]),
            (0, 6),
            textcoords="offset points",
            ha="center",
        )


def _map(sweep: Sweep, save: Callable[[Figure], Made]) -> Made:
    """Which option wins where: one fill and letter for each, lines where two are even, days written on them."""
    down, across = sweep.axes
    names = list(dict.fromkeys(str(name) for name in sweep.option.ravel()))
    index = np.vectorize(names.index, otypes=[int])(sweep.option)
    with sheet("sweep", 4.0 + 0.19 * len(names)) as (figure, axes):
        _regions(axes, index, _edges(across), _edges(down))
        _hatched(axes, ~sweep.meets, _edges(across), _edges(down))
        for which in range(len(names)):
            for place in map(_heart, _connected(index == which)):
                axes.annotate(
                    letter_of(which), (_places(across)[place[1]], _places(down)[place[0]]), ha="center", va="center",
                    bbox={"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": "black", "linewidth": 0.7},
                )  # fmt: skip
        _ticks(axes, across, "x")
        _ticks(axes, down, "y")
        keys = _patches([_named(which, name) for which, name in enumerate(_winner_names(sweep, names))])
        legend(figure, keys if sweep.meets.all() else [*keys, _hatched_key()])
        return save(figure)


def _rectangles(
    index: Any, xs: Any, ys: Any
) -> Iterator[tuple[Any, tuple[float, float], tuple[float, float]]]:
    """A value, a corner and a size for each run of equal cells in a row."""
    for row in range(len(index)):
        edges = [0, *(np.flatnonzero(index[row, 1:] != index[row, :-1]) + 1).tolist(), index.shape[1]]
        for first, after in itertools.pairwise(edges):
            yield index[row, first], (xs[first], ys[row]), (xs[after] - xs[first], ys[row + 1] - ys[row])


def _hatched(axes: Axes, missed: Any, xs: Any, ys: Any) -> None:
    """Hatches over the cells whose best option misses something."""
    from matplotlib.patches import Rectangle

    for holds, corner, size in _rectangles(missed, xs, ys):
        if holds:
            axes.add_patch(Rectangle(corner, *size, **_HATCHED))


_HATCHED: dict[str, Any] = {"facecolor": "none", "edgecolor": "#444444", "hatch": "////", "linewidth": 0.0}


def _hatched_key() -> Any:
    from matplotlib.patches import Patch

    return Patch(label=worded("does not meet all you asked"), **_HATCHED)


def _regions(axes: Axes, index: Any, xs: Any, ys: Any) -> None:
    """A rectangle for each run of cells in a row that have the same winner, and a line wherever the winner changes."""
    from matplotlib.patches import Rectangle

    axes.set_xlim(xs[0], xs[-1])
    axes.set_ylim(ys[0], ys[-1])
    for which, corner, size in _rectangles(index, xs, ys):
        shade = pale(ink(int(which)))
        axes.add_patch(Rectangle(corner, *size, facecolor=shade, edgecolor=shade, linewidth=0.3))
    for row, column in zip(*np.nonzero(index[:, 1:] != index[:, :-1]), strict=True):
        axes.plot([xs[column + 1]] * 2, ys[row : row + 2], color="black", linewidth=0.9)
    for row, column in zip(*np.nonzero(index[1:] != index[:-1]), strict=True):
        axes.plot(xs[column : column + 2], [ys[row + 1]] * 2, color="black", linewidth=0.9)


_MOST_PARTS = 2_500
"""Cells up to which each part of a region has its letter; in larger maps the region has one."""


def _connected(mask: Any) -> list[Any]:
    """The parts of a region that hang together, each as a mask of its own."""
    if mask.size > _MOST_PARTS:
        return [mask]
    left, parts = {*zip(*(found.tolist() for found in np.nonzero(mask)), strict=True)}, []
    while left:
        part, edge = np.zeros_like(mask), [left.pop()]
        while edge:
            row, column = edge.pop()
            part[row, column] = True
            beside = {(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)} & left
            left -= beside
            edge += beside
        parts.append(part)
    return parts


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
    name = field_name(axis.field)
    told = name[:1].upper() + name[1:]
    return say("{name} (log scale)", name=told) if spacing(axis) == "log" else told


def _scale_days(axes: Axes, days: Any) -> None:
    finite = [float(value) for value in days.ravel() if np.isfinite(value)]
    scaled(axes, "y", finite or [1.0])
    if finite and axes.get_yscale() == "linear":
        axes.set_ylim(0, max(finite) * 1.15)


def _winner_names(sweep: Sweep, names: Sequence[str]) -> list[str]:
    """What people call some winners; the id where the sweep does not say."""
    return [sweep.names.get(name, name) for name in names]


def _named(index: int, name: str) -> str:
    return named(letter_of(index), name or worded("no option"))


def _lines(names: Sequence[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=ink(index), linestyle=dash(index), linewidth=1.8, label=name)
        for index, name in enumerate(names)
    ]


def _patches(names: Sequence[str]) -> list[Any]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=pale(ink(index)), edgecolor="black", label=name) for index, name in enumerate(names)
    ]


_MOST_CURVES = 8
_BESIDE, _ENOUGH = 12.0, 40.0
"""How far the centre of a letter is from its curve, and how far at most from others. [dots of the drawing]"""

_BEST: dict[str, Any] = {
    "linestyle": "", "marker": "o", "markersize": 3.5, "color": "black", "markerfacecolor": "white", "zorder": 4,
}  # fmt: skip
_CHOSEN: dict[str, Any] = {
    "linestyle": "", "marker": "*", "markersize": 12, "color": "black", "markerfacecolor": "#E69F00", "zorder": 5,
}  # fmt: skip


def families_chart(
    sweep: Sweep,
    save: Callable[[Figure], Made],
    now: float | None = None,
    chosen: OptionResult | None = None,
    wanted: Sequence[str] = (),
    called: Mapping[str, str] | None = None,
    most: int = _MOST_CURVES,
) -> Made:
    """Draw days along one input with a curve for each family of options, and dots for the best option at each value.

    Parameters
    ----------
    sweep : Sweep
        Over one input with numbers.
    save : callable
        Figure -> the chart in its format.
    now : float, optional
        The present value of the input, in base units; it is marked.
    chosen : OptionResult, optional
        The recommended option; it is marked at the present value.
    wanted : sequence of str
        Families that must have a curve, as an option calls them.
    called : mapping, optional
        Family -> what people call its mover or device; else its id stands for it.
    most : int
        Curves at the most.
    """
    axis = sweep.axes[0]
    assert axis.values is not None
    names = _some(sweep, wanted, most)
    scale = scale_of(axis.field, axis.values)
    with sheet("families", 2.5 + 0.19 * (len(names) + 2)) as (figure, axes):
        shown = [sweep.families[name] for name in names]
        places = axis.values / scale
        for index, days_ in enumerate(shown):
            axes.plot(places, days_, color=ink(index), linestyle=dash(index), linewidth=1.6)
        axes.plot(places[sweep.meets], sweep.days[sweep.meets], **_BEST)
        missed = ~sweep.meets & np.isfinite(sweep.days)
        axes.plot(places[missed], sweep.days[missed], **_MISSED)
        _turns(axes, sweep, places)
        finite = np.concatenate([days_[np.isfinite(days_)] for days_ in shown])
        scaled(axes, "x", places.tolist())
        scaled(axes, "y", finite.tolist())
        marks = _marks(axes, None if now is None else now / scale, chosen, by_draws=bool(sweep.samples))
        marks += [_missed_key()] if missed.any() else []
        field = field_name(axis.field)
        axes.set_xlabel(f"{field[:1].upper()}{field[1:]} [{unit_of(axis.field, axis.values)}]")
        axes.set_ylabel(worded("Days until done, typical"))
        axes.grid(True)
        legend(figure, [*_curves(names, sweep.carriers if called is None else called), *marks])
        _letters(figure, axes, places, shown)
        return save(figure)


def _some(sweep: Sweep, wanted: Sequence[str], most: int) -> list[str]:
    """As many families as can be told apart: those wanted, the soonest of each kind, then the soonest of all."""
    found = list(sweep.families)
    first = {name.partition(":")[0]: name for name in reversed(found)}
    own = [name for name in found if name.partition(" (")[0] in wanted]
    kept = set(list(dict.fromkeys([*own, *first.values(), *found]))[:most])
    return [name for name in found if name in kept]


def _turns(axes: Axes, sweep: Sweep, places: Any) -> None:
    """A line where the best option changes."""
    for first, second in itertools.pairwise(range(len(places))):
        if sweep.option[first] != sweep.option[second]:
            axes.axvline(
                math.sqrt(places[first] * places[second]), color="black", linewidth=0.9, linestyle=":"
            )


def _marks(axes: Axes, now: float | None, chosen: OptionResult | None, by_draws: bool) -> list[Any]:
    """The present value and the recommended option at it, and the keys of all that is no curve."""
    from matplotlib.lines import Line2D

    best = worded("best at each value" if by_draws else "best at each value, by typical values")
    keys = [Line2D([], [], label=best, **_BEST)]
    if now is None:
        return keys
    axes.axvline(now, color="#999999", linewidth=5, alpha=0.35, zorder=0)
    axes.annotate(
        worded("now"), (now, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8.5
    )
    if chosen is not None and chosen.duration_days is not None:
        axes.plot(now, chosen.duration_days, **_CHOSEN)
        keys.append(Line2D([], [], label=worded("the recommended option"), **_CHOSEN))
    return keys


def _letters(figure: Figure, axes: Axes, places: Any, shown: Sequence[Any]) -> None:
    """The letter of each curve over or under it, where other curves, other letters and the edges are farthest."""
    figure.draw_without_rendering()
    spots = np.array([axes.transData.transform(np.column_stack([places, days_])) for days_ in shown])
    taken: list[Any] = []
    for index, spot in enumerate(spots):
        beside = np.array([0.0, _BESIDE])
        sides = [spot + beside, spot - beside]
        room = [_room(axes, side, np.delete(spots, index, axis=0), taken) for side in sides]
        side, point = np.unravel_index(np.argmax(room), np.shape(room))
        if room[side][point] < 0:
            continue
        taken.append(sides[side][point])
        x, y = axes.transData.inverted().transform(sides[side][point])
        axes.annotate(letter_of(index), (x, y), ha="center", va="center")


def _room(axes: Axes, centres: Any, curves: Any, letters: Sequence[Any]) -> Any:
    """How far other things are from letters with these centres, as far as it matters; -1 where there is no curve."""
    (left, low), (right, high) = axes.bbox.get_points()
    x, y = centres.T
    found = [
        np.full(len(x), _ENOUGH),
        *np.abs(curves[:, :, 1] - y),
        *(np.abs(centres - letter).max(axis=1) for letter in letters),
        *(x - left, right - x, y - low, high - y),
    ]
    return np.where(np.isnan(y), -1.0, np.fmin.reduce(found))


def _curves(names: list[str], called: Mapping[str, str]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            color=ink(index),
            linestyle=dash(index),
            linewidth=1.6,
            label=named(letter_of(index), _spoken(name, called)),
        )
        for index, name in enumerate(names)
    ]


def _spoken(family: str, called: Mapping[str, str]) -> str:
    """A family in words.

    >>> _spoken("online:robocopy (new circuit)", {"online:robocopy": "Robocopy"})
    'Robocopy, over a new circuit'
    """
    plain, _, circuit = family.removesuffix(")").partition(" (")
    kind, _, name = plain.partition(":")
    way = worded("over a new circuit" if circuit else KIND_WORDS.get(kind, kind))
    return f"{called.get(plain, name)}{worded(', ')}{way}"


def unit_of(field: str, values: Any) -> str:
    """The unit in which an axis is told: the one that suits its middle."""
    base = BY_NAME[field].base
    return (
        units.show(float(values[len(values) // 2]), base).split()[-1] if base not in ("", "1", "1/s") else "1"
    )


def scale_of(field: str, values: Any) -> float:
    """Base units in the unit of an axis."""
    return units.factor(unit_of(field, values), BY_NAME[field].base) if unit_of(field, values) != "1" else 1.0
