"""Output of `find -printf`: the line that we recommend, and others by the shape of their columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FILE, FOLDER, HARD_LINK, SPECIAL, SYMBOLIC_LINK, FaultCounter
from migplan.inventory.links import HardLinks
from migplan.inventory.readers import times
from migplan.inventory.readers.feeding import Told, count, no_kinds
from migplan.inventory.readers.lines import (
    BLANK,
    TAB,
    UNKNOWN,
    Lines,
    Marks,
    Places,
    leading,
    marks,
    split,
    strip,
    whole,
)
from migplan.inventory.readers.listing import Entries, Listing
from migplan.inventory.readers.paths import SLASH, are_below, common_root
from migplan.inventory.shape import Shape

MAGIC = b"migplan1"
LINE = r"migplan1\t%y\t%s\t%b\t%n\t%D:%i\t%T@\t%C@\t%A@\t%P\0"
"""What to give to `-printf`."""

_KINDS = {"f": FILE, "d": FOLDER, "l": SYMBOLIC_LINK, "p": SPECIAL, "s": SPECIAL, "b": SPECIAL, "c": SPECIAL}
_ROLES = {
    "%s": "size", "%y": "type", "%Y": "other", "%b": "blocks", "%k": "kibibytes", "%n": "names", "%i": "other",
    "%D:%i": "identity", "%T@": "modified", "%A@": "accessed", "%p": "path", "%P": "path", "%T+": "modified day",
    "%A+": "accessed day", "%TY-%Tm-%Td": "modified day", "%AY-%Am-%Ad": "accessed day",
}  # fmt: skip
_EPOCH = re.compile(rb"-?\d{1,11}\.\d{4,}")
_WHOLE = re.compile(rb"\d+")
_TYPE = re.compile(rb"[fdlpsbcDNLU?]")
_DIGITS, _POINT = 10, 46
_MOST_ALIKE = 0.8
"""The part of lines that must agree with a shape."""


@dataclass(frozen=True, slots=True)
class Form:
    """The columns of a line.

    Attributes
    ----------
    roles : tuple of str
        What each column holds, a value of `_ROLES` or 'other'.
    delimiter : int
        What stands between them.
    end : bytes
        What ends a line.
    """

    roles: tuple[str, ...]
    delimiter: int
    end: bytes

    def has(self, role: str) -> bool:
        """Whether a column holds this."""
        return any(one.split()[0] == role for one in self.roles)


class Find:
    """See `Reader`."""

    name = "find"

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""
        if listing.head.startswith(MAGIC):
            return 1.0
        found, _ = _guess(listing)
        if not found:
            return 0.0
        form = found[0]
        if form.has("type") or form.has("modified"):
            return 0.9
        # Without more than sizes and paths, a folder before what lies in it is find's order; du's is the other one.
        lines = [*listing.head.split(form.end, 2)[:2], b""][:2]
        first, second = (line.split(bytes([form.delimiter]), 1)[-1] for line in lines)
        return 0.9 if second.startswith(first.rstrip(b"/") + b"/") and first else 0.5

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""
        form = _form(listing)
        tells = {"folders", "symbolic", "special"} if form.has("type") else set()
        if form.has("identity") and form.has("names"):
            tells.add("hard")
        if form.has("type") and (form.has("blocks") or form.has("kibibytes")):
            tells.add("sparse")
        if form.has("path") and listing.root is None:
            listing.root = _root(listing, form)
        listing.tally.note("folders that find could not read are in its error output alone")
        told = Told(form=self.name, tells=tells, has_paths=form.has("path"))
        return count(listing, lambda: _entries(listing, form), told, faults)


def _form(listing: Listing) -> Form:
    if listing.settings.printf:
        return _of_format(listing, listing.settings.printf)
    if listing.head.startswith(MAGIC):
        end = b"\0" if b"\0" in listing.head else b"\n"
        return _of_format(listing, LINE.replace("\\0", "\\0" if end == b"\0" else "\\n"))
    found, reason = _guess(listing)
    if not found:
        raise listing.fault(f"{reason}; wanted --printf with what find was given, such as '%s %T@ %p\\n'")
    if not found[0].has("type") and not found[0].has("path"):
        listing.tally.note("all lines are taken for files, since neither types nor paths are told")
    elif not found[0].has("type"):
        listing.tally.note("empty folders are taken for files, since types are not told (%y)")
    if found[0].has("modified"):
        listing.tally.note("times are taken for those of modification (%T@)")
    return found[0]


def _of_format(listing: Listing, text: str) -> Form:
    """The columns of a format as it was given to find."""
    end = b"\0" if text.endswith("\\0") else b"\n"
    body = re.sub(r"(\\0|\\n)$", "", text).replace("\\t", "\t")
    between = re.search(r"[\t |,;]", body)
    delimiter = between[0] if between else "\t"
    roles = tuple(_ROLES.get(part, "other") for part in body.split(delimiter))
    bad = [role for role in ("size",) if roles.count(role) != 1] + ["path"] * (roles.count("path") > 1)
    if bad:
        text = f"{text!r} has not one {bad[0]}; wanted such as '%s %T@ %p\\n', with one %s and at most one %p or %P"
        raise listing.fault(f"--printf: {text}")
    return Form(roles, ord(delimiter), end)


def _guess(listing: Listing) -> tuple[tuple[Form, ...], str]:
    """The columns by their shapes, or why they cannot be told."""
    head = listing.head
    if listing.raw.startswith((b"PAR1", b"PK\x03\x04", b"ORC")):
        return (), "is no text"
    end = b"\0" if b"\0" in head else b"\n"
    some = head.split(end)
    lines = [line for line in (some[:-1] if len(some) > 1 else some)[:300] if line]
    if not lines:
        return (), "is empty"
    # A name with a line end breaks a line: a few are allowed to be odd.
    delimiter = TAB if sum(b"\t" in line for line in lines) > _MOST_ALIKE * len(lines) else BLANK
    sign = bytes([delimiter])
    counts = sorted(line.count(sign) for line in lines)
    width = counts[int((1 - _MOST_ALIKE) * len(counts))] + 1
    cut = [line.split(sign) for line in lines if line.count(sign) >= width - 1]
    roles: list[str] = []
    for place in range(width):
        role = _role([parts[place] if place < width - 1 else sign.join(parts[place:]) for parts in cut])
        roles.append(role)
        if role == "path":
            roles += _behind_path([sign.join(parts[place:]) for parts in cut], sign)
            break
    return _checked(roles, delimiter, end)


def _behind_path(cells: Sequence[bytes], sign: bytes) -> list[str]:
    """Columns behind the path, from the right."""
    roles: list[str] = []
    while sum(sign in cell for cell in cells) >= _MOST_ALIKE * len(cells):
        role = _role([cell.rsplit(sign, 1)[-1] for cell in cells])
        if role in ("path", "unclear"):
            break
        roles.insert(0, role)
        cells = [cell.rsplit(sign, 1)[0] for cell in cells]
    return roles


def _checked(roles: Sequence[str], delimiter: int, end: bytes) -> tuple[tuple[Form, ...], str]:
    if "unclear" in roles:
        return (), f"has a column {roles.index('unclear') + 1} that is neither size, type, time nor path"
    if roles.count("size") != 1:
        return (), f"has {roles.count('size')} columns of whole numbers, of which one is the size"
    if roles.count("modified") > 1:
        return (), "has several columns of times"
    if len(roles) == 1:
        return (), "has nothing but numbers, which may be bytes or blocks"
    return (Form(tuple(roles), delimiter, end),), ""


def _role(cells: Sequence[bytes]) -> str:
    filled = [cell for cell in cells if cell]
    for role, shape in (("modified", _EPOCH), ("size", _WHOLE), ("type", _TYPE)):
        if filled and sum(map(bool, map(shape.fullmatch, filled))) >= _MOST_ALIKE * len(filled):
            return role
    paths = sum(b"/" in cell for cell in filled)
    is_quoted = any(cell[:1] in (b'"', b"'", b"{", b"[") for cell in filled[:1])
    return "path" if paths * 2 >= len(filled) - 1 and not is_quoted else "unclear"


def _root(listing: Listing, form: Form) -> bytes:
    """The folder that holds all: the first line itself, which find begins with, or what the first lines share."""
    if listing.settings.root:
        return listing.settings.root.encode("utf-8", "surrogateescape").rstrip(b"/")
    data = listing.head[: listing.head.rfind(form.end) + 1] or listing.head
    found = _of_lines(Listing(listing.path), form, split(data, 1, form.end), HardLinks())
    assert found.starts is not None
    assert found.ends is not None
    raw = found.data.tobytes()
    paths = [raw[start:end] for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True)]
    if sum(path[:1] == b"/" for path in paths) >= _MOST_ALIKE * len(paths):
        paths = [path for path in paths if path[:1] == b"/"]
    if not paths or (b"" in paths[:1]) or not paths[0].startswith((b"/", b".")):
        # Names without a beginning are below the root as they are (%P).
        return (
            common_root(paths[1:], SLASH)
            if paths and all(path.startswith(b"/") for path in paths[1:])
            else b""
        )
    is_root = len(paths) > 1 and paths[1].startswith(paths[0].rstrip(b"/") + b"/")
    return common_root(paths[1:], SLASH, paths[:1]) if is_root else common_root(paths, SLASH)


@dataclass(frozen=True, slots=True)
class _Rows:
    lines: Lines
    marks: Marks
    form: Form

    def field(self, place: int) -> tuple[Places, Places]:
        """A column: those before the path are counted from the left, those behind it from the right."""
        roles, width = self.form.roles, len(self.form.roles)
        path = roles.index("path") if "path" in roles else width
        table = self.marks.table
        if table is not None and table.shape[1] == width - 1:
            starts = self.lines.starts if place == 0 else table[:, place - 1] + 1
            return starts, self.lines.ends if place == width - 1 else table[:, place]
        # Marks that are more than columns belong to the path.
        more = np.maximum(self.marks.count - (width - 1), 0)
        left = np.where(place > path, more, 0) + place
        right = np.where(place >= path, more, 0) + place
        starts = self.lines.starts if place == 0 else self._at(left - 1) + 1
        ends = self.lines.ends if place == width - 1 else self._at(right)
        return np.minimum(starts, self.lines.ends), np.clip(
            ends, np.minimum(starts, self.lines.ends), self.lines.ends
        )

    def _at(self, number: Places) -> Places:
        places = self.marks.places
        if not len(places):
            return self.lines.ends
        return np.asarray(places[np.clip(self.marks.before + number, 0, len(places) - 1)])


def _cut(lines: Lines, form: Form) -> _Rows:
    return _Rows(lines, marks(lines, form.delimiter), form)


def _entries(listing: Listing, form: Form) -> Iterator[Entries]:
    links = HardLinks()
    if form.has("type") or not form.has("path"):
        for block in listing.blocks(form.end):
            yield _of_lines(listing, form, split(block.data, block.first, form.end), links)
        return
    yield from _untyped(listing, form, links)


def _untyped(listing: Listing, form: Form, links: HardLinks) -> Iterator[Entries]:
    """Entries without a type: what the next line lies below is a folder, so a line waits for its next one."""
    held = b""
    for block in listing.blocks(form.end):
        lines = split(held + block.data, block.first - bool(held), form.end)
        found = _of_lines(listing, form, lines.take(lines.ends > lines.starts), links)
        _mark_folders(found)
        last = int(lines.starts[-1])
        if found.ends is not None and len(found.sizes) and found.ends[-1] > last:
            held = lines.raw[last : len(held) + len(block.data)]
            found = found.take(np.arange(len(found.sizes)) < len(found.sizes) - 1)
        else:
            # It could not be read, and is not read again.
            held = b""
        yield found
    if held:
        yield _of_lines(listing, form, split(held, 1, form.end), links)


def _mark_folders(found: Entries) -> None:
    if found.starts is None or found.ends is None or len(found.sizes) < 2:
        return
    assert found.kinds is not None
    upper, lower = (found.starts[:-1], found.ends[:-1]), (found.starts[1:], found.ends[1:])
    found.kinds[:-1][are_below(found.data, upper, lower, SLASH)] = FOLDER


def _of_lines(listing: Listing, form: Form, lines: Lines, links: HardLinks) -> Entries:
    rows = _cut(lines, form)
    data = lines.data
    sizes = whole(data, *_stripped(rows, form.roles.index("size")))
    wrong = (sizes == UNKNOWN) | (rows.marks.count < len(form.roles) - 1)
    if MAGIC.decode() in form.roles:
        wrong |= data[lines.starts] != MAGIC[0]
    if form.has("path") and (listing.root or b"")[:1] == b"/":
        # The second half of a name with a line end may look like a line.
        wrong |= data[np.minimum(rows.field(form.roles.index("path"))[0], len(data) - 1)] != SLASH
    if wrong.any():
        filled = wrong & (lines.ends > lines.starts)
        if filled.any():
            at = int(np.flatnonzero(filled)[0])
            listing.tally.add_bad(lines.first + at, lines.text(at), int(filled.sum()))
        rows = _cut(lines := lines.take(~wrong), form)
        sizes = sizes[~wrong]
    found = Entries(sizes, data, kinds=no_kinds(len(sizes)))
    for place, role in enumerate(form.roles):
        _fill(found, rows, place, role)
    if form.has("identity") and form.has("names"):
        _mark_links(found, rows, form, links)
    return found


def _stripped(rows: _Rows, place: int) -> tuple[Places, Places]:
    starts, ends = rows.field(place)
    return strip(rows.lines.data, starts, ends) if rows.form.delimiter != BLANK else (starts, ends)


def _fill(found: Entries, rows: _Rows, place: int, role: str) -> None:
    """Put one column where it belongs."""
    data, (starts, ends) = rows.lines.data, rows.field(place)
    if role == "path":
        found.starts, found.ends = starts, ends
    elif role == "type":
        letters = np.full(256, SPECIAL, dtype=np.uint8)
        for letter, kind in _KINDS.items():
            letters[ord(letter)] = kind
        found.kinds = letters[data[starts]]
    elif role in ("modified", "accessed"):
        setattr(found, role, _seconds(data, starts, ends))
    elif role.endswith(" day"):
        setattr(found, role.split()[0], times.seconds(times.parts(data, starts, ends), "ymd"))
    elif role in ("blocks", "kibibytes"):
        blocks = whole(data, starts, ends)
        found.allocated = np.where(blocks == UNKNOWN, 0, blocks * (512 if role == "blocks" else 1024))


def _seconds(data: NDArray[np.uint8], starts: Places, ends: Places) -> Places:
    """The whole seconds of a time; those of this century have ten digits."""
    if ((ends - starts > _DIGITS) & (data[np.minimum(starts + _DIGITS, len(data) - 1)] == _POINT)).all():
        return whole(data, starts, starts + _DIGITS)
    return leading(data, starts, ends)[0]


def _mark_links(found: Entries, rows: _Rows, form: Form, links: HardLinks) -> None:
    """Further names of a file that was seen are no files."""
    assert found.kinds is not None
    data = rows.lines.data
    names = whole(data, *rows.field(form.roles.index("names")))
    some = np.flatnonzero((names > 1) & (found.kinds == FILE))
    if not len(some):
        return
    starts, ends = rows.field(form.roles.index("identity"))
    device, stops = leading(data, starts[some], ends[some])
    inode, _ = leading(data, stops + 1, ends[some])
    known = zip(some.tolist(), device.tolist(), inode.tolist(), names[some].tolist(), strict=True)
    found.kinds[[at for at, one, two, count_ in known if not links.is_first(one, two, count_)]] = HARD_LINK
