"""Data that lies in one cloud and moves to another: what reads it there, and what leaving costs, or does not."""

import datetime as dt

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.report.render import render_plan

FACTS = load()
TODAY = dt.date(2026, 11, 29)
GIB = 2**30


def planned(**given):
    return migplan.plan(
        **{"volume": "20 TB", "link": "5 Gbps", "today": TODAY, "samples": 0, "change": "0 %/day", **given}
    )


def objects(source, target, **given):
    return planned(from_cloud=source, cloud=target, protocol="object", app_change="allowed", **given)


def tools(plan):
    return {option.mover for option in plan.options if option.usable}


@pytest.mark.parametrize(
    ("source", "target", "movers"),
    [
        ("aws", "azure", {"storage-mover", "azcopy", "rclone"}),
        ("aws", "gcp", {"storage-transfer-service", "gcloud-storage", "gsutil", "rclone"}),
        ("azure", "aws", {"datasync-basic", "datasync-enhanced", "rclone"}),
        ("gcp", "aws", {"datasync-basic", "datasync-enhanced", "rclone"}),
        ("azure", "gcp", {"storage-transfer-service", "rclone"}),
        ("gcp", "azure", {"azcopy", "rclone"}),
    ],
)
def test_buckets_are_read_by_what_says_so(source, target, movers):
    assert tools(objects(source, target, availability="single-zone")) == movers


@pytest.mark.parametrize(
    ("source", "target", "protocol", "way"),
    [
        ("azure", "aws", "smb", ("datasync-basic", "fsx-windows")),
        ("azure", "aws", "smb", ("robocopy", "fsx-ontap")),
        ("aws", "azure", "smb", ("storage-mover", "azure-files-hdd")),
        ("aws", "azure", "smb", ("azure-file-sync", "azure-files-hdd")),
        ("aws", "gcp", "smb", ("robocopy", "gcp-netapp-volumes")),
        ("aws", "gcp", "nfs", ("fpsync", "filestore")),
    ],
)
def test_shares_are_read_by_what_reads_their_protocol_and_keep_what_must_be_kept(
    source, target, protocol, way
):
    plan = planned(from_cloud=source, cloud=target, protocol=protocol)
    option = next(o for o in plan.options if (o.mover, o.target) == way and o.usable)
    kept = {"dacl", "owner", "timestamps"} if protocol == "smb" else {"posix", "timestamps"}
    assert kept <= set(option.fidelity["kept"])


def left(plan, option=None):
    """What is paid to the cloud that is left."""
    option = option or plan.chosen
    found = [line for line in option.cost_usd.lines if line.item.startswith("Data that leaves")]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("source", "region", "unit", "tiers"),
    [
        # USD for a unit of each tier, and how many units it has.
        ("aws", "us-east-1", GIB, ((0.09, 10 * 1024), (0.085, 40 * 1024))),
        ("azure", "eastus", 1e9, ((0.087, 10_335), (0.083, 40_960))),
        ("gcp", "us-central1", GIB, ((0.12, 1024), (0.11, 9 * 1024), (0.08, 1e9))),
        ("gcp", "europe-west3", GIB, ((0.12, 1024), (0.11, 9 * 1024), (0.085, 1e9))),
    ],
)
def test_what_leaves_is_paid_by_the_tiers_of_the_region_that_it_leaves(source, region, unit, tiers):
    target = "gcp" if source != "gcp" else "aws"
    line = left(objects(source, target, from_region=region))
    due, rest = 0.0, 20e12 / unit
    for price, most in tiers:
        part = min(rest, most)
        due, rest = due + part * price, rest - part
    assert line.amount == pytest.approx(due, rel=1e-4)
    assert line.price.endswith(region)


def test_what_is_copied_again_leaves_again():
    still, busy = (left(objects("aws", "gcp", change=change)).amount for change in ("0 %/day", "5 %/day"))
    assert busy > still * 1.02


def test_over_a_private_line_it_costs_what_that_costs():
    given = {"cloud": "aws", "protocol": "smb", "from_region": "eastus", "routes": "direct-connect"}
    line = left(planned(from_cloud="azure", **given))
    assert (line.item, line.unit_price) == (
        "Data that leaves Azure by ExpressRoute",
        0.025,
    )


def test_a_price_that_nobody_found_is_unknown_and_not_0():
    plan = objects("gcp", "aws", from_region="asia-northeast3")
    assert left(plan).amount is None
    assert not plan.chosen.cost_usd.complete


def test_what_leaving_costs_is_told_beside_where_it_is_left():
    given = {"volume": "10 TB", "from_cloud": "azure", "from_region": "West Europe", "region": "Frankfurt"}
    plan = planned(**given, protocol="smb")
    # 10 TB at 0.087 USD/GB.
    assert "leaving westeurope costs 870 USD of the sum" in plan.notes
    shown = " ".join(render_plan(plan, "table").split())
    assert "from Azure westeurope, to eu-central-1" in shown
    waived = planned(**given, protocol="smb", egress="waived")
    assert not [note for note in waived.notes if "of the sum" in note]
    unknown = planned(volume="10 TB", from_cloud="gcp", from_region="asia-northeast3", protocol="object")
    assert not [note for note in unknown.notes if "of the sum" in note]


def test_who_has_it_in_writing_pays_nothing_for_leaving():
    charged, waived = (objects("aws", "gcp", egress=egress) for egress in ("charged", "waived"))
    assert left(waived) is None
    saved = charged.chosen.cost_usd.one_off - waived.chosen.cost_usd.one_off
    assert saved == pytest.approx(left(charged).amount)
    assert "what leaves AWS is taken to cost nothing, as given: have that in writing" in waived.notes
    assert not any("may cost nothing" in note for note in waived.notes)


@pytest.mark.parametrize(
    ("region", "start", "act", "before"),
    [
        ("eu-central-1", "2026-12-01", True, True),
        ("eu-central-1", "2027-02-01", True, False),
        ("us-east-1", "2027-02-01", False, False),
        # The United Kingdom and Switzerland are not in the Union.
        ("eu-west-2", "2027-02-01", False, False),
        ("eu-central-2", "2027-02-01", False, False),
    ],
)
def test_terms_are_told_with_their_day_and_region(region, start, act, before):
    notes = objects("aws", "gcp", from_region=region, start=start).notes
    told = [note for note in notes if "EU Data Act" in note]
    assert bool(told) == act
    assert any(f"this move starts on {start}, before that" in note for note in told) == before
    assert any("leave for good" in note for note in notes)


def test_nobody_loads_a_device_in_a_cloud_or_orders_a_circuit_from_there():
    plan = planned(from_cloud="aws", cloud="azure", volume="500 TB", protocol="smb")
    assert {option.kind for option in plan.options} == {"online"}
    own = {route.id for route in FACTS.routes.values() if route.line == "own"}
    assert not {option.route for option in plan.options} & own
    # A site has both.
    site = planned(cloud="azure", volume="500 TB", protocol="smb")
    assert {option.kind for option in site.options} > {"online"}
    assert {option.route for option in site.options} & own


def test_the_region_is_assumed_or_called_by_name():
    assert objects("aws", "gcp").workload["from_region"].value == "us-east-1"
    named = objects("aws", "gcp", from_region="Frankfurt")
    assert named.workload["from_region"].value == "eu-central-1"
    assert "from_region: 'Frankfurt' is read as eu-central-1" in named.notes


@pytest.mark.parametrize("word", ["gcp", "Google Cloud"])
def test_what_is_left_is_not_compared(word):
    plan = objects(word, "any", region="Virginia")
    assert {row.cloud for row in plan.clouds} == {"aws", "azure"}
    assert all(left(plan, row.option) is not None for row in plan.clouds)


def test_from_a_site_nothing_of_this_is_told():
    plan = planned(cloud="aws")
    assert left(plan) is None
    assert {plan.workload[name].status for name in ("from_cloud", "from_region", "egress")} == {"unused"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"from_cloud": "aws", "cloud": "aws"},
            "from_cloud: is the cloud that is moved to; wanted another one",
        ),
        (
            {"from_cloud": "aws"},
            "from_cloud: is the cloud that is moved to where none is named; wanted another",
        ),
        ({"from_cloud": "aws", "cloud": "gcp", "link": None}, "link: is required where data leaves a cloud"),
        ({"egress": "waived"}, "egress: says nothing without `from_cloud`"),
        ({"from_region": "us-east-1"}, "from_region: says nothing without `from_cloud`"),
        (
            {"from_cloud": "azure", "from_region": "us-east-1"},
            "from_region: 'us-east-1' is a Region of AWS, not of Azure",
        ),
        (
            {"from_cloud": "aws", "cloud": "any", "region": "us-gov-east-1"},
            "region: no cloud is known to have a Region near 'us-gov-east-1' but the one that is left",
        ),
        ({"from_cloud": "ibm"}, "from_cloud: 'ibm' is not known; wanted one of aws, azure, gcp"),
    ],
)
def test_contradictions_are_told(given, told):
    with pytest.raises(MigplanError) as refused:
        planned(**given)
    assert str(refused.value).startswith(told)
