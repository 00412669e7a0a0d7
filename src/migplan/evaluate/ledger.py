"""What an option costs, line by line: item, quantity, unit price, amount, source. Unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.catalogue import Catalogue, Charge, Fact, Profile
from migplan.formulas import Numeric
from migplan.formulas.cost import tiered_cost
from migplan.options import Option
from migplan.targets import size
from migplan.workload import Workload

MONTH = 730 * 3600.0
MONTHLY = frozenset(("stored-byte", "provisioned-byte", "throughput", "file-system", "stored-file"))
_HOPS = {"byte-sent": "hop-byte", "file-sent": "hop-file", "run": "hop-run", "item-listed": "hop-file"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; `amount` is NaN where nobody knows the price.

    `ceiling` is the amount, or, where the price is not known in this Region, what the dearest Region asks times a
    margin. It serves to rank, never to tell: inf where no Region has a price.
    """

    item: str
    owner: str
    per: str
    quantity: Numeric
    unit_price: Numeric
    amount: Numeric
    monthly: bool
    price: Fact | None
    why_unknown: str
    note: str
    ceiling: Numeric


@dataclass(frozen=True, slots=True)
class Cost:
    """One-off, monthly and horizon totals of the known lines, and whether all are known. [USD]."""

    lines: tuple[Line, ...]
    one_off: Numeric
    monthly: Numeric
    total: Numeric
    ceiling: Numeric
    complete: bool


def price_option(
    catalogue: Catalogue, option: Option, w: Workload, quantities: Mapping[str, Numeric], wanted_rate: Numeric
) -> Cost:
    """The ledger of one option.

    Parameters
    ----------
    quantities : dict
        Basis of a charge -> amount of it, of this option alone.
    wanted_rate : numeric
        Rate at which the data arrives, for the throughput to buy. [B/s]
    """
    lines = tuple(_lines(catalogue, option, w, quantities, wanted_rate))
    zero = 0.0 * (w.volume + wanted_rate)
    one_off = sum((line.amount for line in lines if not line.monthly and line.price is not None), zero)
    monthly = sum((line.amount for line in lines if line.monthly and line.price is not None), zero)
    return Cost(
        lines=lines,
        one_off=one_off,
        monthly=monthly,
        total=one_off + monthly * (w.horizon / MONTH),
        ceiling=sum((line.ceiling * (w.horizon / MONTH if line.monthly else 1.0) for line in lines), zero),
        complete=all(line.price is not None for line in lines),
    )


def _lines(
    catalogue: Catalogue, option: Option, w: Workload, quantities: Mapping[str, Numeric], wanted_rate: Numeric
) -> Iterator[Line]:
    bought = _bought(option.target, w, wanted_rate)
    for owner in (option.mover, option.route, option.device, option.second_hop, option.target):
        if owner is None:
            continue
        for charge in owner.charges:
            if owner is option.route and option.exists and charge.per in ("hour", "once"):
                continue
            quantity = _quantity(charge, owner, option, quantities, bought)
            if quantity is not None:
                yield _line(catalogue, charge, owner, quantity, w.region)
    for charge in option.target.charges:
        if charge.per == "throughput" and not charge.load_only:
            yield from _load_line(catalogue, charge, option, w, quantities, bought)


def _bought(target: Profile, w: Workload, wanted_rate: Numeric) -> dict[str, Numeric]:
    sized = size(target, w, wanted_rate)
    return {
        "stored-byte": w.volume,
        "provisioned-byte": sized.provisioned,
        "throughput": sized.throughput,
        "file-system": sized.count,
        "stored-file": w.files,
        "load-throughput": sized.load_throughput,
    }


def _quantity(
    charge: Charge, owner: Profile, option: Option, quantities: Mapping[str, Numeric], bought: dict[str, Numeric]
) -> Numeric | None:
    if charge.per in MONTHLY:
        return None if charge.load_only else bought[charge.per]
    basis = (
        _HOPS.get(charge.per, charge.per)
        if owner is option.second_hop and option.kind != "online"
        else charge.per
    )
    return quantities.get(basis)


def _line(catalogue: Catalogue, charge: Charge, owner: Profile, quantity: Numeric, region: str) -> Line:
    monthly = charge.per in MONTHLY
    billed = np.maximum(quantity * charge.count - charge.free, 0.0)
    price = catalogue.prices[charge.price]
    found = price.region(region)
    span = MONTH if monthly else 1.0
    if found is None:
        why = price.unknown or f"no price for {region} is known"
        highest = max((row.fact.value for row in price.regions.values()), default=np.inf)
        margin = catalogue.assumptions["unknown_price_margin"].value
        ceiling = np.where(billed > 0, billed * highest * margin * span, 0.0)[()]
        amount: Numeric = np.nan * billed
        return Line(
            charge.item,
            owner.id,
            charge.per,
            billed,
            np.nan,
            amount,
            monthly,
            None,
            why,
            charge.note,
            ceiling,
        )
    if found.tiers:
        starts, values = zip(*found.tiers, strict=True)
        amount = tiered_cost(billed, starts, values) * span
    else:
        amount = billed * found.fact.value * span
    cap = catalogue.prices[charge.cap_price].region(region) if charge.cap_price else None
    if cap is not None:
        amount = np.minimum(amount, cap.fact.value * MONTH)
    unit_price = found.fact.value * span
    return Line(
        charge.item,
        owner.id,
        charge.per,
        billed,
        unit_price,
        amount,
        monthly,
        found.fact,
        "",
        charge.note,
        amount,
    )


def _load_line(
    catalogue: Catalogue,
    charge: Charge,
    option: Option,
    w: Workload,
    quantities: Mapping[str, Numeric],
    bought: dict[str, Numeric],
) -> Iterator[Line]:
    """The higher throughput that the load needs, for as long as it lasts."""
    extra = bought["load-throughput"] - bought["throughput"]
    if not np.any(extra > 0):
        return
    months = quantities.get("load-time", np.nan * extra) / MONTH
    line = _line(catalogue, charge, option.target, extra, w.region)
    note = "throughput raised for the load and lowered after it"
    yield Line(
        f"{charge.item}, while loading",
        line.owner,
        line.per,
        line.quantity,
        line.unit_price * months,
        line.amount * months,
        False,
        line.price,
        line.why_unknown,
        note,
        line.ceiling * months,
    )


def fidelity(option: Option, keep: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Attributes by how well they are kept in the end.

    Attributes that do not exist on the source's protocol are left out unless they are asked for.
    """
    keeps: dict[str, Any] = option.keeps or {}
    groups: dict[str, list[str]] = {"kept": [], "partial": [], "lost": [], "unknown": []}
    names = {"yes": "kept", "partial": "partial", "no": "lost", "unknown": "unknown"}
    for attribute in {**keeps, **dict.fromkeys(keep)}:
        level = keeps.get(attribute, "unknown")
        if level in names:
            groups[names[level]].append(attribute)
    return {name: tuple(found) for name, found in groups.items()}
