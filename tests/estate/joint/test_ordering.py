"""The last day on which something may be ordered, and what it says where that has passed."""

import datetime as dt

import pytest
from tests.estate.joint.conftest import TODAY, share

import migplan

OFFLINE = """[[sites]]
name = "Osaka"
offline = true
region = "us-east-1"
cutover_days = "Sat-Sun"
{more}
"""


def day(text):
    return dt.date.fromisoformat(text[:10])


def site(*more):
    return OFFLINE.format(more="\n".join(more))


def ends_if_ordered(on, option):
    """When 8 of 10 cases have it over by the engine, if everything is ordered on that day."""
    plan = migplan.plan(
        start=on.isoformat(), today=TODAY, name="a", volume="20 TB", files="2M", protocol="nfs",
        region="us-east-1", cutover_days="Sat-Sun",
    )  # fmt: skip
    (found,) = [one for one in plan.options if one.id == option]
    return on + dt.timedelta(days=found.p80_days)


def test_the_last_day_keeps_the_window_and_a_week_later_does_not(planned):
    estate = planned([share("a", "20 TB", protocol="nfs")], site())
    (order,), (one,) = estate.orders, estate.shares
    last = day(order["order_by"])
    assert order["slack_days"] == (last - day(TODAY)).days
    assert last.weekday() < 5 or last == day(TODAY)
    assert day(order["order_by"]) <= day(order["arrives"]) <= day(order["arrives_p80"])
    planned_end = day(one.finish_p80)
    assert ends_if_ordered(last, one.option) <= planned_end
    assert ends_if_ordered(last + dt.timedelta(days=7), one.option) > planned_end


def test_what_waits_for_a_late_window_may_be_ordered_later(planned):
    soon, late = (
        planned([share("a", "20 TB", protocol="nfs")], site(f'freeze = "2027-01-04..{end}"')).orders[0]
        for end in ("2027-01-05", "2027-05-01")
    )
    assert late["slack_days"] >= soon["slack_days"] + 14


def test_an_order_that_had_to_go_out_before_today_is_a_conflict(planned):
    estate = planned([share("a", "20 TB", protocol="nfs")], site('start = "2026-10-01"'))
    (order,), (conflict,) = estate.orders, estate.conflicts
    assert day(order["order_by"]) < day(TODAY)
    assert order["slack_days"] < 0
    assert conflict.kind == "order"
    assert conflict.shares == ("a",)
    assert "had to be ordered by" in conflict.text
    assert "1 Oct 2026" in conflict.text or "Oct 2026" in conflict.text
    assert estate.status == "infeasible"


def test_a_deadline_that_an_order_before_the_start_keeps_says_so(planned):
    row = share("a", "20 TB", protocol="nfs", deadline="2027-03-14")
    estate = planned([row], site('start = "2027-01-08"'))
    (order,), (conflict,) = estate.orders, estate.conflicts
    assert day(TODAY) <= day(order["order_by"]) < dt.date(2027, 1, 8)
    assert order["slack_days"] == (day(order["order_by"]) - day(TODAY)).days
    assert any("days before the start" in way for way in conflict.frees)
    # The engine says the same of a move that begins on that day.
    assert ends_if_ordered(day(order["order_by"]), estate.shares[0].option) <= dt.date(2027, 3, 14)


def test_a_deadline_that_no_order_from_today_on_keeps_names_the_day_that_has_passed(planned):
    row = share("a", "20 TB", protocol="nfs", deadline="2027-02-20")
    estate = planned([row], site('start = "2027-01-08"'))
    first, *_ = estate.conflicts
    assert (first.kind, first.wish) == ("order", "deadline")
    assert "passed" in first.text
    assert any(way.startswith("a lead time") for way in first.frees)


@pytest.mark.parametrize("many", [1, 3])
def test_an_order_is_told_with_what_it_costs_once(planned, many):
    rows = [share(f"s{n}", "10 TB", protocol="nfs") for n in range(many)]
    estate = planned(rows, site())
    (order,) = estate.orders
    lines = [line for line in estate.cost_usd.lines if line.get("owner") and not line["monthly"]]
    assert order["amount"] == pytest.approx(sum(line["amount"] for line in lines))
    assert len(order["shares"]) == many


def test_circuits_that_have_a_charge_in_common_have_their_own_amounts_and_waves_are_as_sure_as_said(planned):
    rows = [
        share(
            f"o{n}",
            f"{20 + 10 * n} TB",
            "4M",
            protocol="smb" if n % 2 else "nfs",
            deadline="" if n else "2027-05-01",
        )
        for n in range(4)
    ]
    # Never in time, which is no matter to the orders of the others.
    rows.append(share("b", "900 TB", "9M", deadline="2027-01-20"))
    more = ('start = "2027-01-11"', 'freeze = "2027-03-20..2027-04-10"')
    estate = planned(rows, site(*more))
    orders = [order for order in estate.orders if order["kind"] == "route"]
    assert any("b" in conflict.shares for conflict in estate.conflicts)
    lines = [line for line in estate.cost_usd.lines if line.get("owner") and not line["monthly"]]
    assert sum(order["amount"] for order in orders) == pytest.approx(sum(line["amount"] for line in lines))
    assert all(order["amount"] > 1000.0 for order in orders)
    # What changes in a freeze is copied after it, before anything is cut over.
    assert all(wave.p_ready > 0.7 for wave in estate.waves)
