"""A plan as Markdown: the sections in the order in which a reader who has to decide needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migplan.report.escape import text
from migplan.report.sections.breakdown import breakdown
from migplan.report.sections.cutover import cutover
from migplan.report.sections.design_checks import design_checks
from migplan.report.sections.facts import facts
from migplan.report.sections.fidelity import fidelity
from migplan.report.sections.inputs import inputs
from migplan.report.sections.ledger import ledger
from migplan.report.sections.method import method
from migplan.report.sections.options import options, unusable
from migplan.report.sections.recommended import recommended
from migplan.report.sections.risks import risks
from migplan.report.sections.summary import summary
from migplan.report.sections.targets import targets
from migplan.report.tables import bullets
from migplan.report.view import NAME_LENGTH, Picture, View, paragraphs, view_of
from migplan.results import Plan

if TYPE_CHECKING:
    from migplan.sweep import Sweep

SECTIONS = (
    summary,
    recommended,
    options,
    ledger,
    breakdown,
    targets,
    fidelity,
    cutover,
    design_checks,
    risks,
    inputs,
    facts,
    method,
    unusable,
)


def render_markdown(
    plan: Plan,
    everything: bool = False,
    title: str = "",
    pictures: Mapping[str, Picture] | None = None,
    sweep: Sweep | None = None,
) -> str:
    """Tell a plan as Markdown.

    Parameters
    ----------
    plan : Plan
    everything : bool
        Show every option and fact, not the best of each family and what the recommended way rests on.
    title : str
        Heading; the plan's own name where it is empty.
    pictures : mapping, optional
        Charts by name, from `migplan.report.charts.draw`; without them the text stands alone.
    sweep : Sweep, optional
        Over the line rate, to tell what would win with another line.
    """
    return render_view(view_of(plan, everything, title, pictures, sweep))


def render_view(view: View) -> str:
    """All sections, then the sources that they cite."""
    head = paragraphs(f"# {text(view.title, NAME_LENGTH)}", f"Made for {text(view.plan.today)}.")
    body = [section(view) for section in SECTIONS]
    sources = view.sources.listed()
    tail = paragraphs("## Sources", bullets(sources)) if sources else ""
    return paragraphs(head, *body, tail) + "\n"
