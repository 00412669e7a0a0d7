import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.calendar import (
    DAY,
    advance,
    complement,
    daily_stretches,
    intersection,
    on_clock,
    stretches,
    usable_time,
)

HOUR = 3600.0
NIGHTS = {weekday: [(19 * HOUR, 31 * HOUR)] for weekday in range(5)} | {5: [(0.0, DAY)], 6: [(0.0, DAY)]}

# Whole numbers, so that a simulation second by second is exact.
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)
moments = st.integers(0, 70)


def made(pairs):
    return stretches([a for a, b in pairs], [b for a, b in pairs])


def seconds(pairs):
    return {second for a, b in pairs for second in range(a, b)}


def pairs_of(found):
    return list(zip(found.starts.astype(int).tolist(), found.ends.astype(int).tolist(), strict=True))


@given(spans)
def test_stretches_neither_overlap_nor_touch(pairs):
    found = made(pairs)
    assert seconds(pairs_of(found)) == seconds(pairs)
    assert (found.starts[1:] > found.ends[:-1]).all()
    assert (found.lengths > 0).all()


@given(spans, spans)
def test_intersection_and_complement_second_by_second(one, other):
    both = intersection(made(one), made(other))
    assert seconds(pairs_of(both)) == seconds(one) & seconds(other)
    rest = complement(made(one), 5, 50)
    assert seconds(pairs_of(rest)) == set(range(5, 50)) - seconds(one)


@given(spans, moments)
def test_usable_time_second_by_second(pairs, moment):
    assert usable_time(made(pairs), moment) == sum(second < moment for second in seconds(pairs))


@given(spans, moments, st.integers(0, 60))
def test_advance_second_by_second(pairs, start, busy):
    ahead = sorted(second for second in seconds(pairs) if second >= start)
    expected = start if busy == 0 else ahead[busy - 1] + 1 if busy <= len(ahead) else np.inf
    assert advance(made(pairs), start, busy) == expected


@given(spans, st.floats(0, 70), st.floats(1e-3, 60))
def test_advance_is_the_inverse_of_usable_time(pairs, start, busy):
    found = made(pairs)
    end = float(advance(found, start, busy))
    if np.isfinite(end):
        assert usable_time(found, end) - usable_time(found, start) == pytest.approx(busy, abs=2e-6)


@given(spans, spans, moments, st.integers(0, 60))
def test_more_stretches_never_end_later(pairs, more, start, busy):
    assert advance(made(pairs + more), start, busy) <= advance(made(pairs), start, busy)


def test_arrays_are_their_elements():
    week = daily_stretches(np.arange(700) % 7, NIGHTS)
    rng = np.random.default_rng(2)
    start, busy = rng.uniform(0, 100 * DAY, (4, 1)), rng.uniform(0, 100 * DAY, (1, 9))
    column = advance(week, start, busy)
    assert column.shape == (4, 9)
    for row in range(4):
        for place in range(9):
            assert column[row, place] == advance(week, start[row, 0], busy[0, place])


def test_a_week_of_nights_and_weekends():
    week = daily_stretches(np.arange(28) % 7, NIGHTS)
    # 5 nights of 12 hours and 2 days, of which Friday's night takes 7 hours of Saturday.
    assert usable_time(week, 14 * DAY) - usable_time(week, 7 * DAY) == (5 * 12 + 48 - 7) * HOUR
    # Monday noon waits for 19:00; 12 hours later the night is over, and one hour more is on Tuesday evening.
    assert advance(week, 12 * HOUR, np.array([0, 12, 13]) * HOUR).tolist() == [
        12 * HOUR,
        31 * HOUR,
        44 * HOUR,
    ]


def test_a_night_that_began_the_day_before():
    week = daily_stretches(np.array([6, 0, 1]), {6: [(19 * HOUR, 31 * HOUR)]}, first_day=-1)
    assert (week.starts.tolist(), week.ends.tolist()) == ([-5 * HOUR], [7 * HOUR])


def test_an_hour_that_is_shown_twice_counts_twice():
    # At 03:00 the clock goes back to 02:00: what lies from 01:00 to 02:30 is there until 02:30, and again from 03:00.
    found = on_clock(stretches([HOUR], [2.5 * HOUR]), [3 * HOUR], [0.0, -HOUR])
    assert (found.starts / HOUR).tolist() == [1.0, 3.0]
    assert (found.ends / HOUR).tolist() == [2.5, 3.5]


def test_an_hour_that_is_left_out_does_not_exist():
    found = on_clock(stretches([2.25 * HOUR], [2.75 * HOUR]), [2 * HOUR], [0.0, HOUR])
    assert len(found.starts) == 0


def test_the_end_of_the_calendar_is_infinite_and_the_unknown_unknown():
    week = daily_stretches(np.arange(7), NIGHTS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ends = advance(
            week, np.array([0.0, np.inf, np.nan, 0.0, 1e9]), np.array([1e9, 1.0, 1.0, np.nan, 0.0])
        )
    assert ends.tolist()[:2] == [np.inf, np.inf]
    assert np.isnan(ends[2:4]).all()
    assert ends[4] == 1e9


def test_without_a_stretch_nothing_ever_ends():
    none = stretches([], [])
    assert advance(none, 5.0, np.array([0.0, 1.0])).tolist() == [5.0, np.inf]
    assert usable_time(none, 5.0) == 0.0


def test_rounding_does_not_throw_an_end_into_the_next_stretch():
    week = daily_stretches(np.arange(7000) % 7, NIGHTS)
    last = float(week.ends[4000])
    third = (last - float(week.starts[4000])) / 3
    assert advance(
        week, advance(week, advance(week, week.starts[4000], third), third), third
    ) == pytest.approx(last)
