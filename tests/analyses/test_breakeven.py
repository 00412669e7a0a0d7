"""Where two ways change places, on profiles simple enough to work out by hand and on our own."""

import datetime as dt
import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from migplan.analyses.breakeven import find_breakevens
from migplan.analyses.plan import make_plan
from migplan.cli import main
from migplan.errors import MigplanError
from migplan.formulas.statistics import narrow, sign_changes
from migplan.report.whatif import breakeven_json, breakeven_table

TODAY = dt.date(2026, 11, 23)
IDEAL = Path(__file__).parents[1] / "data" / "ideal"
LINE, DEVICE, BOX = "ideal-copy/ideal-line/ideal-store", "ideal-device/ideal-store", "ideal-box/ideal-store"
HYBRID = "ideal-device+ideal-copy/ideal-line/ideal-store"
DAY, TB = 86400.0, 1e12
BASE = {
    "volume": "300 TB", "file_size": "1 GB", "protocol": "nfs", "link": "1 Gbps", "share": "70 %",
    "change": "0 GB/day", "source_rate": "100 GB/s", "target": "ideal-store", "running_costs": "none",
}  # fmt: skip


def ideal(between=(LINE, DEVICE), **fields):
    return find_breakevens({**BASE, "running_costs": "none", **fields}, between, (IDEAL,), TODAY)


def result(comparison, of, over):
    return next(found for found in comparison.results if (found.of, found.over) == (of, over))


def days_and_cost(name, profiles=(IDEAL,), **fields):
    plan = make_plan({**BASE, "running_costs": "none", **fields}, profiles, TODAY, samples=0)
    option = next(option for option in plan.options if option.id == name)
    return option.duration_days, option.cost_usd.horizon_total


@pytest.mark.slow
@pytest.mark.parametrize(
    ("link", "terabytes"),
    [
        ("200 Mbps", 21),  # 14 d / (1 / 1.3608 - 1 / 25 - 1 / 50)
        ("500 Mbps", 60),
        ("1 Gbps", 161),
        ("2 Gbps", 1038),
    ],
)
def test_the_engine_finds_the_published_volumes(link, terabytes):
    found = result(ideal(link=link), "time", "volume")
    assert [round(crossing.value / TB) for crossing in found.crossings] == [terabytes]
    crossing = found.crossings[0]
    assert (crossing.how, crossing.below, crossing.above) == ("equal", "first", "second")
    assert found.closed_form == pytest.approx(crossing.value, rel=1e-9)


def test_no_volume_is_enough_for_devices_beside_a_fast_line():
    found = result(ideal(link="10 Gbps"), "time", "volume")
    assert found.crossings == ()
    assert found.closed_form == math.inf
    assert "the line moves a byte in less time than it takes to load it" in found.never


def test_the_engine_finds_the_published_line_rate():
    found = result(ideal(), "time", "link")
    # 300 / (14 + 300 * 0.06) = 9.375 TB a day, of the 6.804 that 1 Gbps gives: 1.378 Gbps.
    assert found.crossings[0].value * 8 / 1e9 == pytest.approx(9.375 / 6.804, rel=1e-8)
    assert found.crossings[0].text == "1.378 Gbps"
    assert found.closed_form == pytest.approx(found.crossings[0].value, rel=1e-9)
    assert (found.crossings[0].below, found.crossings[0].above) == ("second", "first")


def test_costs_are_even_where_the_fee_is():
    comparison = ideal()
    # 1,500 USD a device against 0.01 USD/GB: 150 TB, whatever the line rate.
    assert result(comparison, "cost", "volume").crossings[0].value == pytest.approx(150e12, rel=1e-9)
    never = result(comparison, "cost", "link")
    assert never.crossings == ()
    assert never.never.startswith(
        f"{DEVICE} costs less from 1 Mbps to 1,000 Gbps: 3,000 USD against 1,500 USD"
    )


def test_two_plans_at_a_break_even_differ_by_less_than_a_thousandth():
    comparison = ideal()
    checked = 0
    for found in comparison.results:
        for crossing in found.crossings:
            unit = {"volume": "B", "link": "B/s"}[found.over]
            at = {found.over: f"{crossing.value!r} {unit}"}
            place = 0 if found.of == "time" else 1
            first, second = days_and_cost(LINE, **at)[place], days_and_cost(DEVICE, **at)[place]
            assert abs(first - second) < 1e-3 * max(first, second)
            checked += 1
    assert checked == 3


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_on_either_side_the_one_that_is_told_is_ahead(factor):
    crossing = result(ideal(), "time", "volume").crossings[0]
    line, device = (
        days_and_cost(name, volume=f"{crossing.value * factor!r} B")[0] for name in (LINE, DEVICE)
    )
    assert (line < device) == (factor < 1)


def test_whole_devices_make_steps_and_several_places():
    found = result(ideal(between=(LINE, BOX)), "cost", "volume")
    # 1,500 USD for each begun 100 TB against 1,000 USD for 100 TB: the line is cheaper up to 150 TB, where the second
    # box (3,000 USD from 100 TB on) has already made it so again up to 300 TB, and so on: always.
    assert found.crossings == ()
    assert found.never.startswith(f"{LINE} costs less")
    time = result(ideal(between=(LINE, BOX)), "time", "volume").crossings
    assert {crossing.how for crossing in time} <= {"equal", "step"}
    # The first box holds 100 TB: 14 d + 4 d of loading against 100 / 6.804 = 14.7 d. The line wins there, and behind it
    # each further box waits for the one before: 14 + 4 and 14 + 4 again, 36 d for 200 TB against 29.4 d.
    assert not time


def test_a_step_is_told_as_one():
    slow = ideal(between=(LINE, BOX), link="500 Mbps")
    found = result(slow, "time", "volume").crossings
    # 3.402 TB a day: even with one box at 14 / (1 / 3.402 - 1 / 25) = 55.1 TB, and at 100 TB the second box adds weeks.
    assert round(found[0].value / TB, 1) == 55.1
    assert found[0].how == "equal"
    assert found[1].how == "step"
    assert found[1].value == pytest.approx(100e12, rel=1e-9)


@pytest.mark.parametrize("change", ["100 GB/day", "1 TB/day"])
@pytest.mark.parametrize("over", ["volume", "link"])
def test_a_hybrid_has_its_closed_form_too(change, over):
    found = result(ideal(between=(LINE, HYBRID), change=change), "time", over)
    crossing = found.crossings[0]
    assert crossing.how == "equal"
    # The closed form sums the passes up to infinitely many; the engine ends with one that is short enough.
    assert found.closed_form == pytest.approx(crossing.value, rel=1e-3)


def test_changes_that_outrun_the_line_leave_only_devices():
    comparison = ideal(between=(LINE, HYBRID), change="20 TB/day")
    found = result(comparison, "time", "volume")
    assert "can be used anywhere" in found.never
    link = result(comparison, "time", "link")
    assert link.crossings == () or link.crossings[0].how in ("limit", "equal")


def test_devices_alone_do_not_care_about_the_line():
    found = result(ideal(between=(DEVICE, BOX)), "time", "link")
    assert found.never == "neither option uses the line of the site"


def test_the_best_of_either_kind_is_compared_unless_two_are_named():
    comparison = ideal(between=())
    assert (comparison.first.kind, comparison.second.kind) == ("online", "offline")
    assert comparison.cautions == ()


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        # Devices are closed to new customers: a new circuit is what can be had.
        ({"volume": "150 TB", "link": "1 Gbps"}, ("site", "circuit")),
        # The line is far too slow; it is what is varied.
        ({"volume": "1 PB", "link": "100 Mbps"}, ("site", "circuit")),
        ({"volume": "20 TB"}, ("site", "circuit")),
        ({"volume": "20 TB", "link": "1 Gbps", "new_circuits": "no"}, ("site", "site")),
        ({"volume": "100 TB", "link": "1 Gbps", "traits": "partner-site"}, ("site", "device")),
    ],
)
def test_what_can_be_used_is_compared(given, kinds):
    comparison = find_breakevens(given, today=TODAY)
    options = (comparison.first, comparison.second)
    found = [
        "circuit" if option.own_line else "site" if option.kind == "online" else "device"
        for option in options
    ]
    assert tuple(found) == kinds
    assert comparison.cautions == ()
    assert options[0].target.id == options[1].target.id
    assert np.isfinite(comparison.here["time"]).any()
    plan = make_plan(given, (), TODAY, samples=0)
    days = {option.id: option.duration_days for option in plan.options if option.usable}
    told = [amount / DAY if math.isfinite(amount) else None for amount in comparison.here["time"]]
    assert [days.get(option.id) for option in options] == pytest.approx(told)


def test_where_nothing_can_be_used_nothing_is_compared():
    with pytest.raises(MigplanError, match="no option can be used for this workload"):
        find_breakevens({"volume": "20 TB", "new_circuits": "no"}, today=TODAY)


def test_one_thing_is_said():
    """Beside a "never" no closed form is told, and each answer stands once."""
    told = breakeven_table(ideal(link="10 Gbps"), 100)
    assert "Same time over volume: never" in told
    assert "In closed form, same time over volume" not in told
    told = breakeven_table(ideal(between=(DEVICE, BOX)), 100)
    assert told.count("either option uses the line of the site") == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {},
            "As asked, 300 TB over 1 Gbps: B is sooner, 32.1 d against 44.2 d; B costs less, 1,500 against 3,000 USD.",
        ),
        (
            {"link": "10 Mbps", "change": "1 TB/day"},
            "As asked, 300 TB over 10 Mbps: only B can be used; it takes 32.1 d",
        ),
    ],
)
def test_the_answer_as_things_are_comes_first(given, told):
    between = (LINE, DEVICE)
    assert told in " ".join(breakeven_table(ideal(between=between, **given), 100).split())


@pytest.mark.parametrize(
    ("between", "told"),
    [
        (("x", DEVICE), "no option 'x' for this workload"),
        ((DEVICE, DEVICE), "wanted the ids of two different options"),
        ((DEVICE,), "wanted the ids of two different options"),
    ],
)
def test_options_that_are_not_there_are_told(between, told):
    with pytest.raises(MigplanError, match=told):
        ideal(between=between)


def test_without_a_price_nobody_can_tell(tmp_path):
    (tmp_path / "prices").mkdir()
    text = (IDEAL / "prices" / "ideal-fee.toml").read_text(encoding="utf-8")
    (tmp_path / "prices" / "ideal-fee.toml").write_text(text.replace("regions.any", "regions.us-west-2"))
    comparison = find_breakevens(BASE, (LINE, DEVICE), (IDEAL, tmp_path), TODAY)
    for over in ("volume", "link"):
        found = result(comparison, "cost", over)
        assert (found.crossings, found.never) == ((), "")
        assert found.unknown == "no price is known for Device (ideal-device)"


def test_sums_that_lack_the_same_price_say_so():
    given = {"volume": "40 TB", "link": "300 Mbps", "cloud": "azure", "region": "westeurope"}
    comparison = find_breakevens(given, (), (), dt.date(2026, 11, 28))
    assert comparison.here["cost"]
    (caution,) = comparison.cautions
    assert caution == (
        "sums are without VPN gateway for users, VpnGw1AZ: the price is not known, and the same for both"
    )


def test_our_own_profiles_agree_at_their_break_even():
    given = {
        "volume": "300 TB", "file_size": "20 MB", "protocol": "nfs", "keep": ["timestamps"],
        "app_change": "allowed", "target": "s3", "link": "200 Mbps", "customer": "existing",
    }  # fmt: skip
    day = dt.date(2024, 6, 3)
    comparison = find_breakevens(given, (), (), day)
    assert comparison.cautions == ()
    even = [
        (found.over, crossing)
        for found in comparison.results
        if found.of == "time"
        for crossing in found.crossings
        if crossing.how == "equal"
    ]
    assert even
    for over, crossing in even:
        at = {over: f"{crossing.value!r} {'B' if over == 'volume' else 'B/s'}"}
        plan = make_plan({**given, **at}, (), day, samples=0)
        days = {option.id: option.duration_days for option in plan.options}
        first, second = days[comparison.first.id], days[comparison.second.id]
        assert abs(first - second) < 1e-3 * max(first, second)


# Roots


def test_halving_closes_in_on_roots_and_on_steps_from_either_side():
    low, high = narrow(
        lambda x: np.where(np.array([[True], [False]]), x * x > 2, x > 7),
        np.array([1.0, 5.0]),
        np.array([2.0, 1000.0]),
    )
    assert high == pytest.approx([math.sqrt(2), 7.0], rel=1e-11)
    assert (low < high).all()
    low, high = narrow(lambda x: x < 3.0, np.array([10.0]), np.array([-10.0]))
    assert (low[0], high[0]) == pytest.approx((3.0, 3.0), abs=1e-9)


def test_signs_do_not_change_over_what_is_not_known():
    assert sign_changes(np.array([-1.0, np.nan, 1.0, 0.0, -1.0])).tolist() == [2]


# What people read


def run(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["migplan", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return stop.code, *capsys.readouterr()
    return 0, *capsys.readouterr()


def test_the_command_tells_places_and_never(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    flags = [part for name, value in BASE.items() for part in (f"--{name.replace('_', '-')}", value)]
    status, told, errors = run(
        capsys, monkeypatch, "breakeven", *flags, "--between", LINE, DEVICE, "--profiles", IDEAL,
        "--today", TODAY,
    )  # fmt: skip
    assert (status, errors) == (0, "")
    assert "161 TB" in told
    assert "1.38 Gbps" in told
    assert re.search(r"time over volume +161 TB .* d +[AB] is sooner below, [AB] above", told)
    assert "In closed form, same time over volume: 161 TB, as found." in told
    assert "Same cost over line rate: never; B costs less" in told


def test_json_holds_no_infinity():
    plain = json.loads(breakeven_json(ideal(link="10 Gbps")))
    assert plain["schema"] == "migplan.breakeven/1"
    time = next(found for found in plain["results"] if (found["of"], found["over"]) == ("time", "volume"))
    assert (time["crossings"], time["closed_form"], time["closed_form_is_never"]) == ([], None, True)
    assert time["never"]


def test_the_table_fits_its_width():
    assert max(map(len, breakeven_table(ideal(), 100).splitlines())) <= 100


def test_a_caution_reads_as_one_sentence():
    ways = ("datasync-basic/internet/fsx-ontap", "data-transfer-terminal/fsx-ontap")
    found = find_breakevens({"volume": "40 TB", "link": "1 Gbps"}, ways, (), TODAY)
    assert found.cautions
    assert not any(".;" in text or text.endswith(".") for text in found.cautions)
