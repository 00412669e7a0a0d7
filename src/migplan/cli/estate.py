"""`migplan estate`: many shares planned together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migplan.cli.options import HelpCommand, completed, profiles_option, today_option
from migplan.cli.output import Output, announce_written, output_options
from migplan.cli.reading import layout_of, reading_of, reading_options

if TYPE_CHECKING:
    from migplan.results.estate import EstatePlan

_OWN = ("sites", "time_limit", "ramp", "estate_budget", "seed", "today", "profiles")
"""Options that are no words about the table."""


def _assignments(context: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """FIELD=VALUE, as often as it is given."""
    if not values or context.resilient_parsing:
        return {}
    from migplan.estate.settings import read_settings_fields

    # Names of fields alone: others would be taken for parameters of the same name.
    return read_settings_fields(values)


def _write(plan: EstatePlan, output: Output, verbose: bool) -> None:
    """Write a plan; a report into a file has its charts beside it."""
    from migplan import api
    from migplan.report.render import render_estate

    if output.path is None or output.form not in ("markdown", "html"):
        output.write(render_estate(plan, output.form, output.width, verbose, output.terminal))
        return
    written = api.write_report(plan, output.file, form=output.form, force=output.force)
    announce_written(output.file, len(written) - 1)


@click.command("estate", cls=HelpCommand)
@click.argument("shares", type=click.Path(path_type=Path))
@click.option(
    "--sites",
    type=click.Path(path_type=Path),
    metavar="SITES.toml",
    help="Lines, people and days of each site, for shares that say nothing.",
)
@output_options("table", "json", "markdown", "html", "csv", "ics")
@click.option(
    "--time-limit", default="60s", show_default=True, metavar="TIME", help="Longest search for the optimum."
)
@click.option(
    "--ramp",
    default="",
    metavar="N,M",
    help="Groups in the first wave, and how many more for each wave before.  [default: 3, 4]",
)
@click.option(
    "--budget",
    "estate_budget",
    default="",
    metavar="AMOUNT",
    help="Most that all of it may cost in cash over the horizon; --set budget=AMOUNT is that of each share.",
)
@click.option("--frontier", is_flag=True, help="Add the least cost for earlier last dates.")
@click.option(
    "--set",
    "given",
    multiple=True,
    callback=_assignments,
    metavar="FIELD=VALUE",
    help="Default for shares and sites that leave FIELD empty.",
    shell_complete=completed("complete_assignment"),
)
@reading_options
@click.option("-v", "--verbose", is_flag=True, help="Every share, and what each thing costs.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Random seed.  [default: 0]")
@profiles_option
@today_option
def estate(shares: Path, output: Output, verbose: bool, **said: Any) -> None:
    """Plan many shares together: one line for each site, shared file systems, waves and cutover windows.

    SHARES is a table as `batch` reads it, with `site`, `server`, `group` (cut over together), `owner` and `priority`
    beside the input fields. The plan is the cheapest that keeps all deadlines, and says how near to
    the best it is.
    """
    from migplan import api
    from migplan.errors import counted

    output.check()
    frontier = 5 if said.pop("frontier") else 0
    given, own = said.pop("given"), {name: said[name] for name in _OWN}
    plan = api.plan_estate(shares, frontier=frontier, **given, **own, **reading_of(said), **layout_of(said))
    _write(plan, output, verbose)
    if plan.bad_rows:
        click.echo(f"error: {counted(len(plan.bad_rows), 'bad row')} left out of the plan", err=True)
        click.get_current_context().exit(1)
