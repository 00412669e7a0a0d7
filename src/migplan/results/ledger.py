"""Ledgers in the units in which things are sold."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping

from migplan.engine.judgement import EvaluatedOption
from migplan.engine.pricing import Cost, Line, known_sum
from migplan.engine.running import running_facts
from migplan.facts import Catalogue, Fact
from migplan.inputs.workload import Workload
from migplan.language import amounts, messages, say, worded
from migplan.results.model import CostResult, LedgerLine, finite
from migplan.units import HOUR, MONTH, amount

_SOLD = {
    "byte-sent": "GB",
    "byte-stored-temporarily": "GB-month",
    "stored-byte": "GB",
    "hot-byte": "GB",
    "cold-byte": "GB",
    "tiered-byte": "GB",
    "read-byte": "GB",
    "backup-byte": "GB",
    "version-byte": "GB",
    "provisioned-byte": "GB",
    "throughput": "MB/s",
    "hour": "hour",
    "agent-hour": "hour",
    "visit-hour": "hour",
    "task-month": "month",
}
_SCALE = {"GB": 1e9, "GiB": 2.0**30, "MB/s": 1e6, "hour": HOUR, "month": MONTH, "GB-month": 1e9 * MONTH}
_COUNTED = {
    "file-sent": "request",
    "part-sent": "request",
    "tiered-file": "request",
    "watched-file": "object",
    "item-listed": "request",
    "file-system": "file system",
    "iops": "operation per second",
    "device-day": "day",
}


def old_before(catalogue: Catalogue, today: dt.date) -> str:
    """Prices read before this day are old."""
    return (today - dt.timedelta(seconds=catalogue.assumptions["price_age"].value)).isoformat()


_ASSUMED = messages(
    {
        "read_out": "read by users",
        "backup_copies": "full copies",
        "backup_kept": "old versions kept",
        "added": "of the change new files",
    }
)


def assumed_by_use(catalogue: Catalogue, w: Workload, ranked: Iterable[EvaluatedOption]) -> dict[str, str]:
    """For what lines beside targets are counted by: what is assumed of the use, and between what it could lie."""
    bases = {line.per for item in ranked for line in item.cost.lines if line.running}
    return {basis: _assumed(running_facts(catalogue, basis, w)) for basis in bases}


def _assumed(facts: Mapping[str, Fact]) -> str:
    told = []
    for key, fact in facts.items():
        scale = fact.shown / fact.value if fact.value else 1.0
        shown = amount(fact.shown, fact.unit)
        low, high = f"{fact.low * scale:g}", f"{fact.high * scale:g}"
        what, shown = worded(_ASSUMED[key]), amounts(shown)
        told.append(say("{what} {value} ({low} to {high})", what=what, value=shown, low=low, high=high))
    return say("assumed by use: {what}", what=worded(", ").join(told)) if told else ""


def build_cost(
    item: EvaluatedOption,
    horizon: float,
    old: str,
    current: float = math.nan,
    not_counted: tuple[str, ...] = (),
    assumed: Mapping[str, str] | None = None,
    margin: float = 1.0,
) -> CostResult:
    """Totals and lines of one option over a horizon [s]; prices read before `old` are marked.

    Parameters
    ----------
    current : float
        What the old system costs; NaN where it is not known. [USD/s]
    not_counted : tuple of str
        What may be needed beside the target and is in no sum, and why.
    assumed : mapping, optional
        What a line beside the target is counted by -> what is assumed for it, from `assumed_by_use`.
    margin : float
        By how much the upper bound is above the dearest price of another Region. [1]
    """
    cost, ends = item.cost, math.isfinite(item.finish)
    until = item.finish if item.spread is None else item.spread.p50
    rent = all(line.price is not None for line in cost.lines if line.monthly)
    return CostResult(
        one_off=finite(cost.one_off) if ends else None,
        monthly=finite(known_sum(cost.monthly, cost.complete)),
        horizon_total=finite(known_sum(cost.total, cost.complete)) if ends else None,
        complete=cost.complete,
        lines=tuple(_line(line, old, assumed or {}) for line in cost.lines),
        horizon_months=horizon / MONTH,
        upper_bound=finite(cost.ceiling) if ends else None,
        double_running=finite(current * until),
        saving=finite(current * MONTH - cost.monthly - cost.running) if rent else None,
        running=finite(known_sum(cost.running, cost.complete)),
        not_counted=not_counted,
        guide_total=finite(_by_other_regions(cost, margin)) if ends and not cost.complete else None,
    )


def _by_other_regions(cost: Cost, margin: float) -> float:
    """The total with the dearest price of another Region where this one's is not known. [USD]."""
    return float(cost.total + (cost.ceiling - cost.total) / margin)


def _line(line: Line, old: str, assumed: Mapping[str, str]) -> LedgerLine:
    """Quantity and unit price in the unit of the price, so that their product is the amount."""
    unit, scale = sold(line)
    price = line.price
    quantity = finite(line.quantity)
    quantity = math.nan if quantity is None else quantity / scale
    amount = finite(line.amount)
    beside = assumed.get(line.per, "") if line.running else ""
    notes = line.note, beside, line.why_unknown, "" if price is None else price.note
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
        old=price is not None and price.as_of < old,
        note="; ".join(filter(None, notes)),
        price="" if price is None else price.id,
        running=line.running,
    )


def sold(line: Line) -> tuple[str, float]:
    """What the quantity of a line is counted in for people, and how many base units that is."""
    unit = _SOLD.get(line.per)
    if unit == "GB" and line.price is not None and "GiB" in line.price.unit:
        unit = "GiB"
    if unit is None:
        return _COUNTED.get(line.per, line.per), 1.0
    return unit, _SCALE[unit]
