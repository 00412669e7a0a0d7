"""What of the plan of an estate is told in words: wishes that are missed, and what frees them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

from migplan.errors import counted
from migplan.estate.joint.conflicts import Missed
from migplan.estate.joint.plan import Part, Planned
from migplan.formulas import only
from migplan.inputs.dates import moment_after
from migplan.results.estate import Conflict
from migplan.text import listed
from migplan.units import DAY, amount

_NAMED = 5


def some_of(names: Sequence[str]) -> str:
    """The first names, and how many more there are.

    >>> some_of(["a", "b"]), some_of(["a"] * 8)
    ('a and b', 'a, a, a, a, a and 3 more')
    """
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return listed(list(names))


def dated(day: dt.date) -> str:
    """A day as people write it.

    >>> dated(dt.date(2027, 1, 9))
    '9 Jan 2027'
    """
    return f"{day.day} {day:%b %Y}"


def reasons_of(part: Part, place: int) -> tuple[str, ...]:
    """What a share misses, in words."""
    item, one = part.placement.problem.items[place], part.placement.placed[place]
    found = []
    if one.slot is None:
        found.append("no window within the calendar is left for it")
    due = item.due
    late = (one.end - due) / DAY
    if math.isfinite(due) and late > 0:
        by = f"{late:.1f} days after its deadline" if math.isfinite(late) else "never"
        found.append(f"ends {by}")
    if not one.mode.meets and not found:
        found.append("misses by itself what was asked for; `migplan plan` with its fields says what")
    return tuple(found)


def conflicts_of(part: Part) -> Iterator[Conflict]:
    """The wishes that are given up, and what would free them."""
    for missed in part.missed:
        yield _conflict(part, missed)
    told = {member for missed in part.missed for member in missed.members}
    late = tuple(place for place in part.placement.late() if place not in told)
    if late:
        yield _conflict(part, Missed("line", late))


def over_budget(planned: Planned) -> Iterator[Conflict]:
    """By how much the plan of the least cash is above the budget of the estate, and what would bring it there."""
    spent = planned.spent
    if spent is None or spent.kept:
        return
    months = counted(planned.parts[0].placement.problem.months(), "month", "g")
    over, cash, budget = spent.cash - spent.budget, _usd(spent.cash), _usd(spent.budget)
    if spent.known <= spent.budget:
        text = (
            f"the plan is not known to be within the budget of {budget}: known prices come to {_usd(spent.known)}"
            f" in cash over {months}, and with an upper bound for the others it is {cash}"
        )
    else:
        dear = f"{_usd(over)} above the budget of {budget}"
        unknown = ", with unknown prices at an upper bound" if spent.known < spent.cash * (1 - 1e-9) else ""
        text = f"the cheapest plan costs {cash} in cash over {months}{unknown}, {dear}"
        if spent.least < spent.cash:
            text += f"; with more work and delay {_usd(spent.least)} is the least that was found"
    enough = [change for change in spent.changes if change.cash <= spent.budget]
    frees = [f"{change.text}, then {_usd(change.cash)}" for change in enough]
    if not enough and spent.changes:
        least = min(spent.changes, key=lambda change: change.cash)
        text += f"; {least.text} would bring it to {_usd(least.cash)}"
    frees.append(f"a budget of {_usd(math.ceil(spent.least / 100) * 100)}")
    yield Conflict("budget", "", (), "budget", text[:1].upper() + text[1:], tuple(frees))


def _usd(value: float) -> str:
    """Money in whole dollars: what is held against a budget is not rounded to three digits.

    >>> _usd(249_999.6)
    '250,000 USD'
    """
    return f"{value:,.0f} USD"


def _conflict(part: Part, missed: Missed) -> Conflict:
    problem = part.placement.problem
    items = [problem.items[member] for member in missed.members]
    names, site = tuple(item.share.name for item in items), items[0].share.site
    some = some_of(names)
    text = {
        "share": f"{some} cannot keep what was asked for even with the whole site to itself",
        "window": f"{some}: no cutover window that it could make ends before the deadline",
        "line": f"{some} cannot keep the deadline beside the other shares of {site}",
    }[missed.kind]
    return Conflict(missed.kind, site, names, "deadline", text, tuple(_frees(part, missed)))


def _frees(part: Part, missed: Missed) -> Iterator[str]:
    problem = part.placement.problem
    item = problem.items[missed.members[0]]
    late = max(_late(part, member) for member in missed.members)
    if missed.factor is not None:
        link = only(item.share.case.workload.link) * missed.factor
        yield f"a line of {amount(round(link * 8 / 1e6), 'Mbps')} at {item.share.site}"
    if math.isfinite(late) and late > 0:
        end = max(part.placement.placed[member].end for member in missed.members)
        w = item.share.case.workload
        day = moment_after(end, w.start, w.timezone).date()
        yield f"a deadline {counted(math.ceil(late / DAY), 'day')} later, {dated(day)}"


def _late(part: Part, member: int) -> float:
    due = part.placement.problem.items[member].due
    return part.placement.placed[member].end - due if math.isfinite(due) else -math.inf
