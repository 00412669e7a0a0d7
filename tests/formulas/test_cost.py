import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.cost import (
    tiered_cost,
)

STARTS, PRICES = [0.0, 10e12, 50e12], [9e-11, 8.5e-11, 7e-11]
VOLUMES = st.floats(0, 1e16)


def test_a_tier_begins_where_the_last_one_ended():
    # 10 TB at 9e-11 USD/B is 900 USD, on either side of the edge; 50 TB are 900 + 40e12 * 8.5e-11 = 4,300 USD.
    assert (
        tiered_cost(np.array([10e12 - 1, 10e12, 10e12 + 1]), STARTS, PRICES).round(6).tolist() == [900.0] * 3
    )
    assert tiered_cost(np.array([0.0, 50e12, 60e12]), STARTS, PRICES).round(6).tolist() == [
        0.0,
        4300.0,
        5000.0,
    ]


def test_below_the_first_tier_is_free():
    assert tiered_cost(np.array([50.0, 100.0, 130.0]), [100.0], [2.0]).tolist() == [0.0, 0.0, 60.0]


def test_an_unknown_price_matters_only_to_who_reaches_it():
    assert tiered_cost(1e12, STARTS, [9e-11, math.nan, 7e-11]) == pytest.approx(90)
    assert math.isnan(tiered_cost(11e12, STARTS, [9e-11, math.nan, 7e-11]))
    assert math.isnan(tiered_cost(math.nan, STARTS, PRICES))


@pytest.mark.parametrize(("starts", "prices"), [([], []), ([0.0], []), ([0.0, 1.0], [1.0])])
def test_tiers_without_prices_are_no_price(starts, prices):
    with pytest.raises(ValueError, match="zip"):
        tiered_cost(1.0, starts, prices)


def test_tiers_may_be_columns():
    prices = [np.array([1.0, 2.0]), np.array([0.5, 1.0])]
    # 10 * 1 + 5 * 0.5 and 10 * 2 + 5 * 1.
    assert tiered_cost(15.0, [0.0, 10.0], prices).tolist() == [12.5, 25.0]


@given(VOLUMES, VOLUMES)
def test_more_never_costs_less(one, other):
    low, high = sorted((one, other))
    assert tiered_cost(low, STARTS, PRICES) <= tiered_cost(high, STARTS, PRICES)


def test_one_row_equals_its_column():
    volume = np.random.default_rng(3).uniform(0, 1e14, 300)
    assert tiered_cost(volume, STARTS, PRICES).tolist() == [
        tiered_cost(row, STARTS, PRICES) for row in volume
    ]
