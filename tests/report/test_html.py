import re
from html.parser import HTMLParser

import pytest
from msgspec import structs

from migplan.report.html import inline, render_html, to_html

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>|`c`\n<b>bold</b> &lt;i&gt; \u202ertl'
VOID = {"meta", "link", "br", "hr", "img", "wbr"}


class Reader(HTMLParser):
    """Elements, their attributes and the text of a page; elements must be closed in order."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.text = [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title"):
            self.text.append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def told(made_once):
    return render_html(made_once, full=True)


@pytest.fixture(scope="module")
def page(told):
    return Reader(told)


def test_it_is_one_file_that_asks_nobody(told, page):
    assert page.named("script") == page.named("link") == page.named("img") == page.named("iframe") == []
    assert not [attrs for _, attrs in page.elements if "src" in attrs]
    assert "@import" not in told
    assert re.search(r"url\((?!#)", told) is None
    policy = next(attrs for attrs in page.named("meta") if attrs.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_charts_and_the_timeline_are_drawings_inside(page):
    drawn = [attrs["aria-label"] for attrs in page.named("svg")]
    assert len(drawn) == 4
    assert any("Timeline" in alt for alt in drawn)
    assert len(page.named("figure")) == 4
    assert "gantt" not in " ".join(page.text)


def test_ids_are_unique_and_every_reference_is_inside(told, page):
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    references = set(re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', told))
    assert references
    assert {one or other for one, other in references} <= set(ids)


def test_all_that_the_markdown_says_is_there(page):
    told = " ".join(page.text)
    assert told.count("Cost ledger") == 1
    assert len(page.named("h2")) == 14


def test_cells_carry_the_title_of_their_column(page):
    cells = page.named("td")
    assert cells
    assert all(attrs.get("data-label") for attrs in cells)
    assert not [attrs for attrs in cells if "style" in attrs]


def test_hostile_names_are_text_and_no_markup(plan):
    inputs = {name: structs.replace(item, text=EVIL) for name, item in plan.workload.items()}
    ways = tuple(
        structs.replace(
            way,
            name=EVIL,
            notes=(EVIL,),
            reasons=tuple(structs.replace(r, text=EVIL) for r in way.reasons),
        )
        for way in plan.options
    )
    checks = tuple(structs.replace(check, text=EVIL, name=EVIL, source=EVIL) for check in plan.checks)
    evil = structs.replace(plan, workload=inputs, options=ways, checks=checks)
    page = Reader(render_html(evil, everything=True, title=EVIL))
    assert page.named("script") == page.named("img") == page.named("b") == page.named("i") == []
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]
    told = "".join(page.text)
    assert "<script>alert(1)</script>" in told
    assert "&lt;i&gt;" in told
    assert "\u202e" not in told
    assert {attrs["href"].split(":")[0] for attrs in page.named("a")} == {"https"}


def test_figures_are_not_inside_paragraphs(told):
    assert re.search(r"<p>\s*<figure", told) is None


def test_a_page_without_charts_is_a_page(build):
    page = Reader(render_html(build.hopeless()))
    assert page.named("svg") == []
    assert "No option can be used." in "".join(page.text)


def test_code_of_another_language_stays_code():
    page = Reader(to_html("# T\n\n```text\n<b>x</b>\n```\n", "T"))
    assert page.named("b") == []
    assert "<b>x</b>\n" in page.text


def test_a_drawing_keeps_its_shape_and_loses_its_size():
    body = '<g id="a"/><use xlink:href="#a"/></svg>'
    svg = f'<?xml version="1.0"?>\n<svg width="10pt" height="5pt" viewBox="0 0 10 5">{body}'
    told = inline(svg, "Some drawing")
    assert told.startswith('<svg role="img" aria-label="Some drawing" viewBox="0 0 10 5">')
    assert '<g id="somedrawing-a"/><use xlink:href="#somedrawing-a"/>' in told


def test_print_has_no_small_type_and_a_new_page_for_the_appendices(told, page):
    printed = told.split("@media print {", 1)[1].split("</style>", 1)[0]
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)pt", printed)]
    assert min(sizes) == 9.5
    assert {"code", "table", "figcaption"} <= set(
        re.search(r"\n  (code.*) \{ font-size", printed)[1].split(", ")
    )
    classes = [attrs.get("class") for attrs in page.named("h2")]
    assert classes[:5] == [None, "page", "page", "page", "appendix"]
    assert set(classes[5:]) == {None}
    assert '<h2 class="appendix">Appendix A: Inputs' in told


def test_ids_are_broken_behind_their_signs_alone():
    page = to_html(
        "`datasync-basic/internet/fsx-windows` and targets/fsx-windows.multi-zone-hdd.file_rate", "x"
    )
    assert "<code>datasync-basic/<wbr>internet/<wbr>fsx-windows</code>" in page
    assert "targets/<wbr>fsx-windows.<wbr>multi-zone-hdd.<wbr>file_<wbr>rate" in page
