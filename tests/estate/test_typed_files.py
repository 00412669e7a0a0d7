"""Parquet of any text and number type, and workbooks."""

import datetime as dt
import zipfile
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.estate.conftest import rows_of

TODAY = ("--today", "2026-11-23")
TEXTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.large_string())]
NUMBERS = [
    pa.array([1500, 2], pa.int16()),
    pa.array([1500, 2], pa.uint64()),
    pa.array([1500, 2], pa.float16()),
    pa.array([1500, 2], pa.float32()),
    pa.array([Decimal("1500.00"), Decimal("2.00")], pa.decimal128(20, 2)),
    pa.array(["1500", "2"], pa.large_string()),
    pa.array(["1500", "2"], pa.string_view()),
    pa.array([1500, 2]).dictionary_encode(),
]


@pytest.mark.parametrize("kind", TEXTS, ids=str)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_texts_of_any_kind_pass_through_and_are_read(migplan, tmp_path, kind, form):
    texts = ["- see ticket", "=1+1"]
    cells = pa.array(texts).cast(kind) if kind != pa.string_view() else pa.array(texts, kind)
    words = (
        pa.array(["nfs", "smb"]).cast(kind) if kind != pa.string_view() else pa.array(["nfs", "smb"], kind)
    )
    pq.write_table(
        pa.table({"Size (GB)": [1.0, 2.0], "note": cells, "protocol": words}), tmp_path / "in.parquet"
    )
    done = migplan("in.parquet", "-o", f"out.{form}", *TODAY)
    assert done.returncode == 0, done.stderr
    if form == "csv":
        assert [row["note"] for row in rows_of((tmp_path / "out.csv").read_bytes())] == [
            "'- see ticket",
            "'=1+1",
        ]
    else:
        assert pq.read_table(tmp_path / "out.parquet")["note"].to_pylist() == texts


@pytest.mark.parametrize("cells", NUMBERS, ids=lambda cells: str(cells.type))
def test_numbers_of_any_kind_are_read(migplan, tmp_path, cells):
    pq.write_table(pa.table({"Size (GB)": cells}), tmp_path / "in.parquet")
    done = migplan("in.parquet", "-o", "out.csv", *TODAY)
    assert b"Rows: 2 planned, 0 bad; 1.502 TB in all" in done.stderr


def test_whole_numbers_beyond_those_that_floats_hold_are_read_as_near_as_they_can_be(migplan, tmp_path):
    pq.write_table(
        pa.table({"Size (B)": pa.array([2**53 + 1, 2**53 + 3], pa.uint64())}), tmp_path / "in.parquet"
    )
    assert b"Rows: 2 planned, 0 bad; 18.01 PB in all" in migplan("in.parquet", "-o", "out.csv", *TODAY).stderr


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return book


def test_a_workbook_is_read_as_it_is_shown(migplan, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    rows = [
        ["Shares of Osaka"],
        [],
        ["Share Name", "Used (GB)", "Files", "Daily change", "Deadline", "Link", "note"],
        ["fin", 1500, 250000.0, 0.02, dt.datetime(2027, 3, 31), "1 Gbps", True],
        [],
        ["eng", 0.5, 1e6, 0.005, dt.datetime(2027, 3, 31), "1 Gbps", "=1+1"],
        ["x", "many", None, None, None, None, None],
    ]
    for row in rows:
        sheet.append(row)
    for line in (4, 6):
        sheet.cell(line, 4).number_format = "0.0%"
    sheet.cell(6, 7).data_type = "s"
    book.save(tmp_path / "in.xlsx")
    done = migplan("in.xlsx", "-o", "out.csv", *TODAY)
    (tmp_path / "in.csv").write_text(
        "Share Name,Used (GB),Files,Daily change,Deadline,Link,note\n"
        "fin,1500,250000,2 %,2027-03-31,1 Gbps,TRUE\neng,0.5,1000000,0.5 %,2027-03-31,1 Gbps,=1+1\n"
    )
    assert done.returncode == 1
    assert b"line 7: Used (GB): 'many' is not a number" in done.stderr
    found = rows_of((tmp_path / "out.csv").read_bytes())
    assert migplan("in.csv", "-o", "out2.csv", *TODAY).returncode == 0
    assert found == rows_of((tmp_path / "out2.csv").read_bytes())


def test_a_sheet_is_chosen_by_its_name(migplan, tmp_path):
    workbook(
        tmp_path / "in.xlsx", ("vInfo", [["VM"], ["a"]]), ("vPartition", [["VM", "Used (MiB)"], ["a", 1024]])
    )
    done = migplan("in.xlsx", "-o", "out.csv", "--sheet", "vPartition", *TODAY)
    assert b"Rows: 1 planned, 0 bad; 1.074 GB in all" in done.stderr
    done = migplan("in.xlsx", "-o", "out.csv", *TODAY)
    assert b"none gives the volume; none looks like it" in done.stderr
    assert b"or say --sheet for one of 'vPartition'" in done.stderr
    done = migplan("in.xlsx", "-o", "out.csv", "--sheet", "vDisk", *TODAY)
    assert (done.returncode, b"wanted one of 'vInfo', 'vPartition'" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("write", "options", "message"),
    [
        (lambda path: zipfile.ZipFile(path, "w").writestr("a", "b"), (), "is no Excel workbook"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), (), "is no Excel workbook"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" * 9), (), "workbook of the old kind"),
        (lambda path: path.write_bytes(b"\x1f\x8b" * 9), (), "is compressed"),
        (lambda path: workbook(path, ("a", [])), (), "has no header"),
        (
            lambda path: workbook(path, ("a", [["x", "volume"], [1, "1 TB", 2]])),
            (),
            "row 2: 3 cells; wanted 2",
        ),
        (lambda path: path.write_text("volume\n1 TB\n"), ("--sheet", "a"), "is for a workbook"),
    ],
)
def test_what_is_no_table_in_a_workbook_is_one_line(migplan, tmp_path, write, options, message):
    write(tmp_path / "in.xlsx")
    done = migplan("in.xlsx", "-o", "out.csv", *options, *TODAY)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
    assert message in done.stderr.decode()
