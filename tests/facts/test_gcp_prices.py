"""What a month of each target of Google Cloud costs by its prices, and which Regions have these."""

import pytest

import migplan
from migplan.facts import load

CATALOGUE = load()
REGIONS = ("us-central1", "asia-northeast1", "europe-west1", "europe-west3")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "name", ["gcs-storage", "gcs-nearline-storage", "gcs-coldline-storage", "gcs-archive-storage", "gcs-class-a",
             "gce-pd-balanced-regional", "gce-file-server-instance", "gcp-vpn-tunnel", "gcp-interconnect-out"]
)  # fmt: skip
def test_what_can_be_had_in_four_regions_is(name, region):
    assert CATALOGUE.prices[name].region(region) is not None


def rent(target, configuration, region="us-central1", **given):
    """USD a month of a target for 50 TiB without anything beside it, and whether all prices are known."""
    head = configuration.partition("-zone")[0]
    plan = migplan.plan(
        **{
            "volume": "50 TiB", "link": "10 Gbps", "cloud": "gcp", "region": region, "target": target,
            "configuration": configuration, "availability": f"{head}-zone", "running_costs": "none", "samples": 0,
            "growth": "0 %/year", "reduction": "0 %", "change": "0 %/day", "throughput": "64 MiB/s", "iops": 500,
            **given,
        }
    )  # fmt: skip
    (option, *_) = [option for option in plan.options if option.configuration == configuration]
    return option.cost_usd.monthly, option.cost_usd.complete


@pytest.mark.parametrize(
    ("target", "configuration", "region", "a_gib"),
    [
        # 64 MiB/s and 1,024 operations a second come with a pool.
        ("gcp-netapp-volumes", "single-zone-flex", "us-central1", 0.000144 * 730 * 1.1),
        ("gcp-netapp-volumes", "single-zone-flex-limited", "asia-northeast1", 0.000274 * 730 * 1.1),
        ("gcp-netapp-volumes", "single-zone-standard", "europe-west3", 0.000315068 * 730 * 1.1),
        ("gcp-netapp-volumes", "single-zone-premium", "us-central1", 0.000403014 * 730 * 1.1),
        ("gcp-netapp-volumes", "single-zone-extreme", "asia-northeast1", 0.00061863 * 730 * 1.1),
    ],
)
def test_what_50_tib_of_a_share_cost_a_month(target, configuration, region, a_gib):
    monthly, complete = rent(target, configuration, region)
    assert complete
    assert monthly == pytest.approx(51_200 * a_gib)


@pytest.mark.parametrize(
    ("configuration", "region", "a_gib"),
    [
        ("single-zone-basic-hdd", "us-central1", 0.16),
        ("single-zone-basic-ssd", "us-central1", 0.30),
        ("single-zone-zonal", "us-central1", 0.25),
        ("multi-zone-regional", "us-central1", 0.45),
        ("multi-zone-regional", "asia-northeast1", 0.000739726 * 730),
    ],
)
def test_what_50_tib_of_filestore_cost_a_month(configuration, region, a_gib):
    monthly, complete = rent("filestore", configuration, region, protocol="nfs")
    assert complete
    assert monthly == pytest.approx(51_200 * a_gib * 1.1, rel=1e-5)


def test_a_pair_of_servers_pays_its_disk_in_both_zones_and_two_machines():
    monthly, complete = rent("gce-windows-pair", "multi-zone-ssd")
    assert complete
    assert monthly == pytest.approx(51_200 * 1.2 * 0.2 + 2 * (0.388472 + 0.368) * 730)


def test_throughput_and_operations_beyond_what_comes_with_a_pool_are_paid_for():
    plain, _ = rent("gcp-netapp-volumes", "single-zone-flex")
    fast, _ = rent("gcp-netapp-volumes", "single-zone-flex", throughput="500 MiB/s")
    assert fast - plain == pytest.approx(436 * 0.002192 * 730)
    busy, _ = rent("gcp-netapp-volumes", "single-zone-flex", iops=11_024)
    assert busy - plain == pytest.approx(10_000 * 0.000023 * 730)


def test_a_price_of_another_region_is_taken_for_none():
    assert rent("gcp-netapp-volumes", "single-zone-flex", "europe-west1") == (None, False)
    assert rent("filestore", "multi-zone-regional", "europe-west1", protocol="nfs") == (None, False)
    assert not rent("gcp-netapp-volumes", "multi-zone-flex")[1]


@pytest.mark.parametrize(
    ("configuration", "cold_gib", "an_object"),
    [("nearline", 0.010, 0.01e-3), ("coldline", 0.004, 0.02e-3), ("archive", 0.0012, 0.05e-3)],
)
def test_a_colder_class_costs_its_gib_and_an_operation_for_each_object(configuration, cold_gib, an_object):
    plan = migplan.plan(
        volume="1 TiB", files="1M", link="1 Gbps", cloud="gcp", region="us-central1", target="gcs", cold="80 %",
        protocol="object", configuration=configuration, running_costs="none", samples=0, growth="0 %/year",
        use="archive", change="0 %/day", availability="multi-zone",
    )  # fmt: skip
    cost = plan.chosen.cost_usd
    assert cost.complete
    assert cost.monthly == pytest.approx(1024 * (0.2 * 0.020 + 0.8 * cold_gib))
    (moved,) = [line for line in cost.lines if "operations into" in line.item]
    assert moved.amount == pytest.approx(800_000 * an_object)
