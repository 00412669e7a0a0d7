"""The values that a sweep runs over: read from text, and put into a workload as columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.inputs.fields import BY_NAME, NUMERIC, WORDS, Field
from migplan.inputs.readers import READERS
from migplan.inputs.workload import Workload, related_change, related_sizes
from migplan.text import did_you_mean

_RANGE = re.compile(r"(?P<low>[^.]*(?:\.\d[^.]*)?)\.\.(?P<high>[^:]*):(?P<steps>\d{1,9})(?P<scale>log|lin)?")
_ATTRIBUTES = {"rtt": "round_trip_time", "change": "change_rate"}
MOST_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Axis:
    """The values that one input takes.

    Attributes
    ----------
    field : str
    texts : tuple of str
        As they would be typed.
    values : array or None
        In base units; a part per second where the change is one; None for words.
    """

    field: str
    texts: tuple[str, ...]
    values: NDArray[np.float64] | None


def read_axis(text: str) -> Axis:
    """Read an axis: 'link=100Mbps..10Gbps:25' (log steps; ':25lin' for linear ones) or 'link=1 Gbps,10 Gbps'.

    Raises
    ------
    MigplanError
        The text is not of that form, or its values cannot be read.

    Examples
    --------
    >>> read_axis("volume=10TB..1PB:3").texts
    ('10 TB', '100 TB', '1 PB')
    """
    name, equals, rest = text.partition("=")
    name = name.strip().replace("-", "_")
    field = BY_NAME.get(name)
    if field is None or not equals or field.scenario_only:
        wanted = "wanted FIELD=LOW..HIGH:STEPS or FIELD=VALUE,VALUE with one of the input fields"
        if equals and field is None:
            wanted = f"{shorten(name)} is no input field; {did_you_mean(name, WORDS, wanted)}"
        raise MigplanError(Fault("bad-choice", "over", f"{shorten(text)}: {wanted}"))
    try:
        match = _RANGE.fullmatch(rest.strip()) if field.form in NUMERIC else None
        if match is None:
            return _listed(field, [item.strip() for item in rest.split(",") if item.strip()])
        return _ranged(
            field, match["low"].strip(), match["high"].strip(), int(match["steps"]), match["scale"]
        )
    except UnitError as error:
        raise MigplanError(Fault("bad-quantity", f"over {name}", str(error))) from None


def _listed(field: Field, texts: list[str]) -> Axis:
    if not texts:
        raise UnitError("no values; wanted such as LOW..HIGH:STEPS or VALUE,VALUE")
    if field.form in NUMERIC and ".." in texts[0]:
        ends, colon, steps = texts[0].rpartition(":")
        fault = f"has {shorten(steps)} steps" if colon and ".." in ends else "has no steps"
        raise UnitError(f"{shorten(texts[0])} {fault}; wanted such as {shorten(f'{ends or steps}:10')}")
    if len(texts) > MOST_CELLS:
        raise UnitError(f"{len(texts):,} values; wanted at most {MOST_CELLS:,}")
    values = [READERS[field.form](field, text) for text in texts]
    numbers = [_number(value) for value in values]
    # Parts and amounts of change in one list, or dates and durations, are told apart word by word.
    alike = field.form in NUMERIC and None not in numbers and len({_kind(value) for value in values}) == 1
    return Axis(field.name, tuple(texts), np.array(numbers, dtype=float) if alike else None)


def _number(value: Any) -> float | None:
    """The number of what a reader gave; None for a date or a word."""
    found = value[0] if isinstance(value, tuple) and len(value) == 2 else value
    return float(found) if isinstance(found, (int, float)) else None


def _kind(value: Any) -> Any:
    return value[1] if isinstance(value, tuple) and len(value) == 2 else type(value)


def _ranged(field: Field, low: str, high: str, steps: int, scale: str | None) -> Axis:
    ends = [READERS[field.form](field, text) for text in (low, high)]
    first, last = (_number(end) for end in ends)
    if first is None or last is None or _kind(ends[0]) != _kind(ends[1]):
        raise UnitError(f"{low}..{high} is no range of amounts; wanted a list of values")
    if not (first < last and 2 <= steps <= MOST_CELLS):
        raise UnitError(
            f"{low}..{high}:{steps}: wanted a low value, a higher one, and 2 to {MOST_CELLS:,} steps"
        )
    logarithmic = scale != "lin" and first > 0
    values = np.geomspace(first, last, steps) if logarithmic else np.linspace(first, last, steps)
    if field.form == "count":
        values = np.unique(np.round(values))
    part = field.form == "change" and ends[0][1]
    for digits in (4, 6, 9, 16):
        texts = [_text(value, field, part, digits) for value in values]
        # What is told is what is meant: each value is read back from its text.
        read = np.array([_number(READERS[field.form](field, text)) for text in texts], dtype=float)
        if (np.diff(read) > 0).all():
            return Axis(field.name, tuple(texts), read)
    raise UnitError(f"{low}..{high}:{steps}: too many steps between values so close")


_PART = 0.01 / units.DAY


def _text(value: float, field: Field, part: bool, digits: int) -> str:
    """A value as it would be typed, to some digits."""
    if field.form == "count":
        return f"{value:.0f}"
    if part:
        return f"{value / _PART:.{digits}g} %/day"
    if field.form == "change":
        return f"{_short(value / units.factor('GB/day', field.base), digits)} GB/day"
    # A value a hair below a whole unit is told in that unit.
    shown = units.show(value * (1 + 1e-9), field.base).split()[-1]
    return f"{_short(value / units.factor(shown, field.base), digits)} {shown}"


def _short(number: float, digits: int) -> str:
    """Digits without an exponent, which nobody types.

    >>> _short(1234567.0, 4), _short(0.25, 4), _short(177.8279, 4)
    ('1234567', '0.25', '177.8')
    """
    return f"{number:.{digits}g}" if abs(number) < 10.0**digits else f"{number:.0f}"


def with_columns(w: Workload, columns: Mapping[str, NDArray[np.float64]]) -> Workload:
    """The workload with columns of numbers in place of some of its fields, and what follows from them."""
    if not columns:
        return w
    columns = {name: values[:, None] for name, values in columns.items()}
    volume = columns.get("volume", w.volume)
    given = {
        name: w.inputs[name].value if w.inputs[name].status == "given" else np.nan
        for name in ("files", "file_size")
    }
    given["files"] = w.files if w.sizes else given["files"]
    known = {name: columns.get(name, value) for name, value in given.items()}
    files, size = related_sizes(volume, known["files"], known["file_size"], w.inputs["file_size"].value)
    changes: dict[str, Any] = {_ATTRIBUTES.get(name, name): values for name, values in columns.items()}
    changes.update(files=files, file_size=size)
    part = w.inputs["change"].is_part
    if "change" in columns:
        changes["change_rate"] = related_change(volume, columns["change"], part)
    elif "volume" in columns and part:
        changes["change_rate"] = related_change(volume, w.change_rate / w.volume, True)
    return replace(w, **changes)
