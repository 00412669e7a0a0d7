import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.copying import (
    byte_time,
    copy_time,
    histogram_copy_time,
    line_rate_time,
    operation_time,
    per_file_overhead,
)

HOUR, DAY = 3600.0, 86400.0
GRIDS = Path(__file__).parents[1] / "data" / "vendor_grids.csv"
BITS = {"Mbps": 1e6, "Gbps": 1e9}
# Microsoft counts 1 PB as 1,000 TB and a year as 365 days.
TERABYTES = {"TB": 1, "PB": 1000}
SECONDS = {"minute": 60.0, "hour": HOUR, "day": DAY, "year": 365 * DAY}
TIMES = st.floats(0, 1e12)
OVERLAPS = st.floats(1, 50) | st.just(math.inf)


def grid_rows():
    with GRIDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", grid_rows(), ids=lambda row: f"{row['grid']} {row['volume']} {row['link']}")
def test_every_cell_of_the_vendors_grids(row):
    (amount, unit), (speed, bits) = row["volume"].split(), row["link"].split()
    volume = float(amount) * TERABYTES[unit] * float(row["bytes_per_tb"])
    line_rate = float(speed) * BITS[bits] / 8
    part = float(row["link_share"]) * float(row["hours_per_day"]) / 24
    digits = len(row["printed"].partition(".")[2])
    assert f"{line_rate_time(volume, line_rate, part) / SECONDS[row['unit']]:.{digits}f}" == row["printed"]


def test_the_grids_are_all_there():
    assert [row["grid"] for row in grid_rows()].count("hdinsight") == 36


@pytest.mark.parametrize(
    ("megabits", "days"),
    [
        (44.736, "258.7"),  # 8e14 bits / (44.736e6 * 0.8) = 22,353,362 s
        (100, "115.7"),
        (500, "23.1"),
        (1000, "11.6"),
        (1250, "9.3"),
        (5000, "2.3"),
        (10_000, "1.16"),
        (100_000, "0.12"),
    ],
)
def test_100_terabytes_at_80_percent(megabits, days):
    digits = len(days.partition(".")[2])
    assert f"{line_rate_time(100e12, megabits * 1e6 / 8, 0.8) / DAY:.{digits}f}" == days


def test_no_share_never_ends():
    assert line_rate_time(1e12, 125e6, 0.0) == math.inf
    assert line_rate_time(0.0, 125e6, 0.0) == 0


def test_overhead_of_a_file():
    # 6 round trips and 2 ms: 6 * 1 ms + 2 ms = 8 ms; 6 * 40 ms + 2 ms = 242 ms.
    assert per_file_overhead(6.0, np.array([0.001, 0.04]), 0.002) == pytest.approx([0.008, 0.242])


@pytest.mark.parametrize(
    ("trip", "concurrency", "rate", "time", "unit"),
    [
        (0.001, 8, "1000", "2.8", HOUR),  # 8 / 0.008 s; 1e7 / 1000 = 10,000 s
        (0.04, 1, "4", "28", DAY),  # 1 / 0.242 s = 4.13; 2,420,000 s
        (0.04, 8, "33", "3.5", DAY),  # 33.06; 302,500 s
        (0.04, 64, "264", "10.5", HOUR),  # 264.5; 37,812 s
        (0.04, 128, "529", "5.3", HOUR),  # 528.9; 18,906 s
    ],
)
def test_ten_million_small_files(trip, concurrency, rate, time, unit):
    overhead = per_file_overhead(6.0, trip, 0.002)
    seconds = operation_time(1e7, overhead, concurrency)
    assert f"{1e7 / seconds:.0f}" == rate
    assert f"{seconds / unit:.{len(time.partition('.')[2])}f}" == time


# A measured table: https://learn.microsoft.com/en-us/azure/storage-mover/performance-targets
RATE = 1e12 / (11 * 60 + 11)  # 1 TB in one file in 11 min 11 s: 1.49 GB/s
OVERHEAD = (3 * HOUR + 51 * 60 + 31) / 12e6  # 12 million files of 1 kB in 3 h 51 min 31 s: 1.16 ms


@pytest.mark.parametrize(
    ("files", "size", "measured", "error"),
    [
        (3.3e6, 13e3, 55 * 60 + 10, "+16"),  # 3,820 s + 42.9 GB / 1.49 GB/s = 3,849 s against 3,310 s
        (117e6, 1e3, 25 * HOUR + 47 * 60, "+46"),  # 135,437 s + 79 s = 135,515 s against 92,820 s
        (1e6, 1e5, HOUR + 19 * 60 + 27, "-74"),  # another tier: 1,158 s + 67 s = 1,225 s against 4,767 s
    ],
)
def test_two_constants_against_other_rows_of_the_same_table(files, size, measured, error):
    forecast = copy_time(byte_time(files * size, RATE), operation_time(files, OVERHEAD, 1.0), overlap=1.0)
    assert f"{(forecast / measured - 1) * 100:+.0f}" == error


@pytest.mark.parametrize(
    ("items", "seconds", "milliseconds", "per_second"),
    [
        (12e6, 15 * HOUR + 59 * 60, "4.8", "209"),  # 57,540 s
        (12e6, 3 * HOUR + 51 * 60 + 31, "1.16", "864"),  # 13,891 s
        (12e6, 2 * HOUR + 35 * 60 + 14, "0.78", "1288"),  # 9,314 s
        (117e6, 25 * HOUR + 47 * 60, "0.79", "1261"),  # 92,820 s
        (117e6, 23 * HOUR + 34 * 60, "0.73", "1379"),  # 84,840 s
        (3.3e6, 55 * 60 + 4, "1.00", "999"),  # 3,304 s
        (1e6, HOUR + 19 * 60 + 27, "4.8", "210"),  # 4,767 s
    ],
)
def test_measured_overheads_and_their_inverse(items, seconds, milliseconds, per_second):
    overhead = seconds / items
    assert f"{overhead * 1e3:.{len(milliseconds.partition('.')[2])}f}" == milliseconds
    assert f"{items / operation_time(items, overhead, 1.0):.0f}" == per_second


def test_copy_time_special_points():
    # 3-4-5; one waits for the other; full overlap.
    assert copy_time(3.0, 4.0) == pytest.approx(5.0)
    assert copy_time(3.0, 4.0, 1.0) == pytest.approx(7.0)
    assert copy_time(3.0, 4.0, math.inf) == 4.0
    assert copy_time(4.0, 4.0, math.inf) == 4.0
    for overlap in (1.0, 2.0, 7.3, math.inf):
        assert copy_time(5.0, 0.0, overlap) == 5.0
        assert copy_time(0.0, 5.0, overlap) == 5.0
        assert copy_time(0.0, 0.0, overlap) == 0.0
        assert copy_time(math.inf, 5.0, overlap) == math.inf
        assert copy_time(math.inf, math.inf, overlap) == math.inf
        assert math.isnan(copy_time(math.nan, 5.0, overlap))
    # Squares of these are beyond floats.
    assert copy_time(3e200, 4e200) == pytest.approx(5e200)
    assert copy_time(3e-200, 4e-200) == pytest.approx(5e-200)


@given(TIMES, TIMES, OVERLAPS)
def test_copy_time_lies_between_maximum_and_sum(byte, operation, overlap):
    time = copy_time(byte, operation, overlap)
    assert max(byte, operation) <= time <= (byte + operation) * (1 + 1e-15)


@given(TIMES, TIMES, OVERLAPS, st.floats(1, 1e6))
def test_copy_time_never_falls(byte, operation, overlap, factor):
    time = copy_time(byte, operation, overlap)
    assert copy_time(byte * factor, operation, overlap) >= time * (1 - 1e-15)
    assert copy_time(byte, operation * factor, overlap) >= time * (1 - 1e-15)


@given(TIMES, TIMES, st.floats(1, 50), st.floats(1, 10))
def test_more_overlap_is_never_slower(byte, operation, overlap, factor):
    assert copy_time(byte, operation, overlap * factor) <= copy_time(byte, operation, overlap) * (1 + 1e-15)


WORK = st.tuples(
    st.floats(0, 1e16), st.floats(0, 1e10), st.floats(1, 1e11), st.floats(0, 10), st.floats(1, 1e4)
)


@given(WORK, OVERLAPS, st.floats(1, 100))
def test_more_work_is_never_faster_and_more_rate_never_slower(work, overlap, factor):
    def time(volume, files, rate, overhead, concurrency):
        return copy_time(byte_time(volume, rate), operation_time(files, overhead, concurrency), overlap)

    volume, files, rate, overhead, concurrency = work
    base, slack = time(*work), 1e-14
    assert time(volume * factor, files, rate, overhead, concurrency) >= base * (1 - slack)
    assert time(volume, files * factor, rate, overhead, concurrency) >= base * (1 - slack)
    assert time(volume, files, rate, overhead * factor, concurrency) >= base * (1 - slack)
    assert time(volume, files, rate * factor, overhead, concurrency) <= base * (1 + slack)
    assert time(volume, files, rate, overhead, concurrency * factor) <= base * (1 + slack)
    assert line_rate_time(volume, rate, 0.5) <= line_rate_time(volume * factor, rate, 0.5)


def test_a_histogram_shows_what_the_mean_hides():
    # 1 TB in one file and 10 million of 1 kB at 1 GB/s and 1,000 files/s: 1,000 s + 10,000 s, nearly;
    # by the mean size of 101 kB: sqrt(1010^2 + 10000^2) = 10,051 s.
    volumes, files = np.array([1e12, 1e10]), np.array([1.0, 1e7])
    by_bucket = histogram_copy_time(volumes, files, 1e9, 0.001, 1.0, 2.0)
    assert by_bucket == pytest.approx(1000 + math.hypot(10, 10_000), rel=1e-6)
    assert copy_time(1010.0, 10_000.0) == pytest.approx(10_050.9, rel=1e-5)


@given(st.lists(st.tuples(st.floats(0, 1e14), st.floats(0, 1e8)), min_size=1, max_size=6), OVERLAPS)
def test_buckets_never_take_less_than_their_totals(buckets, overlap):
    volumes, files = (np.array(side) for side in zip(*buckets, strict=True))
    total = copy_time(byte_time(volumes.sum(), 1e8), operation_time(files.sum(), 0.01, 4.0), overlap)
    assert histogram_copy_time(volumes, files, 1e8, 0.01, 4.0, overlap) >= total * (1 - 1e-12)


def test_histogram_of_many_rows():
    rng = np.random.default_rng(2)
    volumes, files, rate = (
        rng.uniform(0, 1e13, (20, 4)),
        rng.uniform(0, 1e7, (20, 4)),
        rng.uniform(1e6, 1e9, 20),
    )
    column = histogram_copy_time(volumes, files, rate[:, None], 0.004, 8.0, 2.0)
    rows = [histogram_copy_time(*row, 0.004, 8.0, 2.0) for row in zip(volumes, files, rate, strict=True)]
    assert column.shape == (20,)
    assert column.tolist() == pytest.approx(rows, rel=1e-15)


@pytest.mark.parametrize("overlap", [1.0, 1.7, 2.0, math.inf])
def test_one_row_equals_its_column(overlap):
    rng = np.random.default_rng(7)
    byte, operation = rng.uniform(0, 1e8, 500), rng.uniform(0, 1e8, 500)
    byte[::9], operation[::5] = 0.0, 0.0
    rows = [copy_time(*row, overlap) for row in zip(byte, operation, strict=True)]
    # The last bit of a power may depend on how many numpy takes at once.
    assert copy_time(byte, operation, overlap).tolist() == pytest.approx(rows, rel=4e-16)
    assert copy_time(byte, operation, np.full(500, overlap)).tolist() == pytest.approx(rows, rel=4e-16)
