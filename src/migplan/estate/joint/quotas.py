"""Quotas of an account that shares of several sites fill together, and by when higher ones have to be asked for.

A single plan waits for a quota where its own data is above it. What only all shares of a Region exceed is told here: as
an order with its lead time, or as a conflict where nobody says that the quota is ever raised.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from migplan.errors import counted
from migplan.estate.joint.line import TYPICAL
from migplan.estate.joint.money import FileSystem
from migplan.estate.joint.ordering import devices, in_most_cases
from migplan.estate.joint.plan import Part
from migplan.estate.joint.telling import dated, some_of
from migplan.facts import Fact, Profile
from migplan.formulas import only
from migplan.inputs.dates import moment_after
from migplan.inputs.patterns import SATURDAY
from migplan.results.estate import Conflict
from migplan.text import listed
from migplan.units import DAY


@dataclass(slots=True)
class Use:
    """What some shares take of a quota, and from when to when.

    Attributes
    ----------
    amount : float
        In the unit of the quota.
    """

    begin: dt.date
    end: dt.date | None
    amount: float
    sites: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class Quota:
    """One quota of an account in a Region.

    Attributes
    ----------
    raised : Fact or None
        How long it takes until it is raised; None where nobody says that it is.
    """

    what: str
    region: str
    limit: Fact
    raised: Fact | None
    uses: list[Use] = field(default_factory=list)

    @property
    def sites(self) -> str:
        """Those whose shares take of it, in words."""
        return listed(sorted({site for use in self.uses if use.amount > 0 for site in use.sites}))

    @property
    def names(self) -> tuple[str, ...]:
        """The shares that take of it."""
        return tuple(name for use in self.uses if use.amount > 0 for name in use.names)

    def exceeded(self) -> tuple[dt.date, float] | None:
        """The first day on which more is used than there is, and the most that is ever used; None where it does."""
        days = sorted({use.begin for use in self.uses})
        sums = {day: sum(use.amount for use in self.uses if _is_on(use, day)) for day in days}
        above = [day for day in days if sums[day] > self.limit.value * (1.0 + 1e-9)]
        return (above[0], max(sums.values())) if above else None

    def shown(self, value: float) -> str:
        """An amount, rounded up, in the unit in which the provider states the quota."""
        number = math.ceil(value / self.limit.value * self.limit.shown - 1e-9)
        return f"{number:,}" if self.limit.unit == "1" else f"{number:,} {self.limit.unit}"


def _is_on(use: Use, day: dt.date) -> bool:
    return use.begin <= day and (use.end is None or day <= use.end)


def quotas_of(parts: Sequence[Part]) -> list[Quota]:
    """The quotas of which several shares or file systems take something."""
    found: dict[tuple[str, ...], Quota] = {}
    for part in parts:
        for system in part.priced.file_systems:
            _add_system(found, part, system)
        for member in range(len(part.placement.placed)):
            _add_tasks(found, part, member)
        for site in part.placement.problem.names:
            _add_devices(found, part, site)
    return list(found.values())


def _add_system(found: dict[tuple[str, ...], Quota], part: Part, system: FileSystem) -> None:
    """Capacity, throughput and number of file systems."""
    items = [part.placement.problem.items[member] for member in system.members]
    target, region = system.option.target, items[0].share.case.workload.region
    begin = min(
        _day(part, member, part.placement.placed[member].run.begin[TYPICAL]) for member in system.members
    )
    names = tuple(item.share.name for item in items)
    bought = _bought(system)
    capacity = bought.get("provisioned-byte", system.volume)
    medium = f" {target.medium.upper()}" if target.medium else ""
    wanted = {
        # What lies on another medium has a quota of its own.
        "account_volume": (target.medium, f"{target.plain}{medium} capacity", capacity),
        "account_throughput": ("", f"{target.plain} throughput", bought.get("throughput", 0.0)),
        "account_systems": ("", f"{target.plain} file systems", system.count),
    }
    for key, (kind, what, amount) in wanted.items():
        limit = target.fact(key, region)
        if limit is not None:
            quota = _quota(found, (region, target.id, key, kind), what, region, limit, target)
            quota.uses.append(Use(begin, None, float(amount), (system.site,), names))


def _bought(system: FileSystem) -> dict[str, float]:
    """Capacity and throughput that are bought for file systems. [B], [B/s]."""
    found: dict[str, float] = {}
    for line in system.lines:
        if line.per in ("provisioned-byte", "throughput"):
            found[line.per] = found.get(line.per, 0.0) + float(only(line.quantity))
    return found


def _add_tasks(found: dict[tuple[str, ...], Quota], part: Part, member: int) -> None:
    """Tasks of the mover of a share, from its first copy until its cutover."""
    one, item = part.placement.placed[member], part.placement.problem.items[member]
    region, mover = item.share.case.workload.region, one.mode.option.mover
    limit = None if mover is None else mover.fact("tasks", region)
    if mover is None or limit is None:
        return
    quota = _quota(found, (region, mover.id, "tasks"), f"tasks of {mover.plain}", region, limit, mover)
    begin, end = _days_of(part, [member])
    quota.uses.append(Use(begin, end, one.mode.tasks, (item.share.site,), (item.share.name,)))


def _add_devices(found: dict[tuple[str, ...], Quota], part: Part, site: str) -> None:
    """Devices of a site: no more at once than an account may have, since its shares take them in turn."""
    problem, placed = part.placement.problem, part.placement.placed
    users: dict[str, list[int]] = {}
    for member in problem.at(site):
        used = placed[member].mode.option.device
        if used is not None:
            users.setdefault(used.id, []).append(member)
    for members in users.values():
        region, device = (
            problem.items[members[0]].share.case.workload.region,
            placed[members[0]].mode.option.device,
        )
        limit = None if device is None else device.fact("pool", region)
        if device is None or limit is None:
            continue
        quota = _quota(
            found, (region, device.id, "pool"), f"devices of {device.plain}", region, limit, device
        )
        begin, end = _days_of(part, members)
        count = min(devices(part, site, device.id), limit.value)
        names = tuple(problem.items[member].share.name for member in members)
        quota.uses.append(Use(begin, end, float(count), (site,), names))


def _days_of(part: Part, members: Sequence[int]) -> tuple[dt.date, dt.date | None]:
    """The first day on which some shares are copied, and the last one; None where they never end."""
    placed = [(member, part.placement.placed[member]) for member in members]
    begin = min(_day(part, member, one.run.begin[TYPICAL]) for member, one in placed)
    if not all(math.isfinite(one.end) for _, one in placed):
        return begin, None
    return begin, max(_day(part, member, one.end) for member, one in placed)


def _quota(
    found: dict[tuple[str, ...], Quota],
    key: tuple[str, ...],
    what: str,
    region: str,
    limit: Fact,
    profile: Profile,
) -> Quota:
    if key not in found:
        found[key] = Quota(what, region, limit, profile.fact("quota_time", region))
    return found[key]


def _day(part: Part, member: int, time: float) -> dt.date:
    w = part.placement.problem.items[member].share.case.workload
    return moment_after(max(float(time), 0.0), w.start, w.timezone).date()


def asked(quotas: Sequence[Quota], today: dt.date) -> Iterator[dict[str, Any]]:
    """Orders of higher quotas, as plain data."""
    yield from filter(None, (_order(quota, today) for quota in quotas))


def _order(quota: Quota, today: dt.date) -> dict[str, Any] | None:
    """The order of a higher quota; None where what there is is enough, or is never raised."""
    above = quota.exceeded()
    if above is None or quota.raised is None:
        return None
    day, most = above
    usual, sure = (_days(value) for value in (quota.raised.value, only(in_most_cases(quota.raised))))
    last = _working(day - dt.timedelta(days=sure))
    return {
        "site": quota.sites,
        "kind": "quota",
        "what": (
            f"a higher quota of {quota.what} in {quota.region}: {quota.shown(most)}"
            f" in place of {quota.shown(quota.limit.value)}"
        ),
        "count": 1,
        "order_by": last.isoformat(),
        "slack_days": (last - today).days,
        "arrives": (last + dt.timedelta(days=usual)).isoformat(),
        "arrives_p80": (last + dt.timedelta(days=sure)).isoformat(),
        "shares": list(quota.names),
        "amount": 0.0,
    }


def _days(seconds: float) -> int:
    return math.ceil(seconds / DAY - 1e-9)


def _working(day: dt.date) -> dt.date:
    """The last day from Monday to Friday until then."""
    return day - dt.timedelta(days=max(day.weekday() - SATURDAY + 1, 0))


def exceeded(quotas: Sequence[Quota], today: dt.date) -> Iterator[Conflict]:
    """Quotas that nobody says are raised, or that had to be asked for before today."""
    for quota in quotas:
        above, order = quota.exceeded(), _order(quota, today)
        if above is None:
            continue
        day, most = above
        if order is None:
            text = (
                f"{some_of(quota.names)} need {quota.shown(most)} {quota.what} in {quota.region} at once, from"
                f" {dated(day)} on; an account has {quota.shown(quota.limit.value)}"
            )
            frees = ("a higher quota, if the provider grants one", "sites that begin one after the other")
            yield Conflict("quota", quota.sites, quota.names, "quota", text, frees)
        elif order["slack_days"] < 0:
            what, last = order["what"], dt.date.fromisoformat(order["order_by"])
            text = (
                f"{what[:1].upper()}{what[1:]} had to be asked for by {dated(last)}, and that day has passed"
            )
            later = f"a start {counted(-order['slack_days'], 'day')} later"
            yield Conflict("quota", quota.sites, quota.names, "quota", text, (later,))
