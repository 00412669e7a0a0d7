"""How sure the verdict on a plan is: what lies within the sampling error of its draws is on the edge.

Draws say with what chance an option keeps a deadline or a window, and with an error: another seed may put an option
that is near the threshold on its other side, or one of two sums that are nearly equal before the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.engine.judgement import EvaluatedOption, Ranked
from migplan.engine.ranking import BY_TIME, JUDGED
from migplan.formulas.statistics import level_error, quantile_influence
from migplan.inputs.workload import Workload

MEETS, MISSES, EDGE = "meets", "nothing-meets", "on-the-edge"

ERRORS = 2.0
"""Standard errors within which nothing is taken for sure: 19 of 20 seeds stay within them."""

_NEXT = 12
"""How many of those that rank behind are compared with the best: sums only grow from there on."""

_EQUALS = 3
"""How many that are about equal are told."""

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class CloseCall:
    """What another seed may decide otherwise.

    Attributes
    ----------
    wish : str
        'deadline' or 'cutover_window' where it is whether one is kept; 'cost' or 'time' where two options are about
        equal in what decides.
    option : str
        Whose wish it is, or the one that is about equal to what is recommended.
    other : str
        What would be recommended then; empty where nothing else would meet.
    chance : float
        Of keeping the wish; NaN where it is about two options. [1]
    error : float
        Standard error of the chance [1], or of the difference in [USD] or [s].
    """

    wish: str
    option: str
    other: str
    chance: float
    error: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """The verdict on a plan, and what makes it uncertain."""

    verdict: str
    close: tuple[CloseCall, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """An option with what decides for it, the wishes that it may keep or not, and whether it surely keeps or misses."""

    place: int
    item: EvaluatedOption
    aim: float
    calls: tuple[tuple[str, float], ...]
    sure: bool
    lost: bool


def certainty_of(options: Ranked) -> Certainty:
    """The verdict on the options of a plan.

    On the edge is a verdict that another seed may turn: the chance that the best option keeps the deadline or the
    window is within two standard errors of the four in five that are wanted; or that of another is, which would come
    before the best if it kept them; or the sum that decides is equal to that of the next within two standard errors of
    the difference. See `migplan.formulas.statistics.level_error` and `quantile_influence` for how these come about.
    """
    ranked = options.best_first
    if not ranked or not ranked[0].verdict.usable:
        return Certainty(MISSES)
    best = ranked[0]
    plain = MEETS if bool(best.verdict.meets) else MISSES
    if best.sampled is None:
        return Certainty(plain)
    aims = options.judgement.aims[:, 0]
    held = [
        _hold(options, place, item, float(aims[place]))
        for place, item in zip(options.order, ranked, strict=True)
        if item.sampled is not None
    ]
    calls = _wishes(held) or _equals(options, held)
    # Which of two is the closest is no question of whether anything meets.
    apart = calls and (best.verdict.meets or calls[0].wish not in ("cost", "time"))
    return Certainty(EDGE if apart else plain, tuple(calls))


def _hold(options: Ranked, place: int, item: EvaluatedOption, aim: float) -> _Held:
    w = options.judgement.case.workload
    assert item.sampled is not None
    draws = len(item.sampled)
    limit = np.inf if np.isnan(w.deadline) else w.deadline
    kept = [("deadline", float((np.isfinite(item.sampled) & (item.sampled <= limit)).mean()))]
    if not np.isnan(w.cutover_window):
        kept.append(("cutover_window", float((options.cutovers[place] <= w.cutover_window).mean())))
    band = ERRORS * level_error(JUDGED, draws)
    fixed = bool(item.verdict.keeps) and bool(item.verdict.in_budget)
    near = tuple((wish, part) for wish, part in kept if abs(part - JUDGED) <= band)
    lost = not fixed or any(part < JUDGED - band for _, part in kept)
    return _Held(place, item, aim, near, fixed and not near and not lost, lost)


def _wishes(held: list[_Held]) -> list[CloseCall]:
    """Wishes that the best, or one that would be the best, may keep or not."""
    best = held[0]
    sure = next((entry for entry in held if entry.sure), None)
    error = level_error(JUDGED, len(best.item.sampled)) if best.item.sampled is not None else 0.0
    if best.calls and not best.lost:
        other = "" if sure is None else sure.item.option.id
        return [CloseCall(wish, best.item.option.id, other, chance, error) for wish, chance in best.calls]
    rivals = [
        entry for entry in held[1:] if entry.calls and not entry.lost and (best.lost or entry.aim < best.aim)
    ]
    if not rivals:
        return []
    first = min(rivals, key=lambda entry: entry.aim)
    other = "" if best.lost else best.item.option.id
    return [CloseCall(wish, first.item.option.id, other, chance, error) for wish, chance in first.calls]


def _equals(options: Ranked, held: list[_Held]) -> list[CloseCall]:
    """The next that meet or miss as the best does, where what decides is equal within the error of the difference."""
    best = held[0]
    w = options.judgement.case.workload
    if not (best.sure or best.lost) or not np.isfinite(best.aim):
        return []
    mine, found = _influence(options, best), []
    tier = int(best.item.verdict.tier)
    alike = [e for e in held[1:] if (e.sure or e.lost) and int(e.item.verdict.tier) == tier]
    for entry in alike[:_NEXT]:
        with np.errstate(invalid="ignore"):
            error = float((_influence(options, entry) - mine).std() / np.sqrt(len(mine)))
        apart = entry.aim - best.aim
        # What is equal to the last digit in every seed has an order of its own, and so no seed decides it.
        if np.isnan(error) or _SAME * abs(best.aim) < apart <= ERRORS * error:
            wish = "time" if w.optimize in BY_TIME else "cost"
            found.append(CloseCall(wish, entry.item.option.id, best.item.option.id, np.nan, error))
    return found[:_EQUALS]


def _influence(options: Ranked, entry: _Held) -> NDArray[np.float64]:
    """What each draw moves the sum or the time that decides by. [USD] or [s]."""
    case, item = options.judgement.case, entry.item
    w: Workload = case.workload
    assert item.sampled is not None
    found = quantile_influence(item.sampled, 0.95 if w.optimize == "risk" else JUDGED)
    if w.optimize not in BY_TIME:
        by_time = case.burden_by_time([item.option])
        found = found * float(np.ravel(by_time)[0])
    weight = float(case.weight(item.verdict))
    # Where a draw never ends nobody knows the error.
    with np.errstate(invalid="ignore"):
        return found * weight + entry.aim * _of_weight(options, entry)


def _of_weight(options: Ranked, entry: _Held) -> NDArray[np.float64]:
    """What each draw moves the logarithm of the weight of missed wishes by. [1]."""
    case, item = options.judgement.case, entry.item
    assert item.sampled is not None
    assert item.spread is not None
    power, found = case.weight_power, np.zeros(len(item.sampled))
    if not item.verdict.in_time:
        found = found + power * quantile_influence(item.sampled, JUDGED) / item.decisive
    if not item.verdict.in_window:
        cutovers = options.cutovers[entry.place]
        found = found + power * quantile_influence(cutovers, JUDGED) / item.spread.cutover_p80
    return found
