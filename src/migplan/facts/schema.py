"""The form of profile files, checked by pydantic: every fault at once, with its table and key.

The models here describe files. `model.py` has what the rest of the program works with.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from migplan.facts.keys import (
    KEYS,
    RUNNING_BASES,
    Advice,
    Attribute,
    Availability,
    Behaviour,
    Exists,
    Family,
    Line,
    ListForm,
    Medium,
    Network,
    Obtained,
    Phases,
    ShipDays,
    Shipping,
    TargetKind,
    Topic,
    Verifies,
)
from migplan.facts.tables import (
    Charge,
    Cloud,
    Fact,
    Keeps,
    Lifecycle,
    Notes,
    Number,
    Protocol,
    Recommended,
    Requirement,
    Source,
    Sourced,
    Status,
    Steps,
    Table,
)


class Path(Sourced):
    """Where a mover or device can put what it reads, over what, and what arrives besides the bytes.

    Without an `id` a path is called by what it reads and where to. A path with a `doubt` is shown and not recommended.
    `encrypted_to` are targets that encrypt the line by themselves, whatever the mover does. `clouds` are those whose
    storage it reads: buckets of another cloud are read by what says so alone, shares by whatever reads their protocol.
    """

    id: str = Field(default="", pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")
    to: list[str]
    read: list[Protocol]
    over: list[Network] = ["public", "private"]
    systems: list[Literal["windows", "ontap", "linux", "other"]] = []
    interface: str = ""
    encrypted_to: list[str] = []
    keeps: Keeps = {}
    notes: Notes = {}
    lossy: str = ""
    doubt: str = ""
    clouds: list[Cloud] = []
    facts: dict[str, Fact] = {}


class Profile(Table):
    """What all kinds share; `plain` is what people call it in a sentence, `short` in a cell of a table."""

    name: str
    plain: str = ""
    short: str = ""
    also_called: list[str] = []
    summary: str
    cloud: Cloud = "any"
    stands_in: bool = False
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
    towards: dict[str, dict[str, Fact]] = {}
    behaviour: Behaviour
    phases: Phases
    agent: Literal["source", "target", "none"] = "source"
    encrypted: bool
    by_hand: bool = False
    verifies: list[Verifies]
    verifies_by_default: Verifies
    paths: list[Path]


class Route(Profile):
    """A way from the site to the cloud's network; with `names_family` the one that its family's name stands for."""

    family: Family
    names_family: bool = False
    line: Line
    exists: Exists = "if-named"
    only_existing: bool = False
    reaches: list[Network]
    encrypted: bool
    advice: str = ""


class Device(Profile):
    """Something that is filled and carried. What it does not state, it has in common with the one it is `like`."""

    like: str = ""
    towards: dict[str, dict[str, Fact]] = {}
    behaviour: Shipping
    ship_days: ShipDays = "business"
    encrypted: bool
    paths: list[Path]
    second_hop: list[str] = []
    moves_source: bool = False
    obtained: Obtained = "order"


class Host(Profile):
    """A kind of machine that measured cases name: what its port carries."""


class Configuration(Table):
    """One way to set a target up: what it gives, what limits it, and what it costs.

    Facts, charges and throughput that it states hold in place of the target's own. `plain` is what people call it,
    and `plain_hot` where nothing is cold and its colder tier stays empty.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    plain: str = ""
    plain_hot: str = ""
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
    app_change: dict[Protocol, Literal["none", "client", "move", "rewrite", "impossible"]]
    clients_move: list[str] = []
    stores: Keeps
    stores_source: Source
    stores_as_of: dt.date
    stores_notes: Notes = {}
    throughput: list[Steps] = []
    recommended: Recommended | None = None
    several: str = ""
    system: Literal["windows", "ontap", "linux", ""] = ""
    by_hand: bool = False
    multi_protocol: bool = False
    bucket: str = ""
    names: Names | None = None
    configurations: list[Configuration] = []


class Use(Sourced):
    """What shares of a kind need, where nobody says otherwise."""

    name: str
    summary: str
    availability: Availability
    media: list[Medium]
    keep: list[Attribute] | None = None
    writes_objects: bool = False
    facts: dict[str, Fact]


class RunningCharge(Charge):
    """A line of the monthly sum beside the target."""

    per: Literal[RUNNING_BASES]  # type: ignore[valid-type]


class Unless(Table):
    """Where something is not counted, and why; without conditions wherever nobody asks for it."""

    uses: list[str] = []
    route_families: list[Family] = []
    no_line: bool = False
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


class Listed(Table):
    """How a price is found in the public price lists of a cloud: exactly one SKU of an offer in each Region.

    An offer is what has a list of its own: an offer of AWS, a service of Azure or Google. `skus` name the SKU by
    Region; elsewhere it is the one whose columns are those of `where` and none of those of `where_not`, in which `*`
    is any text. What the list prints as its unit must be one of `units`, of which one costs `price`, or what the
    profile's own unit says. A price with tiers counts them in `tier_unit`. `places`
    are what the list calls a Region, with `any` for all others, and `skip_free` takes tiers that cost nothing off.
    With `alike` several SKUs may fit, such as those of one port at each location, where all of them cost the same.
    """

    cloud: Cloud
    offer: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$")
    units: list[str] = Field(min_length=1)
    price: str = ""
    tier_unit: str = ""
    skip_free: bool = False
    alike: bool = False
    skus: dict[str, str] = {}
    where: dict[str, str] = {}
    where_not: dict[str, list[str]] = {}
    places: dict[str, str] = {}

    @model_validator(mode="after")
    def _chosen(self) -> Listed:
        if not self.skus and not self.where:
            raise ValueError("wanted skus or where: what picks one SKU")
        return self


class Price(Table):
    """What one unit of something costs, by region. A region that is absent has no known price.

    `listed` is where a public price list has it, and `unlisted` says why none does, or why none is read.
    """

    name: str
    unit: str
    regions: dict[str, RegionPrice]
    unknown: str = ""
    unlisted: str = ""
    listed: Listed | None = None


class When(Table):
    """The circumstances a check is for; all keys that are given must match, each by any of its values.

    Of `route_lacks` the route may require none. With `only_over` or `not_over` it is for sites that have a route of one
    of these families already, or have none of them.
    """

    clouds: list[Cloud] = []
    routes: list[str] = []
    route_families: list[str] = []
    route_requires: list[str] = []
    route_lacks: list[str] = []
    only_over: list[Family] = []
    not_over: list[Family] = []
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
    reduction_above: str = ""
    encryption: bool | None = None
    start_from: dt.date | None = None


class Check(Table):
    """A rule about the network or the design around a move.

    `twins` are the checks of other clouds that say the same there, by cloud, and `no_twin` says why none does.
    """

    name: str
    subject: str
    severity: Advice
    text: str
    source: Source
    as_of: dt.date
    status: Status = "confirmed"
    applies: str
    when: list[When]
    twins: dict[Cloud, str] = {}
    no_twin: dict[Cloud, str] = {}


class AssumedRegion(Sourced):
    """The Region of a plan that names none."""

    id: str


class Leaving(Table):
    """What a cloud charges for a byte that leaves it, by the family of the route that it takes."""

    item: str
    price: str
    only_over: list[Family] = []
    not_over: list[Family] = []


class Waiver(Sourced):
    """Under what terms a cloud charges nothing to those who leave; in some Regions or in all, from a day on."""

    text: str
    begins: dt.date | None = None
    regions: list[str] = []


class PriceList(Sourced):
    """Where the public price lists of a cloud are, and how they are read.

    Attributes
    ----------
    form : str
        The module of `pricelists/` that reads them.
    url : str
        `{offer}` and `{region}` stand for the offer and for what its list calls the Region.
    key_variable, key_header : str
        The environment variable with the user's key, where one is wanted, and the header that takes it.
    prefixed, prefix : str
        A column whose values may begin with a word for the Region, and the pattern of that word.
    """

    form: ListForm
    url: str = Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])")
    key_variable: str = ""
    key_header: str = ""
    prefixed: str = ""
    prefix: str = ""


class CloudRegions(Sourced):
    """A cloud and its Regions: id -> its name first, then what else people call it.

    Without an assumed Region a plan has to name one. `places` are latitude and longitude of Regions; one that has none
    is the nearest to no place. [degree]
    """

    name: str
    regions: dict[str, list[str]]
    places: dict[str, Annotated[list[Number], Field(min_length=2, max_length=2)]] = {}
    assumed_region: AssumedRegion | None = None
    leaving: list[Leaving] = []
    waivers: list[Waiver] = []
    price_list: PriceList | None = None

    @model_validator(mode="after")
    def _named(self) -> CloudRegions:
        for region, names in self.regions.items():
            if not names:
                raise ValueError(f"wanted at least one name of {region}")
        if self.assumed_region is not None and self.assumed_region.id not in self.regions:
            raise ValueError(f"assumed_region: {self.assumed_region.id!r} is none of the regions")
        for region, (latitude, longitude) in self.places.items():
            if region not in self.regions:
                raise ValueError(f"places: {region!r} is none of the regions")
            if abs(latitude) > 90 or abs(longitude) > 180:
                raise ValueError(
                    f"places: {region} is nowhere on Earth; wanted [latitude, longitude] in degrees"
                )
        for region in (region for waiver in self.waivers for region in waiver.regions):
            if region not in self.regions:
                raise ValueError(f"waivers: {region!r} is none of the regions")
        return self


class Closure(Sourced):
    """Days of every year, such as "12-29", on which a country is closed as on holidays though its law names none."""

    name: str
    country: str = Field(pattern="^[A-Z]{2}$")
    first: str = Field(pattern=r"^\d\d-\d\d$")
    last: str = Field(pattern=r"^\d\d-\d\d$")

    @model_validator(mode="after")
    def _days(self) -> Closure:
        for day in (self.first, self.last):
            try:
                # Not of a leap year: there has to be such a day in every year.
                dt.date.fromisoformat(f"2001-{day}")
            except ValueError:
                raise ValueError(f"{day!r} is no day of every year; wanted such as '12-29'") from None
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
    "closures": Closure,
    "assumptions": Assumptions,
}
"""Folder of `profiles/` -> the form of its files."""


def json_schema(kind: str) -> dict[str, Any]:
    """JSON Schema of one kind of profile, for editors."""
    schema = MODELS[kind].model_json_schema()
    if kind in KEYS:
        schema["properties"]["facts"]["propertyNames"] = {"enum": sorted(KEYS[kind])}
    return schema
