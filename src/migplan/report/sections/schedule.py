"""The recommended option on the calendar: its phases, what limits it, and the gates of its cutover."""

from __future__ import annotations

from migplan.language import message, messages, say_many, worded
from migplan.report.escape import Markup
from migplan.report.sections.cutover import lead, situation, steps
from migplan.report.tabular import Column, table
from migplan.report.timeline import gantt
from migplan.report.view import View, appendix, paragraphs, say
from migplan.report.words import days
from migplan.results.model import OptionResult
from migplan.text import listed

_HELPS = messages(
    {
        "link": "the usable part of the line: a wider line or a larger share helps, more agents do not",
        "route": "what the route can carry: another route helps, a wider line behind it does not",
        "streams": "the streams of the mover over this distance: more agents or a shorter path help, a wider"
        " line does not",
        "mover": "what one mover can push: more agents or tasks help",
        "source": "reading from the source: faster storage or a larger share of it helps",
        "target": "what the target takes: more throughput bought for the time of the load helps",
        "files": "the work on each file by mover and path: more agents or larger files help, a wider line does not",
        "source files": "how many files the source opens and reads: faster storage helps, a wider line does not",
        "target files": "how many files the target creates: another target helps, a wider line does not",
        "mover files": "how many files the mover handles: more tasks help, a wider line does not",
        "device": "the rate at which one device is filled: more devices at the same time help",
        "network port": "the network port of the device: a faster port helps",
    }
)


def calendar(view: View) -> str:
    """The timeline as a drawing, and the bottleneck in words."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return say("No option has an end, so there is no timeline and no cutover.")
    return paragraphs(say("### Timeline"), gantt(view, chosen), _bottleneck(chosen))


def _bottleneck(option: OptionResult) -> Markup:
    bound, why = worded(option.bottleneck or "unknown"), worded(_HELPS.get(option.bottleneck, ""))
    template = (
        message("The bottleneck is **{bound}**: {why}.") if why else message("The bottleneck is **{bound}**.")
    )
    return Markup(" ".join((say(template, bound=bound, why=Markup(why)), *_totals(option))))


def _totals(option: OptionResult) -> list[Markup]:
    """What the phases do not say."""
    told = []
    if option.line_rate_days is not None:
        template = "The volume over the usable part of the line, and nothing else, takes {days}."
        told.append(say(template, days=days(option.line_rate_days)))
    parts = [say_many("{count} pass", "{count} passes", option.passes)] if option.passes else []
    parts += [say_many("{count} task", "{count} tasks", option.tasks)] if option.tasks else []
    parts += [say_many("{count} device", "{count} devices", option.devices)] if option.devices else []
    return [*told, say("There are {parts}.", parts=listed(parts))] if parts else told


def gates(view: View) -> str:
    """When the window opens, and the steps at which somebody says go or no-go."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return ""
    columns = [
        Column("Gate", lambda step: Markup(worded(step.what).strip("*").rstrip(".。"))),
        Column("Who", lambda step: worded(step.owner)),
        Column("Go when", lambda step: worded(step.go)),
        Column("No-go", lambda step: worded(step.back)),
    ]
    found = [step for step in steps(situation(view, chosen)) if step.gate]
    more = say("All steps, with owners, durations and ways back: {where}.", where=appendix("cutover"))
    return paragraphs(say("### Cutover"), lead(view, chosen), table(columns, found), more)
