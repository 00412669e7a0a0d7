"""Quotas of an account that only all shares of a Region exceed."""

import datetime as dt

import pytest
from tests.estate.joint.conftest import TODAY, share, site

WEEKENDS = {"cutover_days": "Sat-Sun", "cutover_window": "20 hours", "link": "10 Gbps"}


def quotas(estate):
    return [order for order in estate.orders if order["kind"] == "quota"]


def two_sites(volume, second="us-east-1", start="2027-01-11"):
    rows = [share("o", volume, "20M"), share("k", volume, "20M", site="Kobe")]
    fields = {**WEEKENDS, "start": start}
    return rows, site(**fields) + site("Kobe", **{**fields, "region": second})


def test_what_two_sites_of_a_region_exceed_together_is_asked_for_before_the_copies(planned):
    estate = planned(*two_sites("300 TB"))
    (order,) = [one for one in quotas(estate) if "capacity" in one["what"]]
    assert order["site"] == "Kobe and Osaka"
    assert "in place of 512 TiB" in order["what"]
    assert order["shares"] == ["o", "k"] or order["shares"] == ["k", "o"]
    first = min(one.copy_start for one in estate.shares)[:10]
    last = dt.date.fromisoformat(order["order_by"])
    assert last < dt.date.fromisoformat(order["arrives_p80"]) <= dt.date.fromisoformat(first)
    assert order["slack_days"] == (last - dt.date.fromisoformat(TODAY)).days
    assert not estate.conflicts


@pytest.mark.parametrize(("volume", "second"), [("200 TB", "us-east-1"), ("300 TB", "us-west-2")])
def test_less_or_in_two_regions_it_is_within_the_quotas(planned, volume, second):
    assert not quotas(planned(*two_sites(volume, second)))


def test_a_quota_that_had_to_be_asked_for_before_today_is_a_conflict(planned):
    estate = planned(*two_sites("300 TB", start=TODAY))
    first = estate.conflicts[0]
    assert first.kind == "quota"
    assert "had to be asked for by" in first.text
    assert any("later" in way for way in first.frees)


def test_tasks_of_many_shares_are_held_against_the_quota(planned):
    rows = [share(f"s{n}", "100 GB", "10k") for n in range(101)]
    estate = planned(rows, site(**WEEKENDS, start="2027-01-11"), ramp="200, 200")
    (order,) = quotas(estate)
    assert "tasks of" in order["what"]
    assert "101 in place of 100" in order["what"]
    fewer = planned(rows[:60], site(**WEEKENDS, start="2027-01-11"), ramp="200, 200")
    assert not quotas(fewer)


def test_what_nobody_raises_is_a_conflict_and_no_order():
    from types import SimpleNamespace

    from migplan.estate.joint.quotas import Quota, Use, asked, exceeded

    limit = SimpleNamespace(value=1.0, shown=1, unit="1")
    days = [dt.date(2027, 1, day) for day in (4, 20, 11, 30)]
    both = [Use(days[0], days[1], 1.0, ("Osaka",), ("a",)), Use(days[2], days[3], 1.0, ("Kobe",), ("b",))]
    apart = [both[0], Use(dt.date(2027, 1, 21), days[3], 1.0, ("Kobe",), ("b",))]
    today = dt.date.fromisoformat(TODAY)
    quota = Quota("devices of a box", "us-east-1", limit, None, both)
    assert not [*asked([quota], today)]
    (conflict,) = exceeded([quota], today)
    assert conflict.text.startswith("a and b need 2 devices of a box in us-east-1 at once, from 11 Jan 2027")
    assert not [*exceeded([Quota("devices of a box", "us-east-1", limit, None, apart)], today)]


def test_devices_are_counted_and_two_sites_may_not_hold_more_than_an_account_is_given(planned):
    fields = {"link": "100 Mbps", "cloud": "gcp", "region": "us-east1", "new_circuits": "no"}
    rows = [
        share(f"{name[0]}{n}", "60 TB", protocol="nfs", site=name, deadline="2027-03-01")
        for name in ("Osaka", "Kobe")
        for n in range(3)
    ]
    both = site(cutover_days="Sat-Sun", **fields) + site("Kobe", cutover_days="Sat-Sun", **fields)
    estate = planned(rows, both)
    counts = [order["count"] for order in estate.orders if order["kind"] == "device"]
    # 180 TB on devices of 40 TB, which the shares of a site fill together.
    assert counts == [5, 5]
    (conflict,) = [one for one in estate.conflicts if one.kind == "quota"]
    assert "10 devices of Transfer Appliance 40 in us-east1 at once" in conflict.text
    assert conflict.text.endswith("an account has 5")
    one = planned(rows[:3], site(cutover_days="Sat-Sun", **fields))
    assert not [conflict for conflict in one.conflicts if conflict.kind == "quota"]
