"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

profiles_option = click.option(
    "--profiles",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="A folder of your own profiles (contract prices, devices), laid over those of migplan by id.",
)
