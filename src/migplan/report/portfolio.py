"""Many shares in one report: what all of them take and cost, one table, and a page of details for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from migplan.errors import counted
from migplan.report.escape import Markup, text
from migplan.report.shares import Share
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import FIRST, NAME_LENGTH, Picture, paragraphs, say
from migplan.report.words import days, least

TITLE = "Migration plan of an estate"
"""Heading where none is asked for."""

MOST_DETAILED = 200
"""Shares that get details of their own."""

MOST_LISTED = 2000
"""Shares that a table of one report can hold."""

_LABELS = {
    "option": "Option",
    "target": "Target",
    "duration_days": "Typical (days)",
    "p50_days": "P50 (days)",
    "p80_days": "P80 (days)",
    "p95_days": "P95 (days)",
    "finish_p80": "Finish at P80",
    "cutover_hours": "Without write access (hours)",
    "bottleneck": "Bottleneck",
    "cost_one_off_usd": "Once (USD)",
    "cost_monthly_usd": "A month (USD)",
    "cost_horizon_usd": "Over the horizon (USD)",
    "cost_complete": "All prices known",
    "meets": "Meets what was asked",
    "reasons": "Reasons",
}


def named_shares(shares: Sequence[Share]) -> list[tuple[int, str, Share]]:
    """The best option of each share, with its place in the report and its name."""
    best = [(number, share) for number, share in enumerate(shares, 1) if share.told.get("rank", "1") == "1"]
    return [(position, _name(number, share), share) for position, (number, share) in enumerate(best, 1)]


def render_portfolio(
    shares: Sequence[Share], title: str = "", pictures: Mapping[str, Picture] | None = None
) -> str:
    """Tell the result of a batch as Markdown.

    Where the batch told several options for each share, the best one counts; the others stay in its table.

    Parameters
    ----------
    shares : sequence of Share
    title : str
        Heading.
    pictures : mapping, optional
        Charts by name, from `migplan.report.charts.draw_portfolio`; without them the text stands alone.
    """
    named = named_shares(shares)
    best = [share for *_, share in named]
    return (
        paragraphs(
            f"# {text(title or TITLE, NAME_LENGTH)}",
            "## Summary",
            bullets(_summary(best)),
            *(picture.markdown for picture in (pictures or {}).values()),
            "## Shares",
            table(_columns(best), named[:MOST_LISTED]),
            _rest(len(named), MOST_LISTED, "row"),
            f"## {FIRST} Shares one by one",
            *(_details(position, name, share) for position, name, share in named[:MOST_DETAILED]),
            _rest(len(named), MOST_DETAILED, "share"),
        )
        + "\n"
    )


def _rest(count: int, most: int, what: str) -> str:
    left = count - most
    are = "is" if left == 1 else "are"
    return f"{counted(left, f'more {what}')} {are} in the table that the batch wrote." if left > 0 else ""


def _name(number: int, share: Share) -> str:
    return share.given_as("name") or f"row {number}"


def _summary(shares: Sequence[Share]) -> list[Markup]:
    usable = [share for share in shares if share.holds("usable")]
    meeting = sum(share.holds("meets") for share in shares)
    complete = all(share.holds("cost_complete") for share in usable)
    latest = max((share.told.get("finish_p80", "") for share in usable), default="")
    told = [
        say(
            "Shares: {count}, of which {meeting} what was asked of them",
            count=f"{len(shares):,}",
            meeting=f"{meeting:,} {'meets' if meeting == 1 else 'meet'}",
        ),
        say(
            "{once} USD once, {month} USD a month, {total} USD over the horizon",
            once=least(_sum(usable, "cost_one_off_usd"), complete),
            month=least(_sum(usable, "cost_monthly_usd"), complete),
            total=least(_sum(usable, "cost_horizon_usd"), complete),
        ),
    ]
    if latest:
        told.append(say("The last one is done on {day} at P80", day=latest))
    if len(usable) < len(shares):
        told.append(say("Without a way that can be used: {count}", count=f"{len(shares) - len(usable):,}"))
    targets = Counter(share.told.get("target", "") for share in usable)
    told += [
        say("To {target}: {count}", target=name, count=f"{count:,}") for name, count in targets.most_common()
    ]
    return told


def _sum(shares: Sequence[Share], name: str) -> float:
    return sum(value for share in shares if (value := share.number(name)) is not None)


def _columns(shares: Sequence[Share]) -> list[Column]:
    sampled = any(share.number("p80_days") is not None for share in shares)
    columns = [
        Column("No.", lambda row: row[0], numeric=True),
        Column("Share", lambda row: text(row[1], NAME_LENGTH)),
    ]
    if any(share.given_as("volume") for share in shares):
        columns.append(Column("Volume", lambda row: text(row[2].given_as("volume"), 30), numeric=True))
    columns.append(Column("Option", lambda row: row[2].told.get("option") or "none"))
    if sampled:
        columns.append(Column("Done at P80", lambda row: days(row[2].number("p80_days")), numeric=True))
        columns.append(Column("Finish at P80", lambda row: row[2].told.get("finish_p80") or "-"))
    else:
        columns.append(Column("Done in", lambda row: days(row[2].number("duration_days")), numeric=True))
    return [
        *columns,
        Column("USD once", lambda row: _money(row[2], "cost_one_off_usd"), numeric=True),
        Column("USD over the horizon", lambda row: _money(row[2], "cost_horizon_usd"), numeric=True),
        Column("Meets", lambda row: "yes" if row[2].holds("meets") else "no"),
    ]


def _money(share: Share, name: str) -> str:
    return least(share.number(name), share.holds("cost_complete"))


def _details(position: int, name: str, share: Share) -> str:
    given = [
        say("{key}: {value}", key=text(key, 60), value=text(value, NAME_LENGTH))
        for key, value in share.given.items()
        if value
    ]
    told = [
        say("{label}: {value}", label=label, value=_value(share, key))
        for key, label in _LABELS.items()
        if share.told.get(key)
    ]
    return paragraphs(
        f"### {position}. {text(name, NAME_LENGTH)}",
        f"Given: {'; '.join(given)}." if given else "",
        f"Planned: {'; '.join(told)}.",
    )


def _value(share: Share, key: str) -> str:
    """A result as the table of the batch has it; numbers to two places."""
    number = share.number(key) if key.endswith(("_days", "_hours", "_usd")) else None
    return share.told[key] if number is None else f"{number:,.2f}"
