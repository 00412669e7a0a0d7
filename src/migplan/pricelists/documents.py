"""Pages of JSON, as Azure and Google have them: read whole, within bounds, with numbers as they are written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from migplan.errors import shorten
from migplan.pricelists.model import bad_list

_LARGEST = 1 << 26
"""Of one page. [B]"""


def read_page(chunks: Iterable[bytes], where: str, rows: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A page, and the tables that stand in it under a name.

    Raises
    ------
    MigplanError
        It is no JSON, has no such tables, or is too large.
    """
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > _LARGEST:
            raise bad_list(where, f"has a page of more than {_LARGEST:,} bytes")
    try:
        page = json.loads(bytes(data).decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise bad_list(where, f"is no JSON: {error}") from None
    found = page.get(rows) if isinstance(page, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise bad_list(
            where, f"has no prices under {rows!r}: {shorten(bytes(data[:60]).decode('utf-8', 'replace'))}"
        )
    return page, found


def text_of(row: Any, *keys: str) -> str:
    """What stands in tables inside each other as a text; empty where it is none."""
    for key in keys:
        row = row.get(key) if isinstance(row, dict) else None
    return row if isinstance(row, str) else ""
