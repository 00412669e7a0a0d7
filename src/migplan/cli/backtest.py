"""`migplan backtest`: forecasts of finished movements beside what was measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from migplan.cli.options import profiles_option


@click.command("backtest")
@click.argument("cases", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True
)
@click.option(
    "--leave-one-source-out",
    "leave_out",
    is_flag=True,
    help="Forecast each source (the id up to its first dot) with constants fitted on the others; slow.",
)
@click.option(
    "--write-overlay",
    "overlay",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write profiles whose constants are drawn towards these movements, for --profiles DIR.",
)
@click.option(
    "--from-priors",
    "anew",
    is_flag=True,
    help="Draw them from what documents say, not from the profiles as they are: how ours were made.",
)
@click.option("--samples", type=click.IntRange(10, 100_000), default=1000, show_default=True, help="Draws.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="Of the draws.  [default: 0]")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@profiles_option
def command(
    cases: Path,
    form: str,
    leave_out: bool,
    overlay: Path | None,
    anew: bool,
    samples: int,
    seed: int,
    output: Path | None,
    profiles: tuple[Path, ...],
) -> None:
    """Forecast finished movements from their inputs alone, and hold the forecasts against what was measured.

    CASES is a CSV with the columns of tests/data/measured.csv: an id and a tool, what else is known, and
    reported_duration_s or reported_throughput_Bps.
    """
    from migplan.analyses.backtest import learn, read_cases, run
    from migplan.cli.show import emit
    from migplan.report.backtest import render

    known = read_cases(cases)
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    emit(render(run(known, profiles, leave_out, samples, seed), form, width), output)
    if overlay is not None:
        for path in learn(known, overlay, profiles, anew):
            click.echo(f"wrote {path}", err=True)
