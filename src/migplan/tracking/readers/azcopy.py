"""What azcopy prints with `--output-type json`, while it copies or of a job: JSON in a text in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from migplan.tracking.readers.source import Source, less, number, text_of
from migplan.tracking.samples import Sample

_PHASES = {
    "InProgress": "copying",
    "Paused": "paused",
    "Cancelling": "failed",
    "Cancelled": "failed",
    "Failed": "failed",
}
"""Status -> phase; all that begin with 'Completed' are done."""


class Azcopy:
    """See `Reader`."""

    name = "azcopy"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        return 1.0 if b'"MessageType"' in head and b'"MessageContent"' in head else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        job = ""
        for document in source.documents():
            content = document.get("MessageContent")
            try:
                inner = json.loads(content) if isinstance(content, str) and content[:1] == "{" else None
            except (ValueError, RecursionError):
                inner = None
            if not isinstance(inner, dict):
                continue
            job = text_of(inner, "JobID") or job
            if "TotalTransfers" in inner or "TotalBytesTransferred" in inner:
                yield _progress(source, document, inner, job)


def _progress(source: Source, document: dict[str, Any], inner: dict[str, Any], job: str) -> Sample:
    status = text_of(inner, "JobStatus")
    folders = number(inner, "FolderPropertyTransfers"), number(inner, "FoldersCompleted")
    skipped, failed = number(inner, "TransfersSkipped"), number(inner, "TransfersFailed")
    total = number(inner, "FileTransfers")
    if total is None:
        total = less(number(inner, "TotalTransfers"), folders[0])
    expected = number(inner, "TotalBytesExpected")
    return Sample(
        time=source.seconds(document.get("TimeStamp")) or source.at,
        job=job or source.name,
        tool=Azcopy.name,
        phase="done" if status.startswith("Completed") else _PHASES.get(status, "copying"),
        bytes=number(inner, "TotalBytesTransferred"),
        files=less(number(inner, "TransfersCompleted"), folders[1]),
        total_bytes=number(inner, "TotalBytesEnumerated") if expected is None else expected,
        total_files=less(total, skipped),
        final=inner.get("CompleteJobOrdered") is True,
        failed=failed,
    )
