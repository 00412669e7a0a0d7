r"""Listings (`/L`) and logs of robocopy in any language: by tabs, stars, dashes and numbers, and by no word.

A file has four tabs (`\tclass\t\tsize\tname`), a folder two (`\tcount\tpath\`). What begins with a star lies at the
destination.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FILE, FOLDER, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.feeding import OF_SIZES, Told, count, derived
from migplan.inventory.readers.lines import TAB, UNKNOWN, Lines, Places, marks, split, strip, whole
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.paths import BACKSLASH, common_root, rebuilt
from migplan.inventory.readers.robocopy_shapes import (
    DASHES,
    ERROR,
    FILE_LINE,
    FOLDER_LINE,
    FOOTER,
    HEADER,
    SIZE,
    bytes_of,
    row_of,
)
from migplan.inventory.shape import Shape

_WINDOW = 1 << 13
"""Bytes in which a header or a footer lies behind its line of dashes."""


@dataclass(slots=True)
class _Log:
    """What a log says besides its lines."""

    sources: list[bytes] = field(default_factory=list)
    footers: list[tuple[int, int, int]] = field(default_factory=list)
    folder: bytes = b""
    files: int = 0
    rounded: bool = False


class Robocopy:
    """See `Reader`."""

    name = "robocopy"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        lines = [line for line in listing.lines if line.count(b"\t") in (2, 4) and line[:1] == b"\t"]
        alike = sum(bool(FILE_LINE.match(line) or FOLDER_LINE.fullmatch(line)) for line in lines)
        if b"ROBOCOPY" in listing.head[:2000] and listing.head.lstrip()[:10] == b"-" * 10:
            return 1.0
        return 0.95 if lines and alike >= 0.8 * len(lines) and alike >= 0.4 * len(listing.lines) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        log = _Log()
        if listing.root is None:
            listing.root = _root(listing)

        def entries() -> Iterator[Entries]:
            nonlocal log
            log = _Log()
            yield from _entries(listing, log)

        has_folders = any(FOLDER_LINE.fullmatch(line) for line in listing.lines)
        tells = {"errors", *(["folders"] if has_folders else [])}
        told = Told(form=self.name, tells=tells, separator=BACKSLASH, may_be_empty=True)
        shape = count(listing, entries, told, faults)
        if not (shape.files or shape.folders or log.footers or log.sources):
            raise listing.fault("has no line of a file or folder; wanted a listing or a log of robocopy")
        return _closed(listing, log, shape)


def _root(listing: Listing) -> bytes:
    """The source: by the header, else the first folder, else what all paths share."""
    if listing.settings.root:
        return listing.given_root(b"\\")
    header = HEADER.search(listing.head)
    if header:
        return header[1].strip().rstrip(b"\\")
    lines = [line for line in listing.lines if line.count(b"\t") in (2, 4) and line.strip()[:1] != b"*"]
    folders = [line.rsplit(b"\t", 1)[1].strip() for line in lines if FOLDER_LINE.fullmatch(line)]
    files = [line.rsplit(b"\t", 1)[1] for line in lines if FILE_LINE.match(line)]
    return common_root([path for path in files if b"\\" in path], BACKSLASH, folders)


def _entries(listing: Listing, log: _Log) -> Iterator[Entries]:
    tail, place, done = b"", 0, set[int]()
    for block in listing.blocks():
        lines = split(block.data, block.first)
        window = tail + block.data
        # Whatever is neither file nor folder does not begin with a tab.
        if not (lines.data[lines.starts] == TAB).all():
            _look_around(listing, log, window, place - len(tail), done)
        tail, place = window[-_WINDOW:], place + len(block.data)
        yield _of_lines(listing, log, _without_progress(lines))


def _look_around(listing: Listing, log: _Log, window: bytes, offset: int, done: set[int]) -> None:
    """Find headers and footers, which stand behind lines of dashes, and errors."""
    at = window.find(DASHES)
    while at >= 0:
        stop = window.find(b"\n", at) + 1
        if stop and offset + at not in done:
            header = HEADER.match(window, stop, stop + _WINDOW)
            if header:
                _begin(listing, log, header[1].strip())
                done.add(offset + at)
            elif (
                footer := FOOTER.search(window, stop, stop + _WINDOW)
            ) and offset + footer.start() not in done:
                folders, files, total = (row_of(row)[0] for row in footer.groups())
                # The root is a folder of its own there.
                log.footers.append((max(folders - 1, 0), files, total))
                done |= {offset + at, offset + footer.start()}
        at = window.find(DASHES, stop) if stop else -1
    at = window.find(b" (0x")
    while at >= 0:
        start = window.rfind(b"\n", 0, at) + 1
        error = ERROR.match(window, start)
        if error and offset + at not in done and window.find(b"\n", error.end()) >= 0:
            done.add(offset + at)
            _fail(listing, error[2].strip(), error[3].decode("utf-8", "replace").strip())
        at = window.find(b" (0x", at + 1)


def _begin(listing: Listing, log: _Log, source: bytes) -> None:
    if source in log.sources:
        text = "holds several runs of one source, so that files would count several times; wanted the last run alone"
        raise listing.fault(text)
    log.sources.append(source)


def _fail(listing: Listing, path: bytes, message: str) -> None:
    """Keep an error, once for all tries."""
    problems = listing.tally.problems
    if not any(path.decode("utf-8", "surrogateescape") == known for _, known, _ in problems[-100:]):
        listing.tally.add_problem("folder" if path.endswith(b"\\") else "file", path, message)


def _without_progress(lines: Lines) -> Lines:
    """Lines up to the percentages that are written behind a name, each after a carriage return."""
    returns = marks(lines, 13)
    some = np.flatnonzero(returns.count > 0)
    if not len(some):
        return lines
    ends = lines.ends.copy()
    ends[some] = returns.at(0)[some]
    return Lines(lines.data, lines.starts, ends, lines.first)


def _of_lines(listing: Listing, log: _Log, lines: Lines) -> Entries:
    data, tabs = lines.data, marks(lines, TAB)
    begins = (data[lines.starts] == TAB) & (lines.ends > lines.starts)
    is_file, is_folder = begins & (tabs.count == 4), begins & (tabs.count == 2)
    is_folder &= data[np.maximum(lines.ends - 1, 0)] == BACKSLASH
    starts, _ = strip(data, tabs.at(0) + 1, np.where(is_file | is_folder, tabs.at(1), tabs.at(0) + 1))
    is_star = (is_file | is_folder) & (data[starts] == ord("*"))
    listing.tally.leave_out("entries at the destination", int(is_star.sum()))
    chosen = np.flatnonzero((is_file | is_folder) & ~is_star)
    sizes, modified = _sizes(lines, tabs.at(2) + 1, tabs.at(3), is_file & ~is_star, log)
    wrong = is_file & ~is_star & (sizes == UNKNOWN)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        listing.tally.add_bad(lines.first + at, lines.text(at), int(wrong.sum()))
        chosen = chosen[~wrong[chosen]]
    kinds = np.where(is_file, FILE, FOLDER).astype(np.uint8)[chosen]
    log.files += int((kinds == FILE).sum())
    names = np.where(is_file, tabs.at(3), tabs.at(1)) + 1
    found = Entries(sizes[chosen], data, names[chosen], lines.ends[chosen], kinds, modified[chosen])
    return _joined(found, log)


def _sizes(
    lines: Lines, starts: Places, ends: Places, chosen: NDArray[np.bool_], log: _Log
) -> tuple[Places, Places]:
    """Sizes and, where they are told, times of modification."""
    data = lines.data
    sizes = np.full(len(starts), UNKNOWN, dtype=np.int64)
    modified = sizes.copy()
    some = np.flatnonzero(chosen)
    starts, ends = strip(data, starts[some], ends[some])
    dated = (
        (ends - starts > 20) & (data[np.maximum(ends - 3, 0)] == 58) & (data[np.maximum(ends - 6, 0)] == 58)
    )
    if (at := np.flatnonzero(dated)).size:
        modified[some[at]] = times.seconds(times.parts(data, ends[at] - 19, ends[at]), "ymd")
        ends = np.where(dated, ends - 20, ends)
        starts, ends = strip(data, starts, ends)
    found = whole(data, starts, ends)
    for at_ in np.flatnonzero((found == UNKNOWN) & (ends > starts)).tolist():
        text = data[starts[at_] : ends[at_]].tobytes()
        if re.fullmatch(SIZE, text):
            found[at_], log.rounded = bytes_of(text.decode()), True
    sizes[some] = found
    return sizes, modified


def _joined(found: Entries, log: _Log) -> Entries:
    """Paths of files that are named without their folder, which is the last one before."""
    data, kinds = found.data, found.kinds
    assert found.starts is not None
    assert found.ends is not None
    assert kinds is not None
    is_whole = (data[found.starts + 1] == ord(":")) | (data[found.starts] == BACKSLASH) | (kinds == FOLDER)
    raw = data.tobytes()
    if is_whole.all():
        last = np.flatnonzero(kinds == FOLDER)[-1:]
        for at in last.tolist():
            log.folder = raw[found.starts[at] : found.ends[at]]
        return found
    pieces, folder = [], log.folder
    for start, end, alone, kind in zip(
        found.starts.tolist(), found.ends.tolist(), is_whole.tolist(), kinds.tolist(), strict=True
    ):
        text = raw[start:end]
        if kind == FOLDER:
            folder = text
        pieces.append(text if alone else folder + text)
    log.folder = folder
    found.data, found.starts, found.ends = rebuilt(pieces)
    return found


def _closed(listing: Listing, log: _Log, shape: Shape) -> Shape:
    """The shape with what its footers say of it."""
    notes = list(shape.source.notes)
    if log.rounded:
        notes.append("sizes are rounded in the listing; /BYTES tells them whole")
    if shape.ages is not None:
        notes.append("the time zone of its times is not known")
    folders, files, total = (
        (sum(column) for column in zip(*log.footers, strict=True)) if log.footers else (0, 0, 0)
    )
    if log.footers and not log.files and files:
        notes.append("holds no lines of files, so that the totals of its footer are all that is known")
        source = replace(shape.source, taken=None, notes=tuple(notes))
        return Shape(source=source, bytes=total, files=files, folders=folders, errors=shape.errors)
    if not log.footers and log.sources:
        notes.append("no footer closes it: it may be cut off")
    if log.footers and files != log.files:
        notes.append(f"its footer counts {files:,} files, its lines {log.files:,}")
    grades = derived(shape.grades, *OF_SIZES) if log.rounded else shape.grades
    return replace(shape, source=replace(shape.source, notes=tuple(notes)), grades=grades)
