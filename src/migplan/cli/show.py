"""Hands a finished plan to the writer of a format, and its text to a file or the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from migplan.errors import Fault, MigplanError
from migplan.results.model import Plan


def show_plan(plan: Plan, form: str, output: Path | None, everything: bool) -> None:
    """Write a plan in one of the formats."""
    emit(_text(plan, form, everything, sys.stdout.isatty() and output is None), output)


def emit(text: str, output: Path | None) -> None:
    """Write a text to a file, whole or not at all, or to the terminal; `-` is the terminal too."""
    if output is None or str(output) == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    put(output, text if text.endswith("\n") else text + "\n")


def check_file(path: Path) -> None:
    """Refuse a folder where a file is wanted.

    Raises
    ------
    MigplanError
        The path is a folder.
    """
    if path.is_dir():
        raise MigplanError(Fault("write-failed", str(path), "is a folder; wanted a file"))


def check_named(path: Path) -> None:
    """Refuse what is no name of a file, for outputs that may be several files.

    Raises
    ------
    MigplanError
        The path is a folder, or stands for standard output.
    """
    check_file(path)
    if str(path) == "-":
        raise MigplanError(
            Fault("bad-choice", "-o", "'-' is no file; wanted a name such as report.md or report.html")
        )


def put(path: Path, text: str) -> None:
    """Write a file, whole or not at all; a device or a pipe is written into, and never replaced by a file."""
    from migplan.files import is_stream, write_whole

    check_file(path)
    if not is_stream(path):
        write_whole(path, text)
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        raise MigplanError(
            Fault("write-failed", str(path), f"could not be written: {error.strerror}")
        ) from None


def _text(plan: Plan, form: str, everything: bool, terminal: bool) -> str:
    if form == "json":
        return plan.to_json()
    if form == "table":
        from migplan.report.terminal import render

        return render(plan, everything, terminal)
    if form == "html":
        from migplan.report.html import render_html

        return render_html(plan, everything)
    from migplan.report.markdown import render_markdown

    return render_markdown(plan, everything)
