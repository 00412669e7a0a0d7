"""Who makes parts of chunks: this process, several of this machine, or a Dask cluster, all by one loop."""

from __future__ import annotations

import functools
import gc
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError
from migplan.estate.chunks import Chunk
from migplan.estate.output import error_lines, write_part
from migplan.estate.partition import Partition, catalogue_of
from migplan.estate.parts import TOLD, Part, with_resume_note, write_hashed
from migplan.estate.records import RowError
from migplan.estate.server import context
from migplan.estate.summary import Summary

_AHEAD = 1
"""Tasks that wait for a process, beside those that are worked on: more take memory and gain nothing."""

_AHEAD_OF_CLUSTER = 4
"""Tasks in hand for each thread of a cluster, which is farther away."""


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
def partition_of(common: bytes) -> Partition:
    """What all tasks of an input have in common, made once a process."""
    layout, settings, _ = pickle.loads(common)
    catalogue_of.cache_clear()
    return Partition(layout, settings)


def make(task: Task) -> Part:
    """Plan a chunk and write its part; every executor calls this and nothing else.

    Raises
    ------
    OSError
        A file cannot be read or written.
    """
    partition = partition_of(task.common)
    layout, settings = partition.layout, partition.settings
    records = task.chunk.records()
    written: dict[str, Callable[[Path], object]] = {}
    if task.planned:
        piece = partition.plan(records)
        bad, summary = piece.bad, piece.summary
        written[settings.form] = lambda path: write_part(piece.table, path, layout, settings, task.alone)
    else:
        bad = partition.check(records)
        summary = Summary(bad_rows=len({one.line for one in bad}))
    if bad:
        written["errors"] = lambda path: path.write_bytes(error_lines(bad, layout))
    files = {
        ending: write_hashed(Path(task.folder, f"{task.key}.{ending}"), data)
        for ending, data in written.items()
    }
    told = [RowError(one.line, one.fault, "") for one in bad[:TOLD]]
    return Part(task.key, task.chunk.end, task.chunk.check, files, summary, told)


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
            raise MigplanError(Fault("write-failed", where, with_resume_note(text))) from None


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
    executor = stack.enter_context(ProcessPoolExecutor(count, context(), initializer=_begin))
    stack.callback(executor.shutdown, wait=True, cancel_futures=True)
    return Pool(executor, count + _AHEAD, (BrokenProcessPool,), ("--workers", "a worker process has ended"))


def _begin() -> None:
    """Start a worker process: an interrupt is for the parent, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is loaded stays, and need not be looked through for what can be let go.
    gc.freeze()
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
