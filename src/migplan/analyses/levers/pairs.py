"""Changes of two inputs together, of which neither is enough alone, and as little of each as it takes.

The first moves by a plain step and the second as far as is needed then; last, the first comes back as far as it may.
Plain steps are tried from the smallest on until one has a second, and of each only those second inputs with which an
option is foreseen to meet, so that the search takes about as long as that of single levers. What is found are pairs
that meet, and not the only ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import structs

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

_TOLD = 2
"""Pairs that are told."""


@dataclass(frozen=True, slots=True)
class _First:
    """A plain step of one input, and the workload with it."""

    change: Change
    workload: Workload
    knob: Knob | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """A first step, and what a second input needs after it."""

    first: _First
    knob: Knob
    value: float
    change: Change


def find_pairs(
    measure: Measure,
    standings: Sequence[Standing],
    knobs: Sequence[Knob],
    words: Sequence[Step],
    alone: Collection[str],
) -> tuple[Change, ...]:
    """Pairs of changes that make the plan meet: with the smallest first step that any second one helps.

    Parameters
    ----------
    alone : collection of str
        Inputs that need no second one.
    """
    knobs = [knob for knob in knobs if knob.field not in alone]
    firsts = _firsts(measure, knobs, words)
    found = next(filter(None, (_seconds(measure, standings, knobs, first) for first in firsts)), [])
    best = sorted(found, key=lambda pair: pair.change.size)[:_TOLD]
    return tuple(sorted((_least(measure, standings, pair) for pair in best), key=lambda pair: pair.size))


def _firsts(measure: Measure, knobs: Sequence[Knob], words: Sequence[Step]) -> list[_First]:
    """Plain steps of single inputs, small ones first."""
    w, assumptions = measure.workload, measure.case.facts.assumptions
    found = [
        _First(Change((word.field,), (word.now,), (word.needed,), "", 0.0, word.size), word.moved(w))
        for word in words
    ]
    step, count = (assumptions[name].value for name in PAIR_FACTS)
    for knob in (knob for knob in knobs if knob.field in _NUMBERS):
        now = knob.now(w)
        far = knob.farthest(now, assumptions)
        for value in dict.fromkeys(min(now * step**k, far) for k in range(1, round(count) + 1)):
            texts = (knob.text(w, now),), (knob.text(w, value),)
            change = Change((knob.field,), *texts, "", 0.0, relative(now, value))
            found.append(_First(change, _moved(w, knob, value), knob))
    return sorted(found, key=lambda first: first.change.size)


def _moved(w: Workload, knob: Knob, value: float) -> Workload:
    changed: dict[str, Any] = {knob.attribute: value}
    return structs.replace(w, **changed)


def _seconds(
    measure: Measure, standings: Sequence[Standing], knobs: Sequence[Knob], first: _First
) -> list[_Pair]:
    """What each second input needs after a first step."""
    there = Measure(measure.case.of(first.workload), measure.draws)
    mine = _possible(there, standings)
    others = [knob for knob in knobs if knob.field not in first.change.fields and knob.attribute]
    hopeful = [others[k] for k in Search(there, mine, others).hopeful()]
    if not hopeful:
        return []
    search = Search(there, mine, hopeful)
    return [
        _Pair(first, hopeful[k], value, _joined(first.change, search.change(k, value)))
        for k, value in search.run().items()
    ]


def _least(measure: Measure, standings: Sequence[Standing], pair: _Pair) -> Change:
    """A pair whose first comes back towards the present as far as it may while the second stays."""
    if pair.first.knob is None:
        return pair.change
    there = Measure(measure.case.of(_moved(measure.workload, pair.knob, pair.value)), measure.draws)
    search = Search(there, _possible(there, standings), [pair.first.knob])
    found = search.run()
    if not found:
        return pair.change
    first, second = search.change(0, found[0]), pair.change
    # The option and its cash are those with as little of the first as is needed.
    texts = (
        (first.fields[0], second.fields[1]),
        (first.now[0], second.now[1]),
        (first.needed[0], second.needed[1]),
    )
    size = first.size + second.size - pair.first.change.size
    return Change(*texts, first.option, _cash(texts[0], first.cash), size, first.name)


def _joined(first: Change, second: Change) -> Change:
    """Two changes as one; the option and its cash are those of the second."""
    fields = first.fields + second.fields
    texts = fields, first.now + second.now, first.needed + second.needed
    cash = _cash(fields, second.cash)
    return Change(*texts, second.option, cash, first.size + second.size, second.name)


def _cash(fields: Collection[str], cash: float) -> float:
    return np.nan if any(field in UNPRICED for field in fields) else cash


def _possible(there: Measure, standings: Sequence[Standing]) -> list[Standing]:
    """The standings of options that are possible with a step as well, in the configurations that stand there."""
    known = {s.option.id: s for s in standings}
    return [replace(known[o.id], option=o) for o in there.case.open_options if o.id in known]
