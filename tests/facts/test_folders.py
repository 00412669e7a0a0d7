"""Folders of profiles that hold what no profile is."""

import os
import sys

import pytest

from migplan.errors import MigplanError
from migplan.facts.compile import compile_folders
from migplan.facts.folders import read_folders
from migplan.facts.store import own_folder

FACT = '[facts.file_rate]\nvalue = {value}\nunit = "1/s"\nsource = "https://x"\nas_of = 2026-01-01\n'


def faults(folder, content):
    (folder / "hosts").mkdir()
    (folder / "hosts" / "box.toml").write_bytes(content)
    with pytest.raises(MigplanError) as error:
        compile_folders([own_folder(), folder])
    lines = [str(fault) for fault in error.value.faults]
    assert all("\n" not in line and line.startswith("hosts/box.toml: ") for line in lines)
    return lines


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"x = " + b"[" * 3_000, "has too many brackets inside each other"),
        (b"x = " + b"{a=" * 3_000, "has too many brackets inside each other"),
        (FACT.format(value="9" * 5_000).encode(), "whole number of more than 64 bits"),
        (FACT.format(value="9" * 30).encode(), "whole number of more than 64 bits"),
        (b".".join([b"a"] * 50_000) + b" = 1", "has a key of more than 64 parts"),
        (b"[" + b" . ".join([b'"a"'] * 50_000) + b"]", "has a key of more than 64 parts"),
        (b"x = {" + b".".join([b"'a'"] * 65) + b" = 1}", "has a key of more than 64 parts"),
        (b"\xff", "is not UTF-8 (byte 0)"),
        (b"x = ", "is not TOML"),
        (b"#" * 16_000_001, "has 16,000,001 bytes; wanted a profile of at most 16,000,000"),
    ],
    ids=["arrays", "tables", "giant", "large", "key", "header", "inline", "bytes", "toml", "size"],
)
def test_hostile_files_are_faults_of_one_line(tmp_path, content, told):
    assert told in faults(tmp_path, content)[0]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
@pytest.mark.parametrize(
    "make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path)], ids=["pipe", "zero"]
)
def test_what_is_no_regular_file_is_not_read(tmp_path, make):
    (tmp_path / "hosts").mkdir()
    make(tmp_path / "hosts" / "box.toml")
    (fault,) = read_folders([tmp_path]).faults
    assert str(fault) == "hosts/box.toml: is no regular file; wanted a TOML file"


def test_every_fault_of_a_folder_is_told(tmp_path):
    for name in ("hosts/box", "boxes/box.toml", "hosts/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "hosts" / "gone.toml").symlink_to(tmp_path / "nowhere")
    told = [str(fault) for fault in read_folders([tmp_path, tmp_path / "none"]).faults]
    assert told[0].startswith("boxes: nothing reads this; wanted folders assumptions, checks, ")
    assert told[1:3] == [
        "hosts/box: wanted only .toml files here",
        "hosts/gone.toml: cannot be read: No such file or directory",
    ]
    assert told[3].endswith("none: is not a folder; wanted a folder of profiles")


def test_names_in_messages_are_printable(tmp_path):
    (tmp_path / "a\x1bb").mkdir()
    (fault,) = read_folders([tmp_path]).faults
    assert "\x1b" not in str(fault)


def test_a_link_to_a_folder_is_a_folder(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "hosts").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "box.toml").write_text("", encoding="utf-8")
    assert [file.place for file in read_folders([tmp_path / "mine"]).files] == ["hosts/box.toml"]
