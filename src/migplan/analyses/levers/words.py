"""Inputs and settings that are words: verify less, cut over on any day, allow a circuit, one zone, any target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan.analyses.levers.knobs import Change, single
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import NEAR, Search, meeting, recommended
from migplan.analyses.levers.standing import Standing, unknown
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
    weight : str
        The assumption that says how large a change it is.
    size : float
        As of `Change`.
    """

    field: str
    now: str
    needed: str
    weight: str
    size: float

    def moved(self, w: Workload) -> Workload:
        """The workload with it."""
        changed: dict[str, Any] = {self.field: "" if self.needed == _ANY else self.needed}
        return replace(w, **changed)


_ANY_DAY, _ANY = "Mon-Sun", "any"


def steps(w: Workload, assumptions: Mapping[str, Fact]) -> list[Step]:
    """The words that can be moved, each by one step. To verify nothing at all is none that anybody would sign."""
    found = [
        (w.verify in ("all", ""), "verify", w.verify or "as each tool does", "changed", "weight_verify"),
        (bool(w.cutover_days), "cutover_days", w.cutover_days, _ANY_DAY, "weight_cutover_days"),
        (w.new_circuits == "no", "new_circuits", "no", "allowed", "weight_new_circuits"),
        (w.availability == "multi-zone", "availability", "multi-zone", "single-zone", "weight_availability"),
        (bool(w.target), "target", w.target, _ANY, "weight_target"),
        (bool(w.configuration), "configuration", w.configuration, _ANY, "weight_configuration"),
    ]
    return [
        Step(field, now, needed, weight, float(np.log(assumptions[weight].value)))
        for moves, field, now, needed, weight in found
        if moves
    ]


def by_words(measure: Measure, standings: Sequence[Standing], words: Sequence[Step]) -> dict[str, Change]:
    """The words with which some option meets."""
    found = {}
    for step in words:
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
    now = [known.get(option.id) or unknown(option) for option in options]
    score = Search(here, now, ()).foreseen(options)
    near = [int(place) for place in np.argsort(score, kind="stable")[:_CONTENDERS] if score[place] <= NEAR]
    if not near or not meeting(here, [options[place] for place in near]).any():
        return None
    return recommended(here, [option for option, value in zip(options, score, strict=True) if value <= NEAR])
