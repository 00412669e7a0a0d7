"""Groups of rows to decisions: the best option of each row, the best of each family, or all of them in their rank."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.engine.case import Case
from migplan.engine.draws import Draws
from migplan.engine.evaluation import Evaluation, evaluate
from migplan.engine.judgement import Judgement
from migplan.engine.options import Option
from migplan.engine.ranking import UNUSABLE, Verdict, asked_of, missed_codes
from migplan.engine.sampling import judge_rows
from migplan.engine.search import find_winners
from migplan.estate.rows import Group

_AMOUNTS = ("finish", "cutover", "one_off", "monthly", "running", "total")
_CELLS = 400_000


@dataclass(slots=True)
class Decisions:
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
    running: NDArray[np.float64]
    total: NDArray[np.float64]
    percentiles: dict[str, NDArray[np.float64]]
    start: dt.date
    timezone: str


def decide_best(group: Group, case: Case) -> Decisions:
    """The best option of each row by typical durations."""
    options = case.open_options
    winners = find_winners(case, options)
    found = winners.index >= 0
    texts = list(_texts())
    reasons = np.where(found, winners.missed, 0) + UNUSABLE * asked_of(group.workload, group.count)
    for place, text in ruled_out_rows(case, np.flatnonzero(~found)):
        texts.append(text)
        reasons[place] = len(texts) - 1
    return Decisions(
        options=options,
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
        running=np.where(found, winners.running, np.nan),
        total=winners.cost,
        percentiles={},
        start=group.workload.start,
        timezone=group.workload.timezone,
    )


def _places(group: Group) -> NDArray[np.intp]:
    return np.arange(group.count) if group.places is None else group.places


@functools.cache
def _texts() -> tuple[str, ...]:
    """What is missed, for each tier and each that may be asked for."""
    return tuple(missed_codes(bits, asked) for asked in range(4) for bits in range(UNUSABLE))


def ruled_out_rows(case: Case, rows: NDArray[np.intp]) -> Iterator[tuple[int, str]]:
    """For rows that no option can be used for: every code that rules one out, the most frequent first."""
    if not len(rows):
        return
    some = case.rows(rows)
    open_ones = some.is_chosen(case.open_options)
    faults = evaluate(some, case.open_options, priced=False).faults
    numbers = [(holds & open_ones)[..., 0].sum(axis=0) for holds in faults.values()]
    # Of the configurations of a target only the one that stands for it in a row counts there.
    stands = some.is_chosen(case.options)[..., 0]
    table = np.array([*numbers, *stands], dtype=np.int64).reshape(-1, len(rows)).T
    texts: dict[bytes, str] = {}
    for row, counted in zip(rows.tolist(), table, strict=True):
        # Many rows are barred by the same.
        key = counted.tobytes()
        if key not in texts:
            barring = dict(zip(faults, counted.tolist(), strict=False))
            texts[key] = _ruled_out(case.options, counted[len(faults) :], barring)
        yield row, texts[key]


def _ruled_out(options: Sequence[Option], stands: NDArray[np.int64], numbers: dict[str, int]) -> str:
    """Every code that rules out one of the options that stand, or that numbers rule options out by."""
    found: Counter[str] = Counter()
    for option, holds in zip(options, stands.tolist(), strict=True):
        if holds:
            found.update(reason.code for reason in option.reasons)
    found.update({code: number for code, number in numbers.items() if number})
    return "; ".join(sorted(found, key=lambda code: (-found[code], code)))


def decide_all(group: Group, case: Case, draws: Draws | None, what: str) -> Iterator[Decisions]:
    """All options of each row in their rank, the best of each mover or device and target, or the best alone."""
    step = max(1, _CELLS // max(len(case.options), 1))
    for begin in range(0, group.count, step):
        rows = np.arange(begin, min(begin + step, group.count))
        yield _ranked(group, case.rows(rows), rows, draws, what)


def _ranked(group: Group, case: Case, rows: NDArray[np.intp], draws: Draws | None, what: str) -> Decisions:
    result = evaluate(case)
    judgement = Judgement.typical(case, result)
    spread = {} if draws is None else judge_rows(judgement, draws, what == "best")
    order, verdict = judgement.order, judgement.verdict
    stands = np.take_along_axis(case.is_chosen(result.options)[..., 0], order, axis=0)
    shown: NDArray[np.bool_] = _shown(result.options, verdict.usable, order, what) & stands
    rank, row = np.nonzero(shown)
    some = np.asarray(verdict.usable.any(axis=0))[row] | (what == "all")
    chosen = order[rank, row]
    option = np.where(some, chosen, -1)
    texts, reasons = _reasons(result, verdict, asked_of(case.workload, len(rows)))
    if what != "all":
        for place, text in ruled_out_rows(case, np.flatnonzero(~verdict.usable.any(axis=0))):
            texts.append(text)
            reasons[:, place] = len(texts) - 1
    amounts = {name: getattr(result, name)[chosen, row, 0] for name in _AMOUNTS}
    return Decisions(
        options=result.options,
        texts=texts,
        row=_places(group)[rows[row]],
        rank=np.cumsum(shown, axis=0, dtype=np.int64)[rank, row],
        option=option,
        usable=verdict.usable[chosen, row],
        meets=verdict.meets[chosen, row],
        bound=result.bound[chosen, row, 0],
        complete=result.complete[chosen, row, 0] & (option >= 0),
        reasons=reasons[chosen, row],
        **{name: np.where(option < 0, np.nan, values) for name, values in amounts.items()},
        percentiles={name: values[chosen, row] for name, values in spread.items()},
        start=group.workload.start,
        timezone=group.workload.timezone,
    )


def _shown(
    options: Sequence[Option], usable: NDArray[np.bool_], order: NDArray[np.intp], what: str
) -> NDArray[np.bool_]:
    """Which ranks come out; of families only those that can be used, or a single one where none can."""
    shown = np.full(order.shape, what == "all")
    if what != "families":
        shown[:1] = True
        return shown
    codes = {key: code for code, key in enumerate(dict.fromkeys((o.family, o.target.id) for o in options))}
    family = np.array([codes[o.family, o.target.id] for o in options])[order]
    usable = np.take_along_axis(usable, order, axis=0)
    every = np.arange(order.shape[1])
    for code in range(len(codes)):
        mine = usable & (family == code)
        shown[mine.argmax(axis=0), every] |= mine.any(axis=0)
    shown[0] |= ~usable.any(axis=0)
    return shown


def _reasons(
    result: Evaluation, verdict: Verdict, asked: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64]]:
    """Codes of each option and row: what rules it out, or what it misses."""
    texts: dict[str, int] = {}
    wrong, names = verdict.missed, list(result.faults)
    bits = sum((result.faults[name][..., 0].astype(np.int64) << bit for bit, name in enumerate(names)), 0)
    mixed = bits * len(_texts()) + asked * UNUSABLE + wrong % UNUSABLE
    codes = np.empty(wrong.shape, dtype=np.int64)
    for place, option in enumerate(result.options):
        fixed = [reason.code for reason in option.reasons]
        for value in np.unique(mixed[place]).tolist():
            barred = [name for bit, name in enumerate(names) if value // len(_texts()) >> bit & 1]
            text = "; ".join(dict.fromkeys([*fixed, *barred])) or _texts()[value % len(_texts())]
            codes[place, mixed[place] == value] = texts.setdefault(text, len(texts))
    return list(texts), codes
