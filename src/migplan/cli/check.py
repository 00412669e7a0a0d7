"""`migplan check`: the design checks alone."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from migplan.cli.options import given_fields, pilot_option, profiles_option, today_option
from migplan.inputs.fields import TRAITS

if TYPE_CHECKING:
    from migplan.results.model import CheckResult


@click.command("check")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@click.option(
    "--route",
    "routes",
    multiple=True,
    metavar="ROUTE",
    help="A route to check, such as vpn; with a SCENARIO, in place of the one its plan takes.",
)
@click.option(
    "--trait",
    "traits",
    multiple=True,
    type=click.Choice(TRAITS),
    metavar="TRAIT",
    help=f"What applications depend on, besides what SCENARIO says: {', '.join(TRAITS)}.",
)
@click.option("--list", "everything", is_flag=True, help="List all checks and when they apply.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write here.")
@pilot_option
@profiles_option
@today_option
def command(
    scenario: Path | None,
    routes: tuple[str, ...],
    traits: tuple[str, ...],
    everything: bool,
    form: str,
    output: Path | None,
    pilot: Path | None,
    profiles: tuple[Path, ...],
    today: dt.date | None,
) -> None:
    """Print the design checks that apply to a SCENARIO, a route or a trait.

    Without SCENARIO the routes and traits alone decide, for AWS.
    """
    from migplan.cli.show import emit

    if everything:
        found = _all(profiles)
    elif scenario is None:
        if not routes and not traits:
            raise click.UsageError("Missing what to check: a SCENARIO, --route, --trait or --list.")
        found = _bare(routes, traits, profiles, today)
    else:
        from migplan.analyses.plan import scenario_checks

        found = scenario_checks(given_fields(scenario, {}), routes, traits, profiles, today, pilot)
    emit(_text(found, form, everything, sys.stdout.isatty() and output is None), output)


def _all(profiles: Sequence[Path]) -> tuple[CheckResult, ...]:
    from migplan.analyses.checks import in_order, told
    from migplan.facts import load

    return tuple(told(check) for check in in_order(list(load(profiles).checks.values())))


def _bare(
    routes: Sequence[str], traits: Sequence[str], profiles: Sequence[Path], today: dt.date | None
) -> tuple[CheckResult, ...]:
    """The checks of some routes and traits, with nothing else known."""
    from migplan.analyses.checks import Circumstances, find_routes, held
    from migplan.facts import load

    catalogue = load(profiles)
    known = Circumstances(
        cloud="aws",
        routes=find_routes(catalogue, routes),
        words={"traits": frozenset(traits)},
        start=today or dt.date.today(),
    )
    return held(catalogue, known)


def _text(found: Sequence[CheckResult], form: str, everything: bool, terminal: bool) -> str:
    from migplan.report.reference import render_checks

    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    return render_checks(found, form, everything, width, terminal)
