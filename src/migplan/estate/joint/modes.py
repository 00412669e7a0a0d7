"""How each share may be moved: its options as the engine evaluates and judges them, with what they take of a site.

A share that has a line, agents and couriers to itself lasts as long as its plan says. Beside others it needs the same
work of them, which is what is counted here: seconds of the line and of each other thing that shares wait for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.copying import has_own_line, wire_rate
from migplan.engine.draws import Draws, Sampled
from migplan.engine.evaluation import Stack, evaluate, evaluate_stacks
from migplan.engine.judgement import Judgement
from migplan.engine.money import has_hosts, kinds_of_work
from migplan.engine.options import Option
from migplan.engine.outcome import quiet
from migplan.engine.parameters import Parameters
from migplan.engine.pricing import Line, price_outcome
from migplan.engine.ranking import JUDGED
from migplan.engine.settings import settled
from migplan.estate.joint.shares import Lot
from migplan.facts.keys import SHARED_BASES
from migplan.formulas.statistics import quantiles
from migplan.results.ledger import sold

_CANDIDATES, _FEWEST = 4000, 12
"""Options that are judged by draws: so many over all shares of a lot, and no fewer than so many of each."""

_MOST = 8
"""Modes of a share that are compared with those of the others."""

LINE, HOSTS = "line", "hosts:"
"""What shares wait for: the line of the site, circuits and devices by their ids, agents and copy hosts by mover."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a share pays once for its own data: how much of what, in the unit that people count it in. [USD]."""

    item: str
    unit: str
    quantity: float
    ceiling: float
    known: bool


@dataclass(frozen=True, eq=False)
class Mode:
    """One way to move one share. Times in [s] from midnight of the start of its site, amounts in [USD].

    Attributes
    ----------
    rank : int
        Among the options of the share alone; 0 is what its own plan recommends.
    meets : bool
        Whether it meets by itself all that was asked for.
    cash : float
        What it costs once for the share's own data, with an upper bound for prices that nobody knows.
    shared : dict
        Owner of charges that several shares pay together -> what the share alone would pay.
    work : tuple of (str, str)
        Assumption that says how much work is arranged once, and for which thing.
    begin, caught_up : float
        First byte, and when passes have caught up, where nothing else is moved.
    busy : float
        Usable time from its first byte until it has caught up.
    loads : dict
        What it waits for -> seconds of it that it takes of that; of agents and copy hosts, of each. [s]
    beside : float
        What its own data takes each month beside the target, with an upper bound for prices that nobody knows.
    visits : float
        The same of what a site pays once for all its shares.
    running : float
        What looking after it counts for. [USD/s]
    upkeep : dict
        What it waits for -> the part of it that what changes takes from then on. [1]
    begins, stretches : array
        The first byte [s], and how many times as long as usual it takes from there until it has caught up [1], by draw.
    finish, cutover : array
        Of the share alone, by draw.
    """

    option: Option
    rank: int
    meets: bool
    agents: float
    cash: float
    complete: bool
    shared: dict[str, float]
    work: tuple[tuple[str, str], ...]
    begin: float
    caught_up: float
    finish_typical: float
    cutover_typical: float
    loads: dict[str, float]
    begins: NDArray[np.float64]
    stretches: NDArray[np.float64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    busy: float
    upkeep: dict[str, float]
    beside: float
    visits: float
    running: float = 0.0
    lines: tuple[Own, ...] = ()

    @property
    def pool(self) -> str:
        """What its data lands in, with others'."""
        return self.option.target.key

    @property
    def hosts(self) -> str:
        """Whose agents or copy hosts it uses; empty where none of ours copy."""
        return self.option.mover.id if self.option.mover is not None and has_hosts(self.option) else ""

    @cached_property
    def finish80(self) -> float:
        """End of its cutover in 8 of 10 cases. [s]."""
        return _judged(self.finish)

    @cached_property
    def cutover80(self) -> float:
        """Its cutover in 8 of 10 cases. [s]."""
        return _judged(self.cutover)

    @cached_property
    def begin80(self) -> float:
        """Its first byte in 8 of 10 cases. [s]."""
        return _judged(self.begins)

    @cached_property
    def stretch80(self) -> float:
        """How much longer than usual it takes until it has caught up in 8 of 10 cases. [1]."""
        return _judged(self.stretches)

    @cached_property
    def ready80(self) -> float:
        """When it has caught up in 8 of 10 cases, nothing else being moved. [s]."""
        return min(
            self.begin80 + (self.caught_up - self.begin) * self.stretch80, self.finish80 - self.cutover80
        )


def _judged(values: NDArray[np.float64]) -> float:
    """What 8 of 10 draws keep."""
    return float(quantiles(values, [JUDGED])[..., 0])


def modes_of(lot: Lot, draws: Draws) -> list[list[Mode]]:
    """The modes of each share of a lot, the best for it alone first; none where nothing can be used."""
    case = lot.case
    judgement = Judgement.typical(case, evaluate(case))
    places = _candidates(judgement)
    if not len(places):
        return [[] for _ in lot.shares]
    sampled = judgement.draw(draws, places, details=("begin", "caught_up"))
    options = [judgement.evaluation.options[place] for place in places]
    run = settled(case, options)
    found: list[list[Mode]] = [[] for _ in lot.shares]
    ranks = np.argsort(judgement.order, axis=0)
    for stack in evaluate_stacks(run, options):
        for mode in _modes(run, options, stack, judgement, places, ranks, sampled):
            row, one = mode
            found[row].append(one)
    return [_kept(modes) for modes in found]


def _candidates(judgement: Judgement) -> NDArray[np.intp]:
    """Options that may be best for a share, by typical values: all of them where there are few shares."""
    usable = judgement.verdict.usable
    rows = usable.shape[1]
    most = max(_FEWEST, _CANDIDATES // rows)
    ranks = np.argsort(judgement.order, axis=0)
    best = np.where(usable, ranks, np.inf).min(axis=1)
    order = np.argsort(best, kind="stable")
    return np.sort(order[np.isfinite(best[order])][:most])


def _modes(
    run: Case,
    options: list[Option],
    stack: Stack,
    judgement: Judgement,
    places: NDArray[np.intp],
    ranks: NDArray[np.intp],
    sampled: Sampled,
) -> Iterator[tuple[int, Mode]]:
    """The modes of a stack of options, with the row of each."""
    mine = [options[place] for place in stack.places]
    w, outcome = run.workload.take(option=stack.places), stack.outcome
    ledger = price_outcome(run.facts, mine, w, outcome)
    begin, caught_up, busy, loads, upkeep = _timed(run, mine, stack)
    shape = np.broadcast_shapes(np.shape(outcome.finish), run.workload.shape, (len(mine), 1, 1))
    beside, visits = _beside(ledger, shape, ("site",))
    agents = np.broadcast_to(w.agents, shape)
    finish, cutover = (np.broadcast_to(values, shape) for values in (outcome.finish, outcome.cutover))
    rate = run.facts.assumptions["staff_rate"].value
    for index, option in enumerate(mine):
        place = int(stack.places[index])
        at = int(places[place])
        own = _own_lines(ledger, index, shape)
        for row in range(shape[1]):
            if not judgement.verdict.usable[at, row]:
                continue
            start, end = float(begin[index, row]), float(caught_up[index, row])
            usual = max(end - start, 1.0)
            begins, ends = _spans(sampled, place, row, start)
            with np.errstate(invalid="ignore"):
                stretches = np.maximum(ends - begins, 1.0) / usual
            lines = tuple(_own_line(line, quantity[row], cost[row]) for line, quantity, cost in own)
            shared: dict[str, float] = {}
            for line, _, cost in own:
                if line.per in SHARED_BASES:
                    shared[line.owner] = shared.get(line.owner, 0.0) + float(cost[row])
            yield (
                row,
                Mode(
                    option=option,
                    rank=int(ranks[at, row]),
                    meets=bool(judgement.verdict.meets[at, row]),
                    agents=float(agents[index, row, 0]),
                    cash=float(sum(cost[row] for line, _, cost in own if line.per not in SHARED_BASES)),
                    complete=bool(ledger.complete[index, row, 0]),
                    shared=shared,
                    work=tuple((kind, _thing(option, kind)) for kind in kinds_of_work(option, run.workload)),
                    begin=start,
                    caught_up=end,
                    finish_typical=float(finish[index, row, 0]),
                    cutover_typical=float(cutover[index, row, 0]),
                    loads={name: float(values[row]) for name, values in loads[index].items()},
                    begins=begins,
                    stretches=stretches,
                    finish=sampled.finish[place, row],
                    cutover=sampled.cutover[place, row],
                    busy=float(busy[index, row]),
                    upkeep={name: float(values[row]) for name, values in upkeep[index].items()},
                    beside=float(beside[index, row]),
                    visits=float(visits[index, row]),
                    running=rate * run.facts.assumptions["work_running"].value
                    if option.mover is not None and option.mover.by_hand
                    else 0.0,
                    lines=tuple(
                        mine
                        for mine, (line, *_) in zip(lines, own, strict=True)
                        if line.per not in SHARED_BASES
                    ),
                ),
            )


def _spans(sampled: Sampled, place: int, row: int, start: float) -> tuple[Any, Any]:
    """First byte and end of the passes, by draw; an option without passes has its data there when it is ready. [s]."""
    with np.errstate(invalid="ignore"):
        ready = sampled.finish[place, row] - sampled.cutover[place, row]
    begins, ends = sampled.details["begin"][place, row], sampled.details["caught_up"][place, row]
    begins = np.where(np.isnan(begins), start, begins)
    return begins, np.where(np.isfinite(ready), np.where(np.isnan(ends), ready, ends), np.inf)


def _thing(option: Option, kind: str) -> str:
    """What a kind of work is done for once."""
    of = {
        "work_circuit": option.route,
        "work_tunnel": option.route,
        "work_device": option.device,
        "work_tool": option.mover,
        "work_compare": option.mover,
    }.get(kind, option.target)
    return "" if of is None else of.id


def _beside(ledger: Any, shape: tuple[int, ...], once: Sequence[str]) -> tuple[Any, Any]:
    """What each option and row takes each month beside the target, and of it what a site pays once. [USD]."""
    own, together = np.zeros(shape), np.zeros(shape)
    for members, line in ledger.lines:
        if line.running:
            (together if line.per in once else own)[members] += line.ceiling
    return own[..., 0], together[..., 0]


def _own_lines(ledger: Any, index: int, shape: tuple[int, ...]) -> list[Any]:
    """Each line that is paid once, with its quantity and its amount at an upper bound by row."""
    found = []
    for members, line in ledger.lines:
        if line.monthly or line.running:
            continue
        for place in np.flatnonzero(members == index).tolist():
            quantity, ceiling = (
                np.broadcast_to(values, (len(members), *shape[1:]))[place, :, 0]
                for values in (line.quantity, line.ceiling)
            )
            if np.any(ceiling != 0.0) or line.price is None:
                found.append((line, quantity, ceiling))
    return found


def _own_line(line: Line, quantity: float, cost: float) -> Own:
    unit, scale = sold(line)
    return Own(line.item, unit, float(quantity) / scale, float(cost), line.price is not None)


def _timed(run: Case, options: list[Option], stack: Stack) -> tuple[Any, Any, Any, list[Any], list[Any]]:
    """First byte, end of the passes and usable time between them by option and row, loads and upkeep of each. [s]."""
    outcome, w = stack.outcome, run.workload.take(option=stack.places)
    shape = np.broadcast_shapes(np.shape(outcome.finish), w.shape, (len(options), 1, 1))

    def flat(values: Any) -> Any:
        return np.broadcast_to(values, shape)[..., 0]

    p = Parameters(options, w.region)
    begin, caught_up = (
        flat(outcome.details.get("begin", 0.0)),
        flat(outcome.details.get("caught_up", outcome.ready)),
    )
    with quiet():
        link, route = map(flat, wire_rate(p, w, run.assumed))
        sent = flat(outcome.quantities.get("byte-sent", 0.0))
    busy = _usable(run, flat(has_own_line(p)), begin, caught_up)
    agents, changing = flat(w.agents), flat(w.change_rate)
    loads: list[Any] = []
    upkeep: list[Any] = []
    for index, option in enumerate(options):
        taken: dict[str, Any] = {}
        kept_up: dict[str, Any] = {}
        for name, rate in _lines(option, link[index], route[index]):
            with quiet():
                taken[name] = np.minimum(sent[index] / rate, busy[index])
                kept_up[name] = np.minimum(changing[index] / rate, 1.0)
        if option.device is not None:
            taken[option.device.key] = busy[index]
        elif option.mover is not None and has_hosts(option):
            taken[f"{HOSTS}{option.mover.id}"] = agents[index] * busy[index]
        loads.append(taken)
        upkeep.append(kept_up)
    return begin, caught_up, busy, loads, upkeep


def _lines(option: Option, link: Any, route: Any) -> Iterator[tuple[str, Any]]:
    """The lines over which an option goes, and the rate of each. [B/s]."""
    if option.mover is None or option.route is None:
        return
    yield (option.route.key if option.own_line else LINE), link
    if not option.own_line and np.all(np.isfinite(route)) and np.any(route < link):
        yield option.route.key, route


def _usable(run: Case, own: Any, begin: Any, end: Any) -> Any:
    """Usable time of the line between two times. [s]."""
    clock = run.clock.of_lines(own[:, :1, None]) if own.any() else run.clock
    known = np.isfinite(end)
    upto = np.where(known, end, begin)
    found = np.asarray(clock.usable(begin[..., None], upto[..., None]))[..., 0]
    return np.where(known, found, np.inf)


def _kept(modes: list[Mode]) -> list[Mode]:
    """Those that are worth a comparison: the best for the share alone, and of each target and each way to it the best.

    Where none meets all by itself, the closest alone.
    """
    modes = sorted(modes, key=lambda mode: mode.rank)
    meeting = [mode for mode in modes if mode.meets]
    if not meeting:
        return modes[:1]
    kept: list[Mode] = []
    seen: set[tuple[str, ...]] = set()
    for mode in meeting:
        key = (mode.pool, *sorted(mode.loads), mode.hosts)
        if len(kept) < 2 or key not in seen:
            kept.append(mode)
        seen.add(key)
    return kept[:_MOST]
