"""A listing as blocks of whole lines in bytes, whatever its encoding, its line ends and its packing.

Names are bytes: what is no UTF-8 stays as it is. UTF-16, which Windows programs write, becomes UTF-8.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from migplan.errors import Fault, MigplanError
from migplan.files import shown

BLOCK = 1 << 20
"""Bytes that are read at a time: few enough that what is made of them stays in the cache."""
HEAD = 1 << 16
_LONGEST = 1 << 26
"""A line of more bytes is no line of a listing."""
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a listing.

    Attributes
    ----------
    data : bytes
        Whole lines; the last one of a file may lack its end.
    first : int
        The number of the first line, from 1.
    """

    data: bytes
    first: int


def read_head(path: Path, encoding: str = "", length: int = HEAD) -> bytes:
    """The beginning of a listing, for a look at its shape.

    Parameters
    ----------
    path : Path
    encoding : str
        Empty: by its first bytes.
    length : int
        [B]
    """
    return next(_pieces(path, encoding, length), b"")


def read_blocks(path: Path, end: bytes = b"\n", encoding: str = "", length: int = 0) -> Iterator[Block]:
    r"""Blocks of whole lines.

    Parameters
    ----------
    path : Path
    end : bytes
        What ends a line: a line feed or NUL.
    encoding : str
        A code page of Python's, for what is neither UTF-8 nor marked. Empty: by the first bytes.
    length : int
        Bytes of a block, more or less; 0: as many as is usual. [B]

    Raises
    ------
    MigplanError
        The file cannot be read, or has a line beyond all measure.
    """
    held, first = b"", 1
    for piece in _pieces(path, encoding, length or BLOCK):
        cut = piece.rfind(end) + 1
        if not cut:
            held += piece
            if len(held) > _LONGEST:
                text = (
                    f"line {first} has more than {_LONGEST >> 20} MiB; wanted a listing of one entry a line"
                )
                raise MigplanError(Fault("bad-file", shown(path), text))
            continue
        data = held + piece[:cut]
        held = piece[cut:]
        yield Block(data, first)
        first += int(np.count_nonzero(np.frombuffer(data, np.uint8) == end[0]))
    if held:
        yield Block(held, first)


def read_pieces(path: Path, encoding: str = "", length: int = 0) -> Iterator[bytes]:
    """All of a listing in pieces that end anywhere, for what has no lines. See `read_blocks`."""
    return _pieces(path, encoding, length or BLOCK)


def _pieces(path: Path, encoding: str, length: int) -> Iterator[bytes]:
    """The bytes of a file: unpacked, without its mark, and in UTF-8 where its encoding is known to be another."""
    try:
        with _open(path) as file:
            piece = file.read(length)
            mark, found = _encoding(piece)
            piece = piece[len(mark) :]
            name = encoding or found
            decoder = _decoder(name)
            while piece:
                yield piece if decoder is None else _utf8(decoder.decode(piece))
                piece = file.read(length)
            if decoder is not None and (rest := decoder.decode(b"", final=True)):
                yield _utf8(rest)
    except LookupError:
        text = f"{encoding!r} is no encoding; wanted one such as cp850, cp437 or cp1252"
        raise MigplanError(Fault("bad-choice", "--encoding", text)) from None
    except UnicodeError as error:
        raise MigplanError(Fault("bad-file", shown(path), f"is not of its encoding: {error}")) from None
    except (OSError, EOFError, zlib.error) as error:
        text = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise MigplanError(Fault("bad-file", shown(path), text)) from None


def _decoder(name: str) -> codecs.IncrementalDecoder | None:
    """What turns bytes into text; None where they stay as they are."""
    if name in ("", "utf-8"):
        return None
    return codecs.getincrementaldecoder(name)("surrogatepass" if "16" in name else "replace")


def _utf8(text: str) -> bytes:
    """A text in UTF-8; the marks at the head of what was appended are none of a name."""
    return text.replace("\ufeff", "").encode("utf-8", "surrogatepass")


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _encoding(head: bytes) -> tuple[bytes, str]:
    """The mark at the beginning and the encoding; the latter also by every second byte being zero."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return mark, name
    some = head[:2048]
    for name, zeros, others in (("utf-16-le", some[1::2], some[::2]), ("utf-16-be", some[::2], some[1::2])):
        if len(zeros) > 8 and zeros.count(0) > 0.8 * len(zeros) and others.count(0) < 0.1 * len(others):
            return b"", name
    return b"", ""
