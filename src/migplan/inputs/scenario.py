"""Scenario files: TOML whose keys are the input fields. Light, as `fields` is: the root of migplan imports it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migplan.files import read_toml

_LARGEST = 4_000_000


def read_scenario(path: Path) -> dict[str, Any]:
    """Read the fields of a scenario file.

    Raises
    ------
    MigplanError
        The file cannot be read, is too large, is not UTF-8, is not TOML, or has a number beyond 64 bits.
    """
    return read_toml(path, _LARGEST, "scenario")


def given_fields(
    scenario: Path | str | Mapping[str, Any] | None, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a scenario, or of its file, with others over them; None says nothing.

    The inventory that a file names lies beside it.

    >>> given_fields({"volume": "1 TB", "files": "1M"}, {"file_size": "1 MB", "link": None})
    {'volume': '1 TB', 'file_size': '1 MB'}
    """
    given = dict(_read(Path(scenario)) if isinstance(scenario, (Path, str)) else scenario or {})
    over = {name: value for name, value in fields.items() if value is not None}
    if over.keys() & {"files", "file_size"}:
        given = {name: value for name, value in given.items() if name not in ("files", "file_size", "sizes")}
    return {**given, **over}


def _read(path: Path) -> dict[str, Any]:
    given = read_scenario(path)
    if isinstance(given.get("inventory"), str):
        given["inventory"] = str(path.parent / given["inventory"])
    return given
