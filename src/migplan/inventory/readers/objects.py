"""JSON of any layout as a stream of its objects and brackets, in memory that does not grow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from migplan.inventory.readers.blocks import read_pieces
from migplan.inventory.readers.listing import Listing

_TEXT = rb'"(?:[^"\\]|\\.)*+"'
_FLAT = rb"\{(?:[^{}\"]|" + _TEXT + rb")*+\}"
_NESTED = rb"\{(?:[^{}\"]|" + _TEXT + rb"|" + _FLAT + rb")*+\}"
_TOKEN = re.compile(rb"[\s,]*+(?:(" + _NESTED + rb")|([\[\]])|(-?\d[\d.eE+-]*(?=[\s,\]])))", re.DOTALL)
_LARGEST = 1 << 24
"""Bytes of one object; what is longer is no entry. [B]."""

CUT = "no bracket closes it: it is cut off"

Token = dict[str, Any] | str


def tokens(listing: Listing) -> Iterator[Token]:
    """Objects as dictionaries, brackets as '[' and ']'; numbers that stand alone are left out.

    Texts that are no UTF-8 come as surrogate escapes.
    """
    held = b""
    for piece in read_pieces(listing.path, listing.settings.encoding):
        data, place = held + piece, 0
        while match := _TOKEN.match(data, place):
            place = match.end()
            if match[1]:
                yield parsed(listing, match[1])
            elif match[2]:
                yield match[2].decode()
        held = data[place:]
        if len(held) > _LARGEST:
            break
    if held.strip(b" \r\n\t,"):
        listing.tally.note(f"it is cut off, or no JSON, behind {held[:40].decode('utf-8', 'replace')!r}")


def parsed(listing: Listing, data: bytes) -> dict[str, Any]:
    """One object; names with raw bytes that are no UTF-8, which some tools write, keep them."""
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            found = json.loads(data.decode("utf-8", "surrogateescape"), strict=False)
        except ValueError:
            listing.tally.add_bad(0, data)
            return {}
    return found if isinstance(found, dict) else {}


def whole_objects(listing: Listing) -> Iterator[list[dict[str, Any]]]:
    """Objects of a list, some ten thousand at a time: by whole blocks where each line is one, else one by one."""
    last = b""
    for block in listing.blocks():
        last = block.data[-200:].strip() or last
        inner = block.data.strip().removeprefix(b"[").removesuffix(b"]").strip(b" \r\n\t,")
        if not inner:
            continue
        try:
            yield orjson.loads(b"[" + inner + b"]")
        except orjson.JSONDecodeError:
            yield list(_by_lines(listing, block.data, block.first))
    if not last.endswith(b"]"):
        listing.tally.note(CUT)


def _by_lines(listing: Listing, data: bytes, first: int) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(data.split(b"\n"), first):
        text = line.strip(b" \r\t,[]")
        if not text:
            continue
        try:
            yield json.loads(text.decode("utf-8", "surrogateescape"), strict=False)
        except ValueError:
            listing.tally.add_bad(number, line)
