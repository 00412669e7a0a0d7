"""One line says all that has to be typed so that cells are read, and that line is enough."""

import time

import pytest

from migplan.estate.arrays import strings
from migplan.estate.cells import read_numbers
from migplan.estate.columns import Column, candidate_columns
from migplan.estate.remedies import cell_notes, flags_of, group_notes, line_of
from migplan.estate.settings import Settings
from migplan.estate.spelling import as_spelled, read_units

VOLUME = Column(0, "Used", "volume")


@pytest.mark.parametrize(
    ("column", "cells", "flags"),
    [
        (VOLUME, ["14.00T", "53", "0"], ["--map Used=volume:B", "--unit T=TiB"]),
        (VOLUME, ["19G", "14T", "0"], ["--unit G=GiB", "--unit T=TiB"]),
        (VOLUME, ["15393162788864"], ["--map Used=volume:B"]),
        (VOLUME, ["120", "7.5"], ["--map Used=volume:GB"]),
        (VOLUME, ["1.5 TB", "2 GB", ""], []),
        (VOLUME, ["1,5 TB"], ["--decimal ,"]),
        (
            VOLUME,
            ["1 234,5 Go", "3 Mo"],
            ["--decimal ,", "--thousands space", "--unit Go=GB", "--unit Mo=MB"],
        ),
        (VOLUME, ["1.234,5 GB"], ["--decimal ,", "--thousands ."]),
        (VOLUME, ["1,234,567 GB"], ["--thousands ,"]),
        (VOLUME, ["1,234.5 GB"], ["--thousands ,"]),
        # May be either, or is both: nobody can say what it means.
        (VOLUME, ["1,234 GB"], []),
        (VOLUME, ["9,99 GB", "1,234.5 GB"], []),
        # What is no number has no flag that makes it one.
        (VOLUME, ["-", "x", "N/A", "0 Bytes", "1500 Gb"], []),
        (Column(0, "Files", "files"), ["250,000", "-"], ["--thousands ,", "--empty -"]),
        (Column(0, "Link", "link"), ["100", "1G"], ["--map Link=link:Mbps", "--unit G=Gbps"]),
    ],
)
def test_cells_that_are_not_read_say_what_would_read_them(column, cells, flags):
    assert flags_of(column, cells, Settings()) == flags


def test_what_is_said_already_is_not_said_again():
    said = Settings(units=read_units(["T=TiB"]), thousands=",", empty=("-",))
    assert flags_of(VOLUME, ["14T", "1,234,567 GB", "-"], said) == []


def test_a_line_reads_every_cell(tmp_path):
    cells = ["1 234,56 Go", "980,5 Mo", "12 Ko"]
    line = line_of(VOLUME, "Used", cells, Settings())
    assert line == "--map Used=volume --decimal , --thousands space --unit Go=GB --unit Ko=kB --unit Mo=MB"
    said = Settings(decimal=",", thousands="space", units=read_units(["Go=GB", "Ko=kB", "Mo=MB"]))
    read = read_numbers(VOLUME, as_spelled(VOLUME, strings(cells), said), ",")
    assert read.values.tolist() == [1234.56e9, 980.5e6, 12e3]


def test_a_header_with_bytes_in_french_says_so():
    assert line_of(Column(0, "Taille (Go)", "volume"), "Taille (Go)", ["12,5"], Settings()) == (
        "--map 'Taille (Go)=volume' --decimal , --unit Go=GB"
    )


def test_a_note_names_the_columns_and_nothing_is_told_of_good_ones():
    cells = {0: ["14T", "53"], 1: ["5"]}
    columns = [VOLUME, Column(1, "Files", "files")]
    (note,) = cell_notes(columns, cells.__getitem__, Settings())
    assert note == (
        "cells of 'Used' are not read as they are; say --map Used=volume:B --unit T=TiB, where bare numbers count B; "
        "iB counts 1024s, as du, df and ls do"
    )
    assert cell_notes(columns[1:], cells.__getitem__, Settings()) == []


@pytest.mark.parametrize(
    ("headers", "cells", "told"),
    [
        (["VM", "Disk"], ["a", "b"], True),
        (["VM", "Disk"], ["a", "b", "c"], False),
        (["VM", "Share"], ["a", "b"], False),
        (["Owner", "Disk"], ["a", "b"], False),
    ],
)
def test_disks_of_one_machine_are_told_how_to_join(headers, cells, told):
    found = group_notes(headers, lambda _: cells, 3, Settings())
    assert bool(found) is told
    assert not told or "say --group-by VM" in found[0]
    assert not group_notes(headers, lambda _: cells, 3, Settings(group_by="VM"))


@pytest.mark.parametrize("header", ["1K-blocks", "1024-blocks", "kbytes"])
def test_bare_numbers_beside_blocks_count_as_those_do(header):
    (used,) = candidate_columns(["Filesystem", header, "Used"])
    assert (used.name, used.unit) == ("volume", "KiB")
    (used,) = candidate_columns(["Filesystem", header, "Used"], ["Used=volume:MB"])
    assert used.unit == "MB"


@pytest.mark.parametrize("cell", ["1" * 60_000, "1" + " " * 60_000 + "?", "1,111" * 20_000])
def test_cells_of_any_length_take_no_time(cell):
    begin = time.perf_counter()
    flags_of(VOLUME, [cell], Settings())
    assert time.perf_counter() - begin < 1.0
