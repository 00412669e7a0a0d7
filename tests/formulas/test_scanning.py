import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.copying import scan_time, wan_scan_time

# Scans of a measured table: https://learn.microsoft.com/en-us/azure/storage-mover/performance-targets


@pytest.mark.parametrize(
    ("items", "seconds", "rate"),
    [
        (12e6, 41 * 60 + 45, 4790),  # 2,505 s
        (12e6, 24 * 60 + 46, 8075),  # 1,486 s
        (3.5e6, 77, 45_455),
        (3.5e6, 63, 55_556),
        (1e6, 57.6, 17_361),
    ],
)
def test_measured_scans(items, seconds, rate):
    assert round(items / seconds) == rate
    assert scan_time(items, rate) == pytest.approx(seconds, rel=2e-4)


def test_twenty_million_items():
    # 20e6 / 5000 = 4,000 s = 1.11 h, the floor of every pass.
    assert f"{scan_time(20e6, 5000.0) / 3600:.2f}" == "1.11"
    assert scan_time(20e6, 5000.0, 2.0) == 2000
    assert scan_time(20e6, 0.0) == math.inf
    assert scan_time(20e6, math.inf) == 0


def test_over_distance():
    # Listing: max(1e6 / 5000 = 200 s, 1e5 * 4 * 0.04 s / 8 = 2,000 s); comparing: 1e6 * 2 * 0.04 s / 8 = 10,000 s.
    assert wan_scan_time(1e6, 5000.0, 1e5, 4.0, 0.04, 8.0, 0.0, 2.0) == pytest.approx(2000)
    assert wan_scan_time(1e6, 5000.0, 1e5, 4.0, 0.04, 8.0, 1e6, 2.0) == pytest.approx(12_000)


@given(st.floats(0, 1e10), st.floats(1, 1e6), st.floats(0, 1e8), st.floats(1, 128))
def test_no_distance_no_difference(items, rate, directories, concurrency):
    near = wan_scan_time(items, rate, directories, 4.0, 0.0, concurrency, items, 2.0)
    assert near == scan_time(items, rate)
    assert wan_scan_time(items, rate, directories, 4.0, 0.04, concurrency, items, 2.0) >= near
