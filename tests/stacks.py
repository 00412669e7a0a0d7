"""Options through the engine with a clock and assumptions of a test's own."""

from types import SimpleNamespace

import numpy as np
from msgspec.structs import replace

from migplan.engine.case import Case
from migplan.engine.draws import evaluate_draws
from migplan.engine.evaluation import evaluate_stacks


def case_of(w, catalogue, **kept):
    """A case of a workload that was put together by hand; `clock` and `assumed` in place of its own.

    Without a catalogue nothing can be chosen: two agents or copy hosts, unless the workload says how many.
    """
    case = Case(w if catalogue else with_agents(w), catalogue, w.start)
    case.__dict__.update(kept)
    return case


def with_agents(w, agents=2.0):
    """A workload with so many agents or copy hosts where it does not say how many."""
    return replace(w, agents=np.where(np.isnan(w.agents), agents, w.agents))


def outcome_of(options, w, assumed, clock, **more):
    """The outcome of options of one kind."""
    (stack,) = evaluate_stacks(case_of(w, None, clock=clock, assumed=assumed), options, **more)
    return stack.outcome


def draws_of(options, case, draws):
    """Option id -> finish, cutover and cost of its draws."""
    found = evaluate_draws(case, options, draws)
    costs = [None] * len(options) if found.cost is None else found.cost[:, 0]
    return {
        option.id: SimpleNamespace(finish=finish, cutover=cutover, cost=cost)
        for option, finish, cutover, cost in zip(
            options, found.finish[:, 0], found.cutover[:, 0], costs, strict=True
        )
    }
