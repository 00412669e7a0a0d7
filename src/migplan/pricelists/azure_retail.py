"""Pages of Azure Retail Prices: a row for each meter, SKU, Region and tier, and the address of the next page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from migplan.pricelists.documents import read_page, text_of
from migplan.pricelists.model import Page, Rate

_PAID, _CURRENCY = "Consumption", "USD"


def read(chunks: Iterable[bytes], where: str) -> Page:
    """Read a page. Of rows that are no usage none is left: reservations, prices for tests.

    Raises
    ------
    MigplanError
        It is no page of prices.
    """
    page, rows = read_page(chunks, where, "Items")
    return Page(list(_rates(rows)), next=text_of(page, "NextPageLink"))


def _rates(rows: Iterable[dict[str, Any]]) -> Iterator[Rate]:
    for row in rows:
        line = {key.lower(): value for key, value in row.items() if isinstance(value, str)}
        if line.get("type") != _PAID or line.get("currencycode") != _CURRENCY:
            continue
        yield Rate(
            line.get("meterid", ""),
            line.get("unitofmeasure", ""),
            line.get("tierminimumunits", ""),
            line.get("retailprice", ""),
            (line.get("armregionname", ""),),
            line,
            line.get("effectivestartdate", "")[:10],
            line.get("effectiveenddate", "")[:10],
            row.get("isPrimaryMeterRegion") is False,
        )
