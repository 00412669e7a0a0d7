"""From a sample of files to all of them, with the error of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from migplan.inventory.shape import Shape, TopFolder

_TWO_SIDED_95 = 1.96
_EXACT = ("files", "folders", "errors", "fan_out", "depth")
"""What listing all folders tells, whatever files are looked at."""


def scaled(shape: Shape, passed: int, squares: float) -> Shape:
    """The shape of a tree of whose files only some were looked at.

    Parameters
    ----------
    shape : Shape
        Of the files that were looked at, and of all folders.
    passed : int
        Files that were only counted. [1]
    squares : float
        Sum of the squares of the sizes. [B^2]

    Returns
    -------
    Shape
        Files and folders as counted, the rest derived; the largest file is not known.

    Notes
    -----
    Each file is as likely to be looked at as any other, so the total is the number of files times their mean size, and
    its standard error is files x sqrt((1 - looked at / files) x variance / looked at). Sizes of files have long tails:
    a sample more often misses what is huge than it has too much of it, and 1.96 standard errors hold the truth in 70 to
    90 of 100 cases. The skewness of the sample, by its classes of size, makes 1.96 + skewness / (6 x sqrt(looked at)) x
    (1 + 2 x 1.96^2) of them (Chen, 1995, J. Am. Stat. Assoc. 90, 767), which hold it in about 90, and in 85 where a few
    files are nearly all.
    """
    seen = shape.files or 0
    files = seen + passed
    if not passed or not seen:
        return shape
    factor, total = files / seen, shape.bytes or 0
    variance = max(squares / seen - (total / seen) ** 2, 0.0)
    width = _TWO_SIDED_95 + _skewness(shape, variance) / (6 * math.sqrt(seen)) * (2 * _TWO_SIDED_95**2 + 1)
    error = width * files * math.sqrt((1 - seen / files) * variance / seen)
    part = error / (total * factor) if total else 0.0
    note = (
        f"a sample: {seen:,} of {files:,} files were looked at; bytes are right within {part:.1%} "
        "in about 9 of 10 cases"
    )
    grown: dict[str, Any] = {
        name: tuple(_times(item, factor) for item in getattr(shape, name))
        for name in ("sizes", "changed", "ages")
        if getattr(shape, name) is not None
    }
    return replace(
        shape,
        source=replace(shape.source, form="sample", notes=(*shape.source.notes, note)),
        bytes=round(total * factor),
        files=files,
        bytes_error=round(error),
        largest_file=None,
        links=replace(shape.links, hard=None, hard_bytes=None) if shape.links else None,
        sparse=_times(shape.sparse, factor) if shape.sparse else None,
        placeholders=_times(shape.placeholders, factor) if shape.placeholders else None,
        untimed=round((shape.untimed or 0) * factor),
        folders_top=tuple(_top(top, factor) for top in shape.folders_top or ()),
        **grown,
        grades={
            key: grade if key in _EXACT else "derived"
            for key, grade in (*shape.grades.items(), ("bytes_error", "derived"))
            if key != "largest_file_bytes"
        },
    )


def _skewness(shape: Shape, variance: float) -> float:
    """How much longer the tail of large files is than that of small ones, by classes of size; 0 or more. [1]."""
    seen, total = shape.files or 0, shape.bytes or 0
    if not variance:
        return 0.0
    mean = total / seen
    cubes = sum(
        bucket.files * (bucket.bytes / bucket.files - mean) ** 3
        for bucket in shape.sizes or ()
        if bucket.files
    )
    return max(cubes / seen / float(variance**1.5), 0.0)


def _top(top: TopFolder, factor: float) -> TopFolder:
    """What lies below a first-level folder; its folders were all seen, its largest file perhaps not."""
    changed = tuple(_times(item, factor) for item in top.changed) if top.changed else None
    grown: TopFolder = _times(top, factor)
    return replace(grown, folders=top.folders, largest_file=None, changed=changed)


def _times(item: Any, factor: float) -> Any:
    """Counts of a part as counts of the whole."""
    counts = {
        name: round(getattr(item, name) * factor)
        for name in ("files", "bytes", "allocated")
        if getattr(item, name, None) is not None
    }
    return replace(item, **counts)
