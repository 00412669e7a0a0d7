"""The compiled form made into the records of `migplan.facts.model`; its tables have the same names as their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct, json
from msgspec.structs import replace

from migplan.facts.catalogue import Assumptions, Catalogue
from migplan.facts.clouds import AssumedRegion, Cloud, Leaving, Waiver
from migplan.facts.keys import SPEED
from migplan.facts.model import (
    Carrier,
    Charge,
    Check,
    Closure,
    Device,
    Fact,
    Host,
    Lifecycle,
    Mover,
    NameRules,
    Path,
    Price,
    Profile,
    RegionPrice,
    Requirement,
    Route,
    Running,
    SizeStep,
    Steps,
    Target,
    Unless,
    Use,
    When,
)
from migplan.facts.regions import Names

R = TypeVar("R", bound=Struct)
P = TypeVar("P", bound=Profile)
C = TypeVar("C", bound=Carrier)


def build(compiled: Mapping[str, Any]) -> Catalogue:
    """Make the records from the compiled form.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        It has another form than this version compiles.
    """
    uses = {
        name: _made(Use, data, id=name, facts=_facts(data["facts"]))
        for name, data in compiled["uses"].items()
    }
    clouds = {name: _cloud(name, data) for name, data in compiled["clouds"].items()}
    targets = _targets(compiled["targets"])
    return Catalogue(
        movers=_completed(_profiles(Mover, compiled["movers"])),
        routes=_profiles(Route, compiled["routes"]),
        devices=_completed(_profiles(Device, compiled["devices"])),
        targets=targets,
        hosts=_profiles(Host, compiled["hosts"]),
        uses=uses,
        running={name: _running(name, data) for name, data in compiled["running"].items()},
        prices={name: _price(name, data) for name, data in compiled["prices"].items()},
        checks={name: _check(name, data) for name, data in compiled["checks"].items()},
        clouds=clouds,
        closures={name: _made(Closure, data, id=name) for name, data in compiled["closures"].items()},
        assumptions=Assumptions(
            {
                key: _fact(row)
                for data in compiled["assumptions"].values()
                for key, row in data["facts"].items()
            },
            uses,
            {
                name: cloud.assumed_region
                for name, cloud in clouds.items()
                if cloud.assumed_region is not None
            },
            _names(uses, clouds, targets),
        ),
    )


def _made(record: type[R], data: Mapping[str, Any], **known: Any) -> R:
    """A record of the entries that bear its fields' names, and of what is known of it already."""
    for name in record.__struct_fields__:
        if name not in known and name in data:
            value = data[name]
            known[name] = tuple(value) if type(value) is list else value
    return record(**known)


def _fact(row: Mapping[str, Any]) -> Fact:
    return _made(Fact, row) if "prior" in row else Fact(**row)


def _facts(rows: Mapping[str, Any]) -> dict[str, Fact]:
    return {key: _fact(row) for key, row in rows.items()}


def _profiles(record: type[P], kind: Mapping[str, Any]) -> dict[str, P]:
    return {name: _profile(record, name, data) for name, data in kind.items()}


def _profile(record: type[P], name: str, data: Mapping[str, Any], **known: Any) -> P:
    if "paths" in data:
        known["paths"] = tuple(_made(Path, path, facts=_facts(path["facts"])) for path in data["paths"])
        known["towards"] = {target: _facts(rows) for target, rows in data["towards"].items()}
    return _made(
        record,
        data,
        id=name,
        plain=data["plain"] or data["name"],
        short=data["short"] or data["plain"] or data["name"],
        lifecycle=_lifecycle(data["lifecycle"]),
        requires=tuple(_made(Requirement, need) for need in data["requires"]),
        facts=_facts(data["facts"]),
        regional={region: _facts(rows) for region, rows in data["regional"].items()},
        charges=_charges(data),
        **known,
    )


def _charges(data: Mapping[str, Any]) -> tuple[Charge, ...]:
    return tuple(_made(Charge, charge) for charge in data["charges"])


def _targets(kind: Mapping[str, Any]) -> dict[str, Target]:
    made = {name: _target(name, data) for name, data in kind.items()}
    return {
        name: _filled(own, made[kind[name]["bucket"]]) if kind[name]["bucket"] else own
        for name, own in made.items()
    }


def _filled(front: Target, bucket: Target) -> Target:
    """What stands in front of a bucket, with the speed of the bucket where it states none of its own."""
    speed = {key: bucket.facts[key] for key in SPEED if key in bucket.facts}
    return replace(
        front,
        facts={**speed, **front.facts},
        configurations=tuple(replace(own, facts={**speed, **own.facts}) for own in front.configurations),
    )


def _target(name: str, data: Mapping[str, Any]) -> Target:
    rules = data["names"]
    names = None if rules is None else _made(NameRules, rules)
    bare = _profile(Target, name, data, configurations=(), names=names, **_sizes(data))
    return replace(bare, configurations=tuple(_configured(bare, own) for own in data["configurations"]))


def _configured(target: Target, data: Mapping[str, Any]) -> Target:
    """A target in one configuration: what that states holds in place of what the target states."""
    own = _sizes(data)
    return replace(
        target,
        configuration=data["id"],
        configuration_name=data["name"],
        configuration_plain=data["plain"] or data["name"],
        configuration_hot=data["plain_hot"] or data["plain"] or data["name"],
        availability=data["availability"],
        medium=data["medium"],
        tiers=data["tiers"],
        reduces=data["reduces"],
        uses=tuple(data["uses"]),
        regions=tuple(data["regions"]) or target.regions,
        facts={**target.facts, **_facts(data["facts"])},
        charges=_charges(data) or target.charges,
        notes=(*target.notes, *data["notes"]),
        throughput=own["throughput"] or target.throughput,
        recommended=own["recommended"] or target.recommended,
    )


def _sizes(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "throughput": tuple(_made(Steps, steps) for steps in data["throughput"]),
        "recommended": tuple(SizeStep(**step) for step in data["recommended"]),
    }


def _completed(kin: dict[str, C]) -> dict[str, C]:
    """Movers or devices with the facts of the one they are like, where they state none of their own."""
    return {
        name: replace(own, facts={**kin[own.like].facts, **own.facts}) if own.like else own
        for name, own in kin.items()
    }


def _lifecycle(data: Mapping[str, Any] | None) -> Lifecycle:
    if data is None:
        return Lifecycle()
    days = {
        key: _day(data[key]) for key in ("available_from", "closed_to_new", "orders_until", "available_until")
    }
    return _made(Lifecycle, data, **days)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


class _Regions(Mapping[str, RegionPrice]):
    """Prices by Region, of which each is made when it is asked for: a plan asks for one Region of thirty."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        self._rows = rows
        self._known: dict[str, RegionPrice] = {}

    def __getitem__(self, region: str) -> RegionPrice:
        if region not in self._known:
            self._known[region] = _decoded(self._rows[region])
        return self._known[region]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self) == dict(other)

    __hash__ = None  # type: ignore[assignment]


def _decoded(row: str) -> RegionPrice:
    plain = json.decode(row)
    return RegionPrice(_fact(plain["fact"]), tuple((start, value) for start, value in plain["tiers"]))


def _price(name: str, data: Mapping[str, Any]) -> Price:
    return _made(Price, data, id=name, regions=_Regions(data["regions"]))


def _running(name: str, data: Mapping[str, Any]) -> Running:
    return _made(
        Running,
        data,
        id=name,
        unless=tuple(_made(Unless, own) for own in data["unless"]),
        charges=_charges(data),
    )


def _check(name: str, data: Mapping[str, Any]) -> Check:
    return _made(Check, data, id=name, when=tuple(map(_when, data["when"])))


def _names(
    uses: Mapping[str, Use], clouds: Mapping[str, Cloud], targets: Mapping[str, Target]
) -> dict[tuple[str, str], Names]:
    """What people call uses, and the Regions and targets of each cloud."""
    found: dict[tuple[str, str], Names] = {("use", ""): {use.id: (use.name,) for use in uses.values()}}
    for cloud in clouds.values():
        found["region", cloud.id] = cloud.regions
        found["target", cloud.id] = {
            target.id: (target.name, *target.also_called)
            for target in targets.values()
            if target.cloud in ("any", cloud.id)
        }
    return found


def _cloud(name: str, data: Mapping[str, Any]) -> Cloud:
    regions = {region: tuple(names) for region, names in data["regions"].items()}
    assumed = data["assumed_region"]
    return _made(
        Cloud,
        data,
        id=name,
        regions=regions,
        assumed_region=None if assumed is None else _made(AssumedRegion, assumed),
        places={region: (place[0], place[1]) for region, place in data["places"].items()},
        leaving=tuple(_made(Leaving, own) for own in data["leaving"]),
        waivers=tuple(_made(Waiver, own, begins=_day(own["begins"])) for own in data["waivers"]),
    )


def _when(data: Mapping[str, Any]) -> When:
    words = {key: tuple(data[key]) for key in When.WORDS if data[key]}
    return _made(When, data, words=words, start_from=_day(data["start_from"]))
