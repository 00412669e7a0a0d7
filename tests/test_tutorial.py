"""The tutorial is done as it is written: its commands run, in its order, and print what it says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
_BLOCK = re.compile(r"```(console|toml)\n(.*?)```\n", re.DOTALL)


@pytest.fixture
def done(call, tmp_path, monkeypatch):
    """Do one block of the page in a folder of its own; gives the block as it should stand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def do(kind, text):
        if kind == "toml":
            set_lines(Path("move.toml"), text)
            return text
        command = text.splitlines()[0]
        status, out, err = call(*arguments(command.removeprefix("$ migplan ")))
        assert status == 0, err
        return f"{command}\n{out or err}"

    return do


def arguments(line):
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', line)]


def set_lines(path, lines):
    """Set keys of a scenario as a person would, who takes the # off where there is one."""
    text = path.read_text(encoding="utf-8")
    for line in lines.splitlines():
        key = line.split(" = ")[0]
        text, count = re.subn(rf"^(?:# )?{key} = .*$", line, text, flags=re.MULTILINE)
        assert count == 1, key
    path.write_text(text, encoding="utf-8")


def test_the_tutorial_runs_and_prints_what_it_says(done, golden):
    page = PAGE.read_text(encoding="utf-8")
    now = _BLOCK.sub(lambda block: f"```{block[1]}\n{done(block[1], block[2])}```\n", page)
    golden(PAGE, now)
    assert Path("move.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
