"""Shares of one estate that go to several clouds and Regions, by prices of an overlay."""

import pytest
from tests.pricelists.making import lay, meter, page

import migplan

TODAY = "2026-11-29"
ROWS = """\
name,site,volume,files,protocol,link,cloud,region
a,Osaka,5 TB,5M,smb,1 Gbps,azure,westeurope
b,Osaka,5 TB,5M,smb,1 Gbps,azure,northeurope
c,Osaka,5 TB,5M,smb,1 Gbps,aws,eu-west-1
d,Osaka,5 TB,5M,smb,1 Gbps,gcp,europe-west4
e,Osaka,5 TB,5M,smb,1 Gbps,aws,eu-west-1
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A folder with the rows, and with an overlay of list prices that no profile has."""
    folder = tmp_path_factory.mktemp("clouds")
    (folder / "shares.csv").write_text(ROWS, encoding="utf-8")
    for region, usd in (("westeurope", 0.21), ("northeurope", 0.20)):
        row = meter(region, "VPN Gateway", "VpnGw1AZ", "VpnGw1AZ", usd, "1 Hour", "VPN Gateway")
        lay(folder / "lists", f"azure/VPN-Gateway/{region}", page([row]), suffix="json")
    given = {"clouds": ["azure"], "regions": ["westeurope", "northeurope"], "lists": folder / "lists"}
    migplan.refresh_prices(folder / "overlay", **given)
    return folder


def test_each_region_has_its_own_file_systems_and_its_own_way_in(asked):
    estate = migplan.plan_estate(
        asked / "shares.csv", today=TODAY, time_limit=3.0, profiles=[asked / "overlay"]
    )
    found = [(system.region, system.target, len(system.shares)) for system in estate.file_systems]
    assert sorted(found) == [
        ("eu-west-1", "fsx-windows", 2), ("europe-west4", "gce-windows-pair", 1),
        ("northeurope", "azure-files-hdd", 1), ("westeurope", "azure-files-hdd", 1),
    ]  # fmt: skip
    ways = {}
    for line in estate.cost_usd.lines:
        if "for users" in line["item"]:
            ways[line["item"]] = line["amount"]
    assert ways["VPN gateway for users, VpnGw1AZ"] == pytest.approx((0.21 + 0.20) * 730)
    assert {name for name in ways if "Cloud VPN" in name}
    assert {name for name in ways if name.startswith("VPN for users")}
    assert estate.cost_usd.complete


def test_rows_of_a_batch_have_the_prices_of_an_overlay_by_cloud(asked):
    for profiles, complete in (((), {"c", "d", "e"}), ([asked / "overlay"], {"a", "b", "c", "d", "e"})):
        out = migplan.batch(asked / "shares.csv", profiles=profiles, today=TODAY)
        assert set(out.loc[out["cost_complete"].astype(bool), "name"]) == complete
