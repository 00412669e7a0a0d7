"""Which price of a list is taken: one of one SKU in a known unit; of all else the old one stays."""

import pytest
from tests.pricelists.making import PRICE, lay, offer, profiles, rate

import migplan
from migplan.errors import MigplanError
from migplan.facts.folders import own_folder, read_folders
from migplan.facts.schema import CloudRegions, Price
from migplan.files import parse_toml

FIT = rate("A" * 16, "0.021", "GB-Mo", "here-1", usageType="Storage")
TIERED = PRICE.replace('units = ["GB-Mo"]', 'units = ["GB-Mo"]\ntier_unit = "GiB"')
STEPS = TIERED.replace(
    "value = 0.02\n",
    'tiers = [{ start = 0, value = 0.02 }, { start = 50, value = 0.01 }]\ntier_unit = "TiB"\n',
)


def refreshed(tmp_path, *rates, price=PRICE, **given):
    """What a list comes to: its price, or what is at fault."""
    own = profiles(tmp_path / "own", "https://example.com/{offer}/{region}/index.csv", price=price)
    lists = lay(tmp_path / "lists", "none/Ours/here-1", offer(rates))
    given = {"clouds": ["none"], "lists": lists, "profiles": [own], **given}
    try:
        made = migplan.refresh_prices(tmp_path / "overlay", **given)
    except MigplanError as error:
        return " | ".join(map(str, error.faults))
    return made.prices[0]


def tier(start, usd, **own):
    return {**FIT, "StartingRange": start, "PricePerUnit": usd, **own}


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ([], "no SKU has usagetype 'Storage'"),
        ([FIT, {**FIT, "SKU": "B" * 16}], "2 SKUs fit: AAAAAAAAAAAAAAAA and BBBBBBBBBBBBBBBB; wanted one"),
        ([tier("0", "0.0000000000")], "costs 0, which it never did"),
        ([{**FIT, "Unit": "MB-Mo"}], "the list counts in 'MB-Mo', and not in GB-Mo"),
        ([tier("0", "cheap")], "'cheap' is no amount"),
        ([tier("0", "nan")], "'nan' is no amount"),
        ([tier("0", "-1")], "'-1' is no amount"),
        ([tier("10", "0.02")], "has no price below 10"),
        ([FIT, tier("0", "0.03")], "has two prices for one quantity"),
        ([FIT, tier("50", "0.01")], "has 2 tiers; wanted one price"),
    ],
)
def test_a_doubt_is_a_fault_of_that_price(tmp_path, rates, told):
    assert refreshed(tmp_path, *rates) == (f"ours here-1: {told} (none Ours here-1); the old price stays")


def test_several_skus_are_one_price_where_they_may_and_all_cost_the_same(tmp_path):
    price = PRICE.replace('units = ["GB-Mo"]', 'units = ["GB-Mo"]\nalike = true')
    other = {**FIT, "SKU": "B" * 16}
    assert refreshed(tmp_path / "a", FIT, other, price=price).new == ((0.0, 0.021),)
    told = refreshed(tmp_path / "b", FIT, {**other, "PricePerUnit": "0.0220000000"}, price=price)
    assert "2 SKUs fit: AAAAAAAAAAAAAAAA and BBBBBBBBBBBBBBBB; wanted one, or the same price of all" in told
    assert "has two prices for one quantity" in refreshed(tmp_path / "c", FIT, tier("0", "0.03"), price=price)


@pytest.mark.parametrize(
    ("usd", "change", "flagged"),
    [("0.02", 0.0, False), ("0.024", 0.2, False), ("0.0241", 0.205, True), ("0.01", 0.5, True)],
)
def test_a_change_by_more_than_a_fifth_is_flagged(tmp_path, usd, change, flagged):
    price = refreshed(tmp_path, tier("0", usd))
    assert (price.change, price.flagged) == (pytest.approx(change), flagged)
    assert ("was 0.02 as of 2026-01-01" in price.row["note"]) == (change > 0)


def test_what_was_free_may_stay_so_and_is_flagged_where_it_does_not(tmp_path):
    free = PRICE.replace("value = 0.02", "value = 0")
    assert refreshed(tmp_path / "a", tier("0", "0"), price=free).change == 0
    assert refreshed(tmp_path / "b", tier("0", "0.01"), price=free).flagged


def test_a_list_counts_in_a_unit_of_its_own(tmp_path):
    dear = PRICE.replace("listed]", 'listed]\nprice = "USD/TiB/month"')
    assert refreshed(tmp_path, tier("0", "20.48"), price=dear).new == ((0.0, 0.02),)


def test_tiers_are_in_the_unit_of_the_profile(tmp_path):
    rates = [tier("51200", "0.01"), tier("0", "0.02"), tier("512000", "0.01")]
    price = refreshed(tmp_path / "a", *rates, price=STEPS)
    assert (price.new, price.change) == (((0.0, 0.02), (50.0, 0.01)), 0.0)
    new = refreshed(tmp_path / "b", *rates, price=TIERED)
    assert (new.new, new.flagged, new.row["tier_unit"]) == (((0.0, 0.02), (51200.0, 0.01)), True, "GiB")
    one = refreshed(tmp_path / "c", FIT, price=STEPS)
    assert (one.new, one.flagged) == (((0.0, 0.021),), True)


def test_free_tiers_go_where_the_profile_says_so(tmp_path):
    without = STEPS.replace('tier_unit = "GiB"', 'tier_unit = "GiB"\nskip_free = true')
    rates = [tier("0", "0"), tier("100", "0.02"), tier("51200", "0.01")]
    assert refreshed(tmp_path / "a", *rates, price=without).change == 0
    assert "costs 0, which it never did" in refreshed(tmp_path / "b", *rates, price=STEPS)
    assert "costs nothing at any quantity" in refreshed(tmp_path / "c", tier("0", "0"), price=without)


def test_a_region_that_is_named_twice_is_read_once(tmp_path):
    assert refreshed(tmp_path, FIT, regions=["here-1", "here-1"]).new == ((0.0, 0.021),)


def test_a_region_is_asked_for_by_name(tmp_path):
    (tmp_path / "a").mkdir()
    lay(tmp_path / "a" / "lists", "none/Ours/there-1", offer([{**FIT, "Region Code": "there-1"}]))
    price = refreshed(tmp_path / "a", FIT, regions=["there-1"])
    assert (price.region, price.old, price.change, price.flagged) == ("there-1", (), None, False)
    told = refreshed(tmp_path / "b", FIT, regions=["eu-west-1"])
    assert told == "prices: none of none, eu-west-1 is picked in a price list"
    told = refreshed(tmp_path / "c", FIT, regions=["europe-west"])
    assert told.startswith("region: 'europe-west' is not known; did you mean 'europe-west1'")
    assert refreshed(tmp_path / "d", FIT, clouds=["gpc"]) == "cloud: 'gpc' is not known; did you mean 'gcp'?"


def test_a_region_may_be_called_by_the_name_of_a_city():
    def asked(**given):
        return {
            address.split("/")[-1]
            for address in map(str, (place for _, place in migplan.price_lists(**given)))
        }

    assert asked(clouds=["azure"], regions=["tokyo"]) == {"japaneast", "Global", "Zone-2"}
    assert asked(clouds=["aws"], regions=["Tokyo", "ap-northeast-1"]) == {"ap-northeast-1"}
    assert asked(clouds=["azure"], regions=["Virginia"]) >= {"eastus", "eastus2"}
    assert {"ap-northeast-1", "japaneast"} < asked(regions=["Tokyo"])
    with pytest.raises(MigplanError, match="'Atlantis' is not known"):
        asked(regions=["Atlantis"])


FILES = read_folders([own_folder()], ("prices", "clouds")).files
OWN = {
    file.name: Price.model_validate(parse_toml(file.data, file.place))
    for file in FILES
    if file.kind == "prices"
}
LISTS = {
    file.name: CloudRegions.model_validate(parse_toml(file.data, file.place)).price_list
    for file in FILES
    if file.kind == "clouds"
}


def test_every_price_is_listed_or_says_why_it_is_not():
    assert [name for name, price in OWN.items() if bool(price.unlisted) == (price.listed is not None)] == []


def test_every_region_of_a_listed_price_is_picked():
    for name, price in OWN.items():
        if price.listed is not None:
            assert LISTS[price.listed.cloud] is not None, name
            assert price.listed.where or price.regions.keys() - {"any"} <= price.listed.skus.keys(), name
            assert any("tiers" in row.model_fields_set for row in price.regions.values()) <= bool(
                price.listed.tier_unit
            ), name


def test_no_two_prices_pick_the_same():
    seen = {}
    for name, price in OWN.items():
        if price.listed is not None:
            keys = {(region, code) for region, code in price.listed.skus.items()}
            keys |= {tuple(sorted(price.listed.where.items()))} - {()}
            for key in keys:
                seen.setdefault(key, []).append(name)
    # Requests of one tier, machines of one type, and two tiers of one price.
    alike = {tuple(names) for names in seen.values() if len(names) > 1}
    assert alike == {
        ("s3-standard-list", "s3-standard-put"),
        ("ec2-copy-host", "ec2-file-server-instance"),
        ("ec2-file-server-instance-linux", "gateway-host"),
        ("filestore-enterprise", "filestore-regional"),
    }
