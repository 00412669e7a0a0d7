"""A running move for the terminal, as Markdown and as HTML: where it is, when it ends, and why not as planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migplan import units
from migplan.language import ENGLISH, current, messages, say, worded
from migplan.report.escape import flat, text
from migplan.report.tabular import Column, Grid, bullets, screen, table, wrapped
from migplan.report.words import about, about_hours, beside, count_words, date_words, percent
from migplan.results.called import names_of
from migplan.text import listed

if TYPE_CHECKING:
    from migplan.tracking.model import Track

_PROSE = 120
"""Columns that a sentence uses at most."""
_TOLD = 0.05
"""Days below which a cause is not worth a word."""
_CAUSES = messages(
    {
        "start": "the copy began later than planned",
        "data": "more data than planned",
        "line": "bytes move slower than planned",
        "files": "files move slower than planned",
        "pauses": "pauses",
        "other": "all else",
    }
)
_GAINS = messages(
    {
        "start": "the copy began earlier than planned",
        "data": "less data than planned",
        "line": "bytes move faster than planned",
        "files": "files move faster than planned",
        "pauses": "pauses",
        "other": "all else",
    }
)
"""The same causes where they bring the end nearer."""
_PHASES = messages(
    {
        "queued": "queued",
        "scanning": "scanning",
        "copying": "copying",
        "verifying": "verifying",
        "deleting": "deleting",
        "paused": "paused",
        "passes": "passes over changes",
        "done": "done",
        "failed": "failed",
    }
)
_HELPS = messages(
    {
        "agents": "run {needed} agents or copy hosts instead of {now}",
        "link": "a line of {needed}",
        "hours": "copy at all hours",
        "freeze": "copy through the freeze",
        "cutover_days": "cut over on any day",
    }
)
"""Input -> what still helps if it is changed."""
_MOST_JOBS = 20
_SURE = 0.8


def render_table(track: Track, width: int = 100, terminal: bool = False) -> str:
    """The verdict in two lines, then the plan and what has become of it side by side."""
    return screen(list(_parts(track, width)), width, terminal)


def _parts(track: Track, width: int) -> Iterator[Any]:
    from rich.text import Text

    prose = min(width, _PROSE)
    head = {"name": track.name, "option": _option(track), "moment": _moment(track.at)}
    yield wrapped(say("{name}: {option}, as of {moment}", **head), prose, "")
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
        yield Grid(_JOBS, track.jobs[:_MOST_JOBS], worded("Jobs"), gap=2)


def _option(track: Track) -> str:
    """What people call the option; a plan that was kept has its name in English alone."""
    if current() == ENGLISH:
        return track.option_name or track.option
    return names_of().option(track.option)


def render_markdown(track: Track, picture: str = "") -> str:
    """The same as Markdown, with a burn-up chart where it has an address."""
    parts = [f"# {text(track.name)}: {_moment(track.at)}", where(track), when(track), picture]
    parts.append(table(_COLUMNS, _rows(track)))
    parts += [f"## {title}\n\n{bullets(lines)}" for title, lines in _lists(track)]
    if len(track.jobs) > 1:
        parts.append(f"## {worded('Jobs')}\n\n{table(_JOBS, track.jobs)}")
    return "\n\n".join(filter(None, parts)) + "\n"


def render_html(track: Track) -> str:
    """The same as a page, with its burn-up chart."""
    from migplan.report.charts.burnup import burnup_chart
    from migplan.report.html import to_html
    from migplan.report.view import Picture

    chart = burnup_chart(track)
    told = worded("Share of the work done by date, with the band of the plan and that of today")
    picture = Picture("burn-up.svg", told, chart)
    told = render_markdown(track, picture.markdown if chart else "")
    return to_html(told, track.name, [picture])


def where(track: Track) -> str:
    """How far the move is, in a sentence."""
    if track.phase == "passes":
        template = "The first copy is done ({amounts}); passes over what changed follow until the cutover."
        return say(template, amounts=_amounts(track))
    shares = messages({"bytes": "{share} of the bytes", "files": "{share} of the files"})
    parts = [
        say(template, share=percent(_part(track, name)))
        for name, template in shares.items()
        if track.done[name] is not None
    ]
    told = say("{share} of the work is done ({parts}).", share=percent(track.share_done), parts=listed(parts))
    phase = worded(_PHASES.get(track.phase, track.phase))
    return told if track.phase == "copying" else f"{told}{say(' It is {phase} now.', phase=phase)}"


def _part(track: Track, name: str) -> float:
    done, total = track.done[name], track.total[name]
    return min((done or 0.0) / total, 1.0) if total else 0.0


def when(track: Track) -> str:
    """When the move ends, and how sure that is, in a sentence."""
    middle, sure = _day(track, track.finish["p50"]), _day(track, track.finish["p80"])
    said = worded("Too little is done to say more than the plan: ") if track.early else ""
    if not middle:
        return said + worded("It has no end that could be told.")
    first = _day(track, track.copy_end["p50"]) or worded("never")
    copy = "" if track.phase == "passes" else say("the first copy ends {day}; ", day=first)
    dates = copy + say("all is likely done {day}", day=middle)
    dates += say(", 80 % sure by {day}", day=sure) if sure else worded(", and is not 80 % sure ever to be")
    sentence = say("{sentence}.", sentence=f"{dates}{_against_deadline(track)}")
    return said + (sentence if said else sentence[0].upper() + sentence[1:])


def _against_deadline(track: Track) -> str:
    if track.deadline is None or track.p_deadline is None:
        return ""
    last, sure = dt.datetime.fromisoformat(track.deadline), track.finish["p80"]
    told = {"day": _day(track, track.deadline), "chance": percent(track.p_deadline)}
    if sure is None:
        return say("; it does not keep the deadline ({day}, chance {chance})", **told)
    left = (last.date() - dt.datetime.fromisoformat(sure).date()).days
    return say(", {beside} the deadline ({day}, chance {chance})", beside=beside(left), **told)


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
    parts += [] if files is None else [say("{count} files", count=count_words(files))]
    return worded(", ").join(parts)


_COLUMNS = (
    Column("", lambda row: row[0]),
    Column("Plan", lambda row: row[1], numeric=True),
    Column("Now", lambda row: row[2], numeric=True),
)
_JOBS = (
    Column("Job", lambda job: flat(job["job"]), folds=True),
    Column("Tool", lambda job: job["tool"]),
    Column("Phase", lambda job: worded(_PHASES.get(job["phase"], job["phase"]))),
    Column("Done", lambda job: "?" if job["bytes"] is None else units.show(job["bytes"], "B"), numeric=True),
    Column("Files", lambda job: "?" if job["files"] is None else f"{job['files']:,.0f}", numeric=True),
    Column("Failed", lambda job: f"{job['failed']:,.0f}" if job["failed"] else "-", numeric=True),
)


def _rows(track: Track) -> Iterator[tuple[str, str, str]]:
    plan = track.planned
    yield worded("The copy begins"), _day(track, plan["begin"]), _day(track, track.begin)
    never = worded("never")
    for (name, level), label in _ENDS.items():
        planned, now = plan[name].get(level), getattr(track, name).get(level)
        yield worded(label), _day(track, planned) or never, _day(track, now) or never
    yield worded("Cutover, in 8 of 10 cases at most"), "", about_hours(track.cutover_hours_p80)
    if track.p_window is not None:
        yield worded("Chance that it fits its window"), "", percent(track.p_window)
    yield worded("Bottleneck"), worded(track.planned_bottleneck), worded(track.bottleneck)
    was, now_is = track.planned_rates, track.rates
    yield worded("Bytes"), _rate(was["bytes_per_s"]), _rate(now_is["bytes_per_s"])
    yield worded("Files"), _files(was["files_per_s"]), _files(now_is["files_per_s"])
    volume, files = units.show(track.total["bytes"] or 0.0, "B"), count_words(track.total["files"] or 0.0)
    yield worded("To copy"), "", say("{volume}, {files} files", volume=volume, files=files)


_ENDS = dict(
    zip(
        (("copy_end", "p50"), ("copy_end", "p80"), ("finish", "p50"), ("finish", "p80")),
        messages(
            (
                "First copy done, likely",
                "First copy done, 80 % sure by",
                "All done, likely",
                "All done, 80 % sure by",
            )
        ),
        strict=True,
    )
)


def _rate(value: float | None) -> str:
    return "-" if value is None else units.show(value, "B/s")


def _files(value: float | None) -> str:
    return "-" if value is None else f"{about(value)}/s" if value < 1e12 else worded("none")


def _lists(track: Track) -> Iterator[tuple[str, list[str]]]:
    causes = list(_slip(track))
    if causes:
        yield _slip_title(track), causes
    if track.levers:
        yield worded("What still helps"), [_lever(track, lever) for lever in track.levers]
    if track.scores:
        yield worded("What was said before"), list(_scores(track))
    if track.notes:
        yield worded("Notes"), list(track.notes)


def _slip_title(track: Track) -> str:
    total = track.slip_days["total"]
    if abs(total) < _TOLD:
        return worded("It ends as planned")
    template = (
        "It ends {days} days later than planned" if total > 0 else "It ends {days} days earlier than planned"
    )
    return say(template, days=about(abs(total), 2))


def _slip(track: Track) -> Iterator[str]:
    """The causes that matter, the largest first."""
    if track.slip_days["total"] is None:
        return
    for name, days in sorted(track.slip_days["causes"].items(), key=lambda cause: -abs(cause[1])):
        if abs(days) >= _TOLD:
            cause = worded((_CAUSES if days > 0 else _GAINS)[name])
            yield say("{days} days: {cause}", days=f"{days:+.1f}", cause=cause)


def _lever(track: Track, lever: dict[str, Any]) -> str:
    saved = lever["saves_days"]
    gain = worded("then it ends") if saved is None else say("saves {days} days", days=about(saved, 2))
    late = track.p_deadline is not None and track.p_deadline < _SURE
    meets = worded(" and meets the deadline") if lever["meets"] and late else ""
    what = say(_HELPS[lever["field"]], needed=lever["needed"], now=lever["now"])
    return say(
        "{change}: {gain}, 80 % sure by {day}",
        change=what,
        gain=f"{gain}{meets}",
        day=_day(track, lever["finish_p80"]),
    )


def _scores(track: Track) -> Iterator[str]:
    for score in track.scores:
        days = {name: _day(track, score[name]) for name in ("at", "p10", "p90", "actual")}
        yield say("on {at} the copy was to end {p10} to {p90}; it ended {actual}", **days)
