"""What of the plan of an estate is told in words: wishes that are missed and what frees them, and what is ordered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from migplan.errors import counted
from migplan.estate.joint.conflicts import Missed
from migplan.estate.joint.plan import Part
from migplan.facts import Profile
from migplan.formulas import only
from migplan.inputs.dates import moment_after
from migplan.results.estate import Conflict
from migplan.text import listed
from migplan.units import DAY, amount

_NAMED = 5


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


def _conflict(part: Part, missed: Missed) -> Conflict:
    problem = part.placement.problem
    items = [problem.items[member] for member in missed.members]
    names, site = tuple(item.share.name for item in items), items[0].share.site
    some = listed(list(names[:_NAMED])) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
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
        yield f"a deadline {counted(math.ceil(late / DAY), 'day')} later, {day.day} {day:%b %Y}"


def _late(part: Part, member: int) -> float:
    due = part.placement.problem.items[member].due
    return part.placement.placed[member].end - due if math.isfinite(due) else -math.inf


def _paid(part: Part, site: str, owner: str) -> float | None:
    """What is paid once for a thing that several share, as far as that is known; None where it is not. [USD]."""
    mine = [
        line for line in part.priced.lines if line["site"] == site and line["shared"] and not line["monthly"]
    ]
    amounts = [line["amount"] for line in mine]
    return None if not amounts or None in amounts else float(sum(amounts))


def orders_of(part: Part) -> Iterator[dict[str, Any]]:
    """Circuits, tunnels and devices, each once for all shares of a site that use it."""
    problem = part.placement.problem
    used: dict[tuple[str, str, str], list[int]] = {}
    things: dict[str, Profile] = {}
    for place, (item, one) in enumerate(zip(problem.items, part.placement.placed, strict=True)):
        option, site = one.mode.option, item.share.site
        if option.device is not None:
            things[option.device.key] = option.device
            used.setdefault((site, "device", option.device.key), []).append(place)
        if option.route is not None and not option.exists:
            things[option.route.key] = option.route
            used.setdefault((site, "route", option.route.key), []).append(place)
    for (site, kind, key), places in used.items():
        what = things[key]
        first = problem.items[places[0]].share.case.workload
        begins = min(part.placement.placed[place].mode.begin for place in places)
        yield {
            "site": site,
            "kind": kind,
            "what": what.plain,
            "count": 1,
            "order_by": first.start.isoformat(),
            "arrives": moment_after(begins, first.start, first.timezone).date().isoformat(),
            "shares": [problem.items[place].share.name for place in places],
            "amount": _paid(part, site, what.id),
        }
