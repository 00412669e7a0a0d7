"""A source whose rate somebody states strays as little as a line does."""

import datetime as dt

import pytest

import migplan

TODAY = dt.date(2026, 11, 28)
SLOW = {
    "volume": "80 TB", "files": "8M", "protocol": "smb", "link": "2 Gbps", "share": "80 %", "region": "us-east-1",
    "target": "fsx-windows",
}  # fmt: skip


def spread(**given):
    found = migplan.plan(today=TODAY, samples=400, **{**SLOW, **given}).chosen
    return found.bottleneck, found.p50_days, found.p80_days / found.p50_days


def test_a_source_that_is_stated_and_binds_is_as_sure_as_a_line():
    by_source, days, far = spread(source_rate="25 MB/s")
    by_line, as_long, as_far = spread(link="266 Mbps")
    assert (by_source, by_line) == ("source", "link")
    assert days == pytest.approx(as_long, rel=0.1)
    assert far == pytest.approx(as_far, abs=0.1)
    assert far < 1.3


def test_a_source_that_is_only_assumed_strays_by_much():
    _, _, far = spread(link="40 Gbps")
    assert far > 1.3
