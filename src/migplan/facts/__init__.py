"""The catalogue: what is known about movers, routes, devices, targets and prices, with sources."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migplan.facts.catalogue import Catalogue
    from migplan.facts.clouds import Cloud
    from migplan.facts.folders import own_folder
    from migplan.facts.model import (
        Carrier,
        Charge,
        Check,
        Closure,
        Device,
        Fact,
        Host,
        Mover,
        Price,
        Profile,
        Requirement,
        Route,
        Running,
        Target,
        Use,
        When,
    )
    from migplan.facts.model import Path as MoverPath
    from migplan.facts.store import load

__all__ = [
    "Carrier",
    "Catalogue",
    "Charge",
    "Check",
    "Closure",
    "Cloud",
    "Device",
    "Fact",
    "Host",
    "Mover",
    "MoverPath",
    "Price",
    "Profile",
    "Requirement",
    "Route",
    "Running",
    "Target",
    "Use",
    "When",
    "load",
    "own_folder",
]
_PLACES = {
    "Catalogue": ("catalogue", "Catalogue"),
    "Cloud": ("clouds", "Cloud"),
    "load": ("store", "load"),
    "own_folder": ("folders", "own_folder"),
    "MoverPath": ("model", "Path"),
}
"""Name -> its module and its name there, where that is not the name of a record in `model`."""


def __getattr__(name: str) -> Any:
    """Import what is asked for: help and completion read names of fields alone, and are instant."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, own = _PLACES.get(name, ("model", name))
    return getattr(importlib.import_module(f"migplan.facts.{module}"), own)
