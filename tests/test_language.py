"""Languages: English costs nothing, and every other one is whole."""

import datetime as dt
import gettext
import importlib.util
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from migplan.analyses.checks import all_checks
from migplan.analyses.plan import make_plan
from migplan.cli import cli
from migplan.inputs.scenario import read_scenario
from migplan.language import amounts, languages, large, number, say_many, speaking, worded
from migplan.report.terminal import render
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
}
ENGLISH = re.compile(r"(?:\b[a-z]{2,}\b[ ,;:.]+){2,}[a-z]{2,}\b|\b(?:the|and|of|is|are|not|with|for|to)\b")
"""Three small words in a row, or one that is part of any sentence."""
PRODUCTS = re.compile(r"\b(?:FSx for \w+|Site-to-Site|(?:Service|Analytics) for (?:Apache Flink|SQL))\b")
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
    assert not wanted - had, "python tests/messages.py adds them"
    assert not had - wanted
    assert not [entry.id for entry in catalogue if entry.id and not all(texts_of(entry))], "not translated"


def test_a_translation_has_the_names_of_its_template(catalogue):
    for entry in catalogue:
        template = entry.id if isinstance(entry.id, str) else entry.id[1]
        for text in texts_of(entry) if entry.id else ():
            assert sorted(NAMES.findall(text)) == sorted(NAMES.findall(template)), template
            assert text.count("\n") == template.count("\n"), template


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_what_is_read_is_what_was_compiled(path):
    fresh = gettext.GNUTranslations(io.BytesIO(SCRIPT.compiled(SCRIPT.catalogue_of(path))))
    with path.with_suffix(".mo").open("rb") as file:
        had = gettext.GNUTranslations(file)
    # The head says which Babel compiled it.
    assert {**had._catalog, "": ""} == {**fresh._catalog, "": ""}, "python tests/messages.py"


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
        made[name] = make_plan({**fields, "lang": "ja"}, (), day, samples=1000 if name == "edge" else 200)
    return made


SHOWN = ({}, {"verbose": True}, {"everything": True})
"""The page, all that is known of it, and every option."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("width", [80, 140])
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


@pytest.mark.slow
def test_what_is_in_english_alone_is_refused_in_one_line(tmp_path):
    asked = ("plan", str(PLANS["tokyo"][0]), "--today", str(DAY), "--samples", "0", "--lang", "ja")
    for form in ("markdown", "html"):
        done = CliRunner().invoke(cli, [*asked, "--format", form])
        assert str(done.exception).startswith("lang: reports are in English alone; wanted 'en'")
    path = str(tmp_path / "report.html")
    asked = ("report", str(PLANS["tokyo"][0]), "-o", path, "--samples", "0", "--lang")
    assert "reports are in English alone" in str(CliRunner().invoke(cli, [*asked, "ja"]).exception)
    assert CliRunner().invoke(cli, [*asked, "en"]).exit_code == 0


def test_checks_have_no_english_left():
    with speaking("ja"):
        for check in all_checks():
            for text in (check.name, check.text, check.applies):
                assert not english(text), text


@pytest.mark.slow
def test_checks_are_told_in_the_language_that_is_asked_for(tmp_path):
    done = CliRunner().invoke(cli, ["check", "--route", "vpn", "--lang", "ja"])
    assert done.exit_code == 0
    assert "対象: " in done.output
    assert not english(re.sub(r"\S+://\S+|\([\w/+-]+\)", "", done.output))
    path = tmp_path / "ja.toml"
    path.write_text('volume = "5 TB"\nlink = "1 Gbps"\nlang = "ja"\n')
    assert "対象: " in CliRunner().invoke(cli, ["check", str(path)]).output
    assert "Applies: " in CliRunner().invoke(cli, ["check", str(path), "--lang", "en"]).output


@pytest.mark.slow
def test_english_loads_neither_babel_nor_a_catalogue():
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom migplan.cli import cli\n"
        "done = CliRunner().invoke(cli, ['plan', '--volume', '5 TB', '--link', '1 Gbps', '--samples', '0'])\n"
        "assert done.exit_code == 0\nprint(sorted({'babel', 'migplan.locale'} & sys.modules.keys()))\n"
        "from migplan import language\nprint(language._catalogue.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["[]", "0"]
