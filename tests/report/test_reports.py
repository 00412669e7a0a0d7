"""The worked examples: questions in `reports/*.toml`, answers beside them; `make reports` writes the answers anew."""

import datetime as dt
import re
from pathlib import Path

import pytest

import migplan

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "reports"
DAY = "2026-11-23"
# A history is planned on the day of its question.
DAYS = {"history-snowball-2024": "2024-06-01"}
NAMES = sorted(path.stem for path in REPORTS.glob("*.toml"))


@pytest.fixture
def run(call, monkeypatch):
    """Run a command that goes well in a folder; gives what it prints."""

    def at(folder, *arguments):
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.chdir(folder)
        status, out, err = call(*arguments)
        assert status == 0, err
        return out

    return at


def test_the_examples_are_there():
    assert {
        "branch-20tb",
        "file-server-150tb",
        "history-snowball-2024",
        "media-500tb",
        "tokyo-100tb-smb",
    } <= set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_answers_are_what_the_questions_give_today(name, golden, request, run, tmp_path):
    day = DAYS.get(name, DAY)
    run(tmp_path, "report", REPORTS / f"{name}.toml", "--today", day, "-o", tmp_path / f"{name}.md")
    made = sorted(tmp_path.iterdir())
    assert made
    golden(REPORTS / f"{name}.md", (tmp_path / f"{name}.md").read_text(encoding="utf-8"))
    for path in made:
        # Another version of the drawing library draws the same with other bytes.
        if request.config.getoption("--update-golden"):
            (REPORTS / path.name).write_bytes(path.read_bytes())
        assert (REPORTS / path.name).exists()


def test_no_answer_is_left_over(tmp_path):
    for path in REPORTS.iterdir():
        if path.is_dir():
            continue
        assert any(path.stem == name or path.stem.startswith(f"{name}-") for name in NAMES), path.name


def test_the_readme_shows_what_its_command_prints(golden, run):
    """The block after `$ command` is the command's output, word for word."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, marker, rest = text.partition("```console\n$ ")
    assert marker, "the README has no example"
    command, _, shown = rest.partition("\n")
    _, _, after = shown.partition("```\n")
    words = command.split()
    assert words[0] == "migplan"
    printed = run(ROOT, *words[1:])
    golden(readme, f"{before}{marker}{command}\n{printed}```\n{after}")


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_names_availability_medium_and_settings_of_what_it_compares(name):
    text = (REPORTS / f"{name}.md").read_text(encoding="utf-8")
    table = text.partition("### The same targets in other configurations")[2].partition("\n#")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| ")][2:]
    assert rows
    for row in rows:
        assert re.search(r"zone", row), row
        assert re.search(r"SSD|HDD|[Tt]ier|class|Archive|Infrequent Access|Glacier|single-zone$", row), row
    listed = text.partition("scripts these ids:")[2].partition("Why 1 and not")[0]
    options = re.findall(r"^- \d+: `[^`]+`; (.+)$", listed, re.M)
    assert options
    for told in options:
        assert re.search(r"agent|host", told), told
        if "loading host" not in told:
            assert re.search(r"verified|compare", told), told


@pytest.mark.parametrize("name", NAMES)
def test_no_difference_of_money_in_an_answer_has_a_price_that_nobody_knows(name):
    day = dt.date.fromisoformat(DAYS.get(name, DAY))
    made = migplan.plan(REPORTS / f"{name}.toml", today=day, samples=100)
    ways = {way.id: way for way in made.options}

    def unknown(way):
        return {(line.item, line.quantity) for line in ways[way].cost_usd.lines if line.amount is None}

    advice = made.recommendation
    told = [(entry["option"], entry["because"]) for entry in advice.not_chosen]
    told += [(entry["option"], entry["text"]) for entry in advice.alternatives]
    told += [(entry["other"] or entry["option"], entry["text"]) for entry in advice.close_calls]
    assert told
    for way, text in told:
        if unknown(way) != unknown(advice.option):
            assert not re.search(r"[\d,]+ USD (more|less)|saves [\d,]+ USD|costs [\d,]+ USD", text), (
                way,
                text,
            )
