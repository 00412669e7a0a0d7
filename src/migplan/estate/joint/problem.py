"""What an optimum is looked for over: shares with their modes, the units that go together, windows, and money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from migplan.engine.case import Case
from migplan.engine.clock import Clock
from migplan.engine.pricing import rent
from migplan.engine.rents import least_rent, rent_parts, unrounded
from migplan.estate.joint.modes import Mode
from migplan.estate.joint.shares import Share
from migplan.estate.joint.sites import Site
from migplan.estate.joint.slots import Slot, slots_of
from migplan.estate.joint.union import union
from migplan.formulas import only
from migplan.units import DAY, MONTH

_AMPLE, _PATIENCE, _SLOWEST, _BEYOND = 1.5, 120 * DAY, 400 * DAY, 60 * DAY
"""How far windows are looked at: beyond what the lines need [1], for what is slower than the soonest by so much, but
not slower than this, and some more for waves that grow. [s]"""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One share, and the modes that are left to it."""

    share: Share
    modes: tuple[Mode, ...]
    wished: bool

    @property
    def due(self) -> float:
        """The deadline that was asked for, from the start of its site; NaN where there is none. [s]."""
        return only(self.share.case.workload.deadline)

    @property
    def deadline(self) -> float:
        """The same; infinite where there is none, or where it cannot be kept. [s]."""
        return self.due if np.isfinite(self.due) and self.wished else np.inf

    @property
    def volume(self) -> float:
        """[B]."""
        return only(self.share.case.workload.volume)


@dataclass(frozen=True, slots=True)
class Ramp:
    """How waves grow: a pilot of so many groups, then so many times what has been cut over before, and as many more."""

    pilot: float
    growth: float

    def most(self, before: float) -> float:
        """Groups of the next wave at the most, after so many. [1]."""
        return self.pilot + self.growth * before


@dataclass(frozen=True)
class Problem:
    """Sites whose shares have to be planned together, since nothing ties them to others.

    Attributes
    ----------
    units : tuple of tuple of int
        Positions of items that are cut over together.
    """

    items: tuple[Item, ...]
    units: tuple[tuple[int, ...], ...]
    sites: Mapping[str, Site]
    ramp: Ramp
    origin: dt.date
    _money: dict[tuple[str, str], tuple[Case, float]] = field(default_factory=dict, repr=False)
    _needs: dict[tuple[int, str], tuple[float, float]] = field(default_factory=dict, repr=False)

    def at(self, site: str) -> list[int]:
        """The items of a site."""
        return [place for place, item in enumerate(self.items) if item.share.site == site]

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        """Of each site: that of its first share, whose calendar is that of the site."""
        return {name: self.items[self.at(name)[0]].share.case.clock for name in self.names}

    @cached_property
    def names(self) -> list[str]:
        """The sites."""
        return list(dict.fromkeys(item.share.site for item in self.items))

    @cached_property
    def offsets(self) -> dict[str, float]:
        """Time from the first start of all to that of each site. [s]."""
        return {
            name: (self.items[self.at(name)[0]].share.case.workload.start - self.origin).days * DAY
            for name in self.names
        }

    @cached_property
    def horizon(self) -> float:
        """How far windows have to reach. [s]."""
        by_load = max((self._loaded(name) for name in self.names), default=0.0)
        lone = max(min(mode.finish80 for mode in item.modes) for item in self.items)
        slow = max(min(mode.finish80, _SLOWEST) for item in self.items for mode in item.modes)
        need = max(_AMPLE * by_load + lone, min(slow, lone + _PATIENCE))
        return float(need + _BEYOND + max(self.offsets.values()))

    def _loaded(self, name: str) -> float:
        """Until when the line of a site is busy, whatever is chosen, in time that passes. [s]."""

        def need(mode: Mode) -> float:
            return max(mode.loads.values(), default=0.0) * mode.stretch80

        items = [self.items[place] for place in self.at(name)]
        least = sum(min(map(need, item.modes)) for item in items)
        # Where each takes what is best for it alone, all of them end as well.
        alone = sum(need(item.modes[0]) for item in items)
        return float(max(least, alone / _AMPLE) * only(self.clocks[name].stretch))

    @cached_property
    def slots(self) -> list[Slot]:
        """The windows."""
        return slots_of(self.clocks, self.offsets, self.horizon)

    def fits(self, place: int, mode: Mode, slot: Slot, late: bool = False) -> bool:
        """Whether an item by itself can be cut over in a window, and before its deadline unless it may be late."""
        item, site = self.items[place], self.items[place].share.site
        if site not in slot.open or mode.begin >= slot.close[site]:
            return False
        if mode.ready80 > slot.latest(site, mode.cutover80):
            return False
        return late or self.finish(place, mode, slot) <= item.deadline

    def finish(self, place: int, mode: Mode, slot: Slot) -> float:
        """When an item that has the site to itself is done, if it is cut over in a window. [s]."""
        return max(mode.finish80, slot.open[self.items[place].share.site] + mode.cutover80)

    def sites_of(self, unit: Sequence[int]) -> list[str]:
        """The sites of a unit, each once."""
        return list(dict.fromkeys(self.items[member].share.site for member in unit))

    def has_room(self, site: str, index: int, taken: Mapping[int, int]) -> bool:
        """Whether another unit of a site can be cut over in a window: people are free, and the ramp has room.

        Parameters
        ----------
        taken : mapping
            Window -> units of the site that are cut over in it so far.
        """
        now, days, staff = taken.get(index, 0), self.slots[index].days, self.sites[site].staff
        before = sum(count for other, count in taken.items() if other < index)
        return now < self.ramp.most(before) * days and (staff is None or now < staff * days)

    # Money.

    def pool(self, site: str, target: str) -> list[int]:
        """The items of a site that may land in a target."""
        return [p for p in self.at(site) if any(mode.pool == target for mode in self.items[p].modes)]

    def whole(self, site: str, target: str) -> tuple[Case, float]:
        """All that may land in a target as one, and its rent each month. [USD]."""
        key = site, target
        if key not in self._money:
            case = union([self.items[place].share.case for place in self.pool(site, target)])
            mode = next(m for p in self.pool(site, target) for m in self.items[p].modes if m.pool == target)
            monthly = only(rent(case.facts, mode.option.target, case.workload)[1])
            self._money[key] = case, monthly
        return self._money[key]

    def least(self, place: int, mode: Mode) -> dict[str, float]:
        """What an item adds each month at the least to what it lands in, by charge, and beside it. [USD]."""
        share = self.items[place].share
        among, _ = self.whole(share.site, mode.pool)
        facts, target = share.case.facts, mode.option.target
        if len(self.pool(share.site, mode.pool)) == 1:
            parts = rent_parts(facts, target, among.workload)
        else:
            parts = least_rent(facts, target, share.case.workload, among.workload)
        return {**{name: only(amount) for name, amount in parts.items()}, "beside": mode.beside}

    def needs(self, place: int, mode: Mode) -> tuple[float, float]:
        """Volume and files that an item takes of a file system. [B], [1]."""
        key = place, mode.pool
        if key not in self._needs:
            w = self.items[place].share.case.workload
            volume = unrounded(mode.option.target, w)["provisioned-byte"]
            self._needs[key] = only(volume), only(w.files)
        return self._needs[key]

    def throughput(self, mode: Mode) -> str:
        """What the charge for throughput is called; empty where none is bought, or none is advised by volume."""
        target = mode.option.target
        charged = [
            charge.item for charge in target.charges if charge.per == "throughput" and not charge.load_only
        ]
        return charged[0] if charged and target.recommended else ""

    def steps(self, site: str, mode: Mode) -> list[tuple[float, float]]:
        """How large a file system may be for each advised step of throughput, and what that costs. [B], [USD].

        None where a file system has no largest size: then there is no telling how many there are.
        """
        case, _ = self.whole(site, mode.pool)
        target, name = mode.option.target, self.throughput(mode)
        largest = target.fact("largest_volume", case.workload.region)
        if largest is None:
            return []
        above = [step.above for step in target.recommended[1:]]
        ends = [*(end for end in above if end < largest.value), largest.value]
        whole = case.workload
        factor = only(unrounded(target, whole)["provisioned-byte"] / whole.volume)
        found = []
        for end in ends:
            volume = end / factor
            w = replace(
                case.workload, volume=volume, files=1.0, file_size=volume, throughput=0.0, iops=0.0, sizes=()
            )
            found.append((end, only(rent_parts(case.facts, target, w)[name])))
        return found

    def most_files(self, mode: Mode) -> float:
        """How many files one file system holds. [1]."""
        fact = mode.option.target.fact("items", self.items[0].share.case.workload.region)
        return np.inf if fact is None else fact.value

    def floor(self, site: str, mode: Mode) -> dict[str, float]:
        """What the smallest file system costs each month, by charge. [USD]."""
        case, _ = self.whole(site, mode.pool)
        w = replace(case.workload, volume=1.0, files=1.0, file_size=1.0, sizes=())
        tiny = replace(w, throughput=0.0, iops=0.0)
        parts = rent_parts(case.facts, mode.option.target, tiny)
        return {name: only(amount) for name, amount in parts.items()}

    def by_time(self, place: int, mode: Mode) -> float:
        """What each second until an item is done counts for: its part of the rent, or what is said, and work. [USD/s].

        What a day of delay costs where nobody says is the rent of all that may land in the same, in which each share
        has the part of its volume.
        """
        item = self.items[place]
        share, w = item.share, item.share.case.workload
        delay = only(w.delay_cost)
        mine = self.pool(share.site, mode.pool)
        if np.isnan(delay):
            delay = self.whole(share.site, mode.pool)[1] / MONTH * self._part(place, mine)
        elif w.inputs["delay_cost"].text == self.sites[share.site].given.get("delay_cost"):
            delay *= self._part(place, self.at(share.site))
        return delay + mode.running * self._part(place, self.at(share.site))

    def _part(self, place: int, among: Sequence[int]) -> float:
        return self.items[place].volume / sum(self.items[other].volume for other in among)

    def months(self) -> float:
        """How long the cost of targets counts: as for the first share. [1]."""
        return only(self.items[0].share.case.workload.horizon) / MONTH


def divided(items: Sequence[Item], sites: Mapping[str, Site], ramp: Ramp) -> Iterator[Problem]:
    """The problems of an estate: each has the sites that groups tie to each other."""
    groups: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        groups.setdefault(_unit(item, place), []).append(place)
    tied: dict[str, str] = {item.share.site: item.share.site for item in items}

    def root(site: str) -> str:
        while tied[site] != site:
            site = tied[site]
        return site

    for members in groups.values():
        for member in members:
            tied[root(items[member].share.site)] = root(items[members[0]].share.site)
    origin = min(item.share.case.workload.start for item in items)
    for first in dict.fromkeys(map(root, tied)):
        mine = [place for place, item in enumerate(items) if root(item.share.site) == first]
        at = {place: index for index, place in enumerate(mine)}
        units = tuple(
            tuple(at[member] for member in members) for members in groups.values() if members[0] in at
        )
        yield Problem(tuple(items[place] for place in mine), units, sites, ramp, origin)


def _unit(item: Item, place: int) -> str:
    group = item.share.group.casefold()
    return f"group {group}" if group else f"share {place}"
