"""How sure a plan is: the same engine on draws in place of typical values.

A draw is made once for a site and is common to all options, so that options are compared under the same circumstances.
Facts with a range are PERT-distributed; inputs that were assumed are drawn from their assumption; and how far real
transfers stray from any forecast is a log-normal factor whose spread depends on what is known about the path.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue, Fact
from migplan.evaluate import Clock, assumed_values, evaluate_stacks
from migplan.formulas import Numeric
from migplan.options import Option
from migplan.workload import Workload, related_change, related_sizes

_DRAWN = {
    "share": "share",
    "rtt": "round_trip_time",
    "loss": "loss",
    "source_rate": "source_rate",
    "change": "change_rate",
    "file_size": "file_size",
}
"""Input that may have been assumed -> attribute of the workload."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Seeded draws: the same fact has the same draws in every option and every run.

    Attributes
    ----------
    seed : int
    samples : int
    """

    seed: int
    samples: int

    def __call__(self, fact: Fact) -> Numeric:
        """The draws of a fact; its value alone where it has no range. PERT(low, value, high)."""
        if fact.low == fact.high:
            return fact.value
        span = fact.high - fact.low
        first = 1.0 + 4.0 * (fact.value - fact.low) / span
        second = 1.0 + 4.0 * (fact.high - fact.value) / span
        return fact.low + span * self.generator(fact.id).beta(first, second, self.samples)

    def generator(self, name: str) -> np.random.Generator:
        """A stream of random numbers of its own for each name."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def error(self, sigma: float) -> NDArray[np.float64]:
        """How far the real rate of the site's path strays from the forecast: log-normal with median 1. [1]."""
        return np.exp(sigma * self.generator("model-error").standard_normal(self.samples))


@dataclass(frozen=True, slots=True)
class Sampled:
    """Draws of one option. [s]."""

    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    quantities: dict[str, Any]
    wanted_rate: Any


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


def summarize(sampled: Sampled, w: Workload, cost: Any) -> Spread:
    """Percentiles and chances of one option's draws."""
    levels = [percentile(sampled.finish, level) for level in (10, 50, 80, 95)]
    return Spread(
        *levels,
        cutover_p80=percentile(sampled.cutover, 80),
        p_deadline=float("nan") if np.isnan(w.deadline) else float(np.mean(sampled.finish <= w.deadline)),
        p_budget=float("nan")
        if cost is None
        else float(np.mean(np.isfinite(sampled.finish) & (cost <= w.budget))),
    )


def sample_options(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, draws: Draws
) -> dict[str, Sampled]:
    """Evaluate options on draws.

    Returns
    -------
    dict
        Option id -> its draws, in the same order for every option.
    """
    sigma = catalogue.assumptions[f"sigma_{w.knowledge}"].value
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    drawn = draw_workload(w, draws)
    found = {}
    for stack, outcome, _ in evaluate_stacks(options, drawn, assumed, clock, draws):
        shape = (len(stack), draws.samples)
        finish = np.broadcast_to(outcome.finish, shape)
        cutover = np.broadcast_to(outcome.cutover, shape)
        bars = np.zeros(shape, dtype=bool)
        for holds in outcome.faults.values():
            bars = bars | holds
        finish = np.where(bars | np.isnan(finish), np.inf, finish)
        wanted = np.broadcast_to(outcome.details["wanted_rate"], shape)
        amounts = {basis: np.broadcast_to(amount, shape) for basis, amount in outcome.quantities.items()}
        for index, option in enumerate(stack):
            quantities = {basis: amount[index] for basis, amount in amounts.items()}
            found[option.id] = Sampled(finish[index], cutover[index], quantities, wanted[index])
    return found


def draw_workload(w: Workload, draws: Draws) -> Workload:
    """The workload with draws for the inputs that were assumed."""
    changes: dict[str, Numeric] = {}
    for name, attribute in _DRAWN.items():
        item = w.inputs[name]
        if item.status == "assumed" and item.fact is not None:
            drawn = draws(item.fact)
            changes[attribute] = related_change(w.volume, drawn, True) if name == "change" else drawn
    if "file_size" in changes:
        changes["files"], changes["file_size"] = related_sizes(w.volume, np.nan, changes["file_size"], np.nan)
    return replace(w, **changes)


def percentile(values: NDArray[np.float64], level: float) -> float:
    """A percentile that is infinite where the draws at it are.

    >>> percentile(np.array([1.0, 2.0, np.inf]), 50), percentile(np.array([1.0, np.inf, np.inf]), 95)
    (2.0, inf)
    """
    return float(np.quantile(values, level / 100.0, method="higher"))
