"""A running move for the terminal, as Markdown and as HTML: where it is, when it ends, and why not as planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migplan import units
from migplan.report.escape import flat, text
from migplan.report.tabular import Column, Grid, bullets, screen, table, wrapped
from migplan.report.words import about, about_hours, beside, count_words, date_words, percent
from migplan.text import listed

if TYPE_CHECKING:
    from migplan.tracking.model import Track

_PROSE = 120
"""Columns that a sentence uses at most."""
_TOLD = 0.05
"""Days below which a cause is not worth a word."""
_CAUSES = {
    "start": "the copy began {later} than planned",
    "data": "{more} data than planned",
    "line": "bytes move {slower} than planned",
    "files": "files move {slower} than planned",
    "pauses": "pauses",
    "other": "all else",
}
_MOST_JOBS = 20
_SURE = 0.8


def render_table(track: Track, width: int = 100, terminal: bool = False) -> str:
    """The verdict in two lines, then the plan and what has become of it side by side."""
    return screen(_parts(track, width), width, terminal)


def _parts(track: Track, width: int) -> Iterator[Any]:
    from rich.text import Text

    prose = min(width, _PROSE)
    yield wrapped(f"{track.name}: {track.option_name or track.option}, as of {_moment(track.at)}", prose, "")
    yield Text(wrapped(where(track), prose, ""), style="bold")
    late = track.p_deadline is not None and track.p_deadline < _SURE
    yield Text(wrapped(when(track), prose, ""), style="bold red" if late else "bold green")
    yield ""
    yield Grid(_COLUMNS, list(_rows(track)), gap=2)
    for title, lines in _lists(track):
        yield f"\n{title}"
        yield from (wrapped(line, prose) for line in lines)
    if len(track.jobs) > 1:
        yield ""
        yield Grid(_JOBS, track.jobs[:_MOST_JOBS], "Jobs", gap=2)


def render_markdown(track: Track, picture: str = "") -> str:
    """The same as Markdown, with a burn-up chart where it has an address."""
    parts = [f"# {text(track.name)}: {_moment(track.at)}", where(track), when(track), picture]
    parts.append(table(_COLUMNS, _rows(track)))
    parts += [f"## {title}\n\n{bullets(lines)}" for title, lines in _lists(track)]
    if len(track.jobs) > 1:
        parts.append(f"## Jobs\n\n{table(_JOBS, track.jobs)}")
    return "\n\n".join(filter(None, parts)) + "\n"


def render_html(track: Track) -> str:
    """The same as a page, with its burn-up chart."""
    from migplan.report.charts.burnup import burnup_chart
    from migplan.report.html import to_html
    from migplan.report.view import Picture

    chart = burnup_chart(track)
    picture = Picture(
        "burn-up.svg", "Share of the work done by date, with the band of the plan and that of today", chart
    )
    told = render_markdown(track, picture.markdown if chart else "")
    return to_html(told, track.name, [picture])


def where(track: Track) -> str:
    """How far the move is, in a sentence."""
    if track.phase == "passes":
        return (
            f"The first copy is done ({_amounts(track)}); passes over what changed follow until the cutover."
        )
    parts = [
        f"{percent(_part(track, name))} of the {name}"
        for name in ("bytes", "files")
        if track.done[name] is not None
    ]
    now = "" if track.phase == "copying" else f" It is {track.phase} now."
    return f"{percent(track.share_done)} of the work is done ({listed(parts)}).{now}"


def _part(track: Track, name: str) -> float:
    done, total = track.done[name], track.total[name]
    return min((done or 0.0) / total, 1.0) if total else 0.0


def when(track: Track) -> str:
    """When the move ends, and how sure that is, in a sentence."""
    middle, sure = _day(track, track.finish["p50"]), _day(track, track.finish["p80"])
    said = "Too little is done to say more than the plan: " if track.early else ""
    if not middle:
        return f"{said}It has no end that could be told."
    copy = (
        ""
        if track.phase == "passes"
        else f"the first copy ends {_day(track, track.copy_end['p50']) or 'never'}; "
    )
    dates = f"{copy}all is likely done {middle}"
    dates += f", 80 % sure by {sure}" if sure else ", and is not 80 % sure ever to be"
    sentence = f"{dates}{_against_deadline(track)}."
    return said + (sentence if said else sentence[0].upper() + sentence[1:])


def _against_deadline(track: Track) -> str:
    if track.deadline is None or track.p_deadline is None:
        return ""
    last, sure = dt.datetime.fromisoformat(track.deadline), track.finish["p80"]
    date = f"the deadline ({_day(track, track.deadline)}, chance {percent(track.p_deadline)})"
    if sure is None:
        return f"; it does not keep {date}"
    left = (last.date() - dt.datetime.fromisoformat(sure).date()).days
    return f", {beside(left)} {date}"


def _day(track: Track, moment: str | None) -> str:
    """A date as people write it; a time too where it is today."""
    if moment is None:
        return ""
    found, now = dt.datetime.fromisoformat(moment), dt.datetime.fromisoformat(track.at)
    told = date_words(found.date(), now.date())
    return f"{told} {found:%H:%M}" if abs(found - now) < dt.timedelta(days=2) else told


def _moment(moment: str) -> str:
    return f"{dt.datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"


def _amounts(track: Track) -> str:
    volume, files = track.done["bytes"], track.done["files"]
    parts = [] if volume is None else [units.show(volume, "B")]
    parts += [] if files is None else [f"{count_words(files)} files"]
    return ", ".join(parts)


_COLUMNS = (
    Column("", lambda row: row[0]),
    Column("Plan", lambda row: row[1], numeric=True),
    Column("Now", lambda row: row[2], numeric=True),
)
_JOBS = (
    Column("Job", lambda job: flat(job["job"]), folds=True),
    Column("Tool", lambda job: job["tool"]),
    Column("Phase", lambda job: job["phase"]),
    Column("Done", lambda job: "?" if job["bytes"] is None else units.show(job["bytes"], "B"), numeric=True),
    Column("Files", lambda job: "?" if job["files"] is None else f"{job['files']:,.0f}", numeric=True),
    Column("Failed", lambda job: f"{job['failed']:,.0f}" if job["failed"] else "-", numeric=True),
)


def _rows(track: Track) -> Iterator[tuple[str, str, str]]:
    plan = track.planned
    yield "The copy begins", _day(track, plan["begin"]), _day(track, track.begin)
    for name, label in (("copy_end", "First copy done"), ("finish", "All done")):
        for level, sure in (("p50", "likely"), ("p80", "80 % sure by")):
            planned, now = plan[name].get(level), getattr(track, name).get(level)
            yield f"{label}, {sure}", _day(track, planned) or "never", _day(track, now) or "never"
    yield "Cutover, in 8 of 10 cases at most", "", about_hours(track.cutover_hours_p80)
    if track.p_window is not None:
        yield "Chance that it fits its window", "", percent(track.p_window)
    yield "Bottleneck", track.planned_bottleneck, track.bottleneck
    yield "Bytes", _rate(track.planned_rates["bytes_per_s"]), _rate(track.rates["bytes_per_s"])
    yield "Files", _files(track.planned_rates["files_per_s"]), _files(track.rates["files_per_s"])
    total = track.total["files"]
    yield "To copy", "", f"{units.show(track.total['bytes'] or 0.0, 'B')}, {count_words(total or 0.0)} files"


def _rate(value: float | None) -> str:
    return "-" if value is None else units.show(value, "B/s")


def _files(value: float | None) -> str:
    return "-" if value is None else f"{about(value)}/s" if value < 1e12 else "none"


def _lists(track: Track) -> Iterator[tuple[str, list[str]]]:
    causes = list(_slip(track))
    if causes:
        yield _slip_title(track), causes
    if track.levers:
        yield "What still helps", [_lever(track, lever) for lever in track.levers]
    if track.scores:
        yield "What was said before", list(_scores(track))
    if track.notes:
        yield "Notes", list(track.notes)


def _slip_title(track: Track) -> str:
    total = track.slip_days["total"]
    if abs(total) < _TOLD:
        return "It ends as planned"
    return f"It ends {about(abs(total), 2)} days {'later' if total > 0 else 'earlier'} than planned"


def _slip(track: Track) -> Iterator[str]:
    """The causes that matter, the largest first."""
    if track.slip_days["total"] is None:
        return
    for name, days in sorted(track.slip_days["causes"].items(), key=lambda cause: -abs(cause[1])):
        if abs(days) >= _TOLD:
            words = {"later": "later", "more": "more", "slower": "slower"} if days > 0 else _LESS
            yield f"{days:+.1f} days: {_CAUSES[name].format(**words)}"


_LESS = {"later": "earlier", "more": "less", "slower": "faster"}


def _lever(track: Track, lever: dict[str, Any]) -> str:
    saved = lever["saves_days"]
    gain = "then it ends" if saved is None else f"saves {about(saved, 2)} days"
    late = track.p_deadline is not None and track.p_deadline < _SURE
    meets = " and meets the deadline" if lever["meets"] and late else ""
    return f"{lever['text']}: {gain}{meets}, 80 % sure by {_day(track, lever['finish_p80'])}"


def _scores(track: Track) -> Iterator[str]:
    for score in track.scores:
        said = f"{_day(track, score['p10'])} to {_day(track, score['p90'])}"
        yield f"on {_day(track, score['at'])} the copy was to end {said}; it ended {_day(track, score['actual'])}"
