"""Tables that a console has printed, and files without a header."""

import shlex

import pytest
from tests.estate.conftest import rows_of

from migplan.errors import UnitError
from migplan.estate.blanks import to_csv

TODAY = ("--today", "2026-11-23")
ONTAP = """cluster1::> volume show
Vserver   Volume       Aggregate    State      Type       Size  Available Used%
--------- ------------ ------------ ---------- ---- ---------- ---------- -----
vs1       vol1         aggr1        online     RW         2GB      1.90GB    5%
vs1       vol off                   offline    RW         20TB          -     -
2 entries were displayed.
"""


def cells(text, columns=()):
    headers, rows, line = to_csv(text, columns)
    return headers, [row.split(",") for row in rows.splitlines() if row], line


def test_columns_under_a_line_of_dashes_stand_where_it_says():
    headers, rows, line = cells(ONTAP)
    assert headers == ["Vserver", "Volume", "Aggregate", "State", "Type", "Size", "Available", "Used%"]
    assert rows == [
        ["vs1", "vol1", "aggr1", "online", "RW", "2GB", "1.90GB", "5%"],
        ["vs1", "vol off", "", "offline", "RW", "20TB", "-", "-"],
    ]
    assert line == 3


def test_columns_without_one_stand_between_the_blanks_of_all_lines():
    text = (
        "Filesystem        Size Used Mounted on\n"
        "nas:/my projects  100T  87T /my projects\n"
        "/dev/sda1          50G  19G /\n"
    )
    assert cells(text) == (
        ["Filesystem", "Size", "Used", "Mounted on"],
        [["nas:/my projects", "100T", "87T", "/my projects"], ["/dev/sda1", "50G", "19G", "/"]],
        2,
    )


def test_a_table_out_of_line_is_read_by_its_words_where_every_line_has_as_many():
    text = "Filesystem Size Used\na-very-long-name-of-a-device 1G 2G\nx 2G 3G\n"
    assert cells(text)[1] == [["a-very-long-name-of-a-device", "1G", "2G"], ["x", "2G", "3G"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Filesystem Size Used\nab c 1G 2G\nx 2G 3G\n", "line 2: 'ab c 1G 2G' does not stand under"),
        ("A    B\n---- ----\nxx   yy\nxxxxxxx yy\n", "line 4: 'xxxxxxx yy' does not stand under"),
        ("total 8.0K\ndrwxr-xr-x 2 root root 4.0K Nov 29 01:06 a\n", "du -sk"),
        ("-rw-r--r-- 1 me me 4.0K Nov 29 01:06 a\n", "du -sk"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(text, message):
    with pytest.raises(UnitError, match=message):
        to_csv(text)


def test_a_console_table_is_planned_and_its_lines_keep_their_numbers(migplan, tmp_path):
    (tmp_path / "in.txt").write_text(ONTAP)
    done = migplan("in.txt", "-o", "out.csv", "--map", "Size=volume", "--map", "Volume=name", *TODAY)
    assert done.returncode == 0, done.stderr
    rows = rows_of((tmp_path / "out.csv").read_bytes())
    assert [(row["Volume"], row["Size"]) for row in rows] == [("vol1", "2GB"), ("vol off", "20TB")]
    (tmp_path / "in.txt").write_text(ONTAP.replace("20TB", "??TB"))
    done = migplan("in.txt", "-o", "out.csv", "--map", "Size=volume", *TODAY)
    assert b"line 5: Size: '??TB' is not a number" in done.stderr


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("1024\t/data/my folder\n", "Used (KiB),name"),
        ("1024 /data/my folder\n", "Used (KiB),name"),
        ("1024;/data/my folder\r\n", "Used (KiB),name"),
        ("/data/my folder,1 MiB", "name,volume"),
    ],
)
def test_a_file_without_a_header_has_one_by_columns(migplan, tmp_path, text, columns):
    (tmp_path / "in.txt").write_bytes(text.encode())
    done = migplan("in.txt", "-o", "out.parquet", "--columns", columns, *TODAY)
    assert done.returncode == 0, done.stderr
    assert b"Rows: 1 planned, 0 bad; 1.049 MB in all" in done.stderr
    done = migplan("in.txt", "-o", "out.csv", *TODAY)
    assert done.returncode == 2
    assert b"--columns" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1024\t/data\n", "--columns 'Used (KiB),name' for the output of du -k"),
        ("14T\t/a\n2.5G\t/b\n", "--columns 'Used,name' --unit G=GiB --unit T=TiB for the output of du -h"),
        ("Name,2023,2024\na,1,2\n", "none looks like it: wanted one such as 'Used (GB)'"),
    ],
)
def test_what_to_say_of_a_file_without_a_header_is_told_and_works(migplan, tmp_path, text, told):
    (tmp_path / "in.txt").write_text(text)
    line = migplan("in.txt", "-o", "out.csv", *TODAY).stderr.decode()
    assert told in line
    if "--columns" in told:
        typed = shlex.split(told.partition(" for ")[0])
        assert migplan("in.txt", "-o", "out.csv", *typed, *TODAY).returncode == 0


def test_lines_of_a_file_without_a_header_are_counted_from_the_first(migplan, tmp_path):
    (tmp_path / "in.txt").write_text("x\ta\n1\tb\n")
    done = migplan("in.txt", "-o", "out.csv", "--columns", "Used (KiB),name", *TODAY)
    assert b"line 1: Used (KiB): 'x' is not a number" in done.stderr


@pytest.mark.parametrize("options", [("--map", "my volume=volume:GB"), ("--set", "volume=1 GB")])
def test_a_header_of_two_words_that_is_one_column_stays_one(migplan, tmp_path, options):
    (tmp_path / "in.csv").write_text("my volume\n1 GB\n")
    assert migplan("in.csv", "-o", "out.csv", *options, *TODAY).returncode == 0
    assert rows_of((tmp_path / "out.csv").read_bytes())[0]["my volume"] == "1 GB"
