"""Inputs as they were read, and the facts that a plan rests on."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from migplan import units
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.learned import has_learned
from migplan.engine.money import has_hosts, items_per_task, kinds_of_work
from migplan.engine.options import Option
from migplan.engine.pricing import MONTHLY, charges_of
from migplan.engine.running import running_facts, running_of
from migplan.engine.settings import is_open, unknowns
from migplan.engine.targets import SIZED_BY, needed_iops, needed_throughput, size, targets_of
from migplan.facts import Catalogue, Fact
from migplan.inputs.workload import Workload
from migplan.language import ENGLISH, say
from migplan.results.daily_use import READ_BY
from migplan.results.ledger import old_before
from migplan.results.model import FactResult, InputResult


def build_inputs(w: Workload) -> dict[str, InputResult]:
    """Every input as it was read, in the order of the table of fields."""
    told = {}
    for name, item in w.inputs.items():
        # English is what everybody takes for granted.
        if name == "lang" and item.value == ENGLISH:
            continue
        value = item.value
        if isinstance(value, float) and math.isnan(value):
            value = None
        unit = item.base if item.base != "1" else ""
        text = item.text or _shown(item.value, item.base)
        told[name] = InputResult(value, unit, text, item.status, item.why)
    return told | _needed_by_use(w)


def _plain(number: float) -> str:
    """A number to three digits, in the form in which people write it.

    >>> _plain(1000.4), _plain(0.04), _plain(12.345)
    ('1,000', '0.04', '12.3')
    """
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _needed_by_use(w: Workload) -> dict[str, InputResult]:
    """What users are taken to need of the target by their use, where nobody said."""
    why = f"by use: {w.use.replace('-', ' ')}"
    found = {}
    if math.isnan(w.throughput) and w.throughput_per_volume:
        rate = float(needed_throughput(w))
        found["throughput"] = InputResult(rate, "B/s", f"{_plain(rate / 1e6)} MB/s", "derived", why)
    if math.isnan(w.iops) and w.iops_per_volume:
        count = float(needed_iops(w))
        found["iops"] = InputResult(count, "", f"{count:,.0f}", "derived", why)
    return found


def _shown(value: Any, base: str) -> str:
    if isinstance(value, float):
        return (
            "" if math.isnan(value) else units.show(value, base) if base not in ("", "1") else f"{value:,.0f}"
        )
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _by_use(w: Workload, of_targets: Sequence[Fact | None]) -> list[str]:
    """What of a use stands for what is not given, or is billed by what it says."""
    needs = {
        "throughput_per_volume": w.throughput,
        **dict.fromkeys(("iops_per_volume", "iops_per_file"), w.iops),
    }
    timed = any(fact is not None and fact.id.endswith("least_billed_time") for fact in of_targets)
    found = [name for name, given in needs.items() if math.isnan(given)]
    bent = ["linear_volume", "need_exponent"] if found and math.isfinite(w.linear_volume) else []
    return found + bent + ["expiring"] * timed + ["added"]


_ALWAYS = (
    "files_per_directory",
    "source_file_rate",
    "segment",
    "overlap",
    "cutover_fixed_time",
    "price_age",
    "dns_ttl",
    "rollback_time",
)
"""Assumptions that every option rests on: in its time, its prices or the steps of its cutover."""
_OF_TARGETS = (*SIZED_BY, "items_default")
_OF_MOVERS = ("items_before_more_memory",)
"""Facts that are read beside those that the engine looks up for its options."""


def build_facts(
    catalogue: Catalogue,
    w: Workload,
    used: Mapping[str, Fact],
    ranked: Sequence[EvaluatedOption],
    today: dt.date,
    sampled: bool,
    weighed: Sequence[str] = (),
) -> tuple[FactResult, ...]:
    """Every fact the plan rests on, and no other: those that formulas read, prices, sizes of targets, assumptions.

    Parameters
    ----------
    sampled : bool
        Whether there are draws.
    weighed : sequence of str
        Assumptions by which changes that would meet were weighed.
    """
    found = dict(used)
    for item in ranked:
        found.update({line.price.id: line.price for line in item.cost.lines if line.price is not None})
    movers = [item.option.mover for item in ranked if item.option.mover is not None]
    told = [mover.fact(key, w.region) for mover in movers for key in _OF_MOVERS]
    told += _facts_of_targets(catalogue, w)
    found.update({fact.id: fact for fact in told if fact is not None})
    found.update({item.fact.id: item.fact for item in w.inputs.values() if item.fact is not None})
    by_use = catalogue.uses[w.use].facts
    keys = _by_use(w, told)
    found.update({by_use[key].id: by_use[key] for key in keys if key in by_use})
    found.update({fact.id: fact for fact in _facts_beside(catalogue, w, ranked)})
    assumed = [catalogue.assumptions[name] for name in (*_assumed(w, ranked, sampled), *weighed)]
    found.update({fact.id: fact for fact in assumed})
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


def _facts_of_targets(catalogue: Catalogue, w: Workload) -> Iterator[Fact | None]:
    """What every configuration is sized and priced by, whether anything brings the data there or not."""
    for target in targets_of(catalogue, w):
        for own in target.configurations or (target,):
            yield from (own.fact(key, w.region) for key in _OF_TARGETS)
            for charge in charges_of(own, w) if own.configuration else ():
                if charge.per == "iops" and not np.any(size(own, w, 0.0).iops):
                    continue
                price = catalogue.prices[charge.price].region(w.region) if charge.per in MONTHLY else None
                yield None if price is None else price.fact


def _facts_beside(catalogue: Catalogue, w: Workload, ranked: Sequence[EvaluatedOption]) -> Iterator[Fact]:
    """What is counted by of what is needed beside the targets."""
    for target in {item.option.target.key: item.option.target for item in ranked}.values():
        for need in running_of(catalogue, target, w):
            for charge in charges_of(need, w):
                yield from running_facts(catalogue, charge.per, w).values()


def pilot_notes(facts: Sequence[FactResult]) -> tuple[str, ...]:
    """What a pilot measured, in place of what the profiles say."""
    measured = [fact.id for fact in facts if fact.source.startswith("pilot: ")]
    return (say("measured by the pilot: {facts}", facts=", ".join(measured)),) if measured else ()


_MARGINS = ("same_end", "least_saving", "unsure_gain", "dear_rival")
"""By how much another option has to differ to be told of, or to be told otherwise."""


_IN_WINDOW = ("window_part", "window_passes", "work_repeat", "repeat_delay", "overrun_power")
"""What counts where a cutover has a window."""


def _assumed(w: Workload, ranked: Sequence[EvaluatedOption], sampled: bool) -> Iterator[str]:
    """The assumptions behind a plan that stand for no input."""
    options = [item.option for item in ranked]
    unknown = any(line.price is None for item in ranked for line in item.cost.lines)
    if options:
        yield from _ALWAYS
    used = {
        "encryption_goodput": w.encryption == "required",
        "new_circuit_share": any(o.own_line for o in options),
        "port_margin": any(o.smaller for o in options),
        **dict.fromkeys(_IN_WINDOW, not math.isnan(w.cutover_window)),
        **dict.fromkeys(READ_BY, not math.isnan(w.link) and math.isnan(w.throughput)),
        "hop_tasks": any(o.second_hop is not None for o in options),
        "unknown_price_margin": unknown,
        "staff_rate": True,
        **dict.fromkeys(("outage_free", "outage_per_byte"), any(item.outage > 0.0 for item in ranked)),
        "work_agent": any(map(has_hosts, options)),
        "work_task": any(items_per_task(option, w) for option in options),
        **dict.fromkeys(("agent_worth", "agent_gain", "cutover_worth"), is_open(w)),
        **dict.fromkeys(_MARGINS, any(item.verdict.usable for item in ranked)),
        "cold_age": w.found is not None and "cold" in w.found.told,
        "miss_power": sampled and not any(item.verdict.meets for item in ranked),
        **dict.fromkeys(_work(options, w), True),
        "sigma_line": sampled,
        f"sigma_{w.knowledge}": sampled,
        "sigma_unknown": sampled and any(unknowns(o) and not has_learned(o) for o in options),
        "sigma_history": sampled and any(map(has_learned, options)),
        "sigma_pilot": sampled and any(o.mover is not None and o.mover.knowledge == "pilot" for o in options),
    }
    yield from (name for name, holds in used.items() if holds and options)


def _work(options: Sequence[Option], w: Workload) -> set[str]:
    """The kinds of work that count for any of the options."""
    arranged = {name for option in options for name in kinds_of_work(option, w)}
    by_hand = any(option.mover is not None and option.mover.by_hand for option in options)
    return arranged | ({"work_running"} if by_hand else set())


def _in_unit(value: float, fact: Fact) -> float:
    return value / fact.value * fact.shown if fact.value else value
