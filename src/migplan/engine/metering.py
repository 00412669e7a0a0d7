"""What a target bills for of what is stored on it: which part lies on a colder tier, and for how much it counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from migplan.facts import Target
from migplan.formulas import Numeric, divide
from migplan.inputs.workload import Workload

METERED_BY = (
    "smallest_tiered_file",
    "least_billed_file",
    "least_billed_time",
    "billed_step",
    "billed_per_file",
)
"""The facts of a target that `metered` reads."""


class Metered(Struct, frozen=True):
    """What is billed for, as parts of what is stored: more than lies there where files count for more. [1].

    Attributes
    ----------
    cold, cold_files : numeric
        What lies on a colder tier, of the bytes and of the files.
    tiered_files : numeric
        Files that are large enough for one, cold or not.
    billed, hot_billed, cold_billed : numeric
        What counts of all if there were one medium, of what is not cold, and of what is.
    """

    cold: Numeric
    cold_files: Numeric
    tiered_files: Numeric
    billed: Numeric
    hot_billed: Numeric
    cold_billed: Numeric


def metered(target: Target, w: Workload, limit: Callable[[str, Numeric], Numeric]) -> Metered:
    """What a target bills for; `limit` gives a fact of it, or what its absence means."""
    step, extra = limit("billed_step", 0.0), limit("billed_per_file", 0.0)
    larger = _larger(w, 0.0, step, extra)
    cold, cold_files = cold_parts(target, w, limit("smallest_tiered_file", 0.0))
    paid, least = cold, limit("least_billed_time", 0.0)
    if least:
        # What comes in within the least time that is billed lies there, or is paid for, that time.
        passing = divide(w.expiring * w.change_rate * least, w.volume)
        paid = np.where(np.greater(cold, 0.0), np.maximum(cold, passing), 0.0)
    return Metered(
        cold=cold,
        cold_files=cold_files,
        tiered_files=large_files(target, w, limit("smallest_tiered_file", 0.0)),
        billed=larger,
        hot_billed=(1.0 - cold) * larger,
        cold_billed=paid * _larger(w, limit("least_billed_file", 0.0), step, extra),
    )


def cold_parts(target: Target, w: Workload, smallest: Numeric) -> tuple[Numeric, Numeric]:
    """Part of the bytes and of the files on a colder tier: none where there is none, or of files too small. [1]."""
    if not target.tiers:
        return np.zeros_like(w.cold), np.zeros_like(w.cold)
    if not w.sizes:
        part = np.where(np.less(w.file_size, smallest), 0.0, w.cold)
        return part, part
    sizes, counts = np.array(w.sizes).T
    large = sizes >= smallest
    of_bytes = float((sizes * counts)[large].sum() / (sizes * counts).sum())
    return w.cold * of_bytes, w.cold * float(counts[large].sum() / counts.sum())


def large_files(target: Target, w: Workload, smallest: Numeric) -> Numeric:
    """Part of the files that are large enough for a colder tier, and so are watched for one. [1]."""
    if not target.tiers:
        return np.zeros_like(w.cold)
    if not w.sizes:
        return np.where(np.less(w.file_size, smallest), 0.0, 1.0)
    sizes, counts = np.array(w.sizes).T
    return np.full_like(w.cold, counts[sizes >= smallest].sum() / counts.sum())


def _larger(w: Workload, least: Numeric, step: Numeric, extra: Numeric) -> Numeric:
    """How many times their size files are billed for: in whole steps, with something for each, and a least. [1].

    By the histogram of sizes where there is one, else as if all had the mean size, which is the least that it can be.
    """
    if not (least or step or extra):
        return 1.0
    if not w.sizes:
        # Empty files have a size, so that there is a ratio.
        size = np.maximum(w.file_size, 1.0)
        return np.asarray(_billed_size(size, least, step, extra)) / size
    sizes, counts = np.array(w.sizes).T
    return float((_billed_size(sizes, least, step, extra) * counts).sum() / (sizes * counts).sum())


def _billed_size(size: Numeric, least: Numeric, step: Numeric, extra: Numeric) -> Numeric:
    """What a file of a size is billed for. [B]."""
    whole = np.ceil(np.asarray(size) / step) * step if step else size
    billed: Numeric = np.maximum(whole + extra, least)
    return billed
