"""Targets compared: fit or not, in which configurations, how much of each, and at what price a month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from migplan.engine.case import Case
from migplan.engine.configurations import gives_iops, gives_throughput
from migplan.engine.judgement import EvaluatedOption
from migplan.engine.pricing import known_sum, rent
from migplan.engine.targets import (
    Reason,
    considered_configurations,
    needed_iops,
    nothing_fits,
    size,
    targets_of,
    unfit_reasons,
    unmet_words,
)
from migplan.facts import Target
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.language import messages, say, worded
from migplan.results.model import ConfigurationResult, TargetResult, finite
from migplan.results.reasons import too_slow

_PROTOCOLS = messages({"smb": "SMB", "nfs": "NFS", "local": "local", "object": "object"})


def build_targets(case: Case, ranked: list[EvaluatedOption]) -> tuple[TargetResult, ...]:
    """Every target of the cloud: fit or not, sized and priced by the best option that ends there."""
    return tuple(_target(target, case, ranked) for target in targets_of(case.facts, case.workload))


def _target(target: Target, case: Case, ranked: list[EvaluatedOption]) -> TargetResult:
    w = case.workload
    best = next((item for item in ranked if item.option.target.id == target.id), None)
    stands = best.option.target if best is not None else considered_configurations(target, w)[0]
    reasons = [*unfit_reasons(stands, w), *nothing_fits(target, w)]
    if best is None:
        template = "no mover and no device here brings {protocol} data to {target}"
        text = say(template, protocol=worded(_PROTOCOLS[w.protocol]), target=worded(target.name))
        reasons.append(Reason("no-path", text))
    sized = size(stands, w, 0.0)
    return TargetResult(
        id=target.id,
        name=worded(target.name),
        fit=not reasons,
        reached=best is not None,
        count=int(np.max(sized.count)),
        provisioned=float(np.max(sized.provisioned)),
        throughput=finite(np.max(sized.throughput)),
        monthly_usd=None if best is None else finite(known_sum(best.cost.monthly, best.cost.complete)),
        complete=best is not None
        and all(line.price is not None for line in best.cost.lines if line.monthly and not line.running),
        reasons=tuple(reasons),
        cautions=tuple(_cautions(stands, w, int(np.max(sized.count)))),
        kind=target.kind,
        configuration=stands.configuration or None,
        configurations=tuple(_configuration(own, case) for own in target.configurations),
        running_usd=None if best is None else finite(known_sum(best.cost.running, best.cost.complete)),
        short_name=worded(target.short),
    )


def _cautions(target: Target, w: Workload, count: int) -> Iterator[Reason]:
    """What to mind about a target that can be used."""
    for name in w.keep:
        level = target.stores.get(name, "unknown")
        if level in ("partial", "unknown"):
            text = f"{worded(ATTRIBUTES[name])}: {worded(_LEVELS[level])}"
            yield Reason(f"keeps-{name}", text, target.stores_source)
    if count > 1 and target.several:
        text = say("{count} file systems: {what}", count=count, what=worded(target.several))
        yield Reason("several", text)
    if not np.all(gives_throughput(target, w)):
        yield Reason("short-of-throughput", too_slow(target, w))
    if not np.all(gives_iops(target, w)):
        yield Reason("short-of-iops", _too_few(w))
    usual = target.fact("items_default", w.region)
    if usual is not None and np.max(w.files) / count > usual.value:
        template = "more files than the {count} that one volume takes until its limit is raised"
        text = say(template, count=f"{usual.value:,.0f}")
        yield Reason("raise-files", text, usual.source)


_LEVELS = messages({"partial": "partial", "unknown": "unknown"})


def _too_few(w: Workload) -> str:
    needed = f"{float(np.max(needed_iops(w))):,.0f}"
    return say("does not give the {count} operations per second that users need", count=needed)


def _configuration(own: Target, case: Case) -> ConfigurationResult:
    """A configuration beside the others: its rent, and what it lacks of what is needed."""
    w, name = case.workload, worded(own.configuration_name)
    amount, _, complete = rent(case.facts, own, w)
    known = bool(np.all(complete))
    lacking = unmet_words(own, w)
    if not np.all(gives_throughput(own, w)):
        lacking.append(Reason("not-fit", f"{name} {too_slow(own, w)}"))
    if not np.all(gives_iops(own, w)):
        lacking.append(Reason("not-fit", f"{name} {_too_few(w)}"))
    return ConfigurationResult(
        id=own.configuration,
        name=name,
        availability=own.availability,
        medium=own.medium,
        monthly_usd=finite(known_sum(float(np.max(amount)), known)),
        complete=known,
        meets_need=not lacking,
        reasons=tuple(lacking),
        short_name=worded(own.configuration_plain if np.any(w.cold > 0) else own.configuration_hot),
    )
