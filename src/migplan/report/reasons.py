"""Reasons in short: what can be used in no way, and for what kind of reason."""

from __future__ import annotations

from migplan.report.view import spoken
from migplan.results.model import Plan, Reason

_KINDS = {
    "closed-to-new": "Closed to new customers",
    "support-ended": "No longer offered",
    "not-yet-available": "Not offered yet",
    "not-in-region": "Not offered in this Region",
    "needs-plan": "Needs a support plan that is not there",
    "not-fit": "Its targets do not fit",
    "not-encrypted": "Does not encrypt, and encryption is required",
    "does-not-converge": "Changes outrun it",
    "file-too-large": "A file is too large for it",
    "too-small": "The workload is too small for it",
    "misses-return-date": "Could not be returned in time",
    "misses-last-order": "Could not be ordered any more for a later wave",
    "no-line": "Needs a line",
}


def ruled_out(plan: Plan) -> dict[str, Reason]:
    """Each mover or device that can be used in no way, with its first reason."""
    usable = {name for option in plan.options if option.usable for name in (option.device, option.mover)}
    first: dict[str, Reason] = {}
    for option in plan.options:
        name = option.device or option.mover or option.id
        if name not in usable and option.reasons:
            first.setdefault(name, option.reasons[0])
    return first


def kind_of(code: str) -> str:
    """What a reason code means, in a few words.

    >>> kind_of("drops-owner"), kind_of("closed-to-new")
    ('Loses file owners, which must be kept', 'Closed to new customers')
    """
    if code.startswith("drops-"):
        return f"Loses {spoken(code.removeprefix('drops-'))}, which must be kept"
    return _KINDS.get(code, code.replace("-", " ").capitalize())
