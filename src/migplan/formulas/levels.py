"""Balanced draws: levels of probability that fill their range evenly, and what they are of a normal distribution."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.formulas import Numeric

_LEAST = 2.0**-53
"""Levels keep this far from 0 and 1, where quantiles of the normal distribution are infinite."""

_NORMAL = (
    (  # within 0.425 of a half
        (
            2.5090809287301226727e3,
            3.3430575583588128105e4,
            6.7265770927008700853e4,
            4.5921953931549871457e4,
            1.3731693765509461125e4,
            1.9715909503065514427e3,
            1.3314166789178437745e2,
            3.3871328727963666080,
        ),
        (
            5.2264952788528545610e3,
            2.8729085735721942674e4,
            3.9307895800092710610e4,
            2.1213794301586595867e4,
            5.3941960214247511077e3,
            6.8718700749205790830e2,
            4.2313330701600911252e1,
            1.0,
        ),
    ),
    (  # beyond, to sqrt(-ln(p)) = 5
        (
            7.74545014278341407640e-4,
            2.27238449892691845833e-2,
            2.41780725177450611770e-1,
            1.27045825245236838258,
            3.64784832476320460504,
            5.76949722146069140550,
            4.63033784615654529590,
            1.42343711074968357734,
        ),
        (
            1.05075007164441684324e-9,
            5.47593808499534494600e-4,
            1.51986665636164571966e-2,
            1.48103976427480074590e-1,
            6.89767334985100004550e-1,
            1.67638483018380384940,
            2.05319162663775882187,
            1.0,
        ),
    ),
    (  # farther out
        (
            2.01033439929228813265e-7,
            2.71155556874348757815e-5,
            1.24266094738807843860e-3,
            2.65321895265761230930e-2,
            2.96560571828504891230e-1,
            1.78482653991729133580,
            5.46378491116411436990,
            6.65790464350110377720,
        ),
        (
            2.04426310338993978564e-15,
            1.42151175831644588870e-7,
            1.84631831751005468180e-5,
            7.86869131145613259100e-4,
            1.48753612908506148525e-2,
            1.36929880922735805310e-1,
            5.99832206555887937690e-1,
            1.0,
        ),
    ),
)
"""Numerators and denominators of algorithm AS 241, the highest power first."""


def normal_quantile(level: Numeric) -> Numeric:
    """Quantiles of the standard normal distribution.

    Parameters
    ----------
    level : numeric
        Probability of less. [1], between 0 and 1

    Returns
    -------
    numeric
        [1], any

    Notes
    -----
    Rational approximations, exact to 1e-15 of the value: Wichura, "Algorithm AS 241: The Percentage Points of the
    Normal Distribution", Applied Statistics 37 (1988), 477-484, https://doi.org/10.2307/2347330 .

    Examples
    --------
    >>> [round(float(normal_quantile(level)), 6) for level in (0.1, 0.5, 0.8, 0.975, 1e-12)]
    [-1.281552, 0.0, 0.841621, 1.959964, -7.034484]
    """
    p = np.asarray(level, dtype=np.float64)
    from_half = p - 0.5
    far = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
    centre = _ratio(_NORMAL[0], 0.180625 - from_half * from_half) * from_half
    outside = np.where(far <= 5.0, _ratio(_NORMAL[1], far - 1.6), _ratio(_NORMAL[2], far - 5.0))
    found: Numeric = np.where(np.abs(from_half) <= 0.425, centre, np.copysign(outside, from_half))[()]
    return found


def _ratio(parts: tuple[tuple[float, ...], tuple[float, ...]], x: Any) -> Any:
    """One polynomial over another, by Horner's rule."""
    above, below = (np.zeros_like(x) for _ in parts)
    for over, under in zip(*parts, strict=True):
        above, below = above * x + over, below * x + under
    return above / below


def balanced_levels(offsets: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Draws between 0 and 1 of which each of as many equal parts has just one: a column of a Latin hypercube.

    Parameters
    ----------
    offsets : array
        Where in its part each draw lies. [1], 0 to 1
    order : array of int
        The part that each draw lies in: a permutation of 0 to n - 1. [1], whole, 0 or more

    Returns
    -------
    array
        (order + offsets) / n, above 0 and below 1. [1], between 0 and 1

    Notes
    -----
    McKay, Beckman and Conover, "A Comparison of Three Methods for Selecting Values of Input Variables in the Analysis
    of Output from a Computer Code", Technometrics 21 (1979), 239-245, https://doi.org/10.2307/1268522 . The columns of
    a sample have permutations that do not depend on each other.

    Examples
    --------
    >>> balanced_levels(np.array([0.5, 0.25, 0.0, 0.5]), np.array([2, 0, 3, 1])).tolist()
    [0.625, 0.0625, 0.75, 0.375]
    """
    return np.clip((order + offsets) / len(order), _LEAST, 1.0 - _LEAST)
