"""What finished moves say of the next one on the same path, with the same tool, and with its relatives.

The constants stay as they are. What the moves took, in times of what the constants say, becomes facts of the tool: for
its class, for itself and for its way to a target, each at several mean sizes of files. It is a normal model of
logarithms with three levels, in which files of like size are more alike; docs/method.md writes it out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from migplan.analyses.backtest.factors import RANGE, C
from migplan.analyses.backtest.fit import FREEDOM, Sample, how_far
from migplan.analyses.backtest.forecast import binding
from migplan.analyses.backtest.matching import Setting
from migplan.engine.case import assumed_values
from migplan.errors import counted
from migplan.facts import Carrier, Catalogue, Fact
from migplan.facts.keys import TIME_FACTORS
from migplan.formulas.statistics import pert_quantile
from migplan.text import percent_of

SOURCE = "assumption: learned from completed migrations (docs/method.md)"
_ROUNDS = 10
_FURTHEST = 9.0
"""Of a squared error, in variances of its forecast: one move says no more than this of the spread."""


class Place(NamedTuple):
    """Whom something was learned of: a class, where there is no tool; a tool, where there is no target; a path.

    `strangers` are those of tool and target of a path that have no profile, `stretch` is how many times further from
    the constants it may lie than is usual.
    """

    kind: str
    group: str
    tool: str = ""
    target: str = ""
    strangers: int = 0
    stretch: float = 1.0

    @property
    def profile(self) -> str:
        """The profile that states it."""
        return self.tool or self.group


@dataclass(frozen=True, slots=True)
class History:
    """Facts by place, and the spread of moves around what they say. [1]."""

    facts: Mapping[Place, Mapping[str, Fact]]
    sigma: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Variances of ln(actual / predicted) among classes, tools and paths, and of one move by itself. [1].

    Attributes
    ----------
    reach : float
        Decades of file size over which moves become strangers. [1]
    unknown : float
        Variance that each of tool and target adds that has no profile. [1]
    """

    group: float
    tool: float
    path: float
    run: float
    reach: float
    unknown: float = 0.0

    def between(self, strangers: int = 0, stretch: float = 1.0) -> float:
        """Variance of one path among all. [1]."""
        return (self.group + self.tool + self.path + strangers * self.unknown) * stretch**2

    def shared(self, one: Place, size: float, other: Place, like: float) -> float:
        """Covariance of two places at two mean sizes of files."""
        if one[:2] != other[:2]:
            return 0.0
        found = self.group
        if one.tool and one.tool == other.tool:
            found += self.tool
            if one.target and one.target == other.target:
                found += self.path + one.strangers * self.unknown
        apart = math.log10(size / like) / self.reach
        return found * one.stretch * other.stretch * math.exp(-0.5 * apart**2)


def levels_of(catalogue: Catalogue) -> Levels:
    """The variances that the assumptions state."""
    facts = catalogue.assumptions
    return Levels(
        group=facts["history_class"].value ** 2,
        tool=facts["history_tool"].value ** 2,
        path=facts["history_path"].value ** 2,
        run=facts["sigma_history"].value ** 2,
        reach=facts["history_reach"].value,
        unknown=facts["sigma_unknown"].value ** 2,
    )


def weight(number: float, run: float, between: float) -> float:
    """What moves of one path with files of one size weigh against what was held before. [1].

    Parameters
    ----------
    number : float
        Moves. [1]
    run, between : float
        Variance of one move around its path, and of paths among themselves. [1]

    Examples
    --------
    Where a move strays by as much as paths do, one weighs half and three weigh three quarters:

    >>> weight(1, 0.25, 0.25), weight(3, 0.25, 0.25)
    (0.5, 0.75)
    """
    return number / (number + run / between)


def study(samples: Sequence[Sample], catalogue: Catalogue) -> History:
    """Learn from finished moves.

    Parameters
    ----------
    samples : sequence of Sample
        Made with this catalogue.

    Notes
    -----
    Best linear prediction of a normal model with random effects: Robinson, That BLUP is a good thing (1991). The noise
    is widened for moves that nothing explains, as Student's distribution has it.
    """
    levels = levels_of(catalogue)
    known, far = _told(samples, catalogue, math.sqrt(levels.run))
    if not known:
        return History({}, math.sqrt(levels.run))
    places = _stretched([place_of(sample) for sample in known], far, levels)
    sizes = [_size(sample) for sample in known]
    rows = list(zip(places, sizes, strict=True))
    alike = np.array([[levels.shared(*one, *other) for other in rows] for one in rows])
    inverse = _inverse(alike, np.array(far), levels.run)
    pull = inverse @ np.array(far)
    facts = {}
    for place in _written(places, catalogue):
        own = [sample for sample, of in zip(known, places, strict=True) if _within(of, place)]
        seen = {key: _posterior(levels, rows, inverse, pull, place, at) for key, at in TIME_FACTORS.items()}
        facts[place] = {
            key: _fact(place, key, *seen[key], levels.between(*place[4:]), own, catalogue)
            for key in TIME_FACTORS
        }
    # Each move forecast from all others: its error, in variances of that forecast.
    off = np.minimum(pull**2 / np.diag(inverse), _FURTHEST)
    prior = catalogue.assumptions["sigma_weight"].value
    return History(facts, math.sqrt(levels.run * (prior + off.sum()) / (prior + len(off))))


def place_of(sample: Sample) -> Place:
    """The path of a move."""
    made = sample.setting
    kind = "movers" if made.option.device is None else "devices"
    strangers = int(made.profile.stands_in) + int(made.option.target.stands_in)
    return Place(kind, made.group, made.profile.id, made.option.target.id, strangers)


def _stretched(places: Sequence[Place], far: Sequence[float], levels: Levels) -> list[Place]:
    """The paths, those further from the constants whose moves agree that they are, by Student's distribution too.

    Of one move alone nobody can tell whether it is odd or its path is.
    """
    found = {}
    for place in dict.fromkeys(places):
        own = [off for of, off in zip(places, far, strict=True) if of == place]
        usual = levels.between(place.strangers) + levels.run / len(own)
        wider = (FREEDOM + float(np.median(own)) ** 2 / usual) / (FREEDOM + 1.0)
        found[place] = place._replace(stretch=math.sqrt(max(wider, 1.0)) if len(own) > 1 else 1.0)
    return [found[place] for place in places]


def _told(samples: Sequence[Sample], catalogue: Catalogue, spread: float) -> tuple[list[Sample], list[float]]:
    """The moves that say something of their tool, and ln(actual / predicted) of each without its line. [1].

    A move that its line held, and that went at about its rate, says nothing. Of a device's ways only filling does.
    """
    assumed = assumed_values(catalogue)
    found = [s for s in samples if s.setting.option.device is None or s.setting.covers == "load"]
    with np.errstate(all="ignore"):
        by_line = [binding(sample.setting, assumed) == "line" for sample in found]
    beside = how_far(found, catalogue)
    known = [
        sample
        for sample, held, off in zip(found, by_line, beside, strict=True)
        if not (held and off < spread)
    ]
    return known, how_far([replace(sample, setting=_unbound(sample)) for sample in known], catalogue)


def _unbound(sample: Sample) -> Setting:
    """A move as if nothing were known of its line."""
    return replace(sample.setting, workload=structs.replace(sample.setting.workload, link=math.inf))


def _size(sample: Sample) -> float:
    """The mean size of a file, within those that factors are stated at: beyond them nothing else is known. [B]."""
    ends = TIME_FACTORS.values()
    return min(max(float(np.squeeze(sample.setting.workload.file_size)), min(ends)), max(ends))


def _inverse(alike: NDArray[np.float64], far: NDArray[np.float64], run: float) -> NDArray[np.float64]:
    """Of the covariance of the moves. The noise of one that nothing explains is wider than that of the others."""
    width = np.ones(len(far))
    for _ in range(_ROUNDS):
        inverse = np.linalg.inv(alike + np.diag(run * width))
        left = far - alike @ inverse @ far
        width = np.maximum((FREEDOM + left**2 / run) / (FREEDOM + 1.0), 1.0)
    return np.asarray(np.linalg.inv(alike + np.diag(run * width)), dtype=float)


def _within(of: Place, place: Place) -> bool:
    return all(not wanted or wanted == has for wanted, has in zip(place[:4], of[:4], strict=True))


def _written(places: Sequence[Place], catalogue: Catalogue) -> Iterator[Place]:
    """The classes, tools and paths of some moves. What stands for a class is written as the class."""
    for place in dict.fromkeys(places):
        if place.kind == "movers" and place.group in catalogue.movers:
            yield Place(place.kind, place.group)
        if place.tool != place.group:
            yield Place(place.kind, place.group, place.tool)
        yield place


def _posterior(
    levels: Levels,
    rows: Sequence[tuple[Place, float]],
    inverse: NDArray[np.float64],
    pull: NDArray[np.float64],
    place: Place,
    size: float,
) -> tuple[float, float]:
    """Mean and variance of the logarithm of the time factor of a place."""
    shared = np.array([levels.shared(place, size, *row) for row in rows])
    return float(shared @ pull), float(levels.between(*place[4:]) - shared @ inverse @ shared)


def _fact(
    place: Place,
    key: str,
    mean: float,
    variance: float,
    before: float,
    own: Sequence[Sample],
    catalogue: Catalogue,
) -> Fact:
    """A time factor whose draws have the mean and the variance, on top of what was held before."""
    owner = f"{place.kind}/{place.profile}"
    old = _held(place, key, catalogue)
    base = 1.0 if old is None else old.value
    value, low, high = (base * ratio for ratio in _range(mean, variance))
    _, least, most = (base * ratio for ratio in _range(0.0, before))
    cases = dict.fromkeys((*(() if old is None else old.cases), *(sample.setting.case for sample in own)))
    sources = ", ".join(dict.fromkeys(sample.source for sample in own))
    years = sorted({sample.year for sample in own if sample.year})
    when = f" of {years[0]}" if len(set(years)) == 1 else f" of {years[0]} to {years[-1]}" if years else ""
    weighs = (
        f"{'it weighs' if len(own) == 1 else 'they weigh'} {percent_of(round(1.0 - variance / before, 2))}"
    )
    note = f"{counted(len(own), 'case')}{when} ({sources}); {weighs} here"
    return Fact(
        id=f"{owner}.towards.{place.target}.{key}" if place.target else f"{owner}.{key}",
        value=value, low=low, high=high, base="1", shown=value, unit="1", source=SOURCE, as_of="", status="assumed",
        note=note, prior=(base, least, most), cases=tuple(cases), seed=f"{place.kind}/{place.group}.time_factor",
    )  # fmt: skip


def _range(mean: float, variance: float) -> tuple[float, float, float]:
    """Most likely value and ends of a PERT distribution whose median is e^mean."""
    room = math.exp(0.5 * RANGE * math.sqrt(variance))
    median = float(pert_quantile(1.0 / room, 1.0, room, 0.5))
    value = math.exp(mean) / median
    return value, value / room, value * room


def _held(place: Place, key: str, catalogue: Catalogue) -> Fact | None:
    """What was held of a place before."""
    profile: Carrier = getattr(catalogue, place.kind)[place.profile]
    return profile.towards.get(place.target, {}).get(key) or profile.facts.get(key)


def with_history(catalogue: Catalogue, history: History) -> Catalogue:
    """The catalogue with what was learned; tools of a class that state nothing themselves have what it has."""
    sigma = catalogue.assumptions["sigma_history"]
    sigma = structs.replace(
        sigma, value=history.sigma, low=history.sigma, high=history.sigma, shown=history.sigma
    )
    return structs.replace(
        catalogue,
        movers={name: _taught(each, "movers", history.facts) for name, each in catalogue.movers.items()},
        devices={name: _taught(each, "devices", history.facts) for name, each in catalogue.devices.items()},
        assumptions=catalogue.assumptions.with_facts({"sigma_history": sigma}),
    )


def _taught(carrier: C, kind: str, facts: Mapping[Place, Mapping[str, Fact]]) -> C:
    own: dict[str, Fact] = {}
    towards = {target: dict(table) for target, table in carrier.towards.items()}
    for place, table in facts.items():
        if place.kind != kind or place.profile not in (carrier.id, carrier.like):
            continue
        if place.profile == carrier.id and place.target:
            towards[place.target] = dict(table)
        elif not place.target and (place.tool or not own):
            own = dict(table)
    return structs.replace(carrier, facts={**carrier.facts, **own}, towards=towards)
