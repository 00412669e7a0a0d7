import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.formulas.convergence import pass_floor, passes_needed, passes_to_settle, total_pass_time
from migplan.formulas.passes import (
    FITS,
    GAINED,
    GROWS,
    SETTLED,
    STALLS,
    LinearPass,
    changed_bytes_linear,
    changed_bytes_saturating,
    run_passes,
)

HOUR, DAY, TB = 3600.0, 86400.0, 1e12
SCAN, RATIO = 20e6 / 5000, 0.25 / 6
FIRST = SCAN + 50 / 6 * DAY
CURVE = ([DAY, 7 * DAY, 30 * DAY], [0.5 * TB, 1 * TB, 1.5 * TB])

scans = st.floats(0, 2 * DAY)
firsts = st.floats(HOUR, 60 * DAY)
ratios = st.floats(0, 1.5)
windows = st.floats(600, 10 * DAY)


def run(first, scan, ratio, window, **more):
    return run_passes(first, first, LinearPass(0.0, scan, ratio), np.add, window, **more)


def finish(found):
    return float(found.end + found.cutover_busy)


def test_three_passes_for_a_window_of_two_hours():
    found = run(FIRST, SCAN, RATIO, 2 * HOUR, keep=5)
    assert (found.count, found.state) == (3, FITS)
    assert found.cutover_busy / HOUR == pytest.approx(1.507, abs=5e-4)
    assert found.end / HOUR == pytest.approx(201.111 + 9.491, abs=5e-3)
    assert [float(end) for end in found.ends] == [float(found.end)]


def test_stalls_at_the_scan_floor():
    found = run(FIRST, SCAN, RATIO, 1 * HOUR)
    assert found.state == STALLS
    above = float(found.cutover_busy) - float(pass_floor(SCAN, RATIO))
    assert 0 < above <= GAINED


@pytest.mark.parametrize("ratio", [1.0, 1.01, 3.0])
def test_does_not_converge_from_a_ratio_of_one_on(ratio):
    found = run(10 * DAY, 0.0, ratio, 8 * HOUR)
    assert (found.state, found.end) == (GROWS, np.inf)
    assert found.ratio == pytest.approx(ratio)


def test_a_window_wider_than_the_copy_takes_what_does_not_converge():
    found = run(10 * DAY, 0.0, 1.2, 12 * DAY)  # the second pass takes 12 days
    assert (found.state, found.count) == (FITS, 2)


def test_without_a_window_passes_run_until_there_is_little_to_gain():
    found = run(FIRST, SCAN, RATIO, np.nan)
    # The second pass has 200 / 24 + 1.11 / 24 = 8.38 h of changes: 2 + ln(0.5 h / 8.38 h) / ln(1/24) = 2.89.
    assert (found.count, found.state) == (3, FITS)
    assert run(10 * DAY, 0.0, 1.2, np.nan).state == GROWS


def test_more_change_does_not_stop_passes_that_still_gain():
    # 72.9 TB at 80 Mbps take 84.4 days, and passes shrink to a scan of 17 h: at four times the change, and at one.
    first, scan = 84.4 * DAY, 17 * HOUR
    few, many = (run(first, scan, ratio, np.nan) for ratio in (0.06, 0.24))
    assert few.count <= many.count
    assert few.cutover_busy <= many.cutover_busy + SETTLED
    wide = run(first, scan, 0.06, 20 * HOUR)
    assert few.cutover_busy <= wide.cutover_busy


@given(firsts, scans, ratios, windows)
def test_no_window_gets_a_cutover_that_none_would_not(first, scan, ratio, window):
    free, bound = run(first, scan, ratio, np.nan), run(first, scan, ratio, window)
    if free.state == FITS and bound.state == FITS and float(pass_floor(scan, ratio)) <= first:
        assert free.cutover_busy <= bound.cutover_busy + SETTLED


def test_a_curve_of_changes_is_followed_while_passes_gain():
    # 0.5 TB change in a day, 1 TB in a week: at 1 TB a day, passes of 1, 0.5, 0.25, ... days, which the slope between
    # 20 and 40 days alone would not tell.
    found = run_passes(
        20 * DAY, 20 * DAY, lambda age: changed_bytes_saturating(age, *CURVE) / (TB / DAY), np.add, np.nan
    )
    assert found.state == FITS
    assert found.cutover_busy < 2 * SETTLED


def test_a_mean_week_counts_and_the_calendar_dates():
    def nights(start, busy):
        return start + 2 * busy

    found = run_passes(2 * FIRST, FIRST, LinearPass(0.0, SCAN, RATIO), nights, 2 * HOUR, stretch=2.0)
    # Data changes for twice as long as the line is ours: 1.111 + 201.111 / 12 = 17.87, then 2.600, then 1.328.
    assert found.cutover_busy / HOUR == pytest.approx(1.328, abs=1e-3)
    assert (found.end - 2 * FIRST) / HOUR == pytest.approx(2 * (17.87 + 2.6), abs=0.01)
    assert run(FIRST, SCAN, 0.6, 8 * HOUR, stretch=2.0).state == GROWS


def test_a_full_copy_that_met_a_freeze_leaves_more_behind():
    usual = run(FIRST, SCAN, RATIO, 2 * HOUR)
    frozen = run(FIRST, SCAN, RATIO, 2 * HOUR, first_age=FIRST + 17 * DAY)
    # 17 days of changes take 17 h more; the next pass then takes 1.111 + 26.491 / 24 h, too long by a little.
    assert (frozen.end - usual.end) / HOUR == pytest.approx(17 + 2.215, abs=1e-3)


@given(firsts, scans, ratios, windows | st.just(np.nan))
def test_the_loop_agrees_with_the_closed_forms(first, scan, ratio, window):
    # A full copy that would fit the window is made before it all the same.
    if 0.95 < ratio < 1.001 or window >= first:
        return
    found = run(first, scan, ratio, window)
    limit = float(passes_to_settle(ratio, ratio * first, SETTLED if np.isnan(window) else GAINED))
    fitting = float(passes_needed(first, scan, ratio, window))
    number = max(min(fitting, limit), 2.0)
    if number == np.inf:
        assert (found.state, found.end) == (GROWS, np.inf)
    elif abs(float(found.cutover_busy) - window) > 1e-6 * window or np.isnan(window):
        assert found.count == number
        assert found.busy_total == pytest.approx(float(total_pass_time(number, first, scan, ratio)), rel=1e-6)
        assert (found.state == STALLS) == bool(found.cutover_busy > window)


@settings(max_examples=300)
@given(
    st.tuples(firsts, scans, ratios, windows, st.floats(1, 4)),
    st.tuples(*[st.floats(0, 1)] * 5),
)
def test_more_of_anything_never_ends_earlier(case, more):
    first, scan, ratio, window, stretch = case
    longer, files, change, wider, less = more
    harder = (
        first * (1 + longer) + files * scan,
        scan * (1 + files),
        ratio * (1 + longer) * (1 + change),
        window / (1 + wider),
        stretch * (1 + less),
    )

    def end(first, scan, ratio, window, stretch):
        passes = LinearPass(0.0, scan, ratio)
        age = first * stretch
        found = run_passes(age, first, passes, lambda s, b: s + b * stretch, window, stretch, first_age=age)
        return finish(found)

    assert end(*harder) >= end(*case) * (1 - 1e-9)


def test_an_array_is_its_elements():
    rng = np.random.default_rng(5)
    first, scan = 10 ** rng.uniform(4, 7, 200), 10 ** rng.uniform(1, 5, 200)
    ratio, window = rng.uniform(0, 1.2, 200), 10 ** rng.uniform(3, 6, 200)
    window[::7] = np.nan
    column = run(first, scan, ratio, window)
    for row in range(200):
        single = run(first[row], scan[row], ratio[row], window[row])
        for name in ("count", "end", "busy_total", "cutover_busy", "state"):
            assert getattr(column, name)[row] == getattr(single, name), name


def test_shapes_broadcast():
    found = run(np.full((3, 1), FIRST), SCAN, RATIO, np.array([2.0, 24.0, np.nan, 0.5]) * HOUR, keep=3)
    assert found.end.shape == found.count.shape == found.state.shape == found.ends[0].shape == (3, 4)
    assert found.count[0].tolist() == [3, 2, 3, 6]  # 2 + ln(1 s / 8.38 h) / ln(1/24) = 5.2


def test_what_never_ends_and_what_has_no_line_pass_without_a_warning():
    first = np.array([FIRST, np.inf, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = run_passes(
            first, np.array([FIRST, FIRST, np.nan]), LinearPass(0.0, SCAN, RATIO), np.add, 7200.0
        )
    assert found.end[1] == np.inf
    assert np.isnan(found.end[2])
    assert found.state.tolist() == [FITS, FITS, FITS]


def test_change_counts_once_a_pass():
    def changed(age):
        return changed_bytes_saturating(age, *CURVE)

    def busy(age):
        return HOUR + changed(age) / (5 * TB / DAY)

    found = run_passes(10 * DAY, 10 * DAY, busy, np.add, 3 * HOUR, changed=changed, keep=5)
    ages = [10 * DAY, *np.diff([10 * DAY, *(float(end) for end in found.ends[: int(found.count) - 2])])]
    assert found.changed == pytest.approx(sum(float(changed(age)) for age in ages))
    assert found.age == pytest.approx(ages[-1])


def test_a_hot_set_converges_although_it_outruns_the_copy_at_first():
    # 3 TB change in an hour, but it is the same 3 TB all day, and little else: passes shrink to about 3 / 6 days.
    curve = ([HOUR, DAY, 30 * DAY], [3 * TB, 3.01 * TB, 3.3 * TB])
    rate = 6 * TB / DAY
    assert changed_bytes_saturating(HOUR, *curve) / HOUR > rate
    found = run_passes(
        20 * DAY, 20 * DAY, lambda age: changed_bytes_saturating(age, *curve) / rate, np.add, 0.6 * DAY
    )
    assert found.state == FITS
    assert found.cutover_busy / DAY == pytest.approx(0.5, rel=0.1)


def test_the_curve_goes_through_its_points():
    for age, amount in zip(*CURVE, strict=True):
        assert changed_bytes_saturating(age, *CURVE) == pytest.approx(amount)


def test_the_curve_between_and_beyond_its_points():
    # Halfway in the logarithm between 1 and 7 days: the geometric mean of 0.5 and 1 TB.
    assert changed_bytes_saturating(np.sqrt(7) * DAY, *CURVE) == pytest.approx(np.sqrt(0.5) * TB)
    # From 7 to 30 days with a slope of ln 1.5 / ln(30/7); 128.57 days is as far from 30 as 30 from 7.
    assert changed_bytes_saturating(30 * 30 / 7 * DAY, *CURVE) == pytest.approx(1.5 * 1.5 * TB)
    assert changed_bytes_saturating(HOUR, *CURVE) == pytest.approx(0.5 * TB / 24)
    assert changed_bytes_saturating(0.0, *CURVE) == 0.0


def test_a_single_point_is_a_rate():
    ages = np.array([0.0, 1.0, HOUR, DAY, 365 * DAY])
    curve = changed_bytes_saturating(ages, [7 * DAY], [0.7 * TB])
    assert curve == pytest.approx(changed_bytes_linear(ages, 0.1 * TB / DAY))


def test_amounts_may_be_rows():
    parts = np.array([0.25, 1.0])
    rows = changed_bytes_saturating(3 * DAY, CURVE[0], [amount * parts for amount in CURVE[1]])
    assert rows == pytest.approx(changed_bytes_saturating(3 * DAY, *CURVE) * parts)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_time_changes_no_less(one, other):
    early, late = sorted((one, other))
    assert changed_bytes_saturating(early, *CURVE) <= changed_bytes_saturating(late, *CURVE) * (1 + 1e-12)
