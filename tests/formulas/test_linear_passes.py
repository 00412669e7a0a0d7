import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.formulas.passes import FITS, GROWS, LinearPass, Reserve, linear_passes, run_passes

HOUR, DAY = 3600.0, 86400.0

cases = st.tuples(
    st.floats(HOUR, 60 * DAY),
    st.floats(0, 5 * DAY) | st.just(0.0),
    st.floats(0, 2 * DAY) | st.just(0.0),
    st.floats(0, 0.9) | st.floats(1.001, 3),
    st.floats(600, 10 * DAY) | st.just(np.nan),
    st.floats(1, 1.3),
    st.floats(0, 30 * DAY),
)


@settings(max_examples=500)
@given(cases)
def test_the_closed_form_is_the_loop(case):
    first, least, fixed, ratio, window, stretch, rested = case
    if 0.95 < ratio * stretch < 1.001:
        return
    # The loop takes the ratio from two ages, at which a pass may not yet be longer than its least.
    if least > fixed + ratio * first * stretch:
        return
    passes, age = LinearPass(least, fixed, ratio), first * stretch + rested
    looped = run_passes(age, first, passes, np.add, window, stretch, age, keep=4)
    closed = linear_passes(age, first, passes, np.add, window, stretch, age, keep=4)
    if np.isclose(looped.cutover_busy, window, rtol=1e-6) or np.isclose(
        closed.cutover_busy, window, rtol=1e-6
    ):
        return
    assert (closed.count, closed.state) == (looped.count, looped.state)
    for name in ("end", "busy_total", "cutover_busy", "age"):
        assert getattr(closed, name) == pytest.approx(getattr(looped, name), rel=1e-6), name
    assert np.nan_to_num(closed.ends[: len(looped.ends)], nan=-1.0) == pytest.approx(
        np.nan_to_num(np.array(looped.ends), nan=-1.0), rel=1e-6
    )


@pytest.mark.slow
@settings(max_examples=500)
@given(cases, st.floats(0.1, 1.0), st.integers(0, 4))
def test_passes_for_a_reserve_are_those_of_the_loop(case, part, most):
    first, least, fixed, ratio, window, stretch, rested = case
    if 0.95 < ratio * stretch < 1.001 or least > fixed + ratio * first * stretch:
        return
    passes, age = LinearPass(least, fixed, ratio), first * stretch + rested
    wanted = Reserve(window * part, most)
    looped, closed, plain = (
        made(age, first, passes, np.add, window, stretch, age, keep=4, **more)
        for made, more in (
            (run_passes, {"reserve": wanted}),
            (linear_passes, {"reserve": wanted}),
            (linear_passes, {}),
        )
    )
    edges = (window, window * part)
    if np.isclose([looped.cutover_busy, closed.cutover_busy], np.array(edges)[:, None], rtol=1e-6).any():
        return
    assert (closed.count, closed.state) == (looped.count, looped.state)
    assert closed.end == pytest.approx(looped.end, rel=1e-6)
    assert plain.state == closed.state
    assert plain.count <= closed.count <= plain.count + most
    assert closed.cutover_busy <= plain.cutover_busy


def test_a_pass_that_fits_is_followed_by_shorter_ones_until_they_take_half_the_window():
    # Passes of 40 h, 20 h, 10 h, 5 h and so on; 24 h are there, and 12 h are wanted.
    passes = LinearPass(0.0, 0.0, 0.5)
    found = [
        linear_passes(80 * HOUR, 80 * HOUR, passes, np.add, 24 * HOUR, reserve=reserve)
        for reserve in (None, Reserve(12 * HOUR, 0), Reserve(12 * HOUR, 3), Reserve(1 * HOUR, 3))
    ]
    assert [float(one.cutover_busy) / HOUR for one in found] == [20.0, 20.0, 10.0, 2.5]
    assert [int(one.count) for one in found] == [3, 3, 4, 6]
    # Another end than the fit moves by what the passes take.
    assert float(found[2].end - found[0].end) == pytest.approx(20 * HOUR)


def test_passes_that_do_not_shrink_are_not_made_for_a_reserve():
    grown = linear_passes(HOUR, HOUR, LinearPass(0.0, 0.0, 1.5), np.add, 2 * HOUR, reserve=Reserve(HOUR, 3))
    assert (grown.count, grown.state) == (2, FITS)


def test_phases_side_by_side_end_at_the_scan():
    # A scan of 5 h beside a copy of 100 h with 0.3 of change: 100, 30, 9, and then the scan alone.
    found = linear_passes(100.0, 100.0, LinearPass(5.0, 0.0, 0.3), np.add, 6.0, keep=4)
    assert (found.count, found.state, found.cutover_busy) == (4, FITS, 5.0)
    assert found.busy_total == pytest.approx(100 + 30 + 9 + 5)
    assert [float(end) for end in found.ends[:2]] == pytest.approx([130.0, 139.0])


def test_passes_that_shrink_slowly_are_counted_all_the_same():
    # 1 + ln(0.04) / ln(0.999) = 3218.3
    found = linear_passes(1000.0, 1000.0, LinearPass(0.0, 0.0, 0.999), np.add, 40.0)
    assert found.count == 3219
    assert found.busy_total == pytest.approx((1000 - 0.999 * float(found.cutover_busy)) / 0.001)
    assert linear_passes(1000.0, 1000.0, LinearPass(0.0, 0.0, 1.0), np.add, 40.0).state == GROWS


@settings(max_examples=300)
@given(cases, st.tuples(*[st.floats(0, 1)] * 6))
def test_more_of_anything_never_ends_earlier(case, more):
    def end(first, least, fixed, ratio, window, stretch, rested):
        age = first * stretch + rested
        found = linear_passes(
            age, first, LinearPass(least, fixed, ratio), lambda s, b: s + b * stretch, window, stretch, age
        )
        return float(found.end + found.cutover_busy)

    first, least, fixed, ratio, window, stretch, rested = case
    if least > first or fixed > first:
        return
    longer, files, change, wider, less, freeze = more
    harder = (
        first * (1 + longer) + files * (least + fixed),
        least * (1 + files),
        fixed * (1 + files),
        ratio * (1 + longer) * (1 + change),
        window / (1 + wider),
        stretch * (1 + less),
        rested * (1 + freeze),
    )
    assert end(*harder) >= end(*case) * (1 - 1e-6)


def test_an_array_is_its_elements():
    rng = np.random.default_rng(8)
    first, fixed = 10 ** rng.uniform(4, 7, 300), 10 ** rng.uniform(1, 5, 300)
    least, ratio = 10 ** rng.uniform(1, 5, 300), rng.uniform(0, 1.2, 300)
    window = np.where(rng.random(300) < 0.2, np.nan, 10 ** rng.uniform(3, 6, 300))
    column = linear_passes(first, first, LinearPass(least, fixed, ratio), np.add, window)
    for row in range(300):
        passes = LinearPass(least[row], fixed[row], ratio[row])
        single = linear_passes(first[row], first[row], passes, np.add, window[row])
        for name in ("count", "end", "cutover_busy", "state"):
            assert getattr(column, name)[row] == pytest.approx(getattr(single, name), rel=1e-12), name
