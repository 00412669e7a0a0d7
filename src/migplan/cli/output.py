"""Where a command writes: its format, what it may replace, and the options that say so."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from migplan.cli.options import Choice
from migplan.cli.streams import for_stdout
from migplan.errors import Fault, MigplanError, counted
from migplan.language import ENGLISH
from migplan.progress import tell

if TYPE_CHECKING:
    from migplan.results.model import Plan

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Output:
    """Standard output, or a file that may be written.

    Attributes
    ----------
    path : Path or None
        None is standard output.
    form : str
        One of the values of `migplan.files.SUFFIXES`.
    force : bool
        Whether a file that migplan did not write may be replaced.
    inputs : tuple of Path
        What the command reads, which is never replaced.
    """

    path: Path | None
    form: str
    force: bool = False
    inputs: tuple[Path, ...] = field(default=())

    @property
    def width(self) -> int:
        """Columns that a table may have."""
        # It brings packers along, which what is no table has no use for.
        import shutil

        return shutil.get_terminal_size((100, 24)).columns

    @property
    def terminal(self) -> bool:
        """Whether a person sees it at once."""
        return self.path is None and sys.stdout.isatty()

    @property
    def file(self) -> Path:
        """The file of a command that has no standard output."""
        assert self.path is not None
        return self.path

    def journal(self, fresh: bool) -> Path | None:
        """Where what is not finished is kept, beside the file; none where there is no file.

        Parameters
        ----------
        fresh : bool
            Whether what was kept is thrown away.
        """
        from migplan.files import is_stream

        if self.path is None or is_stream(self.path):
            return None
        kept = self.path.with_name(f"{self.path.name}.part")
        if fresh:
            kept.unlink(missing_ok=True)
        elif kept.exists():
            click.echo(f"goes on with the scan kept in {kept}; --fresh begins again", err=True)
        return kept

    def check(self) -> None:
        """See that the file may be written, before an hour of work is spent.

        Raises
        ------
        MigplanError
            The file would destroy something.
        """
        from migplan.files import check_outputs

        if self.path is not None:
            check_outputs(self.inputs, [self.path], self.force)

    def write(self, made: str | bytes) -> None:
        """Write a text or a picture, to a file whole or not at all.

        Raises
        ------
        MigplanError
            The file would destroy something, or could not be written.
        """
        from migplan.files import write_result

        tell("")
        if self.path is not None:
            write_result(self.path, made, self.form, inputs=self.inputs, force=self.force)
            announce_written(self.path)
        elif isinstance(made, bytes):
            click.echo(made, nl=False)
        else:
            click.echo(for_stdout(made, self.form), nl=not made.endswith("\n"))


def announce_written(path: Path, beside: int = 0) -> None:
    """Tell somebody at a terminal which file was written, and how many lie beside it."""
    from migplan.files import is_stream, shown

    tell("")
    if sys.stderr.isatty() and not is_stream(path):
        more = f" and {counted(beside, 'file')} beside it" if beside else ""
        click.echo(f"wrote {shown(path)}{more}", err=True)


@contextmanager
def reporting_missing_fonts() -> Iterator[None]:
    """Tell what charts lack in a line of its own."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield
    for each in found:
        if not issubclass(each.category, UserWarning):
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    for text in dict.fromkeys(str(each.message) for each in found if issubclass(each.category, UserWarning)):
        click.echo(f"note: {text}", err=True)


MISSED = 4
"""Exit status where a plan misses a wish that `--fail-if` names."""

_WISHES = {"deadline": "deadline", "window": "cutover_window", "budget": "budget", "any": ""}


def with_output_language(output: Output, given: dict[str, Any]) -> dict[str, Any]:
    """The options of a command; what programs read is told in English, whoever asks."""
    return {**given, "lang": ENGLISH} if output.form == "json" else given


fail_option = click.option(
    "--fail-if",
    multiple=True,
    type=Choice((*_WISHES,)),
    metavar="|".join(_WISHES),
    help=f"Exit with {MISSED} where the plan misses this wish; may be given more than once.",
)


def fail_where_missed(plan: Plan, wishes: Sequence[str]) -> None:
    """End with a status of its own where what a plan recommends misses one of some wishes, or nothing can be used."""
    advice = plan.recommendation
    missed = {miss["wish"] for miss in advice.misses}
    for wish in wishes:
        if not advice.meets and (wish == "any" or advice.option is None or _WISHES[wish] in missed):
            click.get_current_context().exit(MISSED)


def output_options(*forms: str, required: bool = False, help: str = "") -> Callable[[_Command], _Command]:
    """Add `--format`, `-o` and `--force`, and hand the command their sum as `output`.

    Every other path among the arguments of the command is taken for an input, which no output may replace.

    Parameters
    ----------
    *forms : str
        Formats of the command; the first is that of standard output.
    required : bool
        Whether there is no standard output.
    help : str
        More about the formats.
    """

    def decorate(command: _Command) -> _Command:
        @functools.wraps(command)
        def run(path: Path | None, form: str | None, force: bool, **said: Any) -> Any:
            return command(output=_opened(path, form, force, forms, required, said), **said)

        default = "by the suffix of -o" + ("" if required else f", else {forms[0]}")
        told = f"{help}  [default: {default}]".strip()
        click.option("--force", is_flag=True, help="Replace a file that migplan did not write.")(run)
        click.option(
            "-o",
            "--output",
            "path",
            type=click.Path(path_type=Path),
            metavar="FILE",
            required=required,
            help="Write here.",
        )(run)
        click.option("--format", "form", type=Choice(forms), help=told)(run)
        return run  # type: ignore[return-value]

    return decorate


def _opened(
    path: Path | None,
    form: str | None,
    force: bool,
    forms: tuple[str, ...],
    required: bool,
    said: dict[str, Any],
) -> Output:
    """Settle the format, and refuse what must not be written before an hour of work is spent."""
    if path is None or (str(path) == "-" and not required):
        return Output(None, form or forms[0], force)
    from migplan.files import check_outputs, format_of

    if str(path) == "-":
        text = "'-' is no file; wanted a name such as report.md or report.html"
        raise MigplanError(Fault("bad-choice", "-o", text))
    inputs = tuple(paths_of(said))
    check_outputs(inputs, [path], force)
    return Output(path, format_of(path, form, forms), force, inputs)


def paths_of(said: Mapping[str, Any]) -> Iterator[Path]:
    """The files and folders among the arguments, and those that a pilot names."""
    for name, value in said.items():
        if name == "pilot" and value is not None:
            from migplan.inputs.pilot_file import files_of

            yield from files_of(value)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Path):
                yield item
