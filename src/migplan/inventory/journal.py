"""The journal of a scan: what was counted and what is left to be read, in one file that appears whole or not at all."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import numpy as np

from migplan.errors import Fault, MigplanError
from migplan.files import read_limited, shown, write_whole
from migplan.inventory.count import Counter
from migplan.inventory.links import HardLinks
from migplan.inventory.walking import Folder

_FORM = "migplan.scan/1"
_LARGEST = 2_000_000_000
"""Of a journal. [B]."""


class Kept(Protocol):
    """What of a scan is kept."""

    root: str
    counter: Counter
    links: HardLinks
    left_out: dict[str, int]
    passed: int
    one_of: int


class Journal:
    """Keeps an unfinished scan.

    Parameters
    ----------
    path : Path
    scan : Kept
        Whose counts are kept.
    """

    def __init__(self, path: Path, scan: Kept) -> None:
        self.path, self._scan = path, scan
        self.is_resumed = False

    def write(self, left: list[Folder]) -> None:
        """Keep the counts and the folders that are left."""
        scan, paths = self._scan, "\0".join(folder.path for folder in left)
        state = scan.counter.state()
        told = {
            "form": _FORM,
            "root": os.path.realpath(scan.root),
            "one_of": scan.one_of,
            "left_out": scan.left_out,
            "passed": scan.passed,
            "are_links_full": scan.links.is_full,
            "counter": state.pop("told"),
        }
        # Most of a counter is empty.
        filled = {name: np.flatnonzero(array) for name, array in state.items()}
        told["shapes"] = {name: array.shape for name, array in state.items()}
        arrays: dict[str, Any] = {
            "told": np.frombuffer(json.dumps(told).encode(), np.uint8),
            "paths": np.frombuffer(os.fsencode(paths), np.uint8),
            "places": np.array([(folder.group, folder.depth) for folder in left], np.int64).reshape(-1, 2),
            "links": scan.links.state(),
            **{f"at{name}": places for name, places in filled.items()},
            **{f"of{name}": state[name].ravel()[places] for name, places in filled.items()},
        }
        out = io.BytesIO()
        np.savez(out, **arrays)
        write_whole(self.path, out.getvalue())

    def restore(self) -> list[Folder] | None:
        """Take up a scan that was stopped; the folders that are left, or None where there is no journal.

        Raises
        ------
        MigplanError
            The file is no journal, or that of another scan.
        """
        if not self.path.exists():
            return None
        try:
            with np.load(
                io.BytesIO(read_limited(self.path, _LARGEST, "journal")), allow_pickle=False
            ) as found:
                arrays = {name: found[name] for name in found.files}
            told = json.loads(arrays.pop("told").tobytes())
            self._check(told)
            left = self._take(told, arrays)
        except (ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile, EOFError):
            raise self._fault("is no journal of a scan, or is broken") from None
        self.is_resumed = True
        return left

    def _check(self, told: dict[str, Any]) -> None:
        scan = self._scan
        if told["form"] != _FORM:
            raise ValueError
        if told["root"] != os.path.realpath(scan.root) or told["one_of"] != scan.one_of:
            raise self._fault(f"is the journal of another scan, of {told['root']}")

    def _take(self, told: dict[str, Any], arrays: dict[str, Any]) -> list[Folder]:
        scan = self._scan
        scan.left_out, scan.passed = told["left_out"], told["passed"]
        scan.links.restore(arrays.pop("links"))
        scan.links.is_full = told["are_links_full"]
        places = arrays.pop("places").tolist()
        paths = os.fsdecode(arrays.pop("paths").tobytes()).split("\0")
        state = {name: np.zeros(shape, np.int64) for name, shape in told["shapes"].items()}
        for name, array in state.items():
            array.ravel()[arrays[f"at{name}"]] = arrays[f"of{name}"]
        scan.counter.restore({**state, "told": told["counter"]})
        return [Folder(path, *place) for path, place in zip(paths, places, strict=True)] if places else []

    def _fault(self, text: str) -> MigplanError:
        return MigplanError(Fault("bad-file", shown(self.path), f"{text}; wanted another -o, or --fresh"))

    def remove(self) -> None:
        """The scan is done."""
        self.path.unlink(missing_ok=True)


@contextmanager
def noted(wanted: bool = True) -> Iterator[Callable[[], bool]]:
    """Note the first Ctrl-C, so that what is under way is kept before it ends; the second one ends at once.

    Parameters
    ----------
    wanted : bool
        Whether there is anything to keep. Elsewhere, and where others mind such signals, all is as it was.

    Yields
    ------
    callable
        Whether there was one.
    """
    usual, pressed = signal.getsignal(signal.SIGINT), False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, usual)

    is_ours = threading.current_thread() is threading.main_thread() and usual is signal.default_int_handler
    if not (wanted and is_ours):
        yield lambda: False
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, usual)
