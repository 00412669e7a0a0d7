"""How sure a plan is: the same engine on draws in place of typical values.

A draw is made once for a site and is common to all options, so that options are compared under the same circumstances.
Facts with a range are PERT-distributed; inputs that were assumed are drawn from their assumption; and how far real
transfers stray from any forecast is a log-normal factor whose spread depends on what is known about the path.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.evaluation import Clock, assumed_values, evaluate_stacks, price_outcome, split_parts
from migplan.engine.options import Option
from migplan.engine.ranking import barred
from migplan.facts import Catalogue, Fact
from migplan.formulas import Numeric
from migplan.formulas.distributions import lognormal_factor, pert_quantile, quantiles
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
"""Options times draws that are evaluated at once: their arrays stay in the processor's cache."""
_VALUES = 1_000_000
"""The same times size buckets, which are an axis more: no array takes more than some megabytes."""


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

    def some(self, which: slice | NDArray[np.intp]) -> Callable[[Fact], Numeric]:
        """What gives some of the draws of a fact."""

        def drawn(fact: Fact) -> Numeric:
            value = self(fact)
            return value[which] if isinstance(value, np.ndarray) else value

        return drawn

    def levels(self, name: str) -> NDArray[np.float64]:
        """Numbers between 0 and 1, a sequence of its own for each name."""
        found = self._levels.get(name)
        if found is None:
            found = self._levels[name] = self._generator(name).random(self.samples)
        return found

    def error(self, sigma: float) -> NDArray[np.float64]:
        """How far the real rate of the site's path strays from the forecast: log-normal with median 1. [1]."""
        normal = self._generator("model-error").standard_normal(self.samples)
        return np.asarray(lognormal_factor(sigma, normal))

    def _generator(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])


@dataclass(frozen=True, slots=True)
class Sampled:
    """Draws of one option; finish and cutover are infinite where it cannot be used or never ends. [s], [USD]."""

    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    cost: NDArray[np.float64] | None

    def chances(self, other: Sampled) -> tuple[float, float, float]:
        """The chance of ending before another option, after it, and at the same time (or neither ever). [1].

        The draws of both are of the same circumstances, so the three add up to 1.
        """
        sooner, later = np.mean(self.finish < other.finish), np.mean(self.finish > other.finish)
        return float(sooner), float(later), float(np.mean(self.finish == other.finish))


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of one option, and its chances. Times in [s]; chances are NaN where nothing was asked for. [1]."""

    p10: float
    p50: float
    p80: float
    p95: float
    cutover_p80: float
    p_deadline: float
    p_budget: float


def summarize(sampled: Sampled, w: Workload) -> Spread:
    """Percentiles and chances of one option's draws."""
    p10, p50, p80, p95 = quantiles(sampled.finish, LEVELS).tolist()
    ends = np.isfinite(sampled.finish)
    return Spread(
        p10,
        p50,
        p80,
        p95,
        cutover_p80=float(quantiles(sampled.cutover, [0.8])[0]),
        p_deadline=float("nan") if np.isnan(w.deadline) else float(np.mean(sampled.finish <= w.deadline)),
        p_budget=float("nan") if sampled.cost is None else float(np.mean(ends & (sampled.cost <= w.budget))),
    )


def spread_of(option: Option, w: Workload, catalogue: Catalogue) -> float:
    """Spread of ln(actual / predicted) by what is known about the path of an option. [1]."""
    known = catalogue.assumptions[f"sigma_{w.knowledge}"].value
    own = "" if option.mover is None else option.mover.knowledge
    return min(known, catalogue.assumptions[f"sigma_{own}"].value) if own else known


def sample_options(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws
) -> dict[str, Sampled]:
    """Evaluate options on draws.

    Returns
    -------
    dict
        Option id -> its draws, in the same order for every option.
    """
    found: dict[str, Sampled] = {}
    sigmas = [spread_of(option, w, catalogue) for option in options]
    for sigma in dict.fromkeys(sigmas):
        group = [option for option, own in zip(options, sigmas, strict=True) if own == sigma]
        found.update(_sample_group(group, w, catalogue, clock, draws, sigma))
    return found


def _sample_group(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws, sigma: float
) -> dict[str, Sampled]:
    """Options with one spread, the draws in parts that stay in the processor's cache."""
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    drawn = draw_workload(w, draws)
    parts = split_parts(options, w, assumed_values(catalogue), clock)
    shape = (len(options), draws.samples)
    finish, cutover = np.empty(shape), np.empty(shape)
    cost = None if np.isnan(w.budget) else np.empty(shape)
    rows = {option.id: row for row, option in enumerate(options)}

    def evaluate(some: tuple[NDArray[np.intp], slice]) -> None:
        which, part = some
        few = some_draws(drawn, part, draws.samples)
        values = some_draws(assumed, part, draws.samples)
        stacks = evaluate_stacks(
            [options[place] for place in which],
            few,
            values,
            clock,
            draws.some(part),
            parts=None if parts is None else parts[which],
        )
        for stack, outcome, _ in stacks:
            own = [rows[option.id] for option in stack]
            bars = barred(outcome)
            finish[own, part] = np.where(bars, np.inf, outcome.finish)
            cutover[own, part] = np.where(bars, np.inf, outcome.cutover)
            if cost is not None:
                # Prices that are not known count nothing.
                cost[own, part] = price_outcome(catalogue, stack, few, outcome).total

    _each(evaluate, _pieces(options, draws.samples, len(w.sizes)))
    return {
        name: Sampled(finish[row], cutover[row], None if cost is None else cost[row])
        for name, row in rows.items()
    }


def _pieces(options: Sequence[Option], samples: int, buckets: int) -> list[tuple[NDArray[np.intp], slice]]:
    """Options and draws that are evaluated at once: options of a kind that have much in common, and all draws."""
    cells = max(1, min(_CELLS, _VALUES // max(buckets, 1)))
    width = min(samples, cells)
    height = max(1, cells // width)
    kinds: dict[str, list[int]] = {}
    for place in sorted(range(len(options)), key=lambda place: _alike(options[place])):
        kinds.setdefault(options[place].kind, []).append(place)
    return [
        (np.array(places[begin : begin + height]), slice(first, first + width))
        for places in kinds.values()
        for begin in range(0, len(places), height)
        for first in range(0, samples, width)
    ]


def _alike(option: Option) -> tuple[str, ...]:
    parts = (option.device, option.second_hop, option.mover, option.target, option.route)
    return (option.kind, *("" if part is None else part.id for part in parts))


def _each(evaluate: Callable[[Any], None], pieces: Sequence[Any]) -> None:
    """Call for one piece after the other, in two threads where there are many: numpy lets both compute."""
    if len(pieces) < 4:
        for piece in pieces:
            evaluate(piece)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(evaluate, pieces))


def some_draws(record: Any, which: slice | NDArray[np.intp], samples: int) -> Any:
    """A record with some of the draws of its fields."""
    changes = {}
    for entry in fields(record):
        value = getattr(record, entry.name)
        if isinstance(value, np.ndarray) and value.shape == (samples,):
            changes[entry.name] = value[which]
    return replace(record, **changes)


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
