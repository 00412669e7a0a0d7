"""Several shapes become one: sums where all of them know, unknown where one does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from migplan.inventory.shape import (
    GRADED,
    GRADES,
    MOST_FOLDERS,
    MOST_TOLD,
    OTHER_FOLDERS,
    Age,
    Bucket,
    Changed,
    Cold,
    Links,
    NameFault,
    Origin,
    Problems,
    Shape,
    Special,
    TopFolder,
)


def merged(shapes: Sequence[Shape]) -> Shape:
    """One shape of several that share no file.

    Parameters
    ----------
    shapes : sequence of Shape
        At least one. Ages of each are related to its own moment.

    Returns
    -------
    Shape
        Each field has the worst grade that it has in any of them.

    Examples
    --------
    >>> both = merged([Shape(bytes=1, files=1), Shape(bytes=2)])
    >>> both.bytes, both.files
    (3, None)
    """
    if len(shapes) == 1:
        return shapes[0]
    values: dict[str, Any] = {
        **{
            name: _known(sum, shapes, name)
            for name in ("bytes", "files", "folders", "special_files", "untimed")
        },
        **{name: _known(max, shapes, name) for name in ("largest_file", "depth", "fan_out")},
        **{name: _known(join, shapes, name) for name, join in _JOINED.items()},
        "cold": _cold(shapes),
        "folders_top": _tops(shapes),
    }
    grades = {key: max((shape.grade(key) for shape in shapes), key=GRADES.index) for key in GRADED}
    notes = tuple(f"{shape.source.path}: {note}" for shape in shapes for note in shape.source.notes)
    times = [shape.source.taken for shape in shapes if shape.source.taken is not None]
    origin = Origin(
        form="merged",
        path=", ".join(shape.source.path for shape in shapes),
        taken=max(times) if len(times) == len(shapes) else None,
        notes=tuple(dict.fromkeys(notes)),
    )
    return Shape(
        source=origin, **values, grades={key: grade for key, grade in grades.items() if grade != "unknown"}
    )


def _known(join: Callable[[Any], Any], shapes: Iterable[Any], name: str) -> Any:
    """What values of all make together; None where one of them has none."""
    found = [getattr(shape, name) for shape in shapes]
    return None if None in found else join(found)


def _sizes(lists: Sequence[Sequence[Bucket]]) -> tuple[Bucket, ...]:
    ends = sorted({_end(bucket.up_to) for buckets in lists for bucket in buckets})
    return tuple(
        Bucket(
            up_to=None if end == _NO_END else end,
            files=sum(bucket.files for bucket in same),
            bytes=sum(bucket.bytes for bucket in same),
        )
        for end in ends
        for same in [[bucket for buckets in lists for bucket in buckets if _end(bucket.up_to) == end]]
    )


_NO_END = 2**64


def _end(up_to: Any) -> Any:
    return _NO_END if up_to is None else up_to


def _by_days(kind: type[Any], key: str) -> Callable[[Sequence[Sequence[Any]]], tuple[Any, ...] | None]:
    """Join lists of counts by their days; only days that all have mean the same."""

    def join(lists: Sequence[Sequence[Any]]) -> tuple[Any, ...] | None:
        tables = [{getattr(item, key): item for item in items} for items in lists]
        # Classes begin where the one before ends, so they say something together only where all are the same.
        if kind is Age and any(table.keys() != tables[0].keys() for table in tables):
            return None
        joined = [
            kind(
                **{key: days},
                files=_known(sum, [table[days] for table in tables], "files"),
                bytes=_known(sum, [table[days] for table in tables], "bytes"),
            )
            for days in tables[0]
            if all(days in table for table in tables)
        ]
        return tuple(joined) or None

    return join


def _links(found: Sequence[Links]) -> Links:
    return Links(**{name: _known(sum, found, name) for name in ("symbolic", "hard", "hard_bytes")})


def _special(found: Sequence[Special]) -> Special:
    return Special(**{name: _known(sum, found, name) for name in ("files", "bytes", "allocated")})


def _errors(found: Sequence[Problems]) -> Problems:
    return Problems(
        folders=sum(each.folders for each in found),
        files=sum(each.files for each in found),
        first=tuple(problem for each in found for problem in each.first)[:MOST_TOLD],
    )


def _faults(lists: Sequence[Sequence[NameFault]]) -> tuple[NameFault, ...]:
    joined: dict[tuple[str, str], NameFault] = {}
    for fault in (fault for faults in lists for fault in faults):
        old = joined.get((fault.target, fault.kind), NameFault(target="", kind="", items=0, bytes=0))
        joined[fault.target, fault.kind] = replace(
            fault,
            items=old.items + fault.items,
            bytes=old.bytes + fault.bytes,
            first=(old.first + fault.first)[:MOST_TOLD],
        )
    return tuple(joined.values())


_JOINED: dict[str, Callable[[Any], Any]] = {
    "sizes": _sizes,
    "changed": _by_days(Changed, "days"),
    "ages": _by_days(Age, "up_to"),
    "links": _links,
    "sparse": _special,
    "placeholders": _special,
    "errors": _errors,
    "faults": _faults,
}


def _cold(shapes: Sequence[Shape]) -> tuple[Cold, ...] | None:
    """Parts of all bytes, each weighed by those of its shape."""
    if any(shape.cold is None or shape.bytes is None for shape in shapes):
        return None
    total = sum(shape.bytes or 0 for shape in shapes)
    tables = [{(cold.by, cold.days): cold.share for cold in shape.cold or ()} for shape in shapes]
    joined = [
        Cold(
            by=by,
            days=days,
            share=sum(
                table[by, days] * (shape.bytes or 0) for table, shape in zip(tables, shapes, strict=True)
            )
            / total,
        )
        for by, days in tables[0]
        if total and all((by, days) in table for table in tables)
    ]
    return tuple(joined) or None


def _tops(shapes: Sequence[Shape]) -> tuple[TopFolder, ...] | None:
    """First-level folders of all, told apart by their source; beyond what is told one by one the small ones as one."""
    if any(shape.folders_top is None for shape in shapes):
        return None
    found = [
        replace(top, path=f"{shape.source.path}/{top.path}")
        for shape in shapes
        for top in shape.folders_top or ()
    ]
    found.sort(key=lambda top: (-(top.bytes or 0), top.path))
    return (*found[:MOST_FOLDERS], *_as_one(found[MOST_FOLDERS:]))


def _as_one(tops: Sequence[TopFolder]) -> Iterator[TopFolder]:
    """Folders that are not told one by one."""
    if tops:
        sums = {name: _known(sum, tops, name) for name in ("bytes", "files", "folders")}
        yield TopFolder(
            path=OTHER_FOLDERS,
            **sums,
            largest_file=_known(max, tops, "largest_file"),
            changed=_known(_JOINED["changed"], tops, "changed"),
        )
