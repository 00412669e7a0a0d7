"""What is to be known of the inputs of a plan, in sentences."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np

from migplan import units
from migplan.errors import counted, shorten
from migplan.inputs.dates import BEYOND, holidays_known_until
from migplan.inputs.fields import BY_NAME, NUMERIC
from migplan.inputs.places import translated_note
from migplan.inputs.workload import Workload
from migplan.language import say, worded

_GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}(?![\d.])", re.ASCII)
_AHEAD = 365 * units.DAY
"""How far a plan without a deadline is taken to reach. [s]."""


def notes_on(w: Workload, today: dt.date) -> tuple[str, ...]:
    """What is to be known of the inputs, whichever option is taken."""
    told = w.found.told if w.found else ()
    notes = [
        f"{name}: {translated_note(item.why)}"
        for name, item in w.inputs.items()
        if item.status == "given" and item.why and name not in told
    ]
    notes += [
        *_past(w, today),
        *_line_in_bytes(w),
        *_points_in_doubt(w),
        *_end_of_holidays(w),
        *(w.found.notes() if w.found else ()),
    ]
    if w.inputs["region"].status == "default":
        template = "no Region is given: prices and what is offered are those of {region}"
        notes.append(say(template, region=w.region))
    if w.inputs["share"].status == "given" and np.all(np.isnan(w.link)):
        notes.append(worded("`share` counts for nothing, since there is no `link`"))
    return tuple(notes)


def _past(w: Workload, today: dt.date) -> list[str]:
    """A start that is over is taken as it is: who replays an old plan wants just that, who mistyped is told."""
    if w.start >= today:
        return []
    days = (today - w.start).days
    ago = counted(days, "day")
    template = (
        "the start, {start}, is {ago} before the day of this plan, {today}: lead times count from then, and what is "
        "offered is as of then"
    )
    return [say(template, start=w.start, ago=ago, today=today)]


def _line_in_bytes(w: Workload) -> list[str]:
    """Lines are sold in bits: who writes bytes may mean them, and is told what that makes."""
    text = w.inputs["link"].text
    if w.inputs["link"].status != "given" or not units.counts_bytes(text):
        return []
    shown = units.show(float(w.link), "B/s")
    return [say("the line, {text}, is given in bytes: that is {rate}", text=shorten(text), rate=shown)]


def _points_in_doubt(w: Workload) -> list[str]:
    """A point with three digits behind it groups thousands in half of the world: who meant that is told."""
    template = "{name}: the point of {text} marks decimals; where it groups thousands, write {other}"
    return [
        say(template, name=name, text=shorten(item.text), other=shorten(item.text.strip().replace(".", "")))
        for name, item in w.inputs.items()
        if item.status == "given" and BY_NAME[name].form in NUMERIC and _GROUPED.match(item.text.strip())
    ]


def _end_of_holidays(w: Workload) -> list[str]:
    """Public holidays are known for some years only; what is planned in later ones knows of none."""
    if not w.holidays:
        return []
    until = holidays_known_until(w.holidays)
    known = np.nan_to_num(w.deadline, nan=0.0)
    last = w.start + dt.timedelta(seconds=min(max(float(np.max(known)), _AHEAD), BEYOND))
    if last.year <= until:
        return []
    if not until:
        return [
            say("no public holidays of {country} are known, so none are planned with", country=w.holidays)
        ]
    template = "no public holidays of {country} are known after {year}, so none are planned with then"
    return [say(template, country=w.holidays, year=until)]
