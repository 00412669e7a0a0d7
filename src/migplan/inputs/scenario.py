"""Scenario files: TOML whose keys are the input fields."""

from __future__ import annotations

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
