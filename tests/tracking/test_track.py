"""A running move against its plan: rates that are learnt, the end, why it slips, what helps; and that it says so."""

import dataclasses
import datetime as dt
import itertools
import json
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

import migplan
from migplan.analyses.backtest.cases import read_cases
from migplan.analyses.backtest.matching import configured, setting
from migplan.analyses.backtest.words import best_match
from migplan.engine.parameters import Parameters
from migplan.errors import MigplanError
from migplan.facts import load
from migplan.formulas.rates import Rates, learn
from migplan.tracking.finish import case_of, write_case
from migplan.tracking.planned import open_planned
from migplan.tracking.rest import measured_case, option_of, typical_rates
from migplan.tracking.state import read_state

OPTION = "datasync-basic/internet/fsx-windows"
BEGIN = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
VOLUME, FILES = 20e12, 8e6
STEPS = 120


@pytest.fixture(scope="module")
def plan():
    return migplan.plan(
        volume="20 TB", files="8M", link="1 Gbps", deadline="2026-12-20", cutover_window="12 h",
        today="2026-11-23", timezone="UTC", samples=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def planned(plan):
    return open_planned(plan, OPTION, samples=200)


@pytest.fixture(scope="module")
def rates(planned):
    return np.exp(planned.rates.mean)


def rows_of(planned, rates, slower=(1.0, 1.0), pause=0.0, total=VOLUME, parts=1.0, later=0.0):
    """Rows of a table: a move whose mean file changes on the way, at rates that are slower by factors."""
    mixed = 1.0 + 0.8 * np.sin(np.linspace(0.0, 9.0, STEPS))
    volume = mixed / mixed.sum() * total
    x, y = rates[0] / slower[0], rates[1] / slower[1]
    k = planned.overlap
    spent = ((volume / x) ** k + (FILES / STEPS / y) ** k) ** (1.0 / k)
    spent[STEPS // 5] += pause
    times = np.concatenate([[0.0], np.cumsum(spent)]) + later
    done = np.concatenate([[0.0], np.cumsum(volume)])
    files = np.linspace(0.0, FILES, STEPS + 1)
    count = round(parts * STEPS) + 1
    rows = [
        f"{(BEGIN + dt.timedelta(seconds=float(at))).isoformat()},{size:.0f},{number:.0f},{total:.0f},{FILES:.0f},"
        for at, size, number in zip(times[:count], done[:count], files[:count], strict=True)
    ]
    return rows, times


HEAD = "time,bytes,files,total_bytes,total_files,phase"


def tracked(plan, tmp_path, rows, **more):
    path = tmp_path / "samples.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    return migplan.track(plan, path, **{"option": OPTION, "samples": 300, **more})


@pytest.mark.parametrize("slower", [(1.0, 1.0), (1.6, 1.0), (1.0, 3.0), (0.8, 0.5)])
def test_what_is_left_is_known_from_two_rates(plan, planned, rates, tmp_path, slower):
    rows, times = rows_of(planned, rates, slower, parts=0.5)
    found = tracked(plan, tmp_path, rows)
    left = times[-1] - times[len(rows) - 1]
    # Pauses that are assumed to come make it a few percent longer than it is here.
    assert found.remaining_s["p50"] == pytest.approx(1.04 * left, rel=0.08)
    assert found.remaining_s["p10"] < left < found.remaining_s["p90"]
    assert found.rates["bytes_per_s"] == pytest.approx(rates[0] / slower[0], rel=0.25)
    assert not found.early


def test_before_anything_is_learnt_the_plan_is_all_that_is_said(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, (2.0, 2.0), parts=1.5 / STEPS)
    found = tracked(plan, tmp_path, rows)
    assert found.early
    assert found.rates == {"bytes_per_s": None, "files_per_s": None}
    assert "Too little is done to say more than the plan: the first copy ends" in " ".join(
        render(found).split()
    )


def render(found, form="table"):
    from migplan.report.render import render_track

    return render_track(found, form)


@pytest.mark.parametrize(
    ("cause", "more"),
    [
        ("line", {"slower": (1.8, 1.0)}),
        ("files", {"slower": (1.0, 40.0)}),
        ("pauses", {"pause": 2 * 86400.0}),
        ("data", {"total": 1.6 * VOLUME}),
        ("start", {"later": 3 * 86400.0}),
    ],
)
def test_the_slip_is_told_by_its_cause_and_causes_add_up(plan, planned, rates, tmp_path, cause, more):
    rows, _ = rows_of(planned, rates, parts=0.6, **more)
    if cause == "pauses":
        # The pause is seen as such: nothing moved between two looks.
        at = STEPS // 5
        moment = dt.datetime.fromisoformat(rows[at].split(",")[0]) + dt.timedelta(days=2)
        rows.insert(at + 1, ",".join([moment.isoformat(), *rows[at].split(",")[1:]]))
    found = tracked(plan, tmp_path, rows)
    causes = found.slip_days["causes"]
    assert sum(causes.values()) == pytest.approx(found.slip_days["total"])
    base = {"start": 1.0} if cause != "start" else {}
    assert max(causes, key=lambda name: causes[name] - base.get(name, 0.0)) == cause
    assert causes[cause] > 0.5


def test_less_that_is_left_ends_sooner_and_what_is_over_is_known(plan, planned, rates, tmp_path):
    rows, times = rows_of(planned, rates)
    looks = [tracked(plan, tmp_path, rows[: int(part * STEPS)]) for part in (0.3, 0.6, 0.9)]
    for first, second in itertools.pairwise(looks):
        assert first.share_done < second.share_done
        assert first.remaining_s["p50"] > second.remaining_s["p50"]
    over = tracked(plan, tmp_path, [*rows[:-1], rows[-1] + "done"])
    assert (over.phase, over.remaining_s["p90"], over.share_done) == ("passes", 0.0, 1.0)
    end = BEGIN + dt.timedelta(seconds=float(times[-1]))
    assert abs(dt.datetime.fromisoformat(over.copy_end["p50"]) - end) < dt.timedelta(seconds=2)
    assert over.finish["p50"] > over.copy_end["p50"]


def test_a_line_that_binds_is_a_lever_and_is_worked_out_by_the_plan(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, (1.4, 1.0), parts=0.3)
    (lever,) = [each for each in tracked(plan, tmp_path, rows).levers if each["field"] == "link"]
    assert lever["needed"] == "2 Gbps"
    assert lever["saves_days"] > 0.3


def test_totals_of_tools_count_where_they_are_done_counting(plan, planned, rates, tmp_path):
    run = {
        "name": "r",
        "properties": {
            "status": "Running", "scanStatus": "Completed", "executionStartTime": "2026-11-24T08:00:00Z",
            "lastStatusUpdate": "2026-11-25T08:00:00Z", "itemsScanned": 9_000_000, "itemsTransferred": 4_000_000,
            "bytesScanned": int(1.2 * VOLUME), "bytesTransferred": int(0.5 * VOLUME),
        },
    }  # fmt: skip
    path = tmp_path / "run.json"
    path.write_text(json.dumps(run))
    found = migplan.track(plan, path, option=OPTION, samples=100)
    assert found.total == {"bytes": 1.2 * VOLUME, "files": 9e6}
    assert any("20 % more data" in note for note in found.notes)
    run["properties"] |= {"bytesScanned": int(0.3 * VOLUME), "bytesTransferred": int(0.1 * VOLUME)}
    path.write_text(json.dumps(run))
    found = migplan.track(plan, path, option=OPTION, samples=100)
    assert found.total["bytes"] == VOLUME
    assert any("still to come" in note for note in found.notes)


def test_bytes_alone_are_enough(plan, planned, rates, tmp_path):
    rows, times = rows_of(planned, rates, (1.5, 1.5), parts=0.5)
    bare = [",".join([row.split(",")[0], row.split(",")[1], "", "", "", ""]) for row in rows]
    found = tracked(plan, tmp_path, bare)
    assert found.done["files"] is None
    assert found.remaining_s["p50"] == pytest.approx(times[-1] - times[len(rows) - 1], rel=0.25)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-11-25T08:00Z,90 TB,1,,,", "they look like those of another move"),
        ("2026-11-25T08:00Z,1 TB,40M,,,", "they look like those of another move"),
        ("2025-11-25T08:00Z,1 TB,1,,,", "before the plan was made"),
    ],
)
def test_a_log_of_another_move_is_refused_in_one_line_and_taken_on_trust(plan, tmp_path, row, said):
    with pytest.raises(MigplanError, match=said) as error:
        tracked(plan, tmp_path, [row])
    assert len(str(error.value).splitlines()) == 1
    assert tracked(plan, tmp_path, [row], trust=True).early


def test_a_state_grows_and_forecasts_are_scored_at_the_end(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, (1.3, 1.2))
    state = tmp_path / "state.json"
    first = tracked(plan, tmp_path, rows[:40], state=state)
    tracked(plan, tmp_path, rows[40:80], state=state)
    kept = read_state(state)
    assert len(kept.samples) == 80
    assert kept.forecasts[0]["at"] == first.at
    # The state is enough, and may be read as progress, too.
    again = migplan.track(plan, state=state, option=OPTION, samples=300)
    assert again.to_json() == migplan.track(plan, state, option=OPTION, samples=300).to_json()
    over = tracked(plan, tmp_path, [*rows[80:-1], rows[-1] + "done"], state=state)
    assert len(over.scores) == 2
    assert all(score["inside"] for score in over.scores)
    assert all(abs(score["error"]) < 0.25 for score in over.scores)
    assert "What was said before" in render(over)


def test_a_state_of_another_plan_is_left_alone(plan, planned, rates, tmp_path):
    state = tmp_path / "state.json"
    rows, _ = rows_of(planned, rates, parts=0.3)
    tracked(plan, tmp_path, rows, state=state)
    before = state.read_bytes()
    other = migplan.plan(volume="21 TB", link="1 Gbps", today="2026-11-23", timezone="UTC", samples=0)
    with pytest.raises(MigplanError, match="state of another plan, whose volume"):
        tracked(other, tmp_path, rows, state=state)
    assert state.read_bytes() == before


def test_the_moment_is_the_newest_that_is_known_or_as_given(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, parts=0.5)
    newest = tracked(plan, tmp_path, rows)
    assert newest.at[:16] == rows[-1][:16]
    earlier = tracked(plan, tmp_path, rows, at=rows[30].split(",")[0])
    assert earlier.share_done < newest.share_done
    with pytest.raises(MigplanError, match="lies before all that is known"):
        tracked(plan, tmp_path, rows, at="2026-11-01T00:00")
    with pytest.raises(MigplanError, match="is no moment"):
        tracked(plan, tmp_path, rows, at="soon")


def test_only_options_over_a_line_can_be_followed(plan, planned, rates, tmp_path):
    device = next(option.id for option in plan.options if option.kind == "offline")
    rows, _ = rows_of(planned, rates, parts=0.5)
    with pytest.raises(MigplanError, match="does not copy over a line alone"):
        tracked(plan, tmp_path, rows, option=device)
    with pytest.raises(MigplanError, match="no option"):
        tracked(plan, tmp_path, rows, option="x/y")


def test_the_json_has_what_was_promised(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, parts=0.4)
    plain = json.loads(tracked(plan, tmp_path, rows).to_json())
    assert plain["schema"] == "migplan.track/1"
    wanted = {
        "at", "option", "done", "total", "remaining_s", "copy_end", "finish", "p_deadline", "cutover_hours_p80",
        "bottleneck", "slip_days", "levers",
    }  # fmt: skip
    assert wanted <= plain.keys()
    assert {"p10", "p50", "p80", "p90"} <= plain["copy_end"].keys()
    assert {"bytes", "files"} == plain["done"].keys()
    assert 0.0 <= plain["p_deadline"] <= 1.0


@pytest.mark.parametrize("form", ["table", "markdown", "html"])
def test_what_people_read_begins_with_where_and_when(plan, planned, rates, tmp_path, form):
    rows, _ = rows_of(planned, rates, (1.3, 1.0), parts=0.4)
    told = " ".join(render(tracked(plan, tmp_path, rows), form).split())
    for part in (
        "of the work is done",
        "The first copy ends",
        "sure by",
        "the deadline (20 Dec",
        "Bottleneck",
    ):
        assert part in told
    assert ("<svg" in told) == (form == "html")


def test_the_same_progress_gives_the_same_bytes(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, parts=0.4)
    one, other = (render(tracked(plan, tmp_path, rows), "html") for _ in range(2))
    assert one == other


def test_a_stretch_that_something_held_up_moves_rates_little():
    before = Rates(np.log([100e6, 1e12]), np.diag([0.1**2, 0.1**2]))
    law = lambda ln: math.log(1e10) - ln[0]  # noqa: E731
    usual, _ = learn(before, 110.0, law, 0.1, 0.0)
    held, surprise = learn(before, 11_000.0, law, 0.1, 0.0)
    assert surprise > 3
    assert abs(held.mean[0] - before.mean[0]) < 4 * abs(usual.mean[0] - before.mean[0])


def test_two_rates_are_told_apart_by_files_of_different_size():
    known = Rates(np.log([50e6, 100.0]), np.diag([0.7**2, 0.7**2]))
    for volume, files in [(1e11, 10.0), (1e8, 1e5)] * 20:

        def law(ln, volume=volume, files=files):
            return math.log(math.hypot(volume / math.exp(ln[0]), files / math.exp(ln[1])))

        known, _ = learn(known, math.hypot(volume / 80e6, files / 300.0), law, 0.1, 0.0)
    assert np.exp(known.mean) == pytest.approx([80e6, 300.0], rel=0.03)
    assert known.cov[0, 0] < 0.05**2


@pytest.mark.parametrize("hours", ["Mon-Fri 19:00-07:00", "Mon-Fri 08:00-18:00 20 %, else 80 %"])
def test_hours_in_which_the_line_is_not_ours_are_no_slow_work(tmp_path, hours):
    plan = migplan.plan(
        volume="20 TB",
        files="800k",
        link="1 Gbps",
        hours=hours,
        today="2026-11-23",
        timezone="UTC",
        samples=0,
    )
    planned = open_planned(plan, OPTION, samples=200)
    busy = 1.2 * planned.work(VOLUME, 800_000)
    moments = np.arange(0.0, 40 * 86400.0, 3600.0) + 8 * 3600.0
    done = np.concatenate([[0.0], np.cumsum(planned.usable(moments[:-1], moments[1:]))]) / busy
    last = int(np.argmax(done >= 1.0))
    end = np.interp(1.0, done, moments)
    start = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    rows = [
        f"{(start + dt.timedelta(seconds=float(at))).isoformat()},{part * VOLUME:.0f},{part * 8e5:.0f},,,"
        for at, part in zip(moments[: last // 2], done, strict=False)
    ]
    found = tracked(plan, tmp_path, rows)
    left = end - moments[last // 2 - 1]
    assert found.remaining_s["p50"] == pytest.approx(1.05 * left, rel=0.15)
    assert found.slip_days["causes"]["pauses"] == pytest.approx(0.0, abs=0.05)


def test_a_finished_move_is_a_case_that_backtest_reads(plan, planned, rates, tmp_path):
    rows, _ = rows_of(planned, rates, (1.5, 1.0))
    cases = tmp_path / "cases.csv"
    with pytest.raises(MigplanError, match="wanted --finish once the first copy is over"):
        tracked(plan, tmp_path, rows[:60], finish=cases)
    assert not cases.exists()
    over = [*rows[:-1], rows[-1] + "done"]
    for _ in range(2):
        # Told twice it stands there once.
        tracked(plan, tmp_path, over, finish=cases)
    found = migplan.backtest(cases, samples=100)
    (case,) = found.results
    assert (case.tool, case.target, case.covers) == ("datasync-basic", "fsx-windows", "copy")
    # It went at two thirds of the rate that the line leaves.
    assert case.bound == "line"
    assert case.ratio == pytest.approx(1.4, abs=0.25)
    cases.write_text("a,b\n1,2\n")
    with pytest.raises(MigplanError):
        tracked(plan, tmp_path, over, finish=cases)
    assert cases.read_text() == "a,b\n1,2\n"


def finished(tmp_path, counts_files=False, option=OPTION, **fields):
    """The row of a finished move as `backtest` reads it, and as it stands there."""
    given = {"volume": "20 TB", "link": "1 Gbps", "today": "2026-11-23", "timezone": "UTC", "samples": 0}
    planned = open_planned(migplan.plan(**given, **fields), option, samples=50)
    done = SimpleNamespace(
        copied=True,
        begin=86400.0,
        volume=(19e12, 19e12),
        files=(7e6, 7e6),
        counts_files=counts_files,
        worked=3e5,
        paused=0.0,
    )
    row = case_of(planned, done)
    write_case(tmp_path / "cases.csv", row)
    ((case, measured),) = read_cases(tmp_path / "cases.csv")
    return case, measured, row


def test_a_finished_move_says_all_that_the_plan_knew(tmp_path):
    fields = {"files": "8M", "loss": "0.1 %", "rtt": "30 ms", "agents": "3", "threads": "24"}
    case, measured, row = finished(tmp_path, option="robocopy/vpn/fsx-windows", **fields)
    assert (case.volume, case.files, case.loss, case.rtt) == (19e12, 8e6, 0.001, 0.03)
    assert case.workers == "3 agents, 24 threads"
    assert (measured.duration, measured.rate) == (3e5, round(19e12 / 3e5))
    assert case.covers == "copy only"
    assert row["year"] == 2026
    made = setting(case, load())
    p = Parameters([made.option], "")
    assert (made.workload.agents, p.get("mover", "files_in_flight", 1.0)) == (3, 24)
    migplan.write_overlay(tmp_path / "cases.csv", tmp_path / "learned")
    fact = load([tmp_path / "learned"]).movers["robocopy"].towards["fsx-windows"]["time_factor_1mb"]
    assert fact.cases == (row["id"],)
    assert fact.note.startswith("1 case of 2026 (plan); it weighs ")


def test_files_that_nobody_counted_are_not_stated(tmp_path):
    assert math.isnan(finished(tmp_path)[0].files)
    assert finished(tmp_path, file_size="2 MB")[0].files == 1e7
    assert finished(tmp_path, counts_files=True, files="8M")[0].files == 7e6


def test_backtest_knows_tools_and_targets_by_what_a_finished_move_calls_them():
    facts = load()
    for mover in (mover for mover in facts.movers.values() if mover.paths):
        assert best_match(mover.name, facts.movers.values()) is mover
    for target in facts.targets.values():
        for own in target.configurations or (target,):
            case = SimpleNamespace(target=f"{target.name}, {own.medium}")
            assert best_match(case.target, facts.targets.values()) is target
            assert configured(target, case).medium == own.medium


@pytest.mark.parametrize("measured", [(20e6, 60.0), (900e6, 9000.0)])
def test_nothing_else_bounds_what_was_measured(planned, measured):
    """Neither the line, nor the source, nor what the profile says of the target: the copy has shown what they give."""
    case = measured_case(planned.case, planned.option, measured, 0.1, planned.overlap)
    assert typical_rates(case, planned.option) == pytest.approx(measured, rel=1e-6)


def test_an_option_is_the_one_that_is_found_among_all(planned):
    online = [each for each in planned.case.every_option if each.kind == "online"]
    for each in online[::9]:
        case = measured_case(planned.case, each, (20e6, 60.0), 0.1, 2.0)
        among_all = [other for other in case.every_option if other.id == each.id]
        assert option_of(case, each) in among_all
        assert option_of(case, each).target == each.target
        assert option_of(case, each).mover.knowledge == "running"


def test_a_plan_without_a_line_is_told_to_have_no_rate(tmp_path):
    plan = migplan.plan(volume="20 TB", files="800k", today="2026-11-23", timezone="UTC", samples=0)
    ids = [each.id for each in plan.options if each.kind == "online" and each.line_rate_days is None]
    with pytest.raises(MigplanError, match="has no rate for"):
        tracked(plan, tmp_path, ["2026-11-25T08:00Z,1 TB,1000,,,"], option=ids[0])


def test_names_of_jobs_do_nothing_to_a_terminal(plan, planned, rates, tmp_path):
    path = tmp_path / "jobs.csv"
    path.write_text("time,bytes,job\n2026-11-24T08:00Z,1e9,a\x1b]0;x\x07\n2026-11-24T09:00Z,2e9,b\n")
    found = migplan.track(plan, path, option=OPTION, samples=50)
    assert not any("\x1b" in render(found, form) for form in ("table", "markdown"))


@pytest.mark.filterwarnings("ignore::migplan.report.charts.canvas.NoFontWarning")
@pytest.mark.parametrize(
    "more", [{"slower": (1.8, 1.0)}, {"pause": 9e5, "parts": 0.3}, {"slower": (40.0, 40.0)}]
)
def test_a_move_is_told_in_japanese(plan, planned, rates, tmp_path, more):
    from migplan.report.render import render_track

    rows, _ = rows_of(planned, rates, **{"parts": 0.6, **more})
    found = tracked(plan, tmp_path, rows)
    english = re.compile(r"\b(?:the|and|of|is|are|not|to|done|never|days|files|copy|likely)\b")
    for form in ("table", "markdown"):
        told = render_track(dataclasses.replace(found, notes=()), form, lang="ja")
        assert not english.search(told.replace("FSx for Windows", "")), told
    assert "完了した作業" in render_track(found, "html", lang="ja")
    assert render_track(found, "json", lang="ja") == render_track(found, "json")
