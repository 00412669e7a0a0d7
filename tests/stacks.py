"""Options through the engine with a clock and assumptions of a test's own."""

from types import SimpleNamespace

from migplan.engine.case import Case
from migplan.engine.draws import evaluate_draws
from migplan.engine.evaluation import evaluate_stacks


def case_of(w, catalogue, **kept):
    """A case of a workload that was put together by hand; `clock` and `assumed` in place of its own."""
    case = Case(w, catalogue, w.start)
    case.__dict__.update(kept)
    return case


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
