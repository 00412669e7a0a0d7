"""What is left of a copy that runs already: the same formulas, from where it stands."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs

from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate_stacks
from migplan.inputs.begun import Begun

DAY = dt.date(2026, 11, 23)
FIELDS = {"volume": "50 TB", "files": "20M", "link": "1 Gbps", "agents": 1}
OPTIONS = ["robocopy/vpn/fsx-windows", "datasync-basic/internet/fsx-windows", "datasync-enhanced/internet/s3"]


def outcome_of(name, begun=None, **fields):
    case = Case.open({**FIELDS, **fields}, today=DAY)
    option = next(each for each in case.options if each.id.startswith(name))
    if begun is not None:
        case = case.of(structs.replace(case.workload, begun=begun))
    (stack,) = evaluate_stacks(case, [option])
    return stack.outcome


def first_of(outcome):
    """Begin and end of what is before the passes over what changed."""
    begin = next(phase.start for phase in outcome.phases if phase.name == "scan")
    return float(np.squeeze(begin)), float(np.squeeze(outcome.finish))


@pytest.mark.parametrize("name", OPTIONS)
def test_a_copy_of_which_all_is_left_ends_as_one_that_begins_now(name):
    fresh = outcome_of(name)
    begin, finish = first_of(fresh)
    begun = outcome_of(name, Begun(begin, volume=50e12, files=20e6, listed=False))
    # What has begun has paid for the start of its run.
    assert float(np.squeeze(begun.finish)) == pytest.approx(finish, abs=1800)


@pytest.mark.parametrize("name", OPTIONS)
def test_less_that_is_left_ends_sooner_and_more_that_changed_later(name):
    finishes = [
        float(np.squeeze(outcome_of(name, Begun(1e6, 4e5, volume=left * 50e12, files=left * 20e6)).finish))
        for left in (0.8, 0.4, 0.1)
    ]
    assert finishes == sorted(finishes, reverse=True)
    older = outcome_of(name, Begun(1e6, 4e6, volume=5e12, files=2e6), change="1 %/day")
    newer = outcome_of(name, Begun(1e6, 0.0, volume=5e12, files=2e6), change="1 %/day")
    assert np.squeeze(older.finish) > np.squeeze(newer.finish)


def test_nothing_is_ordered_or_set_up_again_and_what_is_copied_has_an_end():
    outcome = outcome_of(OPTIONS[0], Begun(1e6, 4e5, volume=5e12, files=2e6))
    waits = [
        {phase.name for phase in each.phases if np.any(phase.duration > 0)} & {"order", "set up"}
        for each in (outcome_of(OPTIONS[0]), outcome)
    ]
    assert waits == [{"order", "set up"}, set()]
    assert 1e6 < np.squeeze(outcome.details["copied"]) <= np.squeeze(outcome.details["first_end"])
    assert np.squeeze(outcome.details["first_end"]) < np.squeeze(outcome.finish)


def test_a_first_pass_that_is_over_leaves_the_passes_alone():
    outcome = outcome_of(OPTIONS[0], Begun(1e6, 4e5, done=True))
    assert np.squeeze(outcome.details["first_end"]) == 1e6
    left = np.squeeze(outcome.finish) - 1e6
    assert 0 < left < np.squeeze(outcome_of(OPTIONS[0], Begun(1e6, 4e5, volume=5e12, files=2e6)).finish) - 1e6


def test_files_that_nobody_counts_have_the_part_that_bytes_have():
    one, other = (
        outcome_of(OPTIONS[0], Begun(1e6, 0.0, volume=5e12, files=files)) for files in (2e6, np.nan)
    )
    assert np.squeeze(one.finish) == pytest.approx(np.squeeze(other.finish))


def test_a_verification_that_runs_already_has_less_to_do():
    name = OPTIONS[1]
    one, other = (outcome_of(name, Begun(1e6, 0.0, verified=done)) for done in (0.0, 3600.0))
    assert np.squeeze(one.details["first_end"] - other.details["first_end"]) == pytest.approx(3600.0)


@pytest.mark.parametrize("hours", ["Mon-Fri 19:00-07:00", "Mon-Fri 19:00-07:00 80 %, else 20 %"])
def test_the_calendar_counts_for_what_is_left(hours):
    free, kept = (
        outcome_of(OPTIONS[0], Begun(1e6, 0.0, volume=5e12, files=2e6), **more)
        for more in ({}, {"hours": hours})
    )
    assert np.squeeze(kept.details["copied"]) > np.squeeze(free.details["copied"])
