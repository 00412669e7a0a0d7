"""What the recommended plan costs: in short, and line by line so that anyone can add it up again."""

from __future__ import annotations

from migplan.report.escape import Markup
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import View, appendix, heading, paragraphs, say
from migplan.report.words import cents, exact
from migplan.results.model import CostResult, LedgerLine


def cost(view: View) -> str:
    """Amounts by item, their sums and the total; quantities, unit prices and sources stand in the ledger."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs("## Cost", "Without a way there is no cost.")
    found = chosen.cost_usd
    columns = [
        Column("Item", lambda line: line.item),
        Column("Once (USD)", lambda line: "-" if line.monthly else cents(line.amount), numeric=True),
        Column("A month (USD)", lambda line: cents(line.amount) if line.monthly else "-", numeric=True),
        Column("Price", _status),
    ]
    behind = appendix("ledger")
    lead = f"Before tax, at list prices without discounts; quantities, unit prices and sources stand in {behind}."
    return paragraphs("## Cost", lead, table(columns, found.lines) if found.lines else "", _total(found))


def ledger(view: View) -> str:
    """One-off and monthly lines with quantity, unit price and amount, and how the total follows from them."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs(heading("ledger"), "Without a way there is no cost.")
    cost = chosen.cost_usd
    return paragraphs(
        heading("ledger"),
        "Each amount is quantity times unit price. Amounts are in USD, before tax, at list prices without discounts.",
        _part(view, cost, "Once, for the move", monthly=False),
        _part(view, cost, "Each month, for the target", monthly=True),
        _total(cost),
        _old_system(cost),
        _notes(cost),
    )


def _part(view: View, cost: CostResult, title: str, monthly: bool) -> str:
    lines = [line for line in cost.lines if line.monthly == monthly]
    total = cost.monthly if monthly else cost.one_off
    complete = all(line.amount is not None for line in lines)
    if not lines:
        return paragraphs(f"### {title}", f"Nothing: {cents(total)} USD.")
    columns = [
        Column("Item", lambda line: line.item),
        Column("Quantity", lambda line: exact(line.quantity), numeric=True),
        Column("Unit", lambda line: line.unit),
        Column("Unit price (USD)", lambda line: exact(line.unit_price), numeric=True),
        Column("Amount (USD)", lambda line: cents(line.amount), numeric=True),
        Column("Source", lambda line: view.sources.cite(line.source) if line.source else "none"),
        Column("As of", lambda line: line.as_of or "-"),
        Column("Status", _status),
    ]
    sum_line = say(
        "Sum: **{total} USD{often}**.",
        total=cents(total, complete),
        often=Markup(" a month" if monthly else ""),
    )
    return paragraphs(f"### {title}", table(columns, lines), sum_line)


def _status(line: LedgerLine) -> str:
    return f"{line.status}, old" if line.old else line.status


def _total(cost: CostResult) -> str:
    months = exact(cost.horizon_months)
    return say(
        "Total over {span}: {once} + {months} x {month} = **{total} USD**.",
        span=f"{months} month{'' if months == '1' else 's'}",
        months=months,
        once=cents(cost.one_off),
        month=cents(cost.monthly),
        total=cents(cost.horizon_total, cost.complete),
    )


def _old_system(cost: CostResult) -> Markup:
    """What the old system costs beside the new one, and what is saved once it is gone; empty where nobody says."""
    if cost.double_running is None:
        return Markup("")
    told = say(
        "The old system costs {usd} USD more until the move is done; that is not in the total.",
        usd=cents(cost.double_running),
    )
    if cost.saving is None:
        after = Markup("What it saves afterwards cannot be said: a price of the target is not known.")
    else:
        what = "saves" if cost.saving >= 0 else "costs in addition"
        after = say(
            "Once it is gone, the target {what} {usd} USD a month.", what=what, usd=cents(abs(cost.saving))
        )
    return say("{told} {after}", told=told, after=after)


def _notes(cost: CostResult) -> str:
    notes = dict.fromkeys(
        say("{item}: {note}", item=line.item, note=line.note) for line in cost.lines if line.note
    )
    return paragraphs(Markup("Notes on the lines:"), bullets(notes)) if notes else ""
