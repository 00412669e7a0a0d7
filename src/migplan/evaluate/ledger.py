"""What options cost, line by line: item, quantity, unit price, amount, source. Unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Catalogue, Charge, Fact, Profile
from migplan.formulas import Numeric
from migplan.formulas.cost import tiered_cost
from migplan.options import Option
from migplan.targets import size
from migplan.workload import Workload

MONTH = 730 * 3600.0
MONTHLY = frozenset(("stored-byte", "provisioned-byte", "throughput", "file-system", "stored-file"))
_HOPS = {"byte-sent": "hop-byte", "file-sent": "hop-file", "run": "hop-run", "item-listed": "hop-file"}
_OWNERS = ("mover", "route", "device", "second_hop", "target")


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


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledgers of a stack of options; the first axis of every array is the option.

    Attributes
    ----------
    lines : tuple of (array of int, Line)
        Which options a line belongs to, and the line with one entry of the first axis for each of them.
    one_off, monthly, total, ceiling : array
        [USD]
    complete : array of bool
        One entry an option: whether the prices of all its lines are known.
    """

    lines: tuple[tuple[NDArray[np.intp], Line], ...]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]

    def costs(self) -> list[Cost]:
        """The ledger of each option by itself."""
        own: list[list[Line]] = [[] for _ in self.complete]
        for members, line in self.lines:
            for index, entry in zip(members.tolist(), _entries(line), strict=True):
                own[index].append(entry)
        totals = (_apart(values) for values in (self.one_off, self.monthly, self.total, self.ceiling))
        return [
            Cost(tuple(lines), *row, complete)
            for lines, *row, complete in zip(own, *totals, self.complete.tolist(), strict=True)
        ]


def _entries(line: Line) -> Iterator[Line]:
    """A line of several options as one line for each."""
    count = len(line.quantity)  # type: ignore[arg-type]
    unit_prices = _apart(line.unit_price) if np.ndim(line.unit_price) else [line.unit_price] * count
    columns = (_apart(line.quantity), unit_prices, _apart(line.amount), _apart(line.ceiling))
    for quantity, unit_price, amount, ceiling in zip(*columns, strict=True):
        yield Line(
            line.item,
            line.owner,
            line.per,
            quantity,
            unit_price,
            amount,
            line.monthly,
            line.price,
            line.why_unknown,
            line.note,
            ceiling,
        )


def _apart(values: Any) -> list[Any]:
    """The entries of the first axis: plain numbers where there is no other."""
    return values.tolist() if np.ndim(values) == 1 else list(values)


def price_stack(
    catalogue: Catalogue,
    options: Sequence[Option],
    w: Workload,
    quantities: Mapping[str, Numeric],
    wanted_rate: Numeric,
) -> Ledger:
    """The ledgers of a stack of options.

    Parameters
    ----------
    quantities : mapping
        Basis of a charge -> amount of it; the first axis is the option.
    wanted_rate : numeric
        Rate at which the data arrives, for the throughput to buy; the first axis is the option. [B/s]
    """
    shape = np.broadcast_shapes(np.shape(wanted_rate), np.shape(w.volume), np.shape(w.horizon))
    counted = {basis: np.broadcast_to(amount, shape) for basis, amount in quantities.items()}
    lines = tuple(_lines(catalogue, options, w, counted, np.broadcast_to(wanted_rate, shape)))
    one_off, monthly, ceiling = (np.zeros(shape) for _ in range(3))
    complete = np.ones(len(options), dtype=bool)
    months = w.horizon / MONTH
    for members, line in lines:
        ceiling[members] += line.ceiling * (months if line.monthly else 1.0)
        if line.price is None:
            complete[members] = False
        else:
            (monthly if line.monthly else one_off)[members] += line.amount
    return Ledger(lines, one_off, monthly, one_off + monthly * months, ceiling, complete)


def price_option(
    catalogue: Catalogue, option: Option, w: Workload, quantities: Mapping[str, Numeric], wanted_rate: Numeric
) -> Cost:
    """The ledger of one option; quantities and rate are numbers, or arrays of rows or draws."""
    stacked = {basis: np.asarray(amount)[None] for basis, amount in quantities.items()}
    return price_stack(catalogue, [option], w, stacked, np.asarray(wanted_rate)[None]).costs()[0]


def _lines(
    catalogue: Catalogue,
    options: Sequence[Option],
    w: Workload,
    quantities: Mapping[str, NDArray[np.float64]],
    wanted_rate: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    bought = {
        owner.id: _bought(owner, w, wanted_rate[members]) for owner, members in _groups(options, "target")
    }
    for slot in _OWNERS:
        for owner, members in _groups(options, slot):
            for charge in owner.charges:
                paying = _paying(charge, slot, options, members)
                if charge.per in MONTHLY:
                    if not charge.load_only:
                        yield paying, _line(catalogue, charge, owner, bought[owner.id][charge.per], w.region)
                    continue
                basis = _HOPS.get(charge.per, charge.per) if slot == "second_hop" else charge.per
                if basis in quantities and len(paying):
                    yield paying, _line(catalogue, charge, owner, quantities[basis][paying], w.region)
    for owner, members in _groups(options, "target"):
        for charge in owner.charges:
            if charge.per == "throughput" and not charge.load_only:
                yield from _load_line(catalogue, charge, owner, members, w, quantities, bought[owner.id])


def _groups(options: Sequence[Option], slot: str) -> Iterator[tuple[Profile, NDArray[np.intp]]]:
    """The distinct movers, routes, ... of a stack, and the options that use each."""
    members: dict[str, list[int]] = {}
    owners: dict[str, Profile] = {}
    for index, option in enumerate(options):
        owner = getattr(option, slot)
        if owner is not None:
            members.setdefault(owner.id, []).append(index)
            owners[owner.id] = owner
    for name, owner in owners.items():
        yield owner, np.array(members[name])


def _paying(
    charge: Charge, slot: str, options: Sequence[Option], members: NDArray[np.intp]
) -> NDArray[np.intp]:
    """A route that exists runs anyway, so that its hours are no cost of the move."""
    if slot == "route" and charge.per in ("hour", "once"):
        return np.array([index for index in members.tolist() if not options[index].exists], dtype=np.intp)
    return members


def _bought(target: Profile, w: Workload, wanted_rate: NDArray[np.float64]) -> dict[str, Any]:
    sized = size(target, w, wanted_rate)
    amounts = {
        "stored-byte": w.volume,
        "provisioned-byte": sized.provisioned,
        "throughput": sized.throughput,
        "file-system": sized.count,
        "stored-file": w.files,
        "load-throughput": sized.load_throughput,
    }
    return {basis: np.broadcast_to(amount, wanted_rate.shape) for basis, amount in amounts.items()}


def _line(
    catalogue: Catalogue, charge: Charge, owner: Profile, quantity: NDArray[np.float64], region: str
) -> Line:
    monthly = charge.per in MONTHLY
    span = MONTH if monthly else 1.0
    billed = np.maximum(quantity * charge.count - charge.free, 0.0)
    price = catalogue.prices[charge.price]
    found = price.region(region)
    if found is None:
        why = price.unknown or f"no price for {region} is known"
        highest = max((row.fact.value for row in price.regions.values()), default=np.inf)
        margin = catalogue.assumptions["unknown_price_margin"].value
        ceiling = np.where(billed > 0, np.where(billed > 0, billed, 1.0) * highest * margin * span, 0.0)
        fact, unit_price, amount = None, np.nan, np.full_like(billed, np.nan)
    else:
        why, fact, unit_price = "", found.fact, found.fact.value * span
        if found.tiers:
            starts, values = zip(*found.tiers, strict=True)
            amount = tiered_cost(billed, starts, values) * span
        else:
            amount = billed * unit_price
        cap = catalogue.prices[charge.cap_price].region(region) if charge.cap_price else None
        if cap is not None:
            amount = np.minimum(amount, cap.fact.value * MONTH)
        ceiling = amount
    return Line(
        charge.item,
        owner.id,
        charge.per,
        billed,
        unit_price,
        amount,
        monthly,
        fact,
        why,
        charge.note,
        ceiling,
    )


def _load_line(
    catalogue: Catalogue,
    charge: Charge,
    owner: Profile,
    members: NDArray[np.intp],
    w: Workload,
    quantities: Mapping[str, NDArray[np.float64]],
    bought: Mapping[str, NDArray[np.float64]],
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    """The higher throughput that the load needs, for as long as it lasts."""
    extra = bought["load-throughput"] - bought["throughput"]
    more = (extra > 0).reshape(len(members), -1).any(axis=1)
    if not more.any():
        return
    paying, extra = members[more], extra[more]
    months = quantities["load-time"][paying] / MONTH
    line = _line(catalogue, charge, owner, extra, w.region)
    yield (
        paying,
        replace(
            line,
            item=f"{charge.item}, while loading",
            unit_price=line.unit_price * months,
            amount=line.amount * months,
            monthly=False,
            note="throughput raised for the load and lowered after it",
            ceiling=line.ceiling * months,
        ),
    )
