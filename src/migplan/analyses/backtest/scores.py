"""How well forecasts did: by case, by group and over all, and beside the vendors' arithmetic on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from migplan.analyses.backtest.cases import Case, Measured
from migplan.analyses.backtest.forecast import Forecast
from migplan.analyses.backtest.matching import Setting

SHARES = {"line rate": 1.0, "80 % of line rate": 0.8}
"""The vendors' arithmetic: bytes over this part of the line and nothing else."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case: forecast beside measurement, both as times. The forecast is the same whatever was measured.

    Attributes
    ----------
    p10, p50, p90 : float
        [s]
    measured : float
        The duration where there is one, else bytes over the measured rate; NaN where there is neither. [s]
    by_rate : bool
        Whether only a rate was measured; the comparison is then one of rates.
    bound : str
        What binds the forecast: 'line', 'files', 'bytes', 'fixed time' or 'device'.
    sent : float
        NaN where the volume was not stated. [B]
    line_ratio : float
        Actual time over bytes over line rate; NaN without a line or a volume. [1]
    assumed : tuple of str
        What of the data is assumed: 'file_count', 'volume_bytes'.
    """

    case: str
    group: str
    tool: str
    target: str
    covers: str
    p10: float
    p50: float
    p90: float
    measured: float
    by_rate: bool
    bound: str
    sent: float
    line_ratio: float
    assumed: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """Actual over forecast time: above 1 where reality was slower, NaN where nothing was measured. [1]."""
        return self.measured / self.p50

    @property
    def inside(self) -> bool:
        """Whether the measurement lies between P10 and P90."""
        return self.p10 <= self.measured <= self.p90

    def error(self, ratio: float) -> float:
        """Absolute error of a forecast, as a part of what was measured, by actual over forecast time. [1]."""
        return abs(ratio - 1.0) if self.by_rate else abs(1.0 / ratio - 1.0)


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of several cases; NaN where none was measured.

    Attributes
    ----------
    mdape : float
        Median absolute error of P50, as a part of what was measured. [1]
    bias : float
        Median of ln(actual / forecast time): above 0 where reality is slower. [1]
    coverage : float
        Part of the cases that lie between P10 and P90. [1]
    """

    name: str
    rows: int
    mdape: float
    bias: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Half:
    """Errors of the halves of a source, or of all sources, before and after the other half was learned from.

    Attributes
    ----------
    rows : int
        Measured cases of the source. Each was forecast once for every division.
    cold, warm : float
        Median absolute error of P50, as a part of what was measured, before and after. [1]
    coverage : float
        Part of the cases that lie between P10 and P90 afterwards. [1]
    """

    name: str
    rows: int
    cold: float
    warm: float
    coverage: float

    @property
    def less(self) -> float:
        """By which part the error is smaller. [1]."""
        return 1.0 - self.warm / self.cold


@dataclass(frozen=True, slots=True)
class Backtest:
    """Forecasts of a table of cases beside what was measured.

    Attributes
    ----------
    rows : int
        Cases of the table.
    left_out : bool
        Whether each part was left out of the fit that its cases were forecast with.
    fitted : int
        Cases of the table that the constants were fitted on.
    missing : tuple of (str, tuple of str)
        Cases that were not forecast, and what they lack.
    left_out_by : str
        What the parts are: 'source' or 'class'; empty where nothing was left out.
    halves : tuple of Half
        What half of a source's cases teach about the other half: over all, and by source.
    """

    rows: int
    left_out: bool
    fitted: int
    results: tuple[Result, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]
    left_out_by: str = ""
    halves: tuple[Half, ...] = ()

    def __repr__(self) -> str:
        return f"<Backtest of {self.rows} cases, {len(self.results)} of them forecast>"

    @property
    def overall(self) -> Score:
        """All cases that were measured."""
        return score("all", self.results)

    @property
    def groups(self) -> tuple[Score, ...]:
        """The cases by class of tool, the largest first."""
        return self._by(lambda result: result.group)

    @property
    def bounds(self) -> tuple[Score, ...]:
        """The cases by what binds their forecast, the largest group first."""
        return self._by(lambda result: result.bound)

    def _by(self, key: Callable[[Result], str]) -> tuple[Score, ...]:
        names = dict.fromkeys(key(result) for result in self.results)
        scores = [score(name, [r for r in self.results if key(r) == name]) for name in names]
        return tuple(sorted(scores, key=lambda each: (-each.rows, each.name)))

    @property
    def vendors(self) -> tuple[Score, ...]:
        """Ours, and bytes over the line, on the rows that state a line and a volume."""
        lined = [r for r in self.results if math.isfinite(r.line_ratio)]
        rows = [score("migplan", lined)]
        for name, share in SHARES.items():
            errors = _median(r.error(r.line_ratio * share) for r in lined)
            rows.append(
                Score(name, len(lined), errors, _bias([r.line_ratio * share for r in lined]), math.nan)
            )
        return tuple(rows)

    @property
    def worst(self) -> tuple[Result, ...]:
        """The cases that are furthest off, the worst first."""
        known = [r for r in self.results if math.isfinite(r.ratio)]
        return tuple(sorted(known, key=lambda r: -abs(math.log(r.ratio))))


def compare(case: Case, measured: Measured, made: Setting, found: Forecast) -> Result:
    """One forecast beside what was measured."""
    by_rate = not measured.duration > 0
    time = made.sent / measured.rate if by_rate and measured.rate > 0 else measured.duration
    time = time if time > 0 else math.nan
    return Result(
        case=case.id,
        group=made.group,
        tool=made.profile.id,
        target=made.option.target.id,
        covers=made.covers,
        p10=found.p10,
        p50=found.p50,
        p90=found.p90,
        measured=time,
        by_rate=by_rate and not math.isnan(time),
        bound=found.bound,
        sent=made.sent,
        line_ratio=time / (made.sent / case.link) if case.link > 0 and made.sent > 0 else math.nan,
        assumed=made.assumed,
    )


def score(name: str, results: Sequence[Result]) -> Score:
    """Figures of some cases, of those that were measured."""
    known = [result for result in results if math.isfinite(result.ratio)]
    return Score(
        name,
        len(known),
        mdape=_median(result.error(result.ratio) for result in known),
        bias=_bias([result.ratio for result in known]),
        coverage=float(np.mean([result.inside for result in known])) if known else math.nan,
    )


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return float(np.median(found)) if found else math.nan


def _bias(ratios: Sequence[float]) -> float:
    return _median(math.log(ratio) for ratio in ratios)
