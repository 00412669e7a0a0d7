"""The HTML report in a real browser: drawings are drawn, and nothing is cut off on a telephone or a desk."""

import datetime as dt
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import structs
from tests.report.estate_example import big, example

from migplan import api
from migplan.api import write_report
from migplan.report.charts import draw_portfolio
from migplan.report.html import estate_files, render_html, to_html
from migplan.report.portfolio import render_portfolio
from migplan.report.shares import Share

pytestmark = pytest.mark.slow
SCENARIOS = sorted((Path(__file__).parents[2] / "reports").glob("*.toml"))
WIDTHS = (390, 768, 1000, 1280)
PAGES = ("plan", "full", "everything", "long", "portfolio", "estate")
SHEET = 703
"""Width of what is printed on a page of A4: 210 mm less twice 12 mm. [px]"""

SHEET_HEIGHT = 1024
"""Its height: 297 mm less twice 13 mm. [px]"""

NOTHING = {
    "name": "finance shares, 35 TB", "volume": "35 TB", "files": "22M", "protocol": "smb", "source": "windows",
    "link": "200 Mbps", "change": "1 %/day", "region": "us-east-1", "start": "2026-12-01", "deadline": "21 days",
    "cutover_window": "4 hours",
}  # fmt: skip
"""A case in which nothing meets what was asked."""

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--allow-file-access-from-files", "--window-size=1400,1000",
)  # fmt: skip
MEASURE = """
function measure(frame) {
  const page = frame.contentDocument, width = frame.clientWidth, cut = [];
  const hidden = (e) => e.closest("thead") && getComputedStyle(e.closest("thead")).position === "absolute";
  for (const e of page.querySelectorAll("main, main *")) {
    const box = e.getBoundingClientRect();
    if (hidden(e) || e.closest("defs") || box.width === 0) continue;
    if (box.left < -0.5 || box.right > width + 0.5) cut.push(e.tagName + " " + e.textContent.slice(0, 40));
    if (!e.closest("svg") && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
      cut.push("inside " + e.tagName + " " + e.textContent.slice(0, 40));
  }
  const charts = [...page.querySelectorAll("svg")].map((svg) => {
    const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll("text")];
    const out = texts.filter((t) => {
      const b = t.getBoundingClientRect();
      return b.left < box.left - 1 || b.right > box.right + 1 || b.top < box.top - 1 || b.bottom > box.bottom + 1;
    });
    const shapes = [...svg.querySelectorAll("path, use")].filter((p) => {
      const b = p.getBoundingClientRect();
      return b.width > 0 || b.height > 0;
    });
    return {
      label: svg.getAttribute("aria-label"), width: box.width, height: box.height, shapes: shapes.length,
      texts: texts.length, outside: out.map((t) => t.textContent),
      smallest: Math.min(...texts.map((t) => t.getBoundingClientRect().height)),
    };
  });
  const narrow = [...page.querySelectorAll("td > span")].filter((span) => {
    const words = span.textContent.trim().split(/[ \u00a0]+/), range = page.createRange();
    range.selectNodeContents(span);
    const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top / 4)));
    const long = words.some((word) => word.length > 24);
    const pieces = words.flatMap((word) => word.split(/[/_-]/)).length;
    return !long && (lines.size > pieces || (words.length > 2 && lines.size >= words.length))
      && getComputedStyle(span.parentNode).display === "table-cell";
  }).map((span) => span.textContent);
  const sheet = (e) => Math.floor((e.getBoundingClientRect().left + 1) / (frame.clientWidth + 40));
  const first = (e) => e.querySelector("tbody tr") || e.querySelector("li") || e;
  const parted = [...page.querySelectorAll("h2, h3")].filter((heading) => {
    const next = heading.nextElementSibling, after = next && next.nextElementSibling;
    const leads = after && next.tagName === "P" && ["TABLE", "UL", "FIGURE", "H3"].includes(after.tagName);
    return next && [first(next), ...(leads ? [first(after)] : [])].some((e) => sheet(e) !== sheet(heading));
  }).map((heading) => heading.textContent);
  const tables = new Set([...page.querySelectorAll("table")].map((e) => getComputedStyle(e).display));
  return {
    narrow, parted, tables: [...tables],
    scroll: Math.max(page.documentElement.scrollWidth, page.body.scrollWidth), width, cut: cut.slice(0, 10), charts,
    words: page.body.innerText.length,
  };
}
addEventListener("load", () => {
  const found = Object.fromEntries([...document.querySelectorAll("iframe")].map((f) => [f.id, measure(f)]));
  document.getElementById("found").textContent = JSON.stringify(found);
});
"""


def chromium():
    """The browser; without it these tests fail where CI runs them, and say loudly elsewhere that nothing was tested."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        text = "CHROMIUM IS NOT INSTALLED, SO THE HTML REPORT WAS NOT LOOKED AT IN A BROWSER: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return found


def pages(plan):
    """What is looked at: a plan, all of it, one with names that cannot be broken, and a portfolio."""
    long = "x" * 300
    inputs = {**plan.workload, "name": structs.replace(plan.workload["name"], text=long)}
    ways = tuple(
        structs.replace(way, id=f"{way.id}-{'y' * 90}", name=long, notes=(long,)) for way in plan.options
    )
    advice = structs.replace(plan.recommendation, option=ways[0].id)
    odd = structs.replace(plan, workload=inputs, options=ways, recommendation=advice)
    told = {
        "option": "datasync-basic/internet/fsx-ontap",
        "target": "fsx-ontap",
        "usable": "true",
        "meets": "true",
    }
    told |= {"cost_complete": "true", "cost_one_off_usd": "100", "cost_horizon_usd": "900"}
    shares = [
        Share(
            {"name": f"share {n} {'z' * 50}", "volume": "1.5 TB"},
            {
                **told,
                "duration_days": f"{n + 1}.5",
                "p80_days": f"{n + 2}.5",
                "finish_p80": f"2027-01-{n + 1:02}",
            },
        )
        for n in range(20)
    ]
    drawn = draw_portfolio(shares)
    estate = to_html(render_portfolio(shares, "Estate", drawn), "Estate", drawn.values())
    return {
        "plan": render_html(plan),
        "full": render_html(plan, full=True),
        "everything": render_html(plan, everything=True),
        "long": render_html(odd, title=long),
        "portfolio": estate,
        "estate": estate_files(example(), "estate.html", "html")["estate.html"],
    }


def printed(page, by_sheet=True):
    """A page as it is printed; with a column for each sheet of paper, so that a browser says what stands on which."""
    head, _, body = page.partition("</style>")
    head = head.replace("@media print {", "@media all {").replace("@media screen and", "@media print and")
    head = head.replace("break-before: page", "break-before: column")
    sheets = (
        f"main {{ columns: {SHEET}px 1; column-gap: 40px; column-fill: auto; height: {SHEET_HEIGHT}px; }}"
    )
    return f"{head}{sheets if by_sheet else ''}</style>{body}"


def frame(name, source, width):
    return f'<iframe id="{name}" src="{source}" width="{width}" height="900" style="border:0"></iframe>'


@pytest.fixture(scope="module")
def measured(tmp_path_factory, made_once):
    browser, folder = chromium(), tmp_path_factory.mktemp("pages")
    frames = []
    for name, page in {**pages(made_once), **examples()}.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        (folder / f"{name}-sheet.html").write_text(printed(page), encoding="utf-8")
        frames += [frame(f"{name}-{width}", f"{name}.html", width) for width in WIDTHS]
        (folder / f"{name}-paper.html").write_text(printed(page, by_sheet=False), encoding="utf-8")
        frames += [frame(f"{name}-{kind}", f"{name}-{kind}.html", SHEET) for kind in ("sheet", "paper")]
    outer = folder / "outer.html"
    body = f'<pre id="found"></pre>{"".join(frames)}<script>{MEASURE}</script>'
    outer.write_text(f"<!DOCTYPE html><body>{body}</body>", encoding="utf-8")
    run = subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={folder / 'user'}", "--dump-dom", outer.as_uri()],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    found = re.search(r'<pre id="found">(.*?)</pre>', run.stdout, re.DOTALL)
    assert found, run.stderr[-2000:]
    return json.loads(html.unescape(found[1]))


def examples():
    """The worked examples, and one where nothing meets."""
    plans = {path.stem: api.plan(path, today=day_of(path)) for path in SCENARIOS}
    plans["nothing"] = api.plan(NOTHING, today=dt.date(2026, 11, 23))
    assert not plans["nothing"].recommendation.meets
    return {name: render_html(plan) for name, plan in plans.items()}


def day_of(path):
    """A history is planned on the day of its question."""
    return dt.date(2024, 6, 1) if path.stem.startswith("history") else dt.date(2026, 11, 23)


EXAMPLES = (*(path.stem for path in SCENARIOS), "nothing")


@pytest.fixture(params=(*PAGES, *EXAMPLES))
def name(request):
    return request.param


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off(measured, name, width):
    found = measured[f"{name}-{width}"]
    assert found["words"] > 500
    assert found["width"] == width
    assert found["cut"] == []
    assert found["scroll"] <= width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", ["plan", "everything", "long"])
def test_the_timeline_and_the_charts_have_drawn(measured, page, width):
    charts = measured[f"{page}-{width}"]["charts"]
    assert len(charts) == (4 if page == "everything" else 3)
    assert sum("Timeline" in chart["label"] for chart in charts) == 1
    for chart in charts:
        assert chart["width"] >= min(width - 40, 560)
        assert chart["height"] > 100
        assert chart["shapes"] > 10
        assert chart["texts"] > 5
        assert chart["outside"] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_estate_has_its_charts(measured, width):
    finish, cost = measured[f"portfolio-{width}"]["charts"]
    assert (finish["label"], cost["label"]) == (
        "When the shares are done",
        "Cost of the move and over the horizon by target",
    )
    for chart in (finish, cost):
        assert chart["width"] >= min(width - 40, 560)
        assert chart["outside"] == []
        assert chart["texts"] > 5


def test_words_of_charts_are_legible_on_a_telephone(measured):
    for chart in measured["plan-390"]["charts"]:
        assert chart["smallest"] >= 7


@pytest.mark.parametrize("width", [768, 1000, 1280, "sheet"])
def test_no_column_is_one_word_wide(measured, name, width):
    assert measured[f"{name}-{width}"]["narrow"] == []


@pytest.mark.parametrize(
    ("width", "shown"), [(390, "block"), (768, "table"), (1000, "table"), (1280, "table")]
)
def test_rows_are_cards_on_telephones_alone(measured, name, width, shown):
    assert measured[f"{name}-{width}"]["tables"] == [shown]


def test_nothing_is_wider_than_the_paper(measured, name):
    """Else a browser prints the whole report smaller."""
    assert measured[f"{name}-paper"]["cut"] == []
    assert measured[f"{name}-paper"]["scroll"] <= SHEET


def test_no_heading_is_parted_from_what_it_heads(measured, name):
    assert measured[f"{name}-sheet"]["parted"] == []


FULLEST = [
    Path(__file__).parents[1] / "data" / "advice" / f"{name}.toml" for name in ("c04-media500", "c12-snow300")
]
"""Cases with much to say: many options, losses, orders."""


@pytest.mark.parametrize(
    "source", [*SCENARIOS, *FULLEST, NOTHING], ids=lambda source: getattr(source, "stem", "nothing")
)
def test_four_printed_pages_decide_and_at_most_six_stand_behind(source, tmp_path):
    page = tmp_path / "page.html"
    write_report(source, page, today=dt.date(2026, 11, 23) if source is NOTHING else day_of(source))
    told = page.read_text(encoding="utf-8")
    assert told.count('<h2 class="page">') == 3
    front = told.split('<h2 class="appendix">', 1)[0]
    assert printed_pages(f"{front}</main></body></html>", tmp_path) == 4
    assert printed_pages(told, tmp_path) <= 10


@pytest.mark.parametrize("made", [{}, {"conflicts": ()}, (60, 4), (150, 12)])
def test_two_printed_pages_decide_on_an_estate_and_each_wave_has_one(made, tmp_path):
    plan = example(**made) if isinstance(made, dict) else big(made[0], sites=made[1])
    page = estate_files(plan, "estate.html", "html")["estate.html"]
    assert page.count('<h2 class="page">') == 1 + len(plan.waves) + 1
    front = page.split('<h2 class="page">Appendix', 1)[0]
    assert printed_pages(f"{front}</main></body></html>", tmp_path) == 2
    if isinstance(made, dict):
        assert printed_pages(page, tmp_path) == 2 + len(plan.waves) + 1


def printed_pages(told, folder):
    """How many pages the browser prints a page of HTML on."""
    page, paper = folder / "printed.html", folder / "printed.pdf"
    page.write_text(told, encoding="utf-8")
    subprocess.run(
        [chromium(), *FLAGS, f"--user-data-dir={folder / 'user'}", f"--print-to-pdf={paper}", page.as_uri()],
        capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    return len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes()))
