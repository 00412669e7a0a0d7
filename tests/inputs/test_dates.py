import datetime as dt
import re
import warnings
import zoneinfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import migplan
from migplan import cache
from migplan.errors import UnitError
from migplan.facts import load
from migplan.inputs import dates
from migplan.inputs.dates import (
    BEYOND,
    clock_changes,
    closure_numbers,
    day_after,
    days_after,
    holiday_numbers,
    holidays_known_until,
    passed_until,
    read_holidays,
    read_timezone,
    time_to_deadline,
    times_to_deadlines,
)

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
    "text",
    [
        "Mars/Olympus_Mons",
        "",
        "X",
        "../../etc/passwd",
        "/etc/localtime",
        "localtime",
        "a" * 999,
        "\0",
        "+05:45",
    ],
)
def test_unknown_places(text):
    with pytest.raises(UnitError, match="is no time zone; wanted such as 'Europe/Berlin'"):
        read_timezone(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Asia/Kolkatta", "Asia/Kolkata"),
        ("America/New York", "America/New_York"),
        ("Germany", "Europe/Berlin"),
        ("CEST", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("UTC+9", "Etc/GMT-9"),
        ("GMT-03:00", "Etc/GMT+3"),
    ],
)
def test_near_places_are_told(text, near):
    with pytest.raises(UnitError, match=re.escape(f"is no time zone; did you mean '{near}'?")):
        read_timezone(text)
    assert read_timezone(near) == near


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("JST", "Asia/Tokyo"),
        ("Tokyo", "Asia/Tokyo"),
        ("Japan", "Japan"),
        ("new york", "America/New_York"),
        ("France", "Europe/Paris"),
    ],
)
def test_a_name_of_one_zone_is_read(text, zone):
    assert read_timezone(text) == zone


def test_names_of_several_zones_are_asked_back():
    with pytest.raises(UnitError, match="did you mean 'Asia/Pyongyang' or 'Asia/Seoul'"):
        read_timezone("KST")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Japan", "JP"),
        ("Tokyo", "JP"),
        ("United States", "US"),
        ("united_kingdom", "GB"),
        ("DE-Bayern", "DE-BY"),
        ("Berlin", "DE"),
    ],
)
def test_a_name_of_one_country_is_read(text, code):
    assert read_holidays(text) == code


def test_a_place_that_was_read_by_another_name_is_noted():
    plan = migplan.plan(volume="1 TB", link="1 Gbps", timezone="asia/tokyo", holidays="de-by", samples=0)
    assert not [note for note in plan.notes if "is read as" in note]
    plan = migplan.plan(volume="1 TB", link="1 Gbps", timezone="JST", holidays="Japan", samples=0)
    assert {"timezone: 'JST' is read as Asia/Tokyo", "holidays: 'Japan' is read as JP"} <= {*plan.notes}
    assert plan.workload["timezone"].text == "Asia/Tokyo"


def test_the_capitals_of_a_place_count_for_nothing():
    assert read_timezone("europe/BERLIN") == "Europe/Berlin"


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


def test_the_whole_of_the_last_day_counts():
    day = dt.date(2026, 12, 1)
    assert time_to_deadline(day, day, "") == 86400
    assert time_to_deadline(day, day, "Asia/Tokyo") == 86400


@settings(max_examples=100)
@given(
    passed=st.lists(st.floats(0, 4e8) | st.integers(0, 4000).map(lambda n: n * 3600.0), max_size=20),
    start=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    place=st.sampled_from(("", *PLACES)),
)
def test_many_days_are_each_what_one_is(passed, start, place):
    times = np.array(passed, dtype=float)
    found = days_after(times, start, place)
    assert found.tolist() == [day_after(time, start, place) for time in times.tolist()]
    expected = [time_to_deadline(day, start, place) for day in found.tolist()]
    assert times_to_deadlines(found, start, place).tolist() == expected


def test_no_day_is_told_beyond_the_calendar():
    times = np.array([np.nan, np.inf, BEYOND, np.nextafter(BEYOND, 0)])
    assert np.isnat(days_after(times, dt.date(2026, 12, 1), "Europe/Berlin")).tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_a_day_that_a_place_never_had():
    # Samoa went over the date line: 2011-12-29 was followed by 2011-12-31.
    times = np.array([86399.0, 86400.0])
    found = days_after(times, dt.date(2011, 12, 29), "Pacific/Apia")
    assert found.astype(str).tolist() == ["2011-12-29", "2011-12-31"]


@pytest.mark.parametrize(
    ("text", "code"), [("DE", "DE"), ("de-by", "DE-BY"), ("US", "US"), ("US-CA", "US-CA"), ("DEU", "DEU")]
)
def test_countries_and_subdivisions(text, code):
    assert read_holidays(text) == code


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bavaria", "'Bavaria' is no country; wanted such as 'DE'"),
        ("Jappan", "'Jappan' is no country; did you mean 'JP'?"),
        ("Untied States", "'Untied States' is no country; did you mean 'US'?"),
        ("DE-Bayer", "'Bayer' is no subdivision of DE; wanted one of DE-BY"),
        ("XX", "no holidays are known for 'XX'"),
        ("DE-XX", "'XX' is no subdivision of DE; wanted one of BB, BE"),
        ("", "is no country"),
        ("NYSE", "is no country"),
        ("__class__", "is no country"),
    ],
)
def test_others_are_refused(text, told):
    with pytest.raises(UnitError) as error:
        read_holidays(text)
    assert told in str(error.value)


def test_a_subdivision_has_its_own():
    start = dt.date(2027, 1, 1)
    # Epiphany is on 6 January in Bavaria and not in Berlin; New Year's Day is everywhere.
    assert holiday_numbers("DE-BY", start, 10).tolist() == [0, 5]
    assert holiday_numbers("DE-BE", start, 10).tolist() == [0]


def test_offices_and_banks_of_japan_are_closed_around_new_year():
    """29 December to 3 January, of which the law calls 1 January alone a holiday; on 2026-12-28 people work."""
    start, facts = dt.date(2026, 12, 28), load()
    (closure,) = facts.closures_of("JP")
    assert closure_numbers(closure, start, 8).tolist() == [1, 2, 3, 4, 5, 6]
    assert closure_numbers(closure, dt.date(2027, 1, 1), 4).tolist() == [-1, 0, 1, 2]
    assert closure_numbers(closure, start, 380).tolist() == [*range(1, 7), *range(366, 372)]
    assert facts.closures_of("JP-13") == (closure,)
    assert facts.closures_of("DE-BY") == facts.closures_of("") == ()


def test_the_eve_of_the_start_counts():
    assert holiday_numbers("DE", dt.date(2027, 1, 2), 10).tolist() == [-1]


def test_beyond_what_is_known_there_are_none():
    # The lunar calendar of this country is known until 2035 or so; asking beyond is no warning.
    numbers = holiday_numbers("MY", dt.date(2030, 1, 1), 7305)
    assert len(numbers) > 20
    assert holiday_numbers("DE", dt.date(2195, 1, 1), 3000).tolist() is not None


@pytest.mark.parametrize(
    ("code", "until"), [("LK", 2026), ("UA", 2021), ("IN", 2035), ("NP", 2035), ("BV", 0)]
)
def test_holidays_that_end(code, until):
    # Of version 0.109; a later one may know more.
    assert until <= holidays_known_until(code) < 2060


@pytest.mark.parametrize("code", ["DE", "US-CA", "JP", "GB", "RU", "UZ", "CK", "PS"])
def test_holidays_that_do_not_end(code):
    assert holidays_known_until(code) > 2090


def test_no_warning_of_another_package_comes_out(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path))
    dates._table.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_holidays("IN") == "IN"
    dates._table.cache_clear()


def test_what_was_asked_once_needs_no_import(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path))
    dates._table.cache_clear()
    first = holiday_numbers("DE-BY", dt.date(2027, 1, 1), 10).tolist()
    dates._table.cache_clear()
    monkeypatch.setattr(dates, "_ask", None)  # so that asking again would fail
    assert read_holidays("de-by") == "DE-BY"
    assert holiday_numbers("DE-BY", dt.date(2027, 1, 1), 10).tolist() == first
    dates._table.cache_clear()


@pytest.mark.parametrize(
    "content", [{}, [], 1, "x", {"code": "AT"}, {"code": 3, "days": []}, {"code": "AT", "days": ["x"]}]
)
def test_kept_holidays_of_another_form_are_asked_anew(tmp_path, monkeypatch, content):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path))
    dates._table.cache_clear()
    known = dates._table("AT", "")
    (path,) = tmp_path.iterdir()
    cache.store(path.stem, content, "holidays-", 8)
    dates._table.cache_clear()
    assert dates._table("AT", "") == known
    assert cache.load(path.stem) == known
