import time

import pytest

from migplan.errors import MigplanError
from migplan.estate.columns import PER_DAY, find_columns, plain
from migplan.inputs.fields import ALIASES, BY_NAME, FIELDS


def found(*headers, maps=()):
    return {column.header: (column.name, column.unit) for column in find_columns(headers, maps)}


def test_a_field_is_known_by_its_own_name_however_it_is_written():
    assert found("volume", "Cutover Window", "cutover-window-2") == {
        "volume": ("volume", ""),
        "Cutover Window": ("cutover_window", ""),
    }


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("Size (GB)", "volume", "GB"),
        ("Used TB", "volume", "TB"),
        ("used_TiB", "volume", "TiB"),
        ("Bandwidth Mbps", "link", "Mbps"),
        ("Bandwidth [Gbit/s]", "link", "Gbit/s"),
        ("Share %", "share", "%"),
        ("Number of files (million)", "files", "million"),
        ("Change rate (%/day)", "change", "%/day"),
        ("Daily change (%)", "change", "%/day"),
        ("Daily change GB", "change", "GB/day"),
        ("Ping ms", "rtt", "ms"),
        ("Due date", "deadline", ""),
        ("SizeGB", "volume", "GB"),
        ("UsedTiB", "volume", "TiB"),
        ("Used space in TB", "volume", "TB"),
        ("FileCount", "files", ""),
        ("AWSRegion", "region", ""),
        ("DailyChange %", "change", "%/day"),
        ("Size (in GB)", "volume", "GB"),
        ("Used space [In TiB]", "volume", "TiB"),
        ("Used (GB, logical)", "volume", "GB"),
        ("Used  space\t( GB )", "volume", "GB"),
        ("# Files", "files", ""),
        ("*Size (GB)", "volume", "GB"),
        ("WAN Link (Mbps)", "link", "Mbps"),
    ],
)
def test_documented_aliases_and_the_unit_in_a_header(header, name, unit):
    assert found(header) == {header: (name, unit)}


@pytest.mark.parametrize(
    "header",
    [
        "Owner",
        "Used by",
        "UsedBy",
        "SizeClass",
        "Size class",
        "",
        "Size of it",
        "Unnamed: 0",
        "sizes",
        "Sizegb",
    ],
)
def test_what_is_not_known_passes_through(header):
    assert found(header) == {}


@pytest.mark.parametrize("header", ["Size (gb)", "Size (Mbps)", "Protocol (GB)", "Files (TB)"])
def test_a_unit_in_brackets_that_does_not_fit_is_refused(header):
    with pytest.raises(MigplanError, match="header"):
        found(header)


def test_two_columns_for_one_field_are_refused():
    with pytest.raises(MigplanError, match="both give 'volume'"):
        found("Size (GB)", "Used TB")
    with pytest.raises(MigplanError, match="'volume', 'size' and 'used' all give 'volume'"):
        found("volume", "size", "used")


def test_a_map_goes_before_what_a_header_looks_like():
    assert found("Size (GB)", "Used TB", maps=["Size (GB)="]) == {"Used TB": ("volume", "TB")}
    assert found("Kapazität", maps=["Kapazität=volume:GB"]) == {"Kapazität": ("volume", "GB")}
    assert found("Raw [TB]", maps=["Raw [TB]=volume"]) == {"Raw [TB]": ("volume", "TB")}
    assert found("Leitung Mbit/s", maps=["Leitung Mbit/s=link"]) == {"Leitung Mbit/s": ("link", "Mbit/s")}
    assert found("Grand total", maps=["Grand total=volume"]) == {"Grand total": ("volume", "")}
    assert found("a=b", maps=["a=b=link:Mbps"]) == {"a=b": ("link", "Mbps")}


@pytest.mark.parametrize(
    "text", ["Nothing=volume", "volume", "volume=nonsense", "volume=sizes", "volume=volume:kg"]
)
def test_maps_that_make_no_sense_are_refused(text):
    with pytest.raises(MigplanError, match="--map"):
        found("volume", maps=[text])


def test_what_is_said_of_units_holds_for_headers_and_maps_alike():
    headers, meaning = ["Size (GB)", "Largest file GB", "Files (M)"], {"GB": "GiB", "M": "MiB"}
    columns = find_columns(headers, ["Largest file GB=largest_file:GB"], meaning)
    assert [column.unit for column in columns] == ["GiB", "GiB", "M"]


@pytest.mark.parametrize("text", ["volume", "", "volume:GB"])
def test_a_map_without_an_equals_sign_is_told_what_is_wanted(text):
    with pytest.raises(
        MigplanError, match=r"^--map: '.*' has no '='; wanted HEADER=FIELD, HEADER=FIELD:UNIT, or"
    ):
        found("volume", maps=[text])


def test_headers_may_be_japanese():
    told = {
        "共有名": "name",
        "ファイル数": "files",
        "回線": "link",
        "期限": "deadline",
        "リージョン": "region",
    }
    assert {header: field for header, (field, _) in found(*told, "容量 (TB)").items()} == {
        **told,
        "容量 (TB)": "volume",
    }
    for header in ("容量(TB)", "容量（TB）", "使用容量 TB"):
        assert found(header) == {header: ("volume", "TB")}


def test_aliases_are_of_fields_and_stand_for_one_only():
    names = [alias for aliases in ALIASES.values() for alias in aliases]
    assert set(ALIASES) <= set(BY_NAME)
    assert set(PER_DAY.values()) <= set(BY_NAME)
    assert all(name == plain(name) for name in [*names, *PER_DAY])
    assert len({*names, *PER_DAY, *(plain(field.name) for field in FIELDS)}) == len(names) + len(
        PER_DAY
    ) + len(FIELDS)


def test_a_column_that_the_user_maps_goes_before_others_of_its_field():
    assert found("Size", "Used", "Total GB", maps=["Total GB=volume"]) == {"Total GB": ("volume", "GB")}
    with pytest.raises(MigplanError, match="both give 'volume'"):
        found("a", "b", maps=["a=volume", "b=volume"])


def test_columns_of_one_name_are_told_apart_by_number_and_any_column_by_its_place():
    headers = ["Used (GB)", "note", "Used (GB)", ""]
    for text, place in (("Used (GB)#2=volume", 2), ("Used (GB) #1=volume", 0), ("#3=volume", 2)):
        (column,) = find_columns(headers, [text])
        assert (column.position, column.name, column.unit) == (place, "volume", "GB")
    (column,) = find_columns(["Used (GB)", "#4"], ["#4=name", "Used (GB)="])
    assert column.position == 1
    assert find_columns(headers, ["Used (GB)="]) == ()


@pytest.mark.parametrize(
    ("text", "told"), [("Used=volume", "--map .Used#2=volume."), ("Used#3=volume", "names no")]
)
def test_a_map_that_means_several_columns_or_none_is_told_what_to_say(text, told):
    with pytest.raises(MigplanError, match=told):
        find_columns(["Used", "Used"], [text])


def test_two_columns_of_one_name_are_told_what_to_say():
    with pytest.raises(MigplanError, match=r"--map 'Used \(GB\)#1=volume'"):
        find_columns(["Used (GB)", "Used (GB)"])
    with pytest.raises(MigplanError, match="--map Used=volume"):
        find_columns(["Size", "Used"])


def test_a_header_in_brackets_that_is_no_unit_is_told_how_to_leave_it_out():
    with pytest.raises(MigplanError, match=r"header 'Size \(logical\)'.*--map 'Size \(logical\)='"):
        find_columns(["Size (logical)"])


@pytest.mark.parametrize(
    "header", ["aA" * 20_000, " " * 50_000, "(" * 50_000, "a " * 50_000, "Size " + "(" * 5000]
)
def test_headers_of_any_length_take_no_time(header):
    begin = time.perf_counter()
    find_columns([header, f"x{header}"], [f"{header}=volume"])
    assert time.perf_counter() - begin < 1.0


@pytest.mark.parametrize(
    ("headers", "maps", "cell", "read"),
    [
        (["Daily Change"], [], "1%", "1%/day"),
        (["Daily Change"], [], "3 GB", "3 GB/day"),
        (["Daily Change"], [], "3 GB/h", "3 GB/h"),
        (["Change (%/day)"], [], "1 %", "1 %/day"),
        (["Daily Change"], ["Daily Change=change:%/day"], "1%", "1%/day"),
        (["Delta"], ["Delta=change:GB/day"], "2 TB", "2 TB/day"),
        (["Change"], [], "1%", "1%"),
    ],
)
def test_an_amount_under_a_header_that_counts_a_day_is_of_a_day(headers, maps, cell, read):
    assert find_columns(headers, maps)[0].with_unit(cell) == read
