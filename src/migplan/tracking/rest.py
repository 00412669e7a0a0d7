"""The rest of a plan, by its engine: what runs already, at the rates that were measured, on the plan's calendar."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws, outcome_of
from migplan.engine.evaluation import evaluate_stacks
from migplan.engine.options import Option, enumerate_options
from migplan.engine.outcome import Outcome, bound_names
from migplan.errors import Fault, MigplanError
from migplan.facts import Fact, Mover
from migplan.formulas.rates import Rates, learn
from migplan.inputs.begun import Begun
from migplan.inputs.pilot import with_measured
from migplan.inputs.pilot_fit import Constant, Constants
from migplan.inputs.workload import Workload
from migplan.tracking.planned import Planned
from migplan.tracking.progress import Progress

_ROOM = 3.0
"""Standard errors above the measured rate to which nothing else bounds it. [1]."""
_SURE = 10.0
"""How many stretches what is assumed of their noise counts for. [1]."""
_MEASURED = ("share", "file_size", "source_rate")
"""Inputs that the running copy has answered: no longer drawn."""


@dataclass(frozen=True, slots=True)
class LearntRates:
    """What a running copy has taught.

    Attributes
    ----------
    rates : Rates
        The plan's where it is too early.
    spread : float
        Of ln(time) of what is left. [1]
    early : bool
        Whether too little is done to say more than the plan.
    uneven : float
        By which the rest takes longer than its sums say, since folders of large and of small files take turns. [1]
    """

    rates: Rates
    spread: float
    early: bool
    uneven: float = 1.0

    @property
    def byte_rate(self) -> float:
        """[B/s]."""
        return math.exp(self.rates.mean[0])

    @property
    def file_rate(self) -> float:
        """[1/s]."""
        return math.exp(self.rates.mean[1])


def learn_rates(planned: Planned, progress: Progress) -> LearntRates:
    """The two rates after all stretches, and how well the time of the rest is known."""
    facts = planned.case.facts.assumptions
    noise, walk = facts["track_noise"].value, facts["track_walk"].value
    rates, squares = planned.rates, 0.0
    for stretch in progress.stretches:
        law = planned.law(stretch.volume, stretch.files)
        # What was seen in one piece is as well known as its parts in the mean, which have changed meanwhile.
        own = math.sqrt(noise**2 / stretch.part + walk**2 * stretch.part / 3.0)
        rates, surprise = learn(rates, stretch.time, law, own, walk * math.sqrt(stretch.part))
        squares += min(surprise**2, 9.0)
    count = len(progress.stretches)
    scale = (_SURE + squares) / (_SURE + count)
    volume, files = progress.left
    early = not progress.copied and (
        progress.share < facts["track_least"].value or count < facts["track_windows"].value
    )
    if not volume and not files:
        volume, files = progress.volume[1], progress.files[1]
    left = max(planned.work(volume, files) / planned.work(*_all(progress)) * 100.0, 0.1)
    known = rates.spread(planned.law(max(volume, 1.0), files)) ** 2
    seen = scale * (known + noise**2 / max(left, 1.0) + walk**2 * left / 3.0)
    spread = math.sqrt(facts["track_alike"].value * seen + facts["track_rest"].value ** 2)
    uneven = 1.0 if early else _unevenness(planned, progress, rates) ** facts["track_uneven"].value
    return LearntRates(planned.rates if early else rates, spread, early, uneven)


def _unevenness(planned: Planned, progress: Progress, rates: Rates) -> float:
    """Time of all stretches, each by itself, to that of their sums: what means of sizes hide. [1]."""
    parts = [(each.volume, each.files) for each in progress.stretches]
    if not parts:
        return 1.0
    apart = sum(math.exp(planned.law(*each)(rates.mean)) for each in parts)
    volume, files = (sum(column) for column in zip(*parts, strict=True))
    return max(apart / math.exp(planned.law(volume, files)(rates.mean)), 1.0)


def _all(progress: Progress) -> tuple[float, float]:
    return progress.volume[1], progress.files[1]


def begun_of(planned: Planned, progress: Progress) -> Begun:
    """Where the copy stands, as the engine wants it."""
    volume, files = progress.left
    course, age = progress.course, progress.at - progress.begin
    if progress.copied:
        # Of each job the last pass that is over; what changed since the earliest of their begins is to be sent.
        begins = [job.passes[-1][0] if job.passes else job.times[0] for job in course.jobs]
        age = progress.at - float(planned.passed(min(begins)))
    verifying = [
        float(planned.passed(job.times[_since(job.phases)]))
        for job in course.jobs
        if job.phase == "verifying"
    ]
    return Begun(
        at=progress.at,
        age=max(age, 0.0),
        volume=volume,
        files=files,
        listed=not any(job.phase in ("scanning", "queued") for job in course.jobs),
        verified=max(progress.at - min(verifying), 0.0) if verifying else 0.0,
        done=progress.copied,
    )


def _since(phases: tuple[str, ...]) -> int:
    """The place from which on a job is in its last phase."""
    place = len(phases) - 1
    while place and phases[place - 1] == phases[-1]:
        place -= 1
    return place


def underway(case: Case, begun: Begun | None, volume: float, files: float) -> Case:
    """The case of what there is now, of which a copy runs already."""
    w = case.workload
    more, counted = volume / float(np.squeeze(w.volume)), files / float(np.squeeze(w.files))
    sizes = tuple((size * more / counted, count * counted) for size, count in w.sizes)
    inputs = {**w.inputs, "file_size": replace(w.inputs["file_size"], status="given")}
    found = replace(
        w, volume=volume, files=files, file_size=volume / files, sizes=sizes, inputs=inputs, begun=begun
    )
    return case.of(found)


def measured_case(
    case: Case, option: Option, rates: tuple[float, float], spread: float, overlap: float
) -> Case:
    """The case in which the mover of an option has measured rates on its path, all of its agents together.

    Parameters
    ----------
    rates : (float, float)
        Bytes and files per second. [B/s], [1/s]
    spread : float
        Of ln(time). [1]
    overlap : float
        By which they were learnt. [1]
    """
    wanted = np.log(rates)
    factor = np.zeros(2)
    made = case
    # What is measured is of all agents; how they add up in the engine is found in a second look.
    for _ in range(2):
        byte_rate, file_rate = np.exp(wanted + factor)
        made = _with_rates(case, option, float(byte_rate), float(file_rate), spread, overlap)
        found = np.log(typical_rates(made, option))
        factor += np.where(np.isfinite(found), wanted - found, 0.0)
    return made


def typical_rates(case: Case, option: Option) -> NDArray[np.float64]:
    """Bytes and files per second of an option at typical values. [B/s], [1/s]."""
    (stack,) = evaluate_stacks(case, [option_of(case, option)])
    return np.array([float(np.squeeze(stack.outcome.details[name])) for name in ("rate", "file_rate")])


def option_of(case: Case, option: Option) -> Option:
    """The option of a case that has the id and the configuration of another one over a line."""
    facts, mover = case.facts, option.mover
    assert mover is not None
    # A look asks for it some twenty times, and most of the time to find all options is for those of other movers.
    movers = {name: each for name, each in facts.movers.items() if each.id == mover.id}
    targets = {name: each for name, each in facts.targets.items() if name == option.target.id}
    facts = replace(facts, movers=movers, targets=targets, devices={})
    found = [each for each in enumerate_options(facts, case.workload) if each.id == option.id]
    same = [each for each in found if each.target.key == option.target.key]
    if not found:
        raise MigplanError(Fault("bad-choice", "--option", f"{option.id!r} is no option any more"))
    return (same or found)[0]


def _with_rates(
    case: Case, option: Option, byte_rate: float, file_rate: float, spread: float, overlap: float
) -> Case:
    mover = option.mover
    assert mover is not None
    w, facts = case.workload, case.facts
    room = math.exp(_ROOM * spread)
    day = case.today.isoformat()
    source = f"measured: the copy that runs ({day})"
    constants = _constants(mover, w, byte_rate, file_rate)
    own = {
        key: fact
        for key, fact in constants.facts(f"movers/{mover.id}.running", source, day).items()
        if key != "scan_rate"
    }
    assumed = facts.assumptions
    own["overlap"] = _fixed(assumed["overlap"], overlap, source)
    found = with_measured(facts, mover, option.target.id, w.protocol, own, "running")
    shown: dict[str, Fact] = {"sigma_running": _fixed(assumed["sigma_running"], spread, source)}
    for key, value in (("source_file_rate", file_rate * room), ("new_circuit_share", 1.0)):
        if value > assumed[key].low:
            shown[key] = _fixed(assumed[key], max(value, assumed[key].value), source)
    found = replace(found, assumptions=found.assumptions.with_facts(shown))
    inputs = {**w.inputs, **{name: replace(w.inputs[name], status="given") for name in _MEASURED}}
    workload = replace(
        w,
        share=_share(w, byte_rate * room),
        source_rate=np.maximum(w.source_rate, byte_rate * room),
        inputs=inputs,
    )
    return Case(workload, found, case.today)


def _share(w: Workload, least: float) -> Any:
    """The part of the line that is ours at least, so that it does not bound what was measured on it."""
    known = np.isfinite(w.link) & (np.asarray(w.link) > 0.0)
    return np.where(known, np.maximum(w.share, 1.1 * least / np.where(known, w.link, 1.0)), w.share)[()]


def _constants(mover: Mover, w: Workload, byte_rate: float, file_rate: float) -> Constants:
    """Both rates in the form in which the engine reads those of a pilot."""

    def fact(*names: str) -> float:
        return next((found.value for name in names if (found := mover.fact(name)) is not None), 1.0)

    threads = float(np.squeeze(w.threads))
    agents = float(np.squeeze(w.agents))
    return Constants(
        rate=Constant(byte_rate, 0.0),
        per_file=Constant(1.0 / file_rate, 0.0),
        in_flight=threads if threads > 0.0 else fact("threads", "files_in_flight"),
        threads=mover.fact("threads") is not None,
        scan_rate=Constant(1.0, 0.0),
        agents=agents if agents > 0.0 else 1.0,
        scaling=fact("scaling"),
        host_scaling=fact("host_scaling"),
        noise=0.0,
        timings=0,
    )


def _fixed(fact: Fact, value: float, source: str) -> Fact:
    return replace(fact, value=value, low=value, high=value, shown=value, source=source, status="confirmed")


@dataclass(frozen=True)
class Rest:
    """What the engine says of the rest, by draw. [s]."""

    copied: NDArray[np.float64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    bottleneck: str


def rest_of(case: Case, option: Option, draws: Draws) -> Rest:
    """The rest of a move on draws."""
    return rest_in(outcome_of(case, option_of(case, option), draws), draws)


def rest_in(outcome: Outcome, draws: Draws) -> Rest:
    """What an outcome on draws says of the rest."""
    finish = _all_draws(outcome.finish, draws)
    return Rest(
        copied=_all_draws(outcome.details.get("copied", outcome.finish), draws),
        finish=np.where(np.isnan(finish), np.inf, finish),
        cutover=_all_draws(outcome.cutover, draws),
        bottleneck=bottleneck_of(outcome),
    )


def _all_draws(values: Any, draws: Draws) -> NDArray[np.float64]:
    return np.broadcast_to(np.asarray(values, dtype=float), (1, 1, draws.samples)).ravel().copy()


def bottleneck_of(outcome: Outcome) -> str:
    """What binds most of the draws."""
    names, counts = np.unique(bound_names(np.asarray(outcome.bound)), return_counts=True)
    return str(names[np.argmax(counts)])
