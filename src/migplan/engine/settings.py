"""How an option is run where nobody says: how many agents or copy hosts it gets.

An option is timed with each number of agents that it may have, all at once on the axis of the draws. Of these the one
stands for it that is best by what decides between options as well: what is wanted, and then the sum of money. More
agents take more work to set up, so that one is enough where the line binds. Times are those that four of five draws
keep, as plans are judged, without the calendar of cutovers: the choice is the same for a plan, where draws follow, and
for a row of a batch, where none do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, has_own_line, pass_busy
from migplan.engine.loading import divide_loads, make_loader
from migplan.engine.money import counted_money, has_hosts, hosts_money
from migplan.engine.online import lead_times, least_term
from migplan.engine.options import KINDS, Option
from migplan.engine.outcome import quiet
from migplan.engine.pace import pace_of
from migplan.engine.parameters import Parameters
from migplan.engine.passes import PassTime, pass_time, verify_mode
from migplan.engine.pricing import price_stack
from migplan.engine.ranking import aims_of, best, judge
from migplan.facts import Profile
from migplan.formulas import Numeric
from migplan.formulas.statistics import lognormal_factor
from migplan.inputs.workload import Workload

if TYPE_CHECKING:
    from migplan.engine.case import Case

_AT_P80 = 0.8416212335729143
"""Four fifths of what is normally distributed lie below so many standard deviations."""

_CELLS = 16_384
"""Values of an array that are timed at once, as in an evaluation."""


def is_open(w: Workload) -> bool:
    """Whether any number of agents is left to us."""
    return bool(np.isnan(w.agents).any())


def most_agents(p: Parameters, most: float) -> Numeric:
    """How many agents or copy hosts each option may have: one where it has none of ours. [1]."""
    return np.where(p.flag(has_hosts), np.minimum(p.get("mover", "agents_per_location", np.inf), most), 1.0)


def ladder(most: float) -> NDArray[np.float64]:
    """Numbers of agents that are compared: twice as many each time, up to the most.

    >>> ladder(8.0).tolist(), ladder(6.0).tolist()
    ([1.0, 2.0, 4.0, 8.0], [1.0, 2.0, 4.0, 6.0])
    """
    steps = 2.0 ** np.arange(np.ceil(np.log2(max(most, 1.0))))
    return np.append(steps, max(most, 1.0))


def spread_of(option: Option, case: Case) -> float:
    """Spread of ln(actual / predicted) by what is known about the path of an option. [1]."""
    sigmas = case.facts.assumptions
    known = sigmas[f"sigma_{case.workload.knowledge}"].value
    own = "" if option.mover is None else option.mover.knowledge
    return min(known, sigmas[f"sigma_{own}"].value) if own else known


def settled(case: Case, options: Sequence[Option]) -> Case:
    """The case with a number of agents for each of some options; the case itself where all are given."""
    w = case.workload
    if not options or not is_open(w):
        return case
    agents = np.empty((len(options), w.shape[1], 1))
    height = max(1, _CELLS // (w.shape[1] * len(ladder(case.facts.assumptions["agents"].value))))
    shape = (len(options), w.shape[1], 1)
    sums = [np.broadcast_to(v, shape) for v in (case.least_sum(options), case.burden_by_time(options))]
    for kind in KINDS:
        places = np.array([n for n, option in enumerate(options) if option.kind == kind], dtype=np.intp)
        for begin in range(0, len(places), height):
            some = places[begin : begin + height]
            p = Parameters([options[place] for place in some], w.region)
            mine = w.take(option=some)
            agents[some] = choose_agents(case, kind, p, mine, (sums[0][some], sums[1][some]))
    return case.run_by(agents)


def choose_agents(
    case: Case,
    kind: str,
    p: Parameters,
    w: Workload,
    sums: tuple[NDArray[np.float64], NDArray[np.float64]],
    pairs: NDArray[np.intp] | None = None,
) -> NDArray[np.float64]:
    """The number of agents of each option and row; those that are given stay. [1].

    Parameters
    ----------
    kind : str
        Of all the options.
    sums : tuple of array
        What an option comes to with one agent, and for each second until the end. [USD], [USD/s]
    pairs : array of int, optional
        For single pairs of an option and a row, the option of each; the option axis then is that of the pairs.
    """
    assumptions = case.facts.assumptions
    most = np.asarray(most_agents(p, assumptions["agents"].value))
    steps = ladder(float(most.max()))
    agents = np.minimum(steps, most)
    tried = replace(w, agents=agents)
    with quiet():
        times = _TIMES[kind](p, tried, _judged(case, p), case.clock)
        cash = _cash(case, p, tried, times, pairs)
    fixed = sums[0] + hosts_money(p.flag(has_hosts), agents, assumptions)
    counted = counted_money(cash, fixed, sums[1], times.finish)
    ends = times.ends & np.isfinite(times.finish)
    verdict = judge(w, ends, True, times.finish, times.cutover, 0.0)
    aims = aims_of(w.optimize, counted, times.finish, case.weight(verdict))
    keys = np.broadcast_arrays(verdict.tier, *aims)
    which = best(*(np.moveaxis(key, -1, 0) for key in keys))
    shape = (*which.shape, len(steps))
    chosen = np.take_along_axis(np.broadcast_to(agents, shape), which[..., None], axis=-1)
    return np.where(np.isnan(w.agents), chosen, w.agents)


def _judged(case: Case, p: Parameters) -> Assumed:
    """The engine's assumptions with the rates that four of five movements reach."""
    sigma = p.each(lambda option: spread_of(option, case))
    line = np.minimum(sigma, case.facts.assumptions["sigma_line"].value)
    errors = (lognormal_factor(values, _AT_P80) for values in (sigma, line))
    return replace(case.assumed, **dict(zip(("model_error", "line_error"), errors, strict=True)))


@dataclass(frozen=True, slots=True)
class _Times:
    """About when an option ends, and how long users cannot write; tasks that run meanwhile, and for how long. [s].

    Where passes do not become shorter it has no end, and what is told are the times of the first two.
    """

    finish: Numeric
    cutover: Numeric
    tasks: Numeric
    busy: Numeric
    ends: Any = True


def _online(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> _Times:
    """A full copy, passes, and a cutover as short as passes can make it."""
    line = clock.of_lines(has_own_line(p))
    copy = pace_of(p, w, assumed, line).mean
    begin = line.opening(np.maximum.reduce(np.broadcast_arrays(*lead_times(p, w, copy))) + 0.0 * copy.copy)
    first = pass_busy(p, "mover", copy, 1.0, np.where(verify_mode(p, w)[0], 1.0, 0.0))
    rest, last, ends = _passes(pass_time(p, w, copy), first, w.cutover_window - assumed.cutover_fixed_time)
    cutover = last + assumed.cutover_fixed_time
    ready = line.advance(begin, first + rest)
    return _Times(ready + cutover, cutover, copy.tasks, ready - begin, ends)


def _passes(later: PassTime, first: Numeric, room: Numeric) -> tuple[Numeric, Numeric, Any]:
    """What all passes after one take that shrink in proportion, and the last of them [s]; whether they have an end.

    Passes that do not become shorter have none, unless the next one fits.
    """
    second = later(first)
    third = later(second)
    ratio = np.clip((second - third) / (first - second), 0.0, None)
    shrinks = (second < first) & (ratio < 1.0)
    ratio = np.where(shrinks, ratio, 0.0)
    # No pass is shorter than one over nothing.
    last = np.clip((third - ratio * second) / (1.0 - ratio), later(0.0 * first), second)
    rest = last + (second - last) / (1.0 - ratio)
    return np.where(shrinks, rest, second), np.where(shrinks, last, second), shrinks | (second <= room)


def _offline(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> _Times:
    """Devices on their way, and the loads."""
    seed = _seed(p, w, assumed)
    swing = assumed.cutover_fixed_time
    return _Times(seed + swing, seed + swing, 1.0, seed)


def _hybrid(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> _Times:
    """A seed, a pass over what changed since then, and the cutover."""
    seed, copy = _seed(p, w, assumed), pace_of(p, w, assumed, clock).mean
    rest, last, ends = _passes(pass_time(p, w, copy), seed, w.cutover_window - assumed.cutover_fixed_time)
    cutover = last + assumed.cutover_fixed_time
    begin = np.maximum.reduce(np.broadcast_arrays(seed, *lead_times(p, w, copy)))
    ready = clock.advance(clock.opening(begin + 0.0 * rest), rest)
    return _Times(ready + cutover, cutover, copy.tasks, ready - begin, ends)


def _split(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> _Times:
    """Both ways at once: together they take as long as two workers that share the work."""
    line, seed = _online(p, w, assumed, clock), _seed(p, w, assumed)
    gone = np.where(np.isfinite(line.finish), seed * line.finish / (seed + line.finish), seed)
    return replace(line, finish=gone + line.cutover)


def _seed(p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    """When devices have been ordered, loaded, carried and read in, without a calendar. [s]."""
    loader = make_loader(p, w, assumed)
    terms = loader.terms
    loads, _ = divide_loads(loader, 1.0, terms["pool"])
    legs = ("order_time", "ship_time", "setup_time", "return_time", "import_fixed_time")
    return sum((terms[name] for name in legs), 0.0) + (loads.groups - 1.0) * loads.each + loads.rest


_TIMES = {"online": _online, "offline": _offline, "hybrid": _hybrid, "split": _split}

_BY_TIME = ("agent-hour", "run", "task-month", "hour", "term-hour")
"""What charges are counted by that the number of agents makes more or less of."""


def _cash(case: Case, p: Parameters, w: Workload, times: _Times, pairs: NDArray[np.intp] | None) -> Any:
    """What movers ask for agents, tasks and runs, and lines that are built for as long as they are there. [USD]."""
    movers = [option.mover for option, _ in p.groups("mover") if option.mover is not None]
    routes = [option.route for option in p.options if option.route is not None and not option.exists]
    owners: list[Profile] = [*movers, *routes]
    if not any(charge.per in _BY_TIME for owner in owners for charge in owner.charges):
        return 0.0
    alone = [replace(option, device=None, second_hop=None, target=None) for option in p.options]  # type: ignore[arg-type]
    quantities = {
        "agent-hour": w.agents * times.busy,
        "run": times.tasks * 3.0,
        "task-month": times.tasks * times.busy,
        "hour": times.busy,
        "term-hour": np.maximum(times.busy, least_term(p)),
    }
    shape = np.broadcast_shapes(np.shape(times.finish), w.shape)
    return price_stack(case.facts, alone, w, quantities, np.zeros(shape), pairs).ceiling
