"""What targets cost each month, charge by charge: of one workload, and of what it adds to others at the least."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from migplan.engine.pricing import MONTHLY, bought, charges_of, priced_line
from migplan.engine.targets import least_advised, needed_throughput
from migplan.facts import Catalogue, Target
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload


def rent_parts(
    catalogue: Catalogue, target: Target, w: Workload, own: Mapping[str, Numeric] | None = None
) -> dict[str, Numeric]:
    """What each charge of a target comes to each month, with an upper bound for prices that nobody knows. [USD].

    Parameters
    ----------
    own : mapping, optional
        Basis -> amount that is priced at the mean prices of the workload, in place of its own amounts.
    """
    amounts = bought(target, w, 0.0)
    found: dict[str, Numeric] = {}
    for charge in charges_of(target, w):
        if charge.per not in MONTHLY or charge.load_only:
            continue
        line = priced_line(catalogue, charge, target, np.asarray(amounts[charge.per]), w.region)
        cost = line.ceiling
        if own is not None:
            some = line.quantity > 0
            cost = (
                np.where(some, cost / np.where(some, line.quantity, 1.0), 0.0)
                * charge.count
                * own[charge.per]
            )
        found[charge.item] = found.get(charge.item, 0.0) + np.nan_to_num(cost)
    return found


def unrounded(target: Target, w: Workload) -> dict[str, Numeric]:
    """What a workload takes of a target by the basis of charges, as its part of something large."""
    many = 1e6
    scaled = {name: getattr(w, name) * many for name in ("volume", "files", "throughput", "iops")}
    return {basis: amount / many for basis, amount in bought(target, replace(w, **scaled), 0.0).items()}


def least_rent(catalogue: Catalogue, target: Target, w: Workload, among: Workload) -> dict[str, Numeric]:
    """What a workload adds at the least to the charges of file systems that it shares with others, each month. [USD].

    Its own needs without anything that is rounded up, at the mean prices of all that may lie there, which are the
    lowest, since prices fall with volume.

    Parameters
    ----------
    among : Workload
        All that may lie there, of which it is a part.
    """
    own, whole = unrounded(target, w), bought(target, among, 0.0)
    # Steps are bought by file system; what users need of them adds up, and so does what is advised for each byte.
    most = float(np.max(whole["provisioned-byte"]))
    advised = least_advised(target, most) * own["provisioned-byte"] if most > 0 else 0.0
    needed = np.maximum(needed_throughput(w), advised)
    own |= {"throughput": np.fmin(own["throughput"], needed), "iops": np.zeros(1)}
    return rent_parts(catalogue, target, among, own)
