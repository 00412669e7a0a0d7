"""Whether a plan says that the line of the site is too thin for the people who use the target over it."""

import pytest
from tests.plans import typical

REMOTE = {
    "volume": "40 TB",
    "files": "15M",
    "protocol": "smb",
    "use": "departmental",
    "link": "20 Mbps",
    "region": "sa-east-1",
}


def note(**given):
    plan = typical(REMOTE, **given)
    found = [text for text in plan.notes if "people on the site" in text or "users need" in text]
    assert len(found) <= 1
    return found[0] if found else ""


def test_what_is_read_each_month_has_to_pass_the_line():
    # 5 % of 40 TB in 170 hours are 3.3 MB/s, 26 Mbps.
    text = note()
    assert "read 2 TB a month (assumed), 26 Mbps in working hours, over a line of 20 Mbps" in text
    assert "keep the circuit after the move" in text
    assert "order a faster line" in note(link="40 Mbps", new_circuits="no")
    # Half of 60 Mbps is enough.
    assert not note(link="60 Mbps")


def test_a_rate_that_is_asked_for_passes_the_line_or_not():
    studio = {"volume": "20 TB", "use": "media", "link": "10 Gbps", "region": "us-west-2"}
    assert "need 3 GB/s of the target, and the line of the site carries 10 Gbps" in note(
        **studio, throughput="3 GB/s"
    )
    assert not note(**studio, throughput="1 GB/s")


@pytest.mark.parametrize("use", ["vdi", "hpc", "archive", "backups"])
def test_who_works_beside_the_files_needs_no_line(use):
    protocol = {"protocol": "nfs", "source": "linux"} if use == "hpc" else {}
    assert not note(use=use, **protocol)


def archive(**given):
    fields = {"volume": "700 TB", "files": "40M", "protocol": "nfs", "use": "archive", "link": "5 Gbps"}
    return typical(fields, app_change="allowed", **given)


def test_what_is_added_to_an_archive_is_growth_and_leaves_no_old_versions():
    # 95 % of 3 TB a day are 1,040 TB a year, 149 % of 700 TB.
    (text,) = [text for text in archive(change="3 TB/day").notes if "new and to stay" in text]
    assert "the data grow by 149 % a year" in text
    for quiet in ({}, {"change": "100 GB/day"}, {"change": "3 TB/day", "growth": "150 %/year"}):
        assert not [text for text in archive(**quiet).notes if "new and to stay" in text]
    # Of the 90 TB of a month 5 % are old versions.
    lines = {line.item: line for line in archive(change="3 TB/day", target="s3").chosen.cost_usd.lines}
    assert lines["S3 old versions"].quantity == pytest.approx(0.05 * 90e12 / 2**30)


def test_data_that_leaves_a_cloud_has_no_site():
    assert not note(from_cloud="azure", link="20 Mbps")
