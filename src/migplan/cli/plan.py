"""`migplan plan` and `migplan report`: one migration, on one page or for those who decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import CaseCommand, case_options, lang_option, samples_options, source_options
from migplan.cli.output import (
    Output,
    announce_written,
    fail_option,
    fail_where_missed,
    output_options,
    reporting_missing_fonts,
    with_output_language,
)


@click.command("plan", cls=CaseCommand)
@output_options("table", "json", "markdown", "html")
@click.option("-v", "--verbose", is_flag=True, help="Show targets, timeline, reasons and checks too.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every option with its id, and all that -v shows."
)
@click.option("--fail-if-late", is_flag=True, help="Exit with 3 where no option meets what is wanted.")
@fail_option
@lang_option
@samples_options()
@case_options
def plan(
    scenario: Path | None,
    verbose: bool,
    everything: bool,
    fail_if_late: bool,
    fail_if: tuple[str, ...],
    output: Output,
    **given: Any,
) -> None:
    """Plan one migration: every option, its time, cost and losses.

    SCENARIO is a TOML file with the input fields, or a plan (.json), whose inputs are planned again; flags override
    what it says.
    """
    from migplan import api
    from migplan.report.render import render_plan

    made = api.plan(scenario, **with_output_language(output, given))
    with reporting_missing_fonts():
        output.write(render_plan(made, output.form, everything, output.terminal, verbose))
    if fail_if_late and not made.recommendation.meets:
        click.get_current_context().exit(3)
    fail_where_missed(made, fail_if)


@click.command("report")
@click.argument("source", type=click.Path(path_type=Path))
@output_options(
    "markdown",
    "html",
    required=True,
    help="Markdown has its charts as SVG files beside it; HTML is one file.",
)
@click.option("--title", default="", metavar="TEXT", help="Heading.  [default: the name of the plan]")
@click.option("--full", is_flag=True, help="Complete appendices, not what the recommended option rests on.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every option and fact, not those that matter most."
)
@lang_option
@samples_options()
@source_options
def report(source: Path, output: Output, **settings: Any) -> None:
    """Write a report: four printed pages to decide on, then appendices.

    SOURCE is a scenario (.toml), a plan (.json, as `migplan plan --format json` writes it), the plan of an estate
    (.json too), which becomes two pages and one for each wave, or the table that `migplan batch` wrote (.csv), which
    becomes one report with a table, and with --full a part for each share. Draws, profiles, a pilot and the day count
    for a scenario alone: the others are planned already.
    """
    from migplan import api

    with reporting_missing_fonts():
        written = api.write_report(source, output.file, form=output.form, force=output.force, **settings)
    announce_written(output.file, len(written) - 1)
