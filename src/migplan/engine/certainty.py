"""How sure the verdict on a plan is: what lies within the sampling error of its draws is on the edge.

Draws say with what chance an option keeps a deadline or a window, and with an error: another seed may put an option
that is near the threshold on its other side, or one of two sums that are nearly equal before the other.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from migplan.engine.judgement import EvaluatedOption, Ranked
from migplan.engine.ranking import BY_TIME, JUDGED
from migplan.formulas import only
from migplan.formulas.statistics import level_error, quantile_influence
from migplan.inputs.workload import Workload

MEETS, MISSES, EDGE = "meets", "nothing-meets", "on-the-edge"

ERRORS = 2.0
"""Standard errors within which nothing is taken for sure: 19 of 20 seeds stay within them."""

_APART = ERRORS * math.sqrt(2.0)
"""The same of a difference between two seeds, each of which strays by itself."""

_SURER = 0.5
"""Standard errors by which a wish is kept more often, at the least, by what another seed may find to keep it alone."""

_NEXT = 12
"""How many of those that rank behind are compared with the best: sums only grow from there on."""

_EQUALS = 4
"""How many that are about equal are told, or that may keep a wish."""

_SAME = 1e-9


class CloseCall(Struct, frozen=True):
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
    instead : bool
        Whether the option comes before `other` only where that one misses the wish.
    """

    wish: str
    option: str
    other: str
    chance: float
    error: float
    instead: bool = False


class Certainty(Struct, frozen=True):
    """The verdict on a plan, and what makes it uncertain."""

    verdict: str
    close: tuple[CloseCall, ...] = ()


class _Held(Struct, frozen=True):
    """An option with what decides for it, the wishes that it may keep or not, and whether it surely keeps or misses.

    `would` is what would decide for it if it kept all wishes.
    """

    place: int
    item: EvaluatedOption
    aim: float
    would: float
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
    calls = _wishes(options, held)
    calls += _equals(options, held, {name for call in calls for name in (call.option, call.other)})
    # Which of two is the closest is no question of whether anything meets.
    apart = calls and (best.verdict.meets or calls[0].wish not in ("cost", "time"))
    return Certainty(EDGE if apart else plain, tuple(calls))


def _hold(options: Ranked, place: int, item: EvaluatedOption, aim: float) -> _Held:
    w = options.judgement.case.workload
    assert item.sampled is not None
    kept = [("deadline", float(_keeping(options, place, item, "deadline").mean()))]
    if not np.isnan(w.cutover_window):
        kept.append(("cutover_window", float(_keeping(options, place, item, "cutover_window").mean())))
    band = ERRORS * level_error(JUDGED, len(item.sampled))
    fixed = bool(item.verdict.keeps) and bool(item.verdict.in_budget)
    near = tuple((wish, part) for wish, part in kept if abs(part - JUDGED) <= band)
    lost = not fixed or any(part < JUDGED - band for _, part in kept)
    would = aim / float(options.judgement.case.weight(item.verdict))
    return _Held(place, item, aim, would, near, fixed and not near and not lost, lost)


def _keeping(options: Ranked, place: int, item: EvaluatedOption, wish: str) -> NDArray[np.bool_]:
    """In which draws an option keeps a wish; without a deadline it is wanted that it ends."""
    w = options.judgement.case.workload
    assert item.sampled is not None
    if wish == "cutover_window":
        return np.asarray(options.cutovers[place] <= w.cutover_window)
    limit = np.inf if np.isnan(w.deadline) else w.deadline
    return np.asarray(np.isfinite(item.sampled) & (item.sampled <= limit))


def _may_keep_instead(options: Ranked, best: _Held, entry: _Held) -> bool:
    """Whether another seed may find that an option keeps a wish which the best then misses.

    Both stray together. One that is about as sure as the best keeps its wishes with it, and only where the best misses
    already may it be the one that does not.
    """
    for wish, _ in best.calls:
        mine, other = (
            _keeping(options, held.place, held.item, wish).astype(np.float64) for held in (best, entry)
        )
        apart, error = float((other - mine).mean()), float((other - mine).std() / np.sqrt(len(mine)))
        enough = _SURER * level_error(JUDGED, len(mine)) if best.item.verdict.meets else -_APART * error
        if (other > mine).any() and apart >= enough:
            return True
    return False


def _wishes(options: Ranked, held: list[_Held]) -> list[CloseCall]:
    """Wishes that the best, or one that would be the best, may keep or not."""
    best = held[0]
    sure = next((entry for entry in held if entry.sure), None)
    error = level_error(JUDGED, len(best.item.sampled)) if best.item.sampled is not None else 0.0
    calls: list[CloseCall] = []
    if best.calls and not best.lost:
        other = "" if sure is None else sure.item.option.id
        calls = [CloseCall(wish, best.item.option.id, other, chance, error) for wish, chance in best.calls]
    # What surely meets comes before whatever costs more; where the best may miss, others that may meet come before it.
    surest = best if best.sure else sure
    limit = np.inf if surest is None else surest.aim
    rivals = [
        entry
        for entry in held[1:]
        if entry.calls
        and not entry.lost
        and entry.would < limit
        and (best.lost or entry.would < best.aim or _may_keep_instead(options, best, entry))
    ]
    other = "" if best.lost else best.item.option.id
    for place, entry in enumerate(sorted(rivals, key=lambda entry: entry.would)[:_EQUALS]):
        # All wishes of the first; of the others the one that they are least sure to keep.
        doubtful = entry.calls if place == 0 else (min(entry.calls, key=lambda call: call[1]),)
        instead = not best.lost and entry.would >= best.aim
        calls += [
            CloseCall(wish, entry.item.option.id, other, chance, error, instead) for wish, chance in doubtful
        ]
    return calls


def _equals(options: Ranked, held: list[_Held], told: set[str]) -> list[CloseCall]:
    """The next that meet or miss as the best does, where what decides is equal within the error of the difference.

    What decides has no step where a wish is just missed, so that it is compared there as anywhere.
    """
    best = held[0]
    w = options.judgement.case.workload
    if not np.isfinite(best.aim):
        return []
    mine, found = _influence(options, best), []
    tier = int(best.item.verdict.tier)
    # A sum in which a price is known nowhere is equal to none.
    alike = [entry for entry in held[1:] if int(entry.item.verdict.tier) == tier and np.isfinite(entry.aim)]
    for entry in [entry for entry in alike[:_NEXT] if entry.item.option.id not in told]:
        with np.errstate(invalid="ignore"):
            error = float((_influence(options, entry) - mine).std() / np.sqrt(len(mine)))
        apart = entry.aim - best.aim
        # What is equal to the last digit in every seed has an order of its own, and so no seed decides it.
        if np.isnan(error) or _SAME * abs(best.aim) < apart <= _APART * error:
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
        found = found * only(by_time) + _cutover_influence(options, entry, by_time)
    weight = float(case.weight(item.verdict))
    # Where a draw never ends nobody knows the error.
    with np.errstate(invalid="ignore"):
        return found * weight + entry.aim * _of_weight(options, entry)


def _cutover_influence(options: Ranked, entry: _Held, by_time: Any) -> NDArray[np.float64] | float:
    """What each draw moves what the length of a cutover counts for by. [USD]."""
    case, spread = options.judgement.case, entry.item.spread
    assert spread is not None
    later, judged = (only(case.at_cutover(spread.cutover_p80 + second, by_time)) for second in (1.0, 0.0))
    if not later > judged:
        return 0.0
    return (later - judged) * quantile_influence(options.cutovers[entry.place], JUDGED)


def _of_weight(options: Ranked, entry: _Held) -> NDArray[np.float64]:
    """What each draw moves the logarithm of the weight of missed wishes by. [1].

    A wish that is just kept beside one that is missed may be missed in another seed, and weighs from there on.
    """
    near = set() if entry.item.verdict.meets else {wish for wish, _ in entry.calls}
    case, item = options.judgement.case, entry.item
    assert item.sampled is not None
    assert item.spread is not None
    power, found = case.weight_power, np.zeros(len(item.sampled))
    if not item.verdict.in_time or "deadline" in near:
        found = found + power * quantile_influence(item.sampled, JUDGED) / item.decisive
    if not item.verdict.in_window or "cutover_window" in near:
        cutovers = options.cutovers[entry.place]
        found = found + power * quantile_influence(cutovers, JUDGED) / item.spread.cutover_p80
    return found
