"""Languages: English costs nothing, and every other one is whole."""

import ast
import datetime as dt
import gettext
import importlib.util
import io
import logging
import re
import subprocess
import sys
import warnings
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from matplotlib.font_manager import FontManager
from rich.cells import cell_len

from migplan import api
from migplan.analyses.breakeven.words import NO_LINE
from migplan.analyses.checks import all_checks
from migplan.analyses.clouds import make_any_plan
from migplan.analyses.plan import make_plan
from migplan.cli import cli
from migplan.inputs.scenario import read_scenario
from migplan.language import amounts, languages, large, number, say_many, speaking, worded
from migplan.report.charts.canvas import NoFontWarning, sheet, to_svg
from migplan.report.escape import text
from migplan.report.html import render_html
from migplan.report.markdown import render_markdown
from migplan.report.render import render_breakeven, render_sweep, render_tornado
from migplan.report.terminal import render
from migplan.report.view import AFTER_WAVES, ESTATE_PAGES, FOR_WAVE
from migplan.text import listed

ROOT = Path(__file__).parents[1]


def script():
    """`tests/messages.py`, which is no package's."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tests" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = script()
CATALOGUES = sorted(SCRIPT.LOCALE.glob("*/LC_MESSAGES/migplan.po"))
NAMES = re.compile(r"\{\w+\}")
DAY = dt.date(2026, 11, 23)
SERVER = {"volume": "150 TB", "files": "40M", "link": "1 Gbps", "lang": "ja"}
LEAVING = {"from_cloud": "aws", "cloud": "azure"}
HOURS = "Mon-Fri 07:00-19:00: 20 %, else 90 %"
PLANS = {
    "tokyo": (ROOT / "reports" / "tokyo-100tb-smb.toml", DAY),
    "offline": (ROOT / "reports" / "history-snowball-2024.toml", dt.date(2024, 6, 1)),
    "late": ({**SERVER, "link": "500 Mbps", "deadline": "20 days", "cutover_window": "8 hours"}, DAY),
    "dear": ({**SERVER, "deadline": "40 days", "budget": "100000 USD", "cutover_window": "24 hours"}, DAY),
    "edge": ({**SERVER, "deadline": "33 days"}, DAY),
    "unknown": ({**SERVER, "volume": "35 TB", "region": "ap-southeast-7", "deadline": "90 days"}, DAY),
    "old start": ({**SERVER, "start": "2026-10-01", "link": "100 MB/s", "holidays": "JP"}, DAY),
    "names": ({**SERVER, "region": "Tokyo", "holidays": "Japan", "timezone": "JST", "protocol": "CIFS"}, DAY),
    "none": ({**SERVER, "target": "fsx-lustre"}, DAY),
    "clouds": ({**SERVER, "cloud": "any", "region": "Tokyo", "deadline": "60 days"}, DAY),
    "google": (
        {**SERVER, "cloud": "gcp", "protocol": "nfs", "use": "home-directories", "budget": "50000 USD"},
        DAY,
    ),
    "streams": ({**SERVER, "keep": "dacl, owner, ads, xattrs", "deadline": "60 days"}, DAY),
    "leaving": ({**SERVER, **LEAVING, "agents": 40, "deadline": "9 days", "cutover_window": "3 hours"}, DAY),
    "objects": ({**SERVER, "protocol": "object", "current_cost": "3000 USD/month", "hours": HOURS}, DAY),
}
ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:.]+){2,}[a-z]{2,}\b|\b(?:the|and|of|is|are|not|with|for|to)\b")
"""Three small words in a row, or one that is part of any sentence."""
PRODUCTS = re.compile(
    r"\b(?:mig(?:plan)? prices refresh|FSx for \w+|rclone|gsutil|gcloud storage|Site-to-Site|"
    r"(?:Service|Analytics) for (?:Apache Flink|SQL))\b"
)
"""Names that are made of such words, and that nobody translates."""


def english(text):
    """The first English in a text."""
    found = ENGLISH.search(PRODUCTS.sub("", text))
    return found and found[0]


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parents[1].name)
def catalogue(request):
    return SCRIPT.catalogue_of(request.param)


def texts_of(entry):
    return (entry.string,) if isinstance(entry.string, str) else entry.string


def test_there_is_japanese():
    assert languages() == ("en", *(path.parents[1].name for path in CATALOGUES))
    assert "ja" in languages()


def test_a_catalogue_has_every_text_and_no_other(catalogue):
    wanted = {text if isinstance(text, str) else text[0] for text in SCRIPT.messages()}
    had = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue if entry.id}
    new, gone = wanted - had, had - wanted
    assert not new, "python tests/messages.py adds them"
    assert not gone, "python tests/messages.py takes them away"
    done = [entry for entry in catalogue if entry.string and all(texts_of(entry)) and not entry.fuzzy]
    assert not had - {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in done}, (
        "not translated"
    )


def test_a_translation_has_the_names_of_its_template(catalogue):
    for entry in catalogue:
        template = entry.id if isinstance(entry.id, str) else entry.id[1]
        for told in texts_of(entry) if entry.id else ():
            assert sorted(NAMES.findall(told)) == sorted(NAMES.findall(template)), template
            assert told.count("\n") == template.count("\n"), template


PROSE = """report/sections/*.py report/charts/__init__.py report/charts/options.py report/charts/timeline.py
    report/terminal.py report/detail.py report/advice.py report/view.py report/words.py report/clouds.py report/html.py
    report/markdown.py results/words.py results/alternatives.py results/misses.py results/passes.py results/reasons.py
    results/options.py results/targets.py results/recommendation.py results/cost_notes.py results/inputs.py
    results/names.py report/sweep.py report/whatif.py report/diff.py report/track.py
    report/charts/sweep.py report/charts/tornado.py report/charts/burnup.py
    analyses/breakeven/words.py analyses/breakeven/pair.py analyses/levers/*.py engine/options.py engine/targets.py
    engine/running.py
    inputs/notes.py"""
"""Modules whose sentences a plan, a report or a check tells."""
NO_SENTENCE = (
    NO_LINE,
    "USD a month",
    "which of the two",
    "which of them",
    *ESTATE_PAGES,
    FOR_WAVE,
    AFTER_WAVES,
)
"""What takes a sentence apart, and headings of estates, which are told in English alone."""


@pytest.mark.parametrize("pattern", PROSE.split())
def test_every_sentence_of_a_plan_is_looked_up(pattern):
    for path in sorted(SCRIPT.SOURCE.glob(pattern)):
        left = SCRIPT.unmarked(ast.parse(path.read_text(encoding="utf-8")))
        assert not [words for words in left if SENTENCE.search(words) and words not in NO_SENTENCE], path


SENTENCE = re.compile(r"(?:\b[A-Za-z]+,? ){2,}[a-z]+\b")
"""Three words in a row."""


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_what_is_read_is_what_was_compiled(path):
    fresh = gettext.GNUTranslations(io.BytesIO(SCRIPT.compiled(SCRIPT.catalogue_of(path))))
    with path.with_suffix(".mo").open("rb") as file:
        had = gettext.GNUTranslations(file)
    # The head says which Babel compiled it.
    assert {**had._catalog, "": ""} == {**fresh._catalog, "": ""}, "python tests/messages.py"


WHAT_IF = {
    "sweep": (api.sweep, render_sweep, {"over": "link=300Mbps,1Gbps,3Gbps", "deadline": "40 days"}),
    "map": (
        api.sweep,
        render_sweep,
        {"over": ["link=300Mbps,1Gbps", "volume=50TB,900TB"], "deadline": "40 days"},
    ),
    "typical": (api.sweep, render_sweep, {"over": "protocol=smb,nfs", "samples": 0}),
    "tornado": (api.tornado, render_tornado, {"files": "20M"}),
    "breakeven": (api.breakeven, render_breakeven, {}),
    "slow": (api.breakeven, render_breakeven, {"link": "20 Mbps", "volume": "2 PB", "files": "2M"}),
    "by device": (
        api.breakeven,
        render_breakeven,
        {"cloud": "azure", "volume": "900 TB", "link": "300 Mbps"},
    ),
}


@pytest.mark.filterwarnings("ignore::migplan.report.charts.canvas.NoFontWarning")
@pytest.mark.parametrize("asked", WHAT_IF)
def test_what_if_is_told_in_japanese(asked):
    function, shown, given = WHAT_IF[asked]
    found = function({**SERVER, **given} if "over" not in given else SERVER, today=DAY, **given)
    told = shown(found, "table", width=200)
    ids = re.compile(r"^ +\S+/\S+$", re.MULTILINE)
    left = re.sub("--format csv|--all|plan", "", ids.sub("", told))
    assert not english(left), left
    assert max(map(cell_len, shown(found, "table", width=80).splitlines())) <= 80
    if asked not in ("breakeven", "slow", "by device", "diff"):
        chart = shown(found, "svg")
        assert not english(" ".join(re.findall(r">([^<>]+)</text>", chart)))


def test_json_of_what_if_is_english_whoever_asks():
    for command in (["sweep", "--over", "link=1Gbps,2Gbps", "--samples", "0"], ["breakeven"], ["tornado"]):
        done = CliRunner().invoke(
            cli, [*command, "--volume", "90 TB", "--link", "1 Gbps", "--lang", "ja", "--format", "json"]
        )
        assert done.exit_code == 0, done.output
        assert done.output.isascii()


def test_numbers_dates_and_lists():
    with speaking("ja"):
        assert listed(["A", "B", "C"]) == "A、B、C"
        assert listed(["A", "B"], "or") == "AまたはB"
        assert (amounts("8 hours"), amounts("60 days (2027-01-31)")) == ("8時間", "60日 (2027-01-31)")
        assert (say_many("{count} day", "{count} days", "1,200"), large(35e6)) == ("1,200日", "3500万")
    with speaking("de"):
        assert number("1,234.5") == "1.234,5"
    assert (worded("no changes"), amounts("8 hours"), listed(["A", "B"])) == (
        "no changes",
        "8 hours",
        "A and B",
    )


@pytest.fixture(scope="module")
def plans():
    made = {}
    for name, (question, day) in PLANS.items():
        fields = read_scenario(question) if isinstance(question, Path) else question
        made[name] = make_any_plan({**fields, "lang": "ja"}, (), day, samples=1000 if name == "edge" else 200)
    return made


SHOWN = ({}, {"verbose": True}, {"everything": True})
"""The page, all that is known of it, and every option."""


@pytest.mark.slow
@pytest.mark.parametrize(("name", "width"), [*product(PLANS, (80, 100)), ("tokyo", 140), ("offline", 140)])
def test_a_plan_has_no_english_left(plans, monkeypatch, name, width):
    monkeypatch.setenv("COLUMNS", str(width))
    plan = plans[name]
    for settings in SHOWN:
        shown = render(plan, **{"everything": False, "terminal": False, **settings})
        assert max(map(cell_len, shown.splitlines())) <= width
        assert not english(" ".join(shown.replace(plan.workload["name"].text, "").split()))


@pytest.mark.slow
def test_reasons_have_no_english_left(plans):
    for plan in plans.values():
        texts = {reason.text for option in plan.options for reason in (*option.reasons, *option.requires)}
        texts |= {note for option in plan.options for note in (*option.notes, *option.cost_usd.not_counted)}
        texts |= {reason.text for each in plan.targets for reason in (*each.reasons, *each.cautions)}
        assert not [text for text in texts if english(text)]


@pytest.mark.slow
def test_what_is_shown_is_what_was_looked_at(plans, monkeypatch, golden):
    monkeypatch.setenv("COLUMNS", "80")
    golden(ROOT / "tests" / "golden" / "terminal" / "tokyo.ja.txt", render(plans["tokyo"], False, False))


@pytest.mark.slow
def test_ids_and_numbers_are_the_same_in_every_language(plans):
    english = make_plan(read_scenario(PLANS["tokyo"][0]), (), DAY, samples=200)
    assert "lang" not in english.workload
    told = plans["tokyo"]
    assert [option.id for option in told.options] == [option.id for option in english.options]
    assert [option.p80_days for option in told.options] == [option.p80_days for option in english.options]
    assert [option.bottleneck for option in told.options] == [option.bottleneck for option in english.options]
    assert told.workload["lang"].value == "ja"


@pytest.mark.slow
def test_json_is_in_english_whoever_asks():
    asked = ("plan", str(PLANS["tokyo"][0]), "--today", str(DAY), "--samples", "0", "--format", "json")
    english, japanese = (CliRunner().invoke(cli, [*asked, *lang]) for lang in ((), ("--lang", "ja")))
    assert japanese.exit_code == 0
    assert japanese.output == english.output
    asked = ("check", "--route", "vpn", "--format", "json")
    english, japanese = (CliRunner().invoke(cli, [*asked, *lang]) for lang in ((), ("--lang", "ja")))
    assert japanese.output == english.output


EVIDENCE = re.compile(
    r"`[^`]*`|https?://\S+|\[//\].*|\w+/[\w-]+\.[\w.\\-]+|assumption: [^|]*|:milestone, crit"
    r"|(?<![\w/])\w+(?:-\w+)+(?:, )?"
)
"""What a report quotes as it was written: ids, addresses, and the words of those who made an assumption."""
TYPED = ("keep", "running_costs", "name")
"""Inputs whose values are words of ours that people type."""


def quoted(plan):
    """Notes on prices, which are quoted as they were read, and what was typed."""
    yield from (line.note for option in plan.options for line in option.cost_usd.lines)
    yield from (plan.workload[name].text for name in TYPED)


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
def test_a_report_has_no_english_left(plans, name):
    plan = plans[name]
    told = plan.workload["name"].text
    notes = sorted({text(note) for note in quoted(plan)}, key=len, reverse=True)
    for full in (False, True):
        report = render_markdown(plan, full=full)
        for note in filter(None, (*notes, told)):
            report = report.replace(note, "")
        cells = [cell for line in report.splitlines() for cell in EVIDENCE.sub("", line).split(" | ")]
        assert not [cell for cell in cells if english(cell)]


@pytest.mark.slow
def test_names_of_the_user_stay_as_they_are():
    plan = make_plan({**SERVER, "name": "2 days of copy", "site": "copy"}, (), DAY, samples=0)
    report = render_markdown(plan)
    assert "| 名前 | 2 days of copy |" in report
    assert "| 拠点名 | copy |" in report


@pytest.mark.slow
def test_an_english_report_is_the_same_after_a_japanese_one(plans):
    english_plan = make_plan(read_scenario(PLANS["tokyo"][0]), (), DAY, samples=200)
    before = render_markdown(english_plan)
    assert render_markdown(plans["tokyo"]) != before
    assert render_markdown(english_plan) == before
    assert before.isascii() or not re.search("[ぁ-ん]", before)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::migplan.report.charts.canvas.NoFontWarning")
def test_a_page_says_its_language_and_so_do_its_charts(plans):
    page = render_html(plans["tokyo"])
    assert '<html lang="ja">' in page
    assert page.count('class="page"') == 3
    assert page.count('class="appendix"') == 1
    charts = re.findall("<svg.*?</svg>", page, re.DOTALL)
    assert len(charts) == 3
    told = [
        re.sub("&[a-z]+;", "", word) for chart in charts for word in re.findall(">([^<>]+)</text>", chart)
    ]
    assert not [word for word in told if english(word)]
    assert all("font-family: 'Noto Sans CJK JP', " in chart for chart in charts)
    # Each drawing has ids of its own.
    ids = [set(re.findall(r' id="([^"]+)"', chart)) for chart in charts]
    assert not ids[0] & ids[1]
    assert not ids[1] & ids[2]


@pytest.mark.slow
@pytest.mark.parametrize(("there", "said"), [((), 1), (("Yu Gothic",), 0)])
def test_charts_say_where_no_font_has_their_letters(plans, monkeypatch, there, said):
    monkeypatch.setattr(FontManager, "get_font_names", lambda _: ["DejaVu Sans", *there])
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        with speaking("ja"), sheet("any", 1.0) as (figure, axes):
            axes.set_title("期限")
            svg = to_svg(figure)
    assert [each.category for each in found] == [NoFontWarning] * said
    assert all("Noto Sans CJK JP" in str(each.message) for each in found)
    assert "'Yu Gothic'" in svg
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        with sheet("any", 1.0) as (figure, axes):
            assert "Yu Gothic" not in to_svg(figure)
    assert not found


@pytest.mark.slow
def test_a_font_that_lacks_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(FontManager, "get_font_names", lambda _: ["DejaVu Sans"])
    path = str(tmp_path / "report.html")
    asked = ("report", str(PLANS["tokyo"][0]), "-o", path, "--today", str(DAY), "--samples", "100")
    done = CliRunner().invoke(cli, [*asked, "--lang", "ja"])
    assert done.exit_code == 0
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("note: 図の文字に使える日本語フォントがない")
    assert not CliRunner().invoke(cli, [*asked, "--force"]).stderr


@pytest.mark.slow
def test_what_is_planned_already_keeps_its_language(tmp_path):
    asked = ("plan", str(PLANS["tokyo"][0]), "--today", str(DAY), "--samples", "0", "--lang", "ja")
    path = str(tmp_path / "plan.json")
    assert CliRunner().invoke(cli, [*asked, "-o", path]).exit_code == 0
    report = ("report", path, "-o", str(tmp_path / "report.md"))
    done = CliRunner().invoke(cli, [*report, "--lang", "ja"])
    assert str(done.exception).startswith("lang: what is planned already is told in 'en'; wanted a scenario")
    assert CliRunner().invoke(cli, [*report, "--lang", "en"]).exit_code == 0


def test_checks_have_no_english_left():
    with speaking("ja"):
        for check in all_checks():
            for text in (check.name, check.text, check.applies):
                assert not english(text), text


@pytest.mark.slow
def test_checks_are_told_in_the_language_that_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(cli, ["check", "--route", "vpn", "--lang", "ja"])
    assert done.exit_code == 0
    assert "対象: " in done.output
    assert not english(re.sub(r"\S+://\S+|\([\w/+-]+\)", "", done.output))
    assert max(map(cell_len, done.output.splitlines())) <= 80
    path = tmp_path / "ja.toml"
    path.write_text('volume = "5 TB"\nlink = "1 Gbps"\nlang = "ja"\n')
    assert "対象: " in CliRunner().invoke(cli, ["check", str(path)]).output
    assert "Applies: " in CliRunner().invoke(cli, ["check", str(path), "--lang", "en"]).output


@pytest.mark.slow
def test_english_loads_neither_babel_nor_a_catalogue():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom migplan.cli import cli\n"
        "done = CliRunner().invoke(cli, ['plan', '--volume', '5 TB', '--link', '1 Gbps', '--samples', '0'])\n"
        "assert done.exit_code == 0\nprint('babel' in sys.modules)\n"
        "from migplan import language\nprint(language._catalogue.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "0"]
