"""Two rates learnt from a copy that runs: a Kalman filter on the logarithms of bytes and files per second."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEP = 1e-4
"""Of a logarithm, by which slopes are taken. [1]."""
_ROUNDS = 4
_FAR = 3.0
"""Standard errors from which on a stretch is taken for one that something else has held up. [1]."""

LogTime = Callable[[NDArray[np.float64]], float]
"""Logarithms of both rates -> logarithm of the time that something takes at them."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What is known of ln(bytes per second) and ln(files per second): a normal distribution of both.

    Attributes
    ----------
    mean : array of 2
    cov : array of 2 x 2
    """

    mean: NDArray[np.float64]
    cov: NDArray[np.float64]

    def spread(self, log_time: LogTime) -> float:
        """Standard error of the logarithm of the time that something takes. [1]."""
        slope = _slopes(log_time, self.mean)
        return float(np.sqrt(slope @ self.cov @ slope))


def _slopes(log_time: LogTime, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """By how much a logarithm of time grows with that of each rate: 0 to -1."""
    steps = np.eye(2) * _STEP
    return np.array([(log_time(at + step) - log_time(at - step)) / (2.0 * _STEP) for step in steps])


def learn(rates: Rates, time: float, log_time: LogTime, noise: float, walk: float) -> tuple[Rates, float]:
    """What is known of the rates after a stretch of work took a time.

    Parameters
    ----------
    rates : Rates
        Known before it.
    time : float
        That it took. [s], above 0
    log_time : callable
        What makes the logarithm of the time of that work of the logarithms of both rates. [1] -> [1]
    noise : float
        Spread of the logarithm of the time of one such stretch about what its rates say. [1], above 0
    walk : float
        Spread by which the rates change until one such stretch is done. [1], 0 or more

    Returns
    -------
    rates, surprise : Rates, float
        And by how many standard errors the time was longer than expected. [1]

    Notes
    -----
    An extended Kalman filter (Kalman 1960, https://doi.org/10.1115/1.3662552), iterated as a
    Gauss-Newton step (Bell and Cathey 1993, https://doi.org/10.1109/9.250476). A time that is more
    than three standard errors from the expected one widens its own noise until it is at three, as in Huber's filter.

    Examples
    --------
    A rate of about 100 MB/s and one that is not known; 10 GB in one file take 200 s, so it is about 50 MB/s:

    >>> before = Rates(np.log([100e6, 50.0]), np.diag([0.5**2, 0.5**2]))
    >>> after, _ = learn(before, 200.0, lambda ln: float(np.log(10e9) - ln[0]), 0.1, 0.0)
    >>> [round(float(x), 2) for x in (np.exp(after.mean[0]) / 1e6, after.cov[0, 0] ** 0.5, after.cov[1, 1] ** 0.5)]
    [51.35, 0.1, 0.5]
    """
    cov = rates.cov + np.eye(2) * walk**2
    found, variance, mean = float(np.log(time)), noise**2, rates.mean
    slope = _slopes(log_time, mean)
    off, own = found - log_time(mean), float(slope @ cov @ slope)
    surprise = off / np.sqrt(own + variance)
    variance = max(variance, (off / _FAR) ** 2 - own)
    for _ in range(_ROUNDS):
        slope = _slopes(log_time, mean)
        gain = cov @ slope / (slope @ cov @ slope + variance)
        mean = rates.mean + gain * (found - log_time(mean) - slope @ (rates.mean - mean))
    kept = np.eye(2) - np.outer(gain, slope)
    # In Joseph's form, which stays symmetric.
    cov = kept @ cov @ kept.T + np.outer(gain, gain) * variance
    return Rates(mean, cov), float(surprise)
