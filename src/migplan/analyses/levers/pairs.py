"""Changes of two inputs together, of which neither is enough alone, and as little of each as it takes.

The first moves by a plain step and the second as far as is needed then; last, the first comes back as far as it may.
Only a few plain steps are tried, and of each only those second inputs with which an option is foreseen to meet, so that
the search takes about as long as that of single levers. What is found is a pair that meets and not the only one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import UNPRICED, Change, Knob, relative
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import Search
from migplan.analyses.levers.standing import Standing
from migplan.analyses.levers.words import Step
from migplan.inputs.workload import Workload

PAIR_FACTS = ["pair_step", "pair_steps"]
"""The assumptions that say how far the first of two moves."""

_NUMBERS = ("share", "link", "agents", "cutover_window")
"""Numbers that take the first step: those that people can move, and that go up."""

_MOST = 2
"""Plain steps whose second inputs are searched."""

_TOLD = 3
"""Pairs that are told."""


@dataclass(frozen=True, slots=True)
class _First:
    """A plain step of one input, and the workload with it."""

    change: Change
    workload: Workload
    knob: Knob | None = None


def find_pairs(
    measure: Measure,
    standings: Sequence[Standing],
    knobs: Sequence[Knob],
    words: Sequence[Step],
    alone: Collection[str],
) -> tuple[Change, ...]:
    """Pairs of changes that make the plan meet, the smallest first; one of each two inputs.

    Parameters
    ----------
    alone : collection of str
        Inputs that need no second one.
    """
    knobs, tried = [knob for knob in knobs if knob.field not in alone], 0
    found: dict[frozenset[str], Change] = {}
    for first in _firsts(measure, knobs, words):
        there = Measure(measure.case.of(first.workload), measure.draws)
        pairs = [pair for pair in _seconds(measure, there, standings, knobs, first) if _is_new(pair, found)]
        found |= {frozenset(pair.fields): pair for pair in pairs}
        tried += bool(pairs)
        if tried == _MOST:
            break
    return tuple(sorted(found.values(), key=lambda pair: pair.size)[:_TOLD])


def _is_new(pair: Change, found: dict[frozenset[str], Change]) -> bool:
    old = found.get(frozenset(pair.fields))
    return old is None or pair.size < old.size


def _firsts(measure: Measure, knobs: Sequence[Knob], words: Sequence[Step]) -> list[_First]:
    """Plain steps of single inputs, small ones first."""
    w, assumptions = measure.workload, measure.case.facts.assumptions
    found = [
        _First(Change((word.field,), (word.now,), (word.needed,), "", 0.0, word.size), word.moved(w))
        for word in words
    ]
    step, count = (assumptions[name].value for name in PAIR_FACTS)
    for knob in (knob for knob in knobs if knob.field in _NUMBERS):
        now, far = knob.now(w), knob.farthest(knob.now(w))
        for value in dict.fromkeys(min(now * step**k, far) for k in range(1, round(count) + 1)):
            texts = (knob.text(w, now),), (knob.text(w, value),)
            change = Change((knob.field,), *texts, "", 0.0, relative(now, value))
            found.append(_First(change, _moved(w, knob, value), knob))
    return sorted(found, key=lambda first: first.change.size)


def _moved(w: Workload, knob: Knob, value: float) -> Workload:
    changed: dict[str, Any] = {knob.attribute: value}
    return replace(w, **changed)


def _seconds(
    measure: Measure, there: Measure, standings: Sequence[Standing], knobs: Sequence[Knob], first: _First
) -> list[Change]:
    """What each second input needs after a first step, and then how little of the first is enough."""
    mine = _possible(there, standings)
    others = [knob for knob in knobs if knob.field not in first.change.fields and knob.attribute]
    hopeful = [others[k] for k in Search(there, mine, others).hopeful()]
    if not hopeful:
        return []
    search = Search(there, mine, hopeful)
    return [
        _least(measure, standings, first, hopeful[k], value, search.change(k, value))
        for k, value in search.run().items()
    ]


def _least(
    measure: Measure, standings: Sequence[Standing], first: _First, knob: Knob, value: float, second: Change
) -> Change:
    """A pair whose first comes back towards the present as far as it may while the second stays."""
    if first.knob is None:
        return _joined(first.change, second)
    there = Measure(measure.case.of(_moved(measure.workload, knob, value)), measure.draws)
    search = Search(there, _possible(there, standings), [first.knob])
    back = search.run()
    if not back or (change := search.change(0, back[0])).size > first.change.size:
        return _joined(first.change, second)
    return _joined(change, replace(second, option=change.option, cash=change.cash))


def _joined(first: Change, second: Change) -> Change:
    """Two changes as one; the option and its cash are those of the second."""
    unpriced = any(field in UNPRICED for field in (*first.fields, *second.fields))
    both = zip(
        (first.fields, first.now, first.needed), (second.fields, second.now, second.needed), strict=True
    )
    fields, now, needed = (mine + other for mine, other in both)
    cash = np.nan if unpriced else second.cash
    return Change(fields, now, needed, second.option, cash, first.size + second.size)


def _possible(there: Measure, standings: Sequence[Standing]) -> list[Standing]:
    """The standings of options that are possible with a step as well, in the configurations that stand there."""
    known = {s.option.id: s for s in standings}
    return [replace(known[o.id], option=o) for o in there.case.open_options if o.id in known]
