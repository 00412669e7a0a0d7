"""Rules of design that apply to this plan, the required ones first."""

from __future__ import annotations

from migplan.report.appendices import heading
from migplan.report.escape import Markup
from migplan.report.tables import bullets
from migplan.report.view import View, paragraphs, say
from migplan.results.model import CheckResult


def design_checks(view: View) -> str:
    """Each check with its text, when it applies, its source and date."""
    found = view.plan.checks
    if not found:
        return paragraphs(heading("checks"), "No design check applies to this plan.")
    return paragraphs(heading("checks"), bullets(_check(view, check) for check in found))


def _check(view: View, check: CheckResult) -> Markup:
    status = "" if check.status == "confirmed" else f", {check.status}"
    return say(
        "**{severity}: {name}.** {text} Applies to: {applies} ({source}, {day}{status}).",
        severity=check.severity.capitalize(),
        name=check.name.rstrip("."),
        text=check.text,
        applies=_inside(check.applies.rstrip(".")),
        source=view.sources.cite(check.source),
        day=check.as_of,
        status=status,
    )


def _inside(told: str) -> str:
    """A sentence as it reads behind a colon: abbreviations keep their capitals.

    >>> _inside("Shares of a file server"), _inside("SMB shares")
    ('shares of a file server', 'SMB shares')
    """
    return told if told[1:2].isupper() else told[:1].lower() + told[1:]
