"""What was worked out once and is needed at every start, in the user's cache folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import orjson


def folder() -> Path:
    """The cache folder of this user; `MIGPLAN_CACHE_DIR` moves it."""
    given = os.environ.get("MIGPLAN_CACHE_DIR")
    if given:
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_cache_dir("migplan"))


def kept(name: str) -> Any:
    """What was kept under a name; None where there is nothing that can be read."""
    with contextlib.suppress(OSError, ValueError):
        return orjson.loads((folder() / f"{name}.json").read_bytes())
    return None


def keep(name: str, value: Any, family: str, most: int) -> None:
    """Keep plain data under a name, whole or not at all.

    Without a folder that can be written the next start is slower, and nothing else.

    Parameters
    ----------
    family : str
        Beginning of the names of which no more than `most` others, the newest, stay.
    """
    path = folder() / f"{name}.json"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(path.parent.glob(f"{family}*.json"), key=lambda file: file.stat().st_mtime)[:-most]:
            old.unlink(missing_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(orjson.dumps(value))
        draft.replace(path)
