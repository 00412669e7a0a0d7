"""The JSON of a plan or an estate read back into its records, and a plan's inputs into the texts of a scenario.

What does not fit is named by its place in one line.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import functools
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import read_text, shown
from migplan.inputs.fields import BY_NAME
from migplan.results.model import SCHEMA, InputResult, Plan
from migplan.units import DAY

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

    from migplan.results.estate import EstatePlan

_Record = TypeVar("_Record")

_PLAN, _ESTATE = "migplan plan --format json", "migplan estate --format json"
"""What writes them."""

LARGEST = 200_000_000
"""Bytes of a plan's JSON that are still read."""

_EXACT = 2**63
"""Whole numbers from here on become floats: nobody counts so far, and not every reader of JSON can."""

_WANTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a table",
    "dataclass_type": "a table",
}
"""Type of a fault -> what is wanted there."""


def read_results(path: Path) -> Plan:
    """Read a plan from the JSON that `migplan plan --format json` wrote.

    Raises
    ------
    MigplanError
        The file cannot be read, is not JSON, or is no plan.
    """
    return _read(path, results_from_dict, "plan", _PLAN)


def read_estate(path: Path) -> EstatePlan:
    """Read the plan of an estate from the JSON that `migplan estate --format json` wrote.

    Raises
    ------
    MigplanError
        The file cannot be read, is not JSON, or is no plan of an estate.
    """
    return _read(path, estate_from_dict, "plan of an estate", _ESTATE)


def read_either(path: Path) -> Plan | EstatePlan:
    """Read a plan, or the plan of an estate, whichever its schema says. See `read_results` and `read_estate`."""
    from migplan.results import estate

    def made(plain: Any) -> Plan | EstatePlan:
        ours = isinstance(plain, dict) and plain.get("schema") == estate.SCHEMA
        return estate_from_dict(plain) if ours else results_from_dict(plain)

    return _read(path, made, "plan", _PLAN)


def _read(path: Path, made: Callable[[Any], _Record], what: str, by: str) -> _Record:
    """A record from the JSON of a file; every fault is one line."""
    text = read_text(path, LARGEST, f"{what} as JSON")
    try:
        return made(json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite))
    except _MisfitError as error:
        told = str(error)
    except (ValueError, RecursionError) as error:
        told = f"is not JSON: {error}; wanted what `{by}` writes"
    raise MigplanError(Fault("bad-file", shown(path), told))


def results_from_dict(plain: Any) -> Plan:
    """Make a plan from what `Plan.to_dict` gave; keys that this version does not know are left out.

    Numbers that were not finite come back as NaN where a number is required, else as None.

    Raises
    ------
    ValueError
        With the place and what is wanted there.
    """
    _check_schema(plain, SCHEMA, _PLAN)
    plan = _validated(plain, Plan)
    start = plan.workload.get("start")
    if start is not None and isinstance(start.value, str):
        plan.workload["start"] = dataclasses.replace(start, value=_day(start.value))
    return plan


def estate_from_dict(plain: Any) -> EstatePlan:
    """Make the plan of an estate from what `EstatePlan.to_dict` gave. See `results_from_dict`."""
    from migplan.results import estate

    _check_schema(plain, estate.SCHEMA, _ESTATE)
    return _validated(plain, estate.EstatePlan)


def _check_schema(plain: Any, wanted: str, by: str) -> None:
    schema = plain.get("schema") if isinstance(plain, dict) else None
    if schema != wanted:
        found = "is missing" if schema is None else f"is {shorten(schema)}"
        raise _MisfitError("schema", f"{found}; wanted {wanted!r}, as `{by}` writes it")


def given_again(plan: Plan) -> dict[str, Any]:
    """What a plan was given, as its scenario would say it; what it assumed is assumed anew.

    Examples
    --------
    >>> import migplan
    >>> given_again(migplan.plan(volume="1 TB", link="1 Gbps", keep=["dacl", "owner"], samples=0))
    {'volume': '1 TB', 'link': '1 Gbps', 'keep': 'dacl, owner'}
    """
    return {
        name: _told(name, item)
        for name, item in plan.workload.items()
        if item.status == "given" and name in BY_NAME and name != "inventory"
    }


def _told(name: str, item: InputResult) -> Any:
    """The text as it was given; of a table, whose text nobody reads, what its numbers say."""
    if BY_NAME[name].form == "histogram":
        return [{"size": f"{size!r} B", "files": files} for size, files in item.value]
    if BY_NAME[name].form == "history":
        return [{"days": passed / DAY, "volume": f"{volume!r} B"} for passed, volume in item.value]
    return item.text


class _MisfitError(ValueError):
    """A place in the JSON, and what was found or is wanted there."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place}: {text}" if place else text)


def _validated(plain: dict[str, Any], kind: type[_Record]) -> _Record:
    from pydantic import ValidationError

    reader: TypeAdapter[_Record] = _reader(kind)  # type: ignore[arg-type]
    try:
        return reader.validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
    lost = [fault["loc"] for fault in faults if fault["type"] == "float_type" and fault["input"] is None]
    if len(lost) < len(faults):
        raise _misfit(next(fault for fault in faults if fault["loc"] not in lost))
    return reader.validate_json(json.dumps(_with_nan(plain, lost)), strict=True)


@functools.cache
def _reader(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _with_nan(plain: dict[str, Any], places: Sequence[tuple[int | str, ...]]) -> dict[str, Any]:
    """NaN where a number must be and JSON, which has none that is not finite, holds null."""
    whole = copy.deepcopy(plain)
    for *outer, last in places:
        part: Any = whole
        for step in outer:
            part = part[step]
        part[last] = math.nan
    return whole


def _misfit(fault: ErrorDetails) -> _MisfitError:
    place = ".".join(map(str, fault["loc"]))
    if fault["type"] == "json_invalid":
        # Python's reader takes half of a pair of surrogates for a letter.
        return _MisfitError(place, "has a text that is no Unicode; wanted one that can be written as UTF-8")
    if fault["type"] == "missing":
        return _MisfitError(place, "is missing")
    wanted = _WANTED.get(fault["type"], fault["msg"])
    return _MisfitError(place, f"is {shorten(fault['input'])}; wanted {wanted}")


def _whole(digits: str) -> int | float:
    """A whole number, or a float where other readers of JSON could not hold it."""
    if len(digits) > 300:
        return math.inf
    value = int(digits)
    return value if abs(value) < _EXACT else float(value)


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
