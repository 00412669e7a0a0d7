"""What was worked out once and is needed at every start, in the user's cache folder.

What is read there may be anything: half a file, another program's, or another user's. So a file counts only where its
digest fits its name and its content, and where nobody but this user or the system's administrator can have written it.
Who reads plain data from here looks at its form all the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from pathlib import Path
from typing import Any

import orjson

_BEFORE, _BETWEEN, _BEHIND = b'{"digest":"', b'","kept":', b"}"
_DIGITS = 64
_LARGEST = 1 << 28
"""Of one file. [B]"""
_FORGOTTEN = 3600.0
"""Drafts older than this belong to a program that ended. [s]"""


def folder() -> Path:
    """The cache folder of this user; `MIGPLAN_CACHE_DIR` moves it."""
    given = os.environ.get("MIGPLAN_CACHE_DIR")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("migplan"))


def load(name: str) -> Any:
    """What was kept under a name; None where there is nothing that can be read and trusted."""
    with contextlib.suppress(OSError, ValueError):
        data = _read(folder() / f"{name}.json")
        begin = len(_BEFORE) + _DIGITS + len(_BETWEEN)
        content = data[begin : -len(_BEHIND)]
        if data[:begin] == _head(name, content):
            return orjson.loads(content)
    return None


def store(name: str, value: Any, family: str, most: int) -> None:
    """Keep plain data under a name, whole or not at all.

    Without a folder that can be written the next start is slower, and nothing else.

    Parameters
    ----------
    family : str
        Beginning of the names of which no more than `most` others, the newest, stay.
    """
    content = orjson.dumps(value)
    path = folder() / f"{name}.json"
    draft = path.with_name(f"{path.stem}.{os.urandom(8).hex()}.draft")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(draft, "xb", opener=_private) as file:
                file.write(_head(name, content) + content + _BEHIND)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        _tidy(path, family, most)


def _head(name: str, content: bytes) -> bytes:
    digest = hashlib.sha256(name.encode() + b"\n" + content).hexdigest()
    return _BEFORE + digest.encode() + _BETWEEN


def _private(path: str, flags: int) -> int:
    """What others may read and nobody else may write, whatever the usual mode of new files is."""
    return os.open(path, flags | getattr(os, "O_BINARY", 0), 0o644)


def _read(path: Path) -> bytes:
    """A regular file that no other user can have written.

    Raises
    ------
    OSError
        It is none, or is too large to be ours.
    """
    # A pipe of that name would otherwise be waited for.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST or not _is_trusted(status):
            raise PermissionError(path)
        return file.read()


def _is_trusted(status: os.stat_result) -> bool:
    """Whether this user or the administrator owns a file and nobody else can write it; other systems know no owner."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid in (0, os.getuid()) and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _tidy(newest: Path, family: str, most: int) -> None:
    """Remove what is too old of a family, and drafts of programs that ended while they wrote."""
    others = [file for file in newest.parent.glob(f"{family}*.json") if file != newest]
    for old in sorted(others, key=lambda file: file.stat().st_mtime, reverse=True)[most:]:
        old.unlink(missing_ok=True)
    for draft in newest.parent.glob(f"{family}*"):
        if draft.suffix != ".json" and draft.stat().st_mtime < time.time() - _FORGOTTEN:
            draft.unlink(missing_ok=True)
