import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.errors import UnitError
from migplan.inputs.calendars.zones import clock_changes, day_after, passed_until, read_timezone

PLACES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",  # back and forth around Ramadan
    "America/Santiago",  # at midnight
    "Asia/Kolkata",
    "UTC",
)


@pytest.mark.parametrize("text", PLACES)
def test_known_places(text):
    assert read_timezone(text) == text


@pytest.mark.parametrize(
    "text", ["Europe/Bielefeld", "", "CEST", "../../etc/passwd", "/etc/localtime", "a" * 999, "\0"]
)
def test_unknown_places(text):
    with pytest.raises(UnitError, match="is no time zone; wanted such as 'Europe/Berlin'"):
        read_timezone(text)


@pytest.mark.parametrize("place", PLACES)
def test_changes_are_exact_and_complete(place):
    zone, start, days = zoneinfo.ZoneInfo(place), dt.date(2026, 7, 1), 800
    changes, offsets = clock_changes(place, start, days)
    begin = dt.datetime.combine(start, dt.time(), zone).timestamp()

    def shown(passed):
        wall = dt.datetime.fromtimestamp(begin + passed, zone).replace(tzinfo=None)
        return (wall - dt.datetime.combine(start, dt.time())).total_seconds() - passed

    edges = [0, *changes]
    for hour in range(24 * days):
        piece = sum(edge <= hour * 3600 for edge in edges) - 1
        assert offsets[piece] == shown(hour * 3600)
    for change, before, after in zip(changes, offsets, offsets[1:], strict=False):
        assert (shown(change - 1), shown(change)) == (before, after)


def test_a_day_that_begins_at_one():
    # In Santiago the clock goes from 24:00 on 2026-09-05 to 01:00.
    changes, offsets = clock_changes("America/Santiago", dt.date(2026, 9, 6), 30)
    assert (changes, offsets) == ([], [3600.0])
    assert passed_until(dt.date(2026, 9, 7), dt.date(2026, 9, 6), "America/Santiago") == 23 * 3600


@settings(max_examples=200)
@given(st.sampled_from(PLACES), st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), st.integers(1, 4000))
def test_days_and_seconds_are_inverse(place, start, days):
    day = start + dt.timedelta(days=days)
    passed = passed_until(day, start, place)
    assert day_after(passed, start, place) == day
    assert day_after(passed - 1, start, place) == day - dt.timedelta(days=1)


def test_without_a_place_every_day_has_24_hours():
    assert passed_until(dt.date(2027, 3, 29), dt.date(2027, 3, 28), "") == 86400
    assert day_after(86399.0, dt.date(2027, 3, 28), "") == dt.date(2027, 3, 28)


@pytest.mark.parametrize("year", [1970, 2199])
@pytest.mark.parametrize("place", PLACES)
def test_the_first_and_the_last_year_do(year, place):
    changes, offsets = clock_changes(place, dt.date(year, 12, 31), 7305)
    assert len(offsets) == len(changes) + 1
