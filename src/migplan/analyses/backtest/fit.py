"""Constants drawn towards what was measured, from where documents put them.

The logarithm of each factor has a normal prior as wide as the range of its fact. What is most likely after the cases is
found with the engine that forecasts, on draws, so that what is fitted is the P50 that is printed. Errors have heavy
tails, so that a case which nothing explains moves nothing; and cases of one source share a part of their error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.analyses.backtest.factors import Fitted, Levels, within
from migplan.analyses.backtest.forecast import busy, draw_case, reality
from migplan.analyses.backtest.matching import Setting
from migplan.engine.draws import Draws
from migplan.facts import Catalogue, Fact
from migplan.formulas import Numeric

_DRAWS = 256
_STEP = 0.1
_ROUNDS = 8
_ENOUGH = 0.05
"""Steps of the logarithms below this end the search."""
_SLOPE = 0.05
"""Part of a time below which a constant has no say in it."""
FREEDOM = 4.0
"""Degrees of freedom of Student's distribution of the errors."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A finished movement to learn from. Time in [s]."""

    setting: Setting
    time: float
    source: str
    year: str = ""


class _Probe:
    """Draws of a fact: one row where it is as it is, and a row for each wanted fact in which that one is higher."""

    def __init__(self, draws: Draws, factor: Callable[[Fact], float], wanted: Sequence[str] = ()) -> None:
        self.draws, self.factor, self.wanted = draws, factor, list(wanted)
        self.seen: dict[str, Fact] = {}

    def __call__(self, fact: Fact) -> Numeric:
        self.seen[fact.id] = fact
        value = self.draws(fact) * self.factor(fact)
        if fact.id not in self.wanted:
            return value
        rows = np.ones((1 + len(self.wanted), 1))
        rows[1 + self.wanted.index(fact.id)] = np.exp(_STEP)
        return rows * value


class _Model:
    """How far each sample is from its P50, as a function of the factors."""

    def __init__(self, samples: Sequence[Sample], catalogue: Catalogue) -> None:
        self.samples, self.levels, self.draws = samples, Levels(catalogue), Draws(0, _DRAWS)
        self.assumed = [reality(sample.setting, catalogue, self.draws) for sample in samples]
        self.workloads = [draw_case(sample.setting, self.draws) for sample in samples]
        self.facts = [self._relevant(n) for n in range(len(samples))]
        names = {name for facts in self.facts for fact in facts for name in self.levels.of(fact)}
        self.place = {name: place for place, name in enumerate(sorted(names))}
        self.actual = np.log([sample.time for sample in samples])

    def _relevant(self, n: int) -> list[Fact]:
        """The facts that the engine asks for in a sample and cases may move."""
        probe = _Probe(self.draws, lambda fact: 1.0)
        busy(self.samples[n].setting, self.workloads[n], self.assumed[n], probe)
        return [fact for fact in probe.seen.values() if self.levels.may_move(fact)]

    def cases(self, grows: NDArray[np.float64]) -> dict[str, tuple[str, ...]]:
        """Name of a factor -> the samples whose time it moves."""
        return {
            name: tuple(
                sample.setting.case
                for sample, slope in zip(self.samples, grows[:, place], strict=True)
                if abs(slope) > _SLOPE
            )
            for name, place in self.place.items()
        }

    def left(
        self, shift: NDArray[np.float64], slopes: bool = True
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """ln(actual / P50) of each sample, and how ln(P50) grows with the logarithm of each factor."""

        def factor(fact: Fact) -> float:
            if not self.levels.may_move(fact):
                return 1.0
            places = [self.place[name] for name in self.levels.of(fact) if name in self.place]
            return within(fact, fact.value * float(np.exp(shift[places].sum()))) / fact.value

        left, grows = np.zeros(len(self.samples)), np.zeros((len(self.samples), len(self.place)))
        for row, (sample, w, facts) in enumerate(zip(self.samples, self.workloads, self.facts, strict=True)):
            wanted = [fact.id for fact in facts] if slopes else []
            probe = _Probe(self.draws, factor, wanted)
            times = busy(sample.setting, w, self.assumed[row], probe)
            logs = np.log(np.median(np.broadcast_to(times, (1 + len(wanted), _DRAWS)), axis=-1))
            left[row] = self.actual[row] - logs[0]
            for fact, slope in zip(facts, logs[1:] - logs[0], strict=False):
                for name in self.levels.of(fact):
                    grows[row, self.place[name]] += slope / _STEP
        return left, grows


def fit(samples: Sequence[Sample], catalogue: Catalogue) -> Fitted:
    """Find the factors that are most likely after the samples, and how sure they are.

    Parameters
    ----------
    samples : sequence of Sample
    catalogue : Catalogue
        With the facts as they are before the samples. `sigma_source` and `sigma_run` of its assumptions are the
        spread of ln(actual / predicted) that samples of one source share, and that each has for itself. [1]

    Returns
    -------
    Fitted
        By Gauss-Newton steps on the logarithm of the posterior density, halved until they lead uphill.

    Notes
    -----
    Maximum a posteriori of a linearised model with normal priors, reweighted for Student's distribution:
    Gelman and others, Bayesian Data Analysis, chapters 13 and 17; written out in docs/method.md.
    """
    if not samples:
        return Fitted({}, {}, np.zeros((0, 0)), {})
    model = _Model(samples, catalogue)
    shared, own = (catalogue.assumptions[key].value for key in ("sigma_source", "sigma_run"))
    sources = np.array([sample.source for sample in samples])
    together = (sources[:, None] == sources[None, :]) * shared**2
    precision = np.diag([model.levels.spread(name) ** -2.0 for name in model.place])
    shift: NDArray[np.float64] = np.zeros(len(model.place))
    left, grows = model.left(shift)
    for _ in range(_ROUNDS):
        # Student's distribution as a normal one whose width follows from how far off a sample is.
        width = (FREEDOM + left**2 / (shared**2 + own**2)) / (FREEDOM + 1.0)
        weight = np.linalg.inv(together + np.diag(own**2 * width))
        covariance = np.asarray(np.linalg.inv(grows.T @ weight @ grows + precision), dtype=float)
        step = covariance @ (grows.T @ weight @ left - precision @ shift)
        before = left @ weight @ left + shift @ precision @ shift
        for part in (1.0, 0.5, 0.25, 0.125):
            moved = shift + part * step
            further, steeper = model.left(moved)
            if further @ weight @ further + moved @ precision @ moved < before:
                shift, left, grows = moved, further, steeper
                break
        else:
            break
        if np.abs(part * step).max() < _ENOUGH:
            break
    factors = dict(zip(model.place, shift.tolist(), strict=True))
    return Fitted(factors, model.place, covariance, model.cases(grows))


def how_far(samples: Sequence[Sample], catalogue: Catalogue) -> list[float]:
    """ln(actual / P50) of each sample with the facts as they are. [1]."""
    model = _Model(samples, catalogue)
    left, _ = model.left(np.zeros(len(model.place)), slopes=False)
    return [float(value) for value in left]
