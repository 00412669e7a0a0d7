"""Runs a batch for the command line: its settings from the options, its progress and summary to stderr."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from migplan.cli.output import Output
from migplan.cli.reading import layout_of, reading_of
from migplan.errors import Fault, MigplanError, counted
from migplan.estate.assumed import assumed_lines
from migplan.estate.outputs import errors_beside
from migplan.estate.parts import with_resume_note
from migplan.estate.records import RowError
from migplan.estate.run import Done, Job, run_batch, run_cluster
from migplan.estate.settings import Settings, read_settings_fields
from migplan.estate.summary import columns_of, lines_of, spoken
from migplan.files import check_outputs, format_of, is_stream
from migplan.inputs.pilot_file import files_of
from migplan.progress import tell
from migplan.results.names import names_of

_EXAMPLES = 3
"""Bad cells that are told where all of them are in a file."""

_LINES = 10
"""Bad rows whose lines a page names."""


def run_local(inputs: tuple[Path, ...], output: Path, report: Path | None, **said: Any) -> bool:
    """Run on this machine; whether a row is bad, or there is none."""
    if len(inputs) > 1:
        text = "several inputs need --engine dask; wanted one, or - for standard input"
        raise MigplanError(Fault("contradiction", "IN", text))
    place = _path(output)
    said["form"] = format_of(place, said["form"], ("csv", "parquet", "xlsx"))
    written = [path for path in (place, _errors(place, said["errors"])) if path is not None]
    page = _page(inputs, report, written, output, **said)
    job = _job(_path(inputs[0]), place, **said)
    with _told_when_stopped(resumable=job.output is not None):
        done = run_batch(job, _progress)
    tell("")
    return _ended(done, str(inputs[0]), page)


def run_dask(inputs: tuple[Path, ...], output: Path, report: Path | None, **said: Any) -> bool:
    """Run on a cluster; whether a row is bad, or there is none."""
    page = _page(inputs, report, [], output, **said)
    said["form"] = said["form"] or "csv"
    job = _job(None, _path(output), **said)
    with _told_when_stopped(resumable=True):
        done = run_cluster(inputs, job, said["scheduler"], _progress)
    tell("")
    return _ended(done, ", ".join(map(str, inputs)), page)


def _errors(output: Path | None, errors: Path | None) -> Path | None:
    """Where bad rows go, named or implied."""
    if errors is None and output is not None and not is_stream(output):
        return errors_beside(output)
    return errors


def _page(
    inputs: tuple[Path, ...], report: Path | None, written: list[Path], output: Path, **said: Any
) -> Output | None:
    """Where the page goes, once no output would destroy anything: before an hour of work is spent."""
    if str(said["errors"]) == "-":
        raise MigplanError(Fault("contradiction", "--errors", "'-' is no file; wanted a name"))
    if str(report) == str(output) == "-":
        raise MigplanError(Fault("contradiction", "--report", "'-' is --output as well; wanted a file"))
    named = (*inputs, *files_of(said["pilot"]), *said["profiles"])
    read = tuple(path for path in named if str(path) != "-")
    place = None if report is None else _path(report)
    check_outputs(read, written + ([] if place is None else [place]), said["force"])
    if report is None:
        return None
    return Output(place, format_of(place, None, ("markdown",)), said["force"], read)


def _ended(done: Done, title: str, report: Output | None) -> bool:
    """Tell and report how a batch ended; whether anything is wrong with it."""
    _tell(done)
    _report(done, title, report)
    if not (done.summary.rows or done.summary.bad_rows):
        click.echo(f"error: {title}: has a header and no rows; nothing was planned", err=True)
        return True
    return done.summary.bad_rows > 0


def _path(path: Path) -> Path | None:
    return None if str(path) == "-" else path


def _job(source: Path | None, output: Path | None, **said: Any) -> Job:
    settings = Settings(
        given=read_settings_fields(said["given"]),
        pilot="" if said["pilot"] is None else str(said["pilot"].resolve()),
        profiles=tuple(str(folder.resolve()) for folder in said["profiles"]),
        options=said["options"],
        samples=said["samples"] if said["percentiles"] else 0,
        seed=said["seed"],
        form=said["form"],
        **reading_of(said),
    )
    names = ("errors", "today", "strict", "resume", "workers")
    return Job(source, output, settings=settings, **layout_of(said), **{name: said[name] for name in names})


def _progress(done: int, total: int | None) -> None:
    tell("planning", done, total or 0)


@contextmanager
def _told_when_stopped(resumable: bool) -> Iterator[None]:
    """Say that nothing is lost where someone interrupts."""
    try:
        yield
    except KeyboardInterrupt:
        tell("")
        click.echo(f"error: {with_resume_note('interrupted', resumable)}", err=True)
        raise


def _tell(done: Done) -> None:
    click.echo(columns_of(done.layout), err=True)
    for note in _told_notes(done):
        click.echo(f"note: {note}", err=True)
    for line in lines_of(
        done.summary, done.settings.samples > 0, names_of(done.settings.profiles), _asked(done)
    ):
        click.echo(line, err=True)
    if done.resumed:
        click.echo(
            f"{counted(done.resumed, 'row')} {'was' if done.resumed == 1 else 'were'} done before", err=True
        )
    if not done.summary.bad_rows:
        return
    for bad in _first_of_each(done.told) if done.errors is not None else done.told:
        click.echo(f"line {bad.line}: {bad.fault}", err=True)
    all_told = "Say --errors FILE to have all bad rows told"
    click.echo(f"Bad rows: {done.errors}" if done.errors is not None else all_told, err=True)


def _told_notes(done: Done) -> list[str]:
    """What people should know of the columns, and what rows rest on that nobody said."""
    return [*done.layout.notes, *assumed_lines(done.summary.assumed, done.summary.rows)]


def _first_of_each(told: list[RowError]) -> list[RowError]:
    """The first fault of each column: mostly one thing is wrong with all of its cells."""
    found: dict[str, RowError] = {}
    for bad in told:
        found.setdefault(bad.fault.where, bad)
    return list(found.values())[:_EXAMPLES]


def _report(done: Done, title: str, report: Output | None) -> None:
    if report is None:
        return
    from migplan.report.batch import render_batch

    percentiles = done.settings.samples > 0
    summary = spoken(done.summary, names_of(done.settings.profiles))
    rows = [(bad.line, bad.fault.where, bad.fault.message) for bad in done.told]
    page = render_batch(
        summary, title, done.settings.today, percentiles, _notes(done), _bad(done), _asked(done), rows
    )
    report.write(page)


def _asked(done: Done) -> bool:
    """Whether a column or a setting says what must be met."""
    read = {column.name for column in done.layout.columns} | {*done.settings.given}
    return not read.isdisjoint(("deadline", "cutover_window", "budget", "keep"))


def _bad(done: Done) -> list[str]:
    """Where the bad rows are."""
    if not done.summary.bad_rows:
        return []
    lines = list(dict.fromkeys(bad.line for bad in done.told))[:_LINES]
    more = done.summary.bad_rows - len(lines)
    where = f"{'line' if done.summary.bad_rows == 1 else 'lines'} {', '.join(f'{line:,}' for line in lines)}"
    where += f" and {more:,} more" if more else ""
    where += f", told in {done.errors}" if done.errors else ""
    return [f"Not planned: {counted(done.summary.bad_rows, 'bad row')} on {where}"]


def _notes(done: Done) -> list[str]:
    """How each column was read, and what stood in for others."""
    notes = []
    for column in done.layout.columns:
        unit = f", bare numbers in {column.unit}" if column.unit else ""
        notes.append(f"{column.header}: {column.name}{unit}")
    others = len(done.layout.headers) - len(done.layout.columns)
    notes += [f"{counted(others, 'column')} passed through"] if others else []
    notes += _told_notes(done)
    return notes + [
        f"{name} is {text} where a row does not say it" for name, text in done.settings.given.items()
    ]
