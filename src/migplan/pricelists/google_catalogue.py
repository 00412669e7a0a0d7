"""Pages of Google's Cloud Billing Catalog: a SKU with its Regions and tiers in each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

from migplan.pricelists.documents import read_page, text_of
from migplan.pricelists.model import Page, Rate

_NANO = Decimal("1e-9")
_PAID, _CURRENCY = "OnDemand", "USD"


def read(chunks: Iterable[bytes], where: str) -> Page:
    """Read a page.

    Raises
    ------
    MigplanError
        It is no page of SKUs.
    """
    page, rows = read_page(chunks, where, "skus")
    word = text_of(page, "nextPageToken")
    first = where.partition("&pageToken=")[0]
    following = f"{first}&pageToken={quote(word, safe='')}" if word else ""
    return Page(list(_rates(rows)), next=following)


def _rates(rows: Iterable[dict[str, Any]]) -> Iterator[Rate]:
    for row in rows:
        columns = {"description": text_of(row, "description")}
        for key in ("resourceFamily", "resourceGroup", "usageType"):
            columns[key.lower()] = text_of(row, "category", key)
        if columns["usagetype"] != _PAID:
            continue
        regions = row.get("serviceRegions")
        places = tuple(map(str, regions)) if isinstance(regions, list) else ()
        # There is one, unless prices of several days were asked for.
        for priced in _tables(row.get("pricingInfo"))[-1:]:
            expression = priced.get("pricingExpression")
            for tier in _tables(expression.get("tieredRates") if isinstance(expression, dict) else None):
                yield Rate(
                    text_of(row, "skuId"),
                    text_of(expression, "usageUnit"),
                    text_of(tier, "startUsageAmount"),
                    _price(tier.get("unitPrice")),
                    places,
                    columns,
                    text_of(priced, "effectiveTime")[:10],
                )


def _price(money: Any) -> str:
    """Units and billionths of them as one number; nothing where it is none, or in another currency."""
    if text_of(money, "currencyCode") != _CURRENCY:
        return ""
    try:
        whole = Decimal(text_of(money, "units") or "0")
        return str(whole + Decimal(text_of(money, "nanos") or "0") * _NANO)
    except InvalidOperation:
        return ""


def _tables(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
