"""The catalogue: what is known about movers, routes, devices, targets and prices, with sources."""

from migplan.facts.model import (
    Carrier,
    Catalogue,
    Charge,
    Check,
    Cloud,
    Device,
    Fact,
    Host,
    Mover,
    Price,
    Profile,
    Route,
    Running,
    Target,
    Use,
    When,
)
from migplan.facts.model import Path as MoverPath
from migplan.facts.store import load, own_folder

__all__ = [
    "Carrier",
    "Catalogue",
    "Charge",
    "Check",
    "Cloud",
    "Device",
    "Fact",
    "Host",
    "Mover",
    "MoverPath",
    "Price",
    "Profile",
    "Route",
    "Running",
    "Target",
    "Use",
    "When",
    "load",
    "own_folder",
]
