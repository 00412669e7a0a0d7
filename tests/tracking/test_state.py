"""What is kept of a move, and how jobs, runs, retries and pauses become one course."""

import dataclasses
import json

import pytest

from migplan.errors import MigplanError
from migplan.tracking.course import course_of, runs_of
from migplan.tracking.samples import Sample
from migplan.tracking.state import MOST, State, read_state

PLAN = {"name": "share", "today": "2026-11-23", "option": "x/y/z", "volume": 1e12}


def sample(time, done, files=None, job="a", **more):
    return Sample(time=float(time), job=job, bytes=done, files=files, **more)


def test_a_state_is_read_as_it_was_written(tmp_path):
    state = State(PLAN).with_samples([sample(1, 5.0, 2.0, final=True), sample(2, 7.0, phase="done", job="b")])
    state = state.with_forecast({"at": "2026-11-24T00:00:00+00:00", "p50": 3.0})
    path = tmp_path / "state.json"
    path.write_text(state.to_json())
    assert read_state(path) == state


def test_samples_that_are_known_count_once_and_a_forecast_of_one_moment_too():
    once = State(PLAN).with_samples([sample(2, 5.0), sample(1, 3.0)])
    assert once.with_samples([sample(1, 3.0), sample(2, 5.0)]) == once
    assert [each.time for each in once.samples] == [1, 2]
    told = (
        once.with_forecast({"at": "b", "p50": 1})
        .with_forecast({"at": "a"})
        .with_forecast({"at": "b", "p50": 2})
    )
    assert told.forecasts == ({"at": "a"}, {"at": "b", "p50": 2})


def test_many_samples_are_thinned_and_turns_are_kept():
    many = [
        sample(time, float(time), phase="paused" if time == 7777 else "copying") for time in range(20_000)
    ]
    many += [sample(20_000, 0.0), sample(20_001, 5.0, phase="done")]
    kept = State(PLAN).with_samples(many).samples
    assert len(kept) < 1.1 * MOST
    assert {7777.0, 19_999.0, 20_000.0, 20_001.0, 0.0} <= {each.time for each in kept}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"schema": "migplan.plan/1"}',
        json.dumps({"schema": "migplan.track-state/1", "plan": {}, "samples": [{"time": 1}]}),
        json.dumps({"schema": "migplan.track-state/1", "plan": {}, "samples": [{"time": "x", "job": "a"}]}),
        json.dumps({"schema": "migplan.track-state/1", "plan": {}, "samples": 3}),
        json.dumps({"schema": "migplan.track-state/1", "plan": {}, "samples": [], "forecasts": [{}]}),
    ],
)
def test_what_is_no_state_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(MigplanError, match="is no state of a move") as error:
        read_state(path)
    assert len(str(error.value).splitlines()) == 1


def test_jobs_of_one_move_add_up():
    course = course_of(
        [
            sample(0, 0.0, 0.0, total_bytes=100.0, total_files=10.0, final=True),
            sample(10, 50.0, 5.0, total_bytes=100.0, total_files=10.0, final=True),
            sample(5, 0.0, 0.0, job="b", total_bytes=300.0, total_files=30.0, final=False),
            sample(10, 30.0, 3.0, job="b", total_bytes=300.0, total_files=30.0, final=False),
        ]
    )
    assert (course.done("bytes"), course.done("files")) == (80, 8)
    assert (course.total("bytes"), course.total("files"), course.final) == (400, 40, False)
    assert course.times.tolist() == [0, 5, 10]
    assert course.bytes.tolist() == [0, 25, 80]


def test_what_a_job_did_before_it_was_seen_is_no_gain_of_a_stretch():
    course = course_of(
        [sample(0, 0.0), sample(10, 50.0), sample(5, 1000.0, job="b"), sample(10, 1010.0, job="b")]
    )
    assert course.bytes.tolist() == [0, 25, 60]
    assert course.done("bytes") == 1060


def test_a_counter_that_goes_back_is_a_run_that_was_begun_again():
    course = course_of(
        [
            sample(0, 0.0),
            sample(5, 40.0, total_bytes=100.0),
            sample(6, 0.0),
            sample(9, 30.0, total_bytes=60.0),
        ]
    )
    assert (course.done("bytes"), course.total("bytes")) == (70, 100)
    assert not course.copied


def test_totals_of_a_tree_hold_what_earlier_runs_did():
    runs = [
        sample(0, 0.0),
        sample(5, 40.0),
        sample(6, 0.0),
        sample(9, 30.0, total_bytes=100.0, covers="tree"),
    ]
    assert course_of(runs).total("bytes") == 100


def test_a_run_after_one_that_came_to_its_end_is_a_pass_over_what_changed():
    runs = [
        sample(0, 0.0, run="1"), sample(5, 90.0, run="1", phase="done"),
        sample(20, 0.0, run="2"), sample(21, 4.0, run="2", phase="done"),
    ]  # fmt: skip
    course = course_of(runs)
    assert course.copied
    assert course.done("bytes") == 90
    assert course.jobs[0].passes == ((20.0, 21.0, 4.0),)
    assert course.at == 21
    failed = course_of(
        [dataclasses.replace(each, phase="failed") if each.phase == "done" else each for each in runs]
    )
    assert (failed.copied, failed.done("bytes")) == (False, 94)


def test_pauses_are_stretches_in_which_no_job_runs():
    course = course_of(
        [
            *(sample(0, 0.0), sample(5, 40.0, phase="paused"), sample(9, 40.0), sample(12, 60.0)),
            *(sample(0, 0.0, job="b"), sample(4, 9.0, job="b", phase="done")),
        ]
    )
    stretches = list(zip(course.times.tolist(), course.paused.tolist(), strict=False))
    assert stretches == [(0, False), (4, False), (5, True), (9, False)]


def test_runs_are_told_apart_by_their_ids():
    assert [len(run.samples) for run in runs_of([sample(0, 0.0, run="1"), sample(1, 5.0, run="2")])] == [1, 1]
