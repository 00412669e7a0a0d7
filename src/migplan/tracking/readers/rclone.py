"""Logs of rclone with `--use-json-log --stats 1m`, and what `rclone rc core/stats` prints."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from migplan.tracking.readers.source import Source, number
from migplan.tracking.samples import Sample

_SAME = 30.0
"""Two begins that differ by less are one. [s]."""


class Rclone:
    """See `Reader`."""

    name = "rclone"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        if b'"totalTransfers"' in head or (b'"stats"' in head and b'"transfers"' in head):
            return 1.0
        return 0.5 if b'"level"' in head and b'"msg"' in head and b'"time"' in head else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        begin = -math.inf
        for document in source.documents():
            stats = document.get("stats", document)
            if not isinstance(stats, dict) or "bytes" not in stats or "transfers" not in stats:
                continue
            time = source.seconds(document.get("time")) or source.at
            elapsed = number(stats, "elapsedTime")
            # Moments of one run tell its begin within a few seconds; another begin is another run.
            if elapsed is not None and abs(time - elapsed - begin) > _SAME:
                begin = time - elapsed
                yield Sample(time=begin, job=source.name, tool=self.name, bytes=0.0, files=0.0)
            yield _stats(source, time, stats)


def _stats(source: Source, time: float, stats: dict[str, Any]) -> Sample:
    return Sample(
        time=time,
        job=source.name,
        tool=Rclone.name,
        bytes=number(stats, "bytes"),
        files=number(stats, "transfers"),
        total_bytes=number(stats, "totalBytes"),
        total_files=number(stats, "totalTransfers"),
        failed=number(stats, "errors"),
    )
