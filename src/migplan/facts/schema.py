"""The form of profile files, checked by pydantic: every fault at once, with its table and key.

The models here describe files. `model.py` has what the rest of the program works with.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from migplan.facts.keys import (
    ATTRIBUTES,
    KEPT,
    KEYS,
    MONTHLY_BASES,
    ONCE_BASES,
    RUNNING_BASES,
    Advice,
    Availability,
    Behaviour,
    Exists,
    Family,
    Line,
    Medium,
    Network,
    Phases,
    ShipDays,
    Shipping,
    TargetKind,
    Topic,
    Verifies,
)

Status = Literal["confirmed", "unconfirmed"]
Protocol = Literal["smb", "nfs", "local", "object"]
Cloud = Literal["aws", "azure", "gcp", "any", "none"]
"""`none` keeps a thing out of every plan: it stands for tools and targets of measured cases."""


def _source(text: str) -> str:
    if not text.startswith(("https://", "assumption: ")):
        raise ValueError("wanted an https address, or a text that begins with 'assumption: '")
    return text


def _kept(table: dict[str, str]) -> dict[str, str]:
    for key, value in table.items():
        if key not in ATTRIBUTES:
            raise ValueError(f"unknown attribute {key!r}; wanted one of {', '.join(ATTRIBUTES)}")
        if value not in KEPT:
            raise ValueError(f"{key} = {value!r}; wanted one of {', '.join(KEPT)}")
    return table


def _attributes(table: dict[str, str]) -> dict[str, str]:
    for key in table:
        if key not in ATTRIBUTES:
            raise ValueError(f"unknown attribute {key!r}; wanted one of {', '.join(ATTRIBUTES)}")
    return table


Source = Annotated[str, AfterValidator(_source)]
Keeps = Annotated[dict[str, str], AfterValidator(_kept)]
Notes = Annotated[dict[str, str], AfterValidator(_attributes)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Table(BaseModel):
    """A table of a profile. Keys that nothing reads are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Sourced(Table):
    """Something with an origin: an address or a stated assumption, and the date it was read."""

    source: Source
    as_of: dt.date
    note: str = ""
    status: Status = "confirmed"


class Prior(Sourced):
    """What was held of a number before any measured case, in the unit of its fact."""

    value: Number
    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Prior:
        if not 0 < self.low <= self.value <= self.high:
            raise ValueError(f"wanted 0 < low <= value <= high, found {self.low}, {self.value}, {self.high}")
        return self


class Fact(Sourced):
    """A number with its unit, and optionally the range it can lie in.

    A number that was fitted on measured cases names them, and keeps what was held before them as its prior. Its
    draws are seeded by `seed` where that is stated, else by its id: a fact can get another id and keep its draws.
    """

    value: Number
    unit: str
    low: Number | None = None
    high: Number | None = None
    prior: Prior | None = None
    cases: list[str] = []
    seed: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Fact:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"wanted low <= value <= high, found {low} <= {self.value} <= {high}")
        if (self.prior is None) != (not self.cases):
            raise ValueError(
                "wanted a prior and cases together: what was held before, and what it was fitted on"
            )
        return self


class Steps(Sourced):
    """The values that can be bought, smallest first, in some regions or in all."""

    values: list[Number]
    unit: str
    regions: list[str] = []

    @model_validator(mode="after")
    def _rising(self) -> Steps:
        if not self.values or any(a >= b for a, b in zip(self.values, self.values[1:], strict=False)):
            raise ValueError("wanted rising values")
        return self


class SizeStep(Table):
    """From which stored volume on which throughput is advised."""

    above: Number
    throughput: Number


class Recommended(Sourced):
    """Throughput advised by stored volume."""

    volume_unit: str
    throughput_unit: str
    steps: list[SizeStep]


class Lifecycle(Table):
    """When a thing could be had by whom. Dates in, dates out."""

    source: Source
    as_of: dt.date
    available_from: dt.date | None = None
    closed_to_new: dt.date | None = None
    orders_until: dt.date | None = None
    available_until: dt.date | None = None
    note: str = ""
    status: Status = "confirmed"


class Requirement(Sourced):
    """Something the customer must have before the thing can be used."""

    id: str
    text: str
    support: list[str] = []
    trait: str = ""
    blocking: bool = False


class Charge(Table):
    """A line of the ledger: a price by its id, and what it is counted by."""

    item: str
    price: str
    per: Literal[ONCE_BASES + MONTHLY_BASES]  # type: ignore[valid-type]
    count: Number = 1.0
    free: Number = 0.0
    cap_price: str = ""
    load_only: bool = False
    note: str = ""


class Path(Sourced):
    """Where a mover or device can put what it reads, over what, and what arrives besides the bytes.

    Without an `id` a path is called by what it reads and where to. A path with a `doubt` is shown and not recommended.
    """

    id: str = Field(default="", pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")
    to: list[str]
    read: list[Protocol]
    over: list[Network] = ["public", "private"]
    systems: list[Literal["windows", "ontap", "linux", "other"]] = []
    interface: str = ""
    keeps: Keeps = {}
    notes: Notes = {}
    lossy: str = ""
    doubt: str = ""
    facts: dict[str, Fact] = {}


class Profile(Table):
    """What all kinds share; `plain` is what people call it in a sentence, `short` in a cell of a table."""

    name: str
    plain: str = ""
    short: str = ""
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
    behaviour: Behaviour
    phases: Phases
    agent: Literal["source", "target", "none"] = "source"
    encrypted: bool
    by_hand: bool = False
    verifies: list[Verifies]
    verifies_by_default: Verifies
    paths: list[Path]


class Route(Profile):
    """A way from the site to the cloud's network."""

    family: Family
    line: Line
    exists: Exists = "if-named"
    only_existing: bool = False
    reaches: list[Network]
    encrypted: bool
    advice: str = ""


class Device(Profile):
    """Something that is filled and carried. What it does not state, it has in common with the one it is `like`."""

    like: str = ""
    behaviour: Shipping
    ship_days: ShipDays = "business"
    encrypted: bool
    paths: list[Path]
    second_hop: list[str] = []
    moves_source: bool = False


class Host(Profile):
    """A kind of machine that measured cases name: what its port carries."""


class Configuration(Table):
    """One way to set a target up: what it gives, what limits it, and what it costs.

    Facts, charges and throughput that it states hold in place of the target's own. `plain` is what people call it.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    plain: str = ""
    availability: Availability
    medium: Medium
    tiers: bool = False
    reduces: bool = False
    uses: list[str] = []
    regions: list[str] = []
    facts: dict[str, Fact] = {}
    charges: list[Charge] = []
    throughput: list[Steps] = []
    recommended: Recommended | None = None
    notes: list[str] = []


class Names(Sourced):
    """Names that a target does not take; lengths, which are facts, count in `unit`."""

    unit: Literal["bytes", "utf16", "characters"]
    forbidden: str = ""
    forbidden_ends: str = ""
    reserved: list[str] = []
    folds: bool = False


class Target(Profile):
    """Where files, objects or blocks can live afterwards.

    What stands in front of a `bucket` is loaded as fast as the bucket itself: that is where movers write to.
    """

    kind: TargetKind
    protocols: list[Literal["smb", "nfs", "object", "iscsi", "nvme", "lustre", "local"]]
    app_change: dict[Protocol, Literal["none", "client", "rewrite", "impossible"]]
    stores: Keeps
    stores_source: Source
    stores_as_of: dt.date
    stores_notes: Notes = {}
    throughput: list[Steps] = []
    recommended: Recommended | None = None
    several: str = ""
    system: Literal["windows", "ontap", "linux", ""] = ""
    by_hand: bool = False
    bucket: str = ""
    names: Names | None = None
    configurations: list[Configuration] = []


class Use(Sourced):
    """What shares of a kind need, where nobody says otherwise."""

    name: str
    summary: str
    availability: Availability
    media: list[Medium]
    facts: dict[str, Fact]


class RunningCharge(Charge):
    """A line of the monthly sum beside the target."""

    per: Literal[RUNNING_BASES]  # type: ignore[valid-type]


class Unless(Table):
    """Where something is not counted, and why; without conditions wherever nobody asks for it."""

    uses: list[str] = []
    route_families: list[Family] = []
    text: str


class Running(Sourced):
    """What users of a target need each month beside it; it is for targets, protocols and clouds that it names, or all.

    With `only_over` or `not_over` it is for sites that have a route of one of these families, or have none of them.
    """

    name: str
    topic: Topic
    cloud: Cloud = "any"
    kinds: list[TargetKind] = []
    targets: list[str] = []
    availability: list[Availability] = []
    protocols: list[Protocol] = []
    only_over: list[Family] = []
    not_over: list[Family] = []
    unless: list[Unless] = []
    charges: list[RunningCharge] = []


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
    uses: list[str] = []
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
    severity: Advice
    text: str
    source: Source
    as_of: dt.date
    status: Status = "confirmed"
    applies: str
    when: list[When]


class AssumedRegion(Sourced):
    """The Region of a plan that names none."""

    id: str


class CloudRegions(Sourced):
    """A cloud and its Regions: id -> its name first, then what else people call it.

    Without an assumed Region a plan has to name one.
    """

    name: str
    regions: dict[str, list[str]]
    assumed_region: AssumedRegion | None = None

    @model_validator(mode="after")
    def _named(self) -> CloudRegions:
        for region, names in self.regions.items():
            if not names:
                raise ValueError(f"wanted at least one name of {region}")
        if self.assumed_region is not None and self.assumed_region.id not in self.regions:
            raise ValueError(f"assumed_region: {self.assumed_region.id!r} is none of the regions")
        return self


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
    "uses": Use,
    "hosts": Host,
    "running": Running,
    "prices": Price,
    "checks": Check,
    "clouds": CloudRegions,
    "assumptions": Assumptions,
}
"""Folder of `profiles/` -> the form of its files."""


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of one kind of profile, for editors."""
    schema = MODELS[kind].model_json_schema()
    if kind in KEYS:
        schema["properties"]["facts"]["propertyNames"] = {"enum": sorted(KEYS[kind])}
    return schema
