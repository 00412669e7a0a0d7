"""Which plans the tools and devices that bring data to Google Cloud make."""

import datetime as dt

import pytest

import migplan
from migplan.facts import load

TODAY = dt.date(2026, 11, 29)


def planned(region="us-central1", **given):
    return migplan.plan(
        **{"volume": "20 TB", "link": "1 Gbps", "cloud": "gcp", "region": region, "today": TODAY, "samples": 200,
           **given}
    )  # fmt: skip


def ways(plan):
    return {(option.mover or option.device, option.target) for option in plan.options if option.usable}


@pytest.mark.parametrize("region", ["us-central1", "europe-west1", "europe-west3"])
@pytest.mark.parametrize("volume", ["20 TB", "150 TB"])
def test_a_share_with_permissions_gets_a_complete_answer_that_keeps_them(volume, region):
    plan = planned(volume=volume, region=region)
    assert plan.recommendation.meets
    assert plan.chosen.cost_usd.complete
    for option in plan.options:
        if option.usable:
            assert {"dacl", "owner", "timestamps"} <= set(option.fidelity["kept"]), option.id


def test_in_seoul_it_is_said_which_price_is_missing():
    cost = planned("asia-northeast3").chosen.cost_usd
    assert not cost.complete
    assert [line.item for line in cost.lines if line.amount is None] == [
        "Reads that leave Google Cloud by internet or VPN"
    ]


def test_in_one_zone_a_share_goes_to_netapp_volumes():
    plan = planned(availability="single-zone")
    assert (plan.recommendation.target, plan.chosen.configuration) == (
        "gcp-netapp-volumes",
        "single-zone-flex",
    )
    assert plan.chosen.cost_usd.complete


def test_in_two_zones_the_managed_way_is_told_with_its_unknown_price():
    plan = planned()
    ours = next(o for o in plan.options if o.usable and o.target == "gcp-netapp-volumes")
    assert (ours.configuration, ours.cost_usd.complete) == ("multi-zone-flex", False)


def test_streams_survive_on_netapp_volumes():
    plan = planned(keep="dacl,sacl,owner,timestamps,ads", availability="single-zone")
    assert plan.recommendation.target == "gcp-netapp-volumes"


def test_an_ontap_system_has_the_way_of_its_maker():
    way = ("gcp-snapmirror", "gcp-netapp-volumes")
    assert way in ways(planned(source="ontap", availability="single-zone"))
    assert way not in ways(planned(source="windows", availability="single-zone"))


@pytest.mark.parametrize("volume", ["20 TB", "150 TB"])
def test_nfs_goes_to_filestore_with_ids_and_modes(volume):
    plan = planned(volume=volume, protocol="nfs")
    assert (plan.recommendation.target, plan.chosen.configuration) == ("filestore", "multi-zone-regional")
    assert plan.chosen.cost_usd.complete
    assert {"posix", "timestamps"} <= set(plan.chosen.fidelity["kept"])
    assert not {target for _, target in ways(plan)} & {"gcs", "gce-windows-pair"}


def test_objects_go_to_cloud_storage():
    plan = planned(protocol="object", app_change="allowed")
    assert (plan.recommendation.target, plan.chosen.cost_usd.complete) == ("gcs", True)
    assert {"storage-transfer-service", "gcloud-storage", "rclone"} <= {mover for mover, _ in ways(plan)}
    assert plan.chosen.configuration == "nearline"


def test_agents_are_paid_by_the_byte_and_jobs_between_clouds_are_not():
    def paid(**given):
        options = planned(samples=0, **given).options
        option = next(o for o in options if o.mover == "storage-transfer-service" and o.target == "gcs")
        return {line.item: line.amount for line in option.cost_usd.lines}

    items = paid(protocol="nfs", keep="", app_change="allowed", change="0 %/day")
    assert items["Storage Transfer Service, data by agents"] == pytest.approx(
        20e12 / 2**30 * 0.0125, rel=0.01
    )
    assert "Storage Transfer Service, data by agents" not in paid(protocol="object", app_change="allowed")


def test_only_what_needs_no_permissions_goes_by_storage_transfer():
    plan = planned(app_change="allowed", keep="dacl")
    assert {target for _, target in ways(plan)} <= {"gcp-netapp-volumes", "gce-windows-pair"}
    assert "storage-transfer-service" in {mover for mover, _ in ways(planned(app_change="allowed", keep=""))}


@pytest.mark.parametrize("name", ["gsutil", "gcloud-storage", "storage-transfer-service"])
def test_ids_modes_and_times_of_posix_files_become_metadata_of_objects(name):
    (path,) = (own for own in load().movers[name].paths if "nfs" in own.read and "gcs" in own.to)
    assert {path.keeps[key] for key in ("owner", "posix", "timestamps")} == {"partial"}
    assert "smb" not in path.read
