"""Charts of what-ifs as SVG: the tornado, and days along one input with a curve for each family of ways."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from migplan import units
from migplan.fields import BY_NAME
from migplan.report.charts.canvas import dash, ink, legend, named, scaled, sheet, to_svg
from migplan.report.escape import flat, label
from migplan.report.tornado import MOST, name_of
from migplan.report.words import days

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from migplan.sweep import Sweep
    from migplan.tornado import Bar, Tornado

_MOST_CURVES = 8

_LOW, _HIGH = "#56B4E9", "#D55E00"


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


def families_chart(sweep: Sweep) -> str:
    """Draw days along one input with a curve for each family of ways, and a line where the recommended way changes."""
    axis = sweep.axes[0]
    assert axis.values is not None
    names = list(sweep.families)[:_MOST_CURVES]
    with sheet("families", 3.4 + 0.19 * len(names)) as (figure, axes):
        shown = [sweep.families[name] for name in names]
        places = axis.values / scale_of(axis.field, axis.values)
        for index, days_ in enumerate(shown):
            axes.plot(places, days_, color=ink(index), linestyle=dash(index), linewidth=1.6)
            _letter(axes, places, days_, index)
        for first, second in itertools.pairwise(range(len(places))):
            if sweep.option[first] != sweep.option[second]:
                axes.axvline(
                    math.sqrt(places[first] * places[second]), color="black", linewidth=0.9, linestyle=":"
                )
        finite = np.concatenate([days_[np.isfinite(days_)] for days_ in shown])
        scaled(axes, "x", places.tolist())
        scaled(axes, "y", finite.tolist())
        axes.set_xlabel(f"{axis.field.replace('_', ' ').capitalize()} [{unit_of(axis.field, axis.values)}]")
        axes.set_ylabel("Days until done, typical")
        axes.grid(True)
        legend(figure, _curves(names))
        return to_svg(figure)


def _letter(axes: Axes, places: Any, days_: Any, index: int) -> None:
    """The letter of a curve on it, each at a place of its own so that letters do not lie on each other."""
    finite = np.flatnonzero(np.isfinite(days_))
    if len(finite):
        place = finite[min(len(finite) - 1, (2 * index + 1) * len(finite) // (2 * _MOST_CURVES))]
        axes.annotate(
            chr(ord("A") + index),
            (places[place], days_[place]),
            (0, 4),
            textcoords="offset points",
            ha="center",
        )


def _curves(names: list[str]) -> list[Any]:
    from matplotlib.lines import Line2D

    return [
        Line2D(
            [],
            [],
            color=ink(index),
            linestyle=dash(index),
            linewidth=1.6,
            label=named(chr(ord("A") + index), name),
        )
        for index, name in enumerate(names)
    ]


def unit_of(field: str, values: Any) -> str:
    """The unit in which an axis is told: the one that suits its middle."""
    base = BY_NAME[field].base
    return (
        units.show(float(values[len(values) // 2]), base).split()[-1] if base not in ("", "1", "1/s") else "1"
    )


def scale_of(field: str, values: Any) -> float:
    """Base units in the unit of an axis."""
    return units.factor(unit_of(field, values), BY_NAME[field].base) if unit_of(field, values) != "1" else 1.0
