import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.cost import (
    breakeven_rate,
    breakeven_volume,
    split_fraction,
    split_time,
)

DAY, TB = 86400.0, 1e12
FIXED, LOAD, IMPORT = 14 * DAY, 25 * TB / DAY, 50 * TB / DAY
# Payload of a line: 0.90 of it is goodput, 0.70 may be used. 1 Gb/s = 10.8 TB a day, of which 6.804.
PAYLOAD = 0.90 * 0.70
RATES = st.floats(1e3, 1e12)
VOLUMES = st.floats(1e9, 1e18)
FIXEDS = st.floats(0, 1e8)


def line(gigabits):
    return gigabits * 125e6 * PAYLOAD


@pytest.mark.parametrize(
    ("gigabits", "terabytes"),
    [
        (0.2, 21),  # 14 d / (1 / 1.3608 - 1 / 25 - 1 / 50) = 14 / 0.67486
        (0.5, 60),  # 14 / (1 / 3.402 - 0.06) = 14 / 0.23394
        (1, 161),  # 14 / (1 / 6.804 - 0.06) = 14 / 0.08697
        (2, 1038),  # 14 / (1 / 13.608 - 0.06) = 14 / 0.013486
        (10, math.inf),  # 1 / 68.04 < 0.06
    ],
)
def test_volume_from_which_devices_are_sooner(gigabits, terabytes):
    volume = breakeven_volume(FIXED, 0.0, line(gigabits), LOAD, IMPORT) / TB
    assert (round(volume) if math.isfinite(volume) else volume) == terabytes


def test_rate_above_which_300_terabytes_go_online():
    # 300 / (14 + 300 * 0.06) = 9.375 TB a day; 9.375 / 6.804 = 1.378 Gb/s.
    rate = breakeven_rate(300 * TB, FIXED, 0.0, LOAD, IMPORT)
    assert round(rate * DAY / TB, 1) == 9.4
    assert round(rate / PAYLOAD / 125e6, 2) == 1.38


def test_300_terabytes_over_one_gigabit():
    # Online 300 / 6.804 = 44.1 d; offline 14 + 18 = 32 d; y = (44.1 - 14) / (300 * (1 / 6.804 + 0.06)) = 0.4846;
    # 14 + 0.4846 * 18 = 22.7 d.
    online, offline = 300 * TB / line(1), FIXED + 300 * TB * (1 / LOAD + 1 / IMPORT)
    assert (round(online / DAY), round(offline / DAY)) == (44, 32)
    assert round(split_fraction(300 * TB, line(1), FIXED, LOAD, IMPORT), 2) == 0.48
    assert round(split_time(300 * TB, line(1), FIXED, LOAD, IMPORT) / DAY, 1) == 22.7


def test_the_old_rule_of_a_week():
    # Ship when the line takes a week or more: 7 d of fixed time and devices without limits, 80 % of 100 Mb/s.
    volume = breakeven_volume(7 * DAY, 0.0, 12.5e6 * 0.8, math.inf, math.inf)
    assert volume == pytest.approx(7 * DAY * 10e6)


def test_live_data():
    # 1 TB a day changes, 14 TB gather meanwhile: 14 / (6.804 - 1) = 2.41 d more for devices, and a slower line.
    spare = line(1) - TB / DAY
    catch_up = 14 * TB / spare
    volume = breakeven_volume(FIXED + catch_up, 0.0, spare, LOAD, IMPORT)
    # (14 + 2.412) / (1 / 5.804 - 0.06) = 146.2 TB.
    assert volume / TB == pytest.approx(146.2, abs=0.1)
    online = volume / spare
    assert online == pytest.approx(FIXED + catch_up + volume * (1 / LOAD + 1 / IMPORT))


def test_ends_of_the_volume():
    # Devices that arrive before the line can be used are sooner whatever the volume.
    assert breakeven_volume(10 * DAY, 20 * DAY, line(1), LOAD, IMPORT) == 0
    # Nor do they stay ahead of a line that is faster per byte.
    assert breakeven_volume(10 * DAY, 20 * DAY, line(10), LOAD, IMPORT) == math.inf
    # A line that gives nothing, or less than what changes: devices.
    assert breakeven_volume(FIXED, 0.0, 0.0, LOAD, IMPORT) == 0
    assert breakeven_volume(FIXED, 0.0, -1.0, LOAD, IMPORT) == 0
    # Devices that never load, or never catch up: the line.
    assert breakeven_volume(FIXED, 0.0, line(1), 0.0, IMPORT) == math.inf
    assert breakeven_volume(math.inf, 0.0, 0.0, LOAD, IMPORT) == math.inf
    for unknown in range(5):
        values = [FIXED, 0.0, line(1), LOAD, IMPORT]
        values[unknown] = math.nan
        assert math.isnan(breakeven_volume(*values))


def test_ends_of_the_rate():
    assert breakeven_rate(300 * TB, FIXED, 40 * DAY, LOAD, IMPORT) == math.inf
    assert breakeven_rate(300 * TB, FIXED, 0.0, 0.0, IMPORT) == 0
    assert breakeven_rate(300 * TB, math.inf, 0.0, LOAD, IMPORT) == 0


def test_ends_of_the_split():
    # 50 TB are through the line in 7.3 d, before any device; nothing on the line; nothing to move; no way at all.
    assert split_fraction(50 * TB, line(1), FIXED, LOAD, IMPORT) == 0
    assert split_fraction(50 * TB, 0.0, FIXED, LOAD, IMPORT) == 1
    assert split_fraction(50 * TB, line(1), FIXED, 0.0, IMPORT) == 0
    assert split_fraction(0.0, line(1), FIXED, LOAD, IMPORT) == 0
    assert math.isnan(split_fraction(50 * TB, 0.0, FIXED, 0.0, IMPORT))
    assert math.isnan(split_fraction(50 * TB, math.nan, FIXED, LOAD, IMPORT))
    assert split_time(50 * TB, line(1), FIXED, LOAD, IMPORT) == pytest.approx(50 * TB / line(1))
    # 14 + 50 / 25 + 50 / 50 = 17 d.
    assert split_time(50 * TB, 0.0, FIXED, LOAD, IMPORT) / DAY == pytest.approx(17)
    assert split_time(50 * TB, line(1), math.inf, LOAD, IMPORT) == pytest.approx(50 * TB / line(1))


@given(VOLUMES, FIXEDS, RATES, RATES, RATES)
def test_the_split_is_never_slower_than_either_way(volume, fixed, rate, load, into):
    part = split_fraction(volume, rate, fixed, load, into)
    time = split_time(volume, rate, fixed, load, into)
    online, offline = volume / rate, fixed + volume / load + volume / into
    assert 0 <= part <= 1
    assert time <= min(online, offline) * (1 + 1e-9)
    # Strictly sooner than both wherever the line is still busy when devices could arrive.
    assert time < online or online <= fixed * (1 + 1e-9) or part < 1e-9


@given(VOLUMES, FIXEDS, RATES, RATES, RATES, st.floats(1, 100))
def test_a_faster_line_never_favours_devices(volume, fixed, rate, load, into, factor):
    slow = breakeven_volume(fixed, 0.0, rate, load, into)
    assert breakeven_volume(fixed, 0.0, rate * factor, load, into) >= slow * (1 - 1e-12)
    part = split_fraction(volume, rate, fixed, load, into)
    assert split_fraction(volume, rate * factor, fixed, load, into) <= part + 1e-12


def test_one_row_equals_its_column():
    rng = np.random.default_rng(9)
    volume, rate = rng.uniform(0, 1e15, 200), rng.uniform(0, 1e9, 200)
    rate[::6] = 0.0
    for formula in (split_fraction, split_time):
        rows = [formula(*row, FIXED, LOAD, IMPORT) for row in zip(volume, rate, strict=True)]
        assert formula(volume, rate, FIXED, LOAD, IMPORT).tolist() == rows
    rows = [breakeven_volume(FIXED, 0.0, row, LOAD, IMPORT) for row in rate]
    assert breakeven_volume(FIXED, 0.0, rate, LOAD, IMPORT).tolist() == rows


@given(st.floats(1, 1e8), st.floats(0.001, 0.999), RATES, RATES)
def test_both_ways_take_as_long_at_the_break_even(fixed, part, load, into):
    # A line of 1 / (1 / load + 1 / import) and more is quicker whatever the volume.
    rate = part / (1 / load + 1 / into)
    volume = breakeven_volume(fixed, 0.0, rate, load, into)
    assert volume / rate == pytest.approx(fixed + volume / load + volume / into, rel=1e-9)
    assert breakeven_rate(volume, fixed, 0.0, load, into) == pytest.approx(rate, rel=1e-9)
