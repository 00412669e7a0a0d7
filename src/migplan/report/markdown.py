"""A plan as Markdown: a few pages to decide on, and behind them the appendices with every number and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from migplan.report.escape import text
from migplan.report.sections.cost import cost, ledger
from migplan.report.sections.cutover import cutover
from migplan.report.sections.evidence import design_checks, facts, inputs, method
from migplan.report.sections.options import comparison, fidelity, targets, ways
from migplan.report.sections.preparation import needs, orders
from migplan.report.sections.schedule import schedule
from migplan.report.sections.summary import summary
from migplan.report.sections.what_if import outlook, risks
from migplan.report.tabular import bullets
from migplan.report.view import NAME_LENGTH, Picture, View, heading, paragraphs, view_of
from migplan.results.model import Plan

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep

DECIDING = (summary, needs, orders, risks, comparison, schedule, cost, outlook)
"""What a reader who has to sign needs, in this order; it fits four printed pages."""

BEHIND = (inputs, ways, targets, fidelity, cutover, ledger, design_checks, facts, method)
"""The appendices, in the order of their letters."""


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
        Show every option and fact in the appendices, not the best of each family and what the recommended way rests on.
    title : str
        Heading; the plan's own name where it is empty.
    pictures : mapping, optional
        Charts by name, from `migplan.report.charts.draw`; without them the text stands alone.
    sweep : Sweep, optional
        Over the line rate, to tell what would win with another line.
    """
    return render_view(view_of(plan, everything, title, pictures, sweep))


def render_view(view: View) -> str:
    """The pages to decide on, the appendices, then the sources that all of them cite."""
    head = paragraphs(f"# {text(view.title, NAME_LENGTH)}", f"Made for {text(view.plan.today)}.")
    body = [section(view) for section in (*DECIDING, *BEHIND)]
    sources = bullets(view.sources.listed()) or "None of what is told here has an address."
    return paragraphs(head, *body, heading("sources"), sources) + "\n"
