"""A batch from beginning to end: chunks of the inputs to parts by an executor, and parts to what appears.

There is one loop. It runs over processes of this machine, over a Dask cluster, or in this process, whichever executor
it is given: the tasks, the function that does them and the journal are the same.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.estate.chunks import Chunk, ParquetInput, open_input
from migplan.estate.output import error_lines, part_bytes
from migplan.estate.outputs import FileOutput, FolderOutput, Outputs, identity
from migplan.estate.partition import Partition
from migplan.estate.parts import TOLD, Part, hidden, put, read_journal
from migplan.estate.records import Bad, Records
from migplan.estate.settings import Layout, Settings, check_given, lay_out
from migplan.estate.summary import Summary

_AHEAD = 1
"""Tasks that wait for a process, beside those that are worked on: more take memory and gain nothing."""

_AHEAD_OF_CLUSTER = 4
"""Tasks in hand for each thread of a cluster, which is farther away."""

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
    told: list[Bad]
    layout: Layout
    settings: Settings
    resumed: int


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk, and what a worker needs to make a part of it.

    Attributes
    ----------
    common : bytes
        Layout and settings; travels with each task, and is read once a process.
    folder, key : str
        Where the files of the part go, and what their names begin with.
    planned : bool
        Whether its rows are planned, or only checked.
    alone : bool
        Whether the part is a file that people read, or a piece of one.
    """

    chunk: Chunk
    common: bytes
    folder: str
    key: str
    planned: bool
    alone: bool


@functools.lru_cache(maxsize=8)
def _partition(common: bytes) -> Partition:
    layout, settings = pickle.loads(common)
    return Partition(layout, settings)


def make(task: Task) -> Part:
    """Plan a chunk and write its part; every executor calls this and nothing else.

    Raises
    ------
    OSError
        A file cannot be read or written.
    """
    partition = _partition(task.common)
    layout, settings = partition.layout, partition.settings
    records = task.chunk.records()
    written: dict[str, bytes | memoryview] = {}
    if task.planned:
        piece = partition.plan(records)
        bad, summary = piece.bad, piece.summary
        written[settings.form] = part_bytes(piece.table, layout, settings, task.alone)
    else:
        bad = partition.check(records)
        summary = Summary(bad_rows=len({one.line for one in bad}))
    if bad:
        written["errors"] = error_lines(bad, layout)
    files = {ending: put(Path(task.folder, f"{task.key}.{ending}"), data) for ending, data in written.items()}
    told = [Bad(one.line, one.fault, "") for one in bad[:TOLD]]
    return Part(task.key, task.chunk.end, task.chunk.check, files, summary, told)


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
        self.path, self.key, self.settings = path, key, settings
        self.source = open_input(path, settings, job.encoding, job.delimiter)
        try:
            self.layout = lay_out(self.source.headers, job.maps, settings, self.source.delimiter)
            self._refuse_nested()
            self.common = pickle.dumps((self.layout, settings))
            self.partition = _partition(self.common)
            check_given(settings, self.layout, self.partition.catalogue)
        except MigplanError:
            self.source.close()
            raise

    def _refuse_nested(self) -> None:
        """Refuse lists and records where they have no place."""
        nested = self.source.nested if isinstance(self.source, ParquetInput) else []
        given = {column.header for column in self.layout.columns}
        wrong = [name for name in nested if self.settings.form != "parquet" or name in given]
        if wrong:
            text = f"column {shorten(wrong[0])} has no plain cells, as lists and records; wanted it left out"
            text += "" if wrong[0] in given else ", or --format parquet to pass it through"
            raise MigplanError(Fault("bad-file", self.source.name, text))

    def identity(self) -> dict[str, Any]:
        """What must be the same in a run that goes on."""
        return identity(self.settings, self.layout, self.source.name, self.path)

    def tasks(self, chunks: Iterable[Chunk], outputs: Outputs, strict: bool) -> Iterator[Task | Part]:
        """Its chunks, or what an earlier run has made of them."""
        for number, chunk in enumerate(chunks):
            key = f"{self.key}-{number:05d}"
            known = outputs.parts.earlier(key, chunk.end, chunk.check)
            planned = not (strict and outputs.parts.summary.bad_rows)
            folder = str(outputs.parts.folder.resolve())
            yield known or Task(chunk, self.common, folder, key, planned, outputs.alone)


@dataclass(frozen=True, slots=True)
class Pool:
    """Who works on tasks.

    Attributes
    ----------
    ahead : int
        Tasks that are handed out before the first of them must be done.
    lost, text :
        What is raised where a worker was lost, and where and what is told then.
    """

    executor: Executor
    ahead: int = 0
    lost: tuple[type[BaseException], ...] = ()
    text: tuple[str, str] = ("", "")

    def run(self, tasks: Iterable[Task | Part]) -> Iterator[Part]:
        """The parts of tasks in their order.

        Raises
        ------
        MigplanError
            A worker was lost.
        OSError
            A file cannot be read or written.
        """
        waiting: deque[Future[Part] | Part] = deque()
        for task in tasks:
            waiting.append(task if isinstance(task, Part) else self.executor.submit(make, task))
            if len(waiting) > self.ahead:
                yield self._part(waiting.popleft())
        while waiting:
            yield self._part(waiting.popleft())

    def _part(self, found: Future[Part] | Part) -> Part:
        try:
            return found if isinstance(found, Part) else found.result()
        except self.lost:
            where, text = self.text
            text += "; what was done is kept, --resume goes on from there"
            raise MigplanError(Fault("write-failed", where, text)) from None


class Here(Executor):
    """Does at once what it is given, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `Executor`."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def processes(count: int, stack: ExitStack) -> Pool:
    """Processes of this machine: what a partition does between two array operations is Python, for which threads wait.

    None is forked off this one, which may have threads that hold locks: a server that has imported everything, and has
    no threads, forks them where the system has that, and elsewhere each begins anew.
    """
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    if kind == "forkserver":
        context.set_forkserver_preload([__name__])
    executor = stack.enter_context(ProcessPoolExecutor(count, context, initializer=_begin))
    stack.callback(executor.shutdown, wait=True, cancel_futures=True)
    return Pool(executor, count + _AHEAD, (BrokenProcessPool,), ("--workers", "a worker process has ended"))


def _begin() -> None:
    """Start a worker process: an interrupt is for the parent, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def cluster(scheduler: str | None, stack: ExitStack) -> Pool:
    """A Dask cluster, or one that is started on this machine.

    Raises
    ------
    MigplanError
        Dask is not installed, or the cluster cannot be reached.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        text = "needs Dask, which is not installed; wanted `pip install 'migplan[dask]'`"
        raise MigplanError(Fault("bad-choice", "--engine dask", text)) from None
    if scheduler is None:
        local = LocalCluster(
            n_workers=os.cpu_count(),
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            host="127.0.0.1",
        )
        client = stack.enter_context(Client(stack.enter_context(local)))
    else:
        try:
            client = stack.enter_context(Client(scheduler, timeout="20s"))
        except (OSError, ValueError) as error:
            text = f"cannot be reached: {str(error).splitlines()[0]}"
            raise MigplanError(Fault("bad-choice", f"--scheduler {scheduler}", text)) from None
    return pool_of(client, stack)


def pool_of(client: Any, stack: ExitStack) -> Pool:
    """Who works on tasks behind a client of a cluster."""
    from distributed import KilledWorker

    threads = max(sum(client.nthreads().values()), 1)
    executor = stack.enter_context(client.get_executor(pure=False))
    told = ("--scheduler", "workers ended while they planned, as by want of memory")
    return Pool(executor, threads * _AHEAD_OF_CLUSTER, (KilledWorker, CancelledError), told)


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
        run = {"inputs": [one.identity() for one in read], **read[0].identity()}
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
    found = read_journal(hidden(output, "parts") / "journal") if resume and output is not None else None
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
    kept = "; what was done is kept, --resume goes on from there" if outputs.parts.kept else ""
    return MigplanError(Fault("write-failed", where, text + kept))


def _where_here(name: str, error: OSError) -> tuple[str, str]:
    return name, f"could not be written: {error.strerror or error}"


def _where_far(name: str, error: OSError) -> tuple[str, str]:
    text = f"{error.strerror or error}; wanted files that every worker can reach under the same path"
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
