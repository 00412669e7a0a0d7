"""The JSON of a plan read back into its records; what does not fit is named by its place in one line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import json
import math
import types
import typing
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError, shorten
from migplan.results.model import SCHEMA, Plan

LARGEST = 200_000_000
"""Bytes of a plan's JSON that are still read."""


def read_results(path: Path) -> Plan:
    """Read a plan from the JSON that `migplan plan --format json` wrote.

    Raises
    ------
    MigplanError
        The file cannot be read, is not JSON, or is no plan.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise _MisfitError("", f"has more than {LARGEST:,} bytes")
        return results_from_dict(json.loads(data.decode("utf-8-sig"), parse_int=_whole, parse_float=_finite))
    except OSError as error:
        text = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start}); wanted the JSON of a plan"
    except _MisfitError as error:
        text = str(error)
    except (ValueError, RecursionError) as error:
        text = f"is not JSON: {error}; wanted what `migplan plan --format json` writes"
    raise MigplanError(Fault("bad-file", str(path), text))


def results_from_dict(plain: Any) -> Plan:
    """Make a plan from what `Plan.to_dict` gave; keys that this version does not know are left out.

    Numbers that were not finite come back as NaN where a number is required, else as None.

    Raises
    ------
    ValueError
        With the place and what is wanted there.
    """
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if schema != SCHEMA:
        found = "is missing" if schema is None else f"is {shorten(schema)}"
        raise _MisfitError("schema", f"{found}; wanted {SCHEMA!r}, as `migplan plan --format json` writes it")
    plan: Plan = _read(Plan, plain, "")
    start = plan.workload.get("start")
    if start is not None and isinstance(start.value, str):
        plan.workload["start"] = dataclasses.replace(start, value=_day(start.value))
    return plan


class _MisfitError(ValueError):
    """A place in the JSON, and what was found or is wanted there."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}: {text}" if place else text)


def _whole(digits: str) -> int | float:
    """A whole number; beyond the digits that a float holds, a float, so that no number takes long to read."""
    return int(digits) if len(digits) < 300 else math.inf


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{shorten(digits)} is out of range")
    return value


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _MisfitError("workload.start.value", f"{shorten(text)} is not a date") from None


@functools.cache
def _types_of(record: type) -> dict[str, Any]:
    return typing.get_type_hints(record)


def _read(kind: Any, value: Any, place: str) -> Any:
    """A value of the kind that the record states."""
    if kind is Any:
        return value
    if dataclasses.is_dataclass(kind):
        return _record(kind, value, place)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        known = next(item for item in inner if item is not type(None))
        return None if value is None else _read(known, value, place)
    if origin is tuple:
        return _sequence(inner, value, place)
    if origin is dict:
        _expect(isinstance(value, dict), place, "a table", value)
        return {str(key): _read(inner[1], item, f"{place}.{key}") for key, item in value.items()}
    return _scalar(kind, value, place)


def _record(kind: Any, value: Any, place: str) -> Any:
    _expect(isinstance(value, dict), place, "a table", value)
    found = {}
    for entry in dataclasses.fields(kind):
        here = f"{place}.{entry.name}".lstrip(".")
        if entry.name in value:
            found[entry.name] = _read(_types_of(kind)[entry.name], value[entry.name], here)
        elif entry.default is dataclasses.MISSING:
            raise _MisfitError(here, "is missing")
    return kind(**found)


def _sequence(inner: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    _expect(isinstance(value, list), place, "a list", value)
    if inner[-1] is Ellipsis:
        return tuple(_read(inner[0], item, f"{place}.{index}") for index, item in enumerate(value))
    _expect(len(value) == len(inner), place, f"{len(inner)} items", value)
    return tuple(_read(one, item, place) for one, item in zip(inner, value, strict=True))


def _scalar(kind: Any, value: Any, place: str) -> Any:
    if kind is float:
        if value is None:
            return math.nan
        _expect(isinstance(value, (int, float)) and not isinstance(value, bool), place, "a number", value)
        return float(value)
    _expect(
        type(value) is kind, place, {str: "a text", bool: "true or false"}.get(kind, "a whole number"), value
    )
    return value


def _expect(holds: bool, place: str, wanted: str, found: Any) -> None:
    if not holds:
        raise _MisfitError(place, f"is {shorten(found)}; wanted {wanted}")
