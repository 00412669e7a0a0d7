"""What it would take: for each single input the smallest change that makes a plan meet what was asked for.

The forward model is inverted by bisection, so that a lever fed back as an input meets, and a little less does not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migplan import units
from migplan.catalogue import Catalogue
from migplan.evaluate import assumed_values, evaluate_stacks, price_option
from migplan.evaluate.clock import clock_for
from migplan.options import Option, enumerate_options
from migplan.recommend import barred, judge
from migplan.uncertainty import Draws, sample_options, summarize
from migplan.workload import Workload

DAY = 86400.0
_STEPS = 40
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Lever:
    """An input that can be moved.

    Attributes
    ----------
    field, attribute : str
        The input field, and the attribute of the workload that it sets.
    farthest : callable
        Present value -> the farthest one that makes sense.
    scale : float
        Base units in the unit in which the value is told.
    unit : str
    whole : bool
        Whether only whole numbers make sense.
    """

    field: str
    attribute: str
    farthest: Callable[[float], float]
    scale: float
    unit: str
    whole: bool = False

    def now(self, w: Workload) -> float:
        """The present value; NaN where there is none."""
        return float(getattr(w, self.attribute))

    def at(self, w: Workload, value: float) -> Workload:
        """The workload with another value."""
        return replace(w, **{self.attribute: value})  # type: ignore[arg-type]

    def show(self, value: float) -> str:
        """The value as it can be typed."""
        if self.attribute == "link":
            return units.show(value, "B/s")
        return f"{value / self.scale:.6g} {self.unit}".strip()


def _times(factor: float) -> Callable[[float], float]:
    return lambda value: value * factor


LEVERS = (
    Lever("link", "link", _times(1000), 125.0, "kbps"),
    Lever("share", "share", lambda value: 1.0, 0.01, "%"),
    Lever("agents", "agents", lambda value: max(32.0, value), 1.0, "", whole=True),
    Lever("source_rate", "source_rate", _times(100), 1e6, "MB/s"),
    Lever("change", "change_rate", lambda value: 0.0, 1e9 / DAY, "GB/day"),
    Lever("deadline", "deadline", _times(100), DAY, "days"),
    Lever("cutover_window", "cutover_window", _times(100), 3600.0, "hours"),
    Lever("budget", "budget", _times(100), 1.0, "USD"),
)


def find_levers(w: Workload, catalogue: Catalogue, draws: Draws | None) -> tuple[dict[str, Any], ...]:
    """Each single lever that makes the plan meet, with the value that is needed.

    Parameters
    ----------
    draws : Draws or None
        Judged at P80 of these draws; None judges typical values.
    """
    found = []
    options = [option for option in enumerate_options(catalogue, w, w.start) if not option.reasons]
    for lever in LEVERS:
        now = lever.now(w)
        bound = lever.farthest(now)
        if math.isnan(now) or math.isnan(bound) or now == bound:
            continue
        able = _meeting(lever.at(w, bound), options, catalogue, draws)
        if able:
            needed = _smallest(lever, w, now, bound, able, catalogue, draws)
            found.append({"field": lever.field, "now": lever.show(now), "needed": lever.show(needed)})
    if w.hours and _meeting(replace(w, hours=""), options, catalogue, draws):
        found.append({"field": "hours", "now": w.hours, "needed": "always"})
    return tuple(found)


def _smallest(
    lever: Lever,
    w: Workload,
    now: float,
    bound: float,
    options: list[Option],
    catalogue: Catalogue,
    draws: Draws | None,
) -> float:
    """The value nearest to the present one that meets, rounded away from it to what one would type."""
    far, near = bound, now
    for _ in range(_STEPS):
        middle = math.sqrt(near * far) if min(near, far) > 0 else (near + far) / 2
        if abs(far - near) <= 1e-4 * abs(far) or (lever.whole and abs(far - near) <= 1):
            break
        able = _meeting(lever.at(w, middle), options, catalogue, draws)
        if able:
            far, options = middle, able
        else:
            near = middle
    return _rounded(far / lever.scale, away=far >= now, whole=lever.whole) * lever.scale


def _rounded(value: float, away: bool, whole: bool) -> float:
    """Three digits, in the direction that still meets.

    >>> _rounded(123.41, away=True, whole=False), _rounded(123.41, away=False, whole=False)
    (124.0, 123.0)
    """
    rounding = math.ceil if away else math.floor
    if whole:
        return float(rounding(value))
    if value <= 0:
        return 0.0
    scale = 10.0 ** (math.floor(math.log10(value)) - _DIGITS + 1)
    return round(rounding(round(value / scale, 6)) * scale, 12)


def _meeting(
    w: Workload, options: Sequence[Option], catalogue: Catalogue, draws: Draws | None
) -> list[Option]:
    """The options that meet everything that was asked for."""
    clock = clock_for(w)
    if draws is None:
        return _meeting_typical(w, options, catalogue)
    sampled = sample_options(options, w, catalogue, clock, draws)
    found = []
    for option in options:
        mine = sampled[option.id]
        spread = summarize(mine, w, None)
        total = 0.0
        if not np.isnan(w.budget):
            wanted = np.where(np.isfinite(mine.wanted_rate), mine.wanted_rate, 0.0)
            with np.errstate(invalid="ignore", over="ignore"):
                cost = price_option(catalogue, option, w, mine.quantities, wanted)
            total = float(np.median(cost.total))
        verdict = judge(option, w, spread.p80, spread.cutover_p80, total, not np.isfinite(spread.p80))
        if bool(verdict.meets):
            found.append(option)
    return found


def _meeting_typical(w: Workload, options: Sequence[Option], catalogue: Catalogue) -> list[Option]:
    found = []
    for stack, outcome, _ in evaluate_stacks(options, w, assumed_values(catalogue), clock_for(w)):
        shape = np.shape(outcome.finish)
        bars, cutover = barred(outcome), np.broadcast_to(outcome.cutover, shape)
        for index, option in enumerate(stack):
            quantities = {
                b: float(np.broadcast_to(a, shape)[index].flat[0]) for b, a in outcome.quantities.items()
            }
            wanted = float(np.broadcast_to(outcome.details["wanted_rate"], shape)[index].flat[0])
            cost = price_option(catalogue, option, w, quantities, wanted if np.isfinite(wanted) else 0.0)
            verdict = judge(option, w, outcome.finish[index], cutover[index], cost.total, bars[index])
            if bool(np.all(verdict.meets)):
                found.append(option)
    return found
