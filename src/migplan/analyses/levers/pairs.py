"""Changes of two inputs together: one by a plain step, then as little as it takes of a second one.

Only a few plain steps are tried, and of each only those second inputs with which an option is foreseen to meet, so that
the search takes about as long as that of single levers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import UNPRICED, Change, Knob, relative
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import Search
from migplan.analyses.levers.standing import Standing
from migplan.analyses.levers.words import steps
from migplan.inputs.workload import Workload

_WORDS, _NUMBERS = ("verify", "cutover_days"), ("share", "link", "agents", "cutover_window")
"""Inputs that take the first step: those that people can move, and that go up."""

_MOST = 2
"""Plain steps whose second inputs are searched."""


def find_pairs(measure: Measure, standings: Sequence[Standing], knobs: Sequence[Knob]) -> tuple[Change, ...]:
    """Pairs of changes that make the plan meet, the smallest first; one of each two inputs."""
    found: dict[frozenset[str], Change] = {}
    tried = 0
    for field, now, needed, size, w in _firsts(measure, knobs):
        there = Measure(measure.case.of(w), measure.draws)
        mine = _possible(there, standings)
        others = [knob for knob in knobs if knob.field != field and knob.attribute]
        hopeful = [others[k] for k in Search(there, mine, others).hopeful()]
        if not hopeful:
            continue
        search = Search(there, mine, hopeful)
        for k, value in search.run().items():
            pair = _joined(field, now, needed, size, search.change(k, value))
            old = found.get(frozenset(pair.fields))
            if old is None or pair.size < old.size:
                found[frozenset(pair.fields)] = pair
        tried += 1
        if tried == _MOST:
            break
    return tuple(sorted(found.values(), key=lambda pair: pair.size))


def _joined(field: str, now: str, needed: str, size: float, second: Change) -> Change:
    cash = np.nan if field in UNPRICED else second.cash
    return Change(
        (field, *second.fields),
        (now, *second.now),
        (needed, *second.needed),
        second.option,
        cash,
        size + second.size,
    )


def _firsts(measure: Measure, knobs: Sequence[Knob]) -> list[tuple[str, str, str, float, Workload]]:
    """Plain steps of one input: its name, texts, how large the step is, and the workload with it; small ones first."""
    w, assumptions = measure.workload, measure.case.facts.assumptions
    found = [
        (step.field, step.now, step.needed, step.size, step.moved(w))
        for step in steps(w, assumptions)
        if step.field in _WORDS
    ]
    step, count = (assumptions[name].value for name in ("pair_step", "pair_steps"))
    for knob in (knob for knob in knobs if knob.field in _NUMBERS):
        now, far = knob.now(w), knob.farthest(knob.now(w))
        for value in dict.fromkeys(min(now * step**k, far) for k in range(1, round(count) + 1)):
            moved: dict[str, Any] = {knob.attribute: value}
            texts = knob.text(w, now), knob.text(w, value)
            found.append((knob.field, *texts, relative(now, value), replace(w, **moved)))
    return sorted(found, key=lambda first: first[3])


def _possible(there: Measure, standings: Sequence[Standing]) -> list[Standing]:
    """The standings of options that are possible with a step as well, in the configurations that stand there."""
    known = {s.option.id: s for s in standings}
    return [replace(known[o.id], option=o) for o in there.case.open_options if o.id in known]
