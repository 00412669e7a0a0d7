"""What it would take: for each input the smallest change that makes a plan meet, of two where no single one does.

The forward model is inverted, so that a lever fed back as an input meets, and a little less does not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from msgspec import structs

from migplan.analyses.levers.knobs import KNOBS, Change, Knob, can_move
from migplan.analyses.levers.ladders import earlier_start, later_start, more_hours
from migplan.analyses.levers.measure import Measure
from migplan.analyses.levers.pairs import PAIR_FACTS, find_pairs
from migplan.analyses.levers.search import Search
from migplan.analyses.levers.standing import Standing, standings, unknown
from migplan.analyses.levers.waves import MOST_WAVES, WEIGHT, in_waves, later_in_waves
from migplan.analyses.levers.wishes import LATEST, WISHES, less_wanted
from migplan.analyses.levers.words import Step, by_words, nearest, steps, surer, two_words
from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.engine.evaluation import keeps_required
from migplan.language import message

__all__ = ["find_levers", "find_surer", "standings"]


@dataclass(frozen=True, slots=True)
class Found:
    """What would make a plan meet: changes of a single input, of two where no single one does it, or what comes close.

    Attributes
    ----------
    weighed : tuple of str
        The assumptions that were read for it.
    """

    levers: tuple[dict[str, Any], ...] = ()
    pairs: tuple[dict[str, Any], ...] = ()
    nearest: tuple[dict[str, Any], ...] = ()
    weighed: tuple[str, ...] = ()


def find_levers(
    case: Case, draws: Draws | None, standings: Sequence[Standing], closest: str, cash_now: float
) -> Found:
    """Each single lever that makes the plan meet, with the value that is needed; pairs where none of them does.

    Parameters
    ----------
    draws : Draws or None
        Judged at P80 of these draws; None judges typical values.
    standings : sequence of Standing
        Every option that words allow, as it stands now.
    closest : str
        Id of the option that is the closest; empty where there is none.
    cash_now : float
        What it costs in all, NaN where a price is not known. [USD]
    """
    measure, w = Measure(case, draws), case.workload
    words = steps(case)
    found = by_words(measure, standings, words)
    # What keeps all that must be kept ranks before what does not, even if it is late: it is what has to be helped.
    if any(s.sure and np.isfinite(s.typical) for s in standings):
        standings = [s for s in standings if s.sure]
    facts = case.facts.assumptions
    knobs = [knob for knob in KNOBS if can_move(knob.now(w), knob.farthest(knob.now(w), facts))]
    if standings:
        found |= _by_numbers(measure, standings, knobs) | less_wanted(measure, standings, closest)
    if np.isnan(w.link):
        found |= _first_line(measure)
    singles = [found[name] for name in _ORDER if name in found]
    pairs = () if _doable(singles) else _pairs(measure, standings, knobs, words, found)
    near = None if _doable(singles) or pairs else nearest(measure, standings, words)
    least = min(_doable(singles) or singles, key=lambda change: change.size, default=None)
    told = [{**change.told(cash_now), "smallest": change is least} for change in singles]
    weighed = list(dict.fromkeys(step.weight for step in words))
    weighed += [fact for knob in knobs if knob.field in found for fact in (knob.power, knob.reach) if fact]
    weighed += [] if np.isnan(w.cutover_window) else [MOST_WAVES, WEIGHT]
    weighed += [] if np.isnan(w.deadline) else [LATEST]
    weighed += ["first_line"] if np.isnan(w.link) else []
    weighed += [] if _doable(singles) else PAIR_FACTS
    nearer = () if near is None else (near.told(cash_now),)
    return Found(tuple(told), tuple(pair.told(cash_now) for pair in pairs), nearer, tuple(weighed))


def find_surer(case: Case, draws: Draws | None, standings: Sequence[Standing], cash_now: float) -> Found:
    """What would make a plan surer that meets on the edge.

    Parameters
    ----------
    draws, standings, cash_now
        As for `find_levers`.
    """
    words = steps(case)
    change = surer(Measure(case, draws), [s for s in standings if s.sure], words)
    if change is None:
        return Found()
    weighed = [step.weight for step in words]
    return Found(nearest=(change.told(cash_now),), weighed=tuple(dict.fromkeys(["weight_verify", *weighed])))


def _pairs(
    measure: Measure,
    standings: Sequence[Standing],
    knobs: Sequence[Knob],
    words: Sequence[Step],
    found: Collection[str],
) -> tuple[Change, ...]:
    """Two changes together: a plain step and what a number needs then, else two words."""
    later = later_in_waves(measure, standings)
    pairs = (*find_pairs(measure, standings, knobs, words, found), *([] if later is None else [later]))
    both = None if pairs else two_words(measure, standings, words)
    return tuple(sorted(pairs, key=lambda pair: pair.size)) if both is None else (both,)


def _by_numbers(measure: Measure, standings: Sequence[Standing], knobs: Sequence[Knob]) -> dict[str, Change]:
    """What numbers, hours and dates would have to be."""
    search = Search(measure, standings, knobs)
    found = {knobs[k].field: search.change(k, value) for k, value in search.run().items()}
    if "devices" in found:
        found["devices"] = replace(found["devices"], now=(_held(standings),))
    for others in (more_hours, earlier_start, later_start, in_waves):
        found |= others(measure, standings)
    return found


def _first_line(measure: Measure) -> dict[str, Change]:
    """The slowest line with which an option meets, where the site has none."""
    w, slowest = measure.workload, measure.case.facts.assumptions["first_line"].value
    given = structs.replace(w.inputs["link"], value=slowest, status="given")
    there = Measure(
        measure.case.of(structs.replace(w, link=slowest, inputs={**w.inputs, "link": given})), measure.draws
    )
    options = there.case.open_options
    kept = keeps_required(options, w)
    now = [unknown(option) for option, keeps in zip(options, kept, strict=True) if keeps]
    knobs = [knob for knob in KNOBS if knob.field == "link"]
    search = Search(there, now, knobs)
    found = search.run() if now else {}
    return (
        {"link": replace(search.change(0, found[0]), now=(message("no line"),), size=np.inf)} if found else {}
    )


def _doable(changes: Sequence[Change]) -> list[Change]:
    """Those of an input or a setting: to want less is a change as well, and nobody's to make."""
    return [change for change in changes if not set(change.fields) <= set(WISHES)]


_ORDER = (
    "verify", *(knob.field for knob in KNOBS[:5]), "hours", "change", "start", "waves", "cutover_days",
    "new_circuits", "support", "traits", "availability", "target", "configuration", "keep", "running_costs",
    "deadline", "cutover_window", "budget",
)  # fmt: skip


def _held(standings: Sequence[Standing]) -> str:
    """How many devices the providers let one hold at once."""
    pools = {
        fact.value
        for s in standings
        if s.option.device is not None and (fact := s.option.device.fact("pool")) is not None
    }
    return (
        f"{' or '.join(f'{pool:.0f}' for pool in sorted(pools))} at once"
        if pools
        else message("no limit stated")
    )
