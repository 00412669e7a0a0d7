"""What a plan recommends in the sentences that stand first: does anything meet, what is missed, and what instead."""

from __future__ import annotations

import re
from typing import Any

from migplan.report.words import usd
from migplan.results.model import Plan, Recommendation
from migplan.text import listed

_WISHES = {
    "deadline": "the deadline",
    "cutover_window": "the cutover window",
    "budget": "the budget",
    "keep": "what must be kept",
}


def nothing_meets(plan: Plan) -> bool:
    """Whether something can be used, and nothing meets all that was asked for."""
    return plan.recommendation.option is not None and not plan.recommendation.meets


def headline(advice: Recommendation) -> str:
    """The first line where nothing meets; another seed may find that something does."""
    surely = " surely" if advice.verdict == "on-the-edge" else ""
    return f"Nothing{surely} meets all that was asked for."


def missed(plan: Plan) -> list[str]:
    """A sentence for each wish that the closest option misses."""
    chosen = plan.chosen
    drawn = chosen is not None and (chosen.p50_days is not None or chosen.p_deadline is not None)
    return [_missed(entry, drawn) for entry in plan.recommendation.misses]


def _missed(entry: dict[str, Any], drawn: bool) -> str:
    wish = str(entry.get("wish", ""))
    if entry.get("got") == "never":
        often = "in 2 of 10 cases or more it never ends" if drawn else "it never ends"
        return f"It misses {_WISHES.get(wish, wish)} of {entry.get('wanted', '')}: {often}."
    by = f", {entry['by']} too much" if entry.get("by") else ""
    if wish == "keep":
        return f"It misses {_WISHES[wish]}: {entry.get('got', '')}."
    return f"It misses {_WISHES.get(wish, wish)}: {entry.get('got', '')} instead of {entry.get('wanted', '')}{by}."


def unsure(advice: Recommendation) -> list[str]:
    """Why the verdict is on the edge, or what else is as close where nothing meets."""
    edge = "On the edge: " if advice.verdict == "on-the-edge" else ""
    return [f"{edge}{call.get('text', '')}" for call in advice.close_calls]


_CHANGES = {
    "verify": "to verify only what was sent (verify = {needed})",
    "link": "a line of at least {needed} instead of {now}",
    "share": "{needed} of the line instead of {now}",
    "agents": "{needed} agents instead of {now}",
    "devices": "devices {needed} instead of {now}",
    "source_rate": "a source that can be read at {needed} instead of {now}",
    "hours": "the line in the hours {needed} instead of {now}",
    "change": "no more change than {needed} instead of {now}",
    "start": "a start on {needed} instead of {now}",
    "cutover_days": "a cutover on any day instead of {now}",
    "new_circuits": "a new circuit, which is not allowed now",
    "availability": "a target in a single zone instead of several",
    "target": "any target instead of {now} alone",
    "configuration": "any configuration of a target instead of {now} alone",
    "waves": "a cutover in {needed} waves, part by part on days of their own, instead of all at once",
    "deadline": "a deadline of {needed} instead of {now}",
    "cutover_window": "a cutover window of {needed} instead of {now}",
    "budget": "a budget of {needed} instead of {now}",
}
"""Input -> what it is to change it, in words."""

_DIGITS = re.compile(r"\b\d{4,}(?= )")
"""Numbers that a sentence groups; a value as it is typed does not."""


def first_changes(advice: Recommendation) -> list[str]:
    """What would meet: the smallest change of one input, or of two together, and how much less may be asked for."""
    told = []
    first, pair, less = _first_three(advice)
    if first is not None:
        smallest = "The smallest" if "smallest" in first else "One"
        told.append(f"{smallest} change that would meet: {change_told(first)}.")
    else:
        told.append("No change of one input, as far as it makes sense, would meet.")
    if pair is not None:
        told.append(f"Two changes that would meet together: {change_told(pair)}.")
    if less is not None:
        told.append(f"What would meet if less were asked for: {change_told(less)}.")
    return told


def other_changes(advice: Recommendation) -> list[str]:
    """The rest of what would meet."""
    told = _first_three(advice)
    rest = [lever for lever in (*advice.levers, *advice.pairs) if not any(lever is one for one in told)]
    return [f"Would do: {change_told(lever)}." for lever in rest]


def _first_three(advice: Recommendation) -> tuple[dict[str, Any] | None, ...]:
    """The smallest change, two changes together, and the first of the wishes where it is not the smallest change."""
    first = next((lever for lever in advice.levers if lever.get("smallest")), next(iter(advice.levers), None))
    less = next((lever for lever in advice.levers if lever.get("field") in _WISHES), None)
    return first, next(iter(advice.pairs), None), None if less is first else less


def change_told(lever: dict[str, Any]) -> str:
    """A change of one input or of two, with what helps then and its price."""
    option = f", with {lever['option']}" if lever.get("option") else ""
    return f"{listed([_change(*row) for row in _rows(lever)])}{option}{_price(lever)}"


def _rows(lever: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Input, value needed and value now of each input that changes."""
    if "fields" in lever:
        return list(zip(lever["fields"], lever["needed"], lever["now"], strict=True))
    return [(str(lever.get("field", "")), str(lever.get("needed", "")), str(lever.get("now", "")))]


def _change(field: str, needed: str, now: str) -> str:
    known = _CHANGES.get(field, f"{field.replace('_', ' ')} {{needed}} instead of {{now}}")
    needed, now = (_DIGITS.sub(lambda found: f"{int(found[0]):,}", value) for value in (needed, now))
    return known.format(needed=needed, now=now)


def _price(lever: dict[str, Any]) -> str:
    """What a change adds to the total of the closest; nothing where a plan does not say.

    >>> _price({"costs_usd": 1200.0}), _price({"costs_usd": -3.2}), _price({"costs_usd": 0.2})
    ('; it costs 1,200 USD more', '; it costs 3 USD less', '; it costs the same')
    >>> _price({"costs_usd": None}), _price({})
    ('; what it costs is not known', '')
    """
    if "costs_usd" not in lever:
        return ""
    costs = lever["costs_usd"]
    if costs is None:
        return "; what it costs is not known"
    if abs(costs) < 0.5:
        return "; it costs the same"
    return f"; it costs {usd(abs(costs))} USD {'more' if costs > 0 else 'less'}"


def instead(advice: Recommendation) -> list[str]:
    """A sentence for each alternative; what is the best in two ways is told once."""
    by_option: dict[str, list[dict[str, Any]]] = {}
    for other in advice.alternatives:
        by_option.setdefault(str(other.get("option", "")), []).append(other)
    return [_joined(others) for others in by_option.values()]


def _joined(others: list[dict[str, Any]]) -> str:
    """The one that says the most, under the names of all."""
    names = [str(other.get("text", "")).partition(":")[0] for other in others]
    names = [name if place == 0 else name[:1].lower() + name[1:] for place, name in enumerate(names)]
    longest = max((str(other.get("text", "")) for other in others), key=len)
    return f"{listed(names)}:{longest.partition(':')[2]}"


def passed_over(advice: Recommendation) -> list[dict[str, Any]]:
    """The next ones that are not chosen and are no alternative either, which is told already."""
    told = {other.get("option") for other in advice.alternatives}
    return [other for other in advice.not_chosen if other.get("option") not in told]
