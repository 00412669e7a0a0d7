"""Options and targets side by side: what they take, what they cost, what survives, and why others are out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from migplan import units
from migplan.errors import counted
from migplan.facts.keys import ATTRIBUTES
from migplan.language import ENGLISH, current, messages, worded
from migplan.report import clouds
from migplan.report.advice import attributes_at, passed_over
from migplan.report.escape import Markup, code, text
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import (
    View,
    attribute_name,
    heading,
    name_of,
    page,
    paragraphs,
    ruled_out,
    say,
    short_of,
)
from migplan.report.words import day_after, days, hours, known, least, percent
from migplan.results.model import ConfigurationResult, OptionResult, TargetResult
from migplan.text import listed

_NUMBER = Column("No.", lambda row: row[0], numeric=True)
_ID = Column("Option", lambda row: row[1].id)
_MEETS = Column("Meets all", lambda row: worded("yes" if row[1].meets else "no"))

MOST_CONFIGURATIONS = 6
"""Configurations that a page to decide on has room for."""

_ROOM = 12
"""Rows for which it has room in both tables, of what survives and of configurations."""


def comparison(view: View) -> str:
    """The first few options, why not the next, what survives, and the same targets in other configurations."""
    shown = view.compared
    if not shown:
        return paragraphs(page(2), say("No option can be used; the page after this one says why."))
    columns = [_NUMBER, _option(view), *_ends(view), _total(view), _MEETS]
    return paragraphs(
        page(2),
        _clouds(view),
        table(columns, enumerate(shown, start=1)),
        _rest(view),
        _run(view),
        _why(view),
        *view.chart("options"),
        _survives(view),
        _like_for_like(view),
    )


def _clouds(view: View) -> str:
    """What each cloud offers at the best, where clouds are compared."""
    rows = [(row, row.option) for row in view.plan.clouds if row.option is not None]
    if not rows:
        return ""
    columns = [
        Column("Cloud", lambda row: row[0].name),
        Column("Region", lambda row: row[0].region),
        Column("Option", lambda row: row[1].short_name or row[1].id),
        *_ends(view),
        _total(view),
        _MEETS,
    ]
    return paragraphs(
        say("### Clouds side by side"),
        table(columns, rows),
        text(clouds.like_with_like(view)),
        bullets(clouds.terms_of_each(view)),
        say("### Options of the best of them"),
    )


def _option(view: View) -> Column:
    return Column("Option", lambda row: short_of(view.plan, row[1].id))


def _run(view: View) -> str:
    """The id of each option, and how it is run."""
    told = [
        say(
            "{number}: {id}{how}",
            number=number,
            id=code(option.id),
            how=option.run_with and f"; {option.run_with}",
        )
        for number, option in enumerate(view.compared, start=1)
    ]
    return bullets(told)


def _ends(view: View) -> list[Column]:
    """When an option is done, at P50 and P80 where there are draws."""
    if not any(option.drawn for option in view.shown):
        return [
            Column("Typical", lambda row: days(row[1].duration_days), numeric=True),
            Column("Finish", lambda row: day_after(view.start, row[1].duration_days) or "-", numeric=True),
        ]
    columns = [
        Column("P50", lambda row: days(row[1].p50_days), numeric=True),
        Column("P80", lambda row: days(row[1].p80_days), numeric=True),
        Column("Finish at P80", lambda row: day_after(view.start, row[1].p80_days) or "-", numeric=True),
    ]
    if view.deadline_days is not None:
        columns.append(Column("In time", lambda row: percent(row[1].p_deadline, signs=True), numeric=True))
    return columns


def _total(view: View) -> Column:
    usable = (option.cost_usd.horizon_months for option in view.shown if option.usable)
    months = next((counted(number, "month", "g") for number in usable), worded("months"))
    return _money(say("USD in {months}", months=months), "known_total")


def _money(title: str, name: str) -> Column:
    return Column(
        title, lambda row: least(getattr(row[1].cost_usd, name), row[1].cost_usd.complete), numeric=True
    )


def _keeps(view: View) -> Column:
    return Column("Keeps what must be kept", lambda row: _kept(row[1], view.words("keep")))


def _kept(option: OptionResult, must: tuple[str, ...]) -> str:
    """Yes, or what of it is not kept."""
    told = [
        f"{worded(word)}: {worded(', ').join(attribute_name(name) for name in found)}"
        for level, word in _UNKEPT.items()
        if (found := [name for name in option.fidelity.get(level, ()) if name in must])
    ]
    return "; ".join(told) or worded("yes")


_UNKEPT = messages({"lost": "loses", "partial": "only in part", "unknown": "not known"})


def _rest(view: View) -> str:
    """How many more there are, and where they stand."""
    left = sum(option.usable for option in view.shown) - len(view.compared)
    template = (
        "Every option that can be used, best first{more}. Charts use these numbers, scripts these ids:"
        if view.everything
        else "The best option of each mover or device and target, best first{more}. Charts use these numbers, scripts "
        "these ids:"
    )
    more = (
        say(" ({count}: {where})", count=counted(left, "more option"), where=view.where("options"))
        if left
        else ""
    )
    return say(template, more=more)


def _why(view: View) -> str:
    """What keeps the next ones from being recommended, by their numbers where they have one."""
    numbers = {option.id: str(number) for number, option in enumerate(view.compared, start=1)}
    told = [
        say(
            "{option} {because}", option=numbers.get(name, name_of(view.plan, name)), because=other["because"]
        )
        for other in passed_over(view.plan.recommendation)
        if other.get("because") and (name := other.get("option", ""))
    ]
    return say("Why 1 and not the next: {told}.", told=Markup("; ".join(told))) if told else ""


def _survives(view: View) -> str:
    """What some options lose or keep in part, option by option; what all keep is said in one sentence."""
    shown, must = view.compared, view.words("keep")
    rest = _not_by_all(view)
    safe = [name for name in _attributes(view, shown, must) if name not in rest]
    kept = listed([_wanted(name, must) for name in safe])
    lead = say("Every option above keeps {names}.", names=kept) if safe else Markup("")
    columns = [Column("What", lambda name: _wanted(name, must)), *_levels(shown)]
    return paragraphs(say("### What survives"), lead, table(columns, rest) if rest else "")


def _not_by_all(view: View) -> list[str]:
    """What not every option of the comparison keeps."""
    return [
        name
        for name in _attributes(view, view.compared, view.words("keep"))
        if not all(name in option.fidelity.get("kept", ()) for option in view.compared)
    ]


def _wanted(name: str, must: tuple[str, ...]) -> str:
    """An attribute as people call it, with a mark on what must be kept."""
    return f"{attribute_name(name)}{worded(' (must be kept)') if name in must else ''}"


def _levels(shown: Sequence[OptionResult]) -> list[Column]:
    return [
        Column(say("Option {number}", number=number), _cell(option))
        for number, option in enumerate(shown, start=1)
    ]


def _like_for_like(view: View) -> str:
    """The targets of the comparison in every configuration that is sold, first those that would do, then by rent."""
    wanted = list(dict.fromkeys(option.target for option in view.compared))
    by_id = {target.id: target for target in view.plan.targets}
    found = [by_id[name] for name in wanted if name in by_id]
    rows = [(target, own) for target in found for own in sorted(target.configurations, key=_rent)]
    rows.sort(key=lambda row: not (row[1].meets_need or row[1].id == row[0].configuration))
    if len(rows) < 2:
        return ""
    columns = [
        Column("Configuration", _with_zones),
        Column("USD a month", lambda row: least(row[1].monthly_usd, row[1].complete), numeric=True),
        Column("Fits what is needed", _lacks),
    ]
    most = min(MOST_CONFIGURATIONS, max(3, _ROOM - len(_not_by_all(view))))
    left = len(rows) - most
    more = (
        say("… and {count}: {where}.", count=counted(left, "more configuration"), where=view.where("targets"))
        if left > 0
        else ""
    )
    return paragraphs(say("### The same targets in other configurations"), table(columns, rows[:most]), more)


def _with_zones(row: tuple[TargetResult, ConfigurationResult]) -> str:
    """A configuration with its availability, which the names of regional object classes leave out."""
    name = worded(", ").join((_short(row[0]), _short(row[1])))
    silent = row[1].availability == "regional" and worded("multi-zone") not in name
    return f"{name}{worded(', in several zones')}" if silent else name


def _short(thing: TargetResult | ConfigurationResult) -> str:
    return thing.short_name or thing.name


def _rent(own: ConfigurationResult) -> float:
    return math.inf if own.monthly_usd is None else own.monthly_usd


def all_options(view: View) -> str:
    """Time, cost and losses of each option that can be used; then why others cannot."""
    rows = list(enumerate((option for option in view.shown if option.usable), start=1))
    time, cost = "", ""
    if rows:
        writes = Column("No writes", lambda row: hours(row[1].cutover_hours), numeric=True)
        time = table([_NUMBER, _ID, *_certain(view), writes, _MEETS], rows)
        sums = [
            _money("One-off USD", "one_off"),
            _money("USD a month", "monthly"),
            _money("Beside it", "running"),
            _total(view),
        ]
        cost = table([_NUMBER, _ID, *sums, _keeps(view)], rows)
    return paragraphs(
        heading("options"),
        paragraphs(say("### Time of each option"), time, *view.chart("time"))
        if time
        else say("No option can be used."),
        paragraphs(say("### Cost of each option, and what it keeps"), cost) if cost else "",
        _unusable(view),
    )


def _certain(view: View) -> list[Column]:
    """As in the comparison, with the typical time and P95 around them."""
    first, *others = _ends(view)
    if not any(option.drawn for option in view.shown):
        return [first, *others]
    return [
        Column("Typical", lambda row: days(row[1].duration_days), numeric=True),
        first,
        others[0],
        Column("P95", lambda row: days(row[1].p95_days), numeric=True),
        *others[1:],
    ]


def _unusable(view: View) -> str:
    """Why each mover or device cannot be used at all, with --all each option that cannot; by reason."""
    if view.everything:
        found = [(option.id, reason) for option in view.plan.options for reason in option.reasons]
    else:
        found = list(ruled_out(view.plan).items())
    if not found:
        return ""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, reason in found:
        alike.setdefault((reason.text.rstrip("."), reason.source), []).append(name)
    columns = [
        Column("What", lambda row: ", ".join(dict.fromkeys(row[1]))),
        Column("Why not", lambda row: row[0][0]),
        Column("Source", lambda row: view.sources.cite(row[0][1]) if row[0][1] else Markup("-")),
    ]
    return paragraphs(say("### What cannot be used, and why"), table(columns, alike.items()))


def targets(view: View) -> str:
    """Every target of the cloud, those that fit first, by price; then why others do not fit, and what to mind."""
    found = sorted(view.plan.targets, key=_order)
    columns = [
        Column("Target", lambda target: target.name),
        Column("Fits", lambda target: worded("yes" if target.fit else "no")),
        Column("Systems", lambda target: target.count, numeric=True),
        Column("Capacity", lambda target: _shown(target.provisioned, "B"), numeric=True),
        Column("Throughput", lambda target: _throughput(target), numeric=True),
        Column("USD a month", lambda target: least(target.monthly_usd, target.complete), numeric=True),
        Column("Beside it", lambda target: least(target.running_usd), numeric=True),
    ]
    template = (
        "Capacity includes the reserve that the target needs; throughput is what daily use needs, and is raised while"
        " loading where that pays. Prices are those of the best option that ends there; beside it is what users need"
        " each month: a path, reads that leave the cloud, backups."
    )
    reasons = [
        say("**{name}**: {why}", name=target.name, why=_because(view, target))
        for target in found
        if target.reasons or target.cautions
    ]
    told = bullets(reasons) if reasons else ""
    return paragraphs(heading("targets"), say(template), table(columns, found), told, _configurations(found))


def _configurations(found: list[TargetResult]) -> str:
    """The configurations of the targets that fit side by side: availability, medium, rent, and what each lacks."""
    rows = [(target, own) for target in found if target.fit for own in target.configurations]
    if not rows:
        return ""
    columns = [
        Column("Target", lambda row: row[0].name),
        Column("Configuration", lambda row: row[1].name),
        Column("Availability", lambda row: worded(row[1].availability)),
        Column("Medium", lambda row: worded(row[1].medium)),
        Column("USD a month", lambda row: least(row[1].monthly_usd, row[1].complete), numeric=True),
        Column("Fits what is needed", _lacks),
    ]
    return paragraphs(say("### Configurations, like for like"), table(columns, rows))


def _lacks(row: tuple[TargetResult, ConfigurationResult]) -> str:
    """Whether a configuration would do, and what it lacks; the name of its column is not said again."""
    target, own = row
    if own.id == target.configuration:
        return worded("yes, compared here")
    if current() != ENGLISH:
        return f"{worded('no: ')}{'; '.join(r.text for r in own.reasons)}" if own.reasons else worded("yes")
    texts = (
        reason.text.rstrip(".").removeprefix(own.name).removeprefix(" is ").strip() for reason in own.reasons
    )
    told = "; ".join(sentence.partition(", and ")[0] for sentence in texts)
    return f"{worded('no: ')}{told}" if told else worded("yes")


def _order(target: TargetResult) -> tuple[bool, bool, float]:
    return (not target.fit, target.monthly_usd is None, target.monthly_usd or 0.0)


def _shown(value: float | None, base: str) -> str:
    return "-" if known(value) is None else units.show(value, base)  # type: ignore[arg-type]


def _throughput(target: TargetResult) -> str:
    rate = known(target.throughput)
    return "-" if rate is None else f"{rate / 1e6:,.0f} MB/s"


def _because(view: View, target: TargetResult) -> Markup:
    reasons = (*target.reasons, *target.cautions)
    told = "; ".join(text(reason.text.rstrip(".")) for reason in reasons)
    sources = dict.fromkeys(view.sources.cite(reason.source) for reason in reasons if reason.source)
    return Markup(f"{told} ({', '.join(sources)})" if sources else told)


_LEVELS = messages({"kept": "kept", "partial": "in part", "lost": "**lost**", "unknown": "not known"})


def fidelity(view: View) -> str:
    """Attributes down, options across; what must be kept is marked."""
    shown = view.compared
    if not shown:
        return paragraphs(heading("fidelity"), say("No option can be used, so nothing is compared."))
    must = view.words("keep")
    columns = [
        Column("What", attribute_name),
        Column("Must be kept", lambda name: worded("yes" if name in must else "no")),
        *_levels(shown),
    ]
    return paragraphs(
        heading("fidelity"),
        say("Mover and target together: what the mover carries and the target can store."),
        table(columns, _attributes(view, shown, must)),
        bullets(
            say("Option {number}: {id}", number=number, id=option.id)
            for number, option in enumerate(shown, start=1)
        ),
    )


def _attributes(view: View, shown: Sequence[OptionResult], must: tuple[str, ...]) -> list[str]:
    protocol = view.value("protocol")
    found = {
        name for option in shown for level in _LEVELS for name in attributes_at(option, level, must, protocol)
    }
    found |= set(must)
    order = {name: index for index, name in enumerate(ATTRIBUTES)}
    return sorted(found, key=lambda name: (name not in must, order.get(name, len(order)), name))


def _cell(option: OptionResult) -> Callable[[str], Markup]:
    def cell(name: str) -> Markup:
        level = next((level for level in _LEVELS if name in option.fidelity.get(level, ())), None)
        return say(_LEVELS[level] if level else "does not apply")

    return cell
