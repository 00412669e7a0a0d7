"""What format a listing is of is decided by its shape, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.errors import MigplanError
from migplan.inventory.listings import FORMS, READERS, read_listing
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


SAMPLES = {
    "find": "f\t10\t1795904477.2494924930\t/srv/share/a b/x\nf\t7\t1795904477.2494924930\t/srv/share/y\n",
    "du": "10\t/srv/share/a/x\n4106\t/srv/share/a\n8202\t/srv/share\n",
    "ls": "/srv:\ntotal 4\n-rw-r--r-- 1 root root 77 2026-11-28 22:21:17.000000000 +0000 x\n",
    "robocopy": "\t                   2\t\\\\nas\\s\\\n\t    New File\t\t       844.3 k\ta b.txt\n  0%  \r100%\n",
    "powershell": '"FullName","Length","LastWriteTime"\n"D:\\S\\a","1","25.04.2026 17:40:12"\n',
    "rclone-lsjson": '[\n{"Path":"a/b","Size":1,"ModTime":"2026-11-28T09:12:01Z","IsDir":false}\n]\n',
    "ncdu": '[1,2,{"progname":"ncdu"},\n[{"name":"/s"},\n{"name":"a","asize":5,"mtime":1700000000}]]\n',
    "s3-ls": "2026-11-28 09:12:01      48211 finance/plan  final.xlsx\n",
    "rvtools": "VM,Consumed MiB\nvm-1,20\n",
}
NOISE = [
    "9" * 25,
    "-5",
    "\0",
    "\udcff",
    '"',
    "\n",
    "\r",
    "\t",
    "[",
    "]",
    "{",
    ",",
    "\\",
    "/",
    "null",
    "1e400",
    "",
]


@pytest.mark.parametrize("form", SAMPLES)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 20), st.sampled_from(NOISE)), max_size=5),
    st.booleans(),
)
def test_damaged_listings_are_read_or_refused_in_one_line(tmp_path_factory, form, damages, is_told):
    text = SAMPLES[form]
    for place, length, noise in damages:
        text = text[:place] + noise + text[place + length :]
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    told = ""
    try:
        shape = read_listing(path, form if is_told else "auto")
        assert parse_shape(to_json(shape).encode(), "shape").files == shape.files
    except MigplanError as error:
        told = str(error)
    assert "\n" not in told


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
