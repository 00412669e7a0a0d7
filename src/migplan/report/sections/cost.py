"""What the recommended plan costs: in short, and line by line so that anyone can add it up again."""

from __future__ import annotations

from migplan.errors import counted
from migplan.language import message, worded
from migplan.report.escape import Markup, text
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import FULL, View, appendix, heading, paragraphs, say, unit_words
from migplan.report.words import about_usd, cents, dated, exact, least, mid_sentence, old_system
from migplan.results.model import CostResult, LedgerLine
from migplan.text import listed, usd

_LEAD = message(
    "Each amount is quantity times unit price, in USD, before tax, at list prices without discounts."
)
_SMALL = 5.0
"""An item of less than this is left out on the first page, which says so; the ledger has it. [USD]."""

_DIGITS = 7
"""Digits of quantities and unit prices in the short report: enough to find each amount again to the dollar."""


def short_cost(view: View) -> str:
    """Amounts by item to the dollar, the total, and what is not counted; the rest stands in the ledger."""
    chosen = view.chosen
    if chosen is None:
        return ""
    found = chosen.cost_usd
    lines = [line for line in found.lines if not _is_small(line)]
    columns = [
        Column("Item", lambda line: worded(line.item)),
        Column("One-off USD", lambda line: "" if line.monthly else usd(line.amount), numeric=True),
        Column("USD a month", lambda line: usd(line.amount) if line.monthly else "", numeric=True),
        Column("Price", _status),
    ]
    return paragraphs(
        say("### What it costs"),
        table(columns, lines) if lines else "",
        _sums(found),
        text(old_system(found, least)),
        _uncounted(found),
    )


def _sums(cost: CostResult) -> str:
    """The sums that the total follows from, to the dollar."""
    months = cost.horizon_months
    small = [line for line in cost.lines if _is_small(line)]
    least_ = say("less than {amount} USD", amount=f"{_SMALL:.0f}")
    least_ = say("nothing") if all(line.amount == 0 for line in small) else least_
    left = Markup("")
    if small:
        template = message(" One item that costs {least} is left out.")
        if len(small) > 1:
            template = message(" {items} that cost {least} are left out.")
        left = say(template, items=counted(len(small), "item"), least=least_)
    return say(
        "**{total} USD over {span}**: {once} once, {month} a month for the target{beside}. Before tax, at list prices;"
        " to the cent in {ledger}.{left}{guide}",
        total=about_usd(cost.known_total, cost.complete),
        span=counted(months, "month", "g"),
        once=about_usd(cost.one_off, _known_part(cost, monthly=False)),
        month=about_usd(cost.monthly, _known(cost, running=False)),
        beside=_beside_it(cost),
        ledger=appendix("ledger"),
        left=left,
        guide=_guide(cost),
    )


def _guide(cost: CostResult) -> Markup:
    """What it would be about by the prices of other Regions, where no price of the target is known in this one."""
    if cost.known_total is not None or cost.guide_total is None:
        return Markup("")
    return say(
        " By the dearest price of other Regions it would be about {usd} USD.", usd=about_usd(cost.guide_total)
    )


def _is_small(line: LedgerLine) -> bool:
    return line.amount is not None and abs(line.amount) < _SMALL


def _beside_it(cost: CostResult) -> Markup:
    """What a month costs beside the target; empty where only the target costs something."""
    if not any(line.running for line in cost.lines):
        return Markup("")
    usd_ = about_usd(cost.running, _known(cost, running=True))
    return say(" and {usd} for what users need beside it", usd=usd_)


def _known_part(cost: CostResult, monthly: bool) -> bool:
    """Whether all prices of the move, or of each month, are known."""
    return all(line.amount is not None for line in cost.lines if line.monthly == monthly)


def _known(cost: CostResult, running: bool) -> bool:
    """Whether all prices of the target, or of what is needed beside it, are known."""
    return all(line.amount is not None for line in cost.lines if line.monthly and line.running == running)


def _uncounted(cost: CostResult) -> str:
    """The names of what else a year may cost; the ledger says more of each."""
    names = [mid_sentence(entry.partition(":")[0]) for entry in cost.not_counted]
    return (
        say("Not counted ({ledger}): {names}.", ledger=appendix("ledger"), names=listed(names))
        if names
        else ""
    )


def _not_counted(cost: CostResult) -> str:
    """What else a year may cost, and why it is in no sum."""
    return (
        paragraphs(
            say("Not counted:"), bullets(say("{sentence}.", sentence=each) for each in cost.not_counted)
        )
        if cost.not_counted
        else ""
    )


def ledger(view: View) -> str:
    """One-off and monthly lines with quantity, unit price and amount, and how the total follows from them."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs(heading("ledger"), say("Without an option there is no cost."))
    cost = chosen.cost_usd
    once = [line for line in cost.lines if not line.monthly]
    rent = [line for line in cost.lines if line.monthly and not line.running]
    rounded = say(" Quantities and unit prices are rounded; all digits, and notes: {full}.", full=FULL)
    return paragraphs(
        heading("ledger"),
        Markup(f"{say(_LEAD)}{'' if view.full else rounded}"),
        _part(view, say("### Once, for the move"), cost.one_off, once),
        _part(view, say("### Each month, for the target"), cost.monthly, rent, often=say(" a month")),
        _beside(view, cost),
        _total(cost),
        text(old_system(cost, least)),
        _not_counted(cost),
        _notes(cost) if view.full else "",
    )


def _beside(view: View, cost: CostResult) -> str:
    """What is needed beside the target; empty where there is none of it."""
    lines = [line for line in cost.lines if line.running]
    if not lines:
        return ""
    return _part(view, say("### Each month, beside the target"), cost.running, lines, often=say(" a month"))


def _part(view: View, title: str, total: float | None, lines: list[LedgerLine], often: str = "") -> str:
    complete = all(line.amount is not None for line in lines)
    if not lines:
        return paragraphs(title, say("Nothing: {amount} USD.", amount=cents(total)))
    digits = 12 if view.full else _DIGITS
    columns = [
        Column("Item", lambda line: worded(line.item)),
        Column("Quantity", lambda line: exact(line.quantity, digits), numeric=True),
        Column("Unit", lambda line: unit_words(line.unit, line.quantity)),
        Column("Unit price (USD)", lambda line: exact(line.unit_price, digits), numeric=True),
        Column("Amount (USD)", lambda line: cents(line.amount), numeric=True),
        Column("Source", lambda line: view.sources.cite(line.source) if line.source else worded("none")),
        Column("As of", lambda line: line.as_of or "-"),
        Column("Status", lambda line: dated(line.status, "") if line.old else worded(line.status)),
    ]
    sum_line = say(
        "Sum: **{total} USD{often}**.",
        total=cents(total, complete),
        often=Markup(often),
    )
    return paragraphs(title, table(columns, lines), sum_line)


def _status(line: LedgerLine) -> str:
    return dated(line.status, line.as_of) if line.old else worded(line.status)


def _total(cost: CostResult) -> str:
    month = cents(cost.monthly)
    if any(line.running for line in cost.lines):
        month = f"({month} + {cents(cost.running)})"
    return say(
        "Total over {span}: {once} + {months} x {month} = **{total} USD**.",
        span=counted(cost.horizon_months, "month", "g"),
        months=exact(cost.horizon_months),
        once=cents(cost.one_off),
        month=month,
        total=cents(cost.horizon_total, cost.complete),
    )


def _notes(cost: CostResult) -> str:
    notes = dict.fromkeys(
        say("{item}: {note}", item=worded(line.item), note=line.note) for line in cost.lines if line.note
    )
    return paragraphs(say("Notes on the lines:"), bullets(notes)) if notes else ""
