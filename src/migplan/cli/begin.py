"""`migplan init`, `schema` and `completion`: a first scenario, the form of files, and what a shell completes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from migplan.cli import COMPLETE
from migplan.cli.options import CaseCommand, Choice, completed, field_options
from migplan.cli.output import Output, output_options
from migplan.facts.keys import KINDS
from migplan.files import check_outputs, format_of, shown
from migplan.inputs.fields import ASKED, BY_NAME, SCENARIO_FILE, SCHEMA_FILE, Field


@click.command("init", cls=CaseCommand)
@click.argument("file", default=SCENARIO_FILE, type=click.Path(path_type=Path))
@click.option("-y", "--yes", "quiet", is_flag=True, help="Ask nothing.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@field_options
def init(file: Path, quiet: bool, force: bool, **given: Any) -> None:
    """Write a first scenario to FILE, scenario.toml where none is named; - for standard output.

    On a terminal it asks for what matters most; Enter leaves a question open. Flags answer before it asks. The file
    has a comment on every line, and beside it lies a schema for editors.
    """
    from migplan import api

    said = {name: value for name, value in given.items() if value is not None}
    _check(file, force)
    if not quiet and _on_terminal():
        said = _asked(said)
    if str(file) == "-":
        click.echo(api.scenario_text(**said), nl=False)
        return
    scenario, schema = map(shown, api.write_scenario(file, force=force, **said))
    click.echo(f"wrote {scenario} and {schema}; next: migplan plan {scenario}", err=True)


@click.command("schema")
@click.argument(
    "what",
    default="scenario",
    metavar="[scenario|profile KIND]",
    shell_complete=lambda ctx, param, word: [
        text for text in ("scenario", "profile") if text.startswith(word)
    ],
)
@click.argument("kind", default="", metavar="", shell_complete=completed("complete_kinds"))
@output_options("json")
def schema(what: str, kind: str, output: Output) -> None:
    """Print the JSON Schema of a scenario, or of the profiles of one KIND."""
    from migplan import api
    from migplan.inputs.schema import schema_text

    if what not in ("scenario", "profile") or (what == "profile") != bool(kind):
        wanted = f"scenario, or profile and one of {', '.join(sorted(KINDS))}"
        raise click.UsageError(f"Wanted {wanted}; found {' '.join(filter(None, (what, kind)))!r}.")
    output.write(schema_text(api.schema(kind)))


@click.command("completion")
@click.argument("shell", type=Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the script by which a SHELL completes commands, flags and their values.

    \b
    bash: eval "$(migplan completion bash)" in ~/.bashrc
    zsh:  eval "$(migplan completion zsh)" in ~/.zshrc, after compinit
    fish: migplan completion fish > ~/.config/fish/completions/migplan.fish
    """  # noqa: D301, click takes the sign for the end of wrapping
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    script = found(click.get_current_context().find_root().command, {}, "migplan", COMPLETE)
    # Its own `source` would start a shell to see which version it is.
    click.echo(script.source_template % script.source_vars())


def _on_terminal() -> bool:
    """Whether somebody can be asked."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _check(file: Path, force: bool) -> None:
    """Refuse what must not be written before anybody answers questions."""
    if str(file) != "-":
        check_outputs((), [file.with_name(SCHEMA_FILE), file], force)
        format_of(file, None, ("toml",))


def _asked(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, and the answers to what was not."""
    from migplan.facts import load
    from migplan.inputs.template import absence_note

    assumptions = load().assumptions
    click.echo("Enter leaves a question open; what stands in brackets is then taken.", err=True)
    answers = dict(said)
    for field in map(BY_NAME.__getitem__, ASKED):
        if field.name not in answers:
            answer = _answer(field, absence_note(field, assumptions), answers)
            answers |= {field.name: answer} if answer else {}
    return answers


def _answer(field: Field, meant: str, answers: dict[str, Any]) -> str:
    """One answer, asked for until it can be read; empty where it is left open."""
    from migplan.analyses.plan import faults_of

    wanted = ", ".join(field.choices) or f"such as {field.example}"
    text = f"{field.help.rstrip('.')} ({wanted})" + (f" [{meant}]" if meant else "")
    while True:
        answer: str = click.prompt(text, default="" if meant else None, show_default=False, err=True)
        others = {"volume": BY_NAME["volume"].example, **answers}
        faults = faults_of(field.name, {**others, field.name: answer}) if answer else ()
        if not faults:
            return answer
        click.echo("\n".join(faults), err=True)
