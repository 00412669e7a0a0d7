"""The command line. Each command parses, calls one function and writes; what it calls is imported when it runs."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from migplan import __version__
from migplan.cli.streams import STDOUT, give_up_stdout, open_streams

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMPLETE = "_MIGPLAN_COMPLETE"
"""The environment variable by which a shell asks what completes a line, however migplan was started."""

TRACEBACK = "MIGPLAN_TRACEBACK"
"""The environment variable that shows where an error came from."""

_RECORDS = 50_000
"""How many new objects there must be before circles are looked for; Python's own figure is for long programs."""

_GROUPS = {
    "One migration": {
        "init": ("migplan.cli.begin", "Write a first scenario, with a comment on every line."),
        "plan": ("migplan.cli.plan", "Plan one migration: every option, its time, cost and losses."),
        "report": ("migplan.cli.plan", "Write a report: what, when, how much, how sure."),
        "diff": ("migplan.cli.compare", "Compare two plans, or one before and after a change."),
        "check": ("migplan.cli.compare", "Print the design checks of a scenario, a route or a trait."),
    },
    "What if": {
        "sweep": ("migplan.cli.whatif", "Sweep one or two inputs over a range: who wins where."),
        "breakeven": ("migplan.cli.whatif", "Find where two options take the same time, or cost the same."),
        "tornado": ("migplan.cli.whatif", "Rank the uncertain inputs by their effect on the finish."),
    },
    "Many shares": {
        "inventory": ("migplan.cli.inventory", "Count what lies on a file server: sizes, ages, changes."),
        "batch": ("migplan.cli.batch", "Plan every row of a table, each by itself."),
        "estate": ("migplan.cli.estate", "Plan shares together: waves, shared lines and file systems."),
    },
    "A move that runs, and after it": {
        "track": ("migplan.cli.track", "Follow a move: how far it is, when it ends, and why."),
        "backtest": ("migplan.cli.compare", "Compare forecasts with completed migrations."),
    },
    "What plans rest on": {
        "facts": ("migplan.cli.facts", "List, show and check the facts."),
        "prices": ("migplan.cli.prices", "Read prices from the public price lists of clouds."),
    },
    "Editors and shells": {
        "schema": ("migplan.cli.begin", "Print the JSON Schema of a scenario or a profile."),
        "completion": ("migplan.cli.begin", "Print what makes bash, zsh or fish complete."),
    },
}
COMMANDS = {name: entry for group in _GROUPS.values() for name, entry in group.items()}
"""Name -> module that has the command, and its line in the list; the module is imported only when it is used."""


class NearGroup(click.Group):
    """A group that knows which command a misspelt one may have been meant for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from migplan.text import listed, near_names

            names = self.list_commands(ctx)
            near = near_names(args[0], names)
            wanted = f"did you mean {listed(near, 'or')}?" if near else f"wanted one of {', '.join(names)}"
            raise click.UsageError(f"{error.message.rstrip('.')}; {wanted}", ctx) from None


class LazyGroup(NearGroup):
    """A group whose commands are imported when they are called, so that help is instant."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Click takes every broken pipe for that of standard output, and says nothing of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            if error.filename == STDOUT:
                raise
            raise ConnectionError(str(error)) from error

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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, without importing any."""
        from click.shell_completion import CompletionItem

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        found = [CompletionItem(name, help=COMMANDS[name][1]) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        spread = max(map(len, COMMANDS))
        for title, group in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(spread), text) for name, (_, text) in group.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with 'migplan init', or with 'migplan plan --volume 20TB --link 1Gbps'; "
    "'migplan COMMAND -h' explains a command.",
)
@click.version_option(__version__, "-V", "--version", prog_name="migplan")
def cli() -> None:
    """Plan how to move file servers to the cloud: how long, how much, what survives, and how sure."""


def main() -> None:
    """Run the command line. Whatever goes wrong is one line on standard error, and an exit status."""
    open_streams()
    # A plan makes a hundred thousand small records and hardly a circle of them; looking for some after every few
    # hundred is a twentieth of its time.
    gc.set_threshold(_RECORDS)
    try:
        # A command that ends itself with a status of its own hands it back here.
        with _progress():
            status = cli(standalone_mode=False, complete_var=COMPLETE) or 0
        sys.stdout.flush()
    except BaseException as error:
        if TRACEBACK in os.environ and isinstance(error, Exception):
            import traceback

            traceback.print_exc()
        status = _told(error)
    sys.exit(status)


def _progress() -> contextlib.AbstractContextManager[None]:
    """What shows progress on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    from migplan.cli.progress import shown

    return shown()


def _told(error: BaseException) -> int:
    """Tell what went wrong; the exit status."""
    # Only what fails needs it.
    from migplan.errors import MigplanError

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return 2
    if isinstance(error, (click.exceptions.Abort, KeyboardInterrupt)):
        return 130
    if isinstance(error, BrokenPipeError) and error.filename == STDOUT:
        # Whoever read it has seen enough.
        give_up_stdout()
        return 1
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error, click.ClickException):
        lines, status = [_usage(error)], 2
    elif isinstance(error, MigplanError):
        lines = [str(fault) for fault in error.faults]
        status = 1 if any(fault.code == "write-failed" for fault in error.faults) else 2
    else:
        lines, status = [_unforeseen(error)], 1
    for line in lines:
        click.echo(f"error: {line}", err=True)
    return status


def _usage(error: click.ClickException) -> str:
    """Wrong usage, with the help that says more."""
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "migplan"
    return f"{' '.join(error.format_message().split())} (see {path} --help)"


def _unforeseen(error: BaseException) -> str:
    """What nobody has foreseen: a system that refuses, a package that is missing, or a fault of migplan."""
    from migplan.errors import in_one_line, shorten

    if isinstance(error, OSError) and error.filename == STDOUT:
        give_up_stdout()
        return f"{STDOUT}: could not be written: {error.strerror}"
    told = in_one_line(str(error)) or "no message"
    if isinstance(error, MemoryError):
        return "not enough memory; wanted fewer --samples, --workers or rows at once"
    if isinstance(error, OSError):
        return f"the system refused: {told}"
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("migplan"):
        return f"the package {shorten(error.name)} is missing; wanted `pip install migplan`, which brings it"
    return (
        f"{type(error).__name__}: {told[:300]}: this is a fault of migplan; please report it with the command, "
        f"and with what {TRACEBACK}=1 in the environment adds"
    )
