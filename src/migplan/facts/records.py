"""Profiles as the program works with them: frozen, in base units, with sources.

They are built from the compiled form that `read.py` makes out of valid files, so nothing is checked here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """A sourced number in a base unit, with the range it can lie in."""

    id: str
    value: float
    low: float
    high: float
    base: str
    shown: float
    unit: str
    source: str
    as_of: str
    status: str
    note: str = ""
    prior: tuple[float, float, float] | None = None
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """When a thing could be had by whom."""

    available_from: dt.date | None = None
    closed_to_new: dt.date | None = None
    orders_until: dt.date | None = None
    available_until: dt.date | None = None
    source: str = ""
    note: str = ""
    status: str = "confirmed"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the customer must have first."""

    id: str
    text: str
    source: str
    support: tuple[str, ...]
    blocking: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of the ledger before it is counted."""

    item: str
    price: str
    per: str
    count: float
    free: float
    cap_price: str
    load_only: bool
    note: str


@dataclass(frozen=True, slots=True)
class Path:
    """From which protocol to which targets, over what, and what arrives."""

    to: tuple[str, ...]
    read: tuple[str, ...]
    over: tuple[str, ...]
    systems: tuple[str, ...]
    interface: str
    keeps: dict[str, str]
    notes: dict[str, str]
    lossy: str
    source: str
    facts: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Profile:
    """What movers, routes, devices and targets share."""

    id: str
    kind: str
    name: str
    summary: str
    cloud: str
    regions: tuple[str, ...]
    lifecycle: Lifecycle
    requires: tuple[Requirement, ...]
    facts: dict[str, Fact]
    regional: dict[str, dict[str, Fact]]
    charges: tuple[Charge, ...]
    notes: tuple[str, ...]
    paths: tuple[Path, ...]
    extra: dict[str, Any] = field(default_factory=dict)

    def fact(self, key: str, region: str = "") -> Fact | None:
        """The fact for a region, else the general one, else None."""
        return self.regional.get(region, {}).get(key) or self.facts.get(key)


@dataclass(frozen=True, slots=True)
class RegionPrice:
    """A price in one region: a value per base unit, or tiers of (start, value)."""

    fact: Fact
    tiers: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, by region."""

    id: str
    name: str
    unit: str
    regions: dict[str, RegionPrice]
    unknown: str

    def region(self, region: str) -> RegionPrice | None:
        """The price of a region, else the one that holds everywhere, else None: nobody's other price."""
        return self.regions.get(region) or self.regions.get("any")


@dataclass(frozen=True, slots=True)
class Check:
    """A design rule and the circumstances it is for."""

    id: str
    name: str
    subject: str
    severity: str
    text: str
    source: str
    as_of: str
    status: str
    applies: str
    when: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that is known, by kind and id."""

    movers: dict[str, Profile]
    routes: dict[str, Profile]
    devices: dict[str, Profile]
    targets: dict[str, Profile]
    hosts: dict[str, Profile]
    prices: dict[str, Price]
    checks: dict[str, Check]
    assumptions: dict[str, Fact]

    def profile(self, kind: str, name: str) -> Profile:
        """One mover, route, device or target."""
        found: Profile = getattr(self, kind)[name]
        return found


def build(compiled: dict[str, dict[str, Any]]) -> Catalogue:
    """Make the records from the compiled form."""
    profiles = {
        kind: {name: _profile(kind, name, data) for name, data in compiled[kind].items()}
        for kind in ("movers", "routes", "devices", "targets", "hosts")
    }
    for kind in ("movers", "devices"):
        profiles[kind] = {name: _completed(it, profiles[kind]) for name, it in profiles[kind].items()}
    return Catalogue(
        **profiles,
        prices={name: _price(name, data) for name, data in compiled["prices"].items()},
        checks={name: _check(name, data) for name, data in compiled["checks"].items()},
        assumptions={
            key: _fact(row) for data in compiled["assumptions"].values() for key, row in data["facts"].items()
        },
    )


_SHARED = (
    "name",
    "summary",
    "cloud",
    "regions",
    "notes",
    "facts",
    "regional",
    "lifecycle",
    "requires",
    "charges",
    "paths",
)


def _completed(profile: Profile, kin: dict[str, Profile]) -> Profile:
    """A mover or device with the facts of the one it is like, where it states none of its own."""
    like = profile.extra["like"]
    return replace(profile, facts={**kin[like].facts, **profile.facts}) if like else profile


def _fact(row: list[Any]) -> Fact:
    return Fact(*row[:11], *map(tuple, row[11:]))


def _profile(kind: str, name: str, data: dict[str, Any]) -> Profile:
    return Profile(
        id=name,
        kind=kind,
        name=data["name"],
        summary=data["summary"],
        cloud=data["cloud"],
        regions=tuple(data["regions"]),
        lifecycle=_lifecycle(data["lifecycle"]),
        requires=tuple(
            Requirement(r["id"], r["text"], r["source"], tuple(r["support"]), r["blocking"])
            for r in data["requires"]
        ),
        facts={key: _fact(row) for key, row in data["facts"].items()},
        regional={
            region: {key: _fact(row) for key, row in facts.items()}
            for region, facts in data["regional"].items()
        },
        charges=tuple(Charge(**charge) for charge in data["charges"]),
        notes=tuple(data["notes"]),
        paths=tuple(_path(path) for path in data.get("paths", ())),
        extra={key: value for key, value in data.items() if key not in _SHARED},
    )


def _path(data: dict[str, Any]) -> Path:
    return Path(
        to=tuple(data["to"]),
        read=tuple(data["read"]),
        over=tuple(data["over"]),
        systems=tuple(data["systems"]),
        interface=data["interface"],
        keeps=data["keeps"],
        notes=data["notes"],
        lossy=data["lossy"],
        source=data["source"],
        facts={key: _fact(row) for key, row in data["facts"].items()},
    )


def _lifecycle(data: dict[str, Any] | None) -> Lifecycle:
    if data is None:
        return Lifecycle()
    days = {
        key: dt.date.fromisoformat(data[key]) if data[key] else None
        for key in ("available_from", "closed_to_new", "orders_until", "available_until")
    }
    return Lifecycle(**days, source=data["source"], note=data["note"], status=data["status"])


def _price(name: str, data: dict[str, Any]) -> Price:
    regions = {
        region: RegionPrice(_fact(row["fact"]), tuple((start, value) for start, value in row["tiers"]))
        for region, row in data["regions"].items()
    }
    return Price(name, data["name"], data["unit"], regions, data["unknown"])


def _check(name: str, data: dict[str, Any]) -> Check:
    return Check(id=name, **{**data, "when": tuple(data["when"])})
