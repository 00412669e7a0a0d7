"""Everyday questions whose answers once had a sentence, a sum or a choice in them that nobody would have signed.

The questions lie in tests/data/everyday; each was answered by hand before it was planned.
"""

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

import migplan
from migplan.errors import MigplanError
from migplan.report.terminal import render

QUESTIONS = Path(__file__).parents[1] / "data" / "everyday"
TODAY = dt.date(2026, 11, 28)


@cache
def planned(name):
    return migplan.plan(QUESTIONS / f"{name}.toml", today=TODAY, samples=200)


def needs(plan):
    return " ".join(need.text for need in plan.chosen.requires)


def ids(plan):
    return {check.id for check in plan.checks}


def shown(plan):
    return " ".join(render(plan, everything=False, terminal=False, verbose=True).split())


def test_nobody_who_moves_an_nfs_share_is_asked_for_rights_of_windows():
    assert "SMB" not in needs(planned("media-oregon"))
    assert "Active Directory" not in needs(planned("media-oregon"))
    assert "SE_RESTORE_NAME" in needs(planned("law-chicago"))


def test_who_has_a_vpn_is_not_told_to_order_one():
    found = ids(planned("law-chicago"))
    assert "private-path-for-users" not in found
    assert "daily-work-on-the-line" in found


def test_programs_behind_a_file_gateway_need_not_be_rewritten():
    plan = planned("media-oregon")
    assert plan.recommendation.target == "s3-file-gateway"
    assert "object-storage-app-change" not in ids(plan)
    assert "file-gateway-objects" in ids(plan)


def test_what_the_old_system_costs_is_held_against_the_new_one_on_the_first_screen():
    # 900 USD a month for the old server, about 635 for the new one.
    assert "After the move, each month costs 266 USD less than the old system did." in shown(
        planned("law-chicago")
    )


def test_the_vpn_and_the_circuit_of_a_site_are_those_of_the_cloud_that_it_moves_to():
    # 15 TB over 60 % of 500 Mbps are 4.6 days; nobody who has a VPN waits two months for a circuit.
    google = planned("google-frankfurt")
    assert (google.chosen.mover, google.chosen.route) == ("robocopy", "cloud-vpn")
    assert google.recommendation.meets
    assert 5 <= google.chosen.p50_days <= 12
    azure = planned("azure-dublin")
    assert azure.chosen.route == "expressroute"
    assert azure.chosen.target == "azure-files-hdd"


def test_a_route_to_another_cloud_is_refused_and_left_out_where_clouds_are_compared():
    asked = {"volume": "10 TB", "link": "1 Gbps", "today": TODAY, "samples": 0}
    with pytest.raises(
        MigplanError, match="'expressroute' is a route of azure; wanted some of direct-connect, "
    ):
        migplan.plan(**asked, cloud="aws", routes="internet,expressroute")
    compared = migplan.plan(**asked, cloud="any", routes="internet,expressroute")
    assert {row.name: row.option.route for row in compared.clouds}["AWS"] == "internet"


def test_a_cutover_that_leaves_little_of_its_window_is_told_so():
    plan = planned("hospital")
    assert plan.chosen.mover == "datasync-basic"
    assert plan.chosen.cutover_hours_p80 <= 7.5
    [robocopy] = [
        other for other in plan.recommendation.not_chosen if other["option"].startswith("robocopy/")
    ]
    # It needs eleven of the twelve hours.
    assert "% of the cutover window to spare instead of" in robocopy["because"]


def test_who_is_told_to_order_a_circuit_reads_what_the_line_that_is_there_does():
    plan = planned("tight-london")
    assert plan.chosen.route.startswith("direct-connect")
    [present] = [other for other in plan.recommendation.alternatives if other["kind"] == "present"]
    assert present["option"] == "datasync-basic/internet/fsx-windows"
    assert present["saves_usd"] > 10_000
    assert 5 <= present["costs_days"] <= 25
