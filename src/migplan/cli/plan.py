"""`migplan plan`: one migration, every way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from migplan.cli.options import (
    field_options,
    given_fields,
    pilot_option,
    profiles_option,
    samples_options,
    today_option,
)


@click.command("plan")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@field_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown", "html"]),
    default="table",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write here instead of the terminal.",
)
@click.option("--all", "everything", is_flag=True, help="Show every option, not the best of each family.")
@click.option("--fail-if-late", is_flag=True, help="Exit with 3 where no option meets what is wanted.")
@samples_options
@pilot_option
@profiles_option
@today_option
def command(
    scenario: Path | None,
    form: str,
    output: Path | None,
    everything: bool,
    pilot: Path | None,
    fail_if_late: bool,
    profiles: tuple[Path, ...],
    today: dt.date | None,
    samples: int,
    seed: int,
    **flags: Any,
) -> None:
    """Plan one migration: every way, its time, cost and losses.

    SCENARIO is a TOML file with the input fields; flags override what it says.
    """
    from migplan.analyses.plan import make_plan
    from migplan.cli.show import show_plan

    plan = make_plan(given_fields(scenario, flags), profiles, today, samples, seed, pilot)
    show_plan(plan, form, output, everything)
    if fail_if_late and not plan.recommendation.meets:
        click.get_current_context().exit(3)
