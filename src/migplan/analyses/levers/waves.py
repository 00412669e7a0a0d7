"""Moving in waves: all is copied at once, and cut over part by part, each part in a window of its own.

There is no input for it. A wave is judged as the move of its part of the data, and the waves follow each other on the
days on which a cutover may take place, the first where that of the whole would begin.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from migplan.analyses.levers.knobs import Change, relative, single, three_digits
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.standing import Standing
from migplan.analyses.levers.wishes import latest_deadline
from migplan.engine.ranking import aims_of, rank
from migplan.engine.settings import with_agents_chosen
from migplan.errors import counted
from migplan.results.words import short_name
from migplan.units import DAY

MOST_WAVES, WEIGHT = "most_waves", "weight_wave"
"""The assumptions that say how many are worth while, and how large a change one more is."""

_TRIED = 3
"""Options that are tried, the best first."""


def in_waves(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The fewest waves of which each fits the cutover window while the last ends before the deadline.

    They are those of the option that would be the best if there were no window: to buy a faster line for a wave less is
    no way to do without.
    """
    found = _fewest(measure, standings)
    if found is None:
        return {}
    s, count, _ = found
    cash = measure.cash(s.option, {})
    return {"waves": single("waves", "1", str(count), s.option, cash, _size(measure, count))}


def later_in_waves(measure: Measure, standings: Sequence[Standing]) -> Change | None:
    """Waves and a later deadline together, where both the window and the deadline are missed: to wait buys nothing."""
    w = measure.workload
    if np.isnan(w.deadline) or np.isnan(w.cutover_window):
        return None
    there = Measure(measure.case.of(replace(w, deadline=latest_deadline(measure))), measure.draws)
    found = _fewest(there, [s for s in standings if not s.in_time(w)])
    if found is None:
        return None
    s, count, end = found
    days, given = three_digits(end / DAY, away=True), float(w.deadline) / DAY
    if not days * DAY <= there.workload.deadline:
        return None
    return Change(
        ("waves", "deadline"),
        ("1", counted(given, "day", ".6g")),
        (str(count), counted(days, "day", ".6g")),
        s.option.id,
        there.cash(s.option, {}),
        _size(measure, count) + relative(given, days),
        short_name(s.option),
    )


def _size(measure: Measure, count: int) -> float:
    """How large a change so many waves are. [1]."""
    return (count - 1.0) * relative(1.0, measure.case.facts.assumptions[WEIGHT].value)


def _fewest(measure: Measure, standings: Sequence[Standing]) -> tuple[Standing, int, float] | None:
    """The option that is the best without a window, its fewest waves, and when the last of them ends. [s]."""
    w, most = measure.workload, round(measure.case.facts.assumptions[MOST_WAVES].value)
    able = [s for s in standings if s.in_time(w) and s.in_budget(w) and not s.in_window(w)]
    if not able:
        return None
    cutovers = _part(measure, most).typical([s.option for s in able], {})[1]
    able = [s for s, cutover in zip(able, cutovers, strict=True) if cutover <= w.cutover_window]
    for s in _best_first(measure, able)[:_TRIED]:
        for count in range(2, most + 1):
            end = _end(measure, s, count)
            if end is not None:
                return s, count, end
    return None


def _best_first(measure: Measure, able: Sequence[Standing]) -> list[Standing]:
    options = [s.option for s in able]
    cost, finish, cutover = (
        np.array([getattr(s, name) for s in able])[:, None, None] for name in ("cost", "finish", "cutover")
    )
    agents = with_agents_chosen(measure.case, options).workload.agents
    counted = measure.case.counted(options, agents, cost, finish, cutover)[:, 0, 0]
    aims = aims_of(measure.workload.optimize, counted, finish[:, 0, 0])
    order = rank(options, np.zeros(len(able)), *aims)
    return [able[place] for place in order]


def _end(measure: Measure, s: Standing, count: int) -> float | None:
    """When the last wave ends, if each fits the window, as plans are judged, and that is before the deadline. [s]."""
    w = measure.workload
    cutover = float(_part(measure, count).judged([s.option], {})[1][0])
    if not cutover <= w.cutover_window:
        return None
    end = _last_end(measure, s, cutover, count)
    return end if np.isnan(w.deadline) or end <= w.deadline else None


def _last_end(measure: Measure, s: Standing, cutover: float, count: int) -> float:
    """When the last wave ends: they begin on one day after the other, each in the next window. [s]."""
    clock = measure.case.clock.of_lines(s.option.own_line)
    begin = s.finish - s.cutover
    for _ in range(count - 1):
        begin = float(clock.next_window(begin + DAY, cutover))
    return begin + cutover


def _part(measure: Measure, count: int) -> Measure:
    """A wave as a move of its own."""
    w = measure.workload
    part = replace(
        w,
        volume=w.volume / count,
        files=w.files / count,
        change_rate=w.change_rate / count,
        sizes=tuple((size, files / count) for size, files in w.sizes),
        changed=tuple((age, volume / count) for age, volume in w.changed),
    )
    return Measure(measure.case.of(part), measure.draws)
