import os

import pytest

from migplan import cache
from migplan.facts import load


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def test_what_was_kept_comes_back():
    assert cache.kept("one") is None
    cache.keep("one", {"a": [1, 2]}, "o", 5)
    assert cache.kept("one") == {"a": [1, 2]}


def test_what_cannot_be_read_is_as_good_as_nothing(own_folder):
    cache.keep("one", 1, "o", 5)
    (own_folder / "one.json").write_text("{", encoding="utf-8")
    assert cache.kept("one") is None


def test_of_a_family_the_newest_stay(own_folder):
    for number in range(6):
        cache.keep(f"old-{number}", number, "old-", 3)
        os.utime(own_folder / f"old-{number}.json", (number, number))
    cache.keep("other", 0, "other", 3)
    assert sorted(path.name for path in own_folder.iterdir()) == [
        "old-2.json", "old-3.json", "old-4.json", "old-5.json", "other.json",
    ]  # fmt: skip


def test_without_a_folder_nothing_is_kept_and_nothing_breaks(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "file"))
    cache.keep("one", 1, "o", 5)
    assert cache.kept("one") is None


@pytest.mark.parametrize(
    "content", ["{}", "[]", "1", "null", '{"units": []}', '{"movers": {"x": 3}}', '{"movers": []}']
)
def test_a_kept_catalogue_of_another_form_is_compiled_anew(own_folder, content):
    known = load()
    (kept,) = own_folder.glob("catalogue-*.json")
    kept.write_text(content, encoding="utf-8")
    assert load() == known
    assert len(kept.read_text(encoding="utf-8")) > 1000
