"""A report as the files that it consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from migplan.report.charts import draw, draw_portfolio
from migplan.report.html import render_html, to_html
from migplan.report.markdown import render_markdown
from migplan.report.portfolio import TITLE, render_portfolio
from migplan.report.shares import Share
from migplan.report.view import Picture
from migplan.results.model import Plan

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep


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
    return {**_beside(stem, pictures), name: render_markdown(plan, everything, title, pictures, sweep)}


def portfolio_files(
    shares: Sequence[Share], name: str, form: str = "markdown", title: str = ""
) -> dict[str, str]:
    """Tell the result of a batch with its charts; parameters and result are those of `report_files`."""
    stem = PurePath(name).stem
    pictures = draw_portfolio(shares, stem)
    told = render_portfolio(shares, title, pictures)
    if form == "html":
        return {name: to_html(told, title or TITLE, pictures.values())}
    return {**_beside(stem, pictures), name: told}


def _beside(stem: str, pictures: Mapping[str, Picture]) -> dict[str, str]:
    return {f"{stem}-{chart}.svg": picture.svg for chart, picture in pictures.items()}
