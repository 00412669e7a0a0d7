"""Hours with shares: how they are read, and when which share holds."""

import datetime as dt

import pytest

from migplan.errors import MigplanError, UnitError
from migplan.facts import load
from migplan.formulas.calendar import usable_time
from migplan.inputs.calendar import Calendar
from migplan.inputs.line_hours import read_line_hours, week_parts
from migplan.inputs.workload import read_workload

DAY, HOUR = 86400.0, 3600.0
MONDAY = dt.date(2026, 11, 30)
OFFICE = "Mon-Fri 07:00-19:00: 20 %, else 90 %"


@pytest.mark.parametrize(
    "text",
    [
        OFFICE,
        "Mon-Fri 07:00-19:00 20%, rest 90%",
        "mon-fri 07:00\u201319:00 at 20 %; otherwise: 90 %",
        "else 90 %, Mon-Fri 07:00-19:00 : 20 %",
        "Mon-Fri 07:00-12:00, Mon-Fri 12:00-19:00: 20 %, else 90 %",
        "Mon-Thu 07:00-19:00: 20 %, Fri 07:00-19:00: 20 %, Mon-Fri 19:00-07:00: 90 %, else 90 %",
    ],
)
def test_the_same_hours_in_other_words(text):
    found = read_line_hours(text)
    assert found.shares == (0.9, 0.2)
    assert [round(part * 168, 6) for part in week_parts(found)] == [108.0, 60.0]


def test_hours_without_shares_are_one_level():
    found = read_line_hours("Mon-Fri 19:00-07:00, Sat-Sun")
    assert found.shares == (1.0,)
    assert week_parts(found) == (pytest.approx((5 * 12 + 41) / 168),)


def test_nothing_else_is_nothing():
    found = read_line_hours("Sat-Sun: 80 %, Mon-Fri 19:00-23:00: 30 %")
    assert (found.shares, found.rest) == ((0.8, 0.3), 0.0)
    assert [round(part * 168) for part in week_parts(found)] == [48, 20]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mon-Fri 07:00-19:00: 20 %, Fri 18:00-20:00: 50 %, else 90 %", "gives some hours two shares"),
        ("Mon-Fri 07:00-19:00: 120 %, else 90 %", "wanted from 0 % to 100 %"),
        ("Mon-Fri 07:00-19:00: -5 %, else 90 %", "wanted from 0 % to 100 %"),
        ("Mon-Fri 07:00-19:00: 1.2.3 %, else 90 %", "wanted from 0 % to 100 %"),
        ("Mon-Fri 07:00-19:00: 20 %, Sat-Sun", "has no share"),
        ("Mon-Fri 07:00-19:00: 20 %, else 90 %, else 80 %", "says twice"),
        ("Sat, else 90 %", "lists hours with what holds else"),
        ("Mon-Fri: 0 %", "leaves no hour of any week"),
        ("Mon-Fri 25:00-26:00: 20 %, else 90 %", "is no time of day"),
        ("Moonday 07:00-19:00: 20 %, else 90 %", "is no weekday"),
        ("90 %", "has no share"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(text, told):
    with pytest.raises(UnitError, match=told) as caught:
        read_line_hours(text)
    assert "\n" not in str(caught.value)


def levels(text, holidays="", freeze=(), timezone="", start=MONDAY):
    return Calendar(start, text, holidays, freeze, timezone, "").levels


def hours_of(found, begin, end):
    return [round(float(usable_time(one, end) - usable_time(one, begin)) / HOUR, 6) for one in found.spans]


def test_a_week_of_it():
    found = levels(OFFICE)
    assert hours_of(found, 0.0, DAY) == [12.0, 12.0]
    assert hours_of(found, 0.0, 7 * DAY) == [108.0, 60.0]
    assert hours_of(found, 5 * DAY, 7 * DAY) == [48.0, 0.0]


def test_freezes_rest_and_holidays_follow_their_weekday_unless_named():
    frozen = levels(OFFICE, freeze=((MONDAY, MONDAY),))
    assert hours_of(frozen, 0.0, 2 * DAY) == [12.0, 12.0]
    christmas = dt.date(2026, 12, 25)  # a Friday
    assert hours_of(levels(OFFICE, "DE", start=christmas), 0.0, DAY) == [12.0, 12.0]
    named = "Mon-Fri 07:00-19:00: 20 %, Hol: 90 %, else 90 %"
    assert hours_of(levels(named, "DE", start=christmas), 0.0, DAY) == [24.0, 0.0]


def test_the_clock_is_set_in_the_night():
    # 2027-03-28 has 23 hours in Berlin, a Sunday.
    found = levels(OFFICE, timezone="Europe/Berlin", start=dt.date(2027, 3, 28))
    assert hours_of(found, 0.0, 23 * HOUR) == [23.0, 0.0]
    assert hours_of(found, 23 * HOUR, 47 * HOUR) == [12.0, 12.0]


def read(**given):
    return read_workload({"volume": "1 TB", "link": "1 Gbps", **given}, load().assumptions, MONDAY)


def test_the_largest_share_stands_for_all():
    found = read(hours=OFFICE)
    assert found.share == 0.9
    assert (found.inputs["share"].text, found.inputs["share"].status) == ("20 or 90 %", "derived")
    assert "else" not in found.inputs["share"].why
    assert "at all other hours nothing" in read(hours="Sat: 20 %").inputs["share"].why


def test_two_shares_contradict_each_other():
    with pytest.raises(MigplanError) as caught:
        read(hours=OFFICE, share="50 %")
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [
        ("contradiction", "share and hours")
    ]
