"""`migplan diff`: what changed between two plans."""

from __future__ import annotations

import shutil
from pathlib import Path

import click


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    show_default=True,
    help="Markdown fits a comment on a pull request.",
)
@click.option("--all", "everything", is_flag=True, help="Show every row of the long tables.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
def command(old: Path, new: Path, form: str, everything: bool, output: Path | None) -> None:
    """Compare two plans, OLD and NEW as `migplan plan --format json` wrote them: inputs, facts, ranking, time, cost."""
    from migplan.analyses.diff import compare_plans
    from migplan.cli.show import emit
    from migplan.report.diff import diff_json, diff_markdown, diff_table
    from migplan.results.json import read_results

    found = compare_plans(read_results(old), read_results(new), (old.name, new.name))
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    emit(
        diff_json(found)
        if form == "json"
        else diff_markdown(found, everything)
        if form == "markdown"
        else diff_table(found, width, everything),
        output,
    )
