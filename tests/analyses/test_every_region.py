"""The question of SMB shares in every Region of every cloud: a total, or the names of the prices that it lacks."""

import datetime as dt

import pytest

import migplan
from migplan.facts import load
from migplan.report.render import render_plan

FACTS = load()
TODAY = dt.date(2026, 11, 29)
WITHOUT = {
    "aws": {
        "ap-east-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-6", "ap-southeast-7", "cn-north-1",
        "cn-northwest-1",
        "eu-central-2", "eu-south-2", "me-central-1", "mx-central-1",
    },
    "azure": set(FACTS.clouds["azure"].regions) - {"eastus", "eastus2"},
    # No price of machines of this type is known in two of them, and none of what leaves in Seoul.
    "gcp": {"asia-northeast3", "europe-north2", "northamerica-south1"},
}  # fmt: skip
"""Regions of each cloud in which a price is missing."""
GATEWAY_ALONE = {"westeurope", "northeurope", "francecentral", "swedencentral", "belgiumcentral"}
"""Regions of Azure in which no price is missing but that of the gateway that users come in by."""


def asked(cloud, region, volume="20 TB"):
    return migplan.plan(
        volume=volume, link="1 Gbps", protocol="smb", keep=["dacl", "sacl"], cloud=cloud, region=region, samples=0,
        today=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize("cloud", WITHOUT)
def test_a_total_is_complete_or_says_which_price_is_missing(cloud):
    without = {}
    for region in FACTS.clouds[cloud].regions:
        cost = asked(cloud, region).chosen.cost_usd
        missing = [line.item for line in cost.lines if line.amount is None]
        assert cost.complete == (not missing), region
        if missing:
            without[region] = missing
    assert without.keys() == WITHOUT[cloud]
    alone = {
        region for region, missing in without.items() if len(missing) == 1 and "VPN gateway" in missing[0]
    }
    assert alone == (GATEWAY_ALONE if cloud == "azure" else set())


@pytest.mark.parametrize("volume", ["20 TB", "150 TB"])
@pytest.mark.parametrize(
    ("cloud", "region"),
    [
        *(("aws", region) for region in ("us-east-1", "ap-northeast-1", "eu-west-1", "eu-central-1")),
        ("azure", "eastus"), *(("gcp", region) for region in ("us-central1", "asia-northeast1", "europe-west3")),
    ],
)  # fmt: skip
def test_totals_that_most_ask_for_are_complete_and_no_permission_is_lost(cloud, region, volume):
    chosen = asked(cloud, region, volume).chosen
    assert chosen.cost_usd.complete
    assert {"dacl", "sacl"} <= set(chosen.fidelity["kept"])


def test_what_is_missing_stands_in_the_table():
    shown = " ".join(render_plan(asked("azure", "westeurope"), "table").split())
    assert "Unknown prices: VPN gateway for users, VpnGw1AZ" in shown
