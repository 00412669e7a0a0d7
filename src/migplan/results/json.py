"""The JSON of a plan or an estate read back into its records, and a plan's inputs into the texts of a scenario.

What does not fit is named by its place in one line.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import inspect, structs

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import read_text, shown
from migplan.inputs.fields import BY_NAME
from migplan.results.model import SCHEMA, InputResult, Plan
from migplan.units import DAY

if TYPE_CHECKING:
    from migplan.results.estate import EstatePlan

_Record = TypeVar("_Record")

_PLAN, _ESTATE = "migplan plan --format json", "migplan estate --format json"
"""What writes them."""

LARGEST = 200_000_000
"""Bytes of a plan's JSON that are still read."""

_EXACT = 2**63
"""Whole numbers from here on become floats: nobody counts so far, and not every reader of JSON can."""

_WANTED = {
    "str": "a text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a table",
}
"""What msgspec expects -> what is wanted there."""


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
        plain = json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_finite)
        _check_letters(text, plain)
        return made(plain)
    except _MisfitError as error:
        told = str(error)
    except (ValueError, RecursionError) as error:
        told = f"is not JSON: {error}; wanted what `{by}` writes"
    raise MigplanError(Fault("bad-file", shown(path), told))


def _check_letters(text: str, plain: Any) -> None:
    """Python's reader takes half of a pair of surrogates for a letter, which nothing can write again."""
    if re.search(r"\\u[dD][89a-fA-F]", text) is None:
        return
    try:
        json.dumps(plain, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        fault = "has a text that is no Unicode; wanted one that can be written as UTF-8"
        raise _MisfitError("", fault) from None


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
        plan.workload["start"] = structs.replace(start, value=_day(start.value))
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
    try:
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        if _NULL not in str(error):
            raise _misfit(plain, kind, str(error)) from None
    whole = _with_nan(plain, inspect.type_info(kind))
    try:
        return msgspec.convert(whole, kind)
    except msgspec.ValidationError as error:
        raise _misfit(whole, kind, str(error)) from None


_NULL = "Expected `float`, got `null`"


def _with_nan(plain: Any, kind: inspect.Type) -> Any:
    """NaN where a number must be and JSON, which has none that is not finite, holds null."""
    if isinstance(kind, inspect.FloatType):
        return math.nan if plain is None else plain
    if isinstance(kind, inspect.UnionType):
        given = next(own for own in kind.types if not isinstance(own, inspect.NoneType))
        return None if plain is None else _with_nan(plain, given)
    if isinstance(kind, inspect.VarTupleType) and isinstance(plain, list):
        return [_with_nan(item, kind.item_type) for item in plain]
    if isinstance(kind, inspect.TupleType) and isinstance(plain, list):
        return [
            *itertools.starmap(_with_nan, zip(plain, kind.item_types, strict=False)),
            *plain[len(kind.item_types) :],
        ]
    if isinstance(kind, inspect.DictType) and isinstance(plain, dict):
        return {key: _with_nan(item, kind.value_type) for key, item in plain.items()}
    if isinstance(kind, (inspect.StructType, inspect.DataclassType)) and isinstance(plain, dict):
        kinds = {field.name: field.type for field in kind.fields}
        return {key: _with_nan(item, kinds.get(key, _ANY)) for key, item in plain.items()}
    return plain


_ANY = inspect.AnyType()


def _misfit(plain: Any, kind: type[Any], told: str) -> _MisfitError:
    """The fault that msgspec tells, by its place and in words of ours."""
    told, _, place = told.partition(" - at `$")
    steps, found = _steps(plain, kind, told, place.rstrip("`"))
    if match := re.fullmatch(r"Object missing required field `(.*)`", told):
        return _MisfitError(".".join((*steps, match[1])), "is missing")
    if match := re.fullmatch(r"Expected `array` of length (\d+), got (\d+)", told):
        return _MisfitError(".".join(steps), f"has {match[2]} members; wanted {match[1]}")
    match = re.match(r"Expected `(\w+)", told)
    wanted = _WANTED.get(match[1], match[1]) if match else told
    return _MisfitError(".".join(steps), f"is {shorten(found)}; wanted {wanted}")


def _steps(plain: Any, kind: type[Any], told: str, place: str) -> tuple[list[str], Any]:
    """The keys and numbers that lead to a place, and what is there; msgspec names no keys of tables."""
    steps: list[str] = []
    found = plain
    for name, number in re.findall(r"\.(\w+)|\[(\d+|\.\.\.)\]", place):
        if number == "...":
            key = next(key for key in found if _fails(plain, kind, steps, key, told))
        else:
            key = name or int(number)
        steps.append(str(key))
        found = found[key]
    return steps, found


def _fails(plain: Any, kind: type[Any], steps: Sequence[str], key: str, told: str) -> bool:
    """Whether the same is wrong where a table has this key alone."""
    whole = copy.deepcopy(plain)
    table = whole
    for step in steps:
        table = table[int(step) if isinstance(table, list) else step]
    for other in [*table]:
        if other != key:
            del table[other]
    try:
        msgspec.convert(whole, kind)
    except msgspec.ValidationError as error:
        return str(error).startswith(told)
    return False


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
