"""Questions that people asked in public, and what a plan must say of them; the inputs lie in tests/data/public."""

import datetime as dt
from pathlib import Path

import pytest

import migplan
from migplan.errors import MigplanError

PUBLIC = Path(__file__).parents[1] / "data" / "public"
TODAY = dt.date(2026, 11, 28)


def planned(name):
    return migplan.plan(PUBLIC / name, today=TODAY, samples=200)


def sentences(plan):
    advice = plan.recommendation
    return [*advice.why, *(str(other["because"]) for other in advice.not_chosen)]


def test_an_nfs_share_of_azure_files_keeps_ids_and_modes():
    plan = planned("azure-nfs.toml")
    assert plan.recommendation.target == "azure-files-nfs"
    assert {"timestamps", "posix"} <= {*plan.chosen.fidelity["kept"]}
    # Both tools that Microsoft names bring it, over a private way.
    usable = {option.mover for option in plan.options if option.usable}
    assert {"rsync", "fpsync"} <= usable


@pytest.mark.parametrize("name", ["com303.toml", "no-deadline.toml"])
def test_nothing_misses_a_deadline_that_nobody_set(name):
    assert not [sentence for sentence in sentences(planned(name)) if "deadline" in sentence]


def test_billions_of_small_files_do_not_fit_two_hours():
    plan = planned("com303.toml")
    # 1.5 billion files at 50 million a task are 30 tasks; those who did it used 150 tasks and weeks.
    assert plan.chosen.tasks >= 30
    assert not plan.recommendation.meets
    assert {lever["field"] for lever in plan.recommendation.levers} >= {"cutover_window"}


def test_three_petabytes_with_much_change_do_not_go_over_the_line_that_is_there():
    plan = planned("genomics-3pb.toml")
    line = [option for option in plan.options if option.route == "internet"]
    assert line
    # 50 TB a week are new; 35 % of 1 Gbps carry 3.8 TB a day at most.
    assert not [option.id for option in line if option.usable]


def test_megabits_are_no_millibits():
    plan = planned("mbps.toml")
    assert plan.workload["link"].value == 25e6
    assert plan.chosen.route == "internet"
    # 1.5 TB over 80 % of 25 MB/s.
    assert plan.chosen.line_rate_days == pytest.approx(1.5e12 / (25e6 * 0.8) / 86400)


def test_a_region_that_no_cloud_has_is_refused():
    with pytest.raises(MigplanError, match="'nowhere-9' is not known"):
        planned("azure-region.toml")
