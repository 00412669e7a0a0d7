"""What a list says of a price: one SKU in a known unit, or a fault. Nothing here takes a price that is in doubt."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Sequence

from migplan import units
from migplan.errors import Fault, shorten
from migplan.facts.schema import Price, RegionPrice
from migplan.pricelists.model import CODE, Found, Listing, NewPrice, Rate, Selector
from migplan.text import listed as in_words

UNUSUAL = 0.2
"""Part of the old price by which a new one may differ before somebody should look at it."""
_DIGITS = 12
"""A product of two numbers that lists print has no more."""
_MOST_NAMED = 3

Tiers = tuple[tuple[float, float], ...]


def choose(selector: Selector, price: Price, listing: Listing, found: Found) -> NewPrice | Fault:
    """The price that a list has for a selector, or why none is taken."""
    rates = _of_one(selector, _in_force(found.rates.get(selector.key, ()), found.day))
    old = price.regions.get(selector.region)
    fault = _doubt(selector, rates)
    if not fault:
        try:
            tiers = _tiers(selector, rates)
        except ValueError as error:
            fault = str(error)
        else:
            known = bool(old and old.value == 0)
            fault = "costs 0, which it never did" if not known and any(not cost for _, cost in tiers) else ""
    if fault:
        return Fault(CODE, f"{selector.price} {selector.region}", f"{fault} ({listing}); the old price stays")
    new = _converted(selector, price, old, tiers)
    before = _known(old)
    change = _change(before, new) if before else None
    return NewPrice(
        selector.price,
        selector.region,
        price.unit,
        before,
        new,
        change,
        change is not None and change > UNUSUAL,
        _row(selector, listing, found, rates[0], new, old, change),
    )


def _in_force(rates: Sequence[Rate], day: str) -> Sequence[Rate]:
    """Lines that hold on a day, but for spare ones; those that are still to come only where there are no others."""
    first = [rate for rate in rates if not rate.spare] or rates
    left = [rate for rate in first if not rate.until or rate.until > day]
    return [rate for rate in left if rate.since <= day] or left


def _of_one(selector: Selector, rates: Sequence[Rate]) -> Sequence[Rate]:
    """Lines of the first SKU where all may cost the same and do; else all lines."""
    if not selector.listed.alike:
        return rates
    each: dict[str, list[Rate]] = {}
    for rate in rates:
        each.setdefault(rate.sku, []).append(rate)
    alike = {frozenset((rate.unit, rate.start, rate.price) for rate in own) for own in each.values()}
    return next(iter(each.values())) if len(alike) == 1 else rates


def _doubt(selector: Selector, rates: Sequence[Rate]) -> str:
    """Why lines are not those of one SKU in a known unit; empty where they are."""
    listed = selector.listed
    if not rates:
        if selector.sku:
            return f"SKU {selector.sku} is not in the list"
        told = [f"{column} {value!r}" for column, value in listed.where.items()]
        told += [f"no {column} {value!r}" for column, values in listed.where_not.items() for value in values]
        return f"no SKU has {', '.join(told)}"
    skus = list(dict.fromkeys(rate.sku for rate in rates))
    if len(skus) > 1:
        wanted = "one, or the same price of all" if listed.alike else "one"
        return f"{len(skus)} SKUs fit: {in_words(skus[:_MOST_NAMED], 'and')}; wanted {wanted}"
    printed = list(dict.fromkeys(rate.unit for rate in rates if rate.unit not in listed.units))
    if printed:
        return f"the list counts in {shorten(printed[0])}, and not in {in_words(listed.units, 'or')}"
    return ""


def _tiers(selector: Selector, rates: Sequence[Rate]) -> Tiers:
    """Start and price of each tier, as the list has them.

    Raises
    ------
    ValueError
        They are no numbers, or not one price for each quantity.
    """
    tiers = sorted((_number(rate.start or "0"), _number(rate.price)) for rate in rates)
    if selector.listed.skip_free:
        paid = [tier for tier in tiers if tier[1]]
        tiers = [(0.0 if tier is paid[0] else tier[0], tier[1]) for tier in paid]
    if not tiers:
        raise ValueError("costs nothing at any quantity")
    if tiers[0][0]:
        raise ValueError(f"has no price below {tiers[0][0]:g}")
    if any(low[0] == high[0] for low, high in itertools.pairwise(tiers)):
        raise ValueError("has two prices for one quantity")
    # Lists end a tier where another price ends, too.
    kept = [tiers[0], *(high for low, high in itertools.pairwise(tiers) if high[1] != low[1])]
    if len(kept) > 1 and not selector.listed.tier_unit:
        raise ValueError(f"has {len(kept)} tiers; wanted one price")
    return tuple(kept)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ValueError(f"{shorten(text)} is no amount")
    return value


def _converted(selector: Selector, price: Price, old: RegionPrice | None, tiers: Tiers) -> Tiers:
    """The same in the units of the profile."""
    listed = selector.listed
    scale = units.factor(listed.price, price.unit) if listed.price else 1.0
    start = 1.0
    if listed.tier_unit and old is not None and old.tier_unit:
        start = units.factor(listed.tier_unit, old.tier_unit)
    return tuple((_rounded(begin * start), _rounded(cost * scale)) for begin, cost in tiers)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _known(old: RegionPrice | None) -> Tiers:
    if old is None:
        return ()
    return tuple((tier.start, tier.value) for tier in old.tiers) or ((0.0, old.value or 0.0),)


def _change(old: Tiers, new: Tiers) -> float:
    """By which part of the old one a price differs at the most, in any tier."""
    if len(old) != len(new):
        return math.inf
    pairs = [pair for before, after in zip(old, new, strict=True) for pair in zip(before, after, strict=True)]
    return max(abs(after / before - 1) if before else (math.inf if after else 0.0) for before, after in pairs)


def _row(
    selector: Selector,
    listing: Listing,
    found: Found,
    rate: Rate,
    new: Tiers,
    old: RegionPrice | None,
    change: float | None,
) -> dict[str, object]:
    """The table of a Region in a profile."""
    row: dict[str, object] = {}
    if len(new) > 1:
        row["tiers"] = [{"start": start, "value": value} for start, value in new]
        row["tier_unit"] = (old.tier_unit if old else "") or selector.listed.tier_unit
    else:
        row["value"] = new[0][1]
    https = listing.url.startswith("https://")
    row["source"] = listing.url.partition("?")[0] if https else listing.source.source
    row["as_of"] = dt.date.fromisoformat(found.day)
    told = [f"public price list {listing}"]
    of = f" of {found.published}" if found.published else ""
    told += [f"version {found.version}{of}"] if found.version else []
    told += [f"SKU {rate.sku}"]
    told += [f"in force since {rate.since}"] if rate.since else []
    if old is not None and change:
        told.append(f"{_told(_known(old))} as of {old.as_of}")
    row["note"] = ", ".join(told)
    return row


def _told(tiers: Tiers) -> str:
    return (
        f"was {tiers[0][1]:g}"
        if len(tiers) == 1
        else f"was {tiers[0][1]:g} in the first of {len(tiers)} tiers"
    )
