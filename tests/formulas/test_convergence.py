import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migplan.formulas.convergence import (
    pass_floor,
    pass_length,
    passes_needed,
    passes_to_settle,
    total_pass_time,
)
from migplan.formulas.copying import line_rate_time

HOUR, DAY, TB = 3600.0, 86400.0, 1e12
# 50 TB at 6 TB/day, 0.25 TB/day of changes, 20 million items at 5,000 a second.
SCAN, RATIO = 20e6 / 5000, 0.25 / 6
FIRST = SCAN + 50 / 6 * DAY

scans = st.floats(0, 30 * DAY)
firsts = st.floats(1, 300 * DAY)
ratios = st.floats(0, 0.999)


def simulated(first, scan, ratio, number):
    """The recursion itself."""
    lengths = [first]
    while len(lengths) < number:
        lengths.append(scan + ratio * lengths[-1])
    return lengths


def test_the_worked_example_of_passes():
    lengths = [float(pass_length(k, FIRST, SCAN, RATIO)) / HOUR for k in (1, 2, 3, 4)]
    # 1.111 + 200; 1.111 + 201.111 / 24; 1.111 + 9.491 / 24; 1.111 + 1.507 / 24
    assert [f"{length:.4g}" for length in lengths] == ["201.1", "9.491", "1.507", "1.174"]
    assert f"{pass_floor(SCAN, RATIO) / HOUR:.2f}" == "1.16"  # 1.111 / (1 - 1/24)
    # 1 + ln((2 - 1.159) / (201.1 - 1.159)) / ln(1/24) = 2.72, so three.
    assert passes_needed(FIRST, SCAN, RATIO, 2 * HOUR) == 3


@pytest.mark.parametrize(("share", "copied", "settled"), [(0.8, "17.4", "26.6"), (0.7, "19.8", "32.9")])
def test_a_deadline_of_thirty_days_turns_on_the_share(share, copied, settled):
    # 150 TB at 1 Gbps, and 3 TB of changes a day: 150 / (8.64 - 3) and 150 / (7.56 - 3) days.
    first = line_rate_time(150 * TB, 125e6, share)
    ratio = 0.02 * 150 * TB / DAY / (125e6 * share)
    assert f"{first / DAY:.1f}" == copied
    assert f"{total_pass_time(100, first, 0.0, ratio) / DAY:.1f}" == settled


@example(1.0, 1.0, 1.0 + 2**-52, 2)
@example(1.0, DAY, 1.0 - 1.3e-8, 2)
@example(1.0, DAY, 1.0 - 2e-9, 30)
@given(firsts, scans, st.floats(0, 1.5), st.integers(1, 30))
def test_lengths_and_sums_are_those_of_the_recursion(first, scan, ratio, number):
    lengths = simulated(first, scan, ratio, number)
    assert pass_length(number, first, scan, ratio) == pytest.approx(lengths[-1], rel=1e-6)
    assert total_pass_time(number, first, scan, ratio) == pytest.approx(sum(lengths), rel=1e-6)


@given(firsts, scans, ratios, st.floats(1, 300 * DAY))
def test_the_number_is_that_of_the_first_pass_that_fits(first, scan, ratio, window):
    number = float(passes_needed(first, scan, ratio, window))
    if number == np.inf:
        assert min(simulated(first, scan, ratio, 60)) > window * (1 - 1e-9)
    elif number < 60:
        lengths = simulated(first, scan, ratio, int(number))
        assert lengths[-1] <= window * (1 + 1e-6)
        assert all(length > window * (1 - 1e-6) for length in lengths[:-1])


@pytest.mark.parametrize(
    ("first", "scan", "ratio", "window", "number"),
    [
        (100.0, 0.0, 0.1, 100.0, 1),  # the full copy just fits
        (100.0, 0.0, 0.1, 99.0, 2),
        (100.0, 0.0, 0.1, 10.0, 2),  # the second pass just fits
        (100.0, 0.0, 0.1, 9.99, 3),
        (100.0, 5.0, 0.0, 5.0, 2),  # nothing changes: the second pass is a scan
        (100.0, 5.0, 0.0, 4.99, np.inf),
        (100.0, 5.0, 0.5, 10.0, np.inf),  # exactly the floor is never reached
        (100.0, 0.0, 1.0, 99.0, np.inf),
        (100.0, 50.0, 0.9, 200.0, 1),  # passes get longer, and the full copy fits
        (100.0, 50.0, 0.9, 99.0, np.inf),
    ],
)
def test_special_windows(first, scan, ratio, window, number):
    assert passes_needed(first, scan, ratio, window) == number


def test_no_floor_where_passes_do_not_converge():
    assert pass_floor(10.0, np.array([0.0, 0.5, 1.0, 2.0])).tolist() == [10.0, 20.0, np.inf, np.inf]


@given(firsts, scans, ratios, st.floats(1, DAY))
def test_settled_passes_have_no_more_than_that_to_gain(first, scan, ratio, left):
    number = float(passes_to_settle(ratio, ratio * first, left))
    gain = float(pass_length(number, first, scan, ratio)) - float(pass_floor(scan, ratio))
    assert gain <= left * (1 + 1e-6) + 1e-6 * first
    if number > 2 and float(pass_floor(scan, ratio)) <= first:
        # And one pass fewer leaves more of the changes than that.
        assert ratio ** (number - 3) * ratio * first > left * (1 - 1e-6)


@given(firsts, scans, ratios, st.tuples(*[st.floats(0, 1)] * 3))
def test_more_change_never_makes_the_last_pass_shorter_by_more_than_may_be_left(first, scan, ratio, more):
    longer, files, change = more

    def settled(first, scan, ratio):
        number = passes_to_settle(ratio, ratio * first, 60.0)
        return float(number), float(pass_length(number, first, scan, ratio))

    harder = min(ratio * (1 + longer) * (1 + change), 0.999)
    count, last = settled(first, scan, ratio)
    more_passes, longer_last = settled(first * (1 + longer), scan * (1 + files), harder)
    assert more_passes >= count
    if scan <= first * (1 - ratio):  # else passes get longer and longer, the more of them the more
        assert longer_last >= last - 60.0 - 1e-6 * first
