"""Terms of a copy that not every mover has: files beside each other, one stream per file, fixed times of a run."""

import dataclasses

import numpy as np
import pytest

from migplan.engine.case import assumed_values
from migplan.engine.copying import copy_online
from migplan.engine.options import Option
from migplan.engine.parameters import Parameters
from migplan.facts import Fact, load
from migplan.inputs.workload import read_workload

FREE = {"link": 1e18, "source_rate": 1e18}
"""Rates that never bound."""


def number(key, value):
    return Fact(f"movers/x.{key}", value, value, value, "", value, "", "assumption: test", "", "assumed")


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def copy(catalogue):
    """Copy a workload with a mover and a target that state these facts and no others."""

    def make(mover, target=None, volume=1e9, files=1000.0, model_error=1.0, **more):
        w = read_workload({"volume": "1 TB", "agents": "1"}, catalogue.assumptions, None)
        given = {**FREE, "volume": volume, "files": files, "round_trip_time": 0.0, **more}
        w = dataclasses.replace(w, **given)
        facts = {key: number(key, value) for key, value in mover.items()}
        m = dataclasses.replace(catalogue.movers["rclone"], facts=facts, paths=())
        bare = {"facts": {k: number(k, v) for k, v in (target or {}).items()}, "regional": {}}
        t = dataclasses.replace(catalogue.targets["file-server"], **bare)
        option = Option("x", "online", t, mover=m, route=catalogue.routes["internet"])
        assumed = dataclasses.replace(
            assumed_values(catalogue), source_file_rate=np.inf, overlap=2.0, model_error=model_error
        )
        with np.errstate(divide="ignore"):
            return copy_online(Parameters([option], "any"), w, assumed)

    return make


def test_files_beside_each_other_do_less_than_their_number(copy):
    # 1,000 files at 1 s each: 1,000 s alone; 16 at once are worth 16^0.5 = 4.
    assert copy({"per_file_time": 1.0}).file_time.item() == pytest.approx(1000)
    assert copy({"per_file_time": 1.0, "files_in_flight": 16.0}).file_time.item() == pytest.approx(62.5)
    shared = {"per_file_time": 1.0, "files_in_flight": 16.0, "scaling": 0.5}
    assert copy(shared).file_time.item() == pytest.approx(250)
    assert copy(shared, agents=4.0).file_time.item() == pytest.approx(125)


def test_no_more_files_at_once_than_there_are(copy):
    # Two files keep two of sixteen workers busy.
    found = copy({"per_file_time": 1.0, "files_in_flight": 16.0}, files=2.0)
    assert found.file_time.item() == pytest.approx(1)


def test_a_file_that_is_not_cut_moves_at_the_rate_of_one_stream(copy):
    # 1 GB in 1,000 files of 1 MB: 10 MB/s and 0.1 s each take 0.2 s a file. One file of 1 GB takes 100.1 s.
    alone = {"per_file_time": 0.1, "file_stream_rate": 10e6}
    assert copy(alone).file_time.item() == pytest.approx(200)
    assert copy({**alone, "files_in_flight": 8.0}).file_time.item() == pytest.approx(25)
    assert copy({**alone, "files_in_flight": 8.0}, files=1.0).file_time.item() == pytest.approx(100.1)


def test_each_round_trip_waits_for_the_target_too(copy):
    # Five round trips of 20 ms and 3 ms until the target answers, 5 ms of own work: 120 ms a file.
    found = copy(
        {"round_trips": 5.0, "per_file_time": 0.005}, {"operation_time": 0.003}, round_trip_time=0.02
    )
    assert found.file_time.item() == pytest.approx(120)


def test_a_tool_may_overlap_bytes_and_files_as_it_does(copy):
    # 3 s of bytes and 4 s of files: 5 s at the usual exponent of 2, 7 s where one waits for the other.
    facts = {"per_file_time": 0.004, "task_rate": 1e9 / 3}
    assert copy(facts).copy.item() == pytest.approx(5)
    assert copy({**facts, "overlap": 1.0}).copy.item() == pytest.approx(7)


def test_a_run_has_a_fixed_time_and_round_trips_of_its_own(copy):
    # 0.5 s and 28 round trips of 100 ms, whatever is copied.
    facts = {"run_time": 0.5, "run_round_trips": 28.0}
    for files in (1.0, 1e6):
        assert copy(facts, files=files, round_trip_time=0.1).run.item() == pytest.approx(3.3)


def test_whatever_makes_reality_slower_slows_all_of_a_run(copy):
    facts = {"run_time": 2.0, "scan_rate": 10.0, "verify_rate": 1e6, "task_rate": 1e6, "per_file_time": 1.0}
    usual, slow = copy(facts), copy(facts, model_error=1.5)
    for part in ("run", "scan", "verify", "byte_time", "file_time"):
        assert getattr(slow, part).item() == pytest.approx(1.5 * getattr(usual, part).item()), part
