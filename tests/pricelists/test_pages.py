"""Pages of JSON: Azure Retail Prices and Google's Cloud Billing Catalog."""

import pytest
from tests.pricelists.making import PRICE, lay, meter, page, profiles, sku, skus

import migplan
from migplan.errors import MigplanError
from migplan.units import factor

FILES, MGN = "Files v2", "Rtn Preference: MGN"


def out(start, price, **own):
    """A tier of what leaves by the internet."""
    name = "Standard Data Transfer Out"
    return meter("eastus", MGN, "Standard", name, price, "1 GB", "Bandwidth", tierMinimumUnits=start, **own)


LISTS = {
    "azure/Storage/eastus": [
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.0287, "1 GB/Month"),
        meter("eastus", FILES, "Hot LRS", "Hot LRS Write Operations", 0.065, "10K"),
        meter("eastus", FILES, "Standard LRS", "LRS Data Stored", 0.06, "1 GB/Month"),
        # What has the same names and is something else.
        meter("eastus", "Files", "Standard LRS", "LRS Data Stored", 0.0582, "1 GB/Month"),
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 2892.0, "1 GB/Month", type="Reservation"),
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.01, "1 GB/Month", type="DevTestConsumption"),
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.02, "1 GB/Month", currencyCode="EUR"),
        meter("westus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.03, "1 GB/Month"),
        # What was, and what is to come.
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.05, "1 GB/Month",
              effectiveStartDate="2020-01-01T00:00:00Z", effectiveEndDate="2020-12-31T23:59:59Z"),
        meter("eastus", FILES, "Hot LRS", "Hot LRS Data Stored", 0.04, "1 GB/Month",
              effectiveStartDate="2999-01-01T00:00:00Z"),
    ],
    "azure/Storage/westus3": [
        meter("westus3", "Azure Files Provisioned v2", "SSD LRS", f"SSD LRS Provisioned {name}", price, unit)
        for name, price, unit in (
            ("Storage", 0.000137, "1 GiB/Hour"), ("IOPS", 3.7e-05, "1/Hour"), ("IOPS Free", 0.0, "1/Hour"),
            ("Throughput MiBPS", 5.4e-05, "1/Hour"), ("Throughput MiBPS Free", 0.0, "1/Hour"),
        )
    ],
    "azure/Azure-NetApp-Files/eastus": [
        meter("eastus", "Azure NetApp Files", level, f"{level} Capacity", price, "1 GiB/Hour", "Azure NetApp Files")
        for level, price in (("Standard", 0.000202), ("Premium", 0.000403), ("Ultra", 0.000538))
    ],
    "azure/ExpressRoute/Zone-1": [
        meter("Zone 1", "ExpressRoute", "1 Gbps Metered Data", f"{kind} Metered Data 1 Gbps Circuit", price,
              "1/Month", "ExpressRoute")
        for kind, price in (("Standard", 436.0), ("Premium", 1000.0))
    ],
    "azure/Virtual-Network/Global": [
        meter("Global", "Virtual Network Private Link", "Standard", "Standard Private Endpoint", 0.01, "1 Hour",
              "Virtual Network"),
    ],
    "azure/Bandwidth/eastus": [
        out(512095.0, 0.05), out(0.0, 0.0), out(100.0, 0.087), out(10335.0, 0.083), out(51295.0, 0.07),
        out(153695.0, 0.05), meter("eastus", "Bandwidth", "Standard", "Standard Data Transfer Out", 0.02, "1 GB"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    for place, rows in LISTS.items():
        lay(folder, place, page(rows[:1], "https://prices.azure.com/next"), page(rows[1:]), suffix="json")
    own = {"clouds": ["azure"], "regions": ["eastus", "westus3"], "lists": folder}
    return migplan.refresh_prices(folder / "overlay", **own)


def test_prices_are_those_of_the_pages(made):
    told = {(price.price, price.region): price for price in made.prices}
    for name, region, value, change in (
        ("azure-files-hdd-storage", "eastus", 0.0287, 0.0),
        ("azure-files-standard-storage", "eastus", 0.06, 0.0),
        ("azure-files-hot-write", "eastus", 0.065, -0.5454),
        ("azure-files-ssd-v2-storage", "westus3", 0.000137, None),
        ("azure-files-ssd-v2-iops", "westus3", 0.000037, None),
        ("azure-files-ssd-v2-throughput", "westus3", 0.000054, None),
        ("azure-netapp-files-standard", "eastus", 0.000202, 0.0),
        ("azure-netapp-files-premium", "eastus", 0.000403, 0.0),
        ("azure-netapp-files-ultra", "eastus", 0.000538, 0.0),
        ("azure-expressroute-1g", "eastus", 436.0, 0.0),
        ("azure-expressroute-1g", "westus3", 436.0, 0.0),
        ("azure-private-endpoint", "eastus", 0.01, None),
        ("azure-private-endpoint", "westus3", 0.01, None),
    ):
        price = told.pop((name, region))
        assert price.new == ((0.0, value),), name
        assert price.change == (None if change is None else pytest.approx(abs(change), abs=1e-3)), name
    out = told.pop(("azure-internet-out", "eastus"))
    # The free part goes, and two tiers of one price are one.
    assert out.new == ((0.0, 0.087), (10.335, 0.083), (51.295, 0.07), (153.695, 0.05))
    assert (out.change, out.row["tier_unit"], told) == (0.0, "TB", {})


def test_what_changed_much_is_first_and_flagged(made):
    assert [price.flagged for price in made.prices] == [True] + [False] * (len(made.prices) - 1)
    assert [price.price for price in made.flagged] == ["azure-files-hot-write"]
    assert "was 0.143 as of 2024-07-01" in made.flagged[0].row["note"]
    assert "in force since 2025-12-01" in made.flagged[0].row["note"]


def test_a_region_without_a_price_gets_one(made):
    region = migplan.load_facts([made.files[0].parents[1]]).prices["azure-files-ssd-v2-storage"].regions
    assert {"eastus2", "westus3"} <= region.keys()
    assert ("azure-private-endpoint", "eastus") in {(price.price, price.region) for price in made.added}


def told(tmp_path, form, data, **given):
    """What pages come to: a price, or what is at fault."""
    url = (
        "https://example.com/{offer}/{region}"
        if form == "azure-retail"
        else "https://example.com/{offer}/skus?size=5"
    )
    own = profiles(tmp_path / "own", url, form, **given)
    place = "here-1" if form == "azure-retail" else "all"
    lists = lay(tmp_path / "lists", f"none/Ours/{place}", *data, suffix="json")
    try:
        made = migplan.refresh_prices(tmp_path / "overlay", clouds=["none"], lists=lists, profiles=[own])
    except MigplanError as error:
        return " | ".join(map(str, error.faults))
    return made.prices[0]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([b"<html>busy</html>"], "is no JSON: Expecting value"),
        ([b'{"Items": [{"meterId"'], "is no JSON: "),
        ([b"[1, 2]"], "has no prices under 'Items': '[1, 2]'"),
        ([b'{"Items": [1]}'], "has no prices under 'Items'"),
        ([b'{"error": {"code": "x"}}'], "has no prices under 'Items'"),
        ([b"[" * 100_000], "is no JSON: "),
        ([b"\xff"], "is no JSON: "),
        ([page([], "https://example.com/2")], "lacks its last part; wanted a copy of https://example.com/2"),
        ([page([{"meterId": None, "retailPrice": []}])], "no SKU has usagetype 'Storage'"),
    ],
)
def test_what_is_no_page_is_told(tmp_path, data, text):
    assert text in told(tmp_path, "azure-retail", data)


def test_a_meter_of_another_region_counts_where_there_is_no_other(tmp_path):
    row = meter("here-1", "Ours", "Ours", "Ours", 0.021, "GB-Mo", usageType="Storage")
    foreign = {**row, "meterId": "of another Region", "isPrimaryMeterRegion": False}
    price = told(tmp_path / "a", "azure-retail", [page([foreign, row])])
    assert "SKU Ours/Ours/Ours" in price.row["note"]
    price = told(tmp_path / "b", "azure-retail", [page([foreign])])
    assert "SKU of another Region" in price.row["note"]
    both = [row, {**row, "meterId": "another one"}]
    assert "2 SKUs fit" in told(tmp_path / "c", "azure-retail", [page(both)])


def test_parts_are_read_in_the_order_of_their_numbers(tmp_path):
    row = meter("here-1", "Ours", "Ours", "Ours", 0.021, "GB-Mo", usageType="Storage")
    price = told(tmp_path, "azure-retail", [page([], "https://example.com/next")] * 9 + [page([row])])
    assert price.new == ((0.0, 0.021),)


CATALOGUE = (
    sku("0D5D-6E23-4250", "Standard Storage Belgium", ["here-1"], "GiBy.mo", ("0", "0", 0),
        ("5", "0", 20_000_000)),
    sku("0D5D-6E23-4251", "Standard Storage Iowa", ["there-1", "there-2"], "GiBy.mo", ("0", "0", 26_000_000)),
    sku("0D5D-6E23-4252", "Standard Storage Belgium", ["here-1"], "GiBy.mo", ("0", "9", 0), usage="Commit1Yr"),
)  # fmt: skip
GOOGLE = PRICE.replace('units = ["GB-Mo"]', 'units = ["GiBy.mo"]\nskip_free = true')


def test_google_has_all_regions_in_one_list_and_prices_in_billionths(tmp_path):
    where = '\n[listed.where]\ndescription = "Standard Storage Belgium"\nresourcegroup = "RegionalStorage"\n'
    pages = [skus(CATALOGUE[:1], "word"), skus(CATALOGUE[1:])]
    price = told(tmp_path, "google-catalogue", pages, price=GOOGLE, where=where)
    assert (price.new, price.change) == (((0.0, 0.02),), 0.0)
    assert "SKU 0D5D-6E23-4250, in force since 2026-11-20" in price.row["note"]


def test_google_stores_by_class_and_region(tmp_path):
    def stored(name, group, regions, nanos, *more):
        row = sku(name[:14], name, regions, "GiBy.mo", *more, (str(5 * len(more)), "0", nanos))
        row["category"]["resourceGroup"] = group
        return row

    rows = [
        stored("Standard Storage Belgium", "RegionalStorage", ["europe-west1"], 20_000_000, ("0", "0", 0)),
        stored("Autoclass Standard Storage Belgium", "RegionalStorage", ["europe-west1"], 21_000_000),
        stored(
            "Standard Storage Dual-region",
            "MultiRegionalStorage",
            ["europe-west1", "europe-west2"],
            27_600_000,
        ),
        stored("Standard Storage London", "RegionalStorage", ["europe-west2"], 23_000_000),
    ]
    paid = sku(
        "4DBF-185F-A415",
        "Regional Standard Class A Operations",
        ["europe-west1"],
        "count",
        ("5000", "0", 5_000),
    )
    rows += [
        stored("Nearline Storage Belgium", "NearlineStorage", ["europe-west1"], 10_000_000),
        stored("Nearline Storage Belgium (Early Delete)", "NearlineStorage", ["europe-west1"], 11_000_000),
        paid,
    ]
    lists = lay(tmp_path, "gcp/95FF-2EF5-5EA1/all", skus(rows), suffix="json")
    regions = ["europe-west1", "europe-west2", "us-central1"]
    made = migplan.refresh_prices(tmp_path / "made", clouds=["gcp"], regions=regions, lists=lists)
    ours = [price for price in made.prices if price.price == "gcs-storage"]
    told = {price.region: price.new[0][1] * factor(price.unit, "USD/GiB/month") for price in ours}
    assert told == pytest.approx({"europe-west1": 0.02, "europe-west2": 0.023})
    others = {price.price: price.new for price in made.prices if price.price != "gcs-storage"}
    assert others == {"gcs-nearline-storage": ((0.0, 0.01),), "gcs-class-a": ((0.0, 0.005),)}
    assert "gcs-storage us-central1" in [fault.where for fault in made.faults]


def test_a_column_may_have_anything_but_some_values(tmp_path):
    where = '\n[listed.where]\ndescription = "Nearline*"\n\n[listed.where_not]\ndescription = ["*Early*", "*Dual*"]\n'
    rows = [
        sku(
            f"0D5D-6E23-{number}",
            f"Nearline Storage Belgium{name}",
            ["here-1"],
            "GiBy.mo",
            ("0", "0", nanos),
        )
        for number, name, nanos in (
            (4250, "", 20_000_000),
            (4251, " (Early Delete)", 1),
            (4252, " Dual-region", 2),
        )
    ]
    price = told(tmp_path / "a", "google-catalogue", [skus(rows)], price=GOOGLE, where=where)
    assert price.new == ((0.0, 0.02),)
    none = told(tmp_path / "b", "google-catalogue", [skus(rows[1:])], price=GOOGLE, where=where)
    assert "no SKU has description 'Nearline*', no description '*Early*', no description '*Dual*'" in none


def test_google_goes_on_with_a_word(tmp_path):
    text = told(tmp_path, "google-catalogue", [skus(CATALOGUE, "a b/c")], price=GOOGLE)
    assert text.endswith(
        "wanted a copy of " + str(tmp_path / "lists/none/Ours/all/1.json") + "&pageToken=a%20b%2Fc"
    )


def test_names_of_meters_are_those_that_whole_regions_print(tmp_path):
    # The names are those of all rows of storage of four Regions, read in August 2026.
    premium = "Premium Files"
    rows = [
        *(
            meter("westeurope", "Azure Managed Lustre", f"AMLFS-Durable-Premium-{size}", "Provisioned Capacity", usd,
                  "1 GiB/Hour")
            for size, usd in ((40, 0.000121), (125, 0.000258), (250, 0.000373), (500, 0.000608))
        ),
        meter("westeurope", "File Sync", "Standard", "Standard Server", 5.0, "1/Month"),
        meter("westeurope", "File Sync", "Standard", "Standard Server - Free", 0.0, "1/Month"),
        meter("westeurope", "Import/Export", "Standard", "Standard Device Handling", 80.0, "1"),
        meter("westeurope", "Import/Export", "Standard", "Standard Device Return Shipping/Package", 90.0, "1"),
        *(
            meter("westeurope", premium, f"Premium {kind}", f"Premium {kind} Burst {name}", usd * by, unit)
            for kind, by in (("LRS", 1.0), ("ZRS", 1.25))
            for name, usd, unit in (("Bandwidth", 0.013, "1 GiB"), ("Transactions", 0.65, "1M"))
        ),
    ]  # fmt: skip
    lists = lay(tmp_path, "azure/Storage/westeurope", page(rows), suffix="json")
    made = migplan.refresh_prices(tmp_path / "made", clouds=["azure"], regions=["westeurope"], lists=lists)
    assert {price.price: (price.new, price.change) for price in made.prices} == {
        "azure-managed-lustre-40": (((0.0, 0.000121),), 0.0), "azure-managed-lustre-125": (((0.0, 0.000258),), 0.0),
        "azure-managed-lustre-250": (((0.0, 0.000373),), 0.0), "azure-managed-lustre-500": (((0.0, 0.000608),), 0.0),
        "azure-file-sync-server": (((0.0, 5.0),), 0.0), "azure-import-export-drive": (((0.0, 80.0),), 0.0),
        "azure-files-premium-burst": (((0.0, 0.013),), 0.0),
        "azure-files-premium-burst-zrs": (((0.0, 0.01625),), 0.0),
        "azure-files-premium-burst-transactions": (((0.0, 0.65),), 0.0),
        "azure-files-premium-burst-transactions-zrs": (((0.0, 0.8125),), 0.0),
    }  # fmt: skip


def test_google_files_circuits_and_operations_are_picked_by_what_the_catalogue_calls_them(tmp_path):
    def row(number, name, region, unit, nanos, whole="0"):
        return sku(f"0D5D-6E23-{number}", name, [region], unit, ("0", whole, nanos))

    iowa = "us-central1"
    offers = {
        "D97E-AB26-5D95": [
            row(1001, "Filestore Capacity Basic HDD (Standard) Iowa", iowa, "GiBy.mo", 160_000_000),
            row(1002, "Filestore Capacity Zonal and High Scale Iowa", iowa, "GiBy.mo", 250_000_000),
            row(1003, "Filestore Capacity Regional and Enterprise Iowa", iowa, "GiBy.mo", 450_000_000),
            row(1004, "Filestore Backup Usage Iowa", iowa, "GiBy.mo", 80_000_000),
        ],
        "6F81-5844-456A": [
            row(2001, "Cloud Interconnect - 10Gbps Dedicated circuit", "global", "h", 328_000_000, "2"),
            row(2002, "Cloud Interconnect - 100Gbps Dedicated circuit", "global", "h", 280_000_000, "23"),
            row(2003, "Cloud Interconnect - 1Gbps VLAN attachment via Google partner", "global", "h", 100_000_000),
            row(2004, "Cloud Interconnect - 10Gbps VLAN attachment via Google partner", "global", "h", 400_000_000),
            row(2005, "Cloud Interconnect - 10Gbps VLAN attachment via Dedicated Interconnect", "global", "h",
                100_000_000),
        ],
        "95FF-2EF5-5EA1": [row(3001, "Regional Nearline Class A Operations", iowa, "count", 10_000)],
        "B384-1FDE-A709": [
            sku("517C-E77D-C11A", "Managed Lustre Capacity 125-Perf Iowa", [iowa], "GiBy.mo", ("0", "0", 145_000_000))
        ],
    }  # fmt: skip
    for code, rows in offers.items():
        lay(tmp_path, f"gcp/{code}/all", skus(rows), suffix="json")
    made = migplan.refresh_prices(tmp_path / "made", clouds=["gcp"], regions=[iowa], lists=tmp_path)
    told = {price.price: price.new[0][1] for price in made.prices}
    # Profiles have a month of Filestore by the hour.
    told |= {name: value * 730 for name, value in told.items() if name.startswith("filestore")}
    assert told == pytest.approx(
        {
            "filestore-basic-hdd": 0.16, "filestore-zonal": 0.25, "filestore-regional": 0.45,
            "filestore-enterprise": 0.45, "interconnect-10g": 2.328, "interconnect-100g": 23.28,
            "partner-interconnect-attachment-1g": 0.1, "partner-interconnect-attachment-10g": 0.4,
            "interconnect-attachment": 0.1, "gcs-nearline-class-a": 0.01, "gcp-managed-lustre-125": 0.145,
        }
    )  # fmt: skip
