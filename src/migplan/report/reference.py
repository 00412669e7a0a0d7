"""Design checks and facts as text: in full, or in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from migplan import units
from migplan.errors import Fault, MigplanError, shorten
from migplan.facts import (
    Carrier,
    Catalogue,
    Charge,
    Check,
    Closure,
    Cloud,
    Fact,
    Mover,
    Price,
    Profile,
    Running,
    Target,
    Use,
)
from migplan.facts.keys import KINDS
from migplan.language import message, messages, say, unspaced, worded
from migplan.report.escape import Markup, text, url
from migplan.report.tabular import Column, Grid, cells, screen, to_json, wrapped
from migplan.report.words import break_id
from migplan.results.model import CheckResult
from migplan.text import did_you_mean

if TYPE_CHECKING:
    from rich.console import RenderableType

SCHEMA = "migplan.checks/1"
_FIELDS = ("id", "name", "severity", "text", "applies", "source", "as_of", "status")


_SEVERITY = messages({"required": "required", "advice": "advice"})


def _severity(check: CheckResult) -> str:
    return worded(_SEVERITY.get(check.severity, check.severity))


def _listed() -> tuple[Column, ...]:
    return (
        Column("Check", lambda check: check.id),
        Column("Severity", _severity),
        Column("Applies to", lambda check: check.applies, fills=True),
    )


def render_checks(
    checks: Sequence[CheckResult], form: str, everything: bool, width: int, colour: bool
) -> str:
    """Checks as 'json', 'markdown' or 'table'; a table of `everything` has a line for each."""
    if form == "json":
        rows = [{field: getattr(check, field) for field in _FIELDS} for check in checks]
        return to_json({"schema": SCHEMA, "checks": rows})
    if form == "markdown":
        return "\n".join(map(_paragraph, checks)) or f"{worded(_NONE)}\n"
    if everything:
        return screen([Grid(_listed(), checks, gap=1)], width, colour)
    return screen(_in_full(checks, width), width, colour) if checks else f"{worded(_NONE)}\n"


_NONE = message("No check applies.")


def _in_full(checks: Sequence[CheckResult], width: int) -> Iterator[RenderableType]:
    """Each check with its text, reason and source."""
    from rich.padding import Padding
    from rich.text import Text

    for check in checks:
        style = "bold red" if check.severity == "required" else "bold"
        severity = _severity(check)
        yield Text(f"{severity}{' ' * (10 - cells(severity))}{check.name} ({check.id})", style=style)
        origin = break_id(_origin(check), width - 2) if url(check.source) else _origin(check)
        for line in (check.text, say("Applies: {where}", where=check.applies), origin):
            told = wrapped(line, width, later="") if unspaced() else ""
            yield told or Padding(Text(line, overflow="fold"), (0, 0, 0, 2))
        yield ""


def _paragraph(check: CheckResult) -> str:
    """A check as Markdown under its name."""
    return f"### {text(check.name)} ({_severity(check)})\n\n{text(check.text)}\n\n{_where(check)}\n"


def _where(check: CheckResult) -> str:
    template = "Applies: {where} Check `{id}`, source: {source}"
    return say(template, where=text(check.applies), id=check.id, source=_linked(check))


def _origin(check: CheckResult) -> str:
    doubt = (
        ""
        if check.status == "confirmed"
        else f"{worded(', ')}{worded(_STATUS.get(check.status, check.status))}"
    )
    return f"{check.source} ({check.as_of}{doubt})"


_STATUS = messages({"unconfirmed": "unconfirmed", "unknown": "unknown", "assumed": "assumed"})


def _linked(check: CheckResult) -> Markup:
    if not url(check.source):
        return text(_origin(check))
    return Markup(_origin(check).replace(check.source, f"<{url(check.source)}>", 1))


def listing(catalogue: Catalogue, kind: str | None) -> str:
    """Ids and names, of one kind or of all.

    Raises
    ------
    MigplanError
        There is no such kind.
    """
    if kind is not None and kind not in KINDS:
        wanted = did_you_mean(kind, KINDS, f"wanted one of {', '.join(KINDS)}")
        raise MigplanError(Fault("bad-choice", "kind", f"{kind!r} is not known; {wanted}"))
    lines = []
    for name in (kind,) if kind else KINDS:
        found = getattr(catalogue, name)
        width = max(map(len, found), default=0)
        for key, item in found.items():
            text = _amount(item) if isinstance(item, Fact) else item.name
            lines.append(f"{name}/{key:<{width}}  {text}")
    return "\n".join(lines)


def details(catalogue: Catalogue, name: str) -> str:
    """Everything about one id, given as 'kind/id', as 'id', or as the id of a single fact.

    Raises
    ------
    MigplanError
        Nothing has this id.
    """
    kind, _, rest = name.rpartition("/")
    if "." in rest:
        texts = [
            "\n".join(_fact(fact))
            for fact in catalogue.facts()
            if name in (fact.id, fact.id.partition("/")[2])
        ]
    else:
        found = [(each, getattr(catalogue, each).get(rest)) for each in KINDS if kind in ("", each)]
        texts = ["\n".join(_told(each, item)) for each, item in found if item is not None]
    if not texts:
        wanted = did_you_mean(rest, _ids(catalogue, kind, "." in rest), "`migplan facts list` has all ids")
        raise MigplanError(Fault("bad-choice", "id", f"{shorten(name)} is not known; {wanted}"))
    return "\n\n".join(texts)


def _ids(catalogue: Catalogue, kind: str, of_facts: bool) -> dict[str, str]:
    """What people may write behind the kind of a single fact, or of a thing, and its id."""
    kinds = (kind,) if kind in KINDS else KINDS
    if of_facts:
        parts = ((fact.id, *fact.id.split("/", 1)) for fact in catalogue.facts())
        return {name: key for key, its_kind, name in parts if its_kind in kinds}
    things = [(each, name, item) for each in kinds for name, item in getattr(catalogue, each).items()]
    names = {item.name: f"{each}/{name}" for each, name, item in things if not isinstance(item, Fact)}
    return {**names, **{name: f"{each}/{name}" for each, name, _ in things}}


def _cloud(kind: str, cloud: Cloud) -> Iterator[str]:
    yield f"{kind}/{cloud.id}: {cloud.name}"
    yield f"  source: {cloud.source} ({cloud.as_of}, {cloud.status})"
    for region, names in cloud.regions.items():
        place = cloud.places.get(region)
        yield f"  {region}: {', '.join(names)}" + (f" ({place[0]:g}, {place[1]:g})" if place else "")
    if cloud.assumed_region is not None:
        yield f"  without a Region: {cloud.assumed_region.id} (source: {cloud.assumed_region.source})"
    for leaving in cloud.leaving:
        routes = [*leaving.only_over, *(f"not {family}" for family in leaving.not_over)]
        yield f"  leaving: {leaving.item}, prices/{leaving.price} (routes: {', '.join(routes) or 'any'})"
    for waiver in cloud.waivers:
        begins = f" from {waiver.begins} on" if waiver.begins else ""
        where = f" in {', '.join(waiver.regions)}" if waiver.regions else ""
        yield f"  leaving may cost nothing{begins}{where}: {waiver.text} (source: {waiver.source})"
    if cloud.note:
        yield f"  note: {cloud.note}"


def _told(kind: str, item: Fact | Price | Check | Cloud | Closure | Use | Running | Profile) -> Iterator[str]:
    if isinstance(item, Fact):
        yield from _fact(item)
    elif isinstance(item, Price):
        yield f"{kind}/{item.id}: {item.name}"
        for region, price in item.regions.items():
            yield from _fact(price.fact, region)
            for start, value in price.tiers:
                yield f"    from {start:g}: {value:g} per base unit"
        if item.unknown:
            yield f"  unknown: {item.unknown}"
    elif isinstance(item, Cloud):
        yield from _cloud(kind, item)
    elif isinstance(item, Closure):
        yield f"{kind}/{item.id}: {item.name}"
        yield f"  holidays of {item.country} from {item.first} to {item.last} of every year"
        yield f"  source: {item.source} ({item.as_of}, {item.status})"
        if item.note:
            yield f"  note: {item.note}"
    elif isinstance(item, Check):
        yield f"{kind}/{item.id}: {item.name} ({item.severity}, about {item.subject})"
        yield f"  {item.text}"
        yield f"  applies: {item.applies}"
        yield f"  source: {item.source} ({item.as_of}, {item.status})"
    elif isinstance(item, Running):
        yield from _running(kind, item)
    elif isinstance(item, Use):
        yield f"{kind}/{item.id}: {item.name}"
        yield f"  {item.summary}"
        yield f"  wants {item.availability}, on {' or '.join(item.media)}"
        if item.keep is not None:
            yield f"  keeps {', '.join(item.keep) or 'nothing'} alone where nobody says what to keep"
        for key, fact in item.facts.items():
            yield from _fact(fact, key)
    else:
        yield from _profile(kind, item)


def _profile(kind: str, item: Profile) -> Iterator[str]:
    yield f"{kind}/{item.id}: {item.name}"
    yield f"  {item.summary}"
    life = item.lifecycle
    for label in ("available_from", "closed_to_new", "orders_until", "available_until"):
        if getattr(life, label):
            yield f"  {label.replace('_', ' ')}: {getattr(life, label)} ({life.source}, {life.status})"
    for key, fact in item.facts.items():
        yield from _fact(fact, key)
    for region, facts in item.regional.items():
        for key, fact in facts.items():
            yield from _fact(fact, f"{key} in {region}")
    for target, facts in item.towards.items() if isinstance(item, Carrier) else ():
        for key, fact in facts.items():
            yield from _fact(fact, f"{key} towards {target}")
    yield from map(_charge, item.charges)
    for path in item.paths if isinstance(item, Carrier) else ():
        way = f" ({path.interface})" if path.interface else ""
        yield f"  path {path.id}: {', '.join(path.read)} to {', '.join(path.to)} over {', '.join(path.over)}{way}"
        yield "    keeps " + ", ".join(f"{name} {level}" for name, level in path.keeps.items())
        if path.lossy:
            yield f"    {path.lossy}"
        for key, fact in path.facts.items():
            yield from _fact(fact, f"paths.{path.id}.{key}")
    if isinstance(item, Target):
        yield "  stores " + ", ".join(f"{name} {level}" for name, level in item.stores.items())
        yield f"    {item.stores_source} ({item.stores_as_of})"
        for own in item.configurations:
            yield from _configuration(item, own)
    if isinstance(item, Mover):
        yield f"  agent: {item.agent}"
    for note in item.notes:
        yield f"  note: {note}"


def _running(kind: str, item: Running) -> Iterator[str]:
    yield f"{kind}/{item.id}: {item.name} ({item.topic or 'never counted'})"
    for label in ("kinds", "targets", "availability", "protocols", "only_over", "not_over"):
        if getattr(item, label):
            yield f"  {label.replace('_', ' ')}: {', '.join(getattr(item, label))}"
    for unless in item.unless:
        bare = ("sites without a line",) if unless.no_line else ()
        named = ", ".join((*unless.uses, *unless.route_families, *bare))
        yield f"  not for {named}: {unless.text}" if named else f"  not unless it is asked for: {unless.text}"
    yield from map(_charge, item.charges)
    yield f"  source: {item.source} ({item.as_of}, {item.status})"
    if item.note:
        yield f"  note: {item.note}"


def _charge(charge: Charge) -> str:
    return f"  charge: {charge.item}, prices/{charge.price} per {charge.per}"


def _configuration(target: Target, own: Target) -> Iterator[str]:
    """What a configuration gives and costs, and the facts that it states itself."""
    tier = ", cold data on a colder tier" if own.tiers else ""
    reduced = ", deduplicated or compressed" if own.reduces else ""
    yield f"  configuration {own.configuration}: {own.configuration_name}"
    yield f"    {own.availability}, {own.medium}{tier}{reduced}"
    if own.uses:
        yield f"    for {', '.join(own.uses)}"
    if own.regions:
        yield f"    in {', '.join(own.regions)}"
    if own.charges != target.charges:
        yield from (f"  {_charge(charge)}" for charge in own.charges)
    for key, fact in own.facts.items():
        if fact is not target.facts.get(key):
            yield from (f"  {line}" for line in _fact(fact, key))


def _amount(fact: Fact) -> str:
    return units.amount(fact.shown, fact.unit).replace(" 1/", "/")


def _fact(fact: Fact, name: str = "") -> Iterator[str]:
    scale = fact.shown / fact.value if fact.value else 1.0
    span = "" if fact.low == fact.high else f" ({fact.low * scale:g} to {fact.high * scale:g})"
    yield f"  {name or fact.id}: {_amount(fact)}{span}, {fact.status}, {fact.as_of}"
    yield f"    {fact.source}"
    if fact.note:
        yield f"    {fact.note}"
