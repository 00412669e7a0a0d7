import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas import divide, whole_units


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        (10.0, 4.0, 2.5),
        (10.0, 0.0, math.inf),  # never done
        (10.0, math.inf, 0.0),  # at once
        (0.0, 0.0, 0.0),  # nothing to do
        (0.0, math.inf, 0.0),
    ],
)
def test_ends_of_the_range(amount, rate, expected):
    assert divide(amount, rate) == expected
    assert divide(np.full(3, amount), np.full(3, rate)).tolist() == [expected] * 3


@pytest.mark.parametrize(
    ("amount", "rate"), [(math.nan, 1.0), (1.0, math.nan), (math.nan, 0.0), (math.nan, math.inf)]
)
def test_unknown_stays_unknown(amount, rate):
    assert math.isnan(divide(amount, rate))
    assert math.isnan(whole_units(amount, rate))


def test_a_scalar_in_gives_a_scalar_out():
    assert np.ndim(divide(1.0, 0.0)) == 0
    assert isinstance(divide(1.0, 2.0), float)


def test_whole_units_at_the_ends():
    # A unit without limit holds anything, but nothing needs no unit; units of size 0 hold nothing.
    assert whole_units(np.array([0.0, 5.0]), np.inf).tolist() == [0.0, 1.0]
    assert whole_units(np.array([0.0, 5.0]), 0.0).tolist() == [0.0, math.inf]


@given(st.integers(1, 10**6), st.integers(1, 10**9))
def test_whole_units_exactly_full_and_one_more(count, size):
    assert whole_units(float(count * size), float(size)) == count
    assert whole_units(float(count * size + 1), float(size)) == count + 1


# Up to 10^15 units: from 2^53 on, floats skip whole numbers.
@given(st.floats(0, 1e18), st.floats(1e3, 1e15))
def test_whole_units_hold_the_amount_and_no_fewer_do(amount, size):
    count = whole_units(amount, size)
    assert count * size >= amount
    assert count == 0 or (count - 1) * size <= amount
