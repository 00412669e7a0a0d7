"""The one door for files: inputs are bounded before they are read, outputs replace nothing that they must not.

An output never replaces one of the command's own inputs. Another file is replaced only where migplan wrote it, or with
`--force`. Files appear whole or not at all, keep the mode of what they replace, and links lead to what is written.
Devices and pipes are written into and never replaced.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError

MARK = b"migplan"
"""What every file that migplan writes holds near its beginning."""

_LOOKED_AT = 4096

_WIDEST = 2**63
_TOO_LARGE = "has a whole number of more than 64 bits; wanted smaller ones, or a text such as '1e20'"
_DEEPEST = 64
_LONG_KEY = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_DEEPEST}}}""")
"""A dotted key takes memory by the square of its parts."""


def shown(path: Path | str) -> str:
    r"""The name of a file for a message: control characters are told and never sent to a terminal.

    >>> print(shown("a\x1bb"))
    a\x1bb
    """
    text = os.fspath(path).encode("utf-8", "backslashreplace").decode()
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def is_stream(path: Path) -> bool:
    """Whether a path is there and is no regular file: a device or a pipe, which is never replaced nor read twice."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def read_limited(path: Path, limit: int, what: str = "file") -> bytes:
    """Read a file that is no larger than a limit; no more than that is ever read.

    Parameters
    ----------
    path : Path
    limit : int
        [B]
    what : str
        What the file is, for the message.

    Raises
    ------
    MigplanError
        It cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise MigplanError(
            Fault("bad-file", shown(path), f"cannot be read: {error.strerror or error}")
        ) from None
    if len(data) > limit:
        raise MigplanError(
            Fault("bad-file", shown(path), f"is larger than {limit:,} bytes; wanted a {what} of no more")
        )
    return data


def read_text(path: Path, limit: int, what: str = "file") -> str:
    """Read a text in UTF-8, with or without its mark, that is no larger than a limit. See `read_limited`."""
    try:
        return read_limited(path, limit, what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MigplanError(
            Fault("bad-file", shown(path), f"is not UTF-8 (byte {error.start}); wanted a {what} in UTF-8")
        ) from None


def read_toml(path: Path, limit: int, what: str = "TOML file") -> dict[str, Any]:
    """Read a TOML file that is no larger than a limit. See `read_limited` and `parse_toml`."""
    return parse_toml(read_limited(path, limit, what), shown(path), what)


def parse_toml(data: bytes, where: str, what: str = "TOML file") -> dict[str, Any]:
    """The tables of a TOML file.

    Parameters
    ----------
    where : str
        Where it stood, for messages.
    what : str
        What the file is, for messages.

    Raises
    ------
    MigplanError
        It is not UTF-8 or not TOML, or has a number or a nesting beyond what it can mean.
    """
    import tomllib

    fault = ""
    try:
        text = data.decode("utf-8-sig")
        if _LONG_KEY.search(text):
            fault = f"has a key of more than {_DEEPEST} parts; wanted keys of fewer"
        else:
            found = tomllib.loads(text)
            if _are_small(found):
                return found
            fault = _TOO_LARGE
    except UnicodeDecodeError as error:
        fault = f"is not UTF-8 (byte {error.start}); wanted a {what} in UTF-8"
    except tomllib.TOMLDecodeError as error:
        fault = f"is not TOML: {error}"
    except RecursionError:
        fault = "has too many brackets inside each other; wanted tables of a few levels"
    except ValueError:
        # Python refuses to read a number of thousands of digits.
        fault = _TOO_LARGE
    raise MigplanError(Fault("bad-file", where, fault))


def _are_small(value: Any) -> bool:
    """Whether all whole numbers have 64 bits at most, which is what TOML promises; Python reads larger ones."""
    if isinstance(value, dict):
        return all(map(_are_small, value.values()))
    if isinstance(value, list):
        return all(map(_are_small, value))
    return not isinstance(value, int) or -_WIDEST <= value < _WIDEST


def is_same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, by whatever links and names; also where it is not there yet."""
    with contextlib.suppress(OSError):
        if path.samefile(other):
            return True
    return os.path.normcase(path.resolve()) == os.path.normcase(other.resolve())


def is_ours(path: Path) -> bool:
    """Whether a file is one that migplan wrote, or holds nothing that could be lost."""
    try:
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
    except OSError:
        return False
    return not head or MARK in head


def check_outputs(inputs: Iterable[Path], outputs: Iterable[Path], force: bool = False) -> None:
    """Refuse outputs that would destroy something.

    Parameters
    ----------
    inputs : iterable of Path
        All files that the command reads.
    outputs : iterable of Path
        All files that it may write, those that lie beside another one among them.
    force : bool
        Whether files that are not migplan's may be replaced. Inputs may not.

    Raises
    ------
    MigplanError
        With the first output that is a folder, an input, another output, or a file of somebody else.
    """
    read, written = list(inputs), list[Path]()
    for path in outputs:
        _check_output(path, read, written, force)
        written.append(path)


def _check_output(path: Path, inputs: list[Path], outputs: list[Path], force: bool) -> None:
    def refuse(code: str, message: str) -> None:
        raise MigplanError(Fault(code, shown(path), message))

    if path.is_dir():
        refuse("write-failed", "is a folder; wanted a file")
    if is_stream(path):
        return
    for source in inputs:
        if is_same(path, source):
            refuse("contradiction", f"is an input of this command ({shown(source)}); wanted another name")
    for other in outputs:
        if is_same(path, other):
            refuse("contradiction", "would be written twice; wanted different names")
    if not force and path.exists() and not is_ours(path):
        refuse("write-failed", "is there already and is not migplan's; wanted another name, or --force")


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file whole or not at all; a device or a pipe is written into.

    Parameters
    ----------
    path : Path
        A link stays one: what it leads to is written. A file that is replaced hands on its mode.
    data : str or bytes
        Texts are written in UTF-8 with their line ends as they are.

    Raises
    ------
    MigplanError
        The file could not be written; what was there before is untouched.
    """
    raw = data.encode("utf-8") if isinstance(data, str) else data
    try:
        if is_stream(path):
            with path.open("wb") as stream:
                stream.write(raw)
            return
        with drafted(path) as draft, draft.open("wb") as file:
            file.write(raw)
    except OSError as error:
        raise MigplanError(
            Fault("write-failed", shown(path), f"could not be written: {error.strerror or error}")
        ) from None


@contextlib.contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """A draft beside a file, which takes its place at the end, or goes where something failed.

    Parameters
    ----------
    path : Path
        Where the file is to stand.

    Yields
    ------
    Path
        The draft, an empty file in the same folder.
    """
    place = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(mode_for(place))
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def mode_for(path: Path) -> int:
    """The mode of the file that is there, or the one that this process gives to new ones."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o666 & ~_umask()


def _umask() -> int:
    """The mask of new files, read where the system shows it, since asking for it changes it for all threads."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1], 8) for line in file if line.startswith("Umask:"))
    except (OSError, StopIteration, ValueError):
        mask = os.umask(0o077)
        os.umask(mask)
        return mask
