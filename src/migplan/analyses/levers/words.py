"""Inputs and settings that are words: verify less, a circuit, one zone, any target, a support plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from msgspec import structs

from migplan.analyses.levers.knobs import UNPRICED, Change, single
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.search import NEAR, Search, meeting, recommended
from migplan.analyses.levers.standing import Standing, unknown
from migplan.engine.case import Case
from migplan.engine.evaluation import keeps_required
from migplan.engine.options import NEEDS_PLAN, NEEDS_TRAIT, Option, missing_requirement
from migplan.engine.ranking import not_kept
from migplan.engine.running import running_of
from migplan.engine.targets import ACCESS, DROPS
from migplan.facts import Fact
from migplan.facts.keys import RUNNING
from migplan.inputs.workload import Workload
from migplan.language import message, worded
from migplan.results.words import same_end, short_name

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
    text : str
        What has to be there, where the word does not say.
    """

    field: str
    now: str
    needed: str
    weight: str
    size: float
    text: str = ""

    def moved(self, w: Workload) -> Workload:
        """The workload with it."""
        changed: dict[str, Any] = {self.field: "" if self.needed == _ANY else self.needed}
        if self.field in ("traits", "keep", "running_costs"):
            changed = {self.field: tuple(self.needed.split(", ")) if self.needed != _NOTHING else ()}
        if self.field == "running_costs":
            # What is named is counted whatever the use, as it would be if the plan was made anew.
            given = structs.replace(w.inputs[self.field], value=changed[self.field], status="given")
            changed["inputs"] = {**w.inputs, self.field: given}
        return structs.replace(w, **changed)


_ANY_DAY, _ANY, _NOTHING = "Mon-Sun", "any", "none"


def steps(case: Case) -> list[Step]:
    """The words that can be moved, each by one step. To verify nothing at all is none that anybody would sign."""
    w, assumptions = case.workload, case.facts.assumptions
    found = [
        (
            w.verify in ("all", ""),
            "verify",
            w.verify or message("as each tool does"),
            "changed",
            "weight_verify",
        ),
        (bool(w.cutover_days), "cutover_days", w.cutover_days, _ANY_DAY, "weight_cutover_days"),
        (w.new_circuits == "no", "new_circuits", "no", "allowed", "weight_new_circuits"),
        (w.availability == "multi-zone", "availability", "multi-zone", "single-zone", "weight_availability"),
        (bool(w.target), "target", w.target, _ANY, "weight_target"),
        (bool(w.configuration), "configuration", w.configuration, _ANY, "weight_configuration"),
    ]
    return [
        Step(field, now, needed, weight, _size(assumptions, weight))
        for moves, field, now, needed, weight in found
        if moves
    ] + [*_to_have(case), *_to_lose(case), *_to_pay_elsewhere(case)]


def _to_have(case: Case) -> list[Step]:
    """The support plans and traits for want of which words rule options out, and nothing else but what they drop."""
    w, assumptions = case.workload, case.facts.assumptions
    now, found = ", ".join(w.traits), {}
    for option in case.options:
        codes = {reason.code for reason in option.reasons if not reason.code.startswith(DROPS)}
        if not codes or not codes <= {NEEDS_PLAN, NEEDS_TRAIT}:
            continue
        parts = (option.mover, option.route, option.device, option.second_hop, option.target)
        for code, need in (
            lack for part in parts if part is not None for lack in missing_requirement(part, w)
        ):
            if code == NEEDS_PLAN:
                plan, size = need.support[0], _size(assumptions, "weight_support")
                found["support", plan] = Step("support", w.support, plan, "weight_support", size)
            else:
                named, size = ", ".join((*w.traits, need.trait)), _size(assumptions, "weight_traits")
                step = Step("traits", now or "none", named, "weight_traits", size, worded(need.text))
                found["traits", named] = step
    return list(found.values())


def _to_lose(case: Case) -> list[Step]:
    """What may be left behind where nothing keeps all that must be kept: as little as there is, rights last."""
    w, weight = case.workload, "weight_keep"
    wanting = {
        frozenset((*(reason.code.removeprefix(DROPS) for reason in option.reasons), *not_kept(option, w)))
        for option in case.options
        if all(reason.code.startswith(DROPS) for reason in option.reasons)
    }
    if frozenset() in wanting:
        return []
    least = min((_gravity(lost) for lost in wanting), default=(0, 0))
    size = _size(case.facts.assumptions, weight)
    return [
        Step("keep", ", ".join(w.keep), ", ".join(left) or _NOTHING, weight, size * (len(w.keep) - len(left)))
        for left in sorted(
            tuple(name for name in w.keep if name not in lost) for lost in wanting if _gravity(lost) == least
        )
    ]


def _to_pay_elsewhere(case: Case) -> list[Step]:
    """Backups that are kept, and paid for, elsewhere: where there is a budget they are the first to go."""
    w, weight = case.workload, "weight_running_costs"
    targets = {option.target.key: option.target for option in case.open_options}
    counted = {need.topic for target in targets.values() for need in running_of(case.facts, target, w)}
    if np.isnan(w.budget) or _BACKUP not in counted:
        return []
    now, left = (
        ", ".join(name for name in RUNNING if name in names) for names in (counted, counted - {_BACKUP})
    )
    size = _size(case.facts.assumptions, weight)
    return [Step("running_costs", now, left or _NOTHING, weight, size)]


_BACKUP = "backup"


def _gravity(lost: frozenset[str]) -> tuple[int, int]:
    """How grave it is to lose attributes: those that say who may do what before all others, then how many."""
    return len(lost.intersection(ACCESS)), len(lost)


def _size(assumptions: Mapping[str, Fact], weight: str) -> float:
    return float(np.log(assumptions[weight].value))


def by_words(measure: Measure, standings: Sequence[Standing], words: Sequence[Step]) -> dict[str, Change]:
    """The words with which some option meets; of several of an input that with the least known cash."""
    found: dict[str, Change] = {}
    for step in words:
        helped = _helped(measure, standings, step.moved(measure.workload))
        if helped is not None:
            change = replace(single(step.field, step.now, step.needed, *helped, step.size), text=step.text)
            before = found.get(step.field)
            if before is None or np.nan_to_num(change.cash, nan=np.inf) < np.nan_to_num(
                before.cash, nan=np.inf
            ):
                found[step.field] = change
    return found


def two_words(measure: Measure, standings: Sequence[Standing], words: Sequence[Step]) -> Change | None:
    """The first two words, small ones first, with which together some option meets; None where none do."""
    both = [(one, other) for one, other in combinations(words, 2) if one.field != other.field]
    for one, other in sorted(both, key=lambda steps: steps[0].size + steps[1].size):
        helped = _helped(measure, standings, other.moved(one.moved(measure.workload)))
        if helped is not None:
            option, cash = helped
            fields, size = (one.field, other.field), one.size + other.size
            texts = (one.now, other.now), (one.needed, other.needed)
            cash = np.nan if any(field in UNPRICED for field in fields) else cash
            what = "; ".join(filter(None, (one.text, other.text)))
            return Change(fields, *texts, option.id, cash, size, short_name(option), what)
    return None


def surer(measure: Measure, standings: Sequence[Standing], words: Sequence[Step]) -> Change | None:
    """The least change of a word that makes what meets on the edge surer; to compare after the cutover is one too."""
    w = measure.workload
    now = w.verify or message("as each tool does")
    size = _size(measure.case.facts.assumptions, "weight_verify")
    later = [] if w.verify == "none" else [Step("verify", now, "none", "weight_verify", size)]
    gaining = (
        nearest(measure, standings, [step], _SURER)
        for step in sorted([*words, *later], key=lambda step: step.size)
    )
    return next(filter(None, gaining), None)


_SURER = 0.95
"""Of what is at its limit, as a ratio, that is left at the most: a change for less leaves a plan on the edge."""


def nearest(
    measure: Measure, standings: Sequence[Standing], words: Sequence[Step], gain: float = 0.9
) -> Change | None:
    """The word with which some option comes the closest to all wishes, or keeps them best; None where none gains.

    Parameters
    ----------
    gain : float
        Of the miss of today that has to be left at the most: a change for a few percent is none to tell of. [1]
    """
    least, found = gain * _least_missed(measure, standings)[0], None
    for step in words:
        here = Measure(measure.case.of(step.moved(measure.workload)), measure.draws)
        now = _standing_there(here, standings)
        missed, near = _least_missed(here, now)
        if missed < least:
            best = near[here.best(near, {})]
            change = single(step.field, step.now, step.needed, best, here.cash(best, {}), step.size)
            found = replace(change, text=step.text)
            least = missed
    return found


def _least_missed(here: Measure, standings: Sequence[Standing]) -> tuple[float, list[Option]]:
    """By which factor the wish that is missed most is missed at the least, and by which options, or about so."""
    options, search, w = [s.option for s in standings], Search(here, standings, ()), here.workload
    if not options:
        return np.inf, []
    finish, cutover, cost = here.typical(options, {})
    wishes = (
        (finish * search.slack, w.deadline),
        (cutover * search.cut_slack, w.cutover_window),
        (cost, w.budget),
    )
    ratios = [value / wanted for value, wanted in wishes if not np.isnan(wanted)]
    missed = np.where(np.isfinite(finish), np.max(ratios, axis=0), np.inf) if ratios else finish
    least = float(missed.min())
    most = least * same_end(here.case.facts.assumptions)
    near = [option for option, value in zip(options, missed, strict=True) if value <= most]
    return least, near if np.isfinite(least) else []


def _standing_there(here: Measure, standings: Sequence[Standing]) -> list[Standing]:
    """How the options that keep what they must stand in a changed workload.

    How much longer an option that is new is when judged than typically is taken to be as of the others.
    """
    options, known = here.case.open_options, {s.option.id: s for s in standings}
    kept = zip(options, keeps_required(options, here.workload), strict=True)
    mine = [option for option, keeps in kept if keeps]
    return [replace(known[o.id], option=o) if o.id in known else unknown(o) for o in mine]


def _helped(measure: Measure, standings: Sequence[Standing], w: Workload) -> tuple[Option, float] | None:
    """The option that a plan of the changed workload recommends, and its cash; None where none meets. [USD]."""
    here = Measure(measure.case.of(w), measure.draws)
    now = _standing_there(here, standings)
    options = [s.option for s in now]
    if not options:
        return None
    score = Search(here, now, ()).foreseen(options)
    near = [int(place) for place in np.argsort(score, kind="stable")[:_CONTENDERS] if score[place] <= NEAR]
    if not near or not meeting(here, [options[place] for place in near]).any():
        return None
    return recommended(here, [option for option, value in zip(options, score, strict=True) if value <= NEAR])
