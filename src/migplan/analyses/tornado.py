"""What matters: how far the finish of one option moves when one input at a time is at its P10 and at its P90."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan import units
from migplan.analyses.plan import SAMPLES
from migplan.engine.case import Case, assumed_values
from migplan.engine.copying import Assumed
from migplan.engine.draws import DRAWN, Draws, draw_workload
from migplan.engine.evaluation import evaluate_stacks, ruled_out, split_parts
from migplan.engine.judgement import Ranked
from migplan.engine.options import Option
from migplan.engine.settings import spread_of, with_agents_chosen
from migplan.errors import Fault, MigplanError
from migplan.facts import Fact
from migplan.formulas import Numeric
from migplan.formulas.statistics import lognormal_factor, pert_quantile
from migplan.language import ENGLISH, speaking
from migplan.progress import tell
from migplan.results.words import option_name
from migplan.units import DAY

if TYPE_CHECKING:
    import pandas as pd

LOW, HIGH = 0.1, 0.9
_NORMAL = 1.2815515655446004
"""P90 of the standard normal distribution; P10 with the other sign."""

RATE, LINE_RATE = "rate", "line_rate"
"""Names of how far the real rates of tools and of the line stray from the forecast, which are no facts of their own."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One input and what it does to the finish.

    Attributes
    ----------
    name : str
        Field of the workload, id of a fact, `RATE` or `LINE_RATE`.
    low_text, typical_text, high_text : str
        The input at P10, as typical, at P90.
    low, high : float
        Finish with the input there and all others typical; infinite where it never ends. [days]
    """

    name: str
    low_text: str
    typical_text: str
    high_text: str
    low: float
    high: float

    @property
    def swing(self) -> float:
        """How far the finish moves between the two. [days]."""
        return abs(self.high - self.low) if np.isfinite(self.low) or np.isfinite(self.high) else 0.0


@dataclass(frozen=True, slots=True)
class Tornado:
    """The inputs of one option by their effect, the largest first.

    Attributes
    ----------
    option : str
    typical : float
        Finish with everything typical. [days]
    bars : tuple of Bar
        Those that move the finish at all.
    still : int
        Inputs with a range that do not move it.
    name : str
        What people call the option.
    lang : str
        The language in which it is told.
    """

    option: str
    typical: float
    bars: tuple[Bar, ...]
    still: int
    name: str = ""
    lang: str = ENGLISH

    def frame(self) -> pd.DataFrame:
        """The bars as a pandas frame, the largest first: an input, its texts, and the days to the end with each."""
        import pandas as pd

        rows = {
            bar.name: {
                "input_p10": bar.low_text,
                "input_typical": bar.typical_text,
                "input_p90": bar.high_text,
                "days_p10": bar.low,
                "days_p90": bar.high,
                "swing_days": bar.swing,
            }
            for bar in self.bars
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def find_tornado(
    given: Mapping[str, Any],
    option: str = "",
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    pilot: Path | None = None,
) -> Tornado:
    """The tornado of a scenario's recommended option, or of the option with an id.

    Raises
    ------
    MigplanError
        With every fault of the input; or no such option, or none that ends.
    """
    tell("planning")
    case = Case.open(given, profiles, today, pilot)
    # The option that a plan recommends, which it does by its draws.
    ranked = Ranked.of(case, None if option else Draws(0, SAMPLES)).best_first
    chosen = [item for item in ranked if option in ("", item.option.id)]
    if not chosen:
        raise MigplanError(case.unknown_option(option, "option"))
    if not np.isfinite(chosen[0].finish):
        raise MigplanError(Fault("bad-choice", "option", f"{chosen[0].option.id} never ends"))
    tell("moving one input after the other")
    return measure(chosen[0].option, case)


def measure(option: Option, case: Case) -> Tornado:
    """Evaluate one option with each of its uncertain inputs at P10 and at P90, all in one go.

    It is run with the agents that are chosen for it at typical values.
    """
    case = with_agents_chosen(case, [option])
    w, facts = case.workload, _ranged(option, case)
    rows = 2 * len(facts) + 5
    sigma = spread_of(option, case)
    line = min(sigma, case.facts.assumptions["sigma_line"].value)
    places = {fact.id: 2 * place for place, fact in enumerate(facts.values())}

    def quantify(fact: Fact) -> Numeric:
        """Typical in every row but the two of this fact."""
        place = places.get(fact.id)
        if place is None:
            return fact.value
        values = np.full(rows, fact.value)
        values[place : place + 2] = _ends(fact)
        return values

    # A rate is low where the time is long.
    errors, ends = np.ones((2, rows)), np.array([_NORMAL, -_NORMAL])
    errors[0, -5:-3], errors[1, -3:-1] = lognormal_factor(sigma, ends), lognormal_factor(line, ends)
    assumed = assumed_values(case.facts, quantify)
    assumed = replace(assumed, model_error=errors[0], line_error=errors[1])
    parts, drawn = split_parts(case, [option]), case.of(draw_workload(w, quantify))
    (stack,) = evaluate_stacks(drawn, [option], quantify, assumed, parts)
    found = np.where(ruled_out(stack.outcome), np.inf, stack.outcome.finish)
    finish = np.broadcast_to(found, (1, 1, rows))[0, 0] / DAY
    bars = [
        _bar(fact, name, finish[place], finish[place + 1])
        for (name, fact), place in zip(facts.items(), places.values(), strict=True)
    ]
    bars.append(_strays(RATE, errors[0, -5:-3], finish[-5:-3]))
    bars.append(_strays(LINE_RATE, errors[1, -3:-1], finish[-3:-1]))
    moving = [bar for bar in bars if bar.swing > 1e-9 * finish[-1]]
    moving.sort(key=lambda bar: (-bar.swing, bar.name))
    with speaking(w.lang):
        name = option_name(option, bool(np.any(w.cold > 0)))
    return Tornado(option.id, float(finish[-1]), tuple(moving), len(bars) - len(moving), name, w.lang)


def _ranged(option: Option, case: Case) -> dict[str, Fact]:
    """Every fact with a range that the option's finish may depend on, by the name it is told with."""
    w = case.workload
    found = {
        name: item.fact
        for name, item in w.inputs.items()
        if name in DRAWN and item.status == "assumed" and item.fact is not None
    }
    inputs = {fact.id for fact in found.values()}
    used = {}
    for stack in evaluate_stacks(case, [option]):
        used.update(stack.used)
    for name in Assumed.__struct_fields__:
        fact = case.facts.assumptions.get(name)
        if fact is not None:
            used[fact.id] = fact
    found.update({fact.id: fact for fact in used.values() if fact.id not in inputs})
    return {name: fact for name, fact in found.items() if fact.low < fact.high}


def _ends(fact: Fact) -> NDArray[np.float64]:
    return np.asarray(pert_quantile(fact.low, fact.value, fact.high, np.array([LOW, HIGH])))


def _bar(fact: Fact, name: str, low: float, high: float) -> Bar:
    ends = _ends(fact)
    texts = [_text(fact, value) for value in (ends[0], fact.value, ends[1])]
    return Bar(name, texts[0], texts[1], texts[2], float(low), float(high))


def _strays(name: str, errors: NDArray[np.float64], ends: NDArray[np.float64]) -> Bar:
    low, high = (f"{100 / factor:.0f} %" for factor in errors)
    return Bar(name, low, "100 %", high, float(ends[0]), float(ends[1]))


def _text(fact: Fact, value: float) -> str:
    """A value of a fact in the unit in which the fact is stated, to three digits."""
    number = value / units.factor(fact.unit, fact.base)
    shown = f"{float(f'{number:.3g}'):,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
    return f"{shown}{units.unit_of(fact.unit, shown)}"
