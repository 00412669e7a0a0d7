"""What somebody at a terminal sees while a command works, and what nobody else does."""

import sys

import pytest

from migplan.cli import progress
from migplan.facts import store

SCENARIO = 'volume = "10 TB"\nlink = "1 Gbps"\n'
DAY = ("--today", "2026-11-23")
LONG = {
    "report": (("report", "s.toml", "-o", "r.html", "--samples", "10", *DAY), "wrote r.html\n"),
    "markdown": (
        ("report", "s.toml", "-o", "r.md", "--samples", "10", *DAY),
        "wrote r.md and 3 files beside it\n",
    ),
    "sweep": (("sweep", "s.toml", "--over", "link=1Gbps..2Gbps:2", "--samples", "0", *DAY), ""),
    "tornado": (("tornado", "s.toml", "-o", "t.json", *DAY), "wrote t.json\n"),
    "breakeven": (("breakeven", "s.toml", "-o", "b.json", *DAY), "wrote b.json\n"),
}


class Bar:
    """Stands for the bar of rich: what it was told."""

    def __init__(self):
        self.told, self.task_ids, self.is_there = [], [0], False

    def start(self):
        self.is_there = True

    def add_task(self, what, total):
        pass

    def update(self, task, description, completed, total):
        self.told.append(description)

    def stop(self):
        self.is_there = False


@pytest.fixture
def bar(monkeypatch):
    made = Bar()
    monkeypatch.setattr(progress, "_bar", lambda: made)
    return made


@pytest.fixture
def look(call, monkeypatch):
    """Call with somebody at a terminal, which is one as soon as the test itself runs."""

    def run(*arguments):
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        return call(*arguments)

    return run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "s.toml").write_text(SCENARIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", LONG)
def test_long_commands_tell_what_they_do_and_what_they_wrote(look, bar, name):
    arguments, wrote = LONG[name]
    status, _, err = look(*arguments)
    assert (status, err) == (0, wrote)
    assert bar.told
    assert not bar.is_there


@pytest.mark.parametrize("name", LONG)
def test_nothing_is_told_where_nobody_looks(call, bar, name):
    status, _, err = call(*LONG[name][0])
    assert (status, err, bar.told) == (0, "", [])


def test_the_line_is_gone_before_an_answer_and_before_an_error(look, bar, monkeypatch):
    import click

    seen = []
    monkeypatch.setattr(click, "echo", lambda *_, **__: seen.append(bar.is_there))
    look("sweep", "s.toml", "--over", "link=1Gbps..2Gbps:2", "--samples", "0", *DAY)
    look("tornado", "s.toml", "--option", "none/at/all", *DAY)
    assert seen == [False, False]
    assert bar.told


def test_a_first_run_says_that_it_compiles_its_facts(look, bar, tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "_held", {})
    assert look("facts", "list", "clouds")[0] == 0
    assert bar.told == ["compiling the facts, once for all starts"]
    assert not bar.is_there
    monkeypatch.setattr(store, "_held", {})
    bar.told.clear()
    assert look("facts", "list", "clouds")[0] == 0
    assert bar.told == []


def test_the_bar_of_a_terminal_is_made(capsys):
    line = progress.Line()
    line("planning")
    line("planning", 1, 2)
    line("")
    line("")
    assert capsys.readouterr().out == ""
