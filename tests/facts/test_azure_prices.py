"""What a month of each target of Azure costs by its prices."""

import pytest

import migplan


def rent(target, configuration, region="eastus", **given):
    """USD a month of a target for 100 TiB without anything beside it, and whether all prices are known."""
    plan = migplan.plan(
        volume="100 TiB", link="10 Gbps", cloud="azure", region=region, target=target, configuration=configuration,
        availability=configuration.partition("-zone")[0] + "-zone", running_costs="none", samples=0, growth="0 %/year",
        reduction="0 %", **given,
    )  # fmt: skip
    (option, *_) = [option for option in plan.options if option.configuration == configuration]
    return option.cost_usd.monthly, option.cost_usd.complete


@pytest.mark.parametrize(
    ("target", "configuration", "region", "a_gib"),
    [
        ("azure-files-hdd", "multi-zone-hot", "eastus", 0.0360),
        ("azure-files-hdd", "single-zone-hot", "eastus2", 0.0255),
        ("azure-files-hdd", "multi-zone-transaction-optimized", "eastus", 0.075),
        ("azure-files-premium", "multi-zone-v1", "eastus", 0.20),
        ("azure-files-premium", "single-zone-v1", "eastus2", 0.16),
        # 100 MiB/s and 3,000 operations a second come with it, which is what 100 TiB need here.
        ("azure-files-premium", "single-zone-v2", "eastus2", 0.000137 * 730),
        ("azure-netapp-files", "single-zone-standard", "eastus", 0.000202 * 730 * 1.1),
        ("azure-netapp-files", "single-zone-ultra", "eastus", 0.000538 * 730 * 1.1),
    ],
)
def test_what_100_tib_cost_a_month(target, configuration, region, a_gib):
    monthly, complete = rent(target, configuration, region, throughput="100 MiB/s")
    assert complete
    assert monthly == pytest.approx(102_400 * a_gib)


def test_throughput_beyond_what_comes_with_a_share_is_paid_for():
    plain, _ = rent("azure-files-premium", "single-zone-v2", "eastus2", throughput="100 MiB/s")
    fast, _ = rent("azure-files-premium", "single-zone-v2", "eastus2", throughput="500 MiB/s")
    assert fast - plain == pytest.approx(400 * 0.000054 * 730)


def test_a_price_of_another_region_is_taken_for_none_but_what_says_so():
    assert rent("azure-files-hdd", "multi-zone-hot", "uksouth") == (None, False)
    assert not rent("azure-files-premium", "single-zone-v2", "eastus", throughput="100 MiB/s")[1]


def test_small_files_pay_for_their_transactions():
    given = {
        "volume": "1 TB",
        "files": "10M",
        "link": "1 Gbps",
        "cloud": "azure",
        "target": "azure-files-hdd",
    }
    plan = migplan.plan(
        **given, configuration="multi-zone-transaction-optimized", change="0 %/day", samples=0
    )
    (line,) = [line for line in plan.chosen.cost_usd.lines if "write transactions" in line.item]
    # 10 million files, six writes each, 0.015 USD for ten thousand of them.
    assert line.amount == pytest.approx(90, rel=0.01)
