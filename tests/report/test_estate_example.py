"""The worked example of an estate: its plan is of its shares, and its report is what the plan says."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from migplan.report.html import estate_files
from migplan.results.json import read_estate

ROOT = Path(__file__).parents[2] / "reports" / "estate"


@pytest.fixture(scope="module")
def plan():
    return read_estate(ROOT / "sixty-shares.json")


def test_the_plan_has_every_share_and_keeps_what_was_asked(plan):
    with (ROOT / "sixty-shares.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert {share.name for share in plan.shares} == rows.keys()
    assert {share.site for share in plan.shares} == {"Tokyo", "Frankfurt", "Columbus"}
    waves = {}
    for share in plan.shares:
        assert share.meets
        start = dt.datetime.fromisoformat(share.cutover_start)
        assert start.weekday() >= 5
        if share.group != share.name:
            waves.setdefault(share.group, set()).add(share.wave)
    assert waves
    assert all(len(found) == 1 for found in waves.values())


def test_the_plan_is_near_its_bound_and_cheaper_than_each_share_on_its_own(plan):
    assert plan.gap < 0.03
    assert plan.greedy_usd > 1.05 * plan.cost_usd.total
    assert plan.cost_usd.total == pytest.approx(
        plan.cost_usd.one_off + 12 * plan.cost_usd.monthly + plan.cost_usd.staff + plan.cost_usd.delay
    )


def test_no_line_is_loaded_above_what_may_be_used(plan):
    for site in plan.sites:
        assert all(0.0 < day["load"] <= 1.0 for day in site.line_load)


def test_the_report_is_what_the_plan_says(plan):
    """Made anew by `migplan report sixty-shares.json -o sixty-shares.md`, which signs what it wrote."""
    for name, text in estate_files(plan, "sixty-shares.md").items():
        written = (ROOT / name).read_text(encoding="utf-8").partition("\n[//]: #")[0]
        assert written.rstrip() == text.rstrip(), name


def test_the_json_is_as_it_is_written(plan):
    written = (ROOT / "sixty-shares.json").read_text(encoding="utf-8")
    assert json.loads(plan.to_json()) == json.loads(written)
