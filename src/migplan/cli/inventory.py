"""`migplan inventory`: what lies on a file server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from migplan.cli.options import completed, profiles_option
from migplan.cli.output import Output, output_options
from migplan.errors import Fault, MigplanError
from migplan.files import check_outputs, write_result
from migplan.progress import tell

if TYPE_CHECKING:
    from migplan.inventory.shape import Shape


def _pairs(context: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """COLUMN=MEANING, as often as it is given."""
    wrong = [value for value in values if "=" not in value]
    if wrong:
        raise click.BadParameter(
            f"{wrong[0]!r} has no '='; wanted such as 'Size (bytes)=size'", context, param
        )
    return {name.strip(): meaning.strip() for name, _, meaning in (value.rpartition("=") for value in values)}


@click.command("inventory")
@click.argument(
    "sources", nargs=-1, required=True, metavar="PATH|LISTING...", type=click.Path(path_type=Path)
)
@output_options("table", "toml", "json", "markdown")
@click.option(
    "--from", "listing", default="auto", metavar="FORMAT", help="Format of listings.  [default: by shape]"
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ID",
    help="Count names that this target does not take.",
    shell_complete=completed("complete_target"),
)
@click.option(
    "--faults", type=click.Path(), metavar="FILE.csv", help="Write the first hundred such names here."
)
@profiles_option
@click.option(
    "--workers",
    type=click.IntRange(0, 256),
    default=0,
    help="Parallel workers.  [default: by the file system]",
)
@click.option(
    "--sample", default="", metavar="SHARE", help="Look at a part of the files, such as '5 %', and estimate."
)
@click.option(
    "--since", type=click.Path(path_type=Path), metavar="SHAPE", help="Tell what changed since this shape."
)
@click.option("--fresh", is_flag=True, help="Begin again, though an unfinished scan was kept.")
@click.option(
    "--dates", default="", metavar="ymd|dmy|mdy", help="Order of dates in listings that leave it open."
)
@click.option(
    "--unit",
    multiple=True,
    metavar="UNIT",
    help="Unit of bare numbers ('KiB'), or what a unit means ('GB=GiB').",
)
@click.option("--decimal", default="", metavar="SIGN", help="Decimal sign of listings that leave it open.")
@click.option(
    "--encoding", default="", metavar="NAME", help="Code page of listings that leave it open, such as cp850."
)
@click.option("--map", "columns", multiple=True, callback=_pairs, metavar="COLUMN=MEANING",
    help="What a column holds: path, size, allocated, modified, accessed or type.")  # fmt: skip
@click.option("--printf", default="", metavar="FORMAT", help="What `find -printf` was given.")
@click.option("--root", default="", metavar="FOLDER", help="Folder whose subfolders are listed one by one.")
def inventory(
    sources: tuple[Path, ...], output: Output, fresh: bool, listing: str, faults: str | None, **said: Any
) -> None:
    """Count what lies in a folder, or read a listing that another tool made.

    The answer is the data shape: how many files of which size and age, how much changes, what is cold, and how well
    each is known. A scenario reads it by `inventory = "shape.toml"`. No file is opened and no link followed. A scan
    into a file that is stopped is kept beside it and goes on next time.
    """
    from migplan import api

    if faults and not said["targets"]:
        raise MigplanError(Fault("missing", "--faults", "no name is held against a target; wanted --target"))
    check_outputs(sources, [Path(name) for name in (output.path, faults) if name], output.force)
    journal = output.journal(fresh) if len(sources) == 1 and sources[0].is_dir() else None
    with _kept(journal):
        shape = api.take_inventory(
            *sources, form=listing, processes=True, journal=journal, keeps_journal=True, **said
        )
    _write(shape, output, faults, sources)
    if journal:
        journal.unlink(missing_ok=True)


@contextmanager
def _kept(journal: Path | None) -> Iterator[None]:
    """Say where an unfinished scan is kept."""
    try:
        yield
    except KeyboardInterrupt:
        if journal and journal.exists():
            tell("")
            click.echo(
                f"error: interrupted; {journal} is kept, and the same command goes on with it", err=True
            )
        raise


def _write(shape: Shape, output: Output, faults: str | None, sources: tuple[Path, ...]) -> None:
    """Write what was found, and which names are to be changed."""
    from migplan.report.inventory import faults_csv, render_shape

    output.write(render_shape(shape, output.form, output.width))
    if faults:
        write_result(Path(faults), faults_csv(shape), "csv", inputs=sources, force=output.force)
