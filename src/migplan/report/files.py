"""A report as the files that it consists of."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from migplan.report.charts import draw
from migplan.report.html import render_html
from migplan.report.markdown import render_markdown
from migplan.results import Plan

if TYPE_CHECKING:
    from migplan.sweep import Sweep


def report_files(
    plan: Plan,
    name: str,
    form: str = "markdown",
    everything: bool = False,
    title: str = "",
    sweep: Sweep | None = None,
) -> dict[str, str]:
    """Tell a plan with its charts.

    Parameters
    ----------
    plan : Plan
    name : str
        File name of the report; the charts beside a Markdown report begin with its stem.
    form : str
        'markdown', with an SVG file for each chart, or 'html', one file with everything in it.
    everything : bool
        Show every option and every fact.
    title : str
        Heading; the plan's own name where it is empty.
    sweep : Sweep, optional
        Over the line rate; without it there is no chart of days by line rate.

    Returns
    -------
    dict
        File name -> text, in the order in which they should be written: the report last, when its charts are there.
    """
    if form == "html":
        return {name: render_html(plan, everything, title, sweep)}
    stem = PurePath(name).stem
    pictures = draw(plan, everything, sweep, stem)
    charts = {f"{stem}-{chart}.svg": picture.svg for chart, picture in pictures.items()}
    return {**charts, name: render_markdown(plan, everything, title, pictures, sweep)}
