"""The plan of an estate as its public records: dates for seconds, names for ids, shares of a chance for draws."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migplan.engine.ranking import JUDGED
from migplan.estate.joint import ordering, quotas
from migplan.estate.joint.line import DRAWN, JUDGED_AT, TYPICAL, by_day
from migplan.estate.joint.placing import Placed
from migplan.estate.joint.plan import Part, Planned
from migplan.estate.joint.regions import Named, shareable
from migplan.estate.joint.shares import Share
from migplan.estate.joint.taking import LINE
from migplan.estate.joint.telling import conflicts_of, over_budget, reasons_of
from migplan.formulas import only
from migplan.formulas.statistics import quantiles
from migplan.inputs.dates import zoned_after
from migplan.results.estate import (
    EstateCost,
    EstatePlan,
    FileSystemResult,
    ShareResult,
    SiteResult,
    WaveResult,
)
from migplan.results.words import option_name
from migplan.units import HOUR

_OPTIMAL = 1e-3


def moment(seconds: float, share: Share) -> str | None:
    """A time where the site is, to the minute, with its offset where the zone is known; None where it never comes."""
    if not math.isfinite(seconds):
        return None
    w = share.case.workload
    try:
        return zoned_after(seconds, w.start, w.timezone).isoformat(timespec="minutes")
    except OverflowError:
        return None


def percentile(values: Any, level: float) -> float:
    """One of the draws. [s]."""
    return float(quantiles(np.asarray(values, dtype=np.float64), [level])[..., 0])


def build(planned: Planned, today: dt.date) -> EstatePlan:
    """Tell what was planned."""
    told = _Told()
    for part in planned.parts:
        told.add(part)
    told.shares += [_unplaced(share) for share in planned.unplaced]
    orders = [order for part in planned.parts for order in ordering.orders_of(part, today)]
    conflicts = [ordering.sooner(one, orders) for part in planned.parts for one in conflicts_of(part)]
    account = quotas.quotas_of(planned.parts)
    passed = (*ordering.missed(orders), *quotas.exceeded(account, today))
    over = tuple(over_budget(planned))
    return EstatePlan(
        today=today.isoformat(),
        shares=tuple(told.shares),
        waves=tuple(sorted(told.waves, key=lambda wave: (wave.start, wave.site))),
        file_systems=tuple(told.systems),
        sites=tuple(told.sites),
        orders=(*map(ordering.told, orders), *quotas.asked(account, today)),
        cost_usd=_cost(planned),
        conflicts=(*over, *passed, *conflicts),
        assumptions=tuple(_assumptions(planned)),
        notes=(
            *planned.estate.layout.notes,
            *_on_budgets(planned),
            *shareable(told.named),
            *_on_frontier(planned),
        ),
        bad_rows=tuple(f"line {bad.line}: {bad.fault}" for bad in planned.estate.bad),
        **_standing(planned, kept=not (over or passed)),
        **_ended(planned),
    )


@dataclass
class _Told:
    """The records of all parts."""

    shares: list[ShareResult] = field(default_factory=list)
    waves: list[WaveResult] = field(default_factory=list)
    systems: list[FileSystemResult] = field(default_factory=list)
    sites: list[SiteResult] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Add those of a part."""
        made, called = _systems(part), _waves(part)
        where = {member: result.id for result, members in made for member in members}
        wave_of = {member: wave.id for wave, members in called for member in members}
        self.systems += [result for result, _ in made]
        self.named += [
            (result.id, part, system)
            for (result, _), system in zip(made, part.priced.file_systems, strict=True)
        ]
        self.waves += [wave for wave, _ in called]
        self.shares += [
            _share(part, member, where.get(member), wave_of.get(member))
            for member in range(len(part.placement.placed))
        ]
        self.sites += list(_sites(part))


def _standing(planned: Planned, kept: bool) -> dict[str, Any]:
    """How near the plan is to the best, and against the one in which each share is on its own."""
    parts = planned.parts
    if not parts:
        return {"bound_usd": None, "gap": None, "status": "infeasible"}
    total, spent = sum(part.priced.total for part in parts), planned.spent
    bound = spent.bound if spent and spent.kept and spent.bound else sum(part.bound for part in parts)
    bound = min(bound, total)
    gap = max(total / bound - 1.0, 0.0) if bound > 0 else None
    missed = not kept or planned.unplaced or any(part.missed or part.placement.late() for part in parts)
    near = gap is not None and gap <= _OPTIMAL
    return {
        "bound_usd": bound,
        "gap": gap,
        "status": "infeasible" if missed else "optimal" if near else "gap",
        "greedy_usd": sum(part.greedy.total for part in parts),
        "horizon_months": parts[0].placement.problem.months(),
        "budget_usd": spent.budget if spent else None,
        "cash_usd": sum(part.priced.cash(part.placement.problem.months()) for part in parts),
    }


def _ended(planned: Planned) -> dict[str, Any]:
    """When all is done, and what less time costs; where the first share is."""
    if not planned.parts:
        return {}
    first, ends = planned.estate.shares[0], _ends(planned)
    # One point is the plan itself.
    points = planned.frontier if len(planned.frontier) > 1 else ()
    return {
        "greedy_finish": moment(_last(planned), first),
        "finish_p50": moment(percentile(ends, 0.5), first),
        "finish_p80": moment(percentile(ends, JUDGED), first),
        "frontier": tuple({"finish": moment(end, first), "total_usd": total} for end, total in points),
    }


def _on_budgets(planned: Planned) -> Iterator[str]:
    """Whose a budget is that stands in for shares that say none."""
    estate = planned.estate
    given = [estate.settings.given, *(lot.site.given for lot in estate.lots)]
    for text in dict.fromkeys(some["budget"] for some in given if "budget" in some):
        yield f"a budget of {text} is that of each share; that of all is budget of [estate], or --budget"


def _on_frontier(planned: Planned) -> Iterator[str]:
    """That nothing ends sooner, where that was asked."""
    if len(planned.frontier) == 1:
        yield "no plan of these options ends sooner"


def _last(planned: Planned) -> float:
    """When the last share of the greedy plan is done. [s]."""
    return max((part.greedy_end for part in planned.parts), default=math.inf)


def _ends(planned: Planned) -> Any:
    """When all is done, by draw, from the first start. [s]."""
    ends = [
        one.drawn + part.placement.problem.offsets[item.share.site]
        for part in planned.parts
        for item, one in zip(part.placement.problem.items, part.placement.placed, strict=True)
    ]
    return np.max(ends, axis=0) if ends else np.array([np.inf])


def _share(part: Part, place: int, system: str | None, wave: str | None) -> ShareResult:
    item, one = part.placement.problem.items[place], part.placement.placed[place]
    share, w, option = item.share, item.share.case.workload, one.mode.option
    due = item.due
    reasons = reasons_of(part, place)
    return ShareResult(
        **_named(share),
        option=option.id,
        option_name=option_name(option, bool(np.any(np.asarray(w.cold) > 0))),
        target=option.target.id,
        configuration=option.target.configuration or None,
        file_system=system,
        wave=wave,
        copy_start=moment(float(one.run.begin[TYPICAL]), share),
        ready=moment(min(float(one.run.ready[JUDGED_AT]), _start(one)), share),
        cutover_start=moment(_start(one), share),
        cutover_hours_p80=one.mode.cutover80 / HOUR if math.isfinite(one.mode.cutover80) else None,
        finish_p50=moment(percentile(one.drawn, 0.5), share),
        finish_p80=moment(percentile(one.drawn, JUDGED), share),
        deadline=moment(due, share) if math.isfinite(due) else None,
        p_deadline=float(np.mean(one.drawn <= due)) if math.isfinite(due) else None,
        meets=not reasons,
        reasons=reasons,
    )


def _start(one: Placed) -> float:
    """When a cutover begins in 8 of 10 cases, by the draws where these are sooner than what a plan is judged by. [s].

    A plan is judged by a begin and a pace that 8 of 10 cases keep, each for itself, which is later than 8 of 10 ends.
    """
    return min(float(one.start[JUDGED_AT]), percentile(one.start[DRAWN], JUDGED))


def _named(share: Share) -> dict[str, Any]:
    w = share.case.workload
    return {
        "name": share.name,
        "site": share.site,
        "group": share.group or share.name,
        "server": share.server,
        "owner": share.owner,
        "priority": share.priority,
        "volume_bytes": only(w.volume),
        "files": only(w.files),
    }


def _unplaced(share: Share) -> ShareResult:
    text = (
        "no option can be used for it, or none ends in 8 of 10 cases; `migplan plan` with its fields says why"
    )
    return ShareResult(**_named(share), reasons=(text,))


def _systems(part: Part) -> list[tuple[FileSystemResult, tuple[int, ...]]]:
    problem, found = part.placement.problem, []
    numbers: dict[tuple[str, str], int] = {}
    for system in part.priced.file_systems:
        target = system.option.target
        number = numbers[system.site, target.id] = numbers.get((system.site, target.id), 0) + 1
        w = problem.items[system.members[0]].share.case.workload
        result = FileSystemResult(
            id=f"{system.site}/{target.id}-{number}",
            site=system.site,
            region=w.region,
            target=target.id,
            target_name=target.plain,
            configuration=target.configuration,
            configuration_name=target.configuration_plain,
            count=int(system.count),
            shares=tuple(problem.items[member].share.name for member in system.members),
            bytes=system.volume,
            fill=system.fill,
            monthly_usd=system.monthly if system.known else None,
        )
        found.append((result, system.members))
    return found


def _waves(part: Part) -> list[tuple[WaveResult, tuple[int, ...]]]:
    """One for each site and window in which shares of it are cut over."""
    problem = part.placement.problem
    members: dict[tuple[str, int], list[int]] = {}
    for place, (item, one) in enumerate(zip(problem.items, part.placement.placed, strict=True)):
        if one.slot is not None:
            members.setdefault((item.share.site, one.slot), []).append(place)
    found = []
    numbers: dict[str, int] = {}
    for (site, slot), mine in sorted(members.items(), key=lambda entry: (entry[0][1], entry[0][0])):
        numbers[site] = numbers.get(site, 0) + 1
        found.append((_wave(part, site, slot, numbers[site], mine), tuple(mine)))
    return found


def _wave(part: Part, site: str, slot: int, number: int, members: Sequence[int]) -> WaveResult:
    problem, window = part.placement.problem, part.placement.problem.slots[slot]
    items = [problem.items[member] for member in members]
    placed = [part.placement.placed[member] for member in members]
    finish = np.max([one.drawn for one in placed], axis=0)
    inside = [
        one.drawn <= window.close[site] + (0.0 if window.bounded else one.cutover[DRAWN]) + 1.0
        for one in placed
    ]
    share, starts = items[0].share, [_start(one) for one in placed]
    opened = window.open[site] if window.bounded else min(starts)
    closed = window.close[site] if window.bounded else max(one.end for one in placed)
    return WaveResult(
        id=f"{site}-{number}",
        site=site,
        start=moment(opened, share) or "",
        end=moment(closed, share) or "",
        shares=tuple(item.share.name for item in items),
        bytes=sum(item.volume for item in items),
        files=sum(only(item.share.case.workload.files) for item in items),
        groups=len({item.share.group.casefold() or item.share.name for item in items}),
        owners=tuple(dict.fromkeys(item.share.owner for item in items if item.share.owner)),
        finish_p50=moment(percentile(finish, 0.5), share),
        finish_p80=moment(percentile(finish, JUDGED), share),
        p_ready=float(np.mean(np.all(inside, axis=0))),
    )


def _sites(part: Part) -> Iterator[SiteResult]:
    problem = part.placement.problem
    for name in problem.names:
        places = problem.at(name)
        share = problem.items[places[0]].share
        link = only(share.case.workload.link)
        finish = np.max([part.placement.placed[place].drawn for place in places], axis=0)
        loads = by_day(part.placement.flows[name], LINE)
        once, monthly = part.priced.by_site[name]
        used = {part.placement.placed[place].mode.hosts for place in places} - {""}
        yield SiteResult(
            name=name,
            line_bps=link * 8 if math.isfinite(link) else None,
            line_load=tuple(
                {"date": (moment(day, share) or "")[:10], "load": round(load, 4)} for day, load in loads
            ),
            agents={
                mover: int(part.placement.choice.hosts.get((name, mover), 1.0)) for mover in sorted(used)
            },
            shares=len(places),
            bytes=sum(problem.items[place].volume for place in places),
            one_off_usd=once,
            monthly_usd=monthly,
            finish_p50=moment(percentile(finish, 0.5), share),
            finish_p80=moment(percentile(finish, JUDGED), share),
        )


def _cost(planned: Planned) -> EstateCost:
    priced = [part.priced for part in planned.parts]
    return EstateCost(
        one_off=sum(one.once for one in priced),
        monthly=sum(one.monthly for one in priced),
        staff=sum(one.staff for one in priced),
        delay=sum(one.delay for one in priced),
        total=sum(one.total for one in priced),
        complete=all(one.complete for one in priced),
        lines=tuple(line for one in priced for line in one.lines),
    )


def _assumptions(planned: Planned) -> Iterator[dict[str, Any]]:
    """What was assumed of how many shares."""
    found: dict[tuple[str, str], int] = {}
    for share in planned.estate.shares:
        for name, item in share.case.workload.inputs.items():
            if item.status == "assumed":
                found[name, item.text] = found.get((name, item.text), 0) + 1
    for (name, text), count in sorted(found.items(), key=lambda entry: -entry[1]):
        yield {"field": name, "text": f"{name.replace('_', ' ')} {text}", "count": count}
