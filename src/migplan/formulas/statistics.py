"""Draws and fits: distributions of facts and of forecasts, constants from measured copies, and bracketed roots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.formulas import Numeric, alike

# Closer together at the ends, where the density rises from or falls to 0.
_GRID = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, 513))


def pert_quantile(low: float, mode: float, high: float, level: Numeric) -> Numeric:
    """Quantiles of the PERT distribution: a beta distribution between two ends with a most likely value.

    Parameters
    ----------
    low, mode, high : float
        The ends and the most likely value, low <= mode <= high. [x], any
    level : numeric
        Probability of less. [1], 0 to 1

    Returns
    -------
    numeric
        [x], any

    Notes
    -----
    Beta(1 + 4 (mode - low) / (high - low), 1 + 4 (high - mode) / (high - low)) on low to high, with the mean
    (low + 4 mode + high) / 6: https://en.wikipedia.org/wiki/PERT_distribution . Its distribution function is summed
    up over 512 steps, which is exact to 3e-5 of the range.

    Examples
    --------
    A tenth, half and nine tenths of the draws lie below:

    >>> [round(float(pert_quantile(3.0, 6.0, 15.0, level)), 2) for level in (0.1, 0.5, 0.9)]
    [4.35, 6.77, 10.01]
    >>> float(pert_quantile(2.0, 2.0, 2.0, 0.3))
    2.0
    """
    span = high - low
    if span == 0:
        return alike(low, level)
    first, second = 4.0 * (mode - low) / span, 4.0 * (high - mode) / span
    density = _GRID**first * (1.0 - _GRID) ** second
    below = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) * np.diff(_GRID))))
    return low + span * np.interp(level, below / below[-1], _GRID)


def between_knots(size: Numeric, knots: Sequence[float], values: Sequence[Numeric]) -> Numeric:
    """A value that is known at some sizes, at any size.

    Parameters
    ----------
    size : numeric
        [B], 0 or more
    knots : sequence of float
        Sizes that the values hold at, each as many times the one before. [B], above 0
    values : sequence of numeric
        [x], above 0

    Returns
    -------
    numeric
        The logarithm runs straight from knot to knot over that of the size, and level beyond the ends. [x]

    Notes
    -----
    Derived: log-log interpolation. A size of 0 counts as 1 B.

    Examples
    --------
    >>> [round(float(between_knots(size, [1e4, 1e6], [1.0, 4.0])), 2) for size in (1.0, 1e4, 1e5, 1e9)]
    [1.0, 1.0, 2.0, 4.0]
    """
    step = np.log(knots[1] / knots[0])
    place = np.clip(np.log(np.maximum(size, 1.0) / knots[0]) / step, 0.0, len(knots) - 1.0)
    parts = [np.maximum(1.0 - np.abs(place - n), 0.0) * np.log(value) for n, value in enumerate(values)]
    return np.asarray(np.exp(sum(parts)))[()]


def lognormal_factor(sigma: Numeric, normal: Numeric) -> Numeric:
    """Factors with median 1 whose logarithm is normal.

    Parameters
    ----------
    sigma : numeric
        Spread of the logarithm. [1], 0 or more
    normal : numeric
        Draws of the standard normal distribution. [1], any

    Returns
    -------
    numeric
        exp(sigma * normal). [1], 0 to infinity

    Notes
    -----
    Definition of the log-normal distribution.

    Examples
    --------
    >>> [round(float(lognormal_factor(0.5, z)), 3) for z in (-1.0, 0.0, 1.0)]
    [0.607, 1.0, 1.649]
    """
    return np.exp(sigma * np.asarray(normal))[()]


def quantiles(values: NDArray[np.float64], levels: Sequence[float]) -> NDArray[np.float64]:
    """The least values that at least these parts of the draws do not exceed: always some of the draws.

    Parameters
    ----------
    values : array
        Draws along the last axis; infinite, and never NaN, where something does not end. [x], any or infinite
    levels : sequence of float
        [1], above 0 to 1

    Returns
    -------
    array
        One entry of the last axis for each level; infinite where the draw at the level is. [x], any or infinite

    Notes
    -----
    Definition: the inverse of the empirical distribution function. No interpolation: between a date and never there is
    nothing.

    Examples
    --------
    >>> quantiles(np.array([1.0, np.inf, 2.0, 3.0]), [0.5, 0.75, 0.8]).tolist()
    [2.0, 3.0, inf]
    """
    count = values.shape[-1]
    # The product of a level and a count may round to just above a whole number.
    places = [max(int(np.ceil(level * count - 1e-9)) - 1, 0) for level in levels]
    found: NDArray[np.float64] = np.partition(values, sorted(set(places)), axis=-1)[..., places]
    return found


def exceedance(value: Numeric, limit: Numeric, level: float, power: float) -> Numeric:
    """The chance that something exceeds a limit of which only the value that it keeps at one level is known. [1].

    By definition of the log-logistic distribution the odds of exceeding a limit fall with a power of the ratio of limit
    to value. At a limit that is the value itself the chance is what the level leaves over.

    Parameters
    ----------
    value : numeric
        What is kept at the level; infinite where it is never. [s], above 0
    limit : numeric
        [s], above 0
    level : float
        [1], between 0 and 1
    power : float
        Of the ratio; large where little strays. [1], above 0

    Examples
    --------
    >>> round(float(exceedance(12.0, 12.0, 0.8, 4.0)), 3), round(float(exceedance(6.0, 12.0, 0.8, 4.0)), 3)
    (0.2, 0.015)
    >>> float(exceedance(np.inf, 12.0, 0.8, 4.0))
    1.0
    """
    even = (1.0 - level) / level
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        against = np.power(np.divide(limit, value), power) / even
    return np.asarray(1.0 / (1.0 + against))


def level_error(level: float, draws: int) -> float:
    """Standard error of the probability that an estimated quantile stands for.

    Parameters
    ----------
    level : float
        [1], 0 to 1
    draws : int
        Independent draws. [1], whole, 1 or more

    Returns
    -------
    float
        sqrt(level (1 - level) / draws). [1], 0 to 1

    Notes
    -----
    Derived: the number of draws below the true quantile is binomial. Draws that are balanced stray less.

    Examples
    --------
    P95 of 10,000 draws lies between P94.57 and P95.43 in 95 of 100 cases:

    >>> round(1.96 * level_error(0.95, 10_000), 4)
    0.0043
    """
    return float(np.sqrt(level * (1.0 - level) / draws))


PRIOR_WEIGHT = 4.0
"""Timings that the noise expected beforehand counts for, beside what the residuals of the timings show."""

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients of a linear model of times.

    Attributes
    ----------
    values : array
        The coefficients.
    covariance : array
        Of the coefficients; its diagonal holds the squares of the standard errors.
    noise : float
        Spread of one timing relative to its length. [1]
    freedom : int
        Timings beyond the number of coefficients.
    """

    values: NDArray[np.float64]
    covariance: NDArray[np.float64]
    noise: float
    freedom: int

    def combined(self, weights: Any) -> tuple[float, float]:
        """A weighted sum of coefficients and its standard error."""
        weights = np.asarray(weights, dtype=float)
        return float(weights @ self.values), float(np.sqrt(weights @ self.covariance @ weights))


def quantile_influence(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """What each draw moves an estimated quantile by, times the number of draws.

    Parameters
    ----------
    values : array
        Independent draws along the last axis; infinite, and never NaN, where something does not end.
        [x], any or infinite
    level : float
        [1], between 0 and 1

    Returns
    -------
    array
        Level - 1 where the draw is up to the quantile, else the level, times the slope of the quantile; infinite or
        NaN where the slope is not finite. [x], any or infinite, or NaN

    Notes
    -----
    Bahadur (1966), "A Note on Quantiles in Large Samples", https://doi.org/10.1214/aoms/1177699450 : an estimated
    quantile differs from the true one by the mean of these. Their standard deviation over the square root of the
    number of draws is its standard error; of two quantiles of the same circumstances the influences are subtracted
    first, so that what both share does not count.
    The slope, one over the density, is the difference quotient between the draws at two standard errors of the level
    to either side (Siddiqui 1960).

    Examples
    --------
    Of 0, 0.001, ... 0.999 the slope is 1, and sqrt(0.8 * 0.2 / 1000) the standard error of P80:

    >>> found = quantile_influence(np.arange(1000) / 1000.0, 0.8)
    >>> round(float(found.std() / np.sqrt(1000)), 3)
    0.013
    """
    count = values.shape[-1]
    width = 2.0 * level_error(level, count)
    low, high = max(level - width, 1.0 / count), min(level + width, 1.0)
    found = quantiles(values, [low, level, high])
    with np.errstate(invalid="ignore"):
        slope = (found[..., 2] - found[..., 0]) / (high - low)
        under = values <= found[..., 1, None]
        return np.asarray((level - under) * slope[..., None])


def fit_times(
    amounts: NDArray[np.float64], times: NDArray[np.float64], expected_noise: float, known: Numeric = 0.0
) -> Fit:
    """Fit times = known + amounts @ coefficients, every timing being as exact, relatively, as any other.

    Parameters
    ----------
    amounts : array
        One row a timing, one column a coefficient: bytes, files by concurrency, files, items. [x], 0 or more
    times : array
        Measured times, above `known`. [s], above 0
    expected_noise : float
        Spread of one timing relative to its length that was expected before any was made. [1], above 0
    known : numeric
        Part of each time that is known, such as the start of a run. [s], 0 or more

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        The timings do not tell the coefficients apart.

    Notes
    -----
    Derived: least squares with weights 1 / time, repeated with the fitted times for the measured ones, which carry the
    noise. Noise squared is (w * expected^2 + residuals^2) / (w + timings - coefficients) with w = `PRIOR_WEIGHT`, the
    scaled inverse chi-squared update: few timings alone say little about their own spread.

    Examples
    --------
    1 GB/s and 2 ms a file, from copies of 1 TB in 10 files and of 1 GB in a million files:

    >>> fit = fit_times(np.array([[1e12, 10.0], [1e9, 1e6]]), np.array([1000.02, 2001.0]), 0.05)
    >>> [round(float(value), 12) for value in fit.values]
    [1e-09, 0.002]
    >>> round(fit.combined([0.0, 1.0])[1] / 0.002, 3)
    0.05
    """
    times, rest = np.asarray(times, dtype=float), np.asarray(times - np.asarray(known), dtype=float)
    scale = np.abs(amounts).max(axis=0)
    if (scale == 0).any() or np.linalg.matrix_rank(amounts / scale / rest[:, None]) < amounts.shape[1]:
        raise ValueError("the timings do not tell the coefficients apart")
    lengths = times
    for _ in range(_ROUNDS):
        weighted = amounts / scale / lengths[:, None]
        scaled = np.linalg.lstsq(weighted, rest / lengths, rcond=None)[0]
        lengths = np.maximum(times - rest + amounts / scale @ scaled, 0.1 * times)
    residual = (rest - amounts / scale @ scaled) / lengths
    freedom = len(times) - amounts.shape[1]
    variance = (PRIOR_WEIGHT * expected_noise**2 + float(residual @ residual)) / (PRIOR_WEIGHT + freedom)
    covariance = variance * np.linalg.inv(weighted.T @ weighted) / np.outer(scale, scale)
    return Fit(scaled / scale, covariance, float(np.sqrt(variance)), freedom)


Array = NDArray[np.float64]


def sign_changes(values: Array) -> NDArray[np.intp]:
    """Positions after which values change their sign.

    Parameters
    ----------
    values : array
        Values of a function at rising places; NaN where it has none. [x], any or infinite, or NaN

    Returns
    -------
    array of int
        Each position k with values[k] and values[k + 1] on different sides of 0; a value of 0 counts as below. A
        pair with NaN is none.

    Notes
    -----
    Definition of a change of sign, as far as values tell it.

    Examples
    --------
    >>> sign_changes(np.array([-2.0, -1.0, 3.0, np.nan, -1.0, -1.0, 5.0])).tolist()
    [1, 5]
    """
    known = ~np.isnan(values)
    above = values > 0
    return np.flatnonzero((above[1:] != above[:-1]) & known[1:] & known[:-1])


def narrow(
    above: Callable[[Array], NDArray[np.bool_]],
    low: Any,
    high: Any,
    tolerance: float = 1e-12,
    parts: int = 64,
) -> tuple[Array, Array]:
    """Narrow brackets between which a condition turns, all at once.

    Parameters
    ----------
    above : callable
        Places, one row for each bracket -> whether its condition holds there; it does at `high` and not at `low`, which
        may be the larger. [x] -> [1]
    low, high : array
        Ends of the brackets. Between positive ends the places tried are even on the scale of ratios. [x], any
    tolerance : float
        Width at which a bracket is narrow enough, relative to its larger end. [1], above 0
    parts : int
        Into how many parts a bracket is divided each time: an array costs little more than one place.
        [1], whole, 2 or more

    Returns
    -------
    low, high : array
        The narrowed brackets, in the order in which they were given. [x], any

    Notes
    -----
    Derived: bisection with many parts. It needs neither a slope nor continuity: at a step it closes in on the step, and
    of several turns it finds the one nearest to `low`.

    Examples
    --------
    >>> low, high = narrow(lambda x: x * x > 2.0, np.array([1.0]), np.array([2.0]))
    >>> round(float(high[0]), 9)
    1.414213562
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    rows, steps = np.arange(len(low)), np.linspace(0.0, 1.0, parts + 1)
    while True:
        wide = np.abs(high - low) > tolerance * np.maximum(np.abs(low), np.abs(high))
        if not wide.any():
            return low, high
        ratio = (low > 0) & (high > 0)
        safe = np.where(ratio, high, 1.0) / np.where(ratio, low, 1.0)
        even = low[:, None] + (high - low)[:, None] * steps
        places = np.where(ratio[:, None], low[:, None] * safe[:, None] ** steps, even)
        places[:, 0], places[:, -1] = low, high
        holds = np.zeros(places.shape, dtype=bool)
        holds[:, 1:-1] = above(places[:, 1:-1])
        holds[:, -1] = True
        first = holds.argmax(axis=1)
        before, after = places[rows, first - 1], places[rows, first]
        stuck = (before == low) & (after == high)
        low, high = np.where(wide, before, low), np.where(wide, after, high)
        if (stuck | ~wide).all():
            return low, high
