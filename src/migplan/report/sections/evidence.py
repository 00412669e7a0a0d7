"""What a plan rests on: inputs, design checks, facts with their sources, and the method."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from migplan.errors import counted
from migplan.inputs.fields import BY_NAME
from migplan.language import ENGLISH, current, messages, say_many, worded
from migplan.report.escape import Markup, text
from migplan.report.sections.cutover import fact_of
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import (
    FULL,
    NAME_LENGTH,
    View,
    appendix,
    field_name,
    heading,
    paragraphs,
    reason_text,
    say,
    unit_words,
    value_text,
)
from migplan.report.words import dated, exact, mid_sentence
from migplan.results.model import CheckResult, FactResult, InputResult

_ORDER = ("given", "derived", "assumed")


def inputs(view: View) -> str:
    """Given inputs with the reading of their units, those that follow or are assumed, and what the rest means."""
    rows = sorted(
        ((name, item) for name, item in view.plan.workload.items() if item.status in _ORDER),
        key=lambda row: _ORDER.index(row[1].status),
    )
    columns = [
        Column("Input", lambda row: field_name(row[0])),
        Column("Value", lambda row: text(_value_text(*row), NAME_LENGTH)),
        Column("Status", lambda row: worded(row[1].status)),
        # The same word heads the day on which a phase begins, which is another one elsewhere.
        Column("From" if current() == ENGLISH else "Source", lambda row: _origin(view, *row)),
    ]
    if view.full:
        columns.insert(2, Column("Read as", lambda row: text(_read_as(row[1]), NAME_LENGTH)))
    return paragraphs(heading("inputs"), table(columns, rows), _defaults(view), _absent(view))


def assumption(view: View, name: str) -> FactResult | None:
    """The fact that stands in for an input which was not given, where there is one; that of its use goes before."""
    if name not in BY_NAME:
        return None
    key = BY_NAME[name].assumed
    return fact_of(view, f"uses/{view.input('use').text}.{key}") or fact_of(
        view, f"assumptions/workload.{key}"
    )


def _value_text(name: str, item: InputResult) -> str:
    """A value as people read it; a name of the user's own stays as it is."""
    own = item.status == "given" and name in BY_NAME and BY_NAME[name].form == "text"
    return item.text if own else value_text(item.text)


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
        return text(reason_text(item.why) if item.why else worded("you"))
    if item.status == "assumed" and assumption(view, name) is not None:
        return appendix("facts")
    return view.sources.cite(reason_text(item.why)) if item.why else say("the other inputs")


def _defaults(view: View) -> str:
    told = [
        say("{name} {value}", name=field_name(name), value=value_text(item.text))
        for name, item in view.plan.workload.items()
        if item.status == "default"
    ]
    return (
        say("Defaults, where nothing is given: {values}.", values=Markup(worded(", ").join(told)))
        if told
        else ""
    )


def _absent(view: View) -> str:
    names = [name for name, item in view.plan.workload.items() if item.status == "absent"]
    if not names:
        return ""
    told = [
        f"{field_name(name)} ({worded(BY_NAME[name].why)})"
        if name in BY_NAME and BY_NAME[name].why
        else field_name(name)
        for name in names
    ]
    return say("Not given, and what that means: {names}.", names="; ".join(told))


def design_checks(view: View) -> str:
    """Each check with its text, when it applies, its source and date; the short report only names those that advise."""
    found = view.plan.checks
    if not found:
        return paragraphs(heading("checks"), say("No design check applies to this plan."))
    told = [check for check in found if view.full or check.severity == "required"]
    named = [check.name.rstrip(".。") for check in found if check not in told]
    more = say("As advice, in full by {where}: {names}.", where=FULL, names="; ".join(named)) if named else ""
    return paragraphs(heading("checks"), bullets(_check(view, check) for check in told), more)


def _check(view: View, check: CheckResult) -> Markup:
    status = "" if check.status == "confirmed" else f"{worded(', ')}{worded(check.status)}"
    return say(
        "**{severity}: {name}.** {text} Applies to: {applies} ({source}, {day}{status}).",
        severity=worded(check.severity).capitalize(),
        name=check.name.rstrip(".。"),
        text=check.text,
        applies=mid_sentence(check.applies.rstrip(".。")),
        source=view.sources.cite(check.source),
        day=check.as_of,
        status=status,
    )


MOST_FACTS = 16
"""Facts that the short report shows."""


def facts(view: View) -> str:
    """Facts of the recommended option with value, range, source, date and status; all of them with --all.

    The short report leaves out prices, which stand in the ledger, and what is not known the least comes first.
    """
    found = relevant(view)
    prices = sorted((fact for fact in found if _is_price(fact)), key=lambda fact: (fact.as_of, fact.id))
    others = [fact for fact in found if not _is_price(fact)]
    if not view.full:
        return paragraphs(heading("facts"), _states(found), _widest(view, others, len(prices)))
    left = len(view.plan.facts) - len(found)
    template = (
        "{left}, on which only the other options rest, is in the JSON of this plan and in `migplan report --all`."
        if left == 1
        else "{left}, on which only the other options rest, are in the JSON of this plan and in `migplan report --all`."
    )
    more = say(template, left=counted(left, "more fact"))
    return paragraphs(
        heading("facts"),
        _states(found),
        paragraphs(say("### Prices, the oldest first"), table(_columns(view), prices)) if prices else "",
        paragraphs(say("### Limits, rates, times and assumptions"), table(_columns(view), others))
        if others
        else "",
        more if left else "",
    )


def _widest(view: View, found: list[FactResult], prices: int) -> str:
    """The facts with the widest range or without a source, and how many more there are."""
    order = sorted(found, key=lambda fact: (fact.status != "unconfirmed", -width_of(fact), fact.id))
    told = [fact for fact in order if fact.low != fact.high or fact.status == "unconfirmed"][:MOST_FACTS]
    left = len(found) - len(told)
    more = say("… and {left}: {where}.", left=counted(left, "more fact"), where=FULL)
    beside = say(
        "The {prices} stand in {ledger}.", prices=counted(prices, "price"), ledger=appendix("ledger")
    )
    return paragraphs(
        say("Those with the widest range first."),
        table(_columns(view), told),
        more if left else "",
        beside if prices else "",
    )


def width_of(fact: FactResult) -> float:
    """By what factor a fact may be off."""
    if fact.low == fact.high:
        return 1.0
    return fact.high / fact.low if fact.low > 0 else math.inf


def relevant(view: View) -> list[FactResult]:
    """The facts behind the recommended option; every fact where all is asked for or nothing is recommended."""
    chosen = view.chosen
    if chosen is None or view.everything:
        return list(view.plan.facts)
    owners = {
        f"movers/{chosen.mover}",
        f"routes/{chosen.route}",
        f"devices/{chosen.device}",
        f"targets/{chosen.target}",
        f"uses/{view.input('use').text}",
    }
    wanted = {line.price for line in chosen.cost_usd.lines}
    idle = _replaced(view)
    return [
        fact
        for fact in view.plan.facts
        if fact.id in wanted
        or fact.id.partition(".")[0] in owners
        or (fact.id.startswith("assumptions/") and fact.id not in idle)
    ]


def _replaced(view: View) -> set[str]:
    """Assumptions in whose place the user gave a value."""
    return {
        f"assumptions/workload.{BY_NAME[name].assumed}"
        for name, item in view.plan.workload.items()
        if name in BY_NAME and BY_NAME[name].assumed and item.status != "assumed"
    }


def _is_price(fact: FactResult) -> bool:
    return fact.id.startswith("prices/")


def _states(found: list[FactResult]) -> Markup:
    counts = {
        status: sum(fact.status == status for fact in found)
        for status in ("confirmed", "unconfirmed", "assumed")
    }
    old = sum(fact.old for fact in found)
    told = worded(", ").join(
        say("{count} {status}", count=count, status=worded(status))
        for status, count in counts.items()
        if count
    )
    outdated = say_many("; {count} price is old", "; {count} prices are old", old) if old else ""
    return say("{told}{old}.", told=told or worded("none"), old=outdated)


def _columns(view: View) -> list[Column]:
    return [
        Column("Fact", lambda fact: fact.id),
        Column("Value (range)", _value),
        Column("As of", lambda fact: fact.as_of),
        Column("Status", lambda fact: dated(fact.status, "") if fact.old else worded(fact.status)),
        Column("Source", lambda fact: view.sources.cite(fact.source)),
    ]


def _value(fact: FactResult) -> str:
    """A value, its range where it has one, and its unit."""
    low, high = exact(fact.low), exact(fact.high)
    span = "" if fact.low == fact.high else say(" ({low} to {high})", low=low, high=high)
    unit = unit_words(fact.unit, fact.value if fact.low == fact.high else None)
    return f"{exact(fact.value)}{span} {unit}".removesuffix(" 1")


_LINES = messages(
    (
        "Every option is a mover over a route to a target, a device to a target, or both; what cannot be"
        " used says why.",
        "A copy takes the slower of bytes over the narrowest rate (line share, route, streams, mover,"
        " source, target) and"
        " files over the narrowest file rate, with what the two hide of each other.",
        "Streams are bound by window over round-trip time and by loss; each file costs round trips and work"
        " of its own.",
        "What changes meanwhile goes in further passes, each for what changed during the one before.",
        "The cutover is the scan, the last pass, its verification and a fixed time for switching names and testing.",
        "Devices are ordered, shipped, filled in waves, returned and imported; a second hop to a file target"
        " counts too.",
        "Busy time becomes dates by the hours, holidays, freezes and business days that were given.",
        "Costs are quantity times list price, line by line; an unknown price makes the total a lower bound,"
        " never a zero.",
        "P50, P80 and P95 come from draws of every uncertain fact and assumption, the same draws for all options.",
        "First come options that can be used, keep what must be kept and meet deadline, window and budget;"
        " among them cost,"
        " time or risk decides, as was asked.",
    )
)


def method(view: View) -> str:
    """Ten sentences; the formulas and their sources are in the documentation."""
    lines = "\n".join(f"{number}. {worded(line)}" for number, line in enumerate(_LINES, start=1))
    return paragraphs(
        heading("method"), lines, say("Formulas, validity and accuracy: docs/method.md of migplan.")
    )
