import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.calendar import (
    advance,
    first_fit,
    first_start,
    opening_windows,
    paused_time,
    stretches,
    windows,
)

NIGHTS = stretches([19.0, 43.0, 67.0, 91.0], [31.0, 55.0, 79.0, 103.0])
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)
moments, lengths = st.integers(0, 70), st.integers(0, 40)


def made(pairs):
    return stretches([a for a, b in pairs], [b for a, b in pairs])


@given(spans, moments, lengths)
def test_the_first_fit_second_by_second(pairs, ready, length):
    found = made(pairs)
    fitting = [
        max(ready, a)
        for a, b in zip(found.starts, found.ends, strict=True)
        if b > ready and b - max(ready, a) >= length
    ]
    assert first_fit(windows(found), ready, length) == (fitting[0] if fitting else np.inf)


@given(spans, spans, moments, lengths, st.integers(0, 9), st.integers(0, 9))
def test_later_longer_and_less_room_never_begin_earlier(pairs, more, ready, length, later, longer):
    easy = first_fit(windows(made(pairs + more)), ready, length)
    assert first_fit(windows(made(pairs)), ready + later, length + longer) >= easy


def test_exactly_full_fits_and_a_second_more_does_not():
    found = windows(NIGHTS)
    assert first_fit(found, 0.0, np.array([12.0, 13.0])).tolist() == [19.0, np.inf]


def test_arrays_are_their_elements():
    found = windows(stretches([0, 20, 50, 100], [10, 45, 60, 200]))
    ready, length = np.meshgrid(np.linspace(0, 210, 30), np.linspace(0, 110, 20))
    column = first_fit(found, ready, length)
    for place in np.ndindex(column.shape):
        assert column[place] == first_fit(found, ready[place], length[place])


def test_the_unknown_has_no_window():
    found = windows(NIGHTS)
    assert np.isnan(first_fit(found, np.array([np.nan, 0.0]), np.array([1.0, np.nan]))).all()
    assert first_fit(found, np.inf, 1.0) == np.inf
    assert first_fit(windows(stretches([], [])), 0.0, 1.0) == np.inf


def test_what_is_too_long_for_any_night_begins_with_one_and_pauses():
    found = opening_windows(stretches([0.0], [100.0]), NIGHTS, 12.0)
    # 12 + 12 + 12 + 9 hours are left from the first night on until the days close at 100.
    assert found.room.tolist() == [45.0, 33.0, 21.0]
    assert first_start(found, 25.0, np.array([13.0, 33.0, 34.0])).tolist() == [43.0, 43.0, np.inf]
    assert paused_time(NIGHTS, 43.0, 13.0) == pytest.approx(12.0)
    assert paused_time(NIGHTS, 43.0, 12.0) == pytest.approx(0.0)


@given(st.floats(0, 60), st.floats(0, 40), st.floats(0, 5))
def test_becoming_too_long_never_ends_earlier(ready, length, more):
    whole, opening = windows(NIGHTS), opening_windows(stretches([0.0], [200.0]), NIGHTS, 12.0)

    def end(length):
        start = first_fit(whole, ready, length) if length <= 12.0 else first_start(opening, ready, length)
        return float(advance(NIGHTS, start, length))

    assert end(length + more) >= end(length) - 1e-6
