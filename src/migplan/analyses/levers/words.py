"""Inputs and settings that are words: verify less, cut over on any day, allow a circuit, ask for one zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import Change, single
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import NEAR, Search
from migplan.analyses.levers.standing import Standing
from migplan.engine.evaluation import keeping
from migplan.engine.options import Option
from migplan.facts import Fact
from migplan.inputs.workload import Workload

_CONTENDERS = 8
"""Options that are judged for a word; those that are foreseen to do best."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next value of an input that is a word.

    Attributes
    ----------
    size : float
        As of `Change`.
    """

    field: str
    now: str
    needed: str
    size: float

    def moved(self, w: Workload) -> Workload:
        """The workload with it."""
        changed: dict[str, Any] = {self.field: self.needed}
        return replace(w, **changed)


_ANY_DAY = "Mon-Sun"


def steps(w: Workload, assumptions: Mapping[str, Fact]) -> list[Step]:
    """The words that can be moved, each by one step. To verify nothing at all is none that anybody would sign."""
    found = [
        ("verify", w.verify or "as each tool does", "changed", w.verify in ("all", "")),
        ("cutover_days", w.cutover_days, _ANY_DAY, bool(w.cutover_days)),
        ("new_circuits", w.new_circuits, "allowed", w.new_circuits == "no"),
        ("availability", w.availability, "single-zone", w.availability == "multi-zone"),
    ]
    return [
        Step(field, now, needed, float(np.log(assumptions[f"weight_{field}"].value)))
        for field, now, needed, moves in found
        if moves
    ]


def by_words(measure: Measure, standings: Sequence[Standing]) -> dict[str, Change]:
    """The words with which some option meets."""
    found = {}
    for step in steps(measure.workload, measure.case.facts.assumptions):
        helped = _helped(measure, standings, step.moved(measure.workload))
        if helped is not None:
            found[step.field] = single(step.field, step.now, step.needed, *helped, step.size)
    return found


def _helped(measure: Measure, standings: Sequence[Standing], w: Workload) -> tuple[Option, float] | None:
    """The option that a plan of the changed workload recommends, and its cash; None where none meets. [USD]."""
    here = Measure(measure.case.of(w), measure.draws)
    options = here.case.open_options
    options = tuple(option for option, keeps in zip(options, keeping(options, w), strict=True) if keeps)
    if not options:
        return None
    # How much longer an option that is new is when judged than typically is taken to be as of the others.
    known = {s.option.id: s for s in standings}
    now = [known.get(option.id) or _unknown(option) for option in options]
    score = Search(here, now, ()).foreseen(options)
    near = [int(place) for place in np.argsort(score, kind="stable")[:_CONTENDERS] if score[place] <= NEAR]
    if not near or not _meeting(here, [options[place] for place in near]).any():
        return None
    able = [option for option, value in zip(options, score, strict=True) if value <= NEAR]
    able = [option for option, gone in zip(able, here.hopeless(able, {}), strict=True) if not gone]
    meeting = [option for option, met in zip(able, _meeting(here, able), strict=True) if met]
    best = meeting[here.best(meeting, {})]
    return best, here.cash(best, {})


def _unknown(option: Option) -> Standing:
    return Standing(option, True, np.inf, np.inf, np.inf, np.inf, np.inf)


def _meeting(here: Measure, options: Sequence[Option]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(Search(here, (), ()).judge(options, {}) <= 1.0)
