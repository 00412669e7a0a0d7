"""`migplan sweep`, `migplan breakeven` and `migplan tornado`: what if an input were otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import CaseCommand, case_options, completed
from migplan.cli.output import Output, output_options


@click.command("sweep", cls=CaseCommand)
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="FIELD=LOW..HIGH:STEPS",
    shell_complete=completed("complete_assignment"),
    help="An input and its values: link=100Mbps..10Gbps:25 (log steps; :25lin for linear), or protocol=smb,nfs.",
)
@output_options("table", "csv", "json", "svg", "png")
@click.option(
    "--samples",
    type=click.IntRange(0, 2000),
    default=200,
    show_default=True,
    help="Draws for the winners' P50.",
)
@case_options
def sweep(scenario: Path | None, output: Output, **given: Any) -> None:
    """Sweep one or two inputs: for each cell the winner, its time, its cost and whether it meets.

    Winners are judged at typical values, as by `migplan plan --samples 0`; a plan with draws judges at P80, and may
    recommend another way near an edge.
    """
    from migplan import api
    from migplan.report.render import render_sweep

    output.write(render_sweep(api.sweep(scenario, **given), output.form, output.width))


@click.command("breakeven", cls=CaseCommand)
@click.option(
    "--between",
    nargs=2,
    metavar="A B",
    shell_complete=completed("complete_option"),
    help="Ids of two options.  [default: the best over a line of the site and the best by device]",
)
@output_options("table", "json")
@case_options
def breakeven(scenario: Path | None, output: Output, **given: Any) -> None:
    """Find the volume and the line rate at which two options take the same time, and cost the same."""
    from migplan import api
    from migplan.report.render import render_breakeven

    output.write(render_breakeven(api.breakeven(scenario, **given), output.form, output.width))


@click.command("tornado", cls=CaseCommand)
@click.option(
    "--option",
    default="",
    metavar="ID",
    help="The option.  [default: the recommended one]",
    shell_complete=completed("complete_option"),
)
@output_options("table", "json", "svg", "png")
@click.option("--all", "everything", is_flag=True, help="Show every input that moves the finish.")
@case_options
def tornado(scenario: Path | None, everything: bool, output: Output, **given: Any) -> None:
    """Rank the uncertain inputs of one option by how far they move its finish, each from its P10 to its P90."""
    from migplan import api
    from migplan.report.render import render_tornado

    found = api.tornado(scenario, **given)
    output.write(render_tornado(found, output.form, everything, output.width))
