"""What would change the answer: other inputs, or another line."""

from __future__ import annotations

import numpy as np

from migplan.report.appendices import appendix
from migplan.report.tables import Column, bullets, table
from migplan.report.turns import stretches
from migplan.report.view import View, paragraphs, say


def outlook(view: View) -> str:
    """Levers where a plan falls short, the chances by date, and other line rates."""
    parts = (
        _levers(view),
        *view.chart("chance"),
        _other_lines(view),
    )
    return paragraphs(
        "## What would change the answer", *(parts if any(parts) else ("Nothing that is known.",))
    )


def _levers(view: View) -> str:
    advice = view.plan.recommendation
    if advice.meets:
        return ""
    if not advice.levers:
        return paragraphs(
            "### What it would take",
            "No single input, moved as far as it makes sense, would make a way meet all.",
        )
    columns = [
        Column("Input", lambda lever: str(lever.get("field", "")).replace("_", " ")),
        Column("Now", lambda lever: lever.get("now", "")),
        Column("Needed", lambda lever: lever.get("needed", "")),
        Column("With", lambda lever: lever.get("option", "")),
    ]
    lead = "Each of these alone, with everything else as it is, would make a way meet all that was asked for."
    return paragraphs("### What it would take", lead, table(columns, advice.levers))


def _other_lines(view: View) -> str:
    sweep = view.sweep
    if sweep is None:
        return ""
    texts = sweep.axes[0].texts
    lines = []
    for part in stretches(sweep):
        rates = dict.fromkeys((texts[part.first], texts[part.last]))
        lines.append(say("{rates}: {option}", rates=" to ".join(rates), option=part.option or "no way"))
    lead = "The best way by line rate, everything else as it is, by typical values alone:"
    more = (
        f"Days of each family of ways by line rate: chart in {appendix('ways')}."
        if view.chart("line")
        else ""
    )
    return paragraphs("### With another line", lead, bullets(lines), _otherwise(view), more)


def _otherwise(view: View) -> str:
    """Why the recommendation is another one than typical values alone would give at today's line."""
    sweep, chosen, link = view.sweep, view.chosen, view.number("link")
    if (
        sweep is None
        or sweep.axes[0].values is None
        or link is None
        or chosen is None
        or chosen.p80_days is None
    ):
        return ""
    typical = str(sweep.option[int(np.argmin(np.abs(np.log(sweep.axes[0].values / link))))])
    if typical == chosen.id:
        return ""
    return say(
        "With today's line typical values alone would choose {typical}; what is recommended is chosen by what holds in"
        " 8 of 10 cases.",
        typical=typical or "no way",
    )
