"""Design checks: rules of `profiles/checks/` held against a workload, its route and its traits."""

from __future__ import annotations

from typing import Any

from migplan.catalogue import Catalogue, Check
from migplan.errors import Fault, MigplanError
from migplan.options import Option
from migplan.results import CheckResult
from migplan.workload import Workload


def check_names(workload: Workload, catalogue: Catalogue) -> None:
    """Refuse targets and routes that no profile has.

    Raises
    ------
    MigplanError
        With one fault for each unknown name.
    """
    faults = []
    families = {route.extra["family"] for route in catalogue.routes.values()}
    for route in workload.routes:
        if route not in catalogue.routes and route not in families:
            wanted = ", ".join(sorted({*catalogue.routes, *families}))
            faults.append(Fault("bad-choice", "routes", f"{route!r} is not known; wanted some of {wanted}"))
    if workload.target and workload.target not in catalogue.targets:
        wanted = ", ".join(sorted(catalogue.targets))
        faults.append(
            Fault("bad-choice", "target", f"{workload.target!r} is not known; wanted one of {wanted}")
        )
    known = {region for price in catalogue.prices.values() for region in price.regions} - {"any"}
    known |= {
        region
        for kind in (catalogue.devices, catalogue.targets)
        for p in kind.values()
        for region in p.regions
    }
    if known and workload.region not in known:
        wanted = ", ".join(sorted(known))
        faults.append(
            Fault("bad-choice", "region", f"{workload.region!r} is not known; wanted one of {wanted}")
        )
    if faults:
        raise MigplanError(faults)


def matching(catalogue: Catalogue, workload: Workload, option: Option | None) -> tuple[CheckResult, ...]:
    """The checks that apply to a workload and the option chosen for it, the required ones first."""
    found = [
        check for check in catalogue.checks.values() if any(_holds(w, workload, option) for w in check.when)
    ]
    return tuple(
        told(check) for check in sorted(found, key=lambda check: (check.severity != "required", check.id))
    )


def told(check: Check) -> CheckResult:
    """A check as a result."""
    return CheckResult(
        check.id,
        check.name,
        check.severity,
        check.text,
        check.applies,
        check.source,
        check.as_of,
        check.status,
    )


def _holds(when: dict[str, Any], w: Workload, option: Option | None) -> bool:
    """Whether every condition that is given holds by any of its values."""
    route = None if option is None else option.route
    lists = {
        "routes": {*w.routes, *(() if route is None else (route.id,))},
        "route_families": {*w.routes, *(() if route is None else (route.extra["family"],))},
        "route_requires": set() if route is None else {need.id for need in route.requires},
        "movers": set() if option is None or option.mover is None else {option.mover.id},
        "devices": set() if option is None or option.device is None else {option.device.id},
        "targets": {w.target} if option is None else {option.target.id},
        "traits": set(w.traits),
        "protocols": {w.protocol},
        "structures": {w.structure},
        "keep": set(w.keep),
        "app_change": {w.app_change},
    }
    if any(when[key] and not set(when[key]) & found for key, found in lists.items()):
        return False
    if when["volume_above"] and not w.volume > when["volume_above"]:
        return False
    if when["link_below"] and not w.link < when["link_below"]:
        return False
    if when["encryption"] is not None and when["encryption"] != (w.encryption == "required"):
        return False
    return when["start_from"] is None or w.start.isoformat() >= when["start_from"]
