"""Inputs as they were read, and the facts that a plan rests on."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from migplan import units
from migplan.engine.judgement import EvaluatedOption
from migplan.facts import Catalogue, Fact
from migplan.inputs.workload import Workload
from migplan.results.ledger import old_before
from migplan.results.model import FactResult, InputResult


def tell_inputs(w: Workload) -> dict[str, InputResult]:
    """Every input as it was read, in the order of the table of fields."""
    told = {}
    for name, item in w.inputs.items():
        value = item.value
        if isinstance(value, float) and math.isnan(value):
            value = None
        unit = item.base if item.base != "1" else ""
        # What was derived has no text of its own; the one that may be there belongs to the assumption it replaced.
        text = _shown(item.value, item.base) if item.status == "derived" or not item.text else item.text
        told[name] = InputResult(value, unit, text, item.status, item.why)
    return told


def _shown(value: Any, base: str) -> str:
    if isinstance(value, float):
        return (
            "" if math.isnan(value) else units.show(value, base) if base not in ("", "1") else f"{value:,.0f}"
        )
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def tell_facts(
    catalogue: Catalogue, w: Workload, used: dict[str, Fact], ranked: list[EvaluatedOption], today: dt.date
) -> tuple[FactResult, ...]:
    """Every fact the plan rests on: those that formulas read, prices, limits of the targets, and assumptions."""
    found = dict(used)
    for item in ranked:
        found.update({line.price.id: line.price for line in item.cost.lines if line.price is not None})
        found.update({fact.id: fact for fact in item.option.target.facts.values()})
    found.update({item.fact.id: item.fact for item in w.inputs.values() if item.fact is not None})
    found.update(
        {
            fact.id: fact
            for key, fact in catalogue.assumptions.items()
            if not key.startswith("sigma_") and not fact.id.startswith("assumptions/backtest.")
        }
    )
    old = old_before(catalogue, today)
    return tuple(
        FactResult(
            fact.id,
            fact.shown,
            _in_unit(fact.low, fact),
            _in_unit(fact.high, fact),
            fact.unit,
            fact.source,
            fact.as_of,
            fact.status,
            fact.id.startswith("prices/") and fact.as_of < old,
            fact.note,
        )
        for fact in sorted(found.values(), key=lambda fact: fact.id)
    )


def _in_unit(value: float, fact: Fact) -> float:
    return value / fact.value * fact.shown if fact.value else value
