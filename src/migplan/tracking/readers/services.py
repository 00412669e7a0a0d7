"""Job runs of Azure Storage Mover, and operations of Google's Storage Transfer Service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migplan.tracking.readers.source import Source, less, number, objects, text_of
from migplan.tracking.samples import Sample

_FATES = ("Excluded", "Unsupported", "NoTransferNeeded", "Failed")
"""What Storage Mover scans and does not transfer."""
_MOVER_PHASES = {
    "Queued": "queued",
    "Started": "scanning",
    "Running": "copying",
    "CancelRequested": "failed",
    "Canceling": "failed",
    "Canceled": "failed",
    "Failed": "failed",
    "Succeeded": "done",
    "PausedByBandwidthManagement": "paused",
}
_TRANSFER_PHASES = {
    "QUEUED": "queued",
    "PAUSED": "paused",
    "SUSPENDING": "paused",
    "SUCCESS": "done",
    "FAILED": "failed",
    "ABORTED": "failed",
}


class StorageMover:
    """See `Reader`."""

    name = "storage-mover"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if b'"scanStatus"' in head and b'"items' in head else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        for document in source.documents():
            for run in _job_runs(document):
                yield from _job_run(source, run)


def _job_runs(document: Any) -> Iterator[dict[str, Any]]:
    named = [run for run in objects(document, "properties") if "scanStatus" in _inside(run)]
    yield from named or objects(document, "scanStatus")


def _inside(run: dict[str, Any]) -> dict[str, Any]:
    inner = run.get("properties", run)
    return inner if isinstance(inner, dict) else {}


def _job_run(source: Source, run: dict[str, Any]) -> Iterator[Sample]:
    inner = _inside(run)
    # The id of a run names its job definition before its own name.
    path = text_of(run, "id").split("/")
    job = (
        path[path.index("jobDefinitions") + 1]
        if "jobDefinitions" in path[:-1]
        else text_of(inner, "jobDefinitionName")
    )
    named: dict[str, Any] = {
        "job": job or source.name,
        "tool": StorageMover.name,
        "run": text_of(run, "name"),
    }
    begin = source.seconds(inner.get("executionStartTime"))
    if begin is not None:
        yield Sample(time=begin, bytes=0.0, files=0.0, phase="scanning", **named)
    left_out = {kind: [number(inner, f"{kind}{fate}") for fate in _FATES] for kind in ("items", "bytes")}
    end = source.seconds(inner.get("executionEndTime")) or source.seconds(inner.get("lastStatusUpdate"))
    yield Sample(
        time=end or source.at,
        phase=_MOVER_PHASES.get(text_of(inner, "status"), "copying"),
        bytes=number(inner, "bytesTransferred"),
        files=number(inner, "itemsTransferred"),
        total_bytes=less(number(inner, "bytesScanned"), *left_out["bytes"]),
        total_files=less(number(inner, "itemsScanned"), *left_out["items"]),
        final=text_of(inner, "scanStatus") == "Completed",
        failed=number(inner, "itemsFailed"),
        **named,
    )


class StorageTransfer:
    """See `Reader`."""

    name = "storage-transfer"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if b"transferOperations/" in head or b'FoundFromSource"' in head else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        if b'"' not in source.head:
            raise source.fault("is not JSON; wanted gcloud with --format=json")
        for document in source.documents():
            for operation in objects(document, "metadata"):
                inner = operation["metadata"]
                if isinstance(inner, dict):
                    yield from _operation(source, operation, inner)


def _operation(source: Source, operation: dict[str, Any], inner: dict[str, Any]) -> Iterator[Sample]:
    counters = inner.get("counters")
    run = text_of(operation, "name") or text_of(inner, "name")
    job = text_of(inner, "transferJobName") or "-".join(run.split("-")[:-1]) or source.name
    phase = _TRANSFER_PHASES.get(text_of(inner, "status"), "copying")
    begin = source.seconds(inner.get("startTime"))
    named: dict[str, Any] = {"job": job, "tool": StorageTransfer.name, "run": run}
    if begin is not None:
        yield Sample(time=begin, bytes=0.0, files=0.0, **named)
    lost = number(counters, "directoriesFailedToListFromSource")
    if lost:
        source.notes.append(f"{lost:,.0f} folders could not be listed, so their files are in no count")
    failed = number(counters, "objectsFromSourceFailed")

    def count(name: str) -> float | None:
        # A counter that is at 0 is left out.
        return (number(counters, name) or 0.0) if isinstance(counters, dict) else None

    yield Sample(
        time=source.seconds(inner.get("endTime")) or source.at,
        phase=phase,
        bytes=count("bytesCopiedToSink"),
        files=count("objectsCopiedToSink"),
        total_bytes=less(number(counters, "bytesFoundFromSource"), number(counters, "bytesFromSourceFailed")),
        total_files=less(number(counters, "objectsFoundFromSource"), failed),
        final=True if phase == "done" else None,
        failed=failed,
        **named,
    )
