"""What a plan counts and bills where no worked example of a whole plan would show it."""

import datetime as dt
import json
from pathlib import Path

import pytest

import migplan
import migplan.facts
from migplan.inputs.pilot_file import read_line

TODAY = dt.date(2026, 11, 23)
VPN = "robocopy/vpn/fsx-windows"


def option(name, **given):
    finished = migplan.plan(today=TODAY, samples=0, **{"link": "1 Gbps", "change": "0 %/day", **given})
    return next(found for found in finished.options if found.id == name)


def line(found, item):
    return next(line for line in found.cost_usd.lines if line.item == item)


def phase(found, name):
    return next(phase for phase in found.phases if phase.name == name)


@pytest.mark.parametrize(
    ("volume", "billed", "amount"),
    [
        ("90 GB", 0, 0),  # all of it is free
        ("1 TB", 900, 9),  # 100 GB are, the others cost a cent each
        ("12.6 TB", 12500, 125),  # just the cap of a month
        ("50 TB", 49900, 125),  # and no more than that
    ],
)
def test_what_is_free_is_not_billed_and_what_is_capped_costs_the_cap_at_most(volume, billed, amount):
    found = option("s3-file-gateway/internet/s3", volume=volume, keep="none")
    written = line(found, "Storage Gateway, data written")
    assert written.quantity == pytest.approx(billed)
    assert written.amount == pytest.approx(amount)


def test_what_a_route_costs_once_is_paid_for_a_new_one_alone(tmp_path):
    (tmp_path / "routes").mkdir()
    (tmp_path / "prices").mkdir()
    text = (Path(migplan.facts.own_folder()) / "routes" / "vpn.toml").read_text(encoding="utf-8")
    charge = '[[charges]]\nitem = "Tunnel, set up"\nprice = "tunnel-setup"\nper = "once"\n'
    (tmp_path / "routes" / "vpn.toml").write_text(f"{text}\n{charge}".replace("\\\n", "\n"), encoding="utf-8")
    price = 'name = "Tunnel, set up"\nunit = "USD"\n[regions.us-east-1]\nvalue = 300\n'
    source = 'source = "https://example.com/offer"\nas_of = 2026-11-01\n'
    (tmp_path / "prices" / "tunnel-setup.toml").write_text(
        (price + source).replace("\\\n", "\n"), encoding="utf-8"
    )
    given = {"volume": "1 TB", "profiles": [tmp_path]}
    assert line(option(VPN, **given), "Tunnel, set up").amount == 300
    there = option(VPN, routes="vpn", **given)
    assert "Tunnel, set up" not in [line.item for line in there.cost_usd.lines]


@pytest.mark.parametrize(("deadline", "misses"), [("2026-11-23", 0), ("2026-11-22", 1)])
def test_the_day_of_a_deadline_is_a_whole_day(deadline, misses):
    # Done in the afternoon of the 23rd, if it begins on that day.
    given = {"volume": "1 TB", "link": "1 Gbps", "change": "0 %/day", "routes": "internet"}
    free = migplan.plan(today=TODAY, samples=0, **given)
    days = {found.id: found.duration_days for found in free.options}[free.recommendation.option]
    assert 0.2 < days < 1
    if misses:
        with pytest.raises(migplan.MigplanError, match="deadline"):
            migplan.plan(today=TODAY, samples=0, deadline=deadline, **given)
        return
    assert migplan.plan(today=TODAY, samples=0, deadline=deadline, **given).recommendation.meets


def test_encryption_costs_its_part_of_the_line():
    given = {"volume": "50 TB", "files": 1000, "link": "100 Mbps", "share": "100 %"}
    plain, encrypted = (
        phase(option("s5cmd/internet/s3", keep="none", encryption=text, **given), "copy")
        for text in ("optional", "required")
    )
    # 0.3 % of the line for the headers of records; the line is all that binds.
    assert encrypted.days / plain.days == pytest.approx(1 / 0.997, rel=1e-4)


def test_what_changes_before_the_first_byte_is_copied_is_not_sent_twice():
    found = option(
        "datasync-basic/direct-connect-hosted-1g/fsx-windows",
        volume="1 TB",
        change="10 %/day",
        keep="none",
        on_net="yes",
    )
    begin = phase(found, "scan").start_days
    assert begin == pytest.approx(14)  # until the circuit is there
    aged = found.duration_days - found.cutover_hours / 24 - begin
    assert line(found, "DataSync Basic, data copied").quantity == pytest.approx(1000 * (1 + 0.1 * aged))


@pytest.mark.parametrize(("volume", "days"), [("64 TiB", 1 / 3), ("65 TiB", 3.0)])
def test_a_volume_beyond_the_accounts_quota_waits_for_a_higher_one(volume, days):
    # DataSync is set up in 8 hours; 64 TiB of FSx for OpenZFS are had without asking, more in about three days.
    found = option("datasync-basic/internet/fsx-openzfs", volume=volume, protocol="nfs")
    assert phase(found, "set up").days == pytest.approx(days)


@pytest.mark.parametrize(
    ("rates", "error"),
    [
        # A variance of 111.1 over 10 intervals; 0.7 of one is that of the one before: 3.33 * sqrt(1.7 / 0.3).
        ([90] * 5 + [110] * 5, 7.935),
        ([90, 110] * 5, 3.333),  # no interval is like the one before
    ],
)
def test_intervals_that_depend_on_each_other_say_less(tmp_path, rates, error):
    test = {
        "start": {"test_start": {"protocol": "TCP", "reverse": 0}},
        "intervals": [{"sum": {"bits_per_second": rate * 8.0, "omitted": False}} for rate in rates],
        "end": {"sum_received": {"bits_per_second": 800.0}},
    }
    (tmp_path / "line.json").write_text(json.dumps(test))
    found = read_line(tmp_path / "line.json", "internet", "site")
    assert found.error == pytest.approx(error, rel=1e-3)


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        # rclone sends what is above 200 MiB in parts of 5 MiB, and in no more than the 10,000 that S3 takes.
        ("200 MiB", 1),
        ("210 MiB", 42),
        ("10 GB", 1908),
        ("500 GB", 10_000),
    ],
)
def test_large_files_take_a_request_for_each_part_that_a_tool_sends(size, parts):
    given = {"volume": "50 TB", "file_size": size, "protocol": "nfs", "link": "10 Gbps", "target": "s3"}
    found = migplan.plan(today=TODAY, samples=0, app_change="allowed", **given)
    lines = next(o for o in found.options if o.id == "rclone/internet/s3").cost_usd.lines
    puts, heads = (
        next(line.quantity for line in lines if line.item.startswith(item))
        for item in ("S3 PUT", "S3 HEAD requests after")
    )
    assert puts / heads == pytest.approx(parts)


def test_of_a_histogram_each_bucket_has_its_parts():
    # 1,000 files of 10 GB and a million of 10 MB: 1,908 parts each, and one each.
    sizes = [{"size": "10 GB", "files": 1000}, {"size": "10 MB", "files": 1_000_000}]
    given = {"volume": "20 TB", "sizes": sizes, "protocol": "nfs", "link": "10 Gbps", "target": "s3"}
    found = migplan.plan(today=TODAY, samples=0, app_change="allowed", **given)
    lines = next(o for o in found.options if o.id == "rclone/internet/s3").cost_usd.lines
    puts, heads = (
        next(line.quantity for line in lines if line.item.startswith(item))
        for item in ("S3 PUT", "S3 HEAD requests after")
    )
    assert puts / heads == pytest.approx((1000 * 1908 + 1_000_000) / 1_001_000)
