"""Offers of AWS: the prices that lists of November 2025 had, out of lists of that shape."""

import csv
import datetime as dt
from itertools import groupby
from pathlib import Path

import pytest
from tests.pricelists.making import WHERE, lay, offer, profiles, rate

import migplan
from migplan.errors import MigplanError
from migplan.facts import load

TABLE = Path(__file__).parents[1] / "data" / "aws_list_prices.csv"
with TABLE.open(encoding="utf-8", newline="") as text:
    ROWS = list(csv.DictReader(text))
PREFIXES = {
    "us-east-1": "",
    "us-east-2": "USE2-",
    "eu-west-1": "EU-",
    "ap-northeast-1": "APN1-",
    "ca-central-1": "CAN1-",
}
"""Words for Regions that usage types begin with; others are made of the first letters."""
COLUMNS = {
    "fsx-windows-ssd-iops-single-az": ("IOPS-Mo", "", {"Product Family": "Provisioned IOPS",
        "File System Type": "Windows", "Deployment Option": "Single-AZ"}),
    "fsx-windows-ssd-iops-multi-az": ("IOPS-Mo", "", {"Product Family": "Provisioned IOPS",
        "File System Type": "Windows", "Deployment Option": "Multi-AZ"}),
    "fsx-ontap-ssd-iops-single-az": ("IOPS-Mo", "ProvisionedSSDIOPS.SAZ_2N", {"File System Type": "ONTAP"}),
    "fsx-ontap-ssd-iops-multi-az": ("IOPS-Mo", "ProvisionedSSDIOPS.MAZ", {"File System Type": "ONTAP"}),
    "fsx-ontap-pool-read": ("Operations", "Requests.SAZ_2N:CPoolStdRd", {}),
    "fsx-ontap-pool-write": ("Operations", "Requests.SAZ_2N:CPoolStdWr", {}),
    "fsx-openzfs-ssd-single-az": ("GB-Mo", "Storage.SAZ2:SSD", {"operation": "CreateFileSystem:OpenZFS"}),
    "fsx-openzfs-throughput-single-az": ("MiBps-Mo", "ThroughputCapacity.SAZ2",
        {"operation": "CreateFileSystem:OpenZFS"}),
}  # fmt: skip
"""What lists print of prices that columns pick, since their SKUs are not known for sure."""
UNITS = (
    ("-throughput", "MiBps-Mo"), ("-iops", "IOPS-Mo"), ("datasync-enhanced-execution", "Task-Executions"),
    ("datasync-", "GB"), ("efs-elastic-", "GB"), ("s3-standard-put", "Requests"), ("s3-standard-get", "Requests"),
    ("s3-ia-put", "Requests"), ("s3-ia-retrieval", "GB"), ("nat-gateway-hour", "Hrs"), ("nat-gateway-data", "GB"),
    ("vpn-connection", "hours"), ("transit-gateway-attachment", "hour"), ("transit-gateway-data", "GigaBytes"),
    ("privatelink-endpoint", "hours"), ("privatelink-data", "GB"), ("", "GB-Mo"),
)  # fmt: skip
MORE = {"privatelink-data": (("1048576", "0.006"), ("5242880", "0.004"))}
"""Tiers above the one that was read, of which the lists say that they are the same everywhere."""
FACTORS = {"USD/thousand_requests": 1000}
"""Lists have the price of one request."""


def lines(name, region, rows):
    """The lines of a price in a list."""
    unit = next(unit for part, unit in UNITS if part in name)
    usage, columns = "Something", {}
    if name in COLUMNS:
        unit, usage, columns = COLUMNS[name]
    prefix = PREFIXES.get(region, f"{region[:2].upper()}{region[3].upper()}1-")
    tiers = [(row["start"], row["usd"]) for row in rows] + list(MORE.get(name, ()))
    for start, usd in tiers:
        yield rate(rows[0]["sku"], usd, unit, region, start, usageType=f"{prefix}{usage}", **columns)


def others(region):
    """Lines that nobody asks for, of whatever else a list has."""
    yield rate(
        "ZZZZZZZZZZZZZZZ1", "0.99", "GB-Mo", region, usageType="Storage.SAZ_2N:SSD.more", operation="x"
    )
    yield rate("ZZZZZZZZZZZZZZZ2", "0", "GB", region, usageType="Global-DataTransfer-Out-Bytes")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The overlay of all lists, and what was told."""
    folder = tmp_path_factory.mktemp("lists")
    by_list = sorted(ROWS, key=lambda row: (row["offer"], row["region"]))
    for (code, region), found in groupby(by_list, key=lambda row: (row["offer"], row["region"])):
        rates = [*others(region)]
        for name, rows in groupby(found, key=lambda row: row["price"]):
            rates += lines(name, region, list(rows))
        # The same SKU under another term has nothing to say.
        rates.append({**rates[-1], "TermType": "Reserved", "PricePerUnit": "7"})
        lay(folder, f"aws/{code}/{region}", offer(rates, code=code))
    return migplan.refresh_prices(folder / "overlay", clouds=["aws"], lists=folder, today="2026-11-29")


CELLS = {key: list(rows) for key, rows in groupby(ROWS, key=lambda row: (row["price"], row["region"]))}


def test_lists_have_the_prices_that_were_read(made):
    told = {(price.price, price.region): price for price in made.prices}
    assert len(CELLS) == 957
    for cell, rows in CELLS.items():
        price = told[cell]
        factor = FACTORS.get(price.unit, 1)
        wanted = [float(row["usd"]) * factor for row in rows]
        assert [value for _, value in price.new][: len(wanted)] == pytest.approx(wanted, rel=1e-12), cell


def test_they_are_those_of_the_profiles(made):
    assert [(price.price, price.region) for price in made.changed if price.price not in MORE] == []
    # The profile has rounded where these begin.
    assert {price.new for price in made.changed} == {((0.0, 0.01), (1.048576, 0.006), (5.24288, 0.004))}
    assert not made.flagged


def test_tiers_keep_the_unit_of_the_profile(made):
    price = next(
        price for price in made.prices if (price.price, price.region) == ("s3-standard-storage", "eu-west-1")
    )
    assert price.new == ((0.0, 0.023), (50.0, 0.022), (500.0, 0.021))
    assert price.row["tier_unit"] == "TiB"


def test_plans_take_the_overlay_and_it_says_what_it_was_read_in(made):
    facts = load([made.files[0].parents[1]])
    fact = facts.prices["fsx-windows-ssd-single-az"].regions["eu-west-1"].fact
    assert (fact.shown, fact.as_of, fact.status) == (0.143, "2026-11-20", "confirmed")
    assert fact.source.endswith("/offers/v1.0/aws/AmazonFSx/current/eu-west-1/index.csv")
    assert "version 20261120160258 of 2026-11-20, SKU PTC4QTGHGBRWX5TY" in fact.note
    plan = migplan.plan(volume="1 TB", link="1 Gbps", samples=0, profiles=[made.files[0].parents[1]])
    assert any(note.startswith("profiles of your own in place of migplan's: ") for note in plan.notes)
    used = [fact for fact in plan.facts if fact.id.startswith("prices/")]
    assert any("version 20261120160258 of 2026-11-20" in fact.note for fact in used)


def test_a_region_that_came_later_is_picked_by_columns(tmp_path):
    ontap, zfs = {"File System Type": "ONTAP"}, {"File System Type": "OpenZFS"}
    windows = {"File System Type": "Windows", "Deployment Option": "Multi-AZ"}
    ssd, hdd = ({"Product Family": "Storage", "Storage Type": medium} for medium in ("SSD", "HDD"))
    speed = {"Product Family": "Provisioned Throughput"}
    lines = [
        rate("A" * 16, "0.131", "GB-Mo", "cn-north-1", usageType="CNN1-Storage.SAZ_2N:SSD", **ontap),
        rate("B" * 16, "0.262", "GB-Mo", "cn-north-1", usageType="CNN1-Storage.MAZ:SSD", **ontap),
        rate("C" * 16, "0.189", "GB-Mo", "cn-north-1", usageType="CNN1-Storage.MAZ:SSD", **zfs),
        rate("D" * 16, "0.241", "GB-Mo", "cn-north-1", **windows, **ssd),
        rate("E" * 16, "0.026", "GB-Mo", "cn-north-1", **windows, **hdd),
        rate("F" * 16, "4.75", "MiBps-Mo", "cn-north-1", **windows, **speed),
    ]
    lists = lay(tmp_path / "lists", "aws/AmazonFSx/cn-north-1", offer(lines))
    made = migplan.refresh_prices(tmp_path / "made", clouds=["aws"], regions=["cn-north-1"], lists=lists)
    assert {price.price: price.new[0][1] for price in made.added} == {
        "fsx-ontap-ssd-single-az": 0.131,
        "fsx-ontap-ssd-multi-az": 0.262,
        "fsx-windows-ssd-multi-az": 0.241,
        "fsx-windows-hdd-multi-az": 0.026,
        "fsx-windows-throughput-multi-az": 4.75,
    }
    assert any(
        str(fault) == "fsx-lustre-hdd-12 cn-north-1: no SKU of this Region is known" for fault in made.faults
    )


def test_what_no_list_has_is_told_and_stays(made):
    told = [fault for fault in made.faults if "AmazonVPC" in fault.where or "fsx-" in fault.where]
    assert all(fault.code == "bad-price-list" for fault in made.faults)
    assert not [fault for fault in told if "fsx-ontap" in fault.where and "gen2" not in fault.where]
    # Internet traffic was in none of the lists.
    assert any(fault.where.endswith("aws/AWSDataTransfer/eu-west-1") for fault in made.faults)


def faults_of(tmp_path, data, **given):
    """What one list comes to: its price, or what is at fault with it."""
    own = profiles(tmp_path / "own", "http://localhost/{offer}/{region}", **given)
    lists = lay(tmp_path / "lists", "none/Ours/here-1", data)
    try:
        made = migplan.refresh_prices(tmp_path / "overlay", clouds=["none"], lists=lists, profiles=[own])
    except MigplanError as error:
        assert not (tmp_path / "overlay").exists()
        return " | ".join(map(str, error.faults))
    (price,) = made.prices
    return price


FIT = rate("A" * 16, "0.021", "GB-Mo", "here-1", usageType="Storage")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "has no line of columns that begins with SKU; wanted the CSV of an offer of AWS"),
        (b"{}", "has no line of columns that begins with SKU"),
        (b'"SKU","Unit"\n', "has no column startingrange; wanted the CSV of an offer of AWS"),
        (offer([FIT])[:-30], "is cut or no CSV: unexpected end of data"),
        (offer([FIT]).rpartition(b',"","')[0] + b"\n", "is cut or broken: price 1 has "),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (offer([{**FIT, "Region Code": "there-1"}]), "no SKU has usagetype 'Storage'"),
        (offer([{**FIT, "Currency": "CNY"}]), "no SKU has usagetype 'Storage'"),
    ],
)
def test_what_is_no_list_is_told(tmp_path, data, told):
    assert told in faults_of(tmp_path, data)


@pytest.mark.parametrize("day", ["soon", "2026-13-45T10:00:00Z", ""])
def test_a_list_whose_date_is_none_does_not_say_when_it_was_published(tmp_path, day):
    price = faults_of(tmp_path, offer([FIT], (("Publication Date", day), ("Version", "1"))))
    assert price.new == ((0.0, 0.021),)
    laid = (tmp_path / "lists/none/Ours/here-1/1.csv").stat().st_mtime
    assert price.row["as_of"] == dt.date.fromtimestamp(laid)
    assert "Ours here-1, version 1, SKU" in price.row["note"]


def test_a_prefix_is_a_word_for_a_region_and_nothing_else(tmp_path):
    cloud = 'prefixed = "usagetype"\nprefix = "([A-Z]{2,4}[0-9]?-)?"\n'
    prefixed = offer([{**FIT, "usageType": "APN1-Storage"}])
    assert faults_of(tmp_path / "a", prefixed, cloud=cloud).new == ((0.0, 0.021),)
    other = offer([{**FIT, "usageType": "Global-Storage"}])
    assert "no SKU has usagetype 'Storage'" in faults_of(tmp_path / "b", other, cloud=cloud)
    assert "no SKU has" in faults_of(tmp_path / "c", prefixed)


def test_a_sku_goes_before_columns(tmp_path):
    rates = [FIT, {**FIT, "SKU": "B" * 16, "PricePerUnit": "0.022", "usageType": "Other"}]
    where = WHERE + f'\n[listed.skus]\nhere-1 = "{"B" * 16}"\n'
    assert faults_of(tmp_path / "a", offer(rates), where=where).new == ((0.0, 0.022),)
    gone = faults_of(tmp_path / "b", offer([FIT]), where=where)
    assert gone == (
        "ours here-1: SKU BBBBBBBBBBBBBBBB is not in the list (none Ours here-1); the old price stays"
    )


def test_ports_of_direct_connect_are_taken_where_all_locations_ask_the_same(tmp_path):
    def port(location, kind, capacity, usd):
        word = "HCPortUsage" if kind == "Hosted" else "PortUsage"
        return rate(
            f"{location}{kind}{capacity}".upper().ljust(16, "X")[:16], usd, "Hours", "eu-west-1",
            capacity=capacity, connectionType=kind, Location=location, usageType=f"EU-{location}-{word}:{capacity}",
        )  # fmt: skip

    rows = [
        *(port(where, "Dedicated", "10Gbps", "2.25") for where in ("EQDC2", "INXLD")),
        *(port(where, "Dedicated", "100Gbps", usd) for where, usd in (("EQDC2", "22.50"), ("INXLD", "21.40"))),
        port("EQDC2", "Hosted", "10Gbps", "2.48"), port("EQDC2", "Hosted", "50Mbps", "0.03"),
        port("EQDC2", "Hosted", "500Mbps", "0.20"),
        rate("T" * 16, "0.0282", "GB", "eu-west-1", usageType="EU-EQDC2-DataXfer-Out"),
    ]  # fmt: skip
    lists = lay(tmp_path, "aws/AWSDirectConnect/eu-west-1", offer(rows, code="AWSDirectConnect"))
    made = migplan.refresh_prices(tmp_path / "made", clouds=["aws"], regions=["eu-west-1"], lists=lists)
    assert {price.price: price.new for price in made.prices} == {
        "direct-connect-10g": ((0.0, 2.25),), "direct-connect-hosted-10g": ((0.0, 2.48),),
        "direct-connect-hosted-50m": ((0.0, 0.03),), "direct-connect-hosted-500m": ((0.0, 0.2),),
    }  # fmt: skip
    (told,) = [str(fault) for fault in made.faults if fault.where == "direct-connect-100g eu-west-1"]
    assert "2 SKUs fit" in told
    assert "the same price of all" in told
