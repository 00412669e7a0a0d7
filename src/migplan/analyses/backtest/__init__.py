"""Forecasts of completed migrations beside what was measured, and what the movements say of the constants.

`run` forecasts a table of cases from their inputs alone, with the engine that plans. `learn` draws the constants of
profiles towards the cases. What it means that a forecast is honest is in docs/method.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from migplan.analyses.backtest.cases import Case, Measured, read_cases
from migplan.analyses.backtest.factors import at_priors, fitted_on, with_factors
from migplan.analyses.backtest.fit import Sample, fit
from migplan.analyses.backtest.forecast import Forecast, busy, forecast
from migplan.analyses.backtest.halves import Taught, halves, told
from migplan.analyses.backtest.history import study, with_history
from migplan.analyses.backtest.matching import Setting, setting
from migplan.analyses.backtest.overlay import write_history, write_overlay
from migplan.analyses.backtest.scores import Backtest, Half, Result, Score, compare
from migplan.engine.case import assumed_values
from migplan.engine.draws import Draws
from migplan.errors import Fault, MigplanError
from migplan.facts import Catalogue, load

__all__ = ["Backtest", "Half", "Result", "Score", "learn", "read_cases", "run"]

SAMPLES = 1000


def run(
    cases: Sequence[tuple[Case, Measured]],
    profiles: Sequence[Path | str] = (),
    leave_out: bool = False,
    samples: int = SAMPLES,
    seed: int = 0,
    half_history: bool = False,
    by_class: bool = False,
) -> Backtest:
    """Forecast cases and hold the forecasts against what was measured.

    Parameters
    ----------
    cases : sequence of (Case, Measured)
        From `read_cases`. What was measured is not looked at before all forecasts are made, but for the fit without
        the case's own source where `leave_out` asks for it.
    profiles : sequence of path
        Folders of the user's own profiles, over ours by id.
    leave_out : bool
        Begin at the priors of the constants, and forecast the cases of each source after a fit on all other sources.
    samples, seed : int
        Random seed of the draws.
    half_history : bool
        The same, and each half of the larger sources once more, after the other half was learned from.
    by_class : bool
        The same with each class of tools left out in place of each source.

    Raises
    ------
    MigplanError
        Both classes and sources are to be left out.
    """
    if by_class and (leave_out or half_history):
        text = "leaves classes out, and sources are to be left out too; wanted one of them"
        raise MigplanError(Fault("contradiction", "leave_one_class_out", text))
    catalogue, draws = load(profiles), Draws(seed, samples)
    inputs = [case for case, _ in cases]
    found: dict[str, Result] = {}
    missing: dict[str, tuple[str, ...]] = {}
    taught: list[Taught] = []
    out = leave_out or half_history or by_class
    if out:
        for own, before in _left_out(cases, at_priors(catalogue), _class_of if by_class else _source_of):
            some, less = _compared(own, before, draws)
            found |= some
            missing |= less
            if half_history:
                taught += _taught(own, before, some, draws)
    else:
        found, missing = _compared(cases, catalogue, draws)
    known = fitted_on(catalogue)
    return Backtest(
        rows=len(cases),
        left_out=out,
        left_out_by="" if not out else "class" if by_class else "source",
        fitted=sum(case.id in known for case in inputs),
        results=tuple(found[case.id] for case in inputs if case.id in found),
        missing=tuple((case.id, missing[case.id]) for case in inputs if case.id in missing),
        halves=told(taught),
    )


def _forecasts(
    cases: Sequence[Case], catalogue: Catalogue, draws: Draws
) -> tuple[dict[str, tuple[Setting, Forecast]], dict[str, tuple[str, ...]]]:
    """Case -> its setting and forecast, and case -> what is missing for one."""
    found: dict[str, tuple[Setting, Forecast]] = {}
    missing: dict[str, tuple[str, ...]] = {}
    for case in cases:
        made = setting(case, catalogue)
        if isinstance(made, tuple):
            missing[case.id] = made
            continue
        times = forecast(made, catalogue, draws)
        if times.p10 > 0 and math.isfinite(times.p90):
            found[case.id] = (made, times)
        else:
            missing[case.id] = ("numbers that lead to a time above 0 that ends",)
    return found, missing


def _compared(
    cases: Sequence[tuple[Case, Measured]], catalogue: Catalogue, draws: Draws
) -> tuple[dict[str, Result], dict[str, tuple[str, ...]]]:
    """Case -> its forecast beside what was measured, and case -> what is missing for one."""
    found, missing = _forecasts([case for case, _ in cases], catalogue, draws)
    return {case.id: compare(case, out, *found[case.id]) for case, out in cases if case.id in found}, missing


def _left_out(
    cases: Sequence[tuple[Case, Measured]], catalogue: Catalogue, part_of: Callable[[Case, Catalogue], str]
) -> Iterator[tuple[list[tuple[Case, Measured]], Catalogue]]:
    """The cases of each part, and constants that were fitted on all other parts."""
    known = samples_of(cases, catalogue)
    parts = {case.id: part_of(case, catalogue) for case, _ in cases}
    for part in dict.fromkeys(parts.values()):
        others = [sample for sample in known if parts[sample.setting.case] != part]
        own = [row for row in cases if parts[row[0].id] == part]
        yield own, with_factors(catalogue, fit(others, catalogue))


def _source_of(case: Case, catalogue: Catalogue) -> str:
    return case.origin


def _class_of(case: Case, catalogue: Catalogue) -> str:
    """The class of a case's tool; none where it cannot be forecast."""
    made = setting(case, catalogue)
    return made.group if isinstance(made, Setting) else ""


def _taught(
    cases: Sequence[tuple[Case, Measured]], before: Catalogue, cold: Mapping[str, Result], draws: Draws
) -> Iterator[Taught]:
    """Each half of the measured cases of a source, before and after the other half was learned from."""
    rows = [row for row in cases if row[0].id in cold and math.isfinite(cold[row[0].id].ratio)]
    for own, other in halves(len(rows)):
        after = learned([rows[place] for place in own], before)
        warm, _ = _compared([rows[place] for place in other], after, draws)
        yield Taught(rows[0][0].origin, len(rows), tuple((cold[case], warm[case]) for case in warm))


def learned(cases: Sequence[tuple[Case, Measured]], catalogue: Catalogue) -> Catalogue:
    """The catalogue after some completed migrations."""
    return with_history(catalogue, study(samples_of(cases, catalogue), catalogue))


def samples_of(cases: Sequence[tuple[Case, Measured]], catalogue: Catalogue) -> list[Sample]:
    """The cases that can be learned from: forecastable ones with a time, or a rate and a volume."""
    samples, assumed = [], assumed_values(catalogue)
    for case, out in cases:
        made = setting(case, catalogue)
        if isinstance(made, Setting):
            time = out.duration if out.duration > 0 else made.sent / out.rate if out.rate > 0 else math.nan
            typical = busy(made, made.workload, assumed).item()
            if 0 < time < math.inf and 0 < typical < math.inf:
                samples.append(Sample(made, time, case.origin, case.year))
    return samples


def learn(
    cases: Sequence[tuple[Case, Measured]],
    folder: Path,
    profiles: Sequence[Path | str] = (),
    anew: bool = False,
    today: dt.date | None = None,
    force: bool = False,
) -> list[Path]:
    """Write an overlay of profiles that say what completed migrations took, in times of what their constants say.

    Parameters
    ----------
    folder : path
        Where the profiles go.
    anew : bool
        Draw the constants themselves towards the migrations, from the priors of documents on, as the profiles of
        migplan were made.
    force : bool
        Replace files that migplan did not write.

    Returns
    -------
    list of path
        The files that were written.
    """
    catalogue, day = load(profiles), today or dt.date.today()
    if anew:
        catalogue = at_priors(catalogue)
        fitted = fit(samples_of(cases, catalogue), catalogue)
        return write_overlay(folder, catalogue, fitted, profiles, day, force)
    history = study(samples_of(cases, catalogue), catalogue)
    return write_history(folder, history, profiles, day, force)
