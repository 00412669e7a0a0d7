"""A plan as Markdown: four pages to decide on, and behind them the appendices with the numbers and their sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migplan.language import closed_up, speaking
from migplan.report.escape import text
from migplan.report.sections.cost import ledger
from migplan.report.sections.cutover import runbook
from migplan.report.sections.evidence import design_checks, facts, inputs, method
from migplan.report.sections.options import all_options, comparison, fidelity, targets
from migplan.report.sections.preparation import preparation
from migplan.report.sections.summary import summary
from migplan.report.sections.what_if import risks
from migplan.report.tabular import bullets
from migplan.report.view import NAME_LENGTH, Picture, View, language_of, paragraphs, say, view_of
from migplan.results.model import Plan

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep

MAIN_PAGES = (summary, comparison, risks, preparation)
"""What a reader who has to sign needs: a printed page each."""

APPENDICES = (inputs, runbook, ledger, design_checks, facts)
"""In the order of their letters; what they leave out in the short report, they say."""

FULL_APPENDICES = (all_options, targets, fidelity, method)
"""What the full report adds, in the order of their letters."""


def render_markdown(
    plan: Plan,
    everything: bool = False,
    title: str = "",
    pictures: Mapping[str, Picture] | None = None,
    sweep: Sweep | None = None,
    full: bool = False,
) -> str:
    """Tell a plan as Markdown.

    Parameters
    ----------
    plan : Plan
    everything : bool
        Show every option and fact in the appendices, not the best of each family and what the recommended one rests on;
        the report is full then.
    title : str
        Heading; the plan's own name where it is empty.
    pictures : mapping, optional
        Charts by name, from `migplan.report.charts.draw`; without them the text stands alone.
    sweep : Sweep, optional
        Over the line rate, to tell what would win with another line.
    full : bool
        Complete appendices, with every option of the comparison, target, price line and fact.
    """
    with speaking(language_of(plan)):
        return render_view(view_of(plan, everything, title, pictures, sweep, full))


def render_view(view: View) -> str:
    """The pages to decide on, the appendices, then the sources that all of them cite."""
    head = f"# {text(view.title, NAME_LENGTH)}"
    sections = (*MAIN_PAGES, *APPENDICES, *(FULL_APPENDICES if view.full else ()))
    body = [section(view) for section in sections]
    sources = bullets(view.sources.listed()) or say("Nothing that is said here has an address.")
    return closed_up(paragraphs(head, *body, say("## Sources"), sources)) + "\n"
