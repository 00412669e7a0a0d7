"""The question: what was given, and what stands in for the rest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from migplan.inputs.fields import BY_NAME
from migplan.report.appendices import appendix, heading
from migplan.report.escape import Markup, text
from migplan.report.sections.cutover import fact_of
from migplan.report.tables import Column, table
from migplan.report.view import NAME_LENGTH, View, paragraphs, say
from migplan.report.words import exact
from migplan.results.model import FactResult, InputResult

_ORDER = ("given", "derived", "assumed")


def inputs(view: View) -> str:
    """Given inputs with the reading of their units, those that follow or are assumed, and what the rest means."""
    rows = sorted(
        ((name, item) for name, item in view.plan.workload.items() if item.status in _ORDER),
        key=lambda row: _ORDER.index(row[1].status),
    )
    columns = [
        Column("Input", lambda row: row[0].replace("_", " ")),
        Column("Value", lambda row: text(row[1].text, NAME_LENGTH)),
        Column("Read as", lambda row: text(_read_as(row[1]), NAME_LENGTH)),
        Column("Status", lambda row: row[1].status),
        Column("From", lambda row: _origin(view, *row)),
    ]
    return paragraphs(heading("inputs"), table(columns, rows), _defaults(view), _absent(view))


def assumption(view: View, name: str) -> FactResult | None:
    """The fact that stands in for an input which was not given, where there is one."""
    return fact_of(view, f"assumptions/workload.{BY_NAME[name].assumed}") if name in BY_NAME else None


def _read_as(item: InputResult) -> str:
    told = _told(item.value)
    return f"{told} {item.unit}".strip() if told and told != item.text else ""


def _told(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        return exact(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(_told(item) for item in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _origin(view: View, name: str, item: InputResult) -> Markup:
    """Who says so: the facts for what they hold, so that nothing is told twice."""
    if item.status == "given":
        return text("you")
    if item.status == "assumed" and assumption(view, name) is not None:
        return appendix("facts")
    return view.sources.cite(item.why) if item.why else text("the other inputs")


def _defaults(view: View) -> str:
    told = [
        say("{name} {value}", name=name.replace("_", " "), value=item.text)
        for name, item in view.plan.workload.items()
        if item.status == "default"
    ]
    return (
        say("Fixed by design where nothing is given: {values}.", values=Markup(", ".join(told)))
        if told
        else ""
    )


def _absent(view: View) -> str:
    names = [name for name, item in view.plan.workload.items() if item.status == "absent"]
    if not names:
        return ""
    told = [
        f"{name.replace('_', ' ')} ({BY_NAME[name].why})" if name in BY_NAME and BY_NAME[name].why else name
        for name in names
    ]
    return say("Not given, and what that means: {names}.", names="; ".join(told))
