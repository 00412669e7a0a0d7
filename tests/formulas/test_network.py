import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas import network
from migplan.formulas.network import (
    EVERY_ACKNOWLEDGEMENT,
    cubic_rate,
    reno_rate,
    stream_rate,
    window_rate,
)

SEGMENT = 1448.0
LOSSES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
TRIPS = (0.01, 0.04, 0.08, 0.15)

# Mb/s with 1448 B: segment * 8 / round_trip_time * sqrt(3/4) / sqrt(loss).
RENO = {
    0.01: ("1003", "317", "100", "32", "10"),
    0.04: ("251", "79", "25", "8", "2.5"),
    0.08: ("125", "40", "13", "4.0", "1.3"),
    0.15: ("67", "21", "6.7", "2.1", "0.7"),
}
# The greater of segment * 8 / round_trip_time * sqrt(3/2) / sqrt(loss) and
# segment * 8 / round_trip_time * 1.0538 * (round_trip_time / loss)^(3/4).
# 0.04 s and 1e-4: 0.2896 Mb/s * 1.22474 * 100 = 35.47; a table that has 36 there rounded something before.
STREAM = {
    0.01: ("1419", "449", "142", "45", "14"),
    0.04: ("863", "154", "35", "11", "3.5"),
    0.08: ("726", "129", "23", "5.6", "1.8"),
    0.15: ("620", "110", "20", "3.5", "0.9"),
}


def printed_as(text, rate):
    digits = len(text.partition(".")[2])
    return f"{rate * 8 / 1e6:.{digits}f}"


@pytest.mark.parametrize("trip", TRIPS)
def test_loss_tables(trip):
    for loss, reno, stream in zip(LOSSES, RENO[trip], STREAM[trip], strict=True):
        assert printed_as(reno, reno_rate(SEGMENT, trip, loss)) == reno
        assert printed_as(stream, stream_rate(math.inf, SEGMENT, trip, loss)) == stream


@pytest.mark.parametrize(
    ("window", "printed"),
    [
        (2.0**16, ("52", "13", "6.6", "3.5")),  # 524,288 bits / 0.01 s = 52.4 Mb/s
        (2.0**20, ("839", "210", "105", "56")),  # 8,388,608 bits
        (2.0**24, ("13422", "3355", "1678", "895")),  # 134,217,728 bits
    ],
)
def test_window_table(window, printed):
    for trip, text in zip(TRIPS, printed, strict=True):
        assert printed_as(text, window_rate(window, trip)) == text
        assert window_rate(window, trip) == stream_rate(window, SEGMENT, trip, 0.0)


def test_constants():
    # sqrt(3/4) = 0.866, sqrt(3/2) = 1.225; (0.4 * 3.7 / 1.2)^(1/4) = 1.2333^(1/4) = 1.054.
    assert round(network.DELAYED_ACKNOWLEDGEMENT, 2) == 0.87
    assert round(EVERY_ACKNOWLEDGEMENT, 2) == 1.22
    assert round(float(cubic_rate(1.0, 1.0, 1.0)), 3) == 1.054


def test_no_distance_no_limit_and_no_loss_no_cap():
    for formula in (reno_rate, cubic_rate):
        assert formula(SEGMENT, 0.0, 0.01) == math.inf
        assert formula(SEGMENT, 0.04, 0.0) == math.inf
    assert window_rate(65536.0, 0.0) == math.inf
    assert stream_rate(65536.0, SEGMENT, 0.0, 0.01) == math.inf
    assert stream_rate(math.inf, SEGMENT, 0.04, 0.0) == math.inf


def test_unknown_stays_unknown():
    assert math.isnan(stream_rate(65536.0, SEGMENT, math.nan, 0.01))
    assert math.isnan(stream_rate(65536.0, SEGMENT, 0.04, math.nan))


@given(st.floats(1e3, 1e9), st.floats(1e-4, 1), st.floats(1e-8, 0.01), st.floats(1, 10))
def test_more_distance_and_more_loss_are_never_faster(window, trip, loss, factor):
    rate = stream_rate(window, SEGMENT, trip, loss)
    assert stream_rate(window, SEGMENT, trip * factor, loss) <= rate * (1 + 1e-12)
    assert stream_rate(window, SEGMENT, trip, loss * factor) <= rate * (1 + 1e-12)
    assert stream_rate(window * factor, SEGMENT, trip, loss) >= rate * (1 - 1e-12)


def test_one_row_equals_its_column():
    rng = np.random.default_rng(5)
    trip, loss = rng.uniform(0, 0.3, 200), rng.uniform(0, 0.01, 200)
    trip[::7], loss[::5] = 0.0, 0.0
    column = stream_rate(1048576.0, SEGMENT, trip, loss)
    rows = [stream_rate(1048576.0, SEGMENT, *row) for row in zip(trip, loss, strict=True)]
    assert column.tolist() == pytest.approx(rows, rel=1e-15)
