"""A plan for the terminal: the verdict, the options side by side, what to do first, and what all that rests on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from migplan.errors import counted
from migplan.language import ENGLISH, amounts, closed_up, current, messages, say, say_many, speaking, worded
from migplan.report import clouds, detail
from migplan.report.advice import (
    OBTAINED,
    alternatives,
    by_other_regions,
    closest,
    doubts,
    first_changes,
    headline,
    in_sentence,
    keeps_and_loses,
    made_surer,
    misses_line,
    never_ends,
    no_target,
    nothing_to_use,
    unpriced_devices,
    without,
)
from migplan.report.escape import flat
from migplan.report.tabular import Column, Grid, screen, width_of, wrapped
from migplan.report.timeline import move
from migplan.report.view import (
    View,
    beside_deadline,
    language_of,
    last_day,
    named,
    to_confirm,
    view_of,
)
from migplan.report.words import (
    about_hours,
    about_usd,
    break_id,
    date_words,
    days,
    files,
    known,
    moment_after,
    old_system,
    protocol,
    spaced,
)
from migplan.results.display import best_of_families
from migplan.results.model import InputResult, OptionResult, PhaseName, Plan
from migplan.results.names import cloud_name
from migplan.results.words import ARROW
from migplan.text import listed, percent_of

if TYPE_CHECKING:
    from rich.console import RenderableType

_FALLBACK = 100
"""Columns of what is no terminal."""

_PROSE = 120
"""Columns that a sentence uses at most."""

MOST_OPTIONS = 6
_NARROW, _WIDE, _WIDER = 80, 100, 120
_LEAST = 12
"""Columns below which an id is not broken further."""


def render(plan: Plan, everything: bool, terminal: bool, verbose: bool = False) -> str:
    """The plan as text as wide as the terminal, with colour only on a terminal.

    Parameters
    ----------
    everything : bool
        Whether every option is shown, and all that is known besides.
    verbose : bool
        Whether all that is known is shown of the best option of each family.
    """
    width = shutil.get_terminal_size((_FALLBACK, 24)).columns
    with speaking(language_of(plan)):
        return screen(_parts(view_of(plan, everything), width, everything or verbose), width, terminal)


def _parts(view: View, width: int, verbose: bool) -> Iterator[RenderableType | Grid]:
    plan, prose = view.plan, min(width, _PROSE)
    yield from _verdict(view, prose)
    yield from _clouds(view, width, prose)
    families = best_of_families(plan)
    shown = plan.options if view.everything else families if verbose else _compared(plan, families)
    if shown:
        yield ""
        yield _options(view, shown, width)
    more = sum(option not in shown for option in families)
    if more:
        yield say("and {count} more with --all", count=more)
    if plan.chosen is None and not verbose:
        yield from detail.ruled_out(plan, prose, titled=False)
    yield from _first(view, prose, verbose)
    if verbose:
        yield from detail.parts(view, width, prose)
    yield from _rests_on(view, prose, verbose)
    if not verbose:
        yield f"\n{worded('More: -v (targets, timeline, reasons, checks), --all (every option, ids)')}"


def _compared(plan: Plan, families: Sequence[OptionResult]) -> list[OptionResult]:
    """The recommended option, those that stand beside it as alternatives, and the next best, in the order of rank."""
    beside = {other.get("option") for other in plan.recommendation.alternatives}
    named = [option for option in plan.options if option.id in beside]
    first = [option for option in plan.options if option is plan.chosen]
    kept = {option.id: option for option in (*first, *named, *families)}
    return sorted([*kept.values()][:MOST_OPTIONS], key=lambda option: option.rank)


def _verdict(view: View, width: int) -> Iterator[RenderableType]:
    """What was asked, what to do, and when it is done."""
    from rich.text import Text

    plan, advice = view.plan, view.plan.recommendation
    yield wrapped(_asked(view), width, "")
    if plan.chosen is None:
        yield Text(nothing_to_use(plan), style="bold red")
        yield from (wrapped(sentence, width) for sentence in no_target(plan))
    else:
        style = "bold green" if advice.meets else "bold red"
        lead = f"{headline(advice)} {closest(plan)}"
        if advice.meets:
            lead = say("Recommended: {option}", option=_full(plan.chosen))
        yield Text(wrapped(lead, width, ""), style=style)
        lines = (*misses_line(plan), *_dates(view), *_outage(plan.chosen), *_costs(plan.chosen))
        kept = keeps_and_loses(plan.chosen, view.words("keep"), view.value("protocol"))
        yield from (wrapped(line, width) for line in (*lines, *kept))
    sentences = [
        *doubts(advice),
        *(made_surer(advice) if advice.meets else first_changes(advice)),
        *alternatives(advice),
    ]
    yield from (wrapped(named(plan, sentence), width) for sentence in sentences)


def _full(option: OptionResult) -> str:
    return option.name or option.id


def _asked(view: View) -> str:
    """The question in a line."""
    given = view.plan.workload
    share = given["share"]
    line = worded(", no line")
    if given["link"].text:
        assumed = worded(", assumed") if share.status == "assumed" else ""
        own, part = spaced(given["link"].text), share.text
        line = say(" over {line} ({share} usable{assumed})", line=own, share=part, assumed=assumed)
    over = protocol(given["protocol"].value, given["protocol"].text)
    region = view.input("region")
    assumed = worded(" (assumed)") if region.why.startswith("assumption") else ""
    where = say(", to {region}{assumed}", region=region.text, assumed=assumed) if region.text else ""
    if (left := given.get("from_cloud")) is not None and left.text:
        place = view.input("from_region")
        assumed = worded(" (assumed)") if place.why.startswith("assumption") else ""
        known = {"cloud": cloud_name(str(left.value)), "region": place.text, "assumed": assumed}
        where = say(", from {cloud} {region}{assumed}", **known) + where
    number = files(given["files"], given.get("file_size"))
    name, volume = given["name"].text, spaced(given["volume"].text)
    asked = say("{name}: {volume}, {files}, {over}", name=name, volume=volume, files=number, over=over)
    return flat(f"{asked}{line}{where}")


def _day(view: View, passed: float | None) -> str:
    """The date some days after the start; empty where there is none."""
    moment = moment_after(view.start, passed)
    start = view.start
    return "" if moment is None or start is None else date_words(moment.date(), start.day)


def _end(view: View, passed: float | None) -> str:
    """A date, or what stands for it where the calendar has none."""
    return _day(view, passed) or days(passed)


def _dates(view: View) -> Iterator[str]:
    """When it is likely done, and when surely, beside the deadline."""
    chosen = view.chosen
    assert chosen is not None
    if chosen.duration_days is None:
        yield worded("It never ends.")
        return
    sure = chosen.p80_days if chosen.drawn else chosen.duration_days
    if not chosen.drawn:
        dates = say("Done {day} with typical values", day=_end(view, chosen.duration_days))
    elif chosen.p50_days is None:
        dates = worded("In half of all cases or more it never ends")
    elif sure is None:
        # Without a deadline that is what is missed, which the line above says.
        never = "" if view.deadline_days is None else f"; {never_ends(drawn=True)}"
        dates = say("Likely done {day}{never}", day=_end(view, chosen.p50_days), never=never)
    else:
        likely, surely = _end(view, chosen.p50_days), _end(view, sure)
        dates = say("Likely done {likely}; 80 % sure by {sure}", likely=likely, sure=surely)
    yield say("{sentence}.", sentence=f"{dates}{_against_deadline(view, sure)}")


def _outage(chosen: OptionResult) -> Iterator[str]:
    """That people cannot write for longer than they usually do without, which nobody has said they may not."""
    if chosen.outage_usd is not None:
        span = about_hours(_cutover(chosen))
        yield say(
            "Nobody can write for {span} at the cutover. Where that is too long, give a cutover window.",
            span=span,
        )


def _against_deadline(view: View, end: float | None) -> str:
    whole = view.deadline_days
    if whole is None:
        return ""
    # A deadline of n days ends with the midnight after the last of them.
    day = _day(view, whole - 1e-6) or last_day(view) or days(whole)
    if end is None:
        return say("; it does not keep the deadline ({day})", day=day)
    return say(", {beside} the deadline ({day})", beside=beside_deadline(view, end), day=day)


def _costs(option: OptionResult) -> Iterator[str]:
    """What the move costs and the target afterwards, as far as anybody knows."""
    cost = option.cost_usd
    months = known(cost.horizon_months)
    what, amount = [worded("the move")], _total(option)
    if months is not None:
        what.append(say_many("{count} month of the target", "{count} months of the target", f"{months:g}"))
        what += [worded("what users need beside it")] if any(line.running for line in cost.lines) else []
    if amount == worded("unknown"):
        target, guide = option.parts.get("target", option.target), by_other_regions(option)
        yield say("No total: no price of {target} is known here{guide}.", target=target, guide=guide)
    else:
        template = (
            "At least {sum} USD for {what}{gap}." if "≥" in amount else "About {sum} USD for {what}{gap}."
        )
        yield say(template, sum=amount.removeprefix("≥ "), what=listed(what), gap=without(option))
    yield from filter(None, [old_system(cost, about_usd)])


def _once(option: OptionResult) -> str:
    """What is paid once; where no price of the devices is known the rest of it says nothing."""
    cost = option.cost_usd
    if unpriced_devices(option):
        return worded("unknown")
    own = [line.amount is not None for line in cost.lines if not line.monthly]
    return about_usd(cost.one_off, cost.complete or (all(own) and bool(cost.lines)))


def _monthly(option: OptionResult) -> str:
    """What the target costs a month and what users need beside it; unknown where no price of the target is known."""
    cost = option.cost_usd
    if cost.monthly is None or not cost.priced:
        return worded("unknown")
    own = [line.amount is not None for line in cost.lines if line.monthly]
    return about_usd(cost.monthly + (cost.running or 0.0), cost.complete or (all(own) and bool(own)))


def _total(option: OptionResult) -> str:
    """What move and target come to."""
    return about_usd(option.cost_usd.known_total, option.cost_usd.complete)


def _clouds(view: View, width: int, prose: int) -> Iterator[RenderableType | Grid]:
    """What each cloud offers at the best, where clouds are compared."""
    rows = view.plan.clouds
    if not rows:
        return
    best = [row.option for row in rows if row.option is not None]
    kinds = [*_times(view, any(option.drawn for option in best), width), *_money(best, width)]
    called = [
        Column("Cloud", lambda row: row.name, folds=True),
        Column("Place", lambda row: row.place, folds=True),
        _of_cloud(Column("Target", lambda option: _way(option)[1], fills=True)),
    ]
    columns = [*called, *map(_of_cloud, kinds), _of_cloud(Column("Meets\nall", _meets))]
    yield Grid(columns, rows, title=f"\n{worded(clouds.HEADING)}", gap=2 if width >= _WIDE else 1)
    yield wrapped(clouds.like_with_like(view), prose)
    yield from (wrapped(sentence, prose) for sentence in clouds.terms_of_each(view))


def _of_cloud(column: Column) -> Column:
    """A column of an option, told of the best one of a cloud."""
    return replace(column, cell=lambda row: "-" if row.option is None else column.cell(row.option))


def _options(view: View, options: Sequence[OptionResult], width: int) -> Grid:
    """Options side by side; a wide terminal has room for more columns, and the list of all has ids for names."""
    gap = 2 if width >= _WIDE else 1
    columns = [*_times(view, any(option.drawn for option in options), width), *_money(options, width)]
    if width >= _WIDER:
        columns.append(Column("Bottleneck", lambda option: worded(option.bottleneck) or "-"))
    columns.append(Column("Meets\nall", _meets))
    called = [
        Column("Option", lambda option: _way(option)[0], fills=True),
        Column("Target", lambda option: _way(option)[1], folds=True),
    ]
    if view.everything:
        room = max(_LEAST, width - sum(gap + width_of(column, options) for column in columns))
        called = [Column("Option", lambda option: break_id(option.id, room))]
    return Grid([*called, *columns], options, gap=gap)


def _way(option: OptionResult) -> tuple[str, str]:
    """How files are moved, and where to; ids where a plan has no names."""
    way, _, target = (option.short_name or f"{option.id}{ARROW}{option.target}").partition(ARROW)
    return way, target


_FAR = 3650.0  # days after which an end has no date in a table


def _times(view: View, drawn: bool, width: int) -> Iterator[Column]:
    def end(passed: float | None) -> str:
        """The year of a date in a line of its own where there is little room; no date that nobody plans for."""
        if passed is not None and passed > _FAR:
            return worded("after years")
        day = _end(view, passed)
        if current() != ENGLISH:
            return re.sub(r"(?<=^\d{4}\D)(?=\d)", "\n" if width < _WIDER else "", day)
        return re.sub(r" (?=\d{4}$)", "\n" if width < _NARROW else " ", day)

    if drawn:
        yield Column("Likely\ndone", lambda option: end(option.p50_days), numeric=True)
        yield Column("80 %\nsure by", lambda option: end(option.p80_days), numeric=True)
    else:
        yield Column("Done", lambda option: end(option.duration_days), numeric=True)
    yield Column("Cutover", lambda option: about_hours(_cutover(option)), numeric=True)


def _cutover(option: OptionResult) -> float | None:
    """What counts against the window: the cutover as short as it is in 8 of 10 cases, where there are draws."""
    return option.cutover_hours if option.cutover_hours_p80 is None else option.cutover_hours_p80


def _money(options: Sequence[OptionResult], width: int) -> Iterator[Column]:
    months = next((known(option.cost_usd.horizon_months) for option in options), None)
    over = worded("Total\nUSD") if months is None else f"{counted(months, 'month', 'g')}\nUSD"
    if width >= _WIDE:
        yield Column("One-off\nUSD", _once, numeric=True)
        yield Column("A month\nUSD", _monthly, numeric=True)
    yield Column(over, _total, numeric=True)


def _meets(option: OptionResult) -> str:
    if not option.usable:
        return worded("ruled out")
    return worded("yes") if option.meets else worded("no")


def _first(view: View, width: int, verbose: bool) -> Iterator[RenderableType | Grid]:
    """What to order and set up, from when on, and when the first copy begins."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return
    columns = [
        Column("", lambda row: f"  {row[0]}", numeric=True),
        Column("", lambda row: row[1], fills=True),
    ]
    rows = sorted([*_orders(chosen), *_begin(chosen)], key=lambda row: row[0])
    dated = [(_end(view, start), what) for start, what in rows]
    yield Grid(columns, dated, title=f"\n{worded('To do first')}", gap=2)
    checks = sum(check.severity == "required" for check in view.plan.checks)
    needs = len({need.code for need in chosen.requires})
    more = [say_many("{count} thing to have ready", "{count} things to have ready", needs)] if needs else []
    more += [counted(float(checks), "required check", "g")] if checks else []
    if more and not verbose:
        questions = [check.name for check in view.plan.checks if check.first]
        lead = say("Settle before that: {questions}. ", questions="; ".join(questions)) if questions else ""
        yield wrapped(closed_up(f"{lead}{say('{what}: see -v', what=listed(more))}"), width)


_LEADS = (PhaseName.ARRANGE, PhaseName.SET_UP_LINE, PhaseName.ORDER, PhaseName.SET_UP)


def _orders(chosen: OptionResult) -> Iterator[tuple[float, str]]:
    """What is ordered and set up, by the days from the start to when that begins."""
    for phase in chosen.phases:
        if phase.days > 0 and phase.name in _LEADS:
            yield phase.start_days, f"{_lead(chosen, phase.name)} ({_takes(phase.days)})"


def _lead(chosen: OptionResult, name: str) -> str:
    """What there is to do in a phase before the first copy."""
    parts = chosen.parts
    device = parts.get("device") or chosen.device
    if name == PhaseName.SET_UP and chosen.mover and device:
        one = chosen.devices == 1
        return worded("Set up the device on site" if one else "Set up the devices on site")
    if name in (PhaseName.SET_UP, PhaseName.SET_UP_LINE):
        tool, target = parts.get("mover") or chosen.mover or device, parts.get("target", chosen.target)
        return say("Set up {tool}, {target} and access", tool=tool, target=target)
    if name == PhaseName.ORDER and device:
        count = f"{chosen.devices} × " if chosen.devices and chosen.devices > 1 else ""
        return say(OBTAINED[chosen.obtained], what=f"{count}{in_sentence(device)}")
    return say("Arrange {route}", route=parts.get("route", chosen.route))


def _begin(chosen: OptionResult) -> Iterator[tuple[float, str]]:
    begun = move(chosen)
    if begun is not None:
        first, rest = begun
        what = worded("Loading begins" if first.name == PhaseName.LOAD else "The first copy begins")
        until = say("{time} until the cutover can begin", time=_takes(rest))
        yield first.start_days, f"{what} ({until})"


def _takes(value: float) -> str:
    """A duration in a few signs: hours below a day."""
    return about_hours(value * 24) if value < 1 else counted(round(value), "day")


_ASSUMED = messages(
    {
        "cold": "{percent} cold",
        "reduction": "{percent} saved by deduplication",
        "growth": "growth {text}",
        "rtt": "{text} round trip",
        "loss": "{percent} loss",
        "mtu": "MTU {text}",
        "source_rate": "source reads {text}",
        "agents": "{lead} agents",
        "change": "{text} changes",
        "horizon": "{text} counted",
    }
)
"""Input -> what is assumed of it, in the shortest form."""

_ASKED = ("file_size", "share")
"""Assumed, and told in the first line already."""

_NONE = messages({"reduction": "no deduplication", "growth": "no growth", "change": "no changes"})


def _assumed(name: str, item: InputResult) -> str:
    if item.value == 0 and name in _NONE:
        return worded(_NONE[name])
    text = amounts(item.text)
    part = percent_of(item.value) if isinstance(item.value, float) else text
    lead, most, count = item.text.partition(",")[0].partition("up to ")
    lead = say("up to {count}", count=count) if most else lead
    shown = _ASSUMED.get(name, f"{name.replace('_', ' ')} {{text}}")
    return say(shown, text=text, percent=part, lead=lead)


_BY_USE = {"availability": "{text}", "throughput": "{text}", "iops": "{text} IOPS"}
"""Input -> what follows of it from what the share is for, in the shortest form."""


def _by_use(view: View) -> list[str]:
    """What users are taken to need since nobody said."""
    items = {name: view.input(name) for name in _BY_USE}
    needs = [
        _BY_USE[name].format(text=worded(item.text))
        for name, item in items.items()
        if item.why.startswith("by use")
    ]
    use = worded(view.input("use").text.replace("-", " "))
    return [say("{needs} for {use} use", needs=listed(needs), use=use)] if needs else []


def _rests_on(view: View, width: int, verbose: bool) -> Iterator[RenderableType]:
    """What was assumed, which prices nobody knows, and what is to be known of inputs and option."""
    plan, chosen = view.plan, view.chosen
    yield f"\n{worded('Rests on')}"
    assumed = [
        *_by_use(view),
        *(
            _assumed(name, item)
            for name, item in plan.workload.items()
            if item.status == "assumed" and name not in _ASKED
        ),
    ]
    if assumed:
        yield wrapped(say("Assumed: {what}", what=worded(", ").join(assumed)), width)
    if chosen is not None:
        doubtful = to_confirm(chosen)
        unknown = dict.fromkeys(line.item for line in doubtful if line.status == "unknown")
        others = {line.item for line in doubtful} - set(unknown)
        if unknown:
            template = (
                "Unknown prices: {items}. `migplan prices refresh` reads what the public list has of them"
            )
            yield wrapped(say(template, items="; ".join(map(worded, unknown))), width)
        if others and not verbose:
            yield wrapped(say("Prices to confirm: {count}, see -v", count=len(others)), width)
    notes = [*plan.notes, *(chosen.notes if chosen is not None else ())]
    if notes:
        yield wrapped(say("Notes: {notes}", notes="; ".join(map(flat, notes))), width)
