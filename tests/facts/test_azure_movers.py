"""Which plans the tools that copy to Azure make, and what they charge there."""

import datetime as dt

import pytest

import migplan

TODAY = dt.date(2026, 11, 29)


def charged(cloud, mover, **given):
    plan = migplan.plan(
        volume="10 TB", link="1 Gbps", cloud=cloud, today=TODAY, samples=0, running_costs="none", **given
    )
    option = next(option for option in plan.options if option.mover == mover)
    return {line.item for line in option.cost_usd.lines}


@pytest.mark.parametrize(
    ("mover", "item", "given"),
    [
        ("robocopy", "EC2 instance of the copy host", {}),
        ("rclone", "S3 HEAD requests after each upload", {"app_change": "allowed"}),
    ],
)
def test_a_tool_pays_in_each_cloud_what_it_costs_there(mover, item, given):
    assert item in charged("aws", mover, **given)
    assert item not in charged("azure", mover, **given)


def usable(**given):
    plan = migplan.plan(
        volume="20 TB", link="1 Gbps", cloud="azure", region="eastus", today=TODAY, samples=200, **given
    )
    return plan, {(option.mover or option.device, option.target) for option in plan.options if option.usable}


@pytest.mark.parametrize("volume", ["20 TB", "150 TB"])
def test_a_share_with_permissions_gets_a_complete_answer_that_keeps_them(volume):
    plan = migplan.plan(
        volume=volume, link="1 Gbps", cloud="azure", region="eastus", today=TODAY, samples=200
    )
    assert plan.recommendation.meets
    assert plan.chosen.cost_usd.complete
    assert plan.recommendation.target in ("azure-files-hdd", "azure-netapp-files")
    for option in plan.options:
        if option.usable:
            assert {"dacl", "owner", "timestamps"} <= set(option.fidelity["kept"]), option.id


def test_streams_that_must_be_kept_lead_to_netapp_files():
    plan, ways = usable(keep="dacl,owner,timestamps,ads", availability="single-zone")
    assert plan.recommendation.target == "azure-netapp-files"
    assert plan.chosen.cost_usd.complete
    assert {target for _, target in ways} == {"azure-netapp-files"}


def test_an_ontap_system_has_the_way_of_its_maker():
    _, ways = usable(source="ontap", availability="single-zone")
    assert ("anf-migration-assistant", "azure-netapp-files") in ways
    _, ways = usable(source="windows", availability="single-zone")
    assert ("anf-migration-assistant", "azure-netapp-files") not in ways


def test_nfs_goes_to_a_share_that_keeps_ids_and_modes():
    plan, ways = usable(protocol="nfs")
    assert (plan.recommendation.target, plan.chosen.cost_usd.complete) == ("azure-files-nfs", True)
    assert {"azcopy", "storage-mover", "rsync", "fpsync"} <= {mover for mover, _ in ways}


def test_objects_go_to_blobs():
    plan, ways = usable(protocol="object", availability="single-zone", app_change="allowed")
    assert (plan.recommendation.target, plan.chosen.cost_usd.complete) == ("azure-blob", True)
    assert {"azcopy", "storage-mover"} <= {mover for mover, _ in ways}
