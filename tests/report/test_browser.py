"""The HTML report in a real browser: drawings are drawn, and nothing is cut off on a telephone or a desk."""

import dataclasses
import datetime as dt
import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from migplan.api import write_report
from migplan.report.html import render_html, to_html
from migplan.report.portfolio import render_portfolio
from migplan.report.shares import Share

pytestmark = pytest.mark.slow
SCENARIOS = sorted((Path(__file__).parents[2] / "reports").glob("*.toml"))
WIDTHS = (390, 768, 1001, 1280)
PAGES = ("plan", "everything", "long", "portfolio")
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
  return {
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
    inputs = {**plan.workload, "name": dataclasses.replace(plan.workload["name"], text=long)}
    ways = tuple(
        dataclasses.replace(way, id=f"{way.id}-{'y' * 90}", name=long, notes=(long,)) for way in plan.options
    )
    advice = dataclasses.replace(plan.recommendation, option=ways[0].id)
    odd = dataclasses.replace(plan, workload=inputs, options=ways, recommendation=advice)
    told = {
        "option": "datasync-basic/internet/fsx-ontap",
        "target": "fsx-ontap",
        "usable": "true",
        "meets": "true",
    }
    shares = [Share({"name": f"share {n} {'z' * 50}", "volume": "1.5 TB"}, told) for n in range(20)]
    return {
        "plan": render_html(plan),
        "everything": render_html(plan, everything=True),
        "long": render_html(odd, title=long),
        "portfolio": to_html(render_portfolio(shares), "Estate"),
    }


@pytest.fixture(scope="module")
def measured(tmp_path_factory, made_once):
    browser, folder = chromium(), tmp_path_factory.mktemp("pages")
    frames = []
    for name, page in pages(made_once).items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        frames += [
            f'<iframe id="{name}-{width}" src="{name}.html" width="{width}" height="900" style="border:0"></iframe>'
            for width in WIDTHS
        ]
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


@pytest.fixture(params=PAGES)
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
    assert len(charts) == 4
    assert sum("Timeline" in chart["label"] for chart in charts) == 1
    for chart in charts:
        assert chart["width"] >= min(width - 40, 560)
        assert chart["height"] > 100
        assert chart["shapes"] > 10
        assert chart["texts"] > 5
        assert chart["outside"] == []


def test_words_of_charts_are_legible_on_a_telephone(measured):
    for chart in measured["plan-390"]["charts"]:
        assert chart["smallest"] >= 7


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_what_decides_fits_four_printed_pages(path, tmp_path):
    browser = chromium()
    day = dt.date(2024, 6, 1) if path.stem.startswith("history") else dt.date(2026, 11, 23)
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    write_report(path, page, today=day)
    told = page.read_text(encoding="utf-8")
    front = told.split('<h2 class="appendix">', 1)[0]
    page.write_text(f"{front}</main></body></html>", encoding="utf-8")
    subprocess.run(
        [browser, *FLAGS, f"--user-data-dir={tmp_path / 'user'}", f"--print-to-pdf={printed}", page.as_uri()],
        capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 2 <= pages <= 4
