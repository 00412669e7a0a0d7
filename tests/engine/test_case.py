"""A case is opened in one place, so that what one analysis heeds all of them do."""

import datetime as dt
from pathlib import Path

import pytest

from migplan.analyses.breakeven import find_breakevens
from migplan.analyses.plan import make_plan, scenario_checks
from migplan.analyses.sweep import read_axis, run_sweep
from migplan.engine.case import Case
from migplan.errors import MigplanError
from migplan.facts import load

TODAY = dt.date(2026, 11, 23)
SHARE = {"volume": "20 TB", "files": "5M", "link": "10 Gbps", "protocol": "smb", "optimize": "time"}
PILOT = (Path(__file__).parents[1] / "data" / "pilot.toml").read_text(encoding="utf-8")


@pytest.fixture
def pilot(tmp_path):
    path = tmp_path / "pilot.toml"
    path.write_text(PILOT, encoding="utf-8")
    return path


def test_a_case_has_the_workload_the_facts_and_the_options_of_a_plan():
    case = Case.open(SHARE, today=TODAY)
    plan = make_plan(SHARE, today=TODAY, samples=0)
    assert {option.id for option in case.options} == {option.id for option in plan.options}
    assert {option.id for option in case.open_options} >= {o.id for o in plan.options if o.usable}
    assert case.clock is case.of(case.workload).clock


def test_unknown_names_are_told_all_at_once():
    with pytest.raises(MigplanError) as caught:
        Case.open({**SHARE, "target": "attic", "routes": "train", "region": "moon-1"}, today=TODAY)
    assert [fault.where for fault in caught.value.faults] == ["routes", "target", "region"]


def test_an_option_that_is_not_there_is_told_where_it_was_asked_for():
    with pytest.raises(MigplanError, match="between: no option 'x/y' for this workload"):
        Case.open(SHARE, today=TODAY).option("x/y", "between")


def test_a_sweep_heeds_a_pilot(pilot):
    with_pilot, without = (
        run_sweep(SHARE, [read_axis("volume=20 TB,40 TB")], today=TODAY, pilot=path) for path in (pilot, None)
    )
    plan = make_plan(SHARE, today=TODAY, samples=0, pilot=pilot)
    assert with_pilot.days[0] == pytest.approx(plan.chosen.duration_days, rel=1e-12)
    assert with_pilot.days[0] < without.days[0]


def test_a_break_even_heeds_a_pilot(pilot):
    pair = ("robocopy/vpn/fsx-windows", "own-nas-courier/s3")
    fields = {**SHARE, "app_change": "allowed"}
    with_pilot, without = (
        find_breakevens(fields, pair, today=TODAY, pilot=path).results[0] for path in (pilot, None)
    )
    assert with_pilot != without


def test_checks_are_of_the_option_that_is_recommended_with_a_pilot(pilot):
    fields = {**SHARE, "deadline": "3 days"}
    plan = make_plan(fields, today=TODAY, pilot=pilot)
    assert {check.id for check in scenario_checks(fields, today=TODAY, pilot=pilot)} == {
        check.id for check in plan.checks
    }


def test_the_facts_are_read_once_for_all_cases_of_a_sweep():
    facts = load()
    assert Case.read(SHARE, facts, TODAY).facts is facts
