"""Operations per second: what a configuration gives, what is bought for them, and what they rule out."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

import migplan
from migplan.engine.case import Case
from migplan.engine.pricing import rent
from migplan.engine.targets import size
from migplan.facts import load
from migplan.units import MONTH

TODAY = dt.date(2026, 11, 30)
TIB = 2**40
CATALOGUE = load()


def workload(**fields):
    asked = {"volume": "10 TiB", "reduction": "0 %", "cold": "0 %", "growth": "0 %/year", **fields}
    return Case.read(asked, CATALOGUE, TODAY).workload


def configuration(target, name):
    return next(own for own in CATALOGUE.targets[target].configurations if own.configuration == name)


def sized(target, name, **fields):
    return size(configuration(target, name), workload(**fields), 0.0)


def test_what_disks_bring_along_is_all_that_hdd_gives():
    # 10 TiB and a tenth of free space, with 12 operations for each TiB.
    found = sized("fsx-windows", "single-zone-hdd")
    assert found.most_iops == pytest.approx(132.0)
    assert found.iops == 0.0


@pytest.mark.parametrize(
    ("asked", "bought", "throughput"),
    [
        (
            "20000",
            0.0,
            512.0,
        ),  # 33,792 come with 11 TiB; 512 MBps carry 20,000, and the volume asks for as much
        ("40000", 40000 - 3 * 11 * 1024, 1024.0),
        ("80000", 80000 - 3 * 11 * 1024, 2048.0),
    ],
)
def test_ssd_is_bought_with_operations_and_with_the_throughput_that_carries_them(asked, bought, throughput):
    found = sized("fsx-windows", "single-zone-ssd", iops=asked, region="eu-central-1")
    assert found.iops == pytest.approx(bought)
    assert found.throughput == max(throughput * 1e6, 1024e6)
    # Frankfurt has 2,048 MBps at most, and 80,000 operations with it.
    assert found.most_iops == pytest.approx(80_000)


def test_the_bill_has_them():
    own = configuration("fsx-ontap", "multi-zone-gen2")
    asked, none = workload(iops="100000"), workload(iops="0")
    found = size(own, asked, 0.0)
    price = CATALOGUE.prices["fsx-ontap-ssd-iops-multi-az"].region("us-east-1").fact.value * MONTH
    assert found.iops == pytest.approx(100_000 - 3 * found.provisioned / 2**30)
    more = rent(CATALOGUE, own, asked)[0] - rent(CATALOGUE, own, none)[0]
    assert more == pytest.approx(found.iops * price)
    assert price == pytest.approx(0.034)


def test_a_price_nobody_knows_matters_only_where_they_are_bought():
    own = configuration("fsx-openzfs", "multi-zone-ssd")
    assert np.all(rent(CATALOGUE, own, workload(iops="10"))[2])
    assert not np.any(rent(CATALOGUE, own, workload(iops="300000"))[2])


def test_several_volumes_have_each_their_own():
    # 100 TiB and a fifth are two gp3 volumes, of which each has 3,000 operations. An m5.xlarge carries 6,000 to its
    # volume, an m5.24xlarge all 80,000.
    for name, most in (("single-zone-ssd", 12_000), ("single-zone-ssd-24xlarge", 160_000)):
        found = sized("ec2-file-server", name, volume="100 TiB", iops="10000")
        assert (found.count, found.iops) == (2.0, 4000.0)
        assert found.most_iops == most


def test_by_use_and_volume_where_nothing_is_given():
    assert math.isnan(workload().iops)
    asked = workload(use="vdi", volume="10 TB")
    assert asked.iops_per_volume * asked.volume == pytest.approx(10_000)
    assert workload(iops="50k").iops == 50_000


@given(
    target=st.sampled_from(["fsx-windows", "fsx-ontap", "fsx-openzfs", "efs", "ec2-file-server"]),
    volume=st.floats(0.1, 600.0),
    less=st.floats(0.0, 5e5),
    more=st.floats(0.0, 5e5),
)
def test_more_operations_never_cost_less(target, volume, less, more):
    for own in CATALOGUE.targets[target].configurations:
        plain = structs.replace(workload(), volume=volume * TIB)
        asked = [structs.replace(plain, iops=number) for number in (less, less + more)]
        rents = [float(rent(CATALOGUE, own, w)[1][0]) for w in asked]
        assert rents[0] <= rents[1] * (1 + 1e-12)
        one, other = (size(own, w, 0.0) for w in asked)
        assert one.most_iops == other.most_iops


def plan(**fields):
    return migplan.plan(today=TODAY, samples=0, **{"volume": "10 TB", "link": "1 Gbps", **fields})


def test_a_need_picks_the_configuration_and_says_why_not_the_others():
    quiet, busy = plan(), plan(iops="20000")
    assert quiet.chosen.configuration == "multi-zone-hdd"
    assert busy.chosen.configuration != "multi-zone-hdd"
    windows = next(target for target in busy.targets if target.id == "fsx-windows")
    (hdd,) = [own for own in windows.configurations if own.id == "multi-zone-hdd"]
    assert not hdd.meets_need
    assert [reason.text for reason in hdd.reasons] == [
        "Multi-AZ, HDD does not give the 20,000 operations per second that users need"
    ]


def test_what_was_asked_for_rules_out_and_what_was_assumed_does_not():
    asked = plan(protocol="nfs", iops="200000")
    short = {option.target for option in asked.options if "short-of-iops" in [r.code for r in option.reasons]}
    assert "efs" in short
    assert asked.chosen.target not in short
    never = plan(iops="2M")
    assert never.chosen is None
    # Profiles of desktops want more by their volume than any file system has: that is a caution, and no verdict.
    assumed = plan(use="vdi", volume="900 TB")
    assert not [option for option in assumed.options if "short-of-iops" in [r.code for r in option.reasons]]
    assert "short-of-iops" in {caution.code for target in assumed.targets for caution in target.cautions}


def test_lines_are_there_only_where_something_is_bought():
    def lines(found):
        return [line for line in found.chosen.cost_usd.lines if "operations per second" in line.item]

    assert not lines(plan())
    (line,) = lines(plan(iops="100000"))
    assert (line.unit, line.monthly) == ("operation per second", True)
    assert line.amount == pytest.approx(line.quantity * line.unit_price)
