"""The tables of an estate, the same on a terminal and on paper: what each column says, and which have room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from migplan import units
from migplan.errors import counted
from migplan.report.escape import flat
from migplan.report.estate import told
from migplan.report.estate.told import clock, day, fill, in_week, timed, volume, weekday
from migplan.report.tabular import Column
from migplan.report.words import about_hours, about_usd, known, percent
from migplan.results.estate import EstatePlan, FileSystemResult, ShareResult, SiteResult, WaveResult
from migplan.text import listed

WIDE, WIDER, WIDEST = 100, 120, 160
"""Signs in a line from which there is room for more columns."""

PAPER = 110
"""As many as a printed page has room for."""

ALL = "All sites"

_LONGEST = 24
"""Letters of an id that a line has room for."""


class Listing(NamedTuple):
    """A table of which a page may have room for the beginning alone.

    Attributes
    ----------
    what : str
        What a row is.
    total : sequence
        What stands below the rows however many there are.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    what: str
    total: Sequence[Any] = ()

    def first(self, most: int | None) -> list[Any]:
        """The first rows, and what stands below them."""
        return [*self.rows[:most], *self.total]


def listings(plan: EstatePlan, width: int) -> dict[str, Listing]:
    """Each table of an estate by its name, those without a row left out."""
    shared = [line for line in plan.cost_usd.lines if line.get("shared")]
    begin = sorted(plan.orders, key=lambda order: str(order.get("order_by") or "~"))
    found = {
        "waves": Listing("Waves", [*waves(plan, width)], told.in_time(plan), "wave"),
        "orders": Listing("To order", [*orders(plan, width)], begin, "order"),
        "sites": Listing("Costs by site", [*sites(plan)], plan.sites, "site", _all_sites(plan)),
        "shared": Listing("Shared, and paid once for all", [*things(width)], shared, "shared thing"),
        "systems": Listing("File systems", [*systems(plan, width)], plan.file_systems, "file system"),
        "frontier": Listing("What an earlier end costs", [*frontier(plan)], plan.frontier, "date"),
    }
    return {name: listing for name, listing in found.items() if listing.rows}


def waves(plan: EstatePlan, width: int) -> Iterator[Column]:
    """When which shares are cut over, whose they are, and how sure that is."""

    def begins(wave: WaveResult) -> str:
        return f"{weekday(plan, wave.start)}{' ' if width >= WIDE else chr(10)}{clock(wave.start)}".rstrip()

    ids = [wave.id for wave in plan.waves]
    yield Column("Wave", lambda wave: flat(wave.id), folds=_are_long(ids))
    yield Column("Site", lambda wave: flat(wave.site), folds=True)
    yield Column("Cutover from", begins)
    yield Column("Shares", lambda wave: f"{len(wave.shares):,}", numeric=True)
    yield Column("Volume", lambda wave: volume(wave.bytes), numeric=True)
    yield Column("Owners", lambda wave: owners(wave), fills=True)
    if width >= WIDER:
        yield Column("80 % sure by", lambda wave: timed(plan, wave.finish_p80), numeric=True)
    yield Column("Chance", lambda wave: percent(wave.p_ready), numeric=True)


def owners(wave: WaveResult) -> str:
    """Whose shares a wave has."""
    return flat(", ".join(filter(None, wave.owners))) or "-"


def _are_long(ids: Sequence[str]) -> bool:
    """Whether some ids have to be broken to leave room for the other columns."""
    return max(map(len, ids), default=0) > _LONGEST


def systems(plan: EstatePlan, width: int) -> Iterator[Column]:
    """What the shares land in, how full that is, and what it costs."""
    ids = [system.id for system in plan.file_systems]
    yield Column("File system", lambda system: flat(system.id), folds=_are_long(ids))
    if width >= WIDE:
        yield Column("Region", lambda system: flat(system.region))
    yield Column("Target", _target, fills=True)
    if any(system.count != 1 for system in plan.file_systems):
        yield Column("Count", lambda system: f"{system.count:,}", numeric=True)
    yield Column("Shares", lambda system: f"{len(system.shares):,}", numeric=True)
    yield Column("Volume", lambda system: volume(system.bytes), numeric=True)
    yield Column("Full", lambda system: fill(system.fill), numeric=True)
    yield Column("USD\na month", lambda system: about_usd(system.monthly_usd), numeric=True)


def _target(system: FileSystemResult) -> str:
    """Ids stand for themselves where there is no name; the name of a target may have its configuration in it."""
    if not system.target_name:
        return flat(f"{system.target}, {system.configuration}")
    return flat(", ".join(filter(None, (system.target_name, system.configuration_name))))


def _all_sites(plan: EstatePlan) -> tuple[SiteResult, ...]:
    """All of several sites as if they were one."""
    cost = plan.cost_usd
    if len(plan.sites) < 2:
        return ()
    count, whole = sum(site.shares for site in plan.sites), sum(site.bytes for site in plan.sites)
    ends = plan.finish_p50, plan.finish_p80
    return (SiteResult(ALL, None, (), {}, count, whole, cost.one_off, cost.monthly, *ends),)


def sites(plan: EstatePlan) -> Iterator[Column]:
    """What each site moves, over what, what that costs, and when it is done."""
    lacking = {str(line.get("site")) for line in plan.cost_usd.lines if line.get("amount") is None}

    def usd(site: SiteResult, value: float) -> str:
        return about_usd(value, plan.cost_usd.complete if site.name == ALL else site.name not in lacking)

    yield Column("Site", lambda site: flat(site.name), fills=True)
    yield Column("Shares", lambda site: f"{site.shares:,}", numeric=True)
    yield Column("Volume", lambda site: volume(site.bytes), numeric=True)
    yield Column(
        "Line",
        lambda site: "-" if site.line_bps is None else units.show(site.line_bps / 8, "B/s"),
        numeric=True,
    )
    yield Column("USD\nonce", lambda site: usd(site, site.one_off_usd), numeric=True)
    yield Column("USD\na month", lambda site: usd(site, site.monthly_usd), numeric=True)
    yield Column("Likely\ndone", lambda site: day(plan, site.finish_p50), numeric=True)
    yield Column("80 %\nsure by", lambda site: day(plan, site.finish_p80), numeric=True)


def things(width: int) -> Iterator[Column]:
    """Lines of the costs, with what is paid once apart from what is paid a month."""

    def usd(line: Mapping[str, Any], monthly: bool) -> str:
        return about_usd(line.get("amount")) if bool(line.get("monthly")) is monthly else ""

    yield Column("Item", lambda line: flat(str(line.get("item", ""))), fills=True)
    yield Column("Site", lambda line: flat(str(line.get("site") or "")), folds=True)
    if width >= WIDE:
        yield Column("Quantity", _quantity, numeric=True)
    yield Column("USD\nonce", lambda line: usd(line, monthly=False), numeric=True)
    yield Column("USD\na month", lambda line: usd(line, monthly=True), numeric=True)


def _quantity(line: Mapping[str, Any]) -> str:
    value, unit = line.get("quantity"), str(line.get("unit") or "")
    if not isinstance(value, (int, float)) or known(value) is None:
        return "-"
    return flat(f"{value:,.0f} {unit}").rstrip() if value >= 10 else flat(f"{value:.3g} {unit}").rstrip()


def orders(plan: EstatePlan, width: int) -> Iterator[Column]:
    """What has to be ordered, and the last day that keeps all windows."""
    yield Column("Order by", lambda order: day(plan, order.get("order_by")), numeric=True)
    yield Column("Slack", _slack, numeric=True)
    yield Column("What", _ordered, fills=True)
    yield Column("Site", lambda order: flat(str(order.get("site") or "-")), folds=True)
    yield Column("There by", lambda order: day(plan, order.get("arrives")), numeric=True)
    if width >= PAPER:
        yield Column("80 % sure by", lambda order: day(plan, order.get("arrives_p80")), numeric=True)
        yield Column("For", lambda order: _for(order), numeric=True)
    yield Column("USD", lambda order: about_usd(order.get("amount")), numeric=True)


def _ordered(order: Mapping[str, Any]) -> str:
    """What is ordered and how many of it, without the article that it has in a sentence."""
    count, what = order.get("count") or 1, flat(str(order.get("what", "")))
    thing = re.sub("^an? ", "", what)
    if count != 1:
        return f"{count} × {thing}"
    return thing if thing == what else f"{thing[:1].upper()}{thing[1:]}"


def _slack(order: Mapping[str, Any]) -> str:
    """How long an order may wait without moving a window.

    >>> _slack({"slack_days": 12}), _slack({"slack_days": 0}), _slack({"slack_days": -3}), _slack({})
    ('12 days', 'none', 'passed', '-')
    """
    left = order.get("slack_days")
    if not isinstance(left, int):
        return "-"
    return counted(left, "day") if left > 0 else "passed" if left < 0 else "none"


def _for(order: Mapping[str, Any]) -> str:
    names = order.get("shares") or ()
    return counted(len(names), "share") if names else "-"


def frontier(plan: EstatePlan) -> Iterator[Column]:
    """The price of the cheapest plan that ends by a date."""
    yield Column("All done by", lambda point: day(plan, point.get("finish")), numeric=True)
    yield Column("USD", lambda point: about_usd(point.get("total_usd")), numeric=True)


def shares(plan: EstatePlan, width: int) -> Iterator[Column]:
    """Where each share goes, in which wave, and when it is over."""
    yield Column("Share", lambda share: flat(share.name), fills=True)
    if width >= WIDE:
        yield Column("Owner", lambda share: flat(share.owner) or "-", folds=True)
        yield Column("Volume", lambda share: volume(share.volume_bytes), numeric=True)
    yield Column("Wave", lambda share: flat(share.wave or "-"), folds=True)
    if width >= WIDER:
        yield Column("Copy from", lambda share: day(plan, share.copy_start), numeric=True)
    yield Column("Ready", lambda share: day(plan, share.ready), numeric=True)
    yield Column("80 %\nsure by", lambda share: day(plan, share.finish_p80), numeric=True)
    if width >= WIDER:
        yield Column("File system", lambda share: flat(share.file_system or "-"), folds=True)
    if width >= WIDEST:
        yield Column("Option", lambda share: flat(share.option_name or share.option or "-"), folds=True)
    yield Column("Meets\nall", verdict)


def verdict(share: ShareResult) -> str:
    """Whether a share is placed and meets what was asked of it."""
    return "not\nplaced" if share.option is None else "yes" if share.meets else "no"


def runbook(wave: WaveResult) -> Iterator[Column]:
    """What those need who cut a wave over; years are told where they are not that of the window."""

    def dated(told_: str | None) -> str:
        return told.dated(told_, wave.start)

    def deadline(share: ShareResult) -> str:
        chance = f", {percent(share.p_deadline)}" if share.p_deadline is not None else ""
        return f"{told.due(share.deadline, wave.start)}{chance}"

    yield Column("Share", lambda share: flat(share.name))
    yield Column("Owner", lambda share: flat(share.owner) or "-")
    yield Column("Volume", lambda share: volume(share.volume_bytes), numeric=True)
    yield Column("Copy from", lambda share: dated(share.copy_start))
    yield Column("Ready", lambda share: dated(share.ready))
    yield Column("Cutover from", lambda share: in_week(share.cutover_start))
    yield Column("Takes", lambda share: about_hours(share.cutover_hours_p80), numeric=True)
    yield Column("File system", lambda share: flat(share.file_system or "-"))
    yield Column("Deadline, chance", deadline)


def groups(members: tuple[ShareResult, ...]) -> list[str]:
    """Which of some shares have to be cut over together."""
    found: dict[str, list[str]] = {}
    for share in members:
        found.setdefault(share.group or share.name, []).append(flat(share.name))
    return [listed(names) for names in found.values() if len(names) > 1]
