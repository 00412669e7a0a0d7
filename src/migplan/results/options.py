"""Options as people and scripts read them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from migplan.engine.evaluation import faults_of
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.money import has_hosts
from migplan.engine.options import Option, fidelity
from migplan.engine.outcome import BOUNDS, PhaseName
from migplan.engine.passes import verification
from migplan.engine.running import not_counted
from migplan.engine.targets import Reason
from migplan.facts import Catalogue, Target
from migplan.facts.keys import ATTRIBUTES
from migplan.formulas.network import LOSS_LIMIT
from migplan.inputs.dates import BEYOND, day_after
from migplan.inputs.workload import Workload
from migplan.language import amounts, say, worded
from migplan.results.ledger import assumed_by_use, build_cost, old_before
from migplan.results.model import CostResult, OptionResult, PhaseResult, SettingsResult, finite
from migplan.results.passes import pass_notes
from migplan.results.reasons import numeric_reasons
from migplan.results.words import names, run_with
from migplan.units import DAY, HOUR, show

_LEADING = 5
_LEVELS = (0.01, *(step / 20 for step in range(1, 20)), 0.99)


def build_options(
    ranked: list[EvaluatedOption], w: Workload, today: dt.date, catalogue: Catalogue
) -> tuple[OptionResult, ...]:
    """Every option in its rank."""
    old = old_before(catalogue, today)
    leading = _leading(ranked)
    targets = {item.option.target.key: item.option.target for item in ranked}
    left_out = {key: _not_counted(catalogue, target, w) for key, target in targets.items()}
    assumed, horizon, current = assumed_by_use(catalogue, w, ranked), float(w.horizon), float(w.current_cost)
    margin = catalogue.assumptions["unknown_price_margin"].value
    costs = (
        build_cost(item, horizon, old, current, left_out[item.option.target.key], assumed, margin)
        for item in ranked
    )
    return tuple(
        _option(item, w, rank, cost, item.option.id in leading)
        for rank, (item, cost) in enumerate(zip(ranked, costs, strict=True), start=1)
    )


def _not_counted(catalogue: Catalogue, target: Target, w: Workload) -> tuple[str, ...]:
    """What may be needed beside a target that is in no sum, and why."""
    return tuple(f"{name}: {why}" for name, why in not_counted(catalogue, target, w))


def _leading(ranked: list[EvaluatedOption]) -> list[str]:
    """Ids of the best of the first few families that can be used: their chances are told in full."""
    best: dict[tuple[str, str], str] = {}
    for item in ranked:
        if item.sampled is not None:
            best.setdefault((item.option.family, item.option.target.id), item.option.id)
    return list(best.values())[:_LEADING]


def _option(item: EvaluatedOption, w: Workload, rank: int, cost: CostResult, leading: bool) -> OptionResult:
    option, outcome, one = item.option, item.outcome, item.one
    numbers = {name: float(one(values)) for name, values in outcome.details.items()}
    reasons = (*option.reasons, *numeric_reasons(option, _faults(item), w, numbers))
    settings = _settings(item, w)
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
        bottleneck=BOUNDS[one(outcome.bound)] if math.isfinite(item.finish) else "",
        devices=_whole(one(outcome.devices)),
        tasks=_whole(one(outcome.tasks)),
        passes=_whole(one(outcome.passes)),
        cutover_hours=_finite_over(item.cutover, HOUR),
        phases=_phases(item),
        cost_usd=cost,
        fidelity=fidelity(option, w.keep),
        notes=(*_idle(option, w), *_notes(item, w), *pass_notes(option, w, one(outcome.state), numbers)),
        requires=_requires(option, w.protocol),
        rank=rank,
        **names(option, bool(np.any(w.cold > 0))),
        done_by=_done_by(item) if leading else (),
        behaviour="" if option.mover is None else option.mover.behaviour,
        configuration=option.target.configuration or None,
        verified=None if option.mover is None else verification(option.mover, w) != "none",
        settings=settings,
        run_with=run_with(option, settings),
        outage_usd=finite(item.outage) or None,
    )


def _settings(item: EvaluatedOption, w: Workload) -> SettingsResult:
    """How a way is run."""
    mover = item.option.mover
    has = has_hosts(item.option)
    files = None if mover is None else mover.fact("threads", w.region)
    return SettingsResult(
        agents=_whole(item.agents) if has else None,
        threads=None if files is None else int(files.value if np.isnan(w.threads) else w.threads),
        verify=None if mover is None else verification(mover, w),
        tasks=None if mover is None else _whole(item.one(item.outcome.tasks)),
    )


def _phases(item: EvaluatedOption) -> tuple[PhaseResult, ...]:
    """The stretches that take any time."""
    return tuple(
        PhaseResult(str(name), start / DAY, duration / DAY, str(bound))
        for name, start, duration, bound in item.flat.phases(item.index)
    )


def _done_by(item: EvaluatedOption) -> tuple[tuple[float, float], ...]:
    """Points of the chance of being done by a day."""
    assert item.sampled is not None
    ends = np.quantile(item.sampled, _LEVELS, method="higher") / DAY
    return tuple(
        (end, level) for end, level in zip(ends.tolist(), _LEVELS, strict=True) if math.isfinite(end)
    )


def _date(w: Workload, seconds: float) -> str | None:
    """The day there, where the calendar of this world has it."""
    return day_after(seconds, w.start, w.timezone).isoformat() if seconds < BEYOND else None


def _spread(item: EvaluatedOption, w: Workload) -> dict[str, Any]:
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
        "cutover_hours_p80": _finite_over(spread.cutover_p80, HOUR),
    }


def _faults(item: EvaluatedOption) -> dict[str, bool]:
    return {code: bool(item.one(holds)) for code, holds in faults_of(item.outcome).items()}


def _whole(count: float) -> int | None:
    """A count; None where an option never comes to have one."""
    return int(count) if math.isfinite(count) else None


def _id(profile: Any) -> str | None:
    return None if profile is None else str(profile.id)


def _days(seconds: Any) -> float | None:
    return _finite_over(seconds, DAY)


def _finite_over(value: Any, scale: float) -> float | None:
    number = finite(value)
    return None if number is None else number / scale


def _requires(option: Any, protocol: str) -> tuple[Reason, ...]:
    owners = (option.mover, option.route, option.device, option.target)
    return tuple(
        Reason(need.id, worded(need.text), need.source)
        for owner in owners
        if owner
        for need in owner.requires
        if not need.protocols or protocol in need.protocols
    )


def _idle(option: Option, w: Workload) -> tuple[str, ...]:
    """What was given and counts for nothing, so that nobody takes it for heeded."""
    notes = []
    keeps = option.keeps or {}
    for attribute in w.keep if w.inputs["keep"].status == "given" else ():
        if keeps.get(attribute) == "not-applicable":
            what = worded(ATTRIBUTES[attribute])
            template = "{attribute}: files read over {protocol} have none to keep"
            over = w.protocol.upper() if w.protocol in ("smb", "nfs") else w.protocol
            notes.append(say(template, attribute=what, protocol=over))
    if w.inputs["agents"].status == "given" and w.agents > 1 and option.mover and not has_hosts(option):
        template = "agents: {mover} has none, so {count} count for nothing"
        notes.append(say(template, mover=worded(option.mover.plain), count=f"{w.agents:.0f}"))
    return tuple(notes)


def _notes(item: EvaluatedOption, w: Workload) -> tuple[str, ...]:
    option, tasks, notes = item.option, _whole(item.one(item.outcome.tasks)) or 1, []
    if option.mover is not None and tasks > 1 and option.kind != "offline":
        limit = option.mover.fact("items_per_task", w.region)
        most = say(" of at most {count} items", count=f"{limit.shown:,.0f}") if limit else ""
        notes.append(say("{count} tasks{most}, split by folder", count=tasks, most=most))
    memory = option.mover.fact("items_before_more_memory", w.region) if option.mover else None
    if memory is not None and w.files / tasks > memory.value:
        template = "agents need the larger memory size above {count} items a task"
        notes.append(say(template, count=f"{memory.shown:,.0f}"))
    notes += [*_split_links(option, w, tasks), *_many_agents(option, w), *_long_switch(item, w)]
    keeps = option.keeps or {}
    for attribute in w.keep:
        if keeps.get(attribute, "unknown") in ("partial", "unknown"):
            path = option.path or option.seed_path
            note = "" if path is None else path.notes.get(attribute, "")
            level = worded(
                "kept only in part" if keeps.get(attribute) == "partial" else "not known to be kept"
            )
            why = f" ({worded(note)})" if note else ""
            notes.append(f"{worded(ATTRIBUTES[attribute])}: {level}{why}")
    if not item.cost.complete and not np.isnan(w.budget):
        notes.append(worded("prices that are not known count at an upper bound against the budget"))
    if option.kind == "offline" and np.all(np.asarray(w.change_rate) > 0):
        told = worded("what changes after loading is not carried: users must not write from then on")
        notes.append(told)
    if option.route is not None and option.route.advice:
        notes.append(worded(option.route.advice))
    if option.route is not None and w.loss > LOSS_LIMIT:
        template = (
            "a loss of {loss} is above {limit}, up to which the rate of a TCP stream follows from it: streams may be "
            "far slower than planned here; find the loss, or time a pilot copy"
        )
        notes.append(say(template, loss=show(float(w.loss), "1"), limit=show(LOSS_LIMIT, "1")))
    return tuple(notes)


def _split_links(option: Option, w: Workload, tasks: int) -> Iterator[str]:
    """That hard links between the parts that tasks copy are lost, whatever is kept within each."""
    if tasks > 1 and "hardlinks" in w.keep and (option.keeps or {}).get("hardlinks") in ("yes", "partial"):
        yield worded("hard links: between folders of different tasks each name becomes a file of its own")


def _many_agents(option: Option, w: Workload) -> Iterator[str]:
    """What more agents than one location takes come to, where somebody asked for them."""
    limit = option.mover.fact("agents_per_location", w.region) if option.mover else None
    if limit is not None and w.inputs["agents"].status == "given" and w.agents > limit.value:
        template = (
            "{count} agents are more than the {most} that one location takes: the others need tasks and locations of "
            "their own"
        )
        yield say(template, count=f"{w.agents:.0f}", most=f"{limit.shown:.0f}")


_MUCH = 0.4
"""Part of a window from which the switch-over is told to take much of it. [1]."""


def _long_switch(item: EvaluatedOption, w: Workload) -> Iterator[str]:
    """How much of a window that is missed goes to what no faster copy shortens."""
    phases = item.flat.phases(item.index)
    swing = sum(float(duration) for name, _, duration, _ in phases if str(name) == PhaseName.SWING)
    window = float(w.cutover_window)
    if not item.verdict.in_window and swing >= _MUCH * window:
        template = (
            "of the window of {window} the switch-over takes {part}, whatever is copied: it is assumed (freeze, "
            "names, permissions, tests) and to be rehearsed, and behind a DFS namespace names switch in minutes"
        )
        yield say(template, window=amounts(show(window, "s")), part=amounts(show(swing, "s")))
