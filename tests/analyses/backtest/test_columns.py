"""What works side by side, in columns of its own, and what of the data is no more than assumed."""

import json
import math

import pytest

from migplan.analyses.backtest import run
from migplan.analyses.backtest.matching import setting
from migplan.engine.parameters import Parameters
from migplan.errors import MigplanError
from migplan.report.backtest import render

ROW = {
    "id": "a.1", "tool": "rclone", "source_protocol": "NFS", "target": "S3", "volume_bytes": 1e12, "file_count": 1e6,
}  # fmt: skip


def found(table, catalogue, **row):
    ((case, _),) = table({**ROW, **row})
    made = setting(case, catalogue)
    p = Parameters([made.option], "")
    return made.workload.agents, p.get("mover", "files_in_flight", 1.0), p.get("mover", "streams", math.nan)


@pytest.mark.parametrize("column", ["hosts", "nodes", "agents", "machines", "vms", "instances"])
def test_hosts_are_read_from_their_column_and_go_before_the_text(table, catalogue, column):
    usual = found(table, catalogue)
    agents, files, _ = found(table, catalogue, **{column: 6, "streams_or_agents": "2 agents"})
    assert (agents, files) == (6, usual[1])
    assert found(table, catalogue, streams_or_agents="2 agents")[0] == 2


@pytest.mark.parametrize("column", ["threads", "transfers", "concurrency", "parallel_files"])
def test_threads_are_files_at_once_of_one_run(table, catalogue, column):
    assert found(table, catalogue, **{column: 40})[:2] == (1, 40)


@pytest.mark.parametrize("column", ["streams", "connections"])
def test_streams_are_connections(table, catalogue, column):
    assert found(table, catalogue, **{column: 7})[2] == 7


@pytest.mark.parametrize("column", ["parallel_runs", "runs", "jobs", "processes"])
def test_runs_of_a_tool_by_hand_handle_as_many_files_each_as_one_does(table, catalogue, column):
    usual = found(table, catalogue)[1]
    assert found(table, catalogue, **{column: 8})[:2] == (1, 8 * usual)
    assert found(table, catalogue, **{column: 8, "threads": 10})[1] == 80
    # Eight runs on four hosts are two on each.
    assert found(table, catalogue, **{column: 8, "hosts": 4, "threads": 10})[:2] == (4, 20)


def test_runs_of_a_service_count_as_its_agents(table, catalogue):
    assert found(table, catalogue, tool="DataSync", parallel_runs=3)[0] == 3


def test_hosts_fill_a_device_side_by_side(table, catalogue):
    row = {"kind": "offline", "tool": "Snowball Edge", "devices": 1, "hosts": 3}
    ((case, _),) = table({**ROW, **row})
    assert setting(case, catalogue).workload.agents == 3


def test_more_hosts_are_no_slower(table):
    one, many = (run(table({**ROW, "hosts": n}), samples=100).results[0].p50 for n in (1, 4))
    assert many < one


def test_columns_that_contradict_each_other_and_numbers_that_are_none_are_faults(table):
    with pytest.raises(MigplanError, match="line 2: hosts, nodes: say different numbers; wanted one"):
        table({**ROW, "hosts": 2, "nodes": 3})
    table({**ROW, "hosts": 2, "nodes": 2})
    with pytest.raises(MigplanError, match="line 2: parallel_runs: found 'many'"):
        table({**ROW, "parallel_runs": "many"})
    with pytest.raises(MigplanError, match="line 2: hosts: found '0'; wanted a number from 1"):
        table({**ROW, "hosts": 0})


def test_a_forecast_without_a_file_count_says_that_it_is_assumed(table):
    rows = table(
        {**ROW, "id": "counted"},
        {**ROW, "id": "guessed", "file_count": ""},
        {**ROW, "id": "sized", "file_count": "", "avg_file_bytes": 1e6},
        {**ROW, "id": "unweighed", "volume_bytes": ""},
    )
    back = run(rows, samples=50)
    assert [r.assumed for r in back.results] == [(), ("file_count",), (), ("volume_bytes",)]
    text = " ".join(render(back, "table", 120).split())
    assert "rclone to s3, file count assumed" in text
    assert "rclone to s3, volume assumed" in text
    assert "The file count of 1 case is assumed: files that nobody counted are taken as large." in text
    assert [case["assumed"] for case in json.loads(render(back, "json", 100))["cases"]] == [
        [], ["file_count"], [], ["volume_bytes"],
    ]  # fmt: skip
    assert "file count assumed" in render(back, "markdown", 100)
