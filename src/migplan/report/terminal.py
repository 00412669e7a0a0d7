"""A plan for the terminal: the answer first, then the ways side by side, then what stands in the way of others."""

from __future__ import annotations

import io
import re
import shutil
import textwrap
from collections import defaultdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migplan.report.words import days, hours, usd
from migplan.results import OptionResult, Plan

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
    if not everything:
        _impossible(console, plan)
    _footnotes(console, plan)
    lines = [line.rstrip() for line in buffer.getvalue().splitlines()]
    return "\n".join(lines) + "\n"


def best_of_families(plan: Plan) -> list[OptionResult]:
    """The best usable option of each mover or device and target, in rank order."""
    seen: set[tuple[str, str]] = set()
    found = []
    for option in plan.options:
        key = (option.family, option.target)
        if option.usable and key not in seen:
            seen.add(key)
            found.append(option)
    return found


def _answer(console: Console, plan: Plan) -> None:
    given = plan.workload
    line = (
        f" over {given['link'].text} ({given['share'].text} of it ours)"
        if given["link"].text
        else ", no line"
    )
    protocol = given["protocol"].text.upper()
    console.print(
        Text(
            f"{given['name'].text}: {given['volume'].text}, {given['files'].text} files, {protocol}{line}",
            style="bold",
        )
    )
    advice = plan.recommendation
    if advice.option is None:
        console.print(Text("Recommended: none", style="bold red"))
    else:
        style = "bold green" if advice.meets else "bold yellow"
        console.print(Text(f"Recommended: {advice.option}", style=style))
    for sentence in advice.why:
        _wrapped(console, sentence)
    for other in advice.not_chosen:
        _wrapped(console, f"Not {other['option']}: it {other['because']}.")
    for lever in advice.levers:
        _wrapped(console, f"Would do: {lever['field']} {lever['needed']} instead of {lever['now']}")
    console.print()


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
    for option in options:
        cost = option.cost_usd
        table.add_row(
            _broken(option.id, width - (71 if wide else 57)),
            days(option.duration_days),
            "-" if option.p80_days is None else days(option.p80_days),
            hours(option.cutover_hours),
            usd(cost.one_off, cost.complete),
            usd(cost.monthly, cost.complete),
            *((option.bottleneck,) if wide else ()),
            ("yes" if option.meets else "no") if option.usable else "unusable",
        )
    return table


def _broken(name: str, width: int) -> str:
    """An id that is too long for its column, broken behind a slash or a plus."""
    lines = [""]
    for part in re.split(r"(?<=[/+])", name):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("  ")
        lines[-1] += part
    return "\n".join(lines)


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
    table = Table(title="\nTargets", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Target", no_wrap=True)
    table.add_column("Fit", no_wrap=True)
    table.add_column("Systems", justify="right", no_wrap=True)
    table.add_column("USD/month", justify="right", no_wrap=True)
    table.add_column("Because", overflow="fold", ratio=1)
    for target in sorted(
        plan.targets, key=lambda t: (not t.fit, t.monthly_usd is None, t.monthly_usd or 0.0)
    ):
        because = "; ".join(reason.text for reason in (*target.reasons, *target.cautions))
        table.add_row(
            target.id,
            "yes" if target.fit else "no",
            str(target.count),
            usd(target.monthly_usd, target.complete),
            because or "serves the protocol and keeps what must be kept",
        )
    return table


def _impossible(console: Console, plan: Plan) -> None:
    """One line for each thing that cannot be used in any way: its first reason."""
    usable = {name for option in plan.options if option.usable for name in (option.device, option.mover)}
    first: dict[str, str] = {}
    for option in plan.options:
        name = option.device or option.mover or ""
        if name not in usable and option.reasons:
            first.setdefault(name, option.reasons[0].text)
    groups: dict[str, list[str]] = defaultdict(list)
    for name, text in first.items():
        groups[text].append(name)
    if groups:
        console.print("\nNot possible, because")
    for text, names in groups.items():
        _wrapped(console, f"{', '.join(names)}: {text}")


def _footnotes(console: Console, plan: Plan) -> None:
    console.print()
    assumed = [f"{name} {item.text}" for name, item in plan.workload.items() if item.status == "assumed"]
    if assumed:
        _wrapped(console, f"Assumed: {', '.join(assumed)}", "")
    chosen = plan.chosen
    if chosen is not None:
        for note in chosen.notes:
            _wrapped(console, f"Note: {note}", "")
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
