"""Folders of profiles: what lies in them, read within bounds, and a signature of it all.

Nothing here knows what a profile says, so that a start with a kept catalogue needs no more than this.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migplan.errors import Fault
from migplan.facts.keys import KINDS
from migplan.files import shown

_LARGEST = 16_000_000
"""Of one profile. [B]"""


@dataclass(frozen=True, slots=True)
class File:
    """A profile file as it was read.

    Attributes
    ----------
    folder : int
        Which of the folders it lies in; those behind lie over those before.
    kind, name : str
        Its folder in there, and its own name without the suffix.
    """

    folder: int
    kind: str
    name: str
    data: bytes

    @property
    def place(self) -> str:
        """The file for a message."""
        return shown(f"{self.kind}/{self.name}.toml")


@dataclass(frozen=True, slots=True)
class Contents:
    """All files of some folders, and whatever in them is no profile."""

    files: list[File] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def signature(self) -> str:
        """What changes with any byte of any file, with its name, and with the order of the folders."""
        found = hashlib.sha256()
        for file in self.files:
            found.update(f"{file.folder}/{file.kind}/{file.name}/{len(file.data)}\n".encode())
            found.update(file.data)
        return found.hexdigest()


def own_folder() -> Path:
    """The folder of profiles that comes with migplan: in the wheel, or beside `src/` in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "profiles"
    return inside if inside.is_dir() else package.parents[1] / "profiles"


def read_folders(folders: Sequence[Path], kinds: Collection[str] = KINDS) -> Contents:
    """Read every profile of some folders, or those of some kinds."""
    contents = Contents()
    for number, folder in enumerate(folders):
        if not folder.is_dir():
            contents.faults.append(
                Fault("bad-file", shown(folder), "is not a folder; wanted a folder of profiles")
            )
            continue
        for entry in _entries(folder, contents):
            if entry.name in KINDS and entry.is_dir():
                if entry.name in kinds:
                    _read_kind(number, entry, contents)
            else:
                text = f"nothing reads this; wanted folders {', '.join(sorted(KINDS))}"
                contents.faults.append(Fault("bad-profile", shown(entry.name), text))
    return contents


def _entries(folder: Path | str, contents: Contents) -> list[os.DirEntry[str]]:
    """What lies in a folder and is not hidden, by name."""
    try:
        with os.scandir(folder) as found:
            return sorted((e for e in found if not e.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        contents.faults.append(Fault("bad-file", shown(folder), f"cannot be read: {error.strerror}"))
        return []


def _read_kind(number: int, folder: os.DirEntry[str], contents: Contents) -> None:
    for entry in _entries(folder.path, contents):
        name, dot, suffix = entry.name.rpartition(".")
        place = f"{folder.name}/{entry.name}"
        if dot + suffix != ".toml":
            contents.faults.append(Fault("bad-profile", shown(place), "wanted only .toml files here"))
            continue
        try:
            contents.files.append(File(number, folder.name, name, _read(entry.path)))
        except OSError as error:
            text = f"cannot be read: {error.strerror or error}"
            contents.faults.append(Fault("bad-file", shown(place), text))
        except ValueError as error:
            contents.faults.append(Fault("bad-file", shown(place), str(error)))


def _read(path: str) -> bytes:
    """All of a regular file. Hundreds are read at each start, so this does without what `files` adds.

    Raises
    ------
    ValueError
        It is none, or larger than a profile can be.
    """
    # A pipe would otherwise be waited for.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is no regular file; wanted a TOML file")
        if status.st_size > _LARGEST:
            raise ValueError(f"has {status.st_size:,} bytes; wanted a profile of at most {_LARGEST:,}")
        return os.read(descriptor, status.st_size)
    finally:
        os.close(descriptor)
