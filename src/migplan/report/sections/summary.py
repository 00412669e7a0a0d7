"""The first page: does anything meet what was asked, by when it is done, what it costs, and what to know first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from migplan.errors import counted
from migplan.language import amounts, message, say_many, worded
from migplan.report.advice import (
    alternatives,
    attributes_at,
    doubts,
    first_changes,
    headline,
    made_surer,
    missed,
    no_target,
    nothing_meets,
)
from migplan.report.escape import Markup, text
from migplan.report.sections.cost import short_cost
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import (
    PAGES,
    View,
    appendix,
    attribute_name,
    beside_deadline,
    last_day,
    name_of,
    named,
    page,
    paragraphs,
    run_as,
    say,
    to_confirm,
)
from migplan.report.words import about_hours, day_after, days, files, percent, protocol, spaced
from migplan.results.model import OptionResult
from migplan.results.names import cloud_name
from migplan.text import listed


def summary(view: View) -> str:
    """The verdict, the dates by how sure one wants to be, the money, the alternatives, and the caveats."""
    return paragraphs(
        _scope(view),
        page(1),
        _verdict(view),
        _run(view),
        _dates(view),
        *view.chart("chance"),
        short_cost(view),
        _instead(view),
        _caveats(view),
    )


def _scope(view: View) -> Markup:
    """What moves, from where, and over which line."""
    link = spaced(view.input("link").text)
    line = say(", over a line of {link} ({share} usable)", link=link, share=view.text("share"))
    return say(
        "Planned on {today}: {volume} in {files} ({protocol}) from {site} to {cloud} {region}{line}.",
        today=view.plan.today,
        volume=spaced(view.input("volume").text),
        files=files(view.input("files"), view.input("file_size")),
        protocol=protocol(view.input("protocol").value, view.input("protocol").text),
        site=view.text("site") if view.input("site").status == "given" else worded("the site"),
        cloud=cloud_name(str(view.input("cloud").value)),
        region=view.text("region"),
        line=line if link else say(", without a line"),
    )


def _verdict(view: View) -> str:
    """What to do and whether it meets everything, or that nothing does and what comes closest."""
    chosen, advice = view.chosen, view.plan.recommendation
    if chosen is None:
        why = say("The reasons are on the page “{page}”.", page=worded(PAGES[2]))
        first = " ".join(_told(view, no_target(view.plan)))
        changes = " ".join(_told(view, first_changes(advice))) if advice.levers or advice.pairs else ""
        return " ".join(filter(None, (say("**No option can be used.**"), first, changes, why)))
    name = text(name_of(view.plan, chosen.id))
    edge = " ".join(_told(view, doubts(advice)))
    if not nothing_meets(view.plan):
        surer = _told(view, made_surer(advice))
        lead = say("**{name}** meets all you asked.", name=name)
        return " ".join(filter(None, (lead, _when(view, chosen), edge, *surer)))
    told = _told(view, missed(view.plan))
    lead = say("**{headline}** The closest is **{name}**.", headline=headline(advice), name=name)
    first = " ".join([lead, *told, _when(view, chosen), edge])
    return paragraphs(first.strip(), " ".join(_told(view, first_changes(advice))))


def _told(view: View, sentences: Iterable[str]) -> list[Markup]:
    """Sentences with names in place of ids."""
    return [text(named(view.plan, sentence)) for sentence in sentences]


def _when(view: View, chosen: OptionResult) -> Markup:
    """The likely end and the one to plan with."""
    if chosen.duration_days is None:
        return say("As things are, it never ends.")
    if not chosen.drawn:
        return say("Typically done on {day}.", day=day_after(view.start, chosen.duration_days))
    if chosen.p50_days is None:
        return say("In half of all cases or more it never ends.")
    told = say("Likely done by {day}", day=day_after(view.start, chosen.p50_days) or worded("no date"))
    if chosen.p80_days is None:
        return Markup(told + say("; in 1 of 5 cases or more it never ends."))
    sure = say("; 80 % sure by {day}", day=day_after(view.start, chosen.p80_days) or worded("no date"))
    return say("{sentence}.", sentence=Markup(f"{told}{sure}{_margin(view, chosen.p80_days)}"))


def _margin(view: View, sure: float) -> Markup:
    """How far the deadline is from the end to plan with."""
    if view.deadline_days is None:
        return Markup("")
    return say(", {span} the deadline", span=beside_deadline(view, sure))


def _run(view: View) -> str:
    """How it is run, where the plan says."""
    chosen = view.chosen
    if chosen is None:
        return ""
    run, configuration = run_as(view.plan, chosen)
    parts = run.split(", ") if run else []
    counts = [*itertools.takewhile(lambda part: part[:1].isdigit(), parts)]
    told = [say("it is run with {what}", what=listed(counts))] if counts else []
    told += [text(", ".join(parts[len(counts) :]))] if parts[len(counts) :] else []
    told += [say("the target is {what}", what=configuration)] if configuration else []
    sentence = "; ".join(told)
    return say("{sentence}.", sentence=Markup(f"{sentence[:1].upper()}{sentence[1:]}")) if told else ""


def _dates(view: View) -> str:
    """How long it takes and when it is done, by how sure one wants to be."""
    chosen = view.chosen
    if chosen is None or chosen.duration_days is None:
        return ""
    ends: dict[str, float | None] = {message("Typical"): chosen.duration_days}
    if chosen.drawn:
        ends = {
            message("Likely (P50)"): chosen.p50_days,
            message("80 % sure (P80)"): chosen.p80_days,
            message("95 % sure (P95)"): chosen.p95_days,
        }
    columns = [Column("Done", lambda row: row[0]), *(_ending(name, end) for name, end in ends.items())]
    if view.deadline_days is not None:
        columns.append(Column("Deadline", lambda row: row[2], numeric=True))
    rows = [
        (worded("on"), lambda end: day_after(view.start, end) or "-", last_day(view)),
        (worded("after"), days, days(view.deadline_days)),
    ]
    lead = say("### When it is done, starting on {start}", start=view.start or worded("day 1"))
    return paragraphs(lead, table(columns, rows), _deadline(view, chosen))


def _ending(name: str, end: float | None) -> Column:
    return Column(name, lambda row: row[1](end), numeric=True)


def _deadline(view: View, chosen: OptionResult) -> Markup:
    if view.deadline_days is None:
        return say("No deadline was given.")
    if chosen.p_deadline is None:
        return say("The deadline is the end of {day}.", day=last_day(view))
    template = "The deadline is the end of {day}; the chance of keeping it is {chance}."
    return say(template, day=last_day(view), chance=percent(chosen.p_deadline))


def _instead(view: View) -> str:
    """What is cheaper, sooner or surer, where something is."""
    others = _told(view, alternatives(view.plan.recommendation))
    return paragraphs(say("### Alternatives"), bullets(others)) if others else ""


def _caveats(view: View) -> str:
    """What whoever signs has to know: the outage, what is lost, and what is still to be confirmed."""
    chosen = view.chosen
    if chosen is None:
        return ""
    told = [*_outage(view, chosen), _kept(view, chosen), *_open(view, chosen)]
    return paragraphs(say("### Before you sign"), bullets(told))


def _kept(view: View, option: OptionResult) -> Markup:
    wanted, protocol = view.words("keep"), view.value("protocol")
    levels = (
        (message("lost"), "lost"),
        (message("kept only in part"), "partial"),
        (message("not known to be kept"), "unknown"),
    )
    parts = []
    for words, level in levels:
        names = attributes_at(option, level, wanted, protocol)
        # Of what nobody asked for it is no news that nobody knows.
        asked = [attribute_name(name) for name in names if level != "unknown" or name in wanted]
        parts += [f"{worded(words)}: {listed(asked)}"] if asked else []
    if not parts:
        return say("Nothing that files carry is known to be lost.")
    told = "; ".join(parts)
    return say("{sentence}.", sentence=f"{told[:1].upper()}{told[1:]}")


def _outage(view: View, option: OptionResult) -> list[Markup]:
    if option.cutover_hours is None:
        return []
    likely = say("Users cannot write for {time} at the cutover", time=about_hours(option.cutover_hours))
    sure, window = option.cutover_hours_p80, amounts(view.text("cutover_window"))
    more = (
        say(", at most {time} in 8 of 10 cases", time=about_hours(sure)) if sure is not None else Markup("")
    )
    asked = say("; the window is {window}", window=window) if window else Markup("")
    return [say("{sentence}.", sentence=Markup(f"{likely}{more}{asked}"))]


def _open(view: View, chosen: OptionResult) -> list[Markup]:
    required = sum(check.severity == "required" for check in view.plan.checks)
    prices = len({line.item for line in to_confirm(chosen)})
    told = []
    if required:
        told.append((counted(required, "required design check"), "checks"))
    if prices:
        told.append((say_many("{count} price to confirm", "{count} prices to confirm", prices), "ledger"))
    parts = [say("{what} ({where})", what=what, where=appendix(key)) for what, key in told]
    return [say("To settle first: {parts}.", parts=Markup(listed(parts)))] if parts else []
