"""How a way is run, as scripts and people read it."""

import datetime as dt

import pytest

from migplan.analyses.plan import make_plan

TODAY = dt.date(2026, 11, 24)
SMALL = {"volume": "20 TB", "files": "5M", "link": "100 Mbps", "source": "ontap", "routes": "internet, vpn"}
LARGE = {"volume": "200 TB", "files": "400M", "link": "10 Gbps", "routes": "internet, vpn"}


@pytest.fixture(scope="module")
def small():
    return options(SMALL)


def options(fields):
    return {option.id: option for option in make_plan(fields, (), TODAY, samples=0).options}


def test_every_option_says_how_it_is_run(small):
    assert all(option.settings is not None for option in small.values())
    found = small["datasync-basic/internet/fsx-windows"]
    assert (found.settings.agents, found.settings.verify, found.settings.tasks) == (1, "changed", 1)
    assert found.run_with == "1 agent, 1 task, what was sent is verified"


def test_tasks_are_as_many_as_agents_or_as_items_ask_for():
    found = options(LARGE)["datasync-basic/internet/fsx-windows"]
    # 400 million files and 20 million folders at 50 million items a task: 9 tasks for 4 agents.
    assert (found.settings.agents, found.settings.tasks) == (4, 9)


def test_a_tool_that_compares_nothing_says_so(small):
    found = small["robocopy/vpn/fsx-windows"]
    assert found.verified is False
    assert found.settings.verify == "none"
    assert found.run_with.startswith("1 copy host of ")
    assert found.run_with.endswith("nothing is compared after the copy, so compare by hand")


def test_storage_systems_that_copy_have_neither_agents_nor_threads(small):
    found = small["snapmirror/vpn/fsx-ontap"]
    assert (found.settings.agents, found.settings.threads) == (None, None)
    assert found.run_with == "nothing is compared after the copy"


def test_what_was_given_is_told():
    found = options({**SMALL, "agents": "3", "verify": "none"})["datasync-basic/internet/fsx-windows"]
    assert (found.settings.agents, found.verified) == (3, False)


def test_verifying_nothing_is_no_compare_by_hand_of_a_tool_that_could():
    found = options({**SMALL, "protocol": "nfs", "target": "s3", "app_change": "allowed", "verify": "none"})
    assert found["rclone/internet/s3"].run_with.endswith("nothing is compared after the copy")
