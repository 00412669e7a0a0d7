"""Listings that the tools of this machine make of real trees, counted to the byte."""

import os
import subprocess

import pytest

from migplan.errors import MigplanError
from migplan.inventory.readers.find import LINE
from migplan.inventory.shape import Links

pytestmark = pytest.mark.slow

ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8"}


def listing(*command):
    return subprocess.run([*map(os.fspath, command)], check=True, capture_output=True, env=ENVIRONMENT).stdout


def find(tree, form, *tests):
    return listing("find", tree.root, *tests, "-printf", form)


FORMS = [
    (LINE, ()),
    (LINE.replace("\\0", "\\n"), ()),
    ("%s %T@ %p\\n", ("-type", "f")),
    ("%y %s %T@ %P\\n", ()),
    ("%y\\t%s\\t%T@\\t%p\\n", ()),
    ("%T@\\t%s\\t%p\\0", ("-type", "f")),
    ("%p\\t%s\\t%T@\\n", ("-type", "f")),
    ("%s %p\\n", ()),
    ("%s\\t%p\\0", ()),
]


@pytest.mark.parametrize(("form", "tests"), FORMS)
def test_find_in_any_order_of_columns(tree, read, holds, form, tests):
    shape = read(find(tree, form, *tests))
    assert shape.source.form == "find"
    holds(shape, tree, "finance", "finance-2", "hr", "many")
    assert shape.folders == (tree.folders if "%y" in form else None)
    assert shape.depth == 3
    times = "T@" in form
    assert (shape.changed is not None) is times
    assert shape.untimed == (0 if times else None)
    if times:
        assert [(one.days, one.files) for one in shape.changed] == [(1, 1), (7, 7), (30, 30), (365, 365)]
    assert shape.grade("bytes") == "reported"
    assert shape.grade("ages") == ("reported" if times else "unknown")


def test_the_recommended_line_tells_links_and_any_name(odd_tree, read, holds):
    shape = read(find(odd_tree, LINE))
    holds(shape, odd_tree)
    assert shape.links == Links(symbolic=1, hard=1, hard_bytes=100)
    assert (shape.folders, shape.special_files, shape.source.notes[0][:7]) == (3, 1, "folders")
    assert {top.path for top in shape.folders_top} == {".", "a", "b", "empty"}


def test_a_name_with_a_line_end_is_counted_as_a_bad_line_and_told(odd_tree, read):
    shape = read(find(odd_tree, "%s %T@ %y %p\\n"))
    assert shape.files == 4
    assert any(
        "1 line could not be read, the first is line" in note and "'end.txt'" in note
        for note in shape.source.notes
    )


def test_the_format_can_be_told(tree, read, holds):
    text = find(tree, "%m|%s|%TY-%Tm-%Td|%p\\n", "-type", "f")
    with pytest.raises(MigplanError):
        read(text)
    shape = read(text, form="find", printf="%m|%s|%TY-%Tm-%Td|%p\\n")
    holds(shape, tree, "hr")
    assert shape.changed[1].files == 7
    with pytest.raises(MigplanError, match=r"--printf: .* has not one size"):
        read(text, form="find", printf="%m|%p\\n")


@pytest.mark.parametrize("form", ["%s\\n", "%s %b %p\\n", "%s %T@ %A@ %p\\n"])
def test_what_find_may_mean_by_several_numbers_is_asked(tree, read, form):
    with pytest.raises(MigplanError, match=r"wanted --printf with what find was given"):
        read(find(tree, form, "-type", "f"), form="find")


def test_sizes_and_paths_alone_may_be_of_du_in_kib(tree, read):
    with pytest.raises(MigplanError, match="may be of several formats; wanted --from find or --from du"):
        read(find(tree, "%s\\t%p\\n", "-type", "f"))


@pytest.mark.parametrize(
    "flags", [("-ab",), ("-ab0",), ("-abc",), ("-ab", "--time"), ("-ab", "--time", "--time-style=full-iso")]
)
def test_du(tree, read, holds, flags):
    shape = read(listing("du", *flags, tree.root))
    assert shape.source.form == "du"
    holds(shape, tree, "finance", "hr", "many")
    assert (shape.folders, shape.grade("files"), shape.grade("bytes")) == (None, "derived", "reported")
    assert (shape.ages is not None) is ("--time" in flags)


def test_du_of_several_roots(tree, read):
    roots = [tree.root / name for name in ("finance", "hr")]
    shape = read(listing("du", "-abc", *roots))
    assert shape.bytes == sum(tree.top(name)[0] for name in ("finance", "hr"))


def test_du_in_blocks_is_refused_until_its_unit_is_told(tree, read):
    text = listing("du", "-a", tree.root)
    with pytest.raises(
        MigplanError, match=r"may be bytes \(du -ab\) or KiB \(du -a\); wanted --unit B or --unit KiB"
    ):
        read(text)
    shape = read(text, unit=["KiB"])
    on_disk = sum(os.stat(tree.root / name).st_blocks * 512 for name in tree.files)
    assert shape.bytes == on_disk
    assert any("those on disk" in note for note in shape.source.notes)


def test_du_of_folders_alone_is_refused(tree, read):
    with pytest.raises(MigplanError, match=r"folders alone.*wanted the output of du -ab"):
        read(listing("du", "-b", tree.root))


@pytest.mark.parametrize(
    "flags", [(), ("--time-style=full-iso",), ("-a",), ("-i", "-s"), ("--time-style=long-iso",), ("-g",)]
)
def test_ls(tree, read, holds, flags):
    shape = read(listing("ls", "-lR", *flags, tree.root))
    assert shape.source.form == "ls"
    holds(shape, tree, "finance", "hr", "many")
    assert shape.folders == tree.folders
    assert (shape.ages is not None) is any("iso" in flag for flag in flags)
    assert not any("could not be read, the first" in note for note in shape.source.notes)


@pytest.mark.parametrize(("flags", "is_told"), [("-lR", True), ("-laR", False), ("-lAR", False)])
def test_ls_leaves_hidden_names_out_without_a_word_and_that_is_told(tmp_path, read, flags, is_told):
    for name in ("file", ".hidden"):
        (tmp_path / "root" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "root" / name).write_bytes(b"123")
    shape = read(listing("ls", flags, "--time-style=full-iso", tmp_path / "root"))
    assert shape.files == (1 if is_told else 2)
    assert ("no name begins with a dot: ls lists those with -A alone" in shape.source.notes) is is_told
