"""Processes that read folders for a scan: threads of Python take turns, and processes do not.

Each is asked by a pipe and answers by another one. It ends when its input does, so none outlives the scan, however that
ends. It holds nothing that is not still known to the scan: where one is lost, its folders are read again.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import IO

from migplan.inventory.walking import Folder, Found, Rules, read_some

MOST_LOCAL = 4
"""For a local tree without a word: more seldom pay, and each takes some 40 MB. [1]."""
_START = "import sys; sys.path[:] = sys.argv[1:]; from migplan.inventory.workers import serve; serve()"


class WorkerLostError(Exception):
    """A process ended before it answered."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew:
    """Processes that read folders, and are ended with the scan.

    Parameters
    ----------
    rules : Rules
    size : int
        How many are wanted; `size` is how many there are, fewer where the system starts no more.
    """

    def __init__(self, rules: Rules, size: int) -> None:
        self._all: list[subprocess.Popen[bytes]] = []
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._rules = rules
        try:
            for _ in range(size):
                self._all.append(_started())
                self._idle.put(self._all[-1])
        except OSError:
            pass
        self.size = len(self._all)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._all:
            worker.kill()
        for worker in self._all:
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                _close(pipe)

    def read(self, folders: Sequence[Folder]) -> Found:
        """Let a process that is idle read folders; called by as many threads as there are processes.

        Raises
        ------
        WorkerLostError
            It ended. What it was to read is to be read by others.
        """
        worker = self._idle.get()
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            worker.stdin.write(pickle.dumps((self._rules, folders), pickle.HIGHEST_PROTOCOL))
            worker.stdin.flush()
            found = pickle.load(worker.stdout)
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):
            raise WorkerLostError from None
        finally:
            # One that is lost says so to the next who asks, too.
            self._idle.put(worker)
        assert isinstance(found, Found)
        return found


def _started() -> subprocess.Popen[bytes]:
    """A process in a group of its own, so that a Ctrl-C is for the scan alone, which then ends it."""
    if getattr(sys, "frozen", False) or not sys.executable:
        raise OSError("there is no interpreter to start")
    command = [sys.executable, "-c", _START, *sys.path]
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
        )
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        # What was to be written stays unwritten: nobody reads it any more.
        pass


def serve() -> None:
    """Read what is asked for until nobody asks any more: the work of such a process."""
    # Nothing here refers to itself, and many objects live for a moment.
    gc.disable()
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        while True:
            rules, folders = pickle.load(asked)
            pickle.dump(read_some(rules, folders), told, pickle.HIGHEST_PROTOCOL)
            told.flush()
    except (EOFError, OSError):
        # Whoever asked is gone, and so is whoever would read what is still to be written.
        os._exit(0)
