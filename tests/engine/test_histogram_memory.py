"""Memory and refusal of long histograms of file sizes."""

import datetime as dt
import tracemalloc

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.inputs.workload import MOST_BUCKETS

pytestmark = pytest.mark.slow

TODAY = dt.date(2026, 11, 28)


def histogram(buckets):
    """A volume, and as many buckets that add up to it."""
    sizes = [1000 + 37 * number for number in range(buckets)]
    return f"{sum(sizes) * 1000} B", [{"size": f"{size} B", "files": 1000} for size in sizes]


def test_draws_are_cut_into_pieces_by_buckets_as_well():
    volume, sizes = histogram(2000)
    given = {
        "volume": volume,
        "sizes": sizes,
        "link": "1 Gbps",
        "routes": "internet",
        "target": "fsx-windows",
    }
    migplan.plan(today=TODAY, samples=0, **given)
    tracemalloc.start()
    migplan.plan(today=TODAY, samples=400, **given)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200e6


def test_draws_are_the_same_in_whatever_pieces(monkeypatch):
    volume, sizes = histogram(30)
    given = {"volume": volume, "sizes": sizes, "link": "1 Gbps", "target": "fsx-windows", "seed": 3}
    whole = migplan.plan(today=TODAY, samples=200, **given)
    monkeypatch.setattr("migplan.engine.draws._VALUES", 300)
    assert migplan.plan(today=TODAY, samples=200, **given).to_dict() == whole.to_dict()


def test_more_buckets_than_say_anything_are_refused_in_a_line():
    volume, sizes = histogram(MOST_BUCKETS + 1)
    with pytest.raises(MigplanError) as error:
        migplan.plan(today=TODAY, samples=0, volume=volume, sizes=sizes, link="1 Gbps")
    assert str(error.value) == (
        "sizes: holds 10,001 buckets; wanted at most 10,000, such as one for each power of two"
    )
