"""How a table is written, which a batch and an estate are told alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from migplan.cli.options import completed

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--map",
        "maps",
        multiple=True,
        metavar="HEADER=FIELD[:UNIT]",
        help="Map a column to a field; HEADER= ignores it.",
        shell_complete=completed("complete_mapping"),
    ),
    click.option(
        "--where", multiple=True, metavar="HEADER=TEXT", help="Plan only rows whose cell has this text."
    ),
    click.option(
        "--group-by",
        default="",
        metavar="HEADER",
        help="Join rows with the same cell, such as disks of one server.",
    ),
    click.option("--totals", is_flag=True, help="Plan lines of totals like other rows."),
    click.option("--nested", is_flag=True, help="Plan rows in folders of other rows like other rows."),
    click.option("--columns", default="", metavar="NAMES", help="Headers of a file that has none, as CSV."),
    click.option("--sheet", default="", metavar="NAME", help="Sheet of a workbook.  [default: the first]"),
    click.option("--decimal", type=click.Choice([".", ","]), help="Decimal separator.  [default: a point]"),
    click.option(
        "--dates",
        type=click.Choice(["day-first", "month-first"]),
        help="How to read dates such as 12/01/2026.",
    ),
    click.option("--thousands", type=click.Choice([",", ".", "'", "space"]), help="Thousands separator."),
    click.option(
        "--unit", "units", multiple=True, metavar="THEIRS=OURS", help="What a unit of the input means: T=TiB."
    ),
    click.option(
        "--empty", multiple=True, metavar="TEXT", help="Treat cells with this text as empty, such as N/A."
    ),
    click.option(
        "--delimiter", type=click.Choice([",", ";", "tab", "|", "blanks"]), help="[default: by the header]"
    ),
    click.option("--encoding", default="", help="[default: UTF-8, or UTF-16 where the file is marked so]"),
)


def reading_options(command: _Command) -> _Command:
    """Add the options that say how a table is written."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def reading_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What these options say, as fields of `Settings`.

    Raises
    ------
    MigplanError
        Two of them contradict, or one cannot be read.
    """
    # Only who plans needs it.
    from migplan.errors import Fault, MigplanError, shorten
    from migplan.estate.blocks import read_header
    from migplan.estate.spelling import read_units

    decimal = said["decimal"] or "."
    if said["thousands"] == decimal:
        text = f"{said['thousands']!r} is the decimal sign as well; say --decimal too"
        raise MigplanError(Fault("contradiction", "--thousands", text))
    wanted = []
    for text in said["where"]:
        header, equals, cell = text.partition("=")
        if not equals:
            told = f"{shorten(text)} has no =; wanted HEADER=TEXT"
            raise MigplanError(Fault("bad-choice", "--where", told))
        wanted.append((header.strip(), cell.strip()))
    return {
        **{name: said[name] for name in ("sheet", "totals", "nested", "group_by", "empty")},
        "columns": tuple(read_header(said["columns"], ",") if said["columns"].strip() else []),
        "where": tuple(wanted),
        "decimal": decimal,
        "points": said["decimal"] is not None,
        "dates": said["dates"] or "",
        "thousands": said["thousands"] or "",
        "units": read_units(said["units"]),
    }


def layout_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What they say of the file, as fields of `Job`."""
    delimiter = {"tab": "\t", None: ""}.get(said["delimiter"], said["delimiter"])
    return {"maps": said["maps"], "encoding": said["encoding"], "delimiter": delimiter}
