"""A report as the files that it consists of: one HTML page that needs nothing else, or Markdown with its charts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from zlib import crc32

from migplan.language import current, speaking, unspaced, worded
from migplan.report.charts import draw, draw_estate, draw_portfolio, draw_timeline
from migplan.report.escape import Markup, flat
from migplan.report.markdown import render_markdown, render_view
from migplan.report.tabular import cells
from migplan.report.view import (
    AFTER_WAVES,
    ESTATE_PAGES,
    FOR_WAVE,
    NAME_LENGTH,
    PAGES,
    Picture,
    first,
    language_of,
    say,
    view_of,
)
from migplan.results.model import Plan

if TYPE_CHECKING:
    from markdown_it.token import Token

    from migplan.analyses.sweep import Sweep
    from migplan.report.shares import Share, Unplanned
    from migplan.results.estate import EstatePlan

_SHORT = 16
"""Texts of a cell up to this length stay on one line where there is room for a table: dates, states, units."""

_LONG = 40
"""Longer texts are sentences."""

_WORD = 24
"""Longest word that a column makes room for."""

_BREAKS = re.compile(r"[\s/_-]")

_AMOUNT = re.compile(r"\d[\d,.]* (?:%|USD|[kMGT]i?B|[kMG]bps|[dh]|days?|hours?|months?)(?![A-Za-z])")
"""A number and its unit, which stay on one line."""

_ID = re.compile(r"\S{10,}")
"""What may be broken inside; units such as MB/s may not."""

_UNSPACED = """body { word-break: auto-phrase; }
th, .short { word-break: keep-all; }
"""
"""Style where no blanks part words: lines end between phrases, as far as a browser knows them."""

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="generator" content="migplan">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def render_html(
    plan: Plan,
    everything: bool = False,
    title: str = "",
    sweep: Sweep | None = None,
    full: bool = False,
) -> str:
    """Tell a plan as HTML, with its charts and its timeline inside.

    Parameters are those of `migplan.report.markdown.render_markdown`; the charts are drawn here.
    """
    with speaking(language_of(plan)):
        pictures = draw(plan, everything, sweep, full=full)
        view = view_of(plan, everything, title, pictures, sweep, full)
        told = worded("Timeline of the recommended option: its phases on the calendar")
        timeline = Picture("", told, draw_timeline(view))
        return to_html(render_view(view), view.title, pictures.values(), timeline)


def to_html(
    markdown: str, title: str, pictures: Sequence[Picture] | Any = (), timeline: Picture | None = None
) -> str:
    """Render Markdown of ours as a page.

    Raw HTML stays text. Pictures become inline drawings by their address, a Mermaid block becomes the timeline, and
    each cell of a table carries the title of its column, so that narrow screens can show rows as cards.
    """
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    drawn = {picture.file: picture for picture in pictures}
    parser.add_render_rule("text", lambda _, tokens, i, *more: _breakable(escapeHtml(tokens[i].content)))
    parser.add_render_rule("code_inline", lambda _, tokens, i, *more: _code(escapeHtml(tokens[i].content)))
    parser.add_render_rule("image", lambda _, tokens, i, *more: _image(tokens[i], drawn))
    parser.add_render_rule("fence", lambda _, tokens, i, *more: _fence(tokens[i], timeline))
    parser.core.ruler.push("pages", lambda state: _mark_pages(state.tokens))
    parser.core.ruler.push("cells", lambda state: _label_cells(state.tokens))
    parser.core.ruler.push("pictures", lambda state: _free_pictures(state.tokens))
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    style += _UNSPACED if unspaced() else ""
    named = escapeHtml(flat(title, NAME_LENGTH))
    return _PAGE.format(lang=current(), title=named, style=style, body=parser.render(markdown))


def _breakable(told: str) -> str:
    """Ids may be broken behind their signs, such as a slash, and an amount never before its unit."""
    broken = _ID.sub(lambda word: re.sub(r"([/_+]|\.(?=[a-z]))", r"\1<wbr>", word[0]), told)
    return _AMOUNT.sub(r'<span class="amount">\g<0></span>', broken)


def _code(told: str) -> str:
    return f"<code>{_breakable(told)}</code>"


def _mark_pages(tokens: Sequence[Token]) -> None:
    """Each page to decide on, the first appendix, and those of an estate begin a page of their own in print."""
    appendix, pages = first(), {*map(worded, PAGES[1:]), *ESTATE_PAGES[1:], AFTER_WAVES}
    for opening, inline_token in itertools.pairwise(tokens):
        if opening.tag == "h2" and opening.nesting == 1:
            if inline_token.content.startswith(appendix):
                opening.attrSet("class", "appendix")
            elif inline_token.content in pages or inline_token.content.startswith(FOR_WAVE):
                opening.attrSet("class", "page")


def _label_cells(tokens: Sequence[Token]) -> None:
    """Give each cell the title of its column, and its text a frame of its own."""
    from markdown_it.token import Token

    titles: list[str] = []
    column = 0
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            titles = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            titles.append(_plain(tokens[index + 1]))
            _dress(token, "")
        elif token.type == "td_open":
            token.attrSet("data-label", titles[column])
            _dress(token, _plain(tokens[index + 1]))
            column += 1
            inline = tokens[index + 1]
            inline.children = [
                Token("span_open", "span", 1),
                *(inline.children or []),
                Token("span_close", "span", -1),
            ]


def _free_pictures(tokens: Sequence[Token]) -> None:
    """A picture that is a paragraph of its own stands without one: a figure may not be in a paragraph."""
    for opening, inline_token, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        children = inline_token.children or []
        if opening.type == "paragraph_open" and len(children) == 1 and children[0].type == "image":
            opening.hidden = closing.hidden = True


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])


def _dress(token: Token, told: str) -> None:
    """Classes in place of the style that the parser sets: numbers flush right, short texts on one line.

    Columns of sentences get a least width, so that none is one word wide, and only what has no place to break at is
    broken anywhere.
    """
    if "right" in str(token.attrs.pop("style", "")):
        token.attrSet("class", "number")
        return
    wide = cells(told)
    classes = [name for name, holds in (("short", 0 < wide <= _SHORT), ("long", wide > _LONG)) if holds]
    if wide > _SHORT and "long" not in classes:
        classes.append("phrase")
    if max(map(len, _BREAKS.split(told))) > _WORD:
        classes.append("unbroken")
    if classes:
        token.attrSet("class", " ".join(classes))


def _image(token: Token, drawn: Mapping[str, Picture]) -> str:
    picture = drawn.get(str(token.attrs.get("src", "")))
    return "" if picture is None else _figure(picture)


def _fence(token: Token, timeline: Picture | None) -> str:
    from markdown_it.common.utils import escapeHtml

    if token.info.strip() == "mermaid":
        return "" if timeline is None or not timeline.svg else _figure(timeline)
    return f"<pre><code>{escapeHtml(token.content)}</code></pre>\n"


def _figure(picture: Picture) -> str:
    """A drawing that says what it shows, with ids that no other drawing of the page has."""
    from markdown_it.common.utils import escapeHtml

    alt = escapeHtml(picture.alt)
    below = say("{sentence}.", sentence=Markup(alt))
    return f"<figure>{inline(picture.svg, alt)}<figcaption>{below}</figcaption></figure>\n"


def inline(svg: str, alt: str) -> str:
    """An SVG file as an element of a page; `alt` is escaped already."""
    start = svg.index("<svg")
    # Other letters than these are told apart by what they add up to.
    prefix = re.sub(r"[^a-z]", "", alt.lower())[:24] if alt.isascii() else f"drawing{crc32(alt.encode())}"
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[start:], flags=re.DOTALL)
    body = re.sub(r'\bid="', f'id="{prefix}-', body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{prefix}-", body)
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    return body.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1).strip()


def report_files(
    plan: Plan,
    name: str,
    form: str = "markdown",
    everything: bool = False,
    title: str = "",
    sweep: Sweep | None = None,
    full: bool = False,
) -> dict[str, str]:
    """Tell a plan with its charts.

    Parameters
    ----------
    plan : Plan
    name : str
        File name of the report; the charts beside a Markdown report begin with its stem. Without a name it has none.
    form : str
        'markdown', with an SVG file for each chart, or 'html', one file with everything in it.
    everything : bool
        Show every option and every fact.
    title : str
        Heading; the plan's own name where it is empty.
    sweep : Sweep, optional
        Over the line rate; without it there is no chart of days by line rate.
    full : bool
        Complete appendices.

    Returns
    -------
    dict
        File name -> text, in the order in which they should be written: the report last, when its charts are there.
    """
    if form == "html":
        return {name: render_html(plan, everything, title, sweep, full)}
    if not name:
        return {name: render_markdown(plan, everything, title, sweep=sweep, full=full)}
    stem = PurePath(name).stem
    with speaking(language_of(plan)):
        pictures = draw(plan, everything, sweep, stem, full)
    return {**_beside(stem, pictures), name: render_markdown(plan, everything, title, pictures, sweep, full)}


def portfolio_files(
    shares: Sequence[Share],
    name: str,
    form: str = "markdown",
    title: str = "",
    unplanned: Unplanned | None = None,
    full: bool = False,
) -> dict[str, str]:
    """Tell the result of a batch with its charts; parameters and result are those of `report_files`."""
    # Only who reports a batch needs what reads tables.
    from migplan.report.portfolio import TITLE, render_portfolio

    if not name and form != "html":
        return {name: render_portfolio(shares, title, unplanned=unplanned, full=full)}
    stem = PurePath(name).stem
    pictures = draw_portfolio(shares, stem)
    told = render_portfolio(shares, title, pictures, unplanned, full)
    if form == "html":
        return {name: to_html(told, title or TITLE, pictures.values())}
    return {**_beside(stem, pictures), name: told}


def estate_files(plan: EstatePlan, name: str, form: str = "markdown", title: str = "") -> dict[str, str]:
    """Tell the plan of an estate with its charts; parameters and result are those of `report_files`."""
    # Only who reports an estate needs it.
    from migplan.report.estate import told
    from migplan.report.estate.markdown import render_markdown as render_estate

    if not name and form != "html":
        return {name: render_estate(plan, title)}
    stem = PurePath(name).stem
    pictures = draw_estate(plan, stem)
    page = render_estate(plan, title, pictures)
    if form == "html":
        return {name: to_html(page, title or told.TITLE, pictures.values())}
    return {**_beside(stem, pictures), name: page}


def _beside(stem: str, pictures: Mapping[str, Picture]) -> dict[str, str]:
    return {f"{stem}-{chart}.svg": picture.svg for chart, picture in pictures.items()}
