"""Scenario files: TOML whose keys are the input fields."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError

_LARGEST = 4_000_000
_WIDEST = 2**63
"""What a whole number of TOML can hold; Python reads larger ones, and then cannot write them in a message."""


def read_scenario(path: Path) -> dict[str, Any]:
    """Read the fields of a scenario file.

    Raises
    ------
    MigplanError
        The file cannot be read, is too large, is not UTF-8, is not TOML, or has a number beyond 64 bits.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MigplanError(Fault("bad-file", str(path), f"cannot be read: {error.strerror}")) from None
    if len(data) > _LARGEST:
        text = f"has {len(data):,} bytes; wanted a scenario of at most {_LARGEST:,}"
        raise MigplanError(Fault("bad-file", str(path), text))
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
        if not _fits(found):
            raise ValueError
        return found
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start}); wanted a UTF-8 TOML file"
        raise MigplanError(Fault("bad-file", str(path), text)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MigplanError(Fault("bad-file", str(path), f"is not TOML: {error}")) from None
    except ValueError:
        text = "has a whole number of more than 64 bits; wanted smaller ones, or a text such as '1e20'"
        raise MigplanError(Fault("bad-file", str(path), text)) from None


def _fits(value: Any) -> bool:
    """Whether all whole numbers have 64 bits at most."""
    if isinstance(value, dict):
        return all(map(_fits, value.values()))
    if isinstance(value, list):
        return all(map(_fits, value))
    return not isinstance(value, int) or -_WIDEST <= value < _WIDEST
