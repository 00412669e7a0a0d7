"""The integral over levels against one that is summed minute by minute."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.calendar import advance, stretches
from migplan.formulas.shares import advance_by_level, levels_of


def alternating(bits):
    """Stretches of level 0, of level 1 and of none, hour by hour."""
    hours = np.array(bits)
    return [stretches(np.flatnonzero(hours == level), np.flatnonzero(hours == level) + 1) for level in (0, 1)]


@given(
    bits=st.lists(st.sampled_from([0, 0, 1, 1, 2]), min_size=30, max_size=30),
    start=st.integers(0, 20),
    busy=st.floats(0.1, 40.0),
    slower=st.floats(1.0, 20.0),
)
def test_against_a_sum_of_small_steps(bits, start, busy, slower):
    one, other = alternating(bits)
    found = advance_by_level(levels_of([one, other]), float(start), [busy, busy * slower])
    step, done, time = 0.01, 0.0, float(start)
    # Sums of hundredths miss 1 by a last bit, and the step behind it may be a pause.
    while done < 1.0 - 1e-9 and time < len(bits):
        pace = {0: 1 / busy, 1: 1 / (busy * slower), 2: 0.0}[bits[int(time + 1e-9)]]
        done += step * pace
        time += step
    if done < 1.0 - 1e-6:
        assert found == np.inf
    elif np.isfinite(found):
        assert found == pytest.approx(time, abs=0.05)


@given(
    bits=st.lists(st.sampled_from([0, 1, 2]), min_size=40, max_size=40).filter(lambda b: 0 in b or 1 in b),
    start=st.floats(-2.0, 30.0),
    busy=st.floats(0.0, 50.0),
)
def test_levels_of_one_pace_are_one_level(bits, start, busy):
    one, other = alternating(bits)
    both = stretches(np.concatenate((one.starts, other.starts)), np.concatenate((one.ends, other.ends)))
    found = advance_by_level(levels_of([one, other]), start, [busy, busy])
    assert found == pytest.approx(advance(both, start, busy), abs=1e-6)


def test_what_is_unknown_endless_or_nothing():
    levels = levels_of([stretches([0.0], [5.0]), stretches([5.0], [9.0])])
    starts = np.array([1.0, 1.0, 1.0, np.inf, np.nan])
    busy = np.array([0.0, np.nan, np.inf, 1.0, 1.0])
    found = advance_by_level(levels, starts, [busy, busy])
    assert found[0] == 1.0
    assert np.isnan(found[[1, 4]]).all()
    assert np.isposinf(found[[2, 3]]).all()


def test_a_level_at_which_nothing_goes_on_is_waited_through():
    levels = levels_of([stretches([0.0, 10.0], [5.0, 15.0]), stretches([5.0], [10.0])])
    assert advance_by_level(levels, 4.0, [2.0, np.inf]) == 11.0
