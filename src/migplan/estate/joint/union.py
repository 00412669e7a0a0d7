"""Several shares as one workload, for what they have in common: file systems, circuits, devices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from migplan.engine.case import Case
from migplan.engine.targets import needed_iops, needed_throughput
from migplan.formulas import Numeric, only
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

    return cases[0].of(
        replace(
            first,
            volume=volume,
            files=files,
            file_size=volume / files,
            largest_file=_largest(workloads),
            change_rate=_sum([w.change_rate for w in workloads]),
            throughput=_needed(workloads, "throughput"),
            iops=_needed(workloads, "iops"),
            throughput_per_volume=float(only(mean("throughput_per_volume"))),
            iops_per_volume=float(only(mean("iops_per_volume"))),
            iops_per_file=float(only(mean("iops_per_file"))),
            linear_volume=float(only(mean("linear_volume"))),
            need_exponent=float(only(mean("need_exponent"))),
            expiring=float(only(mean("expiring"))),
            cold=mean("cold"),
            reduction=mean("reduction"),
            growth=mean("growth"),
            agents=np.max([only(w.agents) for w in workloads]),
            sizes=_sizes(workloads),
            changed=(),
            found=None,
            deadline=np.nan,
            cutover_window=np.nan,
            budget=np.nan,
        )
    )


def _sum(values: Sequence[Numeric]) -> Numeric:
    return np.array([[sum(only(value) for value in values)]])


def _needed(workloads: Sequence[Workload], name: str) -> Numeric:
    """What users need of all, where any of them says so."""
    if not any(np.isfinite(getattr(w, name)).any() for w in workloads):
        return np.nan
    need = needed_throughput if name == "throughput" else needed_iops
    return _sum([need(w) for w in workloads])


def _largest(workloads: Sequence[Workload]) -> float:
    """The largest file, where any is known. [B]."""
    known = [only(w.largest_file) for w in workloads if np.isfinite(only(w.largest_file))]
    return max(known, default=np.nan)


def _sizes(workloads: Sequence[Workload]) -> tuple[tuple[float, float], ...]:
    """One histogram of all; what has none is one bucket of its mean size.

    What is billed for each file is no less because other shares of the file system have larger files.
    """
    if not any(w.sizes for w in workloads) and len({only(w.file_size) for w in workloads}) == 1:
        return ()
    return tuple(bucket for w in workloads for bucket in w.sizes or ((only(w.file_size), only(w.files)),))
