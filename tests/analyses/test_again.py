"""Doing it again: a plan's inputs planned once more, a scenario beside itself after a change, a missed wish."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

import migplan
from migplan.errors import MigplanError

DAY = dt.date(2026, 11, 23)
QUICK = {"samples": 0, "today": DAY}
FLAGS = ("--samples", "0", "--today", "2026-11-23")
SCENARIOS = sorted((Path(__file__).parents[2] / "reports").glob("*.toml"))
OFFICE = {"volume": "20 TB", "files": "6M", "link": "1 Gbps", "deadline": "30 days"}


@pytest.fixture
def office(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = (f'{name} = "{value}"\n' for name, value in OFFICE.items())
    (tmp_path / "a.toml").write_text("".join(lines), encoding="utf-8")
    text = (tmp_path / "a.toml").read_text(encoding="utf-8").replace("1 Gbps", "2 Gbps")
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    (tmp_path / "a.json").write_text(migplan.plan("a.toml", **QUICK).to_json(), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_plan_is_planned_again_as_its_scenario(path, tmp_path):
    first = migplan.plan(path, **QUICK)
    (tmp_path / "plan.json").write_text(first.to_json(), encoding="utf-8")
    again = migplan.plan(tmp_path / "plan.json", **QUICK)
    assert (again.options, again.recommendation) == (first.options, first.recommendation)
    assert again.to_json() == first.to_json()


def test_tables_lists_and_dates_are_planned_again(tmp_path):
    given = {
        "volume": "1 TB", "link": "1 Gbps", "keep": ["dacl", "owner"], "start": dt.date(2026, 12, 1),
        "deadline": "2027-03-01",
        "sizes": [{"size": "64 kB", "files": "10M"}, {"size": "1 MB", "files": "0.36M"}],
        "changed": [{"days": 1, "volume": "1 GB"}, {"days": 7, "volume": "4 GB"}],
        "freeze": ["2027-01-01..2027-01-03"], "hours": ["Mon-Fri 19:00-07:00", "Sat-Sun"], "region": "Tokyo",
    }  # fmt: skip
    first = migplan.plan(given, **QUICK)
    (tmp_path / "plan.json").write_text(first.to_json(), encoding="utf-8")
    again = migplan.plan(tmp_path / "plan.json", **QUICK)
    assert again.options == first.options
    values = {name: item.value for name, item in first.workload.items()}
    assert {name: item.value for name, item in again.workload.items()} == values


def test_flags_count_more_than_what_a_plan_was_given(call, office):
    status, out, _ = call("plan", "a.json", "--link", "2 Gbps", *FLAGS, "--format", "json")
    assert status == 0
    (office / "c.json").write_text(out, encoding="utf-8")
    assert migplan.read_plan("c.json").options == migplan.plan("b.toml", **QUICK).options
    for command in (
        ("sweep", "a.json", "--over", "link=1Gbps..2Gbps:2"),
        ("tornado", "a.json"),
        ("breakeven", "a.json"),
    ):
        assert call(*command, "--today", "2026-11-23")[0] == 0, command


def test_a_plan_that_is_planned_again_is_an_input(call, office):
    before = (office / "a.json").read_bytes()
    status, _, err = call("plan", "a.json", *FLAGS, "-o", "a.json", "--force")
    assert (status, err) == (2, "error: a.json: is an input of this command; wanted another name\n")
    assert (office / "a.json").read_bytes() == before


def test_two_scenarios_differ_as_their_plans_do(office):
    plans = [migplan.plan(name, **QUICK) for name in ("a.toml", "b.toml")]
    wanted = migplan.diff(*plans)
    found = migplan.diff("a.toml", "b.toml", **QUICK)
    assert found.names == ("a.toml", "b.toml")
    assert replace(found, names=wanted.names) == wanted
    assert replace(migplan.diff("a.json", "b.toml", **QUICK), names=wanted.names) == wanted
    assert not wanted.empty


@pytest.mark.parametrize("old", ["a.toml", "a.json", OFFICE])
def test_a_scenario_is_compared_with_itself_after_a_change(office, old):
    found = migplan.diff(old, link="2 Gbps", **QUICK)
    wanted = migplan.diff("a.toml", "b.toml", **QUICK)
    assert found.names[1] == f"{found.names[0]} with link 2 Gbps"
    assert replace(found, names=wanted.names) == wanted


def test_changes_are_flags(call, office):
    status, out, err = call("diff", "a.toml", "--link", "2 Gbps", "--deadline", "20 days", *FLAGS)
    assert (status, err) == (0, "")
    assert "a.toml with link 2 Gbps, deadline 20 days" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("a.toml",), "wanted a second plan or scenario"),
        (("a.toml", "b.toml", "--link", "1 Gbps"), "compared as it is"),
    ],
)
def test_either_a_second_plan_or_a_change_is_wanted(call, office, arguments, told):
    status, _, err = call("diff", *arguments)
    assert (status, err.count("\n")) == (2, 1)
    assert told in err
    with pytest.raises(MigplanError, match=told):
        migplan.diff("a.toml", *arguments[1:2], **({"link": "1 Gbps"} if len(arguments) > 2 else {}))


@pytest.mark.parametrize(
    ("given", "wishes", "status"),
    [
        ((), ("any",), 0),
        (("--deadline", "1 day"), ("deadline",), 4),
        (("--deadline", "1 day"), ("any",), 4),
        (("--deadline", "1 day"), ("window", "budget"), 0),
        (("--deadline", "1 day"), ("budget", "deadline"), 4),
        (("--cutover-window", "1 minute"), ("window",), 4),
        (("--cutover-window", "1 minute"), ("deadline",), 0),
        (("--budget", "10 USD"), ("budget",), 4),
        (("--target", "efs", "--keep", "dacl"), ("budget",), 4),
    ],
)
def test_a_missed_wish_is_a_status_of_its_own(call, office, given, wishes, status):
    flags = [word for wish in wishes for word in ("--fail-if", wish)]
    found, out, _ = call("plan", "a.toml", *given, *FLAGS, *flags)
    assert found == status
    assert out


def test_the_old_flag_keeps_its_status(call, office):
    assert call("plan", "a.toml", "--deadline", "1 day", "--fail-if-late", "--fail-if", "any", *FLAGS)[0] == 3
