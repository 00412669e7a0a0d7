"""Which reader a file of progress takes, by its shape, and the door through which all of them are asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from migplan.errors import Fault, MigplanError
from migplan.files import shown
from migplan.tracking.readers.azcopy import Azcopy
from migplan.tracking.readers.datasync import DataSync
from migplan.tracking.readers.rclone import Rclone
from migplan.tracking.readers.robocopy import Robocopy
from migplan.tracking.readers.rsync import Rsync
from migplan.tracking.readers.services import StorageMover, StorageTransfer
from migplan.tracking.readers.source import Reader, Source
from migplan.tracking.readers.table import Table
from migplan.tracking.samples import Reading

READERS: tuple[Reader, ...] = (
    DataSync(),
    Azcopy(),
    StorageMover(),
    StorageTransfer(),
    Rclone(),
    Robocopy(),
    Rsync(),
    Table(),
)
_TOLD = (
    "wanted describe-task-execution of DataSync, a log of robocopy, a JSON log of rclone, JSON of azcopy, a job run of "
    "Storage Mover, an operation of Storage Transfer, progress of rsync, or a CSV with time, bytes and files"
)


def read_progress(path: Path, at: float | None = None, zone: dt.tzinfo | None = None) -> Reading:
    """Read a file in which a tool tells its progress.

    Parameters
    ----------
    path : Path
    at : float, optional
        When it was taken, for what tells no time of its own; when it was last written where it is left out. [s]
    zone : tzinfo, optional
        Of times that do not tell theirs.

    Raises
    ------
    MigplanError
        The file cannot be read, or is of no known form, or says nothing of progress.
    """
    try:
        written = path.stat().st_mtime
    except (OSError, ValueError) as error:
        text = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise MigplanError(Fault("bad-file", shown(path), text)) from None
    source = Source(path, written if at is None else at, zone)
    if not source.head.strip():
        raise source.fault("is empty; wanted what a tool says of its progress")
    likeness = {reader: reader.likeness(source.head) for reader in READERS}
    reader = max(READERS, key=lambda each: likeness[each])
    if not likeness[reader]:
        raise source.fault(f"is of no form that is known; {_TOLD}")
    samples = tuple(dict.fromkeys(reader.read(source)))
    if not samples:
        if source.unzoned:
            source.refuse_unzoned()
        told = f": it {source.notes[0]}" if source.notes else ""
        raise source.fault(f"is taken for one of {reader.name} and says nothing of progress yet{told}")
    if source.unzoned:
        source.notes.append("has times without a zone, which are left out; --zone places them")
    return Reading(path.name, reader.name, samples, tuple(source.notes))
