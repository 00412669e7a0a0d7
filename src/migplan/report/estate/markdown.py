"""An estate as Markdown: two pages to decide on, an appendix for each wave, and one with what all of it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from migplan.errors import counted
from migplan.report.escape import Markup, text
from migplan.report.estate import columns, told
from migplan.report.estate.columns import PAPER, Listing
from migplan.report.tabular import Column, bullets, table
from migplan.report.view import AFTER_WAVES, ESTATE_PAGES, FOR_WAVE, NAME_LENGTH, Picture, paragraphs, say
from migplan.report.words import about_hours, percent
from migplan.results.estate import EstatePlan, ShareResult, WaveResult
from migplan.text import listed

MOST_WAVES, MOST_ROWS, MOST_SENTENCES = 8, 6, 2
"""Waves, rows of another table, and sentences of a kind that the two pages have room for."""

FEW_WAVES, MANY_SITES = 6, 8
"""Waves that the first page has room for where it shows the lines of more sites than that."""

MOST = {"sites": 10}
"""The same of tables that have more room."""

MOST_SHARES = 500
"""Shares of a wave that one report lists; the calendar has all of them."""

_BOX = "☐"
_FORM = (
    Column("What has to hold", lambda check: check),
    Column("Yes", lambda _: _BOX),
    Column("No", lambda _: _BOX),
)


def render_markdown(plan: EstatePlan, title: str = "", pictures: Mapping[str, Picture] | None = None) -> str:
    """Tell the plan of an estate as Markdown.

    Parameters
    ----------
    plan : EstatePlan
    title : str
        Heading.
    pictures : mapping, optional
        Charts by name, from `migplan.report.charts.draw_estate`; without them the text stands alone.
    """
    parts = (
        f"# {text(title or told.TITLE, NAME_LENGTH)}",
        say("Planned on {day}: {scope}.", day=told.day(plan, plan.today), scope=told.scope(plan)),
        *_when(plan, pictures or {}),
        *_money(plan),
        *(_wave(plan, wave) for wave in told.in_time(plan)),
        *_rests_on(plan),
    )
    return paragraphs(*parts) + "\n"


def _when(plan: EstatePlan, pictures: Mapping[str, Picture]) -> Iterable[str]:
    """The first page: the verdict, what stands in its way, the waves on the calendar, and the lines."""
    lead = say("**{verdict}** {ends}", verdict=told.verdict(plan), ends=told.ends(plan)).rstrip()
    yield f"## {ESTATE_PAGES[0]}"
    yield paragraphs(lead, text(told.money(plan)))
    if plan.conflicts:
        yield "### Cannot be kept"
        yield bullets(_few(_conflicts(plan), MOST_SENTENCES, "in the last appendix"))
    waves = columns.listings(plan, PAPER).get("waves")
    if waves is not None:
        decided = Column("Go or no-go", lambda wave: f"{_BOX} go {_BOX} no-go")
        with_boxes = waves._replace(columns=[*waves.columns, decided])
        most = MOST_WAVES if len(plan.sites) <= MANY_SITES else FEW_WAVES
        yield from _table(with_boxes, most, "in the appendices")
    yield from (picture.markdown for picture in pictures.values())
    if not told.placed(plan):
        yield from _open(plan)


def _conflicts(plan: EstatePlan) -> list[str]:
    return [f"{told.stands_in_the_way(each)} {told.freed_by(each)}" for each in plan.conflicts]


def _few(entries: Sequence[str], most: int, where: str) -> list[str]:
    left = len(entries) - most
    return [*entries[:most], *([f"and {left:,} more {where}"] if left > 0 else [])]


def _rest(count: int, most: int, what: str, where: str) -> str:
    left = count - most
    return f"{counted(left, f'more {what}')} {'is' if left == 1 else 'are'} {where}." if left > 0 else ""


def _money(plan: EstatePlan) -> Iterable[str]:
    """The second page: what it costs, what the shares land in, what is ordered by when, and what is open."""
    if not told.placed(plan):
        return
    yield f"## {ESTATE_PAGES[1]}"
    yield text(" ".join(filter(None, (told.parts(plan), told.in_order(plan)))))
    for name, listing in columns.listings(plan, PAPER).items():
        if name != "waves":
            yield from _table(listing, MOST.get(name, MOST_ROWS), "in the last appendix")
    yield from _open(plan)


def _table(listing: Listing, most: int | None, where: str = "") -> Iterable[str]:
    """A table under its heading, of as many rows as there is room for."""
    yield f"### {listing.title}"
    yield table(listing.columns, listing.first(most))
    if most is not None:
        yield _rest(len(listing.rows), most, listing.what, where)


def _open(plan: EstatePlan) -> Iterable[str]:
    """What has no place, and what misses what was asked."""
    for title, shares in (
        ("Cannot be placed", told.left_over(plan)),
        ("Misses what was asked", told.missing(plan)),
    ):
        if shares:
            yield f"### {title}"
            yield bullets(_few([told.why(share) for share in shares], MOST_SENTENCES, "in the last appendix"))


def _wave(plan: EstatePlan, wave: WaveResult) -> str:
    """What those need who cut a wave over: when, which shares, and what has to hold before they begin."""
    members = tuple(share for share in plan.shares if share.wave == wave.id)
    return paragraphs(
        f"## {FOR_WAVE}{text(wave.id, NAME_LENGTH)}",
        _window(plan, wave),
        _together(members),
        table([*columns.runbook(wave)], members[:MOST_SHARES]),
        _rest(len(members), MOST_SHARES, "share", "in the calendar"),
        f"### Go or no-go for wave {text(wave.id, NAME_LENGTH)}",
        table(_FORM, _checks(plan, wave, members)),
        f"Decided: {_BOX} go {_BOX} no-go. By, on: ................................",
    )


def _window(plan: EstatePlan, wave: WaveResult) -> str:
    """When it is, how much it is, and how sure."""
    sure = [f"Likely over {told.timed(plan, wave.finish_p50)}"] if wave.finish_p50 else []
    sure += [f"80 % sure by {told.timed(plan, wave.finish_p80)}"] if wave.finish_p80 else []
    sure += [f"{percent(wave.p_ready)} sure to be over within the window"] if wave.p_ready is not None else []
    size = [counted(len(wave.shares), "share"), told.volume(wave.bytes), told.files(wave.files)]
    sentences = (
        say("**{window}** ({zone}).", window=told.window(plan, wave), zone=told.zone(wave)),
        say("{size}; owners: {owners}.", size=", ".join(filter(None, size)), owners=columns.owners(wave)),
        text(f"{', '.join(sure)}.") if sure else "",
    )
    return " ".join(filter(None, sentences))


def _together(members: tuple[ShareResult, ...]) -> str:
    groups = columns.groups(members)
    return text(f"Cut over together: {'; '.join(groups)}.") if groups else ""


def _checks(plan: EstatePlan, wave: WaveResult, members: tuple[ShareResult, ...]) -> Iterable[Markup]:
    """What has to hold before the window opens."""
    last = max((share for share in members if share.ready), key=lambda share: share.ready or "", default=None)
    if last is not None:
        yield say("Every share is ready; {share} is the last, planned for {time}.",
                  share=last.name, time=told.timed(plan, last.ready))  # fmt: skip
    yield Markup("The last passes took no longer than planned and left no failed files.")
    longest = max(
        (share for share in members if share.cutover_hours_p80 is not None),
        key=lambda share: share.cutover_hours_p80 or 0.0,
        default=None,
    )
    if longest is not None:
        yield say("The longest cutover, {share} with {hours} in 8 of 10 cases, still fits the window.",
                  share=longest.name, hours=about_hours(longest.cutover_hours_p80))  # fmt: skip
    systems = dict.fromkeys(share.file_system for share in members if share.file_system)
    if systems:
        yield say("A test user of each owner opens files on {systems} with the rights of today.",
                  systems=listed([*systems]))  # fmt: skip
    yield Markup("Every name, mount, link and job that leads to the old shares has somebody who changes it.")
    yield Markup("The old shares can be opened for writing again at once: the way back was tried.")
    yield say("All owners agree and can be reached in the window: {owners}.", owners=columns.owners(wave))


def _rests_on(plan: EstatePlan) -> Iterable[str]:
    """What the two pages left out, all prices, and what the plan rests on."""
    parts = [part for part in (*_cut(plan), *_prices(plan), *_given(plan)) if part]
    if parts:
        yield f"## {AFTER_WAVES}"
        yield from parts


def _cut(plan: EstatePlan) -> Iterable[str]:
    """The whole of each table and list of which the second page has the beginning."""
    for name, listing in columns.listings(plan, PAPER).items():
        if name not in ("waves", "shared") and len(listing.rows) > MOST.get(name, MOST_ROWS):
            yield from _table(listing._replace(title=f"{listing.title}: all of them"), None)
    for title, sentences in (
        ("All that cannot be kept", _conflicts(plan)),
        ("All that cannot be placed", [*map(told.why, told.left_over(plan))]),
        ("All that misses what was asked", [*map(told.why, told.missing(plan))]),
    ):
        if len(sentences) > MOST_SENTENCES:
            yield f"### {title}"
            yield bullets(sentences)


def _prices(plan: EstatePlan) -> Iterable[str]:
    if plan.cost_usd.lines:
        yield "### All costs"
        yield table([*columns.things(PAPER)], plan.cost_usd.lines)


def _given(plan: EstatePlan) -> Iterable[str]:
    """What was assumed, what is to be known, and which rows of the input could not be read."""
    for title, entries in (
        ("Assumed", [f"{of.capitalize()}: {what}" if of else what for of, what in told.assumed(plan)]),
        ("Notes", plan.notes),
        ("Rows that were left out", plan.bad_rows),
    ):
        if entries:
            yield f"### {title}"
            yield bullets(entries)
