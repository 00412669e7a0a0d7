"""Prices cell by cell against the tables of what was read, and nowhere but there."""

import csv
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

from migplan.facts import load, own_folder

DATA = Path(__file__).parents[1] / "data"
CATALOGUE = load()
OF_GOOGLE = (
    "gcp-", "gcs-", "gce-", "filestore-", "interconnect-", "partner-interconnect-", "storage-transfer-",
    "transfer-appliance-",
)  # fmt: skip


def cells(name):
    """Price and Region -> the rows of a table."""
    with (DATA / name).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    return {key: list(own) for key, own in groupby(rows, key=lambda row: (row["price"], row["region"]))}


AZURE, GOOGLE = cells("azure_prices.csv"), cells("gcp_prices.csv")
CELLS = {**AZURE, **GOOGLE}


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


def test_no_price_has_two_tables():
    assert len(CELLS) == len(AZURE) + len(GOOGLE)


def test_no_price_of_azure_is_anywhere_else():
    # What a neighbour pays stands in the profile of internet traffic alone, and says so.
    neighbours = {("azure-internet-out", region) for region in document("azure-internet-out")["regions"]}
    found = {
        (name, region)
        for name, price in CATALOGUE.prices.items()
        if name.startswith("azure-")
        for region in price.regions
    }
    assert found - neighbours == set(AZURE) - neighbours
    for _, region in neighbours - set(AZURE):
        assert document("azure-internet-out")["regions"][region]["status"] == "unconfirmed"


def test_no_price_of_google_is_anywhere_else():
    found = {
        (name, region)
        for name, price in CATALOGUE.prices.items()
        if name.startswith(OF_GOOGLE)
        for region in price.regions
    }
    assert found == set(GOOGLE)


NOT_OF_AZURE = (
    "azure-data-box-extra-day", "azure-data-box-80-shipping", "azure-data-box-disk-shipping",
    "azure-data-box-heavy-shipping", "azure-netapp-files-cool",
)  # fmt: skip


NOT_OF_GOOGLE = (
    "gcp-netapp-flex-regional-capacity", "gcp-netapp-cold", "gcp-managed-lustre-250", "gcp-managed-lustre-1000",
    "partner-interconnect-attachment-1g", "partner-interconnect-attachment-10g",
)  # fmt: skip


@pytest.mark.parametrize("name", [*NOT_OF_AZURE, *NOT_OF_GOOGLE])
def test_what_was_found_nowhere_is_unknown_and_not_0(name):
    price = CATALOGUE.prices[name]
    assert not price.regions
    assert "not found" in price.unknown or "was found" in price.unknown


def test_no_price_of_google_is_0():
    assert [cell for cell, rows in GOOGLE.items() for row in rows if number(row["value"]) == 0] == []
