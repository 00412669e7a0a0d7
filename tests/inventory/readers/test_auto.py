"""What format a listing is of is decided by its shape, or refused."""

import pytest

from migplan.errors import MigplanError
from migplan.inventory.listings import FORMS, READERS
from migplan.inventory.shape import GRADED, parse_shape, to_json


@pytest.mark.parametrize(
    "content", ["", "hello\nworld\n", "\n\n\n", "a,b\n1,2\n", "%PDF-1.7\n\x00\x01", "{}", "[]", "{" * 100]
)
@pytest.mark.parametrize("form", FORMS)
def test_no_reader_takes_or_breaks_on_what_is_none(read, content, form):
    if (content, form) == ("[]", "rclone-lsjson"):
        return
    with pytest.raises(MigplanError) as caught:
        read(content, form=form)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "hello\nworld\n", "a,b\n1,2\n", b"\x00\x01\x02" * 100, b"PAR1xx", b"PK\x03\x04xx"]
)
def test_what_no_reader_knows_is_refused(read, content):
    with pytest.raises(MigplanError) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_names_of_formats_are_told(read):
    with pytest.raises(MigplanError, match="--from: 'robocop' is not known; did you mean 'robocopy'"):
        read("x", form="robocop")
    with pytest.raises(MigplanError, match=r"wanted --from with one of robocopy, .*rvtools"):
        read("hello\n")
    assert len({*FORMS}) == len(READERS)


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        ({"dates": "dym"}, "--dates: 'dym' is not known"),
        ({"unit": ["GB"], "decimal": ";"}, "--decimal"),
        ({"unit": ["GB=Gib"]}, "--unit: 'GB=Gib' is no unit"),
        ({"encoding": "cp-none"}, "--encoding: 'cp-none' is no encoding"),
    ],
)
def test_wrong_hints_are_told(read, hints, message):
    with pytest.raises(MigplanError, match=message):
        read("path,size\n/a/x,1\n", **hints)


def test_missing_files_are_told(tmp_path):
    from migplan.inventory.listings import read_listing

    with pytest.raises(MigplanError, match="cannot be read: No such file"):
        read_listing(tmp_path / "none")
    with pytest.raises(MigplanError, match="cannot be read: Is a directory"):
        read_listing(tmp_path)


def test_shapes_of_listings_are_whole(read):
    shape = read("path,bytes\n/a/x,1\n/a/y,2\n")
    assert parse_shape(to_json(shape).encode(), "shape").bytes == 3
    assert {key for key in GRADED if shape.grade(key) == "unknown"} >= {
        "ages",
        "changed",
        "links",
        "errors",
        "folders",
    }
