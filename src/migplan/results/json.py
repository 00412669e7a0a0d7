"""The JSON of a plan read back into its records, and its inputs into the texts of a scenario.

What does not fit is named by its place in one line.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import functools
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import read_text, shown
from migplan.inputs.fields import BY_NAME
from migplan.results.model import SCHEMA, InputResult, Plan
from migplan.units import DAY

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

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
    text = read_text(path, LARGEST, "plan as JSON")
    try:
        return results_from_dict(
            json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        )
    except _MisfitError as error:
        told = str(error)
    except (ValueError, RecursionError) as error:
        told = f"is not JSON: {error}; wanted what `migplan plan --format json` writes"
    raise MigplanError(Fault("bad-file", shown(path), told))


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
    plan = _validated(plain)
    start = plan.workload.get("start")
    if start is not None and isinstance(start.value, str):
        plan.workload["start"] = dataclasses.replace(start, value=_day(start.value))
    return plan


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


def _validated(plain: dict[str, Any]) -> Plan:
    from pydantic import ValidationError

    try:
        return _reader().validate_json(json.dumps(plain), strict=True)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
    lost = [fault["loc"] for fault in faults if fault["type"] == "float_type" and fault["input"] is None]
    if len(lost) < len(faults):
        raise _misfit(next(fault for fault in faults if fault["loc"] not in lost))
    return _reader().validate_json(json.dumps(_with_nan(plain, lost)), strict=True)


@functools.cache
def _reader() -> TypeAdapter[Plan]:
    from pydantic import TypeAdapter

    return TypeAdapter(Plan)


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
