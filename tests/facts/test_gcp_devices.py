"""The devices and routes of Google Cloud: what they hold and cost, and where they lead."""

import datetime as dt

import pytest

import migplan
from migplan.facts import load

FACTS = load()
TODAY = dt.date(2026, 11, 29)


def planned(**given):
    return migplan.plan(
        **{"volume": "150 TB", "files": "10M", "link": "1 Gbps", "cloud": "gcp", "region": "us-central1",
           "today": TODAY, "samples": 0, **given}
    )  # fmt: skip


def shipped(device, target, kind="offline", **given):
    found = (o for o in planned(**given).options if (o.kind, o.device, o.target) == (kind, device, target))
    return next(found)


@pytest.mark.parametrize(
    ("device", "volume", "fee", "way"), [("40", "30 TB", 300, 120), ("300", "200 TB", 1800, 180)]
)
def test_an_appliance_costs_its_fee_and_its_way(device, volume, fee, way):
    given = {"volume": volume, "files": "10000", "keep": "", "app_change": "allowed"}
    option = shipped(f"transfer-appliance-{device}", "gcs", **given)
    lines = {line.item: line.amount for line in option.cost_usd.lines if "Appliance" in line.item}
    assert option.devices == 1
    assert lines[f"Transfer Appliance {device} TB, fee"] == fee
    assert lines[f"Transfer Appliance {device} TB, shipping out and back"] == way
    assert option.cost_usd.complete


def test_in_europe_the_way_is_dearer_and_in_asia_its_price_is_unknown():
    def way(region):
        option = shipped(
            "transfer-appliance-40", "gcs", region=region, keep="", app_change="allowed", volume="30 TB"
        )
        return next(line.amount for line in option.cost_usd.lines if "shipping" in line.item)

    assert (way("europe-west3"), way("asia-northeast1")) == (350, None)


def test_days_beyond_the_included_weekdays_are_paid_for_five_days_of_seven():
    slow = shipped(
        "transfer-appliance-40", "gcs", volume="30 TB", files="400M", source_rate="100 Mbps", keep="",
        app_change="allowed",
    )  # fmt: skip
    (line,) = [line for line in slow.cost_usd.lines if "days on site" in line.item]
    # 30 TB at 100 Mbps are 28 days, two weeks more than are included.
    assert line.quantity == pytest.approx(14 * 5 / 7, abs=2)
    assert line.amount == pytest.approx(line.quantity * 30)
    assert FACTS.devices["transfer-appliance-40"].facts["included_days"].value == 14 * 86400


def test_no_permission_survives_an_appliance_and_no_share_is_reached_but_filestore():
    assert not shipped("transfer-appliance-300", "gcs", keep="dacl").usable
    assert not [o for o in planned(app_change="allowed", keep="dacl").options if o.device and o.usable]
    plan = planned(protocol="nfs", app_change="allowed", keep="posix")
    assert not [
        o for o in plan.options if o.kind == "offline" and o.usable and o.device.startswith("transfer")
    ]
    assert {o.target for o in plan.options if o.kind == "hybrid" and o.usable} == {"filestore", "gcs"}


def test_the_second_hop_leads_from_the_bucket_to_filestore_and_is_paid():
    option = shipped("transfer-appliance-300", "filestore", protocol="nfs", keep="")
    assert "second hop" in {phase.name for phase in option.phases}
    paid = {line.item: line.amount for line in option.cost_usd.lines}
    assert paid["Storage Transfer Service, data by agents"] == pytest.approx(
        150e12 / 2**30 * 0.0125, rel=0.01
    )


def test_permissions_of_files_that_an_appliance_seeded_are_set_by_a_pass():
    option = shipped("transfer-appliance-300", "filestore", kind="hybrid", protocol="nfs")
    assert option.usable
    assert {"posix", "timestamps"} <= set(option.fidelity["kept"])


def test_reads_over_interconnect_are_cheaper_than_over_the_internet():
    def reads(**given):
        lines = planned(target="gce-file-server", availability="single-zone", **given).chosen.cost_usd.lines
        return next(line.amount for line in lines if line.item.startswith("Reads"))

    # 5 % of 150 TB a month, by tiers of 1, 9 and more TiB.
    gib = 7.5e12 / 2**30
    assert reads(routes="interconnect") == pytest.approx(gib * 0.02)
    assert reads() == pytest.approx(1024 * 0.12 + (gib - 1024) * 0.11)


def test_a_new_circuit_pays_port_and_attachment_and_a_partner_s_price_is_unknown():
    def lines(route):
        options = planned(volume="2 PB", target="gce-file-server", availability="single-zone").options
        option = next(o for o in options if o.route == route and o.kind == "online")
        return {line.item: line for line in option.cost_usd.lines}

    port, attachment = "Dedicated Interconnect circuit, 10 Gbps", "VLAN attachment of up to 10 Gbps"
    own = lines("interconnect-10g")
    assert own[port].amount / own[attachment].amount == pytest.approx(2.328 / 0.10)
    assert lines("partner-interconnect-10g")["Partner Interconnect attachment, 10 Gbps"].amount is None
