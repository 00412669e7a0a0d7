import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migplan.errors import MigplanError
from migplan.estate import blocks
from migplan.estate.blocks import Source, last_record_end
from migplan.estate.records import read_block

pieces = st.sampled_from(
    ['"', '""', ",", ";", "\n", "\r\n", "\r", "a", "bc", " ", "é", "\ufeff", "\0", "=1", "1 TB"]
)
texts = st.lists(pieces, max_size=40).map("".join)


def whole(text, delimiter=","):
    """All rows and the lines on which they begin, as the csv module reads the whole text at once."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    for row in reader:
        if row:
            rows.append((line, row))
        line = reader.line_num + 1
    return rows


def in_blocks(path, size, **options):
    """All rows and lines, read block by block; refused rows in their place."""
    found = []
    with Source(path, size=size, **options) as source:
        headers = source.headers
        for block in source.blocks():
            records = read_block(block, headers, source.delimiter)
            columns = [column.to_pylist() for column in records.table.columns]
            found += zip(records.lines(), map(list, zip(*columns, strict=True)), strict=True)
            found += [(line, fault.code) for line, _, fault in records.refused]
    return headers, sorted(found, key=lambda row: row[0])


def read_all(path, **options):
    with Source(path, **options) as source:
        return list(source.blocks())


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(texts, st.sampled_from([1, 7, 64]))
@example('a"b,1\n"c\nd",2\nx,"y', 1)
@example("1,2\n\ufeff3,4\n", 4)
@example("1,2\r3,4\r", 3)
@example('"a""\n","b"\n', 2)
def test_blocks_hold_the_rows_and_lines_of_the_whole(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("blocks") / "in.csv"
    path.write_bytes(("x,y\n" + text).encode())
    _, found = in_blocks(path, size)
    expected = [(line, row if len(row) == 2 else "bad-file") for line, row in whole("x,y\n" + text)[1:]]
    assert found == expected


@settings(deadline=None)
@given(texts)
def test_the_last_record_end_is_one_of_the_csv_module(text):
    data = text.encode()
    cut, _ = last_record_end(data, ",", False)
    head = data[:cut].decode()
    rest = data[cut:].decode()
    assert [row for _, row in whole(head)] + [row for _, row in whole(rest)] == [
        row for _, row in whole(text)
    ]


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ("a,b\n1,é\n".encode(), {}),
        (b"\xef\xbb\xbf" + "a,b\n1,é\n".encode(), {}),
        ("a,b\r\n1,é\r\n".encode("utf-16"), {}),
        (b"\xfe\xff" + "a,b\n1,é\n".encode("utf-16-be"), {}),
        ("a,b\n1,é\n".encode("utf-16-le"), {"encoding": "utf-16-le"}),
        ("a,b\n1,é\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("a;b\n1;é\n".encode(), {}),
        ("a\tb\n1\té\n".encode(), {}),
        ("a|b\n1|é\n".encode(), {"delimiter": "|"}),
        ("\n\r\na,b\n\n\n1,é\n\n".encode(), {}),
        (b"a,b\r1,\xc3\xa9", {}),
        ('"a","b"\n"1","é"'.encode(), {}),
    ],
)
def test_files_as_they_come(tmp_path, data, options):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    headers, found = in_blocks(path, 1 << 20, **options)
    assert headers == ["a", "b"]
    assert [row for _, row in found] == [["1", "é"]]


@pytest.mark.parametrize(
    "fault",
    [
        UnicodeError("UTF-16 stream does not start with BOM"),  # up to Python 3.12
        UnicodeDecodeError("utf-16", b"a\0", 0, 2, "Stream does not start with BOM"),
    ],
)
def test_whatever_python_makes_of_a_missing_mark_the_hint_is_the_same(tmp_path, monkeypatch, fault):
    def fail(*_, **__):
        raise fault

    decoder = type("Decoder", (), {"decode": fail})
    monkeypatch.setattr("migplan.estate.blocks._decoder", lambda _: decoder())
    path = tmp_path / "in.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16-le"))
    with pytest.raises(MigplanError, match=r"no mark of the order of its bytes; say --encoding .* utf-16-le"):
        in_blocks(path, 1 << 20, encoding="utf-16")


def test_a_header_with_a_comma_is_of_commas_whatever_else_it_has(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a;b,c\n1;2,3\n")
    assert in_blocks(path, 100) == (["a;b", "c"], [(2, ["1;2", "3"])])


@pytest.mark.parametrize("data", [b"", b"\n\n", b"   \n", "\ufeff".encode("utf-16")])
def test_a_file_without_a_header_says_so(tmp_path, data):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    with pytest.raises(MigplanError, match="no header line"):
        read_all(path)


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"a,\xff\n1,2\n", "", "header is not UTF-8"),
        (b"a,b\n", "klingon", "not known"),
        (b"a,b\n", "hex", "not known"),
        ("a,b\n".encode("utf-16") + b"x", "", "is not utf-16"),
        (b"a,b\n\x81\n", "cp1252", "is not"),
    ],
)
def test_what_cannot_be_decoded_says_where(tmp_path, data, encoding, message):
    path = tmp_path / "in.csv"
    path.write_bytes(data)
    with pytest.raises(MigplanError, match=message):
        read_all(path, encoding=encoding)


def test_a_folder_and_a_missing_file_say_so(tmp_path):
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(MigplanError, match="cannot be read"):
            read_all(path)


def test_a_quote_that_is_never_closed_ends_with_one_line_and_little_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST", 1000)
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,2\n3,"' + "x\n" * 5000)
    with pytest.raises(MigplanError, match="line 3: a record of more than"):
        read_all(path, size=64)


def test_bytes_that_are_not_utf_8_refuse_their_row_alone(tmp_path):
    path = tmp_path / "in.csv"
    path.write_bytes(b"a,b\n1,ok\n2,\xff\xfe\n3,\xc3\xa9\n")
    (block,) = read_all(path)
    records = read_block(block, ["a", "b"], ",")
    assert records.table.to_pylist() == [{"a": "1", "b": "ok"}, {"a": "3", "b": "é"}]
    ((line, row, fault),) = records.refused
    assert (line, row, fault.where) == (3, "2,\\xff\\xfe", "b")


def test_lines_count_what_lies_inside_quotes(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2,z\n3\n')
    _, found = in_blocks(path, 1 << 20)
    assert found == [(2, ["1", "x\ny"]), (5, ["2", "z"]), (6, "bad-file")]
