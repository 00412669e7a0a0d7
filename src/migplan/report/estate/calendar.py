"""The calendar of an estate: a row for each share for spreadsheets, and an event for each wave for calendars."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from migplan.errors import counted
from migplan.report.escape import flat
from migplan.report.estate import told
from migplan.report.tabular import to_csv
from migplan.results.estate import EstatePlan, ShareResult, WaveResult
from migplan.text import spreadsheet_safe

if TYPE_CHECKING:
    from icalendar import Event

MOST_NAMED = 200
"""Shares that an event names."""

_WAVE = ("wave_start", "wave_end")
_COLUMNS = (*(entry.name for entry in fields(ShareResult)), *_WAVE)


def calendar_csv(plan: EstatePlan) -> str:
    """A row for each share with all that is known of it and the window of its wave.

    What a spreadsheet would run as a formula gets an apostrophe before it; unknown is empty.
    """
    waves = {wave.id: wave for wave in plan.waves}
    rows = [_cells(share, waves.get(share.wave or "")) for share in plan.shares]
    return to_csv(rows) if rows else f"{','.join(_COLUMNS)}\n"


def _cells(share: ShareResult, wave: WaveResult | None) -> dict[str, str]:
    window = (None, None) if wave is None else (wave.start, wave.end)
    values = (*(getattr(share, entry.name) for entry in fields(share)), *window)
    return dict(zip(_COLUMNS, map(_cell, values), strict=True))


def _cell(value: Any) -> str:
    """A value as the tables of a batch have it.

    >>> _cell(True), _cell(2e12), _cell(0.5), _cell(None), _cell(("a", "b")), _cell("=1+1")
    ('true', '2000000000000', '0.5', '', 'a; b', "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return _number(float(value))
    return spreadsheet_safe(flat("; ".join(value) if isinstance(value, tuple) else str(value)))


def _number(value: float) -> str:
    """All digits of a number, without a point where it is whole; nothing where it is not finite."""
    if not math.isfinite(value):
        return ""
    return f"{value:.0f}" if value.is_integer() else repr(value)


def calendar_ics(plan: EstatePlan) -> bytes:
    """An event for each wave, without alarms.

    Ids of events stay while the waves of the same sites are called the same, so that a later plan moves events and
    adds none. A window whose zone is known is told in UTC, which every calendar shows in its own time; any other one
    is on the clocks of whoever looks.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//migplan//estate//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", told.TITLE)
    for wave in told.in_time(plan):
        if told.moment(wave.start) is not None:
            calendar.add_component(_event(plan, wave))
    made: bytes = calendar.to_ical()
    return made


def _event(plan: EstatePlan, wave: WaveResult) -> Event:
    from icalendar import Event

    begin, end = _span(wave)
    event = Event()
    event.add("uid", _uid(plan, wave))
    event.add("dtstamp", _midnight(plan.today))
    event.add("dtstart", begin)
    if end is not None:
        event.add("dtend", end)
    event.add("summary", flat(f"Cutover {wave.id}, {wave.site}: {_count(wave)}"))
    event.add("location", flat(wave.site))
    event.add("description", "\n".join(_description(plan, wave)))
    event.add("categories", ["migration"])
    return event


def _count(wave: WaveResult) -> str:
    return f"{counted(len(wave.shares), 'share')}, {told.volume(wave.bytes)}"


def _uid(plan: EstatePlan, wave: WaveResult) -> str:
    """The same for the wave of a site in every plan of the same sites."""
    sites = sorted(site.name for site in plan.sites)
    whole = "\n".join([*sites, "", wave.site, wave.id])
    return f"{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()[:32]}@migplan"


def _midnight(day: str) -> dt.datetime:
    """When the plan was made, to the day: the same plan gives the same bytes."""
    found = told.moment(day) or dt.datetime(1970, 1, 1)
    return found.replace(tzinfo=dt.UTC)


def _span(wave: WaveResult) -> tuple[dt.date, dt.date | None]:
    """From when to when an event lasts; without times of the day it has its days whole, the last one too."""
    begin, end = told.moment(wave.start), told.moment(wave.end)
    assert begin is not None
    if not told.clock(wave.start):
        last = begin.date() if end is None else max(begin.date(), end.date())
        return begin.date(), last + dt.timedelta(days=1)
    if end is None or (end.tzinfo is None) != (begin.tzinfo is None) or end <= begin:
        return _exact(begin), None
    return _exact(begin), _exact(end)


def _exact(moment: dt.datetime) -> dt.datetime:
    """A time in UTC where its zone is known."""
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _description(plan: EstatePlan, wave: WaveResult) -> Iterator[str]:
    """The window on the clocks of the site, what is to be known of the wave, and its shares."""
    yield flat(f"{told.window(plan, wave)} ({told.zone(wave)})")
    sure = told.timed(plan, wave.finish_p80) if wave.finish_p80 else ""
    if sure:
        yield f"80 % sure to be over by {sure}"
    owners = ", ".join(filter(None, wave.owners))
    if owners:
        yield flat(f"Owners: {owners}")
    members = [share for share in plan.shares if share.wave == wave.id]
    for share in members[:MOST_NAMED]:
        into = f", to {share.file_system}" if share.file_system else ""
        yield flat(f"- {share.name}: {told.volume(share.volume_bytes)}{into}")
    if len(members) > MOST_NAMED:
        yield f"and {len(members) - MOST_NAMED:,} more shares"
