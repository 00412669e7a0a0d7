"""Prices of AWS in further Regions, and of what came later, cell by cell against what lists of November 2025 had."""

import csv
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

from migplan.facts import load, own_folder

DATA = Path(__file__).parents[1] / "data"
CATALOGUE = load()


def read(table):
    with (DATA / table).open(encoding="utf-8", newline="") as text:
        return {
            name: list(rows) for name, rows in groupby(csv.DictReader(text), key=lambda row: row["price"])
        }


MORE = read("aws_more_prices.csv")
ROWS = {**read("aws_other_regions.csv"), **MORE}
FURTHER = {
    "af-south-1", "ap-east-1", "ap-south-2", "ap-southeast-5", "ca-west-1", "eu-south-1", "il-central-1", "me-south-1",
    "us-gov-east-1", "us-gov-west-1",
}  # fmt: skip
"""Regions of which what leaves by the internet is known."""


@pytest.mark.parametrize("name", ROWS)
def test_a_price_is_that_of_its_rate_code(name):
    profile = tomllib.loads((own_folder() / "prices" / f"{name}.toml").read_text(encoding="utf-8"))
    skus = profile.get("listed", {}).get("skus", {})
    for row in ROWS[name]:
        own = profile["regions"][row["region"]]
        assert own["value"] == float(row["value"]) > 0
        assert (profile["unit"], own["as_of"].isoformat()) == (row["unit"], row["as_of"])
        assert row["rate_code"] in own["note"]
        assert not skus or skus[row["region"]] == row["rate_code"].partition(".")[0]


def test_far_regions_of_aws_have_what_leaves_and_what_is_stored():
    for region in FURTHER:
        assert CATALOGUE.prices["aws-internet-out"].region(region) is not None
        tiers = CATALOGUE.prices["s3-standard-storage"].region(region).tiers
        assert [value for _, value in tiers] == sorted((value for _, value in tiers), reverse=True)
        assert len(tiers) == 3


def test_no_price_has_two_tables():
    assert not MORE.keys() & read("aws_other_regions.csv").keys()


def test_classes_that_watch_cost_what_the_standard_classes_cost():
    prices = CATALOGUE.prices
    for region, row in prices["s3-intelligent-frequent-storage"].regions.items():
        assert row.tiers == prices["s3-standard-storage"].region(region).tiers, region
