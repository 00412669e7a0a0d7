"""Which constants cases may move, how far documents let them, and catalogues in which they have been moved.

A constant is moved by a factor of its own, and by a factor that all movers (or devices) of its class have in common
for the same constant, so that a tool which nobody has measured follows its relatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.facts import Carrier, Catalogue, Fact, MoverPath, Profile, Target
from migplan.facts.keys import TIME_FACTORS

P = TypeVar("P", bound=Profile)
C = TypeVar("C", bound=Carrier)

KEYS = (
    "per_file_time",
    "round_trips",
    "scaling",
    "host_scaling",
    "operation_time",
    "task_rate",
    "task_file_rate",
    "file_stream_rate",
    "file_rate",
    "write_rate",
    "scan_rate",
    "run_time",
    "run_round_trips",
    "batched_per_file_time",
    "import_rate",
    "import_per_file_time",
)
"""Constants that cases may move; limits and settings that a vendor states stay as they are."""
KINDS = ("movers", "targets", "devices")
AT_MOST = {"scaling": 1.0, "host_scaling": 1.0}
"""Constants that mean nothing above a value."""
RANGE = 5.3
"""Low to high in standard deviations of the logarithm: what draws of PERT(low, value, high) scatter by."""


_SLIGHT, _SURER = 0.05, 0.85
"""A fact stays as documents have it where its value moves less, and where its range keeps more, than this."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Factors after some cases.

    Attributes
    ----------
    shift : dict
        Name of a factor (the id of the fact it belongs to) -> its logarithm. [1]
    place : dict
        Name -> row and column in `covariance`.
    covariance : array
        Of the logarithms, after the cases. [1]
    cases : dict
        Name -> ids of the cases that bear on it.
    """

    shift: Mapping[str, float]
    place: Mapping[str, int]
    covariance: NDArray[np.float64]
    cases: Mapping[str, tuple[str, ...]]


class Levels:
    """The factors of each fact of a catalogue, and their spread before any case."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._like: dict[str, str] = {}
        self.facts: dict[str, Fact] = {}
        for kind in KINDS:
            for profile in getattr(catalogue, kind).values():
                if isinstance(profile, Carrier) and profile.like:
                    self._like[f"{kind}/{profile.id}"] = f"{kind}/{profile.like}"
                self.facts.update((fact.id, fact) for fact in _facts_of(profile))
        self._classes = set(self._like.values())

    def may_move(self, fact: Fact) -> bool:
        """Whether cases may move a fact: a constant inside its range, since one at an end is a limit that is stated."""
        inside = 0 < fact.low < fact.value < fact.high
        return inside and fact.id in self.facts and fact.id.rpartition(".")[2] in KEYS

    def of(self, fact: Fact) -> tuple[str, ...]:
        """Names of the factors on a fact: its own and, where there is one, that of its class."""
        owner, _, place = fact.id.partition(".")
        above = self.facts.get(f"{self._like.get(owner, '')}.{place.rpartition('.')[2]}")
        if above is None or above.id == fact.id or not self.may_move(above):
            return (fact.id,)
        return (fact.id, above.id)

    def spread(self, name: str) -> float:
        """Standard deviation of the logarithm of one factor before any case. [1].

        Where a class stands behind, half of the variance is the class's and half the tool's own.
        """
        fact = self.facts[name]
        shared = self.is_class(fact) or len(self.of(fact)) > 1
        return math.log(fact.high / fact.low) / RANGE / (math.sqrt(2.0) if shared else 1.0)

    def is_class(self, fact: Fact) -> bool:
        """Whether a fact belongs to a profile that others are like."""
        return fact.id.partition(".")[0] in self._classes


def with_factors(catalogue: Catalogue, fitted: Fitted) -> Catalogue:
    """The catalogue with the factors in the values and ranges of its facts."""
    levels = Levels(catalogue)
    return replace_facts(catalogue, lambda fact: moved(fact, fitted, levels))


def moved(fact: Fact, fitted: Fitted, levels: Levels) -> Fact:
    """A fact after the cases; as it was where none bears on it."""
    names = levels.of(fact)
    known = [name for name in names if name in fitted.shift]
    cases = tuple(dict.fromkeys(case for name in known for case in fitted.cases[name]))
    if not cases or not levels.may_move(fact):
        return fact
    shift = sum(fitted.shift[name] for name in known)
    places = [fitted.place[name] for name in known]
    variance = float(fitted.covariance[np.ix_(places, places)].sum())
    variance += sum(levels.spread(name) ** 2 for name in names if name not in fitted.shift)
    # A class stands for tools without a profile too, which differ among themselves.
    variance += levels.spread(fact.id) ** 2 if levels.is_class(fact) else 0.0
    before = math.log(fact.high / fact.low) / RANGE
    if abs(shift) < _SLIGHT and variance > (_SURER * before) ** 2:
        return fact
    # Cases make nothing less sure, also where the class is less sure than the tool was by itself.
    variance = min(variance, before**2)
    room = math.exp(0.5 * RANGE * math.sqrt(variance))
    value = within(fact, fact.value * math.exp(shift))
    low, high = value / room, within(fact, value * room)
    return replace(_at(fact, value, low, high), prior=(fact.value, fact.low, fact.high), cases=cases)


def within(fact: Fact, value: float) -> float:
    """A value that means something."""
    return min(value, AT_MOST.get(fact.id.rpartition(".")[2], math.inf))


def _at(fact: Fact, value: float, low: float, high: float) -> Fact:
    """A fact with another value and range, and of no cases."""
    shown = fact.shown * value / fact.value
    return replace(fact, value=value, low=low, high=high, shown=shown, prior=None, cases=())


def at_priors(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it was before any case."""

    def before(fact: Fact) -> Fact:
        if fact.prior is None:
            return fact
        return _at(fact, *fact.prior)

    return without_history(replace_facts(catalogue, before))


def without_history(catalogue: Catalogue) -> Catalogue:
    """The catalogue without what was learned from finished moves."""

    def carrier(old: C) -> C:
        facts = {key: fact for key, fact in old.facts.items() if key not in TIME_FACTORS}
        towards = {
            target: {key: fact for key, fact in table.items() if key not in TIME_FACTORS}
            for target, table in old.towards.items()
        }
        return replace(old, facts=facts, towards=towards)

    return replace(
        catalogue,
        movers={name: carrier(mover) for name, mover in catalogue.movers.items()},
        devices={name: carrier(device) for name, device in catalogue.devices.items()},
    )


def fitted_on(catalogue: Catalogue) -> set[str]:
    """Ids of the cases that any fact was fitted on."""
    profiles = (profile for kind in KINDS for profile in getattr(catalogue, kind).values())
    return {case for profile in profiles for fact in _facts_of(profile) for case in fact.cases}


def replace_facts(catalogue: Catalogue, change: Callable[[Fact], Fact]) -> Catalogue:
    """The catalogue with every fact of movers, targets and devices changed."""

    def path(old: MoverPath) -> MoverPath:
        return replace(old, facts={key: change(fact) for key, fact in old.facts.items()})

    def facts(old: P) -> P:
        return replace(old, facts={key: change(fact) for key, fact in old.facts.items()})

    def carrier(old: C) -> C:
        return replace(facts(old), paths=tuple(path(each) for each in old.paths))

    def target(old: Target) -> Target:
        # A configuration holds what the target states too.
        return replace(facts(old), configurations=tuple(facts(own) for own in old.configurations))

    return replace(
        catalogue,
        movers={name: carrier(mover) for name, mover in catalogue.movers.items()},
        targets={name: target(each) for name, each in catalogue.targets.items()},
        devices={name: carrier(device) for name, device in catalogue.devices.items()},
    )


def _facts_of(profile: Profile) -> Iterator[Fact]:
    yield from profile.facts.values()
    for path in profile.paths if isinstance(profile, Carrier) else ():
        yield from path.facts.values()
    for table in profile.towards.values() if isinstance(profile, Carrier) else ():
        yield from table.values()
