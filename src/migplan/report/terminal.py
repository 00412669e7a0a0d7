"""A plan for the terminal: the answer first, then the ways side by side, then what stands in the way of others."""

from __future__ import annotations

import io
import shutil
import textwrap
from collections import defaultdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migplan.report.advice import (
    change_told,
    headline,
    instead,
    missed,
    nothing_meets,
    passed_over,
    smallest,
    unsure,
)
from migplan.report.view import best_of_families, kind_of, ruled_out
from migplan.report.words import broken, days, files, hours, protocol, usd
from migplan.results.model import OptionResult, Plan

WIDEST = 100


def render(plan: Plan, everything: bool, terminal: bool) -> str:
    """The plan as text of at most 100 columns, with colour only on a terminal."""
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)
    buffer = io.StringIO()
    console = Console(
        file=buffer, width=width, force_terminal=terminal, highlight=False, emoji=False, markup=False
    )
    _answer(console, plan)
    shown = plan.options if everything else best_of_families(plan)
    console.print(_options(shown, width))
    timeline = _timeline(plan, width)
    if timeline is not None:
        console.print(timeline)
    console.print(_targets(plan))
    _unfit(console, plan)
    if not everything:
        _impossible(console, plan)
    _footnotes(console, plan)
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    return "\n".join(lines) + "\n"


def _answer(console: Console, plan: Plan) -> None:
    given = plan.workload
    line = (
        f" over {given['link'].text} ({given['share'].text} of it ours)"
        if given["link"].text
        else ", no line"
    )
    over = protocol(given["protocol"].value, given["protocol"].text)
    console.print(
        Text(
            f"{given['name'].text}: {given['volume'].text}, {files(given['files'])}, {over}{line}",
            style="bold",
        )
    )
    _verdict(console, plan)
    for sentence in _reasons(plan):
        _wrapped(console, sentence)
    console.print()


def _verdict(console: Console, plan: Plan) -> None:
    """Whether anything meets comes first, and what it is."""
    advice = plan.recommendation
    if advice.option is None:
        console.print(Text("Recommended: none", style="bold red"))
    elif advice.meets:
        console.print(Text(f"Recommended: {advice.option}", style="bold green"))
    else:
        console.print(Text(headline(advice), style="bold red"))
        console.print(Text(f"Closest: {advice.option}", style="bold yellow"))
        for sentence in (*missed(advice), smallest(advice)):
            _wrapped(console, sentence)


def _reasons(plan: Plan) -> list[str]:
    advice = plan.recommendation
    levers = [*advice.levers, *advice.pairs]
    if nothing_meets(plan):
        # The first lines have that one.
        levers = [lever for lever in levers if change_told(lever) not in smallest(advice)]
    return [
        *unsure(advice),
        *advice.why,
        *instead(advice),
        *(f"Not {other['option']}: it {other['because']}." for other in passed_over(advice)),
        *(f"Would do: {change_told(lever)}" for lever in levers),
    ]


def _wrapped(console: Console, text: str, lead: str = "  ") -> None:
    """A sentence over as many lines as it takes, the later ones set in."""
    lines = textwrap.wrap(
        text, console.width, initial_indent=lead, subsequent_indent=f"{lead}  ", break_on_hyphens=False
    )
    console.print("\n".join(lines))


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


def _timeline(plan: Plan, width: int) -> Table | None:
    """The phases of the recommended way as bars over the days."""
    chosen = plan.chosen
    if chosen is None or not chosen.phases:
        return None
    end = max(phase.start_days + phase.days for phase in chosen.phases)
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


def _unfit(console: Console, plan: Plan) -> None:
    """The other targets, with all kinds of reasons."""
    for target in plan.targets:
        if not target.fit:
            _wrapped(console, f"Not {target.id}: {'; '.join(reason.text for reason in target.reasons)}")


def _impossible(console: Console, plan: Plan) -> None:
    """What can be used in no way, one line a kind of reason; reports have the reasons in full."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in ruled_out(plan).items():
        groups[kind_of(reason.code)].append(name)
    if groups:
        console.print("\nNot possible, because")
    for text, names in groups.items():
        _wrapped(console, f"{text}: {', '.join(names)}")


def _footnotes(console: Console, plan: Plan) -> None:
    console.print()
    assumed = [f"{name} {item.text}" for name, item in plan.workload.items() if item.status == "assumed"]
    if assumed:
        _wrapped(console, f"Assumed: {', '.join(assumed)}", "")
    chosen = plan.chosen
    for note in (*plan.notes, *(chosen.notes if chosen is not None else ())):
        _wrapped(console, f"Note: {note}", "")
    if chosen is not None:
        doubtful = [
            line.item
            for line in chosen.cost_usd.lines
            if line.status in ("unconfirmed", "unknown") or line.old
        ]
        if doubtful:
            prices = ", ".join(dict.fromkeys(doubtful))
            _wrapped(console, f"Prices to confirm before you rely on them: {prices}", "")
    required = [check.name for check in plan.checks if check.severity == "required"]
    if required:
        _wrapped(console, f"Required checks: {', '.join(required)}", "")
