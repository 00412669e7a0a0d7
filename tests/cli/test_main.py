"""The last net: whatever goes wrong is one line, and what is written is what the terminal can show."""

import json
import os
import subprocess
import sys

import pytest

from migplan import api

PLAIN = ("plan", "--volume", "10 TB", "--link", "1 Gbps", "--samples", "0", "--today", "2026-11-23")
NAME = "Zürich 東京 \U0001f4be"


def run(*arguments, shell="", **environment):
    """Run the command line as a shell does; returns exit status, standard output and standard error as bytes."""
    command = [sys.executable, "-m", "migplan", *arguments]
    if shell:
        command = ["sh", "-c", shell, "sh", *command]
    done = subprocess.run(command, capture_output=True, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("a\x1b[2J\nb"), "error: ValueError: a\\x1b[2J b: this is a fault of migplan; please"),
        (KeyError(), "error: KeyError: no message: this is a fault of migplan"),
        (RecursionError("deep"), "error: RecursionError: deep: this is a fault of migplan"),
        (OSError(24, "Too many open files"), "error: the system refused: [Errno 24] Too many open files"),
        (BrokenPipeError(32, "Broken pipe"), "error: the system refused: [Errno 32] Broken pipe"),
        (MemoryError(), "error: not enough memory"),
        (ModuleNotFoundError("No module named 'pint'", name="pint"), "error: the package 'pint' is missing"),
    ],
)  # fmt: skip
def test_an_error_that_nobody_has_foreseen_is_one_line(call, monkeypatch, error, told):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(api, "plan", fail)
    status, out, err = call(*PLAIN)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(told)
    monkeypatch.setenv("MIGPLAN_TRACEBACK", "1")
    status, _, err = call(*PLAIN)
    assert status == 1
    assert err.startswith("Traceback (most recent call last):")
    assert err.splitlines()[-1].startswith(told)


def test_an_interrupt_ends_quietly(call, monkeypatch):
    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "plan", fail)
    status, out, err = call(*PLAIN)
    assert (status, out, err.strip()) == (130, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp932"])
def test_every_format_is_written_in_whatever_encoding(encoding):
    status, out, err = run(*PLAIN, "-v", "--name", NAME, PYTHONIOENCODING=encoding)
    assert (status, err) == (0, b"")
    shown = out.decode(encoding)
    assert "###" in shown
    # Only the picture in the name has nothing that stands for it; Latin 1 has no signs of Japanese either.
    _, begin, rest = shown.partition("SMB over")
    assert begin
    assert "?" not in rest
    assert "DataSync" in shown
    status, out, err = run(*PLAIN, "--name", NAME, "--format", "json", PYTHONIOENCODING=encoding)
    assert (status, err) == (0, b"")
    assert json.loads(out.decode("ascii"))["workload"]["name"]["text"] == NAME
    status, out, err = run(*PLAIN, "--name", NAME, "--format", "html", PYTHONIOENCODING=encoding)
    assert (status, err) == (0, b"")
    assert "Z&#252;rich &#26481;&#20140; &#128190;" in out.decode("ascii")


@pytest.mark.slow
def test_an_error_is_told_in_whatever_encoding():
    status, out, err = run(*PLAIN, "--link", "東 Gbps", PYTHONIOENCODING="cp1252")
    assert (status, out, err.count(b"\n")) == (2, b"", 1)
    assert err.decode("cp1252").startswith("error: link: '? Gbps'")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "json", "markdown", "html"])
def test_bytes_that_are_no_text_do_no_harm(form):
    status, _, err = run(*PLAIN, "--name", b"a\xffb", "--format", form)
    assert err.count(b"\n") <= 1
    assert b"fault of migplan" not in err
    assert status in (0, 2)
    status, _, err = run("plan", b"no\xff.toml")
    assert (status, err.count(b"\n")) == (2, 1)


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_error():
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m migplan plan --volume 10TB --all | head -1"], capture_output=True
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_a_misspelt_command_is_told_its_name(call):
    status, out, err = call("plann")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error: No such command 'plann'; did you mean plan? (see ")
    assert "did you mean show?" in call("facts", "shwo")[2]
    status, _, err = call("zzz")
    assert (status, err.count("\n")) == (2, 1)
    assert "wanted one of init, plan, report, diff, check, sweep, " in err


def test_a_misspelt_choice_is_told_what_it_may_have_been(call):
    status, _, err = call("check", "--trait", "multcast")
    assert (status, err.count("\n")) == (2, 1)
    assert "did you mean multicast?" in err
    assert "did you mean json?" in call(*PLAIN, "--format", "jsno")[2]


@pytest.mark.slow
def test_a_closed_standard_input_is_empty(tmp_path):
    status, _, err = run("batch", "-", "-o", str(tmp_path / "out.csv"), shell='exec "$@" <&-')
    assert status == 2
    assert (err.count(b"\n"), b"fault of migplan" in err) == (1, False)


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_the_version_is_told(call, flag):
    import migplan

    assert call(flag) == (0, f"migplan, version {migplan.__version__}\n", "")
