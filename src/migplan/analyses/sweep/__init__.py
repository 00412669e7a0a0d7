"""What if: one or two inputs over a range, and for each cell the winner, its time, its cost and whether it meets."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from migplan import units
from migplan.analyses.plan import SAMPLES
from migplan.analyses.sweep.axes import MOST_CELLS, Axis, read_axis, with_columns
from migplan.analyses.sweep.by_draws import Percentiles, winners_by_draws
from migplan.analyses.sweep.families import MOST_ROWS, family_days
from migplan.engine.case import Case, load_measured
from migplan.engine.draws import Draws
from migplan.engine.ranking import asked_of, missed_codes
from migplan.engine.search import Winners, find_winners
from migplan.errors import Fault, MigplanError
from migplan.inputs.workload import Workload
from migplan.language import ENGLISH, speaking
from migplan.progress import steps
from migplan.results.model import Plan, finite
from migplan.results.words import carrier_name, short_name
from migplan.units import DAY

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Axis", "Sweep", "read_axis", "run_sweep", "sweep_line", "with_columns"]

MOST_DRAWN = 400
"""Cells for which draws are made unasked: each takes about as long as a tenth of a plan."""

_SPAN, _STEPS = 10.0, 25
"""How far a sweep around the line of a plan goes, and in how many steps."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A finished sweep; arrays have one axis for each input that was swept.

    Attributes
    ----------
    option, kind : array of str
        The winner; empty where no option can be used.
    days, p50, p80 : array
        Its typical duration, its P50 and its P80; NaN where there is none. [days]
    cost : array
        Move and horizon, known prices only. [USD]
    meets : array of bool
        Whether it meets what is wanted, at P80 where there are draws and at typical values where there are none.
    complete : array of bool
        Whether all its prices are known.
    families : dict
        For one input with numbers: family of options -> days of its soonest one in every cell. [days]
    names : dict
        Id of a winner -> what people call it in a table.
    carriers : dict
        Family of options -> what people call its device and its mover.
    misses : array of str
        What the winner misses, as codes such as 'misses-deadline; over-budget'; empty where it meets all.
    """

    axes: tuple[Axis, ...]
    option: NDArray[Any]
    kind: NDArray[Any]
    days: NDArray[np.float64]
    p50: NDArray[np.float64]
    cost: NDArray[np.float64]
    meets: NDArray[np.bool_]
    workload: Workload
    complete: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    families: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    p80: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    samples: int = 0
    carriers: dict[str, str] = field(default_factory=dict)
    misses: NDArray[Any] | None = None

    @property
    def lang(self) -> str:
        """The language in which it is told."""
        return getattr(self.workload, "lang", ENGLISH)

    def cells(self) -> list[dict[str, Any]]:
        """Each cell with its inputs as texts and its answer, in plain values."""
        names = [axis.field for axis in self.axes]
        rows = []
        for place in itertools.product(*(range(len(axis.texts)) for axis in self.axes)):
            texts = [axis.texts[index] for axis, index in zip(self.axes, place, strict=True)]
            rows.append(
                {
                    **dict(zip(names, texts, strict=True)),
                    "option": self.option[place] or None,
                    "duration_days": finite(self.days[place]),
                    "p50_days": finite(self.p50[place]),
                    "p80_days": finite(self.p80[place]),
                    "cost_horizon_usd": finite(self.cost[place]),
                    "cost_is_complete": bool(self.complete[place]),
                    "meets": bool(self.meets[place]),
                    "misses": "" if self.misses is None else self.misses[place],
                }
            )
        return rows

    def frame(self) -> pd.DataFrame:
        """The same as a pandas frame, a row for each cell; unknown numbers are missing."""
        import pandas as pd

        numbers = dict.fromkeys(("duration_days", "p50_days", "p80_days", "cost_horizon_usd"), "float64")
        return pd.DataFrame(self.cells()).astype(numbers)

    def __repr__(self) -> str:
        axes = " by ".join(f"{axis.field} {axis.texts[0]}..{axis.texts[-1]}" for axis in self.axes)
        return f"<Sweep of {axes}: {len(np.unique(self.option))} winners in {self.option.size} cells>"


def run_sweep(
    fields: Mapping[str, Any],
    axes: Sequence[Axis],
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    samples: int | None = 0,
    seed: int = 0,
    pilot: Path | None = None,
) -> Sweep:
    """Find the winner of every cell, which is what a plan of its inputs recommends with as many draws.

    Parameters
    ----------
    samples : int, optional
        Draws; 0 goes by typical values. Where none are said, as many as a plan has, and for many cells none.

    Raises
    ------
    MigplanError
        With every fault of the scenario or of a word on an axis.
    """
    shape = tuple(len(axis.texts) for axis in axes)
    alone = len({axis.field for axis in axes}) == len(axes)
    if not (1 <= len(axes) <= 2 and alone) or np.prod(shape) > MOST_CELLS:
        text = f"wanted one input or two different ones, and at most {MOST_CELLS:,} cells"
        raise MigplanError(Fault("out-of-range", "over", text))
    catalogue, fields = load_measured(fields, profiles, pilot)
    words = [axis for axis in axes if axis.values is None]
    numbers = [axis for axis in axes if axis.values is not None]
    parts: dict[tuple[int, ...], _Part] = {}
    if samples is None:
        samples = SAMPLES if np.prod(shape) <= MOST_DRAWN else 0
    draws = Draws(seed, samples) if samples else None
    for choice in steps([*itertools.product(*(range(len(axis.texts)) for axis in words))], "sweeping"):
        given = _given(fields, axes)
        given.update({axis.field: axis.texts[index] for axis, index in zip(words, choice, strict=True)})
        case = Case.read(given, catalogue, today)
        parts[choice] = _numbers(case, numbers, draws)
    with speaking(case.workload.lang):
        return replace(_assemble(tuple(axes), parts, case.workload), samples=samples)


def sweep_line(
    fields: Mapping[str, Any],
    plan: Plan,
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    pilot: Path | None = None,
) -> Sweep | None:
    """What would win on a line from a tenth to ten times the rate of the one that is planned; None without a line."""
    link = plan.workload["link"].value
    if not link:
        return None
    low, high = (units.show(link * factor, "B/s") for factor in (1 / _SPAN, _SPAN))
    return run_sweep(fields, [read_axis(f"link={low}..{high}:{_STEPS}")], profiles, today, 0, pilot=pilot)


class _Part(NamedTuple):
    """The cells of one choice of words, in a row."""

    winners: Winners
    percentiles: Percentiles
    families: dict[str, NDArray[np.float64]]
    misses: list[str]


def _given(fields: Mapping[str, Any], axes: Sequence[Axis]) -> dict[str, Any]:
    """The fields as they are read once, with a value of each input that is swept and not there.

    A swept number of files replaces a given mean size, and the other way round; a swept change its unit.
    """
    swept = {axis.field for axis in axes}
    # An inventory has a volume, with sizes that belong to it.
    there = {"volume"} if "inventory" in fields else set()
    given = {axis.field: axis.texts[-1] for axis in axes if axis.field not in there} | dict(fields)
    given.update(
        {axis.field: axis.texts[-1] for axis in axes if axis.field in ("change", "files", "file_size")}
    )
    if swept & {"files", "file_size"}:
        left_out = {"files", "file_size", "sizes"} - swept
        given = {key: value for key, value in given.items() if key not in left_out}
    return given


def _numbers(case: Case, axes: Sequence[Axis], draws: Draws | None) -> _Part:
    values = [axis.values for axis in axes if axis.values is not None]
    grids = np.meshgrid(*values, indexing="ij") if values else []
    columns = {axis.field: grid.ravel() for axis, grid in zip(axes, grids, strict=True)}
    rows = len(next(iter(columns.values()))) if columns else 1
    swept = case.of(with_columns(case.workload, columns))
    options = swept.open_options
    percentiles: Percentiles = {}
    if draws is None:
        winners = find_winners(swept, options)
    else:
        winners, percentiles = winners_by_draws(swept, draws)
    winners = _possible(winners, swept.workload)
    single = len(axes) == 1 and rows <= MOST_ROWS
    families = family_days(swept, options) if single else {}
    bits = np.where(winners.index < 0, 0, winners.missed).tolist()
    misses = [*map(missed_codes, bits, asked_of(swept.workload, rows).tolist())]
    return _Part(winners, percentiles, families, misses)


def _possible(winners: Winners, w: Workload) -> Winners:
    """No winner where one file would be larger than all the data, which a single plan refuses."""
    wrong = (np.asarray(w.largest_file) > w.volume) | (np.asarray(w.file_size) > w.volume)
    if not np.any(wrong):
        return winners
    wrong = np.broadcast_to(wrong, w.shape[1:])[:, 0]
    changes: dict[str, Any] = {
        name: np.where(wrong, np.nan, getattr(winners, name)) for name in ("finish", "cutover", "cost")
    }
    index, meets = np.where(wrong, -1, winners.index), winners.meets & ~wrong
    return structs.replace(winners, index=index, meets=meets, **changes)


def _assemble(axes: tuple[Axis, ...], parts: dict[tuple[int, ...], _Part], w: Workload) -> Sweep:
    shape = tuple(len(axis.texts) for axis in axes)
    words = [position for position, axis in enumerate(axes) if axis.values is None]
    found: dict[str, Any] = {
        "option": np.full(shape, "", dtype=object),
        "kind": np.full(shape, "", dtype=object),
        "days": np.full(shape, np.nan),
        "p50": np.full(shape, np.nan),
        "p80": np.full(shape, np.nan),
        "cost": np.full(shape, np.nan),
        "meets": np.zeros(shape, dtype=bool),
        "complete": np.zeros(shape, dtype=bool),
        "misses": np.full(shape, "", dtype=object),
    }
    for choice, (winners, percentiles, _, misses) in parts.items():
        place = tuple(choice[words.index(p)] if p in words else slice(None) for p in range(len(axes)))
        inner = tuple(shape[p] for p in range(len(axes)) if p not in words)
        ids = np.array([*(option.id for option in winners.options), ""], dtype=object)
        kinds = np.array([*(option.kind for option in winners.options), ""], dtype=object)
        found["option"][place] = ids[winners.index].reshape(inner)[()]
        found["kind"][place] = kinds[winners.index].reshape(inner)[()]
        found["days"][place] = (winners.finish / DAY).reshape(inner)
        for name, values in percentiles.items():
            found[name][place] = np.where(winners.index < 0, np.nan, values / DAY).reshape(inner)
        found["cost"][place] = winners.cost.reshape(inner)
        found["meets"][place] = winners.meets.reshape(inner)
        found["complete"][place] = winners.complete.reshape(inner)
        found["misses"][place] = np.array(misses, dtype=object).reshape(inner)[()]
    families = parts[()].families if not words else {}
    options = [option for winners, *_ in parts.values() for option in winners.options]
    names = {option.id: short_name(option) for option in options}
    carriers = {option.family: carrier_name(option) for option in options}
    return Sweep(axes=axes, workload=w, families=families, names=names, carriers=carriers, **found)
