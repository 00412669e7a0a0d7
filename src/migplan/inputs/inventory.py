"""What a data shape says of a workload: fields as a scenario would give them, and how well each is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from migplan import units
from migplan.errors import counted
from migplan.inputs.fields import BY_NAME, NUMERIC
from migplan.inputs.readers import READERS
from migplan.inventory.names import KINDS, Rules
from migplan.inventory.shape import Changed, Shape, read_shape
from migplan.language import say, worded
from migplan.text import listed

if TYPE_CHECKING:
    from migplan.facts import Target
    from migplan.inputs.workload import Input

_SAME = {"sizes": "files", "change": "changed", "changed": "change"}
"""Field -> another one that says the same, so that only one of them may be given."""


class MeasuredInput(Struct, frozen=True):
    """One field that a shape gives: its value as a scenario has it, what people read, and where it comes from."""

    value: Any
    text: str
    why: str


class InventoryInputs(Struct, frozen=True):
    """A shape, and what it says of fields that nobody gave.

    Attributes
    ----------
    name : str
        Of its file, without folders.
    shape : Shape
    told : dict
        Field -> what it says.
    """

    name: str
    shape: Shape
    told: Mapping[str, MeasuredInput]

    @property
    def fields(self) -> dict[str, Any]:
        """Fields as a scenario would give them."""
        return {name: told.value for name, told in self.told.items()}

    def numbers(self) -> dict[str, float]:
        """Field -> what a cell of a table would say in base units; the number of files also where sizes give it."""
        counts = {name: told.value for name, told in self.told.items() if BY_NAME[name].form in NUMERIC}
        if "sizes" in self.told:
            counts["files"] = sum(row["files"] for row in self.told["sizes"].value)
        read = {name: READERS[BY_NAME[name].form](BY_NAME[name], value) for name, value in counts.items()}
        return {name: value[0] if isinstance(value, tuple) else value for name, value in read.items()}

    def tell(self, inputs: dict[str, Input]) -> None:
        """Say in inputs that were read where they come from."""
        for name, told in self.told.items():
            if name in inputs:
                inputs[name] = replace(inputs[name], text=told.text, why=told.why)
        if "inventory" in inputs:
            inputs["inventory"] = replace(inputs["inventory"], value=self.name, text=self.name)

    def notes(self) -> Iterator[str]:
        """What is to be said of a plan that rests on it."""
        names = ", ".join(field.replace("_", " ") for field in self.told)
        if names:
            yield say("the inventory {name} gives {fields}", name=self.name, fields=names)
        yield from (f"inventory: {note}" for note in self.shape.source.notes)
        for fault in self.shape.faults or ():
            what = f"{counted(fault.items, 'item')} ({units.show(float(fault.bytes), 'B')})"
            template = "{target}: {what} with {fault}; wanted them renamed or left out"
            kind = worded(KINDS.get(fault.kind, fault.kind))
            yield say(template, target=fault.target, what=what, fault=kind)
        errors = self.shape.errors
        if errors is None:
            yield worded(
                "the inventory does not say whether anything could not be read, so there may be more data"
            )
        elif errors.folders or errors.files:
            parts = [counted(errors.folders, "folder")] if errors.folders else []
            parts += [counted(errors.files, "file")] if errors.files else []
            what = listed(parts)
            yield say("the inventory could not read {what}: what lies there is in no figure", what=what)


def read_inventory_inputs(path: str, given: Mapping[str, Any], cold_age: float) -> InventoryInputs:
    """What a shape says of fields that nobody gave.

    Parameters
    ----------
    path : str
        Of the shape.
    given : mapping
        Fields that were given; they stand, and so does nothing that says the same.
    cold_age : float
        Data that nobody read for so long is cold. [s]

    Raises
    ------
    MigplanError
        The file is no shape.
    """
    shape = read_shape(Path(path))
    taken = {*given, *(same for name, same in _SAME.items() if name in given)}
    if "files" in taken or "file_size" in taken:
        taken.add("sizes")
    told = {
        name: MeasuredInput(value, text, f"{_grade(shape, key)} {_origin(shape)}{more}")
        for name, key, value, text, more in _fields(shape, cold_age)
        if name not in taken
    }
    if "sizes" in told or "file_size" in taken:
        told.pop("files", None)
    return InventoryInputs(Path(path).name, shape, told)


def _grade(shape: Shape, key: str) -> str:
    return {"measured": "measured by", "reported": "told by", "derived": "derived from"}[shape.grade(key)]


def _origin(shape: Shape) -> str:
    taken = shape.source.taken
    day = f" of {dt.datetime.fromtimestamp(taken, dt.UTC).date()}" if taken is not None else ""
    return f"the inventory{day}"


def _fields(shape: Shape, cold_age: float) -> Iterator[tuple[str, str, Any, str, str]]:
    """Field, key of the shape, value, text, and what is to be added."""
    if shape.bytes is not None:
        yield "volume", "bytes", f"{shape.bytes} B", units.show(float(shape.bytes), "B"), ""
    if shape.files:
        yield "files", "files", shape.files, str(shape.files), ""
    if shape.largest_file:
        text = units.show(float(shape.largest_file), "B")
        yield "largest_file", "largest_file_bytes", f"{shape.largest_file} B", text, ""
    sizes = list(_sizes(shape))
    if sizes:
        yield "sizes", "sizes", sizes, f"{len(sizes)} classes of size", ""
    yield from _changes(shape)
    cold = sorted(
        (each for each in shape.cold or () if each.days * units.DAY >= cold_age),
        key=lambda each: (each.by != "accessed", each.days),
    )
    if cold:
        verb = "read" if cold[0].by == "accessed" else "written (when it was read is not known)"
        more = f": not {verb} for {counted(cold[0].days, 'day', 'g')}"
        yield "cold", "cold", f"{min(cold[0].share, 1.0) * 100!r} %", f"{cold[0].share:.0%}", more


def _sizes(shape: Shape) -> Iterator[dict[str, Any]]:
    """The histogram as a scenario has it; empty files are counted with the smallest that are not."""
    empty = 0
    for bucket in shape.sizes or ():
        if not bucket.bytes or not bucket.files:
            empty += bucket.files
            continue
        files, empty = bucket.files + empty, 0
        yield {"size": f"{bucket.bytes / files!r} B", "files": files}


def _changes(shape: Shape) -> Iterator[tuple[str, str, Any, str, str]]:
    """What changed in the last days, as a history; where nothing did in all of them, no change."""
    known: list[Changed] = [each for each in shape.changed or () if each.bytes is not None]
    since = shape.since
    if since is not None and since.days > 0:
        rate = since.bytes / since.days
        yield (
            "change",
            "since",
            f"{rate!r} B/day",
            f"{units.show(rate, 'B')}/day",
            f", in {since.days:.3g} days",
        )
        return
    history = [each for each in known if each.bytes]
    if history:
        told = ", ".join(f"{units.show(float(each.bytes or 0), 'B')} in {each.days:g} d" for each in history)
        rows = [{"days": each.days, "volume": f"{each.bytes} B"} for each in history]
        yield "changed", "changed", rows, told, ""
    elif known:
        yield "change", "changed", "0 B/day", "0 B/day", ""


def rules_of(target: Target) -> Rules:
    """What names a target takes, of what its profile says."""
    lengths = ("name_length", "path_length", "depth", "largest_file")
    known: dict[str, Any] = {key: target.facts[key].value for key in lengths if key in target.facts}
    names = target.names
    if names is None:
        return Rules(target=target.id, **known)
    return Rules(
        target=target.id,
        unit=names.unit,
        forbidden=names.forbidden,
        forbidden_ends=names.forbidden_ends,
        reserved=names.reserved,
        folds=names.folds,
        **known,
    )
