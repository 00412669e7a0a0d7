"""Profiles as the program works with them: frozen, typed by kind, in base units, with sources.

`migplan.facts.build` makes them from the compiled form, whose tables have the same names as the fields here. They
are made of msgspec's, which take no time to define: a plan starts with all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct, field

from migplan.facts.keys import (
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


class Fact(Struct, frozen=True, gc=False):
    """A sourced number in a base unit, with the range it can lie in.

    Attributes
    ----------
    id : str
        Kind and id of the profile, and the names that lead to the fact in it, such as
        'movers/datasync-basic.paths.smb-to-fsx.items_per_task'.
    value, low, high : float
        Typical value and range, in `base`.
    shown, unit : float, str
        The value as the profile states it.
    prior : tuple of float, optional
        Value, low and high as they were before any measured case.
    cases : tuple of str
        What the fact was fitted on.
    seed : str
        What draws are seeded by; empty where it is the id.
    """

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
    seed: str = ""


class Lifecycle(Struct, frozen=True):
    """When a thing could be had by whom."""

    available_from: dt.date | None = None
    closed_to_new: dt.date | None = None
    orders_until: dt.date | None = None
    available_until: dt.date | None = None
    source: str = ""
    note: str = ""
    status: str = "confirmed"


class Requirement(Struct, frozen=True):
    """Something the customer must have first; `protocols` are those of the shares that it is for, none for all."""

    id: str
    text: str
    source: str
    support: tuple[str, ...]
    blocking: bool
    trait: str = ""
    protocols: tuple[str, ...] = ()


class Charge(Struct, frozen=True):
    """A line of the ledger before it is counted; `protocols` are those of the shares that it is for, none for all."""

    item: str
    price: str
    per: str
    count: float
    free: float
    cap_price: str
    load_only: bool
    note: str
    clouds: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()


class Path(Struct, frozen=True, kw_only=True):
    """From which protocol to which targets, over what, and what arrives."""

    id: str = ""
    to: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    interface: str = ""
    encrypted_to: tuple[str, ...] = ()
    keeps: Mapping[str, str]
    notes: Mapping[str, str]
    lossy: str = ""
    doubt: str = ""
    source: str
    as_of: str
    status: str
    clouds: tuple[str, ...] = ()
    facts: Mapping[str, Fact]


class Profile(Struct, frozen=True, kw_only=True):
    """What all kinds share: `plain` is what people call it in a sentence, `short` in a cell of a table.

    Attributes
    ----------
    stands_in : bool
        Whether it stands for what has no profile of its own.
    """

    id: str
    name: str
    plain: str = ""
    short: str = ""
    also_called: tuple[str, ...] = ()
    summary: str = ""
    cloud: str = "any"
    stands_in: bool = False
    regions: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    requires: tuple[Requirement, ...] = ()
    facts: Mapping[str, Fact]
    regional: Mapping[str, Mapping[str, Fact]]
    charges: tuple[Charge, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What it is told apart by from all others of its kind."""
        return self.id

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"

    def fact(self, key: str, region: str = "") -> Fact | None:
        """The fact for a region, else the general one, else None."""
        return self.regional.get(region, {}).get(key) or self.facts.get(key)


class Carrier(Profile, frozen=True, kw_only=True):
    """What movers and devices share: paths, and a relative that they have facts in common with.

    Attributes
    ----------
    towards : dict
        Target -> facts that hold on the way there, whatever the path.
    """

    like: str = ""
    towards: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    encrypted: bool
    paths: tuple[Path, ...]


class Mover(Carrier, frozen=True, kw_only=True):
    """Software that copies over a line.

    Attributes
    ----------
    knowledge : str
        'pilot' where its constants were measured at the site; else what the workload says holds.
    """

    behaviour: Behaviour
    phases: Phases
    agent: str = "source"
    by_hand: bool = False
    verifies: tuple[Verifies, ...]
    verifies_by_default: Verifies
    knowledge: str = ""


class Route(Profile, frozen=True, kw_only=True):
    """A way from the site to the cloud's network.

    With `names_family` it is what a site has that names the family alone: a VPN, or a private circuit.
    """

    family: Family
    names_family: bool = False
    line: Line
    exists: Exists = "if-named"
    only_existing: bool = False
    reaches: tuple[Network, ...]
    encrypted: bool = False
    advice: str = ""


class Device(Carrier, frozen=True, kw_only=True):
    """Something that is filled and carried."""

    behaviour: Shipping
    ship_days: ShipDays = "business"
    second_hop: tuple[str, ...] = ()
    moves_source: bool = False
    obtained: str = "order"


class Host(Profile, frozen=True, kw_only=True):
    """A kind of machine that measured cases name."""


class Steps(Struct, frozen=True):
    """Throughputs that can be bought for one file system, in some Regions or in all. [B/s]."""

    values: tuple[float, ...]
    regions: tuple[str, ...]


class SizeStep(Struct, frozen=True):
    """The throughput advised from a stored volume on. [B], [B/s]."""

    above: float
    throughput: float


class NameRules(Struct, frozen=True, kw_only=True):
    """Names that a target does not take.

    Attributes
    ----------
    unit : str
        In which lengths of names and paths count: 'bytes' of UTF-8, units of 'utf16', or 'characters'.
    forbidden : str
        Signs that no name may have.
    forbidden_ends : str
        Signs with which no name may end.
    reserved : tuple of str
        Names that nothing may have, in any capitals and with any ending behind a dot.
    folds : bool
        Whether names that differ only in capitals are the same.
    """

    unit: str
    forbidden: str = ""
    forbidden_ends: str = ""
    reserved: tuple[str, ...] = ()
    folds: bool = False


class Target(Profile, frozen=True, kw_only=True):
    """Where files, objects or blocks can live afterwards.

    Attributes
    ----------
    recommended : tuple of SizeStep
        Throughput advised by stored volume; empty where nothing is advised.
    system, by_hand : str, bool
        What serves the files there, as far as those who run it are concerned; whether people run it themselves.
    multi_protocol : bool
        Whether it serves the same files by SMB and by NFS.
    app_change, clients_move : mapping of str, tuple of str
        What becomes of the clients of each protocol; the uses whose clients are taken to move along, where they must.
    configuration : str
        Which configuration this is; empty where the target has none. `configuration_plain` is what people call it,
        and `configuration_hot` where nothing is cold.
    availability, medium : str
        What it gives, and what the data lies on.
    uses : tuple of str
        What it is for; anything where it is empty.
    names : NameRules or None
        Which names it does not take, where that is known.
    tiers, reduces : bool
        Whether cold data goes to a colder tier by itself; whether deduplication or compression lowers what is stored.
    """

    kind: TargetKind
    protocols: tuple[str, ...] = ()
    app_change: Mapping[str, str]
    clients_move: tuple[str, ...] = ()
    stores: Mapping[str, str]
    stores_source: str
    stores_as_of: str = ""
    stores_notes: Mapping[str, str]
    throughput: tuple[Steps, ...] = ()
    recommended: tuple[SizeStep, ...] = ()
    several: str = ""
    system: str = ""
    by_hand: bool = False
    multi_protocol: bool = False
    configuration: str = ""
    configuration_name: str = ""
    configuration_plain: str = ""
    configuration_hot: str = ""
    availability: Availability = "single-zone"
    medium: Medium = "ssd"
    tiers: bool = False
    reduces: bool = False
    uses: tuple[str, ...] = ()
    names: NameRules | None = None
    configurations: tuple[Target, ...] = ()

    @property
    def key(self) -> str:
        """Its id, and the configuration that it is in."""
        return f"{self.id}/{self.configuration}"


class Use(Struct, frozen=True, kw_only=True):
    """What shares of a kind need, where nobody says otherwise.

    Attributes
    ----------
    media : tuple of str
        What the data may lie on.
    keep : tuple of str, optional
        What of that which a protocol carries they have a use for; all where nobody says.
    writes_objects : bool
        Whether the programs that write them mostly know object storage themselves.
    """

    id: str
    name: str
    summary: str
    availability: Availability
    media: tuple[Medium, ...]
    facts: Mapping[str, Fact]
    keep: tuple[str, ...] | None = None
    writes_objects: bool = False

    def need(self, key: str, absent: float = 0.0) -> float:
        """What it needs of something; nothing, or what its absence means, where nobody states it."""
        return self.facts[key].value if key in self.facts else absent


class Unless(Struct, frozen=True, kw_only=True):
    """Where something is not counted, and why; without conditions wherever nobody asks for it."""

    uses: tuple[str, ...] = ()
    route_families: tuple[str, ...] = ()
    no_line: bool = False
    text: str


class Running(Struct, frozen=True, kw_only=True):
    """What users of a target need each month beside it; an empty limit is none.

    `topic` is what people ask for it by, empty for what can be told and not counted. With `only_over` or `not_over` it
    is for sites that have a route of one of these families, or of none of them.
    """

    id: str
    name: str
    topic: Topic
    cloud: str = "any"
    kinds: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    only_over: tuple[str, ...] = ()
    not_over: tuple[str, ...] = ()
    unless: tuple[Unless, ...] = ()
    charges: tuple[Charge, ...] = ()
    source: str
    as_of: str
    status: str
    note: str = ""


class RegionPrice(Struct, frozen=True):
    """A price in one region: a value per base unit, or tiers of (start, value)."""

    fact: Fact
    tiers: tuple[tuple[float, float], ...]


class Price(Struct, frozen=True):
    """What one unit costs, by region."""

    id: str
    name: str
    unit: str
    regions: Mapping[str, RegionPrice]
    unknown: str

    def region(self, region: str) -> RegionPrice | None:
        """The price of a region, else the one that holds everywhere, else None: nobody's other price."""
        return self.regions.get(region) or self.regions.get("any")


class When(Struct, frozen=True, kw_only=True):
    """Circumstances that a check is for; all conditions that are given must hold, each by any of its values.

    Attributes
    ----------
    words : dict
        Condition ('movers', 'devices', 'targets', 'traits', 'uses', 'protocols', 'structures', 'keep', 'app_change')
        -> the values it holds for; without those that are not given.
    only_over, not_over : tuple of str
        Families of routes of which the site has one already, or none.
    volume_above, link_below, reduction_above : float, optional
        [B], [B/s], [1]
    """

    WORDS: ClassVar[tuple[str, ...]] = (
        "movers", "devices", "targets", "traits", "uses", "protocols", "structures", "keep", "app_change",
    )  # fmt: skip

    words: Mapping[str, tuple[str, ...]]
    clouds: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    route_families: tuple[str, ...] = ()
    route_requires: tuple[str, ...] = ()
    route_lacks: tuple[str, ...] = ()
    only_over: tuple[str, ...] = ()
    not_over: tuple[str, ...] = ()
    volume_above: float | None = None
    link_below: float | None = None
    reduction_above: float | None = None
    encryption: bool | None = None
    start_from: dt.date | None = None


class Check(Struct, frozen=True):
    """A design rule and the circumstances it is for."""

    id: str
    name: str
    subject: str
    severity: Advice
    text: str
    source: str
    as_of: str
    status: str
    applies: str
    when: tuple[When, ...]


class Closure(Struct, frozen=True):
    """Days of every year on which offices and banks of a country are closed though its law calls them no holidays.

    Attributes
    ----------
    first, last : str
        Month and day, such as "12-29"; the last may lie in the next year.
    """

    id: str
    name: str
    country: str
    first: str
    last: str
    source: str
    as_of: str
    status: str
    note: str = ""
