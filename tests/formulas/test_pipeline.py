import heapq
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.devices import simulate_pipeline, waves

COUNTS = st.integers(1, 40)
STAGES = st.integers(0, 30)


def walk(devices, pool, attached, load, last, ship, back, into, reissue):
    """Device by device, with a heap of places in the pool and a heap of loaders."""
    places, loaders, finish = [ship] * pool, [0] * attached, 0
    for device in range(devices):
        start = max(heapq.heappop(places), heapq.heappop(loaders))
        full = start + (last if device == devices - 1 else load)
        heapq.heappush(loaders, full)
        heapq.heappush(places, full + back + into + reissue + ship)
        finish = max(finish, full + back + into)
    return finish


@given(COUNTS, COUNTS, COUNTS, STAGES, st.integers(0, 100), STAGES, STAGES, STAGES, STAGES)
def test_it_is_the_walk(devices, pool, attached, load, percent, ship, back, into, reissue):
    row = (devices, pool, attached, 100 * load, percent * load, ship, back, into, reissue)
    assert simulate_pipeline(*(float(value) for value in row)) == walk(*row)


def test_a_column_is_its_walks():
    rng = np.random.default_rng(4)
    counts = [rng.integers(1, 60, 400) for _ in range(3)]
    load = rng.integers(0, 50, 400)
    stages = [rng.integers(0, 50, 400) for _ in range(4)]
    rows = zip(*counts, load, load // 2, *stages, strict=True)
    walks = [walk(*(int(value) for value in row)) for row in rows]
    column = simulate_pipeline(*(c.astype(float) for c in (*counts, load, load // 2, *stages)))
    assert column.tolist() == walks


@given(COUNTS, COUNTS, COUNTS, STAGES, STAGES, STAGES)
def test_more_places_and_loaders_are_never_slower_and_more_devices_never_faster(
    devices, pool, attached, load, ship, into
):
    def time(devices, pool, attached):
        return simulate_pipeline(devices, pool, attached, load, load, ship, ship, into, 1.0)

    base = time(devices, pool, attached)
    assert time(devices, pool + 1, attached) <= base
    assert time(devices, pool, attached + 1) <= base
    assert time(devices + 1, pool, attached) >= base


def test_special_points():
    # One device: 2 out, 4 load, 2 back, 3 import = 11.
    assert simulate_pipeline(1.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 9.0) == 11
    # A smaller last device comes in after the one before it: loads end on 6, 10 and 11, so 11 + 2 + 3.
    assert simulate_pipeline(3.0, 3.0, 1.0, 4.0, 1.0, 2.0, 2.0, 3.0, 9.0) == 16
    # A nearly empty last device is done before the one that loads beside it: 2 + 4 + 2 + 3.
    assert simulate_pipeline(2.0, 2.0, 2.0, 4.0, 1.0, 2.0, 2.0, 3.0, 9.0) == 11
    # Without a limit in hand and at the loader, all go through at once.
    assert simulate_pipeline(1e6, math.inf, math.inf, 4.0, 4.0, 2.0, 2.0, 3.0, 9.0) == 11
    # No device, no time; no place, no end; a number of devices nobody knows.
    assert simulate_pipeline(0.0, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 9.0) == 0
    assert simulate_pipeline(1.0, 0.0, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 9.0) == math.inf
    assert math.isnan(simulate_pipeline(math.nan, 1.0, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 9.0))
    # A device that cannot be loaded never arrives; a reissue that never comes need not be known.
    assert simulate_pipeline(2.0, 1.0, 1.0, math.inf, math.inf, 2.0, 2.0, 3.0, 9.0) == math.inf
    assert simulate_pipeline(2.0, 2.0, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, math.nan) == 15


def test_source_limited_devices_only_hide_shipping():
    # 12 loads of 4 days through one loader take 48 days: 2 + 48 + 2 + 3 = 55, however many devices. A turn is
    # 2 + 3 + 2 = 7 days. One in hand: 12 * 4 + 11 * 7 = 125, and 7 for the ways and the import. Two: each comes round
    # after 4 + 7 = 11 days, of which the loader works 8; the twelfth starts after 5 such rounds and one load and ends
    # on 55 + 4 + 4 = 63. Three: three loads take 12 days, longer than 11, so the loader never waits.
    pools = np.array([1.0, 2.0, 3.0, 5.0, 12.0])
    times = simulate_pipeline(12.0, pools, 1.0, 4.0, 4.0, 2.0, 2.0, 3.0, 0.0)
    assert times.tolist() == [132.0, 70.0, 55.0, 55.0, 55.0]


def test_waves():
    assert waves(np.array([0.0, 1.0, 4.0, 5.0]), 4.0).tolist() == [0.0, 1.0, 1.0, 2.0]
    assert waves(5.0, math.inf) == 1
