import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.devices import device_count, load_rate

DAY = 86400.0


@pytest.mark.parametrize(
    ("capacity", "fill", "room"),
    [
        (80e12, 1.0, 80e12),
        (210e12, 0.9, 189e12),
        (90e12, 0.7, 63e12),  # as floats 0.7 * 90e12 = 62,999,999,999,999.99
        (80e12, 0.95, 76e12),
        (100.0, 0.07, 7.0),  # as floats 7.000000000000001
    ],
)
def test_exactly_full_and_one_byte_more(capacity, fill, room):
    for count in (1, 3, 7, 40):
        assert device_count(count * room, capacity, fill) == count
        assert device_count(count * room + 1, capacity, fill) == count + 1
        assert device_count(count * room - 1, capacity, fill) == count


def test_no_volume_no_device_and_no_limit_one():
    assert device_count(np.array([0.0, 1.0]), 80e12).tolist() == [0.0, 1.0]
    assert device_count(np.array([0.0, 1e15]), np.inf).tolist() == [0.0, 1.0]
    assert np.isnan(device_count(1e15, np.nan))


@given(st.integers(0, 9 * 10**15), st.integers(10**6, 10**15), st.integers(1, 100))
def test_the_devices_hold_the_volume_and_one_fewer_does_not(volume, capacity, percent):
    count = int(device_count(float(volume), float(capacity), percent / 100))
    # Exact in whole numbers; half a byte is what a fraction of a byte may be rounded by.
    assert count * (capacity * percent + 50) >= volume * 100
    assert count == 0 or (count - 1) * (capacity * percent - 50) < volume * 100


@given(st.floats(0, 1e18), st.floats(1e9, 1e15), st.floats(1, 10))
def test_more_volume_never_fewer_devices(volume, capacity, factor):
    assert device_count(volume, capacity) * capacity >= volume
    assert device_count(volume * factor, capacity) >= device_count(volume, capacity)
    assert device_count(volume, capacity * factor) <= device_count(volume, capacity)


@pytest.mark.parametrize(
    ("source", "network", "attached", "device", "size", "rate"),
    [
        (5e8, 1.25e9, 2.0, 4e8, 1e7, 5e8),  # the source
        (1e9, 6e8, 2.0, 4e8, 1e7, 6e8),  # the network
        (1e9, 1.25e9, 2.0, 4e8, 1e7, 8e8),  # two devices
        (1e9, 1.25e9, 2.0, 4e8, 1e5, 4e8),  # 16 / 4 ms = 4,000 files/s of 100 kB
    ],
)
def test_the_narrowest_place_sets_the_load_rate(source, network, attached, device, size, rate):
    assert load_rate(source, network, attached, device, size, 16.0, 0.004) == pytest.approx(rate)


def test_files_without_overhead_do_not_limit():
    assert load_rate(np.inf, np.inf, 1.0, 4e8, 1e5, 16.0, 0.0) == 4e8


def test_one_row_equals_its_column():
    rng = np.random.default_rng(11)
    volume, capacity = rng.uniform(0, 1e16, 300), rng.choice([80e12, 210e12, np.inf], 300)
    rows = [device_count(*row, 0.9) for row in zip(volume, capacity, strict=True)]
    assert device_count(volume, capacity, 0.9).tolist() == rows
