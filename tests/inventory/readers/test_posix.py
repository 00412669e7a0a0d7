"""Listings of POSIX tools that no machine of the tests makes: other languages, other roots."""

import pytest


@pytest.mark.parametrize(
    "date",
    ["28. Nov 22:21", " 9. Sep  2001", "28 nov.  22:21", "11月 28 22:21", "Nov 28  2024", "ноя 28 22:21"],
)
def test_ls_in_other_languages(read, date):
    lines = [
        "/srv/share:",
        "insgesamt 8",
        f"-rw-rw-r--+ 1 CORP\\anna CORP\\domain users  48211 {date} plan 2026, final.xlsx",
        f"drwxrwx---. 2 root root 4096 {date} sub",
        f"lrwxrwxrwx  1 root root    7 {date} link -> 12 3",
        f"brw-rw----  1 root disk 8, 0 {date} sda",
        "",
        "/srv/share/sub:",
        "insgesamt 4",
        f"-rw-r--r--  1 root root    5 {date}  two  blanks",
        "",
    ]
    shape = read("\n".join(lines))
    assert (shape.bytes, shape.files, shape.folders) == (48_216, 2, 1)
    assert (shape.links.symbolic, shape.special_files, shape.depth) == (1, 1, 2)


def test_a_listing_whose_first_lines_lie_in_one_folder_has_the_root_of_all(read):
    lines = [f"f\t10\t1795904477.2494924930\t/srv/share/deep/a/{number}" for number in range(2000)]
    shape = read("\n".join([*lines, "f\t1\t1795904477.2494924930\t/srv/share/other/x", ""]))
    assert {top.path: top.files for top in shape.folders_top} == {"deep": 2000, "other": 1}
    shape = read("\n".join(lines), root="/srv")
    assert [top.path for top in shape.folders_top] == ["share"]


def test_snapshots_and_folders_of_the_system_are_left_out_and_told(read):
    names = [
        ".snapshot/hourly/a",
        "x/.snapshot",
        "x/~snapshot/b",
        "x/snapshot/c",
        "x/.snapshotted",
        "$RECYCLE.BIN/d",
    ]
    names += [
        "System Volume Information/e",
        "System Volume/f",
        "y/.zfs/z",
        ".zfsx",
        "DfsrPrivate.txt",
        "z/a.snapshot",
    ]
    shape = read("".join(f"f\t10\t1795904477.2494924930\t{name}\n" for name in names))
    assert shape.files == 6
    told = {note for note in shape.source.notes if note.startswith("left out")}
    assert told == {
        "left out, entries in .snapshot: 2",
        "left out, entries in ~snapshot: 1",
        "left out, entries in $RECYCLE.BIN: 1",
        "left out, entries in System Volume Information: 1",
        "left out, entries in .zfs: 1",
    }


def test_a_listing_gives_the_same_shape_whenever_it_is_read(read, monkeypatch):
    lines = "".join(
        f"f\t10\t{1_795_904_477 - 1800 * number}.2494924930\tx/{number}\n" for number in range(200)
    )
    shapes = []
    for later in (0, 600, 1900, 86_400 * 30 + 77):
        monkeypatch.setattr("migplan.inventory.count.time.time", lambda later=later: 1_800_000_000.5 + later)
        shapes.append(read(lines))
    assert shapes == [shapes[0]] * 4
