"""Every profile that comes with migplan, whatever its kind."""

import datetime as dt
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from migplan.engine.draws import Draws
from migplan.facts import load, own_folder
from migplan.facts.compile import compile_folders
from migplan.facts.schema import MODELS

FILES = sorted(own_folder().glob("*/*.toml"))


@pytest.fixture(scope="module")
def catalogue():
    return load()


def sourced(table, place=""):
    """Every table with a source, with its place in the file."""
    if isinstance(table, dict):
        if "source" in table:
            yield place, table
        for key, value in table.items():
            yield from sourced(value, f"{place}.{key}")
    elif isinstance(table, list):
        for index, value in enumerate(table):
            yield from sourced(value, f"{place}.{index}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_number_has_a_source_and_a_date(path):
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    found = list(sourced(document))
    assert found or document.get("unknown"), "says nothing that has a source, and does not say why"
    for place, table in found:
        assert table["source"].startswith(("https://", "assumption: ")), place
        assert table.get("as_of", dt.date.min) <= dt.date.today(), place


def test_all_of_them_load_together():
    compiled = compile_folders([own_folder()])
    assert all(compiled[kind] for kind in MODELS)


def test_what_can_be_bought_costs_something_or_says_that_nobody_knows(catalogue):
    for target in catalogue.targets.values():
        if target.cloud != "none":
            assert target.charges, f"{target.id} would be free"


def test_our_paths_have_ids_and_keep_their_draws(catalogue):
    for path in FILES:
        for table in tomllib.loads(path.read_text(encoding="utf-8")).get("paths", ()):
            assert table.get("id"), path
    rate = next(p for p in catalogue.movers["datasync-basic"].paths if p.id == "object-to-posix").facts[
        "task_rate"
    ]
    assert rate.id == "movers/datasync-basic.paths.object-to-posix.task_rate"
    assert rate.seed == "movers/datasync-basic.paths.8.facts.task_rate"
    renamed = replace(rate, id="another")
    assert np.array_equal(Draws(0, 10)(rate), Draws(0, 10)(renamed))
    assert not np.array_equal(Draws(0, 10)(rate), Draws(0, 10)(replace(rate, seed="")))
