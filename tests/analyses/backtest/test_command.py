import json

import pytest

from migplan.analyses.backtest import read_cases, run
from migplan.report.backtest import render

ROWS = (
    "id,kind,tool,target,volume_bytes,file_count,link_bps,reported_duration_s,reported_throughput_Bps\n"
    "a.job,online,rclone,S3,1e12,1e6,1e9,30000,\n"
    "a.rate,online,scp,server,1e11,10,1e9,,5e7\n"
    "b.open,online,DataSync,EFS,1e12,1e6,,,\n"
    "b.none,online,frobnicate,elsewhere,1e12,,,5,\n"
)


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def migplan(call):
    return lambda *arguments: call("backtest", *arguments)


def test_json_has_the_keys_of_the_contract(cases, migplan):
    status, out, err = migplan(cases, "--format", "json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    overall = answer["overall"]
    assert (overall["rows"], overall["forecast"], overall["measured"]) == (4, 3, 2)
    assert overall.keys() >= {"mdape", "bias", "coverage"}
    assert {group["group"] for group in answer["groups"]} == {
        "object-copier",
        "stream-copier",
        "managed-transfer",
    }
    job, rate, unmeasured = answer["cases"]
    assert job["ratio"] == pytest.approx(30000 / job["p50_s"])
    assert job["inside"] is (job["p10_s"] <= 30000 <= job["p90_s"])
    assert (rate["measured_by"], rate["measured_s"]) == ("rate", 2000)
    assert [unmeasured[key] for key in ("measured_s", "measured_by", "ratio", "inside")] == [None] * 4
    assert answer["not_forecast"] == [
        {"id": "b.none", "missing": ["link_bps, or a tool with a profile"]},
    ]


def test_the_table_fits_100_columns_and_tells_what_is_missing(cases):
    text = render(run(read_cases(cases)), "table", 100)
    assert max(map(len, text.splitlines())) <= 100
    assert "Not forecast: b.none, missing link_bps, or a tool with a profile" in text
    assert "4 cases, 3 forecast, 2 of them measured, 1 not forecast because inputs are missing." in text
    assert "50 MB/s" in text


def test_markdown_has_every_case_and_hostile_names_stay_text(cases):
    cases.write_text(ROWS.replace("a.job", '"a.j|o`b<b>"'), encoding="utf-8")
    text = render(run(read_cases(cases)), "markdown", 100)
    assert "a.j\\|o\\`b\\<b>" in text
    assert text.count("\n| ") > 8


def test_bad_input_is_one_line_and_status_2(tmp_path, cases, migplan):
    cases.write_text("id,tool,volume_bytes\na,scp,1 TB\n", encoding="utf-8")
    status, out, err = migplan(cases)
    assert (status, out) == (2, "")
    assert err == (
        "error: cases.csv: line 2: volume_bytes: found '1 TB'; wanted a number from 0 to 1e+20, without a unit\n"
    )
    status, _, err = migplan(tmp_path / "absent.csv")
    assert status == 2
    assert err.count("\n") == 1


def test_an_overlay_is_written_and_told(tmp_path, cases, migplan):
    status, _, err = migplan(cases, "--write-overlay", tmp_path / "mine", "-o", tmp_path / "out.txt")
    assert status == 0
    assert "wrote" in err
    assert (tmp_path / "out.txt").read_text(encoding="utf-8")
    assert list((tmp_path / "mine").glob("movers/*.toml"))


def test_an_overlay_that_cannot_be_written_is_one_line(tmp_path, cases, migplan):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    status, _, err = migplan(cases, "--write-overlay", blocked)
    assert status == 1
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_cases_that_profiles_were_fitted_on_are_told(measured):
    found = run(measured[:5], samples=20)
    assert found.fitted == 5
    assert "were fitted on 5 of these cases, which flatters them" in render(found, "table", 100).replace(
        "\n", " "
    )
