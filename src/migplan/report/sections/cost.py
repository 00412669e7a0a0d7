"""What the recommended plan costs: in short, and line by line so that anyone can add it up again."""

from __future__ import annotations

from migplan.report.escape import Markup
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import View, appendix, heading, paragraphs, say
from migplan.report.words import cents, exact
from migplan.results.model import CostResult, LedgerLine


def cost(view: View) -> str:
    """Amounts by item, what is not counted and the total; quantities, prices and sources stand in the ledger."""
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
    lines = table(columns, found.lines) if found.lines else ""
    return paragraphs("## Cost", lead, lines, _each_month(found), _total(found), _not_counted(found))


def _each_month(cost: CostResult) -> str:
    """What a month costs, of the target and beside it; empty where only the target does."""
    if not any(line.running for line in cost.lines):
        return ""
    return say(
        "A month: {target} USD for the target and {beside} USD for what users need beside it, from the cutover on;"
        " what is counted beside it follows from what the shares are for (`use`) and is the same for every way there.",
        target=cents(cost.monthly, _known(cost, running=False)),
        beside=cents(cost.running, _known(cost, running=True)),
    )


def _known(cost: CostResult, running: bool) -> bool:
    """Whether all prices of the target, or of what is needed beside it, are known."""
    return all(line.amount is not None for line in cost.lines if line.monthly and line.running == running)


def _not_counted(cost: CostResult) -> str:
    """What else a year may cost, in one sentence."""
    told = "; ".join(cost.not_counted)
    return say("Not counted: {what}.", what=told) if told else ""


def ledger(view: View) -> str:
    """One-off and monthly lines with quantity, unit price and amount, and how the total follows from them."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs(heading("ledger"), "Without a way there is no cost.")
    cost = chosen.cost_usd
    return paragraphs(
        heading("ledger"),
        "Each amount is quantity times unit price. Amounts are in USD, before tax, at list prices without discounts.",
        _part(view, "Once, for the move", cost.one_off, [li for li in cost.lines if not li.monthly]),
        _part(
            view,
            "Each month, for the target",
            cost.monthly,
            [li for li in cost.lines if li.monthly and not li.running],
            often=" a month",
        ),
        _beside(view, cost),
        _total(cost),
        _old_system(cost),
        _notes(cost),
    )


def _beside(view: View, cost: CostResult) -> str:
    """What is needed beside the target; empty where there is none of it."""
    lines = [line for line in cost.lines if line.running]
    if not lines:
        return ""
    return _part(view, "Each month, beside the target", cost.running, lines, often=" a month")


def _part(view: View, title: str, total: float | None, lines: list[LedgerLine], often: str = "") -> str:
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
        often=Markup(often),
    )
    return paragraphs(f"### {title}", table(columns, lines), sum_line)


def _status(line: LedgerLine) -> str:
    return f"{line.status}, old" if line.old else line.status


def _total(cost: CostResult) -> str:
    months = exact(cost.horizon_months)
    month = cents(cost.monthly)
    if any(line.running for line in cost.lines):
        month = f"({month} + {cents(cost.running)})"
    return say(
        "Total over {span}: {once} + {months} x {month} = **{total} USD**.",
        span=f"{months} month{'' if months == '1' else 's'}",
        months=months,
        once=cents(cost.one_off),
        month=month,
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
        what = "save" if cost.saving >= 0 else "cost in addition"
        after = say(
            "Once it is gone, the target and what is needed beside it {what} {usd} USD a month.",
            what=what,
            usd=cents(abs(cost.saving)),
        )
    return say("{told} {after}", told=told, after=after)


def _notes(cost: CostResult) -> str:
    notes = dict.fromkeys(
        say("{item}: {note}", item=line.item, note=line.note) for line in cost.lines if line.note
    )
    return paragraphs(Markup("Notes on the lines:"), bullets(notes)) if notes else ""
