"""What `migplan facts list` and `facts show` tell."""

import re

import pytest

from migplan.errors import MigplanError
from migplan.facts import load
from migplan.facts.keys import KINDS
from migplan.report.reference import details, listing

FACTS = load()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_listed_can_be_shown(kind):
    for line in listing(FACTS, kind).splitlines():
        assert details(FACTS, line.split()[0])


@pytest.mark.slow
def test_every_fact_of_a_plan_can_be_shown_by_its_id():
    for fact in FACTS.facts():
        assert f"{fact.id}: {fact.shown:g}" in details(FACTS, fact.id)


def test_a_path_is_shown_with_its_facts_and_losses():
    told = details(FACTS, "datasync-basic")
    assert "  path smb-to-fsx: smb to fsx-windows, fsx-ontap over public, private (SMB on both sides)" in told
    assert "    symbolic links become copies of what they name" in told
    assert "  paths.object-to-posix.task_rate: 5 Gbps (2.5 to 5)" in told
    assert "  agent: source" in told


def test_a_target_is_shown_with_its_configurations():
    told = details(FACTS, "fsx-ontap").splitlines()
    begin = told.index(
        "  configuration single-zone-gen2: Single-AZ, second generation, SSD with capacity pool"
    )
    end = next(place for place, line in enumerate(told) if line.startswith("  configuration multi-zone-gen2"))
    own = told[begin + 1 : end]
    assert own[0] == "    single-zone, tiered, cold data on a colder tier, deduplicated or compressed"
    assert own[1].startswith("    in ap-northeast-1, ")
    assert (
        "    charge: FSx for ONTAP capacity pool, Single-AZ, "
        "prices/fsx-ontap-capacity-pool-single-az per cold-byte"
    ) in own
    assert any(line.startswith("    throughput_floor: 384 MB/s") for line in own)
    assert not any("items" in line for line in own), "what the target states itself is told once"


def test_what_a_configuration_is_for_is_shown():
    assert "    for media, backups, archive" in details(FACTS, "s3").splitlines()


def test_a_use_is_shown_with_what_it_needs():
    told = details(FACTS, "uses/archive").splitlines()
    assert told[0] == "uses/archive: Archive"
    assert told[2] == "  wants single-zone, on hdd or tiered or object or ssd"
    assert any(line.startswith("  cold: 0.98 (0.9 to 1), ") for line in told)


def test_what_a_target_stores_and_what_a_check_is_about_are_shown():
    assert "  stores dacl no, " in details(FACTS, "efs")
    assert "(required, about vpn)" in details(FACTS, "customer-gateway").splitlines()[0]


def test_a_cloud_shows_places_and_what_leaving_it_costs():
    told = details(FACTS, "clouds/aws").splitlines()
    assert "  ap-northeast-1: Asia Pacific (Tokyo), Tokyo (35.7, 139.7)" in told
    assert any(line.startswith("  without a Region: us-east-1 (source: assumption: ") for line in told)
    left = [line for line in told if line.startswith("  leaving")]
    assert left[:2] == [
        "  leaving: Data that leaves AWS by internet or VPN, prices/aws-internet-out (routes: not direct-connect)",
        "  leaving: Data that leaves AWS by Direct Connect, prices/aws-direct-connect-out (routes: direct-connect)",
    ]
    assert left[2].startswith("  leaving may cost nothing from 2027-01-12 on in eu-central-1, ")
    assert left[3].startswith(
        "  leaving may cost nothing: AWS credits the traffic of customers who leave for good"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Amazon S3", "did you mean 'targets/s3'"),
        ("target/efs", "did you mean 'targets/efs'?"),
        ("targets/fsx-ontp", "did you mean 'targets/fsx-ontap'"),
        (
            "movers/datasync-basic.paths.object-to-posx.task_rate",
            "did you mean 'movers/datasync-basic.paths.object-to-posix.task_rate'",
        ),
        ("frobnicate", "`migplan facts list` has all ids"),
    ],
)
def test_what_is_not_known_is_told_with_what_is_near(name, told):
    with pytest.raises(MigplanError) as error:
        details(FACTS, name)
    assert told in str(error.value)


def test_a_rate_of_files_is_told_without_a_one():
    told = details(FACTS, "efs")
    assert " 1/s" not in told
    assert re.search(r"file_rate: \d+/s", told)
