"""The devices and routes of Azure: which can be had when and where, and what they cost."""

import datetime as dt

import pytest

import migplan
from migplan.facts import load

FACTS = load()
TODAY = dt.date(2026, 11, 29)


def planned(**given):
    return migplan.plan(
        **{"volume": "150 TB", "files": "10M", "link": "1 Gbps", "cloud": "azure", "region": "eastus", "today": TODAY,
           "samples": 0, **given}
    )  # fmt: skip


def shipped(device, target="azure-files-hdd", **given):
    """The option that ships a device and nothing else."""
    found = (
        o for o in planned(**given).options if (o.kind, o.device, o.target) == ("offline", device, target)
    )
    return next(found)


@pytest.mark.parametrize(
    ("device", "region", "code"),
    [
        ("data-box-120", "eastus", ""),
        ("data-box-525", "westeurope", ""),
        ("data-box-120", "japaneast", "not-in-region"),
        ("data-box-80", "eastus", "not-in-region"),
        ("data-box-80", "japaneast", ""),
        ("data-box-heavy", "eastus", "support-ended"),
    ],
)
def test_which_device_can_be_had_where(device, region, code):
    option = shipped(device, region=region)
    assert option.usable == (not code)
    assert [reason.code for reason in option.reasons] == [code] * bool(code)


@pytest.mark.parametrize(
    ("device", "usable"), [("data-box-120", 120), ("data-box-525", 525), ("data-box-80", 80)]
)
def test_a_device_holds_what_its_name_says(device, usable):
    assert FACTS.devices[device].facts["usable_capacity"].value == usable * 1e12


def test_devices_of_today_have_no_fee_and_their_total_is_complete():
    cost = shipped("data-box-120").cost_usd
    fees = {line.item: line.amount for line in cost.lines if "Data Box" in line.item}
    assert fees["Azure Data Box 120 TB, service fee"] == fees["Azure Data Box 120 TB, shipping"] == 0
    assert cost.complete


def test_days_beyond_the_included_ones_whose_price_nobody_found_make_a_total_incomplete():
    # 100 TB at 1 Gbps, in small files, take more than the ten days on site.
    assert not shipped("data-box-120", volume="100 TB", files="400M", source_rate="1 Gbps").cost_usd.complete


def test_shipping_that_has_a_price_which_nobody_found_makes_a_total_incomplete():
    assert not shipped("data-box-80", region="japaneast").cost_usd.complete


def test_permissions_survive_a_device_by_smb_and_not_by_nfs():
    assert {"dacl", "sacl", "owner", "timestamps"} <= set(shipped("data-box-120").fidelity["kept"])
    assert not shipped("data-box-120", target="azure-blob").usable
    for device in ("data-box-120", "data-box-525", "data-box-disk", "azure-import-export"):
        targets = {target for path in FACTS.devices[device].paths for target in path.to}
        assert not targets & {"azure-files-nfs", "azure-netapp-files"}
    assert not shipped("azure-import-export").usable


def test_disks_are_out_for_many_files():
    assert shipped("data-box-disk", files="50000").devices == 5
    assert shipped("data-box-disk").devices == 100


def test_reads_over_expressroute_are_cheaper_than_over_the_internet():
    def reads(**given):
        lines = planned(target="azure-files-hdd", **given).chosen.cost_usd.lines
        return next(line.amount for line in lines if line.item.startswith("Reads"))

    # 5 % of 150 TB a month.
    assert reads(routes="expressroute") == pytest.approx(7500 * 0.025)
    assert reads() == pytest.approx(7500 * 0.087)


def test_a_new_circuit_of_azure_has_its_price_by_zone():
    option = next(
        o for o in planned(volume="2 PB").options if o.route == "expressroute-10g" and o.kind == "online"
    )
    lines = {line.item: line for line in option.cost_usd.lines}
    assert lines["ExpressRoute circuit, metered, 10 Gbps"].amount is not None
    assert lines["ExpressRoute gateway ErGw3AZ"].amount is not None
