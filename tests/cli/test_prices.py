"""`migplan prices`, and what `migplan facts check` tells of old facts."""

import datetime as dt

import pytest
from click.testing import CliRunner
from tests.pricelists.making import PRICE, lay, offer, profiles, rate

from migplan import refresh_prices
from migplan.cli import cli, main
from migplan.facts.overlays import old_facts
from migplan.report.pricelists import refreshed

FIT = rate("A" * 16, "0.031", "GB-Mo", "here-1", usageType="Storage")


@pytest.fixture
def given(tmp_path):
    """A price that a list has, and a Region of it that the list lacks."""
    lay(tmp_path / "lists", "none/Ours/here-1", offer([FIT]))
    lay(tmp_path / "lists", "none/Ours/there-1", offer([FIT]))
    own = profiles(tmp_path / "own", "https://example.com/{offer}/{region}/index.csv")
    return ["--cloud", "none", "--profiles", str(own)]


def run(*arguments):
    return CliRunner().invoke(cli, [*map(str, arguments)])


def test_a_refresh_tells_what_changed_and_what_did_not(given, tmp_path):
    more = ["--from", tmp_path / "lists", "--region", "here-1", "--region", "there-1"]
    done = run("prices", "refresh", *given, *more, "-o", tmp_path / "made")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "1 price changed by more than a fifth; look before you plan with them:",
        "  ours here-1: 0.02 -> 0.031 USD/GiB/month (+55%)",
        "1 price read: 1 changed, 0 as before, 0 new",
        "1 fault: the old prices stay",
        f"written: 1 file in {tmp_path / 'made'}, for --profiles",
    ]
    assert done.stderr.splitlines() == [
        "warning: ours there-1: no SKU has usagetype 'Storage' (none Ours there-1); the old price stays"
    ]


def test_of_tiers_the_largest_change_is_told_whichever_it_is_in(tmp_path):
    tiers = 'tiers = [{ start = 0, value = 0.02 }, { start = 50, value = 0.01 }]\ntier_unit = "GiB"\n'
    price = PRICE.replace("value = 0.02\n", tiers).replace("listed]", 'listed]\ntier_unit = "GiB"')
    rates = [
        {**FIT, "StartingRange": start, "PricePerUnit": usd}
        for start, usd in (("0", "0.02"), ("50", "0.005"))
    ]
    lay(tmp_path / "lists", "none/Ours/here-1", offer(rates))
    own = profiles(tmp_path / "own", "https://example.com/{offer}/{region}/index.csv", price=price)
    made = refresh_prices(tmp_path / "made", clouds=["none"], lists=tmp_path / "lists", profiles=[own])
    assert [*refreshed(made)][1] == (
        "  ours here-1: 0.02 -> 0.02 USD/GiB/month in the first of 2 tiers (by up to 50%)"
    )


def test_no_price_at_all_is_an_error(given, tmp_path, monkeypatch, capsys):
    more = ["--from", str(tmp_path), "-o", str(tmp_path / "made")]
    monkeypatch.setattr("sys.argv", ["migplan", "prices", "refresh", *given, *more])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.count("\n") == 1


def test_lists_tells_where_each_is_and_lies(given):
    done = run("prices", "lists", *given)
    assert done.stdout == "https://example.com/Ours/here-1/index.csv\tnone/Ours/here-1\n"
    azure = run("prices", "lists", "--cloud", "azure", "--region", "westeurope").stdout
    assert "serviceName%20eq%20'Storage'%20and%20armRegionName%20eq%20'westeurope'" in azure
    assert azure.splitlines()[0].endswith("\tazure/Azure-NetApp-Files/westeurope")


def test_old_facts_are_listed_by_profile_and_the_oldest_first(given, tmp_path):
    own = given[-1]
    found = old_facts(tmp_path / "own", dt.date(2026, 11, 29), 180 * 86_400)
    assert "prices/ours: 1 of 1 fact old, the oldest as of 2026-01-01" in found
    days = [line.rpartition(" ")[2] for line in found]
    assert days == sorted(days)
    assert days[-1] < "2026-06-02"
    done = run("facts", "check", own, "--age", "180d", "--today", "2026-11-29")
    assert done.stdout.splitlines()[:-1] == list(found)
    # A year on either side of the price.
    ages = [
        run("facts", "check", own, "--age", age, "--today", "2026-11-29").stdout for age in ("332d", "331d")
    ]
    assert ["prices/ours" in text for text in ages] == [False, True]
    assert "old" not in run("facts", "check", own, "--today", "2026-11-29").stdout


@pytest.mark.parametrize(
    ("age", "told"),
    [
        ("old", "age: 'old' is not a number and a unit, such as '8 hours'"),
        ("99999999d", "age: '99999999d' is longer than there are dates; wanted such as '180d'"),
    ],
)
def test_an_age_is_a_duration(age, told):
    done = run("facts", "check", "--age", age)
    assert str(done.exception) == told
