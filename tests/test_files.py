"""The door for files: what is read is bounded, what is written destroys nothing."""

import contextlib
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from migplan import files, origin
from migplan.errors import Fault, MigplanError


def refused(call, *arguments, **settings):
    with pytest.raises(MigplanError) as error:
        call(*arguments, **settings)
    (fault,) = error.value.faults
    return fault


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no device without end")
def test_a_file_without_end_is_read_up_to_the_limit(tmp_path):
    assert "larger than 1,000 bytes; wanted a scenario" in str(
        refused(files.read_limited, Path("/dev/zero"), 1000, "scenario")
    )


def test_a_sparse_file_is_read_up_to_the_limit(tmp_path):
    path = tmp_path / "sparse.toml"
    with path.open("wb") as file:
        file.truncate(5 << 30)
    assert refused(files.read_text, path, 4_000_000).code == "bad-file"


def test_a_file_of_just_the_limit_is_read(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    assert files.read_limited(path, 10) == b"x" * 10
    assert refused(files.read_limited, path, 9).code == "bad-file"


@pytest.mark.parametrize("name", ["none", "nul\0in it"])
def test_what_cannot_be_read_is_one_fault(tmp_path, name):
    assert "cannot be read" in refused(files.read_limited, tmp_path / name, 9).message


def test_a_text_is_utf_8_with_or_without_its_mark(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"\xef\xbb\xbfa")
    assert files.read_text(path, 9) == "a"
    path.write_bytes(b"a\xff")
    assert "is not UTF-8 (byte 1)" in refused(files.read_text, path, 9).message


def test_names_and_messages_send_nothing_to_a_terminal():
    fault = Fault("bad-file", "a\x1b]0;t\x07\nb", "found '\x1b[2J\u202e'")
    assert str(fault) == r"a\x1b]0;t\x07 b: found '\x1b[2J\u202e'"


OFFERED = ("table", "json", "markdown")


@pytest.mark.parametrize(
    ("name", "given", "form"),
    [
        ("a.json", None, "json"),
        ("a.JSON", None, "json"),
        ("a.md", "markdown", "markdown"),
        ("a.txt", None, "table"),
        ("a", "json", "json"),
    ],
)
def test_a_suffix_decides_the_format(tmp_path, name, given, form):
    assert files.format_of(tmp_path / name, given, OFFERED) == form


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("a.docx", None, "a.docx: ends in '.docx'; wanted a name that ends in .txt or .json or .md or .markdown"),
        ("a", None, "a: has no suffix; wanted a name that ends in .txt"),
        ("a.html", None, "a.html: ends in '.html'; wanted a name"),
        ("a.json", "markdown", "a.json: ends in '.json'; wanted a name that ends in .md or .markdown with --for"),
        ("a.out", "json", "a.out: ends in '.out'; wanted a name that ends in .json with --format json"),
    ],
)  # fmt: skip
def test_other_suffixes_and_contradictions_are_refused(tmp_path, name, given, told):
    assert told in str(refused(files.format_of, tmp_path / name, given, OFFERED))


def test_standard_output_and_devices_have_no_suffix(tmp_path):
    assert files.format_of(None, None, OFFERED) == "table"
    assert files.format_of(Path(os.devnull), "json", OFFERED) == "json"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.toml", b""),
        ("a.json", b'{\n"schema": "migplan.plan/1",\n"today": "2026-11-23"}'),
        ("a.html", b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta name="generator" content="migplan">'),
        ("a.svg", b"<?xml?><svg><metadata><dc:title>migplan</dc:title>"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR....\x08\x06tEXtSoftware\x00migplan\x91"),
        ("a.md", b"# Mine\n\n[//]: # (Written by migplan.)\n"),
        ("a.txt", b"x\n\nWritten by migplan.\n"),
        ("a.csv", b'name,"option","cost_horizon_usd"\n'),
        ("a.csv", b"name;planned_cost_horizon_usd;x\n"),
        ("a.csv", b"link,option,cost_horizon_usd\r\n"),
        ("a.errors.csv", b'"line","column","code","message","row"\n'),
        ("box.toml", b'# Written by migplan backtest.\nname = "Box"\n'),
    ],
)
def test_files_of_ours_are_known(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert origin.is_ours(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.toml", b'# for migplan\nvolume = "1 TB"\n'),
        ("a.json", b'{"of": "migplan.plan/1"}'),
        ("a.json", b'{"name": "x", "schema": "migplan.plan/1"}'),
        ("a.md", b"# Notes\n\nWritten by migplan. And changed by me.\n"),
        ("a.md", b"Our migplan notes\n"),
        ("a.csv", b"name,cost_horizon_usd_2020\n"),
        ("a.csv", b"name\ncost_horizon_usd\n"),
        ("a.csv", b"migplan,volume\n"),
        ("a.py", b"names = ['cost_horizon_usd']\n"),
        ("a.xlsx", b"cost_horizon_usd"),
        ("a.parquet", b"PAR1 cost_horizon_usd PAR1"),
        ("a.html", b"<html>migplan</html>"),
        ("a.svg", b"<svg>migplan</svg>"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR....tEXtSoftware\x00another tEXtTitle\x00migplan"),
    ],
)
def test_files_of_others_are_known(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert not origin.is_ours(tmp_path / name)


@pytest.mark.parametrize(("column", "ours"), [("cost_horizon_usd", True), ("cost", False)])
def test_tables_of_ours_are_known_by_their_columns(tmp_path, column, ours):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"name": ["a"] * 9, column: [1.0] * 9}), tmp_path / "a.parquet")
    assert origin.is_ours(tmp_path / "a.parquet") is ours
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<sst><si><t>name</t></si><si><t>{column}</t></si></sst>")
    assert origin.is_ours(tmp_path / "a.xlsx") is ours


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("harm", [b"\xff\xff\xff\xff", b""])
def test_a_broken_workbook_is_not_ours(tmp_path, packing, harm):
    path, name = tmp_path / "a.xlsx", "xl/sharedStrings.xml"
    with zipfile.ZipFile(path, "w", packing) as book:
        book.writestr(name, "cost_horizon_usd " * 1000)
    assert origin.is_ours(path)
    whole = path.read_bytes()
    # The text begins after a head of 30 bytes and the name, and for LZMA after 9 bytes of its own.
    start = 30 + len(name) + (9 if packing == zipfile.ZIP_LZMA else 0)
    path.write_bytes(whole[:start] + harm + whole[start + 4 :])
    assert not origin.is_ours(path)


def test_an_output_is_no_input_by_whatever_name(tmp_path):
    source = tmp_path / "a.json"
    source.write_text('{"schema": "migplan.plan/1"}')
    (tmp_path / "link.json").symlink_to(source)
    os.link(source, tmp_path / "hard.json")
    for name in ("a.json", "./a.json", "link.json", "hard.json"):
        fault = refused(files.check_outputs, [source], [tmp_path / name], force=True)
        assert "is an input of this command" in fault.message


def test_an_output_lies_in_no_folder_that_is_read(tmp_path):
    (tmp_path / "mine" / "prices").mkdir(parents=True)
    fault = refused(
        files.check_outputs, [tmp_path / "mine"], [tmp_path / "mine" / "prices" / "a.toml"], force=True
    )
    assert "which this command reads" in fault.message
    files.check_outputs([tmp_path / "mine"], [tmp_path / "a.toml"])


def test_no_output_is_written_twice(tmp_path):
    fault = refused(files.check_outputs, [], [tmp_path / "a", tmp_path / "b", tmp_path / "." / "a"])
    assert "would be written twice" in fault.message


def test_a_file_of_somebody_else_needs_force(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text("Mine.\n")
    assert "or --force" in refused(files.check_outputs, [], [path]).message
    files.check_outputs([], [path], force=True)


def test_a_file_in_no_folder_is_refused_before_the_work(tmp_path):
    fault = refused(files.check_outputs, [], [tmp_path / "none" / "a.md"])
    assert (fault.code, "is no folder" in fault.message) == ("write-failed", True)


def test_what_is_replaced_hands_on_its_mode_and_what_is_new_heeds_the_mask(tmp_path):
    secret, new = tmp_path / "secret.json", tmp_path / "new.json"
    secret.write_text("")
    secret.chmod(0o600)
    old = os.umask(0o027)
    try:
        files.write_whole(secret, "x")
        files.write_whole(new, "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


def test_a_link_leads_to_what_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "plan.json"
    link.symlink_to(tmp_path / "there" / "plan.json")
    files.write_whole(link, "x")
    assert link.is_symlink()
    assert (tmp_path / "there" / "plan.json").read_text() == "x"


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.Path, "replace", full)
    assert "No space left" in refused(files.write_whole, path, "after").message
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.json", "before")]


def test_a_device_gets_the_text_and_has_nothing_beside_it(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write_result(pipe, "text", "markdown", {"chart.svg": "x"})
    assert os.read(reader, 99) == b"text\n"
    os.close(reader)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]


def test_what_lies_beside_is_checked_before_anything_is_written(tmp_path):
    (tmp_path / "a-time.svg").write_text("<svg>mine</svg>")
    report = tmp_path / "a.md"
    fault = refused(files.write_result, report, "x", "markdown", {"a-line.svg": "x", "a-time.svg": "y"})
    assert "a-time.svg" in fault.where
    assert [each.name for each in tmp_path.iterdir()] == ["a-time.svg"]


@pytest.mark.slow
def test_an_output_is_locked_against_other_processes(tmp_path):
    path = tmp_path / "out.csv"
    code = (
        "import sys\nfrom pathlib import Path\nfrom migplan import files\nfrom migplan.errors import MigplanError\n"
        "try:\n    with files.locked(Path(sys.argv[1])):\n        print('taken')\n"
        "except MigplanError as error:\n    print(error)"
    )

    def other():
        return subprocess.run(
            [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
        ).stdout

    with files.locked(path):
        assert "is being written by another run" in other()
        assert [each.name for each in tmp_path.iterdir()] == [".out.csv.lock"]
    assert other() == "taken\n"
    assert not list(tmp_path.iterdir())


def test_a_lock_that_a_killed_run_left_behind_holds_nobody_up(tmp_path):
    (tmp_path / ".out.csv.lock").touch()
    with files.locked(tmp_path / "out.csv"):
        pass
    with contextlib.suppress(RuntimeError), files.locked(tmp_path / "out.csv"):
        raise RuntimeError
    assert not list(tmp_path.iterdir())
