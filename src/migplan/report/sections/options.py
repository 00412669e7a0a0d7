"""The ways side by side, and why others are none."""

from __future__ import annotations

from collections import defaultdict

from migplan.report.reasons import kind_of, ruled_out
from migplan.report.tables import Column, bullets, table
from migplan.report.view import View, paragraphs, say, spoken
from migplan.report.words import day_after, days, hours, least, percent
from migplan.results import OptionResult


def options(view: View) -> str:
    """Time, cost, losses and verdict of each option; then what cannot be used, one line a reason."""
    usable = [option for option in view.shown if option.usable]
    which = (
        "Every way that can be used" if view.everything else "The best way of each mover or device and target"
    )
    lead = f"{which}, best first; charts and tables below call them by these numbers."
    shown = table(_columns(view, usable), enumerate(usable, start=1)) if usable else "No way can be used."
    return paragraphs(
        "## Options side by side", lead if usable else "", shown, *view.chart("options"), _impossible(view)
    )


def _columns(view: View, shown: list[OptionResult]) -> list[Column]:
    months = next((f"{option.cost_usd.horizon_months:g}" for option in shown), "")
    sampled = any(option.p80_days is not None for option in shown)
    columns = [
        Column("No.", lambda row: row[0], numeric=True),
        Column("Option", lambda row: row[1].id),
    ]
    if sampled:
        columns += [
            Column("P50", lambda row: days(row[1].p50_days), numeric=True),
            Column("P80", lambda row: days(row[1].p80_days), numeric=True),
            Column("Finish at P80", lambda row: day_after(view.start, row[1].p80_days) or "-"),
        ]
    else:
        columns += [
            Column("Typical", lambda row: days(row[1].duration_days), numeric=True),
            Column("Finish", lambda row: day_after(view.start, row[1].duration_days) or "-"),
        ]
    if sampled and view.deadline_days is not None:
        columns.append(Column("In time", lambda row: percent(row[1].p_deadline), numeric=True))
    return [
        *columns,
        Column("No writes", lambda row: hours(row[1].cutover_hours), numeric=True),
        Column(
            "USD once", lambda row: least(row[1].cost_usd.one_off, row[1].cost_usd.complete), numeric=True
        ),
        Column(
            "USD a month", lambda row: least(row[1].cost_usd.monthly, row[1].cost_usd.complete), numeric=True
        ),
        Column(
            f"USD in {months} months",
            lambda row: least(row[1].cost_usd.horizon_total, row[1].cost_usd.complete),
            numeric=True,
        ),
        Column("Keeps what must be kept", lambda row: _keeps(row[1], view.words("keep"))),
        Column("Meets", lambda row: "yes" if row[1].meets else "no"),
    ]


def _keeps(option: OptionResult, must: tuple[str, ...]) -> str:
    """Yes, or what of it is not kept."""
    words = {"lost": "loses", "partial": "only in part", "unknown": "not known"}
    told = [
        f"{word}: {', '.join(spoken(name) for name in found)}"
        for level, word in words.items()
        if (found := [name for name in option.fidelity.get(level, ()) if name in must])
    ]
    return "; ".join(told) or "yes"


def _impossible(view: View) -> str:
    """What can be used in no way, one line a kind of reason; the reasons in full stand at the end."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, reason in ruled_out(view.plan).items():
        groups[reason.code].append(name)
    lines = [
        say("{why}: {names}", why=kind_of(code), names=", ".join(names)) for code, names in groups.items()
    ]
    if not lines:
        return ""
    return paragraphs(
        "### Not possible in any way", bullets(lines), "The reasons in full stand near the end."
    )


def unusable(view: View) -> str:
    """Why each mover or device can be used in no way; with --all every option that cannot be used."""
    if view.everything:
        found = [(option.id, reason) for option in view.plan.options for reason in option.reasons]
    else:
        found = list(ruled_out(view.plan).items())
    if not found:
        return ""
    columns = [
        Column("What", lambda row: row[0]),
        Column("Why not", lambda row: row[1].text.rstrip(".")),
        Column("Source", lambda row: view.sources.cite(row[1].source) if row[1].source else "-"),
    ]
    return paragraphs("## What cannot be used, and why", table(columns, found))
