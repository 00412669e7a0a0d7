"""What is told of what would cost less if something else were so."""

import pytest
from tests.plans import typical

REPOSITORY = {
    "volume": "120 TB",
    "file_size": "800 GB",
    "protocol": "smb",
    "use": "backups",
    "region": "eu-central-1",
    "link": "1 Gbps",
    "change": "1 TB/day",
}


def told(**given):
    plan = typical(REPOSITORY, **given)
    return plan, [text for text in plan.notes if "object storage by itself" in text]


def test_backups_say_what_object_storage_would_save():
    plan, (text,) = told()
    allowed, none = told(app_change="allowed")
    saved = plan.chosen.cost_usd.horizon_total - allowed.chosen.cost_usd.horizon_total
    assert saved > 0
    assert not none
    assert text.endswith(f"{allowed.chosen.short_name} costs {saved:,.0f} USD less")


@pytest.mark.parametrize("given", [{"app_change": "none"}, {"use": "archive"}, {"target": "fsx-ontap"}])
def test_who_said_otherwise_is_told_nothing(given):
    assert not told(**given)[1]


def test_hard_links_between_tasks_are_lost():
    asked = {"volume": "40 TB", "protocol": "nfs", "source": "linux", "link": "1 Gbps", "target": "fsx-ontap"}
    told = "between folders of different tasks each name becomes a file of its own"
    for files, keep, expected in (
        ("200M", "posix,hardlinks", True),
        ("200M", "posix", False),
        ("2M", "posix,hardlinks", False),
    ):
        plan = typical(asked, files=files, keep=keep, agents="1")
        assert plan.chosen.mover == "datasync-basic"
        assert any(told in note for note in plan.chosen.notes) is expected
