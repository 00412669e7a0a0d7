"""`migplan diff`, `migplan check` and `migplan backtest`: plans against others, rules and the past."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import (
    CaseCommand,
    Choice,
    completed,
    field_options,
    lang_option,
    profiles_option,
    samples_options,
    scenario_argument,
    source_options,
)
from migplan.cli.output import Output, output_options, with_output_language
from migplan.inputs.fields import TRAITS


@click.command("diff", cls=CaseCommand)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", required=False, type=click.Path(path_type=Path))
@output_options("table", "markdown", "json", help="Markdown fits a comment on a pull request.")
@click.option("--all", "everything", is_flag=True, help="Show every row of the long tables.")
@samples_options()
@lang_option
@field_options
@source_options
def diff(old: Path, new: Path | None, everything: bool, output: Output, **given: Any) -> None:
    """Compare two plans, OLD and NEW: inputs, facts, ranking, time, cost.

    Each is a plan (.json, as `migplan plan --format json` writes it) or a scenario (.toml), which is planned first.
    Without NEW, flags of input fields say what is otherwise: `migplan diff a.toml --link "2 Gbps"`.
    """
    from migplan import api
    from migplan.report.render import render_diff

    found = api.diff(old, new, **with_output_language(output, given))
    output.write(render_diff(found, output.form, everything, output.width))


@click.command("check")
@scenario_argument
@click.option(
    "--route",
    "--routes",
    "routes",
    multiple=True,
    metavar="ROUTE",
    shell_complete=completed("complete_route"),
    help="A route to check, such as vpn; with a SCENARIO, in place of the one its plan takes.",
)
@click.option(
    "--trait",
    "--traits",
    "traits",
    multiple=True,
    type=Choice(TRAITS),
    metavar="TRAIT",
    help=f"What applications depend on, besides what SCENARIO says: {', '.join(TRAITS)}.",
)
@click.option("--list", "everything", is_flag=True, help="List all checks and when they apply.")
@lang_option
@output_options("table", "json", "markdown")
@source_options
def check(scenario: Path | None, everything: bool, output: Output, **given: Any) -> None:
    """Print the design checks that apply to a SCENARIO, a route or a trait.

    Without SCENARIO the routes and traits alone decide, for AWS.
    """
    from migplan import api
    from migplan.api.beginning import _language_of
    from migplan.report.render import render_checks

    if not (everything or scenario or given["routes"] or given["traits"]):
        raise click.UsageError("Missing what to check: a SCENARIO, --route, --trait or --list.")
    given["routes"] = tuple(part.strip() for text in given["routes"] for part in text.split(","))
    lang = given["lang"] = _language_of(scenario, with_output_language(output, given)["lang"])
    found = api.check(profiles=given["profiles"], lang=lang) if everything else api.check(scenario, **given)
    output.write(render_checks(found, output.form, everything, output.width, output.terminal, lang))


@click.command("backtest")
@click.argument("cases", type=click.Path(path_type=Path))
@output_options("table", "json", "markdown")
@click.option(
    "--leave-one-source-out",
    is_flag=True,
    help="Forecast each source (the id up to its first dot) with constants fitted on the others; slow.",
)
@click.option(
    "--leave-one-class-out",
    is_flag=True,
    help="The same with each class of tools in place of each source: tools of a kind that nobody has measured.",
)
@click.option(
    "--half-history",
    is_flag=True,
    help="Each source left out, and each half of one with four cases or more after the other half was learned from.",
)
@click.option(
    "--write-overlay",
    "overlay",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write profiles whose constants are drawn towards these migrations, for --profiles DIR.",
)
@click.option(
    "--from-priors",
    is_flag=True,
    help="Draw them from what documents say, as those of migplan itself, not from the profiles as they are.",
)
@samples_options(10, "Draws.")
@profiles_option
def backtest(
    cases: Path,
    overlay: Path | None,
    from_priors: bool,
    profiles: tuple[Path, ...],
    output: Output,
    **settings: Any,
) -> None:
    """Forecast completed migrations from their inputs alone, and compare the forecasts with what was measured.

    CASES is a CSV with the columns of tests/data/measured.csv: an id and a tool, what else is known, and
    reported_duration_s or reported_throughput_Bps.
    """
    from migplan import api
    from migplan.report.render import render_backtest

    output.write(
        render_backtest(api.backtest(cases, profiles=profiles, **settings), output.form, output.width)
    )
    if overlay is not None:
        force = output.force
        for path in api.write_overlay(
            cases, overlay, profiles=profiles, from_priors=from_priors, force=force
        ):
            click.echo(f"wrote {path}", err=True)
