"""Amazon S3 Inventory: a manifest and the files that it names, or one of these in Parquet."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

from migplan.errors import counted
from migplan.files import read_limited
from migplan.inventory.count import FOLDER, FaultCounter
from migplan.inventory.readers import times
from migplan.inventory.readers.blocks import read_blocks
from migplan.inventory.readers.feeding import Told, count, no_kinds
from migplan.inventory.readers.lines import UNKNOWN, Places, padded, whole
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.paths import SLASH, hashes, rebuilt
from migplan.inventory.readers.quoted import Rows, rows_of, whole_rows
from migplan.inventory.shape import Shape

_MANIFEST = 100_000_000
"""Of a manifest, which names some ten thousand files. [B]."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
_PARQUET, _ORC = b"PAR1", b"ORC"
_ROWS = 65_536
_UP = 8
"""Folders above the manifest in which its files are looked for."""
_NAMES = {
    "key": "Key",
    "path": "Key",
    "size": "Size",
    "last_modified_date": "LastModifiedDate",
    "is_latest": "IsLatest",
    "is_delete_marker": "IsDeleteMarker",
    "storage_class": "StorageClass",
}
"""Column of a Parquet file -> its name in a manifest."""


class S3Inventory:
    """See `Reader`."""

    name = "s3-inventory"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        if listing.raw.startswith((_PARQUET, _ORC)):
            return 1.0
        head = listing.head
        if head.lstrip()[:1] == b"{":
            return 1.0 if b'"fileSchema"' in head and b'"sourceBucket"' in head else 0.0
        return 0.97 if _is_part(listing) else 0.0

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        listing.root = listing.settings.root.encode("utf-8", "surrogateescape").rstrip(b"/")
        classes: dict[str, list[int]] = {}
        taken = None
        sources: list[Callable[[], Iterator[Entries]]]
        if listing.raw.startswith(_PARQUET):
            sources = [partial(_of_parquet, listing, listing.path, classes)]
        elif listing.raw.startswith(_ORC):
            raise listing.fault("is ORC; wanted an inventory in CSV or Parquet")
        elif listing.head.lstrip()[:1] != b"{":
            text = (
                "is a part of an S3 Inventory, whose columns its manifest alone tells; wanted manifest.json"
            )
            raise listing.fault(text)
        else:
            manifest = _manifest(listing)
            taken = int(manifest["creationTimestamp"]) / 1000 if "creationTimestamp" in manifest else None
            sources = list(_sources(listing, manifest, classes))

        def entries() -> Iterator[Entries]:
            classes.clear()
            for source in sources:
                yield from source()

        listing.tally.note("times are those of the upload")
        shape = count(listing, entries, Told(form=self.name, taken=taken), faults)
        return _with_classes(shape, classes)


def _is_part(listing: Listing) -> bool:
    """Whether it looks like one of the CSV files: no header, the same bucket in front, and a time of S3's form."""
    lines = [line.decode("utf-8", "replace") for line in listing.lines[:50] if line]
    try:
        rows = list(csv.reader(lines)) if listing.is_text else []
    except csv.Error:
        return False
    if not rows or len(rows[0]) < 3 or not lines[0].startswith('"'):
        return False
    same = {row[0] for row in rows if row}
    return len(same) == 1 and "/" not in rows[0][0] and all(any(map(_MOMENT.fullmatch, row)) for row in rows)


def _manifest(listing: Listing) -> dict[str, Any]:
    try:
        found = json.loads(read_limited(listing.path, _MANIFEST, "manifest"))
    except ValueError as error:
        raise listing.fault(f"is no manifest: {error}") from None
    if not isinstance(found.get("files"), list) or not isinstance(found.get("fileSchema"), str):
        raise listing.fault("has no files or no fileSchema; wanted the manifest.json of an S3 Inventory")
    return dict(found)


def _sources(
    listing: Listing, manifest: Mapping[str, Any], classes: dict[str, list[int]]
) -> Iterator[Callable[[], Iterator[Entries]]]:
    form = str(manifest.get("fileFormat", "CSV")).upper()
    if form not in ("CSV", "PARQUET"):
        raise listing.fault(f"names files in {form}; wanted an inventory in CSV or Parquet")
    columns = [name.strip() for name in manifest["fileSchema"].split(",")]
    for file in manifest["files"]:
        path = _found(listing, str(file.get("key", "")))
        if form == "PARQUET":
            yield partial(_of_parquet, listing, path, classes)
        else:
            yield partial(_of_csv, listing, path, columns, classes)


def _found(listing: Listing, key: str) -> Path:
    """A file of the inventory beside the manifest, as it lies in the bucket or with all files in one folder."""
    name = key.rsplit("/", 1)[-1]
    folder = listing.path.resolve().parent
    for _ in range(_UP):
        for place in (folder / key, folder / "data" / name, folder / name):
            if name and place.is_file():
                return place
        folder = folder.parent
    raise listing.fault(
        f"names {key!r}, which lies neither beside it nor above it; wanted the folder data too"
    )


def _of_csv(
    listing: Listing, path: Path, columns: list[str], classes: dict[str, list[int]]
) -> Iterator[Entries]:
    places = {name: place for place, name in enumerate(columns)}
    if "Key" not in places or "Size" not in places:
        raise listing.fault(f"tells {', '.join(columns)}; wanted an inventory with Key and Size")
    for block in whole_rows(read_blocks(path)):
        rows = rows_of(block, b",")
        data = rows.lines.data
        good = rows.widths >= len(columns)
        wrong = np.flatnonzero(~good & (rows.lines.ends > rows.lines.starts))
        if len(wrong):
            at = int(wrong[0])
            listing.tally.add_bad(int(rows.numbers[at]), rows.lines.text(at), len(wrong))
        latest = _says(rows, places, "IsLatest", b"f")
        marker = _says(rows, places, "IsDeleteMarker", b"t")
        sizes = whole(data, *rows.field(places["Size"]))
        names = rows.field(places["StorageClass"]) if "StorageClass" in places else None
        modified = None
        if "LastModifiedDate" in places:
            modified = times.seconds(times.parts(data, *rows.field(places["LastModifiedDate"])), "ymd")
        starts, ends = rows.field(places["Key"])
        chosen = _chosen(listing, good, latest, marker)
        _add_classes(classes, data, names, sizes, chosen)
        found = Entries(sizes, data, starts, ends, no_kinds(len(sizes)), modified).take(chosen)
        yield _folders_marked(_decoded(found))


def _says(rows: Rows, places: Mapping[str, int], column: str, letter: bytes) -> NDArray[np.bool_]:
    """Whether a column of true and false begins with a letter."""
    if column not in places:
        return np.zeros(len(rows), dtype=bool)
    starts, ends = rows.field(places[column])
    return np.asarray((ends > starts) & ((rows.lines.data[starts] | 32) == letter[0]))


def _chosen(
    listing: Listing, good: NDArray[np.bool_], old: NDArray[np.bool_], marker: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The newest version of each object that is there."""
    listing.tally.leave_out("delete markers", int((good & marker).sum()))
    listing.tally.leave_out("older versions", int((good & old & ~marker).sum()))
    return good & ~old & ~marker


def _decoded(found: Entries) -> Entries:
    """Keys without the escapes of addresses."""
    assert found.starts is not None
    assert found.ends is not None
    raw = found.data.tobytes()
    if b"%" not in raw and b"+" not in raw:
        return found
    pieces = [raw[start:end] for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]
    pieces = [
        unquote_to_bytes(key.replace(b"+", b" ")) if b"%" in key or b"+" in key else key for key in pieces
    ]
    found.data, found.starts, found.ends = rebuilt(pieces)
    return found


def _folders_marked(found: Entries) -> Entries:
    """Keys that consoles make to stand for folders."""
    assert found.kinds is not None
    assert found.ends is not None
    found.kinds[(found.sizes == 0) & (found.data[found.ends - 1] == SLASH)] = FOLDER
    return found


def _of_parquet(listing: Listing, path: Path, classes: dict[str, list[int]]) -> Iterator[Entries]:
    # Only who has such a file waits for it.
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = {
                _NAMES[name.lower()]: name for name in file.schema_arrow.names if name.lower() in _NAMES
            }
            if "Key" not in columns or "Size" not in columns:
                raise listing.fault(
                    f"has the columns {', '.join(file.schema_arrow.names)}; wanted key and size"
                )
            for batch in file.iter_batches(_ROWS, columns=list(columns.values())):
                yield _of_batch(
                    listing, {role: batch[name] for role, name in columns.items()}, classes, pa, pc
                )
    except (OSError, pa.ArrowInvalid) as error:
        raise listing.fault(f"{path.name} cannot be read as Parquet: {error}") from None


def _of_batch(
    listing: Listing, columns: Mapping[str, Any], classes: dict[str, list[int]], pa: Any, pc: Any
) -> Entries:
    size = len(columns["Key"])

    def flags(role: str, absent: bool) -> NDArray[np.bool_]:
        if role not in columns:
            return np.full(size, absent)
        return np.asarray(pc.fill_null(columns[role], absent).to_numpy(zero_copy_only=False), dtype=bool)

    sizes = pc.fill_null(columns["Size"].cast(pa.int64()), UNKNOWN).to_numpy(zero_copy_only=False)
    modified = None
    if "LastModifiedDate" in columns:
        moments = pc.fill_null(
            columns["LastModifiedDate"].cast(pa.timestamp("s"), safe=False).cast(pa.int64()), UNKNOWN
        )
        modified = moments.to_numpy(zero_copy_only=False)
    data, starts, ends = _texts(columns["Key"].cast(pa.large_binary()))
    chosen = _chosen(listing, ends > starts, ~flags("IsLatest", True), flags("IsDeleteMarker", False))
    if "StorageClass" in columns:
        words, first, last = _texts(
            pc.fill_null(columns["StorageClass"].cast(pa.string()), "").cast(pa.large_binary())
        )
        _add_classes(classes, words, (first, last), sizes, chosen)
    return _folders_marked(Entries(sizes, data, starts, ends, no_kinds(size), modified).take(chosen))


def _texts(column: Any) -> tuple[NDArray[np.uint8], Places, Places]:
    """Texts of Arrow as places in a block."""
    _, offsets, content = column.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    first = int(places[0]) if len(places) else 0
    data = bytes(content[first : int(places[-1])]) if content is not None else b""
    return padded(data), places[:-1] - first, places[1:] - first


def _add_classes(
    classes: dict[str, list[int]],
    data: NDArray[np.uint8],
    names: tuple[Places, Places] | None,
    sizes: Places,
    chosen: NDArray[np.bool_],
) -> None:
    """Add objects and bytes to their storage class."""
    if names is None or not chosen.any():
        return
    starts, ends, sizes = names[0][chosen], names[1][chosen], np.maximum(sizes[chosen], 0)
    _, first, inverse = np.unique(hashes(data, starts, ends), return_index=True, return_inverse=True)
    counts = np.bincount(inverse)
    for place, at in enumerate(first.tolist()):
        name = data[starts[at] : ends[at]].tobytes().decode("ascii", "replace")
        total = classes.setdefault(name, [0, 0])
        total[0] += int(counts[place])
        total[1] += int(sizes[inverse == place].sum())


def _with_classes(shape: Shape, classes: Mapping[str, list[int]]) -> Shape:
    """The shape with what lies in which storage class, since that of archives must be restored first."""
    told = [
        f"{name or 'no class'} {counted(files, 'object')}, {size:,} B"
        for name, (files, size) in sorted(classes.items())
    ]
    notes = (*shape.source.notes, f"storage classes: {'; '.join(told)}") if told else shape.source.notes
    return replace(shape, source=replace(shape.source, notes=notes))
