"""How each share may be moved: its options as the engine evaluates and judges them, with what they take of a site.

A share that has a line, agents and couriers to itself lasts as long as its plan says. Beside others it needs the same
work of them, which is what is counted here: seconds of the line and of each other thing that shares wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.draws import Draws, Sampled
from migplan.engine.evaluation import evaluate, evaluate_stacks
from migplan.engine.judgement import Judgement
from migplan.engine.money import has_hosts, kinds_of_work, partly_kept
from migplan.engine.options import Option
from migplan.engine.ranking import JUDGED
from migplan.engine.settings import with_agents_chosen
from migplan.estate.joint.shares import Lot
from migplan.estate.joint.taking import Own, Taken, taken_by
from migplan.formulas.statistics import quantiles
from migplan.inputs.workload import Workload

_CANDIDATES, _FEWEST = 4000, 12
"""Options that are judged by draws: so many over all shares of a lot, and no fewer than so many of each."""

_MOST = 8
"""Modes of a share that are compared with those of the others."""


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
    alone : float
        What counts for it besides cash and is shared with no others, as tasks and a long cutover. [USD]
    upkeep : dict
        What it waits for -> the part of it that what changes takes from then on. [1]
    tasks : float
        Of the mover. [1]
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
    alone: float = 0.0
    lines: tuple[Own, ...] = ()
    tasks: float = 1.0
    region: str = ""

    @property
    def pool(self) -> str:
        """What its data lands in, with others'; nothing lies in two Regions."""
        return f"{self.option.target.key} {self.region}"

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

    @property
    def ready80(self) -> float:
        """When its cutover begins in 8 of 10 cases, nothing else being moved. [s].

        By the engine: it may wait for what is not in its copying alone, as changes that are made in a freeze.
        """
        return self.finish80 - self.cutover80


def _judged(values: NDArray[np.float64]) -> float:
    """What 8 of 10 draws keep."""
    return float(quantiles(values, [JUDGED])[..., 0])


def modes_of(lot: Lot, draws: Draws) -> list[list[Mode]]:
    """The modes of each share of a lot, the best for it alone first; none where none ends in 8 of 10 cases."""
    case = lot.case
    judgement = Judgement.typical(case, evaluate(case))
    places = _candidates(judgement)
    if not len(places):
        return [[] for _ in lot.shares]
    sampled = judgement.draw(draws, places, details=("begin", "caught_up"))
    options = [judgement.evaluation.options[place] for place in places]
    run = with_agents_chosen(case, options)
    found: list[list[Mode]] = [[] for _ in lot.shares]
    ranks = np.argsort(judgement.order, axis=0)
    burden = case.burden_alone(judgement.evaluation.options, judgement.cutovers()[..., None])
    alone = np.broadcast_to(burden[..., 0], ranks.shape)
    for stack in evaluate_stacks(run, options):
        taken = taken_by(run, [options[place] for place in stack.places], stack)
        for index, place in enumerate(stack.places.tolist()):
            at = int(places[place])
            for row in np.flatnonzero(judgement.verdict.usable[at]).tolist():
                meets = bool(judgement.verdict.meets[at, row])
                known = int(ranks[at, row]), meets, float(alone[at, row])
                found[row].append(_mode(taken, index, row, known, _drawn(sampled, place, row)))
    return [_kept([mode for mode in modes if np.isfinite(mode.finish80)]) for modes in found]


def _candidates(judgement: Judgement) -> NDArray[np.intp]:
    """Options that may be best for a share, by typical values: all of them where there are few shares."""
    usable = judgement.verdict.usable
    rows = usable.shape[1]
    most = max(_FEWEST, _CANDIDATES // rows)
    ranks = np.argsort(judgement.order, axis=0)
    best = np.where(usable, ranks, np.inf).min(axis=1)
    order = np.argsort(best, kind="stable")
    return np.sort(order[np.isfinite(best[order])][:most])


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Draws of one option and share. [s]."""

    begin: Any
    caught_up: Any
    finish: Any
    cutover: Any


def _drawn(sampled: Sampled, place: int, row: int) -> _Drawn:
    """The draws of one option; one without passes has its data there when it is ready."""
    finish, cutover = sampled.finish[place, row], sampled.cutover[place, row]
    with np.errstate(invalid="ignore"):
        ready = finish - cutover
    begin, ends = (sampled.details[name][place, row] for name in ("begin", "caught_up"))
    ends = np.where(np.isfinite(ready), np.where(np.isnan(ends), ready, ends), np.inf)
    return _Drawn(begin, ends, finish, cutover)


def _mode(taken: Taken, index: int, row: int, known: tuple[int, bool, float], drawn: _Drawn) -> Mode:
    """One mode; `known` is its rank, whether it meets all by itself, and `alone`."""
    option, facts = taken.options[index], taken.run.facts.assumptions
    start, end = float(taken.begin[index, row]), float(taken.caught_up[index, row])
    begins = np.where(np.isnan(drawn.begin), start, drawn.begin)
    with np.errstate(invalid="ignore"):
        stretches = np.maximum(drawn.caught_up - begins, 1.0) / max(end - start, 1.0)
    by_hand = option.mover is not None and option.mover.by_hand
    return Mode(
        option=option,
        rank=known[0],
        meets=known[1],
        alone=known[2],
        agents=float(taken.agents[index, row]),
        **taken.paid(index, row),
        work=_work(option, taken.run.workload),
        begin=start,
        caught_up=end,
        finish_typical=float(taken.finish[index, row]),
        cutover_typical=float(taken.cutover[index, row]),
        loads={name: float(values[row]) for name, values in taken.loads[index].items()},
        begins=begins,
        stretches=stretches,
        finish=drawn.finish,
        cutover=drawn.cutover,
        busy=float(taken.busy[index, row]),
        upkeep={name: float(values[row]) for name, values in taken.upkeep[index].items()},
        tasks=float(taken.tasks[index, row]),
        running=facts["staff_rate"].value * facts["work_running"].value if by_hand else 0.0,
        region=taken.run.workload.region,
    )


def _work(option: Option, w: Workload) -> tuple[tuple[str, str], ...]:
    """Kinds of work, each with what it is done for once."""
    kinds = (kind for kind in kinds_of_work(option, w) if kind != "work_partial")
    partly = (("work_partial", f"{name} at {option.target.id}") for name in partly_kept(option, w))
    return (*((kind, _thing(option, kind)) for kind in kinds), *partly)


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
