"""JSON Schema of a scenario, out of the table of fields: editors complete keys by it and mark what nothing reads."""

from __future__ import annotations

import json
import re
import zoneinfo
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from migplan.facts.names import configuration_names, profile_names, region_names
from migplan.inputs.fields import FIELDS, Field

_TEXT = {"type": "string"}
_COUNT = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"\d"}]}
_QUANTITY = {"type": "string", "pattern": r"\d.*\D"}
"""A number and a unit. What the unit may be is for `migplan.units` to say."""


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario: every field with its meaning, its form and an example.

    It takes whatever the readers take, and a little more: units, dates and names of places are theirs to judge.
    """
    return {
        "$id": "urn:migplan:scenario",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "migplan scenario",
        "description": "One file server to move: what it holds, its line, when it is to move, and what is wanted.",
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["volume"]}, {"required": ["inventory"]}],
        "properties": {field.name: _property(field) for field in FIELDS},
    }


def known_values(field: Field, cloud: str = "", overlays: Sequence[Path | str] = ()) -> dict[str, str]:
    """Values that are known of a field, and what each is called; none where it may be anything.

    Parameters
    ----------
    cloud : str
        Of targets, routes and Regions those of one cloud; of all where it is empty.
    overlays : sequence of path
        Folders of the user's own profiles.

    Examples
    --------
    >>> from migplan.inputs.fields import BY_NAME
    >>> [*known_values(BY_NAME["protocol"])], known_values(BY_NAME["target"], "aws")["efs"]
    (['smb', 'nfs', 'local', 'object'], 'Amazon EFS')
    """
    if field.choices:
        return dict.fromkeys((*field.choices, *field.in_plans), "")
    if field.name == "region":
        return region_names(cloud, overlays)
    if field.name == "configuration":
        return configuration_names(cloud, overlays)
    if field.name in _KINDS:
        return profile_names(_KINDS[field.name], cloud, overlays)
    if field.form == "timezone":
        return dict.fromkeys(sorted(zoneinfo.available_timezones()), "")
    return {}


_KINDS = {"target": "targets", "routes": "routes", "use": "uses"}
"""Field -> the kind of profiles whose ids it takes."""


def schema_text(schema: Mapping[str, Any]) -> str:
    """A schema as the text of a file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _property(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"description": field.help, **_FORMS[field.form](field)}
    if field.default:
        found["default"] = field.default
    if field.example:
        found["examples"] = [field.example]
    return found


def _choice(field: Field) -> dict[str, Any]:
    """One of some words, in any capitals, or another word for one of them."""
    told = (*field.choices, *field.in_plans)
    words = (*told, *(word for word, _ in field.also))
    return {"anyOf": [{"enum": list(told)}, {"type": "string", "pattern": _in_any_capitals(words)}]}


def _in_any_capitals(words: Iterable[str]) -> str:
    """A pattern for words, however capitals, blanks, hyphens and the `v` of a version are written."""
    return f"^\\s*({'|'.join(dict.fromkeys(map(_any_form, words)))})\\s*$"


def _any_form(word: str) -> str:
    signs = [sign for sign in word if sign not in " -_"]
    parts = [f"[{sign}{sign.upper()}]" if sign.isalpha() else re.escape(sign) for sign in signs]
    for place in range(1, len(signs)):
        if signs[place].isdigit() and signs[place - 1].isalpha():
            parts[place] = f"([vV]([eE][rR][sS][iI][oO][nN])?[ _-]*)?{parts[place]}"
    return "[ _-]*".join(parts)


def _several(field: Field) -> dict[str, Any]:
    """Some of some words, as a list or between commas."""
    word = {
        "anyOf": [
            {"enum": list(field.choices)},
            {"type": "string", "pattern": _in_any_capitals(field.choices)},
        ]
    }
    return {"anyOf": [{"type": "array", "items": word}, _TEXT]}


def _texts(field: Field) -> dict[str, Any]:
    """A text, or a list of such."""
    return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}


def _rows(**columns: Any) -> Callable[[Field], dict[str, Any]]:
    """A list of tables that have all of some keys and no other."""
    row = {"type": "object", "additionalProperties": False, "required": [*columns], "properties": columns}
    return lambda field: {"type": "array", "minItems": 1, "items": row}


_FORMS: dict[str, Callable[[Field], dict[str, Any]]] = {
    "text": lambda field: _TEXT,
    "path": lambda field: _TEXT,
    "name": lambda field: {"anyOf": [{"enum": [*known_values(field)]}, _TEXT]},
    "holidays": lambda field: _TEXT,
    "timezone": lambda field: _TEXT,
    "date": lambda field: _TEXT,
    "deadline": lambda field: _TEXT,
    "quantity": lambda field: _QUANTITY,
    "change": lambda field: _QUANTITY,
    "count": lambda field: _COUNT,
    "choice": _choice,
    "choices": _several,
    "names": _texts,
    "ranges": _texts,
    "hours": _texts,
    "cutover_days": _texts,
    "histogram": _rows(size=_QUANTITY, files=_COUNT),
    "history": _rows(days=_COUNT, volume=_QUANTITY),
}
"""Form of a field -> its schema."""
