import csv
import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

import migplan.analyses.backtest
from migplan.analyses.backtest import read_cases, run
from migplan.analyses.backtest.cases import Measured
from migplan.analyses.backtest.forecast import busy, forecast
from migplan.analyses.backtest.matching import setting
from migplan.engine.case import assumed_values
from migplan.engine.draws import Draws

SOURCE = Path(migplan.analyses.backtest.__file__).parent
TABLE = Path(__file__).parents[2] / "data" / "measured.csv"
MEASURED = ("reported_duration_s", "reported_throughput_Bps", "confidence", "notes", "bottleneck_stated")


def rewritten(path, to, change):
    """The table with other texts in the columns that must not be read."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    changed = [
        {**row, **{column: change(rows, index, column) for column in MEASURED}}
        for index, row in enumerate(rows)
    ]
    with to.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows, index, column: rows[(index + 7) % len(rows)][column], id="scrambled"),
        pytest.param(lambda rows, index, column: "", id="blank"),
    ],
)
def test_what_was_measured_is_not_read_while_forecasting(tmp_path, measured, change):
    path = tmp_path / "other.csv"
    rewritten(TABLE, path, change)
    before, after = run(measured, samples=100), run(read_cases(path), samples=100)
    assert forecasts(before) == forecasts(after)
    assert before.missing == after.missing


def forecasts(found):
    return {r.case: (r.group, r.tool, r.target, r.covers, r.p10, r.p50, r.p90) for r in found.results}


def test_no_case_is_known_by_its_id(measured):
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py"))
    assert not [case.id for case, _ in measured if case.id in code]


def test_percentiles_are_ordered_and_the_same_seed_gives_the_same(measured):
    first, second = run(measured, samples=200), run(measured, samples=200)
    assert forecasts(first) == forecasts(second) != forecasts(run(measured, samples=200, seed=1))
    assert all(0 < r.p10 <= r.p50 <= r.p90 < math.inf for r in first.results)


CASE = {"id": "a", "volume_bytes": 1e12, "file_count": 1e6, "link_bps": 1e9}


@pytest.mark.parametrize("tool", ["DataSync", "rclone", "robocopy", "scp", "Globus"])
@pytest.mark.parametrize(
    ("column", "more"), [("volume_bytes", 3e12), ("file_count", 3e6), ("rtt_ms", 200), ("link_bps", 1e8)]
)
def test_more_of_it_never_takes_less_time(table, catalogue, tool, column, more):
    less = {**CASE, "tool": tool, "target": "S3", "rtt_ms": 10}
    found = []
    for row in (less, {**less, column: more}):
        ((case, _),) = table(row)
        found.append(forecast(setting(case, catalogue), catalogue, Draws(0, 200)).p50)
    assert found[0] <= found[1]


def test_a_copy_alone_is_no_longer_than_the_job_and_creation_needs_no_bytes(table, catalogue):
    covers = {
        "job": "whole job",
        "copy": "copy only",
        "steady": "steady state",
        "create": "file creation only",
    }
    times = {}
    for name, text in covers.items():
        ((case, _),) = table({**CASE, "tool": "DataSync", "target": "S3", "what_the_duration_covers": text})
        made = setting(case, catalogue)
        times[name] = busy(made, made.workload, assumed_values(catalogue)).item()
    assert times["job"] > times["copy"] > times["steady"] > times["create"]


def test_the_time_of_a_line_by_hand(table, catalogue):
    # One file of 940 GB over 10 Gbps at a share of 90 % and a goodput of 0.94: 940e9 / (1.25e9 * 0.9 * 0.94) = 889 s.
    ((case, _),) = table(
        {
            "id": "a", "tool": "DataSync", "target": "EFS", "source_protocol": "S3", "volume_bytes": 9.4e11,
            "file_count": 1, "link_bps": 1e10, "rtt_ms": 0, "what_the_duration_covers": "steady state",
        }
    )  # fmt: skip
    made = setting(case, catalogue)
    free = structs.replace(made.option.mover, facts={})
    open_end = structs.replace(made.option.target, facts={}, regional={})
    option = structs.replace(made.option, mover=free, target=open_end, path=None)
    found = busy(dataclasses.replace(made, option=option), made.workload, assumed_values(catalogue))
    assert found.item() == pytest.approx(1000 / 0.9 * 0.8)


def test_rows_with_a_rate_alone_are_compared_by_rate(table):
    row = {**CASE, "tool": "scp", "target": "server", "reported_throughput_Bps": 5e7}
    (result,) = run(table(row), samples=200).results
    timed = {**row, "reported_throughput_Bps": "", "reported_duration_s": 2e4}
    (same,) = run(table(timed), samples=200).results
    assert (result.by_rate, same.by_rate) == (True, False)
    assert (result.measured, result.ratio) == (same.measured, same.ratio)
    # A rate that is twice what was forecast is off by half of itself; the time that is half of it is off by all of it.
    assert (result.error(0.5), same.error(0.5)) == (0.5, 1.0)


def test_draws_of_several_rows_equal_those_of_one(measured, catalogue):
    draws, assumed = Draws(0, 50), assumed_values(catalogue, Draws(0, 50))
    for case, _ in measured:
        made = setting(case, catalogue)
        if isinstance(made, tuple):
            continue
        one = np.broadcast_to(busy(made, made.workload, assumed, draws), (1, 50))[0]
        rows = busy(made, made.workload, assumed, lambda fact: draws(fact) * np.ones((2, 1)))
        assert np.allclose(np.broadcast_to(rows, (2, 50)), one), case.id


NUMBER = st.sampled_from(["", "1", "3", "1e5", "1e19", "1e20"])
ANY = st.sampled_from(["", "0", "1e-300", "0.5", "1", "1e5", "1e20"])
PART = st.sampled_from(["", "0", "1e-300", "0.5", "1"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["rclone", "DataSync", "scp", "cp", "Snowball", "Globus", "frobnicate"]),
    st.sampled_from(["online", "offline", ""]),
    st.sampled_from(["S3", "EFS", "local disk", "elsewhere"]),
    st.fixed_dictionaries(
        {
            **dict.fromkeys(("file_count", "link_bps"), NUMBER),
            **dict.fromkeys(("volume_bytes", "avg_file_bytes", "rtt_ms", "devices"), ANY),
            **dict.fromkeys(("reported_duration_s", "reported_throughput_Bps"), ANY),
            **dict.fromkeys(("loss", "change_rate"), PART),
        }
    ),
)
def test_whatever_the_numbers_are_a_case_is_forecast_or_told(table, tool, kind, target, numbers):
    found = run(table({"id": "a", "tool": tool, "kind": kind, "target": target, **numbers}), samples=20)
    assert len(found.results) + len(found.missing) == 1
    assert all(0 < r.p10 <= r.p50 <= r.p90 < math.inf for r in found.results)
    assert all(missing for _, missing in found.missing)


def test_nothing_measured_gives_no_figures():
    found = run([], samples=20)
    assert (found.rows, found.results) == (0, ())
    assert math.isnan(found.overall.mdape)
    assert found.vendors[0].rows == 0


def test_measurements_stay_apart_from_inputs(measured):
    case, out = measured[0]
    assert isinstance(out, Measured)
    assert not {field.name for field in dataclasses.fields(case)} & {"duration", "rate"}
