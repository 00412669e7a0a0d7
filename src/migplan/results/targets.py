"""Targets compared: fit or not, how much of each, and at what price a month."""

from __future__ import annotations

import numpy as np

from migplan.engine.judgement import EvaluatedOption
from migplan.engine.pricing import known_sum
from migplan.engine.targets import Reason, size, targets_of, unfit_reasons
from migplan.facts import Catalogue, Target
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.results.model import TargetResult, finite


def tell_targets(
    catalogue: Catalogue, w: Workload, ranked: list[EvaluatedOption]
) -> tuple[TargetResult, ...]:
    """Every target of the cloud: fit or not, sized and priced by the best option that ends there."""
    return tuple(_target(target, w, ranked) for target in targets_of(catalogue, w))


def _target(target: Target, w: Workload, ranked: list[EvaluatedOption]) -> TargetResult:
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
            f"{ATTRIBUTES[name]}: {target.stores.get(name, 'unknown')}",
            target.stores_source,
        )
        for name in w.keep
        if target.stores.get(name, "unknown") in ("partial", "unknown")
    ]
    if count > 1 and target.several:
        cautions.append(Reason("several", f"{count} file systems: {target.several}"))
    usual = target.fact("items_default", w.region)
    if usual is not None and np.max(w.files) / count > usual.value:
        text = f"more files than the {usual.value:,.0f} that one volume takes until its limit is raised"
        cautions.append(Reason("raise-files", text, usual.source))
    return TargetResult(
        id=target.id,
        name=target.name,
        fit=not reasons,
        reached=best is not None,
        count=count,
        provisioned=float(np.max(sized.provisioned)),
        throughput=finite(np.max(sized.throughput)),
        monthly_usd=None if best is None else finite(known_sum(best.cost.monthly, best.cost.complete)),
        complete=best is not None and all(line.price is not None for line in best.cost.lines if line.monthly),
        reasons=tuple(reasons),
        cautions=tuple(cautions),
        kind=target.kind,
    )
