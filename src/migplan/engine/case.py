"""What is planned, and all that it is planned by: a workload, the facts, the clock and the engine's assumptions.

A case is opened once, from texts; every analysis is asked for one and for nothing beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from migplan.engine.clock import Clock, clock_for
from migplan.engine.configurations import Choice, choose, shortfall
from migplan.engine.copying import Assumed
from migplan.engine.money import (
    counted_money,
    fixed_money,
    money_by_time,
    outage_money,
    repeat_money,
    tasks_money,
)
from migplan.engine.options import Option, enumerate_options
from migplan.engine.parameters import Quantify, typical
from migplan.engine.pricing import rent
from migplan.engine.ranking import Verdict, weight_of
from migplan.errors import Fault, MigplanError, shorten
from migplan.facts import Catalogue, Route, Target, load
from migplan.facts.regions import region_fault
from migplan.formulas import take
from migplan.inputs.workload import Workload, read_workload
from migplan.text import did_you_mean, listed, near_paths
from migplan.units import MONTH


class Case(Struct, frozen=True, dict=True):
    """A workload with the facts that it is planned by.

    Attributes
    ----------
    workload : Workload
    facts : Catalogue
        With what a pilot measured, where there is one.
    today : date
        The day that it is planned for.
    """

    workload: Workload
    facts: Catalogue
    today: dt.date

    @classmethod
    def open(
        cls,
        given: Mapping[str, Any],
        profiles: Sequence[Path | str] = (),
        today: dt.date | None = None,
        pilot: Path | None = None,
    ) -> Case:
        """Read a case.

        Parameters
        ----------
        given : mapping
            Input field -> text, as in a scenario file.
        profiles : sequence of path
            Folders of the user's own profiles, over ours by id.
        today : date, optional
            The day to plan for; the current day where none is given.
        pilot : path, optional
            A pilot file, whose measurements stand in for what the profiles say.

        Raises
        ------
        MigplanError
            With every fault of the input.
        """
        facts, measured = load_measured(given, profiles, pilot)
        return cls.read(measured, facts, today)

    @classmethod
    def read(cls, given: Mapping[str, Any], facts: Catalogue, today: dt.date | None = None) -> Case:
        """Read a case of facts that are there already.

        Raises
        ------
        MigplanError
            With every fault of the fields.
        """
        day = today or dt.date.today()
        workload = read_workload(given, facts.assumptions, day)
        check_names(workload, facts)
        return cls(workload, facts, day)

    @cached_property
    def clock(self) -> Clock:
        """The calendar of the site, from its start."""
        return clock_for(self.workload, self.facts.closures_of(self.workload.holidays))

    @cached_property
    def assumed(self) -> Assumed:
        """The engine's own assumptions at typical values."""
        return assumed_values(self.facts)

    @cached_property
    def every_option(self) -> tuple[Option, ...]:
        """Every option in every configuration of its target that words allow."""
        return tuple(enumerate_options(self.facts, self.workload))

    @cached_property
    def choices(self) -> Mapping[str, Choice]:
        """Id of a target -> its configurations, and which of them stands for it in each row."""
        targets = {option.target.key: option.target for option in self.every_option}
        by_id: dict[str, list[Target]] = {}
        for target in targets.values():
            by_id.setdefault(target.id, []).append(target)
        found = {name: choose(self.facts, own, self.workload) for name, own in by_id.items()}
        if self.workload.shape[2] == 1:
            for choice in found.values():
                # What was compared need not be asked for again.
                self._rents.update(
                    (target.key, rents[:, None])
                    for target, rents in zip(choice.targets, choice.rents, strict=False)
                )
        return found

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Every option, those that cannot be used among them, in the configurations that stand for their targets."""
        nowhere = {key for key, stands in self._chosen_by_target.items() if not stands.any()}
        return tuple(option for option in self.every_option if option.target.key not in nowhere)

    def is_chosen(self, options: Sequence[Option]) -> NDArray[np.bool_]:
        """Where the configuration of an option is the one that stands for its target; by option, row and draw."""
        by_key, always = self._chosen_by_target, np.ones(self.workload.shape[1], dtype=bool)
        stands = [by_key.get(option.target.key, always) for option in options]
        return np.array(stands, dtype=bool).reshape(len(options), len(always))[..., None]

    @cached_property
    def _chosen_by_target(self) -> dict[str, NDArray[np.bool_]]:
        """Key of a target -> by row, whether it is the configuration that stands for its target."""
        return {
            target.key: choice.best == place
            for choice in self.choices.values()
            for place, target in enumerate(choice.targets)
        }

    @cached_property
    def open_options(self) -> tuple[Option, ...]:
        """The options that no word rules out."""
        return tuple(option for option in self.options if not option.reasons)

    def rent(self, target: Target) -> Any:
        """What a target costs a month, with an upper bound for prices that nobody knows; by row and draw. [USD]."""
        found = self._rents.get(target.key)
        if found is None:
            found = self._rents[target.key] = np.atleast_2d(rent(self.facts, target, self.workload)[1])
        return found

    @cached_property
    def _rents(self) -> dict[str, Any]:
        return {}

    def counted(self, options: Sequence[Option], agents: Any, cash: Any, finish: Any, cutover: Any) -> Any:
        """The sum of money that decides; arrays of the axes option, row and draw. [USD].

        Parameters
        ----------
        agents : array
            That each option is run with. [1]
        cash : array
            With an upper bound for prices that nobody knows. [USD]
        finish, cutover : array
            As they are judged. [s]
        """
        fixed, by_time = self.burden(options, agents)
        return counted_money(cash, fixed, by_time, finish, self.at_cutover(cutover, by_time))

    def at_cutover(self, cutover: Any, by_time: Any) -> Any:
        """What counts for the length of a cutover: without a window a long one, in a window a narrow margin. [USD]."""
        again = repeat_money(cutover, by_time, self.workload, self.facts.assumptions)
        return self.outage(cutover) + again

    def outage(self, cutover: Any) -> Any:
        """What a cutover counts for that is longer than people usually do without. [USD]."""
        return outage_money(cutover, self.workload, self.facts.assumptions)

    def weight(self, verdict: Verdict) -> Any:
        """By how much options count for more since they miss wishes. [1]."""
        return weight_of(verdict, self.weight_power)

    @property
    def weight_power(self) -> float:
        """The power of the ratio by which a wish is missed. [1]."""
        return self.facts.assumptions["miss_power"].value

    def burden(self, options: Sequence[Option], agents: Any) -> tuple[Any, Any]:
        """What counts besides cash: once, and for each second until the end. [USD], [USD/s]."""
        return self.fixed_burden(options, agents), self.burden_by_time(options)

    def fixed_burden(self, options: Sequence[Option], agents: Any) -> NDArray[np.float64]:
        """What counts once besides cash: work, and what a target lacks of what its use needs. [USD]."""
        return fixed_money(options, self.workload, self.facts.assumptions, agents) + self.lacking(options)

    def burden_alone(self, options: Sequence[Option], cutover: Any) -> Any:
        """The part of what counts besides cash that nobody shares: tasks, what a target lacks, the cutover. [USD].

        Parameters
        ----------
        cutover : array
            As it is judged. [s]
        """
        tasks = tasks_money(options, self.workload, self.facts.assumptions)
        by_time = self.burden_by_time(options)
        return tasks + self.lacking(options) + self.at_cutover(cutover, by_time)

    def lacking(self, options: Sequence[Option]) -> NDArray[np.float64]:
        """What it would cost to buy so much more of each target that it gives what a stated use needs. [USD]."""
        if not options or self.workload.inputs["use"].status != "given":
            return np.zeros((len(options), 1, 1))
        each = np.broadcast_arrays(*(self._lacking(option.target) for option in options))
        return np.asarray(np.stack(each) * (self.workload.horizon / MONTH))

    def _lacking(self, target: Target) -> Any:
        """The same a month; by row and draw. [USD]."""
        found = self._lacks.get(target.key)
        if found is None:
            short = shortfall(target, self.workload)[:, None]
            # What lacks nothing costs nothing more at a rent that nobody knows too.
            found = short * np.where(short > 0, self.rent(target), 0.0)
            self._lacks[target.key] = found
        return found

    @cached_property
    def _lacks(self) -> dict[str, Any]:
        return {}

    def burden_by_time(self, options: Sequence[Option]) -> Any:
        """What counts besides cash for each second until the end. [USD/s]."""
        rents = {option.target.key: self.rent(option.target) for option in options}
        return money_by_time(options, self.workload, self.facts.assumptions, rents)

    def option(self, name: str, where: str) -> Option:
        """The option with an id.

        Parameters
        ----------
        where : str
            What asks for it, for the message.

        Raises
        ------
        MigplanError
            There is none.
        """
        for option in self.options:
            if option.id == name:
                return option
        raise MigplanError(self.unknown_option(name, where))

    def unknown_option(self, name: str, where: str) -> Fault:
        """What is said of an id that no option has."""
        near = near_paths(name, (option.id for option in self.options))
        meant = (
            f"did you mean {listed(list(map(repr, near)), 'or')}?"
            if near
            else "`migplan plan --all` lists them"
        )
        return Fault("bad-choice", where, f"no option {shorten(name)} for this workload; {meant}")

    def of(self, workload: Workload) -> Case:
        """The same with another workload; what both have in common is not made again."""
        made = Case(workload, self.facts, self.today)
        if workload.inputs is self.workload.inputs and _words(workload) == _words(self.workload):
            return made.reusing(self)
        if "assumed" in self.__dict__:
            made.__dict__["assumed"] = self.assumed
        return made

    def with_agents(self, agents: Any) -> Case:
        """The same with agents or copy hosts by option, row and draw, on which nothing else of a case depends."""
        made = self.of(replace(self.workload, agents=agents))
        for name in ("choices", "_rents", "_lacks", "_chosen_by_target"):
            if name in self.__dict__:
                made.__dict__[name] = self.__dict__[name]
        return made

    def with_same_setup(self, workload: Workload) -> Case:
        """The same with another workload that sets up its targets as this one does."""
        made = self.of(workload)
        made.__dict__["choices"] = self.choices
        return made

    def rows(self, which: Any) -> Case:
        """The case of some of its rows, for which no configurations are chosen again."""
        made = self.of(self.workload.take(row=which))
        if "choices" in self.__dict__:
            made.__dict__["choices"] = {name: choice.rows(which) for name, choice in self.choices.items()}
        if "_rents" in self.__dict__:
            made.__dict__["_rents"] = {key: take(rent, row=which) for key, rent in self._rents.items()}
        return made

    def reusing(self, other: Case) -> Case:
        """The same, with what follows from the words alone taken from a case of the same words."""
        for name in ("clock", "assumed", "every_option"):
            if name in other.__dict__:
                self.__dict__[name] = other.__dict__[name]
        return self


_WORDS = tuple(
    name
    for name in Workload.__struct_fields__
    if Workload.__annotations__[name] != "Numeric" and name not in ("inputs", "name", "site")
)


def _words(w: Workload) -> tuple[Any, ...]:
    """What decides which options there are, and the calendar."""
    return tuple(getattr(w, name) for name in _WORDS)


def load_measured(
    given: Mapping[str, Any], profiles: Sequence[Path | str] = (), pilot: Path | None = None
) -> tuple[Catalogue, Mapping[str, Any]]:
    """The facts, and the fields, with a pilot's measurements in them where there is one.

    Raises
    ------
    MigplanError
        With every fault of the profiles or of the pilot.
    """
    facts = load(profiles)
    return (facts, given) if pilot is None else with_pilot(facts, given, pilot)


def with_pilot(
    facts: Catalogue, given: Mapping[str, Any], pilot: Path
) -> tuple[Catalogue, Mapping[str, Any]]:
    """Facts and fields with a pilot's measurements in them.

    Raises
    ------
    MigplanError
        With every fault of the pilot.
    """
    # Only who measured something needs the fit.
    from migplan.inputs.pilot import apply_pilot
    from migplan.inputs.pilot_file import read_pilot

    measured = apply_pilot(read_pilot(pilot), facts, given)
    return measured.catalogue, measured.fields


def assumed_values(facts: Catalogue, quantify: Quantify = typical) -> Assumed:
    """The engine's own assumptions as numbers or draws."""
    names = [name for name in Assumed.__struct_fields__ if not name.endswith("_error")]
    return Assumed(**{name: quantify(facts.assumptions[name]) for name in names})


def check_names(workload: Workload, facts: Catalogue) -> None:
    """Refuse targets, configurations, routes and Regions that no profile has.

    Raises
    ------
    MigplanError
        With one fault for each unknown name.
    """
    faults = [unknown_route(facts, "routes", name) for name in workload.routes if not routes_of(facts, name)]
    faults += _foreign_routes(workload, facts)
    faults += _wrong_target(workload, facts) or _wrong_configuration(workload, facts)
    for name, cloud, region in (
        ("region", workload.cloud, workload.region),
        ("from_region", workload.from_cloud, workload.from_region),
    ):
        fault = region_fault(facts, cloud, region) if cloud else ""
        if fault:
            faults.append(Fault("bad-choice", name, fault))
    if faults:
        raise MigplanError(faults)


def of_another_cloud(facts: Catalogue, name: str, cloud: str) -> bool:
    """Whether a route is one of another cloud; the names of families are those of all clouds."""
    route = facts.routes.get(name)
    return route is not None and name != route.family and route.cloud not in ("any", cloud)


def _foreign_routes(workload: Workload, facts: Catalogue) -> list[Fault]:
    """Routes that lead to another cloud, which would count for nothing."""
    cloud = workload.cloud
    ours = [route for route in facts.routes.values() if route.cloud in ("any", cloud)]
    wanted = ", ".join(sorted({route.id for route in ours} | {route.family for route in ours}))
    return [
        Fault(
            "bad-choice",
            "routes",
            f"{name!r} is a route of {facts.routes[name].cloud}; wanted some of {wanted}",
        )
        for name in workload.routes
        if of_another_cloud(facts, name, cloud)
    ]


def _wrong_target(workload: Workload, facts: Catalogue) -> list[Fault]:
    """A target that no profile has, or that another cloud has."""
    offered = {t.id for t in facts.targets.values() if t.cloud in ("any", workload.cloud)}
    if not workload.target or workload.target in offered:
        return []
    found = facts.targets.get(workload.target)
    # Some targets serve backtests alone: they are in no cloud.
    elsewhere = found is not None and found.cloud != "none"
    said = f"is a target of {found.cloud}" if found is not None and elsewhere else "is not known"
    wanted = f"wanted one of {', '.join(sorted(offered))}, or another cloud than {workload.cloud}"
    if not elsewhere:
        there = [t for t in facts.targets.values() if t.id in offered]
        names = {name: t.id for t in there for name in (t.id, t.name, *t.also_called)}
        wanted = did_you_mean(workload.target, names, wanted)
    return [Fault("bad-choice", "target", f"{workload.target!r} {said}; {wanted}")]


def _wrong_configuration(workload: Workload, facts: Catalogue) -> list[Fault]:
    """A configuration that no target has which is considered."""
    ours = [
        own
        for target in facts.targets.values()
        if target.cloud in ("any", workload.cloud) and workload.target in ("", target.id)
        for own in target.configurations
    ]
    names = {name: own.configuration for own in ours for name in (own.configuration, own.configuration_name)}
    if workload.configuration in ("", *names.values()):
        return []
    of = workload.target or f"any target of {workload.cloud}"
    ids = ", ".join(dict.fromkeys(names.values()))
    wanted = did_you_mean(workload.configuration, names, f"wanted one of {ids}" if ids else "wanted none")
    return [
        Fault(
            "bad-choice", "configuration", f"{workload.configuration!r} is no configuration of {of}; {wanted}"
        )
    ]


def routes_of(facts: Catalogue, name: str) -> list[Route]:
    """The route of this id, else those of this family that use the site's line, else none."""
    if name in facts.routes:
        return [facts.routes[name]]
    family = [route for route in facts.routes.values() if route.family == name]
    return [route for route in family if route.line == "site"] or family


def unknown_route(facts: Catalogue, where: str, name: str) -> Fault:
    """What is said of a route that no profile has."""
    families = {route.family for route in facts.routes.values()}
    names = {word: route.id for route in facts.routes.values() for word in (route.id, route.name)}
    names |= {family: family for family in families}
    wanted = did_you_mean(name, names, f"wanted some of {', '.join(sorted({*facts.routes, *families}))}")
    return Fault("bad-choice", where, f"{name!r} is not known; {wanted}")
