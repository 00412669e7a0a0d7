"""A batch from beginning to end on this machine: reading, planning and writing at the same time, in bounded memory."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.estate.chunks import ParquetInput, open_input
from migplan.estate.drafts import hidden
from migplan.estate.outputs import Outputs, identity
from migplan.estate.partition import Partition
from migplan.estate.records import Bad, Records
from migplan.estate.settings import Layout, Settings, check_given, lay_out
from migplan.estate.summary import Summary
from migplan.estate.workers import TOLD, Made, Workers, make


@dataclass(frozen=True, slots=True)
class Job:
    """A batch.

    Attributes
    ----------
    source, output : Path or None
        None is standard input or output.
    errors : Path or None
        None: beside the output, and only where there are bad rows.
    today : date or None
        None: the day on which an earlier run was begun that this one goes on with, else the current day.
    workers : int
        Processes that plan partitions at the same time, where there is more than one partition.
    """

    source: Path | None
    output: Path | None
    errors: Path | None = None
    settings: Settings = field(default_factory=Settings)
    maps: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    today: dt.date | None = None
    strict: bool = False
    resume: bool = False
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Done:
    """How a batch ended.

    Attributes
    ----------
    errors : Path or None
        Where the bad rows are told, if anywhere.
    told : list of Bad
        The first faults.
    resumed : int
        Rows that an earlier run had dealt with.
    """

    summary: Summary
    errors: Path | None
    told: list[Bad]
    layout: Layout
    settings: Settings
    resumed: int


def run_batch(job: Job, progress: Callable[[int, int | None], None] | None = None) -> Done:
    """Plan all rows of a table.

    Parameters
    ----------
    job : Job
    progress : callable, optional
        Called with how much of the input is done, and how much there is, where that is known.

    Raises
    ------
    MigplanError
        The input cannot be read, its columns or the settings are wrong, an output cannot be written, or a row is bad
        and the job is strict.
    """
    journal = None if job.output is None else hidden(job.output, "journal")
    settings = replace(job.settings, today=job.today or day_of(journal, job.resume))
    source = open_input(job.source, settings, job.encoding, job.delimiter)
    try:
        layout = lay_out(source.headers, job.maps, settings, source.delimiter)
        refuse_nested(source, layout, settings)
        partition = Partition(layout, settings)
        check_given(settings, layout, partition.catalogue)
        run = identity(settings, layout, source.name, job.source)
        empty = partition.plan(Records(source.empty)).table
        outputs = Outputs(job.output, job.errors, partition, empty, run, job.strict, job.resume)
        return _run(job, source, outputs, progress)
    finally:
        source.close()


def day_of(journal: Path | None, resume: bool) -> dt.date:
    """The day on which a run was begun that is to go on; today for a new one."""
    if not resume or journal is None or not journal.exists():
        return dt.date.today()
    try:
        run = json.loads(journal.read_text(encoding="utf-8").splitlines()[0])
        run = run[0] if isinstance(run, list) else run
        return dt.date.fromisoformat(run["settings"]["today"])
    except (OSError, ValueError, LookupError, TypeError):
        return dt.date.today()


def refuse_nested(source: Any, layout: Layout, settings: Settings) -> None:
    """Refuse lists and records where they have no place."""
    nested = source.nested if isinstance(source, ParquetInput) else []
    given = {column.header for column in layout.columns}
    wrong = [name for name in nested if settings.form == "csv" or name in given]
    if wrong:
        text = f"column {shorten(wrong[0])} has no plain cells, as lists and records; wanted it left out"
        text += "" if wrong[0] in given else ", or --format parquet to pass it through"
        raise MigplanError(Fault("bad-file", source.name, text))


def _run(job: Job, source: Any, outputs: Outputs, progress: Callable[[int, int | None], None] | None) -> Done:
    told: list[Bad] = []
    resumed = outputs.summary.rows + outputs.summary.bad_rows
    try:
        for made in _made(job, source, outputs):
            outputs.take(made.end, made.check, made.output, made.errors, made.summary)
            told += made.bad[: TOLD - len(told)]
            if progress is not None:
                progress(source.progress(), source.size)
        if job.strict and outputs.summary.bad_rows:
            raise _strict(outputs, told)
        errors = outputs.finish()
    except MigplanError as error:
        # What could be written may be gone on with; what cannot be read never will.
        if all(fault.code != "write-failed" for fault in error.faults):
            outputs.drop()
        raise
    finally:
        outputs.close()
    partition = outputs.partition
    return Done(outputs.summary, errors, told, partition.layout, partition.settings, resumed)


def _strict(outputs: Outputs, told: list[Bad]) -> MigplanError:
    where = outputs.finish_errors()
    faults = [Fault(bad.fault.code, f"line {bad.line}: {bad.fault.where}", bad.fault.message) for bad in told]
    text = f"{counted(outputs.summary.bad_rows, 'bad row')}, nothing planned" + (
        f"; see {where}" if where else ""
    )
    return MigplanError([*(faults if where is None else ()), Fault("bad-file", "--strict", text)])


def _made(job: Job, source: Any, outputs: Outputs) -> Iterator[Made]:
    """Chunks in their order, some of them being planned while others are read and written."""

    def planned() -> bool:
        return not (job.strict and outputs.summary.bad_rows)

    chunks = source.chunks(outputs.at.end, outputs.at.check)
    begun = list(itertools.islice(chunks, 1))
    more = source.size is None or source.progress() < source.size
    if not more or job.workers == 1:
        for chunk in itertools.chain(begun, chunks):
            yield make(chunk, outputs.partition, planned())
        return
    with Workers(outputs.partition, job.workers, outputs.beside) as workers:
        yield from workers.run(itertools.chain(begun, chunks), planned)
