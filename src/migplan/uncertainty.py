"""How sure a plan is: the same engine on draws in place of typical values.

A draw is made once for a site and is common to all options, so that options are compared under the same circumstances.
Facts with a range are PERT-distributed; inputs that were assumed are drawn from their assumption; and how far real
transfers stray from any forecast is a log-normal factor whose spread depends on what is known about the path.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue, Fact
from migplan.evaluate import Assumed, Clock, assumed_values, evaluate_stacks, price_stack
from migplan.formulas import Numeric
from migplan.formulas.distributions import lognormal_factor, pert_quantile, quantiles
from migplan.options import Option
from migplan.recommend import barred
from migplan.workload import Workload, related_change, related_sizes

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
_CELLS = 120_000
"""Options times draws that are evaluated at once: their arrays stay in the processor's cache."""


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
                pert_quantile(fact.low, fact.value, fact.high, self.levels(fact.id))
            )
        return found

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


def chances(first: Sampled, second: Sampled) -> tuple[float, float, float]:
    """The chance that one option ends before another, after it, or at the same time (or neither ever). [1].

    The draws of both are of the same circumstances, so the three add up to 1.
    """
    sooner, later = np.mean(first.finish < second.finish), np.mean(first.finish > second.finish)
    return float(sooner), float(later), float(np.mean(first.finish == second.finish))


def spread_of(option: Option, w: Workload, catalogue: Catalogue) -> float:
    """Spread of ln(actual / predicted) by what is known about the path of an option. [1]."""
    known = catalogue.assumptions[f"sigma_{w.knowledge}"].value
    own = "" if option.mover is None else option.mover.extra.get("knowledge", "")
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
    """Options with one spread, the draws in parts; what needs many passes is together in few parts."""
    assumed = replace(assumed_values(catalogue, draws), model_error=draws.error(sigma))
    drawn = draw_workload(w, draws)
    order = np.argsort(assumed.model_error * drawn.change_rate / drawn.share, kind="stable")
    shape = (len(options), draws.samples)
    priced = not bool(np.isnan(w.budget))
    finish, cutover = np.empty(shape), np.empty(shape)
    cost = np.empty(shape) if priced else None
    rows = {option.id: row for row, option in enumerate(options)}
    for part in _parts(order, len(options)):
        few = _Part(draws, part)
        for stack, outcome, _ in evaluate_stacks(
            options, few.of(drawn), few.of(assumed), clock, few.quantify
        ):
            place = np.ix_([rows[option.id] for option in stack], part)
            bars = barred(outcome)
            finish[place] = np.where(bars, np.inf, outcome.finish)
            cutover[place] = np.where(bars, np.inf, outcome.cutover)
            if cost is not None:
                cost[place] = _totals(catalogue, stack, few.of(drawn), outcome, (len(stack), len(part)))
    return {
        name: Sampled(finish[row], cutover[row], None if cost is None else cost[row])
        for name, row in rows.items()
    }
