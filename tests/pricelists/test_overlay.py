"""The overlay: whole or not at all, over nothing of anybody else's, and with all Regions of a price."""

import tomllib
from pathlib import Path

import pytest
from tests.pricelists.making import lay, offer, profiles, rate

import migplan
from migplan.errors import MigplanError
from migplan.facts import load

FIT = rate("A" * 16, "0.021", "GB-Mo", "there-1", usageType="Storage")


@pytest.fixture
def given(tmp_path):
    """A price for one Region, and a list of another one."""
    lists = lay(tmp_path / "lists", "none/Ours/there-1", offer([FIT]))
    own = profiles(tmp_path / "own", "https://example.com/{offer}/{region}/index.csv")
    return {
        "clouds": ["none"],
        "regions": ["there-1"],
        "lists": lists,
        "profiles": [own],
        "today": "2026-11-29",
    }


def test_a_file_has_all_that_the_profile_had(given, tmp_path):
    (path,) = migplan.refresh_prices(tmp_path / "made", **given).files
    assert path == tmp_path / "made/prices/ours.toml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Written by migplan prices refresh on 2026-11-29.")
    found = tomllib.loads(text)
    old = tomllib.loads((tmp_path / "own/prices/ours.toml").read_text(encoding="utf-8"))
    assert found["regions"].pop("there-1")["value"] == 0.021
    assert found == old


def test_an_overlay_is_refreshed_again_and_lies_over_the_one_before(given, tmp_path):
    migplan.refresh_prices(tmp_path / "made", **given)
    lay(tmp_path / "lists", "none/Ours/there-1", offer([{**FIT, "PricePerUnit": "0.022"}]))
    given["profiles"] = [*given["profiles"], tmp_path / "made"]
    (price,) = migplan.refresh_prices(tmp_path / "again", **given).prices
    assert (price.old, price.new) == (((0.0, 0.021),), ((0.0, 0.022),))
    # What migplan wrote it replaces.
    given["profiles"].pop()
    migplan.refresh_prices(tmp_path / "made", **given)
    prices = load([*given["profiles"], tmp_path / "made"]).prices["ours"].regions
    assert [region.fact.shown for region in prices.values()] == [0.02, 0.022]


def test_regions_of_an_earlier_refresh_stay(given, tmp_path):
    migplan.refresh_prices(tmp_path / "made", **given)
    lay(
        tmp_path / "lists",
        "none/Ours/here-1",
        offer([{**FIT, "Region Code": "here-1", "PricePerUnit": "0.019"}]),
    )
    given["regions"] = ["here-1"]
    migplan.refresh_prices(tmp_path / "made", **given)

    def shown():
        prices = load([*given["profiles"], tmp_path / "made"]).prices["ours"].regions
        return {region: price.fact.shown for region, price in prices.items()}

    assert shown() == {"here-1": 0.019, "there-1": 0.021}
    # What is known better since then goes before it.
    path = tmp_path / "own/prices/ours.toml"
    text = path.read_text(encoding="utf-8").replace("as_of = 2026-01-01", "as_of = 2026-12-01")
    path.write_text(text.replace("value = 0.02", "value = 0.05"), encoding="utf-8")
    given["regions"] = ["there-1"]
    migplan.refresh_prices(tmp_path / "made", **given)
    assert shown() == {"here-1": 0.05, "there-1": 0.021}


def test_a_price_of_a_contract_stays(given, tmp_path):
    path = tmp_path / "contract/prices/ours.toml"
    path.parent.mkdir(parents=True)
    mine = (tmp_path / "own/prices/ours.toml").read_text(encoding="utf-8").partition("[listed]")[0]
    path.write_text(mine, encoding="utf-8")
    given["profiles"].append(tmp_path / "contract")
    with pytest.raises(MigplanError, match="none of none, there-1 is picked in a price list"):
        migplan.refresh_prices(tmp_path / "made", **given)


def refused(tmp_path, given, folder):
    with pytest.raises(MigplanError) as error:
        migplan.refresh_prices(folder, **given)
    return str(error.value)


def test_nothing_of_anybody_else_is_replaced(given, tmp_path):
    path = tmp_path / "made/prices/ours.toml"
    path.parent.mkdir(parents=True)
    path.write_text("# mine", encoding="utf-8")
    assert "is there already, and migplan did not write it" in refused(tmp_path, given, tmp_path / "made")
    assert path.read_text(encoding="utf-8") == "# mine"
    migplan.refresh_prices(tmp_path / "made", **given, force=True)
    assert path.read_text(encoding="utf-8") != "# mine"


def test_what_is_read_is_not_written(given, tmp_path):
    before = (tmp_path / "own/prices/ours.toml").read_bytes()
    assert "wanted another" in refused(tmp_path, given, tmp_path / "own")
    assert "wanted another" in refused(tmp_path, given, tmp_path / "lists")
    assert (tmp_path / "own/prices/ours.toml").read_bytes() == before
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "is a file; wanted a folder of profiles" in refused(tmp_path, given, tmp_path / "file")


def test_a_file_that_cannot_be_written_leaves_nothing(given, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert "could not be written: No space left on device" in refused(tmp_path, given, tmp_path / "made")
    assert not [path for path in (tmp_path / "made").rglob("*") if path.is_file()]


def test_a_folder_of_lists_has_to_be_there(given, tmp_path):
    given["lists"] = tmp_path / "nowhere"
    assert "is not a folder; wanted one of price lists" in refused(tmp_path, given, tmp_path / "made")
    given["lists"] = tmp_path
    told = refused(tmp_path, given, tmp_path / "made")
    assert told.endswith("has no file; wanted a copy of https://example.com/Ours/there-1/index.csv")
    assert not (tmp_path / "made").exists()


def test_hidden_files_are_no_parts(given, tmp_path):
    (tmp_path / "lists/none/Ours/there-1/.hidden").write_bytes(b"x")
    assert migplan.refresh_prices(tmp_path / "made", **given).prices
