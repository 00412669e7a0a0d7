"""How a running move burns up: its share of the work, bytes and files by date, and the bands of plan and now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from migplan.language import messages, worded
from migplan.report.charts.canvas import at, dash, dates, ink, legend, pale, sheet, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from migplan.tracking.model import Track

_LINES = messages({"share": "work done", "bytes": "bytes", "files": "files"})
_REACH = 3.0
"""How far dates go on behind now, as a multiple of the time until the end in nine of ten cases."""


def burnup_chart(track: Track) -> str:
    """The chart as SVG; empty where nothing has moved yet."""
    if len(track.course) < 2:
        return ""
    with sheet("burnup", 3.4) as (figure, axes):
        _band(axes, track.planned["begin"], 0.0, track.planned["copy_end"], 1)
        if track.phase != "passes":
            _band(axes, track.at, track.share_done, track.copy_end, 0)
        _lines(axes, track)
        _marks(axes, track)
        dates(axes)
        axes.set_ylim(0.0, 1.02)
        axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.grid(True)
        legend(figure, _keys(), columns=2)
        return to_svg(figure)


def _place(moment: str | None) -> float | None:
    return None if moment is None else at(dt.datetime.fromisoformat(moment).replace(tzinfo=None))


def _band(axes: Axes, begin: str | None, share: float, ends: dict[str, str | None], index: int) -> None:
    """From where a copy is to its end in one and in nine of ten cases."""
    start, low, middle, high = (
        _place(moment) for moment in (begin, *(ends.get(name) for name in ("p10", "p50", "p90")))
    )
    if start is None or low is None or middle is None:
        return
    if high is not None:
        axes.fill([start, low, high], [share, 1.0, 1.0], facecolor=pale(ink(index)), alpha=0.5, linewidth=0)
    axes.plot([start, middle], [share, 1.0], color=ink(index), linestyle=dash(1), linewidth=1.2)


def _lines(axes: Axes, track: Track) -> None:
    times = [_place(point["at"]) or 0.0 for point in track.course]
    for index, name in enumerate(_LINES):
        total = 1.0 if name == "share" else track.total[name]
        values = [point[name] for point in track.course]
        if total and None not in values:
            shares = [float(value) / total for value in values]
            width = 1.8 if name == "share" else 1.0
            axes.plot(
                times, shares, color=ink((0, 2, 4)[index]), linestyle=dash((0, 2, 3)[index]), linewidth=width
            )


def _marks(axes: Axes, track: Track) -> None:
    """The deadline, unless it is far off."""
    deadline, now = _place(track.deadline), _place(track.at)
    last = max(
        (_place(end) or 0.0 for ends in (track.copy_end, track.finish) for end in (ends.get("p90"),)),
        default=0.0,
    )
    if deadline is None or now is None or deadline > now + _REACH * max(last - now, 1.0):
        return
    axes.axvline(deadline, color="black", linestyle="--", linewidth=1)
    axes.annotate(
        worded("deadline"), (deadline, 0.04), (-3, 0), textcoords="offset points", ha="right", fontsize=8.5
    )


def _keys() -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    lines = [
        Line2D([], [], color=ink((0, 2, 4)[index]), linestyle=dash((0, 2, 3)[index]), label=worded(told))
        for index, told in enumerate(_LINES.values())
    ]
    bands = [
        Patch(facecolor=pale(ink(index)), alpha=0.5, label=told)
        for index, told in ((1, worded("plan, 8 of 10 cases")), (0, worded("now, 8 of 10 cases")))
    ]
    return [*lines, *bands]
