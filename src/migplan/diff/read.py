"""Reads the JSON of a plan back, and refuses what is not one in a single line."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from migplan.errors import Fault, MigplanError, shorten
from migplan.results import SCHEMA

TIME = ("duration_days", "p80_days", "cutover_hours")
COST = ("one_off", "monthly", "horizon_total")
_LARGEST = 200_000_000


def read_plan(path: Path) -> dict[str, Any]:
    """Read a plan that `migplan plan --format json` wrote.

    Raises
    ------
    MigplanError
        The file cannot be read, is not JSON, or is not a plan; one fault that says where.
    """

    def fail(text: str) -> NoReturn:
        raise MigplanError(Fault("bad-file", str(path), text)) from None

    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        fail(f"cannot be read: {error.strerror}")
    if len(data) > _LARGEST:
        fail(f"has more than {_LARGEST:,} bytes; wanted the JSON of a plan")
    try:
        plan = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse, parse_int=_whole)
    except UnicodeDecodeError as error:
        fail(f"is not UTF-8 (byte {error.start}); wanted the JSON of a plan")
    except (ValueError, RecursionError) as error:
        fail(f"is not JSON: {error}; wanted what `migplan plan --format json` writes")
    schema = plan.get("schema") if isinstance(plan, dict) else None
    if schema != SCHEMA:
        found = "has no schema" if schema is None else f"has the schema {shorten(schema)}"
        fail(f"{found}; wanted {SCHEMA!r}, which `migplan plan --format json` writes")
    wrong = misfit(plan, _PLAN, "") or _twice(plan)
    if wrong is not None:
        fail(f"is not a whole plan: {wrong}")
    return dict(plan)


def _twice(plan: dict[str, Any]) -> str | None:
    for kind in ("options", "facts"):
        counts = Counter(row["id"] for row in plan[kind])
        name, count = next(iter(counts.most_common(1)), ("", 0))
        if count > 1:
            return f"{kind} has {shorten(name)} {count} times"
    return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _whole(digits: str) -> int | float:
    """Whole numbers; those of more digits than any plan has become floats and, beyond those, no plan's number."""
    return int(digits) if len(digits) < 30 else float(digits)


_NUMBER, _TEXT, _YES = (int, float), (str,), (bool,)
_NONE = type(None)
_REASONS = [{"code": _TEXT}]
_PLAN: dict[str, Any] = {
    "today": _TEXT,
    "workload": {"*": {"value": None, "text": _TEXT, "status": _TEXT}},
    "recommendation": {
        "option": (str, _NONE),
        "target": (str, _NONE),
        "meets": _YES,
        "misses_by_days": _NUMBER,
    },
    "options": [
        {
            "id": _TEXT,
            "usable": _YES,
            "reasons": _REASONS,
            **dict.fromkeys(TIME, (*_NUMBER, _NONE)),
            "cost_usd": {**dict.fromkeys(COST, (*_NUMBER, _NONE)), "complete": _YES},
        }
    ],
    "facts": [{"id": _TEXT, "value": _NUMBER, "low": _NUMBER, "high": _NUMBER, "unit": _TEXT}],
}
"""The form of what a comparison reads: types, lists of one form, tables by key; '*' is any key, None any value."""


def misfit(value: Any, form: Any, place: str) -> str | None:
    """Where a value of a JSON document is not of a form, in words; None where it is.

    >>> misfit({"today": 5}, {"today": (str,)}, "plan")
    "plan.today is '5'; wanted str"
    """
    if form is None:
        return None
    if isinstance(form, tuple):
        return _misfit_value(value, form, place)
    if isinstance(form, list):
        if not isinstance(value, list):
            return f"{place} is {shorten(value)}; wanted a list"
        return next(
            filter(None, (misfit(item, form[0], f"{place}[{n}]") for n, item in enumerate(value))), None
        )
    if not isinstance(value, dict):
        return f"{place or 'it'} is {shorten(value)}; wanted a table"
    for key, part in form.items():
        for name in value if key == "*" else (key,):
            inner = f"{place}.{name}" if place else name
            if name not in value:
                return f"{inner} is missing"
            wrong = misfit(value[name], part, inner)
            if wrong is not None:
                return wrong
    return None


def _misfit_value(value: Any, types: tuple[type, ...], place: str) -> str | None:
    fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    if fits and isinstance(value, float) and not math.isfinite(value):
        return f"{place} is out of range"
    if fits:
        return None
    wanted = " or ".join("null" if kind is type(None) else kind.__name__ for kind in types)
    return f"{place} is {shorten(value)}; wanted {wanted}"
