import os
import stat
import sys

import pytest

from migplan import cache

POSIX = pytest.mark.skipif(not hasattr(os, "getuid"), reason="owners and modes are those of POSIX")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def test_what_was_kept_comes_back():
    assert cache.load("one") is None
    cache.store("one", {"a": [1, 2]}, "o", 5)
    assert cache.load("one") == {"a": [1, 2]}


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", "1", "null", '{"digest":"","kept":1}'])
def test_what_cannot_be_read_is_as_good_as_nothing(own_folder, content):
    cache.store("one", 1, "o", 5)
    (own_folder / "one.json").write_text(content, encoding="utf-8")
    assert cache.load("one") is None


def test_what_was_altered_or_renamed_does_not_count(own_folder):
    cache.store("one", {"price": 1}, "o", 5)
    data = (own_folder / "one.json").read_bytes()
    (own_folder / "two.json").write_bytes(data)
    assert cache.load("two") is None
    (own_folder / "one.json").write_bytes(data.replace(b'"price":1', b'"price":0'))
    assert cache.load("one") is None


@POSIX
@pytest.mark.parametrize("mode", [0o646, 0o664])
def test_what_others_can_write_does_not_count(own_folder, mode):
    cache.store("one", 1, "o", 5)
    (own_folder / "one.json").chmod(mode)
    assert cache.load("one") is None


@POSIX
def test_what_belongs_to_another_user_does_not_count(monkeypatch, own_folder):
    cache.store("one", 1, "o", 5)
    owner = (own_folder / "one.json").stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    # What the administrator put there is trusted, as is every program of the machine.
    assert cache.load("one") == (1 if owner == 0 else None)
    os.chown(own_folder / "one.json", owner + 2, -1) if owner == 0 else None
    assert cache.load("one") is None


@POSIX
def test_nobody_else_can_write_what_is_kept_whatever_the_umask(own_folder):
    before = os.umask(0)
    try:
        cache.store("one", 1, "o", 5)
    finally:
        os.umask(before)
    assert stat.S_IMODE((own_folder / "one.json").stat().st_mode) == 0o644


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_in_its_place_is_not_waited_for(own_folder):
    own_folder.mkdir(parents=True)
    os.mkfifo(own_folder / "one.json")
    assert cache.load("one") is None


def test_of_a_family_the_newest_stay(own_folder):
    for number in range(6):
        cache.store(f"old-{number}", number, "old-", 3)
        os.utime(own_folder / f"old-{number}.json", (number, number))
    cache.store("other", 0, "other", 3)
    assert sorted(path.name for path in own_folder.iterdir()) == [
        "old-2.json", "old-3.json", "old-4.json", "old-5.json", "other.json",
    ]  # fmt: skip


def test_without_a_folder_nothing_is_kept_and_nothing_breaks(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "file"))
    cache.store("one", 1, "o", 5)
    assert cache.load("one") is None


def test_a_write_that_fails_leaves_nothing(own_folder):
    (own_folder / "one.json").mkdir(parents=True)
    cache.store("one", 1, "o", 5)
    assert [path.name for path in own_folder.iterdir()] == ["one.json"]


def test_drafts_of_programs_that_ended_are_removed(own_folder):
    own_folder.mkdir(parents=True)
    for name, age in (("one.4711", 0), ("one.0815.draft", 2e9)):
        (own_folder / name).write_text("{", encoding="utf-8")
        os.utime(own_folder / name, (age, age))
    cache.store("one", 1, "o", 5)
    assert sorted(path.name for path in own_folder.iterdir()) == ["one.0815.draft", "one.json"]
