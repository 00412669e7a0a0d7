"""Partitions planned by several processes of this machine at the same time, and handed on in their order.

Processes and not threads: what a partition does between two array operations is Python, and threads would wait for
each other there.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from migplan.errors import Fault, MigplanError
from migplan.estate.chunks import Chunk
from migplan.estate.drafts import failed, hidden
from migplan.estate.output import error_lines, to_csv, to_stream, write_csv
from migplan.estate.partition import Partition
from migplan.estate.records import Bad
from migplan.estate.summary import Summary

TOLD = 20
"""Faults that are told in full where there is no file for them."""

_SMALL = 1 << 20
"""Bytes of a table that is handed over and not written to a file."""

_AHEAD = 1
"""Partitions that wait for a process, beside those that are planned."""


@dataclass(slots=True)
class Made:
    """What becomes of a chunk, as bytes to be appended, or as a file of them."""

    end: int
    check: int
    output: memoryview | bytes | Path
    errors: bytes
    bad: list[Bad]
    summary: Summary


def make(chunk: Chunk, partition: Partition, planned: bool = True, beside: Path | None = None) -> Made:
    """Plan a chunk, or only check it, and write it out in memory, or beside an output where it is large."""
    records, layout, settings = chunk.records(), partition.layout, partition.settings
    if not planned:
        bad = partition.check(records)
        summary = Summary(bad_rows=len({one.line for one in bad}))
        return Made(chunk.end, chunk.check, b"", error_lines(bad, layout), bad[:TOLD], summary)
    piece = partition.plan(records)
    if beside is not None and piece.table.nbytes > _SMALL:
        output: memoryview | Path = _write(piece.table, beside, chunk.end, partition)
    else:
        output = to_csv(piece.table, layout, settings) if settings.form == "csv" else to_stream(piece.table)
    errors = error_lines(piece.bad, layout)
    return Made(chunk.end, chunk.check, output, errors, piece.bad[:TOLD], piece.summary)


def _write(table: pa.Table, beside: Path, end: int, partition: Partition) -> Path:
    """Write a table into a file of its own, which is quicker than handing it over."""
    path = hidden(beside, f"part-{end}")
    try:
        with path.open("wb") as file:
            if partition.settings.form == "csv":
                write_csv(table, file, partition.layout, partition.settings)
            else:
                file.write(to_stream(table))
    except OSError as error:
        raise failed(str(beside), error, kept=True) from None
    return path


class Workers:
    """Some processes; use it in a `with` statement.

    Parameters
    ----------
    partition : Partition
        What all partitions have in common; each process has it from its beginning.
    count : int
    beside : Path or None
        An output beside which outputs can lie in files, which is quicker than handing them over.
    """

    def __init__(self, partition: Partition, count: int, beside: Path | None) -> None:
        # A forked process has everything imported and the catalogue read; elsewhere that is not safe.
        kind = "fork" if sys.platform == "linux" else "spawn"
        self._count, self._beside = count, beside
        self._pool = ProcessPoolExecutor(
            count, multiprocessing.get_context(kind), initializer=_begin, initargs=(partition, os.getpid())
        )

    def __enter__(self) -> Workers:
        """See the class."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the processes end; what has not begun is left out."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def run(self, chunks: Iterable[Chunk], planned: Callable[[], bool]) -> Iterator[Made]:
        """What becomes of each chunk, in their order.

        Raises
        ------
        MigplanError
            A process has ended, by want of memory or by someone's hand.
        """
        waiting: deque[Future[Made]] = deque()
        try:
            for chunk in chunks:
                waiting.append(self._pool.submit(_make, chunk, planned(), self._beside))
                if len(waiting) >= self._count + _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            text = "a worker process has ended; what was done is kept, --resume goes on from there"
            raise MigplanError(Fault("write-failed", "--workers", text)) from None


_own: list[Partition] = []
"""The partition of this worker process."""


def _begin(partition: Partition, parent: int) -> None:
    """Start a worker process: an interrupt is for the parent, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _own[:] = [partition]
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _make(chunk: Chunk, planned: bool, beside: Path | None) -> Made:
    made = make(chunk, _own[0], planned, beside)
    if isinstance(made.output, memoryview):
        made.output = bytes(made.output)
    return made
