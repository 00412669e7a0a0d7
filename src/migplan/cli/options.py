"""Options that several commands share; those of the input fields come from the table of fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from migplan.errors import Fault, MigplanError
from migplan.inputs.fields import BY_NAME, FIELDS, FIRST, SCENARIO_FILE, Field
from migplan.language import languages

_FIRST = "What matters most"
"""Heading of help for what has to be said, and for the fields that move an answer most."""

_TABLE = "How the table is written"

_HEADINGS = {
    **dict.fromkeys(("form", "path", "force", "output", "errors", "report", "state"), "Output"),
    **dict.fromkeys(
        (
            "maps",
            "where",
            "group_by",
            "totals",
            "nested",
            "columns",
            "sheet",
            "decimal",
            "dates",
            "thousands",
            "units",
        ),
        _TABLE,
    ),
    **dict.fromkeys(("empty", "delimiter", "encoding"), _TABLE),
    **dict.fromkeys(("samples", "seed", "pilot", "profiles", "today"), "Facts and draws"),
}
"""Name of an option that is no field -> its heading; all others are of the command itself."""

_Command = TypeVar("_Command", bound=Callable[..., Any])

profiles_option = click.option(
    "--profiles",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="A folder of your own profiles (contract prices, devices), laid over those of migplan by id.",
)


pilot_option = click.option(
    "--pilot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with timed copies or a line test; what they show replaces the profiles' values.",
)


def completed(how: str, field: Field | None = None) -> Callable[..., list[Any]]:
    """What completes a value in a shell: a function of `migplan.cli.values`, which is imported when a shell asks."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        from migplan.cli import values

        found: list[Any] = getattr(values, how)(field or param, ctx, incomplete)
        return found

    return complete


class Choice(click.Choice[str]):
    """One of some words; a misspelt one is told which of them it may have been meant for."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is wrong with a word that is none of them."""
        # Only who mistypes a word needs it.
        from migplan.text import listed, near_names

        wrong = super().get_invalid_choice_message(value, ctx)
        near = near_names(str(value), self.choices)
        return f"{wrong.rstrip('.')}; did you mean {listed(near, 'or')}?" if near else wrong


class Day(click.ParamType[dt.date]):
    """A calendar day such as 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the day."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; wanted such as '2026-11-23'", param, ctx)


today_option = click.option(
    "--today", type=Day(), metavar="DATE", help="The day to plan for.  [default: today]"
)


lang_option = click.option(
    "--lang", type=Choice(languages()), metavar="|".join(languages()), help="Language.  [default: en]"
)


def samples_options(
    least: int = 0, words: str | None = "Draws for P50, P80 and P95; 0 for typical values alone."
) -> Callable[[_Command], _Command]:
    """Options of the draws, of which there are at least so many, told in these words if in any."""
    samples = click.option(
        "--samples", type=click.IntRange(least, 100_000), default=1000, show_default=True, help=words
    )
    seed = click.option(
        "--seed", type=click.IntRange(0, 2**32 - 1), default=0, help="Random seed.  [default: 0]"
    )
    return lambda command: samples(seed(command))


class HelpCommand(click.Command):
    """A command whose help has its options by what they are about, with those that matter most at its head."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what has to be said and what matters most, then options of the command, then fields by their groups."""
        first: dict[str, tuple[str, str]] = {}
        groups: dict[str, list[tuple[str, str]]] = {
            heading: [] for heading in (_FIRST, "Options", *_HEADINGS.values(), *(f.group for f in FIELDS))
        }
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is None:
                continue
            field = BY_NAME.get(param.name or "")
            if param.required:
                groups[_FIRST].append(record)
            elif field is not None and field.name in FIRST:
                first[field.name] = record
            else:
                heading = field.group if field else _HEADINGS.get(param.name or "", "Options")
                groups[heading].append(record)
        groups[_FIRST] += [first[name] for name in FIRST if name in first]
        for heading, records in groups.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


class CaseCommand(HelpCommand):
    """A command with all input fields."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; who names no scenario is told of the one that lies here."""
        try:
            return super().invoke(ctx)
        except MigplanError as error:
            named = ctx.params.get("scenario") is not None or not Path(SCENARIO_FILE).is_file()
            if named or not any((fault.code, fault.where) == ("missing", "volume") for fault in error.faults):
                raise
            told = f"names no scenario; wanted one, such as `migplan {ctx.info_name} {SCENARIO_FILE}`"
            raise MigplanError([*error.faults, Fault("missing", str(ctx.info_name), told)]) from None


def field_options(command: _Command) -> _Command:
    """Add one option for each input field that can stand on a command line."""
    for field in reversed([field for field in FIELDS if not field.scenario_only]):
        option = click.option(
            f"--{field.name.replace('_', '-')}",
            field.name,
            metavar="|".join((*field.choices, *field.in_plans)) if field.form == "choice" else "TEXT",
            help=f"{field.help} Such as '{field.example}'.",
            shell_complete=completed("complete_field", field),
        )
        command = option(command)
    return command


scenario_argument = click.argument("scenario", required=False, type=click.Path(path_type=Path))


def source_options(command: _Command) -> _Command:
    """Add what a plan rests on besides its input: a pilot, profiles, the day."""
    return pilot_option(profiles_option(today_option(command)))


def case_options(command: _Command) -> _Command:
    """Add a scenario, all input fields, and what a plan rests on besides them."""
    return scenario_argument(field_options(source_options(command)))
