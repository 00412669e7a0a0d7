"""Design checks: rules of `profiles/checks/` held against a workload, its route and its traits."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from migplan.engine.case import routes_of, unknown_route
from migplan.engine.options import Option
from migplan.engine.running import over_what_is_there
from migplan.errors import MigplanError
from migplan.facts import Catalogue, Check, Route, When, load
from migplan.inputs.workload import Workload
from migplan.language import worded
from migplan.results.model import CheckResult


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What checks are held against. Whatever is left out is not known and fulfils no condition.

    Attributes
    ----------
    cloud : str
        The cloud; empty where it is not known.
    routes : tuple of Route
        The route of the chosen option, or all that are under discussion.
    words : dict
        Condition -> the values that hold ('movers', 'devices', 'targets', 'traits', 'uses', 'protocols',
        'structures', 'keep', 'app_change').
    volume : float
        NaN where it is not known. [B]
    link : float
        Line rate; NaN where there is no line. [B/s]
    reduction : float
        What is counted on to be saved at the target; NaN where it is not known. [1]
    encryption : bool or None
        Whether encryption is required.
    start : date or None
        When work begins.
    site : frozenset of str
        Families of the routes that the site has already.
    """

    cloud: str
    routes: tuple[Route, ...]
    words: dict[str, frozenset[str]]
    volume: float = math.nan
    link: float = math.nan
    reduction: float = math.nan
    encryption: bool | None = None
    start: dt.date | None = None
    site: frozenset[str] = frozenset()


def find_routes(catalogue: Catalogue, names: Sequence[str]) -> tuple[Route, ...]:
    """Routes by id, or by family where no route has its name.

    Raises
    ------
    MigplanError
        With one fault for each unknown name.
    """
    faults = [unknown_route(catalogue, "--route", name) for name in names if not routes_of(catalogue, name)]
    if faults:
        raise MigplanError(faults)
    found = {route.id: route for name in names for route in routes_of(catalogue, name)}
    return tuple(found.values())


def checks_for(catalogue: Catalogue, workload: Workload, option: Option | None) -> tuple[CheckResult, ...]:
    """The checks that apply to a workload and the option chosen for it, the required ones first."""
    route = None if option is None else option.route
    routes = find_routes(catalogue, workload.routes) if route is None else (route,)
    site = find_routes(catalogue, workload.routes)
    known = circumstances(workload, routes, target=workload.target, site=site)
    if option is not None:
        mover, device = ("" if owner is None else owner.id for owner in (option.mover, option.device))
        known = circumstances(workload, routes, mover, device, option.target.id, site=site)
    return applicable_checks(catalogue, known, _stated(workload))


def _stated(workload: Workload) -> frozenset[str]:
    """Conditions on what somebody said the files are for: those that are answered before anything is copied."""
    return frozenset(("traits", "uses") if workload.inputs["use"].status == "given" else ("traits",))


def circumstances(
    workload: Workload,
    routes: tuple[Route, ...],
    mover: str = "",
    device: str = "",
    target: str = "",
    traits: Sequence[str] = (),
    site: Sequence[Route] = (),
) -> Circumstances:
    """What is known of a workload and of the way it takes.

    Parameters
    ----------
    routes : tuple of Route
        The route it takes, or those that could be.
    mover, device, target : str
        Their ids; empty where there is none.
    traits : sequence of str
        More traits than the workload has.
    site : sequence of Route
        What the site has already.
    """
    words = {
        "movers": frozenset((mover,)),
        "devices": frozenset((device,)),
        "targets": frozenset((target,)),
        "traits": frozenset((*workload.traits, *traits)),
        "uses": frozenset((workload.use,)),
        "protocols": frozenset((workload.protocol,)),
        "structures": frozenset((workload.structure,)),
        "keep": frozenset(workload.keep),
        "app_change": frozenset((workload.app_change,)),
    }
    return Circumstances(
        cloud=workload.cloud,
        routes=routes,
        words=words,
        volume=float(workload.volume),
        link=float(workload.link),
        reduction=float(workload.reduction),
        encryption=workload.encryption == "required",
        start=workload.start,
        site=frozenset(route.family for route in site),
    )


def all_checks(profiles: Sequence[Path | str] = ()) -> tuple[CheckResult, ...]:
    """Every check that there is, the required ones first."""
    return tuple(as_result(check) for check in in_order(list(load(profiles).checks.values())))


def checks_of(
    routes: Sequence[str],
    traits: Sequence[str],
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
) -> tuple[CheckResult, ...]:
    """The checks of some routes and traits with nothing else known, on AWS.

    Raises
    ------
    MigplanError
        With one fault for each unknown route.
    """
    facts = load(profiles)
    known = Circumstances(
        cloud="aws",
        routes=find_routes(facts, routes),
        words={"traits": frozenset(traits)},
        start=today or dt.date.today(),
    )
    return applicable_checks(facts, known)


def applicable_checks(
    catalogue: Catalogue, known: Circumstances, stated: Collection[str] = ()
) -> tuple[CheckResult, ...]:
    """The checks that apply in some circumstances, the required ones first.

    Parameters
    ----------
    stated : collection of str
        Conditions that make a required check one of the first questions.
    """
    holding = {
        check.id: [when for when in check.when if _holds(when, known)] for check in catalogue.checks.values()
    }
    return tuple(
        as_result(check, any(not when.words.keys().isdisjoint(stated) for when in holding[check.id]))
        for check in in_order(list(catalogue.checks.values()))
        if holding[check.id]
    )


def in_order(checks: Sequence[Check]) -> list[Check]:
    """Required ones first, then by id."""
    return sorted(checks, key=lambda check: (check.severity != "required", check.id))


def as_result(check: Check, first: bool = False) -> CheckResult:
    """A check as a result; `first` counts where it is required."""
    return CheckResult(
        check.id,
        worded(check.name),
        check.severity,
        worded(check.text),
        worded(check.applies),
        check.source,
        check.as_of,
        check.status,
        first and check.severity == "required",
    )


def _holds(when: When, known: Circumstances) -> bool:
    """Whether every condition that is given holds by any of its values."""
    if when.clouds and known.cloud not in when.clouds:
        return False
    if any(known.words.get(key, frozenset()).isdisjoint(wanted) for key, wanted in when.words.items()):
        return False
    on_routes = when.routes or when.route_families or when.route_requires or when.route_lacks
    if on_routes and not any(_fits(when, route) for route in known.routes):
        return False
    # NaN, which stands for what is not known, is neither above nor below anything.
    if when.volume_above is not None and not known.volume > when.volume_above:
        return False
    if when.link_below is not None and not known.link < when.link_below:
        return False
    if when.reduction_above is not None and not known.reduction > when.reduction_above:
        return False
    if when.encryption is not None and when.encryption != known.encryption:
        return False
    if not over_what_is_there(when, known.site):
        return False
    return when.start_from is None or (known.start is not None and known.start >= when.start_from)


def _fits(when: When, route: Route) -> bool:
    """Whether one route fulfils all conditions on routes."""
    needs = {need.id for need in route.requires}
    return (
        (not when.routes or route.id in when.routes)
        and (not when.route_families or route.family in when.route_families)
        and (not when.route_requires or bool(needs.intersection(when.route_requires)))
        and not needs.intersection(when.route_lacks)
    )
