"""The form of a profile file, checked by pydantic: every fault at once, with its table and key.

The models here describe files. `records.py` has what the rest of the program works with.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, model_validator

from migplan.facts.keys import KEYS
from migplan.facts.parts import (
    Charge,
    Cloud,
    Fact,
    Keeps,
    Lifecycle,
    Notes,
    Number,
    Path,
    Protocol,
    Recommended,
    Requirement,
    Source,
    Sourced,
    Status,
    Steps,
    Table,
)


class Profile(Table):
    """What all kinds share."""

    name: str
    also_called: list[str] = []
    summary: str
    cloud: Cloud = "any"
    regions: list[str] = []
    lifecycle: Lifecycle | None = None
    requires: list[Requirement] = []
    facts: dict[str, Fact] = {}
    regional: dict[str, dict[str, Fact]] = {}
    charges: list[Charge] = []
    notes: list[str] = []


class Mover(Profile):
    """Software that copies over a line. What it does not state, it has in common with the mover it is `like`."""

    like: str = ""
    behaviour: Literal["files", "blocks"]
    phases: Literal["sequential", "overlapped"]
    agent: Literal["source", "target", "none"] = "source"
    encrypted: bool
    by_hand: bool = False
    verifies: list[Literal["none", "changed", "all"]]
    verifies_by_default: Literal["none", "changed", "all"]
    paths: list[Path]


class Route(Profile):
    """A way from the site to the cloud's network."""

    family: Literal["internet", "vpn", "direct-connect", "privatelink", "transit-gateway", "nat-gateway"]
    line: Literal["site", "own"]
    exists: Literal["always", "if-named"] = "if-named"
    only_existing: bool = False
    reaches: list[Literal["public", "private", "s3-acceleration", "sftp"]]
    encrypted: bool
    advice: str = ""


class Device(Profile):
    """Something that is filled and carried. What it does not state, it has in common with the one it is `like`."""

    like: str = ""
    behaviour: Literal["shipped", "terminal"]
    ship_days: Literal["business", "calendar"] = "business"
    encrypted: bool
    paths: list[Path]
    second_hop: list[str] = []


class Host(Profile):
    """A kind of machine that measured cases name: what its port carries."""


class Target(Profile):
    """Where files, objects or blocks can live afterwards."""

    kind: Literal["file", "object", "block", "gateway"]
    protocols: list[Literal["smb", "nfs", "object", "iscsi", "nvme", "lustre", "local"]]
    app_change: dict[Protocol, Literal["none", "client", "rewrite", "impossible"]]
    stores: Keeps
    stores_source: Source
    stores_as_of: dt.date
    stores_notes: Notes = {}
    throughput: list[Steps] = []
    recommended: Recommended | None = None
    several: str = ""


class Tier(Table):
    """A price from a quantity on."""

    start: Number
    value: Number


class RegionPrice(Sourced):
    """A price in one region; tiers where it falls with the quantity."""

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    tiers: list[Tier] = []
    tier_unit: str = ""

    @model_validator(mode="after")
    def _known(self) -> RegionPrice:
        if (self.value is None) == (not self.tiers):
            raise ValueError("wanted either a value or tiers")
        if self.value is not None and self.value < 0:
            raise ValueError("wanted a price of 0 or more")
        return self


class Price(Table):
    """What one unit of something costs, by region. A region that is absent has no known price."""

    name: str
    unit: str
    regions: dict[str, RegionPrice]
    unknown: str = ""


class When(Table):
    """The circumstances a check is for; all keys that are given must match, each by any of its values.

    Of `route_lacks` the route may require none.
    """

    clouds: list[Cloud] = []
    routes: list[str] = []
    route_families: list[str] = []
    route_requires: list[str] = []
    route_lacks: list[str] = []
    movers: list[str] = []
    devices: list[str] = []
    targets: list[str] = []
    traits: list[str] = []
    protocols: list[Protocol] = []
    structures: list[str] = []
    keep: list[str] = []
    app_change: list[str] = []
    volume_above: str = ""
    link_below: str = ""
    encryption: bool | None = None
    start_from: dt.date | None = None


class Check(Table):
    """A rule about the network or the design around a move."""

    name: str
    subject: str
    severity: Literal["required", "advice"]
    text: str
    source: Source
    as_of: dt.date
    status: Status = "confirmed"
    applies: str
    when: list[When]


class Assumptions(Table):
    """Values that stand in for what the user did not say."""

    name: str
    summary: str
    facts: dict[str, Fact]


MODELS: dict[str, type[BaseModel]] = {
    "movers": Mover,
    "routes": Route,
    "devices": Device,
    "targets": Target,
    "hosts": Host,
    "prices": Price,
    "checks": Check,
    "assumptions": Assumptions,
}
"""Folder of `profiles/` -> the form of its files."""


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of one kind of profile, for editors."""
    schema = MODELS[kind].model_json_schema()
    if kind in KEYS:
        schema["properties"]["facts"]["propertyNames"] = {"enum": sorted(KEYS[kind])}
    return schema
