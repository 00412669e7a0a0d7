"""The sheet on which charts are drawn: the same size, type and inks for all, and the same bytes for the same chart."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from migplan.language import current, messages, say, worded
from migplan.report.escape import label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.2
"""Width of every chart: legible at full size in a column of text, and still when a telephone shrinks it. [in]"""

DOTS = 200
"""Dots of a PNG on an inch: some 1,000 in all, sharp in a column of text and on a slide."""

Made = TypeVar("Made")
"""A finished chart: a text where it is SVG."""

_NAME_LENGTH = 56
"""Letters for which a legend has room."""

INKS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D1F")
"""Colours that people who do not see red and green alike tell apart; lines and hatches say the same without colour."""

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.", (0, (6, 1, 1, 1, 1, 1)))
HATCHES = ("", "////", "\\\\\\\\", "xxxx", "|||", "---", "+++", "//", "xx", "\\\\")
_JOINS = ("·", "→")
_PALE = 0.45
"""How much of its colour an area keeps. [1]"""
MARKERS = {"online": "o", "offline": "s", "hybrid": "D", "split": "^"}
KIND_WORDS = messages(
    {
        "online": "over the line",
        "offline": "by device",
        "hybrid": "device, then line",
        "split": "both at once",
    }
)

_LATIN = "DejaVu Sans"
_STYLE = {
    "svg.fonttype": "none",
    "font.size": 9.5,
    "axes.titlesize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "text.parse_math": False,
}


_FAMILIES = {
    "ja": (
        "Noto Sans CJK JP",
        "Noto Sans JP",
        "Source Han Sans JP",
        "Hiragino Sans",
        "Yu Gothic",
        "Meiryo",
        "MS Gothic",
        "IPAexGothic",
        "IPAGothic",
        "TakaoPGothic",
    ),
}
"""Language -> families with its letters, the first of which that is installed is drawn with."""

_ANY = "Last Resort High-Efficiency"
"""What matplotlib brings for letters that no other font has: as wide as they are, and without their forms."""


class NoFontWarning(UserWarning):
    """No font has the letters of the language of a chart."""


def _type() -> list[str]:
    """Families to draw with; one that is not there is not asked for, since that is slow and told for every letter."""
    families = _FAMILIES.get(current(), ())
    if not families:
        return [_LATIN]
    from matplotlib.font_manager import fontManager

    there = set(fontManager.get_font_names())
    found = [name for name in families if name in there][:1]
    if not found:
        template = (
            "no font with the letters of charts is installed: wanted such as {families}; others may show them"
        )
        warnings.warn(say(template, families=", ".join(families[:3])), NoFontWarning, stacklevel=3)
    return [*found, _LATIN, *(() if found else (_ANY,))]


def _viewed(svg: str) -> str:
    """A drawing that names every family with the letters of its language: who views it may have another one."""
    families = ", ".join(f"'{name}'" for name in (*_FAMILIES.get(current(), ()), _LATIN))
    return re.sub(r"(?<=font-family: )'[^;\"]*", families, svg) if current() in _FAMILIES else svg


@contextmanager
def sheet(name: str, height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one set of axes, drawn in our style while the context lasts.

    Parameters
    ----------
    name : str
        Of the chart: the ids inside its SVG follow from it, so that charts on one page have ids of their own.
    height : float
        [in]
    """
    import matplotlib
    from matplotlib.figure import Figure

    style = {**_STYLE, "svg.hashsalt": name, "font.family": _type()}
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        yield figure, figure.add_subplot()


def to_svg(figure: Figure) -> str:
    """The figure as SVG, without a date: it is known as ours by its maker, whose version it does not tell."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "migplan"})
    return "\n".join(line.rstrip() for line in _viewed(buffer.getvalue()).splitlines()) + "\n"


def to_png(figure: Figure) -> bytes:
    """The figure as PNG, which tells its maker as the SVG does."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DOTS, metadata={"Software": "migplan"})
    return buffer.getvalue()


def at(moment: dt.datetime) -> float:
    """Where a moment stands on an axis of dates."""
    from matplotlib.dates import date2num

    return float(date2num(moment))


def dates(axes: Axes) -> None:
    """Set the horizontal axis to dates, each told as shortly as its neighbours allow."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)
    for name in ("formats", "zero_formats", "offset_formats"):
        setattr(formatter, name, [*map(worded, getattr(formatter, name))])
    axes.xaxis.set_major_formatter(formatter)


_DATES = messages(("%Y", "%b", "%d", "%b-%d", "%Y-%b", "%Y-%b-%d", "%Y-%b-%d %H:%M"))
"""How dates are told on an axis."""


def ink(index: int) -> str:
    """The colour of the nth thing."""
    return INKS[index % len(INKS)]


def pale(colour: str) -> str:
    """A colour light enough for the hatch on it to be seen.

    >>> pale("#000000")
    '#8c8c8c'
    """
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * _PALE):02x}" for part in parts)


def fill(index: int) -> dict[str, Any]:
    """How the area of the nth thing is drawn."""
    return {
        "facecolor": pale(ink(index)),
        "edgecolor": "black",
        "hatch": HATCHES[index % len(HATCHES)],
        "linewidth": 0.7,
    }


def dash(index: int) -> Any:
    """The line style of the nth thing."""
    return DASHES[index % len(DASHES)]


def named(key: object, option: str) -> str:
    """An option in a legend, behind its number or letter; long names lose their middle.

    >>> named(1, "robocopy/vpn/efs"), len(named(1, "x" * 200))
    ('1  robocopy/vpn/efs', 59)
    """
    told = _lettered(option)
    if len(told) > _NAME_LENGTH:
        half = (_NAME_LENGTH - 3) // 2
        told = f"{told[: _NAME_LENGTH - 3 - half]}...{told[-half:]}"
    return f"{key}  {told}"


def _lettered(name: str) -> str:
    """A name with the letters that every drawing has, and the signs that short names of options are joined by.

    >>> _lettered("Robocopy · VPN → FSx"), _lettered("$x$")
    ('Robocopy · VPN → FSx', 'x')
    """
    return (
        "".join(part if part in _JOINS else f" {label(part, 200)} " for part in re.split("([·→])", name))
        .replace("  ", " ")
        .strip()
    )


def legend(figure: Figure, handles: Sequence[Any], columns: int = 1) -> None:
    """A legend under the axes, where it hides nothing."""
    if handles:
        figure.legend(
            handles=handles, loc="outside lower left", ncols=columns, handlelength=2.4, borderaxespad=0.2
        )


def patches(labels: Iterable[str]) -> list[Any]:
    """The areas of some things, for a legend."""
    from matplotlib.patches import Patch

    return [Patch(label=told, **fill(index)) for index, told in enumerate(labels)]


def spread(values: Sequence[float]) -> str:
    """The scale on which values are told apart: 'log' where they differ by more than a factor of twenty."""
    positive = [value for value in values if value > 0]
    return "log" if len(positive) == len(values) > 1 and max(values) / min(values) > 20 else "linear"


def scaled(axes: Axes, which: str, values: Sequence[float]) -> None:
    """Set one axis to the scale of its values, with plain numbers on it."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    if spread(values) == "log":
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
        axis.set_major_locator(LogLocator(subs=_steps(max(values) / min(values)), numticks=8))
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 100 else f"{value:g}")
    )


def _steps(ratio: float) -> tuple[float, ...]:
    """What is labelled of each decade of a logarithmic scale: as much as has room side by side.

    >>> _steps(30.0), _steps(300.0), _steps(1e5)
    ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
    """
    return (1.0, 2.0, 5.0) if ratio < 100 else (1.0, 3.0) if ratio < 5000 else (1.0,)
