"""Every profile that comes with migplan, whatever its kind."""

import datetime as dt
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from migplan.engine.draws import Draws
from migplan.errors import MigplanError
from migplan.facts import load, own_folder
from migplan.facts.compile import compile_folders
from migplan.facts.schema import MODELS, json_schema

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


@pytest.mark.parametrize("kind", MODELS)
def test_editors_get_a_schema(kind):
    assert json_schema(kind)["properties"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name = 3", "name: Input should be a valid string"),
        ('name = "Box"\ncapacity = 3', "capacity: Extra inputs are not permitted"),
        (
            '[facts.fill]\nvalue = 2\nlow = 3\nunit = "1"\nsource = "https://x"\nas_of = 2026-01-01',
            "low <= value",
        ),
        ('[facts.fill]\nvalue = 2\nunit = "TB"\nsource = "https://x"\nas_of = 2026-01-01', "facts.fill.unit"),
        ('[facts.fill]\nvalue = 2\nunit = "1"\nsource = "somebody"\nas_of = 2026-01-01', "facts.fill.source"),
        (
            '[facts.colour]\nvalue = 2\nunit = "1"\nsource = "https://x"\nas_of = 2026-01-01',
            "nothing reads this",
        ),
    ],
)
def test_faults_name_file_table_and_key(tmp_path, content, told):
    whole = (
        'name = "Box"\nsummary = "A box."\nbehaviour = "shipped"\nencrypted = true\npaths = []\n'
        if content.startswith("[")
        else ""
    )
    folder = tmp_path / "devices"
    folder.mkdir()
    (folder / "box.toml").write_text(whole + content, encoding="utf-8")
    with pytest.raises(MigplanError) as error:
        compile_folders([own_folder(), tmp_path])
    lines = [str(fault) for fault in error.value.faults]
    assert all(line.startswith("devices/box.toml: ") for line in lines)
    assert any(told in line for line in lines), lines


def test_two_ids_for_one_thing_are_refused(tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    text = (own_folder() / "prices" / "s3-standard-storage.toml").read_text(encoding="utf-8")
    (folder / "s3-again.toml").write_text(text, encoding="utf-8")
    with pytest.raises(MigplanError, match="one id for one thing"):
        compile_folders([own_folder(), tmp_path])


PATHS = """name = "Box copy"
summary = "Copies."
behaviour = "files"
phases = "sequential"
encrypted = true
verifies = ["none"]
verifies_by_default = "none"
"""
PATH = """
[[paths]]
{id}
to = {to}
read = {read}
source = "https://x"
as_of = 2026-01-01

[paths.facts.task_rate]
value = {value}
unit = "MB/s"
source = "https://x"
as_of = 2026-01-01
"""
FIRST = PATH.format(id="", to='["s3", "efs"]', read='["smb"]', value=1)
SECOND = PATH.format(id='id = "back"', to='["s3"]', read='["object"]', value=2)


def mover(folder, text):
    (folder / "movers").mkdir(exist_ok=True)
    (folder / "movers" / "box-copy.toml").write_text(PATHS + text, encoding="utf-8")
    compiled = compile_folders([own_folder(), folder])
    return compiled["movers"]["box-copy"]["paths"]


@pytest.mark.parametrize("text", [FIRST + SECOND, SECOND + FIRST])
def test_facts_of_paths_are_called_by_name_wherever_the_path_stands(tmp_path, text):
    ids = {path["facts"]["task_rate"]["id"] for path in mover(tmp_path, text)}
    assert ids == {"movers/box-copy.paths.smb-to-s3-efs.task_rate", "movers/box-copy.paths.back.task_rate"}


@pytest.mark.parametrize("text", [FIRST + FIRST, SECOND + SECOND])
def test_two_paths_of_one_name_are_refused(tmp_path, text):
    with pytest.raises(
        MigplanError, match=r"2 are called '(smb-to-s3-efs|back)'; wanted a different id in each"
    ):
        mover(tmp_path, text)


def test_an_id_of_a_path_is_a_word(tmp_path):
    with pytest.raises(MigplanError, match=r"paths\.0\.id"):
        mover(tmp_path, SECOND.replace("back", "Back.Up"))


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
