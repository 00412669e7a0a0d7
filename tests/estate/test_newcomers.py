"""Tables as people type them who have read nothing: read as they mean them, or refused with the line that helps."""

import csv

import pyarrow as pa
import pytest

from migplan.errors import UnitError
from migplan.estate.blanks import to_csv
from migplan.estate.cells import read_numbers
from migplan.estate.columns import Column
from migplan.estate.foreign import foreign, header_below, unmarked
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import READERS

TODAY = ("--today", "2026-11-28")
ROW = "name,volume,link\nMüller,1 TB,1 Gbps\n"


@pytest.fixture
def batch(migplan, tmp_path):
    def run(text, *options, name="in.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return migplan(name, "-o", "out.csv", *options, *TODAY)

    return run


@pytest.fixture
def rows(tmp_path):
    return lambda: list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_an_encoding_without_a_mark_is_told_and_then_read(batch, rows, encoding):
    ended = batch(ROW, encoding=encoding)
    assert (ended.returncode, f"say --encoding {encoding}\n".encode() in ended.stderr) == (2, True)
    assert batch(ROW, "--encoding", encoding, encoding=encoding).returncode == 0
    assert rows()[0]["name"] == "Müller"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_marked_encoding_is_read(batch, rows, encoding):
    assert batch(ROW, encoding=encoding).returncode == 0
    assert rows()[0]["name"] == "Müller"


def test_an_encoding_of_old_is_told_where_its_first_letter_stands(batch):
    assert b"is not UTF-8; say --encoding, such as cp1252" in batch(ROW, encoding="cp1252").stderr


@pytest.mark.parametrize(
    ("begin", "told"),
    [
        (b"\0" * 5000, "is no text"),
        (b"name,vol\0ume\n", "is no text"),
        (b"name,volume\na\0,1 TB\n", ""),
        (b"", ""),
    ],
)
def test_bytes_of_zero_are_no_text(begin, told):
    assert unmarked(begin).startswith(told)
    assert bool(unmarked(begin)) == bool(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'{"name": "a", "volume": "1 TB"}', "is JSON"),
        (b'\n[{"name": "a"}]', "is JSON"),
        (b"<html><table>", "is HTML or XML"),
        (b'<?xml version="1.0"?>', "is HTML or XML"),
        (b"name: a\nvolume: 1 TB\n", "is YAML"),
        (b"- name: a\n  volume: 1 TB\n", "is YAML"),
        (b'# mine\nvolume = "1 TB"\n', "is a scenario, which is planned by `migplan plan`"),
        (b"%PDF-1.4", "is PDF"),
        (b"[name],[volume]\n", ""),
        (b"{name};{volume}\n", ""),
        (b"<volume>,name\n", "is HTML or XML"),
        (b"volume,name\n", ""),
        (b"name: of share,volume: of it\n", ""),
    ],
)
def test_a_file_of_another_kind_is_told_as_what_it_is(text, told):
    found = foreign(text)
    assert found.startswith(told)
    assert bool(found) == bool(told)


def test_a_file_of_another_kind_ends_the_command(batch):
    ended = batch('{"volume": "1 TB"}', name="in.json")
    assert (ended.returncode, ended.stderr) == (2, b"error: in.json: is JSON; wanted CSV, Excel or Parquet\n")


@pytest.mark.parametrize(
    ("titles", "line"),
    [
        ("Servers of Acme\nMade on 2026-11-01\n\n", 4),
        ("Servers, 2026\nMade, by me\n", 3),
        ("# a comment\n", 2),
        ("Servers\n", 2),
    ],
)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_header_below_titles_is_found_and_told(batch, titles, line, sign):
    table = ROW.replace(",", sign)
    ended = batch(titles + table)
    told = f"line {line} looks like the header ('name', 'volume' and 'link')"
    assert ended.returncode == 2
    assert told in ended.stderr.decode()
    assert f"tail -n +{line} FILE" in ended.stderr.decode()
    # Which then is all that it takes.
    rest = "".join((titles + table).splitlines(keepends=True)[line - 1 :])
    assert batch(rest).returncode == 0


def test_rows_are_no_header_below():
    assert header_below(b"a,b\n1,2\nused by many,x\n") == ""


@pytest.mark.parametrize("header", ["vol", "volum", "voulme", "Voulme (GB)", "volumne"])
def test_a_volume_is_found_by_a_misspelt_header(batch, header):
    text = f"name,{header},link\na,{'1' if 'GB' in header else '1 GB'},1 Gbps\n"
    ended = batch(text)
    assert ended.returncode == 2
    line = ended.stderr.decode().partition("say --map ")[2].partition(";")[0].strip("'")
    assert line == f"{header}=volume"
    assert batch(text, "--map", line).returncode == 0


DF = "Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda1        50G   20G   28G  42% /\n"


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (
            "nas:/vol/a  10T  7.5T  2.5T  75% /mnt/my data",
            ["nas:/vol/a", "10T", "7.5T", "2.5T", "75%", "/mnt/my data"],
        ),
        (
            "//nas/my share  10T  7.5T  2.5T  75% /mnt/my data",
            ["//nas/my share", "10T", "7.5T", "2.5T", "75%", "/mnt/my data"],
        ),
        ("none 0 0 0 - /proc a", ["none", "0", "0", "0", "-", "/proc a"]),
    ],
)
def test_names_with_blanks_at_both_ends_of_df(line, cells):
    _, text, _ = to_csv(DF + line + "\n")
    assert list(csv.reader([text.splitlines()[1]])) == [cells]


def test_what_df_never_prints_is_still_refused():
    with pytest.raises(UnitError, match="line 3"):
        to_csv(DF + "nas a b c d e f g\n")


def test_wide_letters_are_read_in_headers_and_cells(batch, rows):
    ended = batch("名前,使用容量（ＧＢ）,回線(Mbps)\n東京,１０,１０００\n大阪,2.5,500\n")
    assert ended.returncode == 0
    assert "12.5 GB in all" in ended.stderr.decode()
    assert rows()[0]["名前"] == "東京"


@pytest.mark.parametrize("text", ["１０ TB", "２％/day", "20 µs", "1.5 GB", "2 percent/day"])
def test_a_cell_is_read_as_a_plan_reads_it(text):
    name = "change" if "day" in text else "rtt" if text.endswith("s") else "volume"
    entry = BY_NAME[name]
    wanted = READERS[entry.form](entry, text)
    cells = read_numbers(Column(0, name, name), pa.array([text]))
    assert cells.given[0]
    assert cells.values[0] == (wanted[0] if isinstance(wanted, tuple) else wanted)


SHARES = "name,volume,share,link\na,1 TB,0.8,100 Mbps\nb,1 TB,0.05,100 Mbps\n"


def test_parts_of_one_are_not_taken_for_percents(batch, rows, tmp_path):
    """A column of a workbook has 0.8 where 80 % is shown: read as 0.8 % the line is a hundredth."""
    ended = batch(SHARES)
    assert "say --map share=share:1, where bare numbers count 1 as the whole" in ended.stderr.decode()
    assert batch(SHARES, "--map", "share=share:1").returncode == 0
    found = [float(row["duration_days"]) for row in rows()]
    assert batch(SHARES.replace("0.8", "80 %").replace("0.05", "5 %")).returncode == 0
    assert found == [float(row["duration_days"]) for row in rows()]
    # 1 TB over 5 Mbps takes 18.5 days, and over 80 Mbps 1.2.
    assert found[0] < 3
    assert found[1] > 18


def test_numbers_above_one_are_percents(batch):
    ended = batch(SHARES.replace("0.8", "80").replace("0.05", "5"))
    assert "say --map share=share:%, where bare numbers count %" in ended.stderr.decode()


def test_a_percentage_of_change_is_asked_back_with_the_map(batch):
    text = "name,volume,Change Rate,link\na,1 TB,2%,1 Gbps\nb,1 TB,1 %,1 Gbps\n"
    ended = batch(text)
    assert "say --map 'Change Rate=change:%/day' where all are %/day" in ended.stderr.decode()
    assert batch(text, "--map", "Change Rate=change:%/day").returncode == 0


def test_apostrophes_group_thousands(batch):
    text = "name;volume;link\na;12'345 GB;1 Gbps\nb;1'200,5 GB;1 Gbps\n"
    assert 'say --decimal , --thousands "\'"' in batch(text).stderr.decode()
    ended = batch(text, "--thousands", "'", "--decimal", ",")
    assert (ended.returncode, "13.55 TB in all" in ended.stderr.decode()) == (0, True)


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("month-first", "2/1/27", "2027-02-01"),
        ("day-first", "1.2.27", "2027-02-01"),
        ("day-first", "1/2/2027", "2027-02-01"),
    ],
)
def test_dates_with_two_digits_of_a_year(batch, rows, order, text, day):
    table = f"name,volume,link,deadline\na,1 TB,1 Gbps,{text}\n"
    assert "say --dates day-first or --dates month-first" in batch(table).stderr.decode()
    assert batch(table, "--dates", order).returncode == 0
    found = rows()[0]["meets"]
    assert batch(table.replace(text, day)).returncode == 0
    assert rows()[0]["meets"] == found


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("46418", "write '2027-01-31'"),
        ("2027-01-31 13:30:00", "write '2027-01-31'"),
        ("2027年1月31日", "write '2027-01-31'"),
        ("2027-W05", "write '2027-02-01' or '2027-02-07'"),
    ],
)
def test_days_in_other_forms_are_told_in_ours(batch, cell, told):
    assert told in batch(f"name,volume,link,deadline\na,1 TB,1 Gbps,{cell}\n").stderr.decode()


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("VM", True),
        ("VirtualMachine", True),
        ("Server name", True),
        ("HA VM Monitoring", False),
        ("Host count", False),
    ],
)
def test_rows_are_joined_by_what_names_a_machine(batch, header, told):
    text = f"Disk,{header},Used (GB),link\nd1,on,1,1 Gbps\nd2,on,2,1 Gbps\nd3,off,2,1 Gbps\n"
    assert (b"--group-by" in batch(text).stderr) == told


def test_a_wide_comma_is_the_decimal_sign_that_the_user_says():
    cells = read_numbers(Column(0, "Size (GB)", "volume", "GB"), pa.array(["１，５"]), decimal=",")
    assert cells.values[0] == 1.5e9
    assert (
        "has a comma"
        in read_numbers(Column(0, "Size (GB)", "volume", "GB"), pa.array(["１，５"])).messages[0]
    )
