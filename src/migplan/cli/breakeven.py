"""`migplan breakeven`: where two ways change places."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import click

from migplan.cli.options import field_options, given_fields, pilot_option, profiles_option, today_option


@click.command("breakeven")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option(
    "--between",
    nargs=2,
    metavar="A B",
    help="Ids of two options.  [default: the best over a line of the site and the best by device]",
)
@field_options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@pilot_option
@profiles_option
@today_option
def command(
    scenario: Path | None,
    between: tuple[str, str] | None,
    form: str,
    output: Path | None,
    pilot: Path | None,
    profiles: tuple[Path, ...],
    today: dt.date | None,
    **flags: Any,
) -> None:
    """Find the volume and the line rate at which two ways take the same time, and cost the same."""
    from migplan.analyses.breakeven import find_breakevens
    from migplan.cli.show import emit
    from migplan.report.whatif import breakeven_json, breakeven_table

    found = find_breakevens(given_fields(scenario, flags), between or (), profiles, today, pilot=pilot)
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    emit(breakeven_json(found) if form == "json" else breakeven_table(found, width), output)
