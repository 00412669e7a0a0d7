"""The server that forks worker processes, and when it is worth one.

It is begun before the command loads what it needs itself: both load the same, each on a core of its own.
"""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.context import BaseContext
from pathlib import Path

WORTH_SEVERAL = 4 << 20
"""Bytes of a file that is worth more than one process."""

_PRELOADED = "migplan.estate.forked"


def context() -> BaseContext:
    """How worker processes are begun: by a server where the system has that, and elsewhere each anew."""
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    found = multiprocessing.get_context(kind)
    if kind == "forkserver":
        found.set_forkserver_preload([_PRELOADED])
    return found


def begin(inputs: tuple[Path, ...], workers: int) -> None:
    """Begin the server where a batch of some inputs will want it; for the main thread of a program."""
    if workers == 1 or context().get_start_method() != "forkserver" or not any(map(_is_long, inputs)):
        return
    from multiprocessing.forkserver import ensure_running

    # An interrupt is for the command. Who is begun while it is ignored ignores it from the first moment on.
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ensure_running()
    finally:
        signal.signal(signal.SIGINT, usual)


def _is_long(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size >= WORTH_SEVERAL
    except (OSError, ValueError):
        return False
