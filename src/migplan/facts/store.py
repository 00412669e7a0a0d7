"""Where the catalogue comes from: the profiles, or what was compiled of them before.

Validation of the files needs pydantic and takes a moment, so its result is kept in the user's cache folder, under a
signature of all that it was made of: the contents of the profiles and of the modules that read them.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from migplan import __version__, cache, units
from migplan.facts.build import build
from migplan.facts.catalogue import Catalogue
from migplan.facts.folders import Contents, own_folder, read_folders
from migplan.progress import tell

_FAMILY = "catalogue-"
_MOST_KEPT = 8
_MOST_HELD = 2

_held: dict[str, Catalogue] = {}
"""What this process has loaded last, by name: who plans again mostly does so by the same facts."""


def load(overlays: Sequence[Path | str] = ()) -> Catalogue:
    """Read all profiles, those of `overlays` over our own, by id.

    Raises
    ------
    MigplanError
        With every fault of every file.
    """
    contents = read_folders([own_folder(), *map(Path, overlays)])
    name = _name(contents)
    catalogue = _held.pop(name, None) or (_opened(cache.load(name)) if name else None)
    if catalogue is None:
        catalogue = _compiled(contents, name)
    _held[name] = catalogue
    while len(_held) > _MOST_HELD:
        _held.pop(next(iter(_held)), None)
    return replace(catalogue, overlaid=_overlaid(contents)) if overlays else catalogue


def recall() -> None:
    """Hold our own profiles where they were compiled before, for processes that are forked off this one."""
    name = _name(read_folders([own_folder()]))
    catalogue = _opened(cache.load(name)) if name else None
    if catalogue is not None:
        _held[name] = catalogue


def _name(contents: Contents) -> str:
    """What a catalogue is kept under; empty of what is at fault, which is never kept."""
    return "" if contents.faults else f"{_FAMILY}{_signature(contents)}"


def _compiled(contents: Contents, name: str) -> Catalogue:
    """The catalogue of profiles as they are, which is kept under a name.

    Raises
    ------
    MigplanError
        With every fault of every file.
    """
    tell("compiling the facts, once for all starts")
    from migplan.facts.compile import compile_files

    compiled = {**compile_files(contents), "units": units.usual_factors()}
    cache.store(name, compiled, _FAMILY, _MOST_KEPT)
    tell("")
    units.preload(compiled["units"])
    return build(compiled)


def _overlaid(contents: Contents) -> dict[str, bool]:
    """Every profile of a folder but the first, and whether that one has it too."""
    ours = {(file.kind, file.name) for file in contents.files if file.folder == 0}
    theirs = [file for file in contents.files if file.folder > 0]
    return {f"{file.kind}/{file.name}": (file.kind, file.name) in ours for file in theirs}


def _opened(kept: Any) -> Catalogue | None:
    """The catalogue that was kept; None where it is none, or has another form than this version gives it."""
    if not isinstance(kept, Mapping):
        return None
    try:
        catalogue = build(kept)
        units.preload(kept["units"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return catalogue


def _signature(contents: Contents) -> str:
    return hashlib.sha256(f"{__version__}|{_code()}|{contents.signature()}".encode()).hexdigest()[:32]


@functools.cache
def _code() -> str:
    """A signature of the modules that make numbers of profiles."""
    found = hashlib.sha256()
    here = Path(__file__).parent
    for path in (*sorted(here.glob("*.py")), here.parent / "units.py"):
        found.update(path.read_bytes())
    return found.hexdigest()
