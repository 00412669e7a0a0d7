"""Where the data could live: fit, size, price and the reasons."""

from __future__ import annotations

from migplan import units
from migplan.report.appendices import heading
from migplan.report.escape import Markup, text
from migplan.report.tables import Column, bullets, table
from migplan.report.view import View, paragraphs, say
from migplan.report.words import known, least
from migplan.results.model import TargetResult


def targets(view: View) -> str:
    """Every target of the cloud, those that fit first, by price; then why others do not fit, and what to mind."""
    found = sorted(view.plan.targets, key=_order)
    columns = [
        Column("Target", lambda target: target.name),
        Column("Fits", lambda target: "yes" if target.fit else "no"),
        Column("Systems", lambda target: target.count, numeric=True),
        Column("Capacity", lambda target: _shown(target.provisioned, "B"), numeric=True),
        Column("Throughput", lambda target: _throughput(target), numeric=True),
        Column("USD a month", lambda target: least(target.monthly_usd, target.complete), numeric=True),
    ]
    lead = (
        "Capacity includes the reserve that the target needs; throughput is what daily use needs, and is raised while"
        " loading where that pays. Prices are those of the best way that ends there."
    )
    reasons = [
        say("**{name}**: {why}", name=target.name, why=_because(view, target))
        for target in found
        if target.reasons or target.cautions
    ]
    return paragraphs(heading("targets"), lead, table(columns, found), bullets(reasons) if reasons else "")


def _order(target: TargetResult) -> tuple[bool, bool, float]:
    return (not target.fit, target.monthly_usd is None, target.monthly_usd or 0.0)


def _shown(value: float | None, base: str) -> str:
    return "-" if known(value) is None else units.show(value, base)  # type: ignore[arg-type]


def _throughput(target: TargetResult) -> str:
    rate = known(target.throughput)
    return "-" if rate is None else f"{rate / 1e6:,.0f} MB/s"


def _because(view: View, target: TargetResult) -> Markup:
    reasons = (*target.reasons, *target.cautions)
    told = "; ".join(text(reason.text.rstrip(".")) for reason in reasons)
    sources = dict.fromkeys(view.sources.cite(reason.source) for reason in reasons if reason.source)
    return Markup(f"{told} ({', '.join(sources)})" if sources else told)
