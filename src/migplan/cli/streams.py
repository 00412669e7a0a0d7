"""Standard output and standard error as they are: closed, full, or unable to show every character."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import re
import sys
from typing import Any, BinaryIO, cast

STDOUT = "standard output"
_PLAIN = {
    "█": "#",
    "≥": ">=",
    "≤": "<=",
    "…": "...",
    "–": "-",
    "—": "-",
    "×": "x",
    "→": "->",
    "·": "-",
    "µ": "u",
    "°": " deg",
}
"""What stands for a character of ours where a terminal or a file knows only its own."""


def open_streams() -> None:
    """Make streams that the caller closed safe to write to, and all of them able to take any text."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, it lasts as long as the process
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, it lasts as long as the process
    codecs.register_error("migplan", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="migplan")
    _name_failures()


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Stand-ins for what an encoding has no place for."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    told = "".join(_PLAIN.get(char, "?") for char in found)
    try:
        told.encode(error.encoding)
    except UnicodeEncodeError:
        told = "?" * len(found)
    return told, error.end


def _name_failures() -> None:
    """Let what fails in writing to standard output say so, that it is not taken for another file or pipe."""
    old = sys.stdout
    buffer = getattr(old, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if type(raw) is not io.FileIO or not isinstance(old, io.TextIOWrapper):
        return
    old.flush()
    named = _Named(raw.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(
        # Python leaves the buffer out where it was asked to.
        cast(BinaryIO, named) if raw is buffer else io.BufferedWriter(named),
        encoding=old.encoding,
        errors=old.errors,
        line_buffering=old.line_buffering,
        write_through=old.write_through,
    )


class _Named(io.FileIO):
    """A file whose failures name standard output."""

    def write(self, data: Any) -> int:
        """Write, as far as it goes."""
        try:
            return super().write(data)
        except OSError as error:
            error.filename = STDOUT
            raise


class _Closed(io.TextIOBase):
    """A standard output that the caller closed: nothing can be written to it."""

    def writable(self) -> bool:
        """As a stream for output says."""
        return True

    def write(self, text: str) -> int:
        """Fail as the system would."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), STDOUT)


def give_up_stdout() -> None:
    """Forget what standard output has not taken, which would fail once more when the interpreter ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.stdout = _Closed()


def for_stdout(text: str, form: str) -> str:
    """A text that means the same in the encoding of standard output, where its format has escapes."""
    encoding = str(getattr(sys.stdout, "encoding", None) or "utf-8")
    if codecs.lookup(encoding).name.startswith("utf"):
        return text
    if form == "json":
        return re.sub(r"[^\x00-\x7f]", lambda found: _escaped(found[0]), text)
    if form in ("html", "svg"):
        return text.encode("ascii", "xmlcharrefreplace").decode()
    return text


def _escaped(char: str) -> str:
    """A character as JSON escapes it: two halves beyond the first 65,536."""
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
