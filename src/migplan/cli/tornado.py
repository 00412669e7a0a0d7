"""`migplan tornado`: what matters."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import click

from migplan.cli.options import field_options, given_fields, pilot_option, profiles_option, today_option


@click.command("tornado")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option("--option", default="", metavar="ID", help="The way.  [default: the recommended one]")
@field_options
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "svg"]), default="table", show_default=True
)
@click.option("--all", "everything", is_flag=True, help="Show every input that moves the finish.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@pilot_option
@profiles_option
@today_option
def command(
    scenario: Path | None,
    option: str,
    form: str,
    everything: bool,
    pilot: Path | None,
    output: Path | None,
    profiles: tuple[Path, ...],
    today: dt.date | None,
    **flags: Any,
) -> None:
    """Rank the uncertain inputs of one way by how far they move its finish, each from its P10 to its P90."""
    from migplan.analyses.tornado import find_tornado
    from migplan.cli.show import emit
    from migplan.report.whatif import tornado_json, tornado_table

    found = find_tornado(given_fields(scenario, flags), option, profiles, today, pilot)
    if form == "svg":
        from migplan.report.charts.sweep import tornado_chart

        return emit(tornado_chart(found, everything), output)
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    return emit(tornado_json(found) if form == "json" else tornado_table(found, width, everything), output)
