"""The lowest of several limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from migplan.formulas.copying import lowest


@given(arrays(float, (4, 6), elements=st.sampled_from([0.0, 1.0, 2.0, np.inf, np.nan])))
def test_it_is_the_minimum_and_its_first_position(limits):
    value, which = lowest(*limits)
    assert value == pytest.approx(limits.min(axis=0), nan_ok=True)
    assert which.tolist() == limits.argmin(axis=0).tolist()


def test_limits_of_any_shape():
    value, which = lowest(5.0, np.array([[1.0], [9.0]]), np.array([[2.0, 7.0, np.inf]]))
    assert value.tolist() == [[1.0, 1.0, 1.0], [2.0, 5.0, 5.0]]
    assert which.tolist() == [[1, 1, 1], [2, 0, 0]]
