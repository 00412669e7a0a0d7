"""Hands a finished plan to the writer of a format, and its text to a file or the terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migplan.results import Plan

if TYPE_CHECKING:
    from migplan.sweep import Sweep


def show_plan(plan: Plan, form: str, output: Path | None, everything: bool) -> None:
    """Write a plan in one of the formats."""
    emit(_text(plan, form, everything, sys.stdout.isatty() and output is None), output)


def emit(text: str, output: Path | None) -> None:
    """Write a text to a file, whole or not at all, or to the terminal."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from migplan.output import write_whole

    write_whole(output, text if text.endswith("\n") else text + "\n")


def _text(plan: Plan, form: str, everything: bool, terminal: bool) -> str:
    if form == "json":
        return plan.to_json()
    if form == "table":
        from migplan.report.terminal import render

        return render(plan, everything, terminal)
    if form == "html":
        from migplan.report.html import render_html

        return render_html(plan, everything)
    from migplan.report.markdown import render_markdown

    return render_markdown(plan, everything)


def sweep_text(sweep: Sweep, form: str) -> str:
    """A sweep in one of its formats."""
    from migplan.report import sweep as tell

    if form == "svg":
        from migplan.report.charts import sweep_chart

        return sweep_chart(sweep)
    if form == "table":
        return tell.to_table(sweep, min(100, shutil.get_terminal_size((100, 24)).columns))
    return tell.to_json(sweep) if form == "json" else tell.to_csv(sweep)
