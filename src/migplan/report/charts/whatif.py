"""Charts of what-ifs as SVG: the tornado, and days along one input with a curve for each family of ways."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from migplan import units
from migplan.inputs.fields import BY_NAME
from migplan.report.charts.canvas import KIND_WORDS, dash, ink, legend, named, scaled, sheet, to_svg
from migplan.report.escape import flat, label
from migplan.report.tornado import MOST, name_of
from migplan.report.words import days

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from migplan.analyses.sweep import Sweep
    from migplan.analyses.tornado import Bar, Tornado
    from migplan.results.model import OptionResult

_MOST_CURVES = 8
_BESIDE, _ENOUGH = 12.0, 40.0
"""How far the centre of a letter is from its curve, and how far at most from others. [dots of the drawing]"""

_LOW, _HIGH = "#56B4E9", "#D55E00"

_BEST: dict[str, Any] = {
    "linestyle": "", "marker": "o", "markersize": 3.5, "color": "black", "markerfacecolor": "white", "zorder": 4,
}  # fmt: skip
_CHOSEN: dict[str, Any] = {
    "linestyle": "", "marker": "*", "markersize": 12, "color": "black", "markerfacecolor": "#E69F00", "zorder": 5,
}  # fmt: skip


def tornado_chart(tornado: Tornado, everything: bool = False) -> str:
    """Draw the inputs with the largest effect as bars around the typical finish, the largest on top."""
    bars = tornado.bars if everything else tornado.bars[:MOST]
    ends = [value for bar in bars for value in (bar.low, bar.high) if math.isfinite(value)]
    least, most = min([tornado.typical, *ends]), max([tornado.typical, *ends])
    room = max(most - least, 1e-9 * tornado.typical)
    with sheet("tornado", 1.5 + 0.3 * max(len(bars), 1)) as (figure, axes):
        for place, bar in enumerate(reversed(bars)):
            _bar(axes, bar, place, tornado.typical, most + 0.1 * room)
        axes.axvline(tornado.typical, color="black", linewidth=0.9)
        axes.set_yticks(range(len(bars)), [label(name_of(bar.name), 40) for bar in reversed(bars)])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlim(least - 0.3 * room, most + 0.26 * room)
        axes.set_xlabel(f"Days until done ({days(tornado.typical)} if all is typical)")
        legend(figure, _keys(), columns=2)
        return to_svg(figure)


def _bar(axes: Axes, bar: Bar, place: int, typical: float, edge: float) -> None:
    """Two halves of a bar from the typical finish, each with the value of the input at its end."""
    for end, text, fill, hatch in (
        (bar.low, bar.low_text, _LOW, ""),
        (bar.high, bar.high_text, _HIGH, "////"),
    ):
        reach = end if math.isfinite(end) else edge
        axes.barh(
            place,
            reach - typical,
            left=typical,
            height=0.62,
            facecolor=fill,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.6,
        )
        if reach == typical:
            continue
        right = reach > typical
        axes.annotate(
            flat(text if math.isfinite(end) else f"{text}: never", 24),
            (reach, place),
            (3 if right else -3, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=7.5,
        )


def _keys() -> list[Any]:
    from matplotlib.patches import Patch

    return [
        Patch(facecolor=_LOW, edgecolor="black", linewidth=0.6, label="input at P10"),
        Patch(facecolor=_HIGH, edgecolor="black", linewidth=0.6, hatch="////", label="input at P90"),
    ]


def families_chart(
    sweep: Sweep, now: float | None = None, chosen: OptionResult | None = None, wanted: Sequence[str] = ()
) -> str:
    """Draw days along one input with a curve for each family of ways, and dots for the best way at each value.

    Parameters
    ----------
    sweep : Sweep
        Over one input with numbers.
    now : float, optional
        The present value of the input, in base units; it is marked.
    chosen : OptionResult, optional
        The recommended way; it is marked at the present value.
    wanted : sequence of str
        Families that must have a curve, as an option calls them.
    """
    axis = sweep.axes[0]
    assert axis.values is not None
    names = _some(sweep, wanted)
    scale = scale_of(axis.field, axis.values)
    with sheet("families", 2.9 + 0.19 * (len(names) + 2)) as (figure, axes):
        shown = [sweep.families[name] for name in names]
        places = axis.values / scale
        for index, days_ in enumerate(shown):
            axes.plot(places, days_, color=ink(index), linestyle=dash(index), linewidth=1.6)
        axes.plot(places, sweep.days, **_BEST)
        _turns(axes, sweep, places)
        finite = np.concatenate([days_[np.isfinite(days_)] for days_ in shown])
        scaled(axes, "x", places.tolist())
        scaled(axes, "y", finite.tolist())
        marks = _marks(axes, None if now is None else now / scale, chosen)
        axes.set_xlabel(f"{axis.field.replace('_', ' ').capitalize()} [{unit_of(axis.field, axis.values)}]")
        axes.set_ylabel("Days until done, typical")
        axes.grid(True)
        legend(figure, [*_curves(names), *marks])
        _letters(figure, axes, places, shown)
        return to_svg(figure)


def _some(sweep: Sweep, wanted: Sequence[str]) -> list[str]:
    """As many families as can be told apart: those wanted, the soonest of each kind, then the soonest of all."""
    found = list(sweep.families)
    first = {name.partition(":")[0]: name for name in reversed(found)}
    own = [name for name in found if name.partition(" (")[0] in wanted]
    kept = set(list(dict.fromkeys([*own, *first.values(), *found]))[:_MOST_CURVES])
    return [name for name in found if name in kept]


def _turns(axes: Axes, sweep: Sweep, places: Any) -> None:
    """A line where the best way changes."""
    for first, second in itertools.pairwise(range(len(places))):
        if sweep.option[first] != sweep.option[second]:
            axes.axvline(
                math.sqrt(places[first] * places[second]), color="black", linewidth=0.9, linestyle=":"
            )


def _marks(axes: Axes, now: float | None, chosen: OptionResult | None) -> list[Any]:
    """The present value and the recommended way at it, and the keys of all that is no curve."""
    from matplotlib.lines import Line2D

    keys = [Line2D([], [], label="the best way at each value, by typical values", **_BEST)]
    if now is None:
        return keys
    axes.axvline(now, color="#999999", linewidth=5, alpha=0.35, zorder=0)
    axes.annotate("now", (now, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=8.5)
    if chosen is not None and chosen.duration_days is not None:
        axes.plot(now, chosen.duration_days, **_CHOSEN)
        keys.append(Line2D([], [], label="the recommended way", **_CHOSEN))
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
        axes.annotate(chr(ord("A") + index), (x, y), ha="center", va="center")


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


def _curves(names: list[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            color=ink(index),
            linestyle=dash(index),
            linewidth=1.6,
            label=named(chr(ord("A") + index), _spoken(name)),
        )
        for index, name in enumerate(names)
    ]


def _spoken(family: str) -> str:
    """A family in words.

    >>> _spoken("online:robocopy (new circuit)")
    'robocopy (new circuit), over the line'
    """
    kind, _, name = family.partition(":")
    return f"{name}, {KIND_WORDS.get(kind, kind)}"


def unit_of(field: str, values: Any) -> str:
    """The unit in which an axis is told: the one that suits its middle."""
    base = BY_NAME[field].base
    return (
        units.show(float(values[len(values) // 2]), base).split()[-1] if base not in ("", "1", "1/s") else "1"
    )


def scale_of(field: str, values: Any) -> float:
    """Base units in the unit of an axis."""
    return units.factor(unit_of(field, values), BY_NAME[field].base) if unit_of(field, values) != "1" else 1.0
