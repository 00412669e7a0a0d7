import dataclasses
import re

import pytest
from msgspec import structs

from migplan.report.markdown import render_markdown
from migplan.report.sections.cutover import STAGES, Situation, all_steps, situation, steps
from migplan.report.terminal import render
from migplan.report.view import view_of

PLAIN = Situation(
    protocol="smb",
    objects=False,
    needs=frozenset(("active-directory",)),
    traits=frozenset(),
    passes=True,
    mirror=False,
    device=False,
    hop=False,
)


def told(**changes):
    return " ".join(step.what for step in steps(dataclasses.replace(PLAIN, **changes)))


def cutover(plan):
    return render_markdown(plan).split("\n## Appendix B: Runbook of the cutover\n")[1].split("\n## ")[0]


def schedule(plan):
    return render_markdown(plan).split("\n## Preparation and cutover\n")[1].split("\n## ")[0]


def test_every_step_is_whole_and_asks_for_what_there_is():
    held = PLAIN.holding() | dataclasses.replace(
        PLAIN, protocol="nfs", objects=True, mirror=True, device=True, hop=True, passes=True,
        traits=frozenset(("dfs-namespace", "realtime-stream", "dns-failover")),
    ).holding() | dataclasses.replace(PLAIN, protocol="nfs").holding()  # fmt: skip
    held |= dataclasses.replace(PLAIN, traits=frozenset(("dfs-namespace",))).holding()
    for step in all_steps():
        assert step.stage in STAGES
        assert all((step.what, step.owner, step.takes, step.go, step.back))
        assert {name.lstrip("!") for name in step.when} <= held


def test_stages_come_in_order():
    places = [STAGES.index(step.stage) for step in all_steps()]
    assert places == sorted(places)


def test_an_smb_server_moves_its_names_and_spns():
    words = told()
    for wanted in (
        "Active Directory",
        "DNS aliases",
        "TTL",
        "read-only on the source",
        "Last pass",
        "SPN",
        "CNAME",
    ):
        assert wanted in words
    assert "automounter" not in words
    assert "Kerberos" in " ".join(step.go for step in steps(PLAIN))


def test_a_namespace_is_switched_instead_of_dns():
    words = told(traits=frozenset(("dfs-namespace",)))
    assert "Switch the DFS namespace" in words
    assert "CNAME" not in words
    assert "Lower the TTL" not in words


def test_nfs_has_mounts_and_no_directory():
    words = told(protocol="nfs")
    assert "automounter" in words
    assert "ids, modes" in words
    assert "SPN" not in words
    assert "Active Directory" not in words


def test_object_storage_has_releases_and_no_names():
    words = told(objects=True)
    assert "object store" in words
    assert "Switch" not in words
    assert "TTL" not in words


def test_devices_alone_have_no_last_pass_and_are_sent_back():
    words = told(passes=False, device=True, hop=True)
    assert "Last pass" not in words
    assert "report of the import" in words
    assert "Send the devices back" in words
    assert "Delete the copy in object storage" in words


def test_a_mirror_is_broken():
    words = told(mirror=True)
    assert "break it" in words
    assert "Last pass" not in words


@pytest.mark.parametrize("trait", ["realtime-stream", "event-driven", "http-ingest", "warehouse-load"])
def test_what_pushes_data_in_is_paused(trait):
    assert "pushes data in" in told(traits=frozenset((trait,)))
    assert "pushes data in" not in told()


def test_failover_records_are_thought_of():
    assert "failover records" in told(traits=frozenset(("dns-failover",)))


def test_there_are_three_decisions_with_a_way_back():
    for changes in ({}, {"protocol": "nfs"}, {"objects": True}, {"passes": False}):
        gates = [step for step in steps(dataclasses.replace(PLAIN, **changes)) if "Go or no-go" in step.what]
        assert len(gates) == 3
        assert all(step.back for step in gates)


def test_the_last_pass_takes_the_window_less_the_fixed_time(plan):
    # Of 6.5 hours without write access 1.5 are the last scan and 3 the last delta; 2 are for the switch-over.
    assert re.search(r"Last pass, with its verification\. \| Storage \| 4\.5 h", cutover(plan))
    assert "Users typically cannot write for 6.5 h." in schedule(plan)


def test_the_window_opens_when_the_cutover_begins(plan):
    # 27.3 days: the copy ends at 24.9, two days of passes follow, so 26.9 days after midnight of 1 December.
    assert "the window opens on 2026-12-27 at 21:36" in schedule(plan)


def test_durations_that_the_plan_does_not_tell_are_not_made_up(plan):
    phases = tuple(phase for phase in plan.options[0].phases if not phase.name.startswith(("final", "swing")))
    ways = (structs.replace(plan.options[0], phases=phases), *plan.options[1:])
    told = cutover(structs.replace(plan, options=ways))
    assert "Last pass, with its verification. | Storage | see above" in told
    assert "read-only on the source. | Storage | see above" in told


def test_everything_but_the_last_pass_shares_the_fixed_time(plan):
    assert "read-only on the source. | Storage | part of 2.0 h" in cutover(plan)
    assert "share 2.0 h of it (assumed)" in schedule(plan)


def test_dates_of_the_way_back_and_the_ttl_follow_from_facts(plan, build):
    row = plan.facts[0]
    more = (
        structs.replace(row, id="assumptions/workload.rollback_time", value=14.0, unit="day"),
        structs.replace(row, id="assumptions/workload.dns_ttl", value=60.0, unit="s"),
    )
    told = cutover(structs.replace(plan, facts=(*plan.facts, *more)))
    # Done 27.3 days after 1 December; 14 more end on the 11th of January.
    assert "Keep the source, read-only, until 2027-01-11." in told
    assert "Lower the TTL of every name that will be switched to 1 min (assumption: tests)" in told
    assert "business cycle" in cutover(plan)


def test_the_situation_is_read_from_the_plan(plan):
    found = situation(view_of(plan), plan.options[0])
    assert found.protocol == "smb"
    assert found.needs == {"active-directory", "names"}
    assert found.passes
    assert not found.device
    assert not found.objects
    shipped = situation(view_of(plan), plan.options[3])
    assert shipped.objects
    assert shipped.device
    assert not shipped.passes


def test_the_protocol_counts_as_it_was_read_and_is_told_as_it_was_given_too(plan):
    given = structs.replace(plan.workload["protocol"], text="SMB 3.1.1")
    told = structs.replace(plan, workload={**plan.workload, "protocol": given})
    assert cutover(told) == cutover(plan)
    assert "(SMB, given as SMB 3.1.1)" in render_markdown(told)
    assert "40M files, SMB, given as SMB 3.1.1 over" in render(told, False, False)


def test_client_vpn_users_test_too(plan):
    traits = structs.replace(plan.workload["traits"], value=("client-vpn",))
    told = cutover(structs.replace(plan, workload={**plan.workload, "traits": traits}))
    assert "from each site and through the client VPN" in told


@pytest.mark.parametrize("mover", ["snapmirror", "somebodys-mirror"])
def test_whatever_moves_blocks_is_a_mirror(plan, mover):
    chosen = structs.replace(plan.options[0], mover=mover, behaviour="blocks")
    assert situation(view_of(plan), chosen).mirror
    assert not situation(view_of(plan), structs.replace(chosen, behaviour="files")).mirror
