"""`migplan prices`: prices as the public lists of clouds have them today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from migplan import api
from migplan.cli import NearGroup
from migplan.cli.options import Day, completed, profiles_option

_Command = TypeVar("_Command", bound=Callable[..., Any])


@click.group("prices", cls=NearGroup)
def prices() -> None:
    """Read prices from the public price lists of clouds."""


def _which(command: _Command) -> _Command:
    """Options for what is read."""
    region = click.option(
        "--region",
        "regions",
        multiple=True,
        metavar="ID",
        help="Region to read, such as westeurope or Tokyo; also one that has no prices yet.",
        shell_complete=completed("complete_listed_region"),
    )
    cloud = click.option(
        "--cloud",
        "clouds",
        multiple=True,
        metavar="ID",
        help="Cloud to read, such as azure.  [default: all]",
        shell_complete=completed("complete_listed_cloud"),
    )
    return cloud(region(profiles_option(command)))


@prices.command("refresh", short_help="Write an overlay of today's list prices.")
@_which
@click.option(
    "--from",
    "lists",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Read lists fetched before; `prices lists` says where each lies.",
)
@click.option("--today", type=Day(), metavar="DATE", help="The day that prices are as of.  [default: today]")
@click.option("--force", is_flag=True, help="Replace files that migplan did not write.")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="Write here.",
)
def refresh(folder: Path, today: dt.date | None, **said: Any) -> None:
    """Read prices from the public price lists of clouds into a folder for --profiles.

    A price is taken where its list has exactly one SKU for it, in the unit that is known; else the old one stays, and a
    warning says why. Without --cloud and --region all prices are read that a list has.
    """
    from migplan.report.pricelists import refreshed

    made = api.refresh_prices(folder, today=today, **said)
    for fault in made.faults:
        click.echo(f"warning: {fault}", err=True)
    for line in refreshed(made):
        click.echo(line)


@prices.command("lists", short_help="Print the addresses of the lists, to fetch them by other means.")
@_which
def lists(**said: Any) -> None:
    """Print the address of each list that a refresh reads, and its folder in the DIR of --from, with a tab between."""
    for address, place in api.price_lists(**said):
        click.echo(f"{address}\t{place.as_posix()}")
