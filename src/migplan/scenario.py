"""Scenario files: TOML whose keys are the input fields."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError

_LARGEST = 4_000_000


def read_scenario(path: Path) -> dict[str, Any]:
    """Read the fields of a scenario file.

    Raises
    ------
    MigplanError
        The file cannot be read, is too large, is not UTF-8, or is not TOML.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MigplanError(Fault("bad-file", str(path), f"cannot be read: {error.strerror}")) from None
    if len(data) > _LARGEST:
        text = f"has {len(data):,} bytes; wanted a scenario of at most {_LARGEST:,}"
        raise MigplanError(Fault("bad-file", str(path), text))
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start}); wanted a UTF-8 TOML file"
        raise MigplanError(Fault("bad-file", str(path), text)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MigplanError(Fault("bad-file", str(path), f"is not TOML: {error}")) from None
