"""What the system says of the entries of folders, many at a time, as columns.

Where Linux has `statx`, what it says stays where it writes it, and columns are made of thousands of entries at once:
that takes less time than an object of Python for each. Elsewhere each entry is asked, as `os.scandir` gives it.
"""

from __future__ import annotations

import ctypes
import itertools
import operator
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

MOST_ROWS = 4096
"""Entries that are looked at before they become columns; as objects each takes a thousand bytes."""

_BLOCK = 512

Failed = list[tuple[os.DirEntry[str], OSError]]
"""What could not be looked at, and why."""


@dataclass(slots=True)
class Said:
    """What the system says of some entries, each in its place.

    Attributes
    ----------
    modes, names : array of int
        How the file is kept, and how many names it has.
    sizes : array of int
        [B]
    modified, accessed : array of int
        Seconds of the epoch. [s]
    attributes : array of int or None
        Those of Windows.
    """

    modes: NDArray[np.int64]
    names: NDArray[np.int64]
    sizes: NDArray[np.int64]
    modified: NDArray[np.int64]
    accessed: NDArray[np.int64]
    attributes: NDArray[np.int64] | None = None


class Rows(Protocol):
    """Rows of what the system says, one for each entry looked at."""

    def look(self, entries: Sequence[os.DirEntry[str]], handle: int | None) -> Failed:
        """Look at entries of an open folder. Where some failed, nothing is added: look again without them."""

    def __len__(self) -> int:
        """How many rows there are."""

    def said(self) -> Said:
        """All of them as columns."""

    def allocated(self, places: NDArray[np.intp]) -> NDArray[np.int64] | None:
        """What these take, where the system tells. [B]."""

    def files(self, places: NDArray[np.intp]) -> list[tuple[int, int]]:
        """Device and inode of these."""


class Asked:
    """Rows of entries that were asked themselves."""

    def __init__(self) -> None:
        self._rows: list[os.stat_result] = []

    def __len__(self) -> int:
        return len(self._rows)

    def look(self, entries: Sequence[os.DirEntry[str]], handle: int | None) -> Failed:
        """See `Rows`. An entry keeps what it was told, so that to look again is for nothing."""
        try:
            self._rows += [entry.stat(follow_symlinks=False) for entry in entries]
        except OSError:
            return [failed for failed in map(self._failed, entries) if failed]
        return []

    @staticmethod
    def _failed(entry: os.DirEntry[str]) -> tuple[os.DirEntry[str], OSError] | None:
        try:
            entry.stat(follow_symlinks=False)
        except OSError as error:
            return entry, error
        return None

    def said(self) -> Said:
        """See `Rows`."""
        rows = self._rows

        def column(name: str, kind: Any = np.int64) -> Any:
            return np.fromiter(map(operator.attrgetter(name), rows), kind, len(rows))

        return Said(
            modes=column("st_mode"),
            names=column("st_nlink"),
            sizes=column("st_size"),
            modified=np.floor(column("st_mtime", np.float64)).astype(np.int64),
            accessed=np.floor(column("st_atime", np.float64)).astype(np.int64),
            attributes=column("st_file_attributes") if sys.platform == "win32" else None,
        )

    def allocated(self, places: NDArray[np.intp]) -> NDArray[np.int64] | None:
        """See `Rows`."""
        if sys.platform == "win32":
            return None
        return np.array([self._rows[place].st_blocks * _BLOCK for place in places.tolist()], np.int64)

    def files(self, places: NDArray[np.intp]) -> list[tuple[int, int]]:
        """See `Rows`."""
        return [(self._rows[place].st_dev, self._rows[place].st_ino) for place in places.tolist()]


_STATX = np.dtype(
    {
        "names": ["nlink", "mode", "ino", "size", "blocks", "atime", "mtime", "major", "minor"],
        "formats": ["u4", "u2", "u8", "u8", "u8", "i8", "i8", "u4", "u4"],
        "offsets": [16, 28, 32, 40, 48, 64, 112, 136, 140],
        "itemsize": 256,
    }
)
"""A `struct statx` of Linux, which is the same on all processors."""
# Links are not followed, and nothing is mounted because somebody looked.
_NO_FOLLOW, _NO_AUTOMOUNT, _AT_FDCWD = 0x100, 0x800, -100
_WANTED = 0x767
"""Kind, mode, names, times of access and modification, inode, size and blocks."""
_NAMES = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()


class Written:
    """Rows that the system writes itself, by `statx`."""

    def __init__(self) -> None:
        self._size = 0
        whole = ctypes.create_string_buffer(MOST_ROWS * _STATX.itemsize)
        self._table = np.frombuffer(memoryview(whole), _STATX)
        self._slots = [ctypes.byref(whole, place * _STATX.itemsize) for place in range(MOST_ROWS)]

    def __len__(self) -> int:
        return self._size

    def look(self, entries: Sequence[os.DirEntry[str]], handle: int | None) -> Failed:
        """See `Rows`; at most `MOST_ROWS` are kept at once."""
        names = [entry.name.encode(*_NAMES) for entry in entries]
        slots = self._slots[self._size : self._size + len(names)]
        flags, wanted = itertools.repeat(_FLAGS), itertools.repeat(_WANTED)
        failed: Failed = []
        results = list(map(statx, itertools.repeat(handle), names, flags, wanted, slots))
        if any(results):
            for entry, name, result, slot in zip(entries, names, results, slots, strict=True):
                # Why it failed is kept only for the last call.
                if result and _telling(handle, name, _FLAGS, _WANTED, slot):
                    number = ctypes.get_errno()
                    failed.append((entry, OSError(number, os.strerror(number))))
        if not failed:
            self._size += len(names)
        return failed

    def said(self) -> Said:
        """See `Rows`."""
        rows = self._table[: self._size]
        return Said(
            modes=rows["mode"].astype(np.int64),
            names=rows["nlink"].astype(np.int64),
            sizes=rows["size"].astype(np.int64),
            modified=rows["mtime"].astype(np.int64),
            accessed=rows["atime"].astype(np.int64),
        )

    def allocated(self, places: NDArray[np.intp]) -> NDArray[np.int64] | None:
        """See `Rows`."""
        found: NDArray[np.int64] = self._table["blocks"][places].astype(np.int64) * _BLOCK
        return found

    def files(self, places: NDArray[np.intp]) -> list[tuple[int, int]]:
        """See `Rows`."""
        device = zip(
            self._table["major"][places].tolist(), self._table["minor"][places].tolist(), strict=True
        )
        inodes = self._table["ino"][places].tolist()
        return [(os.makedev(*numbers), inode) for numbers, inode in zip(device, inodes, strict=True)]

    def clear(self) -> None:
        """Forget all rows."""
        self._size = 0


_FLAGS = _NO_FOLLOW | _NO_AUTOMOUNT


def _system() -> tuple[Any, Any]:
    """The call, and one that says why it failed; nothing where the system has none, or forbids it."""
    if sys.platform != "linux" or os.scandir not in os.supports_fd:
        return None, None
    try:
        plain, telling = ctypes.CDLL(None).statx, ctypes.CDLL(None, use_errno=True).statx
    except (OSError, AttributeError):
        return None, None
    row = ctypes.create_string_buffer(_STATX.itemsize)
    works = plain(_AT_FDCWD, b"/", _FLAGS, _WANTED, row) == 0
    return (plain, telling) if works else (None, None)


statx, _telling = _system()
_own = threading.local()


def rows() -> Rows:
    """Rows to write on. Those of `statx` are large, and each thread keeps its own."""
    if statx is None:
        return Asked()
    kept: Written | None = getattr(_own, "rows", None)
    if kept is None:
        kept = _own.rows = Written()
    kept.clear()
    return kept
