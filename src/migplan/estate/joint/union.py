"""Several shares as one workload, for what they have in common: file systems, circuits, devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from migplan.engine.case import Case
from migplan.engine.targets import needed_iops, needed_throughput
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload


def union(cases: Sequence[Case]) -> Case:
    """The case of all the data of some cases of one row; that of a single one is the case itself.

    Volumes, files, changes and what users need add up; parts, as what is cold, are means by volume. Wishes are those of
    single shares and are left out, and so is what the shares of a site do not have in common.
    """
    if len(cases) == 1:
        return cases[0]
    workloads = [case.workload for case in cases]
    first = workloads[0]
    volume = _sum([w.volume for w in workloads])
    files = _sum([w.files for w in workloads])

    def mean(name: str) -> Numeric:
        return _sum([getattr(w, name) * w.volume for w in workloads]) / volume

    def needed(name: str) -> Numeric:
        known = any(np.isfinite(getattr(w, name)).any() for w in workloads)
        need = needed_throughput if name == "throughput" else needed_iops
        return _sum([need(w) for w in workloads]) if known else np.nan

    with np.errstate(invalid="ignore"):
        largest = np.nanmax([_one(w.largest_file) for w in workloads]) if _any_known(workloads) else np.nan
    return cases[0].of(
        replace(
            first,
            volume=volume,
            files=files,
            file_size=volume / files,
            largest_file=largest,
            change_rate=_sum([w.change_rate for w in workloads]),
            throughput=needed("throughput"),
            iops=needed("iops"),
            throughput_per_volume=float(_one(mean("throughput_per_volume"))),
            iops_per_volume=float(_one(mean("iops_per_volume"))),
            expiring=float(_one(mean("expiring"))),
            cold=mean("cold"),
            reduction=mean("reduction"),
            growth=mean("growth"),
            agents=np.max([_one(w.agents) for w in workloads]),
            sizes=_sizes(workloads),
            changed=(),
            found=None,
            deadline=np.nan,
            cutover_window=np.nan,
            budget=np.nan,
        )
    )


def _one(value: Numeric) -> float:
    return float(np.ravel(value)[0])


def _sum(values: Sequence[Numeric]) -> Numeric:
    return np.array([[sum(_one(value) for value in values)]])


def _any_known(workloads: Sequence[Workload]) -> bool:
    return any(np.isfinite(w.largest_file).any() for w in workloads)


def _sizes(workloads: Sequence[Workload]) -> tuple[tuple[float, float], ...]:
    """One histogram of all; what has none is one bucket of its mean size."""
    if not any(w.sizes for w in workloads):
        return ()
    return tuple(bucket for w in workloads for bucket in w.sizes or ((_one(w.file_size), _one(w.files)),))
