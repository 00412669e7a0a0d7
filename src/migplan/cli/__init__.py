"""The command line. Each command parses, calls one function and writes; what it calls is imported when it runs."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from typing import NoReturn

import click

from migplan import __version__

COMMANDS = {
    "plan": ("migplan.cli.plan", "Plan one migration: every way, its time, cost and losses."),
    "report": (
        "migplan.cli.plan",
        "Write the report for those who decide: what, when, how much, how sure.",
    ),
    "sweep": ("migplan.cli.whatif", "Sweep one or two inputs over a range: who wins where."),
    "batch": ("migplan.cli.batch", "Plan every row of a CSV or Parquet file."),
    "breakeven": ("migplan.cli.whatif", "Find where two ways take the same time, or cost the same."),
    "tornado": ("migplan.cli.whatif", "Rank the uncertain inputs by their effect on the finish."),
    "backtest": ("migplan.cli.compare", "Hold forecasts of finished movements against what was measured."),
    "diff": ("migplan.cli.compare", "Compare two plans: what moved since last time."),
    "check": ("migplan.cli.compare", "Print the design checks of a scenario, a route or a trait."),
    "facts": ("migplan.cli.facts", "List, show and check the facts that plans rest on."),
}
"""Name -> module that has the command, and its line in the list; the module is imported only when it is used."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="migplan")
def cli() -> None:
    """Plan how to move file servers to the cloud: how long, how much, what survives, and how sure."""


def main() -> None:
    """Run the command line; faults of the input become lines on stderr and status 2."""
    from migplan.errors import MigplanError

    _open_streams()
    try:
        # A command that ends itself with a status of its own hands it back here.
        sys.exit(cli(standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        _refuse(error)
    except click.exceptions.Abort:
        sys.exit(130)
    except MigplanError as error:
        for fault in error.faults:
            click.echo(f"error: {fault}", err=True)
        sys.exit(1 if any(fault.code == "write-failed" for fault in error.faults) else 2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        _unwritten(error)


def _refuse(error: click.ClickException) -> NoReturn:
    """Tell wrong usage in one line, as every other fault, with the help that says more."""
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "migplan"
    click.echo(f"error: {' '.join(error.format_message().split())} (see {path} --help)", err=True)
    sys.exit(2)


def _unwritten(error: OSError) -> NoReturn:
    """Tell that standard output took no more, such as on a full disk."""
    click.echo(
        f"error: {error.filename or 'standard output'}: could not be written: {error.strerror}", err=True
    )
    # What is left in the buffer would fail once more when the interpreter ends.
    sys.stdout = _Closed()
    sys.exit(1)


class _Closed(io.TextIOBase):
    """A standard output that the caller closed: nothing can be written to it."""

    def writable(self) -> bool:
        """As a stream for output says."""
        return True

    def write(self, text: str) -> int:
        """Fail as the system would."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _open_streams() -> None:
    """Stand in for streams that the caller closed; the interpreter leaves None in their place."""
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, it lasts as long as the process
