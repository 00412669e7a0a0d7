"""The data shape: how many files of which size and age there are, and how well each of that is known.

A number that nobody knows is None, is absent in a file, and has the grade `unknown`; it is never 0.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import parse_toml, read_limited, shown
from migplan.text import did_you_mean

SCHEMA = "migplan.inventory/1"
GRADES = ("measured", "reported", "derived", "unknown")
"""How well a field is known, best first: seen by our scanner, told by a listing, worked out of other fields."""
CHANGE_DAYS = (1, 7, 30, 365)
"""Windows of `changed`. [days]."""
COLD_DAYS = (30, 90, 180, 365)
"""Ages of `cold`. [days]."""
AGE_DAYS = (1, 7, 30, 90, 180, 365, 730, 1095, 1825, 3650)
"""Upper ends of the classes of `ages`; the last class has none. [days]."""
MOST_FOLDERS = 10_000
"""First-level folders that are told one by one."""
MOST_TOLD = 100
"""Errors, and names of one fault, that are told one by one."""
ROOT_FILES, OTHER_FOLDERS = ".", "..."
"""Paths that stand for what lies in the root itself, and for the first-level folders beyond `MOST_FOLDERS`."""
LARGEST_FILE = 32_000_000
"""Of a shape. [B]."""

_MOST = 2**63
_ENTRIES = 200_000
_SURROGATES = re.compile("[\ud800-\udfff]")

R = TypeVar("R")


def _number(least: float = 0, whole: bool = True) -> Callable[[Any, str], Any]:
    def read(value: Any, where: str) -> Any:
        wanted = "a whole number" if whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise _fault(where, f"{shorten(value)} is not {wanted}")
        if not (math.isfinite(value) and least <= value < _MOST):
            raise _fault(where, f"{shorten(value)} is out of range; wanted {wanted} of {least:g} or more")
        return value

    return read


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _fault(where, f"{shorten(value)} is not a text")
    return value


def _one_of(*choices: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in choices:
            raise _fault(where, f"{shorten(value)} is not known; wanted one of {', '.join(choices)}")
        return str(value)

    return read


def _list_of(read_one: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    def read(value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _fault(where, f"{shorten(value)} is not a list")
        if len(value) > _ENTRIES:
            raise _fault(where, f"holds {len(value):,} entries; wanted at most {_ENTRIES:,}")
        return tuple(read_one(item, f"{where}[{index}]") for index, item in enumerate(value))

    return read


def _record(kind: Callable[[], type[Any]]) -> Callable[[Any, str], Any]:
    return lambda value, where: _from_table(kind(), value, where)


def _fault(where: str, message: str) -> MigplanError:
    return MigplanError(Fault("bad-file", where, message))


def _key(read: Callable[[Any, str], Any], key: str = "", **more: Any) -> Any:
    """A field of a record: how it is read, and its key in files where that is another one."""
    return field(metadata={"read": read, "key": key}, **more)


_DIFFERENCE = _number(-_MOST)
_COUNT, _TIME, _DAYS = _number(), _number(-_MOST, whole=False), _number(whole=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a shape comes from.

    Attributes
    ----------
    form : str
        'scan', 'sample', 'merged', or the name of the format of a listing.
    path : str
        The root that was walked, or the listing.
    taken : float or None
        The moment to which ages and changes are related, in seconds of the epoch. [s]
    notes : tuple of str
        What a reader has to say: what was left out, how many rows were skipped, whether a footer closed the file.
    """

    form: str = _key(_text, "format", default="")
    path: str = _key(_text, default="")
    taken: float | None = _key(_TIME, "taken_s", default=None)
    notes: tuple[str, ...] = _key(_list_of(_text), default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Files of more than the bucket before and at most `up_to` bytes; None has no upper end. [B]."""

    up_to: int | None = _key(_COUNT, "up_to_bytes", default=None)
    files: int = _key(_COUNT)
    bytes: int = _key(_COUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was modified in so many days before the shape was taken."""

    days: float = _key(_DAYS)
    files: int | None = _key(_COUNT, default=None)
    bytes: int | None = _key(_COUNT, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Files modified longer ago than the class before and at most `up_to` days ago; None has no upper end."""

    up_to: float | None = _key(_DAYS, "up_to_days", default=None)
    files: int | None = _key(_COUNT, default=None)
    bytes: int | None = _key(_COUNT, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cold:
    """What was neither read (`accessed`) or not written (`modified`) in so many days, as a part of all bytes. [1]."""

    by: str = _key(_one_of("accessed", "modified"))
    days: float = _key(_DAYS)
    share: float = _key(_number(whole=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What came about since an earlier shape of the same tree.

    Attributes
    ----------
    days : float
        Between the two.
    bytes, files : int
        Modified or new since then, by their times.
    net_bytes, net_files : int or None
        How much more there is now; less where it is below 0.
    """

    days: float = _key(_DAYS)
    bytes: int = _key(_COUNT)
    files: int = _key(_COUNT)
    net_bytes: int | None = _key(_DIFFERENCE, default=None)
    net_files: int | None = _key(_DIFFERENCE, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFolder:
    """What lies below one first-level folder."""

    path: str = _key(_text)
    bytes: int | None = _key(_COUNT, default=None)
    files: int | None = _key(_COUNT, default=None)
    folders: int | None = _key(_COUNT, default=None)
    largest_file: int | None = _key(_COUNT, "largest_file_bytes", default=None)
    changed: tuple[Changed, ...] | None = _key(_list_of(_record(lambda: Changed)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Symbolic links, which are never followed, and further names of files that are counted once."""

    symbolic: int | None = _key(_COUNT, default=None)
    hard: int | None = _key(_COUNT, default=None)
    hard_bytes: int | None = _key(_COUNT, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """Files that take less room than they say: sparse ones, and placeholders whose data is elsewhere."""

    files: int = _key(_COUNT)
    bytes: int = _key(_COUNT)
    allocated: int | None = _key(_COUNT, "allocated_bytes", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One folder or file that could not be read."""

    path: str = _key(_text)
    message: str = _key(_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Folders whose content is unknown, single entries that are, and the first hundred of both."""

    folders: int = _key(_COUNT, default=0)
    files: int = _key(_COUNT, default=0)
    first: tuple[Problem, ...] = _key(_list_of(_record(lambda: Problem)), default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFault:
    """Items that a target does not take as they are, with what lies below them.

    Attributes
    ----------
    target : str
        Id of the target.
    kind : str
        Such as 'name-too-long'; the keys are those of `migplan.inventory.names`.
    items, bytes : int
        All that is not taken, so with what lies below a folder of such a name.
    first : tuple of str
        The first hundred paths that are to be renamed.
    """

    target: str = _key(_text)
    kind: str = _key(_text)
    items: int = _key(_COUNT)
    bytes: int = _key(_COUNT)
    first: tuple[str, ...] = _key(_list_of(_text), default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is known about a tree of files.

    Attributes
    ----------
    bytes : int or None
        Logical bytes of all files, those with several names once. [B]
    bytes_error : int or None
        By how much `bytes` of a sample may be off either way, in about 9 of 10 cases. [B]
    files, folders : int or None
        Regular files, those with several names once; folders below the root.
    largest_file : int or None
        [B]
    sizes : tuple of Bucket or None
        By factor 2 where every file was seen; the first bucket holds empty files.
    since : Since or None
        Compared with an earlier shape.
    changed, ages, cold
        By the time of modification, before `source.taken`; `cold` by that of the last access too.
    depth : int or None
        Levels of the deepest entry; what lies in the root has 1.
    fan_out : int or None
        Entries of the fullest folder.
    special_files : int or None
        Devices, pipes and sockets.
    untimed : int or None
        Files whose time of modification is not known.
    grades : mapping
        Key of a file -> one of `GRADES`, for all that is known.
    """

    source: Origin = _key(_record(lambda: Origin), default=Origin())
    bytes: int | None = _key(_COUNT, default=None)
    bytes_error: int | None = _key(_COUNT, default=None)
    files: int | None = _key(_COUNT, default=None)
    folders: int | None = _key(_COUNT, default=None)
    largest_file: int | None = _key(_COUNT, "largest_file_bytes", default=None)
    depth: int | None = _key(_COUNT, default=None)
    fan_out: int | None = _key(_COUNT, default=None)
    special_files: int | None = _key(_COUNT, default=None)
    untimed: int | None = _key(_COUNT, default=None)
    sizes: tuple[Bucket, ...] | None = _key(_list_of(_record(lambda: Bucket)), default=None)
    changed: tuple[Changed, ...] | None = _key(_list_of(_record(lambda: Changed)), default=None)
    since: Since | None = _key(_record(lambda: Since), default=None)
    ages: tuple[Age, ...] | None = _key(_list_of(_record(lambda: Age)), default=None)
    cold: tuple[Cold, ...] | None = _key(_list_of(_record(lambda: Cold)), default=None)
    links: Links | None = _key(_record(lambda: Links), default=None)
    sparse: Special | None = _key(_record(lambda: Special), default=None)
    placeholders: Special | None = _key(_record(lambda: Special), default=None)
    errors: Problems | None = _key(_record(lambda: Problems), default=None)
    faults: tuple[NameFault, ...] | None = _key(_list_of(_record(lambda: NameFault)), default=None)
    folders_top: tuple[TopFolder, ...] | None = _key(_list_of(_record(lambda: TopFolder)), default=None)
    grades: Mapping[str, str] = _key(lambda value, where: _grades(value, where), default_factory=dict)

    def grade(self, key: str) -> str:
        """How well a field is known, by its key in files.

        >>> Shape(bytes=5, grades={"bytes": "measured"}).grade("bytes"), Shape().grade("bytes")
        ('measured', 'unknown')
        """
        known = getattr(self, _NAMES.get(key, key)) is not None
        return self.grades.get(key, "reported") if known else "unknown"


_NAMES = {entry.metadata["key"]: entry.name for entry in fields(Shape) if entry.metadata["key"]}
GRADED = tuple(
    entry.metadata["key"] or entry.name for entry in fields(Shape) if entry.name not in ("source", "grades")
)
"""Keys of what has a grade."""


def _grades(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _fault(where, f"{shorten(value)} is not a table")
    unknown = [key for key in value if key not in GRADED]
    if unknown:
        raise _fault(where, f"{did_you_mean(unknown[0], GRADED, f'nothing has the name {unknown[0]!r}')}")
    read = _one_of(*GRADES)
    found = {key: read(grade, f"{where}.{key}") for key, grade in value.items()}
    return {key: grade for key, grade in found.items() if grade != "unknown"}


def _from_table(kind: type[R], value: Any, where: str) -> R:
    if not isinstance(value, dict):
        raise _fault(where, f"{shorten(value)} is not a table")
    entries = {entry.metadata["key"] or entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    found = {}
    for key, item in value.items():
        if key not in entries:
            wanted = did_you_mean(str(key), list(entries), f"wanted some of {', '.join(entries)}")
            raise _fault(f"{where}.{key}" if where else key, f"nothing reads this; {wanted}")
        if item is not None:
            found[entries[key].name] = entries[key].metadata["read"](item, f"{where}.{key}" if where else key)
    missing = [key for key, entry in entries.items() if _is_required(entry) and entry.name not in found]
    if missing:
        raise _fault(where, f"has no {missing[0]!r}; wanted it")
    return kind(**found)


def _is_required(entry: dataclasses.Field[Any]) -> bool:
    return entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING


def as_table(shape: Shape) -> dict[str, Any]:
    """A shape as tables, lists and plain values; what is unknown is None, and all that has a grade has it.

    >>> as_table(Shape(files=3))["files"], as_table(Shape(files=3))["grades"]["bytes"]
    (3, 'unknown')
    """
    return {
        "schema": SCHEMA,
        **_plain(shape),
        "grades": {key: shape.grade(key) for key in GRADED},
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            entry.metadata["key"] or entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return _SURROGATES.sub(_told, value)
    return value


def _told(match: re.Match[str]) -> str:
    """A byte of a name that is no UTF-8, or half a sign of UTF-16, as what a file may hold."""
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def to_json(shape: Shape) -> str:
    """A shape as JSON in lines, which begins with its schema."""
    return json.dumps(as_table(shape), ensure_ascii=False, indent=1)


def to_toml(shape: Shape) -> str:
    """A shape as TOML, which has no word for what is unknown but the grade."""
    # Only who writes one needs it.
    import tomli_w

    return f"# Written by migplan.\n{tomli_w.dumps(_without_unknown(as_table(shape)))}"


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unknown(item) for key, item in value.items() if item is not None}
    return [_without_unknown(item) for item in value] if isinstance(value, list) else value


def read_shape(path: Path) -> Shape:
    """Read a shape from TOML or JSON.

    Raises
    ------
    MigplanError
        The file cannot be read, is too large, is no shape, or contradicts itself.
    """
    return parse_shape(read_limited(path, LARGEST_FILE, "data shape"), shown(path))


def parse_shape(data: bytes, where: str) -> Shape:
    """Read a shape from the content of a file. See `read_shape`."""
    found = _parse_json(data, where) if data.lstrip()[:1] == b"{" else parse_toml(data, where, "data shape")
    schema = found.pop("schema", None)
    if schema != SCHEMA:
        told = f"has the schema {shorten(schema)}" if schema else "has no schema"
        raise _fault(where, f"{told}; wanted {SCHEMA}, as `migplan inventory -o shape.toml` writes it")
    try:
        shape = _from_table(Shape, found, "")
        _check(shape)
    except MigplanError as error:
        raise MigplanError(
            [Fault(fault.code, where, f"{fault.where}: {fault.message}") for fault in error.faults]
        ) from None
    return shape


def _parse_json(data: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _fault(where, f"is not JSON: {error}") from None
    assert isinstance(found, dict)
    return found


def _check(shape: Shape) -> None:
    """Refuse numbers that cannot be true together."""
    if shape.sizes is not None:
        ends = [math.inf if bucket.up_to is None else bucket.up_to for bucket in shape.sizes]
        if ends != sorted({*ends}):
            raise _fault("sizes", "are not in order; wanted each upper end once, and smaller ones first")
        for key, total in (("files", shape.files), ("bytes", shape.bytes)):
            added = sum(getattr(bucket, key) for bucket in shape.sizes)
            if total is not None and abs(added - total) > 0.05 * total:
                raise _fault("sizes", f"add up to {added:,} {key} of {total:,}; wanted them within 5 %")
    if None not in (shape.bytes, shape.largest_file) and shape.largest_file > shape.bytes:  # type: ignore[operator]
        raise _fault("largest_file_bytes", f"{shape.largest_file:,} is more than all bytes, {shape.bytes:,}")
