r"""What rsync prints with `--info=progress2` or `--stats`, in any locale.

Its lines have no time. Those that something else has put in front (`| tr '\r' '\n' | ts '%FT%T%z'`) are read; else the
last line counts, at the moment at which the file was last written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from migplan.tracking.readers.source import Source
from migplan.tracking.samples import Sample

_NUMBER = rb"\d[\d.,'\xa0\xc2\xe2\x80\xaf]*[KMGTP]?"
_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\S+)\s")
_PROGRESS = re.compile(
    rb"^\s*(" + _NUMBER + rb")\s+(\d{1,3})%\s+\S+/s\s+\d+:\d\d:\d\d"
    rb"(?:\s+\((?:xfr#\d+, )?(to|ir)-chk=(\d+)/(\d+)\))?"
)
_STATS = {
    "files": re.compile(rb"^Number of files: ([\d.,']+)(?: \(reg: ([\d.,']+))?"),
    "sent": re.compile(rb"^Number of (?:regular )?files transferred: ([\d.,']+)"),
    "total": re.compile(rb"^Total file size: (\S+)"),
    "moved": re.compile(rb"^Total transferred file size: (\S+)"),
}
_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_SURE = 10
"""From which percent on the total follows from it, which is whole percents. [1]."""


class Rsync:
    """See `Reader`."""

    name = "rsync"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        if b"-chk=" in head or b"Total transferred file size:" in head:
            return 1.0
        lines = re.split(rb"[\r\n]+", head)
        return 0.8 if any(_PROGRESS.match(_STAMP.sub(b"", line, count=1)) for line in lines[:50]) else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        last: Sample | None = None
        stats: dict[str, re.Match[bytes]] = {}
        for line in source.lines():
            stamp = _STAMP.match(line)
            text = line[stamp.end() :] if stamp else line
            told = source.seconds(stamp[1].decode("ascii", "replace")) if stamp else None
            time = source.at if told is None else told
            match = _PROGRESS.match(text)
            if match is not None:
                found = _progress(source, match, time)
                # Some lines of a file come without its counters: those before still hold.
                if last is not None and found.total_files is None:
                    found = replace(found, files=last.files, total_files=last.total_files, final=last.final)
                if stamp:
                    yield found
                last = found
            stats |= {name: said for name, pattern in _STATS.items() if (said := pattern.match(text))}
            if stamp and "moved" in stats:
                # Its lines count folders among the files, its totals do not: of one run the counters never fall.
                yield _closed(source, stats, time) if last is None else replace(last, time=time, phase="done")
                last, stats = None, {}
        if "moved" in stats:
            yield _closed(source, stats, source.at)
        elif last is not None and last.time == source.at:
            yield last
        if last is not None and last.time == source.at and "moved" not in stats:
            source.notes.append(
                "its lines have no times: the last one counts, as of when the file was written"
            )


def amount(text: bytes) -> float:
    """A number of bytes as rsync writes it: grouped by the locale, or shortened in powers of 1,000.

    >>> amount(b"50.005.251"), amount(b"1,238,099"), amount(b"50.01M"), amount(b"1,5G"), amount(b"17")
    (50005251.0, 1238099.0, 50010000.0, 1500000000.0, 17.0)
    """
    plain = text.decode("utf-8", "replace").strip()
    power = _POWERS.get(plain[-1:], 0)
    digits = re.sub(r"[^\d.,]", "", plain)
    if power:
        head, _, tail = digits.replace(",", ".").rpartition(".")
        return float(f"{head.replace('.', '') or tail}.{tail if head else 0}") * float(1000**power)
    return float(re.sub(r"[.,]", "", digits) or 0)


def _progress(source: Source, match: re.Match[bytes], time: float) -> Sample:
    moved, percent = amount(match[1]), int(match[2])
    left, total = (None, None) if match[4] is None else (float(match[4]), float(match[5]))
    whole = moved / (percent + 0.5) * 100.0 if _SURE <= percent < 100 else moved if percent == 100 else None
    return Sample(
        time=time,
        job=source.name,
        tool=Rsync.name,
        bytes=moved,
        files=None if left is None or total is None else total - left,
        total_bytes=whole,
        total_files=total,
        final=None if match[3] is None else match[3] == b"to",
        covers="tree",
    )


def _closed(source: Source, stats: dict[str, re.Match[bytes]], time: float) -> Sample:
    """What the totals at the end say."""
    whole, files, sent = stats.get("total"), stats.get("files"), stats.get("sent")
    return Sample(
        time=time,
        job=source.name,
        tool=Rsync.name,
        phase="done",
        bytes=amount(stats["moved"][1]),
        files=None if sent is None else amount(sent[1]),
        total_bytes=None if whole is None else amount(whole[1]),
        total_files=None if files is None else amount(files[2] or files[1]),
        final=True,
        covers="tree",
    )
