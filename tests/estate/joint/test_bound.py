"""The bound of an estate holds for every plan as it is played and priced, and more of anything makes none worse."""

import numpy as np
import pytest
from tests.estate.joint.random_estates import estate, richer, sites
from tests.estate.joint.test_plan import WORK_OF_AGENT

from migplan.estate.joint import build
from migplan.estate.joint.money import Prices, price
from migplan.estate.joint.optimum import Program
from migplan.estate.joint.placing import Choice, place

_FEW, _MANY = (0, 2, 3), (1, *range(4, 12))
SEEDS = [*_FEW, *(pytest.param(seed, marks=pytest.mark.slow) for seed in _MANY)]

_ALONE = 0.005
"""What a share by itself may cost more over a faster line: it sends more passes."""


@pytest.fixture
def parts(planned, monkeypatch):
    """Plan an estate, and tell its parts as well."""
    kept = []
    real = build.build
    monkeypatch.setattr(build, "build", lambda made, day: kept.append(made) or real(made, day))

    def plan(rows, fields, **said):
        found = planned(rows, sites(fields), **said)
        return found, kept[-1].parts

    return plan


def any_choice(problem, rng):
    """Modes, and windows of units, as they come."""
    modes = [int(rng.integers(len(item.modes))) for item in problem.items]
    slots = [0] * len(modes)
    for unit in problem.units:
        slot = int(rng.integers(min(len(problem.slots), 12)))
        for member in unit:
            slots[member] = slot
    hosts = {}
    for item, mode in zip(problem.items, modes, strict=True):
        key = item.share.site, item.modes[mode].hosts
        hosts[key] = max(hosts.get(key, 1.0), item.modes[mode].agents)
    return Choice(tuple(modes), tuple(slots), hosts)


def taken_alone(problem, placement):
    """What the program takes a placement to cost at the least."""
    program = Program(problem)
    for index, column in enumerate(program.columns):
        one = placement.placed[column.item]
        if (column.slot, problem.items[column.item].modes[column.mode]) != (one.slot, one.mode):
            program.forbid(index)
    return program.solve(10.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_program_has_every_plan_and_takes_none_to_be_dearer(parts, seed):
    _, made = parts(*estate(seed), time_limit=1.0)
    rng, looked_at = np.random.default_rng(seed), 0
    for part in made:
        problem, prices = part.placement.problem, Prices()
        for choice in (part.placement.choice, *(any_choice(problem, rng) for _ in range(10))):
            played = place(problem, choice)
            if not played.late():
                solved = taken_alone(problem, played)
                assert solved.choice is not None
                assert solved.bound <= price(played, prices).total * (1.0 + 1e-6)
                looked_at += 1
    assert looked_at


@pytest.mark.parametrize("seed", SEEDS)
def test_more_line_windows_people_and_agents_are_never_worse(planned, seed):
    rows, fields = estate(seed)
    less = planned(rows, sites(fields))
    for more in richer(fields):
        plan = planned(rows, sites(more))
        missed = [sum(not share.meets for share in one.shares) for one in (less, plan)]
        # Agents that a site says it has are set up, which is work.
        work = (more.get("agents", 0) - fields.get("agents", 0)) * WORK_OF_AGENT
        assert missed[1] <= missed[0]
        if missed[1] == missed[0]:
            assert plan.cost_usd.total - work <= less.cost_usd.total * (1.0 + plan.gap + _ALONE)
