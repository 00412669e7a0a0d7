"""The catalogue as it is kept between two starts."""

import os
import shutil
from pathlib import Path

import pytest

from migplan import cache
from migplan.errors import MigplanError
from migplan.facts import compile as compile_
from migplan.facts import load, store

PRICE = """name = "S3 Standard storage, ours"
unit = "USD/GB/month"

[regions.any]
value = {value}
source = "assumption: our contract"
as_of = {day}
"""


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """A cache of its own, and a process that has loaded nothing yet."""
    monkeypatch.setenv("MIGPLAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "_held", {})
    return tmp_path / "cache"


def loaded_anew():
    """What the next process loads."""
    store._held.clear()
    return load()


def overlay(folder, value=0.01, day="2026-10-01"):
    path = folder / "prices" / "s3-standard-storage.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PRICE.format(value=value, day=day), encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    return path


def price(folder):
    return load([folder]).prices["s3-standard-storage"].region("any").fact.shown


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_was_kept_is_what_would_be_compiled(kept):
    first = load()
    (name,) = names(kept)
    assert name.startswith("catalogue-")
    assert loaded_anew() == first
    shutil.rmtree(kept)
    assert loaded_anew() == first


def test_one_process_makes_its_records_once(tmp_path):
    first = load()
    assert load() is first
    overlay(tmp_path / "mine")
    assert load([tmp_path / "mine"]).movers is load([tmp_path / "mine"]).movers
    assert load() is first
    for value in (0.03, 0.04):
        overlay(tmp_path / "mine", value)
        assert price(tmp_path / "mine") == value
    assert len(store._held) == 2


def test_one_process_reads_a_profile_again_when_it_has_changed_alone(tmp_path, monkeypatch):
    load()
    read = []
    parsed = compile_.parse_toml
    monkeypatch.setattr(compile_, "parse_toml", lambda *given: read.append(given[1]) or parsed(*given))
    value = 0.017
    overlay(tmp_path / "mine", value)
    assert price(tmp_path / "mine") == value
    assert read == ["prices/s3-standard-storage.toml"]


@pytest.mark.parametrize(
    "content", [{}, [], 1, None, "x", {"units": []}, {"movers": {"x": 3}}, {"movers": []}]
)
def test_a_kept_catalogue_of_another_form_is_compiled_anew(kept, content):
    known = load()
    (path,) = kept.iterdir()
    cache.store(path.stem, content, "catalogue-", 8)
    assert loaded_anew() == known
    assert cache.load(path.stem)["movers"]


def test_an_edit_that_keeps_size_and_time_is_seen(tmp_path):
    overlay(tmp_path / "mine", 0.01)
    assert price(tmp_path / "mine") == 0.01
    overlay(tmp_path / "mine", 0.02)
    assert price(tmp_path / "mine") == 0.02


def test_two_folders_of_one_name_are_not_taken_for_each_other(tmp_path, monkeypatch):
    for place, value in (("a", 0.01), ("b", 0.02)):
        overlay(tmp_path / place / "mine", value)
    found = []
    for place in "ab":
        monkeypatch.chdir(tmp_path / place)
        found.append(price(Path("mine")))
    assert found == [0.01, 0.02]


def test_equal_folders_share_what_is_kept(tmp_path, kept):
    for place in "ab":
        overlay(tmp_path / place)
        load([tmp_path / place])
    assert len(names(kept)) == 1


def test_the_code_is_part_of_the_signature(monkeypatch, kept):
    load()
    monkeypatch.setattr(store, "_code", lambda: "units with another month")
    load()
    monkeypatch.setattr(store, "__version__", "0.0.1")
    load()
    assert len(names(kept)) == 3


def test_faults_are_told_again_at_each_start(tmp_path, kept):
    overlay(tmp_path / "mine").with_name("notes.txt").write_text("", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(MigplanError, match=r"prices/notes.txt: wanted only .toml files here"):
            load([tmp_path / "mine"])
    assert not kept.exists()


def test_no_clock_decides_what_is_read(tmp_path):
    overlay(tmp_path / "mine", day="2999-01-01")
    assert price(tmp_path / "mine") == 0.01
