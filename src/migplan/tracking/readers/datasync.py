"""What `aws datasync describe-task-execution` prints, of tasks in Basic and in Enhanced mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from migplan.tracking.readers.source import Source, number, objects, text_of, total_of
from migplan.tracking.samples import ENDED, Sample

_PHASES = {
    "QUEUED": "queued",
    "LAUNCHING": "queued",
    "PREPARING": "scanning",
    "TRANSFERRING": "copying",
    "VERIFYING": "verifying",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLING": "failed",
}


class DataSync:
    """See `Reader`."""

    name = "datasync"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if b'"TaskExecutionArn"' in head else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        for document in source.documents():
            for execution in objects(document, "TaskExecutionArn"):
                if "BytesWritten" not in execution and "EstimatedBytesToTransfer" not in execution:
                    source.notes.append(
                        "lists executions without their progress; wanted describe-task-execution"
                    )
                    continue
                yield from _execution(source, execution)


def _execution(source: Source, plain: dict[str, Any]) -> Iterator[Sample]:
    """The begin of an execution, that of its copy, and where it is now."""
    phase = _PHASES.get(text_of(plain, "Status").upper(), "copying")
    enhanced = text_of(plain, "TaskMode").upper() == "ENHANCED"
    now = _now(source, plain, phase, enhanced)
    nothing = replace(now, bytes=0.0, files=0.0, failed=None)
    begin = source.seconds(plain.get("LaunchTime")) or source.seconds(plain.get("StartTime"))
    prepared, sent = (_length(plain, part) for part in ("Prepare", "Transfer"))
    if begin is not None:
        yield replace(nothing, time=begin, phase="copying" if enhanced else "scanning")
    if begin is not None and prepared and not enhanced:
        yield replace(nothing, time=begin + prepared, phase="copying")
        # What was sent is told apart from what was verified, which takes a time of its own.
        if sent and phase in ("verifying", "done"):
            yield replace(now, time=begin + prepared + sent, phase="verifying", failed=None)
    yield now
    note = "counts folders among its files, as DataSync does in Basic mode"
    if not enhanced and note not in source.notes:
        source.notes.append(note)


def _length(plain: dict[str, Any], part: str) -> float | None:
    """How long a part of an execution took; None where it is not over. [s]."""
    length = number(plain.get("Result"), f"{part}Duration")
    return None if length is None else length / 1000.0


def _now(source: Source, plain: dict[str, Any], phase: str, enhanced: bool) -> Sample:
    """Where an execution is, or how it ended."""
    task, _, run = text_of(plain, "TaskExecutionArn").rpartition("/execution/")
    # Before everything is listed the estimates are 0, which stands for what is not known yet.
    known = phase not in ("queued", "scanning")
    end = source.seconds(plain.get("EndTime")) if phase in ENDED else None
    failed = plain.get("FilesFailed")
    lost = [number(failed, name) for name in ("Prepare", "Transfer", "Verify")]
    return Sample(
        time=end or source.at,
        job=task.rpartition("/")[2] or task,
        tool=DataSync.name,
        run=run,
        phase=phase,
        bytes=number(plain, "BytesWritten"),
        files=number(plain, "FilesTransferred"),
        total_bytes=number(plain, "EstimatedBytesToTransfer") if known else None,
        total_files=number(plain, "EstimatedFilesToTransfer") if known else None,
        final=known and (not enhanced or phase in ("verifying", "done")),
        failed=total_of(*lost),
    )
