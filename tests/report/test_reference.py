"""What `migplan facts list` and `facts show` tell."""

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


def test_every_fact_of_a_plan_can_be_shown_by_its_id():
    for fact in FACTS.facts():
        assert f"{fact.id}: {fact.shown:g} {fact.unit}" in details(FACTS, fact.id)


def test_a_path_is_shown_with_its_facts_and_losses():
    told = details(FACTS, "datasync-basic")
    assert "  path smb-to-fsx: smb to fsx-windows, fsx-ontap over public, private (SMB on both sides)" in told
    assert "    symbolic links become copies of what they name" in told
    assert "  paths.object-to-posix.task_rate: 5 Gbps (2.5 to 5)" in told
    assert "  agent: source" in told


def test_what_a_target_stores_and_what_a_check_is_about_are_shown():
    assert "  stores dacl no, " in details(FACTS, "efs")
    assert "(required, about vpn)" in details(FACTS, "customer-gateway").splitlines()[0]


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
