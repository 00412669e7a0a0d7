"""All profiles together, and what stands in for what a user did not say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from migplan.facts.clouds import AssumedRegion, Cloud
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
    Route,
    Running,
    Target,
    Use,
)


class Assumptions(dict[str, Fact]):
    """What stands in for what the user did not say, by key; some of it follows from what the shares are for.

    Parameters
    ----------
    facts, uses : mapping
        Key -> fact, and id -> use.
    regions : mapping
        Id of a cloud -> its Region that is assumed where none is given.
    names : mapping
        Input field and cloud -> id -> what people call it.
    """

    def __init__(
        self,
        facts: Mapping[str, Fact],
        uses: Mapping[str, Use],
        regions: Mapping[str, AssumedRegion],
        names: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]],
    ) -> None:
        super().__init__(facts)
        self.uses, self.regions, self.names = uses, regions, names

    @property
    def clouds(self) -> tuple[str, ...]:
        """The clouds that have a profile."""
        return tuple(cloud for name, cloud in self.names if name == "region")

    def of(self, use: str) -> Mapping[str, Fact]:
        """The assumptions for shares of one use."""
        return {**self, **self.uses[use].facts}

    def with_facts(self, facts: Mapping[str, Fact]) -> Assumptions:
        """The same with other facts for some keys."""
        return Assumptions({**self, **facts}, self.uses, self.regions, self.names)


class Catalogue(Struct, frozen=True):
    """All that is known, by kind and id.

    Attributes
    ----------
    overlaid : mapping
        Kind and id of each profile of the user's own, and whether it stands in the place of one of migplan's.
    """

    movers: dict[str, Mover]
    routes: dict[str, Route]
    devices: dict[str, Device]
    targets: dict[str, Target]
    hosts: dict[str, Host]
    uses: dict[str, Use]
    running: dict[str, Running]
    prices: dict[str, Price]
    checks: dict[str, Check]
    clouds: dict[str, Cloud]
    closures: dict[str, Closure]
    assumptions: Assumptions
    overlaid: Mapping[str, bool] = field(default_factory=dict)

    def profiles(self) -> Iterator[Profile]:
        """Every mover, route, device, target and host."""
        for kind in (self.movers, self.routes, self.devices, self.targets, self.hosts):
            yield from kind.values()

    def closures_of(self, holidays: str) -> tuple[Closure, ...]:
        """The closures of the country whose public holidays count; none without one."""
        country = holidays.partition("-")[0]
        return tuple(closure for closure in self.closures.values() if closure.country == country)

    def charges(self) -> Iterator[Charge]:
        """Every charge: of profiles, of the configurations of targets, and of what users need beside them."""
        for profile in self.profiles():
            yield from profile.charges
        for target in self.targets.values():
            for own in target.configurations:
                yield from own.charges
        for need in self.running.values():
            yield from need.charges

    def facts(self) -> Iterator[Fact]:
        """Every number that any profile states; those of a Region have the id of the general one."""
        for profile in self.profiles():
            yield from profile.facts.values()
            for table in profile.regional.values():
                yield from table.values()
            for path in profile.paths if isinstance(profile, Carrier) else ():
                yield from path.facts.values()
            for table in profile.towards.values() if isinstance(profile, Carrier) else ():
                yield from table.values()
        for target in self.targets.values():
            for own in target.configurations:
                yield from (fact for key, fact in own.facts.items() if fact is not target.facts.get(key))
        for use in self.uses.values():
            yield from use.facts.values()
        for price in self.prices.values():
            yield from (region.fact for region in price.regions.values())
        yield from self.assumptions.values()

    def __repr__(self) -> str:
        counts = (
            f"{len(getattr(self, name))} {name}" for name in self.__struct_fields__ if name != "overlaid"
        )
        return f"<Catalogue of {', '.join(counts)}>"
