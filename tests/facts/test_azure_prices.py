"""The prices of Azure, cell by cell against a table of what was read, and what a month of each target costs by them."""

import csv
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

import migplan
from migplan.facts import load, own_folder

TABLE = Path(__file__).parents[1] / "data" / "azure_prices.csv"
with TABLE.open(encoding="utf-8", newline="") as text:
    ROWS = list(csv.DictReader(text))
CELLS = {key: list(rows) for key, rows in groupby(ROWS, key=lambda row: (row["price"], row["region"]))}
CATALOGUE = load()
GIB = 1024**3


def number(text):
    return float(text) if text else None


def document(name):
    return tomllib.loads((own_folder() / "prices" / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("cell", CELLS, ids="/".join)
def test_a_price_is_the_one_that_was_read(cell):
    name, region = cell
    profile = document(name)
    own, rows = profile["regions"][region], CELLS[cell]
    assert profile["unit"] == rows[0]["unit"]
    if rows[0]["start"]:
        tiers = [(tier["start"], tier["value"]) for tier in own["tiers"]]
        assert (tiers, own["tier_unit"]) == (
            [(number(row["start"]), number(row["value"])) for row in rows], rows[0]["tier_unit"]
        )  # fmt: skip
    else:
        (row,) = rows
        wanted = (number(row["value"]), number(row["low"]), number(row["high"]))
        assert (own["value"], own.get("low"), own.get("high")) == wanted
    assert (own["as_of"].isoformat(), own.get("status", "confirmed")) == (rows[0]["as_of"], rows[0]["status"])
    assert own["source"] == rows[0]["source"]


def test_no_price_of_azure_is_anywhere_else():
    # What a neighbour pays stands in the profile of internet traffic alone, and says so.
    neighbours = {("azure-internet-out", region) for region in document("azure-internet-out")["regions"]}
    found = {
        (name, region)
        for name, price in CATALOGUE.prices.items()
        if name.startswith("azure-")
        for region in price.regions
    }
    assert found - neighbours == set(CELLS) - neighbours
    for _, region in neighbours - set(CELLS):
        assert document("azure-internet-out")["regions"][region]["status"] == "unconfirmed"


UNKNOWN = (
    "azure-data-box-extra-day", "azure-data-box-80-shipping", "azure-data-box-disk-shipping",
    "azure-data-box-heavy-shipping", "azure-import-export-drive", "azure-file-sync-server",
    "azure-files-hdd-v2-storage", "azure-files-hdd-v2-iops", "azure-files-hdd-v2-throughput",
    "azure-files-ssd-v2-storage-zrs", "azure-managed-lustre-125", "azure-netapp-files-cool",
)  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_was_found_nowhere_is_unknown_and_not_0(name):
    price = CATALOGUE.prices[name]
    assert not price.regions
    assert "not found" in price.unknown or "was found" in price.unknown


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
    assert rent("azure-files-hdd", "multi-zone-hot", "westeurope") == (None, False)
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
