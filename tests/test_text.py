import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan.text import did_you_mean, listed, near_names, near_paths

NAMES = ("fsx-lustre", "fsx-ontap", "fsx-openzfs", "fsx-windows", "s3", "s3-files", "efs", "ec2-file-server")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("FSx", ["fsx-lustre", "fsx-ontap", "fsx-openzfs", "fsx-windows"]),
        ("FSX ONTAP", ["fsx-ontap"]),
        ("fsx-ontop", ["fsx-ontap"]),
        ("windows", ["fsx-windows"]),
        ("Amazon EFS", ["efs"]),
        ("S3", ["s3"]),
        ("nothing", []),
        ("x", []),
        ("", []),
    ],
)
def test_names_that_may_have_been_meant(word, near):
    assert near_names(word, NAMES) == near


@given(st.text(max_size=100), st.lists(st.text(max_size=20), max_size=20))
def test_only_names_are_told_and_few_of_them(word, names):
    near = near_names(word, names)
    assert set(near) <= set(names)
    assert len(near) <= 6


@given(
    st.text(min_size=2, max_size=30).filter(lambda text: sum(c.isascii() and c.isalnum() for c in text) > 1)
)
def test_a_name_itself_is_near_whatever_its_capitals(name):
    assert near_names(name.upper() if name.isascii() else name, [name, "another"]) == [name]


def test_nothing_near_leaves_what_is_wanted():
    assert did_you_mean("zzz", NAMES, "wanted one of them") == "wanted one of them"
    assert did_you_mean("amazon efs", {"Amazon EFS": "efs"}, "") == "did you mean 'efs'?"


def test_lists():
    assert [listed(["a", "b", "c"][:many], "or") for many in range(4)] == ["", "a", "a or b", "a, b or c"]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("robocop/vpn/fsx-windows", ["robocopy/vpn/fsx-windows"]),
        ("datasync/internet/efs", ["datasync-basic/internet/efs"]),
        ("own-disks/s3", ["own-disks-courier/s3"]),
        ("nothing/like/it", []),
        ("robocopy/vpn", []),
    ],
)
def test_ids_of_several_parts_are_found_part_by_part(word, wanted):
    paths = [
        "robocopy/vpn/fsx-windows",
        "datasync-basic/internet/efs",
        "datasync-basic/internet/s3",
        "own-disks-courier/s3",
    ]
    assert near_paths(word, paths) == wanted


def test_names_of_one_thing_leave_room_for_the_others():
    names = {f"{word} {own}": own for own in ("fsx-ontap", "fsx-windows", "fsx-lustre") for word in "abcdef"}
    assert did_you_mean("fsx", names, "") == "did you mean 'fsx-ontap', 'fsx-windows' or 'fsx-lustre'?"
