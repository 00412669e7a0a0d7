"""Constants of a copy path out of timed copies, by least squares, with their standard errors.

A copy of V bytes in N files, c of them in flight, takes V / rate + N * (per_file / c + serial): the bytes, the work on
each file that others can overlap, and the work that they cannot. A run that finds nothing changed takes items / scan
rate. All of this is linear in 1 / rate, per_file, serial and 1 / scan rate.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.formulas import Numeric

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


def fit_times(
    amounts: NDArray[np.float64], times: NDArray[np.float64], expected_noise: float, known: Numeric = 0.0
) -> Fit:
    """Fit times = known + amounts @ coefficients, every timing being as exact, relatively, as any other.

    Parameters
    ----------
    amounts : array
        One row a timing, one column a coefficient: bytes, files by concurrency, files, items.
    times : array
        Measured times, above `known`. [s]
    expected_noise : float
        Spread of one timing relative to its length that was expected before any was made. [1]
    known : numeric
        Part of each time that is known, such as the start of a run. [s]

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        The timings do not tell the coefficients apart.

    Notes
    -----
    Least squares with weights 1 / time, repeated with the fitted times for the measured ones, which carry the noise.
    Noise squared is (w * expected^2 + residuals^2) / (w + timings - coefficients) with w = `PRIOR_WEIGHT`, the
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
