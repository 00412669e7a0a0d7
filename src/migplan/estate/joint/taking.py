"""What options take of a site, by option and share: time of the line and of agents, and money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from migplan.engine.case import Case
from migplan.engine.copying import has_own_line, wire_rate
from migplan.engine.evaluation import Stack
from migplan.engine.money import has_hosts
from migplan.engine.options import Option
from migplan.engine.outcome import ignoring_nan
from migplan.engine.parameters import Parameters
from migplan.engine.pricing import Ledger, Line, price_outcome
from migplan.facts.keys import ONCE_A_SITE, SHARED_BASES
from migplan.results.ledger import sold

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


@dataclass(frozen=True)
class Taken:
    """What the options of a stack take; arrays by option and row, times in [s].

    Attributes
    ----------
    begin, caught_up, busy : array
        First byte, end of the passes, and usable time between them.
    tasks : array
        Of the mover. [1]
    loads, upkeep : list of dict
        Of each option: thing -> seconds of it until the passes have caught up, and the part of it from then on. [1]
    """

    run: Case
    options: list[Option]
    ledger: Ledger
    shape: tuple[int, ...]
    begin: Any
    caught_up: Any
    busy: Any
    agents: Any
    finish: Any
    cutover: Any
    loads: list[dict[str, Any]]
    upkeep: list[dict[str, Any]]
    tasks: Any

    def paid(self, index: int, row: int) -> dict[str, Any]:
        """What a share pays for by itself, and with others, by the fields of a mode. [USD]."""
        lines: list[Own] = []
        shared: dict[str, float] = {}
        beside = visits = 0.0
        for line, quantity, ceiling in self._lines(index, row):
            if line.running:
                once = line.per in ONCE_A_SITE
                visits += ceiling if once else 0.0
                beside += 0.0 if once else ceiling
            elif line.monthly:
                continue
            elif line.per in SHARED_BASES:
                shared[line.owner] = shared.get(line.owner, 0.0) + ceiling
            elif ceiling or line.price is None:
                unit, scale = sold(line)
                lines.append(Own(line.item, unit, quantity / scale, ceiling, line.price is not None))
        return {
            "cash": sum(line.ceiling for line in lines),
            "complete": bool(self.ledger.complete[index, row, 0]),
            "shared": shared,
            "beside": beside,
            "visits": visits,
            "lines": tuple(lines),
        }

    def _lines(self, index: int, row: int) -> Iterator[tuple[Line, float, float]]:
        """The lines of the ledger of an option, with quantity and amount at an upper bound for one share."""
        for line, quantity, ceiling in self._by_option[index]:
            yield line, float(quantity[row]), float(ceiling[row])

    @cached_property
    def _by_option(self) -> list[list[tuple[Line, Any, Any]]]:
        """The same of each option, by row."""
        found: list[list[tuple[Line, Any, Any]]] = [[] for _ in self.options]
        for members, line in self.ledger.lines:
            shape = (len(members), *self.shape[1:])
            columns = [np.broadcast_to(values, shape)[..., 0] for values in (line.quantity, line.ceiling)]
            for place, member in enumerate(members.tolist()):
                found[member].append((line, columns[0][place], columns[1][place]))
        return found


def taken_by(run: Case, options: list[Option], stack: Stack) -> Taken:
    """What a stack of options takes."""
    outcome, w = stack.outcome, run.workload.take(option=stack.places)
    shape = np.broadcast_shapes(np.shape(outcome.finish), w.shape, (len(options), 1, 1))

    def flat(values: Any) -> Any:
        return np.broadcast_to(values, shape)[..., 0]

    p = Parameters(options, w.region)
    begin, ready = flat(outcome.details.get("begin", 0.0)), outcome.ready
    caught_up = flat(outcome.details.get("caught_up", ready))
    with ignoring_nan():
        rates = [flat(rate) for rate in wire_rate(p, w, run.assumed)]
        sent = flat(outcome.quantities.get("byte-sent", 0.0))
    busy = _usable(run, flat(has_own_line(p)), begin, caught_up)
    loads, upkeep = _loads(options, rates, sent, busy, flat(w.agents), flat(w.change_rate))
    return Taken(
        run,
        options,
        price_outcome(run.facts, options, w, outcome),
        shape,
        begin,
        caught_up,
        busy,
        flat(w.agents),
        flat(outcome.finish),
        flat(outcome.cutover),
        loads,
        upkeep,
        flat(outcome.tasks),
    )


def _loads(
    options: list[Option], rates: Sequence[Any], sent: Any, busy: Any, agents: Any, changing: Any
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What each option takes of lines, devices and agents, and what of lines from then on. [s], [1]."""
    loads: list[dict[str, Any]] = []
    upkeep: list[dict[str, Any]] = []
    for index, option in enumerate(options):
        taken: dict[str, Any] = {}
        kept_up: dict[str, Any] = {}
        for name, rate in _lines(option, rates[0][index], rates[1][index]):
            with ignoring_nan():
                taken[name] = np.minimum(sent[index] / rate, busy[index])
                kept_up[name] = np.minimum(changing[index] / rate, 1.0)
        if option.device is not None:
            taken[option.device.key] = busy[index]
        elif option.mover is not None and has_hosts(option):
            taken[f"{HOSTS}{option.mover.id}"] = agents[index] * busy[index]
        loads.append(taken)
        upkeep.append(kept_up)
    return loads, upkeep


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
