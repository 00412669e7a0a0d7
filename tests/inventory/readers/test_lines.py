"""Blocks, lines, numbers and times against the slow way to read them."""

import datetime as dt
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.errors import MigplanError
from migplan.inventory.readers import times
from migplan.inventory.readers.blocks import Block, read_blocks
from migplan.inventory.readers.lines import UNKNOWN, leading, split, whole
from migplan.inventory.readers.paths import are_below, common_root, hashes
from migplan.inventory.readers.quoted import rows_of, whole_rows

FIELD = st.text("0123456789.,- /:\\x\u00e9", max_size=20)


def texts_of(lines):
    return [lines.text(place) for place in range(len(lines.starts))]


def lines_of(texts):
    return split("".join(f"{text}\n" for text in texts).encode())


@given(st.lists(FIELD), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
def test_lines_are_cut_at_line_ends(texts, end, is_closed):
    data = end.join(text.encode() for text in texts) + end * is_closed
    found = texts_of(split(data))
    assert found == [line.removesuffix(b"\r") for line in data.split(b"\n")][: len(found)]
    assert len(found) == data.count(b"\n") + (not data.endswith(b"\n") and data != b"")


@given(st.lists(st.one_of(st.integers(0, 10**18 - 1).map(str), FIELD), min_size=1))
def test_whole_numbers_are_read_as_int_does(texts):
    lines = lines_of(texts)
    wanted = [
        int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else UNKNOWN for text in texts
    ]
    assert whole(lines.data, lines.starts, lines.ends).tolist() == wanted


def test_a_number_stops_where_it_ends():
    lines = lines_of(["12 kB", "x", "9" * 19])
    values, stops = leading(lines.data, lines.starts, lines.ends)
    assert values.tolist() == [12, UNKNOWN, UNKNOWN]
    assert (stops - lines.starts).tolist()[:2] == [2, 0]


FORMS = {
    "ymd": ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.104Z"],
    "dmy": ["%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d. %m. %Y %H:%M:%S"],
    "mdy": ["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S"],
}  # fmt: skip
MOMENT = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1)).map(
    lambda one: one.replace(microsecond=0)
)


@pytest.mark.parametrize(
    ("order", "form"), [(order, form) for order, forms in FORMS.items() for form in forms]
)
@given(st.lists(MOMENT, min_size=1, max_size=5))
def test_times_are_read_as_datetime_does(order, form, moments):
    for texts in (
        [one.strftime(form) for one in moments],
        [one.strftime(form).replace("/0", "/") for one in moments],
    ):
        lines = lines_of(texts)
        found = times.parts(lines.data, lines.starts, lines.ends)
        assert order in times.orders(found)
        wanted = [one.replace(tzinfo=dt.UTC).timestamp() for one in moments]
        assert times.seconds(found, order).tolist() == wanted


def test_zones_are_heeded_and_nonsense_is_unknown():
    lines = lines_of(
        ["2026-11-28T09:12:01+01:00", "2026-11-28 09:12:01.25 -0530", "2026-13-28 09:12:01", "", "soon"]
    )
    found = times.seconds(times.parts(lines.data, lines.starts, lines.ends), "ymd").tolist()
    base = int(dt.datetime(2026, 11, 28, 9, 12, 1, tzinfo=dt.UTC).timestamp())
    assert found == [base - 3600, base + 5 * 3600 + 1800, UNKNOWN, UNKNOWN, UNKNOWN]


def test_days_and_months_are_told_apart_by_the_whole_column():
    def orders(*texts):
        lines = lines_of(texts)
        return times.orders(times.parts(lines.data, lines.starts, lines.ends))

    assert orders("03/04/2026", "13/04/2026") == ("dmy",)
    assert orders("03/04/2026", "03/14/2026") == ("mdy",)
    assert orders("03/04/2026", "05/04/2026") == ("dmy", "mdy")
    assert orders("13/04/2026", "03/14/2026") == ()
    assert orders("2026/03/04") == ("ymd",)


CELL = st.text('ab,;"\n1 ', max_size=6)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=8), st.booleans())
def test_rows_are_cut_as_the_csv_module_does(rows, alike):
    rows = [row + ["x"] * (4 - len(row)) for row in rows] if alike else rows
    data = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows
    ).encode()
    found = rows_of(Block(data, 1), b",")
    assert found.widths.tolist() == [len(row) for row in rows]
    for place in range(4):
        starts, ends = found.field(place)
        cells = [
            found.lines.raw[a:b].replace(b'""', b'"').decode() for a, b in zip(starts, ends, strict=True)
        ]
        assert cells == [row[place] if place < len(row) else "" for row in rows]
    lines = ["".join(row).count("\n") + 1 for row in rows]
    assert found.numbers.tolist() == [1 + sum(lines[:place]) for place in range(len(rows))]


def test_blocks_end_where_no_quote_is_open(tmp_path):
    path = tmp_path / "quoted.csv"
    path.write_bytes(b"".join(b'"name\nof two lines %d",%d\n' % (number, number) for number in range(500)))
    for length in (7, 64, 1000):
        blocks = list(whole_rows(read_blocks(path, length=length)))
        rows = [rows_of(block, b",") for block in blocks]
        assert sum(len(one) for one in rows) == 500
        assert np.concatenate([one.numbers for one in rows]).tolist() == list(range(1, 1001, 2))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("length", [5, 64, 1 << 20])
def test_encodings_are_known_by_their_first_bytes(tmp_path, encoding, length):
    text = "".join(f"größe 漢字 {number}\r\n" for number in range(200))
    (tmp_path / "list").write_bytes(text.encode(encoding))
    length = max(length, 4096) if encoding in ("utf-16-le", "utf-16-be") else length
    blocks = list(read_blocks(tmp_path / "list", length=length))
    assert b"".join(block.data for block in blocks).decode() == text
    assert blocks[0].first == 1
    assert all(block.data.endswith(b"\n") for block in blocks)


def test_packed_listings_are_unpacked_and_bytes_stay(tmp_path):
    path = tmp_path / "list.gz"
    path.write_bytes(gzip.compress(b"f\xfcr\nx"))
    assert [block.data for block in read_blocks(path)] == [b"f\xfcr\n", b"x"]
    assert b"".join(block.data for block in read_blocks(path, encoding="cp1252")) == "für\nx".encode()
    path.write_bytes(gzip.compress(b"x" * 10_000)[:-20])
    with pytest.raises(MigplanError, match="cannot be read"):
        list(read_blocks(path))
    path.write_bytes(b"x")
    with pytest.raises(MigplanError, match="--encoding: 'cp-none' is no encoding"):
        list(read_blocks(path, encoding="cp-none"))


@given(st.lists(st.tuples(st.text("ab/", max_size=20), st.text("ab/", max_size=20)), min_size=1))
def test_what_lies_below_what(pairs):
    lines = lines_of([text for pair in pairs for text in pair])
    upper = (lines.starts[::2], lines.ends[::2])
    lower = (lines.starts[1::2], lines.ends[1::2])
    wanted = [
        b.startswith((a[:-1] if a.endswith("/") else a) + "/") and len(b) > len(a.removesuffix("/")) + 1
        for a, b in pairs
    ]
    assert are_below(lines.data, upper, lower, 47).tolist() == wanted


@given(st.lists(st.text("ab", max_size=20), min_size=2))
def test_equal_texts_have_equal_numbers_and_others_have_others(texts):
    lines = lines_of(texts)
    found = hashes(lines.data, lines.starts, lines.ends).tolist()
    assert len({*found}) == len({*texts})
    assert len({*zip(texts, found, strict=True)}) == len({*texts})


def test_the_root_is_the_deepest_folder_that_holds_all():
    assert common_root([b"/srv/a/b", b"/srv/ab/c"], 47) == b"/srv"
    assert common_root([b"D:\\a\\b", b"D:\\a\\c"], 92) == b"D:\\a"
    assert common_root([b"/srv/a"], 47, [b"/srv/a/"]) == b"/srv"
    assert common_root([b"a", b"b/c"], 47) == b""
