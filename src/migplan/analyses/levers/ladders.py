"""Inputs that are words: more hours, another start. Their values are tried from the least change on, one by one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from migplan.analyses.levers.knobs import Change, relative, single
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import NEAR, Search, meeting, recommended
from migplan.analyses.levers.standing import Standing
from migplan.engine.options import Option
from migplan.inputs.dates import time_to_deadline
from migplan.inputs.line_hours import has_shares, read_line_hours
from migplan.inputs.patterns import HOLIDAY, Pattern, read_hours
from migplan.inputs.workload import Workload
from migplan.units import DAY, HOUR

_EARLIEST = 366
_CONTENDERS = 6
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Hol")


def more_hours(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The hours in which the line is ours, each stretch begun earlier and ended later by whole hours, or always.

    Where hours have shares of their own, the largest of them at all hours.
    """
    w = measure.workload
    if has_shares(w.hours):
        hours = read_line_hours(w.hours)
        texts = [] if len(hours.shares) == 1 and hours.always else [f"daily: {hours.shares[0] * 100:g} %"]
    else:
        texts = [] if not w.hours or read_hours(w.hours).always else [*widened(read_hours(w.hours)), "always"]
    if not texts:
        return {}

    def moved(place: int) -> Workload:
        return replace(w, hours=texts[place])

    place = _first(measure, standings, len(texts), moved)
    if place is None:
        return {}
    there, (option, cash) = moved(place), helped(measure, standings, moved(place))
    # By how much more of the line is ours in a week.
    size = relative(*(float(case.clock.line_stretch) for case in (measure.case, measure.case.of(there))))
    return {"hours": single("hours", w.hours, texts[place], option, cash, size)}


def widened(pattern: Pattern) -> list[str]:
    """The pattern with each stretch longer by 1, 2, ... hours at either end, until whole days are full.

    >>> widened(read_hours("Mon-Fri 22:00-03:00, Sat"))[:2]
    ['Mon-Fri 21:00-04:00, Sat', 'Mon-Fri 20:00-05:00, Sat']
    """
    texts: list[str] = []
    for more in range(1, 12):
        spans = [_longer(day, more * HOUR) for day in pattern.spans]
        text = _told(spans)
        if not texts or text != texts[-1]:
            texts.append(text)
    return texts


def _longer(day: Sequence[tuple[float, float]] | None, more: float) -> list[tuple[float, float]] | None:
    """Stretches of a day, those that grow together joined; one that fills a day becomes the day."""
    if not day:
        return None if day is None else []
    joined: list[tuple[float, float]] = []
    for begin, end in sorted((max(begin - more, 0.0), end + more) for begin, end in day):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    if joined[-1][1] - joined[0][0] >= DAY and len(joined) == 1:
        return [(0.0, DAY)]
    return joined


def _told(spans: Sequence[Sequence[tuple[float, float]] | None]) -> str:
    """Hours as they are typed, equal days in a row together."""
    told = []
    days = [(kind, day) for kind, day in enumerate(spans[:HOLIDAY]) if day]
    for _, group in itertools.groupby(
        enumerate(days), key=lambda item: (item[1][0] - item[0], tuple(item[1][1]))
    ):
        kinds = [(kind, day) for _, (kind, day) in group]
        name = _DAYS[kinds[0][0]] if len(kinds) == 1 else f"{_DAYS[kinds[0][0]]}-{_DAYS[kinds[-1][0]]}"
        told.append(" ".join([name, *_times(kinds[0][1])]))
    rest = spans[HOLIDAY]
    if rest is not None:
        told.append(" ".join(["Hol", *(_times(rest) if rest else ["off"])]))
    return ", ".join(told)


def _times(day: Sequence[tuple[float, float]]) -> list[str]:
    """Times of day; none for a whole day."""
    if list(day) == [(0.0, DAY)]:
        return []
    return [f"{_clock(begin)}-{_clock(end % DAY if end > DAY else end)}" for begin, end in day]


def _clock(seconds: float) -> str:
    return f"{int(seconds // HOUR):02d}:{int(seconds % HOUR // 60):02d}"


def earlier_start(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The latest start before the present one that meets a deadline which is a date."""
    w = measure.workload
    days = min((w.start - measure.case.today).days, _EARLIEST)
    text = w.inputs["deadline"].text
    if days <= 0 or np.isnan(w.deadline) or text[4:5] != "-":
        return {}
    due = dt.date.fromisoformat(text.strip())

    def moved(place: int) -> Workload:
        start = w.start - dt.timedelta(days=place + 1)
        return replace(w, start=start, deadline=time_to_deadline(due, start, w.timezone))

    place = _first(measure, standings, days, moved)
    if place is None:
        return {}
    return _start(measure, standings, moved(place))


def later_start(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The first start in a freeze, or on the day after one, that meets a deadline which counts from the start.

    Before a freeze a later start leaves less time in front of it, in the freeze more behind it; so the first day that
    meets is found by halving.
    """
    w = measure.workload
    if np.isnan(w.deadline) or w.inputs["deadline"].text[4:5] == "-":
        return {}

    def moved(place: int) -> Workload:
        return replace(w, start=w.start + dt.timedelta(days=place + 1))

    for _, last in sorted(w.freeze):
        days = (last - w.start).days + 1
        place = _first(measure, standings, days, moved) if days > 0 else None
        if place is not None:
            return _start(measure, standings, moved(place))
    return {}


def _start(measure: Measure, standings: Sequence[Standing], there: Workload) -> dict[str, Change]:
    """A start on another day, as large a change as a deadline that moves by as many."""
    w, (option, cash) = measure.workload, helped(measure, standings, there)
    days = abs((there.start - w.start).days)
    size = relative(float(w.deadline), float(w.deadline) + days * DAY)
    return {"start": single("start", str(w.start), str(there.start), option, cash, size)}


def _first(
    measure: Measure, standings: Sequence[Standing], count: int, at: Callable[[int], Workload]
) -> int | None:
    """The first of the candidates, each a larger change than the one before, with which some option meets."""

    def meets(place: int, names: set[str]) -> bool:
        w = at(place)
        options = [o for o in _allowed(measure, w) if o.id in names]
        return bool(options) and bool(meeting(_changed(measure, w), options).any())

    contenders = _best(measure, standings, at(count - 1))
    if not meets(count - 1, contenders):
        return None
    low, high = -1, count - 1
    while high - low > 1:
        middle = (low + high) // 2
        if meets(middle, contenders):
            high = middle
        else:
            low = middle
    return high


def _allowed(measure: Measure, w: Workload) -> list[Option]:
    return list(measure.case.of(w).open_options)


def _best(measure: Measure, standings: Sequence[Standing], w: Workload) -> set[str]:
    """The options that are foreseen to do best after the largest change."""
    options, score = _foreseen(measure, standings, w)
    order = np.argsort(score, kind="stable")[:_CONTENDERS]
    return {options[k].id for k in order if np.isfinite(score[k])}


def _foreseen(measure: Measure, standings: Sequence[Standing], w: Workload) -> tuple[list[Option], Any]:
    """The options that are possible both now and after a change, and how they are foreseen to do then."""
    known = {s.option.id: s for s in standings}
    options = [option for option in _allowed(measure, w) if option.id in known]
    search = Search(_changed(measure, w), [known[option.id] for option in options], ())
    return options, search.foreseen(options)


def helped(measure: Measure, standings: Sequence[Standing], w: Workload) -> tuple[Option, float]:
    """The option that a plan of the changed workload recommends, and its cash. [USD]."""
    here = _changed(measure, w)
    options, score = _foreseen(measure, standings, w)
    near = [option for option, value in zip(options, score, strict=True) if value <= NEAR]
    return recommended(here, near)


def _changed(measure: Measure, w: Workload) -> Measure:
    return Measure(measure.case.of(w), measure.draws)
