"""What it would take: a lever fed back meets, a little less does not."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pytest

from migplan.analyses.levers import search
from migplan.analyses.levers.knobs import digit_step, three_digits
from migplan.analyses.levers.ladders import widened
from migplan.analyses.plan import make_plan
from migplan.inputs.calendar import read_hours

TODAY = dt.date(2026, 11, 23)
IDEAL = Path(__file__).parents[1] / "data" / "ideal"
SERVER = {
    "volume": "150 TB", "files": "40M", "protocol": "smb", "source": "windows", "link": "1 Gbps",
    "share": "70 %", "rtt": "12 ms", "start": "2026-12-10", "cutover_window": "24 hours", "target": "fsx-ontap",
}  # fmt: skip
IDEAL_CASE = {
    "running_costs": "none",
    "volume": "100 TB", "file_size": "1 GB", "protocol": "nfs", "link": "1 Gbps", "share": "70 %", "rtt": "1 ms",
    "change": "0 GB/day", "source_rate": "100 GB/s", "target": "ideal-store", "routes": "ideal-line",
}  # fmt: skip


def planned(profiles=(), samples=0, **fields):
    return make_plan(fields, profiles, TODAY, samples=samples).recommendation


def levers_of(recommendation):
    return {lever["field"]: lever for lever in recommendation.levers}


def a_little_less(lever):
    """One step of the last digit nearer to the present value; None where there is no such step."""
    needed = lever["needed"]
    if lever["field"] == "start":
        return str(dt.date.fromisoformat(needed) + dt.timedelta(days=1))
    found = re.fullmatch(r"([\d.]+) ?(.*)", needed)
    if lever["field"] == "hours" or found is None:
        return None
    number = float(found[1])
    step = 1.0 if lever["field"] == "agents" else digit_step(number)
    number += step if lever["field"] == "change" else -step
    return f"{number:.9g} {found[2]}".strip()


CASES = {
    "late": ({"deadline": "25 days"}, 400),
    "late, typical values": ({"deadline": "12 days"}, 0),
    "late by a date": ({"deadline": "2026-12-28"}, 400),
    "short window": ({"deadline": "60 days", "cutover_window": "3 hours"}, 300),
    "much change": ({"deadline": "45 days", "change": "1.2 %/day", "cutover_window": "6 hours"}, 300),
    "over budget": ({"budget": "60000 USD"}, 300),
    # A cheap way that keeps less meets the budget; it ranks behind those that keep all, so it is none that helps.
    "over budget, any target": ({"budget": "60000 USD", "target": None}, 100),
}


@pytest.mark.parametrize(("extra", "samples"), CASES.values(), ids=CASES)
def test_each_lever_meets_and_a_little_less_does_not(extra, samples):
    fields = {**SERVER, **extra}
    found = planned(samples=samples, **fields)
    assert not found.meets
    assert found.levers
    for lever in found.levers:
        name = lever["field"]
        then = planned(samples=samples, **{**fields, name: lever["needed"]})
        assert (then.meets, then.option) == (True, lever["option"]), lever
        less = a_little_less(lever)
        if less is not None:
            assert not planned(samples=samples, **{**fields, name: less}).meets, (lever, less)


def test_whichever_options_are_tried_first_the_least_change_is_found(monkeypatch):
    fields = {**SERVER, "deadline": "25 days"}
    found = planned(samples=200, **fields).levers
    assert found

    def worst(self, first, foreseen):
        able = [
            (k, o) for k, row in enumerate(first) for o in np.argsort(-foreseen[k]) if row[o] < search._GRID
        ]
        return [(k, int(o)) for k, o in able if np.isfinite(foreseen[k, o])][:1]

    monkeypatch.setattr(search.Search, "_contenders", worst)
    again = planned(samples=200, **fields).levers
    first = again[0]["field"]
    assert first in ("link", "share", "agents", "source_rate", "change")
    assert again[0] == next(lever for lever in found if lever["field"] == first)


def test_nothing_is_searched_where_the_plan_meets():
    found = planned(**SERVER, deadline="300 days")
    assert found.meets
    assert found.levers == ()


def test_levers_by_hand():
    fields = {**IDEAL_CASE, "deadline": "10 days"}
    found = levers_of(planned((IDEAL,), **fields))
    # 2 hours of cutover leave 9.9167 d for 100 TB: 10.084 TB a day of the 10.8 * 0.9 = 9.72 that 1 Gbps carries.
    # At 70 %, 6.804 TB a day, that takes 1.4821 Gbps; no share of 1 Gbps is enough.
    line = "ideal-copy/ideal-line/ideal-store"
    assert found["link"] == {"field": "link", "now": "1 Gbps", "needed": "1.49 Gbps", "option": line}
    assert "share" not in found
    # The line alone takes 100 / 6.804 + 2 / 24 = 14.8 days; with a box for 3.75 TB, there after 14 days and 0.15 of
    # loading, both are done after 14.15 + 2 / 24.
    assert (found["deadline"]["needed"], found["deadline"]["option"]) == (
        "14.3 days",
        "ideal-box+ideal-copy/ideal-line/ideal-store/split",
    )


def test_a_share_that_is_enough_is_told():
    found = levers_of(planned((IDEAL,), **{**IDEAL_CASE, "deadline": "12 days"}))
    # 100 / (12 - 2 / 24) = 8.392 TB a day of 9.72: 86.3 %.
    assert (found["share"]["now"], found["share"]["needed"]) == ("70 %", "86.4 %")


def test_the_start_moves_with_a_deadline_that_is_a_date():
    fields = {**IDEAL_CASE, "start": "2026-12-20", "deadline": "2026-12-31"}
    found = levers_of(planned((IDEAL,), **fields))
    # 14.23 days before the end of the 31st: in the evening of the 17th, so on the 17th at the latest.
    assert (found["start"]["now"], found["start"]["needed"]) == ("2026-12-20", "2026-12-17")
    assert planned((IDEAL,), **{**fields, "start": "2026-12-17"}).meets
    assert not planned((IDEAL,), **{**fields, "start": "2026-12-18"}).meets
    assert "start" not in levers_of(planned((IDEAL,), **{**fields, "deadline": "11 days"}))


def test_hours_are_widened_as_far_as_it_takes():
    fields = {**IDEAL_CASE, "volume": "60 TB", "hours": "Mon-Sun 20:00-06:00", "deadline": "12 days"}
    found = levers_of(planned((IDEAL,), **fields))["hours"]
    # 60 / 6.804 = 8.82 days of line in 11.92 days, 17.8 hours a day: ten hours and four at either end.
    assert found["needed"] == "Mon-Sun 16:00-10:00"
    assert planned((IDEAL,), **{**fields, "hours": found["needed"]}).meets
    assert not planned((IDEAL,), **{**fields, "hours": "Mon-Sun 17:00-09:00"}).meets


def test_more_devices_at_once_are_told_and_help(tmp_path):
    fields = {**IDEAL_CASE, "volume": "400 TB", "link": "200 Mbps", "deadline": "34 days"}
    found = levers_of(planned((IDEAL,), **fields))
    # Four boxes, each ordered when the one before has been read in, take 72 days; with enough of them at once the site
    # loads all the time, 11 + 16 + 3 days.
    assert found["devices"]["now"] == "1 at once"
    needed = int(found["devices"]["needed"].removesuffix(" at once"))
    assert needed in (2, 3, 4)
    (tmp_path / "devices").mkdir()
    text = (IDEAL / "devices" / "ideal-box.toml").read_text(encoding="utf-8")
    for count, meets in ((needed, True), (needed - 1, False)):
        changed = text.replace("[facts.pool]\nvalue = 1", f"[facts.pool]\nvalue = {count}")
        assert count == 1 or changed != text
        (tmp_path / "devices" / "ideal-box.toml").write_text(changed, encoding="utf-8")
        assert planned((IDEAL, tmp_path), **fields).meets == meets


def test_change_comes_down_in_the_unit_in_which_it_was_given():
    for change, unit in (("3 %/day", "%/day"), ("3 TB/day", "GB/day")):
        fields = {**IDEAL_CASE, "change": change, "deadline": "18 days", "cutover_window": "1 day"}
        lever = levers_of(planned((IDEAL,), **fields))["change"]
        assert lever["needed"].endswith(unit)
        assert planned((IDEAL,), **{**fields, "change": lever["needed"]}).meets
        assert not planned((IDEAL,), **{**fields, "change": a_little_less(lever)}).meets


def test_a_budget_is_told_where_only_money_is_missing():
    found = levers_of(planned((IDEAL,), **{**IDEAL_CASE, "budget": "500 USD"}))
    # 100 TB at 0.01 USD/GB.
    assert set(found) == {"budget"}
    assert (found["budget"]["now"], found["budget"]["needed"]) == ("500 USD", "1000 USD")
    assert found["budget"]["option"] == "ideal-copy/ideal-line/ideal-store"


def test_what_nothing_can_mend_has_no_lever():
    found = planned((IDEAL,), **{**IDEAL_CASE, "deadline": "1 hour"})
    assert "link" not in levers_of(found)
    assert set(levers_of(found)) == {"deadline"}


@pytest.mark.parametrize(
    ("hours", "first", "last"),
    [
        ("Mon-Fri 19:00-07:00, Sat-Sun", "Mon-Fri 18:00-08:00, Sat-Sun", "Mon-Sun"),
        ("Mon 09:00-12:00 13:00-17:00", "Mon 08:00-18:00", "Mon"),
        ("Sat, Hol off", "Sat, Hol off", "Sat, Hol off"),
        ("Mon 02:00-04:00, Wed 02:00-04:00", "Mon 01:00-05:00, Wed 01:00-05:00", "Mon 00:00-15:00, Wed 00:00-15:00"),
    ],
)  # fmt: skip
def test_hours_grow_by_an_hour_at_either_end(hours, first, last):
    texts = widened(read_hours(hours))
    assert (texts[0], texts[-1]) == (first, last)
    for text in texts:
        read_hours(text)


def test_three_digits_never_fall_short():
    for value in (0.001234, 1.0, 9.995, 123.4, 99999.0):
        more, less = three_digits(value, away=True), three_digits(value, away=False)
        assert less <= value * (1 + 1e-9)
        assert more >= value * (1 - 1e-9)
        assert more - less <= 1.001 * digit_step(value)
