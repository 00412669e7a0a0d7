"""What a placement costs: each share its own data, and each thing that several share once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate_stacks
from migplan.engine.options import Option
from migplan.engine.pricing import Cost, price_stack
from migplan.engine.targets import size
from migplan.estate.joint.line import TYPICAL
from migplan.estate.joint.packing import Size, filled, first_fit
from migplan.estate.joint.placing import Placement
from migplan.estate.joint.union import union
from migplan.facts.keys import ONCE_A_SITE, SHARED_BASES
from migplan.formulas import only
from migplan.results.ledger import sold


@dataclass(frozen=True, slots=True)
class FileSystem:
    """Shares of a site that land in one file system, or in so many that are bought as one. Volumes in [B].

    Attributes
    ----------
    fill : float or None
        Part of the capacity that is bought which holds data; None where none is bought. [1]
    monthly, beside : float
        With an upper bound for prices that nobody knows. [USD]
    """

    site: str
    option: Option
    members: tuple[int, ...]
    count: float
    volume: float
    fill: float | None
    monthly: float
    beside: float
    known: bool
    lines: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Priced:
    """The money of a placement. [USD].

    Attributes
    ----------
    once : float
        Cash, with an upper bound for prices that nobody knows.
    lines : list of dict
        What the ledger has: `item`, `site`, `shared`, `monthly`, `quantity`, `unit`, `amount`.
    """

    once: float
    monthly: float
    staff: float
    delay: float
    total: float
    complete: bool
    file_systems: tuple[FileSystem, ...]
    lines: list[dict[str, Any]] = field(default_factory=list)
    by_site: dict[str, list[float]] = field(default_factory=dict)

    def cash(self, months: float) -> float:
        """All that is paid over so many months. [USD]."""
        return self.once + self.monthly * months


class Prices:
    """Prices of what several shares have in common, looked up once for the same shares."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}

    def cost(
        self, option: Option, cases: Sequence[Case], agents: float, until: float | None
    ) -> tuple[Case, Cost]:
        """The ledger of an option for several shares as one.

        Parameters
        ----------
        until : float, optional
            How much later the last of them is done than one by itself, for what is paid by time. [s]
        """
        key = option.id, option.target.key, tuple(map(id, cases)), agents, until
        found: tuple[Case, Cost] = self.once(key, lambda: _cost(option, cases, agents, until))
        return found

    def once(self, key: Any, work: Callable[[], Any]) -> Any:
        """What some work comes to; it is done once for a key."""
        if key not in self._known:
            self._known[key] = work()
        return self._known[key]


def _cost(option: Option, cases: Sequence[Case], agents: float, until: float | None) -> tuple[Case, Cost]:
    case = union(cases)
    run = case.with_agents(np.full((1, 1, 1), agents))
    (stack,) = evaluate_stacks(run, [option])
    outcome = stack.outcome
    quantities = dict(outcome.quantities)
    if until is not None:
        # What is rented runs until the last share is done.
        finish = np.asarray(outcome.finish)
        for basis in ("hour", "term-hour"):
            if basis in quantities:
                more = quantities[basis] + (until - finish)
                quantities[basis] = np.maximum(more, quantities[basis] if basis == "term-hour" else 0.0)
    wanted = outcome.details["wanted_rate"]
    arriving = np.where(np.isfinite(wanted), wanted, 0.0)
    w = run.workload.take(option=stack.places)
    return case, price_stack(case.facts, [option], w, quantities, arriving).costs()[0]


def price(placement: Placement, prices: Prices) -> Priced:
    """Price a placement as it was played."""
    problem = placement.problem
    lines: list[dict[str, Any]] = []
    by_site: dict[str, list[float]] = {name: [0.0, 0.0] for name in problem.names}
    once = _own(placement, lines, by_site) + _things(placement, prices, lines, by_site)
    systems = tuple(_file_systems(placement, prices))
    monthly = 0.0
    for system in systems:
        monthly += system.monthly + system.beside
        by_site[system.site][1] += system.monthly + system.beside
        lines += [_line(line, system.site, len(system.members) > 1) for line in system.lines]
    lines = _added_up(lines)
    pools = {(system.site, placement.placed[system.members[0]].mode.pool) for system in systems}
    more = _more_systems(placement, 1 + len(systems) - len(pools))
    staff, delay = _staff(placement) + more, _delay(placement)
    total = once + monthly * problem.months() + staff + delay
    complete = all(one.mode.complete for one in placement.placed)
    return Priced(once, monthly, staff, delay, total, complete, systems, lines, by_site)


def _added_up(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of the same item and of the same thing at the same site as one."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in lines:
        key = tuple(line.get(name) for name in ("item", "site", "monthly", "unit", "owner"))
        if key not in found:
            found[key] = dict(line)
            continue
        same = found[key]
        same["quantity"] += line["quantity"]
        same["shared"] |= line["shared"]
        known = None not in (same["amount"], line["amount"])
        same["amount"] = same["amount"] + line["amount"] if known else None
    return list(found.values())


def _own(placement: Placement, lines: list[dict[str, Any]], by_site: Mapping[str, list[float]]) -> float:
    """What shares pay for their own data, told together for each site and item."""
    told: dict[tuple[str, str, str], list[Any]] = {}
    for item, one in zip(placement.problem.items, placement.placed, strict=True):
        by_site[item.share.site][0] += one.mode.cash
        for own in one.mode.lines:
            entry = told.setdefault((item.share.site, own.item, own.unit), [0.0, 0.0, True, 0])
            entry[0] += own.quantity
            entry[1] += own.ceiling
            entry[2] &= own.known
            entry[3] += 1
    for (site, name, unit), (quantity, cost, known, count) in told.items():
        said = {
            "item": name,
            "site": site,
            "shared": False,
            "monthly": False,
            "quantity": quantity,
            "unit": unit,
        }
        lines.append({**said, "amount": cost if known else None, "shares": count})
    return sum(one.mode.cash for one in placement.placed)


def _things(
    placement: Placement, prices: Prices, lines: list[dict[str, Any]], by_site: Mapping[str, list[float]]
) -> float:
    """Circuits, devices and the like: each once for all shares of a site that use it."""
    found = 0.0
    users: dict[tuple[str, str], list[int]] = {}
    for place, (item, one) in enumerate(zip(placement.problem.items, placement.placed, strict=True)):
        for owner in one.mode.shared:
            users.setdefault((item.share.site, owner), []).append(place)
    for (site, owner), members in users.items():
        cost = _shared_cost(placement, prices, members)
        for line in cost.lines:
            if line.owner == owner and line.per in SHARED_BASES:
                found += float(line.ceiling)
                by_site[site][0] += float(line.ceiling)
                lines.append(_line(line, site, len(members) > 1) | {"shares": len(members), "owner": owner})
    return found


def _shared_cost(placement: Placement, prices: Prices, members: Sequence[int]) -> Cost:
    placed = [placement.placed[member] for member in members]
    cases = [placement.problem.items[member].share.case for member in members]
    largest = max(placed, key=lambda one: one.mode.busy)
    until = None if len(members) == 1 and placed[0].run.delay[TYPICAL] == 0 else _last(placed)
    return prices.cost(largest.mode.option, cases, largest.mode.agents, until)[1]


def _last(placed: Sequence[Any]) -> float:
    return float(max(one.finish[TYPICAL] for one in placed))


def _file_systems(placement: Placement, prices: Prices) -> Iterator[FileSystem]:
    """Shares of a site in the same target lie in as few file systems as their limits allow."""
    problem = placement.problem
    pools: dict[tuple[str, str], list[int]] = {}
    for place, (item, one) in enumerate(zip(problem.items, placement.placed, strict=True)):
        pools.setdefault((item.share.site, one.mode.pool), []).append(place)
    once: dict[tuple[str, str], set[str]] = {}
    for (site, _), members in pools.items():
        # What a site pays once, such as the way in of its users, is told with its first file system in a Region.
        seen = once.setdefault((site, placement.placed[members[0]].mode.region), set())
        for packed in _packed(placement, prices, members):
            option, case, cost = _together(placement, prices, packed)
            sized = size(option.target, case.workload, 0.0)
            lines = tuple(line for line in cost.lines if line.monthly and line.per not in seen)
            seen |= {line.per for line in lines} & {*ONCE_A_SITE}
            yield FileSystem(
                site,
                option,
                tuple(packed),
                only(sized.count),
                only(case.workload.volume),
                _fill(sized, option),
                sum(float(line.ceiling) for line in lines if not line.running),
                sum(float(line.ceiling) for line in lines if line.running),
                all(line.price is not None for line in lines),
                lines,
            )


def _fill(sized: Any, option: Option) -> float | None:
    if not any(charge.per == "provisioned-byte" for charge in option.target.charges):
        return None
    bought = only(sized.provisioned)
    hot = only(sized.stored) - only(sized.cold)
    return min(hot / bought, 1.0) if bought > 0 else None


def _packed(placement: Placement, prices: Prices, members: Sequence[int]) -> list[list[int]]:
    """The cheapest of some packings into file systems, of the same members looked for once."""
    key = "packed", placement.placed[members[0]].mode.pool, tuple(members)

    def cost(packing: list[list[int]]) -> float:
        monthly = sum(_monthly(placement, prices, packed) for packed in packing)
        return monthly * placement.problem.months() + _more_systems(placement, len(packing))

    found: list[list[int]] = prices.once(key, lambda: min(_packings(placement, members), key=cost))
    return found


def _packings(placement: Placement, members: Sequence[int]) -> list[list[list[int]]]:
    """Packings with another limit of the volume of one, and such as fill the steps of throughput.

    The limits are what a file system may hold, and where the next one would be advised more throughput, since several
    smaller ones may cost less than a large one.
    """
    problem, mode = placement.problem, placement.placed[members[0]].mode
    share = problem.items[members[0]].share
    target = mode.option.target
    largest = target.fact("largest_volume", share.case.workload.region)
    most = np.inf if largest is None else largest.value
    needs = {member: problem.needs(member, placement.placed[member].mode) for member in members}
    limits = [most, *(step.above for step in target.recommended if 0.0 < step.above < most)]
    found = [first_fit(needs, limit, problem.most_files(mode)) for limit in limits]
    if len(members) > 1 and problem.throughput(mode):
        months = problem.months()
        sizes = [Size(volume, monthly * months) for volume, monthly in problem.steps(share.site, mode)]
        if sizes:
            found += filled(needs, sizes, _more_systems(placement, 2), problem.most_files(mode))
    return found


def _more_systems(placement: Placement, count: int) -> float:
    """What the work to set up file systems beyond the first counts for. [USD]."""
    facts = placement.problem.items[0].share.case.facts.assumptions
    return (count - 1) * facts["staff_rate"].value * facts["work_file_system"].value


def _monthly(placement: Placement, prices: Prices, packed: Sequence[int]) -> float:
    """What a file system and what is needed beside it cost each month. [USD]."""
    *_, cost = _together(placement, prices, packed)
    return sum(float(line.ceiling) for line in cost.lines if line.monthly and line.per not in ONCE_A_SITE)


def _together(placement: Placement, prices: Prices, packed: Sequence[int]) -> tuple[Option, Case, Cost]:
    """Some shares as one, and its ledger, by the option of what is largest among them."""
    modes = [placement.placed[member].mode for member in packed]
    first = max(modes, key=lambda mode: mode.busy)
    cases = [placement.problem.items[member].share.case for member in packed]
    return first.option, *prices.cost(first.option, cases, first.agents, None)


def _staff(placement: Placement) -> float:
    """The work to arrange things, once for each site and thing, and agents beyond the first of each."""
    facts = placement.problem.items[0].share.case.facts.assumptions
    rate = facts["staff_rate"].value
    work = {
        (item.share.site, kind, thing)
        for item, one in zip(placement.problem.items, placement.placed, strict=True)
        for kind, thing in one.mode.work
    }
    used = {
        (item.share.site, one.mode.hosts)
        for item, one in zip(placement.problem.items, placement.placed, strict=True)
        if one.mode.hosts
    }
    more = sum(placement.choice.hosts.get(key, 1.0) - 1.0 for key in used)
    return rate * (sum(facts[kind].value for _, kind, _ in work) + more * facts["work_agent"].value)


def _delay(placement: Placement) -> float:
    """What each second until a share is done counts for, at the end that is judged, and what it alone does."""
    problem = placement.problem
    return sum(
        problem.by_time(place, one.mode) * one.end + one.mode.alone
        for place, one in enumerate(placement.placed)
        if np.isfinite(one.end)
    )


def _line(line: Any, site: str, shared: bool) -> dict[str, Any]:
    unit, scale = sold(line)
    return {
        "item": line.item,
        "site": site,
        "shared": shared,
        "monthly": line.monthly or line.running,
        "quantity": float(line.quantity) / scale,
        "unit": unit,
        "amount": None if line.price is None else float(line.amount),
    }
