"""`migplan facts`: what plans rest on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from migplan.cli import NearGroup
from migplan.cli.options import Day, completed, profiles_option


@click.group("facts", cls=NearGroup)
def facts() -> None:
    """List, show and check the facts that plans rest on."""


@facts.command("list", short_help="List the ids of all profiles, or of one kind.")
@click.argument("kind", required=False, shell_complete=completed("complete_kinds"))
@profiles_option
def list_facts(kind: str | None, profiles: tuple[Path, ...]) -> None:
    """List the ids of all profiles, or of one KIND, such as movers, targets, prices, clouds or closures."""
    from migplan.facts import load
    from migplan.report.reference import listing

    click.echo(listing(load(profiles), kind))


@facts.command("show", short_help="Show everything that is known about one id.")
@click.argument("id", shell_complete=completed("complete_ids"))
@profiles_option
def show_fact(id: str, profiles: tuple[Path, ...]) -> None:
    """Show everything that is known about one ID, such as devices/snowball-edge-210tb or efs."""
    from migplan.facts import load
    from migplan.report.reference import details

    click.echo(details(load(profiles), id))


@facts.command("check", short_help="Check profiles of your own over those of migplan.")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--age", metavar="TEXT", help="List profiles with facts that are older, such as 180d.")
@click.option("--today", type=Day(), metavar="DATE", help="The day to count from.  [default: today]")
def check_facts(folder: Path | None, age: str | None, today: dt.date | None) -> None:
    """Check the profiles in FOLDER over the ones that come with migplan; without it, the latter alone."""
    from migplan.facts.overlays import check_folder

    today = today or dt.date.today()
    counts, warnings = check_folder(folder, today)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    for line in _old(folder, today, age) if age else ():
        click.echo(line)
    click.echo(f"{counts}: no faults")


@facts.command("matrix", short_help="Show what arrives beside the bytes, by tool and target.")
@click.option("--cloud", default="", metavar="TEXT", help="Of one cloud alone.  [default: all]")
@profiles_option
def show_matrix(cloud: str, profiles: tuple[Path, ...]) -> None:
    """Show what arrives beside the bytes, by tool, source and target, as Markdown."""
    from migplan.facts import load
    from migplan.report.preservation import render_preservation

    click.echo(render_preservation(load(profiles), cloud), nl=False)


def _old(folder: Path | None, today: dt.date, age: str) -> tuple[str, ...]:
    """Profiles with facts older than an age, such as "180d"."""
    from migplan import units
    from migplan.errors import Fault, MigplanError, UnitError, shorten
    from migplan.facts.overlays import old_facts

    try:
        return old_facts(folder, today, units.parse(age, "s"))
    except UnitError as error:
        raise MigplanError(Fault("bad-quantity", "age", str(error))) from None
    except OverflowError:
        text = f"{shorten(age)} is longer than there are dates; wanted such as '180d'"
        raise MigplanError(Fault("out-of-range", "age", text)) from None
