"""`migplan sweep`: what if an input were otherwise."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import click

from migplan.cli.options import field_options, given_fields, pilot_option, profiles_option, today_option


@click.command("sweep")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option(
    "--over",
    multiple=True,
    required=True,
    metavar="FIELD=LOW..HIGH:STEPS",
    help="An input and its values: link=100Mbps..10Gbps:25 (log steps; :25lin for linear), or protocol=smb,nfs.",
)
@field_options
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "svg"]), default="table", show_default=True
)
@click.option(
    "--samples",
    type=click.IntRange(0, 2000),
    default=200,
    show_default=True,
    help="Draws for the winners' P50.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@pilot_option
@profiles_option
@today_option
def command(
    scenario: Path | None,
    over: tuple[str, ...],
    form: str,
    samples: int,
    output: Path | None,
    pilot: Path | None,
    profiles: tuple[Path, ...],
    today: dt.date | None,
    **flags: Any,
) -> None:
    """Sweep one or two inputs: for each cell the winner, its time, its cost and whether it meets.

    Winners are judged at typical values, as by `migplan plan --samples 0`; a plan with draws judges at P80, and may
    recommend another way near an edge.
    """
    from migplan.analyses.sweep import read_axis, run_sweep
    from migplan.cli.show import emit
    from migplan.report.whatif import render_sweep

    axes = [read_axis(text) for text in over]
    found = run_sweep(given_fields(scenario, flags), axes, profiles, today, samples, pilot=pilot)
    if form == "svg":
        from migplan.report.charts import draw_sweep

        return emit(draw_sweep(found), output)
    return emit(render_sweep(found, form, min(100, shutil.get_terminal_size((100, 24)).columns)), output)
