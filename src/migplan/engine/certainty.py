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
from migplan.engine.ranking import BY_TIME, JUDGED, Verdict
from migplan.formulas import only
from migplan.formulas.statistics import level_error, quantile_influence, quantiles
from migplan.inputs.workload import Workload

MEETS, MISSES, EDGE = "meets", "nothing-meets", "on-the-edge"

ERRORS = 2.0
"""Standard errors within which nothing is taken for sure: 19 of 20 seeds stay within them."""

_APART = ERRORS * math.sqrt(2.0)
"""The same of a difference between two seeds, each of which strays by itself."""

_SEEDS = 400
"""Plans of other seeds that are played, each as far from this one as two seeds are from each other."""

_WINS = 1.0 / 50.0
"""Part of them in which an option comes first, at the least, for it to be told of."""

_NEXT = 12
"""How many of those that rank behind are compared with the best: sums only grow from there on."""

_EQUALS = 4
"""How many that are about equal are told, or that may keep a wish."""

_SAME = 1e-9

_LAST = np.finfo(np.float64).max


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

    @property
    def least(self) -> float:
        """What decides for it in a seed in which it keeps the wishes that it may keep. [USD] or [s]."""
        return self.would if self.calls and not self.lost else self.aim


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
    kept = [("deadline", float(_keeping(options, place, item, "deadline").mean()))]
    if not np.isnan(w.cutover_window):
        kept.append(("cutover_window", float(_keeping(options, place, item, "cutover_window").mean())))
    band = ERRORS * level_error(JUDGED, len(_sampled(item)))
    fixed = bool(item.verdict.keeps) and bool(item.verdict.in_budget)
    near = tuple((wish, part) for wish, part in kept if abs(part - JUDGED) <= band)
    lost = not fixed or any(part < JUDGED - band for _, part in kept)
    would = aim / float(options.judgement.case.weight(item.verdict))
    return _Held(place, item, aim, would, near, fixed and not near and not lost, lost)


def _keeping(options: Ranked, place: int, item: EvaluatedOption, wish: str) -> NDArray[np.bool_]:
    """In which draws an option keeps a wish; without a deadline it is wanted that it ends."""
    w, finish = options.judgement.case.workload, _sampled(item)
    if wish == "cutover_window":
        return np.asarray(options.cutovers[place] <= w.cutover_window)
    limit = np.inf if np.isnan(w.deadline) else w.deadline
    return np.asarray(np.isfinite(finish) & (finish <= limit))


def _wishes(options: Ranked, held: list[_Held]) -> list[CloseCall]:
    """Wishes that the best, or one that would be the best, may keep or not."""
    best = held[0]
    others, either = _first_in_other_seeds(options, held)
    rivals = [entry for entry in others if entry.calls and not entry.lost]
    calls: list[CloseCall] = []
    if best.calls and not best.lost:
        sure = next((entry for entry in held if entry.sure), None)
        # What is no closer, and comes first where the best misses what it may miss.
        rest = [entry for entry in others if entry is not sure and entry not in rivals]
        if sure is None and not others and either is not None:
            rest = [either]
        calls = _of_best(best, rest if sure is None else [sure, *rest])
    error = level_error(JUDGED, len(_sampled(best.item)))
    other = "" if best.lost else best.item.option.id
    for place, entry in enumerate(rivals[:_EQUALS]):
        # All wishes of the first; of the others the one that they are least sure to keep.
        doubtful = entry.calls if place == 0 else (min(entry.calls, key=lambda call: call[1]),)
        instead = not best.lost and entry.would >= best.aim
        calls += [
            CloseCall(wish, entry.item.option.id, other, chance, error, instead) for wish, chance in doubtful
        ]
    return calls


def _of_best(best: _Held, instead: list[_Held]) -> list[CloseCall]:
    """The wishes that the best may miss, each with what comes first then; one of them again for each further one."""
    error, name = level_error(JUDGED, len(_sampled(best.item))), best.item.option.id
    names = [entry.item.option.id for entry in instead[:_EQUALS]]
    first, more = (names or [""])[0], names[1:]
    (wish, chance), *_ = best.calls
    return [
        *(CloseCall(each, name, first, part, error) for each, part in best.calls),
        *(CloseCall(wish, name, other, chance, error) for other in more),
    ]


def _first_in_other_seeds(options: Ranked, held: list[_Held]) -> tuple[list[_Held], _Held | None]:
    """What comes first in other seeds in place of the best, the likeliest first, and the likeliest however rare.

    Another seed strays by what its draws move estimates by, all options at once: what many have in common moves them
    together. Only where somebody may keep a wish or not does that decide more than which of two sums is the smaller.
    """
    behind = [entry for entry in held[_NEXT:] if np.isfinite(entry.least)]
    played = held[:_NEXT] + sorted(behind, key=lambda entry: entry.least)[:_NEXT]
    if not any(entry.calls and not entry.lost for entry in played):
        return [], None
    count = len(_sampled(held[0].item))
    noise = np.random.default_rng(0).standard_normal((_SEEDS, count)) * (_APART / ERRORS / count)
    seeds = [_in_other_seeds(options, entry, noise) for entry in played]
    tiers, aims = (np.stack(values) for values in zip(*seeds, strict=True))
    # What has no end or no sum comes last among its equals.
    ranks = np.where(tiers == tiers.min(axis=0), np.where(np.isfinite(aims), aims, _LAST), np.inf)
    wins = np.bincount(ranks.argmin(axis=0), minlength=len(played))
    order = sorted(range(1, len(played)), key=lambda place: -wins[place])
    either = played[order[0]] if order and wins[order[0]] > 0 else None
    return [played[place] for place in order if wins[place] >= _WINS * _SEEDS], either


def _in_other_seeds(
    options: Ranked, entry: _Held, noise: NDArray[np.float64]
) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """The tier of an option in other seeds, and what decides for it there. [USD] or [s]."""
    item, case = entry.item, options.judgement.case
    late, over = (_times_the_wish(options, entry, wish, noise) for wish in ("deadline", "cutover_window"))
    verdict = Verdict(True, item.verdict.keeps, late, over, item.verdict.dearness)
    with np.errstate(invalid="ignore"):
        moved = noise @ _influence_on_sum(options, entry)
        sums = entry.would + np.where(np.isfinite(moved), moved, 0.0)
        return np.asarray(verdict.tier), np.asarray(sums * case.weight(verdict))


def _times_the_wish(options: Ranked, entry: _Held, wish: str, noise: NDArray[np.float64]) -> Any:
    """How many times as long as is wished an option takes in other seeds; 1 where it keeps the wish. [1]."""
    w, item = options.judgement.case.workload, entry.item
    limit = float(w.deadline if wish == "deadline" else w.cutover_window)
    if wish == "cutover_window" and np.isnan(limit):
        return np.ones(len(noise))
    kept = _keeping(options, entry.place, item, wish).astype(np.float64)
    keeps = kept.mean() + noise @ (kept - kept.mean()) >= JUDGED
    draws = _sampled(item) if wish == "deadline" else options.cutovers[entry.place]
    judged = float(np.quantile(draws, JUDGED, method="inverted_cdf"))
    with np.errstate(invalid="ignore"):
        times = (judged + noise @ quantile_influence(draws, JUDGED)) / limit
    # What misses by a hair misses.
    return np.where(keeps, 1.0, np.where(np.isfinite(times), np.maximum(times, 1.0 + _SAME), np.inf))


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
        error = _error_apart(best.item, entry.item, mine, _influence(options, entry))
        apart = entry.aim - best.aim
        # What is equal to the last digit in every seed has an order of its own, and so no seed decides it.
        if np.isnan(error) or _SAME * abs(best.aim) < apart <= _APART * error:
            wish = "time" if w.optimize in BY_TIME else "cost"
            found.append(CloseCall(wish, entry.item.option.id, best.item.option.id, np.nan, error))
    return found[:_EQUALS]


def _error_apart(
    one: EvaluatedOption, other: EvaluatedOption, mine: NDArray[np.float64], theirs: NDArray[np.float64]
) -> float:
    """Standard error of the difference of what decides for two options, from what draws move each by. [USD] or [s].

    What both share drops out, and then it matters how well their slopes are known, which some fifty draws around the
    quantile tell. Where the two differ by the same in all draws, both slopes are wrong by the same, and nothing is
    left; where they differ as much as those around the quantile lie apart, each is wrong by itself.
    """
    count = len(mine)
    with np.errstate(invalid="ignore"):
        shared = float((theirs - mine).std() / np.sqrt(count))
        own = math.hypot(float(mine.std()), float(theirs.std())) / math.sqrt(count)
        draws, band = _sampled(one), ERRORS * level_error(JUDGED, count)
        low, high = quantiles(draws, [JUDGED - band, min(JUDGED + band, 1.0)])
        around = (draws >= low) & (draws <= high)
        differ, wide = float((_sampled(other) - draws).std()), float(draws[around].std())
    # What never ends in some draws lies as far apart as can be.
    apart = min(differ / wide, 1.0) if wide > 0.0 and math.isfinite(differ) else 1.0
    return math.hypot(shared, own * apart / math.sqrt(float(around.sum())))


def _influence(options: Ranked, entry: _Held) -> NDArray[np.float64]:
    """What each draw moves what decides by, with the weight of wishes that are missed. [USD] or [s]."""
    weight = float(options.judgement.case.weight(entry.item.verdict))
    # Where a draw never ends nobody knows the error.
    with np.errstate(invalid="ignore"):
        return _influence_on_sum(options, entry) * weight + entry.aim * _of_weight(options, entry)


def _influence_on_sum(options: Ranked, entry: _Held) -> NDArray[np.float64]:
    """What each draw moves the sum or the time by. [USD] or [s]."""
    case, item = options.judgement.case, entry.item
    w: Workload = case.workload
    found = quantile_influence(_sampled(item), 0.95 if w.optimize == "risk" else JUDGED)
    if w.optimize in BY_TIME:
        return found
    by_time = case.burden_by_time([item.option])
    return found * only(by_time) + _cutover_influence(options, entry, by_time)


def _sampled(item: EvaluatedOption) -> NDArray[np.float64]:
    """The draws of an option that has any. [s]."""
    assert item.sampled is not None
    return item.sampled


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
