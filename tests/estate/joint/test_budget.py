"""The budget of a whole estate: kept where a plan keeps it, and else told first with what would."""

import json
import sys

import pytest
from tests.estate.joint.conftest import TODAY, share, site

from migplan.cli import main
from migplan.errors import MigplanError

ROWS = [share(f"s{n}", "6 TB", "20M") for n in range(3)] + [share("n", "9 TB", "3M", protocol="nfs")]
WEEKENDS = {"cutover_days": "Sat-Sun", "cutover_window": "20 hours"}


def cash(estate):
    return estate.cost_usd.one_off + estate.horizon_months * estate.cost_usd.monthly


def test_a_budget_with_room_changes_nothing_and_is_told(planned):
    free, wide = planned(ROWS, site(**WEEKENDS)), planned(ROWS, site(**WEEKENDS), estate_budget="1000000 USD")
    assert [one.option for one in wide.shares] == [one.option for one in free.shares]
    assert (free.budget_usd, wide.budget_usd) == (None, 1e6)
    assert wide.cash_usd == pytest.approx(cash(wide))
    assert not wide.conflicts


def test_a_budget_that_no_plan_keeps_is_said_first_with_by_how_much(planned):
    rows = [*ROWS, share("late", "20 TB", deadline="2026-12-01")]
    estate = planned(rows, site(**WEEKENDS), estate_budget="20000 USD")
    first = estate.conflicts[0]
    assert first.kind == "budget"
    assert f"{cash(estate) - 20_000:,.0f} USD above the budget of 20,000 USD" in first.text
    assert any(conflict.kind != "budget" for conflict in estate.conflicts)
    assert estate.status == "infeasible"
    least = float(first.frees[-1].removeprefix("a budget of ").removesuffix(" USD").replace(",", ""))
    assert least <= cash(estate) + 100


def test_what_is_said_to_free_it_does(planned):
    free = planned(ROWS, site(**WEEKENDS))
    budget = f"{0.8 * cash(free):.0f} USD"
    (conflict,) = planned(ROWS, site(**WEEKENDS), estate_budget=budget).conflicts
    (way,) = [way for way in conflict.frees if way.startswith("backups")]
    told = float(way.rpartition("then ")[2].removesuffix(" USD").replace(",", ""))
    kept = planned(ROWS, site(running_costs="access", **WEEKENDS), estate_budget=budget)
    assert not kept.conflicts
    assert kept.cash_usd <= told * 1.01
    assert told <= 0.8 * cash(free)


def test_a_budget_is_kept_by_more_work_where_that_saves_cash(planned):
    rows = [share(f"s{n}", "12 TB", "9M") for n in range(4)]
    free = planned(rows, site(**WEEKENDS))
    (conflict,) = planned(rows, site(**WEEKENDS), estate_budget="1000 USD").conflicts
    least = float(conflict.frees[-1].removeprefix("a budget of ").removesuffix(" USD").replace(",", ""))
    assert least < 0.999 * cash(free)
    kept = planned(rows, site(**WEEKENDS), estate_budget=f"{(least + cash(free)) / 2:.0f} USD")
    assert not kept.conflicts
    assert kept.cash_usd <= kept.budget_usd < cash(free)
    assert kept.cost_usd.total >= free.cost_usd.total * 0.999
    assert kept.bound_usd <= kept.cost_usd.total


def test_the_sites_name_a_budget_and_who_says_one_goes_before_it(planned):
    sites = '[estate]\nbudget = "30000 USD"\n' + site(**WEEKENDS)
    assert planned(ROWS, sites).budget_usd == 30_000
    assert planned(ROWS, sites, estate_budget="900000 USD").budget_usd == 900_000


def test_a_budget_of_shares_is_told_to_be_one(planned):
    estate = planned(ROWS[:1], site(budget="90000 USD", **WEEKENDS))
    assert estate.budget_usd is None
    assert any("is that of each share" in note for note in estate.notes)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[estate]\nbudget = "many"\n', "[estate].budget"),
        ("[estate]\nbudget = 3\n", "no unit"),
        ('[estate]\nbugdet = "3 USD"\n', "wanted budget"),
        ("estate = 3\n", "is no table"),
    ],
)
def test_what_is_no_budget_is_said(planned, table, told):
    with pytest.raises(MigplanError) as caught:
        planned(ROWS[:1], table + site())
    assert told in str(caught.value)


def test_the_flag_is_of_the_whole_and_set_is_of_each(tmp_path, monkeypatch, capfd):
    (tmp_path / "shares.csv").write_text("name,volume,protocol\na,2 TB,smb\nb,3 TB,smb\n")
    words = ["--set", "link=1 Gbps", "--set", "budget=90000 USD", "--budget", "123456 USD"]
    more = ["--time-limit", "2s", "--today", TODAY, "--format", "json"]
    monkeypatch.setattr(sys, "argv", ["migplan", "estate", str(tmp_path / "shares.csv"), *words, *more])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    plan = json.loads(capfd.readouterr().out)
    assert plan["budget_usd"] == 123456
    assert any("is that of each share" in note for note in plan["notes"])
