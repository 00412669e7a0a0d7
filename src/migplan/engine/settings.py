"""How an option is run where nobody says: how many agents or copy hosts it gets.

An option is timed with each number of agents that it may have, all at once on an axis before the others. Each agent
beyond the first takes work to set up, and is worth it where it saves several times as much waiting and a good part of
all of it, where an hour of the cutover counts as many of the copy, in which users can write; so one is enough where
the line binds, and more are taken where files do. Neither wishes nor prices have a say, so that a wider window or a
later deadline never leads to fewer agents. Times are those that four of five draws keep, as plans are judged, without
the calendar: the choice is the same for a plan, where draws follow, and for a row of a batch, where none do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.clock import Clock
from migplan.engine.copying import Assumed, has_own_line, pass_busy
from migplan.engine.learned import has_learned
from migplan.engine.loading import divide_loads, make_loader
from migplan.engine.money import has_hosts
from migplan.engine.options import KINDS, Option
from migplan.engine.outcome import ignoring_nan
from migplan.engine.pace import pace_of
from migplan.engine.parameters import Parameters
from migplan.engine.passes import PassTime, pass_time, verify_mode
from migplan.engine.ranking import BY_TIME, JUDGED
from migplan.facts import Fact
from migplan.formulas import Numeric, alike
from migplan.formulas.levels import normal_quantile
from migplan.formulas.statistics import lognormal_factor
from migplan.inputs.workload import Workload

if TYPE_CHECKING:
    from migplan.engine.case import Case

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
    return spread_by(option, case.workload.knowledge, case.facts.assumptions)


def spread_by(option: Option, knowledge: str, assumptions: Mapping[str, Fact], strangers: int = 0) -> float:
    """The same by what the user knows, and what the facts of the option were measured on. [1].

    What was learned from finished moves has its own range, beside which a single move strays by less. Each thing that
    is not known adds its variance: a tool and a target without a profile, a tool whose class nobody has measured, and
    what else the caller counts as `strangers`.
    """
    own = "" if option.mover is None else option.mover.knowledge
    known = min(assumptions[f"sigma_{level}"].value for level in (knowledge, own or knowledge))
    if has_learned(option):
        return min(known, assumptions["sigma_history"].value)
    apart = unknowns(option) + strangers
    return math.hypot(known, *[assumptions["sigma_unknown"].value] * apart) if apart else known


def unknowns(option: Option) -> int:
    """How many things nobody knows of an option: its tool, its target, and the class of its tool.

    Of what a pilot or a running move has measured everything is known.
    """
    mover = option.mover
    if mover is None or mover.knowledge:
        return 0
    # A tool of no class, as SnapMirror is, and one of the user's own are what their documents say.
    facts = [mover.facts, *(path.facts for path in mover.paths)]
    measured = any(fact.cases for table in facts for fact in table.values())
    strange = (mover.stands_in or bool(mover.like)) and not measured
    return int(mover.stands_in) + int(option.target.stands_in) + int(strange)


def with_agents_chosen(case: Case, options: Sequence[Option]) -> Case:
    """The case with a number of agents for each of some options; the case itself where all are given."""
    w = case.workload
    if not options or not is_open(w):
        return case
    agents = np.empty((len(options), w.shape[1], 1))
    height = max(1, _CELLS // (w.shape[1] * len(ladder(case.facts.assumptions["agents"].value))))
    for kind in KINDS:
        places = np.array([n for n, option in enumerate(options) if option.kind == kind], dtype=np.intp)
        for begin in range(0, len(places), height):
            some = places[begin : begin + height]
            p = Parameters([options[place] for place in some], w.region)
            agents[some] = choose_agents(case, kind, p, w.take(option=some))
    return case.with_agents(agents)


def choose_agents(case: Case, kind: str, p: Parameters, w: Workload) -> NDArray[np.float64]:
    """The number of agents of each option and row; those that are given stay. [1].

    Parameters
    ----------
    kind : str
        Of all the options.
    """
    assumptions = case.facts.assumptions
    most = np.asarray(most_agents(p, assumptions["agents"].value))
    # The numbers come first, so that the values of one lie side by side, as those of all else do.
    steps = ladder(float(most.max()))[:, None, None, None]
    agents = np.minimum(steps, most)
    with ignoring_nan():
        times, last, ends = _TIMES[kind](p, replace(w, agents=agents), _judged(case, p), case.clock)
    # Who wants to be done soon minds no work.
    minds = 0.0 if w.optimize in BY_TIME else 1.0
    work = assumptions["work_agent"].value * (agents - 1.0)
    if not np.all(ends):
        times = np.where(ends | ~np.any(ends, axis=0), times, np.inf)
    value = times
    value = value + minds * assumptions["agent_worth"].value * work
    value = value + assumptions["cutover_worth"].value * last
    enough = value.min(axis=0) * (1.0 + minds * assumptions["agent_gain"].value)
    # The fewest that are about as good as the best.
    which = np.argmax(value <= enough, axis=0)
    chosen = np.minimum(steps.ravel()[which], most)
    return np.where(np.isnan(w.agents), chosen, w.agents)


def _judged(case: Case, p: Parameters) -> Assumed:
    """The engine's assumptions with the rates that four of five movements reach."""
    sigma = p.each(lambda option: spread_of(option, case))
    line = np.minimum(sigma, case.facts.assumptions["sigma_line"].value)
    level = normal_quantile(JUDGED)
    errors = (lognormal_factor(values, level) for values in (sigma, line))
    return replace(case.assumed, **dict(zip(("model_error", "line_error"), errors, strict=True)))


def _online(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> tuple[Numeric, Numeric, Any]:
    """A full copy, and passes as long as they gain; the last of them. [s]; whether they have an end."""
    copy = pace_of(p, w, assumed, clock.of_lines(has_own_line(p))).mean
    first = pass_busy(p, "mover", copy, 1.0, np.where(verify_mode(p, w)[0], 1.0, 0.0))
    rest, last, ends = _passes(pass_time(p, w, copy), first)
    return first + rest, last, ends


def _passes(later: PassTime, first: Numeric) -> tuple[Numeric, Numeric, Any]:
    """What all passes after one take that shrink in proportion, and the last [s]; whether they do, and end."""
    second = later(first)
    third = later(second)
    ratio = np.clip((second - third) / (first - second), 0.0, None)
    shrinks = (second < first) & (ratio < 1.0)
    ratio = np.where(shrinks, ratio, 0.0)
    # No pass is shorter than one over nothing.
    last = np.clip((third - ratio * second) / (1.0 - ratio), later(alike(0.0, first)), second)
    return np.where(shrinks, last + (second - last) / (1.0 - ratio), second), last, shrinks


def _offline(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> tuple[Numeric, Numeric, Any]:
    """Devices on their way, and the loads; agents have no say in the cutover."""
    return _seed(p, w, assumed), 0.0, True


def _hybrid(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> tuple[Numeric, Numeric, Any]:
    """A seed, and passes over what changed since then."""
    seed, copy = _seed(p, w, assumed), pace_of(p, w, assumed, clock).mean
    rest, last, ends = _passes(pass_time(p, w, copy), seed)
    return seed + rest, last, ends


def _split(p: Parameters, w: Workload, assumed: Assumed, clock: Clock) -> tuple[Numeric, Numeric, Any]:
    """Both ways at once: together they take as long as two workers that share the work."""
    (line, last, ends), seed = _online(p, w, assumed, clock), _seed(p, w, assumed)
    return np.where(np.isfinite(line), seed * line / (seed + line), seed), last, ends


def _seed(p: Parameters, w: Workload, assumed: Assumed) -> Numeric:
    """When devices have been ordered, loaded, carried and read in, without a calendar. [s]."""
    loader = make_loader(p, w, assumed)
    terms = loader.terms
    loads, _ = divide_loads(loader, 1.0, terms["pool"])
    legs = ("order_time", "ship_time", "setup_time", "return_time", "import_fixed_time")
    return sum((terms[name] for name in legs), 0.0) + (loads.groups - 1.0) * loads.each + loads.rest


_TIMES = {"online": _online, "offline": _offline, "hybrid": _hybrid, "split": _split}
