"""The data shape: files of it, what is refused, and several become one."""

import json

import pytest

from migplan.errors import MigplanError
from migplan.inventory.merging import merged
from migplan.inventory.shape import (
    SCHEMA,
    Age,
    Bucket,
    Changed,
    Cold,
    Links,
    NameFault,
    Origin,
    Problem,
    Problems,
    Shape,
    TopFolder,
    as_table,
    parse_shape,
    to_json,
    to_toml,
)

WHOLE = Shape(
    source=Origin(form="scan", path="/data", taken=1.75e9, notes=("left out: .snapshot",)),
    bytes=30,
    files=3,
    folders=1,
    largest_file=20,
    sizes=(Bucket(up_to=0, files=1, bytes=0), Bucket(up_to=16, files=1, bytes=10), Bucket(files=1, bytes=20)),
    changed=(Changed(days=1, files=1, bytes=10), Changed(days=7, files=2, bytes=30)),
    ages=(Age(up_to=1, files=1, bytes=10), Age(files=2, bytes=20)),
    cold=(Cold(by="modified", days=30, share=0.5),),
    links=Links(symbolic=2),
    errors=Problems(folders=1, first=(Problem(path="a", message="Permission denied"),)),
    faults=(NameFault(target="s3", kind="path-too-long", items=2, bytes=5, first=("x/y",)),),
    folders_top=(TopFolder(path="a", bytes=30, files=3),),
    grades={"bytes": "measured", "files": "measured"},
)


@pytest.mark.parametrize("written", [to_json, to_toml])
def test_a_shape_is_read_as_it_was_written(written):
    again = parse_shape(written(WHOLE).encode(), "shape")
    assert as_table(again) == as_table(WHOLE)


def test_json_has_the_keys_of_the_contract():
    table = json.loads(to_json(WHOLE))
    assert list(table)[:1] == ["schema"]
    assert table["schema"] == SCHEMA
    assert table["largest_file_bytes"] == 20
    assert table["sizes"][1] == {"up_to_bytes": 16, "files": 1, "bytes": 10}
    assert table["changed"][0] == {"days": 1, "files": 1, "bytes": 10}
    assert table["faults"][0] == {
        "target": "s3",
        "kind": "path-too-long",
        "items": 2,
        "bytes": 5,
        "first": ["x/y"],
    }


def test_what_is_unknown_is_not_zero():
    table = json.loads(to_json(Shape(files=3, grades={"files": "reported"})))
    assert table["bytes"] is None
    assert table["grades"]["bytes"] == "unknown"
    assert table["grades"]["files"] == "reported"
    assert "bytes" not in parse_shape(to_toml(Shape(files=3)).encode(), "shape").grades


def test_names_that_are_no_text_can_be_written():
    shape = Shape(folders_top=(TopFolder(path="caf\udce9"),))
    assert json.loads(to_json(shape).encode())["folders_top"][0]["path"] == "caf\\xe9"
    assert parse_shape(to_toml(shape).encode(), "x").folders_top[0].path == "caf\\xe9"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bytes = 3", "has no schema"),
        ('schema = "migplan.plan/1"', "wanted migplan.inventory/1"),
        (f'schema = "{SCHEMA}"\nbytez = 3', "bytez: nothing reads this; did you mean 'bytes'?"),
        (f'schema = "{SCHEMA}"\nbytes = -3', "out of range"),
        (f'schema = "{SCHEMA}"\nbytes = 3.5', "not a whole number"),
        (f'schema = "{SCHEMA}"\nbytes = true', "not a whole number"),
        (f'schema = "{SCHEMA}"\nsizes = [{{up_to_bytes = 4, files = 1}}]', "sizes[0]: has no 'bytes'"),
        (
            f'schema = "{SCHEMA}"\nbytes = 90\nsizes = [{{up_to_bytes = 4, files = 1, bytes = 4}}]',
            "add up to 4 bytes",
        ),
        (
            f'schema = "{SCHEMA}"\nsizes = [{{up_to_bytes = 4, files = 1, bytes = 4}}, {{up_to_bytes = 2, files = 1, '
            "bytes = 2}]",
            "not in order",
        ),
        (f'schema = "{SCHEMA}"\nbytes = 3\nlargest_file_bytes = 4', "more than all bytes"),
        (f'schema = "{SCHEMA}"\n[grades]\nbytes = "guessed"', "wanted one of measured"),
        (f'schema = "{SCHEMA}"\n[grades]\nbites = "measured"', "did you mean"),
        ('{"schema": ', "is not JSON"),
        (f'{{"schema": "{SCHEMA}", "bytes": 1e400}}', "not a whole number"),
        (f'{{"schema": "{SCHEMA}", "folders_top": 3}}', "not a list"),
    ],
)
def test_what_is_no_shape_is_refused_in_one_line(text, told):
    with pytest.raises(MigplanError) as caught:
        parse_shape(text.encode(), "shape.toml")
    message = str(caught.value)
    assert message.startswith("shape.toml: ")
    assert told in message
    assert "\n" not in message


def test_shapes_add_up_and_what_one_does_not_know_is_unknown():
    other = Shape(
        source=Origin(form="find", path="/more"),
        bytes=100,
        files=1,
        largest_file=100,
        sizes=(Bucket(up_to=16, files=0, bytes=0), Bucket(up_to=128, files=1, bytes=100)),
        changed=(Changed(days=7, files=1, bytes=100),),
        cold=(Cold(by="modified", days=30, share=0.0),),
        folders_top=(TopFolder(path="a", bytes=100, files=1),),
        grades={"bytes": "reported", "files": "measured"},
    )
    both = merged([WHOLE, other])
    assert (both.bytes, both.files, both.largest_file, both.folders) == (130, 4, 100, None)
    assert both.sizes == (
        Bucket(up_to=0, files=1, bytes=0),
        Bucket(up_to=16, files=1, bytes=10),
        Bucket(up_to=128, files=1, bytes=100),
        Bucket(files=1, bytes=20),
    )
    assert both.changed == (Changed(days=7, files=3, bytes=130),)
    assert both.cold == (Cold(by="modified", days=30, share=pytest.approx(15 / 130)),)
    assert [top.path for top in both.folders_top] == ["/more/a", "/data/a"]
    assert (both.grade("bytes"), both.grade("files"), both.grade("folders")) == (
        "reported",
        "measured",
        "unknown",
    )
    assert both.errors is None
