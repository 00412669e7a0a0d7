"""Shares on one line: none ever takes what is not there, and what is in nobody's way is as fast as alone."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.engine.clock import Clock
from migplan.estate.joint.line import Flow, by_day
from migplan.estate.joint.slots import slots_of
from migplan.units import DAY, HOUR

LINE, HOSTS = "line", "hosts:datasync-basic"


def mode(busy, part, hosts=0.0, upkeep=0.0):
    """A share that is busy for a time and takes parts of the line and of hosts."""
    loads = {LINE: busy * part, **({HOSTS: busy * hosts} if hosts else {})}
    return SimpleNamespace(
        busy=busy, loads=loads, upkeep={LINE: upkeep}, option=SimpleNamespace(own_line=False)
    )


def run(flow, one, begin=0.0):
    return flow.run(one, np.array([begin, begin]), np.array([one.busy, one.busy]))


shares = st.tuples(
    st.floats(1.0, 200.0),
    st.floats(0.05, 1.0),
    st.just(0.0) | st.floats(0.05, 2.0),
    st.floats(0.0, 0.05),
    st.floats(0.0, 100.0),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(shares, min_size=1, max_size=8), st.floats(1.0, 4.0))
def test_nothing_takes_more_than_there_is(drawn, count):
    flow = Flow(Clock(), 400 * DAY, {"datasync-basic": count}, 2)
    for busy, part, hosts, upkeep, begin in drawn:
        one = mode(busy * HOUR, part, min(hosts, count), upkeep)
        found = run(flow, one, begin * HOUR)
        assert (found.ready >= begin * HOUR + one.busy - 1.0).all()
        assert (found.delay >= 0.0).all()
        flow.keep_up(one, found.ready, found.ready + 10 * DAY)
    for name in (LINE, HOSTS):
        assert (flow.left(name, own=False) >= -1e-3).all()
        assert (flow.left(name, own=False) <= flow.whole(name, own=False) + 1e-6).all()


@settings(max_examples=40, deadline=None)
@given(st.floats(1.0, 200.0), st.floats(0.05, 1.0), st.floats(0.0, 90.0))
def test_who_is_alone_is_delayed_by_nobody(busy, part, begin):
    found = run(Flow(Clock(), 60 * DAY, {}, 2), mode(busy * HOUR, part), begin * HOUR)
    assert found.delay.tolist() == [0.0, 0.0]
    assert found.ready == pytest.approx(np.full(2, (begin + busy) * HOUR), abs=1.0)


def test_two_that_fill_the_line_go_one_after_the_other():
    flow = Flow(Clock(), 30 * DAY, {}, 2)
    first, second = (run(flow, mode(10 * HOUR, 1.0)) for _ in range(2))
    assert first.ready[0] == pytest.approx(10 * HOUR, abs=1.0)
    assert second.ready[0] == pytest.approx(20 * HOUR, abs=1.0)
    assert second.delay[0] == pytest.approx(10 * HOUR, abs=1.0)


def test_two_that_leave_room_go_side_by_side():
    flow = Flow(Clock(), 30 * DAY, {}, 2)
    found = [run(flow, mode(10 * HOUR, 0.5)) for _ in range(2)]
    assert [one.delay[0] for one in found] == [0.0, 0.0]


def test_agents_are_shared_as_lines_are():
    flow = Flow(Clock(), 30 * DAY, {"datasync-basic": 2.0}, 2)
    found = [run(flow, mode(10 * HOUR, 0.01, hosts=2.0)) for _ in range(2)]
    assert found[1].ready[0] == pytest.approx(20 * HOUR, abs=1.0)


def test_what_never_ends_holds_up_no_others():
    flow = Flow(Clock(), 30 * DAY, {}, 2)
    endless = flow.run(mode(10 * HOUR, 1.0), np.zeros(2), np.array([np.inf, np.inf]))
    assert np.isinf(endless.ready).all()
    assert run(flow, mode(10 * HOUR, 1.0)).delay[0] == 0.0


def test_the_load_of_a_day_is_the_part_that_is_taken():
    flow = Flow(Clock(), 30 * DAY, {}, 2)
    run(flow, mode(36 * HOUR, 1.0))
    assert by_day(flow, LINE) == [(0.0, pytest.approx(1.0)), (DAY, pytest.approx(0.5))]


def test_windows_without_days_are_days_and_then_weeks():
    found = slots_of({"here": Clock()}, {"here": 0.0}, 60 * DAY)
    assert [found[n].open["here"] / DAY for n in (0, 1, 20, 21, 22)] == [0, 1, 20, 21, 28]
    assert not found[0].bounded
    assert found[21].days == 7


def test_windows_of_two_sites_on_one_day_are_one():
    found = slots_of({"here": Clock(), "there": Clock()}, {"here": 0.0, "there": 0.0}, 3 * DAY)
    assert [sorted(slot.open) for slot in found] == [["here", "there"]] * 3


def test_who_waits_until_the_end_of_a_step_is_delayed_though_nothing_is_in_its_way_from_then_on():
    flow = Flow(Clock(), 1500 * HOUR, {}, 2)
    first, second = (run(flow, mode(10 * HOUR, 1.0)) for _ in range(2))
    assert flow.edges[1] == HOUR
    assert first.delay.tolist() == [0.0, 0.0]
    assert second.ready[0] == pytest.approx(20 * HOUR, abs=1.0)
    assert second.delay[0] == pytest.approx(10 * HOUR, abs=1.0)


def test_a_window_of_one_site_is_one_beside_days_of_another_that_are_told_together():
    from types import SimpleNamespace

    from migplan.formulas.calendar import stretches

    weekend = SimpleNamespace(calendar=SimpleNamespace(allowed=stretches([26 * DAY], [28 * DAY])))
    found = slots_of({"any": Clock(), "weekends": weekend}, {"any": 0.0, "weekends": 0.0}, 40 * DAY)
    (both,) = [slot for slot in found if "weekends" in slot.open]
    assert "any" in both.open
    assert (both.days, both.bounded) == (1.0, True)
