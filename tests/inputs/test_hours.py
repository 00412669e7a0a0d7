import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.errors import UnitError
from migplan.inputs.calendars.hours import ALWAYS, HOLIDAY, read_cutover_days, read_date_ranges, read_hours

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
