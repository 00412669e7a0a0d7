"""Which combinations of mover, route, device and target exist for a workload, and why others cannot be used.

Only words decide here (protocols, dates, Regions, what is kept). What depends on numbers is judged in `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from migplan.engine.targets import (
    DROPS,
    Reason,
    considered_configurations,
    nothing_fits,
    required,
    unfit_reasons,
)
from migplan.facts import Carrier, Catalogue, Device, Mover, MoverPath, Profile, Requirement, Route, Target
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.language import say, worded

REAPPLIED = ("dacl", "sacl", "owner", "posix", "timestamps")
"""What an online pass can set again on files that are there already."""

KINDS = ("online", "offline", "hybrid", "split")

NEEDS_PLAN, NEEDS_TRAIT = "needs-plan", "needs-trait"
"""Codes of reasons that a site can take away, by getting what is required of it."""

_ORDER = ("yes", "not-applicable", "partial", "unknown", "no")


class Option(Struct, frozen=True):
    """One way to move the data.

    Attributes
    ----------
    id : str
        Parts joined by '/', such as 'datasync-basic/internet/fsx-windows'.
    kind : str
        'online', 'offline', 'hybrid' or 'split'.
    mover, route, device : Mover, Route, Device or None
        What it uses.
    path, seed_path : MoverPath or None
        What the mover, or the device, carries to where.
    second_hop : Mover or None
        The mover that brings the data from object storage to the target.
    keeps : dict
        Attribute -> how well it is kept in the end.
    reasons : tuple of Reason
        Why it cannot be used whatever the numbers are.
    beside : bool
        Whether it brings a new circuit to a site whose line is one already: then only a faster one is a way.
    smaller : bool
        Whether a new circuit with a smaller port is on offer beside it: then only one that is about filled is a way.
    """

    id: str
    kind: str
    target: Target
    mover: Mover | None = None
    route: Route | None = None
    device: Device | None = None
    path: MoverPath | None = None
    seed_path: MoverPath | None = None
    second_hop: Mover | None = None
    second_path: MoverPath | None = None
    exists: bool = True
    keeps: dict[str, str] | None = None
    reasons: tuple[Reason, ...] = ()
    beside: bool = False
    smaller: bool = False

    @property
    def own_line(self) -> bool:
        """Whether it waits for a line of its own."""
        return self.route is not None and self.route.line == "own"

    @property
    def family(self) -> str:
        """What an overview groups by, beside the target: the kind, and the device or mover."""
        lead = self.device if self.device is not None else self.mover
        assert lead is not None
        return f"{self.kind}:{lead.id}"


def enumerate_options(catalogue: Catalogue, workload: Workload) -> list[Option]:
    """All options of a workload, kind by kind: of equals the first is best.

    Hybrids and splits are built only on devices that can be had; a device that cannot says so once, offline.
    """
    targets = [
        own
        for target in catalogue.targets.values()
        if _in_cloud(target, workload) and workload.target in ("", target.id)
        for own in considered_configurations(target, workload)
    ]
    unfit = {
        own.key: (*unfit_reasons(own, workload), *nothing_fits(catalogue.targets[own.id], workload))
        for own in targets
    }
    online = list(_online(catalogue, workload, targets, unfit))
    offline = list(_offline(catalogue, workload, targets, unfit))
    combined = list(_combined(online, offline, workload))
    return [*online, *offline, *sorted(combined, key=lambda option: KINDS.index(option.kind))]


def _in_cloud(profile: Profile, workload: Workload) -> bool:
    return profile.cloud in ("any", workload.cloud)


def _online(
    catalogue: Catalogue, workload: Workload, targets: list[Target], unfit: dict[str, tuple[Reason, ...]]
) -> Iterator[Option]:
    routes = [route for route in catalogue.routes.values() if _route_is_open(route, workload)]
    has_line = workload.inputs["link"].status == "given"
    for mover in (mover for mover in catalogue.movers.values() if _in_cloud(mover, workload)):
        own = tuple(_bars(mover, workload))
        for target in targets:
            path = _best_path(mover, workload, workload.protocol, target)
            if path is None:
                continue
            shared = (
                own
                + tuple(_bars(target, workload))
                + unfit[target.key]
                + _drops(path.keeps, mover, path, required(target, workload))
                + _doubts(mover, path)
            )
            for route in routes:
                # What rules out mover or target is told over the lines that are there, not once for every circuit.
                if shared and has_line and route.line == "own":
                    continue
                if set(path.over) & set(route.reaches):
                    yield Option(
                        id=f"{mover.id}/{route.id}/{target.id}",
                        kind="online",
                        target=target,
                        mover=mover,
                        route=route,
                        path=path,
                        exists=_exists(route, workload),
                        beside=_is_beside(route, routes, workload),
                        smaller=_has_smaller(route, routes, workload),
                        keeps=kept_at_target(path.keeps, target),
                        reasons=_of_route(shared, mover, path, target, route, workload),
                    )


def _of_route(
    shared: tuple[Reason, ...],
    mover: Mover,
    path: MoverPath,
    target: Target,
    route: Route,
    workload: Workload,
) -> tuple[Reason, ...]:
    """Why a way over a route cannot be used, with what holds over any."""
    return _unique(shared + tuple(_bars(route, workload)) + _plain(mover, path, target, route, workload))


def _route_is_open(route: Route, workload: Workload) -> bool:
    if not _in_cloud(route, workload):
        return False
    if route.only_existing:
        return _is_named(route, workload)
    if workload.new_circuits == "no" and route.line == "own" and not _exists(route, workload):
        return False
    if workload.from_cloud and route.line == "own" and not _exists(route, workload):
        # A circuit from a site does not begin where the data lies.
        return False
    # A new circuit competes with the lines there are; another way over the same line was left out on purpose,
    # unless it needs nothing but a line that was named.
    named = _is_named(route, workload) or (route.exists == "always" and route.family in workload.routes)
    return route.line == "own" or not workload.routes or named


def _is_named(route: Route, workload: Workload) -> bool:
    """Whether a site says that it has a route, by its id or as the one that each cloud calls otherwise."""
    return route.id in workload.routes or (route.names_family and route.family in workload.routes)


def _is_beside(route: Route, routes: Sequence[Route], workload: Workload) -> bool:
    """Whether a route is a new circuit, and the line of the site is one of its family."""
    if route.line != "own" or _exists(route, workload) or workload.inputs["link"].status != "given":
        return False
    lines = (other for other in routes if other.line == "site" and other.only_existing)
    return any(other.family == route.family for other in lines)


def _has_smaller(route: Route, routes: Sequence[Route], workload: Workload) -> bool:
    """Whether a route is a new circuit, and one with a smaller port is on offer too."""
    if route.line != "own" or _exists(route, workload):
        return False
    rates = (
        other.facts["line_rate"].value
        for other in routes
        if other.line == "own" and other.family == route.family
    )
    return any(rate < route.facts["line_rate"].value for rate in rates)


def _exists(route: Route, workload: Workload) -> bool:
    return route.exists == "always" or _is_named(route, workload)


def _offline(
    catalogue: Catalogue, workload: Workload, targets: list[Target], unfit: dict[str, tuple[Reason, ...]]
) -> Iterator[Option]:
    for device in catalogue.devices.values():
        # Nobody loads a device in the rooms of another cloud.
        if not _in_cloud(device, workload) or workload.from_cloud:
            continue
        own = tuple(_bars(device, workload))
        for target in targets:
            option = _device_option(catalogue, workload, device, target)
            if option is not None:
                reasons = own + tuple(_bars(target, workload)) + unfit[target.key] + option.reasons
                yield replace(option, reasons=_unique(reasons))


def _device_option(catalogue: Catalogue, workload: Workload, device: Device, target: Target) -> Option | None:
    name = f"{device.id}/{target.id}"
    path = _best_path(device, workload, workload.protocol, target)
    if path is not None:
        drops = (*_drops(path.keeps, device, path, required(target, workload)), *_doubts(device, path))
        keeps = kept_at_target(path.keeps, target)
        return Option(name, "offline", target, device=device, seed_path=path, keeps=keeps, reasons=drops)
    landing = [t for p in device.paths if workload.protocol in p.read for t in p.to]
    for hop_id in device.second_hop:
        hop = catalogue.movers[hop_id]
        second = _best_path(hop, workload, "object", target)
        if second is not None and landing:
            first = _best_path(device, workload, workload.protocol, catalogue.targets[landing[0]])
            assert first is not None
            keeps = kept_at_target(_worse(first.keeps, second.keeps), target)
            return Option(
                name,
                "offline",
                target,
                device=device,
                seed_path=first,
                second_hop=hop,
                second_path=second,
                keeps=keeps,
                reasons=_drops(_worse(first.keeps, second.keeps), device, first, required(target, workload)),
            )
    return None


def _combined(online: list[Option], offline: list[Option], workload: Workload) -> Iterator[Option]:
    """Seeds with online passes after them, and splits, over lines that are there."""
    for seed in offline:
        assert seed.device is not None
        # What was carried away leaves nothing at the site that a line could send.
        if seed.device.moves_source or any(not r.code.startswith(DROPS) for r in seed.reasons):
            continue
        for way in online:
            assert way.mover is not None
            assert way.route is not None
            if way.target is not seed.target or way.route.line == "own" or way.reasons:
                continue
            keeps = {
                key: value if key in REAPPLIED else _worst(value, (seed.keeps or {}).get(key, "unknown"))
                for key, value in (way.keeps or {}).items()
            }
            lost = tuple(r for r in seed.reasons if r.code[6:] not in REAPPLIED)
            base = replace(way, device=seed.device, seed_path=seed.seed_path, second_hop=seed.second_hop)
            base = replace(base, second_path=seed.second_path)
            name = f"{seed.device.id}+{way.id}"
            yield replace(base, id=name, kind="hybrid", keeps=keeps, reasons=lost)
            both = {
                key: _worst(value, (seed.keeps or {}).get(key, "unknown"))
                for key, value in (way.keeps or {}).items()
            }
            yield replace(base, id=f"{name}/split", kind="split", keeps=both, reasons=seed.reasons)


def _best_path(profile: Carrier, workload: Workload, protocol: str, target: Target) -> MoverPath | None:
    """Of the paths that read the protocol and end at the target, the one that keeps most."""
    found = [
        path
        for path in profile.paths
        if target.id in path.to
        and protocol in path.read
        and (not path.systems or workload.source in path.systems)
        and _reads_from(path, workload.from_cloud, protocol)
    ]
    wanted = (*workload.keep, "timestamps")
    return min(
        found, key=lambda p: sum(_ORDER.index(p.keeps.get(a, "unknown")) for a in wanted), default=None
    )


def _reads_from(path: MoverPath, cloud: str, protocol: str) -> bool:
    """Whether a path reads what lies in a cloud: of buckets what says so, of shares all that reads their protocol."""
    return not cloud or cloud in path.clouds or (not path.clouds and protocol != "object")


def _bars(profile: Profile, workload: Workload) -> Iterator[Reason]:
    """Why a thing cannot be had: dates, Regions, plans."""
    life, start, name = profile.lifecycle, workload.start, worded(profile.name)
    if life.available_from and start < life.available_from:
        text = say("{what} exists only from {day} on", what=name, day=life.available_from)
        yield Reason("not-yet-available", text, life.source)
    if life.closed_to_new and start >= life.closed_to_new and workload.customer == "new":
        text = say("{what} is closed to new customers since {day}", what=name, day=life.closed_to_new)
        yield Reason("closed-to-new", text, life.source)
    if life.orders_until and start > life.orders_until:
        text = say("{what} could be ordered until {day}", what=name, day=life.orders_until)
        yield Reason("support-ended", text, life.source)
    if life.available_until and start > life.available_until:
        text = say("support for {what} ended on {day}", what=name, day=life.available_until)
        yield Reason("support-ended", text, life.source)
    if profile.regions and workload.region not in profile.regions:
        text = say("{what} is not offered in {region}", what=name, region=workload.region)
        yield Reason("not-in-region", text)
    for code, need in missing_requirement(profile, workload):
        text = worded(need.text)
        if code == NEEDS_TRAIT:
            text = say("{need} Say so with the trait {trait}.", need=text, trait=need.trait)
        yield Reason(code, text, need.source)


def missing_requirement(profile: Profile, workload: Workload) -> Iterator[tuple[str, Requirement]]:
    """What a thing requires of a site that does not have it, with the code of that reason."""
    for need in profile.requires:
        if need.blocking and need.support and workload.support not in need.support:
            yield NEEDS_PLAN, need
        if need.blocking and need.trait and need.trait not in workload.traits:
            yield NEEDS_TRAIT, need


def _drops(
    keeps: Mapping[str, str], owner: Profile, path: MoverPath, wanted: Sequence[str]
) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            f"{DROPS}{attribute}",
            _dropped(owner, path, attribute),
            path.source,
        )
        for attribute in wanted
        if keeps.get(attribute, "unknown") == "no"
    )


def _dropped(owner: Profile, path: MoverPath, attribute: str) -> str:
    what, note = worded(ATTRIBUTES[attribute]), worded(path.notes.get(attribute, ""))
    text = say("{owner} does not carry {attribute} on this path", owner=worded(owner.name), attribute=what)
    return f"{text}: {note}" if note else text


def _plain(
    mover: Mover, path: MoverPath, target: Target, route: Route, workload: Workload
) -> tuple[Reason, ...]:
    by_itself = target.id in path.encrypted_to
    if workload.encryption != "required" or mover.encrypted or route.encrypted or by_itself:
        return ()
    template = "neither {mover} nor {route} encrypts, and encryption is required"
    return (Reason("not-encrypted", say(template, mover=worded(mover.name), route=worded(route.name))),)


def _worst(*values: str) -> str:
    return max(values, key=_ORDER.index)


def _worse(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {key: _worst(first.get(key, "unknown"), second.get(key, "unknown")) for key in {**first, **second}}


def kept_at_target(keeps: Mapping[str, str], target: Target) -> dict[str, str]:
    """What a path carries, held against what the target can store."""
    stores = target.stores
    return {
        key: _worst(value, stores.get(key, "unknown")) if value != "not-applicable" else value
        for key, value in keeps.items()
    }


def _doubts(mover: Carrier, path: MoverPath) -> tuple[Reason, ...]:
    """A path of which nobody has confirmed that it is there is shown, and never recommended."""
    if not path.doubt:
        return ()
    text = say("{mover} on this path: {doubt}", mover=worded(mover.name), doubt=worded(path.doubt))
    return (Reason("not-confirmed", text, path.source),)


def _unique(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    seen: dict[str, Reason] = {}
    for reason in reasons:
        seen.setdefault(reason.code, reason)
    return tuple(seen.values())


def fidelity(option: Option, keep: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Attributes by how well they are kept in the end.

    Attributes that do not exist on the source's protocol are left out unless they are asked for.
    """
    keeps: dict[str, Any] = option.keeps or {}
    groups: dict[str, list[str]] = {"kept": [], "partial": [], "lost": [], "unknown": []}
    names = {"yes": "kept", "partial": "partial", "no": "lost", "unknown": "unknown"}
    for attribute in {**keeps, **dict.fromkeys(keep)}:
        level = keeps.get(attribute, "unknown")
        if level in names:
            groups[names[level]].append(attribute)
    return {name: tuple(found) for name, found in groups.items()}
