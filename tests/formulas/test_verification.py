import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.verification import overlapped, pipelined_time, sequential_time, verify_time

TIMES = st.floats(0, 1e9)


def test_the_slowest_of_three_reads_counts():
    # 1 TB at 0.5, 1.0 or 0.25 GB/s: 2,000, 1,000 or 4,000 s; 1e6 files * 4 ms / 8 = 500 s on top.
    assert verify_time(1e12, 0.5e9, 1e9, 2e9, 1e6, 0.004, 8.0) == pytest.approx(2500)
    assert verify_time(1e12, 5e9, 1e9, 2e9, 1e6, 0.004, 8.0) == pytest.approx(1500)
    assert verify_time(1e12, 5e9, 1e9, 0.25e9, 1e6, 0.004, 8.0) == pytest.approx(4500)
    assert verify_time(0.0, 5e9, 1e9, 0.25e9, 0.0, 0.004, 8.0) == 0


def test_one_core_of_md5_is_slower_than_ten_gigabits():
    # 0.6 GB/s is 4.8 Gb/s: 125 GB take 208 s to hash and 100 s on a line of 10 Gb/s.
    assert verify_time(125e9, 0.6e9, 1.25e9, 1.25e9, 0.0, 0.0, 1.0) == pytest.approx(208.33, rel=1e-4)


def test_phases():
    assert sequential_time(1.0, 10.0, 6.0) == 17
    assert pipelined_time(1.0, 10.0, 6.0) == 10
    assert [overlapped(100.0, 120.0, part) for part in (0.0, 1.0)] == [220.0, 100.0]
    assert math.isnan(pipelined_time(1.0, math.nan, 6.0))


@given(TIMES, TIMES, TIMES, st.floats(0, 1))
def test_side_by_side_is_never_slower(scan, copy, verify, part):
    assert pipelined_time(scan, copy, verify) <= sequential_time(scan, copy, verify)
    assert copy <= overlapped(copy, verify, part) <= sequential_time(0.0, copy, verify)
