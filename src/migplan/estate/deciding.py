"""Groups of rows to decisions: the best option of each row, the best of each family, or all of them in their rank."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.evaluation import Clock
from migplan.engine.options import Option
from migplan.engine.ranking import BY_TIME, DEAR, LATE, NEVER, OUTSIDE, UNSURE, UNUSABLE, best, effort, tie_of
from migplan.engine.rows import KINDS, PER_ROW, RowResults, evaluate_rows, find_winners, take_rows
from migplan.estate.rows import Group
from migplan.estate.sampling import Percentiles
from migplan.facts import Catalogue
from migplan.inputs.workload import Workload

_AMOUNTS = ("finish", "cutover", "one_off", "monthly", "total")
_CELLS = 400_000
_DUE, _WINDOW = 1, 2
"""Bits of what a row asks for: an end by a date, and a cutover in a window."""


@dataclass(slots=True)
class Entries:
    """Rows of the output, in any order. Arrays of one length; times in [s], amounts in [USD].

    Attributes
    ----------
    row : array of int
        Position of the row of the input.
    rank : array of int
        From 1; what comes out for one row is in this order.
    option : array of int
        Position in `options`; -1 where none can be used.
    reasons : array of int
        Position in `texts`.
    bound : array of int
        Position in `migplan.engine.evaluation.BOUNDS`.
    start : date
        From midnight of which the times of all these rows count.
    timezone : str
        Where that midnight is; empty for clocks that are never set.
    """

    options: Sequence[Option]
    texts: list[str]
    row: NDArray[np.intp]
    rank: NDArray[np.int64]
    option: NDArray[np.int64]
    usable: NDArray[np.bool_]
    meets: NDArray[np.bool_]
    complete: NDArray[np.bool_]
    reasons: NDArray[np.int64]
    bound: NDArray[np.int8]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    total: NDArray[np.float64]
    percentiles: dict[str, NDArray[np.float64]]
    start: dt.date
    timezone: str


def decide_best(group: Group, options: Sequence[Option], catalogue: Catalogue, clock: Clock) -> Entries:
    """The best option of each row by typical durations."""
    usable = [option for option in options if not option.reasons]
    winners = find_winners(usable, group.workload, catalogue, clock, group.count)
    found = winners.index >= 0
    texts = list(_texts())
    reasons = np.where(found, winners.tier, 0) + UNUSABLE * _asked(group.workload, group.count)
    for place, text in barred_rows(group, options, np.flatnonzero(~found), catalogue, clock):
        texts.append(text)
        reasons[place] = len(texts) - 1
    return Entries(
        options=usable,
        texts=texts,
        row=_places(group),
        rank=np.ones(group.count, dtype=np.int64),
        option=winners.index,
        usable=found,
        meets=winners.meets & found,
        complete=winners.complete & found,
        reasons=reasons,
        bound=winners.bound,
        finish=winners.finish,
        cutover=winners.cutover,
        one_off=np.where(found, winners.one_off, np.nan),
        monthly=np.where(found, winners.monthly, np.nan),
        total=winners.cost,
        percentiles={},
        start=group.workload.start,
        timezone=group.workload.timezone,
    )


def _places(group: Group) -> NDArray[np.intp]:
    return np.arange(group.count) if group.places is None else group.places


def _asked(w: Workload, rows: int) -> NDArray[np.int64]:
    """What each of some rows asks for, as bits."""
    bits = np.where(np.isnan(w.deadline), 0, _DUE) + np.where(np.isnan(w.cutover_window), 0, _WINDOW)
    return np.broadcast_to(bits, (rows,))


def missed(tier: int, asked: int) -> str:
    """What an option that can be used does not meet, as codes; what never ends is late only where an end was asked for.

    >>> missed(LATE + DEAR, _DUE), missed(NEVER * LATE + NEVER * OUTSIDE, _WINDOW)
    ('misses-deadline; over-budget', 'never-ends; misses-cutover-window')
    """
    codes = {
        "fidelity-not-sure": tier & UNSURE,
        "never-ends": tier % UNSURE // LATE == NEVER,
        "misses-deadline": asked & _DUE and tier & (UNSURE - LATE),
        "misses-cutover-window": asked & _WINDOW and tier & (LATE - OUTSIDE),
        "over-budget": tier & DEAR,
    }
    return "; ".join(code for code, holds in codes.items() if holds)


@functools.cache
def _texts() -> tuple[str, ...]:
    """What is missed, for each tier and each that may be asked for."""
    return tuple(missed(tier, asked) for asked in range(4) for tier in range(UNUSABLE))


def barred_rows(
    group: Group, options: Sequence[Option], places: NDArray[np.intp], catalogue: Catalogue, clock: Clock
) -> Iterator[tuple[int, str]]:
    """For rows that no option can be used for: every code that rules one out, the most frequent first."""
    if not len(places):
        return
    fixed = Counter(reason.code for option in options for reason in option.reasons)
    open_ = [option for option in options if not option.reasons]
    part = take_rows(group.workload, places, group.count)
    counts = [fixed.copy() for _ in places]
    for result in evaluate_rows(open_, part, catalogue, clock, len(places)):
        for code, holds in fault_codes(result).items():
            for place, number in enumerate(holds.sum(axis=0).tolist()):
                if number:
                    counts[place][code] += number
    for place, found in zip(places.tolist(), counts, strict=True):
        yield place, "; ".join(sorted(found, key=lambda code: (-found[code], code)))


def fault_codes(result: RowResults) -> dict[str, NDArray[np.bool_]]:
    """Where numbers rule options out, by code."""
    anything = np.zeros(result.finish.shape, dtype=bool)
    for holds in result.faults.values():
        anything = anything | holds
    return {**result.faults, "out-of-calendar": ~anything & ~np.isfinite(result.finish)}


def decide_all(
    group: Group,
    options: Sequence[Option],
    catalogue: Catalogue,
    clock: Clock,
    percentiles: Percentiles | None,
    what: str,
) -> Iterator[Entries]:
    """All options of each row in their rank, the best of each mover or device and target, or the best alone."""
    step = max(1, _CELLS // max(len(options), 1))
    for begin in range(0, group.count, step):
        rows = np.arange(begin, min(begin + step, group.count))
        part = take_rows(group.workload, rows, group.count)
        yield _ranked(group, part, rows, options, catalogue, clock, percentiles, what)


def _ranked(
    group: Group,
    part: Any,
    rows: NDArray[np.intp],
    options: Sequence[Option],
    catalogue: Catalogue,
    clock: Clock,
    percentiles: Percentiles | None,
    what: str,
) -> Entries:
    count = len(rows)
    results = list(evaluate_rows(options, part, catalogue, clock, count))
    ordered = [option for result in results for option in result.options]
    found = {name: np.concatenate([getattr(r, name) for r in results]) for name in PER_ROW}
    spread = {} if percentiles is None else percentiles.judge(ordered, found, part, count)
    order = rank_rows(ordered, found, spread, part.optimize, tie_of(part.optimize, catalogue.assumptions))
    shown: NDArray[np.bool_] = _shown(ordered, found, order, what)
    rank, row = np.nonzero(shown)
    some = np.asarray(found["usable"].any(axis=0))[row] | (what == "all")
    option = np.where(some, order[rank, row], -1)
    texts, reasons = _reasons(results, ordered, found, _asked(part, count))
    if what != "all":
        texts, reasons = _none_usable(texts, reasons, found, group, part, options, catalogue, clock, count)
    chosen = order[rank, row]
    picked = {name: values[chosen, row] for name, values in found.items()}
    return Entries(
        options=ordered,
        texts=texts,
        row=_places(group)[rows[row]],
        rank=np.cumsum(shown, axis=0, dtype=np.int64)[rank, row],
        option=option,
        **{name: picked[name] for name in ("usable", "meets", "bound")},
        complete=picked["complete"] & (option >= 0),
        reasons=reasons[chosen, row],
        **{name: np.where(option < 0, np.nan, picked[name]) for name in _AMOUNTS},
        percentiles={name: values[chosen, row] for name, values in spread.items()},
        start=group.workload.start,
        timezone=group.workload.timezone,
    )


def rank_rows(
    options: Sequence[Option],
    found: dict[str, NDArray[Any]],
    spread: dict[str, NDArray[np.float64]],
    optimize: str,
    tie: float,
) -> NDArray[np.intp]:
    """Positions of the options in their rank, best first; the second axis is the row. As `planner.rank` does."""
    finish = spread.get("decisive", found["finish"])
    aim = spread.get("p95", finish) if optimize == "risk" else finish
    efforts = np.array([[effort(option)] for option in options])
    first = best(found["tier"], found["ceiling"], efforts, aim, optimize, tie)
    key = aim if optimize in BY_TIME else found["ceiling"]
    ids = np.argsort(np.argsort(np.array([option.id for option in options])))
    keys = (
        np.broadcast_to(ids[:, None], aim.shape),
        np.where(np.isnan(aim), 0.0, aim),
        np.isnan(aim),
        np.where(np.isnan(key), 0.0, key),
        np.isnan(key),
        found["tier"],
        np.arange(len(options))[:, None] != first,
    )
    return np.lexsort(keys, axis=0)


def _shown(
    options: Sequence[Option], found: dict[str, NDArray[Any]], order: NDArray[np.intp], what: str
) -> NDArray[np.bool_]:
    """Which ranks come out; of families only those that can be used, or a single one where none can."""
    if what == "all":
        return np.ones(order.shape, dtype=bool)
    if what == "best":
        first: NDArray[np.bool_] = np.arange(len(order))[:, None] + 0 * order == 0
        return first
    codes = {key: code for code, key in enumerate(dict.fromkeys((o.family, o.target.id) for o in options))}
    family = np.array([codes[o.family, o.target.id] for o in options])[order]
    usable = np.take_along_axis(found["usable"], order, axis=0)
    shown = np.zeros(order.shape, dtype=bool)
    every = np.arange(order.shape[1])
    for code in range(len(codes)):
        mine = usable & (family == code)
        shown[mine.argmax(axis=0), every] |= mine.any(axis=0)
    shown[0] |= ~usable.any(axis=0)
    return shown


def _reasons(
    results: Sequence[RowResults],
    options: Sequence[Option],
    found: dict[str, NDArray[Any]],
    asked: NDArray[np.int64],
) -> tuple[list[str], NDArray[np.int64]]:
    """Codes of each option and row: what rules it out, or what it misses."""
    texts: dict[str, int] = {}
    rows = found["tier"].shape[1]
    codes = np.empty(found["tier"].shape, dtype=np.int64)
    place = 0
    for result in results:
        faults = fault_codes(result)
        names = list(faults)
        bits = sum((faults[name].astype(np.int64) << bit for bit, name in enumerate(names)), 0)
        for index, option in enumerate(result.options):
            fixed = [reason.code for reason in option.reasons]
            misses = asked * UNUSABLE + found["tier"][place] % UNUSABLE
            mixed = np.broadcast_to(bits[index], (rows,)) * len(_texts()) + misses  # type: ignore[index]
            for value in np.unique(mixed).tolist():
                barred = [name for bit, name in enumerate(names) if value // len(_texts()) >> bit & 1]
                text = "; ".join(dict.fromkeys([*fixed, *barred])) or _texts()[value % len(_texts())]
                codes[place, mixed == value] = texts.setdefault(text, len(texts))
            place += 1
    return list(texts), codes


def _none_usable(
    texts: list[str],
    reasons: NDArray[np.int64],
    found: dict[str, NDArray[Any]],
    group: Group,
    part: Any,
    options: Sequence[Option],
    catalogue: Catalogue,
    clock: Clock,
    count: int,
) -> tuple[list[str], NDArray[np.int64]]:
    """The codes of all options for rows that none can be used for."""
    none = np.flatnonzero(~found["usable"].any(axis=0))
    for place, text in barred_rows(Group(None, part, group.words, count), options, none, catalogue, clock):
        texts.append(text)
        reasons[:, place] = len(texts) - 1
    return texts, reasons


def in_order(options: Sequence[Option]) -> list[Option]:
    """Options kind by kind, as they are evaluated."""
    return [option for kind in KINDS for option in options if option.kind == kind]
