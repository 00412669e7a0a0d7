"""`migplan sweep`, `migplan breakeven` and `migplan tornado`: what if an input were otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import CaseCommand, case_options, completed, lang_option
from migplan.cli.output import Output, output_options, reporting_missing_fonts, with_output_language


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
    type=click.IntRange(0, 100_000),
    help="Draws, by which each cell is judged as by a plan; 0 for typical values.  [default: 1000, and 0 for more than "
    "400 cells]",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="Random seed.  [default: 0]")
@lang_option
@case_options
def sweep(scenario: Path | None, output: Output, **given: Any) -> None:
    """Sweep one or two inputs over a range: the best option of each value, its time, its cost, and what it misses.

    The best option of a value is what `migplan plan` recommends for it with as many draws.
    """
    from migplan import api
    from migplan.report.render import render_sweep

    found = api.sweep(scenario, **with_output_language(output, given))
    with reporting_missing_fonts():
        made = render_sweep(found, output.form, output.width)
    output.write(made)


@click.command("breakeven", cls=CaseCommand)
@click.option(
    "--between",
    nargs=2,
    metavar="A B",
    shell_complete=completed("complete_option"),
    help="Ids of two options.  [default: of those that can be used the best over the line of the site, and the best by "
    "device, else over a new circuit]",
)
@output_options("table", "json")
@lang_option
@case_options
def breakeven(scenario: Path | None, output: Output, **given: Any) -> None:
    """Find the volume and the line rate at which two options take the same time, and cost the same.

    It compares what can be used: the best over the line of the site with the best by device or, where no device can be
    had, over a new circuit.
    """
    from migplan import api
    from migplan.report.render import render_breakeven

    found = api.breakeven(scenario, **with_output_language(output, given))
    output.write(render_breakeven(found, output.form, output.width))


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
@lang_option
@case_options
def tornado(scenario: Path | None, everything: bool, output: Output, **given: Any) -> None:
    """Rank the uncertain inputs of one option by how far they move its finish, each from its P10 to its P90."""
    from migplan import api
    from migplan.report.render import render_tornado

    found = api.tornado(scenario, **with_output_language(output, given))
    with reporting_missing_fonts():
        made = render_tornado(found, output.form, everything, output.width)
    output.write(made)
