"""Where the catalogue comes from: the profiles, or what was compiled of them before.

Validation of the files needs pydantic and takes a moment, so its result is kept in the user's cache folder under a
signature of the files, and used until a file changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migplan import __version__, cache, units
from migplan.facts.model import Catalogue, build

_FAMILY = "catalogue-"


def own_folder() -> Path:
    """The folder of profiles that comes with migplan: in the wheel, or beside `src/` in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "profiles"
    return inside if inside.is_dir() else package.parents[1] / "profiles"


def load(overlays: Sequence[Path | str] = ()) -> Catalogue:
    """Read all profiles, those of `overlays` over our own, by id.

    Raises
    ------
    MigplanError
        With every fault of every file.
    """
    folders = [own_folder(), *map(Path, overlays)]
    name = _name(folders)
    kept = None if name is None else cache.kept(name)
    if kept is not None:
        try:
            return _opened(kept)
        except (KeyError, TypeError, ValueError, AttributeError):
            # Another program's file, or half of one: as good as none.
            pass
    compiled = _compiled(folders)
    if name is not None:
        cache.keep(name, compiled, _FAMILY, most=8)
    return _opened(compiled)


def _opened(compiled: dict[str, Any]) -> Catalogue:
    catalogue = build(compiled)
    units.preload(compiled["units"])
    return catalogue


def _compiled(folders: list[Path]) -> dict[str, Any]:
    from migplan.facts.compile import compile_folders

    return {**compile_folders(folders, dt.date.today()), "units": units.usual_factors()}


def _name(folders: list[Path]) -> str | None:
    """What the compiled form of just these files is kept under; None where a folder cannot be listed."""
    signature = hashlib.sha256(f"{__version__}".encode())
    try:
        for folder in [Path(__file__).parent, *folders]:
            for entry in _entries(folder):
                status = entry.stat()
                signature.update(f"{entry.path}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    except OSError:
        return None
    return f"{_FAMILY}{signature.hexdigest()[:32]}"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".toml", ".py")):
                found.append(entry)
            elif entry.is_dir() and not entry.name.startswith(("_", ".")):
                found.extend(_entries(Path(entry.path)))
    return sorted(found, key=lambda entry: entry.path)
