"""A batch from beginning to end: chunks of the inputs to parts, and parts to what appears."""

from __future__ import annotations

import datetime as dt
import itertools
import pickle
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.estate.blocks import can_be_opened_again
from migplan.estate.chunks import Chunk, CsvInput, ParquetInput, open_input, rows_of
from migplan.estate.chunks import Input as Source
from migplan.estate.grouping import GroupedInput
from migplan.estate.inspection import lay_out
from migplan.estate.nesting import with_inner
from migplan.estate.outputs import FileOutput, FolderOutput, Outputs, content_of, identity
from migplan.estate.partition import catalogue_of, facts_digest
from migplan.estate.parts import JOURNAL, Part, error_text, parts_of, read_journal, with_resume_note
from migplan.estate.records import Records, RowError
from migplan.estate.settings import Layout, Settings, check_given
from migplan.estate.summary import Summary
from migplan.estate.workers import Here, Pool, Task, cluster, partition_of, processes

Progress = Callable[[int, "int | None"], None]


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
    told: list[RowError]
    layout: Layout
    settings: Settings
    resumed: int


class Input:
    """One of the inputs of a batch, opened and understood.

    Parameters
    ----------
    path : Path or None
        None is standard input.
    key : str
        What the names of its parts begin with.

    Raises
    ------
    MigplanError
        It cannot be read, its columns are wrong, or the settings do not suit them.
    """

    def __init__(self, path: Path | None, key: str, job: Job, settings: Settings) -> None:
        settings = settings if path is None else replace(settings, folder=str(path.parent))
        self.path, self.key, self.settings = path, key, settings
        # A long file is read while its columns are understood, which is work of another kind.
        self._content = None if job.output is None else _aside(partial(content_of, path))
        catalogue_of.cache_clear()
        self.source: Source | GroupedInput = open_input(path, settings, job.encoding, job.delimiter, job.maps)
        try:
            source = self.source
            sample, others = source.sample(), source.others
            below = source.header_below if isinstance(source, CsvInput) else str
            self.layout = lay_out(source.headers, job.maps, settings, source.delimiter, sample, others, below)
            self._refuse_nested()
            self.layout = with_inner(self.layout, self.settings, sample, self._whole(job))
            if settings.group_by:
                self.source = GroupedInput(source, self.layout, settings)
                # Which rows are joined is decided: what was asked of theirs is not asked of the joined ones.
                self.layout, settings = self.source.layout, replace(settings, where=())
            # With what tells the facts, so that no process that lives on plans by older ones.
            self.facts = facts_digest(settings)
            self.common = pickle.dumps((self.layout, settings, self.facts))
            self.partition = partition_of(self.common)
            check_given(settings, self.layout, self.partition.catalogue)
        except MigplanError:
            self.source.close()
            raise

    def _whole(self, job: Job) -> Callable[[], Iterator[Records]] | None:
        """All rows, beside those that are planned; None of what can be read only once."""
        if self.path is None or not can_be_opened_again(self.path):
            return None
        return partial(rows_of, self.path, self.settings, job.encoding, job.delimiter, job.maps)

    def _refuse_nested(self) -> None:
        """Refuse lists and records where they have no place."""
        nested = self.source.nested if isinstance(self.source, ParquetInput) else []
        given = {column.header for column in self.layout.columns}
        wrong = [name for name in nested if self.settings.form != "parquet" or name in given]
        if wrong:
            kinds = "lists, records, bytes and spans of time"
            text = (
                f"column {shorten(wrong[0])} has no plain cells, as {kinds}; wanted texts, numbers or dates"
            )
            text += ", or it left out"
            text += "" if wrong[0] in given else ", or --format parquet to pass it through"
            raise MigplanError(Fault("bad-file", self.source.name, text))

    def identity(self) -> dict[str, Any]:
        """What must be the same in a run that goes on.

        Raises
        ------
        OSError
            The input cannot be read.
        """
        content = None if self._content is None else self._content.result()
        return identity(self.settings, self.layout, self.source.name, content, self.facts)

    def tasks(self, chunks: Iterable[Chunk], outputs: Outputs, strict: bool) -> Iterator[Task | Part]:
        """Its chunks, or what an earlier run has made of them."""
        for number, chunk in enumerate(chunks):
            key = f"{self.key}-{number:05d}"
            known = outputs.parts.earlier(key, chunk.end, chunk.check)
            planned = not (strict and outputs.parts.summary.bad_rows)
            folder = str(outputs.parts.folder.resolve())
            yield known or Task(chunk, self.common, folder, key, planned, outputs.alone)


def _aside(action: Callable[[], Any]) -> Future[Any]:
    """What an action comes to, which is done beside all else, and which nobody waits for who does not ask."""
    found: Future[Any] = Future()

    def act() -> None:
        try:
            found.set_result(action())
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=act, daemon=True).start()
    return found


def run_batch(job: Job, progress: Progress | None = None) -> Done:
    """Plan all rows of a table on this machine.

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
    settings = replace(job.settings, today=job.today or day_of(job.output, job.resume))
    with ExitStack() as stack:
        read = Input(job.source, "part", job, settings)
        source = read.source
        stack.callback(source.close)
        run = {} if job.output is None else read.identity()
        outputs = FileOutput(job.output, job.errors, read.layout, settings, run, job.strict, job.resume)
        stack.callback(outputs.close)
        outputs.begin()
        chunks: Iterator[Any] = source.chunks()
        begun = list(itertools.islice(chunks, 1))
        several = job.workers > 1 and (source.size is None or source.progress() < source.size)
        pool = processes(job.workers, stack) if several else Pool(Here())
        tasks = read.tasks(itertools.chain(begun, chunks), outputs, job.strict)
        with _kept_or_dropped(outputs, _where_here):
            for part in pool.run(tasks):
                outputs.take(part)
                if progress is not None:
                    progress(source.progress(), source.size)
            if job.strict and outputs.parts.summary.bad_rows:
                raise _strict(outputs)
            errors = outputs.finish(read.partition.plan(Records(source.empty)).table)
    return Done(
        outputs.parts.summary, errors, outputs.parts.told, read.layout, settings, outputs.parts.resumed
    )


def run_cluster(
    inputs: Sequence[Path], job: Job, scheduler: str | None, progress: Progress | None = None
) -> Done:
    """Plan the rows of many files on a Dask cluster, whose workers read and write them by themselves.

    Parameters
    ----------
    inputs : sequence of Path
        All have their own columns, and lie where every worker reaches them under the same path.
    job : Job
        Its output is a folder, in which each input has numbered parts.
    scheduler : str, optional
        Address of the cluster; without it one is started on this machine.

    Raises
    ------
    MigplanError
        An input cannot be read, its columns or the settings are wrong, or the folder cannot be written.
    """
    folder = _folder(inputs, job)
    settings = replace(job.settings, today=job.today or day_of(folder, job.resume))
    with ExitStack() as stack:
        read = []
        for path, name in zip(inputs, part_names(inputs), strict=True):
            read.append(Input(path.resolve(), f"{name}.part", job, settings))
            stack.callback(read[-1].source.close)
        FolderOutput.refuse_filled(folder)
        pool = cluster(scheduler, stack)
        runs = [one.identity() for one in read]
        run = {"inputs": runs, **runs[0]}
        outputs = FolderOutput(folder, run, job.resume)
        stack.callback(outputs.close)
        with _kept_or_dropped(outputs, _where_far):
            for number, one in enumerate(read, 1):
                chunks: Iterator[Any] = one.source.far_chunks()
                for part in pool.run(one.tasks(chunks, outputs, strict=False)):
                    outputs.take(part)
                outputs.end_input(one.key.removesuffix(".part"), one.layout)
                if progress is not None:
                    progress(number, len(read))
            errors = outputs.finish()
    return Done(
        outputs.parts.summary, errors, outputs.parts.told, read[0].layout, settings, outputs.parts.resumed
    )


def _folder(inputs: Sequence[Path], job: Job) -> Path:
    """The output of a cluster, after a look at what it cannot do."""
    if job.output is None:
        text = "standard output is not for --engine dask; wanted -o FOLDER"
        raise MigplanError(Fault("contradiction", "-o", text))
    for flag, given in (("--strict", job.strict), ("--errors", job.errors is not None)):
        if given:
            text = "is not for --engine dask: bad rows lie beside the parts of their file"
            raise MigplanError(Fault("contradiction", flag, text))
    if job.settings.form == "xlsx":
        text = "is not for --engine dask; wanted csv or parquet"
        raise MigplanError(Fault("contradiction", "--format xlsx", text))
    for path in inputs:
        if str(path) == "-":
            raise MigplanError(Fault("contradiction", "IN", "standard input is not for --engine dask"))
        if path.is_dir():
            text = f"is a folder; wanted files, such as {path}/*.csv"
            raise MigplanError(Fault("bad-file", str(path), text))
    return job.output


def part_names(inputs: Sequence[Path]) -> list[str]:
    """What the parts of each input are called: as it is, with a number where an earlier one is called so.

    Raises
    ------
    MigplanError
        An input is given twice.

    Examples
    --------
    >>> part_names([Path("osaka/shares.csv"), Path("paris/shares.csv"), Path("a.csv")])
    ['shares', 'shares-2', 'a']
    """
    names: list[str] = []
    taken: set[str] = set()
    seen: set[Path] = set()
    for path in inputs:
        if path.resolve() in seen:
            raise MigplanError(Fault("contradiction", "IN", f"{str(path)!r} is given twice; wanted it once"))
        seen.add(path.resolve())
        numbered = (f"{path.stem}-{number}" for number in itertools.count(2))
        # Some file systems do not tell large letters from small ones.
        names.append(next(n for n in itertools.chain([path.stem], numbered) if n.casefold() not in taken))
        taken.add(names[-1].casefold())
    return names


def day_of(output: Path | None, resume: bool) -> dt.date:
    """The day on which a run was begun that is to go on; today for a new one."""
    found = read_journal(parts_of(output) / JOURNAL) if resume and output is not None else None
    try:
        return dt.date.today() if found is None else dt.date.fromisoformat(found[0]["settings"]["today"])
    except (ValueError, LookupError, TypeError):
        return dt.date.today()


@contextmanager
def _kept_or_dropped(outputs: Outputs, where: Callable[[str, OSError], tuple[str, str]]) -> Iterator[None]:
    """Keep the parts where a run that goes on could get further: what cannot be read never will."""
    try:
        yield
    except OSError as error:
        raise _unwritten(outputs, *where(outputs.parts.name, error)) from None
    except MigplanError as error:
        if all(fault.code != "write-failed" for fault in error.faults):
            outputs.parts.drop()
        raise


def _unwritten(outputs: Outputs, where: str, text: str) -> MigplanError:
    return MigplanError(Fault("write-failed", where, with_resume_note(text, outputs.parts.kept)))


def _where_here(name: str, error: OSError) -> tuple[str, str]:
    return name, f"could not be written: {error_text(error)}"


def _where_far(name: str, error: OSError) -> tuple[str, str]:
    text = f"{error_text(error)}; wanted files that every worker can reach under the same path"
    return f"a worker, {error.filename or 'file'}", text


def _strict(outputs: FileOutput) -> MigplanError:
    where = outputs.finish_errors()
    faults = [
        Fault(bad.fault.code, f"line {bad.line}: {bad.fault.where}", bad.fault.message)
        for bad in outputs.parts.told
    ]
    text = f"{counted(outputs.parts.summary.bad_rows, 'bad row')}, nothing planned"
    text += f"; see {where}" if where else ""
    return MigplanError([*(faults if where is None else ()), Fault("bad-file", "--strict", text)])
