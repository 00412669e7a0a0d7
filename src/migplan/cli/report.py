"""`migplan report`: the answer for those who decide, as a document with charts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import pilot_option, profiles_option, samples_options, today_option


@click.command("report")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", required=True, help="Write here."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html"]),
    help="Markdown has its charts as SVG files beside it; HTML is one file.  [default: html for .html, else markdown]",
)
@click.option("--title", default="", metavar="TEXT", help="Heading.  [default: the name of the plan]")
@click.option(
    "--all", "everything", is_flag=True, help="Show every option and fact, not those that matter most."
)
@samples_options
@pilot_option
@profiles_option
@today_option
def command(
    source: Path, output: Path, form: str | None, title: str, everything: bool, **settings: Any
) -> None:
    """Write a report.

    SOURCE is a scenario (.toml), a plan (.json, as `migplan plan --format json` writes it), or the table that
    `migplan batch` wrote (.csv), which becomes one report with a table and a part for each share. Draws, profiles,
    a pilot and the day count for a scenario alone: the others are planned already.
    """
    from migplan.cli.reporting import report_of
    from migplan.cli.show import check_named, put

    check_named(output)
    form = form or ("html" if output.suffix.lower() in (".html", ".htm") else "markdown")
    for name, told in report_of(source, output.name, form, everything, title, settings).items():
        put(output.with_name(name), told)
