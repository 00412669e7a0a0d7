"""Folders are read one after the other: what the system says of their entries, without opening any file."""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FILE, FOLDER, PLACEHOLDER, SPARSE_LEAST, SPECIAL, SYMBOLIC_LINK
from migplan.inventory.looking import MOST_ROWS, rows
from migplan.inventory.shape import ROOT_FILES

LEFT_OUT = frozenset(
    {
        ".snapshot",
        "~snapshot",
        ".snapshots",
        ".zfs",
        "System Volume Information",
        "$RECYCLE.BIN",
        "DfsrPrivate",
    }
)
"""Folders of snapshots and of the system, which no migration copies."""

_LONGEST_PATH = 4000
"""Of a path that the system takes in one piece. [B]."""
_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_BY_HANDLE = os.scandir in os.supports_fd and os.open in os.supports_dir_fd
RECALLED = 0x1000 | 0x40000 | 0x400000
"""Attributes of Windows of files whose data lies elsewhere: offline, recalled on opening, recalled on reading."""
_REPARSE = 0x400
"""That of a junction or its like."""


class Folder(NamedTuple):
    """A folder that is still to be read: its path below the root, its first-level folder and how deep it lies."""

    path: str
    group: int
    depth: int


@dataclass(frozen=True, slots=True)
class Rules:
    """How folders are read.

    Attributes
    ----------
    root : str
    one_of : int
        Of so many files one is looked at; 1 for all.
    skipped : frozenset of str
        Paths below the root that are not read.
    with_paths : bool
        Whether the path of each entry is wanted.
    slice : float
        How long a task goes on. [s]
    """

    root: str
    one_of: int = 1
    skipped: frozenset[str] = frozenset()
    with_paths: bool = False
    slice: float = 0.0


@dataclass(slots=True)
class Columns:
    """What the system says of some entries.

    Attributes
    ----------
    sizes : array of int
        [B]
    modified, accessed : array of unsigned int
        Seconds of the epoch; what lies before it is as old. [s]
    kinds : array of int
    folders : list of (int, int, int)
        For each folder read: entries looked at, its group, and the depth of its entries.
    linked : list of (int, int, int, int)
        Files with several names: place, device, inode, names.
    allocated : array of int or None
        Places of what may be sparse, which no small file is, and what it takes. [1], [B]
    tops : list of (int, str)
        Places of first-level folders, and their names.
    paths : list of str or None
        Below the root.
    """

    sizes: NDArray[np.int64]
    modified: NDArray[np.uint32]
    accessed: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    folders: list[tuple[int, int, int]]
    linked: list[tuple[int, int, int, int]]
    allocated: NDArray[np.int64] | None
    tops: list[tuple[int, str]]
    paths: list[str] | None


@dataclass(slots=True)
class Found:
    """What a task has found.

    Attributes
    ----------
    columns : list of Columns
    left : list of Folder
        What is still to be read, the deepest last.
    problems : list of (str, str, str)
        'folder' or 'file', the path, and what the system said.
    left_out : dict
        Name -> how many folders of this name were left out.
    passed : int
        Files of which only the name was seen.
    fan_out : int
        Entries of the fullest folder.
    """

    columns: list[Columns] = field(default_factory=list)
    left: list[Folder] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    passed: int = 0
    fan_out: int = 0


def read_some(rules: Rules, folders: Sequence[Folder]) -> Found:
    """Read folders, and what is found below them, for a while; deep ones first.

    Parameters
    ----------
    rules : Rules
    folders : sequence of Folder
        At least the last one is read.
    """
    reader = _Reader(rules)
    end, left = time.monotonic() + rules.slice, list(folders)
    while left:
        folder = left.pop()
        left += reader.read(folder)
        # Who reads what lies in first-level folders has to know which one it is.
        if not folder.depth or time.monotonic() >= end:
            break
    reader.close()
    reader.found.left = left
    return reader.found


class _Reader:
    """Reads folders for a task, and keeps what it finds until there is enough for columns."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.found = rules, Found()
        self._begin()

    def _begin(self) -> None:
        self._rows = rows()
        self._folders: list[tuple[int, int, int]] = []
        self._tops: list[tuple[int, str]] = []
        self._paths: list[str] | None = [] if self.rules.with_paths else None

    def read(self, folder: Folder) -> list[Folder]:
        """Read one folder; those that lie in it."""
        below: list[Folder] = []
        prefix, seen = f"{folder.path}{os.sep}" if folder.path else "", 0
        try:
            with opened(self.rules.root, folder.path) as (entries, handle):
                # A folder may hold millions; they are never in memory at once.
                while chunk := list(itertools.islice(entries, MOST_ROWS)):
                    seen += len(chunk)
                    if len(self._rows) + len(chunk) > MOST_ROWS:
                        self.close()
                    self._take(chunk, handle, prefix, folder, below)
        except OSError as error:
            self._problem("folder", folder.path or ROOT_FILES, error)
        self.found.fan_out = max(self.found.fan_out, seen)
        return below

    def _problem(self, kind: str, path: str, error: OSError) -> None:
        self.found.problems.append((kind, path, error.strerror or str(error)))

    def _take(
        self,
        chunk: list[os.DirEntry[str]],
        handle: int | None,
        prefix: str,
        folder: Folder,
        below: list[Folder],
    ) -> None:
        """Look at entries: a hundred million times, so in as few steps of Python as can be."""
        if self.rules.one_of > 1:
            chunk = self._sampled(chunk, folder)
        names = [entry.name for entry in chunk if entry.is_dir(follow_symlinks=False)]
        if names:
            left_out = {name for name in names if name in LEFT_OUT or prefix + name in self.rules.skipped}
            if left_out:
                chunk = [entry for entry in chunk if entry.name not in left_out]
                for name in left_out:
                    self.found.left_out[name] = self.found.left_out.get(name, 0) + 1
        begin = len(self._rows)
        while failed := self._rows.look(chunk, handle):
            for entry, error in failed:
                self._problem("file", prefix + entry.name, error)
            bad = {entry.name for entry, _ in failed}
            chunk = [entry for entry in chunk if entry.name not in bad]
        if names:
            self._meet(chunk, begin, prefix, folder, below)
        self._folders.append((len(chunk), folder.group, folder.depth + 1))
        if self._paths is not None:
            self._paths += [prefix + entry.name for entry in chunk]

    def _sampled(self, chunk: list[os.DirEntry[str]], folder: Folder) -> list[os.DirEntry[str]]:
        """The entries of the sample, which are the same ones each time, and all that are no files."""
        seed, one_of = zlib.crc32(os.fsencode(folder.path)), self.rules.one_of
        kept = [
            entry
            for entry in chunk
            if zlib.crc32(os.fsencode(entry.name), seed) % one_of == 0
            or not entry.is_file(follow_symlinks=False)
        ]
        self.found.passed += len(chunk) - len(kept)
        return kept

    def _meet(
        self, chunk: list[os.DirEntry[str]], begin: int, prefix: str, folder: Folder, below: list[Folder]
    ) -> None:
        """Meet folders: they are read later. A junction is none."""
        for place, entry in enumerate(chunk):
            if entry.is_dir(follow_symlinks=False) and not _is_junction(entry):
                if not folder.depth:
                    self._tops.append((begin + place, entry.name))
                below.append(Folder(prefix + entry.name, folder.group, folder.depth + 1))

    def close(self) -> None:
        """Make columns of what was kept."""
        if not len(self._rows):
            return
        said = self._rows.said()
        kinds = _kinds(said.modes)
        if said.attributes is not None:
            kinds[(said.attributes & RECALLED > 0) & (kinds == FILE)] = PLACEHOLDER
            kinds[said.attributes & _REPARSE > 0] = SYMBOLIC_LINK
        several = np.flatnonzero((said.names > 1) & (kinds == FILE))
        names = zip(several.tolist(), self._rows.files(several), said.names[several].tolist(), strict=True)
        large = np.flatnonzero(said.sizes > SPARSE_LEAST)
        room = self._rows.allocated(large)
        self.found.columns.append(
            Columns(
                sizes=said.sizes,
                modified=_moments(said.modified),
                accessed=_moments(said.accessed),
                kinds=kinds,
                folders=self._folders,
                linked=[(place, *file, count) for place, file, count in names],
                allocated=None if room is None else np.stack((large, room)),
                tops=self._tops,
                paths=self._paths,
            )
        )
        self._begin()


@contextmanager
def opened(root: str, path: str) -> Iterator[tuple[Iterable[os.DirEntry[str]], int | None]]:
    """List a folder below the root without following links, however long its path is; with its handle."""
    place = f"{root}{os.sep}{path}" if path else root
    if not _BY_HANDLE:
        with os.scandir(place) as entries:
            yield entries, None
        return
    handle = _handle(root, path, place)
    try:
        with os.scandir(handle) as entries:
            yield entries, handle
    finally:
        os.close(handle)


def _handle(root: str, path: str, place: str) -> int:
    """Open a folder; a path that is too long for the system is gone down in pieces."""
    # The root may be a link: it is what was asked for.
    if not path:
        return os.open(root, _FLAGS & ~getattr(os, "O_NOFOLLOW", 0))
    try:
        return os.open(place, _FLAGS)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
    handle = os.open(root, _FLAGS & ~getattr(os, "O_NOFOLLOW", 0))
    for piece in _pieces(path):
        try:
            below = os.open(piece, _FLAGS, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle


def _pieces(path: str) -> Iterator[str]:
    """A path in pieces that the system takes."""
    piece: list[str] = []
    length = 0
    for part in path.split(os.sep):
        size = len(os.fsencode(part)) + 1
        if length + size > _LONGEST_PATH and piece:
            yield os.sep.join(piece)
            piece, length = [], 0
        piece.append(part)
        length += size
    yield os.sep.join(piece)


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether Windows shows something that lies elsewhere as a folder."""
    return sys.platform == "win32" and bool(entry.stat(follow_symlinks=False).st_file_attributes & _REPARSE)


def _moments(times: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Times as a scan keeps them."""
    return np.clip(times, 0, 2**32 - 1).astype(np.uint32)


def _kinds(modes: Any) -> Any:
    """Kinds of entries, by the type in their mode."""
    types = modes & 0o170000
    kinds = np.full(len(types), SPECIAL, np.uint8)
    for mode, kind in ((stat.S_IFREG, FILE), (stat.S_IFDIR, FOLDER), (stat.S_IFLNK, SYMBOLIC_LINK)):
        kinds[types == mode] = kind
    return kinds


_PSEUDO = frozenset(
    (
        *("proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs"),
        *("pstore", "bpf", "mqueue", "autofs", "configfs"),
    )
)
_MOUNTS = "/proc/self/mounts"
_FAR = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "lustre", "gpfs", "beegfs", "afs", "glusterfs")
)


def _mounts() -> Iterator[tuple[str, str]]:
    """Places and types of file systems, where the system tells them."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                _, place, kind, *_ = line.split(" ")
                # Blanks and their like are told in octal digits; all else stands as it is.
                yield re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), place), kind
    except (OSError, ValueError):
        return


def pseudo_mounts(root: str) -> frozenset[str]:
    """Paths below the root at which the system shows itself as files, of sizes that nobody stores."""
    real = os.path.realpath(root)
    return frozenset(
        os.path.relpath(place, real)
        for place, kind in _mounts()
        if kind in _PSEUDO and place != real and place.startswith(real.rstrip(os.sep) + os.sep)
    )


def is_far(root: str) -> bool:
    """Whether a tree lies behind a network, where each call waits."""
    if sys.platform == "win32":
        return root.startswith("\\\\")
    real = os.path.realpath(root) + os.sep
    inside = [(place, kind) for place, kind in _mounts() if real.startswith(place.rstrip("/") + "/")]
    _, kind = max(inside, key=lambda mount: len(mount[0]), default=("", ""))
    return kind in _FAR or kind.startswith("fuse.")


def keeps_access_times(root: str) -> bool:
    """Whether the file system of a tree writes down when files are read, as far as it tells."""
    try:
        return not os.statvfs(root).f_flag & os.ST_NOATIME
    except (OSError, AttributeError):
        return True
