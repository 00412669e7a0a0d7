"""`migplan batch`: a table of workloads in, a table of plans out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migplan.cli.options import (
    HelpCommand,
    completed,
    pilot_option,
    profiles_option,
    samples_options,
    today_option,
)
from migplan.cli.reading import reading_options


@click.command("batch", cls=HelpCommand)
@click.argument("inputs", metavar="IN", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write here; - for standard output; a folder with --engine dask.",
)
@click.option(
    "--errors",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write bad rows here.  [default: beside the output]",
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "parquet", "xlsx"]), help="[default: by the output's name]"
)
@click.option(
    "--options",
    type=click.Choice(["best", "families", "all"]),
    default="best",
    show_default=True,
    help="What comes out for a row: the best option, the best of each mover or device and target, or all.",
)
@click.option("--percentiles", is_flag=True, help="Add P50, P80 and P95, and rank by P80.")
@samples_options(1, None)
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Default for rows that leave FIELD empty.",
    shell_complete=completed("complete_assignment"),
)
@reading_options
@click.option("--force", is_flag=True, help="Replace files that migplan did not write.")
@click.option("--strict", is_flag=True, help="Write no plan where any row is bad.")
@click.option("--resume", is_flag=True, help="Resume an interrupted run.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the summary as Markdown."
)
@click.option("--engine", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Scheduler of a Dask cluster.  [default: one on this machine]"
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=2,
    show_default=True,
    help="Processes of the local engine, of about half a gigabyte each.",
)
@pilot_option
@profiles_option
@today_option
def batch(**said: Any) -> None:
    """Plan every row of a table (CSV, Parquet or Excel), each by itself.

    IN is a file, or - for standard input; with --engine dask it may be several files. Columns whose headers are input
    fields, or known aliases of them, are read; all others pass through.
    """
    from migplan.estate.server import begin

    if said["engine"] == "local":
        begin(said["inputs"], said["workers"])
    from migplan.cli.batch_run import run_dask, run_local

    bad = run_dask(**said) if said["engine"] == "dask" else run_local(**said)
    if bad:
        click.get_current_context().exit(1)
