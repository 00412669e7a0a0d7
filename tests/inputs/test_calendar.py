"""Calendars against a simulation that asks every minute what the clock on the wall says."""

import datetime as dt
import itertools
import zoneinfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.errors import UnitError
from migplan.formulas.calendar import advance, usable_time
from migplan.inputs.calendar import HORIZON, Calendar, calendar_for
from migplan.inputs.dates import read_date_ranges
from migplan.inputs.patterns import ALWAYS, HOLIDAY, read_cutover_days, read_hours

DAY, HOUR, MINUTE = 86400.0, 3600.0, 60
NIGHTS = "Mon-Fri 19:00-07:00, Sat-Sun"
EPIPHANY = dt.date(2027, 1, 6)
OFF = {dt.date(2026, 12, 25), dt.date(2026, 12, 26), dt.date(2027, 1, 1), EPIPHANY}


def calendar(start, hours="", holidays="", freeze=(), timezone="", cutover_days=""):
    return Calendar(start, hours, holidays, freeze, timezone, cutover_days)


def walls(start, days, timezone):
    """What the clock on the wall shows, every minute."""
    zone = zoneinfo.ZoneInfo(timezone or "UTC")
    begin = dt.datetime.combine(start, dt.time(), zone).timestamp()
    return [dt.datetime.fromtimestamp(begin + t, zone) for t in range(0, days * 86400, MINUTE)]


def at_night(wall):
    """The hours of NIGHTS, told another way."""
    eve = wall - dt.timedelta(days=1)
    return wall.weekday() >= 5 or wall.hour >= 19 or (wall.hour < 7 and eve.weekday() < 5)


@pytest.mark.parametrize(
    ("start", "timezone"),
    [
        (dt.date(2026, 11, 23), ""),
        (dt.date(2027, 3, 25), "Europe/Berlin"),  # 23 hours on the 28th
        (dt.date(2026, 10, 22), "Europe/Berlin"),  # 25 hours on the 25th
        (dt.date(2026, 10, 30), "America/New_York"),
        (dt.date(2027, 4, 1), "Australia/Lord_Howe"),  # half an hour, while the nights run
        (dt.date(2028, 2, 27), "Europe/Berlin"),  # 29 February
        (dt.date(2026, 9, 3), "America/Santiago"),  # at midnight
    ],
)
def test_hours_minute_by_minute(start, timezone):
    line = calendar(start, NIGHTS, timezone=timezone).line
    open_minutes = np.array([at_night(wall.replace(tzinfo=None)) for wall in walls(start, 11, timezone)])
    expected = np.concatenate(([0], np.cumsum(open_minutes))) * MINUTE
    times = np.arange(len(expected)) * float(MINUTE)
    assert usable_time(line, times).tolist() == expected.tolist()
    # The other way round: when have so many hours been usable?
    for busy in range(1, 60):
        assert advance(line, 0.0, busy * HOUR) == times[np.argmax(expected >= busy * HOUR)]


def test_sixteen_hours_a_day_are_two_thirds_of_the_line():
    # 150 TB at 80 % of 1 Gbps take 17.36 days of it, in 16 hours a day 26.04.
    found = calendar(dt.date(2026, 11, 23), "18:00-10:00")
    assert f"{150e12 / (125e6 * 0.8) / DAY / found.fraction:.2f}" == "26.04"
    assert found.fraction == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("hours", "fraction"),
    [
        ("", 1.0),
        ("always", 1.0),
        (NIGHTS, 101 / 168),
        ("Sun 19:00-07:00", 12 / 168),
        ("Sat-Sun, Sat 10:00-11:00", 2 / 7),
    ],
)
def test_the_part_of_a_week(hours, fraction):
    assert calendar(dt.date(2026, 11, 23), hours).fraction == pytest.approx(fraction)


@pytest.mark.parametrize("timezone", ["", "Europe/Berlin"])
def test_business_days_skip_weekends_and_holidays(timezone):
    start = dt.date(2026, 12, 23)
    found = calendar(start, holidays="DE-BY", timezone=timezone).business
    working = [
        day.weekday() < 5 and day not in OFF for day in (start + dt.timedelta(days=n) for n in range(15))
    ]
    expected = [0.0, *itertools.accumulate(DAY * works for works in working)]
    assert usable_time(found, np.arange(16) * DAY).tolist() == expected
    # Two business days from Wednesday noon: Thursday, then 25 to 27 December rest, and Monday noon.
    assert advance(found, 0.5 * DAY, 2 * DAY) == 5.5 * DAY


def test_couriers_rest_at_weekends_without_any_holidays():
    found = calendar(dt.date(2026, 11, 27)).business  # a Friday
    assert advance(found, 0.0, np.array([1, 1.5, 2, 6, 7]) * DAY).tolist() == [
        day * DAY for day in (1, 3.5, 4, 8, 11)
    ]


@pytest.mark.parametrize(
    ("hours", "usable"),
    [
        (
            "Mon-Fri 19:00-07:00",
            10,
        ),  # the evening of a holiday is like that of its weekday: 00-07 is Tuesday's
        ("Mon-Fri 19:00-07:00, Hol", 24),
        ("Mon-Fri 19:00-07:00, Hol off", 7),
        ("Mon-Fri 19:00-07:00, Hol 10:00-12:00", 9),
    ],
)
def test_a_holiday_changes_the_line_only_where_hours_say_so(hours, usable):
    line = calendar(dt.date(2027, 1, 4), hours, "DE-BY").line
    number = (EPIPHANY - dt.date(2027, 1, 4)).days
    found = usable_time(line, (number + 1) * DAY) - usable_time(line, number * DAY)
    assert found / HOUR == usable + 2 * (hours == "Mon-Fri 19:00-07:00")


def test_nothing_runs_in_a_freeze():
    freeze = ((dt.date(2026, 12, 20), dt.date(2027, 1, 6)),)
    found = calendar(dt.date(2026, 12, 14), freeze=freeze)
    assert advance(found.line, 0.0, 7 * DAY) == (6 + 18 + 1) * DAY
    assert usable_time(found.frozen, 30 * DAY) == 18 * DAY
    nights = calendar(dt.date(2026, 12, 14), NIGHTS, freeze=freeze, timezone="Europe/Berlin")
    assert usable_time(nights.line, 24 * DAY) == usable_time(nights.line, 6 * DAY)


def test_a_freeze_that_swallows_everything():
    found = calendar(dt.date(2026, 12, 14), NIGHTS, freeze=((dt.date(2026, 1, 1), dt.date(2099, 1, 1)),))
    assert advance(found.line, 0.0, 1.0) == np.inf
    assert len(found.windows(own_line=False).starts) == 0


def test_beyond_twenty_years_there_is_nothing():
    found = calendar(dt.date(2026, 12, 14), "Sat-Sun")
    assert np.isfinite(advance(found.line, 0.0, HORIZON / 7 * 2 * DAY - 4 * DAY))
    assert advance(found.line, 0.0, HORIZON / 7 * 2 * DAY + 4 * DAY) == np.inf


def days_of(spans, number):
    return [
        (float(a) / DAY, float(b) / DAY)
        for a, b in zip(spans.starts[:number], spans.ends[:number], strict=True)
    ]


def test_cutover_days():
    start = dt.date(2026, 12, 21)  # a Monday
    assert days_of(calendar(start, cutover_days="Sat-Sun").windows(False), 2) == [(5, 7), (12, 14)]
    # 26 December is a Saturday and a holiday.
    assert days_of(calendar(start, "", "DE", cutover_days="Sat-Sun").windows(False), 2) == [(6, 7), (12, 14)]
    assert days_of(calendar(start, "", "DE", cutover_days="Sat-Sun, Hol").windows(False), 2) == [
        (4, 7),
        (11, 14),
    ]
    assert days_of(calendar(start, "", "DE", cutover_days="2026-12-25..2026-12-26").windows(False), 1) == [
        (4, 6)
    ]
    freeze = ((dt.date(2026, 12, 27), dt.date(2026, 12, 27)),)
    assert days_of(calendar(start, "", "", freeze, cutover_days="Sat-Sun").windows(False), 2) == [
        (5, 6),
        (12, 14),
    ]
    assert days_of(calendar(start, "", "DE").windows(False), 2) == [(0, 4), (6, 11)]


def test_a_cutover_takes_place_while_the_line_is_ours():
    start = dt.date(2026, 12, 21)
    found = calendar(start, NIGHTS, cutover_days="Fri-Sat")
    # From the night to Friday on; then from Friday evening to Saturday midnight.
    assert days_of(found.windows(False), 2) == [(4, 4 + 7 / 24), (4 + 19 / 24, 6)]
    assert days_of(found.windows(own_line=True), 1) == [(4, 6)]
    assert found.usual_window(False) == 29 * HOUR
    assert found.usual_window(own_line=True) == 48 * HOUR
    assert calendar(start, NIGHTS).usual_window(False) == 53 * HOUR
    assert calendar(start).usual_window(False) == np.inf
    assert calendar(start).windows(False) is None


def test_one_calendar_for_the_same_words():
    words = (dt.date(2026, 12, 21), NIGHTS, "DE", (), "Europe/Berlin", "Sat-Sun")
    assert calendar_for(*words) is calendar_for(*words)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)),
    st.sampled_from(["", "Europe/Berlin", "America/New_York"]),
    st.floats(0, 100 * DAY),
    st.floats(0, 200 * DAY),
    st.integers(0, 100),
    st.integers(0, 40),
)
def test_fewer_hours_holidays_and_freezes_never_end_earlier(start, timezone, begin, busy, first, length):
    def ends(**words):
        found = calendar(start, timezone=timezone, **words)
        line = begin + busy if found.line is None else float(advance(found.line, begin, busy))
        return line, float(advance(found.business, begin, busy))

    day = start + dt.timedelta(days=first)
    freeze = ((day, day + dt.timedelta(days=length)),)
    nights = ends(hours=NIGHTS)
    wider = ends(hours="Mon-Fri 18:30-07:15, Sat-Sun")
    harder = [
        ends(hours=NIGHTS, freeze=freeze),
        ends(hours=NIGHTS, holidays="DE-BY"),
        ends(hours=NIGHTS + ", Hol off", holidays="DE-BY"),
    ]
    least = 2e-6  # times closer than a millionth of a second are the same
    assert ends()[0] <= wider[0] + least <= nights[0] + 2 * least
    assert all(nights[0] <= line + least and nights[1] <= courier + least for line, courier in harder)


HOUR, DAY = 3600.0, 86400.0
NIGHT, WHOLE = ((19 * HOUR, 31 * HOUR),), ((0.0, DAY),)


@pytest.mark.parametrize(
    ("text", "monday", "friday", "saturday", "holiday"),
    [
        ("Mon-Fri 19:00-07:00, Sat-Sun", NIGHT, NIGHT, WHOLE, None),
        ("mon-fri 19:00-7:00; SAT, sunday", NIGHT, NIGHT, WHOLE, None),
        ("Mo-Fr 19:00 \u2013 07:00", NIGHT, NIGHT, (), None),
        ("weekdays 19:00-07:00, weekends, Hol", NIGHT, NIGHT, WHOLE, WHOLE),
        ("19:00-07:00", NIGHT, NIGHT, NIGHT, None),
        ("daily 00:00-24:00, hol off", WHOLE, WHOLE, WHOLE, ()),
        ("Fri-Mon", WHOLE, WHOLE, WHOLE, None),
        ("Sat-Mon 22:00-24:00", ((22 * HOUR, DAY),), (), ((22 * HOUR, DAY),), None),
        ("Mon 22:00-00:00", ((22 * HOUR, DAY),), (), (), None),
        (
            "Mon 12:00-13:00 19:00-07:00, Mon 08:15-08:30",
            ((12 * HOUR, 13 * HOUR), *NIGHT, (8.25 * HOUR, 8.5 * HOUR)),
            (),
            (),
            None,
        ),
        ("Holidays 10:00-12:00, Sat", (), (), WHOLE, ((10 * HOUR, 12 * HOUR),)),
    ],
)
def test_hours_as_people_write_them(text, monday, friday, saturday, holiday):
    spans = read_hours(text).spans
    assert (spans[0], spans[4], spans[5], spans[HOLIDAY]) == (monday, friday, saturday, holiday)


def test_a_range_of_days_may_go_round_the_week():
    assert [bool(spans) for spans in read_hours("Fri-Mon").spans[:7]] == [1, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("text", ["always", "24/7", " ALWAYS "])
def test_always(text):
    assert read_hours(text) == ALWAYS
    assert read_hours(text).always


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "'' has no hours"),
        (" , ;", "has no hours"),
        ("nights", "'nights' is no weekday"),
        ("M-F", "'m' is no weekday"),
        ("S 10:00-12:00", "'s' is no weekday"),
        ("-fri", "'-fri' is not understood"),
        ("Mon-Fri 7pm-7am", "is not understood"),
        ("Mon-Fri 19:00", "is not understood"),
        ("Mon-Fri 19:00-25:00", "'19:00-25:00' is no time of day"),
        ("Mon-Fri 24:00-07:00", "is no time of day"),
        ("Mon-Fri 19:60-20:00", "is no time of day"),
        ("Mon 19:00-19:00", "begins and ends at the same time"),
        ("Mon-Fri 12:00-13:00, 19:00-07:00", "'19:00-07:00' has no days"),
        ("Mon-Hol", "is no range of weekdays"),
        ("Mon off", "leaves no hour"),
        ("Hol", "leaves no hour"),
        ("Mon\u0661-Fri", "is not understood"),
    ],
)
def test_what_is_no_hours_says_so(text, told):
    with pytest.raises(UnitError, match="wanted") as error:
        read_hours(text)
    assert told in str(error.value)


def test_cutover_days_are_weekdays_or_dates():
    assert read_cutover_days("Sat-Sun") == read_hours("Sat-Sun")
    assert read_cutover_days("2026-12-05, 2026-12-12 to 2026-12-13") == (
        (dt.date(2026, 12, 5), dt.date(2026, 12, 5)),
        (dt.date(2026, 12, 12), dt.date(2026, 12, 13)),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-12-05, Sat", "'Sat' is not a date range"),
        ("Sat, 2026-12-05", "has no days"),
        ("2026-02-30", "'2026-02-30' is not a date"),
        ("2026-12-05..2026-12-04", "ends before it begins"),
        ("9999-12-31", "wanted a year from 1970 to 2199"),
    ],
)
def test_other_cutover_days_are_refused(text, told):
    with pytest.raises(UnitError) as error:
        read_cutover_days(text)
    assert told in str(error.value)


def test_blank_items_are_no_dates():
    assert read_date_ranges(["", " ", "2026-12-05"]) == ((dt.date(2026, 12, 5), dt.date(2026, 12, 5)),)


@given(st.text(max_size=40) | st.text("MonFriSatHl 0123456789:-,;.", max_size=40))
def test_no_text_does_worse_than_a_message(text):
    assert all(answer(read, text) for read in (read_hours, read_cutover_days))


def answer(read, text):
    """Whether a text is read, or refused with a message; anything else is raised."""
    try:
        return read(text) is not None
    except UnitError as error:
        return bool(str(error))
