"""The options that an overview shows."""

from __future__ import annotations

from migplan.results.model import OptionResult, Plan


def best_of_families(plan: Plan) -> list[OptionResult]:
    """The best usable option of each mover or device and target, in rank order."""
    seen: set[tuple[str, str]] = set()
    found = []
    for option in plan.options:
        key = (option.family, option.target)
        if option.usable and key not in seen:
            seen.add(key)
            found.append(option)
    return found
