import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.cost import (
    device_fee,
    minimum_billed,
    request_cost,
    running_cost,
    stepped_cost,
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


def test_requests():
    # 10 million files, two passes, 0.005 USD per thousand: 20e6 * 5e-6 = 100 USD.
    assert request_cost(2 * 10e6, 5e-6) == pytest.approx(100)


def test_days_beyond_those_included():
    assert stepped_cost(np.array([0.0, 15.0, 16.0, 20.0]), 15.0, 250.0).tolist() == [0.0, 0.0, 250.0, 1250.0]
    # Who stays within the included days need not know the rate.
    assert stepped_cost(15.0, 15.0, math.nan) == 0
    assert math.isnan(stepped_cost(math.nan, 15.0, 250.0))


def test_device_fee():
    # 2 * (1,800 + 5 * 250) = 6,100 USD; no device, no fee, known or not.
    assert device_fee(2.0, 1800.0, 20.0, 15.0, 250.0) == 6100
    assert device_fee(0.0, math.nan, 20.0, 15.0, 250.0) == 0
    assert math.isnan(device_fee(1.0, math.nan, 20.0, 15.0, 250.0))


def test_what_runs_costs_by_time():
    # 30 days = 720 h at 2.25 USD.
    assert running_cost(30 * 86400.0, 2.25 / 3600) == pytest.approx(1620)
    assert minimum_billed(np.array([10.0, 40.0]), 30.0).tolist() == [30.0, 40.0]
