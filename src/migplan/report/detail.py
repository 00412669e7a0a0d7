"""The rest of a plan for the terminal, which -v asks for: timeline, targets, how options are run, why not others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from migplan.language import message, say, worded
from migplan.report.advice import other_changes, passed_over
from migplan.report.tabular import Column, Grid, width_of, wrapped
from migplan.report.timeline import shown
from migplan.report.view import View, named, ruled_out_by_kind, run_as, to_confirm
from migplan.report.words import about_usd, days, span_words
from migplan.results.display import best_of_families
from migplan.results.model import CostResult, OptionResult, PhaseResult, Plan, TargetResult
from migplan.text import usd

if TYPE_CHECKING:
    from rich.console import RenderableType


def parts(view: View, width: int, prose: int) -> Iterator[RenderableType | Grid]:
    """All that stands behind the first page.

    Parameters
    ----------
    width, prose : int
        Columns of tables, and of sentences at most.
    """
    plan = view.plan
    yield from _why(plan, prose)
    yield from _run(plan, prose)
    yield from _timeline(view, width, prose)
    yield _targets(plan)
    yield from _unfit(plan, prose)
    yield from ruled_out(plan, prose)
    if view.chosen is not None:
        yield from _cost(view.chosen, prose)
        yield from _ready(view, view.chosen, prose)
    yield from _facts(plan)


def _why(plan: Plan, width: int) -> Iterator[RenderableType]:
    advice = plan.recommendation
    sentences = [
        *advice.why,
        *(
            say("Not {option}: it {because}.", option=other["option"], because=other["because"])
            for other in passed_over(advice)
        ),
        *(() if advice.meets else other_changes(advice)),
    ]
    if sentences:
        yield f"\n{worded('Why')}"
    yield from (wrapped(named(plan, sentence), width) for sentence in sentences)


def _run(plan: Plan, width: int) -> Iterator[RenderableType]:
    """How the best option of each mover or device and target is run, and in which configuration it ends."""
    usable = [option for option in best_of_families(plan) if option.usable and option.run_with]
    if usable:
        yield f"\n{worded('Run with')}"
    for option in usable:
        settings = "; ".join(filter(None, run_as(plan, option)))
        yield wrapped(f"{option.short_name or option.id}: {settings} ({option.id})", width)


def _timeline(view: View, width: int, prose: int) -> Iterator[RenderableType | Grid]:
    """The phases of the recommended option as bars over the days."""
    chosen = view.chosen
    if chosen is None or not chosen.phases:
        return
    end = max(phase.end_days for phase in chosen.phases)
    called = {phase.name: shown(phase.name, view.changes) for phase in chosen.phases}

    def bar(phase: PhaseResult) -> str:
        left = round(phase.start_days / end * room)
        length = max(1, round(phase.days / end * room))
        return f"{' ' * min(left, room - 1)}{'█' * length}"[:room]

    known = [
        Column("Phase", lambda phase: called[phase.name]),
        Column("From day", lambda phase: f"{phase.start_days:.1f}", numeric=True),
        Column("Takes", lambda phase: days(phase.days), numeric=True),
    ]
    # A column is as wide as its texts, and two numbers in English take so much.
    numbers = max(19, 3 + sum(width_of(column, chosen.phases) for column in known[1:]))
    room = max(10, min(width, 140) - width_of(known[0], chosen.phases) - numbers)
    # What is done beside each other, such as by device and over the line, in the order in which it begins.
    rows = sorted(chosen.phases, key=lambda one: one.start_days)
    yield Grid([*known, Column("", bar)], rows, title=f"\n{worded('Timeline')}", gap=1)
    yield from (wrapped(sentence, prose) for sentence in _apart(view, chosen))


_APART = 2.0
"""Days from which on a reader sees that two dates of the same end are not the same."""


def _apart(view: View, chosen: OptionResult) -> Iterator[str]:
    """Why a timeline ends on another day than the likely date, where it does."""
    likely, typical = chosen.p50_days, chosen.duration_days
    if likely is not None and typical is not None and abs(likely - typical) >= _APART:
        template = message(
            "The timeline shows typical values and ends {span} after the likely date, which is the median of all "
            "cases."
        )
        if typical < likely:
            template = message(
                "The timeline shows typical values and ends {span} before the likely date, which is the median of all "
                "cases."
            )
        yield say(template, span=span_words(abs(likely - typical)))


def _targets(plan: Plan) -> Grid:
    """The targets that fit, the cheapest first, and notes on each."""
    fit = [target for target in plan.targets if target.fit]
    columns = [
        Column("Target", lambda target: target.short_name or target.name),
        Column("Systems", lambda target: str(target.count), numeric=True),
        Column(
            "Target alone\nUSD/month",
            lambda target: about_usd(target.monthly_usd, target.complete),
            numeric=True,
        ),
        Column("Notes", _cautions, fills=True),
    ]
    fit.sort(key=lambda target: (target.monthly_usd is None, target.monthly_usd or 0.0))
    return Grid(columns, fit, title=f"\n{worded('Targets')}", gap=1)


def _cautions(target: TargetResult) -> str:
    return "; ".join(reason.text.removesuffix(".") for reason in target.cautions) or "-"


def _unfit(plan: Plan, width: int) -> Iterator[RenderableType]:
    """The other targets, with all kinds of reasons."""
    for target in plan.targets:
        if not target.fit:
            reasons = "; ".join(reason.text for reason in target.reasons)
            name = target.short_name or target.name
            yield wrapped(say("Not {target}: {reasons}", target=name, reasons=reasons), width)


def ruled_out(plan: Plan, width: int, titled: bool = True) -> Iterator[RenderableType]:
    """Movers and devices that cannot be used, one line a kind of reason; reports have the reasons in full."""
    kinds = ruled_out_by_kind(plan)
    if kinds:
        yield f"\n{worded('Ruled out')}" if titled else ""
    for kind, names in kinds.items():
        yield wrapped(f"{kind}: {'; '.join(names)}", width)


def _cost(chosen: OptionResult, width: int) -> Iterator[RenderableType]:
    sentences = [*_beside(chosen.cost_usd)]
    doubtful = "; ".join(dict.fromkeys(worded(line.item) for line in to_confirm(chosen)))
    if doubtful:
        sentences.append(say("Prices to confirm before you rely on them: {items}", items=doubtful))
    if sentences:
        yield f"\n{worded('Costs')}"
    yield from (wrapped(sentence, width) for sentence in sentences)


def _beside(cost: CostResult) -> Iterator[str]:
    """What users need each month beside the target, and what of it is not counted."""
    items = "; ".join(f"{worded(line.item)}: {usd(line.amount)}" for line in cost.lines if line.running)
    if items:
        yield say("Beside the target each month, in USD: {items}", items=items)
    if cost.not_counted:
        yield say("Not counted: {items}", items="; ".join(cost.not_counted))


def _ready(view: View, chosen: OptionResult, width: int) -> Iterator[RenderableType]:
    """What must be there before the first copy, and the checks that are required."""
    needs = {need.code: need.text for need in chosen.requires}
    if needs:
        yield f"\n{worded('To have ready')}"
    yield from (wrapped(text, width) for text in needs.values())
    required = [check for check in view.plan.checks if check.severity == "required"]
    if required:
        yield f"\n{worded('Required checks')}"
    yield from (wrapped(f"{check.name}: {check.text}", width) for check in required)


def _facts(plan: Plan) -> Iterator[RenderableType]:
    """How many facts it rests on; they are too many for a terminal."""
    if plan.facts:
        template = "Facts used: {count}, with source and date in --format json and in the report"
        yield f"\n{say(template, count=len(plan.facts))}"
