import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from migplan.analyses.plan import make_plan
from migplan.engine.clock import Clock, clock_for

DAY, HOUR = 86400.0, 3600.0
MONDAY = dt.date(2026, 11, 23)
NIGHTS = "Mon-Fri 19:00-07:00, Sat-Sun"


def clock(hours="", holidays="", freeze=(), timezone="", cutover_days="", start=MONDAY):
    return clock_for(
        SimpleNamespace(
            hours=hours,
            holidays=holidays,
            freeze=freeze,
            timezone=timezone,
            cutover_days=cutover_days,
            start=start,
        )
    )


def test_without_a_calendar_only_couriers_keep_one():
    plain = clock()
    assert not plain.rests
    assert not plain.waits
    assert (plain.stretch, plain.freezes) == (1.0, 0)
    assert plain.advance(3 * DAY, 4 * DAY) == 7 * DAY
    assert plain.next_window(3.5 * DAY, 9 * DAY) == 3.5 * DAY
    assert plain.courier(3 * DAY, 4 * DAY) == 9 * DAY  # Thursday and Friday, then Monday and Tuesday
    assert plain.dedicated() is plain


def test_the_same_words_have_the_same_clock():
    assert clock(NIGHTS) is clock(NIGHTS)
    assert clock(NIGHTS).dedicated() is clock(NIGHTS).dedicated()


@pytest.mark.parametrize(
    ("ready", "length", "start", "pause"),
    [
        (10.0, 2.0, 19.0, 0.0),  # Monday morning waits for the evening
        (28.0, 3.0, 28.0, 0.0),  # 04:00 to 07:00 just fits
        (28.0, 3.5, 43.0, 0.0),  # and half an hour more does not
        (10.0, 13.0, 4 * 24 + 19.0, 0.0),  # only a weekend has thirteen hours in a row
        (10.0, 53.0, 4 * 24 + 19.0, 0.0),
        (10.0, 54.0, 4 * 24 + 19.0, 19.0),  # an hour more than the weekend waits for Monday evening
    ],
)
def test_cutovers_run_through_where_they_can(ready, length, start, pause):
    nights = clock(NIGHTS)
    found = nights.next_window(ready * HOUR, length * HOUR)
    assert found == start * HOUR
    assert nights.pause(found, length * HOUR) == pytest.approx(pause * HOUR)


def test_a_cutover_does_not_pause_over_the_end_of_its_days():
    weekdays = clock("Mon-Fri 19:00-07:00", cutover_days="Tue-Wed")
    # From Tuesday's evening on there are 12 hours, and after a pause 5 more until Wednesday's midnight.
    assert weekdays.next_window(0.0, 17 * HOUR) == (24 + 19) * HOUR
    assert weekdays.next_window(0.0, 18 * HOUR) == np.inf


def test_the_longest_weekend_of_the_year_is_not_waited_for():
    # In Berlin the weekend of 2026-10-24 has 54 hours; what takes 53.5 pauses on any other.
    berlin = clock(NIGHTS, timezone="Europe/Berlin")
    start = berlin.next_window(0.0, 53.5 * HOUR)
    assert start == (4 * 24 + 19) * HOUR
    october = clock(NIGHTS, timezone="Europe/Berlin", start=dt.date(2026, 10, 19))
    start = october.next_window(0.0, 53.5 * HOUR)
    assert start == (4 * 24 + 19) * HOUR
    assert october.pause(start, 53.5 * HOUR) == 0.0


def test_a_line_of_its_own_keeps_freezes_alone():
    freeze = ((MONDAY, MONDAY + dt.timedelta(days=1)),)
    site = clock(NIGHTS, freeze=freeze, cutover_days="Sat-Sun")
    own = site.dedicated()
    # Wednesday from midnight to 07:00, and then from 19:00.
    assert site.advance(0.0, 8 * HOUR) == (2 * 24 + 20) * HOUR
    assert own.advance(0.0, 8 * HOUR) == (2 * 24 + 8) * HOUR
    assert own.stretch == 1.0
    assert site.stretch == pytest.approx(168 / 101)
    assert own.next_window(0.0, HOUR) == 5 * DAY
    assert site.frozen(DAY, 9 * DAY) == own.frozen(DAY, 9 * DAY) == DAY


def test_options_have_the_clock_of_their_line():
    site = clock(NIGHTS)
    assert site.of_lines(np.array([[False]])) is site
    assert site.of_lines(np.array([[True]])) is site.dedicated()
    bare = Clock()
    assert bare.of_lines(np.array([[True], [False]])) is bare
    both = site.of_lines(np.array([[True], [False]]))
    assert both.advance(np.zeros((2, 1)), HOUR).tolist() == [[HOUR], [20 * HOUR]]
    assert both.next_window(np.zeros((2, 1)), HOUR).tolist() == [[0.0], [19 * HOUR]]
    assert both.stretch.tolist() == [[1.0], [pytest.approx(168 / 101)]]
    assert both.courier(5 * DAY, DAY) == 8 * DAY
    assert both.rests


def test_what_is_not_known_or_never_ready_has_no_window():
    nights = clock(NIGHTS, cutover_days="Sat-Sun")
    starts = nights.next_window(np.array([np.nan, np.inf, 0.0]), np.array([HOUR, HOUR, np.nan]))
    assert np.isnan(starts[[0, 2]]).all()
    assert starts[1] == np.inf
    assert nights.pause(starts, 60 * HOUR).tolist() == [0.0, 0.0, 0.0]


def test_what_begins_waits_for_the_line_and_for_what_rests_it():
    nights = clock(NIGHTS, freeze=((dt.date(2026, 11, 25), dt.date(2026, 11, 26)),))
    times = np.array([10.0, 20.0, 31.0, 60.0]) * HOUR
    # Wednesday and Thursday are frozen, and Tuesday's night ends with Tuesday.
    assert (nights.opening(times) / HOUR).tolist() == [19, 20, 43, 4 * 24.0]
    assert (nights.reopening(times) / HOUR).tolist() == [19, 43, 43, 4 * 24.0]
    assert (nights.thaw(times) / HOUR).tolist() == [4 * 24.0] * 4
    assert nights.thaw(5 * DAY) == np.inf
    assert nights.dedicated().opening(10 * HOUR) == 10 * HOUR
    assert nights.dedicated().opening(2.5 * DAY) == 4 * DAY
    plain = clock()
    assert (plain.opening(7.0), plain.reopening(7.0), plain.thaw(7.0)) == (7.0, np.inf, np.inf)


def test_each_line_begins_by_its_own_clock():
    nights = clock(NIGHTS)
    both = nights.of_lines(np.array([[False], [True]]))
    assert (both.opening(np.full((2, 1), 10 * HOUR)) / HOUR).tolist() == [[19.0], [10.0]]
    assert (both.reopening(np.full((2, 1), 20 * HOUR)) / HOUR).tolist() == [[43.0], [np.inf]]
    assert both.thaw(np.zeros((2, 1))).tolist() == [[np.inf], [np.inf]]


def test_without_freezes_nothing_is_frozen_whatever_the_hours_are():
    # Ten days of a Monday-to-Friday night line: its pauses are no freeze.
    assert clock(NIGHTS, cutover_days="Sat-Sun").frozen(DAY, 11 * DAY) == 0.0
    assert clock(NIGHTS).frozen(np.zeros(2), np.full(2, 30 * DAY)).tolist() == [0.0, 0.0]


@pytest.mark.slow
def test_days_on_site_of_devices_do_not_depend_on_the_hours_of_the_line():
    fields = {
        "volume": "400 TB", "files": "1M", "protocol": "nfs", "app_change": "allowed", "link": "100 Mbps",
        "customer": "existing", "start": "2024-06-03", "source_rate": "30 MB/s",
    }  # fmt: skip
    kept, free = (
        make_plan({**fields, "hours": hours}, today=dt.date(2024, 6, 1), samples=0)
        for hours in ("Mon-Fri 19:00-07:00, Sat-Sun", "always")
    )

    def stays(plan):
        return {
            (option.id, line.item): line.quantity
            for option in plan.options
            if option.kind == "offline"
            for line in option.cost_usd.lines
            if line.unit == "day"
        }

    assert any(stays(free).values())
    assert stays(kept) == stays(free)
