import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.levels import balanced_levels, normal_quantile
from migplan.formulas.statistics import (
    level_error,
    lognormal_factor,
    pert_quantile,
    quantiles,
)

LEVELS = np.linspace(0.0, 1.0, 2001)
SPANS = st.floats(1e-3, 1e6)
PARTS = st.floats(0.0, 1.0)


def test_pert_with_the_mode_at_an_end_is_a_power():
    # Beta(1, 5): P(X < x) = 1 - (1 - x)^5. Beta(5, 1): x^5.
    assert pert_quantile(0.0, 0.0, 1.0, LEVELS) == pytest.approx(1 - (1 - LEVELS) ** 0.2, abs=3e-5)
    assert pert_quantile(0.0, 1.0, 1.0, LEVELS) == pytest.approx(LEVELS**0.2, abs=3e-5)


@given(st.floats(-1e6, 1e6), SPANS, PARTS)
def test_pert_has_its_mean_its_ends_and_stays_between_them(low, span, part):
    high = low + span
    mode = min(max(low + part * span, low), high)
    found = pert_quantile(low, mode, high, LEVELS)
    assert found[0] == pytest.approx(low)
    assert found[-1] == pytest.approx(high)
    assert (np.diff(found) >= 0).all()
    mean = np.trapezoid(found, LEVELS)
    assert mean == pytest.approx((low + 4 * mode + high) / 6, abs=2e-4 * span)


@given(PARTS, PARTS, st.floats(0.01, 0.99))
def test_a_larger_mode_never_gives_a_smaller_draw(one, other, level):
    less, more = sorted((one, other))
    assert pert_quantile(0.0, less, 1.0, level) <= pert_quantile(0.0, more, 1.0, level) + 1e-9


def test_pert_without_a_range_is_its_value():
    assert pert_quantile(5.0, 5.0, 5.0, LEVELS).tolist() == [5.0] * len(LEVELS)


def test_lognormal_factors_have_median_1():
    assert lognormal_factor(0.3, 0.0) == 1.0
    assert lognormal_factor(0.3, np.array([-1.0, 1.0])) == pytest.approx([math.exp(-0.3), math.exp(0.3)])


def test_quantiles_are_draws_and_the_least_that_are_enough():
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0])
    # 60 % of five are three: the third. One draw in a million more is wanted for any level above.
    assert quantiles(values, [0.2, 0.6, 0.61, 1.0]).tolist() == [1.0, 3.0, 4.0, 5.0]


def test_quantiles_of_many_rows_are_those_of_each():
    rows = np.random.default_rng(3).lognormal(size=(7, 1000))
    together = quantiles(rows, [0.1, 0.5, 0.8])
    assert together.tolist() == [quantiles(row, [0.1, 0.5, 0.8]).tolist() for row in rows]


@given(st.lists(st.floats(0, 1e9) | st.just(math.inf), min_size=1), st.floats(0.01, 1.0))
def test_at_least_the_level_of_draws_lie_at_or_below_a_quantile(values, level):
    found = quantiles(np.array(values), [level])[0]
    assert found in values
    assert np.mean(np.array(values) <= found) >= level - 1e-9


def test_error_of_a_level():
    # P95 of 2,000 draws: 1.96 * sqrt(0.95 * 0.05 / 2000) is 0.96 percentile points.
    assert 1.96 * level_error(0.95, 2000) == pytest.approx(0.0096, abs=5e-5)


def test_normal_quantiles_are_those_of_the_standard_library():
    levels = np.concatenate((np.linspace(1e-9, 1 - 1e-9, 2001), 10.0 ** -np.arange(1.0, 300.0)))
    expected = [NormalDist().inv_cdf(level) for level in levels.tolist()]
    assert normal_quantile(levels) == pytest.approx(expected, rel=1e-13, abs=1e-13)


def test_balanced_levels_have_one_in_each_part_and_never_an_end():
    rng = np.random.default_rng(5)
    levels = balanced_levels(rng.random(1000), rng.permutation(1000))
    assert sorted(np.floor(levels * 1000).astype(int).tolist()) == list(range(1000))
    ends = balanced_levels(np.array([0.0, 1.0 - 2.0**-53]), np.array([0, 1]))
    assert np.isfinite(normal_quantile(ends)).all()
