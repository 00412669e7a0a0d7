"""Terms of a copy that not every mover has: files beside each other, one stream per file, fixed times of a run."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs

import migplan
from migplan.engine import copying
from migplan.engine.case import Case, assumed_values
from migplan.engine.copying import copy_online
from migplan.engine.evaluation import evaluate
from migplan.engine.options import Option
from migplan.engine.parameters import Parameters
from migplan.engine.settings import with_agents_chosen
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
        w = structs.replace(w, **given)
        facts = {key: number(key, value) for key, value in mover.items()}
        m = structs.replace(catalogue.movers["rclone"], facts=facts, paths=())
        bare = {"facts": {k: number(k, v) for k, v in (target or {}).items()}, "regional": {}}
        t = structs.replace(catalogue.targets["file-server"], **bare)
        option = Option("x", "online", t, mover=m, route=catalogue.routes["internet"])
        assumed = structs.replace(
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
    # Four hosts share nothing of that, unless it is said how much.
    assert copy(shared, agents=4.0).file_time.item() == pytest.approx(62.5)
    assert copy({**shared, "host_scaling": 0.5}, agents=4.0).file_time.item() == pytest.approx(125)


def test_no_more_files_at_once_than_there_are(copy):
    # Two files keep two of sixteen workers busy.
    found = copy({"per_file_time": 1.0, "files_in_flight": 16.0}, files=2.0)
    assert found.file_time.item() == pytest.approx(1)


def test_a_file_that_is_not_cut_moves_at_the_rate_of_one_stream(copy):
    # 1 GB at 10 MB/s takes 100 s in one stream, 12.5 s in eight; in eight streams of one file 100 s again. That is a
    # limit of bytes, and nothing of it counts as work on files.
    alone = {"per_file_time": 0.1, "file_stream_rate": 10e6}
    for changes, files, seconds, work in (
        ({}, 1000.0, 100.0, 100.0),
        ({"files_in_flight": 8.0}, 1000.0, 12.5, 12.5),
        ({"files_in_flight": 8.0}, 1.0, 100.0, 0.1),
    ):
        found = copy({**alone, **changes}, files=files)
        assert found.byte_time.item() == pytest.approx(seconds)
        assert found.file_time.item() == pytest.approx(work)


def test_the_rate_of_a_stream_does_not_count_where_the_line_is_slower(copy):
    # Eight streams of 10 MB/s fill a line of 40 MB/s twice: the copy takes what it takes without any limit of a stream.
    facts, line = {"per_file_time": 0.001, "files_in_flight": 8.0}, {"link": 40e6, "share": 1.0}
    free, limited = copy(facts, **line), copy({**facts, "file_stream_rate": 10e6}, **line)
    assert limited.copy.item() == free.copy.item()


def test_who_handles_one_file_at_a_time_sends_nothing_meanwhile(copy):
    # 1,000 files of 1 MB, 0.1 s of work and 0.1 s of bytes each: 200 s alone; two at a time overlap.
    alone = {"per_file_time": 0.1, "file_stream_rate": 10e6, "files_in_flight": 1.0}
    assert copy(alone).copy.item() == pytest.approx(200)
    assert copy({**alone, "files_in_flight": 2.0}).copy.item() == pytest.approx(50 * 2**0.5)


def test_each_round_trip_waits_for_the_target_too(copy):
    # Five round trips of 20 ms and 3 ms until the target answers, 5 ms of own work: 120 ms a file.
    facts, target = {"round_trips": 5.0, "per_file_time": 0.005}, {"operation_time": 0.003}
    assert copy(facts, target, round_trip_time=0.02).file_time.item() == pytest.approx(120)


def test_many_in_flight_wait_for_a_service_side_by_side(copy):
    # An answer takes 70 ms. 256 requests at a time wait together for it, however much they share of their own work, so
    # that 256 / 0.07 = 3,657 files a second go, unless the service takes no more than 3,500.
    facts = {"round_trips": 1.0, "files_in_flight": 256.0, "scaling": 0.3}
    answered = copy(facts, {"operation_time": 0.07}, files=1e6)
    assert answered.file_time.item() == pytest.approx(1e6 * 0.07 / 256)
    limited = copy(facts, {"operation_time": 0.07, "file_rate": 3500.0}, files=1e6)
    assert limited.file_time.item() == pytest.approx(1e6 / 3500)


def test_hosts_add_nearly_linearly(catalogue, copy):
    # Four Robocopy hosts on separate shares do at least 3.5 times as much as one, by what the profile states.
    facts = {key: fact.value for key, fact in catalogue.movers["robocopy"].facts.items()}
    times = [copy(facts, agents=agents, files=1e6).file_time.item() for agents in (1.0, 4.0)]
    assert 3.5 < times[0] / times[1] <= 4.0


def test_one_bucket_has_one_speed_whatever_stands_in_front_of_it():
    asked = {"volume": "20 TB", "files": "50M", "link": "10 Gbps", "protocol": "nfs", "keep": "none"}
    plan = migplan.plan(**asked, app_change="allowed", today=dt.date(2026, 11, 28), samples=0)
    days = {
        option.id: next(phase.days for phase in option.phases if phase.name == "copy")
        for option in plan.options
        if option.mover in ("rclone", "s5cmd", "aws-s3-cli") and "/internet/" in option.id
    }
    for mover in ("rclone", "s5cmd", "aws-s3-cli"):
        fronts = [days[f"{mover}/internet/{front}"] for front in ("s3", "s3-file-gateway", "s3-files")]
        assert fronts == pytest.approx([fronts[0]] * 3), mover


def test_a_tool_may_overlap_bytes_and_files_as_it_does(copy):
    # 3 s of bytes and 4 s of files: 5 s at the usual exponent of 2, 7 s where one waits for the other.
    facts = {"per_file_time": 0.008, "files_in_flight": 2.0, "task_rate": 1e9 / 3}
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


def test_what_binds_is_worked_out_for_who_asks(catalogue, monkeypatch):
    case = Case.read({"volume": "10 TB", "link": "1 Gbps"}, catalogue, dt.date(2026, 11, 23))
    online = [option for option in case.open_options if option.kind == "online"]
    asked = []
    limits = copying.lowest
    monkeypatch.setattr(copying, "lowest", lambda *given: asked.append(0) or limits(*given))
    # Numbers of agents are compared by times alone.
    with_agents_chosen(case, online)
    assert not asked
    evaluate(case, online)
    assert asked
