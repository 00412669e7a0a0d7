"""Options and targets side by side: what they take, what they cost, what survives, and why others are out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from migplan import units
from migplan.errors import counted
from migplan.facts.keys import ATTRIBUTES
from migplan.report.advice import passed_over
from migplan.report.escape import Markup, text
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import (
    View,
    appendix,
    heading,
    kind_of,
    paragraphs,
    ruled_out,
    run_as,
    say,
    spoken,
)
from migplan.report.words import day_after, days, hours, known, least, percent
from migplan.results.model import ConfigurationResult, OptionResult, TargetResult

_NUMBER = Column("No.", lambda row: row[0], numeric=True)
_OPTION = Column("Option", lambda row: row[1].id)
_MEETS = Column("Meets", lambda row: "yes" if row[1].meets else "no")


def comparison(view: View) -> str:
    """The first few ways, why the recommended one is best, and what can be used in no way."""
    shown = view.compared
    told = "No way can be used."
    if shown:
        columns = [_NUMBER, _OPTION, *_ends(view), _total(view), _keeps(view), _MEETS]
        told = table(columns, enumerate(shown, start=1))
    parts = (told, _rest(view), _run(view), *view.chart("options"), _why(view), _impossible(view))
    return paragraphs("## Options side by side", *parts)


def _run(view: View) -> str:
    """How each way is run, and in which configuration it ends."""
    told = [
        say("{number}: {told}", number=number, told="; ".join(filter(None, run_as(view.plan, option))))
        for number, option in enumerate(view.compared, start=1)
        if option.run_with
    ]
    return paragraphs("Each is run with", bullets(told)) if told else ""


def _ends(view: View) -> list[Column]:
    """When a way is done, at P50 and P80 where there are draws."""
    if not any(option.p80_days is not None for option in view.shown):
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
        columns.append(Column("In time", lambda row: _short(row[1].p_deadline), numeric=True))
    return columns


def _short(chance: float | None) -> str:
    """A chance with signs for words, so that its column stays narrow."""
    return percent(chance).replace("less than", "<").replace("more than", ">")


def _total(view: View) -> Column:
    usable = (option.cost_usd.horizon_months for option in view.shown if option.usable)
    months = next((counted(number, "month", "g") for number in usable), "months")
    return _money(f"USD in {months}", "horizon_total")


def _money(title: str, name: str) -> Column:
    return Column(
        title, lambda row: least(getattr(row[1].cost_usd, name), row[1].cost_usd.complete), numeric=True
    )


def _keeps(view: View) -> Column:
    return Column("Keeps what must be kept", lambda row: _kept(row[1], view.words("keep")))


def _kept(option: OptionResult, must: tuple[str, ...]) -> str:
    """Yes, or what of it is not kept."""
    words = {"lost": "loses", "partial": "only in part", "unknown": "not known"}
    told = [
        f"{word}: {', '.join(spoken(name) for name in found)}"
        for level, word in words.items()
        if (found := [name for name in option.fidelity.get(level, ()) if name in must])
    ]
    return "; ".join(told) or "yes"


def _rest(view: View) -> str:
    """How many more there are, where they stand, and how costs are to be read."""
    usable = sum(option.usable for option in view.shown)
    if not usable:
        return ""
    left = usable - len(view.compared)
    more = (
        f"{left} more ways stand in {appendix('ways')}"
        if left > 1
        else f"One more way stands in {appendix('ways')}"
    )
    which = (
        "Every way that can be used" if view.everything else "The best way of each mover or device and target"
    )
    return f"{which}, best first{f'. {more}' if left else ''}; charts call them by their numbers."


def _why(view: View) -> str:
    advice = view.plan.recommendation
    others = [say("Not {option}: it {because}.", **_next(other)) for other in passed_over(advice)]
    told = [*advice.why, *others]
    return paragraphs("### Why this way", bullets(told)) if told else ""


def _next(other: dict[str, Any]) -> dict[str, str]:
    return {"option": other.get("option", ""), "because": other.get("because", "")}


def _impossible(view: View) -> str:
    """What can be used in no way, one line a kind of reason; the reasons in full stand behind."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in ruled_out(view.plan).items():
        groups[reason.code].append(name)
    lines = [
        say("{why}: {names}", why=kind_of(code), names=", ".join(names)) for code, names in groups.items()
    ]
    if not lines:
        return ""
    return paragraphs(f"### Not possible in any way (reasons in {appendix('ways')})", bullets(lines))


def ways(view: View) -> str:
    """Time, cost and losses of each way that can be used; then why others cannot."""
    rows = list(enumerate((option for option in view.shown if option.usable), start=1))
    time, cost = "", ""
    if rows:
        writes = Column("No writes", lambda row: hours(row[1].cutover_hours), numeric=True)
        time = table([_NUMBER, _OPTION, *_certain(view), writes, _MEETS], rows)
        sums = [
            _money("USD once", "one_off"),
            _money("USD a month", "monthly"),
            _money("Beside it", "running"),
            _total(view),
        ]
        cost = table([_NUMBER, _OPTION, *sums, _keeps(view)], rows)
    return paragraphs(
        heading("ways"),
        paragraphs("### Time of each way", time, *view.chart("time"), *view.chart("line"))
        if time
        else "No way can be used.",
        paragraphs("### Cost of each way, and what it keeps", cost) if cost else "",
        _unusable(view),
    )


def _certain(view: View) -> list[Column]:
    """As in the comparison, with the typical time and P95 around them."""
    first, *others = _ends(view)
    if not others or first.title == "Typical":
        return [first, *others]
    return [
        Column("Typical", lambda row: days(row[1].duration_days), numeric=True),
        first,
        others[0],
        Column("P95", lambda row: days(row[1].p95_days), numeric=True),
        *others[1:],
    ]


def _unusable(view: View) -> str:
    """Why each mover or device can be used in no way; with --all every option that cannot be used."""
    if view.everything:
        found = [(option.id, reason) for option in view.plan.options for reason in option.reasons]
    else:
        found = list(ruled_out(view.plan).items())
    if not found:
        return ""
    columns = [
        Column("What", lambda row: row[0]),
        Column("Why not", lambda row: row[1].text.rstrip(".")),
        Column("Source", lambda row: view.sources.cite(row[1].source) if row[1].source else Markup("-")),
    ]
    return paragraphs("### What cannot be used, and why", table(columns, found))


def targets(view: View) -> str:
    """Every target of the cloud, those that fit first, by price; then why others do not fit, and what to mind."""
    found = sorted(view.plan.targets, key=_order)
    columns = [
        Column("Target", lambda target: target.name),
        Column("Fits", lambda target: "yes" if target.fit else "no"),
        Column("Systems", lambda target: target.count, numeric=True),
        Column("Capacity", lambda target: _shown(target.provisioned, "B"), numeric=True),
        Column("Throughput", lambda target: _throughput(target), numeric=True),
        Column("USD a month", lambda target: least(target.monthly_usd, target.complete), numeric=True),
        Column("Beside it", lambda target: least(target.running_usd), numeric=True),
    ]
    lead = (
        "Capacity includes the reserve that the target needs; throughput is what daily use needs, and is raised while"
        " loading where that pays. Prices are those of the best way that ends there; beside it is what users need each"
        " month: a path, reads that leave the cloud, backups."
    )
    reasons = [
        say("**{name}**: {why}", name=target.name, why=_because(view, target))
        for target in found
        if target.reasons or target.cautions
    ]
    told = bullets(reasons) if reasons else ""
    return paragraphs(heading("targets"), lead, table(columns, found), told, _configurations(found))


def _configurations(found: list[TargetResult]) -> str:
    """The configurations of the targets that fit side by side: availability, medium, rent, and what each lacks."""
    rows = [(target, own) for target in found if target.fit for own in target.configurations]
    if not rows:
        return ""
    columns = [
        Column("Target", lambda row: row[0].name),
        Column("Configuration", lambda row: row[1].name),
        Column("Availability", lambda row: row[1].availability),
        Column("Medium", lambda row: row[1].medium),
        Column("USD a month", lambda row: least(row[1].monthly_usd, row[1].complete), numeric=True),
        Column("Lacks", _lacks),
    ]
    return paragraphs("### Configurations, like for like", table(columns, rows))


def _lacks(row: tuple[TargetResult, ConfigurationResult]) -> str:
    target, own = row
    if own.id == target.configuration:
        return "nothing; it stands for its target"
    return "; ".join(reason.text.rstrip(".") for reason in own.reasons) or "nothing"


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


_LEVELS = {"kept": "kept", "partial": "in part", "lost": "**lost**", "unknown": "not known"}


def fidelity(view: View) -> str:
    """Attributes down, options across; what must be kept is marked."""
    shown = view.compared
    if not shown:
        return paragraphs(heading("fidelity"), "No way can be used, so nothing is compared.")
    must = view.words("keep")
    columns = [
        Column("What", spoken),
        Column("Must be kept", lambda name: "yes" if name in must else "no"),
        *(Column(f"Option {number}", _cell(option)) for number, option in enumerate(shown, start=1)),
    ]
    return paragraphs(
        heading("fidelity"),
        "Mover and target together: what the mover carries and the target can store.",
        table(columns, _attributes(shown, must)),
        bullets(text(f"Option {number}: {option.id}") for number, option in enumerate(shown, start=1)),
    )


def _attributes(shown: tuple[OptionResult, ...], must: tuple[str, ...]) -> list[str]:
    found = {name for option in shown for level in _LEVELS for name in option.fidelity.get(level, ())} | set(
        must
    )
    order = {name: index for index, name in enumerate(ATTRIBUTES)}
    return sorted(found, key=lambda name: (name not in must, order.get(name, len(order)), name))


def _cell(option: OptionResult) -> Callable[[str], Markup]:
    def cell(name: str) -> Markup:
        level = next((level for level in _LEVELS if name in option.fidelity.get(level, ())), None)
        return Markup(_LEVELS[level] if level else "does not apply")

    return cell
