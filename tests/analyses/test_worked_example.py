"""Microsoft's worked example: 50 TB over 1 Gbps at 80 %, 1 % of changes a day.

https://learn.microsoft.com/training/modules/azure-storage-migration/6-plan-network-bandwidth-requirements tells 6 to 7
days, 1.5 hours for the changes of one day, and a last pass below an hour. What it leaves out is told in docs/method.md.
"""

import datetime as dt

import pytest

import migplan

GIVEN = {
    "volume": "50 TB", "link": "1 Gbps", "share": "80 %", "change": "1 %/day", "cloud": "azure", "region": "eastus",
    "routes": "internet", "target": "azure-files-hdd", "today": dt.date(2026, 11, 30), "samples": 0,
}  # fmt: skip
HOUR = 1 / 24


def storage_mover(**given):
    plan = migplan.plan(**{**GIVEN, **given})
    return next(option for option in plan.options if option.mover == "storage-mover")


@pytest.fixture(scope="module")
def days():
    """The days of each phase, by its name."""
    return {phase.name: phase.days for phase in storage_mover(files="100000").phases}


def test_the_first_copy_takes_six_to_seven_days(days):
    assert 6 <= days["copy"] <= 7
    # 50 TB at the 8 TB a day that it rounds to.
    assert days["copy"] == pytest.approx(50 / 8, rel=0.1)


def test_the_changes_of_a_day_take_an_hour_and_a_half(days):
    assert days["copy"] * 0.01 == pytest.approx(1.5 * HOUR, rel=0.1)


def test_the_last_pass_takes_less_than_an_hour_after_two_or_three_others(days):
    assert days["final scan"] + days["final delta"] < HOUR
    assert sum(name.startswith("delta pass") for name in days) in (2, 3)


def test_what_the_text_leaves_out(days):
    # The setting up; the changes of all the days of the first copy, not of one; the switch of names.
    assert days["set up"] == pytest.approx(8 * HOUR)
    assert days["delta pass 2"] == pytest.approx(days["copy"] * days["copy"] * 0.01, rel=0.05)
    assert days["delta pass 2"] == pytest.approx(9 * HOUR, rel=0.1)
    assert days["swing"] == pytest.approx(2 * HOUR)


def test_small_files_take_weeks():
    small = {phase.name: phase for phase in storage_mover(file_size="10 kB", change="0 %/day").phases}["copy"]
    assert 14 < small.days < 60
    assert small.bound_by != "link"
