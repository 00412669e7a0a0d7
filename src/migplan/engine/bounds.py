"""What options cost and last at the least, from parts of their evaluation that many of them share.

An option whose bounds cannot win need not be evaluated. A bound leaves steps of the full evaluation out and calls the
same functions for the others, so that it never lies above the true value but by rounding, which `SAFE` covers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.copying import (
    Assumed,
    Copy,
    Side,
    listed_items,
    mover_side,
    pass_busy,
    tasks_of,
    unlimited_copy,
    wire_rate,
)
from migplan.engine.learned import time_factor
from migplan.engine.money import counted_money
from migplan.engine.online import lead_times, least_term
from migplan.engine.options import Option
from migplan.engine.parameters import Parameters
from migplan.engine.passes import bytes_sent, pass_time, verify_mode
from migplan.engine.pricing import price_stack
from migplan.engine.ranking import UNKEPT, judge, keeps_all
from migplan.engine.settings import is_open, most_agents
from migplan.formulas import Numeric, take, taken
from migplan.formulas.convergence import pass_floor, passes_to_settle
from migplan.formulas.passes import GAINED, SETTLED, LinearPass

SAFE = 1.0 - 1e-9
"""Bounds are lowered by this part against rounding."""

_NOTHING = Copy(np.inf, np.inf, lambda: 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, np.inf)


class Bound(Struct, frozen=True):
    """The least that options come to. Arrays; the last axis is the row.

    Attributes
    ----------
    finish : array
        [s]
    ceiling : array
        Of the cash. [USD]
    counted : array
        Of the sum of money that decides. [USD]
    tier : array of int
        What is certain of the tier.
    weight : array
        By how much the option counts for more since it misses wishes. [1]
    """

    finish: Any
    ceiling: Any
    counted: Any
    tier: Any
    weight: Any

    def at(self, which: Any) -> Bound:
        """Some of the values."""
        return Bound(*(getattr(self, name)[which] for name in self.__struct_fields__))


class _Times(Struct, frozen=True):
    """Busy time until the end of the cutover, the cutover [s], and what is sent [B]."""

    busy: Any
    cutover: Any
    sent: Any


class Bounds:
    """The bounds of options over some rows.

    Parameters
    ----------
    case : Case
    """

    def __init__(self, case: Case, rows: int | None = None) -> None:
        self.case, self.w = case, case.workload
        self.rows = case.workload.shape[1] if rows is None else rows
        self._assumed = case.assumed
        self._open = is_open(self.w)
        # What is left to us is quickest with the most agents, and takes the least work with one.
        self._fewest = np.where(np.isnan(self.w.agents), 1.0, self.w.agents)
        self._kept: dict[Any, Any] = {}
        self._of: tuple[Bounds, NDArray[np.intp]] | None = None

    def some(self, which: NDArray[np.intp]) -> Bounds:
        """The same for some of the rows, with all that is known already."""
        made = Bounds(self.case.of(self.w.take(row=which)), len(which))
        made._of = (self, which)
        return made

    def ceiling(self, option: Option) -> NDArray[np.float64]:
        """The least that all options cost that differ in nothing but the route; the same array for all. [USD]."""
        parts = (option.mover, option.device, option.second_hop, option.target)
        key = ("ceiling", option.kind, *(None if part is None else part.key for part in parts))
        found: NDArray[np.float64] = self._keep(key, lambda: self._things(option) * SAFE)
        return found[0, :, 0]

    def of_cost(self, option: Option) -> Bound:
        """What is known of an option by what it costs and keeps alone; numbers stand for all rows."""
        ceiling = self.ceiling(option)
        tier = 0 if keeps_all(option, self.w) else UNKEPT
        fixed = np.broadcast_to(self._fixed(option), (1, self.rows, 1))
        return Bound(0.0, ceiling, ceiling + fixed[0, :, 0], tier, 1.0)

    def _fixed(self, option: Option) -> NDArray[np.float64]:
        """What counts once besides cash, at the least. [USD]."""
        return self.case.fixed_burden([option], self._fewest)

    def joint(self, options: Sequence[Option]) -> Bound:
        """A bound of all of some options that differ in nothing but their routes, and take the same to arrange."""
        first, least = options[0], self._things(options[0])
        if first.kind != "online":
            return self._bound(first, 0.0, 0.0, least).at(0)
        assert first.mover is not None
        key = ("joint", first.mover.key, id(first.path), *(id(option.route) for option in options))
        busy, cutover = self._widely(key, lambda rows: rows._to_any_target(options))
        return self._bound(first, self._begin(options).min() + busy, cutover, least).at(0)

    def _to_any_target(self, options: Sequence[Option]) -> tuple[Any, Any]:
        """Busy time until the end of the cutover, and the cutover, by whichever route carries most. [s]."""
        wire = np.minimum(*wire_rate(self._parameters(options), self.w, self._assumed))
        times = self._times([_only(options[0], target=None)], wire.max(axis=0, keepdims=True))
        return times.busy, times.cutover

    def each(self, options: Sequence[Option]) -> Bound:
        """The bounds of options that differ in nothing but their routes; the first axis is the option."""
        first = options[0]
        if first.kind != "online":
            found = self._bound(first, 0.0, 0.0, self._things(first))
            return found.at(np.zeros(len(options), dtype=int))
        wire = np.minimum(*wire_rate(self._parameters(options), self.w, self._assumed))
        times = self._times(options, wire)
        least = self._target(first) + self._rest(options, times)
        return self._bound(first, self._begin(options) + times.busy, times.cutover, least)

    def _bound(self, option: Option, finish: Any, cutover: Any, ceiling: Any) -> Bound:
        shape = (*np.broadcast_shapes(np.shape(finish), np.shape(ceiling))[:-2], self.rows, 1)
        finish, ceiling = (np.broadcast_to(np.multiply(v, SAFE), shape) for v in (finish, ceiling))
        # An unknown line and passes without end rule an option out.
        keeps = keeps_all(option, self.w)
        verdict = judge(self.w, np.isfinite(finish), keeps, finish, np.multiply(cutover, SAFE), ceiling)
        tier = np.broadcast_to(verdict.tier, shape)
        burden = self._fixed(option), self.by_time(option)
        counted = np.broadcast_to(counted_money(ceiling, *burden, finish) * SAFE, shape)
        weight = np.broadcast_to(self.case.weight(verdict) * SAFE, shape)
        return Bound(finish[..., 0], ceiling[..., 0], counted[..., 0], tier[..., 0], weight[..., 0])

    def by_time(self, option: Option) -> Any:
        """What counts besides cash for each second until the end. [USD/s]."""
        by_hand = option.mover is not None and option.mover.by_hand
        return self._keep(("time", option.target.key, by_hand), lambda: self.case.burden_by_time([option]))

    def _keep(self, key: Any, make: Callable[[], Any]) -> Any:
        """What was made before, here or for the rows that these are some of, or what is made now."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._inherited(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    def _widely(self, key: Any, make: Callable[[Bounds], Any]) -> Any:
        """As `_keep`; where these are most of the rows that they are some of, it is made for all of those.

        Other options ask for the same, in most rows too.
        """
        if self._of is None or 2 * self.rows < self._of[0].rows:
            return self._keep(key, lambda: make(self))
        whole, which = self._of
        return _cut(whole._widely(key, make), which)

    def _inherited(self, key: Any) -> Any:
        if self._of is None:
            return None
        whole, which = self._of
        found = whole._kept.get(key)
        found = whole._inherited(key) if found is None else found
        return None if found is None else _cut(found, which)

    def _parameters(self, options: Sequence[Option]) -> Parameters:
        return Parameters(options, self.w.region)

    def _slowed(self, p: Parameters) -> Assumed:
        return self._assumed.slowed(time_factor(p, self.w, "mover"))

    def _begin(self, options: Sequence[Option]) -> NDArray[np.float64]:
        """Preparation; one number an option. [s]."""
        nothing = replace(self.w, volume=0.0, files=0.0)
        times = lead_times(self._parameters(options), nothing, _NOTHING)
        begin: NDArray[np.float64] = np.maximum.reduce(
            [np.broadcast_to(time, (len(options), 1, 1)) for time in times]
        )
        return begin

    def _times(self, options: Sequence[Option], wire: Any) -> _Times:
        """Times where the target has no limits."""
        p, w, swing = self._parameters(options), self.w, self._assumed.cutover_fixed_time
        copy = unlimited_copy(p, w, self._slowed(p), self._side(options[0]), wire)
        first = pass_busy(p, "mover", copy, 1.0, np.where(verify_mode(p, w)[0], 1.0, 0.0))
        later = pass_time(p, w, copy)
        second = later(first)
        if isinstance(later, LinearPass):
            rest, last = least_passes(first, later, w.cutover_window - swing)
        else:
            rest, last = second, later(0.0)
        age = first + np.maximum(rest - second, 0.0)
        return _Times(first + rest + swing, last + swing, bytes_sent(w, p, age))

    def _side(self, option: Option) -> Side:
        assert option.mover is not None
        target = None if option.target is None else option.target.key
        key = ("side", option.mover.key, id(option.path), target)

        def make() -> Side:
            p, w = self._parameters([option]), self.w
            if not self._open:
                return mover_side(p, w, self._slowed(p), "mover")
            most = most_agents(p, self.case.facts.assumptions["agents"].value)
            busiest = replace(w, agents=np.where(np.isnan(w.agents), most, w.agents))
            side, fewest = mover_side(p, busiest, self._slowed(p), "mover"), replace(w, agents=self._fewest)
            items = listed_items(w, self._assumed)
            return replace(side, tasks=tasks_of(p, fewest, self._assumed, "mover", items)[0])

        found: Side = self._keep(key, make)
        return found

    def _things(self, option: Option) -> NDArray[np.float64]:
        """The target, and what mover and devices ask for every byte, file and job."""
        w, parts = self.w, (option.mover, option.device, option.second_hop)
        least: dict[str, Numeric] = {"once": 1.0, "device": 1.0, "shipment": 2.0}
        if option.kind == "online":
            least |= {"byte-sent": w.volume, "item-listed": w.files}
            least |= dict.fromkeys(("file-sent", "part-sent"), w.files)
        key = ("movers", option.kind, *(None if part is None else part.key for part in parts))
        movers: NDArray[np.float64] = self._keep(
            key, lambda: self._price([_only(option, route=None, target=None)], least)
        )
        return movers + self._target(option)

    def _target(self, option: Option) -> NDArray[np.float64]:
        w, online = self.w, option.kind == "online"
        sent = dict.fromkeys(("file-sent", "part-sent"), w.files)
        least = {"byte-sent": w.volume, **sent} if online else {}
        alone = _only(option, mover=None, route=None, device=None, second_hop=None)
        found: NDArray[np.float64] = self._keep(
            ("target", online, option.target.key), lambda: self._price([alone], least)
        )
        return found

    def _rest(self, options: Sequence[Option], times: _Times) -> NDArray[np.float64]:
        """What movers and routes ask for what is sent and for as long as it takes."""
        w, tasks = self.w, self._side(options[0]).tasks
        least: dict[str, Numeric] = {
            "once": 1.0,
            "byte-sent": times.sent,
            "file-sent": w.files * (times.sent / w.volume),
            "part-sent": w.files * (times.sent / w.volume),
            "item-listed": w.files * 2.0,
            "run": tasks * 2.0,
            "hour": times.busy,
            "term-hour": np.maximum(times.busy, least_term(self._parameters(options))),
            "task-month": tasks * times.busy,
            "agent-hour": self._fewest * times.busy,
        }
        return self._price([_only(option, target=None) for option in options], least)

    def _price(self, options: Sequence[Option], quantities: dict[str, Numeric]) -> NDArray[np.float64]:
        none = np.zeros((len(options), self.rows, 1))
        with np.errstate(invalid="ignore", over="ignore"):
            return price_stack(self.case.facts, options, self.w, quantities, none).ceiling


def _only(option: Option, **without: None) -> Option:
    """An option without some of its parts, to price what is left."""
    return replace(option, **without)


def least_passes(first: Numeric, later: LinearPass, window: Numeric) -> tuple[Numeric, Numeric]:
    """What all passes after the full copy, and the last of them, take at the least. [s].

    Passes shrink by a constant ratio towards a floor, and end when one fits the window or hardly anything is to be
    gained. The sum of such a series follows from its first and its last term, and the last one is at most as long as
    the window, or as what is left to be gained. Where even the shortest is longer than the window they all run. From a
    ratio of 1 on they never end, unless the second one fits.
    """
    ratio, second = later.slope, later(first)
    shrinks = ratio * SAFE < 1.0
    floor = pass_floor(later.fixed, ratio)
    last = np.maximum(later.least, np.minimum(second, floor))
    left = np.where(np.isnan(window), SETTLED, GAINED)
    with np.errstate(invalid="ignore", divide="ignore"):
        most = np.fmax(ratio * window, ratio * np.maximum(floor + left, later.least))
        all_run = np.isnan(window) | (last * SAFE > window)
        more = _more_passes(all_run & shrinks, ratio, first, left)
        series = (second + more * later.fixed - np.fmin(ratio * second, most)) / (1.0 - ratio)
        rest = np.where((second >= floor) & (ratio < 1.0), np.fmax(second, series), second)
        rest = np.fmax(rest, (more + 1.0) * last)
    if not np.all(shrinks):
        rest = np.where(~shrinks & ~(second * SAFE <= window), np.inf, rest)
    return rest, last


def _more_passes(where: Any, ratio: Numeric, first: Numeric, left: Numeric) -> Numeric:
    """How many passes follow the second at the least where all run; 0 elsewhere. [1]."""
    more, index = np.zeros(np.shape(where)), np.flatnonzero(where)
    if len(index):
        some = (taken(values, more.shape, index) for values in (ratio, first, left))
        ratio, first, left = some
        more.ravel()[index] = passes_to_settle(ratio, ratio * first * SAFE, left) - 2.0
    return more


def _cut(record: Any, which: NDArray[np.intp]) -> Any:
    """A record, or a tuple of arrays in it, for some of the rows."""
    if isinstance(record, tuple):
        return tuple(_cut(value, which) for value in record)
    if isinstance(record, Side):
        return replace(
            record, **{name: _cut(getattr(record, name), which) for name in record.__struct_fields__}
        )
    return take(record, row=which)
