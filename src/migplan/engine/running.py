"""What users need each month beside a target: which of it a target wants, how much of it, and what is not counted.

All of it follows from the words of a workload and from the target, never from the mover: two ways to one target cost
the same afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migplan.engine.targets import grown, stored_volume
from migplan.facts import Catalogue, Fact, Running, Target, When
from migplan.facts.keys import RUNNING
from migplan.formulas import Numeric
from migplan.inputs.workload import Workload
from migplan.language import message, worded
from migplan.units import MONTH


def running_of(facts: Catalogue, target: Target, w: Workload) -> Iterator[Running]:
    """What is counted beside a target."""
    families = route_families(facts, w)
    for need in facts.running.values():
        if _is_for(need, target, w, families) and need.charges and not why_not(need, w, families):
            yield need


def not_counted(facts: Catalogue, target: Target, w: Workload) -> Iterator[tuple[str, str]]:
    """What a target may want beside it that is not counted: the name of it, and why."""
    families = route_families(facts, w)
    known = [need for need in facts.running.values() if _is_for(need, target, w, families)]
    for need in known:
        why = why_not(need, w, families)
        if why:
            yield worded(need.name), worded(why)
    for topic, name in RUNNING.items():
        if topic not in w.running_costs and all(need.topic != topic for need in known):
            yield worded(name[0].upper() + name[1:]), worded(_LEFT_OUT)


_LEFT_OUT = message("left out, as running_costs says")


def _is_for(need: Running, target: Target, w: Workload, families: frozenset[str]) -> bool:
    """Whether a target of this kind, and a site with these routes, may want it."""
    limits = (
        (need.kinds, target.kind),
        (need.targets, target.id),
        (need.availability, target.availability),
        (need.protocols, w.protocol),
    )
    if need.cloud not in ("any", w.cloud) or any(words and word not in words for words, word in limits):
        return False
    return over_what_is_there(need, families)


def over_what_is_there(need: Running | When, families: frozenset[str]) -> bool:
    """Whether it is for a site that has routes of these families."""
    over = not need.only_over or not families.isdisjoint(need.only_over)
    return over and families.isdisjoint(need.not_over)


def why_not(need: Running, w: Workload, families: frozenset[str]) -> str:
    """Why something is not counted; empty where it is."""
    asked = w.inputs["running_costs"].status == "given" and need.topic in w.running_costs
    if need.topic and need.topic not in w.running_costs:
        return _LEFT_OUT
    for unless in need.unless:
        if unless.no_line:
            if _no_line(w):
                return unless.text
        elif unless.route_families:
            if not families.isdisjoint(unless.route_families):
                return unless.text
        elif not asked and (not unless.uses or w.use in unless.uses):
            return unless.text
    return ""


def used_from_site(facts: Catalogue, target: Target, w: Workload) -> bool:
    """Whether people on the site use a target over the line of the site, and not from machines beside it."""
    families = route_families(facts, w)
    return not w.from_cloud and any(
        need.topic == "access"
        and _is_for(need, target, w, families)
        and not any(w.use in unless.uses for unless in need.unless)
        for need in facts.running.values()
    )


def read_by_site(facts: Catalogue, target: Target, w: Workload) -> Numeric:
    """What people on the site read of a target in a month. [B]."""
    return running_quantity(facts, "read-byte", target, w)


def route_families(facts: Catalogue, w: Workload) -> frozenset[str]:
    """The families of the routes that the site has; a site without a line is left with those that bring their own."""
    if _no_line(w):
        return frozenset(
            r.family for r in facts.routes.values() if r.line == "own" and r.cloud in ("any", w.cloud)
        )
    return frozenset(facts.routes[name].family if name in facts.routes else name for name in w.routes)


def _no_line(w: Workload) -> bool:
    """Whether the site has no line, so that users cannot come over one either."""
    return w.inputs["link"].status != "given" and not w.routes


_BY = {
    "site": (),
    "read-byte": ("read_out",),
    "backup-byte": ("backup_copies", "backup_kept", "added"),
    "version-byte": ("backup_kept", "added"),
}


def running_facts(facts: Catalogue, basis: str, w: Workload) -> Mapping[str, Fact]:
    """What a quantity is counted by of what is said of the use; a fact that nobody states is not there."""
    known = facts.uses[w.use].facts
    return {key: known[key] for key in _BY[basis] if key in known}


def running_quantity(facts: Catalogue, basis: str, target: Target, w: Workload) -> Numeric:
    """How much of something a target wants.

    Returns
    -------
    numeric
        Sites [1]; bytes that leave in a month, or that lie there in the mean of the horizon [B].
    """
    if basis == "site":
        return 1.0
    by = {key: fact.value for key, fact in running_facts(facts, basis, w).items()}
    if basis == "read-byte":
        return w.volume * grown(w) * by.get("read_out", 0.0) * MONTH
    saved = 1.0 - w.reduction if target.reduces else 1.0
    old = w.change_rate * (1.0 - by.get("added", 0.0)) * by.get("backup_kept", 0.0) * saved
    return stored_volume(target, w) * by.get("backup_copies", 0.0) + old
