"""A plan for the terminal: the answer first, then the ways side by side, then what stands in the way of others."""

from __future__ import annotations

import io
import shutil
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
    console.print(_options(shown))
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
        console.print(f"  {sentence}")
    for other in advice.not_chosen:
        console.print(f"  Not {other['option']}: it {other['because']}.")
    for lever in advice.levers:
        console.print(f"  Would do: {lever['field']} {lever['needed']} instead of {lever['now']}")
    console.print()


def _options(options: list[OptionResult] | tuple[OptionResult, ...]) -> Table:
    table = Table(title="Ways", title_justify="left", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Option", overflow="fold", ratio=1)
    for name in ("Done in", "Cutover", "Once USD", "USD/month"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Bound by", no_wrap=True)
    table.add_column("Meets", no_wrap=True)
    for option in options:
        cost = option.cost_usd
        table.add_row(
            option.id,
            days(option.duration_days),
            hours(option.cutover_hours),
            usd(cost.one_off, cost.complete),
            usd(cost.monthly, cost.complete),
            option.bottleneck,
            "yes"
            if option.meets
            else "no"
            if option.usable
            else ", ".join(r.code for r in option.reasons[:2]),
        )
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
    """One line a reason: what cannot be used, and why."""
    groups: dict[str, list[str]] = defaultdict(list)
    usable = {option.family for option in plan.options if option.usable}
    for option in plan.options:
        name = option.device or option.mover or ""
        if not option.usable and option.family not in usable and option.reasons:
            text = option.reasons[0].text
            if name not in groups[text]:
                groups[text].append(name)
    if groups:
        console.print("\nNot possible, because")
    for text, names in groups.items():
        console.print(f"  {', '.join(names)}: {text}")


def _footnotes(console: Console, plan: Plan) -> None:
    assumed = [f"{name} {item.text}" for name, item in plan.workload.items() if item.status == "assumed"]
    if assumed:
        console.print(f"\nAssumed: {', '.join(assumed)}")
    chosen = plan.chosen
    if chosen is not None:
        for note in chosen.notes:
            console.print(f"Note: {note}")
        doubtful = [
            line.item
            for line in chosen.cost_usd.lines
            if line.status in ("unconfirmed", "unknown") or line.old
        ]
        if doubtful:
            console.print(f"Prices to confirm before you rely on them: {', '.join(dict.fromkeys(doubtful))}")
    required = [check.name for check in plan.checks if check.severity == "required"]
    if required:
        console.print(f"Required checks: {', '.join(required)}")
