"""Classes that sort objects and files by how often they are read: what is watched, what stays, and what it costs."""

import datetime as dt

import pytest

from migplan.engine.case import Case
from migplan.engine.pricing import rent
from migplan.facts import load

CATALOGUE = load()
DAY = dt.date(2026, 11, 28)
GIB, TB = 2**30, 1e12


def monthly(target, configuration, **given):
    """What a configuration costs a month for 20 TB of which 80 % are hardly read, with all prices known. [USD]."""
    fields = {
        "volume": "20 TB", "cold": "80 %", "reduction": "0 %", "region": "us-east-1", "keep": "none",
        "app_change": "allowed", "link": "1 Gbps", **given,
    }  # fmt: skip
    case = Case.open(fields, (), DAY)
    (own,) = (
        each for each in CATALOGUE.targets[target].configurations if each.configuration == configuration
    )
    amount, _, complete = rent(CATALOGUE, own, case.workload)
    assert complete
    return amount.item()


def test_each_object_that_is_large_enough_is_watched():
    # 2 million objects of 10 MB: 4 TB at 0.023 and 16 TB at 0.0125 a GiB, and 2,000 thousands at 0.0025.
    wanted = 4 * TB / GIB * 0.023 + 16 * TB / GIB * 0.0125 + 2000 * 0.0025
    assert monthly("s3", "intelligent-tiering", files="2M", protocol="object") == pytest.approx(wanted)


def test_small_objects_are_not_watched_and_stay_where_they_are():
    # 200 million objects of 100 kB are below 128 KiB.
    wanted = 20 * TB / GIB * 0.023
    assert monthly("s3", "intelligent-tiering", files="200M", protocol="object") == pytest.approx(wanted)


def test_of_a_histogram_the_large_objects_are_watched():
    # 10 TB in 1 million objects of 10 MB, 80 % of them cold, and 10 TB in 100 million of 100 kB.
    sizes = [{"size": "10 MB", "files": "1M"}, {"size": "100 kB", "files": "100M"}]
    wanted = 12 * TB / GIB * 0.023 + 8 * TB / GIB * 0.0125 + 1000 * 0.0025
    assert monthly("s3", "intelligent-tiering", sizes=sizes, protocol="object") == pytest.approx(wanted)


def test_one_zone_has_a_colder_class_too():
    # A file of 10 MB counts for 2,442 steps of 4 KiB and 2 KiB of metadata.
    counted = (2442 * 4096 + 2048) / 10e6 / GIB
    wanted = (4 * 0.16 + 16 * 0.0133) * TB * counted
    assert monthly("efs", "one-zone-ia", files="2M", protocol="nfs") == pytest.approx(wanted, rel=1e-4)
