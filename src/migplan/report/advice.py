"""What a plan recommends in the sentences that stand first: does anything meet, what is missed, and what instead."""

from __future__ import annotations

from typing import Any

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


def missed(advice: Recommendation) -> list[str]:
    """A sentence for each wish that the closest option misses."""
    return [_missed(entry) for entry in advice.misses]


def _missed(entry: dict[str, Any]) -> str:
    wish = str(entry.get("wish", ""))
    by = f", {entry['by']} too much" if entry.get("by") else ""
    if wish == "keep":
        return f"It misses {_WISHES[wish]}: {entry.get('got', '')}."
    return f"It misses {_WISHES.get(wish, wish)}: {entry.get('got', '')} instead of {entry.get('wanted', '')}{by}."


def unsure(advice: Recommendation) -> list[str]:
    """Why the verdict is on the edge."""
    return [f"On the edge: {call.get('text', '')}" for call in advice.close_calls]


def change(advice: Recommendation) -> str:
    """One change of an input that would meet."""
    if not advice.levers:
        return "No change of one input, as far as it makes sense, would meet."
    return f"One change that would meet: {change_told(advice.levers[0])}."


def change_told(lever: dict[str, Any]) -> str:
    """A change of one input, with what helps then."""
    field, needed, now = (lever.get(name, "") for name in ("field", "needed", "now"))
    option = f", with {lever['option']}" if lever.get("option") else ""
    return f"{str(field).replace('_', ' ')} {needed} instead of {now}{option}"


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
