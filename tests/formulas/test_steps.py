"""Steps below values: for few of them and for many the same."""

import numpy as np
import pytest

from migplan.formulas import steps_below

STEPS = np.array([1.0, 1.5, 8.0])


@pytest.mark.parametrize("count", [20, 20_000])
def test_steps_are_counted_as_by_a_search(count):
    random = np.random.default_rng(3)
    values = np.concatenate([random.uniform(0.0, 10.0, count), STEPS, [np.inf, -np.inf, np.nan]])
    found = steps_below(STEPS, values[:, None])
    assert found.shape == (count + 6, 1)
    assert found.ravel().tolist() == np.searchsorted(STEPS, values).tolist()
    # Multiples of it must not wrap around.
    assert (found * 1000).max() == 3000
