"""Many shares in one report: what all of them take and cost, with charts, one table, and in full each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from migplan import units
from migplan.errors import UnitError, counted
from migplan.estate.columns import plain
from migplan.estate.summary import ALONE, latest_of
from migplan.report.batch import bad_rows
from migplan.report.escape import Markup, text
from migplan.report.shares import Share, Unplanned
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import FULL, NAME_LENGTH, Picture, first, paragraphs, say
from migplan.report.words import days, least
from migplan.results.names import names_of

TITLE = "Migration plan of an estate"
"""Heading where none is asked for."""

MOST_DETAILED = 200
"""Shares that get details of their own."""

MOST_LISTED = 2000
"""Shares that a table of one report can hold."""

MOST_SHORT = 60
"""Shares that the table of the short report has room for."""

_LINES = 10
"""Bad rows whose lines are told."""

_WRONG = 20
"""Bad cells of the short report."""

_SHOWN = 5
"""Sites, lines or servers that are told."""

_ALIKE = 10
"""Shares of one size that may be parts of one system."""

_SERVERS = {
    "server",
    "server name",
    "file server",
    "host",
    "hostname",
    "filer",
    "svm",
    "vserver",
    "cluster",
    "nas",
}
"""Headers of the system that a share lies on, as exports have them."""

_MISSED = {
    "misses-deadline": "deadline",
    "misses-cutover-window": "cutover window",
    "over-budget": "budget",
    "never-ends": "never ends",
    "fidelity-not-sure": "not sure to keep all",
}
"""Codes of what is missed, as a cell of the table has room for them."""

_LABELS = {
    "option": "Option",
    "target": "Target",
    "duration_days": "Typical (days)",
    "p50_days": "P50 (days)",
    "p80_days": "P80 (days)",
    "p95_days": "P95 (days)",
    "finish_p80": "Finish at P80",
    "cutover_hours": "No writes at the cutover (hours)",
    "bottleneck": "Bottleneck",
    "cost_one_off_usd": "One-off (USD)",
    "cost_monthly_usd": "A month (USD)",
    "cost_running_usd": "Beside it (USD)",
    "cost_horizon_usd": "Over the horizon (USD)",
    "cost_complete": "All prices known",
    "meets": "Meets all",
    "reasons": "Reasons",
}


Named = tuple[int, str, Share]
"""A share with its place in the report and its name."""


def named_shares(shares: Sequence[Share]) -> list[Named]:
    """The best option of each share, with its place in the report and its name."""
    best = [(number, share) for number, share in enumerate(shares, 1) if share.told.get("rank", "1") == "1"]
    return [(position, _name(number, share), share) for position, (number, share) in enumerate(best, 1)]


def render_portfolio(
    shares: Sequence[Share],
    title: str = "",
    pictures: Mapping[str, Picture] | None = None,
    unplanned: Unplanned | None = None,
    full: bool = False,
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
    unplanned : Unplanned, optional
        Rows of the input that are not among the shares.
    full : bool
        Every share in the table, and each with what was given and planned.
    """
    named = named_shares(shares)
    best = [share for *_, share in named]
    return (
        paragraphs(
            f"# {text(title or TITLE, NAME_LENGTH)}",
            "## Summary",
            bullets([*_summary(best, unplanned), *_together(best)]),
            *(picture.markdown for picture in (pictures or {}).values()),
            "## Shares",
            *(_listed(named, best) if full else _foremost(named, best)),
            *_wrong(unplanned, full),
            *(_one_by_one(named) if full else ()),
        )
        + "\n"
    )


def _listed(named: Sequence[Named], best: Sequence[Share]) -> list[str]:
    return [table(_columns(best), named[:MOST_LISTED]), _rest(len(named), MOST_LISTED, "row")]


def _foremost(named: Sequence[Named], best: Sequence[Share]) -> list[str]:
    """Those that need a look first: what cannot be used or misses what was asked, then what ends last."""
    left = len(named) - MOST_SHORT
    rows = sorted(named, key=_urgency)[:MOST_SHORT] if left > 0 else named
    more = (
        say("Most urgent first; … and {count}: {where}.", count=counted(left, "more share"), where=FULL)
        if left > 0
        else say("Each share with what was given and planned: {where}.", where=FULL)
    )
    return [table(_columns(best), rows), more]


def _urgency(row: Named) -> tuple[bool, bool, float]:
    days_ = row[2].number("p80_days") or row[2].number("duration_days") or 0.0
    return row[2].holds("usable"), row[2].holds("meets"), -days_


def _one_by_one(named: Sequence[Named]) -> list[str]:
    return [
        f"## {first()}Shares one by one",
        *(_details(position, name, share) for position, name, share in named[:MOST_DETAILED]),
        _rest(len(named), MOST_DETAILED, "share"),
    ]


def _rest(count: int, most: int, what: str) -> str:
    left = count - most
    are = "is" if left == 1 else "are"
    return f"{counted(left, f'more {what}')} {are} in the table that the batch wrote." if left > 0 else ""


def _name(number: int, share: Share) -> str:
    return share.given_as("name") or f"row {number}"


def _beside(usable: Sequence[Share], complete: bool) -> Markup:
    """What is needed beside the targets; empty for batches of versions that did not count it."""
    if not any("cost_running_usd" in share.told for share in usable):
        return Markup("")
    amount = least(_sum(usable, "cost_running_usd"), complete)
    return Markup(f" {say('for the targets and {usd} USD beside them', usd=amount)}")


def _summary(shares: Sequence[Share], unplanned: Unplanned | None) -> list[Markup]:
    usable = [share for share in shares if share.holds("usable")]
    meeting = sum(share.holds("meets") for share in shares)
    complete = all(share.holds("cost_complete") for share in usable)
    told = [
        say(
            "Shares: {count}, of which {meeting} what was asked of them",
            count=f"{len(shares):,}",
            meeting=f"{meeting:,} {'meets' if meeting == 1 else 'meet'}",
        ),
        *_not_planned(unplanned),
        say(
            "{once} USD once, {month} USD a month{beside}, {total} USD over the horizon",
            once=least(_sum(usable, "cost_one_off_usd"), complete),
            month=least(_sum(usable, "cost_monthly_usd"), complete),
            beside=_beside(usable, complete),
            total=least(_sum(usable, "cost_horizon_usd"), complete),
        ),
        *_last(usable),
    ]
    if len(usable) < len(shares):
        told.append(
            say("Without an option that can be used: {count}", count=f"{len(shares) - len(usable):,}")
        )
    targets = Counter(share.told.get("target", "") for share in usable)
    told += [
        say("To {target}: {count}", target=names_of().target(name), count=f"{count:,}")
        for name, count in targets.most_common()
    ]
    return told


def _not_planned(unplanned: Unplanned | None) -> list[Markup]:
    if unplanned is None:
        return []
    count, shown = len(unplanned.lines), ", ".join(f"{line:,}" for line in unplanned.lines[:_LINES])
    return [
        say(
            "Not among them: {rows} of the input that are not planned, on {lines}{more}; {file} says why",
            rows=counted(count, "row"),
            lines=f"{'line' if count == 1 else 'lines'} {shown}",
            more=f" and {count - _LINES:,} more" if count > _LINES else "",
            file=unplanned.path.name,
        )
    ]


def _wrong(unplanned: Unplanned | None, full: bool) -> list[str]:
    """What is wrong with the rows of the input that are not among the shares."""
    if unplanned is None:
        return []
    shown = unplanned.told if full else unplanned.told[:_WRONG]
    more = say("{file} has all of them.", file=unplanned.path.name) if len(shown) == _WRONG or full else ""
    return ["## Rows that are not planned", bad_rows(shown), more]


def _last(usable: Sequence[Share]) -> list[Markup]:
    """When the last share is done; those that never are, or beyond the calendar, come first."""
    sampled = any(share.told.get("p80_days") for share in usable)
    name = "p80_days" if sampled else "duration_days"
    endless = sum(share.number(name) is None for share in usable)
    days_ = [share.told.get("finish_p80", "") for share in usable] if sampled else []
    beyond = sum(
        not day and share.number(name) is not None for day, share in zip(days_, usable, strict=False)
    )
    latest = max(days_, default="")
    if latest and not endless and not beyond:
        return [say("The last one is done on {day} at P80", day=latest)]
    if not (endless or beyond):
        return []
    at = "at P80" if sampled else "typically"
    return [say("The last one is done {at}: {latest}", at=at, latest=latest_of(latest, endless, beyond))]


def _together(shares: Sequence[Share]) -> list[Markup]:
    """What the sums do not know: rows that are planned alone and will not move alone."""
    if len(shares) < 2:
        return []
    told = [say("{alone}. These sums are no plan of an estate", alone=ALONE)]
    for what, values in (
        ("the site", [share.given_as("site") for share in shares]),
        ("the line", [_line(share) for share in shares]),
        ("the server", [_server(share) for share in shares]),
    ):
        common = [(value, count) for value, count in Counter(values).most_common() if value and count > 1]
        if common:
            rows = ", ".join(f"{value} ({count:,})" for value, count in common[:_SHOWN])
            more = f" and {len(common) - _SHOWN:,} more" if len(common) > _SHOWN else ""
            told.append(say("Shares of {what} {rows}{more}", what=what, rows=rows, more=more))
    return told + _alike(shares)


def _alike(shares: Sequence[Share]) -> list[Markup]:
    """Whether most of the shares have one volume and one number of files, as parts of one system have."""
    sizes = Counter((share.given_as("volume"), share.given_as("files")) for share in shares)
    (volume, files), count = sizes.most_common(1)[0]
    if not volume or count < _ALIKE or 2 * count <= len(shares):
        return []
    size = f"{volume}, {files} files" if files else volume
    return [
        say(
            "{count} shares look alike ({size}): together they may need one target",
            count=f"{count:,}",
            size=size,
        )
    ]


def _line(share: Share) -> str:
    """The line of a share in one spelling: '1gbps' and '1000 Mbps' are the same."""
    told = share.given_as("link")
    try:
        return units.show(units.parse(told, "B/s"), "B/s") if told else ""
    except UnitError:
        return told


def _server(share: Share) -> str:
    """The system that a share lies on, by the headers that exports have for it."""
    return next((cell.strip() for header, cell in share.given.items() if plain(header) in _SERVERS), "")


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
    columns.append(Column("Option", lambda row: text(names_of().option(row[2].told.get("option") or "none"))))
    if sampled:
        columns.append(Column("Done at P80", lambda row: days(row[2].number("p80_days")), numeric=True))
        columns.append(Column("Finish at P80", lambda row: row[2].told.get("finish_p80") or "-"))
    else:
        columns.append(Column("Done in", lambda row: days(row[2].number("duration_days")), numeric=True))
    return [
        *columns,
        Column("One-off USD", lambda row: _money(row[2], "cost_one_off_usd"), numeric=True),
        Column("USD over the horizon", lambda row: _money(row[2], "cost_horizon_usd"), numeric=True),
        Column("Meets", lambda row: _verdict(row[2])),
    ]


def _verdict(share: Share) -> str:
    """Whether all that was asked is met, or which wish is not."""
    if share.holds("meets"):
        return "yes"
    codes = share.told.get("reasons", "").split("; ")
    missed = ", ".join(_MISSED[code] for code in codes if code in _MISSED)
    return f"no: {missed}" if missed and share.holds("usable") else "no"


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
    """A result as the table of the batch has it, names for ids; numbers to two places."""
    if key in ("option", "target"):
        return getattr(names_of(), key)(share.told[key])  # type: ignore[no-any-return]
    number = share.number(key) if key.endswith(("_days", "_hours", "_usd")) else None
    return share.told[key] if number is None else f"{number:,.2f}"
