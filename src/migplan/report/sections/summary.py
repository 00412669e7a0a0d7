"""A few lines for those who decide, first whether anything meets, and the dates by how sure they are."""

from __future__ import annotations

from migplan.errors import counted
from migplan.report.advice import first_changes, headline, instead, missed, nothing_meets, unsure
from migplan.report.escape import Markup, code, text
from migplan.report.tabular import Column, table
from migplan.report.view import View, last_day, paragraphs, say, spoken, to_confirm
from migplan.report.words import day_after, days, files, hours, percent, protocol, usd
from migplan.results.model import CostResult, OptionResult
from migplan.text import listed


def summary(view: View) -> str:
    """What moves, how, when it is done, what it costs and what to mind."""
    lines = filter(None, (_what(view), _how(view), _when(view), _cost(view), _instead(view), _mind(view)))
    told = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return paragraphs("## Summary", _verdict(view), told, _dates(view))


def _verdict(view: View) -> str:
    """That nothing meets, what is closest and what would change it; or that a verdict is on the edge."""
    advice, told = view.plan.recommendation, [text(sentence) for sentence in unsure(view.plan.recommendation)]
    if not nothing_meets(view.plan):
        return " ".join(told)
    closest = say("The closest is {id}.", id=code(advice.option or ""))
    rest = [text(sentence) for sentence in (*missed(view.plan), *first_changes(advice))]
    return " ".join([f"**{headline(advice)}**", closest, *rest, *told])


def _instead(view: View) -> str:
    others = " ".join(text(sentence) for sentence in instead(view.plan.recommendation))
    return f"**Instead:** {others}" if others else ""


def _what(view: View) -> str:
    link = view.text("link")
    line = say(", over a line of {link} of which {share} are ours", link=link, share=view.text("share"))
    return say(
        "**What:** {volume} in {files} ({protocol}) from {site} to {cloud} {region}{line}.",
        volume=view.text("volume"),
        files=files(view.input("files")),
        protocol=protocol(view.input("protocol").value, view.input("protocol").text),
        site=view.text("site") if view.input("site").status == "given" else "the site",
        cloud=view.input("cloud").text.upper(),
        region=view.text("region"),
        line=line if link else Markup(", without a line"),
    )


def _how(view: View) -> str:
    chosen = view.chosen
    if chosen is None:
        return "**How:** no way can be used; the appendices say of each why."
    meets = "It meets all that was asked for."
    fails = "It is the closest to all that was asked for."
    return say(
        "**How:** {name} ({id}). {verdict}",
        name=chosen.name or chosen.id,
        id=code(chosen.id),
        verdict=Markup(meets if chosen.meets else fails),
    )


def _when(view: View) -> str:
    chosen = view.chosen
    if chosen is None or chosen.duration_days is None:
        return "**When:** never, as things are."
    told = say(
        "**When:** typically done {days} after the start on {start}, that is on {finish}{late}.",
        days=days(chosen.duration_days),
        start=view.start or "day 1",
        finish=day_after(view.start, chosen.duration_days),
        late=Markup("")
        if chosen.p80_days is None
        else say(", in 8 of 10 cases by {day}", day=day_after(view.start, chosen.p80_days)),
    )
    return f"{told} {_deadline(view, chosen)}"


def _deadline(view: View, chosen: OptionResult) -> Markup:
    if view.deadline_days is None:
        return Markup("No deadline was given.")
    told = say("The deadline is the end of {day}", day=last_day(view))
    if chosen.p_deadline is None:
        return Markup(f"{told}.")
    return Markup(told + say("; the chance to keep it is {chance}.", chance=percent(chosen.p_deadline)))


def _cost(view: View) -> str:
    chosen = view.chosen
    if chosen is None:
        return "**Cost:** none, without a way."
    cost = chosen.cost_usd
    return say(
        "**Cost:** {once} once and {month} a month{beside}, {total} over {months}{more}.",
        once=_amount(cost.one_off, cost.complete),
        month=_amount(cost.monthly, cost.complete),
        beside=_beside(cost),
        total=_amount(cost.horizon_total, cost.complete),
        months=counted(cost.horizon_months, "month", "g"),
        more=Markup("" if cost.complete else ", since some prices are not known"),
    )


def _beside(cost: CostResult) -> Markup:
    """What is needed beside the target each month; empty where nothing is counted."""
    if not any(line.running for line in cost.lines):
        return Markup("")
    told = say("for the target and {usd} beside it", usd=_amount(cost.running, cost.complete))
    return Markup(f" {told}")


def _amount(value: float | None, complete: bool) -> str:
    """A sum in words.

    >>> _amount(1234.0, True), _amount(1234.0, False), _amount(None, False)
    ('1,234 USD', 'at least 1,234 USD', 'an unknown amount')
    """
    if value is None or (value == 0 and not complete):
        return "an unknown amount"
    return f"{'' if complete else 'at least '}{usd(value)} USD"


def _mind(view: View) -> str:
    chosen = view.chosen
    if chosen is None:
        return "**Mind:** what would make it possible stands under the risks."
    return f"**Mind:** {' '.join(filter(None, (_kept(chosen), _outage(chosen), _open(view, chosen))))}"


def _kept(option: OptionResult) -> str:
    lost = [spoken(name) for name in (*option.fidelity.get("lost", ()), *option.fidelity.get("partial", ()))]
    if not lost:
        return say("Nothing that files carry is known to be lost.")
    return say("Lost or kept only in part: {names}.", names=listed(lost))


def _outage(option: OptionResult) -> str:
    if option.cutover_hours is None:
        return ""
    return say("Users are without write access for {time}.", time=hours(option.cutover_hours))


def _open(view: View, chosen: OptionResult) -> str:
    required = sum(check.severity == "required" for check in view.plan.checks)
    prices = len({line.item for line in to_confirm(chosen)})
    told = [_counted(required, "required design check"), _counted(prices, "price", " to confirm")]
    parts = [part for part in told if part]
    return f"Before you sign: {listed(parts)}." if parts else ""


def _counted(count: int, what: str, more: str = "") -> str:
    return f"{counted(count, what)}{more}" if count else ""


def _dates(view: View) -> str:
    """How long it takes and when it is done, by how sure one wants to be."""
    chosen = view.chosen
    if chosen is None or chosen.duration_days is None:
        return ""
    ends: dict[str, float | None] = {"Typical": chosen.duration_days}
    if chosen.p50_days is not None:
        ends |= {"P50": chosen.p50_days, "P80": chosen.p80_days, "P95": chosen.p95_days}
    columns = [Column("Done", lambda row: row[0]), *(_ending(name, end) for name, end in ends.items())]
    if view.deadline_days is not None:
        columns.append(Column("Deadline", lambda row: row[2], numeric=True))
    rows = [
        ("in", days, days(view.deadline_days)),
        ("on", lambda end: day_after(view.start, end) or "-", last_day(view)),
    ]
    return table(columns, rows)


def _ending(name: str, end: float | None) -> Column:
    return Column(name, lambda row: row[1](end), numeric=True)
