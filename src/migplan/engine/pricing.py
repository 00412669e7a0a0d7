"""What options cost, line by line: item, quantity, unit price, amount, source. Unknown stays unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.options import Option
from migplan.engine.outcome import Outcome
from migplan.engine.running import running_of, running_quantity
from migplan.engine.targets import Size, size
from migplan.facts import Catalogue, Charge, Fact, Profile, Route, Running, Target
from migplan.facts.keys import MONTHLY_BASES, PER_MONTH, RUNNING_BASES, TIERED_BASES
from migplan.formulas import Numeric, take
from migplan.formulas.cost import tiered_cost
from migplan.inputs.workload import Workload
from migplan.language import say, worded
from migplan.units import MONTH


class Line(Struct, frozen=True):
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
    running: bool = False


class Cost(Struct, frozen=True):
    """One-off, monthly and horizon totals of the known lines, and whether all are known. [USD].

    `monthly` is what the target costs, `running` what is needed beside it; the total has both.
    """

    lines: tuple[Line, ...]
    one_off: Numeric
    monthly: Numeric
    running: Numeric
    total: Numeric
    ceiling: Numeric
    complete: bool


class Ledger(Struct, frozen=True):
    """The ledgers of a stack of options; the first axis of every array is the option.

    Attributes
    ----------
    lines : tuple of (array of int, Line)
        Which options a line belongs to, and the line with one entry of the first axis for each of them.
    one_off, monthly, running, total, ceiling : array
        [USD]
    complete : array of bool
        Whether the prices of all lines are known.
    """

    lines: tuple[tuple[NDArray[np.intp], Line], ...]
    one_off: NDArray[np.float64]
    monthly: NDArray[np.float64]
    running: NDArray[np.float64]
    total: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    complete: NDArray[np.bool_]

    def costs(self) -> list[Cost]:
        """The ledger of each option by itself, of a single row."""
        own: list[list[Line]] = [[] for _ in self.complete]
        for members, line in self.lines:
            for index, entry in zip(members.tolist(), _entries(line), strict=True):
                own[index].append(entry)
        totals = [
            _apart(values) for values in (self.one_off, self.monthly, self.running, self.total, self.ceiling)
        ]
        return list(map(Cost, map(tuple, own), *totals, _apart(self.complete)))


def _entries(line: Line) -> Iterator[Line]:
    """A line of several options as one line for each."""
    unit_prices = np.broadcast_to(line.unit_price, np.shape(line.quantity))
    columns = map(_apart, (line.quantity, unit_prices, line.amount, line.ceiling))
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
            line.running,
        )


def _apart(values: Any) -> list[Any]:
    """A plain number of each option of a single row."""
    numbers: list[Any] = values[:, 0, 0].tolist()
    return numbers


def known_sum(amount: Numeric, complete: Any) -> Any:
    """A sum of what has a known price; NaN where nothing else went into it than what has none. [USD].

    >>> known_sum(np.array([0.0, 0.0, 5.0]), np.array([True, False, False])).tolist()
    [0.0, nan, 5.0]
    """
    return np.where(np.logical_or(complete, np.not_equal(amount, 0)), amount, np.nan)[()]


MONTHLY = frozenset(MONTHLY_BASES)
_IF_BOUGHT = ("iops",)
"""What most take nothing of: no line then, and no price that has to be known."""
_IF_TAKEN = (*_IF_BOUGHT, "device-day")
"""What costs nothing where nothing is taken, though its price is not known."""
_HOPS = {
    "byte-sent": "hop-byte",
    **dict.fromkeys(("file-sent", "part-sent", "item-listed"), "hop-file"),
    "run": "hop-run",
}
_WRITTEN = {"byte-sent": "byte-written"}
_OWNERS = ("mover", "route", "device", "second_hop", "target")


def price_stack(
    catalogue: Catalogue,
    options: Sequence[Option],
    w: Workload,
    quantities: Mapping[str, Numeric],
    wanted_rate: Numeric,
    pairs: NDArray[np.intp] | None = None,
) -> Ledger:
    """The ledgers of a stack of options.

    Parameters
    ----------
    quantities : mapping
        Basis of a charge -> amount of it; the first axis is the option.
    wanted_rate : numeric
        Rate at which the data arrives, for the throughput to buy; the first axis is the option. [B/s]
    pairs : array of int, optional
        For single pairs of an option and a row, the option of each; the option axis then is that of the pairs.
    """
    count = len(options) if pairs is None else len(pairs)
    shape = np.broadcast_shapes(np.shape(wanted_rate), w.shape, (count, 1, 1))
    counted = {basis: np.broadcast_to(amount, shape) for basis, amount in quantities.items()}
    stack = _Stack(options, pairs, w)
    lines = tuple(_lines(catalogue, stack, counted, np.broadcast_to(wanted_rate, shape)))
    one_off, monthly, running, ceiling = (np.zeros(shape) for _ in range(4))
    complete = np.ones(shape, dtype=bool)
    months = w.horizon / MONTH
    for found, line in lines:
        members = all_or(found, count)
        ceiling[members] += line.ceiling * (take(months, option=members) if line.monthly else 1.0)
        if line.price is None:
            # What is bought only where the load or the use needs more is no part of the others' cost, nor is nothing of
            # anything.
            some = line.running or line.per in _IF_TAKEN or (line.per in MONTHLY and not line.monthly)
            complete[members] &= (line.quantity <= 0) if some else False
        else:
            (running if line.running else monthly if line.monthly else one_off)[members] += line.amount
    total = one_off + (monthly + running) * months
    return Ledger(lines, one_off, monthly, running, total, np.where(complete, total, ceiling), complete)


def all_or(members: NDArray[np.intp], count: int) -> Any:
    """Rising positions as an index: a slice where they are all of so many, which takes no copy."""
    return slice(None) if len(members) == count else members


def price_outcome(
    catalogue: Catalogue,
    options: Sequence[Option],
    w: Workload,
    outcome: Outcome,
    pairs: NDArray[np.intp] | None = None,
) -> Ledger:
    """The ledgers of a stack of options that was evaluated.

    Parameters
    ----------
    pairs : array of int, optional
        As in `price_stack`.
    """
    wanted = outcome.details["wanted_rate"]
    # What never ends has endless quantities; its cost is told as none, and compared with nothing.
    with np.errstate(invalid="ignore", over="ignore"):
        arriving = np.where(np.isfinite(wanted), wanted, 0.0)
        return price_stack(catalogue, options, w, outcome.quantities, arriving, pairs)


def price_option(
    catalogue: Catalogue, option: Option, w: Workload, quantities: Mapping[str, Numeric], wanted_rate: Numeric
) -> Cost:
    """The ledger of one option of a single row; quantities and rate are numbers."""
    return price_stack(catalogue, [option], w, quantities, wanted_rate).costs()[0]


class _Stack(Struct, frozen=True):
    """Options down the first axis, or pairs of an option and a row."""

    options: Sequence[Option]
    pairs: NDArray[np.intp] | None
    w: Workload

    def groups(self, slot: str) -> Iterator[tuple[Profile, NDArray[np.intp]]]:
        """The distinct movers, routes, ... and where on the first axis each is used."""
        members: dict[str, list[int]] = {}
        owners: dict[str, Profile] = {}
        for index, option in enumerate(self.options):
            owner = getattr(option, slot)
            if owner is not None:
                members.setdefault(owner.key, []).append(index)
                owners[owner.key] = owner
        for name, owner in owners.items():
            found = np.array(members[name])
            if self.pairs is not None:
                found = np.flatnonzero(np.bincount(found, minlength=len(self.options))[self.pairs])
            yield owner, found

    def paying(self, charge: Charge, slot: str, members: NDArray[np.intp]) -> NDArray[np.intp]:
        """A route that exists runs anyway, so that its hours are no cost of the move."""
        if slot != "route" or charge.per not in ("hour", "term-hour", "once"):
            return members
        exists = np.array([option.exists for option in self.options])
        paying: NDArray[np.intp] = members[~exists[members if self.pairs is None else self.pairs[members]]]
        return paying

    def bought(self, target: Target, wanted_rate: NDArray[np.float64], members: NDArray[np.intp]) -> Any:
        """What is bought of a target, by the basis of its charges."""
        w, rate = self.w.take(option=all_or(members, len(wanted_rate))), wanted_rate[members]
        # What nothing arrives at is bought for daily use, which is quicker said than found out.
        amounts = bought(target, w, rate if rate.any() else 0.0)
        return {basis: np.broadcast_to(amount, rate.shape) for basis, amount in amounts.items()}


def bought(target: Target, w: Workload, wanted_rate: Numeric) -> dict[str, Numeric]:
    """What is bought of a target, by the basis of its charges, and the throughput while loading.

    Parameters
    ----------
    wanted_rate : numeric
        Rate at which the data arrives. [B/s]
    """
    return _amounts(size(target, w, wanted_rate), w)


def _amounts(sized: Size, w: Workload) -> dict[str, Numeric]:
    return {
        "stored-byte": sized.billed,
        "hot-byte": sized.hot_billed,
        "cold-byte": sized.cold_billed,
        "provisioned-byte": sized.provisioned,
        "throughput": sized.throughput,
        "iops": sized.iops,
        "file-system": sized.count,
        "stored-file": w.files,
        "watched-file": sized.tiered_files,
        "load-throughput": sized.load_throughput,
        "tiered-file": sized.cold_files,
        "tiered-byte": sized.cold,
    }


def charges_of(owner: Profile | Running, w: Workload) -> Iterator[Charge]:
    """What is charged in a cloud for shares of a protocol: a server for NFS needs no licence for Windows."""
    for charge in owner.charges:
        in_cloud = not charge.clouds or w.cloud in charge.clouds
        if in_cloud and (not charge.protocols or w.protocol in charge.protocols):
            yield charge


def rent(
    catalogue: Catalogue, target: Target, w: Workload, sized: Size | None = None
) -> tuple[Numeric, Numeric, Any]:
    """What a target costs a month once it runs, as far as prices are known, at an upper bound, and whether all are.

    Parameters
    ----------
    sized : Size, optional
        How much of it is taken while nothing comes in, where that is known already.

    Returns
    -------
    amount, ceiling : numeric
        [USD]
    complete : bool or array of bool
    """
    amounts = _amounts(size(target, w, 0.0) if sized is None else sized, w)
    amount, ceiling, complete = np.zeros(1), np.zeros(1), np.ones(1, dtype=bool)
    for charge in charges_of(target, w):
        if charge.per in MONTHLY and not charge.load_only:
            quantity = np.asarray(amounts[charge.per])
            if charge.per in _IF_BOUGHT and not np.any(quantity):
                continue
            line = priced_line(catalogue, charge, target, quantity, w.region)
            ceiling = ceiling + line.ceiling
            amount = amount + np.nan_to_num(line.amount)
            known = line.price is not None
            complete = complete & (known | (line.quantity <= 0) if charge.per in _IF_BOUGHT else known)
    return amount, ceiling, complete


def _lines(
    catalogue: Catalogue,
    stack: _Stack,
    quantities: Mapping[str, NDArray[np.float64]],
    wanted_rate: NDArray[np.float64],
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    region = stack.w.region
    targets = [(owner, members) for owner, members in stack.groups("target") if isinstance(owner, Target)]
    bought = {owner.key: stack.bought(owner, wanted_rate, members) for owner, members in targets}
    for slot in _OWNERS:
        for owner, members in stack.groups(slot):
            for charge in charges_of(owner, stack.w):
                paying = stack.paying(charge, slot, members)
                if charge.per in MONTHLY:
                    some = _taken(charge, bought[owner.key][charge.per])
                    if not charge.load_only and len(paying[some]):
                        quantity = bought[owner.key][charge.per][some]
                        yield paying[some], priced_line(catalogue, charge, owner, quantity, region)
                    continue
                if charge.per in TIERED_BASES:
                    yield paying, priced_line(catalogue, charge, owner, bought[owner.key][charge.per], region)
                    continue
                amount = _counted(charge, slot, quantities)
                if amount is not None and len(paying):
                    yield paying, priced_line(catalogue, charge, owner, amount[paying], region)
    yield from _leaving_lines(catalogue, stack, quantities)
    for owner, members in targets:
        yield from _running_lines(catalogue, owner, members, stack.w, wanted_rate.shape[1:])
        for charge in charges_of(owner, stack.w):
            if charge.per == "throughput" and not charge.load_only:
                yield from _load_line(
                    catalogue, charge, owner, members, region, quantities, bought[owner.key]
                )


def _leaving_lines(
    catalogue: Catalogue, stack: _Stack, quantities: Mapping[str, NDArray[np.float64]]
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    """What the cloud that the data leaves charges for it, by the route that it takes; tiers as of one month."""
    w, sent = stack.w, quantities.get("byte-sent")
    if not w.from_cloud or w.egress == "waived" or sent is None:
        return
    for route, members in stack.groups("route"):
        for leaving in catalogue.clouds[w.from_cloud].leaving:
            if isinstance(route, Route) and leaving.over(route.family) and len(members):
                charge = Charge(leaving.item, leaving.price, "byte-sent", 1.0, 0.0, "", False, "")
                yield members, priced_line(catalogue, charge, route, sent[members], w.from_region)


def _running_lines(
    catalogue: Catalogue, target: Target, members: NDArray[np.intp], w: Workload, shape: tuple[int, ...]
) -> Iterator[tuple[NDArray[np.intp], Line]]:
    """What is needed beside a target each month; it is the same whichever way leads there."""
    w = w.take(option=members)
    for need in running_of(catalogue, target, w):
        for charge in charges_of(need, w):
            quantity = np.asarray(running_quantity(catalogue, charge.per, target, w), dtype=np.float64)
            if quantity.any():
                line = priced_line(catalogue, charge, need, quantity, w.region)
                quantity, amount, ceiling = (
                    np.broadcast_to(values, (len(members), *shape))
                    for values in (line.quantity, line.amount, line.ceiling)
                )
                yield (
                    members,
                    replace(line, running=True, quantity=quantity, amount=amount, ceiling=ceiling),
                )


def _taken(charge: Charge, quantity: NDArray[np.float64]) -> Any:
    """Which options pay a monthly charge: all, but for what most take nothing of."""
    if charge.per not in _IF_BOUGHT:
        return slice(None)
    return np.flatnonzero((quantity > 0).reshape(len(quantity), -1).any(axis=1))


def _counted(
    charge: Charge, slot: str, quantities: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64] | None:
    """What a charge is counted by; None where these options have no such thing.

    A second hop counts what it moves, and a target what is written to it, whichever way that came.
    """
    if slot == "second_hop":
        return quantities.get(_HOPS.get(charge.per, charge.per))
    if slot == "target" and _WRITTEN.get(charge.per) in quantities:
        return quantities[_WRITTEN[charge.per]]
    return quantities.get(charge.per)


def priced_line(
    catalogue: Catalogue, charge: Charge, owner: Profile | Running, quantity: NDArray[np.float64], region: str
) -> Line:
    """The line of the ledger for a quantity of what a charge is counted by."""
    monthly = charge.per in MONTHLY or charge.per in RUNNING_BASES
    span = MONTH if monthly and charge.per not in PER_MONTH else 1.0
    billed = np.maximum(quantity * charge.count - charge.free, 0.0)
    price = catalogue.prices[charge.price]
    found = price.region(region)
    amount: Any
    if found is None:
        why = price.unknown or say("no price for {region} is known", region=region)
        highest = max((row.fact.value for row in price.regions.values()), default=np.inf)
        margin = catalogue.assumptions["unknown_price_margin"].value
        ceiling = np.where(billed > 0, np.where(billed > 0, billed, 1.0) * highest * margin * span, 0.0)
        fact, unit_price, amount = None, np.nan, np.full_like(billed, np.nan)
    else:
        why, fact, unit_price = "", found.fact, found.fact.value * span
        # Tiers go by bytes stored at a time, and not by how long they lie there.
        if found.tiers and charge.per != "byte-stored-temporarily":
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
    region: str,
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
    line = priced_line(catalogue, charge, owner, extra, region)
    yield (
        paying,
        replace(
            line,
            item=say("{item}, while loading", item=worded(charge.item)),
            unit_price=line.unit_price * months,
            amount=line.amount * months,
            monthly=False,
            note=worded("throughput raised for the load and lowered after it"),
            ceiling=line.ceiling * months,
        ),
    )
