"""What could be had instead of what is recommended, with what each saves and costs.

Beside the least sum stand the cheapest, the fastest and the surest, and what keeps something only in part, or may not
keep it: trades that people who decide may want to make.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from migplan.engine.certainty import ERRORS
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.money import kinds_of_work
from migplan.engine.ranking import kept_in_part
from migplan.facts import Fact
from migplan.facts.keys import ATTRIBUTES
from migplan.formulas.statistics import level_error
from migplan.inputs.workload import Workload
from migplan.language import message, messages, say, say_many, worded
from migplan.results.model import finite
from migplan.results.words import (
    ENDING,
    FAILS,
    LEAST_DAYS,
    LEAST_USD,
    UNENDING,
    less_given,
    more_work,
    same_end,
)
from migplan.text import listed
from migplan.units import DAY

_LEAST_CHANCE = 0.015
"""A difference of chances below this is rounded away where it is told."""

_SURE = 0.95
"""A chance from which on nothing is surer by what is worth a word, as a report calls P95 sure."""

_KINDS = messages(
    {
        "cheapest": "Cheapest",
        "fastest": "Fastest",
        "surest": "Surest",
        "partial": "Keeps less",
        "perhaps": "May keep less",
        "complete": "Keeps all",
        "present": "On the line that is there",
    }
)


class Margins(NamedTuple):
    """By how much another option has to differ to be told of, as is assumed.

    Attributes
    ----------
    same : float
        Factor by which two ends differ at the most that are at about the same time.
    saving : float
        Part of the total below which a price is no reason to take another option.
    unsure : float
        Factor by which what may not keep who may do what has to cost or take less.
    dear : float
        Factor of the total from which another is no second choice, but what being surer costs.
    """

    same: float
    saving: float
    unsure: float
    dear: float

    @classmethod
    def of(cls, assumptions: Mapping[str, Fact]) -> Margins:
        """From the facts."""
        names = ("least_saving", "unsure_gain", "dear_rival")
        saving, unsure, dear = (assumptions[name].value for name in names)
        return cls(same_end(assumptions), saving, 1.0 + unsure, 1.0 + dear)


def build_alternatives(
    chosen: EvaluatedOption,
    ranked: Sequence[EvaluatedOption],
    w: Workload,
    assumptions: Mapping[str, Fact],
) -> tuple[dict[str, Any], ...]:
    """The cheapest, the fastest, the surest, the best that may keep less, or that keeps all.

    They meet all that what is recommended meets: an option that is cheaper since it misses the deadline is none. What
    is recommended itself is left out, and what is no better in what it is named for. Where a circuit or devices are to
    be ordered the best without them stands beside it whatever it misses: that is what the order is paid for.
    """
    by = Margins.of(assumptions)
    near = [item for item in ranked if bool(item.verdict.usable) and _meets_as_much(item, chosen, by.same)]
    able = [item for item in near if bool(item.verdict.keeps) >= bool(chosen.verdict.keeps)]
    whole = [
        item for item in able if set(kept_in_part(item.option, w)) <= set(kept_in_part(chosen.option, w))
    ]
    found = {
        "cheapest": _cheapest(chosen, whole, by),
        "fastest": _fastest(chosen, whole, by.same),
        "surest": _surest(chosen, whole, w, by.same),
        "partial": _partial(chosen, near, w, by),
        "complete": _complete(chosen, able, w),
        "present": _present(chosen, ranked),
    }
    return tuple(_tell(kind, chosen, item, w) for kind, item in found.items() if item is not None)


def price_of_surety(chosen: EvaluatedOption, item: EvaluatedOption, assumptions: Mapping[str, Fact]) -> str:
    """What another costs more, as a clause, where it is much dearer than what is recommended; else nothing."""
    dear = Margins.of(assumptions).dear
    if not item.cost.ceiling > chosen.cost.ceiling * dear:
        return ""
    money = _money(chosen, item)
    if money is None:
        return worded("it is much dearer with unknown prices at an upper bound")
    template = "it costs {amount} USD more, {times} times as much: take it only where that is worth the price"
    return say(template, amount=f"{-money:,.0f}", times=f"{item.cost.total / chosen.cost.total:.1f}")


def _meets_as_much(item: EvaluatedOption, chosen: EvaluatedOption, same: float) -> bool:
    """Whether it meets the wishes but those of what is kept."""
    mine, best = item.verdict, chosen.verdict
    return (
        _misses_no_more(float(mine.lateness), float(best.lateness), same)
        and _misses_no_more(float(mine.overrun), float(best.overrun), same)
        and bool(mine.in_budget) >= bool(best.in_budget)
    )


def _misses_no_more(mine: float, best: float, same: float) -> bool:
    """Whether a wish that the best one keeps is kept, or missed by about the same."""
    return mine <= best * (same if best > 1.0 else 1.0)


def _cheapest(
    chosen: EvaluatedOption, able: Sequence[EvaluatedOption], by: Margins
) -> EvaluatedOption | None:
    """That with the least cash, unknown prices at an upper bound; of equals the best."""
    first = min(able, key=lambda item: item.cost.ceiling)
    return first if _cheaper(first, chosen, by) else None


def _cheaper(item: EvaluatedOption, chosen: EvaluatedOption, by: Margins) -> bool:
    """Whether it is by what is worth a change, with an upper bound for unknown prices; what has none is not."""
    saved = chosen.cost.ceiling - item.cost.ceiling
    least = max(LEAST_USD, by.saving * float(np.nan_to_num(chosen.cost.ceiling, posinf=0.0)))
    return bool(np.isfinite(item.cost.ceiling) and saved >= least)


def _fastest(chosen: EvaluatedOption, able: Sequence[EvaluatedOption], same: float) -> EvaluatedOption | None:
    """That which ends first, where it is sooner by more than what is about the same."""
    first = soonest(able, same)
    return first if first.decisive * same < chosen.decisive else None


def soonest(items: Sequence[EvaluatedOption], same: float) -> EvaluatedOption:
    """Of those that end first, or at about the same time, the one that costs the least."""
    end = min(item.decisive for item in items)
    return min((item for item in items if item.decisive <= end * same), key=lambda item: item.cost.ceiling)


def _surest(
    chosen: EvaluatedOption, able: Sequence[EvaluatedOption], w: Workload, same: float
) -> EvaluatedOption | None:
    """That with the highest chance of the deadline, or whose P95 is the earliest; of about equals the cheapest."""
    if chosen.spread is None or chosen.sampled is None:
        return None
    drawn = [item for item in able if item.spread is not None]
    if np.isnan(w.deadline):
        late = min(_p95(item) for item in drawn)
        near = [item for item in drawn if _p95(item) <= late * same]
        first = min(near, key=lambda item: item.cost.ceiling)
        return first if _p95(first) * same < _p95(chosen) else None
    if _chance(chosen) >= _SURE:
        return None
    best = max(_chance(item) for item in drawn)
    error = max(_LEAST_CHANCE, ERRORS * level_error(best, len(chosen.sampled)))
    near = [item for item in drawn if _chance(item) >= best - error]
    # What is as sure as any, within the error of the draws, is not to be beaten.
    return None if chosen in near else min(near, key=lambda item: item.cost.ceiling)


def _p95(item: EvaluatedOption) -> float:
    return np.inf if item.spread is None else float(item.spread.p95)


def _chance(item: EvaluatedOption) -> float:
    return 0.0 if item.spread is None else float(item.spread.p_deadline)


def _partial(
    chosen: EvaluatedOption, near: Sequence[EvaluatedOption], w: Workload, by: Margins
) -> EvaluatedOption | None:
    """The best that may keep less than what is recommended and loses nothing for sure, if it is cheaper or sooner.

    One that is not known to keep who may do what has to gain more, and goes before one that does where it is cheaper.
    """
    mine, best = set(kept_in_part(chosen.option, w)), dict[bool, EvaluatedOption]()
    for item in near:
        lacking = set(kept_in_part(item.option, w)) - mine
        if lacking and _gains(item, chosen, by) and not any(_level(item, name) == "no" for name in lacking):
            best.setdefault(bool(item.verdict.keeps), item)
    return min(best.values(), key=lambda item: item.cost.ceiling, default=None)


def _gains(item: EvaluatedOption, chosen: EvaluatedOption, by: Margins) -> bool:
    """Whether what may keep less is cheaper, or sooner at about the same price, by so much that it is worth a word.

    Nobody pays more for what loses something and ends some hours sooner.
    """
    least = by.same if bool(item.verdict.keeps) >= bool(chosen.verdict.keeps) else by.unsure
    sooner = item.decisive * least < chosen.decisive
    same_price = item.cost.ceiling <= chosen.cost.ceiling * (1.0 + by.saving)
    unsure = item.cost.ceiling * by.unsure < chosen.cost.ceiling
    cheaper = _cheaper(item, chosen, by) and (unsure or least == by.same)
    return bool(cheaper or (sooner and same_price))


def _complete(
    chosen: EvaluatedOption, able: Sequence[EvaluatedOption], w: Workload
) -> EvaluatedOption | None:
    """The best that keeps in full what is recommended keeps only in part."""
    if not kept_in_part(chosen.option, w):
        return None
    return next((item for item in able if not kept_in_part(item.option, w)), None)


def _present(chosen: EvaluatedOption, ranked: Sequence[EvaluatedOption]) -> EvaluatedOption | None:
    """The best for which nothing is ordered, where what is recommended wants an order, and which ends."""
    if not _is_ordered(chosen):
        return None
    keeping = (item for item in ranked if bool(item.verdict.usable) and bool(item.verdict.keeps))
    return next((item for item in keeping if not _is_ordered(item) and np.isfinite(item.decisive)), None)


def _is_ordered(item: EvaluatedOption) -> bool:
    """Whether it waits for a circuit that has to be built, or for devices."""
    option = item.option
    return option.device is not None or (option.own_line and not option.exists)


_MISSED = ("in_time", "in_window", "in_budget")


def _missed(chosen: EvaluatedOption, item: EvaluatedOption) -> list[str]:
    """The wishes that what is recommended keeps and the other does not; of a deadline the chance is told instead."""
    told = {"in_time"} if _less_sure(chosen, item) else set()
    return [
        worded(FAILS[wish])
        for wish in _MISSED
        if wish not in told and getattr(chosen.verdict, wish) and not getattr(item.verdict, wish)
    ]


def _gained(chosen: EvaluatedOption, item: EvaluatedOption, w: Workload) -> list[str]:
    """What it keeps better, of what was asked for and of what was not."""
    told = []
    gained = [name for name in kept_in_part(chosen.option, w) if name not in kept_in_part(item.option, w)]
    if gained:
        told.append(say("keeps {what} in full", what=_attributes(gained)))
    beside = [name for name in ATTRIBUTES if _level(chosen, name) == "no" and _level(item, name) == "yes"]
    if beside := [name for name in beside if name not in w.keep]:
        told.append(say("also keeps {what}", what=listed([worded(ATTRIBUTES[name]) for name in beside])))
    return told


def _tell(kind: str, chosen: EvaluatedOption, item: EvaluatedOption, w: Workload) -> dict[str, Any]:
    money, time = _money(chosen, item), _days(chosen, item)
    saves, costs = (_words(money, time, kind, chosen, item, saved) for saved in (True, False))
    saves += _gained(chosen, item, w)
    loses = [name for name in kept_in_part(item.option, w) if name not in kept_in_part(chosen.option, w)]
    may_lose = [name for name in loses if _level(item, name) == "unknown"]
    in_part = [name for name in loses if name not in may_lose]
    if chosen.outage > item.outage:
        saves.append(say("keeps people from writing for {span} only", span=_span(item.judged_cutover / DAY)))
    if kind == "present":
        costs = [*_missed(chosen, item), *costs]
    if in_part:
        costs.append(say("keeps {what} only in part", what=_attributes(in_part)))
    if may_lose:
        costs.append(
            say("may not keep {what}", what=listed([worded(ATTRIBUTES[name]) for name in may_lose], "or"))
        )
    if item.outage > chosen.outage:
        costs.append(say("keeps people from writing for {span}", span=_span(item.judged_cutover / DAY)))
    # What is kept only in part is told by name.
    needs = [work for work in kinds_of_work(item.option, w) if work != "work_partial"]
    costs += more_work(needs, kinds_of_work(chosen.option, w))
    costs += less_given(item.option, chosen.option, w)
    name = worded(_KINDS["perhaps" if kind == "partial" and not in_part else kind])
    what = worded(", ").join((*saves, *costs)) or worded("equal in cost and time")
    return {
        "kind": kind,
        "option": item.option.id,
        "saves": listed(saves),
        "costs": listed(costs),
        "saves_usd": None if money is None else max(0.0, money),
        "costs_usd": None if money is None else max(0.0, -money),
        "saves_days": None if time is None else max(0.0, time),
        "costs_days": None if time is None else max(0.0, -time),
        "loses": loses,
        "may_lose": may_lose,
        "p_deadline": None if item.spread is None else finite(item.spread.p_deadline),
        "text": say("{name}: {option}; {what}.", name=name, option=item.option.id, what=what),
    }


def _attributes(names: Sequence[str]) -> str:
    return worded(", ").join(worded(ATTRIBUTES[name]) for name in names)


def _level(item: EvaluatedOption, name: str) -> str:
    """How well it keeps an attribute."""
    return (item.option.keeps or {}).get(name, "unknown")


def _money(chosen: EvaluatedOption, item: EvaluatedOption) -> float | None:
    """What an option saves in cash; None where a price of either is not known. [USD]."""
    if not (chosen.cost.complete and item.cost.complete):
        return None
    return finite(chosen.cost.total - item.cost.total)


def _days(chosen: EvaluatedOption, item: EvaluatedOption) -> float | None:
    """How much sooner an option ends, at P80 where there are draws; None where one does not end. [d]."""
    return finite((chosen.decisive - item.decisive) / DAY) if np.isfinite(item.decisive) else None


def _words(
    money: float | None,
    time: float | None,
    kind: str,
    chosen: EvaluatedOption,
    item: EvaluatedOption,
    saved: bool,
) -> list[str]:
    """What it saves, or what it costs, as phrases."""
    sign, told = 1.0 if saved else -1.0, []
    if money is None:
        told += _as_far_as_known(chosen, item, saved)
        if saved and kind == "cheapest" and not told:
            told.append(worded("is cheaper with unknown prices at an upper bound"))
    elif money * sign >= LEAST_USD:
        template = message("saves {amount} USD") if saved else message("costs {amount} USD more")
        told.append(say(template, amount=f"{abs(money):,.0f}"))
    ends = time is not None and time * sign >= LEAST_DAYS
    surer = _surer(chosen, item, kind == "surest", ends) if saved else _less_sure(chosen, item)
    if time is not None and ends:
        template = message("ends {span} sooner") if saved else message("ends {span} later")
        told.append(say(template, span=_span(abs(time))))
    if time is None and saved == bool(np.isfinite(item.decisive)):
        told.append(worded(ENDING if saved else UNENDING))
    return told + surer


def _as_far_as_known(chosen: EvaluatedOption, item: EvaluatedOption, saved: bool) -> list[str]:
    """Which of two is cheaper by known prices, and, where only one has others, up to what for these; no difference."""
    apart = float(chosen.cost.total) - float(item.cost.total)
    if not math.isfinite(apart) or abs(apart) < LEAST_USD or (apart > 0) != saved:
        return []
    told = worded(
        "is cheaper by the prices that are known" if saved else "is dearer by the prices that are known"
    )
    # The order can flip only where what is not known is that of the one that seems cheaper.
    flips = (chosen if apart < 0 else item).cost
    other = item if apart < 0 else chosen
    if other.cost.complete and not flips.complete:
        told += say(", unless the unknown ones exceed {amount} USD", amount=f"{abs(apart):,.0f}")
    return [told]


def _surer(chosen: EvaluatedOption, item: EvaluatedOption, wanted: bool, ends: bool) -> list[str]:
    """By how much it is surer, where that is what it is named for; and not twice that it ends sooner."""
    if not wanted or chosen.spread is None or item.spread is None:
        return []
    if np.isnan(item.spread.p_deadline):
        sooner = finite((chosen.spread.p95 - item.spread.p95) / DAY)
        if sooner is None:
            return [worded("in 19 of 20 cases" if ends else "ends in 19 of 20 cases")]
        template = message("{span} at P95") if ends else message("ends {span} sooner at P95")
        return [say(template, span=_span(sooner))]
    return [_chances(chosen, item)]


def _less_sure(chosen: EvaluatedOption, item: EvaluatedOption) -> list[str]:
    """That the deadline is not so sure with it."""
    if chosen.spread is None or item.spread is None:
        return []
    return (
        [_chances(chosen, item)] if item.spread.p_deadline < chosen.spread.p_deadline - _LEAST_CHANCE else []
    )


def _chances(chosen: EvaluatedOption, item: EvaluatedOption) -> str:
    now, then = (f"{100.0 * _chance(found):.0f} %" for found in (chosen, item))
    return say("keeps the deadline with a chance of {then} instead of {now}", then=then, now=now)


def _span(days: float) -> str:
    """Days in a sentence.

    >>> _span(0.25), _span(1.0), _span(9.04), _span(30.4)
    ('6 hours', '1 day', '9 days', '30 days')
    """
    if days < 0.95:
        return say_many("{count} hour", "{count} hours", round(days * 24))
    shown = f"{round(days, 1) if days < 10 else round(days):,.4g}"
    return say_many("{count} day", "{count} days", shown)
