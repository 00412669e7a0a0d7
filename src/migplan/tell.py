"""Arrays of an evaluation to the records of a finished plan: days for seconds, sold units for bytes, words for codes."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from migplan import units
from migplan.catalogue import Catalogue, Fact
from migplan.evaluate import fidelity
from migplan.evaluate.ledger import MONTH, Line
from migplan.recommend import numeric_reasons, why, why_not
from migplan.results import (
    CostResult,
    FactResult,
    InputResult,
    LedgerLine,
    OptionResult,
    PhaseResult,
    Recommendation,
    TargetResult,
    finite,
)
from migplan.targets import Reason, attribute_name, size, unfit_reasons
from migplan.workload import Workload

if TYPE_CHECKING:
    from migplan.plan import Judged

DAY = 86400.0
_SOLD = {
    "byte-sent": "GB",
    "byte-stored-temporarily": "GB-month",
    "stored-byte": "GB",
    "provisioned-byte": "GB",
    "throughput": "MB/s",
    "hour": "hour",
    "agent-hour": "hour",
    "visit-hour": "hour",
    "task-month": "month",
}
_SCALE = {"GB": 1e9, "GiB": 2.0**30, "MB/s": 1e6, "hour": 3600.0, "month": MONTH, "GB-month": 1e9 * MONTH}
_COUNTED = {
    "file-sent": "request",
    "item-listed": "request",
    "file-system": "file system",
    "device-day": "day",
}


def tell_inputs(w: Workload) -> dict[str, InputResult]:
    """Every input as it was read, in the order of the table of fields."""
    told = {}
    for name, item in w.inputs.items():
        value = item.value
        if isinstance(value, float) and math.isnan(value):
            value = None
        unit = item.base if item.base != "1" else ""
        text = item.text or _shown(item.value, item.base)
        told[name] = InputResult(value, unit, text, item.status, item.why)
    return told


def _shown(value: Any, base: str) -> str:
    if isinstance(value, float):
        return (
            "" if math.isnan(value) else units.show(value, base) if base not in ("", "1") else f"{value:,.0f}"
        )
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def tell_options(
    ranked: list[Judged], w: Workload, today: dt.date, catalogue: Catalogue
) -> tuple[OptionResult, ...]:
    """Every option in its rank."""
    old_before = _old_before(catalogue, today)
    return tuple(_option(item, w, position, old_before) for position, item in enumerate(ranked, start=1))


def _old_before(catalogue: Catalogue, today: dt.date) -> str:
    return (today - dt.timedelta(seconds=catalogue.assumptions["price_age"].value)).isoformat()


def _option(item: Judged, w: Workload, rank: int, old_before: str) -> OptionResult:
    option, outcome, one = item.option, item.outcome, item.one
    rate = float(one(outcome.details.get("rate", np.nan)))
    reasons = (*option.reasons, *numeric_reasons(option, _faults(item), w, rate))
    ends = math.isfinite(item.finish)
    return OptionResult(
        id=option.id,
        kind=option.kind,
        family=option.family,
        mover=_id(option.mover),
        route=_id(option.route),
        device=_id(option.device),
        target=option.target.id,
        usable=not reasons,
        meets=bool(np.all(item.verdict.meets)) and not reasons,
        reasons=tuple(reasons),
        line_rate_days=_days(one(outcome.line_rate_time)),
        duration_days=_days(item.finish),
        **_spread(item, w),
        finish=_date(w, item.finish),
        bottleneck=str(one(outcome.bound)) if ends else "",
        devices=int(one(outcome.devices)),
        tasks=int(one(outcome.tasks)) if math.isfinite(one(outcome.tasks)) else 0,
        passes=int(one(outcome.passes)),
        cutover_hours=_finite_over(item.cutover, 3600.0),
        phases=tuple(
            PhaseResult(
                phase.name,
                float(one(phase.start)) / DAY,
                float(one(phase.duration)) / DAY,
                str(one(phase.bound)),
            )
            for phase in outcome.phases
            if math.isfinite(one(phase.duration)) and one(phase.duration) > 0
        ),
        cost_usd=_cost(item, old_before),
        fidelity=fidelity(option, w.keep),
        notes=_notes(item, w, int(one(outcome.tasks)) if math.isfinite(one(outcome.tasks)) else 1),
        requires=_requires(option),
        rank=rank,
    )


def _date(w: Workload, seconds: float) -> str | None:
    """The day, where the calendar of this world has it."""
    return (w.start + dt.timedelta(seconds=seconds)).isoformat() if seconds < 1e10 else None


def _spread(item: Judged, w: Workload) -> dict[str, Any]:
    spread = item.spread
    if spread is None:
        return dict.fromkeys(("p50_days", "p80_days", "p95_days", "p_deadline", "p_budget", "finish_p80"))
    return {
        "p50_days": _days(spread.p50),
        "p80_days": _days(spread.p80),
        "p95_days": _days(spread.p95),
        "p_deadline": finite(spread.p_deadline),
        "p_budget": finite(spread.p_budget),
        "finish_p80": _date(w, spread.p80),
    }


def _faults(item: Judged) -> dict[str, bool]:
    found = {code: bool(item.one(holds)) for code, holds in item.outcome.faults.items()}
    found["out-of-calendar"] = not any(found.values()) and not math.isfinite(item.finish)
    return found


def _id(profile: Any) -> str | None:
    return None if profile is None else str(profile.id)


def _days(seconds: Any) -> float | None:
    return _finite_over(seconds, DAY)


def _finite_over(value: Any, scale: float) -> float | None:
    number = finite(value)
    return None if number is None else number / scale


def _requires(option: Any) -> tuple[Reason, ...]:
    owners = (option.mover, option.route, option.device, option.target)
    return tuple(
        Reason(need.id, need.text, need.source) for owner in owners if owner for need in owner.requires
    )


def _notes(item: Judged, w: Workload, tasks: int) -> tuple[str, ...]:
    option, notes = item.option, []
    if option.mover is not None and tasks > 1 and option.kind != "offline":
        limit = option.mover.fact("items_per_task", w.region)
        most = f" of at most {limit.shown:,.0f} items" if limit else ""
        notes.append(f"{tasks} tasks{most}, split by folder")
    memory = option.mover.fact("items_before_more_memory", w.region) if option.mover else None
    if memory is not None and w.files / tasks > memory.value:
        notes.append(f"agents need the larger memory size above {memory.shown:,.0f} items a task")
    keeps = option.keeps or {}
    for attribute in w.keep:
        if keeps.get(attribute, "unknown") in ("partial", "unknown"):
            note = (
                (option.path or option.seed_path).notes.get(attribute, "")
                if (option.path or option.seed_path)
                else ""
            )
            level = "kept only in part" if keeps.get(attribute) == "partial" else "not known to be kept"
            notes.append(f"{attribute_name(attribute)}: {level}{' (' + note + ')' if note else ''}")
    if option.kind == "offline" and np.all(np.asarray(w.change_rate) > 0):
        notes.append("what changes after loading is not carried: users must not write from then on")
    if option.route is not None and option.route.extra["advice"]:
        notes.append(option.route.extra["advice"])
    return tuple(notes)


def _cost(item: Judged, old_before: str) -> CostResult:
    cost, ends = item.cost, math.isfinite(item.finish)
    return CostResult(
        one_off=finite(cost.one_off) if ends else None,
        monthly=finite(cost.monthly),
        horizon_total=finite(cost.total) if ends else None,
        complete=cost.complete,
        lines=tuple(_line(line, old_before) for line in cost.lines),
    )


def _line(line: Line, old_before: str) -> LedgerLine:
    """Quantity and unit price in the unit of the price, so that their product is the amount."""
    unit, scale = _sold(line)
    price = line.price
    quantity = float(line.quantity) / scale if np.isfinite(line.quantity) else math.nan
    amount = finite(line.amount)
    unit_price = None
    if price is not None and amount is not None:
        unit_price = amount / quantity if quantity else float(line.unit_price) * scale
    return LedgerLine(
        item=line.item,
        owner=line.owner,
        quantity=quantity,
        unit=unit,
        unit_price=unit_price,
        amount=amount,
        monthly=line.monthly,
        source="" if price is None else price.source,
        as_of="" if price is None else price.as_of,
        status="unknown" if price is None else price.status,
        old=price is not None and price.as_of < old_before,
        note="; ".join(filter(None, (line.note, line.why_unknown, "" if price is None else price.note))),
    )


def _sold(line: Line) -> tuple[str, float]:
    unit = _SOLD.get(line.per)
    if unit == "GB" and line.price is not None and "GiB" in line.price.unit:
        unit = "GiB"
    if unit is None:
        return _COUNTED.get(line.per, line.per), 1.0
    return unit, _SCALE[unit]


def tell_targets(catalogue: Catalogue, w: Workload, ranked: list[Judged]) -> tuple[TargetResult, ...]:
    """Every target of the cloud: fit or not, sized and priced by the best option that ends there."""
    return tuple(
        _target(target, w, ranked)
        for target in catalogue.targets.values()
        if target.cloud in ("any", w.cloud) and w.target in ("", target.id)
    )


def _target(target: Any, w: Workload, ranked: list[Judged]) -> TargetResult:
    best = next((item for item in ranked if item.option.target.id == target.id), None)
    reasons = unfit_reasons(target, w)
    if best is None:
        text = f"no mover and no device here brings {w.protocol.upper()} data to {target.name}"
        reasons.append(Reason("no-path", text))
    sized = size(target, w, 0.0)
    count = int(np.max(sized.count))
    cautions = [
        Reason(
            f"keeps-{name}",
            f"{attribute_name(name)}: {target.extra['stores'].get(name, 'unknown')}",
            target.extra["stores_source"],
        )
        for name in w.keep
        if target.extra["stores"].get(name, "unknown") in ("partial", "unknown")
    ]
    if count > 1 and target.extra["several"]:
        cautions.append(Reason("several", f"{count} file systems: {target.extra['several']}"))
    return TargetResult(
        id=target.id,
        name=target.name,
        fit=not reasons,
        reached=best is not None,
        count=count,
        provisioned=float(np.max(sized.provisioned)),
        throughput=finite(np.max(sized.throughput)),
        monthly_usd=None if best is None else finite(best.cost.monthly),
        complete=best is not None and all(line.price is not None for line in best.cost.lines if line.monthly),
        reasons=tuple(reasons),
        cautions=tuple(cautions),
    )


def tell_recommendation(
    chosen: Judged | None, ranked: list[Judged], w: Workload, levers: tuple[dict[str, Any], ...]
) -> Recommendation:
    """The recommendation, why it, and why not the next two of other families."""
    if chosen is None:
        text = "No way can be used for this workload; each option says why."
        return Recommendation(None, None, False, (text,), 0.0, (), levers)
    late = 0.0 if np.isnan(w.deadline) else max(0.0, (chosen.decisive - w.deadline) / DAY)
    total = float(np.asarray(chosen.cost.total).flat[0])
    p80 = None if chosen.spread is None else chosen.spread.p80 / DAY
    told = why(chosen.option, w, chosen.finish / DAY, p80, total, chosen.cost.complete, chosen.verdict)
    return Recommendation(
        option=chosen.option.id,
        target=chosen.option.target.id,
        meets=bool(np.all(chosen.verdict.meets)),
        why=tuple(told),
        misses_by_days=late,
        not_chosen=tuple(_next_two(chosen, ranked)),
        levers=levers,
    )


def _next_two(chosen: Judged, ranked: list[Judged]) -> list[dict[str, str]]:
    seen = {(chosen.option.family, chosen.option.target.id)}
    told: list[dict[str, str]] = []
    for item in ranked[1:]:
        key = (item.option.family, item.option.target.id)
        if key in seen or not item.verdict.usable or len(told) == 2:
            continue
        seen.add(key)
        told.append({"option": item.option.id, "because": why_not(_facts(chosen), _facts(item))})
    return told


def _facts(item: Judged) -> dict[str, Any]:
    verdict = item.verdict
    flags = {
        key: bool(np.all(getattr(verdict, key)))
        for key in ("usable", "sure", "in_time", "in_window", "in_budget")
    }
    cost = float(np.asarray(item.cost.ceiling).flat[0])
    tier = int(np.asarray(verdict.tier).flat[0])
    return {**flags, "tier": tier, "complete": item.cost.complete, "cost": cost, "finish": item.decisive}


def tell_facts(
    catalogue: Catalogue, w: Workload, used: dict[str, Fact], ranked: list[Judged], today: dt.date
) -> tuple[FactResult, ...]:
    """Every fact the plan rests on: those that formulas read, prices, limits of the targets, and assumptions."""
    found = dict(used)
    for item in ranked:
        found.update({line.price.id: line.price for line in item.cost.lines if line.price is not None})
        found.update({fact.id: fact for fact in item.option.target.facts.values()})
    found.update({item.fact.id: item.fact for item in w.inputs.values() if item.fact is not None})
    found.update(
        {fact.id: fact for key, fact in catalogue.assumptions.items() if not key.startswith("sigma_")}
    )
    old_before = _old_before(catalogue, today)
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
            fact.id.startswith("prices/") and fact.as_of < old_before,
            fact.note,
        )
        for fact in sorted(found.values(), key=lambda fact: fact.id)
    )


def _in_unit(value: float, fact: Fact) -> float:
    return value / fact.value * fact.shown if fact.value else value
