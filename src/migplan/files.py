"""Output files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from migplan.errors import Fault, MigplanError


def is_stream(path: Path) -> bool:
    """Whether an output is a device or a pipe, which is written into and never replaced."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def write_whole(path: Path, text: str) -> None:
    """Write a text to a file by way of a temporary one beside it.

    Raises
    ------
    MigplanError
        The file could not be written; what was there before is untouched.
    """
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(draft, 0o666 & ~mask)
        os.replace(draft, path)
    except OSError as error:
        if draft is not None and os.path.exists(draft):
            os.unlink(draft)
        raise MigplanError(
            Fault("write-failed", str(path), f"could not be written: {error.strerror}")
        ) from None
