"""Where the time goes, and what would have to be wider to make it shorter."""

from __future__ import annotations

from migplan.report.escape import Markup
from migplan.report.tables import Column, table
from migplan.report.view import View, paragraphs, say
from migplan.report.words import day_after, days
from migplan.results import OptionResult, PhaseResult

_HELPS = {
    "link": "our share of the line: a wider line or a larger share helps, more agents do not",
    "route": "what the route can carry: another route helps, a wider line behind it does not",
    "streams": "the streams of the mover over this distance: more agents or a shorter path help, a wider line does not",
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


def breakdown(view: View) -> str:
    """Each phase with its dates and what bounds it, and the bottleneck in words."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return paragraphs(
            "## Time breakdown and bottleneck", "No way has an end, so there is nothing to divide."
        )
    return paragraphs(
        "## Time breakdown and bottleneck",
        _bottleneck(chosen),
        table(_columns(view), chosen.phases),
        _totals(chosen),
        *view.chart("time"),
        *view.chart("line"),
    )


def _columns(view: View) -> list[Column]:
    return [
        Column("Phase", lambda phase: phase.name),
        Column("From", lambda phase: day_after(view.start, phase.start_days)),
        Column("To", lambda phase: day_after(view.start, _end(phase))),
        Column("Takes", lambda phase: days(phase.days), numeric=True),
        Column("Bound by", lambda phase: phase.bound_by),
    ]


def _end(phase: PhaseResult) -> float:
    return phase.start_days + phase.days


def _bottleneck(option: OptionResult) -> Markup:
    told = say("The bottleneck is **{bound}**", bound=option.bottleneck or "unknown")
    why = _HELPS.get(option.bottleneck, "")
    return Markup(f"{told}: {why}." if why else f"{told}.")


def _totals(option: OptionResult) -> str:
    told = [say("Typical: {days}", days=days(option.duration_days))]
    if option.p50_days is not None:
        told.append(
            say(
                "P50 {p50}, P80 {p80}, P95 {p95}",
                p50=days(option.p50_days),
                p80=days(option.p80_days),
                p95=days(option.p95_days),
            )
        )
    if option.line_rate_days is not None:
        told.append(
            say(
                "volume over our share of the line and nothing else: {days}", days=days(option.line_rate_days)
            )
        )
    counts = [(option.passes, "passes"), (option.tasks, "tasks"), (option.devices, "devices")]
    told += [
        say("{count} {what}", count=count, what=what if count > 1 else what[:-1].replace("passe", "pass"))
        for count, what in counts
        if count
    ]
    return "; ".join(told) + "."
