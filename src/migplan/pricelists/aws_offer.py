"""The CSV of an offer of AWS: some lines about the list, the names of columns, and a line for each price.

A list of EC2 has hundreds of megabytes, so it is never held: lines are handed on as they come.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from migplan.pricelists.model import Page, Rate, bad_list

_MOST_ABOUT = 20
"""Lines before the names of columns; there are five."""
_DEMAND, _CURRENCY = "OnDemand", "USD"
_PLAIN = ("sku", "unit", "startingrange", "priceperunit", "termtype", "currency")


def read(chunks: Iterable[bytes], where: str) -> Page:
    """Read a list.

    Raises
    ------
    MigplanError
        It is no list of an offer; while lines are taken: it is cut, or no CSV.
    """
    rows = _rows(chunks, where)
    about: dict[str, str] = {}
    for _ in range(_MOST_ABOUT):
        row = next(rows, None)
        if row is None:
            break
        if row and row[0] == "SKU":
            columns = [plain(name) for name in row]
            missing = [name for name in _PLAIN if name not in columns]
            if missing:
                raise bad_list(where, f"has no column {missing[0]}; wanted the CSV of an offer of AWS")
            published = _day(about.get("Publication Date", ""))
            return Page(_rates(rows, columns, where), about.get("Version", ""), published)
        about[row[0] if row else ""] = row[1] if len(row) > 1 else ""
    raise bad_list(where, "has no line of columns that begins with SKU; wanted the CSV of an offer of AWS")


def plain(name: str) -> str:
    """The name of a column in small letters and digits, since lists write one name in several ways.

    >>> plain("Product Family"), plain("usageType")
    ('productfamily', 'usagetype')
    """
    return "".join(char for char in name.lower() if char.isalnum())


def _day(text: str) -> str:
    """The ISO day that a time begins with; empty where it is none."""
    try:
        return dt.date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _rates(rows: Iterator[list[str]], columns: Sequence[str], where: str) -> Iterator[Rate]:
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            text = f"is cut or broken: price {number:,} has {len(row)} of {len(columns)} columns"
            raise bad_list(where, text)
        line = dict(zip(columns, row, strict=True))
        if line["termtype"] == _DEMAND and line["currency"] == _CURRENCY:
            place = line.get("regioncode") or line.get("fromregioncode")
            yield Rate(
                line["sku"],
                line["unit"],
                line["startingrange"],
                line["priceperunit"],
                (place,) if place else (),
                line,
                line.get("effectivedate", ""),
            )


def _rows(chunks: Iterable[bytes], where: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(_lines(chunks), strict=True)
    except UnicodeDecodeError as error:
        raise bad_list(where, f"is not UTF-8: {error.reason}") from None
    except csv.Error as error:
        raise bad_list(where, f"is cut or no CSV: {error}") from None


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, in whatever pieces they come."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (f"{line}\n" for line in whole)
    rest += decoder.decode(b"", True)
    if rest:
        yield rest
