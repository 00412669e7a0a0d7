"""What changed between two plans: inputs, facts, recommendation, ranking, time and cost."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from migplan.language import ENGLISH
from migplan.results.model import Plan

TIME = ("duration_days", "p80_days", "cutover_hours")
COST = ("one_off", "monthly", "running", "horizon_total")
_SAME = 1e-9
"""Numbers closer than this, relatively, are equal: other machines may round the last digit otherwise."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs; `old` or `new` is None where it is not there."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that differs: `what` names the keys that do, such as ('value', 'as_of')."""

    id: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankChange:
    """An option that came, went, became usable or not, or changed places with others.

    Attributes
    ----------
    id : str
    old_rank, new_rank : int or None
        Position in the plan, 1 is best; None where the option is not there.
    why : str
        'new', 'gone', 'usable now', 'no longer usable', 'other reasons', 'up' or 'down'.
    reasons : tuple of str
        Codes of what rules it out in the newer plan that has it.
    """

    id: str
    old_rank: int | None
    new_rank: int | None
    why: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of one option that differ: name -> (old, new); None where there is none.

    Attributes
    ----------
    id : str
    values : dict
    complete : tuple of bool
        Whether all prices were known then and are now; where they are not, money is the known part of a sum, and no
        difference can be made of it.
    """

    id: str
    values: dict[str, tuple[float | None, float | None]]
    complete: tuple[bool, bool] = (True, True)


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """All differences; empty tuples where nothing changed.

    Attributes
    ----------
    today : tuple of str
        The days the two plans were made for.
    recommended : tuple
        The recommended option of each plan; None where there is none.
    answer : Figures
        Time and cost of what was recommended then and is recommended now.
    recommendation, inputs : tuple of Change
    facts : tuple of FactChange
    ranking : tuple of RankChange
    time, cost : tuple of Figures
        Options of both plans whose time or cost differs, in the order of the newer plan. [days], [hours], [USD]
    called : dict
        Id of an option -> what people call it in a table, as far as the plans say.
    unusable : tuple of str
        Options that neither plan can use.
    lang : str
        The language in which it is told: that of the newer plan.
    """

    today: tuple[str, str]
    recommended: tuple[str | None, str | None]
    answer: Figures
    recommendation: tuple[Change, ...]
    inputs: tuple[Change, ...]
    facts: tuple[FactChange, ...]
    ranking: tuple[RankChange, ...]
    time: tuple[Figures, ...]
    cost: tuple[Figures, ...]
    names: tuple[str, str] = ("old", "new")
    called: dict[str, str] = field(default_factory=dict)
    unusable: tuple[str, ...] = ()
    lang: str = ENGLISH

    @property
    def empty(self) -> bool:
        """Whether the two plans say the same."""
        parts = (self.recommendation, self.inputs, self.facts, self.ranking, self.time, self.cost)
        return not any(parts)


def compare_plans(old: Plan, new: Plan, names: tuple[str, str] = ("old", "new")) -> PlanDiff:
    """Compare two plans.

    Parameters
    ----------
    names : tuple of str
        What the two are called, such as the names of their files.
    """
    return compare(old.to_dict(), new.to_dict(), names)


def compare(
    old: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, str] = ("old", "new")
) -> PlanDiff:
    """Compare two plans as `Plan.to_dict` gives them."""
    before, after = _by_id(old["options"]), _by_id(new["options"])
    common = [name for name in after if name in before]
    recommended = (old["recommendation"]["option"], new["recommendation"]["option"])
    ranking = tuple(_ranking(before, after))
    time, cost = (tuple(_figures(common, before, after, keys)) for keys in (TIME, COST))
    told = {*recommended, *(moved.id for moved in ranking), *(found.id for found in (*time, *cost))}
    called = {name: str(option.get("short_name") or "") for name, option in {**before, **after}.items()}
    return PlanDiff(
        today=(old["today"], new["today"]),
        recommended=recommended,
        answer=_answer(before.get(recommended[0]), after.get(recommended[1])),
        recommendation=tuple(_advice(old["recommendation"], new["recommendation"])),
        inputs=tuple(_inputs(old["workload"], new["workload"])),
        facts=tuple(_facts(*_by_price(old, new))),
        ranking=ranking,
        time=time,
        cost=cost,
        names=names,
        called={name: short for name, short in called.items() if name in told and short},
        unusable=tuple(name for name in called if not any(_usable(rows, name) for rows in (before, after))),
        lang=str(new["workload"].get("lang", {}).get("value") or ENGLISH),
    )


def _by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {row["id"]: row for row in rows}


def _usable(options: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return name in options and bool(options[name]["usable"])


def _by_price(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Mapping[str, Any]]]:
    """The facts of both plans by id; a price of two Regions is one fact, whose id is without the Region."""
    found = [_by_id(plan["facts"]) for plan in (old, new)]
    regions = [str(plan["workload"].get("region", {}).get("value") or "") for plan in (old, new)]
    if regions[0] == regions[1] or not all(regions):
        return found
    names = [
        {name.removesuffix(f".{region}"): name for name in facts if name.endswith(f".{region}")}
        for facts, region in zip(found, regions, strict=True)
    ]
    for price in names[0].keys() & names[1].keys():
        for facts, own in zip(found, names, strict=True):
            facts[price] = facts.pop(own[price])
    return found


def same(old: Any, new: Any) -> bool:
    """Whether two values of a plan are equal, numbers up to the rounding of the last digits.

    >>> same(0.1 + 0.2, 0.3), same(1.0, 1.001), same(None, 0.0), same("a", "a")
    (True, False, False, True)
    """
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return math.isclose(old, new, rel_tol=_SAME, abs_tol=0.0)
    return bool(old == new)


def _advice(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    for key in ("option", "target", "meets", "misses_by_days"):
        if not same(old[key], new[key]):
            yield Change(key, old[key], new[key])


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    """Inputs whose value or status differs, as text; a status is told where it is not simply given."""

    def told(item: Mapping[str, Any]) -> str:
        text = item["text"] or "none"
        return text if item["status"] == "given" else f"{text} ({item['status']})"

    for name in {**new, **old}:
        if name not in old:
            yield Change(name, None, told(new[name]))
        elif name not in new:
            yield Change(name, told(old[name]), None)
        else:
            before, after = old[name], new[name]
            equal = same(before["value"], after["value"]) and before["status"] == after["status"]
            if not equal:
                yield Change(name, told(before), told(after))


_OF_FACT = ("value", "low", "high", "unit", "status", "as_of", "source")


def _facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[FactChange]:
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield FactChange(name, before, after, ("new" if before is None else "gone",))
            continue
        # The price of another Region has a source of its own.
        keys = _OF_FACT if before["id"] == after["id"] else _OF_FACT[:-2]
        what = tuple(key for key in keys if not same(before.get(key), after.get(key)))
        if what:
            yield FactChange(name, before, after, what)


def _ranking(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[RankChange]:
    """Options that came or went, whose usability changed, and the fewest that must have changed places."""
    places = {name: place for place, name in enumerate(old, start=1)}
    usable = [name for name in new if name in old and new[name]["usable"] and old[name]["usable"]]
    stayed = {usable[index] for index in rising([places[name] for name in usable])}
    before = {name: place for place, name in enumerate(sorted(usable, key=places.__getitem__))}
    after = {name: place for place, name in enumerate(usable)}
    for place, name in enumerate(new, start=1):
        reasons = tuple(reason["code"] for reason in new[name]["reasons"])
        if name not in old:
            yield RankChange(name, None, place, "new", reasons)
        elif new[name]["usable"] != old[name]["usable"]:
            why = "usable now" if new[name]["usable"] else "no longer usable"
            yield RankChange(name, places[name], place, why, reasons)
        elif name in before and name not in stayed:
            why = "up" if after[name] < before[name] else "down"
            yield RankChange(name, places[name], place, why)
        elif set(reasons) != {reason["code"] for reason in old[name]["reasons"]}:
            yield RankChange(name, places[name], place, "other reasons", reasons)
    for name in old:
        if name not in new:
            reasons = tuple(reason["code"] for reason in old[name]["reasons"])
            yield RankChange(name, places[name], None, "gone", reasons)


def rising(values: Sequence[float]) -> list[int]:
    """Positions of a longest rising subsequence; the positions that are left out are the fewest that moved.

    >>> rising([1, 5, 2, 3, 4])
    [0, 2, 3, 4]
    """
    ends: list[int] = []
    tails: list[float] = []
    before: list[int] = []
    for position, value in enumerate(values):
        place = bisect.bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        if place == len(ends):
            ends.append(position)
            tails.append(value)
        else:
            ends[place], tails[place] = position, value
    found = []
    position = ends[-1] if ends else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return found[::-1]


def _figures(
    names: Iterable[str], old: Mapping[str, Any], new: Mapping[str, Any], keys: Sequence[str]
) -> Iterable[Figures]:
    for name in names:
        values = {key: (number(old[name], key), number(new[name], key)) for key in keys}
        known = _complete(old[name]), _complete(new[name])
        learned = known[0] != known[1]
        values = {key: pair for key, pair in values.items() if not same(*pair) or (learned and key in COST)}
        if values:
            yield Figures(name, values, known)


def _answer(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Figures:
    """Figures of the two recommended options, whether they differ or not; none where nothing was recommended."""
    pairs = {
        key: tuple(None if option is None else number(option, key) for option in (old, new))
        for key in (*TIME, *COST)
    }
    known = tuple(option is None or _complete(option) for option in (old, new))
    return Figures("", {key: (before, after) for key, (before, after) in pairs.items()}, (known[0], known[1]))


def _complete(option: Mapping[str, Any]) -> bool:
    return bool(option["cost_usd"]["complete"])


def number(option: Mapping[str, Any], key: str) -> float | None:
    """A figure of an option of a plan, wherever it stands in it."""
    found: float | None = (option["cost_usd"] if key in COST else option).get(key)
    return found
