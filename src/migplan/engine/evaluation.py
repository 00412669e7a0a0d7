"""Options of a case to times, costs and what rules them out: one record for everyone who compares options.

Options of a kind are evaluated as a stack, so that a plan with hundreds of them is a few hundred array operations. All
arrays have the axes option, row and draw: a plan has one row and one draw, a table of shares many rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.copying import Assumed
from migplan.engine.offline import (
    balanced_part,
    evaluate_hybrid,
    evaluate_offline,
    evaluate_split,
    split_legs,
)
from migplan.engine.online import evaluate_online
from migplan.engine.options import Option
from migplan.engine.outcome import PORT, Outcome, ignoring_nan
from migplan.engine.parameters import Parameters, Quantify, typical
from migplan.engine.pricing import Cost, Ledger, price_outcome
from migplan.engine.ranking import Verdict, judge, keeps_all
from migplan.engine.settings import choose_agents, is_open, with_agents_chosen
from migplan.facts import Fact
from migplan.inputs.workload import Workload

_KINDS = {
    "online": evaluate_online,
    "offline": evaluate_offline,
    "hybrid": evaluate_hybrid,
    "split": evaluate_split,
}

_CELLS = 16_384
"""Values of an array that are evaluated at once: the processor's cache holds dozens of such arrays."""


class Stack(Struct, frozen=True):
    """Options of one kind that were evaluated together.

    Attributes
    ----------
    places : array of int
        Their positions among all options of an evaluation.
    outcome : Outcome
    used : dict
        Id -> fact that was read.
    """

    places: NDArray[np.intp]
    outcome: Outcome
    used: dict[str, Fact]


class Evaluation(Struct, frozen=True, dict=True):
    """What is known of options. Arrays have the axes option, row and draw; times in [s], amounts in [USD].

    Attributes
    ----------
    options : tuple of Option
    case : Case
        Whose values they are.
    allowed, keeps : array of bool
        Whether no word rules an option out, and whether it is known to keep all that must be kept.
    finish, cutover : array
        End of the cutover, from midnight of the start date, and how long users cannot write; the finish is infinite
        where it never ends.
    one_off, monthly, running, total : array
        The known prices alone: once, and each month for the target and for what is needed beside it.
    ceiling : array
        The total with an upper bound for each price that nobody knows; infinite where there is none.
    complete : array of bool
        Whether all prices are known.
    bound : array of int
        What bounds the longest part, as positions in `migplan.engine.outcome.BOUNDS`.
    wanted_rate : array
        Rate at which the data arrives, for the throughput to buy. [B/s]
    agents : array or float
        Agents or copy hosts that each option is run with. [1]
    faults : dict
        Reason code -> where a number rules an option out.
    used : dict
        Id -> fact that was read.
    stacks : tuple of (Stack, list of Cost)
        All that was found out, for a single row; nothing where there are many.
    """

    options: tuple[Option, ...]
    case: Case
    allowed: NDArray[np.bool_]
    keeps: NDArray[np.bool_]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    running: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]
    bound: NDArray[np.int8]
    wanted_rate: NDArray[np.float64]
    agents: Any
    faults: dict[str, NDArray[np.bool_]]
    used: dict[str, Fact] = field(default_factory=dict)
    stacks: tuple[tuple[Stack, list[Cost]], ...] = ()

    @property
    def workload(self) -> Workload:
        """Whose values they are."""
        return self.case.workload

    @cached_property
    def ruled_out(self) -> NDArray[np.bool_]:
        """Where any number rules an option out."""
        return _any(self.faults, self.finish.shape)

    @cached_property
    def counted(self) -> NDArray[np.float64]:
        """The sum of money that decides. [USD]."""
        found = self.case.counted(self.options, self.agents, self.ceiling, self.finish, self.cutover)
        return np.asarray(found)

    @cached_property
    def verdict(self) -> Verdict:
        """How the options stand against what is wanted, at these values."""
        able = self.allowed & ~self.ruled_out
        return judge(self.workload, able, self.keeps, self.finish, self.cutover, self.ceiling)


def _any(faults: dict[str, Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    found = np.zeros(shape, dtype=bool)
    for holds in faults.values():
        found |= holds
    return found


def ruled_out(outcome: Outcome) -> NDArray[np.bool_]:
    """Where any number rules an option of a stack out on draws, or its end is not finite.

    A port that is larger than one would order is told at typical values; where a draw is slow it still ends.
    """
    faults = {code: holds for code, holds in outcome.faults.items() if code != PORT}
    return _any({**faults, "out-of-calendar": ~np.isfinite(outcome.finish)}, np.shape(outcome.finish))


def faults_of(outcome: Outcome) -> dict[str, Any]:
    """Reason code -> where a number rules an option of a stack out."""
    known = _any(outcome.faults, np.shape(outcome.finish))
    return {**outcome.faults, "out-of-calendar": ~known & ~np.isfinite(outcome.finish)}


def evaluate(
    case: Case, options: Sequence[Option] | None = None, priced: bool = True, keep: bool = False
) -> Evaluation:
    """Evaluate and price options at the values of the workload, kind by kind.

    Parameters
    ----------
    options : sequence of Option, optional
        Every option of the case where it is left out.
    priced : bool, optional
        Whether amounts are wanted; they are NaN where not.
    keep : bool, optional
        Whether the stacks and the lines of the ledgers are wanted, for a single row.
    """
    options = tuple(case.options if options is None else options)
    run = with_agents_chosen(case, options)
    shape = np.broadcast_shapes(case.workload.shape, (len(options), 1, 1))
    arrays, stacks = _Arrays(shape), []
    for stack in evaluate_stacks(run, options, height=max(1, _CELLS // math.prod(shape[1:]))):
        mine, ledger = [options[place] for place in stack.places], None
        if priced:
            w = run.workload.take(option=stack.places)
            ledger = price_outcome(case.facts, mine, w, stack.outcome)
        arrays.put(stack, ledger)
        if keep:
            stacks.append((stack, [] if ledger is None else ledger.costs()))
    allowed, keeps = (_column(flags) for flags in (_allowed(options), keeps_required(options, case.workload)))
    allowed = allowed & case.is_chosen(options)
    return Evaluation(
        options,
        case,
        allowed,
        keeps,
        **arrays.found,
        agents=run.workload.agents,
        faults=arrays.faults,
        used=arrays.used,
        stacks=tuple(stacks),
    )


def _allowed(options: Sequence[Option]) -> list[bool]:
    return [not option.reasons for option in options]


def keeps_required(options: Sequence[Option], w: Workload) -> list[bool]:
    """Which options are known to keep everything that must be kept."""
    return [keeps_all(option, w) for option in options]


def _column(flags: Sequence[bool]) -> NDArray[np.bool_]:
    return np.array(flags, dtype=bool)[:, None, None]


class _Arrays:
    """The arrays of an evaluation while its stacks are evaluated one after the other."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        types = {"complete": np.bool_, "bound": np.int8}
        names = ("finish", "cutover", *_AMOUNTS, "bound", "wanted_rate")
        self.found: dict[str, Any] = {
            name: np.empty(shape, dtype=types.get(name, np.float64)) for name in names
        }
        self.faults: dict[str, Any] = {}
        self.used: dict[str, Fact] = {}
        self._shape = shape

    def put(self, stack: Stack, ledger: Ledger | None) -> None:
        """Take over what was found out about some options."""
        places, outcome = stack.places, stack.outcome
        for name in ("finish", "cutover", "bound"):
            self.found[name][places] = getattr(outcome, name)
        for name in _AMOUNTS:
            self.found[name][places] = np.nan if ledger is None else getattr(ledger, name)
        self.found["wanted_rate"][places] = outcome.details["wanted_rate"]
        for code, holds in faults_of(outcome).items():
            if code not in self.faults:
                self.faults[code] = np.zeros(self._shape, dtype=bool)
            self.faults[code][places] = holds
        self.used.update(stack.used)


_AMOUNTS = ("one_off", "monthly", "running", "total", "ceiling", "complete")


def evaluate_stacks(
    case: Case,
    options: Sequence[Option],
    quantify: Quantify = typical,
    assumed: Assumed | None = None,
    parts: NDArray[np.float64] | None = None,
    height: int | None = None,
) -> Iterator[Stack]:
    """Evaluate options kind by kind, with the agents that are chosen for each where none are given.

    Parameters
    ----------
    quantify : callable
        What makes a number, or an array of draws, out of a fact.
    assumed : Assumed, optional
        With draws; at typical values where it is left out.
    parts : array, optional
        From `split_parts`: the part of each split's data that goes by device, decided before anything is drawn. Without
        it both ends of a split are balanced for each value by itself. [1]
    height : int, optional
        Options that are evaluated at once, at most.
    """
    case = with_agents_chosen(case, options)
    assumed = case.assumed if assumed is None else assumed
    for places in _by_kind(options, height):
        kind = options[places[0]].kind
        w = case.workload.take(option=places)
        parameters = Parameters([options[place] for place in places], w.region, quantify)
        with ignoring_nan():
            if kind == "split" and parts is not None:
                outcome = evaluate_split(parameters, w, assumed, case.clock, parts[places])
            else:
                outcome = _KINDS[kind](parameters, w, assumed, case.clock)
        yield Stack(places, outcome, parameters.used)


def _by_kind(options: Sequence[Option], height: int | None) -> Iterator[NDArray[np.intp]]:
    """Positions of options of a kind, so many at once."""
    for kind in _KINDS:
        places = np.array(
            [place for place, option in enumerate(options) if option.kind == kind], dtype=np.intp
        )
        step = height or max(len(places), 1)
        for begin in range(0, len(places), step):
            yield places[begin : begin + step]


def split_parts(case: Case, options: Sequence[Option]) -> NDArray[np.float64] | None:
    """The part of each split's data that goes by device, balanced for the values of the workload.

    Returns
    -------
    array or None
        The first axis is the option; NaN for what is no split. None where there is none. [1]
    """
    places = np.array([n for n, option in enumerate(options) if option.kind == "split"], dtype=np.intp)
    if not len(places):
        return None
    w = with_agents_chosen(case, options).workload.take(option=places)
    p = Parameters([options[place] for place in places], w.region)
    with ignoring_nan():
        part = np.asarray(balanced_part(p, w, case.clock, split_legs(p, w, case.assumed, case.clock)))
    found = np.full((len(options), *part.shape[1:]), np.nan)
    found[places] = part
    return found


def evaluate_pairs(
    case: Case,
    options: Sequence[Option],
    keeps: NDArray[np.bool_],
    pairs: NDArray[np.intp],
    w: Workload,
) -> Evaluation:
    """Evaluate and price single pairs of an option and a row.

    Parameters
    ----------
    options : sequence of Option
        Those that no word rules out.
    keeps : array of bool
        Which of them are known to keep all that must be kept.
    pairs : array of int
        The option of each pair; all of one kind.
    w : Workload
        The rows of the pairs.

    Returns
    -------
    Evaluation
        The option axis is that of the pairs, with a row each; where all pairs are of one option it is of that alone,
        and the row axis that of the pairs.
    """
    used, codes = np.unique(pairs, return_inverse=True)
    some = tuple(options[place] for place in used)
    alone = len(some) == 1
    shape = (1, len(pairs), 1) if alone else (len(pairs), 1, 1)
    own, kind = None if alone else codes, some[0].kind
    w = w if alone else w.paired(slice(None))
    parameters = Parameters(some, w.region, pairs=own)
    if is_open(w):
        w = replace(w, agents=choose_agents(case, kind, parameters, w))
    with ignoring_nan():
        outcome = _KINDS[kind](parameters, w, case.assumed, case.clock)
    stack = Stack(np.arange(shape[0]), outcome, parameters.used)
    ledger = price_outcome(case.facts, some, w, outcome, own)
    arrays = _Arrays(shape)
    arrays.put(stack, ledger)
    mine = keeps[used] if alone else keeps[pairs]
    return Evaluation(
        some,
        case.of(w),
        np.ones((1, 1, 1), dtype=bool),
        mine[:, None, None],
        **arrays.found,
        agents=w.agents,
        faults=arrays.faults,
        used=arrays.used,
    )
