"""What is ordered, each thing once for all shares of a site, and the last day on which that is soon enough.

The plan takes everything to be ordered on the first day. How much later an order may go out is found by playing the
plan again with the thing there so much later: as long as each share keeps its window and its deadline, at the rates
and lead times that 8 of 10 cases keep.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.engine.clock import Clock
from migplan.engine.online import circuit_lead_time
from migplan.engine.parameters import Parameters, Quantify, typical
from migplan.engine.ranking import JUDGED
from migplan.errors import counted
from migplan.estate.joint.modes import Mode
from migplan.estate.joint.placing import Placed, place
from migplan.estate.joint.plan import Part
from migplan.estate.joint.problem import Item
from migplan.estate.joint.telling import dated, some_of
from migplan.facts import Fact, Profile
from migplan.formulas import Numeric, only
from migplan.formulas.statistics import pert_quantile
from migplan.inputs.dates import moment_after
from migplan.inputs.patterns import SATURDAY
from migplan.results.estate import Conflict
from migplan.units import DAY

_DEVICE = "device"
"""What devices are counted in where each is paid for."""


@dataclass(frozen=True, eq=False)
class Order:
    """One thing that shares of a site wait for.

    Attributes
    ----------
    members : tuple of int
        Positions of the items that use it.
    last : int
        Days from the start of the site until the last one on which it may be ordered; before the start where a
        deadline asks for it.
    here : int
        The same of today.
    arrives : tuple of float
        When it is likely there if it is ordered on the last day, and in 8 of 10 cases, from midnight of the start. [s]
    late : tuple of int
        Those of the members whose deadline the plan misses, and would keep by this order.
    """

    part: Part
    site: str
    kind: str
    thing: Profile
    members: tuple[int, ...]
    last: int
    here: int
    arrives: tuple[float, float]
    late: tuple[int, ...] = ()

    @property
    def slack(self) -> int:
        """Days that it may wait, from the start or from today; negative where its last day has passed."""
        return self.last - (max(self.here, 0) if self.last >= 0 else self.here)

    @property
    def day(self) -> dt.date:
        """The last day on which it may be ordered."""
        return self.on(self.last)

    def on(self, days: int) -> dt.date:
        """A day, from the start of the site."""
        w = self.part.placement.problem.items[self.members[0]].share.case.workload
        return w.start + dt.timedelta(days=days)

    @property
    def names(self) -> list[str]:
        """The shares that wait for it."""
        return [self.part.placement.problem.items[member].share.name for member in self.members]


def orders_of(part: Part, today: dt.date) -> list[Order]:
    """Circuits, tunnels and devices, each once for all shares of a site that use it."""
    problem = part.placement.problem
    used: dict[tuple[str, str, str], list[int]] = {}
    things: dict[str, Profile] = {}
    for member, (item, one) in enumerate(zip(problem.items, part.placement.placed, strict=True)):
        option = one.mode.option
        if option.device is not None:
            things[option.device.key] = option.device
            used.setdefault((item.share.site, "device", option.device.key), []).append(member)
        if option.route is not None and not option.exists:
            things[option.route.key] = option.route
            used.setdefault((item.share.site, "route", option.route.key), []).append(member)
    return [
        _order(part, today, site, kind, things[key], tuple(members))
        for (site, kind, key), members in used.items()
    ]


def _order(
    part: Part, today: dt.date, site: str, kind: str, thing: Profile, members: tuple[int, ...]
) -> Order:
    start = part.placement.problem.items[members[0]].share.case.workload.start
    here = (today - start).days
    late = tuple(member for member in members if _is_late(part, member))
    lead = _lead(part, kind, members[0], in_most_cases)
    last = _sooner(part, kind, members, late, lead) if late else None
    if last is None:
        late, last = (), _latest(part, kind, members, lead)
    last = _working(part, site, last, max(here, 0) if last >= max(here, 0) else last - 7)
    arrives = _lead(part, kind, members[0], typical)(last * DAY), lead(last * DAY)
    return Order(part, site, kind, thing, members, last, here, arrives, late)


def _is_late(part: Part, member: int) -> bool:
    """Whether a share ends after the deadline that was asked for, whether or not it was given up."""
    return part.placement.placed[member].end > part.placement.problem.items[member].due


Lead = Callable[[float], float]
"""From when something is ordered to when it is there. [s]."""


def _lead(part: Part, kind: str, member: int, quantify: Quantify) -> Lead:
    """How long a thing takes to come: a circuit to be built, a device on business days where couriers keep them."""
    item, one = part.placement.problem.items[member], part.placement.placed[member]
    w, clock = item.share.case.workload, part.placement.problem.clocks[item.share.site]
    p = Parameters([one.mode.option], w.region, quantify)
    if kind == "route":
        time = only(circuit_lead_time(p, w))
        return lambda ordered: ordered + time
    device = one.mode.option.device
    assert device is not None
    order, ship = (only(p.get("device", name, 0.0)) for name in ("order_time", "ship_time"))
    if device.ship_days == "business":
        return lambda ordered: only(clock.courier(ordered + order, ship))
    return lambda ordered: ordered + order + ship


def in_most_cases(fact: Fact) -> Numeric:
    """What a fact is in 8 of 10 cases."""
    return pert_quantile(fact.low, fact.value, fact.high, JUDGED)


def _latest(part: Part, kind: str, members: Sequence[int], lead: Lead) -> int:
    """How many days after the start everything that is planned is still kept."""
    placed = part.placement.placed
    known = [placed[member].end for member in members if np.isfinite(placed[member].end)]
    none, some = 0, int(max(known, default=0.0) / DAY) + 1
    while some - none > 1:
        middle = (none + some) // 2
        if _kept(part, _played(part, kind, members, middle, lead)):
            none = middle
        else:
            some = middle
    return none


def _sooner(part: Part, kind: str, members: Sequence[int], late: Sequence[int], lead: Lead) -> int | None:
    """How many days before the start it would have to be ordered for those that are late; None where nothing helps."""
    items = part.placement.problem.items
    most = int(_spared(part, members, lead) / DAY)
    for days in range(1, most + 1):
        played = _played(part, kind, members, -days, lead)
        if all(
            played[member].slot is not None and played[member].end <= items[member].due for member in late
        ):
            return -days
    return None


def _spared(part: Part, members: Sequence[int], lead: Lead) -> float:
    """How much sooner a thing could be there at the most: other work to set up is not shortened. [s]."""
    placed, time = part.placement.placed, lead(0.0)
    setups = []
    for member in members:
        w = part.placement.problem.items[member].share.case.workload
        p = Parameters([placed[member].mode.option], w.region, in_most_cases)
        setups += [only(p.get(owner, "setup_time", 0.0)) for owner in ("mover", "target")]
    return max(time - max(setups, default=0.0), 0.0)


def _played(part: Part, kind: str, members: Sequence[int], days: int, lead: Lead) -> tuple[Placed, ...]:
    """The plan with a thing ordered so many days after the start."""
    problem, choice = part.placement.problem, part.placement.choice
    items: list[Item] = list(problem.items)
    for member in members:
        modes = list(items[member].modes)
        at = choice.modes[member]
        modes[at] = _shifted(part, member, modes[at], days * DAY, lead, kind)
        items[member] = replace(items[member], modes=tuple(modes))
    played = replace(problem, items=tuple(items))
    # The windows that were chosen stay where they are in the list: it may be longer, and never shorter.
    played.__dict__["horizon"] = problem.horizon + max(days, 0) * DAY
    return place(played, choice).placed


def _shifted(part: Part, member: int, mode: Mode, time: float, lead: Lead, kind: str) -> Mode:
    """A mode whose thing is ordered so much later. [s]."""
    problem = part.placement.problem
    clock = problem.clocks[problem.items[member].share.site].of_lines(mode.option.own_line)

    def begun(begins: Any) -> Any:
        if kind != "route" or mode.begin <= 0.0:
            return begins + max(time, 0.0)
        # What is set up beside it is not later because of it.
        return clock.opening(np.maximum(begins, lead(time)) if time > 0 else np.maximum(begins + time, 0.0))

    def later(begins: Any, stretches: Any, finish: Any, cutover: Any) -> Any:
        moved = begun(begins) - begins if kind == "route" and mode.begin > 0.0 else time
        caught_up = begins + stretches * (mode.caught_up - mode.begin)
        return _ended(clock, caught_up, finish, cutover, moved)

    begin, busy = np.array([mode.begin]), mode.busy
    usual = np.array([mode.finish_typical]), np.array([mode.cutover_typical])
    if time < 0.0 and (kind != "route" or mode.begin <= 0.0):
        busy = max(mode.busy + time, 0.0)
    return replace(
        mode,
        begin=float(begun(begin)[0]),
        begins=begun(mode.begins),
        busy=busy,
        loads={name: load * (busy / mode.busy if mode.busy else 1.0) for name, load in mode.loads.items()},
        finish=later(mode.begins, mode.stretches, mode.finish, mode.cutover),
        finish_typical=float(later(begin, np.ones(1), *usual)[0]),
    )


def _ended(clock: Clock, caught_up: Any, finish: Any, cutover: Any, moved: Any) -> Any:
    """When a share that has the site to itself is done if all of it is moved by a time. [s].

    The wait for its window takes up some of it; where it waited for something else as well, all counts.
    """
    known = np.isfinite(finish) & np.isfinite(cutover) & np.isfinite(caught_up)
    start, length = np.zeros(known.shape), np.where(known, cutover, 0.0)
    np.subtract(finish, cutover, where=known, out=start)
    caught_up = np.where(known, caught_up, 0.0)
    waited = np.asarray(clock.next_window(caught_up, length)) < start - 1.0
    begin = np.where(waited, start, caught_up) + moved
    found = np.asarray(clock.next_window(np.maximum(begin, 0.0), length))
    found = np.where(np.asarray(moved) >= 0, np.maximum(found, start), found)
    return np.where(known, found + np.asarray(clock.pause(found, length)) + length, np.inf)


def _kept(part: Part, played: Sequence[Placed]) -> bool:
    """Whether each share still has its window, and a deadline that it kept."""
    problem = part.placement.problem
    for item, one, then in zip(problem.items, part.placement.placed, played, strict=True):
        if one.slot is None:
            continue
        if then.slot is None or then.slot > one.slot:
            return False
        if one.end <= item.due < then.end:
            return False
        # A day without windows is one by itself.
        if not problem.slots[one.slot].bounded and then.end > np.ceil(one.end / DAY) * DAY:
            return False
    return True


def _working(part: Part, site: str, days: int, first: int) -> int:
    """The last working day until then, unless none is left from the first one on."""
    problem = part.placement.problem
    w, clock = problem.items[problem.at(site)[0]].share.case.workload, problem.clocks[site]
    for day in range(days, first - 1, -1):
        weekday = (w.start + dt.timedelta(days=day)).weekday()
        noon = (day + 0.5) * DAY
        if weekday < SATURDAY and (day < 0 or only(clock.courier(noon, 0.0)) == noon):
            return day
    return days


def told(order: Order) -> dict[str, Any]:
    """An order as plain data."""
    w = order.part.placement.problem.items[order.members[0]].share.case.workload
    likely, sure = (moment_after(time, w.start, w.timezone).date() for time in order.arrives)
    return {
        "site": order.site,
        "kind": order.kind,
        "what": order.thing.plain,
        "count": devices(order.part, order.site, order.thing.id) if order.kind == "device" else 1,
        "order_by": order.day.isoformat(),
        "slack_days": order.slack,
        "arrives": likely.isoformat(),
        "arrives_p80": sure.isoformat(),
        "shares": order.names,
        "amount": _paid(order.part, order.site, order.thing.id),
    }


def devices(part: Part, site: str, owner: str) -> int:
    """How many devices of a kind are paid for at a site over all trips, filled by all shares together. [1]."""
    counts = [
        line["quantity"]
        for line in part.priced.lines
        if line["site"] == site and line.get("owner") == owner and line["unit"] == _DEVICE
    ]
    return math.ceil(max(counts, default=1.0))


def _paid(part: Part, site: str, owner: str) -> float | None:
    """What is paid once for a thing, as far as that is known; None where it is not. [USD]."""
    mine = [
        line
        for line in part.priced.lines
        if line["site"] == site and line.get("owner") == owner and not line["monthly"]
    ]
    amounts = [line["amount"] for line in mine]
    return None if not amounts or None in amounts else float(sum(amounts))


def missed(orders: Sequence[Order]) -> Iterator[Conflict]:
    """Orders whose last day has passed."""
    for order in orders:
        if order.last >= order.here:
            continue
        names = [order.part.placement.problem.items[n].share.name for n in order.late] or order.names
        wish = "deadline" if order.late else "window"
        text = (
            f"{order.thing.plain} at {order.site} had to be ordered by {dated(order.day)} to keep the {wish}"
            f" of {some_of(names)}, and that day has passed"
        )
        shorter = f"a lead time {counted(order.here - order.last, 'day')} shorter"
        again = f"windows from a start on {dated(order.on(order.here))} on, planned anew"
        frees = (shorter,) if order.late else (again, shorter)
        yield Conflict("order", order.site, tuple(names), wish, text[:1].upper() + text[1:], frees)


def sooner(conflict: Conflict, orders: Sequence[Order]) -> Conflict:
    """A conflict with the orders that would free it if they went out before the start."""
    found = [
        f"{order.thing.plain} ordered by {dated(order.day)}, {counted(-order.last, 'day')} before the start"
        for order in orders
        if order.site == conflict.site
        and order.here <= order.last < 0
        and {*conflict.shares} <= {order.part.placement.problem.items[n].share.name for n in order.late}
    ]
    return replace(conflict, frees=(*conflict.frees, *found)) if found else conflict
