"""What if: one or two inputs over a range, and for each cell the winner, its time, its cost and whether it meets."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan import checks, units
from migplan.catalogue import Catalogue, load
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.evaluate.clock import clock_for
from migplan.fields import BY_NAME
from migplan.options import enumerate_options
from migplan.readers import READERS
from migplan.rows import Winners, find_winners, sample_rows, take_rows
from migplan.uncertainty import Draws
from migplan.workload import Workload, read_workload, related_change, related_sizes

_RANGE = re.compile(r"(?P<low>[^.]*(?:\.\d[^.]*)?)\.\.(?P<high>[^:]*):(?P<steps>\d+)(?P<scale>log|lin)?")
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
        In base units; None for words.
    """

    field: str
    texts: tuple[str, ...]
    values: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """A finished sweep; arrays have one axis for each input that was swept."""

    axes: tuple[Axis, ...]
    option: NDArray[Any]
    kind: NDArray[Any]
    days: NDArray[np.float64]
    p50: NDArray[np.float64]
    cost: NDArray[np.float64]
    meets: NDArray[np.bool_]
    workload: Workload


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
        raise MigplanError(Fault("bad-choice", "over", f"{shorten(text)}: {wanted}"))
    try:
        match = _RANGE.fullmatch(rest.strip())
        if match is None:
            return _listed(field, [item.strip() for item in rest.split(",") if item.strip()])
        return _ranged(field, match["low"], match["high"], int(match["steps"]), match["scale"])
    except UnitError as error:
        raise MigplanError(Fault("bad-quantity", f"over {name}", str(error))) from None


def _listed(field: Any, texts: list[str]) -> Axis:
    if not texts:
        raise UnitError("no values; wanted such as LOW..HIGH:STEPS or VALUE,VALUE")
    values = [READERS[field.form](field, text) for text in texts]
    numeric = field.form in ("quantity", "count")
    return Axis(field.name, tuple(texts), np.array(values, dtype=float) if numeric else None)


def _ranged(field: Any, low: str, high: str, steps: int, scale: str | None) -> Axis:
    if field.form not in ("quantity", "count"):
        raise UnitError("has no range; wanted a list of values")
    first, last = (READERS[field.form](field, text) for text in (low.strip(), high.strip()))
    if not (first < last and 2 <= steps <= MOST_CELLS):
        raise UnitError(f"{low}..{high}:{steps}: wanted a low value, a higher one, and 2 steps or more")
    logarithmic = scale != "lin" and first > 0
    values = np.geomspace(first, last, steps) if logarithmic else np.linspace(first, last, steps)
    values[0], values[-1] = first, last
    show = (lambda v: f"{v:.0f}") if field.form == "count" else (lambda v: units.show(v, field.base))
    return Axis(field.name, tuple(show(value) for value in values), values)


def run_sweep(
    fields: Mapping[str, Any],
    axes: Sequence[Axis],
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    samples: int = 0,
    seed: int = 0,
) -> Sweep:
    """Find the winner of every cell by typical durations, and the winner's P50 where draws are asked for.

    Raises
    ------
    MigplanError
        With every fault of the scenario or of a word on an axis.
    """
    shape = tuple(len(axis.texts) for axis in axes)
    if not 1 <= len(axes) <= 2 or np.prod(shape) > MOST_CELLS:
        raise MigplanError(
            Fault("out-of-range", "over", f"wanted one or two axes and at most {MOST_CELLS:,} cells")
        )
    catalogue = load(profiles)
    day = today or dt.date.today()
    words = [axis for axis in axes if axis.values is None]
    parts: dict[tuple[int, ...], tuple[Winners, NDArray[np.float64]]] = {}
    workload = None
    for choice in itertools.product(*(range(len(axis.texts)) for axis in words)):
        given = {**fields, **{axis.field: axis.texts[0] for axis in axes}}
        given.update({axis.field: axis.texts[index] for axis, index in zip(words, choice, strict=True)})
        workload = read_workload(_consistent(given, axes), catalogue.assumptions, day)
        checks.check_names(workload, catalogue)
        draws = Draws(seed, samples) if samples else None
        parts[choice] = _numbers(
            workload, [axis for axis in axes if axis.values is not None], catalogue, draws
        )
    assert workload is not None
    return _assemble(tuple(axes), parts, workload)


def _consistent(given: dict[str, Any], axes: Sequence[Axis]) -> dict[str, Any]:
    """A swept number of files replaces a given mean size, and the other way round."""
    swept = {axis.field for axis in axes}
    if swept & {"files", "file_size"}:
        given = {
            key: value
            for key, value in given.items()
            if key in swept or key not in ("files", "file_size", "sizes")
        }
    return given


def _numbers(
    w: Workload, axes: Sequence[Axis], catalogue: Catalogue, draws: Draws | None
) -> tuple[Winners, NDArray[np.float64]]:
    grids = (
        np.meshgrid(*(axis.values for axis in axes if axis.values is not None), indexing="ij") if axes else []
    )
    columns = {axis.field: grid.ravel() for axis, grid in zip(axes, grids, strict=True)}
    rows = len(next(iter(columns.values()))) if columns else 1
    swept = with_columns(w, columns)
    options = [option for option in enumerate_options(catalogue, swept, swept.start) if not option.reasons]
    winners = find_winners(options, swept, catalogue, clock_for(swept), rows)
    median = np.full(rows, np.nan)
    for index in np.unique(winners.index[winners.index >= 0]) if draws else ():
        mine = winners.index == index
        part = take_rows(swept, mine, rows)
        median[mine] = sample_rows(options[index], part, catalogue, draws, int(mine.sum()))
    return winners, median


def with_columns(w: Workload, columns: Mapping[str, NDArray[np.float64]]) -> Workload:
    """The workload with columns of numbers in place of some of its fields, and what follows from them."""
    if not columns:
        return w
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
    if "volume" in columns and w.inputs["change"].is_part:
        changes["change_rate"] = related_change(volume, w.change_rate / w.volume, True)
    return replace(w, **changes)


def _assemble(
    axes: tuple[Axis, ...], parts: dict[tuple[int, ...], tuple[Winners, NDArray[np.float64]]], w: Workload
) -> Sweep:
    shape = tuple(len(axis.texts) for axis in axes)
    words = [position for position, axis in enumerate(axes) if axis.values is None]
    found: dict[str, Any] = {
        "option": np.full(shape, "", dtype=object),
        "kind": np.full(shape, "", dtype=object),
        "days": np.full(shape, np.nan),
        "p50": np.full(shape, np.nan),
        "cost": np.full(shape, np.nan),
        "meets": np.zeros(shape, dtype=bool),
    }
    for choice, (winners, median) in parts.items():
        place = tuple(choice[words.index(p)] if p in words else slice(None) for p in range(len(axes)))
        inner = tuple(shape[p] for p in range(len(axes)) if p not in words)
        ids = np.array([*(option.id for option in winners.options), ""], dtype=object)
        kinds = np.array([*(option.kind for option in winners.options), ""], dtype=object)
        found["option"][place] = ids[winners.index].reshape(inner)
        found["kind"][place] = kinds[winners.index].reshape(inner)
        found["days"][place] = (winners.finish / 86400.0).reshape(inner)
        found["p50"][place] = (median / 86400.0).reshape(inner)
        found["cost"][place] = winners.cost.reshape(inner)
        found["meets"][place] = winners.meets.reshape(inner)
    return Sweep(axes=axes, workload=w, **found)
