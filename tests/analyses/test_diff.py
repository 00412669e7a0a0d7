"""What changed between two plans, and what is told of files that are no plans."""

import copy
import datetime as dt
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.analyses.diff import compare, rising
from migplan.analyses.plan import make_plan
from migplan.cli import main
from migplan.report.diff import diff_markdown, diff_table, headline, inert

TODAY = dt.date(2026, 11, 23)


def an_option(name, days=20.0, usable=True, reasons=(), total=1000.0):
    return {
        "id": name,
        "usable": usable,
        "reasons": [{"code": code} for code in reasons],
        "duration_days": days if usable else None,
        "p80_days": days * 1.25 if usable else None,
        "cutover_hours": 2.0 if usable else None,
        "cost_usd": {"one_off": 100.0, "monthly": 75.0, "horizon_total": total, "complete": True},
    }


def a_fact(name, value, **others):
    return {"id": name, "value": value, "low": value, "high": value, "unit": "USD/GB", **others}


def a_plan(*options, facts=(), **inputs):
    best = next((option["id"] for option in options if option["usable"]), None)
    texts = {"volume": "150 TB", "link": "1 Gbps", **inputs}
    return {
        "schema": "migplan.plan/1",
        "today": "2026-11-23",
        "workload": {name: {"value": text, "text": text, "status": "given"} for name, text in texts.items()},
        "recommendation": {
            "option": best,
            "target": None if best is None else "t",
            "meets": best is not None,
            "misses_by_days": 0,
        },
        "options": list(options),
        "facts": list(facts),
    }


def run(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["migplan", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        status = stop.code
    else:
        status = 0
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture(scope="module")
def real():
    given = {"volume": "20 TB", "link": "1 Gbps", "deadline": "60 days"}
    return make_plan(given, today=TODAY, samples=50).to_dict()


def test_a_plan_does_not_differ_from_itself(real):
    again = json.loads(json.dumps(real))
    found = compare(real, again)
    assert found.empty
    assert headline(found) == "Nothing changed."


def test_real_plans_with_another_line_differ_in_input_time_and_ranking(real):
    faster = make_plan({"volume": "20 TB", "link": "2 Gbps", "deadline": "60 days"}, today=TODAY, samples=50)
    found = compare(real, faster.to_dict())
    assert [(change.name, change.old, change.new) for change in found.inputs] == [
        ("link", "1 Gbps", "2 Gbps")
    ]
    assert not found.facts
    days = {item.id: item.values["duration_days"] for item in found.time if "duration_days" in item.values}
    assert days
    assert all(new < old for old, new in days.values())


def test_inputs_tell_old_and_new_and_how_they_came_about():
    old, new = a_plan(share="80 %"), a_plan(share="70 %", deadline="30 days")
    old["workload"]["share"]["status"] = "assumed"
    found = compare(old, new).inputs
    assert [(change.name, change.old, change.new) for change in found] == [
        ("share", "80 % (assumed)", "70 %"),
        ("deadline", None, "30 days"),
    ]


def test_the_last_digit_of_another_machine_is_no_change():
    old, new = a_plan(an_option("a", days=0.3)), a_plan(an_option("a", days=0.1 + 0.2))
    assert old["options"][0]["duration_days"] != new["options"][0]["duration_days"]
    assert compare(old, new).empty


def test_facts_that_came_went_and_changed():
    old = a_plan(facts=[a_fact("prices/x", 0.02), a_fact("prices/y", 1.0), a_fact("prices/z", 2.0)])
    new = a_plan(
        facts=[
            a_fact("prices/x", 0.023),
            a_fact("prices/w", 1.0),
            a_fact("prices/z", 2.0, as_of="2026-11-01"),
        ]
    )
    found = compare(old, new).facts
    assert [(change.id, change.what) for change in found] == [
        ("prices/w", ("new",)),
        ("prices/x", ("value", "low", "high")),
        ("prices/y", ("gone",)),
        ("prices/z", ("as_of",)),
    ]
    # 0.023 / 0.020 is 15 % more.
    assert "+15 %" in diff_markdown(compare(old, new), everything=True)


def test_a_price_of_two_regions_is_old_and_new_and_not_gone_and_new():
    here, there = "ap-northeast-1", "ap-northeast-3"
    old = a_plan(facts=[a_fact(f"prices/x.{here}", 0.02), a_fact(f"prices/y.{here}", 1.0)], region=here)
    new = a_plan(
        facts=[
            a_fact(f"prices/x.{there}", 0.03),
            a_fact(f"prices/y.{there}", 1.0),
            a_fact(f"prices/z.{there}", 1.0),
        ],
        region=there,
    )
    found = compare(old, new).facts
    assert [(change.id, change.what) for change in found] == [
        ("prices/x", ("value", "low", "high")),
        (f"prices/z.{there}", ("new",)),
    ]


def test_changes_of_what_cannot_be_used_are_counted():
    old = a_plan(an_option("a"), {**an_option("b", total=1.0), "usable": False})
    new = a_plan(an_option("a"), {**an_option("b", total=2.0), "usable": False})
    found = compare(old, new)
    assert found.unusable == ("b",)
    line = "Left out: changes of 1 option that cannot be used"
    for tell in (
        lambda everything: diff_table(found, 100, everything),
        lambda everything: diff_markdown(found, everything),
    ):
        assert line in tell(False)
        assert "Total USD" not in tell(False)
        assert line not in tell(True)
        assert "Total USD" in tell(True)


def test_only_the_option_that_changed_places_moves():
    old = a_plan(*map(an_option, "abcde"))
    new = a_plan(*map(an_option, "aebcd"))
    assert [(moved.id, moved.old_rank, moved.new_rank, moved.why) for moved in compare(old, new).ranking] == [
        ("e", 5, 2, "up")
    ]


def test_options_that_came_went_or_changed_usability():
    old = a_plan(an_option("a"), an_option("b"), an_option("c", usable=False, reasons=["closed-to-new"]))
    new = a_plan(an_option("c"), an_option("d"), an_option("b", usable=False, reasons=["too-small"]))
    found = [(moved.id, moved.why, moved.reasons) for moved in compare(old, new).ranking]
    assert found == [
        ("c", "usable now", ()),
        ("d", "new", ()),
        ("b", "no longer usable", ("too-small",)),
        ("a", "gone", ()),
    ]


def test_targets_have_names():
    old, new = a_plan(an_option("a")), a_plan(an_option("a"))
    old["recommendation"]["target"], new["recommendation"]["target"] = "fsx-windows", "mine"
    told = diff_table(compare(old, new), 100, False)
    assert re.search(r"^Target +FSx for Windows +mine$", told, re.MULTILINE)


def test_time_and_cost_of_options_in_both_plans():
    old, new = a_plan(an_option("a", 20.0, total=1000.0)), a_plan(an_option("a", 25.0, total=900.0))
    found = compare(old, new)
    assert found.time[0].values == {"duration_days": (20.0, 25.0), "p80_days": (25.0, 31.25)}
    assert found.cost[0].values == {"horizon_total": (1000.0, 900.0)}
    told = diff_table(found, 100, everything=False)
    assert re.search(r"^a +20\.0 d -> 25\.0 d .*\n +\+25 %", told, re.M)
    assert re.search(r"^a .* 1,000 -> 900\n +-10 %", told, re.M)


def test_no_difference_is_made_of_a_price_that_is_not_known():
    old, new = a_plan(an_option("a", total=1000.0)), a_plan(an_option("a", total=900.0))
    new["options"][0]["cost_usd"]["complete"] = False
    found = compare(old, new)
    assert found.cost[0].complete == (True, False)
    told = diff_table(found, 200, everything=False)
    assert "1,000 -> >= 900" in told
    assert "-10 %" not in told


def test_a_price_that_becomes_known_is_a_change_though_the_sum_stays():
    old, new = a_plan(an_option("a")), a_plan(an_option("a"))
    old["options"][0]["cost_usd"]["complete"] = False
    found = compare(old, new)
    assert not found.empty
    assert ">= 1,000 -> 1,000" in diff_table(found, 200, everything=False)


def test_ids_break_where_they_may_and_nothing_is_wider_than_the_terminal():
    name = "robocopy/direct-connect-hosted-500m/fsx-ontap"
    found = compare(a_plan(an_option(name, 20.0)), a_plan(an_option(name, 25.0)))
    lines = diff_table(found, 60, everything=False).splitlines()
    assert max(map(len, lines)) <= 60
    begin = next(place for place, line in enumerate(lines) if line.startswith("robocopy"))
    ids = "".join(line.split("  ")[0].strip() for line in lines[begin:])
    assert ids.startswith(name)


def test_percentiles_of_a_plan_without_draws_are_not_never():
    old, new = a_plan(an_option("a")), a_plan(an_option("a"))
    new["options"][0]["p80_days"] = None
    assert "25.0 d -> -" in diff_table(compare(old, new), 100, everything=True)


@given(st.lists(st.integers(0, 30), unique=True))
def test_what_is_left_in_place_is_a_longest_rising_sequence(values):
    found = [values[position] for position in rising(values)]
    assert found == sorted(found)
    lengths: list[int] = []
    for position, value in enumerate(values):
        lengths.append(1 + max((lengths[k] for k in range(position) if values[k] < value), default=0))
    assert len(found) == max(lengths, default=0)


def test_long_tables_are_cut_unless_everything_is_asked_for():
    names = [f"option-{number}" for number in range(40)]
    old, new = a_plan(*map(an_option, names)), a_plan(*(an_option(name, 30.0) for name in names))
    # Ranks did not change, and of options as many are shown as a plan has in its table.
    assert "and 34 more" in diff_markdown(compare(old, new), everything=False)
    assert diff_markdown(compare(old, new), everything=True).count("option-39") == 1


def test_hostile_texts_stay_texts():
    evil = "x|y\n# z <script>alert(1)</script> @team \x1b[31m \ud800 `"
    old, new = a_plan(region="us-east-1"), a_plan(region=evil)
    told = diff_markdown(compare(old, new, ("a.json", evil)), everything=True)
    assert re.search(r"(?<!\\)<", told) is None
    assert "@team" not in told
    assert "\x1b" not in told
    assert "\n# z" not in told
    told.encode("utf-8")
    row = next(line for line in told.splitlines() if line.startswith("| region"))
    assert row.replace("\\|", "").count("|") == 4
    plain = diff_table(compare(old, new), 100, everything=True)
    assert "\x1b" not in plain
    plain.encode("utf-8")


def test_inert_text_is_not_changed_twice():
    assert inert(inert("a|b")) == "a\\|b"


def test_the_command_ends_with_0_whatever_changed_and_with_2_on_a_foreign_file(
    tmp_path, capsys, monkeypatch, real
):
    old, new, foreign = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "foreign.json"
    old.write_text(json.dumps(real), encoding="utf-8")
    changed = copy.deepcopy(real)
    changed["recommendation"].update(option=None, target=None)
    new.write_text(json.dumps(changed), encoding="utf-8")
    foreign.write_text('{"a": 1}', encoding="utf-8")
    status, told, errors = run(capsys, monkeypatch, "diff", old, new)
    assert (status, errors) == (0, "")
    assert "Recommended now: nothing" in told
    status, told, errors = run(capsys, monkeypatch, "diff", old, foreign)
    assert (status, told) == (2, "")
    assert errors.splitlines() == [
        f"error: {foreign}: schema: is missing; wanted 'migplan.plan/1', as `migplan plan --format json` writes it"
    ]


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_every_format_can_be_written_to_a_file(tmp_path, capsys, monkeypatch, real, form):
    old = tmp_path / "old.json"
    old.write_text(json.dumps(real), encoding="utf-8")
    output = tmp_path / "told"
    status, told, _ = run(capsys, monkeypatch, "diff", old, old, "--format", form, "-o", output)
    assert (status, told) == (0, "")
    text = output.read_text(encoding="utf-8")
    if form == "json":
        assert json.loads(text)["schema"] == "migplan.diff/1"
    else:
        assert "Nothing changed." in text


def test_markdown_for_people(golden):
    old = a_plan(
        an_option("datasync-basic/internet/fsx-windows", 25.0, total=120_000.0),
        an_option("snowball-edge-210tb/fsx-windows", usable=False, reasons=["closed-to-new"]),
        facts=[a_fact("prices/datasync-basic-data.us-east-1", 0.0125)],
    )
    new = a_plan(
        an_option("robocopy/vpn/fsx-windows", 19.0, total=110_000.0),
        an_option("datasync-basic/internet/fsx-windows", 20.0, total=121_000.0),
        facts=[a_fact("prices/datasync-basic-data.us-east-1", 0.013)],
        link="2 Gbps",
    )
    found = compare(old, new, ("old.json", "new.json"))
    golden(Path(__file__).parents[1] / "golden" / "diff.md", diff_markdown(found, everything=False))


def test_changes_that_decide_nothing_have_a_row_only_where_all_is_asked_for():
    before = a_plan(
        an_option("robocopy/vpn/efs", 20.0, total=100_000.0), an_option("mine/vpn/efs", 20.0, total=100_000.0)
    )
    after = a_plan(
        an_option("robocopy/vpn/efs", 20.1, total=100_500.0), an_option("mine/vpn/efs", 25.0, total=120_000.0)
    )
    found = compare(before, after)
    short, whole = (
        diff_markdown(found, everything).partition("#### Time")[2] for everything in (False, True)
    )
    assert "mine/vpn/efs" in short
    assert "robocopy/vpn/efs" not in short
    assert short.count("and 1 more;") == 2
    assert "robocopy/vpn/efs" in whole
