"""The worked examples: questions in `reports/*.toml`, answers beside them; `make reports` writes the answers anew."""

from pathlib import Path

import pytest

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
