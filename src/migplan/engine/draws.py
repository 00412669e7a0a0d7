"""How sure a plan is: the same engine on draws in place of typical values.

A draw is made once for a site and is common to all options, so that options are compared under the same circumstances.
Facts with a range are PERT-distributed; inputs that were assumed are drawn from their assumption; and how far real
transfers stray from any forecast is a log-normal factor whose spread depends on what is known about the path.

Draws are balanced, a Latin hypercube: each of n draws of a fact lies in another nth of its probability, so that
percentiles depend less on the seed. A generator of the fact's own shuffles them, so that a new fact moves no other.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.case import Case, assumed_values
from migplan.engine.copying import Assumed
from migplan.engine.evaluation import Stack, evaluate_stacks, ruled_out, split_parts
from migplan.engine.options import Option
from migplan.engine.outcome import Outcome
from migplan.engine.pricing import price_outcome
from migplan.engine.ranking import JUDGED
from migplan.engine.settings import spread_of, with_agents_chosen
from migplan.facts import Fact
from migplan.formulas import Numeric, take
from migplan.formulas.levels import balanced_levels, normal_quantile
from migplan.formulas.statistics import lognormal_factor, pert_quantile, quantiles
from migplan.inputs.workload import Workload, related_change, related_sizes

DRAWN = {
    "share": "share",
    "rtt": "round_trip_time",
    "loss": "loss",
    "source_rate": "source_rate",
    "change": "change_rate",
    "file_size": "file_size",
}
"""Input that may have been assumed -> attribute of the workload."""

LEVELS = (0.1, 0.5, 0.8, 0.95)

_CELLS = 60_000
"""Options times rows times draws that are evaluated at once: their arrays stay in the processor's cache."""

_VALUES = 1_000_000
"""The same times size buckets, which are an axis more: no array takes more than some megabytes."""

_THREADS = 8
"""No more threads than that, which would share the same memory."""


class Draws:
    """Seeded draws: the same fact has the same draws in every option and every run.

    Parameters
    ----------
    seed : int
    samples : int
    """

    def __init__(self, seed: int, samples: int) -> None:
        self.seed = seed
        self.samples = samples
        self._levels: dict[str, NDArray[np.float64]] = {}
        self._made: dict[tuple[str, float, float, float], NDArray[np.float64]] = {}

    def __call__(self, fact: Fact) -> Numeric:
        """The draws of a fact; its value alone where it has no range. PERT(low, value, high)."""
        if fact.low == fact.high:
            return fact.value
        key = (fact.id, fact.low, fact.value, fact.high)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = np.asarray(
                pert_quantile(fact.low, fact.value, fact.high, self.levels(fact.seed or fact.id))
            )
        return found

    def levels(self, name: str) -> NDArray[np.float64]:
        """Numbers between 0 and 1, balanced, a sequence of its own for each name."""
        found = self._levels.get(name)
        if found is None:
            rng = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
            offsets = rng.random(self.samples)
            found = self._levels[name] = balanced_levels(offsets, rng.permutation(self.samples))
        return found

    def error(self, sigma: float) -> NDArray[np.float64]:
        """How far the real rate of the site's path strays from the forecast: log-normal with median 1. [1]."""
        return np.asarray(lognormal_factor(sigma, self._normal))

    @cached_property
    def _normal(self) -> NDArray[np.float64]:
        return np.asarray(normal_quantile(self.levels("model-error")))


class Sampled(Struct, frozen=True):
    """Draws of options. Arrays have the axes option, row and draw; times in [s], amounts in [USD].

    Attributes
    ----------
    finish, cutover : array
        Infinite where an option cannot be used or never ends.
    cost : array or None
        With an upper bound for each price that nobody knows; None where no budget was set.
    details : dict
        What was asked for of the details of outcomes; NaN for options whose kind has none.
    """

    options: tuple[Option, ...]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    cost: NDArray[np.float64] | None
    details: dict[str, NDArray[np.float64]] = field(default_factory=dict)


class Spread(Struct, frozen=True):
    """Percentiles and chances: arrays with the axes option and row, or plain numbers of one option. Times in [s].

    Attributes
    ----------
    p_deadline, p_budget : array
        NaN where none was set. [1]
    """

    p10: Any
    p50: Any
    p80: Any
    p95: Any
    cutover_p80: Any
    p_deadline: Any
    p_budget: Any


def chances(finish: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float, float]:
    """The chance of ending before another option, after it, and at the same time (or neither ever). [1].

    The draws of both are of the same circumstances, so the three add up to 1.
    """
    sooner, later = np.mean(finish < other), np.mean(finish > other)
    return float(sooner), float(later), float(np.mean(finish == other))


def summarize(sampled: Sampled, w: Workload) -> Spread:
    """Percentiles and chances of each option and row."""
    p10, p50, p80, p95 = np.moveaxis(quantiles(sampled.finish, LEVELS), -1, 0)
    ends, none = np.isfinite(sampled.finish), np.full(p50.shape, np.nan)
    timely, paid = (sampled.finish <= w.deadline).mean(axis=-1), none
    if sampled.cost is not None:
        paid = (ends & (sampled.cost <= w.budget)).mean(axis=-1)
    return Spread(
        p10,
        p50,
        p80,
        p95,
        cutover_p80=quantiles(sampled.cutover, [JUDGED])[..., 0],
        p_deadline=np.where(_missing(w.deadline), np.nan, timely),
        p_budget=np.where(_missing(w.budget), np.nan, paid),
    )


def _missing(wanted: Numeric) -> Any:
    """Where nothing is wanted, without the axis of the draws."""
    return np.isnan(wanted) if np.ndim(wanted) == 0 else np.isnan(wanted)[..., 0]


def evaluate_draws(
    case: Case,
    options: Sequence[Option],
    draws: Draws,
    which: slice | NDArray[np.intp] = slice(None),
    change: Callable[[Workload], Workload] = lambda w: w,
    details: Sequence[str] = (),
) -> Sampled:
    """Evaluate options on draws, each with the agents that are chosen for it at typical values.

    Parameters
    ----------
    which : slice or array of int, optional
        Which of the draws; all where it is left out.
    change : callable, optional
        What gives the workload values that are not drawn, after the draws.
    details : sequence of str, optional
        What is kept of the details of each outcome.
    """
    index = np.arange(draws.samples)[which]
    run = with_agents_chosen(case.of(change(case.workload)), options)
    typical, drawn = run.workload, change(draw_workload(case.workload, draws)).take(draw=index)
    drawn = replace(drawn, agents=typical.agents)
    values = assumed_values(case.facts, draws)
    parts = split_parts(run, options)
    shape = (len(options), typical.shape[1], len(index))
    budget = not np.isnan(case.workload.budget).all()
    cost = np.empty(shape) if budget else None
    kept = {name: np.full(shape, np.nan) for name in details}
    sampled = Sampled(tuple(options), np.empty(shape), np.empty(shape), cost, kept)

    def fill(piece: tuple[float, NDArray[np.intp], slice]) -> None:
        sigma, places, part = piece
        some, w = index[part], drawn.take(option=places, draw=part)
        assumed = with_errors(values, draws, sigma, case.facts.assumptions).take(draw=some)
        mine = [options[place] for place in places]
        own = None if parts is None else parts[places]
        for stack in evaluate_stacks(
            case.of(w), mine, lambda fact: take(draws(fact), draw=some), assumed, own
        ):
            _keep(sampled, places[stack.places], part, stack, case.of(w.take(option=stack.places)), mine)

    in_threads(fill, _pieces(case, options, shape[1], len(index)))
    return sampled


def outcome_of(case: Case, option: Option, draws: Draws) -> Outcome:
    """One option on all draws at once, with all that is found out about it.

    It is run with the agents that are chosen for it at typical values, as in `evaluate_draws`.
    """
    run = with_agents_chosen(case, [option])
    drawn = replace(draw_workload(case.workload, draws), agents=run.workload.agents)
    assumed = with_errors(
        assumed_values(case.facts, draws), draws, spread_of(option, case), case.facts.assumptions
    )
    (stack,) = evaluate_stacks(case.of(drawn), [option], draws, assumed)
    return stack.outcome


def with_errors(
    assumed: Assumed, draws: Draws, sigma: float, assumptions: Mapping[str, Fact], line: float | None = None
) -> Assumed:
    """The engine's assumptions with draws of how far a model is off: by `sigma`, and by less for what a line does.

    Where somebody else's report states the line, `line` says by how much it strays.
    """
    line = min(sigma, assumptions["sigma_line"].value) if line is None else line
    return replace(assumed, model_error=draws.error(sigma), line_error=draws.error(line))


def _keep(
    sampled: Sampled,
    places: NDArray[np.intp],
    part: slice,
    stack: Stack,
    case: Case,
    options: Sequence[Option],
) -> None:
    """Put the draws of a stack where they belong."""
    bars = ruled_out(stack.outcome)
    sampled.finish[places, :, part] = np.where(bars, np.inf, stack.outcome.finish)
    sampled.cutover[places, :, part] = np.where(bars, np.inf, stack.outcome.cutover)
    for name in sampled.details.keys() & stack.outcome.details.keys():
        sampled.details[name][places, :, part] = stack.outcome.details[name]
    if sampled.cost is not None:
        mine = [options[place] for place in stack.places]
        ledger = price_outcome(case.facts, mine, case.workload, stack.outcome)
        sampled.cost[places, :, part] = ledger.ceiling


def _pieces(
    case: Case, options: Sequence[Option], rows: int, samples: int
) -> list[tuple[float, NDArray[np.intp], slice]]:
    """Options and draws that are evaluated at once: options of a kind and a spread that have much in common."""
    cells = max(1, min(_CELLS, _VALUES // max(len(case.workload.sizes), 1)) // rows)
    width = min(samples, cells)
    height = max(1, cells // width)
    groups: dict[tuple[float, str], list[int]] = {}
    for place in sorted(range(len(options)), key=lambda place: _alike(options[place])):
        key = (spread_of(options[place], case), options[place].kind)
        groups.setdefault(key, []).append(place)
    return [
        (sigma, np.array(places[begin : begin + height]), slice(first, first + width))
        for (sigma, _), places in groups.items()
        for begin in range(0, len(places), height)
        for first in range(0, samples, width)
    ]


def _alike(option: Option) -> tuple[str, ...]:
    parts = (option.device, option.second_hop, option.mover, option.target, option.route)
    return (option.kind, *("" if part is None else part.key for part in parts))


def in_threads(work: Callable[[Any], None], pieces: Sequence[Any]) -> None:
    """Call for one piece after the other; where there are many, in as many threads as the process may use processors.

    numpy lets several compute at once.
    """
    threads = min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, _THREADS
    )
    if len(pieces) < 4 or threads < 2:
        for piece in pieces:
            work(piece)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, pieces))


def draw_workload(w: Workload, draws: Callable[[Fact], Numeric]) -> Workload:
    """The workload with draws for the inputs that were assumed."""
    changes: dict[str, Any] = {}
    for name, attribute in DRAWN.items():
        item = w.inputs[name]
        if item.status == "assumed" and item.fact is not None:
            drawn = draws(item.fact)
            changes[attribute] = related_change(w.volume, drawn, True) if name == "change" else drawn
    if "file_size" in changes:
        changes["files"], changes["file_size"] = related_sizes(w.volume, np.nan, changes["file_size"], np.nan)
    return replace(w, **changes)


def percentile(values: NDArray[np.float64], level: float) -> float:
    """A percentile of draws: one of them, infinite where the draws at it are.

    >>> percentile(np.array([1.0, 2.0, np.inf]), 50), percentile(np.array([1.0, np.inf, np.inf]), 95)
    (2.0, inf)
    """
    return float(quantiles(values, [level / 100.0])[0])
