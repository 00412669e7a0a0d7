"""A plan for the terminal: the answer first, then the ways side by side, then what stands in the way of others."""

from __future__ import annotations

import shutil
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from migplan.report.advice import (
    first_changes,
    headline,
    instead,
    missed,
    other_changes,
    passed_over,
    unsure,
)
from migplan.report.tabular import WIDEST, screen
from migplan.report.view import best_of_families, kind_of, ruled_out, run_as, to_confirm
from migplan.report.words import broken, days, files, hours, protocol, usd
from migplan.results.model import CostResult, OptionResult, Plan

if TYPE_CHECKING:
    from rich.console import RenderableType


def render(plan: Plan, everything: bool, terminal: bool) -> str:
    """The plan as text of at most 100 columns, with colour only on a terminal."""
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)
    return screen(_parts(plan, everything, width), width, terminal)


def _parts(plan: Plan, everything: bool, width: int) -> Iterator[RenderableType]:
    yield from _answer(plan, width)
    shown = plan.options if everything else best_of_families(plan)
    yield _options(shown, width)
    yield from _run(plan, width)
    timeline = _timeline(plan, width)
    if timeline is not None:
        yield timeline
    yield _targets(plan)
    yield from _unfit(plan, width)
    if not everything:
        yield from _impossible(plan, width)
    yield from _footnotes(plan, width)


def _answer(plan: Plan, width: int) -> Iterator[RenderableType]:
    given = plan.workload
    line = (
        f" over {given['link'].text} ({given['share'].text} of it ours)"
        if given["link"].text
        else ", no line"
    )
    over = protocol(given["protocol"].value, given["protocol"].text)
    yield Text(
        f"{given['name'].text}: {given['volume'].text}, {files(given['files'])}, {over}{line}", style="bold"
    )
    yield from _verdict(plan, width)
    for sentence in _reasons(plan):
        yield _wrapped(width, sentence)
    yield ""


def _verdict(plan: Plan, width: int) -> Iterator[Text | str]:
    """Whether anything meets comes first, and what it is."""
    advice = plan.recommendation
    if advice.option is None:
        yield Text("Recommended: none", style="bold red")
        yield from (_wrapped(width, sentence) for sentence in first_changes(advice))
    elif advice.meets:
        yield Text(f"Recommended: {advice.option}", style="bold green")
    else:
        yield Text(headline(advice), style="bold red")
        yield Text(f"Closest: {advice.option}", style="bold yellow")
        for sentence in (*missed(plan), *first_changes(advice)):
            yield _wrapped(width, sentence)


def _reasons(plan: Plan) -> list[str]:
    advice = plan.recommendation
    return [
        *unsure(advice),
        *advice.why,
        *instead(advice),
        *(f"Not {other['option']}: it {other['because']}." for other in passed_over(advice)),
        *(() if advice.meets else other_changes(advice)),
    ]


def _wrapped(width: int, text: str, lead: str = "  ") -> str:
    """A sentence over as many lines as it takes, the later ones set in."""
    lines = textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=f"{lead}  ", break_on_hyphens=False
    )
    return "\n".join(lines)


def _options(options: list[OptionResult] | tuple[OptionResult, ...], width: int) -> Table:
    """The ways side by side; narrow terminals leave out what bounds each."""
    wide = width >= WIDEST
    table = Table(title="Ways", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Way", no_wrap=True, ratio=1)
    for name in ("Typical", "P80", "Cutover", "Once USD", "USD/month"):
        table.add_column(name, justify="right", no_wrap=True)
    if wide:
        table.add_column("Bound by", no_wrap=True)
    table.add_column("Meets", no_wrap=True)
    drawn = any(option.p80_days is not None for option in options)
    for option in options:
        cost = option.cost_usd
        table.add_row(
            broken(option.id, width - (71 if wide else 57)),
            days(option.duration_days),
            days(option.p80_days) if drawn else "-",
            hours(option.cutover_hours),
            usd(cost.one_off, cost.complete),
            usd(cost.monthly, cost.complete),
            *((option.bottleneck,) if wide else ()),
            ("yes" if option.meets else "no") if option.usable else "unusable",
        )
    return table


def _run(plan: Plan, width: int) -> Iterator[RenderableType]:
    """How the best way of each mover or device and target is run, and in which configuration it ends."""
    told = [option for option in best_of_families(plan) if option.usable and option.run_with]
    if told:
        yield "\nRun with"
    for option in told:
        yield _wrapped(width, f"{option.id}: {'; '.join(filter(None, run_as(plan, option)))}")


def _timeline(plan: Plan, width: int) -> Table | None:
    """The phases of the recommended way as bars over the days."""
    chosen = plan.chosen
    if chosen is None or not chosen.phases:
        return None
    end = max(phase.end_days for phase in chosen.phases)
    room = width - 44
    table = Table(title="\nTimeline", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Phase", no_wrap=True)
    table.add_column("From day", justify="right", no_wrap=True)
    table.add_column("Takes", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for phase in chosen.phases:
        left = round(phase.start_days / end * room)
        length = max(1, round(phase.days / end * room))
        bar = " " * min(left, room - 1) + "█" * length
        table.add_row(phase.name, f"{phase.start_days:.1f}", days(phase.days), bar[:room])
    return table


def _targets(plan: Plan) -> Table:
    """The targets that fit, the cheapest first, and what to mind about each."""
    table = Table(title="\nTargets", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Target", no_wrap=True)
    table.add_column("Systems", justify="right", no_wrap=True)
    table.add_column("USD/month", justify="right", no_wrap=True)
    table.add_column("To mind", overflow="fold", ratio=1)
    fit = [target for target in plan.targets if target.fit]
    for target in sorted(fit, key=lambda t: (t.monthly_usd is None, t.monthly_usd or 0.0)):
        table.add_row(
            target.id,
            str(target.count),
            usd(target.monthly_usd, target.complete),
            "; ".join(reason.text for reason in target.cautions) or "-",
        )
    return table


def _unfit(plan: Plan, width: int) -> Iterator[RenderableType]:
    """The other targets, with all kinds of reasons."""
    for target in plan.targets:
        if not target.fit:
            yield _wrapped(width, f"Not {target.id}: {'; '.join(reason.text for reason in target.reasons)}")


def _impossible(plan: Plan, width: int) -> Iterator[RenderableType]:
    """What can be used in no way, one line a kind of reason; reports have the reasons in full."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in ruled_out(plan).items():
        groups[kind_of(reason.code)].append(name)
    if groups:
        yield "\nNot possible, because"
    for text, names in groups.items():
        yield _wrapped(width, f"{text}: {', '.join(names)}")


def _beside(cost: CostResult) -> Iterator[str]:
    """What users need each month beside the target, and what of it is not counted."""
    items = "; ".join(f"{line.item}: {usd(line.amount)}" for line in cost.lines if line.running)
    if items:
        yield f"Beside the target each month, in USD: {items}"
    if cost.not_counted:
        yield f"Not counted: {'; '.join(cost.not_counted)}"


def _footnotes(plan: Plan, width: int) -> Iterator[RenderableType]:
    yield ""
    assumed = [f"{name} {item.text}" for name, item in plan.workload.items() if item.status == "assumed"]
    if assumed:
        yield _wrapped(width, f"Assumed: {', '.join(assumed)}", "")
    chosen = plan.chosen
    for note in (*plan.notes, *(chosen.notes if chosen is not None else ())):
        yield _wrapped(width, f"Note: {note}", "")
    if chosen is not None:
        yield from (_wrapped(width, told, "") for told in _beside(chosen.cost_usd))
        doubtful = dict.fromkeys(line.item for line in to_confirm(chosen))
        if doubtful:
            prices = ", ".join(doubtful)
            yield _wrapped(width, f"Prices to confirm before you rely on them: {prices}", "")
    required = [check.name for check in plan.checks if check.severity == "required"]
    if required:
        yield _wrapped(width, f"Required checks: {', '.join(required)}", "")
