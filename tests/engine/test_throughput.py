"""Throughput that users asked for rules out what does not give it, and what is only assumed is a caution."""

import datetime as dt

import numpy as np
import pytest

import migplan
from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate

TODAY = dt.date(2026, 11, 30)
CODE = "short-of-throughput"


def plan(**fields):
    return migplan.plan(today=TODAY, samples=0, **{"volume": "10 TB", "link": "1 Gbps", **fields})


def reasons(found, target):
    """Texts of that reason, of the options that end there."""
    return {
        reason.text
        for option in found.options
        if option.target == target
        for reason in option.reasons
        if reason.code == CODE
    }


def test_what_no_configuration_gives_rules_the_target_out_with_the_reason():
    # 10 TB and a tenth are 10.0 TiB on SSD of 750 MB/s each.
    found = plan(throughput="10 GB/s")
    assert reasons(found, "fsx-windows") == {
        "Multi-AZ, SSD does not give the 10,000 MB/s that users need: 750 MB/s for each TiB of SSD make 7,503 MB/s"
    }
    assert not [option for option in found.options if option.target == "fsx-windows" and option.usable]
    less = plan(throughput="7 GB/s")
    assert not reasons(less, "fsx-windows")
    assert less.chosen.target == "fsx-windows"


def test_disks_give_so_much_for_each_tebibyte():
    found = plan(availability="single-zone", throughput="500 MB/s")
    (hdd,) = [
        own
        for target in found.targets
        if target.id == "fsx-windows"
        for own in target.configurations
        if own.id == "single-zone-hdd"
    ]
    assert not hdd.meets_need
    assert [reason.text for reason in hdd.reasons] == [
        "Single-AZ, HDD does not give the 500 MB/s that users need: 12 MB/s for each TiB of HDD make 120 MB/s"
    ]


def test_nothing_is_left_where_nobody_gives_it():
    found = plan(throughput="90 GB/s")
    assert found.chosen is None
    assert reasons(found, "fsx-ontap")


def test_what_is_only_assumed_is_a_caution():
    found = plan(use="hpc", volume="900 TB", protocol="nfs", availability="multi-zone")
    assert not [option for option in found.options if CODE in [reason.code for reason in option.reasons]]
    assert CODE in {caution.code for target in found.targets for caution in target.cautions}


def test_devices_and_second_hops_end_in_what_is_too_slow_as_well():
    given = {"volume": "100 TB", "link": "1 Gbps", "throughput": "90 GB/s", "traits": "partner-site"}
    found = evaluate(Case.open(given, today=TODAY))
    slow = [place for place, option in enumerate(found.options) if option.target.id == "fsx-windows"]
    assert {found.options[place].kind for place in slow} >= {"online", "offline", "hybrid", "split"}
    assert np.all(found.faults[CODE][slow])
    buckets = [place for place, option in enumerate(found.options) if option.target.id == "s3"]
    assert not np.any(found.faults[CODE][buckets])


@pytest.mark.parametrize("text", ["1 MB/s", "100 MB/s", "2 GB/s"])
def test_what_is_given_rules_nothing_out(text):
    assert not reasons(plan(throughput=text), "fsx-ontap")
