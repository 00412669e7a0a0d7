"""The one door for files: inputs are bounded before they are read, outputs replace nothing that they must not.

An output never replaces one of the command's own inputs. Another file is replaced only where migplan wrote it, or with
`--force`. Files appear whole or not at all, keep the mode of what they replace, and links lead to what is written.
Devices and pipes are written into and never replaced.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from migplan.errors import Fault, MigplanError, in_one_line

SUFFIXES = {
    ".txt": "table",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".svg": "svg",
    ".png": "png",
    ".toml": "toml",
    ".csv": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".ics": "ics",
}
"""Suffix of an output -> the format that it stands for."""

_LOCKLESS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}

_MOST_ENTRIES = 2000
"""Of a folder in which a file of nearly the same name is looked for."""

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
    return in_one_line(os.fspath(path).encode("utf-8", "backslashreplace").decode())


def _fault(code: str, path: Path, message: str) -> MigplanError:
    return MigplanError(Fault(code, shown(path), message))


def is_stream(path: Path) -> bool:
    """Whether a path is there and is no regular file: a device or a pipe, which is never replaced nor read twice."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
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
    except (OSError, ValueError) as error:
        meant = _near_files(path) if isinstance(error, FileNotFoundError) else ""
        text = f"cannot be read: {getattr(error, 'strerror', None) or error}{meant}"
        raise _fault("bad-file", path, text) from None
    if len(data) > limit:
        text = f"is larger than {limit:,} bytes; wanted a {what} of at most that"
        raise _fault("bad-file", path, text)
    return data


def _near_files(path: Path) -> str:
    """Which files of its suffix a missing one may have been meant for, as a question."""
    # Only who mistypes a name needs it.
    from migplan.text import listed, near_names

    with contextlib.suppress(OSError, ValueError), os.scandir(path.parent) as entries:
        names = [entry.name for entry in itertools.islice(entries, _MOST_ENTRIES)]
        stems = {name.removesuffix(path.suffix): name for name in names if name.endswith(path.suffix)}
        near = [shown(path.with_name(stems[stem])) for stem in near_names(path.stem, sorted(stems), 0.75)]
        # Or it is the suffix that is mistyped.
        near = near or [shown(path.with_name(name)) for name in near_names(path.name, sorted(names), 0.85)]
        return f"; did you mean {listed(list(map(repr, near)), 'or')}?" if near else ""
    return ""


def read_text(path: Path, limit: int, what: str = "file") -> str:
    """Read a text in UTF-8, with or without its mark, that is no larger than a limit. See `read_limited`."""
    try:
        return read_limited(path, limit, what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start}); wanted a {what} in UTF-8"
        raise _fault("bad-file", path, text) from None


def format_of(path: Path | None, given: str | None, offered: Sequence[str]) -> str:
    """The format of an output: what was asked for, else what the suffix says, else the first that is offered.

    Parameters
    ----------
    path : Path or None
        None is standard output. It, devices and pipes have no suffix; nor needs a file one whose format was asked for.
    given : str or None
        What `--format` says.
    offered : sequence of str
        What can be written there, of the values of `SUFFIXES`.

    Raises
    ------
    MigplanError
        The suffix is none of those that are offered, or says something else than `--format`.

    Examples
    --------
    >>> format_of(Path("plan.json"), None, ("table", "json")), format_of(None, None, ("table", "json"))
    ('json', 'table')
    """
    if path is None or is_stream(path):
        return given or offered[0]
    if given and not path.suffix:
        return given
    form = SUFFIXES.get(path.suffix.lower())
    if form is not None and form in offered and given in (None, form):
        return form
    wanted = " or ".join(
        suffix for suffix, each in SUFFIXES.items() if each in ((given,) if given else offered)
    )
    found = f"ends in {path.suffix!r}" if path.suffix else "has no suffix"
    wanted += f" with --format {given}" if given else ""
    raise _fault("bad-choice", path, f"{found}; wanted a name that ends in {wanted}")


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
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(os.path.realpath(other))


def check_outputs(inputs: Iterable[Path], outputs: Iterable[Path], force: bool = False) -> None:
    """Refuse outputs that would destroy something.

    Parameters
    ----------
    inputs : iterable of Path
        All files that the command reads, and folders of such.
    outputs : iterable of Path
        All files that it may write, those that lie beside another one among them.
    force : bool
        Whether files that are not migplan's may be replaced. Inputs may not.

    Raises
    ------
    MigplanError
        With the first output that is a folder, an input, another output, or a file of somebody else, or that lies in no
        folder or in one that is read.
    """
    read, written = list(inputs), list[Path]()
    for path in outputs:
        _check_output(path, read, written, force)
        written.append(path)


def _check_output(path: Path, inputs: list[Path], outputs: list[Path], force: bool) -> None:
    if path.is_dir():
        raise _fault("write-failed", path, "is a folder; wanted a file")
    if is_stream(path):
        return
    for source in inputs:
        if is_same(path, source):
            raise _fault("contradiction", path, "is an input of this command; wanted another name")
        if source.is_dir() and Path(os.path.realpath(path)).is_relative_to(os.path.realpath(source)):
            text = f"lies in {shown(source)}, which this command reads; wanted another folder"
            raise _fault("contradiction", path, text)
    if any(is_same(path, other) for other in outputs):
        raise _fault("contradiction", path, "would be written twice; wanted different names")
    if not path.parent.is_dir():
        raise _fault("write-failed", path, f"could not be written: {shown(path.parent)!r} is no folder")
    if not force and path.exists():
        _check_owner(path)


def _check_owner(path: Path) -> None:
    """Refuse a file that migplan did not write."""
    # Only what replaces a file needs it.
    from migplan.origin import begins_as_scenario, is_ours

    if is_ours(path):
        return
    # A scenario is migplan's to begin with and its owner's from then on.
    begun = path.suffix == ".toml" and begins_as_scenario(path)
    others = (
        "; --force replaces it"
        if begun
        else ", and migplan did not write it; wanted another name, or --force"
    )
    raise _fault("write-failed", path, f"is there already{others}")


def write_result(
    path: Path,
    made: str | bytes,
    form: str,
    beside: Mapping[str, str] | None = None,
    inputs: Iterable[Path] = (),
    force: bool = False,
) -> None:
    """Write a document, and before it the files that lie beside it, once it is sure that nothing is destroyed.

    Parameters
    ----------
    path : Path
        A device or a pipe gets the document as it is, and nothing lies beside it.
    made, form : str or bytes, str
        A text or picture, and one of the values of `SUFFIXES`; those without another place for their origin end in it.
    beside : mapping
        File name -> text.
    inputs, force
        As for `check_outputs`.

    Raises
    ------
    MigplanError
        A file would destroy something, or could not be written.
    """
    # Only what writes a file needs it.
    from migplan.origin import SIGNED

    made = made.rstrip("\n") + "\n" if isinstance(made, str) else made
    if is_stream(path):
        write_whole(path, made)
        return
    others = {path.with_name(name): other for name, other in (beside or {}).items()}
    check_outputs(inputs, (*others, path), force)
    for place, other in others.items():
        write_whole(place, other)
    write_whole(path, made + SIGNED.get(form, "") if isinstance(made, str) else made)


def write_whole(path: Path, data: str | bytes) -> None:
    """Write a file whole or not at all; a device or a pipe is written into.

    Parameters
    ----------
    path : Path
        A link stays one: what it leads to is written. A file that is replaced hands on its mode and owner.
    data : str or bytes
        Texts are written in UTF-8 with their line ends as they are.

    Raises
    ------
    MigplanError
        The file could not be written; what was there before is untouched.
    """
    # A name that is no Unicode has no place in a document but its escape.
    raw = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    try:
        if is_stream(path):
            with path.open("wb") as stream:
                stream.write(raw)
            return
        with atomic_file(path) as draft, draft.open("wb") as file:
            file.write(raw)
    except OSError as error:
        text = f"could not be written: {error.strerror or error}"
        raise _fault("write-failed", path, text) from None


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
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
    # Only what writes needs it.
    import tempfile

    place = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:100]}.")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        copy_mode(place, draft)
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def copy_mode(path: Path, draft: Path) -> None:
    """Give a draft the mode and the owner of the file that it replaces, or the mode that new files have here."""
    try:
        old = path.stat()
    except OSError:
        draft.chmod(0o666 & ~_umask())
        return
    with contextlib.suppress(OSError, AttributeError):
        os.chown(draft, old.st_uid, old.st_gid)
    draft.chmod(stat.S_IMODE(old.st_mode))


def _umask() -> int:
    """The mask of new files, read where the system shows it, since asking for it changes it for all threads."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1], 8) for line in file if line.startswith("Umask:"))
    except (OSError, StopIteration, ValueError):
        mask = os.umask(0o077)
        os.umask(mask)
        return mask


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep an output to this process: another one that wants it is refused while this lasts.

    The lock is a hidden file beside the output. The system lets go of it when the process ends, however it ends.

    Parameters
    ----------
    path : Path
        The output.

    Raises
    ------
    MigplanError
        Another process writes it, or the lock could not be made.
    """
    place = Path(os.path.realpath(path))
    lock = place.with_name(f".{place.name}.lock")
    try:
        file = _take(lock)
    except OSError as error:
        text = f"could not be written: {error.strerror or error}"
        raise _fault("write-failed", path, text) from None
    if file is None:
        text = "is being written by another run; wanted another name, or to wait for that"
        raise _fault("write-failed", path, text)
    try:
        yield
    finally:
        # Gone while it is still held, so that nobody else's is taken away; Windows removes closed files alone.
        with contextlib.suppress(OSError):
            lock.unlink()
        file.close()
        if sys.platform == "win32":
            with contextlib.suppress(OSError):
                lock.unlink()


def _take(lock: Path) -> BinaryIO | None:
    """Take a lock; None where somebody else has it."""
    while True:
        file = lock.open("ab")
        try:
            _lock(file)
            # Whoever had it may have taken its name away since it was opened.
            if os.path.samestat(os.fstat(file.fileno()), lock.stat()):
                return file
        except FileNotFoundError:
            pass
        except (BlockingIOError, PermissionError):
            file.close()
            return None
        except OSError as error:
            if error.errno in _LOCKLESS:
                return file
            file.close()
            raise
        file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
